"""Components that see a whole period at once: curves, ready measures and team sums."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import attrs

from salesteam.core import rational_text, round_to
from salesteam.incentives._component import Component
from salesteam.incentives._days import interval_of, spans
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._model import Plan
from salesteam.incentives._numbers import Lacking, Numbers, Shape
from salesteam.incentives._path import Path
from salesteam.incentives._shape import curve_of
from salesteam.incentives._usable import unpaid_row

__all__ = ["Once", "by_period"]


@attrs.frozen(kw_only=True)
class Once:
    """Pay of one payee, period and component that no single transaction moves."""

    payee: str
    period: str
    component: str
    before: Fraction
    after: Fraction
    raw: Fraction
    pay: int
    shape: Shape
    formula: str


def by_period(
    plan: Plan, name: str, numbers: Numbers, payees: Iterable[tuple[str, str]]
) -> tuple[list[Once], list[UnpaidRow]]:
    """Pay a component on the sums of whole periods.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    name : str
        The component.
    numbers : Numbers
        Sums, quotas, targets, factors.
    payees : iterable of (str, str)
        Payee and period, each once.

    Returns
    -------
    tuple of (list of Once, list of UnpaidRow)
        Pay; and who lacks a number.
    """
    c = plan.components[name]
    found, unpaid = [], []
    reached: dict[tuple[str, str], tuple[Fraction, Fraction, int]] = {}
    for payee, period in sorted(payees, key=lambda pair: (pair[0], spans(pair[1]))):
        try:
            made = _one(plan, name, c, numbers, (payee, period), reached)
        except Lacking as why:
            about = {"payee": payee, "period": period, **why.values, "component": name}
            unpaid.append(unpaid_row(why.code, table="values", **{**about, "payee": payee}))
            continue
        found.append(made)
    return found, unpaid


def _one(
    plan: Plan, name: str, c: Component, numbers: Numbers, who: tuple[str, str],
    reached: dict[tuple[str, str], tuple[Fraction, Fraction, int]],
) -> Once:  # fmt: skip
    payee, period = who
    span = interval_of(plan, c.accumulate, period)
    curve = curve_of(c, numbers.look(period))
    path = Path.parse(str(c.measure))
    assert path is not None
    ready = numbers.values.get((f"{path.measure}.attainment", "payee", payee, period))
    team = path.team or plan.measures[path.measure].scope != "payee"
    unit = numbers.unit(path.measure)
    if ready is not None and curve.x == "quota" and curve.pays != "quota" and not team:
        s, q = ready, Fraction(1)
    else:
        s = numbers.path(path.measure if not path.team else f"team.{path.measure}", payee, period) * unit
        q = Fraction(1)
        if curve.x == "quota" or curve.pays == "target/quota":
            q = _team_quota(numbers, path, payee, span) if team else numbers.quota(payee, span, path.measure)
    before, paid, rounded = reached.get((payee, span), (Fraction(0), Fraction(0), 0))
    after = before + s
    x = _x(after / q if curve.x == "quota" else after / unit, numbers, curve.x)
    piece = curve.piece(x)
    if piece.gap:
        raise Lacking("tier-gap", at=x, until=x, gaps=c.gaps, payee=payee, period=period)
    total = piece.at(x) * _pays(curve.pays, numbers, (name, payee, span), q, unit)
    raw = total - paid
    shape = numbers.shape(name, payee, period, plan.rounding)
    bent = shape != Shape()
    pay = shape.apply(raw, plan.rounding) if bent else round_to(total, plan.rounding) - rounded
    reached[payee, span] = (after, total, rounded + pay)
    formula = f"F({rational_text(x)}) = {rational_text(piece.at(x))}"
    return Once(
        payee=payee, period=period, component=name, before=before / unit, after=after / unit, raw=raw, pay=pay,
        shape=shape, formula=formula,
    )  # fmt: skip


def _x(x: Fraction, numbers: Numbers, kind: str) -> Fraction:
    rounding = numbers.plan.attainment_rounding
    return rounding.apply(x) if kind == "quota" and not isinstance(rounding, str) else x


def _team_quota(numbers: Numbers, path: Path, payee: str, period: str) -> Fraction:
    return numbers.group_quota(path.measure, "team", numbers.team_of(payee, period), period)


def _pays(pays: str, numbers: Numbers, target: tuple[str, str, str], q: Fraction, unit: int) -> Fraction:
    if pays in {"target", "base"}:
        return numbers.target(*target)
    if pays == "target/quota":
        return numbers.target(*target) * unit / q
    if pays == "quota":
        return q * numbers.minor / unit
    return Fraction(numbers.minor)
