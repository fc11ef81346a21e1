"""A settlement for readers: one page for a payee and period, and how each number came about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from salesteam.core import Cell, Explanation, Grid, Money, Step, percent_text, say
from salesteam.incentives._days import spans
from salesteam.incentives._settle._choices import conventions_of
from salesteam.incentives._settle._known import Known, known_of
from salesteam.incentives._settle._promise import promise
from salesteam.incentives._settle._rows import KINDS, LedgerRow, StatementRow
from salesteam.incentives._settle._words import cause_text, kind_text

if TYPE_CHECKING:
    from salesteam.incentives._settle._settlement import Settlement

__all__ = ["explained", "line_id", "page"]


def line_id(row: LedgerRow) -> str:
    """The part of an entry's id that tells it apart on the page of a payee and period."""
    head = f"{row.plan}/{row.booked_period}/{row.payee}/"
    return row.entry.removeprefix(head) or row.kind


def _sum_of(row: StatementRow, kind: str) -> int:
    if kind == "paid":
        return -row.paid_minor
    found: int = getattr(row, "adjustments_minor" if kind == "adjustment" else f"{kind}_minor")
    return found


def _about(made: Settlement, row: LedgerRow, lang: str) -> str:
    component = None if row.component is None else made.plan.components.get(row.component)
    name = row.component if component is None else component.told(lang) or row.component
    earlier = row.original if row.original != row.booked_period else ""
    parts = [name or "", row.transaction or "", earlier, cause_text(row.cause, lang)]
    return say(lang, en=", ", zh="，").join(part for part in parts if part)


def page(made: Settlement, row: StatementRow, lang: str) -> Grid:
    """The statement of a payee for a period: every entry under its sum, from opening to closing."""
    currency = made.plan.currency

    def money(minor: int) -> str:
        return Money(minor, currency).text(lang)

    rows: list[tuple[str | Cell, ...]] = [("opening", kind_text("opening", lang), money(row.opening_minor))]
    entries = made.of(row.payee, row.period)
    for kind in KINDS:
        mine = [entry for entry in entries if entry.kind == kind]
        if not mine:
            continue
        total = Cell(money(_sum_of(row, kind)), tone="strong")
        rows.append((kind, Cell(kind_text(kind, lang), tone="strong"), total))
        told = [entry for entry in mine if len(mine) > 1 or _about(made, entry, lang)]
        rows += [(line_id(e), _about(made, e, lang), money(e.amount_minor)) for e in told]
    if row.settled_minor is not None:
        rows.append(("settled", kind_text("settled", lang), money(row.settled_minor)))
    rows.append(("closing", Cell(kind_text("closing", lang), tone="strong"), money(row.closing_minor)))
    if row.debt_minor:
        rows.append(("debt", Cell(kind_text("debt", lang), tone="warn"), money(row.debt_minor)))
    heads = say(lang, en="Line|What|Amount", zh="明细编号|项目|金额").split("|")
    paid = money(row.paid_minor)
    title = say(
        lang,
        en=f"Statement of {row.payee} for {row.period}: {paid} paid",
        zh=f"{row.payee} {row.period} 结算单：实付 {paid}",
    )
    note = _note(made, row, entries, lang)
    return Grid(title=title, columns=tuple(heads), rows=tuple(rows), right=frozenset({2}), note=note)


def _note(made: Settlement, row: StatementRow, entries: tuple[LedgerRow, ...], lang: str) -> str:
    plan = made.plan
    parts = [say(lang, en=f"Plan {plan.plan}, version {plan.version}", zh=f"方案 {plan.plan}，版本 {plan.version}")]
    kept = conventions_of(made, row.payee, lang)
    parts += [say(lang, en="; ", zh="；").join(kept)] if kept else []
    if any((entry.cause or "").startswith("clawback") for entry in entries):
        parts.append(
            say(lang, en="Where wage law forbids it, pay may not be taken back", zh="法律禁止之处不得扣回工资")
        )
    return say(lang, en=". ".join(parts) + ".", zh="。".join(parts) + "。")


