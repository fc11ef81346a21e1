"""Compare the claims of a case with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from salesteam.core import Explanation, Finding, Severity, catalogue, rational
from salesteam.errors import InvalidValueError, nearest
from salesteam.incentives._cases._claim import Claim, CodeClaim, RowClaim, RowsClaim, SumClaim
from salesteam.incentives._cases._figure import Figure, period_name, shown_number
from salesteam.incentives._cases._mismatch import Mismatch
from salesteam.incentives._cases._outcome import Outcome, Row, inside
from salesteam.incentives._cases._rows import pick
from salesteam.incentives._cases._spots import Words
from salesteam.incentives._cases._tables import KEYS, OUTPUT
from salesteam.incentives._days import ONCE

__all__ = ["differences"]

_LEVELS = ("payee", "period", "component")
_NO_RULE = "incentives.no-rule"
"""Why a row came back that no component is for: its payee is paid nothing, which a case may also write as 0."""
_SETTLED = ("paid", "adjustments", "statement", "ledger")
_ORDERED = ("compare them by position, {in_order: true, rows: [...]}", "请按位置比较，{in_order: true, rows: [...]}")
_WITNESS = ("at", "s", "witness", "bound")


def differences(claim: Claim, made: Outcome) -> Iterator[Mismatch]:
    """Everything in which one claim and an outcome differ."""
    if isinstance(claim, CodeClaim):
        yield from _code(claim, made)
    elif made.run is None or (not made.refusal.ok):
        return
    elif isinstance(claim, SumClaim):
        yield from _sum(claim, made)
    else:
        yield from _rows(claim, made)


def _code(claim: CodeClaim, made: Outcome) -> Iterator[Mismatch]:
    if claim.of == "refused":
        yield from _refused(claim, made)
        return
    same = [finding for finding in made.findings if finding.code == claim.code]
    if claim.of == "no_findings":
        if same:
            words = Words(f"it is there: {same[0].what()}", f"出现了：{same[0].what('zh')}")
            yield _told(claim.key, claim, "-", words)
        return
    if not any(claim.at is None or _at(finding, claim.at, made) for finding in same):
        places = ", ".join(dict.fromkeys(_witness(finding) for finding in same)) if same else ""
        if same:
            words = Words(f"it is there at {places}", f"出现在 {places}")
        else:
            near = nearest(claim.code, catalogue(), most=1) if claim.code not in catalogue() else ()
            hint = (f"; did you mean {near[0]}?", f"；是否应为 {near[0]}？") if near else ("", "")
            codes = ", ".join(dict.fromkeys(f.code for f in made.findings)) or "-"
            words = Words(f"it is not there{hint[0]} (found: {codes})", f"没有出现{hint[1]}（现有：{codes}）")
        yield _told(claim.key, claim, claim.code, words)


def _refused(claim: CodeClaim, made: Outcome) -> Iterator[Mismatch]:
    errors = [f for f in made.findings if f.severity is Severity.ERROR]
    refused = not made.refusal.ok or made.run is None
    if refused and any(claim.code == f.code or _undecided(claim, f) for f in errors):
        return
    codes = ", ".join(dict.fromkeys(f.code for f in errors))
    words = Words(f"refused for {codes or '-'}", f"因 {codes or '-'} 被拒绝")
    if not refused:
        words = Words("the plan runs", "方案可以运行")
    yield _told(claim.key, claim, claim.code, words)


def _undecided(claim: CodeClaim, finding: Finding) -> bool:
    """Whether a plan names a method that leaves the choice open: vendors mean opposite things by *cumulative*."""
    named = dict(finding.values)
    word = (named.get("choice"), str(named.get("value")).strip().lower())
    return claim.code == "incentives.choice-missing" and word == ("method", "cumulative")


def _told(key: str, claim: Claim, expected: str, words: Words) -> Mismatch:
    return Mismatch(key=key, expected=expected, got=words.en, words=words, place=claim.place)


def _witness(finding: Finding) -> str:
    values = dict(finding.values)
    found = next((values[name] for name in _WITNESS if isinstance(values.get(name), (int, Fraction))), None)
    return shown_number(found) if found is not None else finding.place.key or finding.place.text() or "-"


def _at(finding: Finding, at: str, made: Outcome) -> bool:
    """Whether a finding is at a bound or witness, or at a path; a share of a quota may be its amount too."""
    key = finding.place.key or ""
    try:
        number = rational(at)
    except InvalidValueError:
        return all(_same_step(*steps) for steps in zip(at.split("."), key.split("."), strict=False))
    values = dict(finding.values)
    found = [Fraction(x) for name in _WITNESS if isinstance(x := values.get(name), (int, Fraction))]
    until = values.get("until")
    named = {number, *(number / quota for quota in made.quotas(key) if quota)}
    return any(low <= one <= (until if isinstance(until, (int, Fraction)) else low) for low in found for one in named)


def _same_step(named: str, own: str) -> bool:
    """Whether steps of two paths may name the same: what is one mapping, not a list, has no place in it."""
    (one, _, place), (other, _, its) = named.partition("["), own.partition("[")
    return one == other and (not place or not its or place == its)


def _sum(claim: SumClaim, made: Outcome) -> Iterator[Mismatch]:
    if claim.of == "metrics":
        got = _metric(made, claim.names[0])
        if not claim.figure.agrees(got):
            yield _differs((claim.key, ""), claim.figure, got, made, {})
        return
    source = list(_source(claim.of, made))
    about = _about(claim, made)
    if claim.names and "payee" not in about and len({row["payee"] for row in source}) > 1:
        words = Words("several payees: name them", "有多个受益人：请写明")
        yield _told(claim.key, claim, claim.figure.written, words)
        return
    rows = [row for row in source if _matches(row, about, made)]
    back = _came_back(made, about)
    total = sum((Fraction(row["amount"]) for row in rows), Fraction(0))
    asks_nothing = claim.figure.kind == "nothing"
    missed = [row for row in back if asks_nothing or _withheld(row)]
    nothing = bool(missed) and (not rows or (asks_nothing and not total))
    got = None if nothing else total
    settled_or_summed = claim.of != "pay" and claim.figure.agrees(total)
    if not (claim.figure.agrees(got) or settled_or_summed):
        yield _differs((claim.key, ""), claim.figure, got, made, about, back)


def _metric(made: Outcome, name: str) -> Fraction | None:
    from salesteam.incentives._whatif._metrics import metrics

    return None if made.run is None else metrics(made.run)[name]


def _source(of: str, made: Outcome) -> Iterator[Row]:
    if of in {"total", "pay"}:
        for row in made.rows("payouts"):
            yield {**row, "amount": row["pay"]}
    elif of == "paid":
        for row in made.rows("statement"):
            yield {"payee": row["payee"], "period": row["period"], "amount": row["paid"]}
    else:
        for row in made.rows("ledger"):
            if row["kind"] == "adjustment":
                yield {**row, "period": row["booked_period"]}


def _about(claim: SumClaim, made: Outcome) -> dict[str, str]:
    """Which level each name of a nested sum stands for: payee, period or component."""
    found: dict[str, str] = {}
    for name, siblings in zip(claim.names, claim.levels, strict=True):
        level = max((each for each in _LEVELS if each not in found), key=lambda each: _members(each, siblings, made))
        found[level] = period_name(name) if level == "period" else name
    return found


def _members(level: str, names: Iterable[str], made: Outcome) -> int:
    if level == "payee":
        return sum(name in made.payees for name in names)
    if level == "component":
        return sum(made.plan is not None and name in made.plan.components for name in names)
    return sum(name == "once" or period_name(name) != name or _is_period(name) for name in names)


def _is_period(name: str) -> bool:
    from salesteam.core import Period

    try:
        Period.parse(name)
    except InvalidValueError:
        return False
    return True


def _matches(row: Row, about: dict[str, str], made: Outcome) -> bool:
    for level, name in about.items():
        got = row.get(level)
        if got == name or (level == "period" and any(inside(each, name) for each in made.called(str(got)))):
            continue
        if level == "period" and "original_period" in row and inside(str(row["original_period"]), name):
            continue
        return False
    return True


def _came_back(made: Outcome, about: dict[str, str]) -> list[Row]:
    """Rows of `unpaid` that may be about the same."""
    return [row for row in made.rows("unpaid") if _concerns(row, about, made)]


def _withheld(row: Row) -> bool:
    """Whether a row kept somebody's pay back: not where no rule pays, and not what of a pool is nobody's."""
    return row["code"] != _NO_RULE and (row["table"] != "pools" or row.get("payee") is not None)


def _concerns(row: Row, about: dict[str, str], made: Outcome) -> bool:
    """Whether a row may be about a payee, period and component; what it does not say, its transaction may."""
    component, payee, period = (about.get(level) for level in ("component", "payee", "period"))
    if component is not None and row.get("component") not in {None, component}:
        return False
    deals = made.deals(str(row.get("transaction") or row["row"]))
    names = {str(row["payee"])} if row.get("payee") else {name for deal in deals for name in made.named_in(deal)}
    days = {str(row["period"])} if row.get("period") else {str(deal["date"]) for deal in deals if deal.get("date")}
    other = payee is not None and bool(names) and payee not in names
    return not other and (period in {None, ONCE} or not days or any(_overlap(day, str(period)) for day in days))


def _overlap(one: str, two: str) -> bool:
    """Whether a day or a period lies in another, or the other way; what has no end holds all."""
    return one in {ONCE, "plan"} or inside(one, two) or inside(two, one)


def _differs(
    key: tuple[str, str], figure: Figure, got: Any, made: Outcome, about: dict[str, str], back: Sequence[Row] = ()
) -> Mismatch:
    gap = figure.difference(got)
    words = None
    if got is None and back:
        reasons = "; ".join(dict.fromkeys(f"{row['row']}: {row['code']}" for row in back[:3]))
        words = Words(f"nothing; came back: {reasons}", f"无；已退回：{reasons}")
    elif got is None:
        words = Words("nothing", "无")
    return Mismatch(
        key=key[0], column=key[1], expected=figure.written, got=shown_number(got) if words is None else words.en,
        words=words, difference="" if gap is None else shown_number(gap), place=figure.place,
        explanation=_explained(made, about, key[0]),
    )  # fmt: skip


def _explained(made: Outcome, about: dict[str, str], key: str) -> dict[str, Explanation]:
    who = about.get("payee") or (next(iter(sorted(made.payees)), None) if len(made.payees) == 1 else None)
    if who is None:
        return {}
    period, settled = about.get("period"), key.startswith(_SETTLED)
    found = {
        lang: made.explain_paid(lang, who, period)
        if settled
        else made.explain(lang, who, period, about.get("component"))
        for lang in ("en", "zh")
    }
    return {lang: told for lang, told in found.items() if told is not None}


def _rows(claim: RowsClaim, made: Outcome) -> Iterator[Mismatch]:
    rows = made.rows(claim.table)
    if claim.complete and len(rows) != len(claim.rows):
        words = Words(f"{len(rows)} rows", f"{len(rows)} 行")
        yield Mismatch(
            key=claim.table, column="complete", expected=str(len(claim.rows)), got=words.en, words=words,
            place=claim.place,
        )  # fmt: skip
    for index, wanted in enumerate(claim.rows):
        if claim.in_order:
            row = rows[index] if index < len(rows) else None
            yield from _in_place(claim.table, index, wanted, row, made)
        else:
            yield from _by_key(claim.table, wanted, rows, made)


def _in_place(table: str, index: int, wanted: RowClaim, row: Row | None, made: Outcome) -> Iterator[Mismatch]:
    key = f"{table}[{index}]"
    if row is None:
        words = Words("there is no such row", "没有这一行")
        yield Mismatch(key=key, expected=_written(wanted), got=words.en, words=words, place=wanted.place)
        return
    yield from _cells(table, key, {**wanted.keys, **wanted.cells}, row, made)


def _by_key(table: str, wanted: RowClaim, rows: list[Row], made: Outcome) -> Iterator[Mismatch]:
    key = f"{table} {wanted.key}".strip()
    found = pick(wanted, rows, made, table)
    if len(found) == 1:
        yield from _cells(table, key, wanted.cells, found[0], made)
        return
    if found:
        others = [
            name for name in KEYS[table] if name not in wanted.keys and len({str(r.get(name)) for r in found}) > 1
        ]
        name_also = ", ".join(others)
        words = (
            Words(f"{len(found)} rows: name also {name_also}", f"有 {len(found)} 行：请再写明 {name_also}")
            if others
            else Words(f"{len(found)} rows with these keys: {_ORDERED[0]}", f"有 {len(found)} 行键相同：{_ORDERED[1]}")
        )
    else:
        about = {name: figure.written for name, figure in wanted.keys.items() if name in {*_LEVELS, "transaction"}}
        back = [row for row in made.rows("unpaid") if _same_row(row, about, made)]
        if back and wanted.cells and all(figure.kind == "nothing" for figure in wanted.cells.values()):
            return
        reasons = "; ".join(dict.fromkeys(f"{row['row']}: {row['code']}" for row in back[:3]))
        words = (
            Words(f"no such row; came back: {reasons}", f"没有这一行；已退回：{reasons}")
            if back
            else Words("there is no such row", "没有这一行")
        )
    yield Mismatch(key=key, expected=_written(wanted), got=words.en, words=words, place=wanted.place)


def _same_row(row: Row, about: dict[str, str], made: Outcome) -> bool:
    """Whether a row of `unpaid` may be about the same: what it does not say cannot differ."""
    rest = {name: value for name, value in about.items() if name != "transaction"}
    deal = about.get("transaction")
    return all(row.get(name) in {None, value} for name, value in rest.items()) and (
        deal is None or made.covers(row, deal)
    )


def _written(wanted: RowClaim) -> str:
    return ", ".join(f"{name} {figure.written}" for name, figure in wanted.cells.items()) or wanted.key


def _cells(table: str, key: str, cells: Any, row: Row, made: Outcome) -> Iterator[Mismatch]:
    about = {level: str(row[level]) for level in _LEVELS if row.get(level) is not None}
    for name, figure in cells.items():
        got = row.get(name)
        names = made.called(got) if OUTPUT[table][name] == "period" and got is not None else (got,)
        whole = (table, name) == ("lines", "rate") and figure.agrees(made.rate_before_rounding(row))
        if not any(figure.agrees(each) for each in names) and not whole:
            yield _differs((key, name), figure, names[0], made, about)
