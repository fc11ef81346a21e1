"""Components that see a whole period at once: curves, ready measures and team sums."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import attrs

from salesteam.core import rational_text, round_to
from salesteam.incentives._clamp import Shape
from salesteam.incentives._columnar._numbers import Numbers
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve
from salesteam.incentives._days import interval_of, spans
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Plan
from salesteam.incentives._parts import Rounding
from salesteam.incentives._path import Path
from salesteam.incentives._shape import curve_of
from salesteam.incentives._unpaid import unpaid_row

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
    first: bool = True
    cut: bool = False


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
    found: list[Once] = []
    unpaid: list[UnpaidRow] = []
    reached: dict[tuple[str, str], _Reached] = {}
    for payee, period in sorted(payees, key=lambda pair: (pair[0], spans(pair[1]))):
        try:
            asked = _asked(plan, name, c, numbers, payee, period)
        except Lacking as why:
            unpaid.append(_back(name, payee, period, why))
            continue
        paid: Fraction | None = None
        for move in asked.moves:
            now = reached.setdefault((payee, asked.span), _Reached()).moved(move, afresh=c.accumulate == "transaction")
            try:
                made = _pay(plan, name, asked, now, paid)
            except Lacking as why:
                unpaid.append(_back(name, payee, period, why))
                reached[payee, asked.span] = now
                continue
            paid = made.raw + (paid or 0)
            reached[payee, asked.span] = now.paid(made, bent=asked.shape != Shape())
            found.append(made)
    return found, unpaid


@attrs.frozen(kw_only=True)
class _Reached:
    """How far a payee has come in an accumulation interval: the sum, the sum last paid on, exact pay, rounded pay."""

    at: Fraction = Fraction(0)
    since: Fraction = Fraction(0)
    first: bool = True
    total: Fraction = Fraction(0)
    rounded: int = 0

    def moved(self, by: Fraction, *, afresh: bool) -> _Reached:
        start = Fraction(0) if afresh else self.at
        return attrs.evolve(
            self, at=start + by, since=Fraction(0) if afresh else self.since, first=afresh or self.first
        )

    def paid(self, made: Once, *, bent: bool) -> _Reached:
        rounded = self.rounded if bent else self.rounded + made.pay
        return attrs.evolve(self, since=self.at, first=False, total=self.total + made.raw, rounded=rounded)


@attrs.frozen(kw_only=True)
class _Asked:
    """What one payee and period need before they can be paid: numbers, and what was achieved row by row."""

    payee: str
    period: str
    span: str
    curve: Curve
    moves: tuple[Fraction, ...]
    quota: Fraction
    pays: Fraction
    unit: int
    shape: Shape
    rounding: Rounding | None
    cut: bool


def _back(name: str, payee: str, period: str, why: Lacking) -> UnpaidRow:
    about = {"period": period, **why.values, "payee": payee, "component": name}
    return unpaid_row(why.code, table="values", **about)


def _asked(plan: Plan, name: str, c: Component, numbers: Numbers, payee: str, period: str) -> _Asked:
    span = interval_of(plan, c.accumulate, period)
    curve = curve_of(c, numbers.look(period))
    path = Path.parse(str(c.measure))
    assert path is not None
    measure = plan.measures[path.measure]
    team = path.team or measure.scope != "payee"
    unit = numbers.unit(path.measure)
    ready = numbers.values.get((f"{path.measure}.attainment", "payee", payee, period))
    quota = Fraction(1)
    moves: tuple[Fraction, ...]
    if ready is not None and curve.x == "quota" and curve.pays != "quota" and not team:
        moves = (ready,)
    else:
        if curve.x == "quota" or curve.pays == "target/quota":
            quota = _team_quota(numbers, path, payee, span) if team else numbers.quota(payee, span, path.measure)
        moves = (numbers.path(f"team.{path.measure}" if path.team else path.measure, payee, period) * unit,)
        if measure.value is None and not team and c.method != "curve":
            moves = tuple(move * unit for move in numbers.moves[path.measure, "payee", payee, period])
    pays = _pays(curve.pays, numbers, (name, payee, span), quota, unit)
    shape = numbers.shape(name, payee, period, plan.rounding)
    return _Asked(
        payee=payee, period=period, span=span, curve=curve, moves=moves, quota=quota, pays=pays, unit=unit,
        shape=shape, rounding=numbers.rounding(period) if c.method == "curve" else None,
        cut=ready is None and not team and c.method != "curve",
    )  # fmt: skip


def _pay(plan: Plan, name: str, asked: _Asked, now: _Reached, paid: Fraction | None) -> Once:
    """Pay of one move: the difference of the curve; `paid` is the exact pay of the period so far, None at first."""
    curve, over = asked.curve, asked.quota if asked.curve.x == "quota" else Fraction(asked.unit)
    x, x_before = now.at / over, now.since / over
    if asked.rounding is not None:
        x, x_before = asked.rounding.apply(x), asked.rounding.apply(x_before)
    piece = curve.piece(x)
    if piece.gap:
        gaps = plan.components[name].gaps
        raise Lacking("tier-gap", at=x, until=x, gaps=gaps, payee=asked.payee, period=asked.period)
    raw = (piece.at(x) - (Fraction(0) if now.first else curve.at(x_before))) * asked.pays
    if asked.shape == Shape():
        pay = round_to(now.total + raw, plan.rounding) - now.rounded
    else:
        pay = asked.shape.apply((paid or 0) + raw, plan.rounding)
        pay -= 0 if paid is None else asked.shape.apply(paid, plan.rounding)
    return Once(
        payee=asked.payee, period=asked.period, component=name, before=now.since / asked.unit,
        after=now.at / asked.unit, raw=raw, pay=pay, shape=asked.shape,
        formula=f"F({rational_text(x)}) = {rational_text(piece.at(x))}", first=now.first, cut=asked.cut,
    )  # fmt: skip


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
