"""What the rows of Tryton become."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from salesteam import crm
from salesteam.core import Money
from salesteam.crm import Kind, Record, Ref
from salesteam.crm.http import BadValueError, RestAdapter, Row
from salesteam_tryton._models import OPPORTUNITY

__all__ = ["STATES", "record_of"]

Status = Literal["open", "won", "lost", "void"]
STATES: Mapping[str, Status] = {
    "lead": "open",
    "opportunity": "open",
    "converted": "open",
    "won": "won",
    "lost": "lost",
    "cancelled": "void",
}
"""What each state of an opportunity means."""


def record_of(
    adapter: RestAdapter, kind: Kind, row: Row, at: datetime | None, excess: str, extra: Sequence[str]
) -> Record:
    """The record of a row, which was changed at a time."""
    if kind == "stage":
        return _stage(adapter, row)
    kept = {name: row.get(name) for name in extra}
    common: dict[str, Any] = {
        "ref": Ref(adapter.source, kind, row.need("id")),
        "created_at": row.instant("create_date"),
        "updated_at": at,
        "extra": {
            name: value if isinstance(value, (str, int, list)) else str(value)
            for name, value in kept.items()
            if value is not None
        },
    }
    return _MAKERS[kind](adapter, row, excess, common)


def _stage(adapter: RestAdapter, row: Row) -> Record:
    state = row.need("id")
    status: Status = row.word("id", STATES)
    return crm.Stage(
        ref=Ref(adapter.source, "stage", state),
        name=row.need("name"),
        stage_kind="lost" if status == "void" else status,
        position=row.get("position"),
    )


def _texts(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _user(adapter: RestAdapter, row: Row, _: str, common: dict[str, Any]) -> Record:
    return crm.User(
        **common,
        name=row.need("party.name"),
        emails=_texts(row.text("party.email")),
        active=row.flag("active"),
        manager=adapter.ref("user", row.get("supervisor")),
    )


def _account(adapter: RestAdapter, row: Row, _: str, common: dict[str, Any]) -> Record:
    """The address that Tryton lists first is the one that counts."""
    first = next((Row(each) for each in row.get("addresses.") or () if Row(each).flag("active")), Row({}))
    return crm.Account(
        **common,
        name=row.need("name"),
        archived=not row.flag("active"),
        merged_into=adapter.ref("account", row.get("replaced_by")),
        country=first.text("country.code"),
        region=first.text("subdivision.name"),
        registry_id=row.text("tax_identifier.code"),
        domain=row.text("website"),
    )


def _contact(adapter: RestAdapter, row: Row, _: str, common: dict[str, Any]) -> Record:
    value, mail = row.need("value"), row.need("type") == "email"
    return crm.Contact(
        **common,
        name=row.text("name") or value,
        archived=not row.flag("active"),
        account=adapter.ref("account", row.get("party")),
        emails=(value,) if mail else (),
        phones=() if mail else (value,),
    )


def _product(_: RestAdapter, row: Row, __: str, common: dict[str, Any]) -> Record:
    return crm.Product(**common, name=row.need("name"), code=row.text("code"), archived=not row.flag("active"))


def _named(row: Row) -> str:
    return row.text("description") or row.text("reference") or row.need("number")


def _value(row: Row, name: str, excess: str) -> Money | None:
    found: Money | None = row.money(name, row.text("currency.code"), excess_digits=excess)
    return found


def _lead(adapter: RestAdapter, row: Row, excess: str, common: dict[str, Any]) -> Record:
    """A lead is new until an employee has it."""
    owner = adapter.ref("user", row.get("employee"))
    return crm.Lead(
        **common,
        name=_named(row),
        status="new" if owner is None else "working",
        account=adapter.ref("account", row.get("party")),
        value=_value(row, "amount", excess),
        owner=owner,
    )


def _deal(adapter: RestAdapter, row: Row, excess: str, common: dict[str, Any]) -> Record:
    """Tryton keeps one end: expected while the deal is open, and set to the day on which it is closed."""
    status: Status = row.word("state", STATES)
    end, is_open = row.day("end_date"), status == "open"
    return crm.Deal(
        **common,
        name=_named(row),
        status=status,
        account=adapter.ref("account", row.get("party")),
        stage=adapter.ref("stage", row.get("state")),
        value=_value(row, "amount", excess),
        probability=row.number("conversion_probability") if is_open else None,
        expected_close=end if is_open else None,
        closed_on=None if is_open else end,
        owner=adapter.ref("user", row.get("employee")),
        lost_reason=row.text("lost_reason") if status == "lost" else None,
    )


def _line(_: RestAdapter, row: Row, __: str, common: dict[str, Any]) -> Record:
    source = common["ref"].source
    quantity = row.number("quantity")
    if quantity is None:
        raise BadValueError("quantity", "", "is needed", "为必填")
    return crm.DealLine(
        **common,
        deal=Ref(source, "deal", row.need("opportunity")),
        product=Ref(source, "product", row.need("product")),
        quantity=quantity,
    )


def _booked(_: RestAdapter, row: Row, excess: str, common: dict[str, Any]) -> Record:
    """A sale that was confirmed is money that was booked."""
    day, value = row.day("sale_date"), _value(row, "untaxed_amount", excess)
    if day is None or value is None:
        raise BadValueError("sale_date" if day is None else "untaxed_amount", "", "is needed", "为必填")
    deal = row.need("origin").removeprefix(f"{OPPORTUNITY},")
    return crm.MoneyEvent(
        **common, deal=Ref(common["ref"].source, "deal", deal), on=day, value=value, event_kind="booked"
    )


_MAKERS: Mapping[Kind, Callable[[RestAdapter, Row, str, dict[str, Any]], Record]] = {
    "user": _user,
    "account": _account,
    "contact": _contact,
    "product": _product,
    "lead": _lead,
    "deal": _deal,
    "deal_line": _line,
    "money_event": _booked,
}
