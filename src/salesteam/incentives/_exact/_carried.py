"""What a run carries on to the next: sums, what they paid, and what later rows may take back or repeat."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

import attrs

from salesteam.incentives._exact._deal import Deal, Left
from salesteam.incentives._exact._joined import Joined, RowPlace
from salesteam.incentives._exact._rates import Differing
from salesteam.incentives._frame import PersonRow, ShareRow, UnpaidRow
from salesteam.incentives._model import Plan
from salesteam.incentives._posted import Disputed, Posted

__all__ = ["Carried", "DealKey", "Stand", "State", "Told", "layered"]

_K = TypeVar("_K")
_T = TypeVar("_T")
DealKey = tuple[str, str, str, str]
"""Component; deal; payee; which of the credits of the deal, or nothing for the last of the payee's."""
SumKey = tuple[str, str, str, str, str]
"""Measure; kind of holder; holder; pay period; the component whose rows alone are meant, or nothing."""


@attrs.frozen(kw_only=True)
class Told:
    """What the small tables say, so that a later run can tell what has changed.

    Parameters
    ----------
    given : bool
        Whether there is a table `people`.
    people : mapping of str to tuple
        Payee: the rows, each with its other columns as the text that conditions compare.
    leaves, quotas, targets, moves, longer : mapping
        As they were read.
    """

    given: bool = False
    people: Mapping[str, tuple[tuple[PersonRow, Mapping[str, str | None]], ...]] = attrs.field(factory=dict)
    leaves: Mapping[str, list[tuple[date, date]]] = attrs.field(factory=dict)
    quotas: Mapping[tuple[str, str], Mapping[str, Fraction | Disputed]] = attrs.field(factory=dict)
    targets: Mapping[str, Mapping[str, tuple[int | None, int | None] | Disputed]] = attrs.field(factory=dict)
    moves: Mapping[tuple[str, str, str, str], tuple[Fraction | Disputed, ...]] = attrs.field(factory=dict)
    longer: Mapping[tuple[str, str, str, str], Fraction | Disputed] = attrs.field(factory=dict)

    @classmethod
    def of(cls, people: Any, leaves: Mapping[str, list[tuple[date, date]]], small: Posted) -> Told:
        """What was read of people, leaves, and the tables that `posted` reads."""
        told = {
            payee: tuple((people.rows[i], {name: people.cell(i, name) for name in people.extra}) for i in own)
            for payee, own in people.positions.items()
        }
        return cls(
            given=people.given, people=told, leaves=leaves, quotas=small.quotas, targets=small.targets,
            moves=small.moves, longer=small.longer,
        )  # fmt: skip


@attrs.frozen
class Stand:
    """Where the running sum of a component, payee and interval stands.

    Parameters
    ----------
    at, since : Fraction
        The sum, and where it was last paid.
    first : bool
        Whether nothing was paid yet.
    count : int
        How many rows were paid an amount.
    """

    at: Fraction
    since: Fraction
    first: bool
    count: int


