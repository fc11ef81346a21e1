"""Keep a report readable: a handful of findings that are alike, then how many more there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

from salesteam.core import Finding, find

__all__ = ["MOST_ALIKE", "few"]

MOST_ALIKE = 5
"""How many findings with one code and one field are told one by one."""


def few(findings: Iterable[Finding], most: int = MOST_ALIKE) -> list[Finding]:
    """The first findings of each code and field, and a finding that counts the others."""
    kept: list[Finding] = []
    seen: Counter[tuple[str, str | None]] = Counter()
    last: dict[tuple[str, str | None], Finding] = {}
    for finding in findings:
        alike = (finding.code, finding.place.field)
        seen[alike] += 1
        if seen[alike] <= most:
            kept.append(finding)
            last[alike] = finding
    for alike, count in seen.items():
        if count > most:
            code, field = alike
            place = attrs.evolve(last[alike].place, line=None, row=None)
            severity = last[alike].severity
            about = f"{code} ({field})" if field else code
            kept.append(find("crm.more-alike", place, severity=severity, count=count - most, about=about))
    return kept
