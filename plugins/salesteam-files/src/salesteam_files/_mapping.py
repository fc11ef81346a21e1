"""Hold a mapping against the file and the kind that it is about: every misfit at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import attrs

from salesteam.crm import RECORDS, Kind
from salesteam.errors import nearest
from salesteam_files._cells import fillable
from salesteam_files._config import Mapped

__all__ = ["misfits", "needed"]


def needed(kind: Kind) -> tuple[str, ...]:
    """The fields without which there is no record."""
    fields = attrs.fields(RECORDS[kind])
    return tuple(field.name for field in fields if field.default is attrs.NOTHING and field.name != "ref")


def misfits(kind: Kind, part: Mapped, columns: Collection[str]) -> Iterator[str]:
    """Columns that the file lacks, fields that the kind has not, and fields that it needs."""
    used = [*part.id.split("+"), *part.columns.values(), *part.values, *part.where, *part.extra]
    for column in dict.fromkeys(used):
        if column not in columns:
            yield f"{part.file} has no column {column!r}: {_hint(column, columns)}"
    fields = fillable(kind)
    for field in (*part.columns, *part.constants):
        if field not in fields and field != "currency":
            yield f"a {kind} has no field {field!r} ({part.file}): {_hint(field, fields)}"
    filled = {*part.columns, *part.constants}
    for field in needed(kind):
        if field not in filled:
            yield f"a {kind} needs {field} ({part.file}): give it a column or a constant"


def _hint(name: str, known: Collection[str]) -> str:
    close = nearest(name, known)
    return f"did you mean {close[0]!r}?" if close else "it has " + ", ".join(known)
