"""The adapter: what it can do, and how it reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from typing import Any, ClassVar

import attrs

from salesteam.crm import (
    AddNote,
    Capability,
    CreateTask,
    Field,
    Kind,
    Record,
    Ref,
    Schema,
    StageChange,
    Verified,
)
from salesteam.crm.http import Client, Login, Page, Reply, RestAdapter, Row
from salesteam.errors import AdapterError, AuthExpired, QuotaExhausted, RateLimited, Rejected, Transient
from salesteam_salesforce import _config
from salesteam_salesforce._bulk import Jobs, begun_of, is_broken
from salesteam_salesforce._login import session
from salesteam_salesforce._objects import BULK, FIELDS, MONEY, OBJECTS, OWNED, SPLITS
from salesteam_salesforce._records import note_of, record_of
from salesteam_salesforce._writes import NOTE, NOTES, find_note, find_task, note, task

__all__ = ["SalesforceAdapter"]

PAGE, PIECE = 2000, 50_000
IDS = 200
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_CROWDED = "REQUEST_LIMIT_EXCEEDED: Concurrent"
"""Too many requests of the org run just now; the allowance of the day is not used up."""
_ERRORS: Mapping[str, type[AdapterError]] = {
    "REQUEST_LIMIT_EXCEEDED": QuotaExhausted,
    "INVALID_SESSION_ID": AuthExpired,
    "UNABLE_TO_LOCK_ROW": Transient,
    "SERVER_UNAVAILABLE": Transient,
    "QUERY_TIMEOUT": Transient,
}


class SalesforceAdapter(RestAdapter):
    """Reads a Salesforce org by queries in the order of (SystemModstamp, Id), or by jobs of the Bulk API 2.0.

    Parameters
    ----------
    config : Config
        The settings.
    source : str
        The name of this source.
    now : callable, optional
        The clock of this machine, by which tokens are signed; tests give their own.
    options
        As in `salesteam.crm.http.RestAdapter`.

    Examples
    --------
    >>> from salesteam.crm import Secret
    >>> key, secret = Secret("env:SF_ID"), Secret("env:SF_SECRET")
    >>> config = SalesforceAdapter.Config(base="https://acme.my.salesforce.com", client_id=key, client_secret=secret,
    ...                                   excess_digits="reject", daily_share="0.5", currency="CNY")
    >>> SalesforceAdapter(config, source="sf").capabilities()["deal"].deletes
    'tombstone'
    """

    name: ClassVar[str] = "salesforce"
    Config: ClassVar[type] = _config.Config
    verified: ClassVar[Verified] = Verified(label="fake", against="our own fake of the REST API and its queries")

    config: _config.Config
    _user: str = ""

    def __init__(
        self,
        config: _config.Config,
        *,
        source: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        **options: Any,
    ) -> None:
        super().__init__(config, source=source, **options)
        self.now = now

    def capabilities(self) -> Mapping[Kind, Capability]:
        """Everything by cursor; what was deleted is told for 15 days."""
        moving = Capability(
            incremental="cursor",
            deletes="tombstone",
            resolution=timedelta(seconds=1),
            overlap=timedelta(minutes=10),
            by_id=True,
            server_clock=True,
            max_page=PAGE,
        )
        noted = attrs.evolve(moving, writes=("AddNote", "CreateTask"))
        owned = attrs.evolve(noted, lock="native", writes=("AddNote", "AssignOwner", "CreateTask"))
        kinds = {kind: owned if kind in OWNED else moving for kind in OBJECTS}
        kinds |= {
            "contact": noted,
            "user": attrs.evolve(moving, deletes="none"),
            "stage": attrs.evolve(moving, deletes="sweep"),
            "deal": attrs.evolve(owned, history="native"),
        }
        return {kind: attrs.evolve(can, max_page=PIECE) if self._by_jobs(kind) else can for kind, can in kinds.items()}

    def connect(self) -> Client:
        """A client that logs in as the settings say."""
        return Client(
            self.config.base,
            source=self.source,
            login=self._log_in,
            classify=self._classify,
            wait=self.wait,
            clock=self.clock,
            timeout=self.timeout,
            ca=self.config.ca,
        )

    def _log_in(self, client: Client) -> Login:
        reply = session(client, self.config, self.now)
        token, base = reply.get("access_token"), reply.get("instance_url")
        if not isinstance(token, str) or not isinstance(base, str):
            raise AdapterError("the login gave no token", source=self.source)
        client.keep(token)
        self._user = str(reply.get("id") or "")
        return Login(headers={"Authorization": f"Bearer {token}"}, base=base)

    def _classify(self, reply: Reply) -> AdapterError | None:
        if reply.status < 300 and is_broken(reply):
            return Transient("the answer holds other rows than its head says", source=self.source)
        try:
            data = reply.data if reply.status >= 400 else None
        except ValueError:
            data = None
        known = self._known(data)
        if known is not None:
            return known
        usage = re.search(r"api-usage=(\d+)/(\d+)", reply.headers.get("sforce-limit-info", ""))
        return self.spared(usage[1], usage[2], self.config.daily_share) if usage else None

    def _known(self, data: Any) -> AdapterError | None:
        """The first error of an answer whose code says what to do."""
        for error in data if isinstance(data, list) else []:
            code = str(Row(error).get("errorCode")) if isinstance(error, dict) else ""
            if code in _ERRORS:
                told = self.http.hide(f"{code}: {error.get('message', '')}")[:300]
                known = RateLimited if _CROWDED in told else _ERRORS[code]
                if known is Transient:  # it was turned away, and nothing was done
                    return Transient(told, source=self.source, arrived=False)
                return known(told, source=self.source)
        return None

    @property
    def _path(self) -> str:
        return f"services/data/v{self.config.version}"

    def scope(self) -> str:
        """The user who logs in."""
        self.ping()
        return self._user

    def ping(self) -> None:
        """The resources of the API."""
        self.http.ask("GET", f"{self._path}/")

    def record(self, kind: Kind, row: Row) -> Record:
        """The record of an object."""
        return record_of(self, kind, row, self.config)

    def mark(self, kind: Kind, row: Mapping[str, Any]) -> tuple[datetime, str]:
        """When the system changed it, and its id."""
        try:
            return datetime.fromisoformat(row["SystemModstamp"]).astimezone(UTC), str(row["Id"])
        except (KeyError, TypeError, ValueError):
            raise AdapterError(f"a row of {kind} has no Id or no SystemModstamp", source=self.source) from None

    def key(self, kind: Kind, data: Mapping[str, Any]) -> str | None:
        """Deals name their stage by its API name, so that is the id of a stage."""
        return Row(data).text("ApiName" if kind == "stage" else "Id")

    def pages(self, kind: Kind, since: Any, *, until: datetime | None, overlap: timedelta, size: int) -> Iterator[Page]:
        """By queries or by jobs; each takes the cursors of the other."""
        if not self._by_jobs(kind):
            begun = begun_of(since)
            cursor = None if begun is None else {"at": begun}
            return super().pages(kind, cursor, until=until, overlap=overlap, size=size)
        select = self._select(kind)

        def changed(begun: str | None) -> str:
            after = None if begun is None else self.behind(datetime.fromisoformat(begun), overlap)
            return select + _where(_window(after, until))

        return Jobs(
            http=self.http,
            source=self.source,
            kind=kind,
            path=f"{self._path}/jobs/query",
            query=blake2b(select.encode(), digest_size=8).hexdigest(),
            names=self._names(kind),
            select=changed,
            mark=lambda row: self.mark(kind, row),
            size=size,
        ).pages(since)

    def _by_jobs(self, kind: Kind) -> bool:
        """Whether a kind is read by jobs; these take no query within a query, as splits need."""
        return self.config.read == "bulk" and kind in BULK and not (kind == "deal" and self.config.splits)

    def probe(self, kind: Kind) -> None:
        """One row by a query, whichever way it is read."""
        self.page(kind, None, None, None, 1)

    def page(
        self,
        kind: Kind,
        after: datetime | None,
        last: tuple[datetime, str] | None,
        until: datetime | None,
        size: int,
    ) -> Sequence[Mapping[str, Any]]:
        """One query of a page, deleted rows among them; however many answers Salesforce makes of it."""
        wanted = _window(None if last is not None else after, until)
        if last is not None:
            at, key = _soql(last[0]), last[1]
            wanted.insert(0, f"(SystemModstamp > {at} OR (SystemModstamp = {at} AND Id > '{key}'))")
        return self._query(f"{self._select(kind)}{_where(wanted)} ORDER BY SystemModstamp ASC, Id ASC LIMIT {size}")

    def _names(self, kind: Kind) -> tuple[str, ...]:
        names = [*FIELDS[kind], *self.config.extra.get(kind, ())]
        if kind in MONEY and self.config.currency is None:
            names.append("CurrencyIsoCode")
        strange = [name for name in names if not _NAME.fullmatch(name)]
        if strange:
            raise AdapterError(f"{strange[0]!r} is no name of a field", source=self.source)
        return tuple(dict.fromkeys(names))

    def _select(self, kind: Kind) -> str:
        names = self._names(kind)
        if kind == "deal" and self.config.splits:
            names += (SPLITS,)
        return f"SELECT {', '.join(names)} FROM {OBJECTS[kind]}"  # noqa: S608 -- names are checked above

    def _query(self, soql: str, verb: str = "queryAll") -> list[Mapping[str, Any]]:
        reply = self.http.ask("GET", f"{self._path}/{verb}", params={"q": soql})
        rows = self.listed(reply.get("records"), "records")
        seen = {""}
        while reply.get("done") is not True:
            following = str(reply.get("nextRecordsUrl") or "")
            if following in seen:
                raise AdapterError("the pages of a query repeat rows, or end too early", source=self.source)
            seen.add(following)
            reply = self.http.ask("GET", following)
            rows = rows + self.listed(reply.get("records"), "records")
        return rows

    def fetch_ids(self, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
        """The objects of these ids that exist; a stage by its API name, and notes among the activities."""
        known = [each for each in ids if (_NAME if kind == "stage" else _ID).fullmatch(each)]
        field = "ApiName" if kind == "stage" else "Id"
        notes = [each for each in known if kind == "activity" and each.startswith(NOTE)]
        others = [each for each in known if each not in notes]
        rows = self._among(f"{self._select(kind)} WHERE {field} IN ({{}})", others)
        found = [each for each in (self.made(kind, row) for row in rows) if isinstance(each, Record)]
        return (*found, *(note_of(self, Row(row)) for row in self._among(NOTES, notes)))

    def _among(self, soql: str, ids: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """The rows of a query of ids, some at a time."""
        for start in range(0, len(ids), IDS):
            yield from self._query(soql.format(", ".join(f"'{each}'" for each in ids[start : start + IDS])))

    def history(self, kind: Kind, ids: Sequence[str]) -> Iterator[Record]:
        """The stage changes of deals, as Salesforce keeps them."""
        if kind != "deal":
            yield from super().history(kind, ids)
        known = [each for each in ids if _ID.fullmatch(each)]
        fields = "Id, OpportunityId, StageName, CreatedDate, CreatedById"
        for start in range(0, len(known), IDS):
            listed = ", ".join(f"'{each}'" for each in known[start : start + IDS])
            former: dict[str, Ref] = {}
            order = "ORDER BY OpportunityId ASC, CreatedDate ASC, Id ASC"
            where = f"WHERE OpportunityId IN ({listed})"
            soql = f"SELECT {fields} FROM OpportunityHistory {where} {order}"  # noqa: S608 -- ids are checked above
            for row in map(Row, self._query(soql)):
                deal, stage = row.need("OpportunityId"), self.ref("stage", row.text("StageName"))
                if stage is None or former.get(deal) == stage:
                    continue
                yield StageChange(
                    ref=Ref(self.source, "stage_change", row.need("Id")),
                    deal=Ref(self.source, "deal", deal),
                    from_=former.get(deal),
                    to=stage,
                    at=row.instant("CreatedDate"),
                    by=self.ref("user", row.text("CreatedById")),
                    evidence="native",
                )
                former[deal] = stage

    def assign(self, ref: Ref, owner: str, current: Record) -> None:
        """Write the owner, unless somebody changed the record since."""
        assert current.updated_at is not None
        path = f"{self._path}/sobjects/{OBJECTS[ref.kind]}/{ref.external_id}"
        seen = format_datetime(current.updated_at.replace(microsecond=0), usegmt=True)
        self.http.ask("PATCH", path, json={"OwnerId": owner}, headers={"If-Unmodified-Since": seen})

    def create(self, change: CreateTask | AddNote, marker: str) -> str:
        """Make a task, or a note together with its place at the record, by one request that is sent once."""
        if isinstance(change, CreateTask):
            fields = task(change, marker, self.config.zone)
            reply = self.http.ask("POST", f"{self._path}/sobjects/Task", json=fields, again=False)
            return self._made(reply.data)
        reply = self.http.ask("POST", f"{self._path}/composite", json=note(change, marker, self._path), again=False)
        parts = self.listed(reply.get("compositeResponse"), "parts")
        for part in parts:
            errors = part.get("body")
            if isinstance(errors, list):  # the answer is a good one, and says that nothing was done
                halted = [each for each in errors if each.get("errorCode") != "PROCESSING_HALTED"]
                if halted:
                    raise self._known(halted) or Rejected(self.http.hide(str(halted))[:300], source=self.source)
        return self._made(parts[0].get("body") if parts else None)

    def _made(self, data: Any) -> str:
        found = Row(data).text("id") if isinstance(data, dict) and data.get("success") is True else None
        if found is None:
            raise Transient("the answer does not say what was made", source=self.source)
        return found

    def find_created(self, change: CreateTask | AddNote, marker: str) -> str | None:
        """The task of the record whose subject has the marker, or the note whose title has it."""
        if not _ID.fullmatch(change.ref.external_id):
            return None
        if isinstance(change, CreateTask):
            found = [row["Id"] for row in self._query(find_task(change, marker), "query")]
        else:
            rows = map(Row, self._query(find_note(change), "query"))
            found = [
                row.need("ContentDocumentId") for row in rows if marker in (row.text("ContentDocument.Title") or "")
            ]
        return next(iter(found), None)

    def schema(self) -> Schema:
        """The fields of each object with their options."""
        fields: dict[Kind, tuple[Field, ...]] = {}
        for kind, name in OBJECTS.items():
            found = self.http.ask("GET", f"{self._path}/sobjects/{name}/describe")
            fields[kind] = tuple(_field(Row(each)) for each in self.listed(found.get("fields"), "fields"))
        return Schema(fields=fields, currencies=(self.config.currency,) if self.config.currency else ())


def _field(row: Row) -> Field:
    options = tuple(str(each.get("value")) for each in row.get("picklistValues") or ())
    return Field(name=row.need("name"), type=row.text("type") or "string", options=options, custom=row.flag("custom"))


def _soql(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _window(after: datetime | None, until: datetime | None) -> list[str]:
    """What must hold of a row that changed in a window of time."""
    bounds = ((">=", after), ("<=", until))
    return [f"SystemModstamp {sign} {_soql(at)}" for sign, at in bounds if at is not None]


def _where(wanted: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(wanted)}" if wanted else ""
