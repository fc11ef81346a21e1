"""Errors at the command line: a message and an exit code, never a traceback."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import typer

from salesteam.cli._screen import told
from salesteam.core import say
from salesteam.errors import ReportError, SalesteamError

__all__ = ["TRACEBACK", "failing"]

P = ParamSpec("P")
R = TypeVar("R")

TRACEBACK = "SALESTEAM_TRACEBACK"
"""Environment variable: if it is set, an error of the library itself is shown with its traceback."""

_REPORT = frozenset({"jinja2", "altair", "vl_convert"})


def failing(command: Callable[P, R]) -> Callable[P, R]:
    """End a command that fails with a message and exit code 1."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        lang = str(getattr(kwargs.get("lang"), "value", "en"))
        try:
            return command(*args, **kwargs)
        except typer.Exit:
            raise
        except Exception as error:
            if os.environ.get(TRACEBACK) and not isinstance(error, SalesteamError):
                raise
            told(_message(error, lang))
        raise typer.Exit(1)

    return wrapped


def _message(error: Exception, lang: str) -> str:
    if isinstance(error, ReportError):
        return error.report.text(lang)
    word = say(lang, en="error: ", zh="错误：")
    if isinstance(error, SalesteamError):
        return f"{word}{error}"
    if isinstance(error, OSError):
        return word + (f"{error.strerror}: {error.filename}" if error.filename else str(error))
    if isinstance(error, ModuleNotFoundError) and error.name in _REPORT:
        return word + say(
            lang,
            en=f"{error.name} is missing: install salesteam with the extra report, as in 'salesteam[report]'",
            zh=f"缺少 {error.name}：请安装 'salesteam[report]'",
        )
    kind = type(error).__name__
    return word + say(
        lang,
        en=f"salesteam itself failed ({kind}: {error}); please report it, with the output under {TRACEBACK}=1",
        zh=f"salesteam 自身出错（{kind}: {error}）；请附上 {TRACEBACK}=1 时的输出反馈给我们",
    )
