"""Rows of people that hold on the same day: which of them counts, so that each day has one row at the most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import attrs

from salesteam.core import Finding, Place, find
from salesteam.incentives._frame import PersonRow
from salesteam.incentives._options import OptionsText

__all__ = ["Clash", "Held", "held"]

_Span = tuple[date, date]
_SAID = ("team", "manager", "role", "grade", "participation")
"""What a row of people says of somebody, besides the columns of the user."""


@attrs.frozen(kw_only=True)
class Clash:
    """Days for which two rows say different things of somebody.

    Parameters
    ----------
    payee : str
        Of whom.
    start, end : date
        The days, the last one excluded.
    one, two : int
        Their places in the table, the smaller one first.
    holds : int, optional
        Which of them counts then; None for neither.
    differs : tuple of str
        The columns in which they differ.
    """

    payee: str
    start: date
    end: date
    one: int
    two: int
    holds: int | None
    differs: tuple[str, ...]

    @property
    def days(self) -> str | OptionsText:
        """The days in words, such as ``2026-01-01 … 2026-01-31``."""
        if self.start == date.min and self.end == date.max:
            return OptionsText("every day", "每一天")
        first = "" if self.start == date.min else self.start.isoformat()
        last = "" if self.end == date.max else date.fromordinal(self.end.toordinal() - 1).isoformat()
        return f"{first} … {last}".strip()

    def finding(self) -> Finding:
        """What is told of it."""
        place = Place(table="people", row=self.two, key=self.payee)
        about: dict[str, Any] = {"payee": self.payee, "one": self.one, "two": self.two, "period": self.days}
        if self.holds is None:
            return find("incentives.rows-disagree", place, of="people", **about)
        return find("incentives.people-overlap", place, holds=self.holds, differs=self.differs, **about)


@attrs.frozen(kw_only=True)
class Held:
    """Rows of people of which no two hold for somebody on the same day.

    Parameters
    ----------
    rows : tuple of PersonRow
        With the days on which each counts.
    origins : tuple of int
        For each of them, the position of the row that it is, or is a part of.
    clashes : tuple of Clash
        The days for which rows differed.
    """

    rows: tuple[PersonRow, ...]
    origins: tuple[int, ...]
    clashes: tuple[Clash, ...] = ()


def held(rows: Sequence[PersonRow], extra: Mapping[str, Sequence[Any]], numbers: Sequence[int]) -> Held:
    """Cut rows of people so that each day of somebody has one row at the most.

    Where several hold, the one that begins last counts, for it is the newer; of those that begin together the one that
    ends first, for it is the narrower.
    Of rows with the very same days that differ none counts, as of transactions that differ: nobody could say which is
    meant, and the order of a table moves no money.

    Parameters
    ----------
    rows : sequence of PersonRow
        As read.
    extra : mapping of str to sequence
        Other columns, by position.
    numbers : sequence of int
        The place of each row in the table.

    Returns
    -------
    Held
        The same rows where no two of somebody meet.
    """
    by_payee: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        by_payee.setdefault(row.payee, []).append(index)
    meeting = {payee for payee, own in by_payee.items() if _meets(rows, own)}
    if not meeting:
        return Held(rows=tuple(rows), origins=tuple(range(len(rows))))
    made: list[tuple[PersonRow, int]] = []
    clashes: list[Clash] = []
    for payee, own in by_payee.items():
        if payee not in meeting:
            made += [(rows[index], index) for index in own]
            continue
        cutter = _Cutter(rows, extra, numbers, payee)
        made += cutter.cut(own)
        clashes += cutter.clashes
    return Held(rows=tuple(row for row, _ in made), origins=tuple(at for _, at in made), clashes=tuple(clashes))


def _span(row: PersonRow) -> _Span:
    return row.start or date.min, row.end or date.max


def _meets(rows: Sequence[PersonRow], own: Sequence[int]) -> bool:
    """Whether two rows of somebody hold on the same day."""
    spans = sorted(_span(rows[index]) for index in own) if len(own) > 1 else []
    return any(later[0] < end for later, end in zip(spans[1:], _latest(spans), strict=False))


def _latest(spans: Sequence[_Span]) -> Iterator[date]:
    """How far the spans up to each one reach."""
    reach = date.min
    for _, end in spans:
        reach = max(reach, end)
        yield reach


@attrs.define
class _Cutter:
    """Cuts the rows of one payee at every day on which one of them begins or ends."""

    rows: Sequence[PersonRow]
    extra: Mapping[str, Sequence[Any]]
    numbers: Sequence[int]
    payee: str
    clashes: list[Clash] = attrs.field(factory=list)
    _spans: dict[int, _Span] = attrs.field(factory=dict, init=False)
    _last: dict[tuple[Any, ...], int] = attrs.field(factory=dict, init=False)
    """Where the last clash of two rows is, which the next days may make longer."""

    def cut(self, own: Sequence[int]) -> list[tuple[PersonRow, int]]:
        self._spans = {index: _span(self.rows[index]) for index in own}
        begins, ends = defaultdict(list), defaultdict(list)
        for index, (start, end) in self._spans.items():
            if start < end:
                begins[start].append(index)
                ends[end].append(index)
        parts: list[tuple[date, date, int]] = []
        holding: set[int] = set()
        for low, high in pairwise(sorted({*begins, *ends})):
            for index in ends[low]:
                holding.remove(index)
            holding |= set(begins[low])
            at = self._winner(sorted(holding), low, high) if holding else None
            if at is not None and parts and parts[-1][1:] == (low, at):
                parts[-1] = (parts[-1][0], high, at)
            elif at is not None:
                parts.append((low, high, at))
        return [(self._part(at, low, high), at) for low, high, at in parts]

    def _part(self, at: int, low: date, high: date) -> PersonRow:
        start, end = None if low == date.min else low, None if high == date.max else high
        return attrs.evolve(self.rows[at], start=start, end=end)

    def _winner(self, holding: Sequence[int], low: date, high: date) -> int | None:
        """The row that counts in a span in which none begins or ends; it notes where others differ."""
        best = min(holding, key=lambda i: (-self._spans[i][0].toordinal(), self._spans[i][1], i))
        rivals = [i for i in holding if self._spans[i] == self._spans[best] and self._differs(best, i)]
        for other in rivals or holding:
            if differs := self._differs(best, other):
                self._note(best, other, (low, high), differs, None if rivals else best)
        return None if rivals else best

    def _differs(self, one: int, two: int) -> tuple[str, ...]:
        a, b = self.rows[one], self.rows[two]
        said = tuple(name for name in _SAID if getattr(a, name) != getattr(b, name))
        return said + tuple(name for name, cells in self.extra.items() if cells[one] != cells[two])

    def _note(self, best: int, other: int, days: _Span, differs: tuple[str, ...], holds: int | None) -> None:
        one, two = sorted((self.numbers[best], self.numbers[other]))
        low, high = days
        about = (one, two, holds)
        before = self._last.get(about)
        if before is not None and self.clashes[before].end == low:
            self.clashes[before] = attrs.evolve(self.clashes[before], end=high)
            return
        self._last[about] = len(self.clashes)
        self.clashes.append(
            Clash(
                payee=self.payee, start=low, end=high, one=one, two=two, differs=differs,
                holds=None if holds is None else self.numbers[holds],
            )
        )  # fmt: skip
