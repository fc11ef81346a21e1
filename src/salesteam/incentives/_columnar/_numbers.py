"""Numbers of a payee in a period: quota, target, attainment, factor, gate, limits. All exact fractions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any, TypeVar

import attrs

from salesteam.core import Report, exponent, round_to
from salesteam.errors import InvalidValueError
from salesteam.incentives._bending import Limit, Modifier, TargetShare
from salesteam.incentives._clamp import Shape, between, held
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import ONCE, look_day, period_of, spans
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Number
from salesteam.incentives._parts import Rounding
from salesteam.incentives._path import Path
from salesteam.incentives._people import People
from salesteam.incentives._posted import Disputed, agreed
from salesteam.incentives._shape import bands

__all__ = ["Numbers"]

_T = TypeVar("_T")
_ENDLESS = frozenset({date.min, date.max})


@attrs.define(kw_only=True, eq=False)
class Numbers:
    """All numbers of a run that belong to people and periods rather than to rows."""

    plan: Plan
    people: People
    periods: tuple[str, ...]
    known_as_of: Any
    quotas: Mapping[tuple[str, str], Mapping[str, Fraction | Disputed]]
    targets: Mapping[str, Mapping[str, tuple[int | None, int | None] | Disputed]]
    values: Mapping[tuple[str, str, str, str], Fraction]
    moves: Mapping[tuple[str, str, str, str], tuple[Fraction, ...]]
    sums: Callable[[str, str], Mapping[tuple[str, str], Fraction]]
    report: Report
    _memo: dict[tuple[object, ...], Any] = attrs.field(factory=dict, init=False, repr=False)

    def _once(self, make: Callable[[], _T], *key: object) -> _T:
        """What `make` gives, made once for a key; a number that is lacking is looked for anew."""
        if key not in self._memo:
            self._memo[key] = make()
        found: _T = self._memo[key]
        return found

    @property
    def minor(self) -> int:
        """Minor units in a major one."""
        return int(10 ** exponent(self.plan.currency))

    def unit(self, measure: str) -> int:
        """Smallest units in one unit of a measure."""
        return self.minor if self.plan.measures[measure].unit == "money" else 1

    def quota(self, payee: str, interval: str, measure: str) -> Fraction:
        """Quota in the measure's smallest unit; lacking where it is missing or not above zero."""
        told = self.quotas.get((payee, measure), {})
        total = Fraction(sum(agreed(self._inside(told, interval))))
        if not total and ONCE in told and interval == "plan" and self.plan.period != ONCE and not self._count(interval):
            raise Lacking("quota-endless", payee=payee, period=interval, measure=measure)
        if total <= 0:
            raise Lacking("no-quota", payee=payee, period=interval, measure=measure)
        return total

    def parts(self, measure: str) -> int:
        """Into how many parts the unit of a measure is cut by its quotas."""
        quotas = (q for (_, m), own in self.quotas.items() if m == measure for q in own.values())
        return lcm(*(Fraction(quota).denominator for quota in quotas if not isinstance(quota, Disputed)), 1)

    def target(self, name: str | None, payee: str, interval: str) -> Fraction:
        """Pay at target in minor units, weighted for a component."""
        component = self.plan.components[name] if name is not None else None
        weight = Fraction(1)
        look = self.look(interval)
        if component is not None and component.weight is not None:
            weight = look(component.weight)
        if component is not None and component.target is not None:
            return look(component.target) * self.minor * weight
        column = 1 if component is not None and component.pays_of == "base" else 0
        found = [pair[column] for pair in agreed(self._inside(self.targets.get(payee, {}), interval))]
        held = [x for x in found if x is not None]
        if not held and component is None:
            own = [c for c in self.plan.components.values() if c.target is not None]
            if own:
                weights = [look(c.weight) if c.weight is not None else Fraction(1) for c in own]
                total = sum(
                    (look(c.target) * w for c, w in zip(own, weights, strict=True) if c.target is not None), Fraction(0)
                )
                return total * self.minor
        if not held:
            raise Lacking("no-target", payee=payee, period=interval)
        return sum(held, Fraction(0)) * weight

    def look(self, period: str) -> Callable[[Number], Fraction]:
        """Gives numbers of the plan as they hold in a period."""
        return self._once(lambda: self._look(period), "look", period)

    def _look(self, period: str) -> Callable[[Number], Fraction]:
        low = look_day(self.plan, period)
        held = number_on(self.plan, low, self.known_as_of, strict=True)

        def look(number: Number) -> Fraction:
            try:
                return held(number)
            except InvalidValueError:
                raise Lacking("parameter-not-yet", name=str(number), date=low, period=period) from None

        return look

    def team_of(self, payee: str, period: str) -> str:
        """Team of a payee in a period."""
        index = self.people.during(payee, period)
        team = None if index is None else self.people.rows[index].team
        if team is None:
            raise Lacking("no-team", payee=payee, period=period)
        return team

    def members(self, team: str, period: str) -> list[str]:
        """Payees whose team in a period it is."""
        return self._once(lambda: self._teams(period), "teams", period).get(team, [])

    def _teams(self, period: str) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = {}
        for payee in self.people.positions:
            index = self.people.during(payee, period)
            if index is not None:
                found.setdefault(self.people.rows[index].team, []).append(payee)
        return found

    def sum(self, measure: str, kind: str, who: str, period: str) -> Fraction:
        """What a payee, a team or all reached of a measure in a period, in its smallest unit."""
        if self.plan.measures[measure].value is None:
            ready = self.values.get((measure, kind, who, period))
            if ready is None and kind == "team":
                parts = [self.values.get((measure, "payee", m, period)) for m in self.members(who, period)]
                held = [p for p in parts if p is not None]
                ready = sum(held, Fraction(0)) if held else None
            if ready is None:
                raise Lacking("no-measure", payee=who, period=period, measure=measure)
            return ready * self.unit(measure)
        return self._once(lambda: self.sums(measure, kind), "sums", measure, kind).get((who, period), Fraction(0))

    def path(self, text: str, payee: str, period: str) -> Fraction:
        """The number of a path for a payee in a period, money in major units."""
        kind = self._kind(text)
        who = {"payee": payee, "all": ""}.get(kind)
        who = self.team_of(payee, period) if who is None else who
        return self._once(lambda: self._reached(text, kind, who, period), "path", text, who, period)

    def _kind(self, text: str) -> str:
        """Whose number a path reads: of the payee, the team, or all."""
        path = Path.parse(text)
        assert path is not None
        return "team" if path.team else self.plan.measures[path.measure].scope

    def _reached(self, text: str, kind: str, who: str, period: str) -> Fraction:
        path = Path.parse(text)
        assert path is not None
        if not path.attainment:
            return self.sum(path.measure, kind, who, period) / self.unit(path.measure)
        ready = self.values.get((f"{path.measure}.attainment", kind, who, period))
        if ready is None:
            ready = self.sum(path.measure, kind, who, period) / self.group_quota(path.measure, kind, who, period)
        return self.rounded(ready, period)

    def rounded(self, attainment: Fraction, period: str) -> Fraction:
        """An attainment as the plan rounds it in a period."""
        rounding = self.rounding(period)
        return attainment if rounding is None else rounding.apply(attainment)

    def rounding(self, period: str) -> Rounding | None:
        """How the plan rounds attainment in a period; None where it does not."""
        rounding = self.plan.attainment_rounding
        return rounding.known(self.look(period)) if isinstance(rounding, Rounding) else None

    def group_quota(self, measure: str, kind: str, who: str, period: str) -> Fraction:
        """Quota of a payee, or the sum of quotas of a team."""
        payees = [who] if kind == "payee" else self.members(who, period)
        if kind == "all":
            payees = list(dict.fromkeys(p for p, m in self.quotas if m == measure))
        total = sum(sum(agreed(self._inside(self.quotas.get((payee, measure), {}), period))) for payee in payees)
        if total <= 0:
            raise Lacking("no-quota", payee=who, period=period, measure=measure)
        return Fraction(total)

    def _inside(self, by_period: Mapping[str, Any], interval: str) -> list[Any]:
        """The entry of an interval itself, else those of the periods inside it, else one for each pay period in it."""
        if interval in by_period:
            return [by_period[interval]]
        low, high = spans(interval)
        days = {name: spans(name) for name in by_period if name != ONCE or self.plan.period == ONCE}
        inside = [name for name, (start, end) in days.items() if low <= start and end <= high]
        widest = [n for n in inside if not any(m != n and _within(days[n], days[m]) for m in inside)]
        if widest or ONCE not in by_period:
            return [by_period[name] for name in widest]
        return [by_period[ONCE]] * self._once(lambda: self._count(interval), "count", interval)

    def _count(self, interval: str) -> int:
        """How many pay periods begin in an interval; none where it has no end."""
        low, high = spans(interval)
        if interval == "plan":
            low, high = self.plan.valid.from_ or low, self.plan.valid.until or high
        count, name = 0, "" if _ENDLESS & {low, high} else period_of(self.plan, low)
        while name and spans(name)[0] < high:
            count += spans(name)[0] >= low
            name = period_of(self.plan, spans(name)[1])
        return count

    def gate(self, of: str, payee: str, period: str) -> Fraction:
        """1 if every gate on a component is open, else 0."""
        look = self.look(period)
        for gate in self.plan.gates:
            if gate.locks in {of, "plan"}:
                passed = [self.path(test.measure, payee, period) >= look(test.at_least) for test in gate.tests]
                if not (all(passed) if gate.needs == "all" else any(passed)):
                    return Fraction(0)
        return Fraction(1)

    def factor(self, of: str, payee: str, period: str) -> Fraction:
        """All factors on a component, or on the plan, joined."""
        mine = [m for m in self.plan.modifiers if m.of == of]
        found = [self.one(m, payee, period) for m in mine]
        if not found:
            return Fraction(1)
        joined = Fraction(1)
        if mine[0].join == "sum":
            joined += sum((f - 1 for f in found), Fraction(0))
        else:
            for each in found:
                joined *= each
        if joined < 0:
            raise Lacking("modifier-negative", of=of, payee=payee, period=period)
        return joined

    def one(self, modifier: Modifier, payee: str, period: str) -> Fraction:
        """The factor of one modifier."""
        look = self.look(period)
        x = self.path(modifier.measure, payee, period)
        x = modifier.round.known(look).apply(x) if modifier.round is not None else x
        if modifier.clamp is not None:
            return max(look(modifier.clamp[0]), min(look(modifier.clamp[1]), x))
        if modifier.tiers:
            for band in bands(modifier.tiers, modifier.edge, look):
                above = x > band.low or (x == band.low and band.owns_low)
                if above and (band.high is None or x < band.high or (x == band.high and band.owns_high)):
                    return band.rate or Fraction(0)
            raise Lacking("tier-gap", at=x, until=x, gaps="refuse", payee=payee, period=period)
        if modifier.nodes:
            return between(modifier, [(look(a), look(b)) for a, b in modifier.nodes], x)
        return x

    def shape(self, name: str, payee: str, period: str, rounding: str) -> Shape:
        """Gate, factors, floors and caps of a component, folded into one clamp."""
        kinds = self._once(lambda: self._kinds(name), "kinds", name)
        who: object = payee if "payee" in kinds else ""
        if kinds == {"team"}:
            index = self.people.during(payee, period)
            who = None if index is None else self.people.rows[index].team
        return self._once(lambda: self._shape(name, payee, period, rounding), "shape", name, who, period)

    def shared(self, name: str) -> bool:
        """Whether all members of a team have the same shape for a component."""
        return "payee" not in self._once(lambda: self._kinds(name), "kinds", name)

    def _kinds(self, name: str) -> set[str]:
        """Whose numbers bend a component: the payee's, else the team's, else nobody's."""
        of = {name, "plan"}
        texts = [m.measure for m in self.plan.modifiers if m.of in of]
        texts += [test.measure for g in self.plan.gates if g.locks in of for test in g.tests]
        own = any(x.of in of and isinstance(x.limit, TargetShare) for x in (*self.plan.caps, *self.plan.floors))
        found = {*map(self._kind, texts), *(["payee"] if own else [])} - {"all"}
        return {"payee"} if len(found) > 1 else found

    def _shape(self, name: str, payee: str, period: str, rounding: str) -> Shape:
        gate, own, whole = (
            self.gate(name, payee, period),
            self.factor(name, payee, period),
            self.factor("plan", payee, period),
        )
        caps = self.limits(self.plan.caps, name, payee, period)
        floors = self.limits(self.plan.floors, name, payee, period)
        low: Fraction | None = None
        high: Fraction | None = None
        for at, by in (("before_modifiers", own), ("after_modifiers", Fraction(1))):
            floor = max((x for a, x in floors if a == at), default=None)
            cap = min((x for a, x in caps if a == at), default=None)
            low, high = held(low, high, floor, cap)
            low, high = None if low is None else low * by, None if high is None else high * by
        return Shape(
            gate=gate,
            factor=gate * own * whole,
            low=None if low is None else round_to(low * whole, rounding),
            high=None if high is None else round_to(high * whole, rounding),
        )

    def limits(self, limits: Iterable[Limit], of: str, payee: str, period: str) -> list[tuple[str, Fraction]]:
        """Limits on a component or the plan in minor units, with where each cuts."""
        found = []
        for each in limits:
            if each.of == of:
                look = self.look(period)
                if isinstance(each.limit, TargetShare):
                    amount = look(each.limit.share) * self.target(None if of == "plan" else of, payee, period)
                else:
                    amount = look(each.limit) * self.minor
                found.append((str(each.at), amount))
        return found


def _within(inner: tuple[date, date], outer: tuple[date, date]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
