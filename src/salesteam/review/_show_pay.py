"""The incentives section: who earns what, with a statement for each person and period."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import attrs

from salesteam.core import Cell, Grid, Money, say
from salesteam.review._names import named
from salesteam.review._pay import PlanRun
from salesteam.review._review import Review
from salesteam.review._section import Bar, Block, Chart, Detail, Note, Section
from salesteam.review._show_goals import anchor
from salesteam.review._wording import conventions

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
    """One row a person and period of the plan; name and total link to the statement and to the calculation."""
    run, currency = paid.run, paid.run.plan.currency
    components = list(dict.fromkeys(payout.component for payout in paid.payouts))
    sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    totals: Counter[str] = Counter()
    for payout in paid.payouts:
        sums[payout.payee, payout.period][payout.component] += payout.pay_minor
        totals[payout.payee] += payout.pay_minor
    if not sums:
        text = say(lang, en=f"{run.plan.plan}: nothing was earned in the period.", zh=f"{run.plan.plan}：本期无收入。")
        return [Note(text=text, tone="muted")]

    def money(minor: int) -> str:
        return Money(minor, currency).text(lang)

    rows: list[tuple[str | Cell, ...]] = []
    for payee, period in sorted(sums, key=lambda key: (-totals[key[0]], key)):
        parts = sums[payee, period]
        key = anchor("pay", run.plan.plan, payee, period)
        details.extend(_explained(review, paid, payee, period, lang))
        each = (money(parts[component]) for component in components)
        total = Cell(money(sum(parts.values())), tone="strong", link=f"{key}-why")
        rows.append((Cell(review.facts.name(payee), link=key), period, *each, total))
    columns = (money(sum(parts[component] for parts in sums.values())) for component in components)
    everyone = say(lang, en="all", zh="合计")
    rows.append((everyone, "", *columns, Cell(money(paid.total_minor), tone="strong")))
    heads = (*say(lang, en="Person|Period", zh="人员|期间").split("|"), *components, say(lang, en="Total", zh="合计"))
    title = say(lang, en=f"Plan {run.plan.plan}, {review.period.name}", zh=f"{run.plan.plan}：{review.period.name}")
    grid = Grid(
        title=title,
        columns=heads,
        rows=rows,
        right=frozenset(range(2, len(heads))),
        note=conventions("; ".join(run.conventions), lang),
    )
    bars = [
        Bar(
            label=review.facts.name(payee),
            series=component,
            value=float(Money(sum(sums[key][component] for key in sums if key[0] == payee), currency).major),
        )
        for payee, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0]))
        for component in components
    ]
    return [Chart(kind="stack", title=title, unit=currency, bars=tuple(bars)), grid]


def _explained(review: Review, paid: PlanRun, payee: str, period: str, lang: str) -> Iterator[Detail]:
    """The statement of a person and period, and how each of its numbers comes about."""
    run, name = paid.run, review.facts.name(payee)
    key = anchor("pay", run.plan.plan, payee, period)
    statement = named(review, run.statement(payee, period, lang=lang))
    yield Detail(
        key=key,
        summary=f"{name} · {period}",
        body=attrs.evolve(statement, title="", note=conventions(statement.note, lang)),
    )
    summary = say(lang, en=f"{name} · {period}: how it comes about", zh=f"{name} · {period}：计算过程")
    body = run.explain(payee, period, lang=lang)
    yield Detail(key=f"{key}-why", summary=summary, body=attrs.evolve(body, title=summary))
