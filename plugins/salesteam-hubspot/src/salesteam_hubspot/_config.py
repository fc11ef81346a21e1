"""The settings of a source that is a HubSpot account."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

import attrs

from salesteam.core import rational
from salesteam.crm import Kind, Secret, phone_region

__all__ = ["Config"]


@attrs.frozen(kw_only=True)
class Config:
    """A HubSpot account.

    Parameters
    ----------
    token : Secret
        Where the access token of a private app is, such as ``env:HUBSPOT_TOKEN``.
    excess_digits : {'reject', 'half_up'}
        What becomes of an amount with more places than its currency.
    daily_share : Fraction
        Part of the requests of the day, used by all apps of the account together, up to which this one goes on.
    currency : str, optional
        ISO 4217 code of deals that name none; the company currency of the account if not given.
    extra : mapping of str to tuple of str, optional
        Kind to the internal names of properties that are kept in `extra`.
    base : str
        Address of the server.
    phone_region : str, optional
        Region, such as CN, by whose plan telephone numbers without the code of a country are read in the form of E.164;
        needs the extra `phones` of salesteam.
    ca : str, optional
        File of an own certificate authority, where a proxy needs one.

    Examples
    --------
    >>> Config(token=Secret("env:HUBSPOT_TOKEN"), excess_digits="reject", daily_share="0.5").base
    'https://api.hubapi.com'
    """

    token: Secret
    excess_digits: Literal["reject", "half_up"]
    daily_share: Fraction = attrs.field(converter=rational)
    currency: str | None = None
    extra: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict)
    base: str = "https://api.hubapi.com"
    phone_region: str | None = phone_region()
    ca: str | None = None
