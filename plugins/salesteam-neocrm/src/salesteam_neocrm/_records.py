"""What the objects of Neocrm become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from salesteam import crm
from salesteam.crm import Kind, Record, Ref
from salesteam.crm.http import RestAdapter, Row
from salesteam_neocrm._config import Config

__all__ = ["FIELDS", "FROM", "OBJECTS", "OWNED", "record_of"]

OBJECTS: Mapping[Kind, str] = {
    "user": "user",
    "account": "account",
    "contact": "contact",
    "lead": "lead",
    "product": "product",
    "deal": "opportunity",
}
OWNED: tuple[Kind, ...] = ("account", "lead", "deal")
FROM: Mapping[Kind, int] = {"account": 1, "contact": 2, "deal": 3, "lead": 11}
"""What the platform calls the objects that an activity record can be about."""
_OWN: Mapping[Kind, str] = {
    "user": "name email status employeeCode",
    "account": "accountName ownerId level industryId parentAccountId",
    "contact": "contactName ownerId accountId post email phone mobile",
    "lead": "name ownerId companyName status",
    "product": "productName productCode",
    "deal": "opportunityName ownerId accountId saleStageId money winRate closeDate",
}
FIELDS: Mapping[Kind, tuple[str, ...]] = {
    kind: ("id", "createdAt", "updatedAt", *own.split()) for kind, own in _OWN.items()
}


def record_of(adapter: RestAdapter, kind: Kind, row: Row, config: Config) -> Record:
    """The record of a row."""
    kept = {name: row.get(name) for name in config.extra.get(kind, ())}
    common: dict[str, Any] = {
        "ref": Ref(adapter.source, kind, row.need("id")),
        "created_at": row.instant("createdAt"),
        "updated_at": row.instant("updatedAt"),
        "extra": {name: str(value) for name, value in kept.items() if value is not None},
    }
    if kind in OWNED:
        common["owner"] = adapter.ref("user", row.text("ownerId"))
    return _MAKERS[kind](adapter, row, config, common)


def _emails(row: Row) -> tuple[str, ...]:
    email = row.text("email")
    return (email,) if email else ()


def _user(_: RestAdapter, row: Row, __: Config, common: dict[str, Any]) -> Record:
    active = row.text("status") in {None, "1"}
    number = row.text("employeeCode")
    return crm.User(**common, name=row.need("name"), emails=_emails(row), active=active, employee_no=number)


def _account(adapter: RestAdapter, row: Row, _: Config, common: dict[str, Any]) -> Record:
    return crm.Account(
        **common,
        name=row.need("accountName"),
        tier=row.text("level"),
        industry=row.text("industryId"),
        parent=adapter.ref("account", row.text("parentAccountId")),
    )


def _contact(adapter: RestAdapter, row: Row, _: Config, common: dict[str, Any]) -> Record:
    return crm.Contact(
        **common,
        name=row.need("contactName"),
        account=adapter.ref("account", row.text("accountId")),
        title=row.text("post"),
        emails=_emails(row),
        phones=tuple(text for text in map(row.text, ("phone", "mobile")) if text),
    )


def _lead(_: RestAdapter, row: Row, config: Config, common: dict[str, Any]) -> Record:
    status = row.word("status", config.lead_statuses, setting="lead_statuses")
    return crm.Lead(**common, name=row.need("name"), status=status, company=row.text("companyName"))


def _product(_: RestAdapter, row: Row, __: Config, common: dict[str, Any]) -> Record:
    return crm.Product(**common, name=row.need("productName"), code=row.text("productCode"))


def _deal(adapter: RestAdapter, row: Row, config: Config, common: dict[str, Any]) -> Record:
    status = row.word("saleStageId", config.stages, setting="stages")
    percent, day = row.number("winRate"), row.day("closeDate")
    return crm.Deal(
        **common,
        name=row.text("opportunityName"),
        status=status,
        account=adapter.ref("account", row.text("accountId")),
        stage=adapter.ref("stage", row.text("saleStageId")),
        value=row.money("money", config.currency, excess_digits=config.excess_digits),
        probability=None if percent is None else percent / 100,
        expected_close=day,
        closed_on=None if status == "open" else day,
    )


_MAKERS: Mapping[Kind, Callable[[RestAdapter, Row, Config, dict[str, Any]], Record]] = {
    "user": _user,
    "account": _account,
    "contact": _contact,
    "lead": _lead,
    "product": _product,
    "deal": _deal,
}
