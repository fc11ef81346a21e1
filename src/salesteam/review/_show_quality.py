"""The section on the quality of the facts: what lacks, what is late, who works in the CRM, what left no trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import TypeVar
from zoneinfo import ZoneInfo

import attrs

from salesteam.core import Cell, Explanation, Grid, Step, rational_text, say
from salesteam.crm import Completeness, DelayRow, Timeliness, Trace, TraceRow
from salesteam.review._names import worded
from salesteam.review._review import Review
from salesteam.review._section import Block, Detail, Section
from salesteam.review._show_goals import anchor
from salesteam.review._wording import KINDS, word

__all__ = ["quality_section"]

_LISTED = 25
Row = TypeVar("Row", DelayRow, TraceRow)


def quality_section(review: Review, lang: str) -> Section | None:
    """How far the numbers of the other sections can be trusted; each person's line leads to their records."""
    quality = review.quality
    if quality is None:
        return None
    zone = review.playbook.header.zone
    shown: list[tuple[Grid, dict[str, Detail]]] = []
    if quality.completeness is not None:
        shown.append((quality.completeness.grid(lang), _lacking(quality.completeness, lang)))
    for number, rule in enumerate(quality.timeliness, start=1):
        shown.append((rule.grid(lang), _late(rule, str(number), zone, lang)))
    if quality.adoption is not None:
        shown.append((quality.adoption.grid(lang), {}))
    if quality.trace is not None:
        shown.append((quality.trace.grid(lang), _untraced(quality.trace, zone, lang)))
    names = _names(review, lang)

    def named(text: str) -> str:
        return names.get(text, text)

    blocks: list[Block] = []
    for grid, details in shown:
        blocks += [worded(_linked(grid, details), named), *(_titled(detail, named) for detail in details.values())]
    title = say(lang, en="Quality of the facts", zh="数据质量")
    assumed = (say(lang, en="what records should have, and how soon", zh="应填字段与时限"),)
    return Section(key="quality", title=title, blocks=tuple(blocks), assumed=assumed)


def _names(review: Review, lang: str) -> Mapping[str, str]:
    """What stands in the first column, for a reader: people, teams, kinds, and all together."""
    people = {person.id: person.name for person in review.facts.roster.people}
    teams = {each.id: each.name for each in review.facts.roster.teams}
    every = {"*": say(lang, en="all", zh="合计")}
    return {**{kind: word(KINDS, kind, lang) for kind in KINDS}, **teams, **people, **every}


def _linked(grid: Grid, details: Mapping[str, Detail]) -> Grid:
    """The same grid, the first cell of each row with a link to its detail."""
    rows = []
    for first, *rest in grid.rows:
        text = first.text if isinstance(first, Cell) else first
        rows.append((Cell(text, link=details[text].key) if text in details else first, *rest))
    return attrs.evolve(grid, rows=rows)


def _titled(detail: Detail, named: Callable[[str], str]) -> Detail:
    return attrs.evolve(detail, summary=named(detail.summary))


def _detail(key: str, who: str, title: str, steps: Iterable[Step], lang: str) -> Detail:
    every = tuple(steps)
    more = len(every) - _LISTED
    if more > 0:
        every = (*every[:_LISTED], Step(say(lang, en=f"and {more:,} more", zh=f"另有 {more:,} 项")))
    return Detail(key=anchor("quality", key, who), summary=who, body=Explanation(title, every, lang=lang))


def _lacking(found: Completeness, lang: str) -> dict[str, Detail]:
    return {
        group: _detail(
            "lacks",
            group,
            found.explain(group, lang),
            (Step(str(ref), value=say(lang, en=f"lacks {name}", zh=f"缺 {name}")) for ref, name in missing),
            lang,
        )
        for group, missing in found.missing_in.items()
        if missing
    }


def _late(found: Timeliness, rule: str, zone: str, lang: str) -> dict[str, Detail]:
    late = _by_owner(row for row in found.rows if row.state == "breached")
    return {
        owner: _detail(
            f"late-{rule}",
            owner,
            found.explain(owner, lang),
            (Step(row.ref, formula=_minute(row.happened_at, zone), value=_hours(row.hours, lang)) for row in rows),
            lang,
        )
        for owner, rows in late.items()
    }


def _minute(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def _hours(hours: Fraction | None, lang: str) -> str:
    shown = rational_text(Fraction(round((hours or 0) * 10), 10))
    return say(lang, en=f"{shown} h", zh=f"{shown} 小时")


def _untraced(found: Trace, zone: str, lang: str) -> dict[str, Detail]:
    lost = _by_owner(row for row in found.rows if row.state == "untraced")
    return {
        owner: _detail(
            "trace",
            owner,
            found.explain(owner, lang),
            (
                Step(f"{row.channel} {row.entry}", formula=_minute(row.at, zone), value=row.promise or row.account)
                for row in rows
            ),
            lang,
        )
        for owner, rows in lost.items()
    }


def _by_owner(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each person, in their order; nobody's are left out."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.owner is not None:
            found.setdefault(row.owner, []).append(row)
    return found
