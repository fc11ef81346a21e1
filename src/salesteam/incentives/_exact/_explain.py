"""Why a pay is what it is, step by step, with the numbers in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from salesteam.core import Explanation, Money, Step, number_text, percent_text, round_to, say
from salesteam.core._show import equation
from salesteam.incentives._bending import Gate, Limit, Lock, Modifier
from salesteam.incentives._conventions import run_conventions
from salesteam.incentives._curves import refs
from salesteam.incentives._days import within
from salesteam.incentives._display import readable
from salesteam.incentives._exact._gates import BY_ROW, awaits, interval_of_gate, locked, passes, tested
from salesteam.incentives._exact._line import Line
from salesteam.incentives._exact._meter import meter_of
from salesteam.incentives._frame import PayoutRow, UnpaidRow
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._options import option_text

if TYPE_CHECKING:
    from salesteam.incentives._exact._run import ExactRun

__all__ = ["explained"]

_NEXT = 10_000


def explained(run: ExactRun, payee: str, period: str | None, component: str | None, lang: str) -> Explanation:
    """The explanation of the payouts that match; every line, every portion, every bend."""
    mine = [
        p
        for p in run.payouts
        if p.payee == payee and (period is None or within(p.period, period)) and component in {None, p.component}
    ]
    total = Money(sum(p.pay_minor for p in mine), run.plan.currency)
    steps = [_Told(run, p, lang).step() for p in mine]
    gone = [u for u in run.unpaid if u.payee == payee and component in {None, u.component} and
            (period is None or u.period is None or within(u.period, period))]  # fmt: skip
    steps += [
        Step(label=say(lang, en=f"not paid: {u.row}", zh=f"未付：{u.row}"), formula=u.code, value=_reason(u, lang))
        for u in gone
    ]
    told = {p.component for p in mine} | {u.component for u in gone if u.component}
    when = period or say(lang, en="all periods", zh="全部期间")
    title = say(lang, en=f"{payee}, {when}: {total.text(lang)}", zh=f"{payee}，{when}：{total.text(lang)}")
    return Explanation(title=title, steps=tuple(steps), conventions=run_conventions(run.plan, lang, told), lang=lang)


def _reason(row: UnpaidRow, lang: str) -> str:
    return row.finding.what(lang) if row.finding is not None else row.reason


class _Told:
    """One payout, told."""

    def __init__(self, run: ExactRun, payout: PayoutRow, lang: str) -> None:
        self.run, self.p, self.lang = run, payout, lang
        self.book, self.bends, self.plan = run.book, run.bends, run.plan
        self.c = run.plan.components[payout.component]
        self.lines = [
            line
            for line in run.sorted_lines
            if (line.payee, line.period, line.component) == (payout.payee, payout.period, payout.component)
        ]

    def step(self) -> Step:
        steps = [self._line(line) for line in self.lines]
        steps += self._bent()
        steps += self._next()
        days: set[date | None] = {line.credit.deal.on if line.credit is not None else None for line in self.lines}
        steps += [step for name in refs(self.c) for step in self._source(name, days)]
        rounding = self.plan.rounding
        how = say(
            self.lang, en=f"rounded {rounding}, telescoped", zh=f"{option_text('rounding', rounding, 'zh')}，按累计差额"
        )
        label = f"{self.p.period} {self.c.told(self.lang) or self.p.component}"
        return Step(label=label, formula=how, value=self._money(self.p.pay_minor), steps=tuple(steps))

    def _money(self, minor: int | Fraction) -> str:
        return Money(round_to(Fraction(minor), self.plan.rounding), self.plan.currency).text(self.lang)

    def _line(self, line: Line) -> Step:
        label = say(self.lang, en="whole period", zh="整期")
        steps = []
        if line.credit is not None:
            label = line.credit.deal.id
            if line.credit.share != 1:
                shared = f"{number_text(line.credit.deal.values['amount'] / self.run.minor)} × "
                shared += percent_text(line.credit.share)
                word = say(self.lang, en=f"credit, {line.credit.kind}", zh=f"业绩归属（{_KINDS[line.credit.kind]}）")
                steps.append(Step(label=word, formula=shared, value=self._money(line.credit.amount)))
        for part in line.parts:
            if not part.part and not part.pay:
                continue
            label_of = say(self.lang, en=f"tier {part.tier}", zh=f"第 {part.tier} 档")
            if part.tier is None:
                label_of = say(self.lang, en="part", zh="部分")
            text = f"{number_text(part.part)} × {percent_text(part.rate, 4)}"
            text = text if part.part else say(self.lang, en="step", zh="跳变")
            steps.append(Step(label=label_of, formula=text, value=number_text(part.pay / self.run.minor)))
        if line.credit is not None and line.credit.left != 1:
            undone = say(self.lang, en="undone by an event", zh="因事件扣减")
            steps.append(Step(label=undone, value=percent_text(1 - line.credit.left)))
        if line.note[0]:
            steps.append(Step(label=say(self.lang, en=line.note[0], zh=line.note[1])))
        if not line.gate:
            steps.append(
                Step(label=say(self.lang, en="gate closed when it was booked", zh="入账时门槛未达"), value="0")
            )
        formula = self._sum(line)
        if round_to(line.raw, self.plan.rounding) != line.pay:
            after = say(self.lang, en="after gates, factors and limits", zh="计入门槛、系数和限额后")
            semicolon = say(self.lang, en="; ", zh="；")
            formula = f"{equation(formula, number_text(line.raw / self.run.minor))}{semicolon}{after}"
        return Step(label=label, formula=formula, value=self._money(line.pay), steps=tuple(steps))

    def _sum(self, line: Line) -> str:
        """From which sum to which; the formula of the line where no sum runs."""
        if line.before is None or line.after is None or self.c.method not in BY_ROW or self.c.method == "spiff":
            return readable(line.formula)
        before, after = number_text(line.before), number_text(line.after)
        return say(self.lang, en=f"sum {before} → {after}", zh=f"累计 {before} → {after}")

    def _bent(self) -> Iterator[Step]:
        of = {self.p.component, "plan"}
        for gate in self.plan.gates:
            if locked(gate) in of and gate.when == "interval_end":
                yield from self._gate(gate)
        factors = [m for m in self.plan.modifiers if m.of in of]
        for modifier in factors:
            yield from self._factor(modifier)
        if len(factors) > 1 and self.p.gate:
            label = say(self.lang, en="factors together", zh="系数合计")
            yield Step(label=label, formula=f"× {number_text(self.p.modifier)}", value=percent_text(self.p.modifier))
        yield from self._limits()

    def _gate(self, gate: Gate) -> Iterator[Step]:
        interval = interval_of_gate(self.book, gate, self.p.component, self.p.period)
        if awaits(self.book, gate, interval):
            words = {"pay": ("paid meanwhile", "期间照付"), "hold": ("held meanwhile", "期间暂缓")}[str(gate.meanwhile)]
            label = say(self.lang, en=f"gate, tested when {interval} is over", zh=f"门槛，{interval} 结束时检验")
            yield Step(label=label, value=say(self.lang, en=words[0], zh=words[1]))
            return
        try:
            tests = list(tested(self.book, gate, self.p.payee, self.p.period, interval))
        except Lacking:
            return
        for test, reached, needed in tests:
            label = say(self.lang, en=f"gate on {test.measure}", zh=f"门槛 {test.measure}")
            share = test.measure.endswith(".attainment")
            formula = f"{_shown(reached, share=share)} ≥ {_shown(needed, share=share)}"
            value = say(self.lang, en="open", zh="达到")
            if reached < needed:
                short = _shown(needed - reached, share=share)
                value = say(self.lang, en=f"missed by {short}", zh=f"未达，差 {short}")
            yield Step(label=label, formula=formula, value=value)
        if isinstance(gate.locks, Lock):
            bound = _shown(self.book.look(self.p.period)(gate.locks.tiers_from), share=self.c.bounds == "quota")
            if any(reached < needed for _, reached, needed in tests):
                yield Step(label=say(self.lang, en=f"bands from {bound} up are locked", zh=f"{bound} 以上各档未解锁"))
        elif self.p.gate == 0 and not passes(self.book, gate, self.p.payee, self.p.period, interval):
            yield Step(label=say(self.lang, en="gate closed", zh="门槛未达"), formula="× 0", value="0")

    def _factor(self, modifier: Modifier) -> Iterator[Step]:
        try:
            reached = self.book.path(modifier.measure, self.p.payee, self.p.period)
            factor = self.bends.one(modifier, self.p.payee, self.p.period)
        except Lacking:
            return
        share = modifier.measure.endswith(".attainment")
        of, measure = modifier.of, modifier.measure
        label = say(self.lang, en=f"factor of {of} by {measure}", zh=f"{of} 的系数，按 {measure}")
        if measure.startswith("team."):
            label = say(self.lang, en=f"team coefficient of {of}", zh=f"{of} 的团队协作系数")
        text = _shown(reached, share=share)
        if modifier.round is not None:
            step = modifier.round.known(self.book.look(self.p.period))
            text = f"{text} → {_shown(step.apply(reached), share=share)}"
        yield Step(label=label, formula=f"{text}: × {number_text(factor)}", value=percent_text(factor))

    def _limits(self) -> Iterator[Step]:
        raw = (self.p.raw or Fraction(0)) * self.run.minor * self.p.gate * self.p.modifier
        for of in (self.p.component, "plan"):
            for kind, limits in (("cap", self.plan.caps), ("floor", self.plan.floors)):
                for each in limits:
                    if each.of == of:
                        amount = self.bends.limit(each, of, self.p.payee, self.p.period)
                        yield self._limit(kind, each, amount, raw)

    def _limit(self, kind: str, each: Limit, amount: Fraction, raw: Fraction) -> Step:
        of, at = each.of, each.at
        own = raw if of != "plan" else Fraction(
            sum(p.pay_minor for p in self.run.payouts if (p.payee, p.period) == (self.p.payee, self.p.period))
        )  # fmt: skip
        bites = (own > amount or (of == "plan" and own >= amount)) if kind == "cap" else own < amount
        word = say(self.lang, en=f"{kind} of {of}", zh=f"{of} 的{'封顶' if kind == 'cap' else '下限'}")
        effect = say(self.lang, en="it bites", zh="已触发") if bites else say(self.lang, en="not reached", zh="未触发")
        sign = "≤" if kind == "cap" else "≥"
        return Step(
            label=word,
            formula=f"{sign} {number_text(amount / self.run.minor)}, {option_text('at', str(at), self.lang)}",
            value=effect,
        )

    def _next(self) -> Iterator[Step]:
        """What the next money would bring before limits, where the component is paid row by row on money."""
        last = next((line for line in reversed(self.lines) if line.credit is not None and line.parts), None)
        smooth = self.c.method in BY_ROW - {"forward", "spiff"}
        if last is None or last.after is None or not smooth or self.plan.measures[str(self.c.measure)].unit != "money":
            return
        assert last.credit is not None
        look = self.book.look_on(last.credit.deal.on)
        try:
            meter = meter_of(self.book, self.p.component, self.c, look, self.p.payee, last.interval)
        except Lacking:
            return
        start = Fraction(0) if self.c.accumulate == "transaction" else last.after * self.run.minor
        end = start + _NEXT * self.run.minor
        label = say(self.lang, en=f"the next {_NEXT:,}", zh=f"再做 {_NEXT:,}")
        if meter.gap(end):
            yield Step(label=label, formula=say(self.lang, en="no band holds it", zh="没有档位"))
            return
        gained = meter.pay(end) - (meter.pay(start) if start else 0)
        factor = self.p.gate * self.p.modifier
        formula = f"{number_text(gained / self.run.minor)} × {number_text(factor)}"
        yield Step(label=label, formula=formula, value=self._money(self._more(gained)))

    def _more(self, gained: Fraction) -> int:
        """What more raw pay would bring this period, within the limits of the component and the plan."""
        shape = self.bends.shape(self.p.component, self.p.payee, self.p.period)
        raw = sum((line.raw * line.gate for line in self.lines), Fraction(0))
        more = shape.apply(raw + gained, self.plan.rounding) - shape.apply(raw, self.plan.rounding)
        others = (p for p in self.run.payouts if (p.payee, p.period) == (self.p.payee, self.p.period))
        total = sum(p.pay_minor for p in others)
        return self.bends.held(total + more, self.p.payee, self.p.period) - total

    def _source(self, name: str, days: set[date | None]) -> Iterator[Step]:
        """Each value of a parameter that was used: since when, why, on what paper, by whom."""
        entries = {self.plan.parameters[name].entry(day, self.run.as_of) for day in days}
        for entry in sorted((e for e in entries if e is not None), key=lambda e: e.from_ or date.min):
            since = str(entry.from_) if entry.from_ else say(self.lang, en="the beginning", zh="方案生效日")
            words = "; ".join(text for text in (entry.reason, entry.source, entry.approved_by) if text)
            none = say(self.lang, en="no source is written", zh="未写明来源")
            formula = say(
                self.lang,
                en=f"from {since}: {words or none}",
                zh=f"自{since}{'' if not entry.from_ else ' '}起：{words or none}",
            )
            yield Step(label=f"${name}", formula=formula, value=number_text(entry.value))


_KINDS = {"carve_out": "切分", "overlay": "叠加", "rollup": "上级汇总"}


def _shown(number: Fraction, *, share: bool) -> str:
    return percent_text(number, 2) if share else number_text(number)
