"""The settings of a source that is a Neocrm tenant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from salesteam.crm import Kind, Secret, phone_region
from salesteam.crm.facts import zone
from salesteam.errors import InvalidValueError

__all__ = ["Config"]

State = Literal["open", "won", "lost", "void"]
LeadStatus = Literal["new", "working", "qualified", "disqualified", "converted"]


def _zone(_: object, __: attrs.Attribute[Any], value: str) -> None:
    zone(value)


@attrs.frozen(kw_only=True)
class Config:
    """A tenant of Neocrm.

    Parameters
    ----------
    client_id, client_secret : Secret
        Where the two parts of the connected app are.
    user, password : Secret
        Where the name of the user as whom it reads is, and the password followed by the security token.
    redirect : str
        The callback address that the connected app was registered with.
    stages : mapping of str to str
        Ids of stages (saleStageId) to ``open``, ``won``, ``lost`` or ``void``; deals in others are set aside.
    currency : str
        ISO 4217 code of all amounts.
    excess_digits : {'reject', 'half_up'}
        What becomes of an amount with more places than its currency.
    lead_statuses : mapping of str to str, optional
        The tenant's options of a lead's status to ours; leads with others are set aside.
    zone : str, default "Asia/Shanghai"
        Zone of the tenant, in which its days begin.
    note_type, department : str, optional
        Ids of the type (entityType) and the department (dimDepart) of the activity records that notes become;
        without them no notes are written.
    extra : mapping of str to tuple of str, optional
        Kind to the API names of fields that are kept in `extra`.
    base : str
        Where to log in; the reply of the login names the server of the tenant.
    phone_region : str, optional
        Region, such as CN, by whose plan telephone numbers without the code of a country are read in the form of E.164;
        needs the extra `phones` of salesteam.
    ca : str, optional
        File of an own certificate authority, where a proxy needs one.

    Examples
    --------
    >>> Config(client_id=Secret("env:A"), client_secret=Secret("env:B"), user=Secret("env:C"), password=Secret("env:D"),
    ...        redirect="https://acme.com", stages={"21": "won"}, currency="CNY", excess_digits="reject").zone
    'Asia/Shanghai'
    """

    client_id: Secret
    client_secret: Secret
    user: Secret
    password: Secret
    redirect: str
    stages: Mapping[str, State]
    currency: str
    excess_digits: Literal["reject", "half_up"]
    lead_statuses: Mapping[str, LeadStatus] = attrs.field(factory=dict)
    zone: str = attrs.field(default="Asia/Shanghai", validator=_zone)
    note_type: str | None = None
    department: str | None = None
    extra: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict)
    base: str = "https://login.xiaoshouyi.com"
    phone_region: str | None = phone_region()
    ca: str | None = None

    def __attrs_post_init__(self) -> None:
        if (self.note_type is None) != (self.department is None):
            told = "a note needs a type and a department"
            raise InvalidValueError(told, where="note_type, department", fix="give both or none")
