"""Whether the credits of a transaction come to more than they may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import lcm

from salesteam.core import _table as t
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import Days
from salesteam.incentives._model import Plan

__all__ = ["by_version", "excess"]


def excess(plan: Plan, stage: t.Stage, days: Days, known_as_of: date | None) -> t.Stage | None:
    """Mark transactions whose shares are too large, in a column ``over``; None if none can be.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    stage : Stage
        Usable transactions with their version ``v``.
    days : Days
        For the versions of shares.
    known_as_of : date or None
        Day of the knowledge.

    Returns
    -------
    Stage or None
        With 1 where carve-outs pass 100 %, or all credits pass `max_credit_share`.
    """
    if not plan.crediting:
        return None
    looks = [number_on(plan, day, known_as_of) for day in days.versions]
    shares = {r: [look(rule.share) for look in looks] for r, rule in enumerate(plan.crediting) if rule.share != "rest"}
    most = plan.max_credit_share
    limits = [] if most is None else [look(most) for look in looks]
    whole = Fraction(len(plan.crediting) > len(shares))
    worst = [_sums(plan, shares, version) for version in range(len(looks))]
    within = all(max(cut, whole) + top <= limit for (cut, top), limit in zip(worst, limits, strict=False))
    if within and all(cut <= 1 for cut, _ in worst):
        return None
    scale = lcm(*(share.denominator for row in (*shares.values(), limits) for share in row))
    return _marked(plan, stage, shares, limits, scale)


def _sums(plan: Plan, shares: Mapping[int, list[Fraction]], version: int) -> tuple[Fraction, Fraction]:
    """Carve-outs and overlays of one version, if every column is filled."""
    parts = {r: row[version] for r, row in shares.items()}
    cut = sum((s for r, s in parts.items() if plan.crediting[r].kind != "overlay"), Fraction(0))
    return cut, sum(parts.values(), Fraction(0)) - cut


def _marked(
    plan: Plan, stage: t.Stage, shares: Mapping[int, list[Fraction]], limits: list[Fraction], scale: int
) -> t.Stage:
    carved, over = t.value(0), t.value(0)
    rest = t.value(0) > 0
    for r, rule in enumerate(plan.crediting):
        filled = ~(t.col(rule.to).fill("") == "")
        if r not in shares:
            rest = rest | filled
            continue
        part = t.when(filled, by_version([int(share * scale) for share in shares[r]]), 0)
        if rule.kind == "overlay":
            over = over + part
        else:
            carved = carved + part
    total = t.when(rest, t.when(carved > scale, carved, t.value(scale)), carved) + over
    too_much = carved > scale
    if limits:
        too_much = too_much | (total > by_version([int(limit * scale) for limit in limits]))
    return stage.with_columns(over=t.when(too_much, 1, 0))


def by_version(numbers: list[int]) -> t.Expr:
    """The number of the version that a row belongs to."""
    found = t.value(numbers[0])
    for version, number in enumerate(numbers[1:], start=1):
        if number != numbers[version - 1]:
            found = t.when(t.col("v") >= version, number, found)
    return found
