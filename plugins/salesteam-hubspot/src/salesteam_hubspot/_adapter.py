"""The adapter: what it can do, and how it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import attrs

from salesteam.crm import AddNote, Capability, CreateTask, Field, Kind, Record, Ref, Schema, StageChange, Verified
from salesteam.crm.http import Client, Limit, Login, Page, Reply, Row, WindowAdapter
from salesteam.errors import AdapterError, QuotaExhausted, Rejected, Transient
from salesteam_hubspot import _config
from salesteam_hubspot._objects import MERGED, OBJECTS, PRODUCT, PROPERTIES, changed_property
from salesteam_hubspot._records import Account, record_of, stage_kinds
from salesteam_hubspot._writes import BODIES, body_of, name_of

__all__ = ["HubSpotAdapter"]

VERSION = "2026-09"
PAGE = 200
BATCH = 100
HISTORY_BATCH = 50
LINKED: Mapping[Kind, str] = {"deal": "companies", "deal_line": "deals"}


class HubSpotAdapter(WindowAdapter):
    """Reads a HubSpot account by the search for what changed.

    Examples
    --------
    >>> from salesteam.crm import Secret
    >>> config = HubSpotAdapter.Config(token=Secret("env:HUBSPOT_TOKEN"), excess_digits="reject", daily_share="0.5")
    >>> HubSpotAdapter(config, source="hub").capabilities()["deal"].history
    'native'
    """

    name: ClassVar[str] = "hubspot"
    Config: ClassVar[type] = _config.Config
    verified: ClassVar[Verified] = Verified(
        label="contract", against=f"our own OpenAPI file of the API {VERSION}, held by Prism 5.16.0"
    )

    config: _config.Config
    _account: Account | None = None
    _whole: str = ""

    def capabilities(self) -> Mapping[Kind, Capability]:
        """Objects by cursor, with a sweep for what was deleted; owners and pipelines in full."""
        full = Capability(incremental="full", deletes="sweep", server_clock=True, max_page=PAGE)
        moving = Capability(
            incremental="cursor",
            deletes="sweep",
            resolution=timedelta(milliseconds=1),
            overlap=timedelta(minutes=10),
            by_id=True,
            server_clock=True,
            max_page=PAGE,
        )
        kinds: dict[Kind, Capability] = {
            "user": full,
            **dict.fromkeys(OBJECTS, moving),
            "pipeline": full,
            "stage": full,
        }
        owned = attrs.evolve(moving, lock="compare", writes=("AddNote", "AssignOwner", "CreateTask"))
        noted = attrs.evolve(moving, writes=("AddNote", "CreateTask"))
        return {**kinds, "account": owned, "contact": noted, "deal": attrs.evolve(owned, history="native")}

    def connect(self) -> Client:
        """A client with the limits of the search and of a private app."""
        return Client(
            self.config.base,
            source=self.source,
            login=self._log_in,
            classify=self._classify,
            limits=(Limit(5, 1), Limit(190, 10)),
            wait=self.wait,
            clock=self.clock,
            timeout=self.timeout,
            ca=self.config.ca,
        )

    def _log_in(self, client: Client) -> Login:
        token = self.config.token.reveal()
        client.keep(token)
        return Login(headers={"Authorization": f"Bearer {token}"})

    def _classify(self, reply: Reply) -> AdapterError | None:
        told = self.http.hide(str(reply.get("message") or ""))[:300]
        if reply.status == 429 and reply.get("policyName") == "DAILY":
            return QuotaExhausted(f"the allowance of the day is used up: {told}", source=self.source)
        if reply.status == 200 and reply.get("status") == "error":
            return Rejected(f"an error in a good answer: {told}", source=self.source)
        whole, left = (reply.headers.get(f"x-hubspot-ratelimit-daily{end}", "") for end in ("", "-remaining"))
        used = int(whole) - int(left) if whole.isdigit() and left.isdigit() else ""
        return self.spared(used, whole, self.config.daily_share)

    @property
    def account(self) -> Account:
        """Zone and currency of the account, and its stages; asked once."""
        if self._account is None:
            details = self.http.ask("GET", f"account-info/{VERSION}/details")
            zone, currency = details.get("timeZone"), details.get("companyCurrency")
            if not isinstance(zone, str):
                raise AdapterError("the account does not tell its time zone", source=self.source)
            self._account = Account(
                zone=ZoneInfo(zone),
                currency=self.config.currency or currency,
                currencies=tuple(dict.fromkeys([currency, *(details.get("additionalCurrencies") or [])])),
                stages=stage_kinds(self._pipelines()),
            )
        return self._account

    def row(self, data: Mapping[str, Any]) -> Row:
        """A row with the zone of the account."""
        return Row(data, zone=self.account.zone)

    def record(self, kind: Kind, row: Row) -> Record:
        """The record of an object, owner, pipeline or stage."""
        extra = {name: row.get(f"properties.{name}") for name in self.config.extra.get(kind, ())}
        return record_of(self, kind, row, self.account, self.config.excess_digits, extra)

    def mark(self, kind: Kind, row: Mapping[str, Any]) -> tuple[datetime, str]:
        """When it was changed, and its id."""
        try:
            return datetime.fromisoformat(row["updatedAt"]).astimezone(UTC), str(row["id"])
        except (KeyError, TypeError, ValueError):
            raise AdapterError(f"a row of {kind} has no id or no time of change", source=self.source) from None

    def pages(self, kind: Kind, since: Any, *, until: datetime | None, overlap: timedelta, size: int) -> Iterator[Page]:
        """Pages of objects by what changed, in the order of ids; all of what is always read in full."""
        self._account = None  # stages and zone as they are now
        if kind not in OBJECTS:
            yield from self._full(kind, size)
            return
        yield from super().pages(kind, since, until=until, overlap=overlap, size=size)

    def search(
        self, kind: Kind, after: datetime | None, until: datetime | None, last: str | None, size: int
    ) -> list[Mapping[str, Any]]:
        """The first page of a search for greater ids; its limit of 10,000 results is never met."""
        changed = changed_property(kind)
        filters = [{"propertyName": "hs_object_id", "operator": "GT", "value": last or "0"}]
        if after is not None:
            filters.append({"propertyName": changed, "operator": "GTE", "value": _ms(after)})
        if until is not None:
            filters.append({"propertyName": changed, "operator": "LTE", "value": _ms(until)})
        found = self.http.ask(
            "POST",
            f"crm/objects/{VERSION}/{OBJECTS[kind]}/search",
            json={
                "filterGroups": [{"filters": filters}],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": self._properties(kind),
                "limit": size,
            },
        )
        return self.listed(found.get("results"), OBJECTS[kind])

    def _properties(self, kind: Kind) -> list[str]:
        return [*PROPERTIES[kind], changed_property(kind), *self.config.extra.get(kind, ())]

    def found(self, kind: Kind, rows: Sequence[Mapping[str, Any]], cursor: Any) -> Page:
        """A page with what its rows belong to, and with redirects from what was merged into them."""
        rows = self._whole_rows(kind, rows)
        return Page(rows=rows, cursor=cursor, gone=[lost for row in rows for lost in self._merged(kind, row)])

    def _whole_rows(self, kind: Kind, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """The rows with what they belong to: the company of a deal, the deal of a line item.

        A line item of no deal, as a quote has of its own, or of no product is none of a deal.
        """
        if kind == "deal_line":
            rows = [row for row in self._linked(kind, rows) if Row(row).text(f"properties.{PRODUCT}")]
            return [row for row in rows if row["links"]]
        return self._linked(kind, rows) if kind in LINKED else rows

    def _linked(self, kind: Kind, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        links: dict[str, list[Any]] = {}
        for start in range(0, len(rows), BATCH):
            ids = [{"id": str(row["id"])} for row in rows[start : start + BATCH]]
            path = f"crm/associations/{VERSION}/{OBJECTS[kind]}/{LINKED[kind]}/batch/read"
            for each in self._read(path, {"inputs": ids}):
                links[str(Row(each).need("from.id"))] = self.listed(each.get("to"), "associations")
        return [{**row, "links": links.get(str(row["id"]), [])} for row in rows]

    def _read(self, path: str, body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """What a batch reads; that something is not there, or linked to nothing, is an error in a good answer."""
        found = self.http.ask("POST", path, json=body)
        errors = [each for each in found.get("errors") or () if Row(each).text("category") != "OBJECT_NOT_FOUND"]
        if errors:
            told = self.http.hide(str(Row(errors[0]).get("message") or errors[0]))[:300]
            raise Rejected(f"a part of {path} was not answered: {told}", source=self.source)
        return self.listed(found.get("results"), path)

    def _merged(self, kind: Kind, row: Mapping[str, Any]) -> list[Record]:
        """Redirects from the ids that were merged into this one."""
        ids = Row(row).text(f"properties.{MERGED}")
        made = self.made(kind, row) if ids else None
        if not isinstance(made, Record):
            return []
        return [
            attrs.evolve(made, ref=Ref(self.source, kind, lost), merged_into=made.ref, deleted=True, extra={})
            for lost in str(ids).split(";")
            if lost.strip()
        ]

    def _full(self, kind: Kind, size: int) -> Iterator[Page]:
        """Owners, active and not; pipelines and stages."""
        if kind == "user":
            rows = [
                {**row, "active": not archived}
                for archived in (False, True)
                for row in self._listing(f"crm/owners/{VERSION}", size, {"archived": str(archived).lower()})
            ]
        else:
            rows = [dict(pipeline) for pipeline in self._pipelines()]
            if kind == "stage":
                rows = [{**stage, "pipeline": row["id"]} for row in rows for stage in row["stages"]]
        for start in range(0, len(rows), size):
            yield Page(rows=rows[start : start + size])

    def ping(self) -> None:
        """The details of the account."""
        self.http.ask("GET", f"account-info/{VERSION}/details")

    def assign(self, ref: Ref, owner: str, current: Record) -> None:
        """Write the owner; writing it twice does no harm."""
        del current
        path = f"crm/objects/{VERSION}/{OBJECTS[ref.kind]}/{ref.external_id}"
        self.http.ask("PATCH", path, json={"properties": {"hubspot_owner_id": owner}})

    def create(self, change: CreateTask | AddNote, marker: str) -> str:
        """Make a task or a note together with its link to the record, by one request that is sent once."""
        now = self.server_time() or datetime.now(UTC)
        path = f"crm/objects/{VERSION}/{name_of(change)}"
        made = self.http.ask("POST", path, json=body_of(change, marker, now), again=False)
        found = Row(made.data or {}).text("id")
        if found is None:
            raise Transient("the answer does not say what was made", source=self.source)
        return found

    def find_created(self, change: CreateTask | AddNote, marker: str) -> str | None:
        """The task or note of the record whose text has the marker; by its links, as the search lags behind."""
        name, record = name_of(change), change.ref.external_id
        if not record.isdigit():
            return None
        asked: dict[str, str] = {"id": record}
        while True:
            path = f"crm/associations/{VERSION}/{OBJECTS[change.ref.kind]}/{name}/batch/read"
            rows = self._read(path, {"inputs": [asked]})
            ids = [str(each["toObjectId"]) for row in rows for each in self.listed(row.get("to"), "associations")]
            for start in range(0, len(ids), BATCH):
                inputs = [{"id": each} for each in ids[start : start + BATCH]]
                body = {"inputs": inputs, "properties": [BODIES[name]]}
                for row in map(Row, self._read(f"crm/objects/{VERSION}/{name}/batch/read", body)):
                    if marker in (row.text(f"properties.{BODIES[name]}") or ""):
                        return row.need("id")
            after = next((text for row in rows if (text := Row(row).text("paging.next.after"))), None)
            if after is None or after == asked.get("after"):
                return None
            asked["after"] = after

    def _pipelines(self) -> list[Mapping[str, Any]]:
        found = self.http.ask("GET", f"crm/pipelines/{VERSION}/deals")
        pipelines = self.listed(found.get("results"), "pipelines")
        for pipeline in pipelines:
            self.listed(pipeline.get("stages"), "stages")
        return pipelines

    def _listing(self, path: str, size: int, params: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """All rows of a list that is read from page to page."""
        seen: set[str] = set()
        after: str | None = None
        while True:
            sent = {**params, "limit": str(size), **({"after": after} if after else {})}
            found = self.http.ask("GET", path, params=sent)
            rows = self.listed(found.get("results"), path)
            for row in rows:
                if str(row.get("id")) in seen:
                    raise AdapterError(f"the pages of {path} repeat rows", source=self.source)
                seen.add(str(row.get("id")))
            yield from rows
            after = Row(found.data).text("paging.next.after")
            if after is None:
                return

    def list_ids(self, kind: Kind) -> Iterator[str]:
        """The ids of all that is not deleted; the list does not lag behind as the search does."""
        if kind not in OBJECTS:
            yield from super().list_ids(kind)
            return
        lines = kind == "deal_line"
        params = {"properties": PRODUCT if lines else "hs_object_id", "archived": "false"}
        listed = self._listing(f"crm/objects/{VERSION}/{OBJECTS[kind]}", BATCH, params)
        while rows := list(islice(listed, BATCH)):
            for row in self._whole_rows(kind, rows) if lines else rows:
                yield self.mark(kind, row)[1]

    def fetch_ids(self, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
        """The objects of these ids that exist."""
        if kind not in OBJECTS:
            return super().fetch_ids(kind, ids)
        rows = self._batches(kind, ids, BATCH, {"properties": self._properties(kind)})
        made = [self.made(kind, row) for row in self._whole_rows(kind, rows)]
        return tuple(each for each in made if isinstance(each, Record))

    def _batches(self, kind: Kind, ids: Sequence[str], size: int, what: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Objects by id; those that do not exist are left out by the server."""
        known = [each for each in ids if each.isdigit()]
        rows: list[Mapping[str, Any]] = []
        for start in range(0, len(known), size):
            inputs = [{"id": each} for each in known[start : start + size]]
            path = f"crm/objects/{VERSION}/{OBJECTS[kind]}/batch/read"
            rows += self._read(path, {"inputs": inputs, **what})
        return rows

    def history(self, kind: Kind, ids: Sequence[str]) -> Iterator[Record]:
        """The stage changes of deals, as HubSpot keeps them."""
        if kind != "deal":
            yield from super().history(kind, ids)
        wanted = {"properties": ["dealstage"], "propertiesWithHistory": ["dealstage"]}
        for deal in self._batches("deal", ids, HISTORY_BATCH, wanted):
            former: Ref | None = None
            versions = self.listed((deal.get("propertiesWithHistory") or {}).get("dealstage"), "stages")
            for version in sorted(map(Row, versions), key=lambda row: row.need("timestamp")):
                stage, at = self.ref("stage", version.text("value")), version.instant("timestamp")
                if stage is None or at is None or stage == former:
                    continue
                key = f"{deal['id']}/{_ms(at)}"
                yield StageChange(
                    ref=Ref(self.source, "stage_change", key),
                    deal=Ref(self.source, "deal", str(deal["id"])),
                    from_=former,
                    to=stage,
                    at=at,
                    evidence="native",
                )
                former = stage

    def schema(self) -> Schema:
        """The properties of each object with their options, and the currencies of the account."""
        fields: dict[Kind, tuple[Field, ...]] = {}
        for kind, name in OBJECTS.items():
            found = self.http.ask("GET", f"crm/properties/{VERSION}/{name}")
            fields[kind] = tuple(_field(Row(each)) for each in self.listed(found.get("results"), "properties"))
        fixed: Mapping[Kind, str] = {
            "user": "id email firstName lastName archived",
            "pipeline": "id label displayOrder",
            "stage": "id label displayOrder metadata",
        }
        fields |= {
            kind: tuple(Field(name=name, type="text") for name in names.split()) for kind, names in fixed.items()
        }
        return Schema(fields=fields, currencies=tuple(code for code in self.account.currencies if code))


def _field(row: Row) -> Field:
    options = tuple(str(each.get("value")) for each in row.get("options") or ())
    custom = row.get("hubspotDefined") is False
    return Field(name=row.need("name"), type=row.text("type") or "string", options=options, custom=custom)


def _ms(at: datetime) -> str:
    return str(int(at.timestamp()) * 1000 + at.microsecond // 1000)
