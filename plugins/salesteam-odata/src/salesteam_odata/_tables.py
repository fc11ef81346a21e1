"""The tables of Dataverse: their columns, and what their rows become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from salesteam import crm
from salesteam.core import Money
from salesteam.crm import Kind, Record, Ref
from salesteam.crm.http import BadValueError, RestAdapter, Row

__all__ = ["COLUMNS", "OWNED", "TABLES", "Table", "record_of", "tombstone"]

Codes = Callable[[], Mapping[str, str]]


@attrs.frozen(kw_only=True)
class Table:
    """A table: its name, the name of its set, and its key."""

    name: str
    entities: str
    key: str


TABLES: Mapping[Kind, Table] = {
    "user": Table(name="systemuser", entities="systemusers", key="systemuserid"),
    "account": Table(name="account", entities="accounts", key="accountid"),
    "contact": Table(name="contact", entities="contacts", key="contactid"),
    "lead": Table(name="lead", entities="leads", key="leadid"),
    "product": Table(name="product", entities="products", key="productid"),
    "deal": Table(name="opportunity", entities="opportunities", key="opportunityid"),
}
_OWN: Mapping[Kind, str] = {
    "user": "fullname internalemailaddress isdisabled employeeid _parentsystemuserid_value",
    "account": "name address1_country address1_stateorprovince websiteurl statecode _ownerid_value "
    "_parentaccountid_value _masterid_value merged",
    "contact": "fullname jobtitle emailaddress1 telephone1 mobilephone statecode _parentcustomerid_value "
    "_masterid_value merged",
    "lead": "fullname subject companyname statecode statuscode _ownerid_value _qualifyingopportunityid_value",
    "product": "name productnumber statecode",
    "deal": "name statecode stepname estimatedvalue actualvalue exchangerate closeprobability estimatedclosedate "
    "actualclosedate _transactioncurrencyid_value _ownerid_value _parentaccountid_value",
}
COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    kind: (table.key, "createdon", "modifiedon", *_OWN[kind].split()) for kind, table in TABLES.items()
}
OWNED = frozenset({"account", "lead", "deal"})
_LOGICAL = "@Microsoft.Dynamics.CRM.lookuplogicalname"
_STATES = {"0": "open", "1": "won", "2": "lost"}


def tombstone(kind: Kind, ref: Ref) -> Record:
    """What is left of a deleted row: its name in the source, and nothing else."""
    if kind == "deal":
        return crm.Deal(ref=ref, status="void", deleted=True)
    if kind == "lead":
        return crm.Lead(ref=ref, name="", status="disqualified", deleted=True)
    makers: Mapping[Kind, Any] = {
        "user": crm.User,
        "account": crm.Account,
        "contact": crm.Contact,
        "product": crm.Product,
    }
    made: Record = makers[kind](ref=ref, name="", deleted=True)
    return made


def record_of(adapter: RestAdapter, kind: Kind, row: Row, excess: str, codes: Codes, extra: tuple[str, ...]) -> Record:
    """The record of a row."""
    lost = adapter.ref(kind, row.text("_masterid_value")) if row.flag("merged") else None
    kept = {name: row.get(name) for name in extra}
    common: dict[str, Any] = {
        "ref": Ref(adapter.source, kind, row.need(TABLES[kind].key)),
        "created_at": row.instant("createdon"),
        "updated_at": row.instant("modifiedon"),
        "merged_into": lost,
        "deleted": lost is not None,
        "extra": {name: str(value) for name, value in kept.items() if value is not None},
    }
    if kind == "deal":
        return _deal(adapter, row, excess, codes, common)
    return _MAKERS[kind](adapter, row, common)


def _owner(adapter: RestAdapter, row: Row) -> Ref | None:
    """The owner, if it is a user: a team owns for nobody in particular."""
    whose = row.get(f"_ownerid_value{_LOGICAL}")
    return adapter.ref("user", row.text("_ownerid_value")) if whose in {None, "systemuser"} else None


def _put_away(row: Row) -> bool:
    return row.need("statecode") == "1"


def _user(adapter: RestAdapter, row: Row, common: dict[str, Any]) -> Record:
    email = row.text("internalemailaddress")
    return crm.User(
        **common,
        name=row.need("fullname"),
        emails=(email,) if email else (),
        active=not row.flag("isdisabled"),
        manager=adapter.ref("user", row.text("_parentsystemuserid_value")),
        employee_no=row.text("employeeid"),
    )


def _account(adapter: RestAdapter, row: Row, common: dict[str, Any]) -> Record:
    return crm.Account(
        **common,
        archived=_put_away(row),
        name=row.need("name"),
        country=row.text("address1_country"),
        region=row.text("address1_stateorprovince"),
        domain=row.text("websiteurl"),
        owner=_owner(adapter, row),
        parent=adapter.ref("account", row.text("_parentaccountid_value")),
    )


def _contact(adapter: RestAdapter, row: Row, common: dict[str, Any]) -> Record:
    email = row.text("emailaddress1")
    whose = row.get(f"_parentcustomerid_value{_LOGICAL}")
    return crm.Contact(
        **common,
        archived=_put_away(row),
        name=row.text("fullname") or email or row.need("fullname"),
        title=row.text("jobtitle"),
        account=adapter.ref("account", row.text("_parentcustomerid_value")) if whose in {None, "account"} else None,
        emails=(email,) if email else (),
        phones=tuple(text for text in map(row.text, ("telephone1", "mobilephone")) if text),
    )


def _lead(adapter: RestAdapter, row: Row, common: dict[str, Any]) -> Record:
    became = adapter.ref("deal", row.text("_qualifyingopportunityid_value"))
    state = row.word("statecode", {"0": "open", "1": "qualified", "2": "disqualified"})
    if state == "open":
        state = row.word("statuscode", {"1": "new", "2": "working"})
    elif state == "qualified" and became is not None:
        state = "converted"
    return crm.Lead(
        **common,
        name=row.text("fullname") or row.need("subject"),
        status=state,
        company=row.text("companyname"),
        owner=_owner(adapter, row),
        converted_to=became,
    )


def _product(_: RestAdapter, row: Row, common: dict[str, Any]) -> Record:
    return crm.Product(**common, archived=_put_away(row), name=row.need("name"), code=row.text("productnumber"))


_MAKERS: Mapping[Kind, Callable[[RestAdapter, Row, dict[str, Any]], Record]] = {
    "user": _user,
    "account": _account,
    "contact": _contact,
    "lead": _lead,
    "product": _product,
}


def _deal(adapter: RestAdapter, row: Row, excess: str, codes: Codes, common: dict[str, Any]) -> Record:
    status = row.word("statecode", _STATES)
    told = {name: row.text(name) for name in ("exchangerate", "stepname")}
    extra = {**common.pop("extra"), **{name: text for name, text in told.items() if text is not None}}
    percent = row.number("closeprobability")
    return crm.Deal(
        **common,
        extra=extra,
        name=row.text("name"),
        status=status,
        account=adapter.ref("account", row.text("_parentaccountid_value")),
        value=_value(row, "actualvalue" if status == "won" else "estimatedvalue", excess, codes),
        probability=None if percent is None else percent / 100,
        expected_close=row.day("estimatedclosedate"),
        closed_on=None if status == "open" else row.day("actualclosedate"),
        owner=_owner(adapter, row),
    )


def _value(row: Row, name: str, excess: str, codes: Codes) -> Money | None:
    if row.get(name) is None:
        return None
    currency = row.text("_transactioncurrencyid_value")
    known = codes()
    if currency is not None and currency not in known:
        raise BadValueError("_transactioncurrencyid_value", currency, "is no currency here", "不是本环境的币种")
    return row.money(name, known.get(currency) if currency else None, excess_digits=excess)
