"""Rights that protect a lead: claims, and the known customers behind some of them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import attrs

from salesteam.core import say
from salesteam.core._noun import as_annotated
from salesteam.core._table import column
from salesteam.errors import InvalidValueError
from salesteam.leads._instant import instant_if_any
from salesteam.leads._model_condition import Condition
from salesteam.leads._model_lead import named

__all__ = ["Claim", "ClaimKind", "Customer"]

ClaimKind = Literal["territory", "named_account", "owner", "open_opportunity"]

KINDS = {
    "territory": ("territory", "区域"),
    "named_account": ("named account", "指名客户"),
    "owner": ("owner", "归属"),
    "open_opportunity": ("open opportunity", "在途商机"),
}


def _start(at: datetime | None) -> datetime | None:
    return instant_if_any(at, "Claim.start")


def _end(at: datetime | None) -> datetime | None:
    return instant_if_any(at, "Claim.end")


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Claim:
    """A right of a holder to the leads of a scope (客户保护).

    The claim with the highest priority wins; a tie of different holders is held for arbitration (仲裁).
    A territory claim narrows the seats that a rule may pick from.
    Every other kind sends the lead to its holder, whatever pool the rule names.
    Where the scope is unknown of a lead, because a field is missing, the claim does not apply to it.

    Parameters
    ----------
    id : str
        Its name, in every explanation.
    kind : {'territory', 'named_account', 'owner', 'open_opportunity'}
        What gives the right.
    holder : str
        A seat, a person or a team.
    scope : Condition
        Which leads it protects; ``territory``, ``account`` or any other field.
    priority : int
        The highest wins.
    start, end : datetime, optional
        In force from, and no longer from (half-open), each with a zone.
    exclusive : bool, default True
        Claims of one priority that are all not exclusive are shared by their holders instead of arbitrated.
    evidence : str, optional
        What proves it.

    Raises
    ------
    InvalidValueError
        For an unknown kind, an empty name, an instant without zone, or an end not after the start.

    Examples
    --------
    >>> Claim(id="c1", kind="named_account", holder="li", priority=10,
    ...       scope=Condition(field="account", operator="eq", value="A-7")).text("zh")
    'c1（指名客户，持有人 li，优先级 10）'
    """

    id: str = attrs.field(validator=named("Claim.id"))
    kind: ClaimKind
    holder: str = attrs.field(validator=named("Claim.holder"))
    scope: Condition
    priority: int
    start: datetime | None = attrs.field(default=None, converter=_start)
    end: datetime | None = attrs.field(default=None, converter=_end)
    exclusive: bool = True
    evidence: str = ""

    def __attrs_post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InvalidValueError(
                f"{self.kind!r} is no kind of claim", where=f"Claim {self.id}", fix=f"use {' or '.join(KINDS)}"
            )
        if self.start and self.end and self.end <= self.start:
            raise InvalidValueError(
                f"it ends at {self.end.isoformat()}, not after its start", where=f"Claim {self.id}", fix="mend the two"
            )

    def in_force(self, at: datetime) -> bool:
        """Whether the claim protects anything at an instant.

        Examples
        --------
        >>> from datetime import UTC
        >>> scope = Condition(field="account", operator="eq", value="A-7")
        >>> claim = Claim(id="c", kind="owner", holder="li", priority=1, scope=scope)
        >>> claim.in_force(datetime(2026, 9, 30, tzinfo=UTC))
        True
        """
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)

    def text(self, lang: str = "en") -> str:
        """The claim in one phrase.

        Examples
        --------
        >>> scope = Condition(field="account", operator="eq", value="A-7")
        >>> Claim(id="c", kind="owner", holder="li", priority=1, scope=scope).text()
        'c (owner, held by li, priority 1)'
        """
        kind = KINDS[self.kind]
        return say(
            lang,
            en=f"{self.id} ({kind[0]}, held by {self.holder}, priority {self.priority})",
            zh=f"{self.id}（{kind[1]}，持有人 {self.holder}，优先级 {self.priority}）",
        )


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Customer:
    """A company that is a customer already, so that its leads are recognised (已知客户).

    A lead belongs to it by the first of these that agrees: its id as the lead's `account`, the registry id, the e-mail
    domain, name and city, phone. The owner then has a claim of kind ``owner`` to the lead.

    Parameters
    ----------
    account : str
        Its id.
    owner : str, optional
        Seat, person or team that looks after it.
    registry_id, domain, company, city, phone : str, optional
        By which it is recognised.
    open_opportunities : int, default 0
        Breaks ties: the most first.
    last_activity : datetime, optional
        Breaks the ties left: the latest first.
    priority : int, default 0
        Priority of the owner's claim.

    Raises
    ------
    InvalidValueError
        For an empty id or an instant without zone.

    Examples
    --------
    >>> Customer(account="A-7", owner="li", domain="hb-make.example").owner
    'li'
    """

    account: str = column("id of the customer", validator=named("Customer.account"))
    owner: str | None = column("seat, person or team that looks after it", default=None)
    registry_id: str | None = column("registration number of the company", default=None)
    domain: str | None = column("domain of its e-mail addresses", default=None)
    company: str | None = column("name of the company", default=None)
    city: str | None = column("city", default=None)
    phone: str | None = column("telephone number", default=None)
    open_opportunities: int = column("open opportunities", default=0)
    last_activity: datetime | None = column(
        "latest activity", default=None, converter=lambda at: instant_if_any(at, "Customer.last_activity")
    )
    priority: int = column("priority of the owner's claim", default=0)
