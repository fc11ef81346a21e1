"""What the rows of Odoo become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, Literal

import attrs

from salesteam import crm
from salesteam.crm import Kind, Record, Ref
from salesteam.crm.http import RestAdapter, Row

__all__ = ["MODELS", "Model", "Seen", "record_of", "rowed"]


@attrs.frozen(kw_only=True)
class Model:
    """A model, which of its rows are of a kind, and which of their fields are read.

    Parameters
    ----------
    name : str
        As Odoo names it.
    fields : tuple of str
        Fields that it has from Odoo 16 to 19.
    some : tuple of str
        Fields that it has in some of these.
    only : tuple of conditions
        Which of its rows are of the kind.
    spare : bool
        Whether a database may do without the model; then there are no rows.
    """

    name: str
    fields: tuple[str, ...]
    some: tuple[str, ...] = ()
    only: tuple[tuple[str, str, Any], ...] = ()
    spare: bool = False


@attrs.frozen(kw_only=True)
class Seen:
    """What deals need besides their own row.

    Parameters
    ----------
    won : set of str
        The stages that are won.
    companies : mapping of str to str
        Partner to its company.
    currency : str, optional
        Of deals that belong to no company of the database.
    """

    won: frozenset[str] = frozenset()
    companies: Mapping[str, str] = attrs.field(factory=dict)
    currency: str | None = None


def _model(name: str, fields: str, *only: tuple[str, str, Any], some: str = "", spare: bool = False) -> Model:
    read = ("id", "create_date", "write_date", *fields.split())
    return Model(name=name, fields=read, some=tuple(some.split()), only=only, spare=spare)


_PARTNER = "name active email phone user_id parent_id"
MODELS: Mapping[Kind, Model] = {
    "user": _model("res.users", "name email active tz", ("share", "=", False)),
    "team": _model("crm.team", "name active user_id"),
    "account": _model(
        "res.partner", f"{_PARTNER} industry_id country_id state_id website company_registry", ("is_company", "=", True)
    ),
    "contact": _model(
        "res.partner", f"{_PARTNER} function", ("is_company", "=", False), ("name", "!=", False), some="mobile"
    ),
    "lead": _model("crm.lead", "name active partner_name user_id source_id", ("type", "=", "lead")),
    "stage": _model("crm.stage", "name sequence is_won"),
    "product": _model("product.product", "name active default_code categ_id", spare=True),
    "deal": _model(
        "crm.lead",
        "name active partner_id stage_id expected_revenue company_id company_currency probability date_deadline "
        "date_closed user_id team_id source_id lost_reason_id",
        ("type", "=", "opportunity"),
    ),
}
_TRUTHS = frozenset({"active", "is_won"})


def rowed(data: Mapping[str, Any]) -> Row:
    """A row in which nothing is None, as Odoo says false for it; its times are of UTC, its amounts binary numbers."""
    plain = {name: None if value is False and name not in _TRUTHS else value for name, value in data.items()}
    return Row(plain, zone=UTC, floats=True)


def _id(row: Row, name: str) -> str | None:
    """The id of what a row points to."""
    value = row.get(name)
    return str(value[0]) if isinstance(value, list) and value else None


def _label(row: Row, name: str) -> str | None:
    """How what a row points to is shown."""
    value = row.get(name)
    return str(value[1]) if isinstance(value, list) and len(value) > 1 else None


def record_of(adapter: RestAdapter, kind: Kind, row: Row, seen: Seen, excess: str, extra: tuple[str, ...]) -> Record:
    """The record of a row."""
    kept = {name: row.get(name) for name in extra}
    common: dict[str, Any] = {
        "ref": Ref(adapter.source, kind, row.need("id")),
        "created_at": row.instant("create_date"),
        "updated_at": row.instant("write_date"),
        "extra": {
            name: value if isinstance(value, (str, int, list)) else str(value)
            for name, value in kept.items()
            if value is not None
        },
    }
    if kind == "deal":
        return _deal(adapter, row, seen, excess, common)
    return _MAKERS[kind](adapter, row, common)


def _texts(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _user(_: RestAdapter, row: Row, common: dict[str, Any]) -> Record:
    name, emails = row.need("name"), _texts(row.text("email"))
    return crm.User(**common, name=name, emails=emails, active=row.flag("active"), tz=row.text("tz"))


def _team(adapter: RestAdapter, row: Row, common: dict[str, Any]) -> Record:
    lead = adapter.ref("user", _id(row, "user_id"))
    return crm.Team(**common, name=row.need("name"), archived=not row.flag("active"), lead=lead)


def _account(adapter: RestAdapter, row: Row, common: dict[str, Any]) -> Record:
    return crm.Account(
        **common,
        name=row.need("name"),
        archived=not row.flag("active"),
        industry=_label(row, "industry_id"),
        country=_label(row, "country_id"),
        region=_label(row, "state_id"),
        owner=adapter.ref("user", _id(row, "user_id")),
        parent=adapter.ref("account", _id(row, "parent_id")),
        registry_id=row.text("company_registry"),
        domain=row.text("website"),
    )


def _contact(adapter: RestAdapter, row: Row, common: dict[str, Any]) -> Record:
    return crm.Contact(
        **common,
        name=row.need("name"),
        archived=not row.flag("active"),
        account=adapter.ref("account", _id(row, "parent_id")),
        title=row.text("function"),
        emails=_texts(row.text("email")),
        phones=_texts(row.text("phone"), row.text("mobile")),
    )


def _lead(adapter: RestAdapter, row: Row, common: dict[str, Any]) -> Record:
    """A lead that was put away is lost; one that became an opportunity is no lead any more."""
    owner = adapter.ref("user", _id(row, "user_id"))
    status = ("new" if owner is None else "working") if row.flag("active") else "disqualified"
    return crm.Lead(
        **common,
        name=row.need("name"),
        status=status,  # type: ignore[arg-type]  # one of three words
        company=row.text("partner_name"),
        source=_label(row, "source_id"),
        owner=owner,
    )


def _stage(_: RestAdapter, row: Row, common: dict[str, Any]) -> Record:
    kind: Literal["won", "open"] = "won" if row.flag("is_won") else "open"
    return crm.Stage(**common, name=row.need("name"), stage_kind=kind, position=row.get("sequence"))


def _product(_: RestAdapter, row: Row, common: dict[str, Any]) -> Record:
    return crm.Product(
        **common,
        name=row.need("name"),
        archived=not row.flag("active"),
        code=row.text("default_code"),
        family=_label(row, "categ_id"),
    )


_MAKERS: Mapping[Kind, Callable[[RestAdapter, Row, dict[str, Any]], Record]] = {
    "user": _user,
    "team": _team,
    "account": _account,
    "contact": _contact,
    "lead": _lead,
    "stage": _stage,
    "product": _product,
}


def _deal(adapter: RestAdapter, row: Row, seen: Seen, excess: str, common: dict[str, Any]) -> Record:
    """Lost is what is not active and has no chance, whatever its stage; else won is what is in a stage that is.

    What is not active otherwise was put away.
    """
    active, percent = row.flag("active"), row.number("probability")
    lost = not active and not percent
    won = not lost and _id(row, "stage_id") in seen.won
    status = "lost" if lost else "won" if won else "open"
    partner = _id(row, "partner_id")
    currency = seen.currency if row.get("company_id") is None else _label(row, "company_currency")
    return crm.Deal(
        **common,
        name=row.text("name"),
        archived=not active and not lost,
        status=status,  # type: ignore[arg-type]  # one of three words
        account=adapter.ref("account", seen.companies.get(partner) if partner else None),
        stage=adapter.ref("stage", _id(row, "stage_id")),
        value=row.money("expected_revenue", currency, excess_digits=excess),
        probability=None if percent is None else percent / 100,
        expected_close=row.day("date_deadline"),
        closed_at=None if status == "open" else row.instant("date_closed"),
        owner=adapter.ref("user", _id(row, "user_id")),
        team=adapter.ref("team", _id(row, "team_id")),
        source=_label(row, "source_id"),
        lost_reason=_label(row, "lost_reason_id"),
    )
