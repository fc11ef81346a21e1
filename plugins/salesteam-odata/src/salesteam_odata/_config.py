"""The settings of the two profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from salesteam.crm import Kind, Secret, phone_region

__all__ = ["DataverseConfig", "SapConfig"]


@attrs.frozen(kw_only=True)
class DataverseConfig:
    """A Dataverse environment, such as that of Dynamics 365 Sales.

    Parameters
    ----------
    base : str
        Its address, such as ``https://acme.crm.dynamics.com``.
    tenant : str
        Id or domain of the Entra tenant.
    client_id, client_secret : Secret
        Where the id and the secret of the app registration are.
    excess_digits : {'reject', 'half_up'}
        What becomes of an amount with more places than its currency.
    extra : mapping of str to tuple of str, optional
        Kind to the logical names of columns that are kept in `extra`.
    changes : {'tracked', 'modified'}, default 'tracked'
        How changes are found: by the differences that the environment tracks, deletions included; or by the time at
        which a row was modified, where change tracking is off for a table or the server knows none. Deletions are
        then found by a sweep.
    authority : str
        Where to log in.
    phone_region : str, optional
        Region, such as CN, by whose plan telephone numbers without the code of a country are read in the form of E.164;
        needs the extra `phones` of salesteam.
    ca : str, optional
        File of an own certificate authority, where a proxy needs one.

    Examples
    --------
    >>> DataverseConfig(base="https://acme.crm.dynamics.com", tenant="acme.com", client_id=Secret("env:A"),
    ...                 client_secret=Secret("env:B"), excess_digits="reject").authority
    'https://login.microsoftonline.com'
    """

    base: str
    tenant: str
    client_id: Secret
    client_secret: Secret
    excess_digits: Literal["reject", "half_up"]
    extra: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict)
    changes: Literal["tracked", "modified"] = "tracked"
    authority: str = "https://login.microsoftonline.com"
    phone_region: str | None = phone_region()
    ca: str | None = None


@attrs.frozen(kw_only=True)
class SapConfig:
    """A tenant of SAP Cloud for Customer.

    Parameters
    ----------
    base : str
        Its address, such as ``https://my000000.crm.ondemand.com``.
    user, password : Secret
        Where the name and the password of the communication user are.
    excess_digits : {'reject', 'half_up'}
        What becomes of an amount with more places than its currency.
    extra : mapping of str to tuple of str, optional
        Kind to the names of properties that are kept in `extra`.
    phone_region : str, optional
        Region, such as CN, by whose plan telephone numbers without the code of a country are read in the form of E.164;
        needs the extra `phones` of salesteam.
    ca : str, optional
        File of an own certificate authority, where a proxy needs one.

    Examples
    --------
    >>> SapConfig(base="https://my000000.crm.ondemand.com", user=Secret("env:A"), password=Secret("env:B"),
    ...           excess_digits="reject").extra
    {}
    """

    base: str
    user: Secret
    password: Secret
    excess_digits: Literal["reject", "half_up"]
    extra: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict)
    phone_region: str | None = phone_region()
    ca: str | None = None
