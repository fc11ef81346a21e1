"""Which money, of whom, counts in another period if deals are booked by another reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import FiscalYear, Grid, Money, Period, _table, find, say
from salesteam.crm._deals import Deal
from salesteam.crm._reading import Records
from salesteam.crm._store import Store
from salesteam.crm.facts._booking import BOOKED_ON, booking
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import FactTable, Gathering, Identity

__all__ = ["BookingComparison", "BookingRow", "MovedRow", "compare_booking"]

_Days = Mapping[str, date | None]


@attrs.frozen(kw_only=True)
class BookingRow:
    """A won deal that counts in another period by another reading, or in none.

    Examples
    --------
    >>> row = BookingRow(transaction="D-1", amount_minor=50000, currency="CNY", closed_on=date(2026, 9, 30),
    ...                  closed_on_period="2026-Q3", won_stage=date(2026, 10, 1), won_stage_period="2026-Q4",
    ...                  ref="demo:deal:D-1")
    >>> row.closed_at is None
    True
    """

    transaction: str = _table.column("id of the deal in its source")
    payee: str | None = _table.column("person who owns the deal", default=None)
    amount_minor: int = _table.column("value of the deal", unit="minor units")
    currency: str = _table.column("ISO 4217 code of the value")
    closed_on: date | None = _table.column("day by closed_on; empty if it lacks it", default=None)
    closed_at: date | None = _table.column("day by closed_at; empty if it lacks it", default=None)
    won_stage: date | None = _table.column("day by won_stage; empty if it lacks it", default=None)
    closed_on_period: str | None = _table.column("period of that day", default=None)
    closed_at_period: str | None = _table.column("period of that day", default=None)
    won_stage_period: str | None = _table.column("period of that day", default=None)
    ref: str = _table.column("full reference of the record")


@attrs.frozen(kw_only=True)
class MovedRow:
    """The money of a person in a period, by each reading; only of deals that move.

    Examples
    --------
    >>> row = MovedRow(payee="li", period="2026-Q3", currency="CNY", closed_on_minor=50000, won_stage_minor=0)
    >>> row.closed_at_minor is None
    True
    """

    payee: str | None = _table.column("person who owns the deals; empty if nobody does", default=None)
    period: str = _table.column("the period")
    currency: str = _table.column("ISO 4217 code of the amounts")
    closed_on_minor: int | None = _table.column(
        "amount by closed_on; empty if no deal has it", "minor units", default=None
    )
    closed_at_minor: int | None = _table.column(
        "amount by closed_at; empty if no deal has it", "minor units", default=None
    )
    won_stage_minor: int | None = _table.column(
        "amount by won_stage; empty if no deal has it", "minor units", default=None
    )


@attrs.frozen(kw_only=True)
class BookingComparison(FactTable[BookingRow]):
    """The deals that move between readings of the booking day, and the money of each person that moves with them.

    Made by `compare_booking`.

    Parameters
    ----------
    readings : tuple of str
        The readings that were compared: those by which at least one won deal has a day.
    name, rows, row_type, looked_at, used, aside, report, conventions
        As in `FactTable`.

    Examples
    --------
    >>> from salesteam.crm import Records, facts
    >>> found = facts.compare_booking(Records(), tz="Asia/Shanghai", period="quarter")
    >>> found.readings, found.money
    ((), ())
    """

    readings: tuple[str, ...] = ()

    @cached_property
    def money(self) -> tuple[MovedRow, ...]:
        """The amounts of each person and period that differ between readings, by period and person.

        Examples
        --------
        >>> from salesteam.crm import Records, facts
        >>> facts.compare_booking(Records(), tz="Asia/Shanghai", period="month").money
        ()
        """
        sums: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(self.readings, 0))
        for row in self.rows:
            for reading in self.readings:
                period = getattr(row, f"{reading}_period")
                if period is not None:
                    sums[period, row.payee or "", row.currency][reading] += row.amount_minor
        return tuple(
            MovedRow(
                payee=payee or None,
                period=period,
                currency=currency,
                **{f"{reading}_minor": amount for reading, amount in found.items()},
            )
            for (period, payee, currency), found in sorted(sums.items())
            if len(set(found.values())) > 1
        )

    def money_frame(self, like: Any = None) -> Any:
        """The money that moves as a table; `to_frame` gives the deals.

        Parameters
        ----------
        like : frame, optional
            Gives the kind of frame; pandas if not given.

        Returns
        -------
        frame
            Columns as `MovedRow` declares them.

        Examples
        --------
        >>> from salesteam.crm import Records, facts
        >>> list(facts.compare_booking(Records(), tz="UTC", period="month").money_frame().columns)[:3]
        ['payee', 'period', 'currency']
        """
        return _table.write_rows(self.money, MovedRow, like=like)

    def explain(self, lang: str = "en") -> str:
        """Tell the account of the deals, and how much money of how many people moves.

        Examples
        --------
        >>> from salesteam.crm import Records, facts
        >>> print(facts.compare_booking(Records(), tz="UTC", period="month").explain())
        compare_booking: 0 looked at = 0 used, in 0 rows (tz=UTC, period=month)
        No deal moves between the readings.
        """
        return f"{super().explain(lang)}\n{self._moved(lang)}"

    def _moved(self, lang: str) -> str:
        between = ", ".join(self.readings)
        if not self.rows:
            return say(lang, en="No deal moves between the readings.", zh="没有商机因口径不同而移动。")
        totals: dict[str, int] = defaultdict(int)
        for row in self.rows:
            totals[row.currency] += abs(row.amount_minor)
        amounts = ", ".join(Money(minor, currency).text(lang) for currency, minor in sorted(totals.items()))
        people = len({row.payee for row in self.rows if row.payee is not None})
        return say(
            lang,
            en=f"Moving between {between}: deals {len(self.rows)}, amount {amounts}, people {people}.",
            zh=f"在 {between} 之间移动：商机 {len(self.rows)} 单，金额 {amounts}，人员 {people} 人。",
        )

    def grid(self, lang: str = "en", most: int = 20) -> Grid:
        """The money that moves for display, one row a period and person, with the account below.

        Examples
        --------
        >>> from salesteam.crm import Records, facts
        >>> facts.compare_booking(Records(), tz="UTC", period="month").grid().columns
        ('Period', 'Person')
        """
        heads = say(lang, en="Period|Person", zh="期间|人员").split("|")
        rows = [
            (row.period, row.payee or "—", *(_amount(row, reading, lang) for reading in self.readings))
            for row in self.money[:most]
        ]
        return Grid(
            title=say(lang, en="What moves with the booking day", zh="随入账口径移动的金额"),
            columns=(*heads, *self.readings),
            rows=rows,
            right=frozenset(range(len(heads), len(heads) + len(self.readings))),
            note=self.explain(lang),
        )


def _amount(row: MovedRow, reading: str, lang: str) -> str:
    return Money(getattr(row, f"{reading}_minor"), row.currency).text(lang)


def compare_booking(
    records: Records | Store,
    *,
    tz: str,
    period: str,
    fiscal: FiscalYear | None = None,
    identity: Identity | None = None,
    known_at: datetime | None = None,
) -> BookingComparison:
    """Show which deals, and the money of whom, count in another period if another day is their booking day.

    Use it before `booked_on` is chosen for `transactions` or `metrics`, or written into a contract.
    A reading by which no won deal has a day is not compared: many sources give a closing date or an instant, not both.

    Parameters
    ----------
    records : Records or Store
        What was pulled, or a store that was synced.
    tz : str
        Zone in which instants become days.
    period : {'day', 'week', 'month', 'quarter', 'half', 'year'}
        In which periods money is counted.
    fiscal : FiscalYear, optional
        How years run; calendar years if not given.
    identity : mapping or callable, optional
        Login to person; logins are taken as persons if not given.
    known_at : datetime, optional
        As a store knew the records at this instant, so that a number of the past can be computed again.

    Returns
    -------
    BookingComparison
        One row a deal that moves, its `money` by period and person. A deal that lacks a day by a reading counts in no
        period by it, so it moves. Those that count in one period by every reading are left out, counted.
        The person is the owner: splits move with their deal.

    Raises
    ------
    InvalidValueError
        For an unknown zone or kind of period.

    Examples
    --------
    >>> from datetime import UTC
    >>> from salesteam.crm import Ref
    >>> deal = Deal(ref=Ref("demo", "deal", "D-1"), status="won", value=Money.of("500", "CNY"),
    ...             closed_on=date(2026, 9, 30), closed_at=datetime(2026, 9, 30, 17, tzinfo=UTC),
    ...             owner=Ref("demo", "user", "li"))
    >>> found = compare_booking(Records(records=(deal,)), tz="Asia/Shanghai", period="quarter")
    >>> [(row.period, row.payee, row.closed_on_minor, row.closed_at_minor) for row in found.money]
    [('2026-Q3', 'li', 50000, 0), ('2026-Q4', 'li', 0, 50000)]
    """
    records = recorded(records, known_at)
    days = {reading: booking(records, reading, tz) for reading in BOOKED_ON}

    def named(day: date | None) -> str | None:
        return None if day is None else Period.containing(day, period, fiscal=fiscal).name

    named(date(2000, 1, 1))  # an unknown kind of period is refused, be there deals or not
    found: tuple[Deal, ...] = records.of("deal")
    readings = tuple(
        reading for reading, day in days.items() if any(day(deal) is not None for deal in found if deal.status == "won")
    )
    gathering = Gathering("compare_booking", BookingRow, (("tz", tz), ("period", period)), identity)
    for deal in found:
        reason = _row(gathering, deal, {reading: days[reading](deal) for reading in readings}, named)
        if reason is not None:
            gathering.leave_out(deal.ref, reason)
    table = gathering.table(len(found))
    return BookingComparison(**{name: getattr(table, name) for name in _FIELDS}, readings=readings)


_FIELDS = tuple(field.name for field in attrs.fields(FactTable))


def _row(
    gathering: Gathering[BookingRow], deal: Deal, days: _Days, named: Callable[[date | None], str | None]
) -> str | None:
    """Use a deal that moves; the reason, if it does not."""
    if deal.status != "won":
        return deal.status
    if all(day is None for day in days.values()):
        gathering.findings.append(find("crm.no-booking-date", ref=str(deal.ref), booked_on=" / ".join(BOOKED_ON)))
        return "no date"
    if deal.value is None:
        gathering.findings.append(find("crm.no-value", ref=str(deal.ref)))
        return "no value"
    payee = gathering.person(deal.owner)
    if payee is None and deal.owner is not None:
        return "owner is no person of the team"
    periods = {reading: named(day) for reading, day in days.items()}
    if len(set(periods.values())) == 1:
        return "same period by every reading"
    told: dict[str, Any] = {**days, **{f"{reading}_period": name for reading, name in periods.items()}}
    gathering.use(
        BookingRow(
            transaction=deal.ref.external_id,
            payee=payee,
            amount_minor=deal.value.minor,
            currency=deal.value.currency,
            ref=str(deal.ref),
            **told,
        )
    )
    return None
