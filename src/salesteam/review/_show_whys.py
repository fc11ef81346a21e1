"""The whys section: the trees that opened, the duty looked up, and the earlier trees."""

from __future__ import annotations

from salesteam import whys
from salesteam.core import Grid, say, shown
from salesteam.review._review import Review
from salesteam.review._section import Block, Detail, Note, Section
from salesteam.review._show_goals import anchor

__all__ = ["whys_section"]


def whys_section(review: Review, lang: str) -> Section | None:
    """What breached its threshold, what it opens, and what became of earlier trees."""
    inquiry = review.inquiry
    if inquiry is None:
        return None
    blocks: list[Block] = []
    details: list[Detail] = []
    watch = review.standing.watch if review.standing else None
    for crossed in watch.open if watch else ():
        body = crossed.explain(lang)
        details.append(Detail(key=anchor("crossed", crossed.id), summary=body.title, body=body))
    if not inquiry.openings:
        text = say(lang, en="No threshold opened a why tree.", zh="没有阈值开启原因树。")
        blocks.append(Note(text=text, tone="good"))
    for opening in inquiry.openings:
        blocks.append(opening.grid(lang))
        blocks.append(_duty(review, opening, lang))
        key = anchor("why", opening.breach.tree_id)
        body = opening.explain(lang=lang)
        details.append(Detail(key=key, summary=body.title, body=body))
    for tree, checks in inquiry.checks:
        blocks.append(_measures(review, tree, lang))
        details.append(Detail(key=anchor("tree", tree.id), summary=tree.event.statement, body=checks.grid(lang)))
    title = say(lang, en="Why it went wrong", zh="原因与对策")
    assumed = (say(lang, en="the policies, and trees of earlier periods", zh="开启规则，以及前期的原因树"),)
    return Section(key="whys", title=title, blocks=(*blocks, *details), assumed=assumed)


def _duty(review: Review, opening: whys.Opening, lang: str) -> Note:
    """Who had the duty; a blameless tree shows pseudonyms."""
    tree = opening.tree.shown() if opening.tree else None
    people = [who.role or who.person for who in tree.participants if who.duty == "yes"] if tree else []
    if people:
        names = ", ".join(_name(review, name, lang) for name in people)
        return Note(text=say(lang, en=f"Duty, by the chart: {names}.", zh=f"按职责矩阵，责任在：{names}。"))
    text = say(lang, en="The chart names nobody with the duty.", zh="职责矩阵中没有对应的责任人。")
    return Note(text=text, tone="warn")


def _name(review: Review, name: str, lang: str) -> str:
    """A role as the chart calls it, or a person as the roster does."""
    chart = review.playbook.raci
    role = next((role for role in chart.roles if role.id == name), None) if chart else None
    return shown(role, lang) if role is not None else review.facts.name(name)


def _measures(review: Review, tree: whys.Tree, lang: str) -> Grid:
    heads = say(lang, en="Countermeasure|Strength|Owner|Due|Status", zh="对策|强度|负责人|期限|状态").split("|")
    rows = [
        (
            measure.statement or measure.id,
            say(lang, en=whys.STRENGTHS[measure.strength][0], zh=whys.STRENGTHS[measure.strength][1])
            if measure.strength
            else "—",
            review.facts.name(measure.owner or None),
            measure.due.isoformat() if measure.due else "—",
            measure.status,
        )
        for measure in tree.measures
    ]
    return Grid(title=tree.event.statement, columns=tuple(heads), rows=rows)
