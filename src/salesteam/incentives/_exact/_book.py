"""The numbers of a run: what was reached, what was asked, whose team, which months. All exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

import attrs

from salesteam.core import Finding, exponent
from salesteam.errors import InvalidValueError
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import ends, interval_name, interval_of, look_day, period_of, spans, version_day
from salesteam.incentives._exact._carried import Carried
from salesteam.incentives._exact._credit import Credit, Picked
from salesteam.incentives._exact._joined import Joined
from salesteam.incentives._exact._stay import Stays, months_between
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Number
from salesteam.incentives._parts import Rounding
from salesteam.incentives._path import Path
from salesteam.incentives._people import People
from salesteam.incentives._posted import TENURE, Posted

__all__ = ["Book"]

_T = TypeVar("_T")
_ENDLESS = frozenset({date.min, date.max})
Look = Callable[[Number], Fraction]


@attrs.define(kw_only=True, eq=False)
class Book:
    """All numbers of a run.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    people, stays, posted
        Who, when, and the small tables.
    credits : sequence of Credit
        In order; those that can be paid.
    periods : tuple of str
        Pay periods of the run, in order.
    known_as_of : date or None
        Day of the knowledge.
    carried : Carried
        Where an earlier run stood; it moves on with this one.
    changed : bool
        Whether everything is to be rated, not only what the new rows touch: there is no earlier run, or the small
        tables say something else than they did for it.
    halts : list of Finding
        Why the run cannot go on from the earlier one.
    """

    plan: Plan
    people: People
    stays: Stays
    posted: Posted
    credits: Sequence[Credit]
    periods: tuple[str, ...]
    known_as_of: date | None
    carried: Carried = attrs.field(factory=Carried)
    changed: bool = True
    halts: list[Finding] = attrs.field(factory=list)
    _memo: dict[tuple[object, ...], Any] = attrs.field(factory=dict, init=False, repr=False)

    def once(self, make: Callable[[], _T], *key: object) -> _T:
        """What `make` gives, made once for a key."""
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
        return self.minor if measure in self.plan.measures and self.plan.measures[measure].unit == "money" else 1

    # numbers of the plan

    def look(self, period: str) -> Look:
        """Gives numbers of the plan as they hold in a period."""
        return self.once(lambda: self._look(period), "look", period)

    def _look(self, period: str) -> Look:
        return self._strict(look_day(self.plan, period), period)

    def look_on(self, day: date | None) -> Look:
        """Gives numbers of the plan as they hold for a row of a day."""
        on = self.plan.valid.from_ if day is None else version_day(self.plan, day)
        return self.once(lambda: self._strict(on, str(on)), "look on", on)

    def _strict(self, on: date | None, period: str) -> Look:
        held = number_on(self.plan, on, self.known_as_of, strict=True)

        def look(number: Number) -> Fraction:
            try:
                return held(number)
            except InvalidValueError:
                raise Lacking("parameter-not-yet", name=str(number), date=on, period=period) from None

        return look

    # spans

    def within(self, interval: str) -> tuple[str, ...]:
        """The pay periods of the run that lie in an interval."""
        low, high = spans(interval)
        return self.once(
            lambda: tuple(p for p in self.periods if low <= spans(p)[0] and spans(p)[1] <= high) or (interval,),
            "within", interval,
        )  # fmt: skip

    def interval(self, accumulate: str | None, period: str) -> str:
        """The interval of accumulation that a pay period lies in."""
        return interval_of(self.plan, accumulate, period)

    def period_on(self, day: date | None) -> str:
        """The pay period that a day lies in."""
        return period_of(self.plan, day)

    def interval_on(self, accumulate: str | None, day: date | None) -> str:
        """The interval of accumulation that a day lies in."""
        return interval_name(self.plan, accumulate, day)

    # people

    def team_of(self, payee: str, period: str) -> str:
        """Team of a payee in a period."""
        index = self.people.during(payee, period)
        team = None if index is None else self.people.rows[index].team
        if team is None:
            raise Lacking("no-team", payee=payee, period=period)
        return team

    @property
    def payees(self) -> list[str]:
        """Everyone whom people, or else credits, tell of."""
        told = (*self.carried.payees, *(credit.payee for credit in self.credits))
        return self.once(lambda: list(self.people.positions or dict.fromkeys(told)), "payees")

    def members(self, team: str, period: str) -> list[str]:
        """Payees whose team in a period it is."""
        return self.once(lambda: self._teams(period), "teams", period).get(team, [])

    def _teams(self, period: str) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = {}
        for payee in self.people.positions:
            index = self.people.during(payee, period)
            if index is not None:
                found.setdefault(self.people.rows[index].team, []).append(payee)
        return found

    def suits(self, payee: str, period: str, wanted: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether a payee matches a `for` in a period: with the last of several rows, or with the first."""
        return self.people.suits(self.people.during(payee, period, first=self.change == "first"), wanted)

    def meant(self, credit: Credit, wanted: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether the payee of a credit matches a `for`: on its day, or in its period if the plan says so."""
        if self.change not in {"first", "last"} or credit.deal.on is None:
            return self.people.suits(credit.person, wanted)
        return self.suits(credit.payee, self.period_on(credit.deal.on), wanted)

    @property
    def change(self) -> str | None:
        """What holds in a period in which somebody changes from one `for` to another."""
        return None if self.plan.proration is None else self.plan.proration.plan_change

    def tenure(self, payee: str, period: str) -> Fraction:
        """Which month of someone's time a period begins in, the month of the start being 1."""
        ready = self.posted.one(TENURE, "payee", payee, period)
        if ready is not None:
            return ready
        start = self.stays.began(payee)
        first, _ = ends(self.plan, period)
        if start is None or first is None:
            raise Lacking("no-measure", payee=payee, period=period, measure=TENURE)
        return Fraction(months_between(start, max(first, start)))

    # what was reached

    def kind(self, text: str) -> str:
        """Whose number a path reads: of the payee, the team, or all."""
        path = self._path(text)
        return "team" if path.team else self.plan.measures[path.measure].scope

    def _path(self, text: str) -> Path:
        path = Path.parse(text)
        if path is None or (path.measure not in self.plan.measures and path.measure != TENURE):
            raise Lacking("no-measure", payee="", period="", measure=text)
        return path

    def _holder(self, kind: str, payee: str, period: str) -> str:
        return {"payee": payee, "all": ""}.get(kind) if kind != "team" else self.team_of(payee, period)  # type: ignore[return-value]  # one of the three

    def rows(self, measure: str, kind: str) -> Mapping[str, Mapping[str, list[Credit]]]:
        """The credits that count for a measure, by holder and pay period, in order."""
        return self.once(lambda: self._rows(measure, kind), "rows", measure, kind)

    def _rows(self, measure: str, kind: str) -> dict[str, dict[str, list[Credit]]]:
        found: dict[str, dict[str, list[Credit]]] = {}
        for credit in self.credits:
            holder = {"payee": credit.payee, "team": credit.team, "all": ""}[kind]
            if measure in credit.counts and holder is not None and measure in credit.values:
                found.setdefault(holder, {}).setdefault(credit.period, []).append(credit)
        return found

    def joined(self, measure: str, rows: Iterable[Credit], ready: Sequence[Fraction] = ()) -> Fraction:
        """Rows of a measure, and values of it that came ready, as one number in its smallest unit."""
        return Joined(measure, self.plan.measures[measure]).add_ready(ready).add_all(rows).value

    def sum(self, measure: str, kind: str, who: str, periods: Sequence[str], only: Picked | None = None) -> Fraction:
        """What a payee, a team or all reached of a measure in some periods, in its smallest unit; `only` picks rows."""
        if measure == TENURE:
            return self.tenure(who, periods[-1])
        ready = self.ready(measure, kind, who, periods) if only is None or not self._counted(measure) else ()
        rows = self.counted(measure, kind, who, periods)
        joined = Joined(measure, self.plan.measures[measure]).add_ready(ready)
        for period in self._counting(measure, kind, who, periods):
            held = self.carried.sums.get((measure, kind, who, period, "" if only is None else only.of))
            if held is not None:
                joined.take(held)
        try:
            return joined.add_all(rows if only is None else filter(only.about, rows)).value
        except Lacking as why:
            raise Lacking(why.code, payee=who, period=periods[-1], measure=measure) from None

    def _counted(self, measure: str) -> bool:
        """Whether transactions are counted for a measure."""
        return self.plan.measures[measure].value is not None

    def counted(self, measure: str, kind: str, who: str, periods: Sequence[str]) -> Iterator[Credit]:
        """The credits of some periods; none of a period of which a ready value says what the whole team reached."""
        mine = self.rows(measure, kind).get(who, {})
        return (row for period in self._counting(measure, kind, who, periods) for row in mine.get(period, ()))

    def _counting(self, measure: str, kind: str, who: str, periods: Sequence[str]) -> list[str]:
        return [p for p in periods if kind != "team" or (measure, kind, who, p) not in self.posted.moves]

    def behind(self, measure: str, payee: str, period: str) -> tuple[str, ...]:
        """The transactions of a payee's own that count for a measure in a period."""
        new = (credit.deal.id for credit in self.rows(measure, "payee").get(payee, {}).get(period, ()))
        return (*self.carried.seen.get((measure, payee, period), ()), *new)

    def ready(self, measure: str, kind: str, who: str, periods: Sequence[str]) -> list[Fraction]:
        """The values of a measure that came ready, in its smallest unit; a measure of nothing else needs one."""
        held = [value for period in periods for value in self._moves(measure, kind, who, period)]
        about = {"payee": who, "period": periods[-1], "measure": measure}
        if not held and not self._counted(measure):
            raise Lacking("no-measure", **about)
        own = self.plan.measures[measure]
        if own.aggregate == "sum" and len(held) > 1 and own.unit == "share":
            raise Lacking("share-summed", **about)
        return [value * self.unit(measure) for value in held]

    def _moves(self, measure: str, kind: str, who: str, period: str) -> Sequence[Fraction]:
        own = self.posted.parts(measure, kind, who, period)
        if own is not None or kind == "payee":
            return own or ()
        payees = self.members(who, period) if kind == "team" else self._everyone(measure, period)
        return [x for payee in payees for x in self.posted.parts(measure, "payee", payee, period) or ()]

    def _everyone(self, measure: str, period: str) -> list[str]:
        return [who for (m, kind, who, p) in self.posted.moves if (m, kind, p) == (measure, "payee", period)]

    def path(self, text: str, payee: str, period: str, interval: str | None = None) -> Fraction:
        """The number of a path for a payee in a period, or in an interval that holds it; money in major units."""
        if text == TENURE:
            return self.tenure(payee, period)
        who = self._holder(self.kind(text), payee, period)
        span = interval or period
        return self.once(lambda: self._reached(text, who, span), "path", text, who, span)

    def _reached(self, text: str, who: str, span: str) -> Fraction:
        path, kind = self._path(text), self.kind(text)
        periods = self.within(span)
        name = f"{path.measure}.attainment" if path.attainment else path.measure
        whole = self.posted.whole(name, kind, who, span)
        if whole is not None:
            return self.rounded(whole, span) if path.attainment else whole
        if not path.attainment:
            return self.sum(path.measure, kind, who, periods) / self.unit(path.measure)
        ready = self.posted.one(f"{path.measure}.attainment", kind, who, span)
        if ready is None:
            ready = self.sum(path.measure, kind, who, periods) / self.group_quota(path.measure, kind, who, span)
        return self.rounded(ready, span)

    def rounded(self, attainment: Fraction, span: str) -> Fraction:
        """An attainment as the plan rounds it in a period, or in an interval of accumulation."""
        rounding = self.rounding(span)
        return attainment if rounding is None else rounding.apply(attainment)

    def rounding(self, span: str) -> Rounding | None:
        """How the plan rounds attainment in a period, or in an interval of accumulation; None where it does not."""
        rounding = self.plan.attainment_rounding
        return rounding.known(self.look(span)) if isinstance(rounding, Rounding) else None

    # what was asked

    def quota(self, payee: str, interval: str, measure: str) -> Fraction:
        """Quota in the measure's smallest unit; lacking where it is missing or not above zero."""
        from salesteam.incentives._exact._asked import quota_parts

        total = sum((part for _, part in quota_parts(self, payee, interval, measure)), Fraction(0))
        if total <= 0:
            raise Lacking("no-quota", payee=payee, period=interval, measure=measure)
        return total

    def aim(self, payee: str, interval: str, measure: str, wanted: Mapping[str, tuple[str, ...]]) -> Fraction:
        """The quota that bands are cut by: what was reached over an attainment that came ready, else the quota.

        Of the quota no more counts than the days for which the payee matches a `for`, if the plan says so.
        """
        a = self.posted.one(f"{measure}.attainment", "payee", payee, interval)
        moves = self._moves(measure, "payee", payee, interval) or self.rows(measure, "payee").get(payee)
        if a is None or not moves:
            return self.quota(payee, interval, measure) * self.stays.segment(payee, *spans(interval), "quota", wanted)
        reached = self.sum(measure, "payee", payee, self.within(interval))
        if reached * a <= 0:
            raise Lacking("no-quota", payee=payee, period=interval, measure=measure)
        return reached / a

    def group_quota(self, measure: str, kind: str, who: str, interval: str) -> Fraction:
        """Quota of a payee, or the sum of the effective quotas of a team or of all."""
        from salesteam.incentives._exact._asked import quota_holders, quota_parts

        payees = (
            [who]
            if kind == "payee"
            else self.members(who, interval)
            if kind == "team"
            else quota_holders(self, measure)
        )
        total = sum((part for p in payees for _, part in quota_parts(self, p, interval, measure)), Fraction(0))
        if total <= 0:
            raise Lacking("no-quota", payee=who, period=interval, measure=measure)
        return total

    def target(self, name: str | None, payee: str, interval: str) -> Fraction:
        """Pay at target in minor units, weighted for a component."""
        from salesteam.incentives._exact._asked import target_of

        return target_of(self, name, payee, interval)