def explained(made: Settlement, row: StatementRow, lang: str) -> Explanation:
    """Opening, each entry and why, what is paid, closing, debt."""
    currency = made.plan.currency

    def money(minor: int) -> str:
        return Money(minor, currency).text(lang)

    entries = made.of(row.payee, row.period)
    known = known_of(made.run.facts, currency)
    steps = [Step(kind_text("opening", lang), value=money(row.opening_minor))]
    for kind in KINDS:
        mine = [entry for entry in entries if entry.kind == kind]
        if mine:
            alone = len(mine) == 1 and not _about(made, mine[0], lang)
            told = () if alone else mine
            below = tuple(Step(line_id(e), _how(made, known, e, lang), money(e.amount_minor)) for e in told)
            steps.append(
                Step(kind_text(kind, lang), _why(made, known, row, kind, lang), money(_sum_of(row, kind)), below)
            )
    parts = [row.opening_minor, *(_sum_of(row, kind) for kind in KINDS)]
    formula = _summed([part for part in parts if part], money)
    steps.append(Step(kind_text("closing", lang), formula, money(row.closing_minor)))
    steps += _debt(made, row, lang, money(row.debt_minor))
    title = say(lang, en=f"What {row.payee} is paid for {row.period}", zh=f"{row.payee} {row.period} 实付金额的来历")
    return Explanation(title, tuple(steps), conventions_of(made, row.payee, lang), lang)


def _summed(parts: list[int], money: Callable[[int], str]) -> str:
    """A sum with its signs: what is taken off stands behind a minus."""
    said = money(parts[0]) if parts else money(0)
    for part in parts[1:]:
        said += f" {'-' if part < 0 else '+'} {money(abs(part))}"
    return said


def _how(made: Settlement, known: Known, row: LedgerRow, lang: str) -> str:
    """What an entry is about, and what part of the invoice had been paid where that released it."""
    about = _about(made, row, lang)
    if row.kind != "released" or row.transaction is None or "receipts" not in (row.cause or ""):
        return about
    part = percent_text(known.received(known.origin(row.transaction), spans(row.booked_period)[1]))
    return say(lang, en=f"{about}: {part} of the invoice paid to date", zh=f"{about}：发票累计已付 {part}")


def _why(made: Settlement, known: Known, row: StatementRow, kind: str, lang: str) -> str:
    """What a top-up or a repayment was worked out from: the floor D, what is released e, the debt d before."""
    if kind not in {"draw", "recovery"}:
        return ""
    currency = made.plan.currency
    floor = promise(made.plan, known, row.payee, row.period, made.run.as_of).floor
    parts = (row.opening_minor, row.earned_minor, row.adjustments_minor, row.held_minor, row.released_minor)
    earned = Money(max(sum(parts) + row.carry_minor, 0), currency).text(lang)
    least = Money(max(floor.draw if floor.kind else 0, floor.guarantee), currency).text(lang)
    if kind == "draw":
        return say(lang, en=f"least {least} - released {earned}", zh=f"最低 {least} - 可付 {earned}")
    was = Money(_before(made, row), currency).text(lang)
    if floor.repay_from == "above_draw":
        return say(
            lang,
            en=f"debt {was}, out of released {earned} above {least}",
            zh=f"欠款 {was}，从可付 {earned} 超过 {least} 的部分扣",
        )
    return say(lang, en=f"debt {was}, out of released {earned}", zh=f"欠款 {was}，从可付 {earned} 中扣")


def _before(made: Settlement, row: StatementRow) -> int:
    """The debt that a payee brought into a period."""
    mine = [each for each in made.statements if each.payee == row.payee]
    at = mine.index(row)
    return mine[at - 1].debt_minor if at else 0


def _debt(made: Settlement, row: StatementRow, lang: str, debt: str) -> Iterator[Step]:
    was = _before(made, row)
    if not (was or row.debt_minor):
        return
    currency = made.plan.currency
    change = _summed([was, row.debt_minor - was], lambda minor: Money(minor, currency).text(lang))
    yield Step(kind_text("debt", lang), change, debt)
