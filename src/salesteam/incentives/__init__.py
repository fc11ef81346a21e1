"""Incentives 激励: what a result pays, exactly, and why.

A plan
    `schema` is what an editor needs to help write one.
    `load` and `read` read one, `plan_of` makes one of plain data, `scheme` takes one shipped, `dump` writes it.
    `Plan`, `Measure`, `CreditRule`, `Component`, `Tier`, `Modifier`, `Limit`, `Gate`, `Parameter` are its nouns.
Before anyone is paid
    `check` proves what is wrong or doubtful without data; `curve` shows what a component pays as a function.
    `principles` judges it by 公平 及时 相关 多样 透明, with the thresholds of a `Policy`.
Pay
    `load_facts` reads the tables from a folder of CSV files.
    `pay(plan, Facts(…))` gives a `Run`: payouts, lines, portions, credits, unpaid, `explain`, `statement`.
Settle
    `settle` keeps the ledger and says what is paid: release, guarantee, draw, money back; `accrue` spreads the expense,
    `margins` shows what deals leave after commission both ways.
What if
    `readings` shows what other readings of a contract would pay, `diff` what changed between two plans,
    `compare` plans side by side with their `metrics`, `simulate` a year that has not happened, `solve` finds the number
    that meets a budget.
Audit
    `verify` replays worked cases and says in what a plan differs from what finance wrote down.
Recognition
    `recognise` finds who wins which of the `awards`, each with its entries; `around` shows what a sprint won.
Choices
    `OPTIONS` lists every choice that moves money; `CONVENTIONS` holds named bundles that fill them.
"""

from salesteam.incentives._around import Around, around
from salesteam.incentives._award import Award, awards
from salesteam.incentives._bending import Gate, Limit, Lock, Modifier, TargetShare, Windfall
from salesteam.incentives._cases import Mismatch, Verdict, Verification, verify
from salesteam.incentives._check import check_plan as check
from salesteam.incentives._choices import CONVENTIONS, OPTIONS
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve, Knot, Piece
from salesteam.incentives._curves import curve
from salesteam.incentives._exact._carried import State
from salesteam.incentives._folder import load_facts
from salesteam.incentives._honours import Honours, Win
from salesteam.incentives._load import dump, load, plan_of, read
from salesteam.incentives._metric_names import METRICS
from salesteam.incentives._model import CreditRule, Facts, Measure, Plan, Validity
from salesteam.incentives._number import Dated, Parameter, Ref
from salesteam.incentives._parts import (
    Above,
    Axis,
    By,
    Fund,
    GateTest,
    Objective,
    RateTable,
    Rounding,
    Tier,
    Where,
    Window,
)
from salesteam.incentives._pay import pay
from salesteam.incentives._policy import Policy
from salesteam.incentives._principle import PRINCIPLES, Judgement, Principles
from salesteam.incentives._principles import principles
from salesteam.incentives._quota import Quota, Ramp, Relief
from salesteam.incentives._recognise import recognise
from salesteam.incentives._run import Run
from salesteam.incentives._schema import schema
from salesteam.incentives._schemes import scheme, schemes
from salesteam.incentives._settle import Accruals, Margins, Settlement, accrue, margins, settle
from salesteam.incentives._terms import (
    Accrual,
    Clawback,
    Draw,
    Exchange,
    Guarantee,
    Milestone,
    Proration,
    Release,
    RollUp,
    Step,
    WorkCalendar,
)
from salesteam.incentives._whatif import (
    Change,
    Comparison,
    Diff,
    Difference,
    Metric,
    Metrics,
    Movers,
    Outlook,
    Point,
    Reading,
    Readings,
    Simulation,
    Solution,
    World,
    compare,
    diff,
    metrics,
    readings,
    simulate,
    solve,
)

__all__ = [
    "CONVENTIONS",
    "METRICS",
    "OPTIONS",
    "PRINCIPLES",
    "Above",
    "Accrual",
    "Accruals",
    "Around",
    "Award",
    "Axis",
    "By",
    "Change",
    "Clawback",
    "Comparison",
    "Component",
    "CreditRule",
    "Curve",
    "Dated",
    "Diff",
    "Difference",
    "Draw",
    "Exchange",
    "Facts",
    "Fund",
    "Gate",
    "GateTest",
    "Guarantee",
    "Honours",
    "Judgement",
    "Knot",
    "Limit",
    "Lock",
    "Margins",
    "Measure",
    "Metric",
    "Metrics",
    "Milestone",
    "Mismatch",
    "Modifier",
    "Movers",
    "Objective",
    "Outlook",
    "Parameter",
    "Piece",
    "Plan",
    "Point",
    "Policy",
    "Principles",
    "Proration",
    "Quota",
    "Ramp",
    "RateTable",
    "Reading",
    "Readings",
    "Ref",
    "Release",
    "Relief",
    "RollUp",
    "Rounding",
    "Run",
    "Settlement",
    "Simulation",
    "Solution",
    "State",
    "Step",
    "TargetShare",
    "Tier",
    "Validity",
    "Verdict",
    "Verification",
    "Where",
    "Win",
    "Windfall",
    "Window",
    "WorkCalendar",
    "World",
    "accrue",
    "around",
    "awards",
    "check",
    "compare",
    "curve",
    "diff",
    "dump",
    "load",
    "load_facts",
    "margins",
    "metrics",
    "pay",
    "plan_of",
    "principles",
    "read",
    "readings",
    "recognise",
    "schema",
    "scheme",
    "schemes",
    "settle",
    "simulate",
    "solve",
    "verify",
]
