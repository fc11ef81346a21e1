"""Why a line of an earlier period changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

import attrs

from salesteam.incentives._days import spans
from salesteam.incentives._run import Run
from salesteam.incentives._settle._book import Book, Line
from salesteam.incentives._settle._known import Known

__all__ = ["Causes"]


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Causes:
    """What happened since the books were closed, as far as it touches a payee.

    Parameters
    ----------
    run, known, book, period, payee
        As in the closing of a period.
    now : mapping of Line to int
        Lines of the payee as known now, as the books hold them.
    lines : tuple of Line
        The same, each deal by itself.
    """

    run: Run
    known: Known
    book: Book
    period: str
    payee: str
    now: Mapping[Line, int]
    lines: tuple[Line, ...]

    @cached_property
    def since(self) -> date:
        """Day on which the books were closed before this period."""
        at = spans(self.period)
        ends = [spans(name)[1] for name in self.book.periods if spans(name) < at]
        return max(ends, default=date.min)

    @cached_property
    def _struck(self) -> dict[str | None, str]:
        """The component, and the clawback that has come to one of its deals since."""
        found: dict[str | None, str] = {}
        for line in self.lines:
            if line[3] is not None and (why := self._clawback(line[3], since=True)):
                found.setdefault(line[2], why)
        return found

    def _clawback(self, transaction: str, *, since: bool) -> str:
        kinds = [rule.on for rule in self.book.plan.clawback]
        end = spans(self.period)[1]
        start = self.since if since else date.min
        for event in self.known.events.get(transaction, ()):
            if event.kind in kinds and (event.date is None or start <= event.date < end):
                return f"clawback: {event.kind}"
        return ""

    def of(self, line: Line) -> str:
        """The cause of a change in a line of an earlier period."""
        transaction = line[3]
        own = "" if transaction is None else self._clawback(transaction, since=True)
        if own:
            return own
        if transaction is not None and line not in self.now and transaction not in self.known.deals:
            return "withdrawn"
        if transaction is not None and not self.book.was_booked(line):
            return "late transaction"
        struck = self._struck.get(line[2]) or (next(iter(self._struck.values()), "") if line[2] is None else "")
        return struck or (self._clawback(transaction, since=False) if transaction is not None else "") or "recomputed"
