"""Incentives 激励: what a result pays, exactly, and why.

A plan
    `load` and `read` read one, `plan_of` makes one of plain data, `scheme` takes one shipped, `dump` writes it.
    `Plan`, `Measure`, `CreditRule`, `Component`, `Tier`, `Modifier`, `Limit`, `Gate`, `Parameter` are its nouns.
Before anyone is paid
    `check` proves what is wrong or doubtful without data; `curve` shows what a component pays as a function.
Pay
    `pay(plan, Facts(…))` gives a `Run`: payouts, lines, portions, credits, unpaid, `explain`, `statement`.
Choices
    `OPTIONS` lists every choice that moves money; `CONVENTIONS` holds named bundles that fill them.
"""

from salesteam.incentives._check import check_plan as check
from salesteam.incentives._choices import CONVENTIONS, OPTIONS
from salesteam.incentives._component import (
    Above,
    By,
    Component,
    Fund,
    Gate,
    GateTest,
    Limit,
    Modifier,
    Rounding,
    Tier,
    Where,
)
from salesteam.incentives._curve import Curve, Knot, Piece
from salesteam.incentives._curves import curve
from salesteam.incentives._load import dump, load, plan_of, read, scheme, schemes
from salesteam.incentives._model import CreditRule, Facts, Measure, Plan, Validity
from salesteam.incentives._number import Dated, Parameter, Ref
from salesteam.incentives._pay import pay
from salesteam.incentives._run import Run

__all__ = [
    "CONVENTIONS",
    "OPTIONS",
    "Above",
    "By",
    "Component",
    "CreditRule",
    "Curve",
    "Dated",
    "Facts",
    "Fund",
    "Gate",
    "GateTest",
    "Knot",
    "Limit",
    "Measure",
    "Modifier",
    "Parameter",
    "Piece",
    "Plan",
    "Ref",
    "Rounding",
    "Run",
    "Tier",
    "Validity",
    "Where",
    "check",
    "curve",
    "dump",
    "load",
    "pay",
    "plan_of",
    "read",
    "scheme",
    "schemes",
]
