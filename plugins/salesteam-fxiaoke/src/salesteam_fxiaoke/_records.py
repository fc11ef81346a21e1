"""What the objects of FXiaoke become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from salesteam import crm
from salesteam.crm import Kind, Record, Ref
from salesteam.crm.http import BadValueError, RestAdapter, Row
from salesteam_fxiaoke._config import LEADS, STATES, Config

__all__ = ["FIELDS", "NOTES", "OBJECTS", "OWNED", "record_of"]

OBJECTS: Mapping[Kind, str] = {
    "account": "AccountObj",
    "contact": "ContactObj",
    "lead": "LeadsObj",
    "product": "ProductObj",
    "deal": "NewOpportunityObj",
}
OWNED: tuple[Kind, ...] = ("account", "lead", "deal")
NOTES = "ActiveRecordObj"
"""Sales records (销售记录), which notes become."""
_COMMON = "_id name owner life_status create_time last_modified_time"
_OWN: Mapping[Kind, str] = {
    "account": "account_level industry_level1 country province parent_account_id",
    "contact": "account_id job_title email mobile1 tel1",
    "lead": "company source biz_status",
    "product": "product_code category price mc_currency",
    "deal": "account_id sales_status sales_stage amount mc_currency probability close_date",
}
FIELDS: Mapping[Kind, tuple[str, ...]] = {kind: tuple(f"{_COMMON} {own}".split()) for kind, own in _OWN.items()}


def record_of(adapter: RestAdapter, kind: Kind, row: Row, config: Config) -> Record:
    """The record of a row; one that was made invalid (作废) is put away."""
    kept = {name: row.get(name) for name in config.extra.get(kind, ())}
    common: dict[str, Any] = {
        "ref": Ref(adapter.source, kind, row.need("_id")),
        "created_at": row.instant("create_time"),
        "updated_at": row.instant("last_modified_time"),
        "archived": row.text("life_status") == "invalid",
        "extra": {name: str(value) for name, value in kept.items() if value is not None},
    }
    return _MAKERS[kind](adapter, row, config, common)


def _owner(adapter: RestAdapter, row: Row) -> Ref | None:
    """The one owner, which comes in a list."""
    held = row.get("owner")
    owners = [held] if isinstance(held, str) else list(held or ())
    if len(owners) > 1:
        raise BadValueError("owner", owners, "is not one user", "不是唯一的负责人")
    return adapter.ref("user", owners[0]) if owners else None


def _account(adapter: RestAdapter, row: Row, _: Config, common: dict[str, Any]) -> Record:
    return crm.Account(
        **common,
        name=row.need("name"),
        industry=row.text("industry_level1"),
        country=row.text("country"),
        region=row.text("province"),
        tier=row.text("account_level"),
        owner=_owner(adapter, row),
        parent=adapter.ref("account", row.text("parent_account_id")),
    )


def _contact(adapter: RestAdapter, row: Row, _: Config, common: dict[str, Any]) -> Record:
    email = row.text("email")
    return crm.Contact(
        **common,
        name=row.need("name"),
        account=adapter.ref("account", row.text("account_id")),
        title=row.text("job_title"),
        emails=(email,) if email else (),
        phones=tuple(text for text in map(row.text, ("mobile1", "tel1")) if text),
    )


def _lead(adapter: RestAdapter, row: Row, config: Config, common: dict[str, Any]) -> Record:
    return crm.Lead(
        **common,
        name=row.need("name"),
        status=row.word("biz_status", {**LEADS, **config.lead_statuses}, setting="lead_statuses"),
        company=row.text("company"),
        source=row.text("source"),
        owner=_owner(adapter, row),
    )


def _product(_: RestAdapter, row: Row, config: Config, common: dict[str, Any]) -> Record:
    currency = row.text("mc_currency") or config.currency
    return crm.Product(
        **common,
        name=row.need("name"),
        code=row.text("product_code"),
        family=row.text("category"),
        price=row.money("price", currency, excess_digits=config.excess_digits),
    )


def _deal(adapter: RestAdapter, row: Row, config: Config, common: dict[str, Any]) -> Record:
    status = row.word("sales_status", {**STATES, **config.states}, setting="states")
    currency, percent, day = (
        row.text("mc_currency") or config.currency,
        row.number("probability"),
        row.day("close_date"),
    )
    return crm.Deal(
        **common,
        name=row.text("name"),
        status=status,
        account=adapter.ref("account", row.text("account_id")),
        stage=adapter.ref("stage", row.text("sales_stage")),
        value=row.money("amount", currency, excess_digits=config.excess_digits),
        probability=None if percent is None else percent / 100,
        expected_close=day,
        closed_on=None if status == "open" else day,
        owner=_owner(adapter, row),
    )


_MAKERS: Mapping[Kind, Callable[[RestAdapter, Row, Config, dict[str, Any]], Record]] = {
    "account": _account,
    "contact": _contact,
    "lead": _lead,
    "product": _product,
    "deal": _deal,
}
