"""The goals section: standing, contributions, shares, and every number's explanation."""

from __future__ import annotations

import re
from fractions import Fraction

import attrs

from salesteam import goals
from salesteam.core import Cell, Grid, percent_text, rational_text, round_half_up, say
from salesteam.review._names import metric_names, named
from salesteam.review._review import Review
from salesteam.review._section import Bar, Block, Chart, Detail, Note, Section
from salesteam.review._standing import Standing
from salesteam.review._wording import conventions

__all__ = ["anchor", "figure", "goals_section"]


def anchor(*parts: str) -> str:
    """An anchor of words, of letters, digits, dots and dashes alone."""
    return "-".join(re.sub(r"[^\w.-]", "_", part) for part in parts)


def figure(value: Fraction | None, unit: str = "") -> str:
    """A number for the eye: a share as a percentage, large amounts without places."""
    if value is None:
        return "—"
    if unit == "1":
        return percent_text(value)
    if value.denominator == 1 or abs(value) >= 10_000:
        return f"{round_half_up(value):,}"
    return rational_text(Fraction(round_half_up(value * 100), 100))


def goals_section(review: Review, lang: str) -> Section | None:
    """Where the team stands, and why."""
    standing, book = review.standing, review.playbook.goals
    if standing is None or book is None:
        return None
    blocks: list[Block] = []
    details: list[Detail] = []
    if standing.scores is not None:
        blocks.append(_noted(named(review, _linked_scores(standing.scores, lang, details)), lang))
    if standing.now is not None:
        blocks.append(_metrics(review, standing, lang, details))
    if standing.attribution is not None:
        blocks.extend(_bridge(review, standing.attribution, lang, details))
    if standing.shares:
        blocks.extend(_shares(review, standing, lang, details))
    if standing.cascade is not None and "time" in {axis.name for axis in standing.cascade.axes}:
        blocks.append(_noted(named(review, standing.cascade.matrix(_level(standing.cascade), lang)), lang))
    if not blocks:
        text = say(lang, en="The goals could not be worked out: see the findings.", zh="目标无法得出：见发现的问题。")
        blocks.append(Note(text=text, tone="bad"))
    assumed = (say(lang, en="objectives, targets and weights", zh="目标、指标值与权重"),)
    title = say(lang, en="Goals", zh="目标")
    return Section(key="goals", title=title, blocks=(*blocks, *details), assumed=assumed)


def _noted(grid: Grid, lang: str) -> Grid:
    """The same grid with its conventions in words."""
    return attrs.evolve(grid, note=conventions(grid.note, lang))


def _level(cascade: goals.Cascade) -> str:
    """The level of time that fits on a page beside the people: quarters where there are, else the first below."""
    time = next(axis for axis in cascade.axes if axis.name == "time")
    levels = list(dict.fromkeys(node.level for node in time.nodes))
    return "quarter" if "quarter" in levels else levels[min(1, len(levels) - 1)]


def _linked_scores(scores: goals.Scores, lang: str, details: list[Detail]) -> Grid:
    grid = scores.grid(lang)
    ids = [each.goal.id for each in scores.scores]
    for each in scores.scores:
        title = each.goal.title or each.goal.id
        details.append(Detail(key=anchor("goal", each.goal.id), summary=title, body=scores.explain(each.goal.id, lang)))
    if len(ids) != len(grid.rows):
        return grid
    rows = []
    for goal, row in zip(_in_order(scores, ids), grid.rows, strict=True):
        first = row[0] if isinstance(row[0], Cell) else Cell(row[0])
        rows.append((Cell(first.text, tone=first.tone, link=anchor("goal", goal)), *row[1:]))
    return attrs.evolve(grid, rows=rows)


def _in_order(scores: goals.Scores, ids: list[str]) -> list[str]:
    """The ids in the order of the grid: as its first cells name them, by title or id."""
    titles: dict[str, list[str]] = {}
    for each in scores.scores:
        titles.setdefault((each.goal.title or each.goal.id).strip(), []).append(each.goal.id)
    shown: list[str] = []
    for row in scores.grid().rows:
        text = (row[0].text if isinstance(row[0], Cell) else row[0]).strip()
        left = titles.get(text) or [goal for goal in ids if goal not in shown]
        shown.append(left.pop(0))
    return shown


def _metrics(review: Review, standing: Standing, lang: str, details: list[Detail]) -> Grid:
    now, before = standing.now, standing.before
    assert now is not None
    last = {value.metric: value for value in before.values} if before else {}
    rows = []
    for value in now.values:
        metric = now.tree.by_id[value.metric]
        name, unit = metric.title, str(metric.unit)
        past = last[value.metric].value if value.metric in last else None
        change = value.value - past if value.value is not None and past is not None else None
        key = anchor("metric", metric.id)
        body = now.explain(metric.id, value.period, lang=lang)
        details.append(Detail(key=key, summary=f"{name}: {figure(value.value, unit)}", body=body))
        better = change is not None and ((change > 0) == (metric.better != "down")) and change != 0
        tone = "" if not change else "good" if better else "bad"
        rows.append(
            (
                name,
                "%" if unit == "1" else unit,
                figure(past, unit),
                Cell(figure(value.value, unit), link=key),
                Cell(_signed(change, unit, lang), tone=tone),  # type: ignore[arg-type]  # of its options
            )
        )
    heads = say(lang, en="Metric|Unit|Before|Now|Change", zh="指标|单位|上期|本期|变动").split("|")
    previous = review.period.previous().name
    title = say(lang, en=f"Metrics, {previous} to {review.period.name}", zh=f"指标：{previous} 至 {review.period.name}")
    return Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({2, 3, 4}))


