"""What commands share on the way from their arguments to values: all problems come at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar, cast

import attrs

from salesteam.core import Finding, Period, Report, find
from salesteam.errors import InvalidValueError, ReportError
from salesteam.plugins import Plugins

__all__ = ["Attempts", "broken", "day_of", "period_of"]

T = TypeVar("T")


@attrs.define
class Attempts:
    """Tries one thing after the other, and gathers what is wrong with them."""

    findings: list[Finding] = attrs.Factory(list)

    def attempt(self, verb: Callable[[], T]) -> T | None:
        """What a step gives; None if it raised a report, which is kept."""
        try:
            return verb()
        except ReportError as error:
            self.findings.extend(cast("Report", error.report))
            return None


def day_of(text: str | None) -> date | None:
    """The day of an argument; raises a report for what is none."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        Report.of(find("review.wrong-day", value=text)).raise_for_errors()
        return None


def period_of(text: str | None) -> Period | None:
    """The period of an argument; raises a report for what is none."""
    try:
        return None if text is None else Period.parse(text)
    except InvalidValueError:
        Report.of(find("review.wrong-period", value=text)).raise_for_errors()
        return None


def broken(installed: Plugins) -> Report:
    """The plugins that failed, which may be why an adapter is missing."""
    return Report(
        find(
            "review.plugin-failed",
            plugin=plugin.name,
            distribution=plugin.distribution,
            version=plugin.version,
            why=plugin.why.rstrip("."),
        )
        for plugin in installed.plugins
        if plugin.state == "failed"
    )
