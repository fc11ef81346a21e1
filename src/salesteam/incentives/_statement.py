"""One page that a payee can read and an auditor can follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesteam.core import Cell, Grid, Money, number_text, say
from salesteam.incentives._conventions import run_conventions
from salesteam.incentives._frame import UnpaidRow

if TYPE_CHECKING:
    from salesteam.incentives._run import Run

__all__ = ["statement"]


def statement(run: Run, payee: str, period: str, lang: str) -> Grid:
    """The statement of a payee for a period: lines with stable ids, factors, the sum, what came back."""
    money = run.plan.currency
    whole = say(lang, en="whole period", zh="整期")
    rows: list[tuple[str | Cell, ...]] = []
    for name, component in run.plan.components.items():
        lines = [x for x in run.lines if (x.payee, x.period, x.component) == (payee, period, name)]
        for number, line in enumerate(lines, start=1):
            moved = "" if line.before is None or line.after is None else number_text(line.after - line.before)
            rows.append(
                (
                    f"{name}-{number:03d}",
                    component.told(lang) or name,
                    line.transaction or whole,
                    moved,
                    Money(line.pay_minor, money).text(lang),
                )
            )
    factors = sorted({p.modifier for p in run.payouts if p.payee == payee and p.period == period and p.modifier != 1})
    applied = say(lang, en="factor applied to the lines above", zh="以上各行已乘系数")
    rows += [("", applied, "", number_text(factor), "") for factor in factors]
    paid = {p.component for p in run.payouts if p.payee == payee and p.period == period}
    total = run.paid(payee, period).text(lang)
    rows.append(("", Cell(say(lang, en="Earned", zh="本期奖金"), tone="strong"), "", "", Cell(total, tone="strong")))
    gone = [u for u in run.unpaid if u.payee == payee and u.period in {None, period}]
    rows += [("", Cell(say(lang, en="Not paid", zh="未付"), tone="warn"), u.row, u.code, _why(u, lang)) for u in gone]
    heads = say(lang, en="Line|Component|Transaction|Moved|Pay", zh="明细编号|条款|交易|变动|奖金").split("|")
    title = say(lang, en=f"Statement of {payee} for {period} ({money})", zh=f"{payee} {period} 奖金结算单（{money}）")
    kept = say(lang, en="; ", zh="；").join(run_conventions(run.plan, lang, paid))
    note = say(
        lang,
        en=f"Plan {run.plan.plan}, version {run.plan.version}. {kept}",
        zh=f"方案 {run.plan.plan}，版本 {run.plan.version}。{kept}",
    )
    return Grid(title=title, columns=tuple(heads), rows=tuple(rows), right=frozenset({3, 4}), note=note)


def _why(row: UnpaidRow, lang: str) -> str:
    return row.finding.what(lang) if row.finding is not None else row.reason
