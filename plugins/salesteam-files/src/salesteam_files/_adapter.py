"""The adapter: files in, canonical records out, every row accounted for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import attrs

from salesteam.core import Finding, Place, Report, find
from salesteam.crm import (
    RECORDS,
    Adapter,
    Batch,
    Capability,
    Cursor,
    Field,
    Kind,
    Record,
    Ref,
    Reject,
    Schema,
    Verified,
)
from salesteam.errors import AdapterError, InvalidValueError, nearest
from salesteam_files._cells import Cells, field_types
from salesteam_files._config import Config, Mapped
from salesteam_files._open import Rows, open_rows

__all__ = ["FilesAdapter"]


class FilesAdapter(Adapter):
    """Reads a folder of CSV, Parquet or Excel files.

    Every reading is a full one: files keep no history and no deletions.

    Examples
    --------
    >>> FilesAdapter(Config(root="exports", kinds={}, excess_digits="reject"), source="crm").capabilities()
    {}
    """

    name: ClassVar[str] = "files"
    Config: ClassVar[type] = Config
    verified: ClassVar[Verified] = Verified(label="real", against="CSV, Parquet and Excel files")

    config: Config

    def capabilities(self) -> Mapping[Kind, Capability]:
        """Full readings of every kind that is mapped."""
        return {kind: Capability(incremental="full", deletes="sweep", max_page=10_000) for kind in self.config.kinds}

    def schema(self) -> Schema:
        """The columns of each file, by kind."""
        fields: dict[str, tuple[Field, ...]] = {}
        for kind, parts in self.config.kinds.items():
            names = dict.fromkeys(name for part in parts for name in self._open(part)[0])
            fields[kind] = tuple(Field(name=name, type="text") for name in names)
        return Schema(fields=fields, currencies=(self.config.currency,) if self.config.currency else ())

    def check(self) -> Report:
        """Every file, column, field, zone and format that does not fit, all at once."""
        problems: list[str] = []
        if self.config.zone is not None:
            try:
                ZoneInfo(self.config.zone)
            except (OSError, ValueError, LookupError):
                problems.append(f"{self.config.zone!r} is no time zone: use a name such as Asia/Shanghai")
        for kind, parts in self.config.kinds.items():
            for part in parts:
                try:
                    columns, _ = self._open(part)
                except AdapterError as error:
                    problems.append(str(error))
                else:
                    problems.extend(_misfits(kind, part, columns))
        return Report(
            find("crm.source-failed", source=self.source, problem=problem) for problem in dict.fromkeys(problems)
        )

    def fetch(
        self, kind: Kind, since: Cursor | None, *, until: datetime, overlap: timedelta, page_size: int
    ) -> Iterator[Batch]:
        """Pages of the records of a kind; a full reading, so there is no cursor to resume at."""
        del overlap
        if since is not None:
            raise InvalidValueError("files have no cursor", where="FilesAdapter", fix="restart the reading")
        for part in self.config.kinds.get(kind, ()):
            columns, rows = self._open(part)
            misfits = _misfits(kind, part, columns)
            if misfits:
                raise AdapterError("; ".join(misfits), source=self.source)
            yield from _Reading(self, kind, part).batches(rows, until, page_size)

    def _open(self, part: Mapped) -> Rows:
        return open_rows(
            Path(self.config.root) / part.file,
            encoding=self.config.encoding,
            delimiter=self.config.delimiter,
            sheet=part.sheet,
            source=self.source,
        )


def _misfits(kind: Kind, part: Mapped, columns: tuple[str, ...]) -> list[str]:
    used = [*part.id.split("+"), *part.columns.values(), *part.values, *part.where, *part.extra]
    problems = []
    for column in dict.fromkeys(used):
        if column not in columns:
            close = nearest(column, columns)
            hint = f"did you mean {close[0]!r}?" if close else "it has " + ", ".join(columns)
            problems.append(f"{part.file} has no column {column!r}: {hint}")
    fields = field_types(kind)
    for field in (*part.columns, *part.constants):
        if field not in fields and field != "currency":
            close = nearest(field, fields)
            hint = f"did you mean {close[0]!r}?" if close else "it has " + ", ".join(fields)
            problems.append(f"a {kind} has no field {field!r} ({part.file}): {hint}")
    filled = {*part.columns, *part.constants}
    problems.extend(
        f"a {kind} needs {field} ({part.file}): give it a column or a constant"
        for field in _needed(kind)
        if field not in filled
    )
    return problems


def _needed(kind: Kind) -> list[str]:
    """The fields without which there is no record."""
    return [
        field.name for field in attrs.fields(RECORDS[kind]) if field.default is attrs.NOTHING and field.name != "ref"
    ]


def _plain(cell: Any) -> str:
    """A cell as the text that a person sees; nothing where it is empty or not a number."""
    if cell is None or cell != cell:  # noqa: PLR0124 -- NaN differs from itself
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


class _Reading:
    """One file being read as one kind."""

    def __init__(self, adapter: FilesAdapter, kind: Kind, part: Mapped) -> None:
        config = adapter.config
        self.source, self.kind, self.part = adapter.source, kind, part
        self.blanks = {"", *(blank.casefold() for blank in config.blanks)}
        self.cells = Cells(config=config, source=adapter.source, date_format=part.date_format or config.date_format)
        self.mapped: Counter[tuple[str, str, str]] = Counter()
        self.blank: Counter[str] = Counter()
        self.seen: set[str] = set()
        self.used = 0

    def batches(self, rows: Iterator[tuple[int, dict[str, Any]]], until: datetime, page_size: int) -> Iterator[Batch]:
        while page := list(islice(rows, page_size)):
            records: list[Record] = []
            rejects: list[Reject] = []
            skipped: Counter[str] = Counter()
            for line, cells in page:
                made = self._row(line, cells, until)
                if isinstance(made, Reject):
                    rejects.append(made)
                elif isinstance(made, str):
                    skipped[made] += 1
                else:
                    records.append(made)
            self.used += len(records)
            yield Batch(records=tuple(records), rejects=tuple(rejects), skipped=skipped)
        yield Batch(records=(), report=self._notes())

    def _known(self, column: str, cell: Any) -> Any:
        """A cell with blanks as None and values as they are meant."""
        text = _plain(cell)
        meant = self.part.values.get(column, {}).get(text)
        if meant is not None:
            if meant != text:
                self.mapped[column, text, meant] += 1
            return meant
        if text.casefold() in self.blanks:
            return None
        return text if isinstance(cell, str) else cell

    def _row(self, line: int, raw: dict[str, Any], until: datetime) -> Record | Reject | str:
        place = Place(file=self.part.file, line=line)
        if "" in raw:
            return self._reject(None, place, raw, ("the row", raw[""], "does not fit the header"))
        for column, accepted in self.part.where.items():
            if _plain(raw[column]) not in accepted:
                return f"{column} is {_plain(raw[column]) or 'blank'}"
        parts = [_plain(raw[column]) for column in self.part.id.split("+")]
        if not all(parts):
            return self._reject(None, place, raw, (self.part.id, "(blank)", "is no id"))
        if self.part.distinct and "/".join(parts) in self.seen:
            return "same id told again"
        cells = {column: self._known(column, cell) for column, cell in raw.items()}
        return self._record(Ref(self.source, self.kind, "/".join(parts)), place, cells, until)

    def _fields(self, cells: dict[str, Any]) -> dict[str, Any] | tuple[str, object, str]:
        """The fields of a record, or the column, value and problem that prevent it."""
        fields: dict[str, Any] = {}
        currency = _plain(cells[self.part.columns["currency"]]) if "currency" in self.part.columns else None
        for field, column in self.part.columns.items():
            if field == "currency":
                continue
            if cells[column] is None:
                self.blank[field] += 1
                continue
            try:
                fields[field] = self.cells.read(self.kind, field, cells[column], currency)
            except InvalidValueError as error:
                return column, cells[column], str(error)
        for field, text in self.part.constants.items():
            try:
                fields.setdefault(field, self.cells.read(self.kind, field, text, currency))
            except InvalidValueError as error:
                return f"constants.{field}", text, str(error)
        missing = [name for name in _needed(self.kind) if name not in fields]
        return (", ".join(missing), "(blank)", "is needed") if missing else fields

    def _record(self, ref: Ref, place: Place, cells: dict[str, Any], until: datetime) -> Record | Reject | str:
        fields = self._fields(cells)
        if isinstance(fields, tuple):
            return self._reject(ref, place, cells, fields)
        extra = {column: None if cells[column] is None else str(cells[column]) for column in self.part.extra}
        record = RECORDS[self.kind](ref=ref, extra=extra, **{name.lstrip("_"): value for name, value in fields.items()})
        if record.updated_at is not None and record.updated_at > until:
            return "changed after the reading began"
        self.seen.add(ref.external_id)
        return record

    def _reject(self, ref: Ref | None, place: Place, cells: dict[str, Any], problem: tuple[str, object, str]) -> Reject:
        field, value, what = problem
        reason = find("crm.bad-cell", attrs.evolve(place, field=field), field=field, value=repr(value), problem=what)
        return Reject(ref=ref, kind=self.kind, reason=reason, raw=json.dumps(cells, ensure_ascii=False, default=str))

    def _notes(self) -> Report:
        place = Place(file=self.part.file)
        notes: list[Finding] = [
            find("crm.value-mapped", place, field=column, old=old, new=new, count=count)
            for (column, old, new), count in sorted(self.mapped.items())
            if column in self.part.columns.values() and _worth_telling(self.part, column)
        ]
        notes += [
            find("crm.blank-field", place, kind=self.kind, field=field, count=count, of=self.used)
            for field, count in sorted(self.blank.items())
        ]
        return Report(notes)


def _worth_telling(part: Mapped, column: str) -> bool:
    """A map into the library's own words (won, lost) says nothing; a map of spellings does."""
    fields = [field for field, name in part.columns.items() if name == column]
    return not any(field in {"status", "stage_kind", "role", "event_kind", "activity_kind"} for field in fields)
