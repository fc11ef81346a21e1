"""Domain models for sales teams: goals, duties, leads, incentives, root causes, and the loop that joins them.

Import a subject and use its verbs::

    from salesteam import goals, raci, leads, incentives, whys

`review` walks the closed loop over a playbook and its facts; `crm` and `plugins` are where facts come in.
Importing this package loads none of them: each comes with its first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesteam import core, crm, errors, goals, incentives, leads, plugins, raci, review, whys
    from salesteam.core import (
        Calendar,
        Finding,
        Membership,
        Money,
        Period,
        Person,
        Report,
        ReportingLine,
        Roster,
        Team,
        calendar,
        rational,
    )

_PACKAGES = frozenset(
    {"core", "crm", "errors", "goals", "incentives", "leads", "plugins", "raci", "report", "review", "testing", "whys"}
)

__all__ = [
    "Calendar",
    "Finding",
    "Membership",
    "Money",
    "Period",
    "Person",
    "Report",
    "ReportingLine",
    "Roster",
    "Team",
    "calendar",
    "core",
    "crm",
    "errors",
    "goals",
    "incentives",
    "leads",
    "plugins",
    "raci",
    "rational",
    "review",
    "whys",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("salesteam")
    if name in _PACKAGES:
        return import_module(f"salesteam.{name}")
    if name in __all__:
        return getattr(import_module("salesteam.core"), name)
    message = f"module 'salesteam' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
