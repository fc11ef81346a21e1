"""The adapter: what it can do, and how it reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from typing import Any, ClassVar

import attrs

from salesteam.crm import Capability, Field, Kind, Record, Ref, Schema, StageChange, Verified
from salesteam.crm.http import Client, Login, Page, Reply, RestAdapter, Row
from salesteam.errors import AdapterError, AuthExpired, QuotaExhausted, Transient
from salesteam_salesforce import _config
from salesteam_salesforce._bulk import Jobs, begun_of, is_broken
from salesteam_salesforce._login import session
from salesteam_salesforce._objects import BULK, FIELDS, MONEY, OBJECTS, OWNED, SPLITS
from salesteam_salesforce._records import record_of

__all__ = ["SalesforceAdapter"]

PAGE, PIECE = 2000, 50_000
IDS = 200
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
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
        owned = attrs.evolve(moving, lock="native", writes=("AssignOwner",))
        kinds = {kind: owned if kind in OWNED else moving for kind in OBJECTS}
        kinds |= {
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
        for error in data if isinstance(data, list) else []:
            known = _ERRORS.get(str(Row(error).get("errorCode"))) if isinstance(error, dict) else None
            if known is not None:
                told = self.http.hide(f"{error['errorCode']}: {error.get('message', '')}")[:300]
                return known(told, source=self.source)
        usage = re.search(r"api-usage=(\d+)/(\d+)", reply.headers.get("sforce-limit-info", ""))
        return self.spared(usage[1], usage[2], self.config.daily_share) if usage else None

    def scope(self) -> str:
        """The user who logs in."""
        self.ping()
        return self._user

    def ping(self) -> None:
        """The resources of the API."""
        self.http.ask("GET", f"services/data/v{self.config.version}/")

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
            path=f"services/data/v{self.config.version}/jobs/query",
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

    def _query(self, soql: str) -> list[Mapping[str, Any]]:
        path = f"services/data/v{self.config.version}/queryAll"
        reply = self.http.ask("GET", path, params={"q": soql})
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
        """The objects of these ids that exist; a stage by its API name."""
        known = [each for each in ids if (_NAME if kind == "stage" else _ID).fullmatch(each)]
        field = "ApiName" if kind == "stage" else "Id"
        rows: list[Mapping[str, Any]] = []
        for start in range(0, len(known), IDS):
            listed = ", ".join(f"'{each}'" for each in known[start : start + IDS])
            rows += self._query(f"{self._select(kind)} WHERE {field} IN ({listed})")
        return tuple(each for each in (self.made(kind, row) for row in rows) if isinstance(each, Record))

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
            soql = f"SELECT {fields} FROM OpportunityHistory WHERE OpportunityId IN ({listed}) {order}"  # noqa: S608
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
        path = f"services/data/v{self.config.version}/sobjects/{OBJECTS[ref.kind]}/{ref.external_id}"
        seen = format_datetime(current.updated_at.replace(microsecond=0), usegmt=True)
        self.http.ask("PATCH", path, json={"OwnerId": owner}, headers={"If-Unmodified-Since": seen})

    def schema(self) -> Schema:
        """The fields of each object with their options."""
        fields: dict[Kind, tuple[Field, ...]] = {}
        for kind, name in OBJECTS.items():
            found = self.http.ask("GET", f"services/data/v{self.config.version}/sobjects/{name}/describe")
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
