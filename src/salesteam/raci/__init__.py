"""Who does it, who answers for it, and what is wrong with that.

Read a chart with `parse` (text, any dataframe), `load` (a file) or `read` (the text of one),
check it with `check`, look at it with `show`,
write it with `render`, and ask it with `route` and `Chart.has_duty`.

What a chart is made of
    `Chart` with `Activity`, `Role`, `Assignment`, `Holding`
What its letters mean
    `Profile` with `Letter` and `Thresholds`; `profile` takes a named one
What moves duties, and what bounds them
    `Delegation`, `Absence`, `Separation`, `Escalation`, `Limit` with `Rung`, `Handoff` with `Item`
What verbs give back
    `Matrix`, `Route` with `RouteStep`

**A, R, approves.** R does the work (负责).
A answers for the result (负责到底).
Approving (审批) is a yes or no at a gate.
Whether the A has it is `a_approves`: schools differ, so there is no default.
"""

from __future__ import annotations

from salesteam.raci._chart import Chart
from salesteam.raci._check import check
from salesteam.raci._document import load, read
from salesteam.raci._matrix import Matrix, show
from salesteam.raci._model_chart import Activity, Assignment, Holding, Role
from salesteam.raci._model_handoff import Handoff, Item
from salesteam.raci._model_limit import Limit, Rung
from salesteam.raci._model_time import Absence, Delegation, Escalation, Separation
from salesteam.raci._parse import parse
from salesteam.raci._profile import Letter, Profile, Thresholds
from salesteam.raci._profiles import profile
from salesteam.raci._render import render
from salesteam.raci._route import route
from salesteam.raci._route_result import Route, RouteStep
from salesteam.raci._words import DUTIES, Duty

__all__ = [
    "DUTIES",
    "Absence",
    "Activity",
    "Assignment",
    "Chart",
    "Delegation",
    "Duty",
    "Escalation",
    "Handoff",
    "Holding",
    "Item",
    "Letter",
    "Limit",
    "Matrix",
    "Profile",
    "Role",
    "Route",
    "RouteStep",
    "Rung",
    "Separation",
    "Thresholds",
    "check",
    "load",
    "parse",
    "profile",
    "read",
    "render",
    "route",
    "show",
]
