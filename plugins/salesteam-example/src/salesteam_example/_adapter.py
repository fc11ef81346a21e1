"""The adapter: rows of TinyCRM in, canonical records out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import attrs

from salesteam.core import Place, Report, find
from salesteam.crm import (
    Account,
    Adapter,
    AddNote,
    Batch,
    Capability,
    CreateTask,
    Cursor,
    Deal,
    Field,
    Kind,
    Record,
    Ref,
    Reject,
    Schema,
    Verified,
    money_of,
)
from salesteam.errors import AdapterError, InvalidValueError
from salesteam_example import _config

__all__ = ["TinyAdapter"]

TABLES: Mapping[Kind, str] = {"account": "customers", "deal": "chances"}
STATES = {"TALKING": "open", "WON": "won", "LOST": "lost"}
FORMAT = 1
_EVER = datetime.min.replace(tzinfo=UTC)


class TinyAdapter(Adapter):
    """Reads TinyCRM by the time of the last change.

    Examples
    --------
    >>> config = TinyAdapter.Config(path="tiny.json", currency="CNY")
    >>> TinyAdapter(config, source="shop").capabilities()["deal"].incremental
    'cursor'
    """

    # who it is
    name: ClassVar[str] = "tiny"
    Config: ClassVar[type] = _config.Config
    verified: ClassVar[Verified] = Verified(label="fake", against="JSON files of our own making")

    config: _config.Config

    # what it can do
    def capabilities(self) -> Mapping[Kind, Capability]:
        """Customers and chances, by cursor, with tombstones; a chance takes an owner, tasks and notes."""
        usual = Capability(incremental="cursor", deletes="tombstone", by_id=True, max_page=100)
        writes = ("AssignOwner", "CreateTask", "AddNote")
        return {
            "account": usual,
            "deal": attrs.evolve(usual, lock="compare", writes=writes, settles=timedelta(0)),
        }

    def check(self) -> Report:
        """Whether the file is there and is TinyCRM's."""
        try:
            self._file()
        except AdapterError as error:
            return Report.of(find("crm.source-failed", source=self.source, problem=str(error)))
        return Report()

    def schema(self) -> Schema:
        """The columns of each table."""
        tables = self._file()
        columns = {kind: sorted({name for row in tables[table] for name in row}) for kind, table in TABLES.items()}
        fields = {kind: [Field(name=name, type="text") for name in names] for kind, names in columns.items()}
        return Schema(fields=fields, currencies=(self.config.currency,))

    # how it reads
    def fetch(
        self, kind: Kind, since: Cursor | None, *, until: datetime, overlap: timedelta, page_size: int
    ) -> Iterator[Batch]:
        """Pages of what changed from the cursor, less the overlap, up to `until`."""
        after = _EVER if since is None else _resumed(since) - overlap
        rows = sorted(self._file()[TABLES[kind]], key=lambda row: (_at(row["changed"]), row["id"]))
        due = [row for row in rows if after <= _at(row["changed"]) <= until]
        for start in range(0, len(due), page_size):
            page = due[start : start + page_size]
            made = [(self._made(kind, row), row) for row in page]
            good = [(each, row) for each, row in made if isinstance(each, Record)]
            yield Batch(
                records=tuple(record for record, _ in good),
                rows=tuple(row for _, row in good),
                rejects=tuple(each for each, _ in made if isinstance(each, Reject)),
                cursor=Cursor.of(FORMAT, page[-1]["changed"]),
            )

    def remap(self, kind: Kind, raw: str) -> Record | Reject:
        """What a row that was kept as text becomes by the settings of today."""
        return self._made(kind, json.loads(raw))

    def fetch_ids(self, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
        """The records of these ids."""
        rows = [row for row in self._file()[TABLES[kind]] if str(row["id"]) in ids]
        return tuple(made for row in rows if isinstance(made := self._made(kind, row), Record))

    def _file(self) -> Any:
        try:
            tables = json.loads(Path(self.config.path).read_text(encoding="utf-8"))
            return {table: tables[table] for table in (*TABLES.values(), "memos")}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise AdapterError(f"{self.config.path} is no file of TinyCRM: {error}", source=self.source) from None

    # how it writes
    def assign(self, ref: Ref, owner: str, current: Record) -> None:
        """Write the owner; that it is still as it was seen was looked at before."""
        tables = self._file()
        (row,) = [row for row in tables[TABLES[ref.kind]] if str(row["id"]) == ref.external_id]
        row.update(owner=owner, changed=_later(current.updated_at))
        self._save(tables)

    def create(self, change: CreateTask | AddNote, marker: str) -> str:
        """Add a memo that carries the marker."""
        tables = self._file()
        memo: dict[str, Any] = {
            "id": f"memo-{len(tables['memos']) + 1}",
            "chance": change.ref.external_id,
            "marker": marker,
        }
        if isinstance(change, CreateTask):
            memo |= {"text": change.subject, "for": change.user and change.user.external_id}
            memo |= {"due": change.due_at and change.due_at.isoformat()}
        else:
            memo |= {"text": change.text}
        self._save({**tables, "memos": [*tables["memos"], memo]})
        return str(memo["id"])

    def find_created(self, change: CreateTask | AddNote, marker: str) -> str | None:
        """The memo about the chance that carries it."""
        memos = [memo for memo in self._file()["memos"] if memo["chance"] == change.ref.external_id]
        return next((memo["id"] for memo in memos if memo["marker"] == marker), None)

    def _save(self, tables: Any) -> None:
        path = Path(self.config.path)
        new = path.with_name(f"{path.name}.new")
        new.write_text(json.dumps(tables, ensure_ascii=False), encoding="utf-8")
        new.replace(path)

    # what it makes of a row
    def _made(self, kind: Kind, row: Mapping[str, Any]) -> Record | Reject:
        ref = Ref(self.source, kind, str(row["id"]))
        try:
            return self._record(ref, row)
        except (ValueError, KeyError) as error:
            place = Place(file=self.config.path, table=TABLES[kind], key=ref.external_id)
            problem = f"makes no {kind}: {error}"
            reason = find("crm.bad-cell", place, field=TABLES[kind], value=ref.external_id, problem=problem)
            return Reject(ref=ref, kind=kind, reason=reason, raw=self.raw(row))

    def _record(self, ref: Ref, row: Mapping[str, Any]) -> Record:
        common = {"ref": ref, "name": row["name"], "updated_at": _at(row["changed"]), "deleted": row["gone"]}
        if ref.kind == "account":
            return Account(**common)
        amount, closed, owner = row["amount"], row["closed"], row["owner"]
        return Deal(
            **common,
            status=STATES.get(row["state"], row["state"]),
            account=Ref(self.source, "account", str(row["customer"])),
            value=None if amount is None else money_of(amount, self.config.currency, excess_digits="reject"),
            closed_on=None if closed is None else date.fromisoformat(closed),
            owner=None if owner is None else Ref(self.source, "user", str(owner)),
        )


def _later(than: datetime | None) -> str:
    return max(datetime.now(UTC), (than or _EVER) + timedelta(microseconds=1)).isoformat()


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _resumed(cursor: Cursor) -> datetime:
    if cursor.format != FORMAT:
        raise InvalidValueError(f"cursor format {cursor.format} is unknown", where="tiny", fix="restart the reading")
    return _at(cursor.data)