@attrs.define(kw_only=True, eq=False)
class Carried:
    """The numbers of a `State`.

    Parameters
    ----------
    told : Told
        The small tables.
    periods : tuple of str
        Pay periods of all runs so far.
    last : date
        The last day of a deal.
    payees : dict of str to None
        Everyone who was credited.
    strangers : dict
        Payee and day: who would have been, but whom `people` does not know on it.
    sums : dict of SumKey to Joined
        What was reached.
    seen : dict
        Measure, payee and pay period: the transactions behind it.
    rows : dict
        Component paid row by row, payee and interval, or deal and slot: where the running sum stands.
    terms : dict
        Component paid row by row, payee and interval: what the curve was stretched by.
    kept : mapping of DealKey to Fraction or None
        The rate of a deal that is paid whole at one, None where nobody owned it; reversals take back at it.
    given : mapping of DealKey to (Fraction, Fraction)
        The amount that was paid for a deal, and what reversals have left of it.
    usual : mapping of (str, str, str) to Fraction
        Rule for windfalls by its number, accumulation and deal: the share that is no windfall.
    customers : dict
        Rule for windfalls by its number, interval and customer: what they bought.
    undone : dict
        Deals that events undo: how much, with sums corrected, and at the rate that was paid.
    sharers : dict
        Component paid row by row whose pay is divided equally, and pay period: who shares.
    held : dict
        Component, payee and pay period under limits on deals: by what deals were held to them.
    orders : dict
        The same, or nothing, payee and pay period under limits on the plan: the place of the last row.
    purses : dict
        Component paid row by row, payee and, if anything bends the pay, pay period: for each interval exact pay so
        far, and what was paid.
    stuck : dict
        Component, payee, pay period and interval of rows that came back for want of a number.
    excess : dict
        Cap whose excess waits, by its number, and payee: for each pay period the pay before it, what it moved,
        and whether any row was paid.
    totals : dict
        Payee and pay period: the pay of all components paid row by row before and after the limits of the plan.
    pays : dict
        Payee, period and component: exact pay, pay in minor units, and up to which sum.
    back : tuple of UnpaidRow
        Transactions that came back for good.
    lacking : dict
        Component, payee or team, and pay period: what came back, until it is rated again.
    deals : mapping of str to Deal
        All that could be read, by id.
    left : dict of str to Left
        Deals with reversals.
    void : dict of str to None
        Ids that came twice with different cells, or take back what never came.
    awaited : dict of str to str
        Deals that never came, and what would take them back.
    shares : mapping of str to tuple of ShareRow
        The table `credits`, by transaction.
    early : dict of str to tuple of ShareRow
        The rows of it whose transaction has not come yet.
    steps : dict of str to int
        For each number column that is no money, parts of one that make its cells whole.
    rates : dict
        Currency and day: the rate that was used, or None where there was none.
    """

    told: Told = attrs.field(factory=Told)
    periods: tuple[str, ...] = ()
    last: date = date.min
    payees: dict[str, None] = attrs.field(factory=dict)
    strangers: dict[tuple[str, date | None], None] = attrs.field(factory=dict)
    sums: dict[SumKey, Joined] = attrs.field(factory=dict)
    seen: dict[tuple[str, str, str], tuple[str, ...]] = attrs.field(factory=dict)
    rows: dict[tuple[str, ...], Stand] = attrs.field(factory=dict)
    terms: dict[tuple[str, str, str], tuple[Fraction, Fraction]] = attrs.field(factory=dict)
    kept: Mapping[DealKey, Fraction | None] = attrs.field(factory=dict)
    given: Mapping[DealKey, tuple[Fraction, Fraction]] = attrs.field(factory=dict)
    usual: Mapping[tuple[str, str, str], Fraction] = attrs.field(factory=dict)
    customers: dict[tuple[str, str, str], Fraction] = attrs.field(factory=dict)
    undone: dict[str, tuple[Fraction, Fraction]] = attrs.field(factory=dict)
    sharers: dict[tuple[str, str], tuple[str, ...]] = attrs.field(factory=dict)
    held: dict[tuple[str, str, str], tuple[Fraction, ...]] = attrs.field(factory=dict)
    orders: dict[tuple[str, str, str], RowPlace] = attrs.field(factory=dict)
    purses: dict[tuple[str, str, str], dict[str, tuple[Fraction, int]]] = attrs.field(factory=dict)
    stuck: dict[tuple[str, str, str, str], None] = attrs.field(factory=dict)
    excess: dict[tuple[str, str], dict[str, tuple[int, int, bool]]] = attrs.field(factory=dict)
    totals: dict[tuple[str, str], tuple[int, int]] = attrs.field(factory=dict)
    pays: dict[tuple[str, str, str], tuple[Fraction, int, Fraction | None]] = attrs.field(factory=dict)
    back: tuple[UnpaidRow, ...] = ()
    lacking: dict[tuple[str, str, str], tuple[UnpaidRow, ...]] = attrs.field(factory=dict)
    deals: Mapping[str, Deal] = attrs.field(factory=dict)
    left: dict[str, Left] = attrs.field(factory=dict)
    void: dict[str, None] = attrs.field(factory=dict)
    awaited: dict[str, str] = attrs.field(factory=dict)
    shares: Mapping[str, tuple[ShareRow, ...]] = attrs.field(factory=dict)
    early: dict[str, tuple[ShareRow, ...]] = attrs.field(factory=dict)
    steps: dict[str, int] = attrs.field(factory=dict)
    rates: dict[tuple[str, date | None], Fraction | Differing | None] = attrs.field(factory=dict)

    def copied(self) -> Carried:
        """The same, for a run that goes on from here and leaves this as it is; layers are shared, and never written."""
        own = {each.name: getattr(self, each.name) for each in attrs.fields(Carried)}
        copies: dict[str, Any] = {name: dict(cell) for name, cell in own.items() if type(cell) is dict}
        return attrs.evolve(self, **copies)


