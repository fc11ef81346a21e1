"""What the rows of HubSpot become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Literal
from zoneinfo import ZoneInfo

import attrs

from salesteam import crm
from salesteam.crm import Kind, Record, Ref
from salesteam.crm.http import BadValueError, RestAdapter, Row
from salesteam_hubspot._objects import PRODUCT

__all__ = ["Account", "record_of", "stage_kinds"]

StageKind = Literal["open", "won", "lost"]
PRIMARY = 5
"""The type of the association from a deal to its primary company."""


@attrs.frozen(kw_only=True)
class Account:
    """What an account says of itself: zone, currencies, and the kind of each stage."""

    zone: ZoneInfo
    currency: str | None
    currencies: tuple[Any, ...]
    stages: Mapping[str, StageKind | None]


def stage_kinds(pipelines: Iterable[Mapping[str, Any]]) -> dict[str, StageKind | None]:
    """Whether each stage is open, won or lost; None where HubSpot does not say which."""
    return {str(stage.get("id")): _stage_kind(Row(stage)) for pipeline in pipelines for stage in pipeline["stages"]}


def _stage_kind(stage: Row) -> StageKind | None:
    """A closed stage is won at a probability of 1 and lost at 0."""
    if not stage.flag("metadata.isClosed"):
        return "open"
    ends: dict[Fraction | None, StageKind] = {Fraction(1): "won", Fraction(0): "lost"}
    return ends.get(stage.number("metadata.probability"))


def record_of(
    adapter: RestAdapter, kind: Kind, row: Row, account: Account, excess: str, extra: Mapping[str, Any]
) -> Record:
    """The record of a row."""
    source = adapter.source
    common: dict[str, Any] = {
        "ref": Ref(source, kind, row.need("id")),
        "created_at": row.instant("createdAt"),
        "updated_at": row.instant("updatedAt"),
        "extra": {name: value for name, value in extra.items() if value is not None},
    }
    make = {
        "user": _user,
        "pipeline": _pipeline,
        "stage": _stage,
        "account": _company,
        "contact": _contact,
        "product": _product,
        "deal": _deal,
        "deal_line": _line,
    }[kind]
    return make(adapter, row, account, excess, common)


def _named(row: Row, *names: str) -> str | None:
    return " ".join(text for text in map(row.text, names) if text) or None


def _user(_: RestAdapter, row: Row, __: Account, ___: str, common: dict[str, Any]) -> Record:
    email = row.text("email")
    name = _named(row, "firstName", "lastName") or email or row.need("id")
    return crm.User(**common, name=name, emails=(email,) if email else (), active=row.flag("active"))


def _pipeline(_: RestAdapter, row: Row, __: Account, ___: str, common: dict[str, Any]) -> Record:
    return crm.Pipeline(**common, name=row.need("label"))


def _stage(adapter: RestAdapter, row: Row, account: Account, _: str, common: dict[str, Any]) -> Record:
    kind = account.stages.get(row.need("id"))
    if kind is None:
        raise BadValueError("metadata", row.get("metadata"), "says neither won nor lost", "未说明赢单还是丢单")
    return crm.Stage(
        **common,
        name=row.need("label"),
        stage_kind=kind,
        pipeline=adapter.ref("pipeline", row.text("pipeline")),
        position=row.get("displayOrder"),
        probability=row.number("metadata.probability"),
    )


def _company(adapter: RestAdapter, row: Row, _: Account, __: str, common: dict[str, Any]) -> Record:
    own = Row(row.data["properties"], zone=row.zone)
    return crm.Account(
        **common,
        name=own.text("name") or own.need("domain"),
        industry=own.text("industry"),
        country=own.text("country"),
        region=own.text("state"),
        domain=own.text("domain"),
        owner=adapter.ref("user", own.text("hubspot_owner_id")),
        parent=adapter.ref("account", own.text("hs_parent_company_id")),
    )


def _contact(adapter: RestAdapter, row: Row, _: Account, __: str, common: dict[str, Any]) -> Record:
    own = Row(row.data["properties"], zone=row.zone)
    email = own.text("email")
    name = _named(own, "firstname", "lastname") or email
    if name is None:
        raise BadValueError("lastname", "", "is needed where there is no email", "没有邮箱时为必填")
    return crm.Contact(
        **common,
        name=name,
        title=own.text("jobtitle"),
        account=adapter.ref("account", own.text("associatedcompanyid")),
        emails=(email,) if email else (),
        phones=tuple(text for text in map(own.text, ("phone", "mobilephone")) if text),
    )


def _product(_: RestAdapter, row: Row, account: Account, excess: str, common: dict[str, Any]) -> Record:
    own = Row(row.data["properties"], zone=row.zone)
    return crm.Product(
        **common,
        name=own.need("name"),
        code=own.text("hs_sku"),
        family=own.text("hs_product_type"),
        price=own.money("price", account.currency, excess_digits=excess),
    )


def _deal(adapter: RestAdapter, row: Row, account: Account, excess: str, common: dict[str, Any]) -> Record:
    own = Row(row.data["properties"], zone=row.zone)
    status = own.word("dealstage", {stage: kind for stage, kind in account.stages.items() if kind})
    day = own.day("closedate")
    return crm.Deal(
        **common,
        name=own.text("dealname"),
        status=status,
        account=adapter.ref("account", _company_of(row)),
        pipeline=adapter.ref("pipeline", own.text("pipeline")),
        stage=adapter.ref("stage", own.need("dealstage")),
        value=own.money("amount", own.text("deal_currency_code") or account.currency, excess_digits=excess),
        probability=own.number("hs_deal_stage_probability"),
        expected_close=day,
        closed_on=None if status == "open" else day,
        owner=adapter.ref("user", own.text("hubspot_owner_id")),
        team=adapter.ref("team", own.text("hubspot_team_id")),
        source=own.text("hs_analytics_source"),
        lost_reason=own.text("closed_lost_reason"),
    )


def _company_of(row: Row) -> str | None:
    """The primary company of a deal, or the only one."""
    links = [Row(link) for link in row.get("links") or ()]
    main = [link for link in links if any(each.get("typeId") == PRIMARY for each in link.get("associationTypes") or ())]
    chosen = main or links
    return chosen[0].text("toObjectId") if len(chosen) == 1 else None


def _line(adapter: RestAdapter, row: Row, account: Account, excess: str, common: dict[str, Any]) -> Record:
    own = Row(row.data["properties"], zone=row.zone)
    links = [Row(link) for link in row.get("links") or ()]
    deals = dict.fromkeys(link.need("toObjectId") for link in links)
    if len(deals) != 1:
        raise BadValueError("deal", ", ".join(deals), "is not one deal", "不是唯一的商机")
    currency = own.text("hs_line_item_currency_code") or account.currency
    quantity = own.number("quantity")
    return crm.DealLine(
        **common,
        deal=Ref(adapter.source, "deal", *deals),
        product=Ref(adapter.source, "product", own.need(PRODUCT)),
        quantity=Fraction(1) if quantity is None else quantity,
        value=own.money("amount", currency, excess_digits=excess),
    )
