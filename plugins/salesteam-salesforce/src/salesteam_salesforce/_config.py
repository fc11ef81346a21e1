"""The settings of a source that is a Salesforce org."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

import attrs

from salesteam.core import rational
from salesteam.crm import Kind, Secret

__all__ = ["LEAD_STATUSES", "Config"]

LeadStatus = Literal["new", "working", "qualified", "disqualified", "converted"]
LEAD_STATUSES: Mapping[str, LeadStatus] = MappingProxyType(
    {
        "Open - Not Contacted": "new",
        "Working - Contacted": "working",
        "Closed - Converted": "converted",
        "Closed - Not Converted": "disqualified",
    }
)
"""The statuses of leads that every new org has."""


@attrs.frozen(kw_only=True)
class Config:
    """A Salesforce org.

    Parameters
    ----------
    base : str
        Its own domain, such as ``https://acme.my.salesforce.com``.
    client_id, client_secret : Secret
        Where the key and the secret of an external client app are, with the client credentials flow.
    excess_digits : {'reject', 'half_up'}
        What becomes of an amount with more places than its currency.
    daily_share : Fraction
        Part of the requests of the day, used by all apps of the org together, up to which this one goes on.
    currency : str, optional
        ISO 4217 code of all amounts; leave it out if the org has several currencies, then each record tells its own.
    lead_statuses : mapping of str to str, optional
        The org's statuses of leads to ours, besides those of `LEAD_STATUSES`.
    splits : bool, default False
        Whether the org splits opportunities.
    extra : mapping of str to tuple of str, optional
        Kind to the API names of fields that are kept in `extra`.
    version : str, default "64.0"
        Version of the API.
    ca : str, optional
        File of an own certificate authority, where a proxy needs one.

    Examples
    --------
    >>> id, secret = Secret("env:SF_ID"), Secret("env:SF_SECRET")
    >>> Config(base="https://acme.my.salesforce.com", client_id=id, client_secret=secret, excess_digits="reject",
    ...        daily_share="0.5", currency="CNY").version
    '64.0'
    """

    base: str
    client_id: Secret
    client_secret: Secret
    excess_digits: Literal["reject", "half_up"]
    daily_share: Fraction = attrs.field(converter=rational)
    currency: str | None = None
    lead_statuses: Mapping[str, LeadStatus] = attrs.field(factory=dict)
    splits: bool = False
    extra: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict)
    version: str = "64.0"
    ca: str | None = None
