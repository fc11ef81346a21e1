"""The settings of a source that is an Odoo database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from salesteam.core import exponent
from salesteam.crm import Kind, Secret, phone_region
from salesteam.crm.facts import zone
from salesteam.errors import InvalidValueError, NotFoundError

__all__ = ["Config"]


def _zone(_: object, __: attrs.Attribute[Any], value: str) -> None:
    zone(value)


def _currency(_: object, __: attrs.Attribute[Any], value: str) -> None:
    try:
        exponent(value)
    except NotFoundError as error:
        raise InvalidValueError(str(error), where="currency", fix="use a code of ISO 4217, such as CNY") from None


@attrs.frozen(kw_only=True)
class Config:
    """A database of Odoo.

    Parameters
    ----------
    base : str
        Address of the server.
    database : str
        Name of the database.
    key : Secret
        Where the API key of the user is.
    excess_digits : {'reject', 'half_up'}
        What becomes of an amount with more places than its currency.
    protocol : {'json2', 'jsonrpc'}
        ``json2`` from Odoo 19 on, ``jsonrpc`` before.
    login : str, optional
        Login of the user; needed for ``jsonrpc``.
    currency : str, optional
        Code of the currency of opportunities that belong to no company of the database.
        Odoo shows such an amount to each user in the currency of his own company.
        Needed where companies differ in it.
    extra : mapping of str to tuple of str, optional
        Kind to the names of fields that are kept in `extra`.
    zone : str, optional
        IANA name of the zone in which an instant is a day; needed for tasks that are due.
    phone_region : str, optional
        Region, such as CN, by whose plan telephone numbers without the code of a country are read in the form of E.164;
        needs the extra `phones` of salesteam.
    ca : str, optional
        File of an own certificate authority.

    Examples
    --------
    >>> key = Secret("env:ODOO_KEY")
    >>> Config(base="https://acme.odoo.com", database="acme", key=key, excess_digits="reject").protocol
    'json2'
    """

    base: str
    database: str
    key: Secret
    excess_digits: Literal["reject", "half_up"]
    protocol: Literal["json2", "jsonrpc"] = "json2"
    login: str | None = None
    currency: str | None = attrs.field(default=None, validator=attrs.validators.optional(_currency))
    extra: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict)
    zone: str | None = attrs.field(default=None, validator=attrs.validators.optional(_zone))
    phone_region: str | None = phone_region()
    ca: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.protocol == "jsonrpc" and self.login is None:
            raise InvalidValueError("jsonrpc needs a login", where="login", fix="name the login of the user")
