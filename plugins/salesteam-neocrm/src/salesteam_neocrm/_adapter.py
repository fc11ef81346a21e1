"""The adapter: what it can do, and how it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import attrs

from salesteam.crm import AddNote, Capability, CreateTask, Field, Kind, Record, Ref, Schema, Verified
from salesteam.crm.http import Client, Limit, Login, Page, Reply, RestAdapter, Row
from salesteam.errors import AdapterError, AuthExpired, InvalidValueError, Rejected
from salesteam_neocrm import _config
from salesteam_neocrm._records import FIELDS, FROM, OBJECTS, OWNED, record_of

__all__ = ["NeocrmAdapter"]

API = "rest/data/v2.0"
PAGE = 1000
IDS = 100
EARLY = 300.0
NOTES = "activityrecord"
_MARKER = re.compile(r"[a-z]+:[0-9a-f]+")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class NeocrmAdapter(RestAdapter):
    """Reads a tenant of Neocrm 销售易 by queries that are scrolled to their end.

    Examples
    --------
    >>> from salesteam.crm import Secret
    >>> given = {name: Secret(f"env:{name}") for name in ("client_id", "client_secret", "user", "password")}
    >>> config = NeocrmAdapter.Config(**given, redirect="https://acme.com", stages={"21": "won"}, currency="CNY",
    ...                               excess_digits="reject")
    >>> NeocrmAdapter(config, source="neo").capabilities()["deal"].deletes
    'sweep'
    """

    name: ClassVar[str] = "neocrm"
    Config: ClassVar[type] = _config.Config
    verified: ClassVar[Verified] = Verified(label="fake", against="our own fake of the open platform")

    config: _config.Config

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
        notes = () if self.config.note_type is None else ("AddNote",)
        noted = attrs.evolve(moving, writes=notes)
        owned = attrs.evolve(moving, lock="compare", writes=("AssignOwner", *notes))
        return {**dict.fromkeys(OBJECTS, moving), "contact": noted, **dict.fromkeys(OWNED, owned)}

    def connect(self) -> Client:
        """A client that asks slowly, because the limits are not published."""
        return Client(
            self.config.base,
            source=self.source,
            login=self._log_in,
            classify=self._classify,
            limits=(Limit(5, 1),),
            wait=self.wait,
            clock=self.clock,
            timeout=self.timeout,
            ca=self.config.ca,
        )

    def _log_in(self, client: Client) -> Login:
        """A token, and the server of the tenant."""
        form = {
            "client_id": self.config.client_id.reveal(),
            "client_secret": self.config.client_secret.reveal(),
            "username": self.config.user.reveal(),
            "password": self.config.password.reveal(),
        }
        client.keep(*form.values())
        form |= {"grant_type": "password", "redirect_uri": self.config.redirect}
        reply = client.ask("POST", "auc/oauth2/token", form=form, signed=False)
        token, base = reply.get("access_token"), reply.get("instance_uri")
        if not isinstance(token, str) or not isinstance(base, str):
            raise AdapterError("the login gave no token, or no address of the tenant", source=self.source)
        client.keep(token)
        seconds = reply.get("expires_in")
        good = max(float(seconds) - EARLY, 60.0) if isinstance(seconds, int) else None
        return Login(headers={"Authorization": f"Bearer {token}"}, base=base, good_for=good)

    def _classify(self, reply: Reply) -> AdapterError | None:
        if reply.status != 200 or not reply.whole or reply.get("access_token") is not None:
            return None
        code = reply.get("code")
        if str(code) in {"200", "0"}:
            return None
        told = self.http.hide(f"{code}: {reply.get('msg') or ''}")[:300]
        if code is None:
            return AdapterError(f"the answer has no code: {self.http.hide(reply.text)[:100]}", source=self.source)
        return (AuthExpired if str(code) == "401" else Rejected)(told, source=self.source)

    def ping(self) -> None:
        """One id."""
        self._asked("select id from user order by updatedAt asc, id asc", None, 1)

    def row(self, data: Mapping[str, Any]) -> Row:
        """A row with the zone of the tenant."""
        return Row(data, zone=ZoneInfo(self.config.zone))

    def mark(self, kind: Kind, row: Mapping[str, Any]) -> tuple[datetime, str]:
        """When it was changed, and its id."""
        try:
            at, key = self.row(row).instant("updatedAt"), str(row["id"])
        except (KeyError, ValueError):
            at, key = None, ""
        if at is None or not key.isalnum():
            raise AdapterError(f"a row of {kind} has no id or no updatedAt", source=self.source)
        return at, key

    def record(self, kind: Kind, row: Row) -> Record:
        """The record of a row."""
        return record_of(self, kind, row, self.config)

    def pages(self, kind: Kind, since: Any, *, until: datetime | None, overlap: timedelta, size: int) -> Iterator[Page]:
        """One query in the order of time and id, scrolled to its end by the locator of the server.

        A scroll that breaks off, because an answer was lost and its locator with it, begins anew where it was.
        """
        after = None if since is None else max(0, _ms(_time(since["at"])) - int(overlap.total_seconds() * 1000))
        last: tuple[datetime, str] | None = None
        here: set[tuple[datetime, str]] = set()
        locator: str | None = None
        used: str | None = None
        while True:
            try:
                rows, locator = self._asked(self._query(kind, after, until), locator, size)
            except Rejected:
                if locator is None or last is None:
                    raise
                after, locator, used = _ms(last[0]), None, None
                continue
            marks = [self.mark(kind, row) for row in rows]
            if used is None and here:  # begun anew: these were read already
                rows = [row for row, mark in zip(rows, marks, strict=True) if mark not in here]
                marks = [mark for mark in marks if mark not in here]
            self.in_order(kind, marks if last is None else [last, *marks])
            if rows:
                last = marks[-1]
                here = {mark for mark in (*here, *marks) if mark[0] == last[0]}
                yield Page(rows=rows, cursor={"at": last[0].isoformat()})
            elif locator is not None and locator == used:
                raise AdapterError(f"the pages of {kind} repeat rows without an end", source=self.source)
            if locator is None:
                return
            used = locator

    def _query(self, kind: Kind, after: int | None, until: datetime | None) -> str:
        wanted = [] if after is None else [f"updatedAt >= {after}"]
        if until is not None:
            wanted.append(f"updatedAt <= {_ms(until)}")
        where = f" where {' and '.join(wanted)}" if wanted else ""
        return f"{self._select(kind)}{where} order by updatedAt asc, id asc"

    def _select(self, kind: Kind) -> str:
        names = (*FIELDS[kind], *self.config.extra.get(kind, ()))
        strange = [name for name in names if not _NAME.fullmatch(name)]
        if strange:
            raise AdapterError(f"{strange[0]!r} is no name of a field", source=self.source)
        return f"select {', '.join(names)} from {OBJECTS[kind]}"  # noqa: S608 -- names are checked above

    def _asked(self, query: str, locator: str | None, size: int) -> tuple[list[Mapping[str, Any]], str | None]:
        """Rows, and where the rest is."""
        form = {"xoql": query, "batchCount": str(size), **({"queryLocator": locator} if locator else {})}
        reply = self.http.ask("POST", f"{API}/query/xoqlScroll", form=form)
        inner = reply.get("data")
        if not isinstance(inner, dict):
            raise AdapterError("the answer has no data", source=self.source)
        return self.listed(inner.get("records"), "records"), Row(inner).text("queryLocator")

    def fetch_ids(self, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
        """The rows of these ids that exist."""
        known = [each for each in ids if each.isdigit()]
        found: list[Record] = []
        for start in range(0, len(known), IDS):
            listed = ", ".join(known[start : start + IDS])
            query = f"{self._select(kind)} where id in ({listed}) order by updatedAt asc, id asc"
            rows, _ = self._asked(query, None, IDS)
            found += [each for each in (self.made(kind, row) for row in rows) if isinstance(each, Record)]
        return tuple(found)

    def assign(self, ref: Ref, owner: str, current: Record) -> None:
        """Write the owner; writing it twice does no harm."""
        del current
        path = f"{API}/xobjects/{OBJECTS[ref.kind]}/{ref.external_id}"
        self.http.ask("PATCH", path, json={"data": {"ownerId": owner}})

    def create(self, change: CreateTask | AddNote, marker: str) -> str:
        """Make an activity record (活动记录) of a note, with the marker at its end; a task there is none."""
        assert isinstance(change, AddNote)
        now = _ms(self.http.server_time or datetime.now(UTC))
        row = {
            "content": f"{change.text}\n{marker}",
            "startTime": now,
            "endTime": now,
            "entityType": self.config.note_type,
            "dimDepart": self.config.department,
            "activityRecordFrom": FROM[change.ref.kind],
            "activityRecordFrom_data": change.ref.external_id,
        }
        inner = self.http.ask("POST", f"{API}/xobjects/{NOTES}", json={"data": row}, again=False).get("data")
        made = Row(inner).text("id") if isinstance(inner, dict) else None
        if made is None:
            raise AdapterError("the answer does not tell what was made", source=self.source)
        return made

    def find_created(self, change: CreateTask | AddNote, marker: str) -> str | None:
        """Find the activity record that ends with the marker."""
        if not change.ref.external_id.isdigit() or not _MARKER.fullmatch(marker):
            raise InvalidValueError(f"{change.ref} or {marker} cannot be asked for", where=self.source, fix="mend it")
        about = f"activityRecordFrom_data = {change.ref.external_id}"
        query = f"select id from {NOTES} where {about} and content like '%{marker}%' order by updatedAt asc, id asc"  # noqa: S608 -- both are checked above
        rows, _ = self._asked(query, None, 1)
        return str(rows[0]["id"]) if rows else None

    def schema(self) -> Schema:
        """The fields of each object."""
        fields: dict[Kind, tuple[Field, ...]] = {}
        for kind, name in OBJECTS.items():
            inner = self.http.ask("GET", f"{API}/xobjects/{name}/description").get("data")
            rows = map(Row, self.listed(inner.get("fields") if isinstance(inner, dict) else None, "fields"))
            fields[kind] = tuple(Field(name=row.need("apiKey"), type=row.text("type") or "text") for row in rows)
        return Schema(fields=fields, currencies=(self.config.currency,))


def _ms(at: datetime) -> int:
    return int(at.timestamp()) * 1000 + at.microsecond // 1000


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
