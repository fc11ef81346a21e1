"""The adapter: what it can do, and how it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import attrs

from salesteam.crm import AddNote, Capability, CreateTask, Field, Kind, Record, Ref, Schema, Verified
from salesteam.crm.http import Client, Page, Reply, Row, WindowAdapter
from salesteam.errors import AdapterError
from salesteam_odoo import _config
from salesteam_odoo._records import MODELS, Seen, record_of, rowed
from salesteam_odoo._wire import Json2, JsonRpc, Wire
from salesteam_odoo._writes import Writer

__all__ = ["OdooAdapter"]

PAGE = 1000
OWNED: tuple[Kind, ...] = ("account", "lead", "deal")
ALL = {"active_test": False}
"""Without it, Odoo hides what is not active."""
_NAME = re.compile(r"[a-z_][a-z0-9_]*")


class OdooAdapter(WindowAdapter):
    """Reads a database of Odoo by windows of time and rising ids.

    Odoo tells times to the second and keeps them finer, so nothing is ordered by time, and a cursor begins at a
    whole second.

    Examples
    --------
    >>> from salesteam.crm import Secret
    >>> config = OdooAdapter.Config(base="https://acme.odoo.com", database="acme", key=Secret("env:ODOO_KEY"),
    ...                             excess_digits="reject")
    >>> OdooAdapter(config, source="odoo").capabilities()["deal"].deletes
    'sweep'
    """

    name: ClassVar[str] = "odoo"
    Config: ClassVar[type] = _config.Config
    verified: ClassVar[Verified] = Verified(label="fake", against="our own fake of JSON-2 and JSON-RPC")

    config: _config.Config
    _seen: Seen = Seen()
    _wire_made: Wire | None = None

    def capabilities(self) -> Mapping[Kind, Capability]:
        """Everything by cursor, deletions by a sweep."""
        moving = Capability(
            incremental="cursor",
            deletes="sweep",
            money="float",
            resolution=timedelta(seconds=1),
            overlap=timedelta(minutes=10),
            by_id=True,
            server_clock=True,
            max_page=PAGE,
        )
        noted = attrs.evolve(moving, writes=("CreateTask", "AddNote"))
        owned = attrs.evolve(moving, lock="compare", writes=("AssignOwner", "CreateTask", "AddNote"))
        return {**dict.fromkeys(MODELS, moving), "contact": noted, **dict.fromkeys(OWNED, owned)}

    @property
    def wire(self) -> Wire:
        """The protocol."""
        if self._wire_made is None:
            self._wire_made = (Json2 if self.config.protocol == "json2" else JsonRpc)(self.config, self.source)
        return self._wire_made

    def connect(self) -> Client:
        """A client of the protocol; only JSON-2 has a login of its own on each request."""
        return Client(
            self.config.base,
            source=self.source,
            login=self.wire.log_in if self.config.protocol == "json2" else None,
            classify=self._classify,
            wait=self.wait,
            clock=self.clock,
            timeout=self.timeout,
            ca=self.config.ca,
        )

    def _classify(self, reply: Reply) -> AdapterError | None:
        return self.wire.classify(self.http, reply)

    def ping(self) -> None:
        """One id."""
        self._read("res.users", [], ("id",), 1)

    def row(self, data: Mapping[str, Any]) -> Row:
        """A row whose times are of UTC."""
        return rowed(data)

    def mark(self, kind: Kind, row: Mapping[str, Any]) -> tuple[datetime, str]:
        """When it was written, to the second, and its id."""
        try:
            at, key = rowed(row).instant("write_date"), str(row["id"])
        except (KeyError, ValueError):
            at, key = None, ""
        if at is None or not key.isdigit():
            raise AdapterError(f"a row of {kind} has no id or no write_date", source=self.source)
        return at.replace(microsecond=0), key

    def record(self, kind: Kind, row: Row) -> Record:
        """The record of a row."""
        extra = self.config.extra.get(kind, ())
        return record_of(self, kind, row, self._seen, self.config.excess_digits, extra)

    def _read(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], size: int | None
    ) -> list[Mapping[str, Any]]:
        strange = [name for name in fields if not _NAME.fullmatch(name)]
        if strange:
            raise AdapterError(f"{strange[0]!r} is no name of a field", source=self.source)
        named: dict[str, Any] = {"domain": list(domain), "fields": list(fields), "order": "id", "context": ALL}
        if size is not None:
            named["limit"] = size
        return self.listed(self.wire.call(self.http, model, "search_read", None, **named), model)

    def search(
        self, kind: Kind, after: datetime | None, until: datetime | None, last: str | None, size: int
    ) -> Sequence[Mapping[str, Any]]:
        """The rows of the window behind an id."""
        domain: list[Any] = [list(each) for each in MODELS[kind].only]
        if after is not None:
            domain.append(["write_date", ">=", _wire_time(after)])
        if until is not None:
            domain.append(["write_date", "<=", _wire_time(until)])
        return self._behind(kind, domain, last, size, (*MODELS[kind].fields, *self.config.extra.get(kind, ())))

    def _behind(
        self, kind: Kind, domain: Sequence[Any], last: str | None, size: int, fields: Sequence[str]
    ) -> list[Mapping[str, Any]]:
        behind = [] if last is None else [["id", ">", int(last)]]
        return self._read(MODELS[kind].name, [*domain, *behind], fields, size)

    def found(self, kind: Kind, rows: Sequence[Mapping[str, Any]], cursor: Any) -> Page:
        """A page; of deals with the stages that are won and the companies of their partners."""
        if kind == "deal":
            self._seen = self._around(rows)
        return Page(rows=rows, cursor=cursor)

    def _around(self, rows: Sequence[Mapping[str, Any]]) -> Seen:
        stages = self._read("crm.stage", [["is_won", "=", True]], ("id",), None)
        partners = sorted({row["partner_id"][0] for row in rows if isinstance(row.get("partner_id"), list)})
        companies: dict[str, str] = {}
        if partners:
            held = self._read("res.partner", [["id", "in", partners]], ("id", "commercial_partner_id"), None)
            main = {row["id"]: row["commercial_partner_id"][0] for row in held if row.get("commercial_partner_id")}
            firms = [["id", "in", sorted(set(main.values()))], ["is_company", "=", True]]
            known = {row["id"] for row in self._read("res.partner", firms, ("id",), None)}
            companies = {str(partner): str(firm) for partner, firm in main.items() if firm in known}
        return Seen(won=frozenset(str(stage["id"]) for stage in stages), companies=companies)

    def fetch_ids(self, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
        """The rows of these ids that exist."""
        known = [int(each) for each in ids if each.isdigit()]
        model = MODELS[kind]
        domain = [*(list(each) for each in model.only), ["id", "in", known]]
        rows = self._read(model.name, domain, (*model.fields, *self.config.extra.get(kind, ())), None)
        page = self.found(kind, rows, None)
        return tuple(each for each in (self.made(kind, row) for row in page.rows) if isinstance(each, Record))

    def list_ids(self, kind: Kind) -> Iterator[str]:
        """The ids of all rows that the user may see, active or not."""
        last: str | None = None
        domain = [list(each) for each in MODELS[kind].only]
        while rows := self._behind(kind, domain, last, PAGE, ("id", "write_date")):
            keys = [self.mark(kind, row)[1] for row in rows]
            self.in_order(kind, [int(key) for key in (last, *keys) if key is not None])
            yield from keys
            last = keys[-1]

    def assign(self, ref: Ref, owner: str, current: Record) -> None:
        """Write the salesperson, which may move the record to another team; writing it twice does no harm."""
        del current
        self.wire.call(self.http, MODELS[ref.kind].name, "write", [int(ref.external_id)], vals={"user_id": int(owner)})

    def create(self, change: CreateTask | AddNote, marker: str) -> str:
        """Make an activity or post a note."""
        return self._writer().create(change, marker)

    def find_created(self, change: CreateTask | AddNote, marker: str) -> str | None:
        """Find it by its text."""
        return self._writer().find(change, marker)

    def _writer(self) -> Writer:
        return Writer(wire=self.wire, client=self.http, read=self._read, config=self.config, source=self.source)

    def schema(self) -> Schema:
        """The fields of each model with their options."""
        fields: dict[Kind, tuple[Field, ...]] = {}
        for kind, model in MODELS.items():
            named = {"attributes": ["type", "selection"]}
            found = self.wire.call(self.http, model.name, "fields_get", None, **named)
            if not isinstance(found, dict):
                raise AdapterError(f"the answer has no fields of {model.name}", source=self.source)
            fields[kind] = tuple(_field(name, Row(about)) for name, about in found.items())
        codes = self._read("res.currency", [["active", "=", True]], ("id", "name"), None)
        return Schema(fields=fields, currencies=tuple(sorted(str(row["name"]) for row in codes)))


def _field(name: str, about: Row) -> Field:
    options = tuple(str(option[0]) for option in about.get("selection") or ())
    return Field(name=name, type=about.text("type") or "char", options=options, custom=name.startswith("x_"))


def _wire_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
