"""The commands."""

from __future__ import annotations

import json
import shlex
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from salesteam import plugins as socket
from salesteam import review as loop
from salesteam.cli._failing import failing
from salesteam.cli._plan import PayJob, run_check_plan, run_pay, run_settle
from salesteam.cli._push import run_push, run_resolve
from salesteam.cli._run import Job, run_review
from salesteam.cli._schema import run_schema
from salesteam.cli._screen import width
from salesteam.cli._sync import SyncJob, run_check, run_draft, run_sync
from salesteam.cli._verify import run_verify
from salesteam.core import say

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Review a sales team: goals, duties, leads, pay, and why it went wrong.",
)


class Lang(StrEnum):
    """Languages of the output."""

    EN = "en"
    ZH = "zh"


class Kind(StrEnum):
    """Formats of files that have a schema."""

    PLAN = "plan"
    CASES = "cases"


class Tables(StrEnum):
    """Formats of the tables."""

    CSV = "csv"
    PARQUET = "parquet"


class Verdict(StrEnum):
    """What a human knows of a change that waits."""

    ARRIVED = "arrived"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


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
    """Review the team of a playbook; exit code 1 if a finding is an error or a row cannot be read."""
    run_review(
        Job(
            folder=playbook,
            installed=socket.load(),
            data=data,
            as_of=as_of,
            period=period,
            out=out,
            tables=tables.value,
            lang=lang.value,
            as_json=as_json,
        )
    )


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
    run_review(
        Job(
            folder=loop.demo_folder(lang.value),
            installed=socket.Plugins(plugins=()),
            out=out,
            tables=tables.value,
            lang=lang.value,
            as_json=as_json,
        )
    )


@app.command()
@failing
def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    lang: LangOption = Lang.EN,
) -> None:
    """Write a commented starter playbook."""
    for path in loop.init(folder):
        typer.echo(say(lang.value, en=f"wrote {path}", zh=f"已写入 {path}"))
    command = f"salesteam review {shlex.quote(str(folder))}"
    typer.echo(say(lang.value, en=f"now run: {command}", zh=f"现在运行：{command}"))


@app.command()
@failing
def plugins(*, as_json: JsonOption = False, lang: LangOption = Lang.EN) -> None:
    """List the installed plugins, and what became of each."""
    found = socket.load()
    if as_json:
        typer.echo(json.dumps(found.to_rows(), ensure_ascii=False, indent=1))
        return
    if not found.plugins:
        typer.echo(
            say(
                lang.value,
                en="no plugin is installed; the built-in source is demo",
                zh="没有安装插件；内置来源为 demo",
            )
        )
        return
    typer.echo(found.grid(lang.value).text(width()))


