"""Markdown tables in and out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesteam.raci._letters import label
from salesteam.raci._sheet import Sheet, nothing
from salesteam.raci._words import Phrase

__all__ = ["markdown_sheet", "markdown_table"]

_RULE = re.compile(r"\|?(\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?")
_BAR = re.compile(r"((?:[^\\|]|\\.|\\$)*)(?:\||$)")
_BOLD = re.compile(r"(\*\*|__|`)(.+)\1")
_HIDDEN = re.compile(r"\\(.)")
_SIGNS = re.compile(r"([\\|*`_])")


def _plain(cell: str) -> str:
    inner = _BOLD.fullmatch(cell.strip())
    return label(_HIDDEN.sub(r"\1", inner.group(2) if inner else cell))


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a line; bars at its ends are a frame, bars behind a backslash are text."""
    cells = [match.group(1) for match in _BAR.finditer(line.strip()) if match.group()]
    if line.strip().startswith("|"):
        cells = cells[1:]
    return tuple(_plain(cell) for cell in cells)


def markdown_sheet(text: str) -> Sheet:
    """Read the first table of a Markdown text: a header, a rule of dashes, then rows."""
    lines = text.splitlines()
    for number, line in enumerate(lines[1:], start=1):
        if "-" in line and "|" in lines[number - 1] and _RULE.fullmatch(line.strip()):
            header = _cells(lines[number - 1])
            rows = []
            for row in lines[number + 1 :]:
                if "|" not in row:
                    break
                cells = _cells(row)[: len(header)]
                rows.append((*cells, *[""] * (len(header) - len(cells))))
            return Sheet(header=header, rows=tuple(rows))
    return nothing(
        Phrase("no Markdown table is in it", "其中没有 Markdown 表格"),
        Phrase("Write a header, a line of dashes, and one line for each activity.", "请写表头、分隔线，每项活动一行。"),
    )


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [[_SIGNS.sub(r"\\\1", label(cell)) for cell in line] for line in (header, *rows)]
    lines.insert(1, ["---"] * len(header))
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
