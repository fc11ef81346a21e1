"""Read one file as records of one kind, and account for every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from salesteam.core import Finding, Place, Report, find
from salesteam.crm import RECORDS, Batch, Contact, Kind, Record, Ref, Reject
from salesteam.errors import InvalidValueError
from salesteam_files._cells import Cells, fillable
from salesteam_files._config import Config, Mapped
from salesteam_files._mapping import needed
from salesteam_files._open import Row, plain
from salesteam_files._problem import BadCellError, Problem

__all__ = ["Reading"]


_BLANK = Problem("(blank)", "（空）")


class Reading:
    """One file being read as one kind.

    A map of spellings is worth a note; a map into the library's own words, such as won and lost, is not.
    `raw` writes the cells of a row as text.
    """

    def __init__(self, config: Config, source: str, kind: Kind, part: Mapped, raw: Callable[[Any], str]) -> None:
        self.source, self.kind, self.part, self.raw = source, kind, part, raw
        self.region = config.phone_region
        self.blanks = {"", *(blank.casefold() for blank in config.blanks)}
        cells = Cells(config, source, part.date_format or config.date_format)
        fields = fillable(kind)
        self.columns = [
            (name, column, cells.reader(kind, name)) for name, column in part.columns.items() if name in fields
        ]
        self.constants = [
            (name, text, cells.reader(kind, name)) for name, text in part.constants.items() if name in fields
        ]
        self.currency, self.assumed = part.columns.get("currency"), part.constants.get("currency")
        self.needed = needed(kind)
        self.ids = part.id.split("+")
        self.wanted = tuple(dict.fromkeys((*part.columns.values(), *part.extra)))
        self.spelt = frozenset(
            column
            for name, column in part.columns.items()
            if column in part.values and name in fields and not fields[name].options
        )
        self.seen: dict[Ref, Record] = {}
        self.mapped: Counter[tuple[str, str, str]] = Counter()
        self.blank: Counter[str] = Counter()
        self.used = 0

    def batches(self, rows: Iterator[Row], until: datetime, page_size: int) -> Iterator[Batch]:
        """The pages of the file; the last has no rows, and the report on the whole file."""
        while page := list(islice(rows, page_size)):
            records: list[Record] = []
            cells: list[Mapping[str, Any]] = []
            rejects: list[Reject] = []
            skipped: Counter[str] = Counter()
            for row in page:
                made = self._made(row, until)
                if isinstance(made, Reject):
                    rejects.append(made)
                elif isinstance(made, str):
                    skipped[made] += 1
                else:
                    records.append(made)
                    cells.append(row.cells)
            self.used += len(records)
            yield Batch(records=tuple(records), rows=tuple(cells), rejects=tuple(rejects), skipped=skipped)
        yield Batch(records=(), report=self._notes())

    def _made(self, row: Row, until: datetime) -> Record | Reject | str:
        """The record of a row, or its reject, or the reason for which it does not belong here."""
        try:
            if row.misfit:
                raise BadCellError("does not fit the header", "与表头不符").at("the row", row.misfit)
            for column, accepted in self.part.where.items():
                text = plain(row.cells[column])
                if text not in accepted:
                    return f"{column} = {text or '()'}"
            return self._record(row, until)
        except BadCellError as error:
            return self._reject(row, error)

    def _record(self, row: Row, until: datetime) -> Record | str:
        ref = self._ref(row)
        if ref is None:
            raise BadCellError("is no id", "不是编号").at(self.part.id, "")
        known = {column: self._known(column, row.cells[column]) for column in self.wanted}
        fields = self._fields(known)
        extra = {column: None if known[column] is None else plain(known[column]) for column in self.part.extra}
        try:
            record = RECORDS[self.kind](ref=ref, extra=extra, **fields)
        except InvalidValueError as error:
            name = error.where.rpartition(".")[2]
            column = self.part.columns.get(name, self.part.id)
            problem = BadCellError(f"makes no {self.kind}: {error}", f"无法成为 {self.kind}：{error}")
            raise problem.at(column, row.cells.get(column, ref.external_id)) from None
        if isinstance(record, Contact):
            record = record.in_region(self.region)
        if record.updated_at is not None and record.updated_at > until:
            return "changed after the reading began"
        if self.part.distinct:
            if record == self.seen.get(ref):
                return "same id told again"
            self.seen[ref] = record
        self._count(row, known, fields)
        return record

    def _ref(self, row: Row) -> Ref | None:
        """The name of a row; None if a part of its id is blank."""
        ids = [plain(row.cells.get(column)) for column in self.ids]
        return Ref(self.source, self.kind, "/".join(ids)) if all(ids) else None

    def _known(self, column: str, cell: Any) -> Any:
        """A cell with blanks as None and values as they are meant."""
        text = plain(cell)
        meant = self.part.values.get(column, {}).get(text)
        if meant is not None:
            return meant or None
        if text.casefold() in self.blanks:
            return None
        return text if isinstance(cell, str) else cell

    def _fields(self, known: Mapping[str, Any]) -> dict[str, Any]:
        currency = plain(known[self.currency]) if self.currency else ""
        fields: dict[str, Any] = {}
        for field, column, reader in self.columns:
            cell = known[column]
            if cell is not None:
                try:
                    fields[field] = reader(cell, currency or self.assumed)
                except BadCellError as error:
                    raise error.at(column, cell) from None
        for field, text, reader in self.constants:
            if field not in fields:
                try:
                    fields[field] = reader(text, currency or self.assumed)
                except BadCellError as error:
                    raise error.at(f"constants.{field}", text) from None
        missing = ", ".join(field for field in self.needed if field not in fields)
        if missing:
            raise BadCellError("is needed", "为必填").at(missing, "")
        return fields

    def _count(self, row: Row, known: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
        """Count what was mapped and what was blank in a row that is used."""
        for field, column, _ in self.columns:
            if field not in fields:
                self.blank[field] += 1
            if column in self.spelt and known[column] is not None:
                old = plain(row.cells[column])
                if old != known[column] and old in self.part.values[column]:
                    self.mapped[column, old, known[column]] += 1

    def _reject(self, row: Row, error: BadCellError) -> Reject:
        place = Place(file=self.part.file, line=row.line, field=error.column)
        told: dict[str, Any] = {
            "field": error.column,
            "value": repr(plain(error.cell)) if plain(error.cell) else _BLANK,
        }
        if error.options:
            todo = _todo(error.column)
            reason = find("crm.unmapped-value", place, options=error.options, todo=todo, **told)
        else:
            reason = find("crm.bad-cell", place, problem=error.problem, **told)
        return Reject(ref=self._ref(row), kind=self.kind, reason=reason, raw=self.raw(row.cells))

    def _notes(self) -> Report:
        place = Place(file=self.part.file)
        notes: list[Finding] = [
            find("crm.value-mapped", place, field=column, old=old, new=new, count=count)
            for (column, old, new), count in sorted(self.mapped.items())
        ]
        notes += [
            find("crm.blank-field", place, kind=self.kind, field=field, count=count, of=self.used)
            for field, count in sorted(self.blank.items())
        ]
        return Report(notes)


def _todo(column: str) -> Problem:
    """Where to say what an unknown word means: the settings of the file translate columns, and hold constants."""
    if column.startswith("constants."):
        return Problem(f"Correct {column} in the settings of the source.", f"在来源设置中更正 {column}。")
    return Problem(
        f"Say what it means in the settings of the source, under values of the file, for the column {column}.",
        f"在来源设置中该文件的 values 下，为列 {column} 说明其含义。",
    )
