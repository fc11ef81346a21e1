"""Awards from the log of help and praise: entries count once, confirmed by another than the giver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Finding, Period, Place, Report, find
from salesteam.core import _table as t
from salesteam.errors import InvalidValueError
from salesteam.incentives._award import Award
from salesteam.incentives._days import spans
from salesteam.incentives._frame import ValueRow
from salesteam.incentives._frame_log import LogRow
from salesteam.incentives._honours import Honours, Win
from salesteam.incentives._people import People, people_of

__all__ = ["recognise"]


@attrs.frozen(kw_only=True)
class _Entry:
    """One row of the log that counts."""

    number: int
    row: LogRow


def recognise(log: Any, awards: Mapping[str, Award], *, people: Any = None, values: Any = None) -> Honours:
    """Who wins which award, from what was written down and confirmed.

    Use it each month or quarter, and read the entries with the names: an award that lists what it stands on is trusted.
    An entry counts once: the same help for the same person on the same deal, or without a deal on the same day.

    Parameters
    ----------
    log : frame
        Columns date, giver, receiver, kind, deal, confirmed_by.
    awards : mapping of str to Award
        As `awards` of this package reads them.
    people : frame, optional
        Who is in which team, for awards of teams.
    values : frame, optional
        Columns payee, period, measure, value, for awards of results.

    Returns
    -------
    Honours
        The wins with their entries, and findings: entries that do not count, and pairs who help each other.

    Raises
    ------
    InvalidValueError
        If one of the tables is none.

    Examples
    --------
    >>> from salesteam.incentives import awards
    >>> log = [
    ...     {"date": "2026-03-02", "giver": "bo", "receiver": who, "kind": "share", "confirmed_by": who}
    ...     for who in ("ana", "cai")
    ... ]
    >>> recognise(log, awards()).winners("knowledge_star")
    ('bo',)
    """
    rows = t.read_table(log, LogRow, table="log")
    found: list[Finding] = list(rows.report)
    entries = []
    for entry in _counted(rows.values, rows.numbers):
        if isinstance(entry, _Entry):
            entries.append(entry)
        else:
            found.append(entry)
    found += _pairs(entries)
    known = people_of(people)
    found += known.report
    results, report = _results(values)
    found += report
    wins: list[Win] = []
    for name, award in awards.items():
        if award.measure is not None:
            if award.measure not in results:
                found.append(
                    find("incentives.award-without-values", Place(key=name), award=name, measure=award.measure)
                )
            wins += _of_results(name, award, results.get(award.measure, {}))
        else:
            if award.to == "team" and not known.given:
                found.append(find("incentives.award-without-teams", Place(key=name), award=name))
            wins += _of_log(name, award, entries, known)
    return Honours(awards=awards, wins=tuple(wins), report=Report(found))


def _counted(rows: tuple[LogRow, ...], numbers: tuple[int, ...]) -> Iterator[_Entry | Finding]:
    """Each row of the log as an entry that counts, or why it does not."""
    seen: dict[tuple[object, ...], int] = {}
    for row, number in zip(rows, numbers, strict=True):
        place = Place(table="log", row=number)
        about = {"giver": row.giver, "receiver": row.receiver, "kind": row.kind}
        key = (row.giver, row.receiver, row.kind, row.deal or row.date)
        if row.giver == row.receiver:
            yield find("incentives.log-self", place, giver=row.giver, kind=row.kind)
        elif row.confirmed_by is None or row.confirmed_by == row.giver:
            yield _told("incentives.log-unconfirmed", place, about)
        elif key in seen:
            yield _told("incentives.log-twice", place, {**about, "first": str(seen[key])})
        else:
            seen[key] = number
            yield _Entry(number=number, row=row)


def _told(code: str, place: Place, about: Mapping[str, str]) -> Finding:
    values: dict[str, Any] = dict(about)
    return find(code, place, **values)


def _pairs(entries: list[_Entry]) -> Iterator[Finding]:
    """Pairs of whom each helped the other."""
    ways = Counter((e.row.giver, e.row.receiver) for e in entries)
    for (one, other), there in sorted(ways.items()):
        back = ways.get((other, one), 0)
        if one < other and back:
            yield find(
                "incentives.reciprocal-pair",
                Place(key=f"{one} · {other}"),
                one=one,
                other=other,
                there=there,
                back=back,
            )


def _results(values: Any) -> tuple[dict[str, dict[tuple[str, str], Fraction]], list[Finding]]:
    """Results by measure, payee and period; a row that names no payee or no period is left to the findings."""
    if values is None:
        return {}, []
    rows = t.read_table(values, ValueRow, table="values")
    found: dict[str, dict[tuple[str, str], Fraction]] = {}
    bad: list[Finding] = list(rows.report)
    for row in rows.values:
        who = row.payee or row.team
        if who is None:
            bad.append(find("incentives.value-nobody", Place(table="values"), measure=row.measure))
            continue
        try:
            name = Period.parse(row.period or "").name
        except InvalidValueError:
            place = Place(table="values", key=who)
            bad.append(find("incentives.period-unknown", place, table="values", payee=who, period=row.period or ""))
            continue
        held = found.setdefault(row.measure, {})
        held[who, name] = held.get((who, name), Fraction(0)) + row.value
    return found, bad


def _of_log(name: str, award: Award, entries: list[_Entry], people: People) -> Iterator[Win]:
    mine: dict[str, dict[str, list[_Entry]]] = {}
    for entry in entries:
        if entry.row.kind in award.kinds:
            period = Period.containing(entry.row.date, award.period).name
            who = _honoured(award, entry, people)
            if who is not None:
                mine.setdefault(period, {}).setdefault(who, []).append(entry)
    for period in sorted(mine, key=spans):
        scores = {who: _score(award, who, found, people, period) for who, found in mine[period].items()}
        for who in _best(award, scores):
            numbers = tuple(e.number for e in mine[period][who])
            yield Win(award=name, winner=who, period=period, score=scores[who], entries=numbers)


def _honoured(award: Award, entry: _Entry, people: People) -> str | None:
    if award.to != "team":
        return entry.row.giver if award.to == "giver" else entry.row.receiver
    at = people.on(entry.row.giver, entry.row.date)
    return None if at is None else people.rows[at].team


def _score(award: Award, who: str, entries: list[_Entry], people: People, period: str) -> Fraction:
    if award.by == "people":
        return Fraction(len({e.row.receiver if award.to == "giver" else e.row.giver for e in entries}))
    if award.by == "per_head":
        members = {
            p for p in people.positions if (at := people.during(p, period)) is not None and people.rows[at].team == who
        }
        return Fraction(len(entries), max(len(members), 1))
    return Fraction(len(entries))


def _best(award: Award, scores: Mapping[str, Fraction]) -> list[str]:
    """Who wins: the greatest score, all who tie; with ``each``, everybody who reaches the minimum."""
    enough = {who: score for who, score in scores.items() if score >= award.minimum}
    top = max(enough.values(), default=None)
    return sorted(who for who, score in enough.items() if award.by == "each" or score == top)


def _of_results(name: str, award: Award, results: Mapping[tuple[str, str], Fraction]) -> Iterator[Win]:
    sums: dict[str, dict[str, Fraction]] = {}
    for (who, period), value in results.items():
        start, end = spans(period)
        whole = Period.containing(start, award.period)
        if whole.start <= start and end <= whole.end:
            held = sums.setdefault(whole.name, {})
            held[who] = held.get(who, Fraction(0)) + value
    for period in sorted(sums, key=spans):
        scores = sums[period]
        if award.by == "rise":
            before = sums.get(Period.containing(spans(period)[0], award.period).previous().name, {})
            scores = {who: value / before[who] for who, value in scores.items() if before.get(who, 0) > 0}
        for who in _best(award, scores):
            yield Win(award=name, winner=who, period=period, score=scores[who])
