"""The settings of a source that is a Salesforce org."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal

import attrs

from salesteam.core import rational
from salesteam.crm import Kind, Secret, phone_region
from salesteam.crm.facts import zone
from salesteam.errors import InvalidValueError

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


def _zone(_: object, __: attrs.Attribute[Any], value: str | None) -> None:
    if value is not None:
        zone(value)


@attrs.frozen(kw_only=True)
class Config:
    """A Salesforce org.

    Parameters
    ----------
    base : str
        Its own domain, such as ``https://acme.my.salesforce.com``.
    client_id : Secret
        Where the consumer key of an external client app is.
    excess_digits : {'reject', 'half_up'}
        What becomes of an amount with more places than its currency.
    daily_share : Fraction
        Part of the requests of the day, used by all apps of the org together, up to which this one goes on.
    client_secret : Secret, optional
        Where its consumer secret is, for the client credentials flow; or else
    private_key : Secret, optional
        Where the private RSA key is, in PEM form, whose certificate the app has, for the JWT bearer flow.
    username : str, optional
        Who logs in by the JWT bearer flow.
    audience : str, default "https://login.salesforce.com"
        For whom the signed token is: ``https://test.salesforce.com`` for a sandbox.
    read : {'rest', 'bulk'}, default 'rest'
        By pages of queries, or by jobs of the Bulk API 2.0, for many rows.
    currency : str, optional
        ISO 4217 code of all amounts; leave it out if the org has several currencies, then each record tells its own.
    lead_statuses : mapping of str to str, optional
        The org's statuses of leads to ours, besides those of `LEAD_STATUSES`.
    splits : bool, default False
        Whether the org splits opportunities.
    zone : str, optional
        IANA name of the zone in which the day is told on which a task is due; only tasks that are due need it.
    extra : mapping of str to tuple of str, optional
        Kind to the API names of fields that are kept in `extra`.
    version : str, default "64.0"
        Version of the API.
    phone_region : str, optional
        Region, such as CN, by whose plan telephone numbers without the code of a country are read in the form of E.164;
        needs the extra `phones` of salesteam.
    ca : str, optional
        File of an own certificate authority, where a proxy needs one.

    Raises
    ------
    InvalidValueError
        If there is no login, or more than one.

    Examples
    --------
    >>> id, secret = Secret("env:SF_ID"), Secret("env:SF_SECRET")
    >>> Config(base="https://acme.my.salesforce.com", client_id=id, client_secret=secret, excess_digits="reject",
    ...        daily_share="0.5", currency="CNY").version
    '64.0'
    """

    base: str
    client_id: Secret
    excess_digits: Literal["reject", "half_up"]
    daily_share: Fraction = attrs.field(converter=rational)
    client_secret: Secret | None = None
    private_key: Secret | None = None
    username: str | None = None
    audience: str = "https://login.salesforce.com"
    read: Literal["rest", "bulk"] = "rest"
    currency: str | None = None
    lead_statuses: Mapping[str, LeadStatus] = attrs.field(factory=dict)
    splits: bool = False
    zone: str | None = attrs.field(default=None, validator=_zone)
    extra: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict)
    version: str = "64.0"
    phone_region: str | None = phone_region()
    ca: str | None = None

    def __attrs_post_init__(self) -> None:
        if (self.client_secret is None) == (self.private_key is None):
            raise InvalidValueError(
                "the login is not clear",
                where="client_secret",
                fix="give client_secret for the client credentials flow, or private_key and username for the JWT "
                "bearer flow",
            )
        if (self.private_key is None) != (self.username is None):
            raise InvalidValueError(
                "the JWT bearer flow needs both a key and a user",
                where="username",
                fix="give private_key and username together",
            )