def _signed(change: Fraction | None, unit: str, lang: str) -> str:
    if change is None:
        return "—"
    sign = "+" if change > 0 else ""
    if unit == "1":
        points = percent_text(change).removesuffix("%")
        return sign + say(lang, en=f"{points} pp", zh=f"{points} 个百分点")
    return sign + figure(change)


def _bridge(review: Review, found: goals.Attribution, lang: str, details: list[Detail]) -> list[Block]:
    if found.values is None:
        text = say(lang, en="The change could not be attributed: see the findings.", zh="变动无法归因：见发现的问题。")
        return [Note(text=text, tone="warn")]
    names = metric_names(review)
    bars = [
        Bar(label=found.before.name, series="end", value=float(found.values[0])),
        *(
            Bar(label=names.get(each.node, each.title), series="part", value=float(each.contribution))
            for each in found.contributions
        ),
        Bar(label=review.period.name, series="end", value=float(found.values[1])),
    ]
    for each in found.contributions:
        key = anchor("part", each.node)
        if all(detail.key != key for detail in details):
            summary = f"{names.get(each.node, each.title)}: {found.shown(each.contribution, lang)}"
            details.append(Detail(key=key, summary=summary, body=found.explain(each.node, lang)))
    name = names.get(found.root.id, found.root.id)
    title = say(lang, en=f"Why {name} changed", zh=f"变动原因：{name}")
    return [
        Chart(kind="bridge", title=title, unit=str(found.root.unit), bars=tuple(bars)),
        _noted(attrs.evolve(named(review, _linked_parts(found, lang)), title=title), lang),
    ]


def _linked_parts(found: goals.Attribution, lang: str) -> Grid:
    """The bridge, each part with a link to its explanation."""
    grid, nodes = found.bridge(lang), {each.title: each.node for each in found.contributions}
    rows = []
    for row in grid.rows:
        first = row[0] if isinstance(row[0], Cell) else Cell(row[0])
        link = anchor("part", nodes[first.text]) if first.text in nodes else ""
        rows.append((attrs.evolve(first, link=link), *row[1:]))
    return attrs.evolve(grid, rows=rows)


def _shares(review: Review, standing: Standing, lang: str, details: list[Detail]) -> list[Block]:
    cascade = standing.cascade
    assert cascade is not None
    heads = say(lang, en="Person|Target|Actual|Attainment", zh="人员|目标|实际|达成率").split("|")
    target, actual = say(lang, en="target", zh="目标"), say(lang, en="actual", zh="实际")
    rows: list[tuple[str | Cell, ...]] = []
    bars: list[Bar] = []
    timed = any(axis.name == "time" for axis in cascade.axes)
    for share in standing.shares:
        name = review.facts.name(share.person)
        key = anchor("share", share.person)
        nodes = (review.period.name, share.person) if timed else (share.person,)
        summary = f"{name}: {figure(share.target)}"
        details.append(Detail(key=key, summary=summary, body=cascade.explain(*nodes, lang=lang)))
        reached = share.attainment
        tone = "" if reached is None else "good" if reached >= 1 else "warn" if reached >= Fraction(7, 10) else "bad"
        rows.append(
            (
                name,
                Cell(figure(share.target), link=key),
                figure(share.actual),
                Cell("—" if reached is None else percent_text(reached, 1), tone=tone),  # type: ignore[arg-type]  # of its options
            )
        )
        bars += [
            Bar(label=name, series=target, value=float(share.target)),
            Bar(label=name, series=actual, value=float(share.actual)),
        ]
    total = sum((share.target for share in standing.shares), Fraction(0))
    brought = sum((share.actual for share in standing.shares), Fraction(0))
    reached = brought / total if total else None
    everyone = say(lang, en="all", zh="合计")
    rows.append((everyone, figure(total), figure(brought), "—" if reached is None else percent_text(reached, 1)))
    title = say(
        lang,
        en=f"Shares of the target, {review.period.name} ({cascade.unit})",
        zh=f"目标分解与达成：{review.period.name}（{cascade.unit}）",
    )
    grid = Grid(
        title=title,
        columns=tuple(heads),
        rows=rows,
        right=frozenset({1, 2, 3}),
        note=conventions("; ".join(cascade.conventions), lang),
    )
    return [Chart(kind="bars", title=title, unit=cascade.unit, bars=tuple(bars)), grid]
