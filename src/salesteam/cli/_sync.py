"""Sync the sources of a playbook into its store, and look whether they can be read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import attrs
import typer

from salesteam import review as loop
from salesteam.cli._arguments import broken
from salesteam.cli._screen import Progress, progress, told, width
from salesteam.core import Cell, Grid, Place, Report, find, say
from salesteam.crm import (
    Adapter,
    PushReport,
    Schema,
    Store,
    SyncProgress,
    SyncReport,
    check,
    draft_tenant,
    open_store,
    push,
    sync,
)
from salesteam.plugins import Plugins

__all__ = ["UNFINISHED", "SyncJob", "print_pushed", "run_check", "run_draft", "run_sync", "sources_of", "written"]

UNFINISHED = 3
"""Exit code of a sync that goes on when it is run again."""
_INTERRUPTED = 130


@attrs.frozen(kw_only=True)
class SyncJob:
    """What the command line asked for."""

    folder: Path
    installed: Plugins
    store: Path | None = None
    source: str | None = None
    restart: bool = False
    accept_older: bool = False
    sweeping: bool = False
    accept: tuple[str, ...] = ()
    dry_run: bool = False
    lang: Literal["en", "zh"] = "en"
    as_json: bool = False


def run_sync(job: SyncJob) -> None:
    """Sync source after source; exit code 0 if all is there, 3 if running it again goes on, 1 if somebody must act.

    Parameters
    ----------
    job : SyncJob
        Folder, store and choices.
    """
    playbook, adapters = sources_of(job)
    assert playbook.sources is not None
    path, keep_raw = loop.store_of(playbook, job.store), playbook.sources.keep_raw
    reading = say(job.lang, en="reading the sources", zh="读取来源")
    try:
        with progress(reading) as moving, open_store(path, keep_raw=keep_raw) as store:
            done = [_one(adapter, store, job, moving) for adapter in adapters]
    except KeyboardInterrupt:
        again = f"salesteam sync {job.folder}"
        told(
            say(
                job.lang,
                en=f"stopped; what was read is kept, go on with: {again}",
                zh=f"已停止；已读内容已保留，继续请运行：{again}",
            )
        )
        raise typer.Exit(_INTERRUPTED) from None
    runs = [run for run, _ in done]
    writes = [pushed for _, pushed in done if pushed is not None and (pushed.lines or len(pushed.report))]
    if job.as_json:
        told_all = [run.to_dict(job.lang) for run in runs] + [written(pushed, job.lang) for pushed in writes]
        typer.echo(json.dumps(told_all, ensure_ascii=False, indent=1))
    else:
        typer.echo("\n\n".join(run.text(job.lang, width()) for run in runs))
        for pushed in writes:
            typer.echo()
            print_pushed(pushed, job.lang)
    _tell_sweeps(job, runs)
    states = {run.state for run in runs}
    acts = any(finding.code in _ACT for run in runs for finding in run.report)
    if "failed" in states or acts or not all(pushed.report.ok for pushed in writes):
        raise typer.Exit(1)
    if "resumable" in states:
        raise typer.Exit(UNFINISHED)


_ACT = frozenset({"crm.sweep-refused"})
"""Findings after which running the command again does not help."""


def _tell_sweeps(job: SyncJob, runs: Sequence[SyncReport]) -> None:
    """Say where a sweep had nothing to look at, and which digest let nothing through."""
    for run in runs:
        idle = run.state == "complete" and all(part.compared is None for part in run.parts)
        if idle and (job.sweeping or job.accept):
            told(
                say(
                    job.lang,
                    en=f"{run.source}: nothing was swept; none of its kinds needs a listing to learn of deletions",
                    zh=f"{run.source}：未清扫；其各类型均无需通过清单获知删除",
                )
            )
    used = {dict(finding.values)["digest"] for run in runs for finding in run.report.by_code.get(_ACCEPTED, ())}
    unused = [find("review.digest-unused", digest=digest) for digest in job.accept if digest not in used]
    if unused:
        told(Report(unused).text(job.lang))


_ACCEPTED = "crm.sweep-accepted"


def _one(adapter: Adapter, store: Store, job: SyncJob, moving: Progress) -> tuple[SyncReport, PushReport | None]:
    """Read a source, then send it what waits in the outbox, or show what would be sent."""

    def show(now: SyncProgress) -> None:
        moving.step(now.text(job.lang))

    try:
        run = sync(
            adapter,
            store,
            restart=job.restart,
            accept_older=job.accept_older,
            sweep=job.sweeping,
            accept=job.accept,
            progress=show,
        )
        return run, push(adapter, store, dry_run=job.dry_run) if run.state == "complete" else None
    finally:
        adapter.close()


def print_pushed(pushed: PushReport, lang: str) -> None:
    """Print what was written, or would be, and its findings."""
    if pushed.lines:
        typer.echo(pushed.grid(lang).text(width()))
    if len(pushed.report):
        typer.echo(pushed.report.text(lang))


def written(pushed: PushReport, lang: str) -> dict[str, object]:
    """What was written as plain values."""
    return {
        "source": pushed.source,
        "dry_run": pushed.dry_run,
        "writes": [attrs.asdict(line) for line in pushed.lines],
        "findings": [{"code": finding.code, "what": finding.what(lang)} for finding in pushed.report],
    }


def sources_of(job: SyncJob) -> tuple[loop.Playbook, tuple[Adapter, ...]]:
    """Give the playbook and the adapters of its sources, or of the one that was asked for."""
    playbook, adapters, _ = _connected(job)
    return playbook, adapters


def _connected(job: SyncJob) -> tuple[loop.Playbook, tuple[Adapter, ...], Report]:
    """The playbook, its adapters, and what else is worth a look: what hinders them comes at once, with its cause."""
    found = loop.read(job.folder, adapters=job.installed.adapters)
    telling = (finding for finding in found.report if finding.code != _PART_MISSING)  # a sync is not about the parts
    notes = Report(telling) + broken(job.installed)
    notes.raise_for_errors()
    playbook, place = found.value, Place(file=str(job.folder / "sources.yaml"))
    assert playbook is not None
    known = [source.name for source in playbook.sources.sources] if playbook.sources else []
    if not known:
        (notes + Report.of(find("review.no-sources", place))).raise_for_errors()
    if job.source is not None and job.source not in known:
        (notes + Report.of(find("review.unknown-source", place, source=job.source, known=known))).raise_for_errors()
    adapters = loop.connect(playbook, {**loop.BUILT_IN, **job.installed.adapters}, live=True)
    return playbook, tuple(each for each in adapters if job.source in {None, each.source}), notes


_PART_MISSING = "review.part-missing"


def run_check(job: SyncJob) -> None:
    """Look whether each source can be read, and say what its adapter can do; exit code 1 if one cannot.

    Parameters
    ----------
    job : SyncJob
        Folder and language.
    """
    _, adapters, notes = _connected(job)
    reports: list[tuple[Adapter, Report]] = []
    for adapter in adapters:
        try:
            reports.append((adapter, check(adapter)))
        finally:
            adapter.close()
    if job.as_json:
        typer.echo(
            json.dumps([_plain(adapter, report, job.lang) for adapter, report in reports], ensure_ascii=False, indent=1)
        )
    else:
        typer.echo(_grid(reports, job.lang).text(width()))
        for _, report in reports:
            if len(report):
                typer.echo(report.text(job.lang))
    if len(notes):
        told(notes.text(job.lang))
    if not all(report.ok for _, report in reports):
        raise typer.Exit(1)


def _plain(adapter: Adapter, report: Report, lang: str) -> dict[str, object]:
    return {
        "source": adapter.source,
        "adapter": adapter.name,
        "verified": adapter.verified.text(lang),
        "ok": report.ok,
        "findings": [
            {"code": finding.code, "what": finding.what(lang), "fix": finding.fix(lang)} for finding in report
        ],
    }


def _grid(reports: list[tuple[Adapter, Report]], lang: str) -> Grid:
    heads = say(lang, en="Source|Adapter|Verified|State", zh="来源|适配器|验证|状态").split("|")
    good, bad = say(lang, en="can be read", zh="可读取"), say(lang, en="cannot be read", zh="无法读取")
    return Grid(
        title=say(lang, en="Sources", zh="来源"),
        columns=tuple(heads),
        rows=tuple(
            (
                adapter.source,
                adapter.name,
                adapter.verified.text(lang),
                Cell(good, tone="good") if report.ok else Cell(bad, tone="bad"),
            )
            for adapter, report in reports
        ),
    )


def run_draft(name: str, folder: Path | None, source: str, installed: Plugins) -> None:
    """Print a draft of the settings of a source.

    Parameters
    ----------
    name : str
        An adapter.
    folder : Path or None
        A playbook whose source of this adapter tells what the tenant has.
    source : str
        Name of the source.
    installed : Plugins
        The adapters that there are.
    """
    adapter = {**loop.BUILT_IN, **installed.adapters}.get(name) or installed.adapter_class(name)
    schema: Schema | None = None
    if folder is not None:
        _, adapters, _ = _connected(SyncJob(folder=folder, installed=installed))
        try:
            schema = next((each.schema() for each in adapters if isinstance(each, adapter)), None)
        finally:
            for each in adapters:
                each.close()
    typer.echo(draft_tenant(adapter, schema, source=source), nl=False)
