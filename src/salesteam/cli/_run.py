"""Run a review from files to files."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

import attrs
import typer

from salesteam import review as loop
from salesteam.cli._screen import progress, width
from salesteam.core import Period, Report
from salesteam.crm import Adapter, pull
from salesteam.errors import ReportError, SalesteamError

__all__ = ["Job", "failing", "run_review"]

P = ParamSpec("P")
R = TypeVar("R")
_REPORT = frozenset({"jinja2", "altair", "vl_convert"})


@attrs.frozen(kw_only=True)
class Job:
    """What the command line asked for."""

    folder: Path
    adapters: Mapping[str, type[Adapter]]
    data: str | None = None
    as_of: date | None = None
    period: Period | None = None
    out: Path | None
    tables: Literal["csv", "parquet"]
    lang: str
    as_json: bool


def failing(command: Callable[P, R]) -> Callable[P, R]:
    """End with the message of an error of ours and exit code 1, without a traceback."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ReportError as error:
            _told(error.report.text(str(getattr(kwargs.get("lang"), "value", "en"))))
        except SalesteamError as error:
            _told(f"error: {error}")
        except OSError as error:
            _told(f"error: {error.strerror or error}: {error.filename}" if error.filename else f"error: {error}")
        except ModuleNotFoundError as error:
            if error.name not in _REPORT:
                raise
            _told(f"error: {error.name} is missing: install salesteam with the extra report, as in 'salesteam[report]'")
        raise typer.Exit(1)

    return wrapped


def _told(text: str) -> None:
    print(text, file=sys.stderr)


def run_review(job: Job) -> None:
    """Read the playbook, pull its facts, walk the loop, write and print."""
    with progress("reading the playbook") as moving:
        found = loop.read(job.folder, adapters=job.adapters)
        if found.value is None:
            raise ReportError(Report(found.report))
        playbook = found.value
        records = pull(loop.connect(playbook, job.adapters, data=job.data), progress=moving.page)
        moving.step("walking the loop")
        facts = loop.gather(playbook, records)
        result = loop.walk(playbook, facts, as_of=job.as_of, period=job.period, lang=job.lang, also=found.report)
        written: tuple[Path, ...] = ()
        if job.out is not None:
            from salesteam.report import write

            written = write(result, job.out, lang=job.lang, tables=job.tables, progress=moving.step)
    if job.as_json:
        typer.echo(result.to_json(job.lang))
        return
    typer.echo(result.text(job.lang, width()))
    if written:
        typer.echo(f"\n{written[0]}")
