"""Run a review from files to files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import attrs
import typer

from salesteam import review as loop
from salesteam.cli._arguments import Attempts, broken, day_of, period_of
from salesteam.cli._screen import Progress, progress, told, width
from salesteam.core import Period, Report, say
from salesteam.crm import Adapter, pull
from salesteam.plugins import Plugins

__all__ = ["Job", "run_review"]


@attrs.frozen(kw_only=True)
class Job:
    """What the command line asked for."""

    folder: Path
    installed: Plugins
    data: str | None = None
    as_of: str | None = None
    period: str | None = None
    out: Path | None
    tables: Literal["csv", "parquet"]
    lang: Literal["en", "zh"]
    as_json: bool


@attrs.frozen(kw_only=True)
class _Ready:
    """A job whose arguments and playbook hold no error."""

    playbook: loop.Playbook
    as_of: date
    period: Period
    adapters: tuple[Adapter, ...]
    notes: Report


def run_review(job: Job) -> None:
    """Read the playbook, pull its facts, walk, write and print; exit code 1 if a number is wrong or missing."""
    with progress(say(job.lang, en="reading the playbook", zh="读取方案")) as moving:
        ready = _ready(job)
        records = pull(ready.adapters, progress=moving.page)
        moving.step(say(job.lang, en="walking the loop", zh="走完闭环"))
        facts = loop.gather(ready.playbook, records)
        result = loop.walk(
            ready.playbook, facts, as_of=ready.as_of, period=ready.period, lang=job.lang, also=ready.notes
        )
        page = _written(result, job, moving)
    if job.as_json:
        typer.echo(result.to_json(job.lang))
    else:
        typer.echo(result.text(job.lang, width()))
    if page is not None:
        told(say(job.lang, en=f"wrote {page}", zh=f"已写入 {page}"))
    errors, rejects = len(result.report.errors), len(result.facts.records.rejects)
    if errors or rejects:
        told(
            say(
                job.lang,
                en=f"{errors:,} findings are errors, {rejects:,} rows could not be read: see the last section.",
                zh=f"{errors:,} 项错误，{rejects:,} 行无法读取：见最后一节。",
            )
        )
        raise typer.Exit(1)


def _written(result: loop.Review, job: Job, moving: Progress) -> Path | None:
    if job.out is None:
        return None
    from salesteam.report import write

    return write(result, job.out, lang=job.lang, tables=job.tables, progress=moving.step)[0]


def _ready(job: Job) -> _Ready:
    """Check the arguments and the playbook; all problems come at once."""
    found = loop.read(job.folder, adapters=job.installed.adapters)
    notes = found.report + broken(job.installed)
    attempts = Attempts([*notes])
    attempt, findings = attempts.attempt, attempts.findings
    day, span = attempt(lambda: day_of(job.as_of)), attempt(lambda: period_of(job.period))
    if job.out is not None:
        attempt(lambda: _vacant(job.out))
    playbook, when, adapters = found.value, None, None
    if playbook is not None:
        book = playbook
        if Report(findings).ok:
            when = attempt(lambda: loop.when(book, as_of=day, period=span))
        adapters = attempt(lambda: loop.connect(book, {**loop.BUILT_IN, **job.installed.adapters}, data=job.data))
    Report(findings).raise_for_errors()
    assert playbook is not None
    assert when is not None
    assert adapters is not None
    return _Ready(playbook=playbook, as_of=when[0], period=when[1], adapters=adapters, notes=notes)


def _vacant(folder: Path | None) -> None:
    from salesteam.report import vacant

    assert folder is not None
    vacant(folder).raise_for_errors()
