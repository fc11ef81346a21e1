"""Open a file as rows: line number and cells by column."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from salesteam.errors import AdapterError

__all__ = ["Row", "Sheet", "open_sheet", "plain"]


class Row(NamedTuple):
    """A row of a file: its line, its cells by column, and how it does not fit the header, if it does not."""

    line: int
    cells: dict[str, Any]
    misfit: str = ""


class Sheet(NamedTuple):
    """The columns of a file and its rows, which can be read once."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


def plain(cell: Any) -> str:
    """A cell as the text that a person sees; nothing where it is empty or not a number."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or cell != cell:  # noqa: PLR0124 -- NaN differs from itself
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def open_sheet(path: Path, *, encoding: str, delimiter: str, sheet: str | None, source: str) -> Sheet:
    """Open a file by its ending.

    Parameters
    ----------
    path : Path
        A ``.csv``, ``.txt``, ``.tsv``, ``.parquet`` or ``.xlsx`` file.
    encoding, delimiter, sheet : str
        For text and Excel files.
    source : str
        Name for errors.

    Returns
    -------
    Sheet
        Columns, and rows with their lines: from 1, where the header of a text or Excel file is one too.

    Raises
    ------
    AdapterError
        If the file is missing, cannot be read, has no header, or its ending is unknown.
    """
    readers: dict[str, Callable[[], Iterable[tuple[int, Sequence[Any]]]]] = {
        ".csv": lambda: _text(path, encoding, delimiter),
        ".txt": lambda: _text(path, encoding, delimiter),
        ".tsv": lambda: _text(path, encoding, "\t"),
        ".parquet": lambda: _parquet(path),
        ".xlsx": lambda: _excel(path, sheet),
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise AdapterError(f"{path} ends in none of {', '.join(readers)}", source=source)
    if not path.is_file():
        raise AdapterError(f"there is no file {path}: check root and file", source=source)
    try:
        lines = ((line, cells) for line, cells in reader() if any(plain(cell) for cell in cells))
        columns = _header(next(lines, (1, ()))[1])
    except ImportError as error:
        extra = path.suffix.lower().replace(".xlsx", "excel").strip(".")
        raise AdapterError(f"{path} needs {error.name}: install salesteam-files[{extra}]", source=source) from None
    except _UnreadableError as error:
        raise AdapterError(f"{path} {error}", source=source) from None
    except OSError as error:
        raise AdapterError(f"{path} cannot be opened: {error.strerror or error}", source=source) from None
    return Sheet(tuple(name for name in columns if name), _rows(columns, lines, path, source))


class _UnreadableError(Exception):
    """What is wrong with a file, to be told after its name."""


def _header(cells: Sequence[Any]) -> tuple[str, ...]:
    columns = [plain(cell) for cell in cells]
    while columns and not columns[-1]:
        del columns[-1]
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if not columns:
        raise _UnreadableError("has no header")
    if twice:
        raise _UnreadableError(f"has the column {', '.join(twice)} twice: rename one")
    return tuple(columns)


def _rows(
    columns: tuple[str, ...], lines: Iterator[tuple[int, Sequence[Any]]], path: Path, source: str
) -> Iterator[Row]:
    width = len(columns)
    try:
        for line, cells in lines:
            row = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
            beyond = [cell for cell in cells[width:] if plain(cell)]
            fits = len(cells) >= width and not beyond
            yield Row(line, row, "" if fits else f"{max(len(cells), width * bool(beyond))} cells under {width} columns")
    except _UnreadableError as error:
        raise AdapterError(f"{path} {error}", source=source) from None


def _text(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding=encoding)
    except UnicodeError as error:
        raise _UnreadableError(f"is not in {encoding}: {error}; set encoding") from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise _UnreadableError(f"line {line}: {error}") from None


def _parquet(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
        columns = [column.to_pylist() for column in table.columns]
    except Exception as error:  # noqa: BLE001 -- whatever the library raises, the file is at fault
        raise _UnreadableError(f"is no Parquet file: {error}") from None
    yield 0, table.column_names
    yield from enumerate(zip(*columns, strict=True), start=1)


def _excel(path: Path, sheet: str | None) -> Iterator[tuple[int, Sequence[Any]]]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations, which are not read
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            names = book.sheetnames
            lines = (
                list(book[sheet or names[0]].iter_rows(values_only=True)) if sheet is None or sheet in names else None
            )
            book.close()
    except Exception as error:  # noqa: BLE001 -- whatever the library raises, the file is at fault
        raise _UnreadableError(f"is no Excel file: {error}") from None
    if lines is None:
        raise _UnreadableError(f"has no sheet {sheet!r}; it has {', '.join(names)}")
    yield from enumerate(lines, start=1)