@app.command()
@failing
def sync(
    playbook: Annotated[Path, typer.Argument(help="The folder that holds playbook.yaml.")],
    store: Annotated[
        Path | None, typer.Option("--store", help="The file to sync into, instead of that of sources.yaml.")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="Sync this source alone.")] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", help="Digest of a refused sweep that is right; sweeps, and may be given again."),
    ] = None,
    lang: LangOption = Lang.EN,
    *,
    sweep: Annotated[bool, typer.Option("--sweep", help="Also delete what the sources no longer list.")] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Read everything again.")] = False,
    accept_older: Annotated[
        bool, typer.Option("--accept-older", help="Let older records replace newer ones, after a restore.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show the writes that wait in the store; send none.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read what changed in the sources of a playbook into its store, and send the writes that wait there.

    Exit code 3 if running it again goes on.
    """
    run_sync(
        SyncJob(
            folder=playbook,
            installed=socket.load(),
            store=store,
            source=source,
            restart=restart,
            accept_older=accept_older,
            sweeping=sweep,
            accept=tuple(accept or ()),
            dry_run=dry_run,
            lang=lang.value,
            as_json=as_json,
        )
    )


StoreOption = Annotated[Path | None, typer.Option("--store", help="The store, instead of that of sources.yaml.")]


@app.command()
@failing
def push(
    playbook: Annotated[Path, typer.Argument(help="The folder that holds playbook.yaml.")],
    changes: Annotated[
        Path | None, typer.Option("--changes", help="A file of changes to write besides what waits.")
    ] = None,
    store: StoreOption = None,
    source: Annotated[str | None, typer.Option("--source", help="Push to this source alone.")] = None,
    lang: LangOption = Lang.EN,
    *,
    send: Annotated[bool, typer.Option("--send", help="Send; without it nothing is sent.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what waits to be written to the sources of a playbook; with --send, send it.

    Exit code 3 if running it again goes on.
    """
    run_push(
        SyncJob(
            folder=playbook,
            installed=socket.load(),
            store=store,
            source=source,
            dry_run=not send,
            lang=lang.value,
            as_json=as_json,
        ),
        changes,
    )


@app.command()
@failing
def resolve(
    playbook: Annotated[Path, typer.Argument(help="The folder that holds playbook.yaml.")],
    key: Annotated[str, typer.Argument(help="The key of the change, as push --json tells it.")],
    verdict: Annotated[Verdict, typer.Argument(help="What you know of it.")],
    store: StoreOption = None,
    lang: LangOption = Lang.EN,
    *,
    as_json: JsonOption = False,
) -> None:
    """Decide by hand on a change that waits: it arrived, it was lost and is to be sent, or it is withdrawn."""
    job = SyncJob(folder=playbook, installed=socket.load(), store=store, lang=lang.value, as_json=as_json)
    run_resolve(job, key, verdict.value)


sources = typer.Typer(no_args_is_help=True, help="Look at the sources of a playbook.")
app.add_typer(sources, name="sources")


@sources.command()
@failing
def check(
    playbook: Annotated[Path, typer.Argument(help="The folder that holds playbook.yaml.")],
    source: Annotated[str | None, typer.Option("--source", help="Check this source alone.")] = None,
    lang: LangOption = Lang.EN,
    *,
    as_json: JsonOption = False,
) -> None:
    """Look whether each source can be reached and read; exit code 1 if one cannot."""
    run_check(SyncJob(folder=playbook, installed=socket.load(), source=source, lang=lang.value, as_json=as_json))


@sources.command()
@failing
def draft(
    adapter: Annotated[str, typer.Argument(help="An installed adapter, such as hubspot.")],
    playbook: Annotated[
        Path | None, typer.Option("--playbook", help="Ask its source of this adapter what the tenant has.")
    ] = None,
    source: Annotated[str, typer.Option("--source", help="Name of the source.")] = "crm",
) -> None:
    """Print a draft of sources.yaml in which everything that you must decide is a question."""
    run_draft(adapter, playbook, source, socket.load())


PlanArgument = Annotated[Path, typer.Argument(help="A plan file.")]
FactsArgument = Annotated[
    Path, typer.Argument(help="A folder with transactions.csv, quotas.csv, people.csv and so on.")
]
KnownOption = Annotated[str | None, typer.Option("--as-of", help="Use what was known on this day, such as 2026-09-30.")]
OpenOption = Annotated[str | None, typer.Option("--open-period", help="Period whose books are open, such as 2026-09.")]
PayOutOption = Annotated[Path | None, typer.Option("--out", help="Folder for the tables, as CSV.")]


@app.command("check")
@failing
def check_plan(
    plan: PlanArgument,
    facts: Annotated[Path | None, typer.Option("--facts", help="Also look at what it does to these facts.")] = None,
    as_of: KnownOption = None,
    open_period: OpenOption = None,
    lang: LangOption = Lang.EN,
    *,
    as_json: JsonOption = False,
) -> None:
    """Prove what is wrong or doubtful in a plan; exit code 1 if a finding is an error."""
    run_check_plan(
        PayJob(plan=plan, facts=facts, as_of=as_of, open_period=open_period, lang=lang.value, as_json=as_json)
    )


@app.command()
@failing
def pay(
    plan: PlanArgument,
    facts: FactsArgument,
    as_of: KnownOption = None,
    out: PayOutOption = None,
    lang: LangOption = Lang.EN,
    *,
    as_json: JsonOption = False,
) -> None:
    """Pay a plan on a folder of facts; exit code 1 if a row came back unpaid or a finding is an error."""
    run_pay(PayJob(plan=plan, facts=facts, as_of=as_of, out=out, lang=lang.value, as_json=as_json))


@app.command()
@failing
def settle(
    plan: PlanArgument,
    facts: FactsArgument,
    open_period: OpenOption = None,
    payee: Annotated[str | None, typer.Option("--payee", help="Print the statement of this payee.")] = None,
    as_of: KnownOption = None,
    out: PayOutOption = None,
    lang: LangOption = Lang.EN,
    *,
    as_json: JsonOption = False,
) -> None:
    """Pay, then write what the books still lack; entries so far are taken from ledger.csv of the facts.

    Exit code 1 if a row came back unpaid or a finding is an error.
    """
    run_settle(
        PayJob(
            plan=plan,
            facts=facts,
            as_of=as_of,
            open_period=open_period,
            payee=payee,
            out=out,
            lang=lang.value,
            as_json=as_json,
        )
    )


@app.command()
@failing
def verify(
    cases: Annotated[Path, typer.Argument(help="A file of cases, or a folder of such files.")],
    junit: Annotated[Path | None, typer.Option("--junit", help="Write the result for a build server.")] = None,
    lang: LangOption = Lang.EN,
    *,
    as_json: JsonOption = False,
) -> None:
    """Replay worked cases of plans; exit code 0 if all pass, 1 if one differs, 2 if one cannot be read."""
    run_verify(cases, junit=junit, lang=lang.value, as_json=as_json)


@app.command()
@failing
def schema(
    kind: Annotated[Kind, typer.Argument(help="Format of a file.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write it into a file.")] = None,
    lang: LangOption = Lang.EN,
) -> None:
    """Print the JSON Schema of plan files or case files, for editors."""
    run_schema(kind.value, out=out, lang=lang.value)
