"""The settings of a source that is a Tryton database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from salesteam.crm import Kind, Secret, phone_region

__all__ = ["Config"]


@attrs.frozen(kw_only=True)
class Config:
    """A company in a database of Tryton.

    Parameters
    ----------
    base : str
        Address of the server.
    database : str
        Name of the database.
    login : str
        Login of the user.
    password : Secret
        Where the password of the user is.
    excess_digits : {'reject', 'half_up'}
        What becomes of an amount with more places than its currency.
    company : int, optional
        Id of the company that is read; the current one of the user if not given.
    extra : mapping of str to tuple of str, optional
        Kind to the names of fields that are kept in `extra`.
    phone_region : str, optional
        Region, such as CN, by whose plan telephone numbers without the code of a country are read in the form of E.164;
        needs the extra `phones` of salesteam.
    ca : str, optional
        File of an own certificate authority.

    Examples
    --------
    >>> password = Secret("env:TRYTON_PASSWORD")
    >>> Config(base="https://erp.acme.com", database="acme", login="crm", password=password,
    ...        excess_digits="reject").company is None
    True
    """

    base: str
    database: str
    login: str
    password: Secret
    excess_digits: Literal["reject", "half_up"]
    company: int | None = None
    extra: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict)
    phone_region: str | None = phone_region()
    ca: str | None = None
