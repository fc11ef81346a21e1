"""Whether bands follow each other: their order, what nobody owns between them, what two of them own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

import attrs

from salesteam.core import Finding, Place, Severity, find
from salesteam.incentives._bending import Modifier
from salesteam.incentives._component import Component
from salesteam.incentives._model import Plan
from salesteam.incentives._options import OptionsText
from salesteam.incentives._parts import Tier
from salesteam.incentives._path import Path
from salesteam.incentives._proof._asks import TENURE
from salesteam.incentives._shape import Band, Lookup, bands

__all__ = ["Ladder", "in_order", "ladders", "whole_numbers"]

_EMPTY = OptionsText("it ends where it begins", "它的起点就是终点")


@attrs.frozen(kw_only=True)
class Ladder:
    """Bands that belong together, and where they stand.

    Parameters
    ----------
    at : str
        Path of the part that holds the tiers.
    found : tuple of Band
        With the numbers of a day.
    gaps : str
        What a hole means.
    from_zero : bool
        Whether nothing below the first band is a hole too.
    whole : bool
        Whether only whole numbers can come.
    closed : frozenset of int
        Numbers of the bands whose upper bound is said to belong to the next one too.
    severity : Severity
        Of a hole that the plan does not allow.
    """

    at: str
    found: tuple[Band, ...]
    gaps: str = "refuse"
    from_zero: bool = True
    whole: bool = False
    closed: frozenset[int] = frozenset()
    severity: Severity = Severity.ERROR


def _closed(tiers: tuple[Tier, ...], edge: str | None) -> frozenset[int]:
    return frozenset(number for number, tier in enumerate(tiers, start=1) if (tier.edge or edge) == "closed")


def whole_numbers(plan: Plan, text: str | None) -> bool:
    """Whether a path gives whole numbers alone: a count of rows that nobody shares."""
    path = Path.parse(text or "")
    measure = None if path is None or path.attainment else plan.measures.get(path.measure)
    return measure is not None and measure.aggregate in {"count", "distinct"} and not plan.crediting


def ladders(plan: Plan, at: str, c: Component, look: Lookup) -> Iterator[Ladder]:
    """The ladders of a component on a day: its own bands, and those of its tables."""
    if c.tiers:
        yield Ladder(
            at=at,
            found=bands(c.tiers, c.edge, look),
            gaps=c.gaps,
            from_zero=c.method != "bonus",
            whole=c.bounds == "value" and whole_numbers(plan, c.measure),
            closed=_closed(c.tiers, c.edge),
        )
    for index, table in enumerate(c.tables):
        path = Path.parse(table.measure)
        known = path is not None and path.measure in plan.measures
        yield Ladder(
            at=f"{at}.tables[{index}]",
            found=bands(table.tiers, table.edge, look),
            gaps=c.gaps,
            from_zero=known,
            whole=whole_numbers(plan, table.measure),
            closed=_closed(table.tiers, table.edge),
        )


def of_modifier(at: str, modifier: Modifier, look: Lookup) -> Ladder:
    """The ladder of a modifier; where a factor is missing the pay comes back."""
    tiers, edge = modifier.tiers, modifier.edge
    return Ladder(
        at=at,
        found=bands(tiers, edge, look),
        severity=Severity.WARNING,
        from_zero=modifier.measure != TENURE,
        closed=_closed(tiers, edge),
    )


def in_order(ladder: Ladder) -> Iterator[Finding]:
    """Findings about order, overlap and holes of a ladder; holes are told only if the rest is in order."""
    broken = [*_order(ladder), *_overlaps(ladder)]
    yield from broken
    if not broken:
        yield from _gaps(ladder)


def _order(ladder: Ladder) -> Iterator[Finding]:
    for index, band in enumerate(ladder.found):
        unordered = index and band.low < ladder.found[index - 1].low
        if unordered or (band.high is not None and band.high <= band.low):
            place = Place(key=f"{ladder.at}.tiers[{index}]")
            yield find("incentives.tier-order", place, tier=band.number, at=band.low)
            if band.high == band.low:
                yield find("incentives.tier-unreachable", place, tier=band.number, at=band.low, why=_EMPTY)


def _overlaps(ladder: Ladder) -> Iterator[Finding]:
    for before, after in itertools.pairwise(ladder.found):
        if before.high is None or before.high > after.low:
            until = min((high for high in (before.high, after.high) if high is not None), default=None)
            yield find(
                "incentives.tier-overlap", Place(key=f"{ladder.at}.tiers[{after.number - 1}].from"),
                lower=before.number, upper=after.number, at=after.low, until=until,
            )  # fmt: skip


def _gaps(ladder: Ladder) -> Iterator[Finding]:
    if not ladder.found:
        return
    severity = ladder.severity if ladder.gaps == "refuse" else Severity.NOTE
    first = ladder.found[0]
    if first.low > 0 and ladder.from_zero and not (ladder.whole and first.low <= 1 and first.owns_low):
        yield find(
            "incentives.tier-gap", Place(key=f"{ladder.at}.tiers[0].from"), severity=severity,
            at=Fraction(0), until=first.low, gaps=ladder.gaps,
        )  # fmt: skip
    for before, after in itertools.pairwise(ladder.found):
        if before.high is not None and before.high < after.low:
            if ladder.whole and not _holds_whole(before, after):
                continue
            yield find(
                "incentives.tier-gap", Place(key=f"{ladder.at}.tiers[{before.number - 1}].to"), severity=severity,
                at=before.high, until=after.low, gaps=ladder.gaps,
            )  # fmt: skip
        elif before.high == after.low and before.number in ladder.closed:
            yield find("incentives.tier-overlap", Place(key=f"{ladder.at}.tiers[{after.number - 1}].from"),
                       severity=Severity.WARNING, lower=before.number, upper=after.number, at=after.low)  # fmt: skip


def _holds_whole(before: Band, after: Band) -> bool:
    """Whether a whole number lies in the hole between two bands."""
    assert before.high is not None
    low = floor(before.high) + 1 if before.owns_high else ceil(before.high)
    high = ceil(after.low) - 1 if after.owns_low else floor(after.low)
    return low <= high
