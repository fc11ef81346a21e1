"""Folders of files in every format, and a source that reads them."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import attrs
import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from salesteam.crm import pull
from salesteam_files._adapter import FilesAdapter
from salesteam_files._config import Config, Mapped

REPOSITORY = Path(__file__).resolve().parents[3]


def write_text(path, head, rows, delimiter):
    """Write a table as text; nothing is an empty field."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(head)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


def write_parquet(path, head, rows):
    """Write a table as Parquet, with the types that the cells have."""
    columns = list(zip(*rows, strict=True)) or [()] * len(head)
    parquet.write_table(
        pa.table({name: pa.array(list(cells)) for name, cells in zip(head, columns, strict=True)}), path
    )


def write_excel(path, head, rows):
    """Write a table as a sheet."""
    book = openpyxl.Workbook()
    book.active.append(list(head))
    for row in rows:
        book.active.append(list(row))
    book.save(path)


WRITERS = {
    ".csv": lambda path, head, rows: write_text(path, head, rows, ","),
    ".txt": lambda path, head, rows: write_text(path, head, rows, ","),
    ".tsv": lambda path, head, rows: write_text(path, head, rows, "\t"),
    ".parquet": write_parquet,
    ".xlsx": write_excel,
}


@pytest.fixture
def write(tmp_path):
    """Write a table, or a text as it is, into the folder of the source."""

    def write(name, head, rows=None, encoding="utf-8"):
        path = tmp_path / name
        if rows is None:
            path.write_bytes(head if isinstance(head, bytes) else head.encode(encoding))
        else:
            WRITERS[path.suffix](path, head, rows)
        return path

    return write


@pytest.fixture
def source(tmp_path):
    """A source of the folder: mappings of a kind, and the settings that a test is about."""

    def source(kinds, **settings):
        made = {
            kind: tuple(Mapped(**part) for part in ([parts] if isinstance(parts, dict) else parts))
            for kind, parts in kinds.items()
        }
        return FilesAdapter(
            Config(**{"root": str(tmp_path), "kinds": made, "excess_digits": "reject", **settings}), source="files"
        )

    return source


@pytest.fixture
def deals(write, source):
    """Read deals from the lines of a CSV file; gives what was pulled."""

    def deals(text, part=None, **settings):
        write("deals.csv", text)
        mapped = {"file": "deals.csv", "id": "no", "columns": {"status": "state"}, **(part or {})}
        return pull([source({"deal": mapped}, **settings)])

    return deals


@pytest.fixture(scope="session")
def maven():
    """The real export that the example of the repository maps, or skip with the reason."""
    folder = Path(os.environ.get("SALESTEAM_SHARED") or REPOSITORY.parent / "shared") / "data" / "maven_crm"
    mapping = REPOSITORY / "examples" / "crm_export" / "sources.yaml"
    for needed in (folder, mapping):
        if not needed.exists():
            pytest.skip(f"{needed} is not there; set SALESTEAM_SHARED to the folder that holds data/maven_crm")
    return folder, mapping


@pytest.fixture
def evolve():
    """Change a setting of a source."""
    return lambda adapter, **settings: FilesAdapter(attrs.evolve(adapter.config, **settings), source=adapter.source)
