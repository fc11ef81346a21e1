"""The settings of a source that is an FXiaoke tenant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from salesteam.crm import Kind, Secret, phone_region
from salesteam.crm.facts import zone

__all__ = ["LEADS", "STATES", "Config"]

State = Literal["open", "won", "lost", "void"]
LeadStatus = Literal["new", "working", "qualified", "disqualified", "converted"]
STATES: Mapping[str, State] = {"1": "open", "2": "won", "3": "lost", "4": "void"}
"""The states of opportunities that every tenant has: 进行中, 赢单, 输单, 无效."""
LEADS: Mapping[str, LeadStatus] = {
    "un_assigned": "new",
    "un_processed": "new",
    "processed": "working",
    "transformed": "converted",
    "closed": "disqualified",
}
"""The states of leads that every tenant has: 待分配, 待处理, 跟进中, 已转换, 无效."""


def _zone(_: object, __: attrs.Attribute[Any], value: str) -> None:
    zone(value)


@attrs.frozen(kw_only=True)
class Config:
    """A tenant of FXiaoke.

    Parameters
    ----------
    app_id, app_secret, permanent_code : Secret
        Where the three parts of the self-built app (企业自建应用) are.
    user : str
        The open id of the user as whom it reads, such as ``FSUID_…``.
    excess_digits : {'reject', 'half_up'}
        What becomes of an amount with more places than its currency.
    currency : str, optional
        ISO 4217 code of all amounts; leave it out if each record tells its own.
    zone : str, default "Asia/Shanghai"
        Zone of the tenant, in which its days begin.
    states, lead_statuses : mapping of str to str, optional
        The tenant's own options, besides those that every tenant has.
    note_type : str, optional
        Id of the type (销售记录类型) of the sales records that notes become, where the tenant demands one.
    extra : mapping of str to tuple of str, optional
        Kind to the API names of fields that are kept in `extra`.
    base : str
        Address of the server.
    phone_region : str, optional
        Region, such as CN, by whose plan telephone numbers without the code of a country are read in the form of E.164;
        needs the extra `phones` of salesteam.
    ca : str, optional
        File of an own certificate authority, where a proxy needs one.

    Examples
    --------
    >>> Config(app_id=Secret("env:A"), app_secret=Secret("env:B"), permanent_code=Secret("env:C"), user="FSUID_1",
    ...        excess_digits="reject", currency="CNY").base
    'https://open.fxiaoke.com'
    """

    app_id: Secret
    app_secret: Secret
    permanent_code: Secret
    user: str
    excess_digits: Literal["reject", "half_up"]
    currency: str | None = None
    zone: str = attrs.field(default="Asia/Shanghai", validator=_zone)
    states: Mapping[str, State] = attrs.field(factory=dict)
    lead_statuses: Mapping[str, LeadStatus] = attrs.field(factory=dict)
    note_type: str | None = None
    extra: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict)
    base: str = "https://open.fxiaoke.com"
    phone_region: str | None = phone_region()
    ca: str | None = None
