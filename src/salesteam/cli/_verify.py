"""Replay case files from the command line."""

from __future__ import annotations

from pathlib import Path

import typer

from salesteam.cli._screen import progress, told, width
from salesteam.core import say
from salesteam.incentives import verify

__all__ = ["run_verify"]

_UNREADABLE = 2


def run_verify(cases: Path, *, junit: Path | None, lang: str, as_json: bool) -> None:
    """Verify, print, and end with 0 if all pass, 1 if one differs, 2 if one cannot be read.

    Parameters
    ----------
    cases : Path
        A file or folder of cases.
    junit : Path or None
        File for a build server.
    lang : str
        Language of the output.
    as_json : bool
        JSON instead of text.
    """
    with progress(say(lang, en="reading the cases", zh="读取案例")) as moving:
        found = verify(cases, progress=moving.step)
    typer.echo(found.to_json(lang) if as_json else found.text(lang, width()))
    code = found.exit_code
    if junit is not None:
        try:
            junit.write_text(found.junit(lang), encoding="utf-8")
            told(say(lang, en=f"wrote {junit}", zh=f"已写入 {junit}"))
        except OSError as error:
            told(say(lang, en="error: ", zh="错误：") + f"{error.strerror}: {junit}")
            code = _UNREADABLE
    if code:
        raise typer.Exit(code)
