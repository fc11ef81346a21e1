"""The section on duties: the chart, and who acts by it."""

from __future__ import annotations

from salesteam.core import Cell, Grid, say, shown
from salesteam.raci import RouteStep
from salesteam.review._review import Review
from salesteam.review._section import Block, Detail, Section
from salesteam.review._show_goals import anchor

__all__ = ["raci_section"]

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
    return say(lang, en=", ", zh="、").join(names) or "—"
