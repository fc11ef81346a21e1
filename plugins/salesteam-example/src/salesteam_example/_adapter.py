"""The adapter: rows of TinyCRM in, canonical records out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from salesteam.core import Place, Report, find
from salesteam.crm import (
    Account,
    Adapter,
    Batch,
    Capability,
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
        """Customers and chances, by cursor, with tombstones."""
        return dict.fromkeys(TABLES, Capability(incremental="cursor", deletes="tombstone", max_page=100))

    def check(self) -> Report:
        """Whether the file is there and is TinyCRM's."""
        try:
            self._tables()
        except AdapterError as error:
            return Report.of(find("crm.source-failed", source=self.source, problem=str(error)))
        return Report()

    def schema(self) -> Schema:
        """The columns of each table."""
        tables = self._tables()
        columns = {kind: sorted({name for row in tables[table] for name in row}) for kind, table in TABLES.items()}
        fields = {kind: [Field(name=name, type="text") for name in names] for kind, names in columns.items()}
        return Schema(fields=fields, currencies=(self.config.currency,))

    # how it reads
    def fetch(
        self, kind: Kind, since: Cursor | None, *, until: datetime, overlap: timedelta, page_size: int
    ) -> Iterator[Batch]:
        """Pages of what changed from the cursor, less the overlap, up to `until`."""
        after = datetime.min.replace(tzinfo=UTC) if since is None else _resumed(since) - overlap
        rows = sorted(self._tables()[TABLES[kind]], key=lambda row: (_at(row["changed"]), row["id"]))
        due = [row for row in rows if after <= _at(row["changed"]) <= until]
        for start in range(0, len(due), page_size):
            page = due[start : start + page_size]
            made = [self._made(kind, row) for row in page]
            records = tuple(each for each in made if isinstance(each, Record))
            rejects = tuple(each for each in made if isinstance(each, Reject))
            yield Batch(records=records, rejects=rejects, cursor=Cursor.of(FORMAT, page[-1]["changed"]))

    def _tables(self) -> Any:
        try:
            tables = json.loads(Path(self.config.path).read_text(encoding="utf-8"))
            return {table: tables[table] for table in TABLES.values()}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise AdapterError(f"{self.config.path} is no file of TinyCRM: {error}", source=self.source) from None

    # what it makes of a row
    def _made(self, kind: Kind, row: Mapping[str, Any]) -> Record | Reject:
        ref = Ref(self.source, kind, str(row["id"]))
        try:
            return self._record(ref, row)
        except (ValueError, KeyError) as error:
            place = Place(file=self.config.path, table=TABLES[kind], key=ref.external_id)
            problem = f"makes no {kind}: {error}"
            reason = find("crm.bad-cell", place, field=TABLES[kind], value=ref.external_id, problem=problem)
            return Reject(ref=ref, kind=kind, reason=reason, raw=json.dumps(row, ensure_ascii=False))

    def _record(self, ref: Ref, row: Mapping[str, Any]) -> Record:
        common = {"ref": ref, "name": row["name"], "updated_at": _at(row["changed"]), "deleted": row["gone"]}
        if ref.kind == "account":
            return Account(**common)
        amount, closed = row["amount"], row["closed"]
        return Deal(
            **common,
            status=STATES.get(row["state"], row["state"]),
            account=Ref(self.source, "account", str(row["customer"])),
            value=None if amount is None else money_of(amount, self.config.currency, excess_digits="reject"),
            closed_on=None if closed is None else date.fromisoformat(closed),
        )


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _resumed(cursor: Cursor) -> datetime:
    if cursor.format != FORMAT:
        raise InvalidValueError(f"cursor format {cursor.format} is unknown", where="tiny", fix="restart the reading")
    return _at(cursor.data)
