"""The section on leads: who gets which, what holders should hand on, and who collides with whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from salesteam import leads
from salesteam.core import Cell, Grid, say
from salesteam.review._desk import Desk
from salesteam.review._names import named
from salesteam.review._review import Review
from salesteam.review._section import Bar, Block, Chart, Detail, Note, Section
from salesteam.review._show_goals import anchor
from salesteam.review._wording import OUTCOMES, word

__all__ = ["leads_section"]

_LISTED = 40


def leads_section(review: Review, lang: str) -> Section | None:
    """Which leads go to whom, what holders should hand on, who collides."""
    desk = review.desk
    if desk is None:
        return None
    blocks = [*_allocated(review, desk, lang), *_proposed(review, desk, lang), Note(text=desk.collisions.summary(lang))]
    if desk.collisions.collisions:
        blocks.append(named(review, desk.collisions.grid(lang)))
    details = [
        *(_decision(desk, decision, lang) for decision in desk.allocation.decisions[:_LISTED]),
        *(_move(desk, move, lang) for move in desk.proposals.moves[:_LISTED]),
    ]
    assumed = (say(lang, en="the policy, the seats and their capacity", zh="分配规则、席位及容量"),)
    title = say(lang, en="Leads", zh="线索")
    return Section(key="leads", title=title, blocks=(*blocks, *details), assumed=assumed)


def _decision(desk: Desk, decision: leads.Decision, lang: str) -> Detail:
    body = attrs.evolve(desk.allocation.explain(decision.lead, lang), conventions=())  # they stand below the table
    return Detail(key=anchor("lead", decision.lead), summary=body.title, body=body)


def _move(desk: Desk, move: leads.Proposal, lang: str) -> Detail:
    body = attrs.evolve(desk.proposals.explain(move.lead, lang), conventions=())  # as above
    return Detail(key=anchor("move", move.lead), summary=body.title, body=body)


def _allocated(review: Review, desk: Desk, lang: str) -> Iterator[Block]:
    decisions = desk.allocation.decisions
    if not decisions:
        yield Note(text=say(lang, en="No new lead without an owner.", zh="没有无主的新线索。"), tone="muted")
        return
    chart, grid = _loads(review, desk, lang), named(review, desk.allocation.grid(lang))
    yield chart
    yield attrs.evolve(grid, title=chart.title)
    yield Note(text=desk.allocation.grid(lang).title)
    heads = say(lang, en="Lead|Company|Region|Goes to|Why", zh="线索|公司|地区|分配给|原因").split("|")
    rows_by_lead = {row.lead: row for row in (review.facts.leads.rows if review.facts.leads else ())}
    rows = []
    for decision in decisions[:_LISTED]:
        row = rows_by_lead.get(decision.lead)
        where = review.facts.name(decision.seat) if decision.seat else word(OUTCOMES, decision.outcome, lang)
        why = say(lang, en=f"rule {decision.rule}", zh=f"规则 {decision.rule}")
        rows.append(
            (
                Cell(decision.lead, link=anchor("lead", decision.lead)),
                (row.company if row else None) or "—",
                (row.region if row else None) or "—",
                Cell(where, tone="" if decision.seat else "warn"),
                why if decision.rule else decision.why(lang),
            )
        )
    title = say(lang, en="Which lead goes to whom", zh="线索分配结果")
    yield Grid(title=title, columns=tuple(heads), rows=rows, note=_more(len(decisions), "decisions", lang))


def _proposed(review: Review, desk: Desk, lang: str) -> Iterator[Block]:
    if not desk.proposals.proposals:
        return
    yield named(review, desk.proposals.grid(lang))
    moves = desk.proposals.moves
    if not moves:
        return
    heads = say(lang, en="Lead|Held by|Better with|Why", zh="线索|现持有人|建议转给|原因").split("|")
    rows = [
        (
            Cell(move.lead, link=anchor("move", move.lead)),
            review.facts.name(move.owner),
            review.facts.name(move.seat),
            re.split(r": |：", move.why(lang), maxsplit=1)[-1],  # lead and owner have columns of their own
        )
        for move in moves[:_LISTED]
    ]
    title = say(lang, en="Which lead should change hands", zh="建议转交的线索")
    yield Grid(title=title, columns=tuple(heads), rows=rows, note=_more(len(moves), "proposals", lang))


def _more(count: int, table: str, lang: str) -> str:
    if count <= _LISTED:
        return ""
    more = f"{count - _LISTED:,}"
    return say(lang, en=f"{more} more are in the table {table}", zh=f"其余 {more} 条见 {table} 表")


def _loads(review: Review, desk: Desk, lang: str) -> Chart:
    before, new = say(lang, en="held before", zh="原有"), say(lang, en="newly assigned", zh="新分配")
    bars = []
    for load in desk.allocation.loads:
        name = review.facts.name(load.seat)
        bars += [
            Bar(label=name, series=before, value=float(load.before)),
            Bar(label=name, series=new, value=float(load.received)),
        ]
    title = say(lang, en="Leads and deals held, by seat", zh="各席位持有的线索与商机")
    return Chart(kind="stack", title=title, unit=say(lang, en="number", zh="数量"), bars=tuple(bars))
