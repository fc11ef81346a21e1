"""How the checks of this subject make findings: severity by profile, place by cell."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from salesteam.core import Finding, Place
from salesteam.raci._day import Day
from salesteam.raci._profile import Profile

__all__ = ["at", "judged"]


def at(day: Day, activity: str | None = None, role: str | None = None) -> Place:
    """The cell, row or column of a chart as a place."""
    return Place(table=day.chart.name or "raci", key=activity, field=role)


def judged(findings: Iterable[Finding], profile: Profile) -> tuple[Finding, ...]:
    """The findings with the severities of the profile; those it switches off are gone."""
    kept = []
    for finding in findings:
        severity = profile.severity(finding.code, finding.severity)
        if severity is not None:
            kept.append(finding if severity is finding.severity else attrs.evolve(finding, severity=severity))
    return tuple(kept)
