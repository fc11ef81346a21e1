"""Print the schema of a file format."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from salesteam.cli._screen import told
from salesteam.core import say
from salesteam.incentives import schema

__all__ = ["run_schema"]


def run_schema(kind: str, *, out: Path | None, lang: str) -> None:
    """Print a schema, or write it into a file.

    Parameters
    ----------
    kind : str
        Which format.
    out : Path or None
        File; the screen without it.
    lang : str
        Language of what is said.
    """
    text = json.dumps(schema(kind), ensure_ascii=False, indent=2)
    if out is None:
        typer.echo(text)
        return
    out.write_text(text + "\n", encoding="utf-8")
    told(say(lang, en=f"wrote {out}", zh=f"已写入 {out}"))
