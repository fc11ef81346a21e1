"""The incentives section: who earns what, with a statement for each person and period."""

from __future__ import annotations

from collections import defaultdict

from salesteam.core import Cell, Grid, Money, say
from salesteam.review._pay import PlanRun
from salesteam.review._review import Review
from salesteam.review._section import Bar, Block, Chart, Detail, Note, Section
from salesteam.review._show_goals import anchor

__all__ = ["pay_section"]


def pay_section(review: Review, lang: str) -> Section | None:
    """What each person earns in the period, and why."""
    earnings = review.earnings
    if earnings is None:
        return None
    blocks: list[Block] = []
    details: list[Detail] = []
    for paid in earnings.runs:
        blocks.extend(_plan(review, paid, lang, details))
    if not earnings.runs:
        text = say(lang, en="No plan could be paid: see the findings.", zh="没有可计算的激励方案：见发现的问题。")
        blocks.append(Note(text=text, tone="bad"))
    assumed = (say(lang, en="the plans, and quotas that follow the cascade", zh="激励方案，以及随目标分解而定的配额"),)
    title = say(lang, en="Pay", zh="激励")
    return Section(key="incentives", title=title, blocks=(*blocks, *details), assumed=assumed)


def _plan(review: Review, paid: PlanRun, lang: str, details: list[Detail]) -> list[Block]:
    run, currency = paid.run, paid.run.plan.currency
    components = list(dict.fromkeys(payout.component for payout in paid.payouts))
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for payout in paid.payouts:
        sums[payout.payee][payout.component] += payout.pay_minor
    if not sums:
        text = say(lang, en=f"{run.plan.plan}: nothing was earned in the period.", zh=f"{run.plan.plan}：本期无收入。")
        return [Note(text=text, tone="muted")]
    rows, bars = [], []
    for payee, parts in sorted(sums.items(), key=lambda item: (-sum(item[1].values()), item[0])):
        name = review.facts.name(payee)
        link = _explained(review, paid, payee, lang, details)
        total = Money(sum(parts.values()), currency)
        each = [Money(parts.get(component, 0), currency).text(lang) for component in components]
        rows.append((name, *each, Cell(total.text(lang), tone="strong", link=link)))
        bars += [
            Bar(label=name, series=component, value=float(Money(parts.get(component, 0), currency).major))
            for component in components
        ]
    sums_of = [Money(sum(parts.get(component, 0) for parts in sums.values()), currency) for component in components]
    everyone = say(lang, en="all", zh="合计")
    total = Money(paid.total_minor, currency).text(lang)
    rows.append((everyone, *(amount.text(lang) for amount in sums_of), Cell(total, tone="strong")))
    heads = (say(lang, en="Person", zh="人员"), *components, say(lang, en="Total", zh="合计"))
    title = say(
        lang,
        en=f"Plan {run.plan.plan}, {review.period.name}",
        zh=f"激励方案 {run.plan.plan}：{review.period.name}",
    )
    grid = Grid(
        title=title,
        columns=heads,
        rows=rows,
        right=frozenset(range(1, len(heads))),
        note="; ".join(run.conventions),
    )
    return [Chart(kind="stack", title=title, unit=currency, bars=tuple(bars)), grid]


def _explained(review: Review, paid: PlanRun, payee: str, lang: str, details: list[Detail]) -> str:
    """Add the statements and explanations of a person; return the anchor of the first."""
    run = paid.run
    periods = list(dict.fromkeys(payout.period for payout in paid.payouts if payout.payee == payee))
    name = review.facts.name(payee)
    for period in periods:
        key = anchor("pay", run.plan.plan, payee, period)
        statement = run.statement(payee, period, lang=lang)
        details.append(Detail(key=key, summary=f"{name} · {period} · {run.plan.plan}", body=statement))
        body = run.explain(payee, period, lang=lang)
        summary = say(lang, en=f"{name} · {period}: how it comes about", zh=f"{name} · {period}：计算过程")
        details.append(Detail(key=f"{key}-why", summary=summary, body=body))
    return anchor("pay", run.plan.plan, payee, periods[0])
