"""The sections on duties and on leads."""

from __future__ import annotations

from salesteam.core import Cell, Grid, say, shown
from salesteam.raci import RouteStep
from salesteam.review._names import named
from salesteam.review._review import Review
from salesteam.review._section import Bar, Block, Chart, Detail, Note, Section
from salesteam.review._show_goals import anchor

__all__ = ["leads_section", "raci_section"]

_EXPLAINED = 60
_NAMED = 6


def raci_section(review: Review, lang: str) -> Section | None:
    """Who is responsible, and where the chart has holes."""
    duties = review.duties
    if duties is None:
        return None
    heads = say(lang, en="Activity|Does|Decides|Asked before|Told after", zh="活动|负责|决定|事前咨询|事后告知").split(
        "|"
    )
    rows, details = [], []
    for route in duties.routes:
        name = route.activity.text(lang)
        key = anchor("route", route.activity.id)
        details.append(Detail(key=key, summary=name, body=route.explain(lang=lang)))
        rows.append(
            (
                Cell(name, link=key),
                _who(review, route.does, lang),
                _who(review, route.decides, lang),
                _who(review, route.asked_before, lang),
                _who(review, route.told_after, lang),
            )
        )
    title = say(lang, en=f"Who acts on {review.as_of}", zh=f"{review.as_of} 由谁行动")
    blocks: list[Block] = [duties.matrix.grid(lang), Grid(title=title, columns=tuple(heads), rows=rows)]
    assumed = (say(lang, en="the chart, its roles and holders", zh="职责矩阵、角色与任职"),)
    title = say(lang, en="Duties", zh="职责")
    return Section(key="raci", title=title, blocks=(*blocks, *details), assumed=assumed)


def _who(review: Review, steps: tuple[RouteStep, ...], lang: str) -> str:
    """The people by name; the role where nobody is named."""
    names = [review.facts.name(step.person) if step.person else shown(step.role, lang) for step in steps]
    names = list(dict.fromkeys(names))
    more = len(names) - _NAMED
    if more > 1:
        names = [*names[:_NAMED], say(lang, en=f"{more} more", zh=f"另 {more} 人")]
    return ", ".join(names) or "—"


def leads_section(review: Review, lang: str) -> Section | None:
    """Which leads go to whom, what holders should hand on, who collides."""
    desk = review.desk
    if desk is None:
        return None
    blocks: list[Block] = []
    details: list[Detail] = []
    if desk.allocation.decisions:
        blocks.append(named(review, desk.allocation.grid(lang)))
        blocks.append(_loads(review, lang))
        for decision in desk.allocation.decisions[:_EXPLAINED]:
            body = desk.allocation.explain(decision.lead, lang)
            details.append(Detail(key=anchor("lead", decision.lead), summary=body.title, body=body))
        more = len(desk.allocation.decisions) - _EXPLAINED
        if more > 0:
            text = say(
                lang,
                en=f"{more:,} more decisions are in the table 'decisions'.",
                zh=f"另有 {more:,} 条决定见 decisions 表。",
            )
            blocks.append(Note(text=text, tone="muted"))
    else:
        blocks.append(Note(text=say(lang, en="No new lead without an owner.", zh="没有无主的新线索。"), tone="muted"))
    if desk.proposals.proposals:
        blocks.append(named(review, desk.proposals.grid(lang)))
        moves = desk.proposals.moves[:_EXPLAINED]
        details.extend(_moved(review, lead.lead, lang) for lead in moves)
    blocks.append(
        desk.collisions.grid(lang) if desk.collisions.collisions else Note(text=desk.collisions.summary(lang))
    )
    assumed = (say(lang, en="the policy, the seats and their capacity", zh="分配规则、坐席及容量"),)
    title = say(lang, en="Leads", zh="线索")
    return Section(key="leads", title=title, blocks=(*blocks, *details), assumed=assumed)


def _moved(review: Review, lead: str, lang: str) -> Detail:
    assert review.desk is not None
    body = review.desk.proposals.explain(lead, lang)
    return Detail(key=anchor("move", lead), summary=body.title, body=body)


def _loads(review: Review, lang: str) -> Chart:
    assert review.desk is not None
    before, new = say(lang, en="held before", zh="原有"), say(lang, en="newly assigned", zh="新分配")
    bars = []
    for load in review.desk.allocation.loads:
        name = review.facts.name(load.seat)
        bars += [
            Bar(label=name, series=before, value=float(load.before)),
            Bar(label=name, series=new, value=float(load.received)),
        ]
    title = say(lang, en="Leads and deals held, by seat", zh="各坐席持有的线索与商机")
    return Chart(kind="stack", title=title, unit=say(lang, en="number", zh="数量"), bars=tuple(bars))
