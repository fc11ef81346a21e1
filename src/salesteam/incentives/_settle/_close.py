"""Close one period: book what changed since, then pay what is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from math import floor

import attrs

from salesteam.core import Finding, Money, Place, find
from salesteam.incentives._choices import missing
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import spans
from salesteam.incentives._run import Run
from salesteam.incentives._settle._book import DEBTS, LINES, Book, Line, Move
from salesteam.incentives._settle._causes import Causes
from salesteam.incentives._settle._draw import drawn
from salesteam.incentives._settle._earned import Earned, holders
from salesteam.incentives._settle._known import Known
from salesteam.incentives._settle._promise import promise
from salesteam.incentives._settle._release import FREE, amounts, gated, joined, part_of, releases
from salesteam.incentives._settle._rows import LedgerRow

__all__ = ["Close", "debts"]

NEGATIVE = "negative total"
"""Cause of what becomes of a total below zero."""


@attrs.frozen(kw_only=True, eq=False)
class Close:
    """One period on its way into the books.

    Parameters
    ----------
    book : Book
        The entries so far; it grows.
    run : Run
        What was earned, as known when the period closes.
    earned : Earned
        Its lines.
    known : Known
        The facts.
    period : str
        The open period.
    as_of : date or None
        Last day of the knowledge, for the entries.
    """

    book: Book
    run: Run
    earned: Earned
    known: Known
    period: str
    as_of: date | None

    def all(self) -> list[Finding]:
        """Close the period for everyone; what the plan should have said comes back."""
        found: list[Finding] = []
        for payee in self._payees():
            self.book.write(payee, self.period, self._lines(payee), self.as_of)
            found += self._pay(payee)
        return found

    def _payees(self) -> list[str]:
        plan = self.book.plan
        known = {line[0] for line in self.earned.lines if self._open(line)} | set(self.book.payees)
        if plan.draw or plan.guarantee:
            known |= set(self.known.people.positions)
        return sorted(known)

    def _open(self, line: Line) -> bool:
        """Whether a line belongs to this period or to an earlier one that the plan is about."""
        low, high = spans(line[1])
        valid = self.book.plan.valid
        inside = valid.from_ is None or high > valid.from_
        return (low, high) <= spans(self.period) and inside and (valid.until is None or low < valid.until)

    def _lines(self, payee: str) -> list[Move]:
        """What changed in the lines of a payee: pay, what of it is held, released, lost."""
        fine = {line: pay for line, pay in self.earned.by_payee.get(payee, {}).items() if self._open(line)}
        now: dict[Line, int] = {}
        for line, pay in fine.items():
            at = self.book.coarse(line)
            now[at] = now.get(at, 0) + pay
        booked = [line for line in self.book.lines(payee) if self._open(line)]
        causes = Causes(
            run=self.run, known=self.known, book=self.book, period=self.period, payee=payee, now=now, lines=tuple(fine)
        )
        moves = [
            Move(
                "earned" if self._fresh(line) else "adjustment", change, line[1], line[2], line[3],
                "" if self._fresh(line) else causes.of(line),
            )
            for line in dict.fromkeys([*now, *booked])
            if (change := now.get(line, 0) - self.book.booked(line, "earned"))
        ]  # fmt: skip
        held = holders(self.run, now)
        kept = [line for line in booked if any(self.book.booked(line, kind) for kind in LINES[2:])]
        for line in dict.fromkeys([*held, *kept]):
            moves += self._held(line, held.get(line, 0))
        order = {kind: number for number, kind in enumerate(LINES)}
        return sorted(moves, key=lambda m: (order[m.kind], spans(m.original), m.component or "", m.transaction or ""))

    def _fresh(self, line: Line) -> bool:
        """Whether a line is of the open period and not booked yet, so that it is earned and corrects nothing."""
        return line[1] == self.period and not self.book.booked(line, "earned")

    def _held(self, line: Line, pay: int) -> Iterator[Move]:
        plan = self.book.plan
        rules = releases(plan, line[2]) if line[2] is not None else ()
        part = part_of(plan, self.known, rules, (line[1], line[3]), spans(self.period)[1]) if rules else FREE
        part = joined([part, gated(plan, line[2], line[1], self.period)])
        for kind, amount in zip(LINES[2:], amounts(pay, part, plan.rounding), strict=True):
            cause = part.why if kind != "held" else ""
            yield Move(kind, amount - self.book.booked(line, kind), line[1], line[2], line[3], cause)

    def _pay(self, payee: str) -> list[Finding]:
        """Work out what a payee is paid in this period, and book what is not booked yet."""
        plan = self.book.plan
        before, within = self.book.before(payee, self.period), self.book.within(payee, self.period)
        promised = promise(plan, self.known, payee, self.period, self.run.as_of)
        opening = sum(row.amount_minor for row in before)
        own = sum(row.amount_minor for row in within if is_line(row))
        owed = debts(before, recoverable=promised.floor.kind != "non_recoverable")
        targets, taken = self._taken_back(within, opening + own, owed)
        total = opening + own + taken
        findings = list(promised.findings)
        below = max(min(-total, -(own + taken)), 0)
        if below and plan.negative_period is None:
            findings += self._unsaid(payee, total)
        if below and plan.negative_period == "zero":
            targets["forfeited", NEGATIVE] = below
        earned = max(total, 0)
        most = None if promised.share is None else floor(promised.share * earned)
        draw_debt = owed.get("draw", 0)
        got = drawn(earned, draw_debt, attrs.evolve(promised.floor, most=most))
        paid = got.paid
        if plan.negative_period == "deduct":
            due = paid - got.advance
            cut = min(due, below + owed.get(NEGATIVE, 0))
            targets["carry", NEGATIVE] = below - cut
            paid -= cut
        targets["draw", "guarantee"] = got.guarantee
        kind = promised.floor.kind or "recoverable"
        targets["draw", kind] = got.draw
        targets["recovery", "repaid"] = -got.repaid
        left = draw_debt - got.repaid + (got.draw if kind in DEBTS else 0)
        if left > 0 and promised.ended is not None:
            findings += self._end(payee, left, promised.ended, targets)
        advance = min(got.advance, paid)
        targets["paid", "advance"] = -advance
        targets["paid", "settlement" if kind == "advance" and got.advance else ""] = -(paid - advance)
        self.book.write(payee, self.period, _changes(targets, within, self.period), self.as_of)
        return findings

    def _taken_back(
        self, within: list[LedgerRow], total: int, owed: Mapping[str, int]
    ) -> tuple[dict[tuple[str, str], int], int]:
        """What clawbacks may take of this period's pay; the rest becomes debt."""
        plan = self.book.plan
        struck = _struck(within)
        targets: dict[tuple[str, str], int] = {}
        moved = 0
        whole = total + sum(max(amount, 0) for amount in struck.values())
        for rule in plan.clawback:
            cause = f"clawback: {rule.on}"
            if rule.limit_share is None:
                continue
            now, old = max(struck.get(cause, 0), 0), owed.get(cause, 0)
            day = spans(self.period)[0]
            share = number_on(plan, None if day == date.min else day, self.run.as_of)(rule.limit_share)
            most = floor(share * max(whole, 0))
            targets["carry", cause] = now - min(now + old, most)
            moved += targets["carry", cause]
        return targets, moved

    def _end(self, payee: str, left: int, ending: str, targets: dict[tuple[str, str], int]) -> list[Finding]:
        """What becomes of a debt when the draw ends."""
        if ending == "forgive":
            targets["draw", "forgiven"] = left
            targets["recovery", "forgiven"] = -left
        elif ending == "due":
            targets["recovery", "due"] = -left
        elif ending == "open":
            debt = Money(left, self.book.plan.currency)
            return [find("incentives.draw-end-open", Place(key=payee), payee=payee, period=self.period, debt=debt)]
        return []

    def _unsaid(self, payee: str, total: int) -> list[Finding]:
        amount = Money(total, self.book.plan.currency)
        place = Place(key=payee)
        return [
            find("incentives.negative-pay", place, payee=payee, period=self.period, amount=amount),
            missing("negative_period", self.book.plan.plan),
        ]