@attrs.frozen(kw_only=True, eq=False)
class State:
    """Where a run stands: what `pay(…, resume=run.state)` goes on from, at the cost of the new rows alone.

    A later run may go on from it with the same plan; several runs may go on from one state.
    It holds sums, what was paid on them, and the deals that later rows may take back or repeat.

    Parameters
    ----------
    plan : Plan
        With its conventions written out; only a run of this very plan goes on from here.
    as_of : date or None
        Day of the knowledge.
    carried : Carried
        The numbers, for the engine alone.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, scheme
    >>> plan, deal = scheme("assist_split"), {"transaction": "T1", "date": "2026-01-05", "amount": "100", "payee": "li"}
    >>> first = pay(plan, Facts(transactions=[deal]))
    >>> more = {**deal, "transaction": "T2", "date": "2026-01-06"}
    >>> pay(plan, Facts(transactions=[more]), resume=first.state).total.text()
    'CNY 10.00'
    """

    plan: Plan
    as_of: date | None
    carried: Carried = attrs.field(repr=False)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the state to a file, for a run of another day and process.

        The file appears whole or not at all: whoever is stopped on the way leaves the one of before.
        It names payees and their pay, so only its owner may read it.

        Parameters
        ----------
        path : str or path
            A file of JSON in the format `salesteam-state/1`; what it held is replaced.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InvalidValueError
            If the state is larger than what can be loaded.
        OSError
            If nothing can be written there.

        Examples
        --------
        >>> import tempfile
        >>> from salesteam.incentives import Facts, pay, scheme
        >>> deal = {"transaction": "T1", "date": "2026-01-05", "amount": "100", "payee": "li"}
        >>> run = pay(scheme("assist_split"), Facts(transactions=[deal]))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     run.state.save(Path(folder) / "state.json").name
        'state.json'
        """
        from salesteam.incentives._exact._saved import save

        return save(self, Path(path))

    @classmethod
    def load(cls, path: str | PathLike[str]) -> State:
        """Read a state that `save` wrote; nothing in the file is ever executed.

        A run that goes on from it is refused as from the original: if the plan is another, or what was paid on has
        changed.
        Keep the file where nobody else can write, since what it says was paid is believed.

        Parameters
        ----------
        path : str or path
            A file of JSON in the format `salesteam-state/1`.

        Returns
        -------
        State
            Equal to the one that was saved.

        Raises
        ------
        ReportError
            If there is no such file, or it is too large, broken, of another format, or holds anything that no state
            does; all findings are in it, each with the file and the path in it.

        Examples
        --------
        >>> import tempfile
        >>> from salesteam.incentives import Facts, State, pay, scheme
        >>> plan = scheme("assist_split")
        >>> deal = {"transaction": "T1", "date": "2026-01-05", "amount": "100", "payee": "li"}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pay(plan, Facts(transactions=[deal])).state.save(Path(folder) / "state.json")
        ...     state = State.load(file)
        >>> more = {**deal, "transaction": "T2", "date": "2026-01-06"}
        >>> pay(plan, Facts(transactions=[more]), resume=state).total.text()
        'CNY 10.00'
        """
        from salesteam.incentives._exact._restored import load

        return load(Path(path))


def layered(older: Mapping[_K, _T], new: Iterable[tuple[_K, _T]]) -> Mapping[_K, _T]:
    """More entries over older ones, which stay as they are; small layers are melted, so that there are few of them."""
    layers = [dict(new), *(older.maps if isinstance(older, ChainMap) else [dict(older)])]
    while len(layers) > 1 and len(layers[1]) <= 2 * len(layers[0]):
        layers[:2] = [{**layers[1], **layers[0]}]
    return ChainMap(*layers)
