"""How people use a CRM: days with use of workdays, touched of open deals; what `adoption` finds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import attrs

from salesteam.core import Grid, Report, _table, say
from salesteam.crm._quality._words import percent, words
from salesteam.errors import NotFoundError

__all__ = ["CREDITED", "USES", "Adoption", "AdoptionRow", "LoginRow", "UseRow"]

USES: Mapping[str, str] = MappingProxyType(
    {
        "work": "records that a person made or changed",
        "login": "logins, from a log of them",
    }
)
"""What counts as use, with one line on each."""
CREDITED: Mapping[str, str] = MappingProxyType(
    {
        "author": "only what names who did it: activities, stage changes, commitments",
        "owner": "also records that name nobody, for whoever owns them",
    }
)
"""Whose work a record is, with one line on each."""
_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True)
class LoginRow:
    """A login.

    Examples
    --------
    >>> from datetime import UTC
    >>> LoginRow(user="li", at=datetime(2026, 9, 30, tzinfo=UTC)).user
    'li'
    """

    user: str = _table.column("id or e-mail address of a user")
    at: datetime = _table.column("when they logged in")


@attrs.frozen(kw_only=True)
class AdoptionRow:
    """How a person used the CRM.

    Examples
    --------
    >>> AdoptionRow(user="li", working_days=0, active_days=0, open_deals=0, touched_deals=0).active_share is None
    True
    """

    user: str = _table.column("user")
    working_days: int = _table.column("workdays of the period on which they were in a team")
    active_days: int = _table.column("of them with use")
    active_share: Fraction | None = _table.column("active over working days, 0..1", default=None)
    open_deals: int = _table.column("open deals that they own")
    touched_deals: int = _table.column("of them touched lately")
    touched_share: Fraction | None = _table.column("touched over open deals, 0..1", default=None)
    kinds: str = _table.column("kinds of records that they worked with", default="")


@attrs.frozen(kw_only=True)
class UseRow:
    """A person in a week.

    Examples
    --------
    >>> UseRow(user="li", week=date(2026, 9, 28), working_days=3, active_days=2).active_days
    2
    """

    user: str = _table.column("user")
    week: date = _table.column("Monday of the week")
    working_days: int = _table.column("workdays of the week within period and membership")
    active_days: int = _table.column("of them with use")


@attrs.frozen(kw_only=True)
class Adoption:
    """Made by `adoption`; a fact for a review, not a rating.

    Parameters
    ----------
    basis : str
        What counts as use; one of `USES`.
    credited : str or None
        Whose work a record is; one of `CREDITED`, None for logins.
    touched_within : timedelta
        Within which time an open deal counts as touched.
    rows : tuple of AdoptionRow
        One a person.
    weeks : tuple of UseRow
        One a person and week.
    report : Report
        Who left no work at all.

    Examples
    --------
    >>> Adoption(basis="login", credited=None, touched_within=timedelta(days=14), rows=(), weeks=()).share is None
    True
    """

    basis: str
    credited: str | None
    touched_within: timedelta
    rows: tuple[AdoptionRow, ...]
    weeks: tuple[UseRow, ...]
    report: Report = Report()

    @property
    def share(self) -> Fraction | None:
        """Active over working days of all; None if nobody had any.

        Examples
        --------
        >>> Adoption(basis="login", credited=None, touched_within=timedelta(days=14), rows=(), weeks=()).share
        """
        days = sum(row.working_days for row in self.rows)
        return Fraction(sum(row.active_days for row in self.rows), days) if days else None

    def to_frame(self, table: str = "users") -> Any:
        """The people, or the people by week, as a table.

        Parameters
        ----------
        table : {'users', 'weeks'}, default 'users'
            Which.

        Raises
        ------
        NotFoundError
            For any other.

        Examples
        --------
        >>> found = Adoption(basis="login", credited=None, touched_within=timedelta(days=14), rows=(), weeks=())
        >>> list(found.to_frame("weeks").columns)[:2]
        ['user', 'week']
        """
        if table == "users":
            return _table.write_rows(self.rows, AdoptionRow)
        if table == "weeks":
            return _table.write_rows(self.weeks, UseRow)
        raise NotFoundError("table", table, ("users", "weeks"), where="this adoption")

    def explain(self, user: str, lang: str = "en") -> str:
        """Tell how a person used the CRM.

        Raises
        ------
        NotFoundError
            If nobody is called so.

        Examples
        --------
        >>> row = AdoptionRow(user="li", working_days=4, active_days=3, open_deals=2, touched_deals=1)
        >>> within = timedelta(days=14)
        >>> Adoption(basis="login", credited=None, touched_within=within, rows=(row,), weeks=()).explain("li")
        'li: active on 3 of 4 workdays (login); 1 of 2 open deals touched within 14 days'
        """
        for row in self.rows:
            if row.user == user:
                days = f"{self.touched_within / _DAY:g}"
                chosen = words(lang, self.basis, self.credited)
                return say(
                    lang,
                    en=f"{user}: active on {row.active_days} of {row.working_days} workdays ({chosen});"
                    f" {row.touched_deals} of {row.open_deals} open deals touched within {days} days",
                    zh=f"{user}：{row.working_days} 个工作日中活跃 {row.active_days} 天（{chosen}）；"
                    f"{row.open_deals} 个未结商机中 {days} 天内跟进 {row.touched_deals} 个",
                )
        raise NotFoundError("user", user, [row.user for row in self.rows], where="this adoption")

    def grid(self, lang: str = "en") -> Grid:
        """Each person with days and deals.

        Examples
        --------
        >>> found = Adoption(basis="login", credited=None, touched_within=timedelta(days=14), rows=(), weeks=())
        >>> found.grid().title
        'Use of the CRM (login)'
        """
        heads = say(
            lang,
            en="Who|Workdays|Active|Share|Open deals|Touched|Share|Worked with",
            zh="人员|工作日|活跃天数|活跃率|未结商机|已跟进|跟进率|涉及类型",
        ).split("|")
        chosen = words(lang, self.basis, self.credited)
        days = f"{self.touched_within / _DAY:g}"
        return Grid(
            title=say(lang, en=f"Use of the CRM ({chosen})", zh=f"用户采纳度（{chosen}）"),
            columns=tuple(heads),
            rows=tuple(
                (
                    row.user,
                    str(row.working_days),
                    str(row.active_days),
                    percent(row.active_share),
                    str(row.open_deals),
                    str(row.touched_deals),
                    percent(row.touched_share),
                    row.kinds or "—",
                )
                for row in self.rows
            ),
            right=frozenset(range(1, 7)),
            note=say(lang, en=f"touched: within {days} days", zh=f"已跟进：{days} 天内"),
        )

    def _repr_html_(self) -> str:
        return self.grid().html()
