"""The adapter: what it can do, and how it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import attrs

from salesteam.crm import AddNote, Capability, CreateTask, Field, Kind, Record, Ref, Schema, Verified
from salesteam.crm.http import Client, Page, Reply, Row, WindowAdapter
from salesteam.errors import AdapterError, InvalidValueError, Rejected
from salesteam_odoo import _config
from salesteam_odoo._records import MODELS, Seen, record_of, rowed
from salesteam_odoo._wire import Json2, JsonRpc, NoModelError, Wire
from salesteam_odoo._writes import Writer

__all__ = ["OdooAdapter"]

PAGE = 1000
OWNED: tuple[Kind, ...] = ("account", "lead", "deal")
ALL = {"active_test": False}
"""Without it, Odoo hides what is not active."""
_NEVER = datetime.min.replace(tzinfo=UTC)


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

    def __init__(self, config: _config.Config, **settings: Any) -> None:
        super().__init__(config, **settings)
        self._names: dict[Kind, tuple[str, ...]] = {}

    def capabilities(self) -> Mapping[Kind, Capability]:
        """Users are read anew each time, as Odoo keeps their names elsewhere; all else by cursor; sweeps."""
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
        user = attrs.evolve(moving, incremental="full")
        return {**dict.fromkeys(MODELS, moving), "user": user, "contact": noted, **dict.fromkeys(OWNED, owned)}

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
        """When it was written, to the second, and its id; a row that came from no user may have no times."""
        told = rowed(row)
        try:
            at, key = told.instant("write_date") or told.instant("create_date") or _NEVER, str(row["id"])
        except (KeyError, ValueError):
            at, key = _NEVER, ""
        if not key.isdigit():
            raise AdapterError(f"a row of {kind} has no id, or a time of change that is none", source=self.source)
        return at.replace(microsecond=0), key

    def record(self, kind: Kind, row: Row) -> Record:
        """The record of a row."""
        extra = self.config.extra.get(kind, ())
        return record_of(self, kind, row, self._seen, self.config.excess_digits, extra)

    def _read(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], size: int | None
    ) -> list[Mapping[str, Any]]:
        named: dict[str, Any] = {"domain": list(domain), "fields": list(fields), "order": "id", "context": ALL}
        if size is not None:
            named["limit"] = size
        return self.listed(self.wire.call(self.http, model, "search_read", None, **named), model)

    def pages(self, kind: Kind, since: Any, *, until: datetime | None, overlap: timedelta, size: int) -> Iterator[Page]:
        """Pages by rising ids: of all users, or of what changed since."""
        if kind != "user":
            yield from super().pages(kind, since, until=until, overlap=overlap, size=size)
            return
        if since is not None:
            raise InvalidValueError("users are always read in full", where="since", fix="give no cursor")
        last: str | None = None
        while rows := self.search(kind, None, None, last, size):
            last = self._last(kind, last, rows)
            yield Page(rows=rows)

    def _last(self, kind: Kind, last: str | None, rows: Sequence[Mapping[str, Any]]) -> str:
        """The last id of a page, whose ids must rise behind the one before."""
        keys = [int(self.mark(kind, row)[1]) for row in rows]
        self.in_order(kind, keys if last is None else [int(last), *keys])
        return str(keys[-1])

    def search(
        self, kind: Kind, after: datetime | None, until: datetime | None, last: str | None, size: int
    ) -> Sequence[Mapping[str, Any]]:
        """The rows of the window behind an id."""
        domain: list[Any] = []
        if after is not None:
            domain += _moved(">=", after)
        if until is not None:
            domain += _moved("<=", until)
        return self._rows(kind, [*domain, *_behind(last)], self._fields(kind), size)

    def _rows(
        self, kind: Kind, domain: Sequence[Any], fields: Sequence[str], size: int | None
    ) -> list[Mapping[str, Any]]:
        """Rows of a kind; none where the database does without the kind."""
        only = [list(each) for each in MODELS[kind].only]
        return self._read(MODELS[kind].name, [*only, *domain], fields, size) if fields else []

    def _fields(self, kind: Kind) -> tuple[str, ...]:
        """What is read of a kind, as far as this version of Odoo has it; nothing where a spare model is not there."""
        if kind not in self._names:
            model, extra = MODELS[kind], tuple(self.config.extra.get(kind, ()))
            try:
                there = self.wire.fields(self.http, model.name)
            except NoModelError:
                if not model.spare:
                    told = f"there is no {model.name}: install the app that brings it"
                    raise Rejected(told, source=self.source) from None
                self._names[kind] = ()
                return ()
            missing = [name for name in (*model.fields, *extra) if name not in there]
            if missing:
                told = f"this login sees no {', '.join(missing)} of {model.name}; Odoo 16 to 19 is read"
                raise Rejected(told, source=self.source)
            some = tuple(name for name in model.some if name in there)
            self._names[kind] = (*model.fields, *some, *extra)
        return self._names[kind]

    def found(self, kind: Kind, rows: Sequence[Mapping[str, Any]], cursor: Any) -> Page:
        """A page; of deals with the stages that are won and the companies of their partners."""
        if kind == "deal":
            self._seen = self._around(rows)
        return Page(rows=rows, cursor=cursor)

    def _around(self, rows: Sequence[Mapping[str, Any]]) -> Seen:
        stages = self._read("crm.stage", [["is_won", "=", True]], ("id",), None)
        alone = any(row.get("company_id") is False for row in rows)
        partners = sorted({row["partner_id"][0] for row in rows if isinstance(row.get("partner_id"), list)})
        companies: dict[str, str] = {}
        if partners:
            held = self._read("res.partner", [["id", "in", partners]], ("id", "commercial_partner_id"), None)
            main = {row["id"]: row["commercial_partner_id"][0] for row in held if row.get("commercial_partner_id")}
            firms = [["id", "in", sorted(set(main.values()))], ["is_company", "=", True]]
            known = {row["id"] for row in self._read("res.partner", firms, ("id",), None)}
            companies = {str(partner): str(firm) for partner, firm in main.items() if firm in known}
        won = frozenset(str(stage["id"]) for stage in stages)
        return Seen(won=won, companies=companies, currency=self._currency() if alone else None)

    def _currency(self) -> str | None:
        """The currency of what belongs to no company: as it was set, or the one that all companies have."""
        if self.config.currency is not None:
            return self.config.currency
        companies = self._read("res.company", [], ("id", "currency_id"), None)
        codes = {str(row["currency_id"][1]) for row in companies if isinstance(row.get("currency_id"), list)}
        return codes.pop() if len(codes) == 1 else None

    def fetch_ids(self, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
        """The rows of these ids that exist."""
        known = [int(each) for each in ids if each.isdigit()]
        rows = self._rows(kind, [["id", "in", known]], self._fields(kind), None)
        page = self.found(kind, rows, None)
        return tuple(each for each in (self.made(kind, row) for row in page.rows) if isinstance(each, Record))

    def list_ids(self, kind: Kind) -> Iterator[str]:
        """The ids of all rows that the user may see, active or not."""
        last: str | None = None
        named = ("id",) if self._fields(kind) else ()
        while rows := self._rows(kind, _behind(last), named, PAGE):
            last = self._last(kind, last, rows)
            yield from (str(row["id"]) for row in rows)

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
            if self._fields(kind):
                found = self.wire.fields(self.http, model.name)
                fields[kind] = tuple(_field(name, Row(about)) for name, about in found.items())
        codes = self._read("res.currency", [["active", "=", True]], ("id", "name"), None)
        return Schema(fields=fields, currencies=tuple(sorted(str(row["name"]) for row in codes)))


def _field(name: str, about: Row) -> Field:
    options = tuple(str(option[0]) for option in about.get("selection") or ())
    return Field(name=name, type=about.text("type") or "char", options=options, custom=name.startswith("x_"))


def _behind(last: str | None) -> list[Any]:
    return [] if last is None else [["id", ">", int(last)]]


def _moved(operator: str, at: datetime) -> list[Any]:
    """A condition on when a row was written; what was put into the database by hand may tell less, or nothing."""
    told = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    made: list[Any] = [["create_date", operator, told]]
    if operator == "<=":
        made = ["|", *made, ["create_date", "=", False]]
    return ["|", ["write_date", operator, told], "&", ["write_date", "=", False], *made]
