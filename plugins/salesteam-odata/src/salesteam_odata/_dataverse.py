"""Dataverse: what it can do, and how it reads its differences, or what was modified."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urljoin

import attrs

from salesteam.crm import AddNote, Batch, Capability, CreateTask, Cursor, Field, Kind, Record, Ref, Schema, Verified
from salesteam.crm.http import Client, Limit, Login, Page, Reply, RestAdapter, Row
from salesteam.errors import AdapterError, Conflict, InvalidValueError, Rejected, Transient
from salesteam_odata import _config
from salesteam_odata._tables import COLUMNS, OWNED, TABLES, Table, record_of, tombstone
from salesteam_odata._writes import NOTED, key_of, query_of, row_of, set_of

__all__ = ["DataverseAdapter"]

API = "api/data/v9.2"
PAGE = 5000
IDS = 50
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_EXPIRED = "0x80044352"
"""The code of an error: what the difference is asked from is forgotten."""
_ANNOTATIONS = 'odata.include-annotations="Microsoft.Dynamics.CRM.lookuplogicalname"'


def _code(reply: Reply) -> str | None:
    """The code of an error, as Dataverse tells it."""
    error = reply.get("error")
    return Row(error).text("code") if isinstance(error, dict) else None


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class TooOldError(Rejected):
    """A difference is asked for from a time that the server no longer remembers."""


class DataverseAdapter(RestAdapter):
    """Reads a Dataverse environment by the differences that it tracks, or by the times of its rows.

    Examples
    --------
    >>> from salesteam.crm import Secret
    >>> config = DataverseAdapter.Config(base="https://acme.crm.dynamics.com", tenant="acme.com",
    ...                                  client_id=Secret("env:A"), client_secret=Secret("env:B"),
    ...                                  excess_digits="reject")
    >>> DataverseAdapter(config, source="dyn").capabilities()["deal"].deletes
    'delta'
    """

    name: ClassVar[str] = "dataverse"
    Config: ClassVar[type] = _config.DataverseConfig
    verified: ClassVar[Verified] = Verified(
        label="contract", against="a real OData V4 server (SAP CAP 10.1.1); differences on our own fake"
    )

    config: _config.DataverseConfig
    _currencies: Mapping[str, str] | None = None

    def capabilities(self) -> Mapping[Kind, Capability]:
        """Everything by difference, deletions too, or by time and sweep; owners under the lock of the server."""
        tracked = self.config.changes == "tracked"
        moving = Capability(
            incremental="delta" if tracked else "cursor",
            deletes="delta" if tracked else "sweep",
            resolution=timedelta(seconds=1),
            overlap=timedelta(0) if tracked else timedelta(minutes=10),
            by_id=True,
            server_clock=True,
            max_page=PAGE,
        )
        noted = attrs.evolve(moving, writes=("AddNote", "CreateTask"))
        owned = attrs.evolve(moving, lock="native", writes=("AddNote", "AssignOwner", "CreateTask"))
        return {kind: owned if kind in OWNED else noted if kind in NOTED else moving for kind in TABLES}

    def connect(self) -> Client:
        """A client that logs in with the app registration, and keeps the limit of a user."""
        return Client(
            self.config.base,
            source=self.source,
            login=self._log_in,
            classify=self._classify,
            limits=(Limit(6000, 300),),
            wait=self.wait,
            clock=self.clock,
            timeout=self.timeout,
            ca=self.config.ca,
        )

    def _log_in(self, client: Client) -> Login:
        key, secret = self.config.client_id.reveal(), self.config.client_secret.reveal()
        client.keep(key, secret)
        entra = Client(
            self.config.authority,
            source=self.source,
            wait=self.wait,
            clock=self.clock,
            timeout=self.timeout,
            ca=self.config.ca,
        )
        entra.keep(key, secret)
        form = {
            "grant_type": "client_credentials",
            "client_id": key,
            "client_secret": secret,
            "scope": f"{self.config.base.rstrip('/')}/.default",
        }
        try:
            reply = entra.ask("POST", f"{self.config.tenant}/oauth2/v2.0/token", form=form)
        finally:
            entra.close()
        token = reply.get("access_token")
        if not isinstance(token, str):
            raise AdapterError("the login gave no token", source=self.source)
        client.keep(token)
        seconds = reply.get("expires_in")
        good = max(float(seconds) - 300, 60.0) if isinstance(seconds, int) else None
        headers = {
            "Authorization": f"Bearer {token}",
            "OData-MaxVersion": "4.0",
            "OData-Version": "4.0",
            "Accept": "application/json",
        }
        return Login(headers=headers, good_for=good)

    def _classify(self, reply: Reply) -> AdapterError | None:
        if reply.status == 410 or (reply.status >= 400 and _code(reply) == _EXPIRED):
            return TooOldError("the difference is asked for from a time that is forgotten", source=self.source)
        if reply.status == 200 and reply.get("error") is not None:
            told = self.http.hide(str(Row(reply.data).get("error.message")))[:300]
            return Rejected(f"an error in a good answer: {told}", source=self.source)
        return None

    def ping(self) -> None:
        """Who logs in."""
        self.http.ask("GET", f"{API}/WhoAmI")

    def scope(self) -> str:
        """The user who logs in."""
        return str(self.http.ask("GET", f"{API}/WhoAmI").get("UserId") or "")

    def record(self, kind: Kind, row: Row) -> Record:
        """The record of a row."""
        names = self.config.extra.get(kind, ())
        return record_of(self, kind, row, self.config.excess_digits, self._iso_codes, names)

    def _iso_codes(self) -> Mapping[str, str]:
        """The ISO code of each currency of the environment."""
        if self._currencies is None:
            found = self.http.ask("GET", f"{API}/transactioncurrencies", params={"$select": "isocurrencycode"})
            rows = map(Row, self.listed(found.get("value"), "currencies"))
            self._currencies = {row.need("transactioncurrencyid"): row.need("isocurrencycode") for row in rows}
        return self._currencies

    def mark(self, kind: Kind, row: Mapping[str, Any]) -> tuple[datetime, str]:
        """When it was changed, and its id."""
        try:
            return datetime.fromisoformat(row["modifiedon"]).astimezone(UTC), str(row[TABLES[kind].key])
        except (KeyError, TypeError, ValueError):
            raise AdapterError(f"a row of {kind} has no id or no modifiedon", source=self.source) from None

    def fetch(
        self, kind: Kind, since: Cursor | None, *, until: datetime, overlap: timedelta, page_size: int
    ) -> Iterator[Batch]:
        """The difference from the cursor; what changed after `until` is kept in the cursor for the next reading."""
        try:
            yield from super().fetch(kind, since, until=until, overlap=overlap, page_size=page_size)
        except TooOldError as error:
            raise InvalidValueError(str(error), where="dataverse", fix="restart the reading") from None

    def pages(self, kind: Kind, since: Any, *, until: datetime | None, overlap: timedelta, size: int) -> Iterator[Page]:
        """The rows since a cursor, as `changes` says they are found."""
        self._currencies = None
        tracked = self.config.changes == "tracked"
        if since is not None and tracked is not ("link" in since):
            problem = f"the cursor was made while changes were not {self.config.changes}"
            raise InvalidValueError(problem, where="dataverse", fix="restart the reading")
        return self._tracked(kind, since, until, size) if tracked else self._modified(kind, since, until, overlap, size)

    def _tracked(self, kind: Kind, since: Any, until: datetime | None, size: int) -> Iterator[Page]:
        """The rows that a former reading had to leave, then those of the difference."""
        late: list[str] = []
        link: str | None = None
        if since is not None:
            link = since["link"]
            left = self._by_ids(kind, since["late"])
            for start in range(0, len(left), size):
                rows, after = self._until(kind, left[start : start + size], until)
                late += after
                yield Page(rows=rows)
        seen: set[str] = set()
        reply = self._asked(kind, link, size)
        while True:
            table = TABLES[kind]
            found = self.listed(reply.get("value"), table.entities)
            gone = [row for row in found if str(row.get("@odata.context", "")).endswith("/$deletedEntity")]
            rows, after = self._until(kind, [row for row in found if row not in gone], until)
            late += after
            following, delta = reply.get("@odata.nextLink"), reply.get("@odata.deltaLink")
            link = following or delta
            if link is None:
                problem = (
                    f"{table.entities} are not tracked: turn change tracking on for the table, or set changes: modified"
                )
                raise AdapterError(problem, source=self.source)
            if not isinstance(link, str) or link in seen:
                raise AdapterError(f"the pages of {kind} repeat rows", source=self.source)
            seen.add(link)
            lost = [tombstone(kind, Ref(self.source, kind, Row(row).need("id"))) for row in gone]
            yield Page(rows=rows, gone=lost, cursor={"link": link, "late": late})
            if not following:
                return
            reply = self._asked(kind, link, size)

    def _modified(
        self, kind: Kind, since: Any, until: datetime | None, overlap: timedelta, size: int
    ) -> Iterator[Page]:
        """The rows modified from the cursor on, by rising time.

        The next page is asked for anew, from the last time of the one before: a link to it may count rows, which move
        while they are read. A link is followed only within a time that has more rows than a page.
        """
        after = None if since is None else self.behind(datetime.fromisoformat(since["at"]), overlap)
        told: set[tuple[datetime, str]] = set()
        links: set[str] = set()
        link: str | None = None
        while True:
            reply = self._since(kind, after, until, size, link)
            found = [(self.mark(kind, row), row) for row in self.listed(reply.get("value"), TABLES[kind].entities)]
            marks = [mark for mark, _ in found]
            self.in_order(kind, marks)
            fresh = [each for each in found if each[0] not in told]
            for start in range(0, len(fresh), size):  # a server may send more than it was asked for
                part = fresh[start : start + size]
                yield Page(rows=[row for _, row in part], cursor={"at": part[-1][0][0].isoformat()})
            following = reply.get("@odata.nextLink")
            if not following:
                return
            if fresh and (after is None or marks[-1][0] > after):
                after, link = marks[-1][0], None
                told = {mark for mark in marks if mark[0] == after}
                continue
            if not isinstance(following, str) or following in links:
                raise AdapterError(f"the pages of {kind} repeat rows", source=self.source)
            links.add(following)
            told.update(marks)
            link = following

    def _since(self, kind: Kind, after: datetime | None, until: datetime | None, size: int, link: str | None) -> Reply:
        """A page of the rows modified within a window, by rising time; or the one that a link leads to."""
        headers = {"Prefer": f"odata.maxpagesize={size},{_ANNOTATIONS}"}
        if link is not None:
            return self.http.ask("GET", urljoin(f"{API}/", link), headers=headers)
        wanted = [f"modifiedon ge {_iso(after)}"] if after is not None else []
        wanted += [f"modifiedon le {_iso(until)}"] if until is not None else []
        params = {"$select": ",".join(self._columns(kind)), "$orderby": f"modifiedon,{TABLES[kind].key}"}
        if wanted:
            params["$filter"] = " and ".join(wanted)
        return self.http.ask("GET", f"{API}/{TABLES[kind].entities}", params=params, headers=headers)

    def _asked(self, kind: Kind, link: str | None, size: int) -> Reply:
        prefer = f"odata.track-changes,odata.maxpagesize={size},{_ANNOTATIONS}"
        params = None if link else {"$select": ",".join(self._columns(kind))}
        path = link or f"{API}/{TABLES[kind].entities}"
        return self.http.ask("GET", path, params=params, headers={"Prefer": prefer})

    def _columns(self, kind: Kind) -> tuple[str, ...]:
        names = (*COLUMNS[kind], *self.config.extra.get(kind, ()))
        strange = [name for name in names if not _NAME.fullmatch(name)]
        if strange:
            raise AdapterError(f"{strange[0]!r} is no name of a column", source=self.source)
        return names

    def _until(
        self, kind: Kind, rows: Sequence[Mapping[str, Any]], until: datetime | None
    ) -> tuple[list[Mapping[str, Any]], list[str]]:
        """The rows that changed up to `until`, and the ids of the later ones."""
        marked = [(self.mark(kind, row), row) for row in rows]
        if until is None:
            return [row for _, row in marked], []
        return [row for mark, row in marked if mark[0] <= until], [mark[1] for mark, _ in marked if mark[0] > until]

    def _by_ids(self, kind: Kind, ids: Sequence[str]) -> list[Mapping[str, Any]]:
        table = TABLES[kind]
        known = [each for each in ids if _GUID.fullmatch(each)]
        rows: list[Mapping[str, Any]] = []
        for start in range(0, len(known), IDS):
            wanted = " or ".join(f"{table.key} eq {each}" for each in known[start : start + IDS])
            params = {"$select": ",".join(self._columns(kind)), "$filter": wanted}
            path = f"{API}/{table.entities}"
            found = self.http.ask("GET", path, params=params, headers={"Prefer": _ANNOTATIONS})
            rows += self.listed(found.get("value"), table.entities)
        return rows

    def fetch_ids(self, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
        """The rows of these ids that exist."""
        made = [self.made(kind, row) for row in self._by_ids(kind, ids)]
        return tuple(each for each in made if isinstance(each, Record))

    def assign(self, ref: Ref, owner: str, current: Record) -> None:
        """Write the owner, unless somebody changed the row since."""
        table: Table = TABLES[ref.kind]
        path = f"{API}/{table.entities}({ref.external_id})"
        reply = self.http.ask("GET", path, params={"$select": "modifiedon"})
        row = Row(reply.data or {})
        if row.instant("modifiedon") != current.updated_at:
            raise Conflict(f"{ref} was changed at {row.text('modifiedon')}", source=self.source)
        headers = {"If-Match": row.need("@odata.etag")}
        self.http.ask("PATCH", path, json={"ownerid@odata.bind": f"/systemusers({owner})"}, headers=headers)

    def create(self, change: CreateTask | AddNote, marker: str) -> str:
        """Make a task or a note with its link to the record, by one request that is sent once."""
        path, headers = f"{API}/{set_of(change)}", {"Prefer": "return=representation"}
        made = self.http.ask("POST", path, json=row_of(change, marker), headers=headers, again=False)
        found = Row(made.data or {}).text(key_of(change))
        if found is None:
            raise Transient("the answer does not say what was made", source=self.source)
        return found

    def find_created(self, change: CreateTask | AddNote, marker: str) -> str | None:
        """The task or note of the record whose text has the marker."""
        if not _GUID.fullmatch(change.ref.external_id):
            return None
        reply = self.http.ask("GET", f"{API}/{set_of(change)}", params=query_of(change, marker))
        rows = self.listed(reply.get("value"), set_of(change))
        return next((Row(row).need(key_of(change)) for row in rows), None)

    def schema(self) -> Schema:
        """The columns of each table, and the currencies of the environment."""
        fields: dict[Kind, tuple[Field, ...]] = {}
        for kind, table in TABLES.items():
            path = f"{API}/EntityDefinitions(LogicalName='{table.name}')/Attributes"
            params = {"$select": "LogicalName,AttributeType,IsCustomAttribute"}
            found = self.http.ask("GET", path, params=params)
            rows = map(Row, self.listed(found.get("value"), "columns"))
            fields[kind] = tuple(
                Field(
                    name=row.need("LogicalName"),
                    type=row.text("AttributeType") or "String",
                    custom=row.flag("IsCustomAttribute"),
                )
                for row in rows
            )
        return Schema(fields=fields, currencies=tuple(sorted(set(self._iso_codes().values()))))
