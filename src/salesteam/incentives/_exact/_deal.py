"""One transaction, and what it has to do with others: copies of it, reversals, reversals of reversals."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from datetime import date as _date
from datetime import datetime
from fractions import Fraction

import attrs

from salesteam.core import rational_text
from salesteam.incentives._frame import UnpaidRow
from salesteam.incentives._unpaid import unpaid_row

__all__ = ["Deal", "Figure", "Left", "apart", "originals", "repeats"]


@attrs.frozen
class Left:
    """What reversals have left of a deal.

    Parameters
    ----------
    amount : Fraction
        The rest of its amount.
    gone : bool
        Whether one of them has taken all of it back.
    order : tuple
        The place of the last of them.
    """

    amount: Fraction
    gone: bool
    order: tuple[_date, int, str]


class Figure(str):
    """The text of a cell that was a number."""

    __slots__ = ("number",)
    number: Fraction

    @classmethod
    def of(cls, number: Fraction) -> Figure:
        """The text of a number."""
        made = cls(rational_text(number))
        made.number = number
        return made


@attrs.define(kw_only=True, eq=False)
class Deal:
    """One transaction.

    Parameters
    ----------
    place : int
        Row of its table, from 0.
    id : str
        Its name.
    date, on : date or None
        Day on which it is booked; day whose numbers, rates and people hold for it.
    moment : datetime, date or None
        The cell of the date with its time of day, for windows that have one.
    seq : int
        Order within a day.
    numbers : dict of str to Fraction
        Number columns; money in minor units of the plan.
    texts : dict of str to str, Figure or None
        Other columns.
    original : Deal or None
        What it takes back.
    tally : int
        How many deals it counts as: 1; -1 where it takes all of its original back, 0 where only a part.
    lacks : tuple of str, optional
        Measures that read a number which it has not, so that it does not count for them.
    """

    place: int
    id: str
    date: _date | None
    on: _date | None
    moment: datetime | _date | None
    seq: int
    numbers: dict[str, Fraction]
    texts: dict[str, str | Figure | None]
    reverses: str | None = None
    original: Deal | None = None
    tally: int = 1
    currency: str | None = None
    lacks: tuple[str, ...] | None = None
    values: dict[str, Fraction] = attrs.field(factory=dict)

    @property
    def order(self) -> tuple[_date, int, str]:
        """Its place among all."""
        return (self.date or _date.min, self.seq, self.id)

    @property
    def root(self) -> Deal:
        """The deal that it is about in the end: itself, unless it takes another back."""
        found = self
        while found.original is not None:
            found = found.original
        return found


def apart(found: list[Deal], unpaid: list[UnpaidRow]) -> tuple[list[Deal], list[UnpaidRow]]:
    """Of identical copies the first is kept; of differing ones none."""
    by_id: dict[str, list[Deal]] = {}
    for deal in found:
        by_id.setdefault(deal.id, []).append(deal)
    kept: list[Deal] = []
    back: list[UnpaidRow] = []
    for name, mine in by_id.items():
        same = all(_cells(mine[0]) == _cells(other) for other in mine[1:])
        gone = mine[1:] if same else mine if len(mine) > 1 else []
        kept += mine[: len(mine) - len(gone)]
        back += [unpaid_row("duplicate-transaction", transaction=name) for _ in gone]
    return kept, unpaid + back


def _cells(deal: Deal) -> tuple[object, ...]:
    return deal.date, deal.seq, deal.numbers, deal.texts, deal.reverses, deal.currency, deal.lacks


def repeats(deal: Deal, older: Deal) -> bool:
    """Whether a row says of a deal what an earlier run knows of it."""
    if older.original is not None:
        deal = attrs.evolve(deal)
        _like(deal, older.original)
    return _cells(deal) == _cells(older)


def originals(
    found: list[Deal], unpaid: list[UnpaidRow], older: Mapping[str, Deal], left: dict[str, Left]
) -> tuple[list[Deal], list[UnpaidRow]]:
    """Point each reversal at its original; the numbers of the day of the first deal in the chain hold for it.

    What reversals leave of their originals is written down in `left`.
    """
    known: Mapping[str, Deal] = ChainMap({deal.id: deal for deal in found}, older)  # type: ignore[arg-type]  # it is only read
    chains: dict[str, int | None] = {deal.id: 0 for deal in found if deal.reverses is None}
    chains |= {deal.reverses: 0 for deal in found if deal.reverses is not None and deal.reverses in older}
    back: list[UnpaidRow] = []
    for deal in found:
        if _chain(deal, known, chains) is None:
            back.append(unpaid_row("reversal-without-original", transaction=deal.id))
        elif deal.reverses is not None:
            deal.original = known[deal.reverses]
    kept = [deal for deal in found if chains[deal.id] is not None]
    _tally(sorted(kept, key=lambda deal: (chains[deal.id], deal.order)), left)
    return kept, unpaid + back


def _like(deal: Deal, original: Deal) -> None:
    """A reversal mirrors its deal in what it leaves out: who is credited, the currency, what conditions look at."""
    deal.currency = deal.currency or original.currency
    deal.texts = {name: cell or original.texts.get(name) for name, cell in deal.texts.items()}


def _chain(deal: Deal, known: Mapping[str, Deal], chains: dict[str, int | None]) -> int | None:
    """How many reversals lie between a deal and the first of its chain; None where there is no first one."""
    path, at = [], deal
    while at.id not in chains:
        path.append(at.id)
        chains[at.id] = None  # until its end is found; a circle has none
        following = known.get(at.reverses or "")
        if following is None:
            return None
        at = following
    end = chains[at.id]
    if end is not None:
        for step, name in enumerate(reversed(path), start=1):
            chains[name] = end + step
    return chains[deal.id]


def _tally(deals: Iterable[Deal], left: dict[str, Left]) -> None:
    """Which day holds for each reversal, and which of them take all of their original back; originals come first."""
    for deal in deals:
        first = deal.original
        if first is None:
            continue
        _like(deal, first)
        deal.on = first.on
        before = left.get(first.id, Left(first.numbers["amount"], gone=False, order=deal.order))
        rest = before.amount + deal.numbers["amount"]
        ends = rest * first.numbers["amount"] <= 0 and not before.gone
        deal.tally = -first.tally if ends else 0
        left[first.id] = Left(rest, gone=before.gone or ends, order=max(before.order, deal.order))
