"""Whether everybody who reaches the quota earns the target: what the plan pays there, against the table of targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from salesteam.core import Finding, Place, find
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError
from salesteam.incentives._component import Component
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import spans
from salesteam.incentives._frame import TargetRow
from salesteam.incentives._path import Path
from salesteam.incentives._people import People
from salesteam.incentives._run import Run
from salesteam.incentives._shape import Lookup, curve_of

__all__ = ["at_quota"]

_OF_TARGET = frozenset({"matrix", "mbo"})


def at_quota(run: Run, people: People) -> Iterator[Finding]:
    """A finding for each payee whose pay at quota is not the target of the table.

    Said only where every component of the payee can be computed from quota and target alone, and once for each payee.
    """
    if run.facts.targets is None:
        return
    quotas = {(row.payee, row.period, row.measure): row.quota for row in run.attainment if row.quota}
    told: set[str] = set()
    for row in t.read_table(run.facts.targets, TargetRow, table="targets", currency=run.plan.currency).values:
        period = (
            row.period if row.period in run.periods else next(iter(run.periods), None) if row.period is None else None
        )
        if row.payee in told or row.target_minor is None or period is None:
            continue
        target = Fraction(row.target_minor, run.minor)
        index = people.during(row.payee, period) if people.given else None
        look = number_on(run.plan, _first(period), run.as_of)
        mine = [c for c in run.plan.components.values() if not c.for_ or people.suits(index, c.for_)]
        pays = [_pay(c, look, target, _quota(c, row.payee, period, quotas)) for c in mine]
        total = Fraction(0)
        for pay in pays:
            if pay is None:
                break
            total += pay
        else:
            if pays and total != target:
                told.add(row.payee)
                place = Place(table="targets", key=row.payee)
                yield find("incentives.ote-incoherent", place, at=period, of=row.payee, pay=total, target=target)


def _first(period: str) -> date | None:
    start = spans(period)[0]
    return None if start == date.min else start


def _quota(
    c: Component, payee: str, period: str, quotas: Mapping[tuple[str, str, str], Fraction | None]
) -> Fraction | None:
    path = Path.parse(c.measure or "")
    return None if path is None or path.team else quotas.get((payee, period, path.measure))


def _pay(c: Component, look: Lookup, target: Fraction, quota: Fraction | None) -> Fraction | None:
    """What a component pays at quota; None if quota and target do not tell."""
    weight = look(c.weight) if c.weight is not None else Fraction(1)
    own = (look(c.target) if c.target is not None else target) * weight
    if c.method in _OF_TARGET:
        return own
    try:
        curve = curve_of(c, look)
    except InvalidValueError:
        return None
    if quota is None:
        return None
    units = {"one": Fraction(1), "quota": quota, "target": own, "target/quota": own / quota}
    at = Fraction(1) if curve.x == "quota" else quota
    return curve.at(at) * units[curve.pays] if curve.pays in units else None
