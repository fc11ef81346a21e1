"""SAP Cloud for Customer: what it can do, how it reads, and what its rows become."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, ClassVar

from salesteam import crm
from salesteam.crm import Capability, Field, Kind, Record, Ref, Schema, Verified
from salesteam.crm.http import Client, Login, Reply, RestAdapter, Row, WindowAdapter
from salesteam.errors import AdapterError, Rejected
from salesteam_odata import _config

__all__ = ["FIELDS", "SETS", "SapAdapter"]

API = "sap/c4c/odata/v1/c4codataapi"
PAGE = 1000
SETS: Mapping[Kind, str] = {
    "account": "CorporateAccountCollection",
    "contact": "ContactCollection",
    "product": "ProductCollection",
    "deal": "OpportunityCollection",
}
KEYS: Mapping[Kind, str] = {"account": "AccountID", "contact": "ContactID", "product": "ProductID", "deal": "ID"}
"""The numbers by which objects name each other."""
_OWN: Mapping[Kind, str] = {
    "account": "Name CountryCode StateCode OwnerID WebSite",
    "contact": "Name JobTitle Email Phone Mobile AccountID",
    "product": "Description ProductCategoryID",
    "deal": "Name ProspectPartyID MainEmployeeResponsiblePartyID LifeCycleStatusCode SalesCyclePhaseCode "
    "ExpectedRevenueAmount ExpectedRevenueAmountCurrencyCode ProbabilityPercent ExpectedProcessingEndDate "
    "ProcessStatusValidSinceDate",
}
TIMES: Mapping[Kind, tuple[str, str]] = {
    **dict.fromkeys(SETS, ("CreatedOn", "ChangedOn")),
    "deal": ("CreationDateTime", "LastChangeDateTime"),
}
"""When a row was made, and when it was changed: documents name it otherwise than people, firms and goods."""
FIELDS: Mapping[Kind, tuple[str, ...]] = {
    kind: tuple(dict.fromkeys(("ObjectID", KEYS[kind], *TIMES[kind], *_OWN[kind].split()))) for kind in SETS
}
_STATES = {"1": "open", "2": "open", "3": "void", "4": "won", "5": "lost"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")


class SapAdapter(WindowAdapter):
    """Reads a tenant of SAP Cloud for Customer by windows of time and rising object ids.

    Examples
    --------
    >>> from salesteam.crm import Secret
    >>> config = SapAdapter.Config(base="https://my000000.crm.ondemand.com", user=Secret("env:A"),
    ...                            password=Secret("env:B"), excess_digits="reject")
    >>> SapAdapter(config, source="sap").capabilities()["deal"].deletes
    'sweep'
    """

    name: ClassVar[str] = "sap-c4c"
    Config: ClassVar[type] = _config.SapConfig
    verified: ClassVar[Verified] = Verified(label="contract", against="a real OData V2 server (SAP CAP 10.1.1)")

    config: _config.SapConfig

    def capabilities(self) -> Mapping[Kind, Capability]:
        """Everything by cursor; deletions by a sweep."""
        moving = Capability(
            incremental="cursor",
            deletes="sweep",
            resolution=timedelta(milliseconds=1),
            overlap=timedelta(minutes=10),
            server_clock=True,
            max_page=PAGE,
        )
        return dict.fromkeys(SETS, moving)

    def connect(self) -> Client:
        """A client that names user and password."""
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
        user, password = self.config.user.reveal(), self.config.password.reveal()
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        client.keep(user, password, pair)
        return Login(headers={"Authorization": f"Basic {pair}", "Accept": "application/json"})

    def _classify(self, reply: Reply) -> AdapterError | None:
        if reply.status == 200 and reply.get("error") is not None:
            told = self.http.hide(str(Row(reply.data).get("error.message.value")))[:300]
            return Rejected(f"an error in a good answer: {told}", source=self.source)
        return None

    def ping(self) -> None:
        """One id."""
        self._asked("account", {"$top": "1", "$select": "ObjectID"})

    def _asked(self, kind: Kind, params: Mapping[str, str]) -> list[Mapping[str, Any]]:
        reply = self.http.ask("GET", f"{API}/{SETS[kind]}", params={"$format": "json", **params})
        inner = reply.get("d")
        return self.listed(inner.get("results") if isinstance(inner, dict) else None, SETS[kind])

    def search(
        self, kind: Kind, after: datetime | None, until: datetime | None, last: str | None, size: int
    ) -> Sequence[Mapping[str, Any]]:
        """The first page of the window behind an object id; conditions of several properties are joined by and only."""
        names = (*FIELDS[kind], *self.config.extra.get(kind, ()))
        strange = [name for name in names if not _NAME.fullmatch(name)]
        if strange:
            raise AdapterError(f"{strange[0]!r} is no name of a property", source=self.source)
        wanted = []
        _, changed = TIMES[kind]
        if after is not None:
            wanted.append(f"{changed} ge datetimeoffset'{_iso(after)}'")
        if until is not None:
            wanted.append(f"{changed} le datetimeoffset'{_iso(until)}'")
        if last is not None:
            wanted.append(f"ObjectID gt '{last}'")
        params = {"$select": ",".join(names), "$orderby": "ObjectID", "$top": str(size)}
        if wanted:
            params["$filter"] = " and ".join(wanted)
        return self._asked(kind, params)

    def row(self, data: Mapping[str, Any]) -> Row:
        """A row whose times are milliseconds, and whose days are those of midnight in UTC."""
        return Row({name: _plain(value) for name, value in data.items()}, zone=UTC)

    def mark(self, kind: Kind, row: Mapping[str, Any]) -> tuple[datetime, str]:
        """When it was changed, and the id of the object."""
        _, changed = TIMES[kind]
        try:
            at, key = self.row(row).instant(changed), str(row["ObjectID"])
        except (KeyError, ValueError):
            at, key = None, ""
        if at is None or not key.isalnum():
            raise AdapterError(f"a row of {kind} has no ObjectID or no {changed}", source=self.source)
        return at, key

    def key(self, kind: Kind, data: Mapping[str, Any]) -> str | None:
        """The number by which others name it."""
        return Row(data).text(KEYS[kind])

    def record(self, kind: Kind, row: Row) -> Record:
        """The record of a row."""
        kept = {name: row.get(name) for name in self.config.extra.get(kind, ())}
        made, changed = TIMES[kind]
        common: dict[str, Any] = {
            "ref": Ref(self.source, kind, row.need(KEYS[kind])),
            "created_at": row.instant(made),
            "updated_at": row.instant(changed),
            "extra": {name: str(value) for name, value in kept.items() if value is not None},
        }
        return _MAKERS[kind](self, row, self.config.excess_digits, common)

    def schema(self) -> Schema:
        """The properties that are read; SAP describes the others in XML only."""
        fields = {kind: tuple(Field(name=name, type="text") for name in names) for kind, names in FIELDS.items()}
        return Schema(fields=fields)


def _plain(value: Any) -> Any:
    date = _DATE.fullmatch(value) if isinstance(value, str) else None
    return int(date[1]) if date else value


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _account(adapter: RestAdapter, row: Row, _: str, common: dict[str, Any]) -> Record:
    return crm.Account(
        **common,
        name=row.need("Name"),
        country=row.text("CountryCode"),
        region=row.text("StateCode"),
        owner=adapter.ref("user", row.text("OwnerID")),
        domain=row.text("WebSite"),
    )


def _contact(adapter: RestAdapter, row: Row, _: str, common: dict[str, Any]) -> Record:
    email = row.text("Email")
    return crm.Contact(
        **common,
        name=row.need("Name"),
        title=row.text("JobTitle"),
        account=adapter.ref("account", row.text("AccountID")),
        emails=(email,) if email else (),
        phones=tuple(text for text in map(row.text, ("Phone", "Mobile")) if text),
    )


def _product(_: RestAdapter, row: Row, __: str, common: dict[str, Any]) -> Record:
    return crm.Product(
        **common, name=row.need("Description"), code=row.need("ProductID"), family=row.text("ProductCategoryID")
    )


def _deal(adapter: RestAdapter, row: Row, excess: str, common: dict[str, Any]) -> Record:
    """An opportunity was closed on the day since which its state is what it is."""
    status = row.word("LifeCycleStatusCode", _STATES)
    percent = row.number("ProbabilityPercent")
    currency = row.text("ExpectedRevenueAmountCurrencyCode")
    return crm.Deal(
        **common,
        name=row.text("Name"),
        status=status,
        account=adapter.ref("account", row.text("ProspectPartyID")),
        stage=adapter.ref("stage", row.text("SalesCyclePhaseCode")),
        value=row.money("ExpectedRevenueAmount", currency, excess_digits=excess),
        probability=None if percent is None else Fraction(percent) / 100,
        expected_close=row.day("ExpectedProcessingEndDate"),
        closed_on=None if status == "open" else row.day("ProcessStatusValidSinceDate"),
        owner=adapter.ref("user", row.text("MainEmployeeResponsiblePartyID")),
    )


_MAKERS: Mapping[Kind, Callable[[RestAdapter, Row, str, dict[str, Any]], Record]] = {
    "account": _account,
    "contact": _contact,
    "product": _product,
    "deal": _deal,
}
