"""The book: what is held, what was received, and whose turn it is."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Report
from salesteam.core._noun import as_annotated
from salesteam.core._table import column
from salesteam.errors import InvalidValueError
from salesteam.leads._instant import instant, instant_if_any
from salesteam.leads._items import items
from salesteam.leads._model_claim import Customer
from salesteam.leads._model_lead import named

__all__ = ["Book", "Credit", "Holding", "Receipt", "Release", "Turn"]


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Holding:
    """A lead or an opportunity in somebody's hands (持有).

    Parameters
    ----------
    lead : str
        Id of the lead or opportunity.
    seat : str
        Who holds it; for `collide` any name of an owner.
    account : str, optional
        The customer it is about.
    since, until : datetime, optional
        Half-open, each with a zone; no `since` is from ever, no `until` still.
    value_minor : int, optional
        Expected value in minor units.
    source, territory : str, optional
        For caps of these scopes.

    Raises
    ------
    InvalidValueError
        For an empty id, an instant without zone, or an end before the start.

    Examples
    --------
    >>> Holding(lead="L-1", seat="li", account="A-7").until is None
    True
    """

    lead: str = column("id of the lead or opportunity", validator=named("Holding.lead"))
    seat: str = column("who holds it", validator=named("Holding.seat"))
    account: str | None = column("the customer it is about", default=None)
    since: datetime | None = column("held from", default=None, converter=lambda at: instant_if_any(at, "Holding.since"))
    until: datetime | None = column(
        "no longer held from", default=None, converter=lambda at: instant_if_any(at, "Holding.until")
    )
    value_minor: int | None = column("expected value", "minor units", default=None)
    source: str | None = column("where the lead came from", default=None)
    territory: str | None = column("territory of the lead", default=None)

    def __attrs_post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise InvalidValueError(
                f"it ends at {self.until.isoformat()}, before it began",
                where=f"Holding {self.lead}",
                fix="mend the two",
            )

    def open_at(self, at: datetime) -> bool:
        """Whether it is held at an instant.

        Examples
        --------
        >>> from datetime import UTC
        >>> Holding(lead="L-1", seat="li").open_at(datetime(2026, 9, 30, tzinfo=UTC))
        True
        """
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Receipt:
    """One lead that a seat was given, for counts by window.

    Parameters
    ----------
    lead, seat : str
        What, and to whom.
    at : datetime
        When, with a zone.
    value_minor : int, optional
        Its value in minor units.
    source, territory : str, optional
        For caps of these scopes.
    returned : str, optional
        Reason for which the seat gave it back; a selector may refund it.

    Raises
    ------
    InvalidValueError
        For an empty id or an instant without zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> Receipt(lead="L-1", seat="li", at=datetime(2026, 9, 30, tzinfo=UTC)).returned is None
    True
    """

    lead: str = column("id of the lead", validator=named("Receipt.lead"))
    seat: str = column("who was given it", validator=named("Receipt.seat"))
    at: datetime = column("when", converter=lambda at: instant(at, "Receipt.at"))
    value_minor: int | None = column("its value", "minor units", default=None)
    source: str | None = column("where the lead came from", default=None)
    territory: str | None = column("territory of the lead", default=None)
    returned: str | None = column("reason for which it came back", default=None)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Release:
    """A lead that a seat let go of, for cooling.

    Parameters
    ----------
    lead, seat : str
        What, and by whom.
    at : datetime
        When, with a zone.

    Raises
    ------
    InvalidValueError
        For an empty id or an instant without zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> Release(lead="L-1", seat="li", at=datetime(2026, 9, 30, tzinfo=UTC)).seat
    'li'
    """

    lead: str = column("id of the lead", validator=named("Release.lead"))
    seat: str = column("who let go of it", validator=named("Release.seat"))
    at: datetime = column("when", converter=lambda at: instant(at, "Release.at"))


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Turn:
    """Where a round robin stands.

    Parameters
    ----------
    selector : str
        Id of the selector.
    last : str, optional
        Seat that was served last in its turn; the next in the order of ids follows.
    owed : tuple of str, optional
        Seats that were skipped and keep a turn, first first; strict mode only.

    Examples
    --------
    >>> Turn(selector="fair", last="li").owed
    ()
    """

    selector: str
    last: str | None = None
    owed: tuple[str, ...] = attrs.field(default=(), converter=items)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Credit:
    """What a seat has earned under a smooth weighted selector, or where it was set under a count.

    Parameters
    ----------
    selector, seat : str
        Whose.
    credit : Fraction
        In units of weight (smooth weighted), or leads (calibration of a count).

    Examples
    --------
    >>> Credit(selector="by-weight", seat="li", credit=Fraction(-2)).credit
    Fraction(-2, 1)
    """

    selector: str
    seat: str
    credit: Fraction


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Book:
    """The state before an allocation; `Allocation.book` is the state after it.

    Parameters
    ----------
    holdings : tuple of Holding, optional
        What is held; those not open at the instant of the allocation do not count.
    receipts : tuple of Receipt, optional
        What was received, for caps by window and for counts.
    releases : tuple of Release, optional
        What was let go, for cooling.
    turns : tuple of Turn, optional
        Where each round robin stands.
    credits : tuple of Credit, optional
        Credits and calibrations of the weighing selectors.
    customers : tuple of Customer, optional
        Known customers.
    report : Report, optional
        Findings on the frames it was read from.

    Examples
    --------
    >>> book = Book.of(holdings=[{"lead": "L-1", "seat": "li"}, {"lead": "L-2"}])
    >>> len(book.holdings), [finding.place.row for finding in book.report.errors]
    (1, [1])
    """

    holdings: tuple[Holding, ...] = attrs.field(default=(), converter=items)
    receipts: tuple[Receipt, ...] = attrs.field(default=(), converter=items)
    releases: tuple[Release, ...] = attrs.field(default=(), converter=items)
    turns: tuple[Turn, ...] = attrs.field(default=(), converter=items)
    credits: tuple[Credit, ...] = attrs.field(default=(), converter=items)
    customers: tuple[Customer, ...] = attrs.field(default=(), converter=items)
    report: Report = attrs.field(factory=Report, eq=False)

    @classmethod
    def of(
        cls,
        *,
        holdings: Any = None,
        receipts: Any = None,
        releases: Any = None,
        customers: Any = None,
        currency: str | None = None,
    ) -> Book:
        """Read a book from frames, or from tuples of its nouns.

        Parameters
        ----------
        holdings, receipts, releases, customers : frame or iterable of nouns, optional
            Columns are the fields of `Holding`, `Receipt`, `Release`, `Customer`.
        currency : str, optional
            ISO 4217 code; needed where values are in major units.

        Returns
        -------
        Book
            With the rows that could be read; its `report` tells of the others.

        Examples
        --------
        >>> Book.of().holdings
        ()
        """
        from salesteam.leads._frame import read

        kinds: dict[str, type] = {"holdings": Holding, "receipts": Receipt, "releases": Release, "customers": Customer}
        given = {"holdings": holdings, "receipts": receipts, "releases": releases, "customers": customers}
        found: dict[str, tuple[tuple[Any, ...], Report]] = {
            name: read(frame, kinds[name], table=name, currency=currency)
            for name, frame in given.items()
            if frame is not None
        }
        report = sum((part for _, part in found.values()), Report())
        return cls(**{name: values for name, (values, _) in found.items()}, report=report)
