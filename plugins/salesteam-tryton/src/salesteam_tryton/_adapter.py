"""The adapter: what it can do, and how it reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import attrs

from salesteam.crm import AddNote, Capability, CreateTask, Field, Kind, Record, Ref, Schema, Verified
from salesteam.crm.http import Client, Page, Row, WindowAdapter
from salesteam.errors import AdapterError, Conflict, InvalidValueError, Rejected, Transient
from salesteam_tryton import _config
from salesteam_tryton._history import stage_changes
from salesteam_tryton._models import MODELS, OPPORTUNITY, Domain, changed, changes_of
from salesteam_tryton._records import record_of
from salesteam_tryton._wire import Wire

__all__ = ["TrytonAdapter"]

NOTE = "ir.note"
PAGE = 1000
IDS = 200
_NAME = re.compile(r"[a-z_][a-z0-9_.]*")
_BY_ID = [["id", "ASC"]]


class TrytonAdapter(WindowAdapter):
    """Reads a company in a database of Tryton by windows of time and rising ids.

    Examples
    --------
    >>> from salesteam.crm import Secret
    >>> config = TrytonAdapter.Config(base="https://erp.acme.com", database="acme", login="crm",
    ...                               password=Secret("env:TRYTON_PASSWORD"), excess_digits="reject")
    >>> TrytonAdapter(config, source="tryton").capabilities()["deal"].history
    'native'
    """

    name: ClassVar[str] = "tryton"
    Config: ClassVar[type] = _config.Config
    verified: ClassVar[Verified] = Verified(label="real", against="Tryton 8.2.1 with its modules of 8.2, on SQLite")

    config: _config.Config
    _wire: Wire | None = None
    _own: tuple[int, ...] | None = None

    def capabilities(self) -> Mapping[Kind, Capability]:
        """Stages and employees are read anew each time, all else by cursor; deletions by a sweep."""
        moving = Capability(
            incremental="cursor",
            deletes="sweep",
            money="decimal",
            resolution=timedelta(microseconds=1),
            overlap=timedelta(minutes=10),
            by_id=True,
            server_clock=True,
            max_page=PAGE,
        )
        full = attrs.evolve(moving, incremental="full")
        noted = attrs.evolve(moving, writes=("AddNote",))
        owned = attrs.evolve(noted, lock="native", writes=("AssignOwner", "AddNote"))
        return {
            "stage": full,
            **{kind: full if model.full else moving for kind, model in MODELS.items()},
            "account": noted,
            "lead": owned,
            "deal": attrs.evolve(owned, history="native"),
        }

    @property
    def wire(self) -> Wire:
        """The calls."""
        if self._wire is None:
            self._wire = Wire(self.config, self.source, lambda: self.http)
        return self._wire

    def connect(self) -> Client:
        """A client that begins a session when it is needed."""
        return Client(
            self.config.base,
            source=self.source,
            login=self.wire.log_in,
            classify=self.wire.classify,
            wait=self.wait,
            clock=self.clock,
            timeout=self.timeout,
            ca=self.config.ca,
        )

    def ping(self) -> None:
        """The version of the server."""
        self.wire.version(self.http)

    def scope(self) -> str:
        """The user, the company, and the groups that decide what the user may see."""
        self._wire = None
        told = self.wire.preferences
        return json.dumps([self.config.login, self.wire.company, sorted(told.get("groups") or ())])

    def row(self, data: Mapping[str, Any]) -> Row:
        """A row whose times are of UTC."""
        return Row(data, zone=UTC)

    def mark(self, kind: Kind, row: Mapping[str, Any]) -> tuple[datetime, str]:
        """When the row or one of its parts was written last, and its id."""
        try:
            times = [datetime.fromisoformat(at) for at in changes_of(MODELS[kind], row) if at is not None]
            key = str(row["id"])
        except (KeyError, TypeError, ValueError):
            times, key = [], ""
        if not times or not key.isdigit():
            raise AdapterError(f"a row of {kind} has no id or no create_date", source=self.source)
        return max(times), key

    def key(self, kind: Kind, data: Mapping[str, Any]) -> str | None:
        """The id; of a stage it is the state."""
        return Row(data).text("id") if kind == "stage" else super().key(kind, data)

    def record(self, kind: Kind, row: Row) -> Record:
        """The record of a row."""
        at = None if kind == "stage" else self.mark(kind, row.data)[0]
        return record_of(self, kind, row, at, self.config.excess_digits, self.config.extra.get(kind, ()))

    # how it reads

    def pages(self, kind: Kind, since: Any, *, until: datetime | None, overlap: timedelta, size: int) -> Iterator[Page]:
        """Pages by rising ids: of all rows, or of what changed since."""
        self._own = None
        if self.capabilities()[kind].incremental != "full":
            yield from super().pages(kind, since, until=until, overlap=overlap, size=size)
            return
        if since is not None:
            raise InvalidValueError(f"{kind} is always read in full", where="since", fix="give no cursor")
        if kind == "stage":
            states = self._states()
            yield from (Page(rows=states[start : start + size]) for start in range(0, len(states), size))
            return
        last: str | None = None
        while rows := self.search(kind, None, None, last, size):
            last = self._last(kind, last, rows)
            yield Page(rows=rows)

    def search(
        self, kind: Kind, after: datetime | None, until: datetime | None, last: str | None, size: int
    ) -> Sequence[Mapping[str, Any]]:
        """The rows that changed within the window, behind an id."""
        return self._rows(kind, [*changed(MODELS[kind], after, until), *_behind(last)], size)

    def _rows(self, kind: Kind, domain: Domain, size: int | None) -> list[Mapping[str, Any]]:
        """Rows of a kind; those of employees with whether they are employed today, as the server counts days."""
        rows = self._read(kind, domain, self._fields(kind), size)
        if kind == "user" and rows:
            today = self.wire.call("ir.date", "today")
            if not isinstance(today, str):
                raise AdapterError("the answer has no day of the server", source=self.source)
            rows = [{**row, "active": _employed(row, today)} for row in rows]
        return rows

    def _read(self, kind: Kind, domain: Domain, fields: Sequence[str], size: int | None) -> list[Mapping[str, Any]]:
        model = MODELS[kind]
        whole = [*self._only(kind), *domain]
        rows = self.wire.call(model.name, "search_read", whole, 0, size, _BY_ID, list(fields))
        return self.listed(rows, model.name)

    def _fields(self, kind: Kind) -> tuple[str, ...]:
        extra = tuple(self.config.extra.get(kind, ()))
        strange = [name for name in extra if not _NAME.fullmatch(name)]
        if strange:
            raise AdapterError(f"{strange[0]!r} is no name of a field", source=self.source)
        return (*MODELS[kind].read, *extra)

    def _only(self, kind: Kind) -> Domain:
        """Which rows are of a kind: of the company, and of no party of its own."""
        model = MODELS[kind]
        domain: Domain = [list(each) for each in model.only]
        if model.company is not None:
            domain.append([model.company, "=", self.wire.company])
        if model.party is not None:
            domain.append([model.party, "not in", list(self._own_parties())])
        return domain

    def _own_parties(self) -> tuple[int, ...]:
        """The parties of the companies and of their employees, who are no customers."""
        if self._own is None:
            found: set[int] = set()
            for model in ("company.company", "company.employee"):
                found.update(row["party"] for row in self._parties(model) if isinstance(row.get("party"), int))
            self._own = tuple(sorted(found))
        return self._own

    def _parties(self, model: str) -> Iterator[Mapping[str, Any]]:
        last, whole = None, True
        while whole:
            told = self.wire.call(model, "search_read", _behind(last), 0, PAGE, _BY_ID, ["party"])
            rows = self.listed(told, model)
            yield from rows
            whole = len(rows) == PAGE
            last = self._last("user", last, rows) if rows else last

    def _states(self) -> list[dict[str, Any]]:
        """The states of an opportunity, as the server names them."""
        told = self.wire.call(OPPORTUNITY, "fields_get", ["state"])
        options = Row(told if isinstance(told, dict) else {}).get("state.selection")
        if not isinstance(options, list):
            raise AdapterError("the answer has no states of an opportunity", source=self.source)
        return [{"id": state, "name": label, "position": place} for place, (state, label) in enumerate(options)]

    def _last(self, kind: Kind, last: str | None, rows: Sequence[Mapping[str, Any]]) -> str:
        """The last id of a page, whose ids must rise behind the one before."""
        keys = [] if last is None else [int(last)]
        keys.extend(row.get("id", 0) for row in rows)
        self.in_order(kind, keys)
        return str(keys[-1])

    def fetch_ids(self, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
        """The rows of these ids that exist."""
        self._own = None
        if kind == "stage":
            rows: list[Mapping[str, Any]] = [row for row in self._states() if row["id"] in ids]
        else:
            known = [int(each) for each in ids if each.isdigit()]
            rows = []
            for start in range(0, len(known), IDS):
                rows += self._rows(kind, [["id", "in", known[start : start + IDS]]], None)
        return tuple(each for each in (self.made(kind, row) for row in rows) if isinstance(each, Record))

    def list_ids(self, kind: Kind) -> Iterator[str]:
        """The ids of all rows that the user may see, active or not."""
        self._own = None
        if kind == "stage":
            yield from (row["id"] for row in self._states())
            return
        last: str | None = None
        while rows := self._read(kind, _behind(last), ("id",), PAGE):
            last = self._last(kind, last, rows)
            yield from (str(row["id"]) for row in rows)

    def history(self, kind: Kind, ids: Sequence[str]) -> Iterator[Record]:
        """The changes of stage of deals, as Tryton keeps them."""
        if kind != "deal":
            yield from super().history(kind, ids)
        known = [int(each) for each in ids if each.isdigit()]
        for start in range(0, len(known), IDS):
            yield from stage_changes(self.wire, self.source, known[start : start + IDS])

    # how it writes

    def assign(self, ref: Ref, owner: str, current: Record) -> None:
        """Write the employee; the server refuses if somebody wrote the record since it was looked at."""
        key, name = int(ref.external_id), MODELS[ref.kind].name
        rows = self._read(ref.kind, [["id", "=", key]], ("id", "create_date", "write_date", "_timestamp"), 1)
        if not rows:
            raise Rejected(f"there is no {ref.kind} {key} any more", source=self.source)
        if self.mark(ref.kind, rows[0])[0] != current.updated_at:
            raise Conflict(f"{ref} was changed meanwhile", source=self.source)
        seen = {f"{name},{key}": rows[0]["_timestamp"]}
        self.wire.call(name, "write", [key], {"employee": int(owner)}, again=False, _timestamp=seen)

    def create(self, change: CreateTask | AddNote, marker: str) -> str:
        """Write a note with the marker as its last line; Tryton has no tasks."""
        assert isinstance(change, AddNote)  # as the capabilities say
        note = {"resource": _resource(change.ref), "message": f"{change.text}\n{marker}"}
        made = self.wire.call(NOTE, "create", [note], again=False)
        if not isinstance(made, list) or len(made) != 1:
            raise Transient("the answer does not tell the id of the note", source=self.source)
        return str(made[0])

    def find_created(self, change: CreateTask | AddNote, marker: str) -> str | None:
        """The note of the record that ends with the marker."""
        domain = [["resource", "=", _resource(change.ref)], ["message", "like", f"%{marker}"]]
        rows = self.listed(self.wire.call(NOTE, "search_read", domain, 0, 1, _BY_ID, ["message"]), NOTE)
        return str(rows[0]["id"]) if rows else None

    def schema(self) -> Schema:
        """The fields of each model with their options."""
        fields: dict[Kind, tuple[Field, ...]] = {"stage": (Field(name="state", type="selection"),)}
        for kind, model in MODELS.items():
            found = self.wire.call(model.name, "fields_get", None)
            if not isinstance(found, dict):
                raise AdapterError(f"the answer has no fields of {model.name}", source=self.source)
            fields[kind] = tuple(_field(name, Row(about)) for name, about in found.items())
        domain = [["active", "=", True]]
        codes = self.wire.call("currency.currency", "search_read", domain, 0, None, [["code", "ASC"]], ["code"])
        return Schema(fields=fields, currencies=tuple(str(row["code"]) for row in codes))


def _field(name: str, about: Row) -> Field:
    options = about.get("selection")
    listed = options if isinstance(options, list) else ()
    return Field(name=name, type=about.text("type") or "char", options=tuple(str(option[0]) for option in listed))


def _employed(row: Mapping[str, Any], today: str) -> bool:
    """Whether somebody has begun and not ended by a day; days are texts that sort as they follow."""
    return (row.get("start_date") or "") <= today <= (row.get("end_date") or "9999-12-31")


def _resource(ref: Ref) -> str:
    """A record as Tryton names what a note is about."""
    return f"{MODELS[ref.kind].name},{int(ref.external_id)}"


def _behind(last: str | None) -> Domain:
    return [] if last is None else [["id", ">", int(last)]]
