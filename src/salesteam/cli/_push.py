"""Show what waits to be written to the sources of a playbook, send it, or decide on it by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import attrs
import typer

from salesteam import review as loop
from salesteam.cli._sync import UNFINISHED, SyncJob, print_pushed, sources_of, written
from salesteam.core import Place, Report, find, say
from salesteam.crm import Adapter, Change, PushReport, Store, load_changes, open_store, push, resolve

__all__ = ["run_push", "run_resolve"]

Verdict = Literal["arrived", "lost", "withdrawn"]


def run_push(job: SyncJob, changes: Path | None = None) -> None:
    """Push to source after source; exit code 0 if all is done, 3 if pushing again goes on, 1 if somebody must act.

    Parameters
    ----------
    job : SyncJob
        Folder, store and choices.
    changes : Path, optional
        A file of changes to be written besides what waits.
    """
    playbook, adapters = sources_of(job)
    given = () if changes is None else load_changes(changes, adapters=adapters)
    with open_store(_synced(playbook, job), create=False) as store:
        done = [_one(adapter, store, given, job) for adapter in adapters]
    done = [pushed for pushed in done if pushed.lines or len(pushed.report)]
    if job.as_json:
        typer.echo(json.dumps([written(pushed, job.lang) for pushed in done], ensure_ascii=False, indent=1))
    elif not done:
        typer.echo(say(job.lang, en="nothing waits to be written", zh="没有待写入的变更"))
    else:
        for pushed in done:
            print_pushed(pushed, job.lang)
    if not all(pushed.report.ok for pushed in done):
        raise typer.Exit(1)
    if not job.dry_run and any(line.state == "planned" for pushed in done for line in pushed.lines):
        raise typer.Exit(UNFINISHED)


def _synced(playbook: loop.Playbook, job: SyncJob) -> str:
    """The store, which only a sync makes."""
    path = loop.store_of(playbook, job.store)
    if not Path(path).is_file():
        sources = [source.name for source in playbook.sources.sources] if playbook.sources else []
        missing = find("review.not-synced", Place(file=path), sources=sources, folder=playbook.folder)
        Report.of(missing).raise_for_errors()
    return path


def _one(adapter: Adapter, store: Store, given: tuple[Change, ...], job: SyncJob) -> PushReport:
    try:
        own = [change for change in given if change.ref.source == adapter.source]
        return push(adapter, store, own, dry_run=job.dry_run)
    finally:
        adapter.close()


def run_resolve(job: SyncJob, key: str, verdict: Verdict) -> None:
    """Decide by hand on a change that waits.

    Parameters
    ----------
    job : SyncJob
        Folder and store.
    key : str
        The change.
    verdict : {'arrived', 'lost', 'withdrawn'}
        What is known of it.
    """
    playbook, adapters = sources_of(job)
    for adapter in adapters:
        adapter.close()
    with open_store(_synced(playbook, job), create=False) as store:
        line = resolve(store, key, verdict)
    if job.as_json:
        typer.echo(json.dumps(attrs.asdict(line), ensure_ascii=False, indent=1))
    else:
        print_pushed(PushReport(source=line.ref.partition(":")[0], dry_run=False, lines=(line,)), job.lang)
