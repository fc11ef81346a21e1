"""The adapter: what it can do, and how it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import attrs

from salesteam.crm import AddNote, Capability, CreateTask, Field, Kind, Record, Ref, Schema, Verified
from salesteam.crm.http import Client, Limit, Login, Reply, Row, WindowAdapter
from salesteam.errors import AdapterError, AuthExpired, QuotaExhausted, RateLimited, Rejected, Transient
from salesteam_fxiaoke import _config
from salesteam_fxiaoke._records import FIELDS, NOTES, OBJECTS, OWNED, record_of

__all__ = ["FxiaokeAdapter"]

PAGE = 100
RENEW = 6600.0
_BEIJING = ZoneInfo("Asia/Shanghai")
_CODES: Mapping[int, type[AdapterError]] = {
    14001: Transient,
    30004: RateLimited,
    20016: AuthExpired,
    30002: QuotaExhausted,
    30003: QuotaExhausted,
}


class FxiaokeAdapter(WindowAdapter):
    """Reads a tenant of FXiaoke 纷享销客 by windows of time and rising ids.

    Examples
    --------
    >>> from salesteam.crm import Secret
    >>> config = FxiaokeAdapter.Config(app_id=Secret("env:A"), app_secret=Secret("env:B"), user="FSUID_1",
    ...                                permanent_code=Secret("env:C"), excess_digits="reject", currency="CNY")
    >>> FxiaokeAdapter(config, source="fx").capabilities()["deal"].max_page
    100
    """

    name: ClassVar[str] = "fxiaoke"
    Config: ClassVar[type] = _config.Config
    verified: ClassVar[Verified] = Verified(label="fake", against="our own fake of the open platform")

    config: _config.Config
    _grants: Limit | None = None

    def capabilities(self) -> Mapping[Kind, Capability]:
        """Everything by cursor, deletions by a sweep."""
        moving = Capability(
            incremental="cursor",
            deletes="sweep",
            resolution=timedelta(milliseconds=1),
            overlap=timedelta(minutes=10),
            by_id=True,
            server_clock=True,
            max_page=PAGE,
        )
        noted = attrs.evolve(moving, writes=("AddNote",))
        owned = attrs.evolve(moving, lock="compare", writes=("AssignOwner", "AddNote"))
        return {**dict.fromkeys(OBJECTS, moving), "contact": noted, **dict.fromkeys(OWNED, owned)}

    def connect(self) -> Client:
        """A client that keeps the limit of an interface."""
        self._grants = Limit(10, 60)
        return Client(
            self.config.base,
            source=self.source,
            login=self._log_in,
            classify=self._classify,
            limits=(Limit(100, 20),),
            wait=self.wait,
            clock=self.clock,
            timeout=self.timeout,
            ca=self.config.ca,
        )

    def _log_in(self, client: Client) -> Login:
        """A token of two hours, renewed ten minutes before its end; it goes into each body."""
        names = {"appId": "app_id", "appSecret": "app_secret", "permanentCode": "permanent_code"}
        body = {name: getattr(self.config, setting).reveal() for name, setting in names.items()}
        client.keep(*body.values())
        if self._grants is not None:
            self._grants.take(self.clock, self.wait)
        reply = client.ask("POST", "cgi/corpAccessToken/get/V2", json=body, signed=False)
        token, corp = reply.get("corpAccessToken"), reply.get("corpId")
        if not isinstance(token, str) or not isinstance(corp, str):
            raise AdapterError("the login gave no token", source=self.source)
        client.keep(token)
        held = {"corpAccessToken": token, "corpId": corp, "currentOpenUserId": self.config.user}
        return Login(body=held, good_for=RENEW)

    def _classify(self, reply: Reply) -> AdapterError | None:
        if reply.status != 200 or not reply.whole:
            return None
        code = reply.get("errorCode")
        if code == 0 and not isinstance(code, bool):
            return None
        told = self.http.hide(f"{code}: {reply.get('errorMessage') or ''}")[:300]
        if not isinstance(code, int):
            return AdapterError(f"the answer has no errorCode: {self.http.hide(reply.text)[:100]}", source=self.source)
        if code == 30002:
            return QuotaExhausted(told, source=self.source, resets_at=self._midnight())
        return _CODES.get(code, Rejected)(told, source=self.source)

    def _midnight(self) -> str:
        """When the allowance of the day begins anew."""
        now = (self.http.server_time or datetime.now(UTC)).astimezone(_BEIJING)
        return datetime.combine(now.date() + timedelta(days=1), time(), _BEIJING).isoformat()

    def ping(self) -> None:
        """One row."""
        self._query(OBJECTS["account"], [], None, 1)

    def scope(self) -> str:
        """The user as whom it reads."""
        return self.config.user

    def row(self, data: Mapping[str, Any]) -> Row:
        """A row with the zone of the tenant."""
        return Row(data, zone=ZoneInfo(self.config.zone))

    def mark(self, kind: Kind, row: Mapping[str, Any]) -> tuple[datetime, str]:
        """When it was changed, and its id."""
        try:
            at, key = self.row(row).instant("last_modified_time"), str(row["_id"])
        except (KeyError, ValueError):
            at, key = None, ""
        if at is None or not key.isalnum():
            raise AdapterError(f"a row of {kind} has no _id or no last_modified_time", source=self.source)
        return at, key

    def record(self, kind: Kind, row: Row) -> Record:
        """The record of a row."""
        return record_of(self, kind, row, self.config)

    def search(
        self, kind: Kind, after: datetime | None, until: datetime | None, last: str | None, size: int
    ) -> Sequence[Mapping[str, Any]]:
        """The rows of the window behind an id: an offset beyond 10,000 is refused, so none is used."""
        filters = []
        if after is not None:
            filters.append(_filter("last_modified_time", "GTE", _ms(after)))
        if until is not None:
            filters.append(_filter("last_modified_time", "LTE", _ms(until)))
        return self._query(OBJECTS[kind], filters, last, size)

    def _query(
        self, name: str, filters: Sequence[Mapping[str, Any]], last: str | None, size: int
    ) -> list[Mapping[str, Any]]:
        behind = [] if last is None else [_filter("_id", "GT", last)]
        info = {
            "limit": size,
            "offset": 0,
            "filters": [*filters, *behind],
            "orders": [{"fieldName": "_id", "isAsc": True}],
        }
        data = {"dataObjectApiName": name, "search_query_info": info}
        reply = self.http.ask("POST", "cgi/crm/v2/data/query", json={"data": data})
        inner = reply.get("data")
        return self.listed(inner.get("dataList") if isinstance(inner, dict) else None, name)

    def fetch_ids(self, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
        """The rows of these ids that exist."""
        rows: list[Mapping[str, Any]] = []
        for start in range(0, len(ids), PAGE):
            wanted = list(ids[start : start + PAGE])
            among = {"field_name": "_id", "operator": "IN", "field_values": wanted}
            rows += self._query(OBJECTS[kind], [among], None, PAGE)
        return tuple(each for each in (self.made(kind, row) for row in rows) if isinstance(each, Record))

    def list_ids(self, kind: Kind) -> Iterator[str]:
        """The ids of all rows that the user may see."""
        last: str | None = None
        while rows := self._query(OBJECTS[kind], [], last, PAGE):
            keys = [self.mark(kind, row)[1] for row in rows]
            self.in_order(kind, [("", key) for key in (last, *keys) if key is not None])
            yield from keys
            last = keys[-1]

    def assign(self, ref: Ref, owner: str, current: Record) -> None:
        """Change the owner; doing it twice does no harm."""
        del current
        changed = [{"objectDataId": ref.external_id, "ownerId": [owner]}]
        data = {"dataObjectApiName": OBJECTS[ref.kind], "Data": changed}
        self.http.ask("POST", "cgi/crm/v2/data/changeOwner", json={"data": data})

    def create(self, change: CreateTask | AddNote, marker: str) -> str:
        """Make a sales record (销售记录) of a note, with the marker at its end; a task there is none."""
        assert isinstance(change, AddNote)
        name = OBJECTS[change.ref.kind]
        row: dict[str, Any] = {
            "dataObjectApiName": NOTES,
            "active_record_content": f"{change.text}\n{marker}",
            "related_api_names": [name],
            "related_object_data": [{"describe_api_name": name, "id": change.ref.external_id}],
            "owner": [self.config.user],
        }
        if self.config.note_type is not None:
            row["active_record_type"] = self.config.note_type
        reply = self.http.ask("POST", "cgi/crm/v2/data/create", json={"data": {"object_data": row}}, again=False)
        made = reply.get("dataId")
        if not isinstance(made, str) or not made:
            raise AdapterError("the answer does not tell what was made", source=self.source)
        return made

    def find_created(self, change: CreateTask | AddNote, marker: str) -> str | None:
        """Find the sales record that ends with the marker."""
        del change
        rows = self._query(NOTES, [_filter("active_record_content", "LIKE", marker)], None, 1)
        return str(rows[0]["_id"]) if rows else None

    def schema(self) -> Schema:
        """The fields that are read."""
        fields = {kind: tuple(Field(name=name, type="text") for name in names) for kind, names in FIELDS.items()}
        return Schema(fields=fields, currencies=(self.config.currency,) if self.config.currency else ())


def _filter(name: str, operator: str, value: str) -> dict[str, Any]:
    return {"field_name": name, "operator": operator, "field_values": [value]}


def _ms(at: datetime) -> str:
    return str(int(at.timestamp()) * 1000 + at.microsecond // 1000)
