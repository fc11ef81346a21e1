"""Why a pay is what it is, step by step, with the numbers in it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from salesteam.core import Explanation, Money, Step, percent_text, rational_text, say
from salesteam.incentives._frame import LineRow, PayoutRow
from salesteam.incentives._portions import line_portions

if TYPE_CHECKING:
    from salesteam.incentives._run import Run

__all__ = ["explained"]


def explained(run: Run, payee: str, period: str | None, component: str | None, lang: str) -> Explanation:
    """The explanation of the payouts that match; every line, every portion, every bend."""
    mine = [
        p for p in run.payouts if p.payee == payee and period in {None, p.period} and component in {None, p.component}
    ]
    total = Money(sum(p.pay_minor for p in mine), run.plan.currency)
    steps = [_payout(run, p, lang) for p in mine]
    gone = [u for u in run.unpaid if u.payee == payee and component in {None, u.component}]
    steps += [
        Step(label=say(lang, en=f"not paid: {u.row}", zh=f"未付：{u.row}"), formula=u.code, value=u.reason)
        for u in gone
    ]
    when = period or say(lang, en="all periods", zh="全部期间")
    title = say(lang, en=f"{payee}, {when}: {total.text(lang)}", zh=f"{payee}，{when}：{total.text(lang)}")
    return Explanation(title=title, steps=tuple(steps), conventions=run.conventions)


def _payout(run: Run, p: PayoutRow, lang: str) -> Step:
    lines = [x for x in run.lines if (x.payee, x.period, x.component) == (p.payee, p.period, p.component)]
    steps = [_line(run, x, lang) for x in lines]
    if p.gate == 0:
        steps.append(Step(label=say(lang, en="gate closed", zh="门槛未达"), formula="× 0", value="0"))
    elif p.modifier != 1:
        label = say(lang, en="factors (team coefficient and the like)", zh="系数（团队协作系数等）")
        steps.append(Step(label=label, formula=f"× {rational_text(p.modifier)}", value=percent_text(p.modifier)))
    if p.cap_minor is not None:
        limit = Money(p.cap_minor, run.plan.currency).text(lang)
        steps.append(Step(label=say(lang, en="cap", zh="封顶"), formula=f"≤ {limit}", value=limit))
    rounding = say(lang, en=f"rounded {run.plan.rounding}, telescoped", zh=f"按 {run.plan.rounding} 取整，逐行相减")
    value = Money(p.pay_minor, run.plan.currency).text(lang)
    text = run.plan.components[p.component].text or p.component
    return Step(label=f"{p.period} {text}", formula=rounding, value=value, steps=tuple(steps))


def _line(run: Run, line: LineRow, lang: str) -> Step:
    value = Money(line.pay_minor, run.plan.currency).text(lang)
    label = line.transaction or say(lang, en="whole period", zh="整期")
    if line.transaction is None:
        return Step(label=label, formula=line.formula, value=value)
    portions = line_portions(run, line)
    exact = sum((p.pay for p in portions), Fraction(0))
    parts = tuple(
        Step(
            label=say(lang, en=f"tier {p.tier}", zh=f"第 {p.tier} 档"),
            formula=f"{rational_text(p.part)} × {percent_text(p.rate, 4)}"
            if p.part
            else say(lang, en="step", zh="跳变"),
            value=rational_text(p.pay),
        )
        for p in portions
    )
    return Step(label=label, formula=f"{line.formula} = {rational_text(exact)}", value=value, steps=parts)
