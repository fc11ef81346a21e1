"""Leads: who gets which lead, and why (线索分配)."""

from salesteam.leads._allocate import allocate
from salesteam.leads._allocation import Allocation, Aside, Load
from salesteam.leads._model_book import Book, Credit, Holding, Receipt, Release, Turn
from salesteam.leads._model_cap import Cap
from salesteam.leads._model_claim import Claim, Customer
from salesteam.leads._model_condition import Condition
from salesteam.leads._model_decision import Candidate, Decision
from salesteam.leads._model_lead import Lead
from salesteam.leads._model_policy import Policy
from salesteam.leads._model_rule import Domain, Fallback, Rule, Territory
from salesteam.leads._model_seat import Absence, Seat
from salesteam.leads._model_selector import CountBased, LeastLoaded, RoundRobin, SmoothWeighted
from salesteam.leads._sample import sample

__all__ = [
    "Absence",
    "Allocation",
    "Aside",
    "Book",
    "Candidate",
    "Cap",
    "Claim",
    "Condition",
    "CountBased",
    "Credit",
    "Customer",
    "Decision",
    "Domain",
    "Fallback",
    "Holding",
    "Lead",
    "LeastLoaded",
    "Load",
    "Policy",
    "Receipt",
    "Release",
    "RoundRobin",
    "Rule",
    "Seat",
    "SmoothWeighted",
    "Territory",
    "Turn",
    "allocate",
    "sample",
]
