"""Why a pay is what it is, step by step, with the numbers in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from salesteam.core import Explanation, Money, Step, percent_text, rational_text, round_to, say
from salesteam.incentives._columnar._bends import bent_by
from salesteam.incentives._columnar._numbers import Lacking
from salesteam.incentives._columnar._portions import Cutter
from salesteam.incentives._curves import refs
from salesteam.incentives._frame import PayoutRow

if TYPE_CHECKING:
    from salesteam.incentives._columnar._run import ColumnarRun

__all__ = ["explained"]

_NEXT = 10_000


def explained(run: ColumnarRun, payee: str, period: str | None, component: str | None, lang: str) -> Explanation:
    """The explanation of the payouts that match; every line, every portion, every bend."""
    mine = [
        p for p in run.payouts if p.payee == payee and period in {None, p.period} and component in {None, p.component}
    ]
    total = Money(sum(p.pay_minor for p in mine), run.plan.currency)
    cutter = Cutter(run)
    steps = [_payout(cutter, p, lang) for p in mine]
    gone = [u for u in run.unpaid if u.payee == payee and component in {None, u.component} and
            (period is None or u.period in {None, period})]  # fmt: skip
    steps += [
        Step(label=say(lang, en=f"not paid: {u.row}", zh=f"未付：{u.row}"), formula=u.code, value=_reason(u, lang))
        for u in gone
    ]
    when = period or say(lang, en="all periods", zh="全部期间")
    title = say(lang, en=f"{payee}, {when}: {total.text(lang)}", zh=f"{payee}，{when}：{total.text(lang)}")
    return Explanation(title=title, steps=tuple(steps), conventions=run.conventions)


def _payout(cutter: Cutter, p: PayoutRow, lang: str) -> Step:
    run = cutter.run
    places = [
        i for i, x in enumerate(run.lines) if (x.payee, x.period, x.component) == (p.payee, p.period, p.component)
    ]
    steps = [_line(cutter, place, lang) for place in places]
    steps += bent_by(run, p, lang)
    steps += [] if not places else _next(cutter, places[-1], p, lang)
    days = {_day(run, place) for place in places}
    steps += [step for name in refs(run.plan.components[p.component]) for step in _source(run, name, days, lang)]
    rounding = say(lang, en=f"rounded {run.plan.rounding}, telescoped", zh=f"按 {run.plan.rounding} 取整，逐行相减")
    value = Money(p.pay_minor, run.plan.currency).text(lang)
    text = run.plan.components[p.component].text or p.component
    return Step(label=f"{p.period} {text}", formula=rounding, value=value, steps=tuple(steps))


def _line(cutter: Cutter, place: int, lang: str) -> Step:
    line = cutter.run.lines[place]
    value = Money(line.pay_minor, cutter.run.plan.currency).text(lang)
    label = line.transaction or say(lang, en="whole period", zh="整期")
    portions = cutter.cut(place)
    if not portions:
        return Step(label=label, formula=line.formula, value=value)
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
    formula = line.formula if " - " in line.formula else f"F({rational_text(line.after or Fraction(0))})"
    return Step(label=label, formula=f"{formula} = {rational_text(exact)}", value=value, steps=parts)


def _day(run: ColumnarRun, place: int) -> date | None:
    """A day on which the numbers of a line hold."""
    version = run.marks[place].version
    return None if version is None else run.days.versions[version]


def _source(run: ColumnarRun, name: str, days: set[date | None], lang: str) -> Iterator[Step]:
    """Each value of a parameter that was used: since when, why, on what paper, by whom."""
    entries = {run.plan.parameters[name].entry(day, run.as_of) for day in days}
    for entry in sorted((e for e in entries if e is not None), key=lambda e: e.from_ or date.min):
        since = str(entry.from_) if entry.from_ else say(lang, en="the beginning", zh="一开始")
        words = "; ".join(text for text in (entry.reason, entry.source, entry.approved_by) if text)
        none = say(lang, en="no source is written", zh="未写明来源")
        yield Step(
            label=f"${name}",
            formula=say(lang, en=f"from {since}: {words or none}", zh=f"自{since}起：{words or none}"),
            value=rational_text(entry.value),
        )


def _next(cutter: Cutter, place: int, p: PayoutRow, lang: str) -> list[Step]:
    """What the next money would bring before limits, where the component is paid row by row on money."""
    run, line = cutter.run, cutter.run.lines[place]
    c = run.plan.components[line.component]
    if not run.marks[place].cut or line.after is None or run.plan.measures[str(c.measure)].unit != "money":
        return []
    try:
        over, by = cutter.scale(place)
    except Lacking:
        return []
    curve, start = cutter.curve(place), Fraction(0) if c.accumulate == "transaction" else line.after
    end = curve.piece((start + _NEXT) / over)
    label = say(lang, en=f"the next {_NEXT:,}", zh=f"再做 {_NEXT:,}")
    if end.gap:
        return [Step(label=label, formula=say(lang, en="no band holds it", zh="没有档位"))]
    gained = (curve.at((start + _NEXT) / over) - (curve.at(start / over) if start else 0)) * by
    factor = p.gate * p.modifier
    value = Money(round_to(gained * factor * run.minor, run.plan.rounding), run.plan.currency).text(lang)
    return [Step(label=label, formula=f"{rational_text(gained)} × {rational_text(factor)}", value=value)]


def _reason(row: object, lang: str) -> str:
    finding = getattr(row, "finding", None)
    return str(finding.what(lang)) if finding is not None else str(getattr(row, "reason", ""))
