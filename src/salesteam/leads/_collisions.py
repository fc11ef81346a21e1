"""The result of looking for collisions: which customers several owners work at once, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Explanation, Grid, Place, Report, Step, find, say, shown
from salesteam.core._table import column
from salesteam.errors import NotFoundError
from salesteam.leads._frame import write
from salesteam.leads._model_book import Holding

__all__ = ["Collision", "Collisions"]

_SHOWN = 10


@attrs.frozen(kw_only=True)
class Collision:
    """One customer that several owners work at once (撞单).

    Parameters
    ----------
    account : str
        The customer.
    owners : int
        Different owners among the holdings that collide.
    holdings : int
        Holdings that overlap in time with one of another owner.
    first : str
        Owner whose colliding holding began first; by name if several did.
    duplicates : int
        Colliding holdings of all others: the duplicate effort.
    duplicate_minor : int
        Their value in minor units.
    value_minor : int
        Value of all colliding holdings, in minor units.
    unvalued : int
        Colliding holdings of unknown value, which count nothing above.
    days : Fraction
        Owner-days beyond the first: time with n owners at work counts n − 1 times.

    Examples
    --------
    >>> from salesteam.leads import collide
    >>> from datetime import UTC
    >>> rows = [{"lead": "O-1", "seat": "li", "account": "A", "since": datetime(2026, 9, 1, tzinfo=UTC)},
    ...         {"lead": "O-2", "seat": "wu", "account": "A", "since": datetime(2026, 9, 11, tzinfo=UTC)}]
    >>> found = collide(rows, as_of=datetime(2026, 9, 30, tzinfo=UTC)).collisions[0]
    >>> found.first, found.duplicates, found.days
    ('li', 1, Fraction(19, 1))
    """

    account: str = column("the customer")
    owners: int = column("owners at once", "people")
    holdings: int = column("holdings that collide", "holdings")
    first: str = column("owner who began first")
    duplicates: int = column("colliding holdings of all others", "holdings")
    duplicate_minor: int = column("their value", "minor units")
    value_minor: int = column("value of all colliding holdings", "minor units")
    unvalued: int = column("colliding holdings of unknown value", "holdings")
    days: Fraction = column("owner-days beyond the first", "days")


@attrs.frozen(kw_only=True)
class Collisions:
    """Every customer that several owners work at once; made by `collide`.

    Parameters
    ----------
    collisions : tuple of Collision
        One for each customer, the most duplicate holdings first.
    members : tuple of Holding
        The holdings that collide, in the order of the collisions, then by start.
    total : int
        Holdings that were looked at, those without customer or start among them.
    accounts : int
        Customers with at least one holding that has a start.
    as_of : datetime
        Until when open holdings count.
    read : Report
        Findings on what was read.
    like : object
        What the holdings were given as.

    Examples
    --------
    >>> from salesteam.leads import collide
    >>> from datetime import UTC
    >>> print(collide([], as_of=datetime(2026, 9, 30, tzinfo=UTC)).summary())
    0 of 0 customers are worked by several owners at once.
    """

    collisions: tuple[Collision, ...]
    members: tuple[Holding, ...] = attrs.field(repr=False)
    total: int
    accounts: int
    as_of: datetime
    read: Report = attrs.field(repr=False, eq=False)
    like: Any = attrs.field(repr=False, eq=False)

    @property
    def holdings(self) -> int:
        """How many holdings collide.

        Examples
        --------
        >>> from salesteam.leads import collide
        >>> from datetime import UTC
        >>> collide([], as_of=datetime(2026, 9, 30, tzinfo=UTC)).holdings
        0
        """
        return len(self.members)

    @property
    def owners(self) -> int:
        """How many different owners are involved.

        Examples
        --------
        >>> from salesteam.leads import collide
        >>> from datetime import UTC
        >>> collide([], as_of=datetime(2026, 9, 30, tzinfo=UTC)).owners
        0
        """
        return len({holding.seat for holding in self.members})

    @cached_property
    def report(self) -> Report:
        """Findings on what was read, and one on all collisions together, however many there are.

        Examples
        --------
        >>> from salesteam.leads import collide
        >>> from datetime import UTC
        >>> collide([], as_of=datetime(2026, 9, 30, tzinfo=UTC)).report.ok
        True
        """
        if not self.collisions:
            return self.read
        finding = find(
            "leads.collision",
            Place(table="holdings", field="account", key=self.collisions[0].account),
            accounts=len(self.collisions),
            holdings=self.holdings,
            owners=self.owners,
            days=_whole(sum((each.days for each in self.collisions), Fraction(0))),
            worst=self.collisions[0].account,
        )
        return self.read + Report.of(finding)

    def summary(self, lang: str = "en") -> str:
        """All collisions in one or two sentences.

        Examples
        --------
        >>> from salesteam.leads import collide
        >>> from datetime import UTC
        >>> collide([], as_of=datetime(2026, 9, 30, tzinfo=UTC)).summary("zh")
        '0 个客户中有 0 个被多名负责人同时跟进。'
        """
        head = say(
            lang,
            en=f"{len(self.collisions)} of {self.accounts} customers are worked by several owners at once.",
            zh=f"{self.accounts} 个客户中有 {len(self.collisions)} 个被多名负责人同时跟进。",
        )
        if not self.collisions:
            return head
        duplicates = sum(each.duplicates for each in self.collisions)
        days = _whole(sum((each.days for each in self.collisions), Fraction(0)))
        return head + say(
            lang,
            en=f" {self.holdings} of {self.total} holdings collide; {duplicates} of them are not the first owner's, "
            f"{days} owner-days beyond the first.",
            zh=f"{self.total} 条持有记录中有 {self.holdings} 条撞单，其中 {duplicates} 条不属于最先跟进者，"
            f"重复投入 {days} 人天。",
        )

    def explain(self, account: str, lang: str = "en") -> Explanation:
        """Who works a customer at once: each owner with holdings, first start and value.

        Parameters
        ----------
        account : str
            The customer, as in `Collision.account`.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step for each owner, the first to begin first.

        Raises
        ------
        NotFoundError
            If nothing collides there.

        Examples
        --------
        >>> from salesteam.leads import collide
        >>> from datetime import UTC
        >>> since = datetime(2026, 9, 1, tzinfo=UTC)
        >>> rows = [{"lead": f"O-{name}", "seat": name, "account": "A", "since": since} for name in ("li", "wu")]
        >>> [step.label for step in collide(rows, as_of=datetime(2026, 9, 30, tzinfo=UTC)).explain("A").steps]
        ['li', 'wu']
        """
        found = next((each for each in self.collisions if each.account == account), None)
        if found is None:
            known = (each.account for each in self.collisions)
            raise NotFoundError("collision", account, known, where="these collisions")
        mine: dict[str, list[Holding]] = {}
        for holding in self.members:
            if holding.account == account:
                mine.setdefault(holding.seat, []).append(holding)
        steps = [
            Step(
                label=owner,
                formula=say(lang, en=f"from {_day(held)}", zh=f"自 {_day(held)}"),
                value=say(lang, en=f"{len(held)} holdings", zh=f"{len(held)} 条"),
            )
            for owner, held in sorted(mine.items(), key=lambda each: (_day(each[1]), each[0]))
        ]
        return Explanation(
            title=say(
                lang,
                en=f"{account}: {found.owners} owners at once, {shown(_whole(found.days))} owner-days beyond the first",
                zh=f"{account}：{found.owners} 名负责人同时跟进，重复投入 {shown(_whole(found.days))} 人天",
            ),
            steps=tuple(steps),
            conventions=self.conventions(lang),
        )

    def conventions(self, lang: str = "en") -> tuple[str, ...]:
        """What counts as a collision here.

        Examples
        --------
        >>> from salesteam.leads import collide
        >>> from datetime import UTC
        >>> len(collide([], as_of=datetime(2026, 9, 30, tzinfo=UTC)).conventions())
        1
        """
        until = self.as_of.isoformat()
        return (
            say(
                lang,
                en=f"two owners, one customer, overlapping half-open times; open holdings count until {until}",
                zh=f"同一客户、不同负责人、持有时间（左闭右开）重叠；未结束的计至 {until}",
            ),
        )

    def to_frame(self) -> Any:
        """One row for each customer that collides, with the columns of `Collision`.

        Examples
        --------
        >>> from salesteam.leads import collide
        >>> from datetime import UTC
        >>> len(collide((), as_of=datetime(2026, 9, 30, tzinfo=UTC)).to_frame())
        0
        """
        return write(self.collisions, Collision, self.like)

    def members_frame(self) -> Any:
        """One row for each holding that collides, with the columns of `Holding`.

        Examples
        --------
        >>> from salesteam.leads import collide
        >>> from datetime import UTC
        >>> len(collide((), as_of=datetime(2026, 9, 30, tzinfo=UTC)).members_frame())
        0
        """
        return write(self.members, Holding, self.like)

    def grid(self, lang: str = "en") -> Grid:
        """The ten worst customers and the rest in one line, as a table for display.

        Examples
        --------
        >>> from salesteam.leads import collide
        >>> from datetime import UTC
        >>> collide((), as_of=datetime(2026, 9, 30, tzinfo=UTC)).grid().rows
        ()
        """
        heads = say(
            lang,
            en="customer|owners|holdings|duplicate|value (minor)|extra days",
            zh="客户|负责人数|撞单记录|重复|金额（最小货币单位）|重复人天",
        ).split("|")
        rows = [_row(each.account, each.owners, [each]) for each in self.collisions[:_SHOWN]]
        rest = self.collisions[_SHOWN:]
        if rest:
            rows.append(_row(say(lang, en=f"{len(rest)} more customers", zh=f"其余 {len(rest)} 个客户"), None, rest))
            rows.append(_row(say(lang, en="all", zh="合计"), self.owners, self.collisions))
        return Grid(
            title=self.summary(lang),
            columns=tuple(heads),
            rows=tuple(rows),
            right=frozenset({1, 2, 3, 4, 5}),
            note="; ".join(self.conventions(lang)),
        )

    def text(self, lang: str = "en") -> str:
        """The table as text.

        Examples
        --------
        >>> from salesteam.leads import collide
        >>> from datetime import UTC
        >>> "owners" in collide((), as_of=datetime(2026, 9, 30, tzinfo=UTC)).text()
        True
        """
        return self.grid(lang).text()

    def _repr_html_(self) -> str:
        return self.grid().html()


def _whole(days: Fraction) -> int:
    """Days for display, half up."""
    return (2 * days.numerator + days.denominator) // (2 * days.denominator)


def _day(held: Iterable[Holding]) -> str:
    return min(holding.since for holding in held if holding.since is not None).date().isoformat()


def _row(name: str, owners: int | None, parts: Iterable[Collision]) -> tuple[str, ...]:
    parts = tuple(parts)
    sums = (
        sum(each.holdings for each in parts),
        sum(each.duplicates for each in parts),
        sum(each.value_minor for each in parts),
        _whole(sum((each.days for each in parts), Fraction(0))),
    )
    return (name, "" if owners is None else str(owners), *(f"{number:,}" for number in sums))
