"""Records of deals, what belongs to them, and what people did and promised."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import ClassVar, Literal

import attrs

from salesteam.core import Money, rational
from salesteam.crm._field_type import refuse_misfits
from salesteam.crm._record import Record, day, days, instants, numbers, parts
from salesteam.crm._ref import Kind, Ref
from salesteam.errors import InvalidValueError

__all__ = [
    "Activity",
    "Commitment",
    "Deal",
    "DealContact",
    "DealLine",
    "MoneyEvent",
    "Pipeline",
    "Product",
    "Quota",
    "Split",
    "Stage",
    "StageChange",
]


@attrs.frozen(kw_only=True)
class Split:
    """Who else a deal is credited to.

    Revenue shares of a deal sum to 1; overlay shares come on top.

    Examples
    --------
    >>> Split(user=Ref("demo", "user", "li"), share=Fraction(3, 5), split_kind="revenue").share
    Fraction(3, 5)
    """

    user: Ref
    share: Fraction = attrs.field(converter=rational)
    split_kind: Literal["revenue", "overlay"]

    def __attrs_post_init__(self) -> None:
        refuse_misfits(self)
        if self.user.kind != "user":
            raise InvalidValueError(f"{self.user} names a {self.user.kind}", where="Split.user", fix="name a user")
        if not 0 <= self.share <= 1:
            raise InvalidValueError(f"{self.share} is not between 0 and 1", where="Split.share", fix="write 60% as 0.6")


@attrs.frozen(kw_only=True)
class Pipeline(Record):
    """A named order of stages.

    Examples
    --------
    >>> Pipeline(ref=Ref("demo", "pipeline", "new"), name="New business").name
    'New business'
    """

    kind: ClassVar[Kind] = "pipeline"
    name: str


@attrs.frozen(kw_only=True)
class Stage(Record):
    """A stage of a pipeline and what it means.

    Examples
    --------
    >>> Stage(ref=Ref("demo", "stage", "won"), name="合同签约", stage_kind="won").stage_kind
    'won'
    """

    kind: ClassVar[Kind] = "stage"
    name: str
    stage_kind: Literal["open", "won", "lost"]
    pipeline: Ref | None = None
    position: int | None = None
    probability: Fraction | None = parts()


@attrs.frozen(kw_only=True)
class Deal(Record):
    """A chance to sell, from first talk to won, lost or void.

    `closed_at` is an instant, `closed_on` a date: a source gives one of them.

    Examples
    --------
    >>> deal = Deal(ref=Ref("demo", "deal", "D-1"), status="won", value=Money.of("120000", "CNY"),
    ...             closed_on=date(2026, 9, 30))
    >>> str(deal.value)
    'CNY 120,000.00'
    """

    kind: ClassVar[Kind] = "deal"
    status: Literal["open", "won", "lost", "void"]
    name: str | None = None
    account: Ref | None = None
    pipeline: Ref | None = None
    stage: Ref | None = None
    value: Money | None = None
    recurring: bool = False
    probability: Fraction | None = parts()
    expected_close: date | None = days()
    closed_at: datetime | None = instants()
    closed_on: date | None = days()
    owner: Ref | None = None
    co_owners: tuple[Ref, ...] = ()
    team: Ref | None = None
    splits: tuple[Split, ...] = ()
    source: str | None = None
    lost_reason: str | None = None
    competitors: tuple[str, ...] = ()
    competitor_response: str | None = None


@attrs.frozen(kw_only=True)
class DealContact(Record):
    """The part that a contact plays in a deal.

    Examples
    --------
    >>> DealContact(ref=Ref("demo", "deal_contact", "1"), deal=Ref("demo", "deal", "D-1"),
    ...             contact=Ref("demo", "contact", "C-1"), role="decision_maker").role
    'decision_maker'
    """

    kind: ClassVar[Kind] = "deal_contact"
    deal: Ref
    contact: Ref
    role: Literal["decision_maker", "influencer", "user", "blocker"]


@attrs.frozen(kw_only=True)
class DealLine(Record):
    """One product in a deal.

    Examples
    --------
    >>> DealLine(ref=Ref("demo", "deal_line", "1"), deal=Ref("demo", "deal", "D-1"),
    ...          product=Ref("demo", "product", "P-1")).quantity
    Fraction(1, 1)
    """

    kind: ClassVar[Kind] = "deal_line"
    deal: Ref
    product: Ref
    quantity: Fraction = numbers(Fraction(1))
    value: Money | None = None


@attrs.frozen(kw_only=True)
class StageChange(Record):
    """A deal moved: natively recorded, or observed between two readings with both bounds.

    Examples
    --------
    >>> StageChange(ref=Ref("demo", "stage_change", "1"), deal=Ref("demo", "deal", "D-1"),
    ...             to=Ref("demo", "stage", "won"), evidence="native").evidence
    'native'
    """

    kind: ClassVar[Kind] = "stage_change"
    deal: Ref
    to: Ref
    from_: Ref | None = None
    at: datetime | None = instants()
    at_earliest: datetime | None = instants()
    at_latest: datetime | None = instants()
    by: Ref | None = None
    evidence: Literal["native", "observed"]

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.at_earliest is not None and self.at_latest is not None and self.at_latest < self.at_earliest:
            raise InvalidValueError(
                f"its latest time {self.at_latest} is before its earliest {self.at_earliest}",
                where="StageChange.at_latest",
                fix="change them round",
            )


@attrs.frozen(kw_only=True)
class Activity(Record):
    """A call, e-mail, meeting, visit, task or note.

    Examples
    --------
    >>> Activity(ref=Ref("demo", "activity", "1"), activity_kind="visit", user=Ref("demo", "user", "li")).activity_kind
    'visit'
    """

    kind: ClassVar[Kind] = "activity"
    activity_kind: Literal["call", "email", "meeting", "visit", "task", "note"]
    user: Ref | None = None
    about: Ref | None = None
    subject: str | None = None
    occurred_at: datetime | None = instants()
    due_at: datetime | None = instants()
    done_at: datetime | None = instants()
    duration: timedelta | None = None


@attrs.frozen(kw_only=True)
class Product(Record):
    """Something sold.

    Examples
    --------
    >>> Product(ref=Ref("demo", "product", "P-1"), name="GTX Pro", family="GTX").family
    'GTX'
    """

    kind: ClassVar[Kind] = "product"
    name: str
    code: str | None = None
    family: str | None = None
    price: Money | None = None


@attrs.frozen(kw_only=True)
class MoneyEvent(Record):
    """Money of a deal that was booked, invoiced, paid or refunded on a day.

    Examples
    --------
    >>> MoneyEvent(ref=Ref("demo", "money_event", "1"), deal=Ref("demo", "deal", "D-1"), on=date(2026, 9, 1),
    ...            value=Money.of("500", "CNY"), event_kind="paid").event_kind
    'paid'
    """

    kind: ClassVar[Kind] = "money_event"
    deal: Ref
    on: date = attrs.field(converter=day)
    value: Money
    event_kind: Literal["booked", "invoiced", "paid", "refund"]


@attrs.frozen(kw_only=True)
class Commitment(Record):
    """A promise made to a customer (承诺).

    Examples
    --------
    >>> Commitment(ref=Ref("demo", "commitment", "1"), text="两周内交付", status="open").status
    'open'
    """

    kind: ClassVar[Kind] = "commitment"
    text: str
    status: str
    user: Ref | None = None
    about: Ref | None = None
    subject: str | None = None
    made_at: datetime | None = instants()
    due_on: date | None = days()
    evidence: str | None = None


@attrs.frozen(kw_only=True)
class Quota(Record):
    """The target of a person or team for a metric and a period.

    Examples
    --------
    >>> Quota(ref=Ref("demo", "quota", "1"), holder=Ref("demo", "user", "li"), period="2026-Q3", metric="revenue",
    ...       target=Fraction(500000)).period
    '2026-Q3'
    """

    kind: ClassVar[Kind] = "quota"
    holder: Ref
    period: str
    metric: str
    target: Fraction = attrs.field(converter=rational)
    currency: str | None = None
