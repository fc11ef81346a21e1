"""From one run to the next: what is paid now and was not then, and what the next one goes on from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

import attrs

from salesteam.incentives._curve import Part
from salesteam.incentives._exact._book import Book
from salesteam.incentives._exact._carried import State, SumKey, Told
from salesteam.incentives._exact._credit import Picked
from salesteam.incentives._exact._gates import goes_by_rows
from salesteam.incentives._exact._joined import Joined
from salesteam.incentives._exact._line import Line, Made, given
from salesteam.incentives._exact._picks import picks
from salesteam.incentives._exact._stale import kinds, stale_of
from salesteam.incentives._path import Path

__all__ = ["lacking", "since", "state_of"]

_NOTHING: tuple[Fraction, int, Fraction | None] = (Fraction(0), 0, None)


def lacking(book: Book, name: str, made: Made) -> None:
    """Write down what came back of a component, instead of what an earlier run said of the same."""
    carried, stale = book.carried.lacking, stale_of(book)
    for key in [key for key in carried if key[0] == name and (key[1:] in stale or key[1:] in made.back)]:
        del carried[key]
    carried.update({(name, *key): tuple(rows) for key, rows in made.back.items() if rows})


def since(book: Book, lines: Iterable[Line]) -> Iterator[Line]:
    """Lines with what they move since an earlier run, whose pays move on with them; whole periods are paid anew."""
    pays = book.carried.pays
    anew: dict[tuple[str, str, str], list[Line]] = defaultdict(list)
    for line in lines:
        key = (line.payee, line.period, line.component)
        if goes_by_rows(book.plan, line.component) or line.component not in book.plan.components:
            raw, pay, _ = pays.get(key, _NOTHING)
            now = raw + line.raw, pay + line.pay
            pays[key] = (*now, None)
            if line.waited and not any(now) and not _waits(book, line):
                del pays[key]
            yield line
        else:
            anew[key].append(line)
    for name in book.plan.components:
        if not goes_by_rows(book.plan, name):
            for who, period in list(stale_of(book).paid(book, name)):
                anew.setdefault((who, period, name), [])
    for key, mine in anew.items():
        before = pays.pop(key, None)
        if mine:
            pays[key] = (sum((x.raw for x in mine), Fraction(0)), sum(x.pay for x in mine), mine[-1].after)
        yield from mine if before is None else _moved(key, mine, before, pays.get(key, _NOTHING))


def _waits(book: Book, line: Line) -> bool:
    """Whether something was paid in the period of a line that moves what waits, or waits for it still."""
    caps = range(len(book.plan.caps))
    return any(line.period in book.carried.excess.get((str(number), line.payee), {}) for number in caps)


def _moved(
    key: tuple[str, str, str],
    mine: list[Line],
    before: tuple[Fraction, int, Fraction | None],
    now: tuple[Fraction, int, Fraction | None],
) -> Iterator[Line]:
    """One line for what the pay of a whole period moves since an earlier run; none if it stays."""
    if before == now:
        return
    raw, moved = now[0] - before[0], None if now[2] is None or before[2] is None else now[2] - before[2]
    payee, period, component = key
    yield Line(
        component=component, payee=payee, period=period, interval=mine[0].interval if mine else period,
        before=before[2], after=now[2], raw=raw, pay=now[1] - before[1], formula=mine[0].formula if mine else "",
        cut=given(Part(tier=None, part=moved or Fraction(0), rate=raw / moved if moved else Fraction(0), pay=raw)),
        note=("since the earlier run", "自上次计算以来"),
    )  # fmt: skip


def state_of(book: Book, as_of: date | None, told: Told) -> State:
    """Where a run stands in the end."""
    carried = book.carried
    days = [credit.deal.date for credit in book.credits if credit.deal.date is not None]
    return State(
        plan=book.plan, as_of=as_of,
        carried=attrs.evolve(
            carried.copied(), told=told, periods=book.periods, last=max([carried.last, *days]),
            payees={**carried.payees, **dict.fromkeys(credit.payee for credit in book.credits)},
            sums=_sums(book), seen=_seen(book),
        ),
    )  # fmt: skip


def _sums(book: Book) -> dict[SumKey, Joined]:
    """What was reached of every measure, and of what alone a component is about, by all runs so far."""
    sums = dict(book.carried.sums)
    new: set[SumKey] = set()
    for measure, only in _counted(book):
        for kind in {"payee", *kinds(book)}:
            for who, by_period in book.rows(measure, kind).items():
                for period, rows in by_period.items():
                    key = (measure, kind, who, period, "" if only is None else only.of)
                    for row in rows if only is None else filter(only.about, rows):
                        if key not in new:
                            new.add(key)
                            own = book.plan.measures[measure]
                            sums[key] = sums[key].copied() if key in sums else Joined(measure, own)
                        sums[key].add(row)
    return sums


def _counted(book: Book) -> Iterator[tuple[str, Picked | None]]:
    """The measures of a plan, and for each component that sees whole periods the rows of its own that it is about."""
    yield from ((measure, None) for measure in book.plan.measures)
    for name, measure in _whole(book):
        only = picks(book, name)
        if only is not None:
            yield measure, only


def _whole(book: Book) -> Iterator[tuple[str, str]]:
    """The components that see whole periods, each with each measure that it reads."""
    for name, c in book.plan.components.items():
        path = None if c.measure is None else Path.parse(c.measure)
        if path is not None and path.measure in book.plan.measures and not goes_by_rows(book.plan, name):
            yield name, path.measure


def _seen(book: Book) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """The transactions of each payee behind each measure whose lack makes them come back."""
    seen = dict(book.carried.seen)
    if all(goes_by_rows(book.plan, name) for name in book.plan.components):
        return seen
    for measure in book.plan.measures:
        for who, by_period in book.rows(measure, "payee").items():
            for period in by_period:
                seen[measure, who, period] = book.behind(measure, who, period)
    return seen
