"""The first and the last section: what was read, and what was found."""

from __future__ import annotations

from collections.abc import Iterator

from salesteam.core import ACTORS, Cell, Grid, Report, Severity, say
from salesteam.core._show import Tone
from salesteam.review._names import inside, told
from salesteam.review._review import Review
from salesteam.review._section import Block, Note, Section
from salesteam.review._wording import KINDS, PARTS, TABLES, word

__all__ = ["findings_section", "reading_section"]


def reading_section(review: Review, lang: str) -> Section:
    """What every source held, what it was used for, what was set aside and why."""
    facts = review.facts
    blocks: list[Block] = []
    if facts.records.readings:
        blocks.extend(_sources(review, lang))
    else:
        blocks.append(Note(text=say(lang, en="No source was read.", zh="没有读取任何来源。"), tone="warn"))
    if facts.tables:
        blocks.append(_used(review, lang))
    if review.playbook.missing:
        parts = say(lang, en=", ", zh="、").join(word(PARTS, part, lang) for part in review.playbook.missing)
        text = say(lang, en=f"The playbook has no: {parts}.", zh=f"方案中没有：{parts}。")
        blocks.append(Note(text=text, tone="muted"))
    return Section(key="reading", title=say(lang, en="What was read", zh="读取情况"), blocks=tuple(blocks))


def _sources(review: Review, lang: str) -> Iterator[Block]:
    """What every source held; kinds without any row in one sentence."""
    records = review.facts.records
    rows = [
        (row[0], word(KINDS, reading.kind, lang), *row[2:])
        for reading, row in zip(records.readings, records.grid(lang).rows, strict=True)
        if reading.read
    ]
    heads = say(lang, en="Source|Kind|Read|Used|Set aside", zh="来源|类型|读取|使用|搁置").split("|")
    title = say(lang, en="Rows of the sources", zh="来源数据行")
    yield Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({2, 3}))
    empty = [word(KINDS, reading.kind, lang) for reading in records.readings if not reading.read]
    if empty:
        kinds = say(lang, en=", ", zh="、").join(dict.fromkeys(empty))
        yield Note(text=say(lang, en=f"There were none of: {kinds}.", zh=f"没有数据：{kinds}。"), tone="muted")


def _used(review: Review, lang: str) -> Grid:
    """What the records were used for; one record may give several rows, such as one for each metric."""
    heads = say(lang, en="Used for|Looked at|Used|Left out|Rows made", zh="用途|查看|使用|未计入|生成行数").split("|")
    rows = [
        (
            word(TABLES, table.name, lang),
            f"{table.looked_at:,}",
            f"{table.used:,}",
            table.left_out_text(lang),
            f"{len(table):,}",
        )
        for table in review.facts.tables
    ]
    title = say(lang, en="What they were used for", zh="数据用途")
    return Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({1, 2, 4}))


def findings_section(review: Review, lang: str) -> Section:
    """All findings, worst first, grouped by who can act."""
    report = review.report
    counts = " · ".join(
        f"{len(found):,} {severity.text(lang)}"
        for severity, found in (
            (Severity.ERROR, report.errors),
            (Severity.WARNING, report.warnings),
            (Severity.NOTE, report.notes),
        )
    )
    blocks: list[Block] = [Note(text=counts, tone="bad" if report.errors else "warn" if report.warnings else "good")]
    for actor, (english, chinese) in ACTORS.items():
        mine = Report(finding for finding in report if finding.acts == actor)
        if len(mine):
            title = say(lang, en=f"For: {english}", zh=f"请处理：{chinese}")
            blocks.append(_findings(mine, title, review, lang))
    return Section(key="findings", title=say(lang, en="Findings", zh="发现的问题"), blocks=tuple(blocks))


def _findings(report: Report, title: str, review: Review, lang: str) -> Grid:
    reword, short = told(review, lang), inside(review)
    tones: dict[Severity, Tone] = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "muted"}
    heads = say(lang, en="Severity|What|The question|What to do", zh="级别|问题|要问的问题|处理").split("|")
    rows: list[tuple[str | Cell, ...]] = []
    for code, found in report.worst_first().by_code.items():
        for finding in found[:3]:
            place = short(finding.place.text(lang))
            rows.append(
                (
                    Cell(finding.severity.text(lang), tone=tones[finding.severity]),
                    reword(short(finding.what(lang))) + (f" [{place}]" if place else ""),
                    reword(finding.question(lang)),
                    reword(finding.fix(lang)),
                )
            )
        if len(found) > 3:
            more = len(found) - 3
            text = say(lang, en=f"… and {more:,} more of {code}", zh=f"……另有 {more:,} 条 {code}")
            rows.append((Cell("", tone="muted"), Cell(text, tone="muted"), "", ""))
    return Grid(title=title, columns=tuple(heads), rows=tuple(rows))
