"""The first and the last section: what was read, and what was found."""

from __future__ import annotations

from salesteam.core import ACTORS, Cell, Grid, Report, Severity, say
from salesteam.review._review import Review
from salesteam.review._section import Block, Note, Section

__all__ = ["findings_section", "reading_section"]


def reading_section(review: Review, lang: str) -> Section:
    """What every source held, what it was used for, what was set aside and why."""
    facts = review.facts
    blocks: list[Block] = [facts.records.grid(lang)]
    heads = say(lang, en="Table|Looked at|Rows|Left out", zh="数据表|查看|行数|未计入").split("|")
    rows = [
        (
            table.name,
            f"{table.looked_at:,}",
            f"{len(table):,}",
            "; ".join(f"{reason}: {count:,}" for reason, count in table.left_out) or "0",
        )
        for table in facts.tables
    ]
    if rows:
        title = say(lang, en="What it was used for", zh="用途")
        blocks.append(Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({1, 2})))
    missing = review.playbook.missing
    if missing:
        parts = ", ".join(missing)
        text = say(lang, en=f"The playbook has no: {parts}.", zh=f"方案中没有：{parts}。")
        blocks.append(Note(text=text, tone="muted"))
    if not facts.records.readings:
        blocks.append(Note(text=say(lang, en="No source was read.", zh="没有读取任何来源。"), tone="warn"))
    return Section(key="reading", title=say(lang, en="What was read", zh="读取情况"), blocks=tuple(blocks))


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
            blocks.append(_findings(mine, title, lang))
    return Section(key="findings", title=say(lang, en="Findings", zh="发现的问题"), blocks=tuple(blocks))


def _findings(report: Report, title: str, lang: str) -> Grid:
    tones = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "muted"}
    heads = say(lang, en="Severity|What|The question|What to do", zh="级别|问题|要问的问题|处理").split("|")
    rows = []
    for code, found in report.worst_first().by_code.items():
        for finding in found[:3]:
            place = finding.place.text(lang)
            rows.append(
                (
                    Cell(finding.severity.text(lang), tone=tones[finding.severity]),  # type: ignore[arg-type]  # of its options
                    finding.what(lang) + (f" [{place}]" if place else ""),
                    finding.question(lang),
                    finding.fix(lang),
                )
            )
        if len(found) > 3:
            more = len(found) - 3
            text = say(lang, en=f"… and {more:,} more of {code}", zh=f"……另有 {more:,} 条 {code}")
            rows.append((Cell("", tone="muted"), Cell(text, tone="muted"), "", ""))
    return Grid(title=title, columns=tuple(heads), rows=tuple(rows))
