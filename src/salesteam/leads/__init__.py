"""Leads: who gets which lead, and why (线索分配).

Nouns
    `Lead`, `Seat` (`Absence`), `Policy` of `Rule` (`Condition`), selectors (`RoundRobin`, `SmoothWeighted`,
    `CountBased`, `LeastLoaded`), `Cap`, `Territory`, `Domain` and `Fallback`; rights are `Claim` and `Customer`;
    the state before is a `Book` of `Holding`, `Receipt`, `Release`, `Turn` and `Credit`; a file holds a `Desk`
Verbs
    `allocate` gives new leads to seats (`Allocation` of `Decision` and `Candidate`, `Aside`, `Load`);
    `propose` looks at leads that somebody holds (`Proposals` of `Proposal`);
    `collide` finds two owners on one customer (`Collisions` of `Collision`);
    `check` finds what is wrong with a policy; `load` and `read` take a desk from YAML; `sample` is one to play with

>>> from salesteam import leads
>>> leads.sample().counts
{'assigned': 3, 'offered': 0, 'held': 1, 'queued': 1, 'pooled': 0}
"""

from __future__ import annotations

from salesteam.leads._allocate import allocate
from salesteam.leads._allocation import Allocation
from salesteam.leads._check import check
from salesteam.leads._collide import collide
from salesteam.leads._collisions import Collision, Collisions
from salesteam.leads._desk import Desk, load, read
from salesteam.leads._model_book import Book, Credit, Holding, Receipt, Release, Turn
from salesteam.leads._model_cap import Cap
from salesteam.leads._model_claim import Claim, Customer
from salesteam.leads._model_condition import Condition
from salesteam.leads._model_decision import Candidate, Decision
from salesteam.leads._model_lead import Lead
from salesteam.leads._model_load import Aside, Load
from salesteam.leads._model_policy import Policy
from salesteam.leads._model_rule import Domain, Fallback, Rule, Territory
from salesteam.leads._model_seat import Absence, Seat
from salesteam.leads._model_selector import CountBased, LeastLoaded, RoundRobin, Selector, SmoothWeighted
from salesteam.leads._proposals import Proposal, Proposals
from salesteam.leads._propose import propose
from salesteam.leads._sample import sample

__all__ = [
    "Absence",
    "Allocation",
    "Aside",
    "Book",
    "Candidate",
    "Cap",
    "Claim",
    "Collision",
    "Collisions",
    "Condition",
    "CountBased",
    "Credit",
    "Customer",
    "Decision",
    "Desk",
    "Domain",
    "Fallback",
    "Holding",
    "Lead",
    "LeastLoaded",
    "Load",
    "Policy",
    "Proposal",
    "Proposals",
    "Receipt",
    "Release",
    "RoundRobin",
    "Rule",
    "Seat",
    "Selector",
    "SmoothWeighted",
    "Territory",
    "Turn",
    "allocate",
    "check",
    "collide",
    "load",
    "propose",
    "read",
    "sample",
]
