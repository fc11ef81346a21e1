"""Open a file as rows: line number and cells by column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from salesteam.errors import AdapterError

__all__ = ["Rows", "open_rows"]

Rows = tuple[tuple[str, ...], Iterator[tuple[int, dict[str, Any]]]]


def open_rows(path: Path, *, encoding: str, delimiter: str, sheet: str | None, source: str) -> Rows:
    """Open a file by its ending.

    Parameters
    ----------
    path : Path
        A ``.csv``, ``.tsv``, ``.txt``, ``.parquet`` or ``.xlsx`` file.
    encoding, delimiter, sheet : str
        For text and Excel files.
    source : str
        Name for errors.

    Returns
    -------
    columns, rows
        Header, and an iterator of line number (from 1; the header of a text file is line 1) and cells.

    Raises
    ------
    AdapterError
        If the file is missing, cannot be decoded, has no header, or its ending is unknown.
    """
    endings: dict[str, Callable[[], Rows]] = {
        ".csv": lambda: _text(path, encoding, delimiter, source),
        ".txt": lambda: _text(path, encoding, delimiter, source),
        ".tsv": lambda: _text(path, encoding, "\t", source),
        ".parquet": lambda: _parquet(path, source),
        ".xlsx": lambda: _excel(path, sheet, source),
    }
    opener = endings.get(path.suffix.lower())
    if opener is None:
        raise AdapterError(f"{path} ends in none of {', '.join(endings)}", source=source)
    if not path.is_file():
        raise AdapterError(f"there is no file {path}: check root and file", source=source)
    return opener()


def _header(names: list[str], path: Path, source: str) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in names)
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if not any(columns):
        raise AdapterError(f"{path} has no header", source=source)
    if twice:
        raise AdapterError(f"{path} has the column {', '.join(twice)} twice: rename one", source=source)
    return columns


def _text(path: Path, encoding: str, delimiter: str, source: str) -> Rows:
    try:
        text = path.read_text(encoding=encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise AdapterError(f"{path} is not in {encoding}: {error}", source=source) from None
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    try:
        columns = _header(next(reader, []), path, source)
    except csv.Error as error:
        raise AdapterError(f"{path} line {reader.line_num}: {error}", source=source) from None

    def rows() -> Iterator[tuple[int, dict[str, Any]]]:
        try:
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                row: dict[str, Any] = dict(zip(columns, cells, strict=False))
                if len(cells) != len(columns):
                    row[""] = f"{len(cells)} cells under {len(columns)} columns"
                yield reader.line_num, row
        except csv.Error as error:
            raise AdapterError(f"{path} line {reader.line_num}: {error}", source=source) from None

    return columns, rows()


def _parquet(path: Path, source: str) -> Rows:
    try:
        from pyarrow import parquet
    except ImportError:
        raise AdapterError(f"{path} needs pyarrow: install salesteam-files[parquet]", source=source) from None
    try:
        table = parquet.read_table(path)
    except Exception as error:  # noqa: BLE001 -- whatever the library raises, the file is at fault
        raise AdapterError(f"{path} is no Parquet file: {error}", source=source) from None
    return _header(table.column_names, path, source), iter(enumerate(table.to_pylist(), start=1))


def _excel(path: Path, sheet: str | None, source: str) -> Rows:
    try:
        import openpyxl
    except ImportError:
        raise AdapterError(f"{path} needs openpyxl: install salesteam-files[excel]", source=source) from None
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # noqa: BLE001 -- whatever the library raises, the file is at fault
        raise AdapterError(f"{path} is no Excel file: {error}", source=source) from None
    if sheet is not None and sheet not in book.sheetnames:
        raise AdapterError(f"{path} has no sheet {sheet!r}; it has {', '.join(book.sheetnames)}", source=source)
    lines = list((book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True))
    book.close()
    columns = _header([str(name or "") for name in (lines[0] if lines else ())], path, source)
    return columns, (
        (number, dict(zip(columns, cells, strict=False)))
        for number, cells in enumerate(lines[1:], start=2)
        if any(cell is not None for cell in cells)
    )
