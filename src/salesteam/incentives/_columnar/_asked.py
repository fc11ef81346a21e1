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

__all__ = ["Asked", "quotas_of"]


def quotas_of(plan: Plan, facts: Facts, crew: Crew | None) -> t.Stage | None:
    """Take the table `quotas` in as columns.

    Returns
    -------
    Stage or None
        Columns payee, measure, period, quota in minor units; None where the table has to be read row by row.
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
    if stage.engine != "polars" or not _readable(stage, texts):
        return None
    return stage.rename(quota_minor="quota")


def _readable(stage: t.Stage, texts: tuple[str, ...]) -> bool:
    """Whether no cell is empty, no key comes twice, and the periods are known and apart from each other."""
    rows = t.counted(stage)
    whole = t.counted(stage.filter(~(_missing(*texts, "quota_minor"))))
    if not rows or whole < rows or not t.tidy(stage, *texts) or not t.tells_apart(stage, *texts):
        return False
    names = t.distinct(stage, "period")["period"]
    try:
        days = sorted(spans(name) for name in names if name != ONCE)
    except InvalidValueError:
        return False
    return len(days) == len(names) and all(a[1] <= b[0] for a, b in itertools.pairwise(days))


def _missing(*names: str) -> t.Expr:
    test = t.col(names[0]).is_missing()
    for name in names[1:]:
        test = test | t.col(name).is_missing()
    return test


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
    quotas : Stage or None
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
    quotas: t.Stage | None
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
            names = t.distinct(self.quotas, "period")["period"]
            inside = {name: _holder(name, intervals) for name in names}
            held = [name for name in names if inside[name] is not None]
            columns: dict[str, list[Any]] = {"period": held, "span": [inside[name] for name in held]}
            where = t.beside(self.quotas, columns, {"period": "text", "span": "whole"}, unique=["period"])
            mine = self.quotas.filter(t.col("measure") == measure).join(where, ["period"], how="inner")
            people = self.crew.stage.select("payee", "who", "team").trust("payee")
            found = mine.join(people, ["payee"], how="inner")
            self._made[key] = t.barrier(t.group(found, by=["who", "team", "span"], q=("sum", "quota")))
        return self._made[key].rename(span=into).trust("who", into)

    def team_quota(self, measure: str, intervals: tuple[str, ...]) -> t.Stage:
        """Quotas of teams: columns team, p, q."""
        key = ("team quota", measure, intervals)
        if key not in self._made:
            found = self.quota(measure, intervals, "p").filter(t.col("team") >= 0)
            self._made[key] = t.barrier(t.group(found, by=["team", "p"], q=("sum", "q")))
        return self._made[key]

    def sums(self, measure: str) -> t.Stage:
        """What each payee reached of a measure: columns who, p, s."""
        key = ("sums", measure)
        if key not in self._made:
            self._made[key] = t.barrier(self.reached(measure))
        return self._made[key]

    def team_sums(self, measure: str) -> t.Stage:
        """What each team reached: columns team, p, s."""
        key = ("team sums", measure)
        if key not in self._made:
            assert self.crew is not None
            found = t.named(self.sums(measure), self.crew.stage.select("who", "team"), "who")
            found = found.filter(t.col("team") >= 0)
            self._made[key] = t.barrier(t.group(found, by=["team", "p"], s=("sum", "s")))
        return self._made[key]


def _holder(period: str, intervals: tuple[str, ...]) -> int | None:
    """The number of the interval that a period lies in."""
    low, high = spans(period)
    for number, name in enumerate(intervals):
        start, end = spans(name)
        if start <= low and high <= end:
            return number
    return None
