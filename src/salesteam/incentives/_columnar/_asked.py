"""What is asked of whom, as columns: quotas and sums of payees and teams, where the table needs no reading."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Report
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError
from salesteam.incentives._columnar._crew import Crew
from salesteam.incentives._columnar._numbers import Numbers
from salesteam.incentives._days import ONCE, spans
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._people import People

__all__ = ["Asked", "Posted", "quotas_of"]


def quotas_of(plan: Plan, facts: Facts, crew: Crew | None) -> Posted | None:
    """Take the table `quotas` in as columns.

    Returns
    -------
    Posted or None
        Quotas in minor units; None where the table has to be read row by row.
    """
    table = facts.quotas
    if crew is None or table is None or t.kind_of(table) in {"rows", "polars-lazy"}:
        return None
    held = t.dtypes_of(table)
    texts = ("payee", "measure", "period")
    if any(held.get(name) != "text" for name in texts) or held.get("quota_minor") != "whole" or "quota" in held:
        return None
    if any(measure.unit != "money" for measure in plan.measures.values()):
        return None
    stage = t.enter(table, engine="best", only=[*texts, "quota_minor"])
    if stage.engine != "polars":
        return None
    seen = t.survey(
        stage, tidy=texts, filled=texts, apart=texts, different=["period", "measure"], whole=["quota_minor"]
    )
    return Posted(stage=stage.rename(quota_minor="quota"), seen=seen) if _readable(seen) else None


def _readable(seen: t.Survey) -> bool:
    """Whether no cell is empty, no key comes twice, and the periods are known and apart from each other."""
    found = seen.ranges["quota_minor"]
    if not seen.rows or found.missing or any(seen.empty.values()) or not seen.tidy or not seen.apart:
        return False
    if found.size * seen.rows >= t.INT64_LIMIT:
        return False
    names = seen.different["period"]
    try:
        days = sorted(spans(name) for name in names if name != ONCE)
    except InvalidValueError:
        return False
    return len(days) == len(names) and all(a[1] <= b[0] for a, b in itertools.pairwise(days))


@attrs.frozen(kw_only=True, eq=False)
class Posted:
    """The table `quotas` in columns: payee, measure, period, quota; and what is known of it."""

    stage: t.Stage
    seen: t.Survey


@attrs.define(kw_only=True, eq=False, slots=False)
class Asked:
    """Sums and quotas by number, each made once; and the same by name, read only if somebody asks for it.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    as_of : date or None
        Day of the knowledge.
    crew : Crew or None
        Payees and teams by number.
    quotas : Posted or None
        As `quotas_of` gives them.
    spelled : callable
        Makes the numbers by name.
    reached : callable
        Gives the sums of a measure by payee and period: columns who, p, s.
    periods : tuple of str
        Pay periods by number.
    """

    plan: Plan
    as_of: date | None
    crew: Crew | None
    quotas: Posted | None
    spelled: Callable[[], Numbers]
    reached: Callable[[str], t.Stage]
    periods: tuple[str, ...]
    _made: dict[tuple[object, ...], t.Stage] = attrs.field(factory=dict, init=False, repr=False)

    @cached_property
    def numbers(self) -> Numbers:
        """The numbers by name."""
        return self.spelled()

    @cached_property
    def look(self) -> Numbers:
        """The numbers of the plan in a period, whoever they are for."""
        if "numbers" in vars(self):
            return self.numbers
        return Numbers(
            plan=self.plan, people=People(), periods=self.periods, known_as_of=self.as_of, quotas={}, targets={},
            values={}, moves={}, sums=lambda _measure, _kind: {}, report=Report(),
        )  # fmt: skip

    @property
    def plain(self) -> bool:
        """Whether sums and quotas stand in columns."""
        return self.crew is not None and (self.quotas is not None or "numbers" not in vars(self))

    def parts(self, measure: str) -> int:
        """Into how many parts the unit of a measure is cut by its quotas."""
        return 1 if "numbers" not in vars(self) else self.numbers.parts(measure)

    def quota(self, measure: str, intervals: tuple[str, ...], into: str) -> t.Stage:
        """Quotas of a measure: columns who, `into` (number of the interval), team, q."""
        key = ("quota", measure, intervals)
        if key not in self._made:
            assert self.quotas is not None
            assert self.crew is not None
            stage, seen = self.quotas.stage, self.quotas.seen
            inside = {name: _holder(name, intervals) for name in seen.different["period"]}
            held = [name for name in inside if inside[name] is not None]
            columns: dict[str, list[Any]] = {"period": held, "span": [inside[name] for name in held]}
            where = t.beside(stage, columns, {"period": "text", "span": "whole"}, unique=["period"])
            mine = stage if seen.different["measure"] == [measure] else stage.filter(t.col("measure") == measure)
            people = self.crew.stage.select("payee", "who", "team").trust("payee")
            found = mine.join(where, ["period"], how="inner").join(people, ["payee"], how="inner")
            by, spans_ = ["who", "team", "span"], [inside[name] for name in held]
            if len(set(spans_)) < len(spans_):
                found = t.group(found, by=by, proved=True, q=("sum", "quota"))
            else:
                found = found.rename(quota="q").select(*by, "q")
            self._made[key] = t.barrier(found)
        return self._made[key].rename(span=into).trust("who", into)

    def team_quota(self, measure: str, intervals: tuple[str, ...]) -> t.Stage:
        """Quotas of teams: columns team, p, q."""
        key = ("team quota", measure, intervals)
        if key not in self._made:
            found = self.quota(measure, intervals, "p").filter(t.col("team") >= 0)
            self._made[key] = t.barrier(t.group(found, by=["team", "p"], proved=True, q=("sum", "q")))
        return self._made[key]

    def sums(self, measure: str) -> t.Stage:
        """What each payee reached of a measure: columns who, p, s."""
        key = ("sums", measure)
        if key not in self._made:
            self._made[key] = self.reached(measure)
        return self._made[key]

    def team_sums(self, measure: str) -> t.Stage:
        """What each team reached: columns team, p, s."""
        key = ("team sums", measure)
        if key not in self._made:
            assert self.crew is not None
            found = t.named(self.sums(measure), self.crew.stage.select("who", "team"), "who", proved=True)
            found = found.filter(t.col("team") >= 0)
            self._made[key] = t.barrier(t.group(found, by=["team", "p"], proved=True, s=("sum", "s")))
        return self._made[key]


def _holder(period: str, intervals: tuple[str, ...]) -> int | None:
    """The number of the interval that a period lies in."""
    low, high = spans(period)
    for number, name in enumerate(intervals):
        start, end = spans(name)
        if start <= low and high <= end:
            return number
    return None
