"""Comma-separated text in: every cell as it is written, every line that does not fit named."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from salesteam.core._finding import Finding, Place, find
from salesteam.core._load import file_text
from salesteam.core._report import Report
from salesteam.core._table._frames import frame_of

__all__ = ["csv_lines", "read_csv"]


def read_csv(path: str | Path) -> tuple[Any, Report]:
    r"""Read a file of comma-separated text as a frame of text.

    Use it for tables that a person or a program has saved: amounts and shares stay as exact as they are written,
    and an empty cell is a missing one.

    Parameters
    ----------
    path : str or Path
        UTF-8, with or without a mark at its beginning; column names in the first line.

    Returns
    -------
    tuple of pandas.DataFrame or None, and Report
        The rows, in the order of the file; None if there are errors, of which the report holds all with their lines.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "deals.csv"
    ...     size = file.write_text("deal,amount\nD1,0.10\n")
    ...     frame, report = read_csv(file)
    >>> frame.to_dict("records"), report.ok
    ([{'deal': 'D1', 'amount': '0.10'}], True)
    """
    name = str(path)
    text, problem = file_text(Path(path), name, most=None)
    if problem is not None:
        return None, Report.of(problem)
    header, rows, found = _parsed(text, name)
    if found:
        return None, Report(found)
    columns = zip(*rows, strict=True) if rows else ((),) * len(header)
    cells = [[cell or None for cell in column] for column in columns]
    return _frame(header, cells), Report()


def csv_lines(path: str | Path) -> tuple[int, ...]:
    r"""The lines on which the rows of a file end that `read_csv` has read, for findings to name them.

    Parameters
    ----------
    path : str or Path
        The file, unchanged since.

    Returns
    -------
    tuple of int
        One line for each row, from 1; the header is no row.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "deals.csv"
    ...     size = file.write_text('deal,note\nD1,"two\nlines"\n\nD2,one\n')
    ...     csv_lines(file)
    (3, 5)
    """
    text, _ = file_text(Path(path), str(path), most=None)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    return tuple(lines.line_num for row in lines if row)[1:]


def _parsed(text: str, name: str) -> tuple[list[str], list[list[str]], list[Finding]]:
    """The column names, the rows, and all that is wrong with them; an empty line is no row."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    rows: list[list[str]] = []
    found: list[Finding] = []
    try:
        for row in lines:
            if not row:
                continue
            if not header:
                header = [cell.strip() for cell in row]
            elif len(row) == len(header):
                rows.append(row)
            else:
                place = Place(file=name, line=lines.line_num)
                found.append(find("core.ragged-row", place, found=len(row), expected=len(header)))
    except csv.Error as error:
        found.append(find("core.broken-csv", Place(file=name, line=lines.line_num), problem=str(error)))
    if not header and not found:
        found.append(find("core.no-header", Place(file=name), path=name))
    return header, rows, found


def _frame(header: list[str], cells: list[list[str | None]]) -> Any:
    """The frame; names that occur twice stay so, for the reader of the table to name them."""
    made = frame_of(
        {str(at): column for at, column in enumerate(cells)},
        dict.fromkeys(map(str, range(len(cells))), "text"),
        "pandas",
        None,
    )
    made.columns = header
    return made
