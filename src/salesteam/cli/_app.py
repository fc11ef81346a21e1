"""The commands."""

from __future__ import annotations

from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from salesteam import plugins as socket
from salesteam import review as loop
from salesteam.cli._run import Job, failing, run_review
from salesteam.core import Period
from salesteam.errors import InvalidValueError

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Review a sales team: goals, duties, leads, pay, and why it went wrong.",
)


class Lang(str, Enum):
    """Languages of the output."""

    EN = "en"
    ZH = "zh"


class Tables(str, Enum):
    """Formats of the tables."""

    CSV = "csv"
    PARQUET = "parquet"


LangOption = Annotated[Lang, typer.Option("--lang", help="Language of the output.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Folder for review.html, review.json and tables.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
TablesOption = Annotated[Tables, typer.Option("--tables", help="Format of the tables.")]


def _version(asked: bool) -> None:
    if asked:
        import salesteam

        typer.echo(f"salesteam {salesteam.__version__}")
        raise typer.Exit


@app.callback()
def _main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    del version


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidValueError(f"{text!r} is no date", where="--as-of", fix="write it like 2026-09-30") from None


@app.command()
@failing
def review(
    playbook: Annotated[Path, typer.Argument(help="The folder that holds playbook.yaml.")],
    data: Annotated[str | None, typer.Option("--data", help="Folder that replaces the root of the sources.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Day to look from, such as 2026-09-30.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="What to review, such as 2026-Q3.")] = None,
    out: OutOption = None,
    tables: TablesOption = Tables.CSV,
    lang: LangOption = Lang.EN,
    *,
    as_json: JsonOption = False,
) -> None:
    """Review the team of a playbook."""
    installed = socket.load()
    span = Period.parse(period) if period else None
    job = Job(
        folder=playbook,
        adapters={**loop.BUILT_IN, **installed.adapters},
        data=data,
        as_of=_day(as_of),
        period=span,
        out=out,
        tables=tables.value,
        lang=lang.value,
        as_json=as_json,
    )
    run_review(job)


@app.command()
@failing
def demo(
    out: OutOption = Path("review-out"),
    tables: TablesOption = Tables.CSV,
    lang: LangOption = Lang.EN,
    *,
    as_json: JsonOption = False,
) -> None:
    """Review a made-up technology company."""
    folder = loop.demo_folder(lang.value)
    run_review(
        Job(
            folder=folder,
            adapters=dict(loop.BUILT_IN),
            out=out,
            tables=tables.value,
            lang=lang.value,
            as_json=as_json,
        )
    )


@app.command()
@failing
def init(folder: Annotated[Path, typer.Argument(help="A new or empty folder.")]) -> None:
    """Write a commented starter playbook."""
    for path in loop.init(folder):
        typer.echo(f"wrote {path}")
    typer.echo(f"now run: salesteam review {folder}")


@app.command()
@failing
def plugins(*, as_json: JsonOption = False, lang: LangOption = Lang.EN) -> None:
    """List the installed plugins, and what became of each."""
    import json

    found = socket.load()
    if as_json:
        typer.echo(json.dumps(found.to_rows(), ensure_ascii=False, indent=1))
        return
    from salesteam.cli._screen import width

    if not found.plugins:
        typer.echo("no plugin is installed; the sources 'demo' and files given to the library work without")
        return
    typer.echo(found.grid(lang.value).text(width()))
