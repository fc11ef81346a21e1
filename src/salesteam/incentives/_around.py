"""Sales before, in and after the window of a component: what a sprint won, and what it only moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Explanation, Grid, Money, Place, Report, Step, find, percent_text, say
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.incentives._component import Component
from salesteam.incentives._frame_log import BookedRow
from salesteam.incentives._run import Run

__all__ = ["Around", "around"]


@attrs.frozen(kw_only=True)
class _Row:
    """One row of the table of a window."""

    span: str = t.column("before, in or after")
    start: date = t.column("first day")
    end: date = t.column("day after the last")
    sales_minor: int = t.column("sales", "minor units")


@attrs.frozen(kw_only=True)
class Around:
    """Sales of equal spans of days before, in and after a window.

    Parameters
    ----------
    component, currency : str
        Whose window, and the money.
    start, end : date
        First day of the window, and the day after its last.
    before, inside, after : int
        Sales in minor units.

    Examples
    --------
    >>> march = {"start": date(2026, 3, 1), "end": date(2026, 4, 1)}
    >>> found = Around(component="sprint", currency="CNY", **march, before=100, inside=300, after=20)
    >>> found.won, found.missing, found.moved
    (200, 80, Fraction(2, 5))
    """

    component: str
    currency: str
    start: date
    end: date
    before: int
    inside: int
    after: int

    @property
    def won(self) -> int:
        """What the window brought over the time before, in minor units.

        Examples
        --------
        >>> day = date(2026, 3, 1)
        >>> Around(component="c", currency="CNY", start=day, end=day, before=1, inside=3, after=1).won
        2
        """
        return self.inside - self.before

    @property
    def missing(self) -> int:
        """What is missing after it against the time before, in minor units; zero if nothing is.

        Examples
        --------
        >>> day = date(2026, 3, 1)
        >>> Around(component="c", currency="CNY", start=day, end=day, before=1, inside=3, after=5).missing
        0
        """
        return max(self.before - self.after, 0)

    @property
    def moved(self) -> Fraction | None:
        """The part of what was won that is missing afterwards; None if nothing was won.

        Examples
        --------
        >>> day = date(2026, 3, 1)
        >>> Around(component="c", currency="CNY", start=day, end=day, before=3, inside=3, after=0).moved is None
        True
        """
        return Fraction(self.missing, self.won) if self.won > 0 else None

    @property
    def report(self) -> Report:
        """A finding if at least half of what was won is missing afterwards.

        Examples
        --------
        >>> day = date(2026, 3, 1)
        >>> len(Around(component="c", currency="CNY", start=day, end=day, before=3, inside=5, after=1).report)
        1
        """
        moved = self.moved
        if moved is None or moved < Fraction(1, 2):
            return Report()
        place = Place(key=f"components.{self.component}")
        share, won = percent_text(moved, 0), Money(self.won, self.currency)
        return Report.of(find("incentives.sprint-moved", place, component=self.component, won=won, share=share))

    def _spans(self) -> Iterator[tuple[str, date, date, int]]:
        length = self.end - self.start
        yield "before", self.start - length, self.start, self.before
        yield "in", self.start, self.end, self.inside
        yield "after", self.end, self.end + length, self.after

    def to_frame(self, *, like: Any = None) -> Any:
        """The three spans as a frame.

        Parameters
        ----------
        like : native frame or list, optional
            The result is of the same kind; pandas without it.

        Returns
        -------
        native frame
            Columns span, start, end, sales_minor.

        Examples
        --------
        >>> day = date(2026, 3, 1)
        >>> len(Around(component="c", currency="CNY", start=day, end=day, before=1, inside=3, after=1).to_frame())
        3
        """
        rows = [_Row(span=span, start=start, end=end, sales_minor=sales) for span, start, end, sales in self._spans()]
        return t.write_rows(rows, _Row, like)

    def explain(self, lang: str = "en") -> Explanation:
        """What was won, and how much of it is missing afterwards.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            In minus before, before minus after.

        Examples
        --------
        >>> day = date(2026, 3, 1)
        >>> print(Around(component="c", currency="CNY", start=day, end=day, before=100, inside=300, after=0).explain())
        c: before, in and after
          won: 3.00 − 1.00 = 2.00
          missing afterwards: 1.00 − 0.00 = 1.00
        """

        def told(minor: int) -> str:
            return Money(minor, self.currency).text(lang).removeprefix(f"{self.currency} ")

        steps = [
            Step(
                say(lang, en="won", zh="多卖"),
                formula=f"{told(self.inside)} − {told(self.before)}",
                value=told(self.won),
            ),
            Step(
                say(lang, en="missing afterwards", zh="事后少卖"),
                formula=f"{told(self.before)} − {told(self.after)}",
                value=told(self.missing),
            ),
        ]
        return Explanation(
            say(lang, en=f"{self.component}: before, in and after", zh=f"{self.component}：前、中、后"), steps
        )

    def grid(self, lang: str = "en") -> Grid:
        """The three spans for display.

        Examples
        --------
        >>> day = date(2026, 3, 1)
        >>> len(Around(component="c", currency="CNY", start=day, end=day, before=1, inside=3, after=1).grid("zh").rows)
        3
        """
        words = {"before": ("before", "之前"), "in": ("in", "期间"), "after": ("after", "之后")}
        rows = [
            (
                say(lang, en=words[span][0], zh=words[span][1]),
                start.isoformat(),
                (end - timedelta(days=1)).isoformat(),
                Money(sales, self.currency).text(lang),
            )
            for span, start, end, sales in self._spans()
        ]
        heads = say(lang, en="Span|From|To|Sales", zh="时段|从|到|销售额").split("|")
        return Grid(title=self.component, columns=tuple(heads), rows=rows, right=frozenset({3}))

    def _repr_html_(self) -> str:
        return self.grid().html()


def around(run: Run, component: str) -> Around:
    """Sales before, in and after the window of a component, each over as many days as the window has.

    Use it after a sprint 阶段性冲刺奖: what was pulled forward is missing afterwards.

    Parameters
    ----------
    run : Run
        What `pay` gave.
    component : str
        A component with a window of days.

    Returns
    -------
    Around
        Amounts of the deals that its `where` asks for, reversals counted as they are.

    Raises
    ------
    NotFoundError
        If there is no such component.
    InvalidValueError
        If it has no window with both ends.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, scheme
    >>> days = ("2026-02-10", "2026-03-10", "2026-03-12", "2026-04-10")
    >>> deals = [
    ...     {"transaction": f"T{i}", "date": day, "amount": "1000", "payee": "ana", "product": "new"}
    ...     for i, day in enumerate(days)
    ... ]
    >>> found = around(pay(scheme("sprint_award"), Facts(transactions=deals)), "sprint")
    >>> found.before, found.inside, found.after
    (100000, 200000, 100000)
    """
    if component not in run.plan.components:
        raise NotFoundError("component", component, run.plan.components, where=f"plan {run.plan.plan}")
    c = run.plan.components[component]
    start, end = _day(c.window.from_ if c.window else None), _day(c.window.until if c.window else None)
    if start is None or end is None:
        raise InvalidValueError(
            f"{component} has no window of days", where="around", fix="write window: {from: …, until: …}"
        )
    length = end - start
    sums = {"before": 0, "in": 0, "after": 0}
    for row in _sold(run, c):
        if row.date is None or row.amount_minor is None or not start - length <= row.date < end + length:
            continue
        span = "before" if row.date < start else "in" if row.date < end else "after"
        sums[span] += row.amount_minor
    return Around(
        component=component, currency=run.plan.currency, start=start, end=end, before=sums["before"],
        inside=sums["in"], after=sums["after"],
    )  # fmt: skip


def _day(moment: date | datetime | None) -> date | None:
    """The day of a moment on its own clock."""
    return moment.date() if isinstance(moment, datetime) else moment


def _sold(run: Run, c: Component) -> Iterator[BookedRow]:
    """Deals that the conditions of a component ask for."""
    table = run.facts.transactions if run.facts.transactions is not None else []
    rows = t.read_table(table, BookedRow, table="transactions", currency=run.plan.currency)
    for index, row in enumerate(rows.values):
        held = all(
            (str(rows.extra[w.column][index]) in w.values) is not w.negated for w in c.where if w.column in rows.extra
        )
        if held:
            yield row
