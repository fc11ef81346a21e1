"""What the objects of Salesforce become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from salesteam import crm
from salesteam.crm import Kind, Record, Ref, Split
from salesteam.crm.http import BadValueError, RestAdapter, Row
from salesteam_salesforce._config import LEAD_STATUSES, Config

__all__ = ["note_of", "record_of"]

_TASKS = {
    "Task": "task",
    "Call": "call",
    "Email": "email",
    "ListEmail": "email",
    "Cadence": "task",
    "LinkedIn": "task",
}
_ABOUT: Mapping[str, Kind] = {"001": "account", "006": "deal", "00Q": "lead", "003": "contact"}
"""The first three signs of an id say what it is of."""


def record_of(adapter: RestAdapter, kind: Kind, row: Row, config: Config) -> Record:
    """The record of a row."""
    extra = {name: row.get(name) for name in config.extra.get(kind, ())}
    lost = adapter.ref(kind, row.text("MasterRecordId"))
    common: dict[str, Any] = {
        "ref": Ref(adapter.source, kind, row.need("ApiName" if kind == "stage" else "Id")),
        "created_at": row.instant("CreatedDate"),
        "updated_at": row.instant("SystemModstamp"),
        "deleted": row.flag("IsDeleted"),
        "merged_into": lost,
        "extra": {name: str(value) for name, value in extra.items() if value is not None},
    }
    return _MAKERS[kind](adapter, row, config, common)


def _percent(row: Row, name: str) -> Fraction | None:
    value = row.number(name)
    return None if value is None else value / 100


def _user(adapter: RestAdapter, row: Row, _: Config, common: dict[str, Any]) -> Record:
    email = row.text("Email")
    return crm.User(
        **common,
        name=row.need("Name"),
        emails=(email,) if email else (),
        active=row.flag("IsActive"),
        tz=row.text("TimeZoneSidKey"),
        manager=adapter.ref("user", row.text("ManagerId")),
        employee_no=row.text("EmployeeNumber"),
    )


def _account(adapter: RestAdapter, row: Row, _: Config, common: dict[str, Any]) -> Record:
    return crm.Account(
        **common,
        name=row.need("Name"),
        industry=row.text("Industry"),
        country=row.text("BillingCountry"),
        region=row.text("BillingState"),
        tier=row.text("Rating"),
        owner=adapter.ref("user", row.text("OwnerId")),
        parent=adapter.ref("account", row.text("ParentId")),
        domain=row.text("Website"),
    )


def _contact(adapter: RestAdapter, row: Row, _: Config, common: dict[str, Any]) -> Record:
    email = row.text("Email")
    return crm.Contact(
        **common,
        name=row.need("Name"),
        account=adapter.ref("account", row.text("AccountId")),
        title=row.text("Title"),
        emails=(email,) if email else (),
        phones=tuple(text for text in map(row.text, ("Phone", "MobilePhone")) if text),
    )


def _lead(adapter: RestAdapter, row: Row, config: Config, common: dict[str, Any]) -> Record:
    converted, words = row.flag("IsConverted"), {**LEAD_STATUSES, **config.lead_statuses}
    became: tuple[tuple[str, Kind], ...] = (
        ("ConvertedOpportunityId", "deal"),
        ("ConvertedContactId", "contact"),
        ("ConvertedAccountId", "account"),
    )
    refs = (adapter.ref(kind, row.text(name)) for name, kind in became)
    owner = row.text("OwnerId")
    return crm.Lead(
        **common,
        name=row.need("Name"),
        status="converted" if converted else row.word("Status", words, setting="lead_statuses"),
        company=row.text("Company"),
        source=row.text("LeadSource"),
        owner=adapter.ref("user", owner if owner and owner.startswith("005") else None),  # else it lies in a queue
        converted_to=next((ref for ref in refs if ref is not None), None),
    )


def _ended(row: Row) -> str:
    if row.flag("IsWon"):
        return "won"
    return "lost" if row.flag("IsClosed") else "open"


def _stage(_: RestAdapter, row: Row, __: Config, common: dict[str, Any]) -> Record:
    return crm.Stage(
        **common,
        name=row.need("MasterLabel"),
        stage_kind=_ended(row),  # type: ignore[arg-type]  # one of three words
        position=row.get("SortOrder"),
        probability=_percent(row, "DefaultProbability"),
    )


def _product(_: RestAdapter, row: Row, __: Config, common: dict[str, Any]) -> Record:
    return crm.Product(**common, name=row.need("Name"), code=row.text("ProductCode"), family=row.text("Family"))


def _deal(adapter: RestAdapter, row: Row, config: Config, common: dict[str, Any]) -> Record:
    status, day = _ended(row), row.day("CloseDate")
    return crm.Deal(
        **common,
        name=row.text("Name"),
        status=status,  # type: ignore[arg-type]  # as above
        account=adapter.ref("account", row.text("AccountId")),
        stage=adapter.ref("stage", row.need("StageName")),
        value=row.money("Amount", _currency(row, config), excess_digits=config.excess_digits),
        probability=_percent(row, "Probability"),
        expected_close=day,
        closed_on=None if status == "open" else day,
        owner=adapter.ref("user", row.text("OwnerId")),
        source=row.text("LeadSource"),
        splits=tuple(_split(adapter, Row(each)) for each in row.get("OpportunitySplits.records") or ()),
    )


def _split(adapter: RestAdapter, row: Row) -> Split:
    """A revenue split is one whose shares Salesforce itself holds to a sum of 100."""
    share = _percent(row, "SplitPercentage")
    if share is None or share > 1:
        raise BadValueError("SplitPercentage", row.get("SplitPercentage"), "is no share", "不是分成比例")
    user = Ref(adapter.source, "user", row.need("SplitOwnerId"))
    return Split(user=user, share=share, split_kind="revenue" if row.flag("SplitType.IsTotalValidated") else "overlay")


def _currency(row: Row, config: Config) -> str | None:
    return config.currency or row.text("CurrencyIsoCode")


def _line(adapter: RestAdapter, row: Row, config: Config, common: dict[str, Any]) -> Record:
    quantity = row.number("Quantity")
    return crm.DealLine(
        **common,
        deal=Ref(adapter.source, "deal", row.need("OpportunityId")),
        product=Ref(adapter.source, "product", row.need("Product2Id")),
        quantity=Fraction(1) if quantity is None else quantity,
        value=row.money("TotalPrice", _currency(row, config), excess_digits=config.excess_digits),
    )


def _activity(adapter: RestAdapter, row: Row, _: Config, common: dict[str, Any]) -> Record:
    about = row.text("WhatId") or row.text("WhoId")
    kind = _ABOUT.get(about[:3]) if about else None
    done = row.instant("CompletedDateTime")
    return crm.Activity(
        **common,
        activity_kind="task" if row.text("TaskSubtype") is None else row.word("TaskSubtype", _TASKS),
        user=adapter.ref("user", row.text("OwnerId")),
        about=adapter.ref(kind, about) if kind else None,
        subject=row.text("Subject"),
        occurred_at=done,
        done_at=done,
    )


def note_of(adapter: RestAdapter, row: Row) -> Record:
    """The activity that a note is; which records it is put to is not read."""
    return crm.Activity(
        ref=Ref(adapter.source, "activity", row.need("Id")),
        created_at=row.instant("CreatedDate"),
        updated_at=row.instant("LastModifiedDate"),
        deleted=row.flag("IsDeleted"),
        activity_kind="note",
        user=adapter.ref("user", row.text("OwnerId")),
        subject=row.text("Title"),
    )


_MAKERS: Mapping[Kind, Callable[[RestAdapter, Row, Config, dict[str, Any]], Record]] = {
    "user": _user,
    "account": _account,
    "contact": _contact,
    "lead": _lead,
    "stage": _stage,
    "product": _product,
    "deal": _deal,
    "deal_line": _line,
    "activity": _activity,
}