def is_line(row: LedgerRow) -> bool:
    """Whether an entry is about pay, and not about paying it."""
    return row.kind in LINES and not (row.kind == "forfeited" and row.component is None)


def debts(rows: list[LedgerRow], *, recoverable: bool) -> dict[str, int]:
    """What a payee has to repay, by what it came from: ``draw``, or the cause of what was carried.

    Parameters
    ----------
    rows : list of LedgerRow
        Entries of a payee.
    recoverable : bool
        Whether a draw is debt that does not say of what kind it is.
    """
    found: dict[str, int] = {}
    for row in rows:
        debt = row.kind == "recovery" or (
            row.kind == "draw" and (row.cause in DEBTS or (recoverable and not row.cause))
        )
        name = "draw" if debt else (row.cause or NEGATIVE) if row.kind == "carry" else ""
        if name:
            found[name] = found.get(name, 0) + row.amount_minor
    return found


def _struck(within: list[LedgerRow]) -> dict[str, int]:
    """What clawbacks take in a period, by cause: the pay, less what of it was still held."""
    causes = {_key(row): row.cause for row in within if row.cause is not None and row.cause.startswith("clawback")}
    whole: dict[tuple[str, str | None, str | None], str] = {
        (*key[:2], None): cause for key, cause in causes.items() if (*key[:2], None) not in causes
    }
    found: dict[str, int] = {}
    for row in within:
        cause = causes.get(_key(row)) if is_line(row) else None
        amount = row.amount_minor
        if cause is None and row.kind in {"held", "released"}:
            cause, amount = whole.get(_key(row)), amount if row.kind == "held" else min(amount, 0)
        if cause is not None:
            found[cause] = found.get(cause, 0) - amount
    return found


def _key(row: LedgerRow) -> tuple[str, str | None, str | None]:
    return row.original, row.component, row.transaction


def _changes(targets: Mapping[tuple[str, str], int], within: list[LedgerRow], period: str) -> Iterator[Move]:
    """What has to be booked so that the entries of a period come to these amounts."""
    held: dict[tuple[str, str], int] = {}
    for row in within:
        if not is_line(row):
            key = (row.kind, row.cause or _usual(row.kind, targets))
            held[key] = held.get(key, 0) + row.amount_minor
    order = {kind: number for number, kind in enumerate(("draw", "recovery", "carry", "forfeited", "paid"))}
    for key in sorted({*targets, *held}, key=lambda k: (order[k[0]], k[1])):
        yield Move(key[0], targets.get(key, 0) - held.get(key, 0), period, cause=key[1])


def _usual(kind: str, targets: Mapping[tuple[str, str], int]) -> str:
    """The cause that an entry without one is taken to have."""
    return next((cause for name, cause in targets if name == kind and targets[name, cause]), "")
