"""The whys section: what crossed its line, the trees it opened, whose duty it was, and what became of earlier trees."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from salesteam import goals, whys
from salesteam.core import Cell, Grid, exponent, percent_text, rational, say, shown
from salesteam.errors import InvalidValueError
from salesteam.review._inquiry import Inquiry, is_currency
from salesteam.review._names import told, worded
from salesteam.review._review import Review
from salesteam.review._section import Block, Detail, Note, Section
from salesteam.review._show_goals import anchor, figure
from salesteam.review._wording import STATUSES, UNITS, USES, word

__all__ = ["whys_section"]


def whys_section(review: Review, lang: str) -> Section | None:
    """What breached its threshold, what it opens, and what became of earlier trees."""
    inquiry = review.inquiry
    if inquiry is None:
        return None
    watch = review.standing.watch if review.standing else None
    crossed = watch.open if watch else ()
    blocks = [*_crossed(review, inquiry, crossed, lang), *_earlier(review, inquiry, lang)]
    details = [
        *(
            Detail(key=anchor("crossed", each.id), summary=each.metric.title, body=each.explain(lang))
            for each in crossed
        ),
        *(_opened(review, opening, lang) for opening in inquiry.openings),
        *(
            Detail(
                key=anchor("tree", tree.id),
                summary=tree.shown().event.statement,
                body=attrs.evolve(checks.grid(lang), title=""),
            )
            for tree, checks in inquiry.checks
        ),
    ]
    title = say(lang, en="Why it went wrong", zh="原因与对策")
    assumed = (say(lang, en="the policies, and trees of earlier periods", zh="开启规则，以及前期的原因树"),)
    return Section(key="whys", title=title, blocks=(*blocks, *details), assumed=assumed)


def _opened(review: Review, opening: whys.Opening, lang: str) -> Detail:
    body = opening.explain(lang=lang)
    return Detail(key=anchor("why", opening.breach.tree_id), summary=_title(review, opening, lang), body=body)


def _crossed(review: Review, inquiry: Inquiry, crossed: tuple[goals.Investigation, ...], lang: str) -> Iterator[Block]:
    """Every line that was crossed, with the tree that it opens and the numbers of the tree."""
    if not crossed:
        yield Note(text=say(lang, en="No threshold was crossed.", zh="没有指标越过阈值。"), tone="good")
        return
    openings = {(opening.breach.metric, opening.breach.period): opening for opening in inquiry.openings}
    heads = say(lang, en="Metric|Period|Value|Line|Opens|Whose duty", zh="指标|期间|数值|阈值|开启|责任方").split("|")
    rows: list[tuple[str | Cell, ...]] = []
    for each in crossed:
        rule, opening = each.threshold, openings.get((each.threshold.metric, each.opened.name))
        scope = " ".join(part for part in (each.metric.title, each.org, each.product) if part)
        value = Cell(each.metric.shown(each.at_opening.value, lang), tone="bad", link=anchor("crossed", each.id))
        tree = say(lang, en="no policy", zh="无规则") if opening is None else _outcome(opening, lang)
        duty = "—" if opening is None else _duty(review, opening, lang)
        rows.append((scope, each.opened.text(lang), value, f"< {each.metric.shown(rule.below, lang)}", tree, duty))
    title = say(lang, en="Lines that were crossed", zh="越过的阈值")
    yield Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({2, 3}))
    for opening in inquiry.openings:
        if opening.tree is not None:
            yield _numbers(review, opening, lang)


def _outcome(opening: whys.Opening, lang: str) -> Cell:
    there = opening.tree is not None
    text = say(lang, en="a why tree" if there else "nothing", zh="原因树" if there else "未开启")
    return Cell(text, link=anchor("why", opening.breach.tree_id))


def _numbers(review: Review, opening: whys.Opening, lang: str) -> Grid:
    """The parts of a tree, which sum to its size, in figures for a reader; the exact ones are in the table."""
    grid = worded(opening.grid(lang), told(review, lang))
    rows = [(kind, what, *_figure(amount, unit, lang), method) for kind, what, amount, unit, method in grid.rows]
    assert opening.tree is not None
    owner = review.facts.name(opening.tree.shown().owner or None)
    due = opening.tree.due.isoformat() if opening.tree.due else "—"
    title = say(
        lang,
        en=f"{_title(review, opening, lang)}; {owner} leads it, due {due}",
        zh=f"{_title(review, opening, lang)}；由{owner}牵头，期限 {due}",
    )
    note = say(lang, en="the parts sum to the size of the event", zh="各部分之和等于事件大小")
    return attrs.evolve(grid, title=title, rows=rows, note=note)


def _figure(amount: Cell | str, unit: Cell | str, lang: str) -> tuple[str, str]:
    """An amount and its unit: a share in points, money in its major unit."""
    text, name = (cell.text if isinstance(cell, Cell) else cell for cell in (amount, unit))
    try:
        value = rational(text)
    except InvalidValueError:
        return text, word(UNITS, name, lang)
    if name == "share":
        return percent_text(value).removesuffix("%"), say(lang, en="pp", zh="个百分点")
    if is_currency(name):
        return figure(value / 10 ** exponent(name)), name
    return figure(value), word(UNITS, name, lang)


def _title(review: Review, opening: whys.Opening, lang: str) -> str:
    about = f"{told(review, lang)(opening.breach.metric)}, {opening.breach.period}"
    return say(lang, en=f"Why tree: {about}", zh=f"原因树：{about}")


def _duty(review: Review, opening: whys.Opening, lang: str) -> str:
    """Who had the duty by the chart; a blameless tree shows pseudonyms."""
    tree = opening.tree.shown() if opening.tree else None
    people = [who.role or who.person for who in tree.participants if who.duty == "yes"] if tree else []
    names = [_name(review, name, lang) for name in people]
    return say(lang, en=", ", zh="、").join(names) or say(lang, en="nobody, by the chart", zh="职责矩阵中无人")


def _name(review: Review, name: str, lang: str) -> str:
    """A role as the chart calls it, or a person as the roster does."""
    chart = review.playbook.raci
    role = next((role for role in chart.roles if role.id == name), None) if chart else None
    return shown(role, lang) if role is not None else review.facts.name(name)


def _earlier(review: Review, inquiry: Inquiry, lang: str) -> Iterator[Block]:
    """The trees of earlier periods with their countermeasures; a blameless one without names."""
    heads = say(lang, en="Event|Countermeasure|Strength|Owner|Due|Status", zh="事件|对策|强度|负责人|期限|状态").split(
        "|"
    )
    rows: list[tuple[str | Cell, ...]] = []
    for tree, _ in inquiry.checks:
        open_tree = tree.shown()
        event: str | Cell = Cell(open_tree.event.statement, link=anchor("tree", tree.id))
        for measure in open_tree.measures:
            rows.append((event, *_measure(review, measure, lang)))
            event = ""
        if not open_tree.measures:
            rows.append((event, say(lang, en="none", zh="无"), "—", "—", "—", "—"))
    if rows:
        title = say(lang, en="Trees of earlier periods, and what was done", zh="前期原因树与对策")
        yield Grid(title=title, columns=tuple(heads), rows=rows)
    for tree, _ in inquiry.checks:
        if tree.not_for:
            uses = say(lang, en=", ", zh="、").join(word(USES, use, lang) for use in tree.not_for)
            statement = tree.shown().event.statement
            text = say(lang, en=f"“{statement}” must not be used for: {uses}.", zh=f"“{statement}”不得用于：{uses}。")
            yield Note(text=text, tone="muted")


def _measure(review: Review, measure: whys.Countermeasure, lang: str) -> tuple[str, ...]:
    return (
        measure.statement or measure.id,
        word(whys.STRENGTHS, measure.strength, lang) if measure.strength else "—",
        review.facts.name(measure.owner or None),
        measure.due.isoformat() if measure.due else "—",
        word(STATUSES, measure.status, lang),
    )
