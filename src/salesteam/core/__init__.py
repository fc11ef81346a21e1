"""Words that every subject shares: money, exact rates, periods, people, findings, and how results show themselves.

Money and rates
    `Money`, `rational`, `rational_text`, `number_text`, `percent_text`, `round_to`, `largest_remainder`
Time
    `Period`, `FiscalYear`, `Calendar`, `calendar`, `WeekPart`, `week_parts`
People
    `Person`, `Team`, `Membership`, `ReportingLine`, `Roster`
Problems
    `Finding`, `Severity`, `Place`, `Report`, `find`, `catalogue`
Display
    `say`, `shown`, `Step`, `Explanation`, `Cell`, `Grid`, `Diagram`
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesteam.core._calendar import Calendar, calendar
    from salesteam.core._finding import ACTORS, Entry, Finding, Place, Severity, catalogue, find
    from salesteam.core._money import Money, exponent, from_minor, to_minor
    from salesteam.core._people import Membership, Person, ReportingLine, Roster, Team
    from salesteam.core._period import FiscalYear, Period
    from salesteam.core._rational import (
        ROUNDINGS,
        largest_remainder,
        number_text,
        percent_text,
        rational,
        rational_text,
        round_half_up,
        round_to,
    )
    from salesteam.core._report import Report
    from salesteam.core._say import say, shown
    from salesteam.core._show import Cell, Diagram, Explanation, Grid, Step
    from salesteam.core._weeks import WeekPart, week_parts

_HOME = {
    "_calendar": ("Calendar", "calendar"),
    "_finding": ("ACTORS", "Entry", "Finding", "Place", "Severity", "catalogue", "find"),
    "_report": ("Report",),
    "_money": ("Money", "exponent", "from_minor", "to_minor"),
    "_people": ("Membership", "Person", "ReportingLine", "Roster", "Team"),
    "_period": ("FiscalYear", "Period"),
    "_rational": (
        "ROUNDINGS",
        "largest_remainder",
        "number_text",
        "percent_text",
        "rational",
        "rational_text",
        "round_half_up",
        "round_to",
    ),
    "_say": ("say", "shown"),
    "_show": ("Cell", "Diagram", "Explanation", "Grid", "Step"),
    "_weeks": ("WeekPart", "week_parts"),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "ACTORS",
    "ROUNDINGS",
    "Calendar",
    "Cell",
    "Diagram",
    "Entry",
    "Explanation",
    "Finding",
    "FiscalYear",
    "Grid",
    "Membership",
    "Money",
    "Period",
    "Person",
    "Place",
    "Report",
    "ReportingLine",
    "Roster",
    "Severity",
    "Step",
    "Team",
    "WeekPart",
    "calendar",
    "catalogue",
    "exponent",
    "find",
    "from_minor",
    "largest_remainder",
    "number_text",
    "percent_text",
    "rational",
    "rational_text",
    "round_half_up",
    "round_to",
    "say",
    "shown",
    "to_minor",
    "week_parts",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(f"{__name__}.{_MODULE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
