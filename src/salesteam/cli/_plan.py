"""Check a plan, pay it on a folder of facts, settle it: from files to files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

import attrs
import typer

from salesteam.cli._arguments import Attempts, day_of
from salesteam.cli._screen import progress, told, width
from salesteam.core import Grid, Report, say
from salesteam.core import _table as t
from salesteam.core._written import put, vacant
from salesteam.errors import ReportError
from salesteam.incentives import Facts, Plan, Run, check, load, load_facts, pay, settle

__all__ = ["MARKER", "PayJob", "run_check_plan", "run_pay", "run_settle"]

MARKER = ".salesteam-pay"
"""The file that says which files of a folder these commands wrote."""

_PAY = ("payouts", "lines", "portions", "credits", "attainment", "unpaid")
_SETTLE = ("ledger", "entries", "statement")
_MOST = 40


@attrs.frozen(kw_only=True)
class PayJob:
    """What the command line asked for."""

    plan: Path
    facts: Path | None
    as_of: str | None
    open_period: str | None = None
    payee: str | None = None
    out: Path | None = None
    lang: Literal["en", "zh"]
    as_json: bool


def run_check_plan(job: PayJob) -> None:
    """Print what is wrong or doubtful; exit code 1 if a finding is an error."""
    try:
        plan, facts, day = _ready(job)
    except ReportError as error:
        if not job.as_json:
            raise
        _print_json(_findings(cast("Report", error.report), job.lang))
        raise typer.Exit(1) from None
    report = _located(check(plan, facts, as_of=day, open_period=job.open_period), job)
    if job.as_json:
        _print_json({**_head(plan), **_findings(report, job.lang)})
    else:
        typer.echo(report.text(job.lang))
    if not report.ok:
        raise typer.Exit(1)


def run_pay(job: PayJob) -> None:
    """Pay, write and print; exit code 1 if a row came back unpaid or a finding is an error."""
    run = _run(job)
    findings = _located(run.findings(), job)
    _written(job, {name: partial(run.to_frame, name) for name in _PAY})
    if job.as_json:
        rows = {"payouts": _rows(run.payouts), "unpaid": _rows(run.unpaid)}
        _print_json({**_head(run.plan), "total_minor": run.total.minor, **rows, **_findings(findings, job.lang)})
    else:
        _show(job, run.grid(job.lang, most=_MOST), findings)
    _end(job, run, findings)


def run_settle(job: PayJob) -> None:
    """Pay, settle, write and print; exit code 1 as that of pay."""
    run = _run(job)
    settled = settle(run, open_period=job.open_period)
    findings = _located(settled.findings(), job)
    _written(job, {name: partial(settled.to_frame, name) for name in _SETTLE})
    if job.as_json:
        rows = {"entries": _rows(settled.entries), "statement": _rows(settled.statements)}
        _print_json({**_head(run.plan), "open_period": settled.open_period, **rows, **_findings(findings, job.lang)})
    elif job.payee is not None:
        typer.echo(settled.statement(job.payee, job.open_period, lang=job.lang).text(width()))
    else:
        _show(job, settled.grid(job.lang, most=_MOST), findings)
    _end(job, run, findings)


def _ready(job: PayJob) -> tuple[Plan, Facts | None, date | None]:
    """Read everything; all problems come at once."""
    attempts = Attempts()
    day = attempts.attempt(lambda: day_of(job.as_of))
    plan = attempts.attempt(lambda: load(job.plan))
    folder = job.facts
    facts = None if folder is None else attempts.attempt(lambda: load_facts(folder))
    if job.out is not None:
        attempts.findings.extend(vacant(job.out, MARKER))
    Report(attempts.findings).raise_for_errors()
    assert plan is not None
    return plan, facts, day


def _run(job: PayJob) -> Run:
    with progress(say(job.lang, en="reading the plan and its facts", zh="读取方案和数据")) as moving:
        plan, facts, day = _ready(job)
        assert facts is not None
        moving.step(say(job.lang, en="paying", zh="计算奖金"))
        return pay(plan, facts, as_of=day)


def _located(report: Report, job: PayJob) -> Report:
    """The findings, with file and line in place of the table and row of facts that came from a file."""
    if job.facts is None:
        return report
    lines: dict[Path, tuple[int, ...]] = {}
    found = []
    for each in report:
        path, row = job.facts / f"{each.place.table}.csv", each.place.row
        if each.place.table is not None and path.is_file():
            if row is not None and path not in lines:
                lines[path] = t.csv_lines(path)
            line = None if row is None else lines[path][row]
            place = attrs.evolve(each.place, file=str(path), line=line, table=None, row=None)
            each = attrs.evolve(each, place=place)  # noqa: PLW2901 -- the same finding, at the place where it is mended
        found.append(each)
    return Report(found)


def _written(job: PayJob, frames: Mapping[str, Callable[[], Any]]) -> None:
    """Write each table as CSV, with a mark so that spreadsheets read Chinese right."""
    if job.out is None:
        return
    made = {f"{name}.csv": partial(_encoded, frame) for name, frame in frames.items()}
    put(job.out, MARKER, made)
    told(say(job.lang, en=f"wrote {len(made)} tables to {job.out}", zh=f"已将 {len(made)} 张表写入 {job.out}"))


def _encoded(frame: Callable[[], Any]) -> bytes:
    text: str = frame().to_csv(index=False)
    return text.encode("utf-8-sig")


def _head(plan: Plan) -> dict[str, Any]:
    return {"plan": plan.plan, "version": plan.version, "currency": plan.currency}


def _rows(rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [attrs.asdict(row, filter=lambda field, _: field.name != "finding") for row in rows]


def _findings(report: Report, lang: str) -> dict[str, Any]:
    return {
        "findings": [
            {
                "code": each.code,
                "severity": each.severity.value,
                "where": each.place.text(lang),
                "what": each.what(lang),
                "fix": each.fix(lang),
            }
            for each in report
        ]
    }


def _print_json(whole: Mapping[str, Any]) -> None:
    """Print JSON; rates and days are text, so that they stay exact."""
    typer.echo(json.dumps(whole, ensure_ascii=False, indent=1, default=str))


def _show(job: PayJob, grid: Grid, findings: Report) -> None:
    typer.echo(f"{grid.text(width())}\n\n{findings.text(job.lang)}")


def _end(job: PayJob, run: Run, findings: Report) -> None:
    errors, unpaid = len(findings.errors), len(run.unpaid)
    if errors or unpaid:
        told(
            say(
                job.lang,
                en=f"errors: {errors:,}; rows that came back unpaid: {unpaid:,}",
                zh=f"错误 {errors:,} 项；未付退回 {unpaid:,} 行",
            )
        )
        raise typer.Exit(1)
