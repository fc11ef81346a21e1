"""A table of facts: typed rows, and an account of what was left out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from salesteam.core import Finding, Grid, Report, find, say, shown
from salesteam.crm._alike import few
from salesteam.crm._reasons import counted, reason_text
from salesteam.crm._ref import Ref

__all__ = ["FactTable", "Gathering", "Identity"]

Row = TypeVar("Row")
Identity = Mapping[str, str] | Callable[[str], str | None]


@attrs.frozen(kw_only=True)
class FactTable(Generic[Row]):
    """Rows that a subject takes, and what was left out and why; the counts add up.

    Parameters
    ----------
    name : str
        Name of the table.
    rows : tuple
        One attrs value a row.
    row_type : type
        The class of the rows; its fields are the columns.
    looked_at, used : int
        How many records were looked at, and how many of them the rows were made of.
    aside : tuple of (salesteam.crm.Ref, str)
        The other records, each with the reason for which it was left out.
    report : Report
        Findings about single records.
    conventions : tuple of (str, str)
        The choices that were made, such as ``("booked_on", "closed_on")``.

    Examples
    --------
    >>> from salesteam.crm import Records, facts
    >>> table = facts.transactions(Records(), booked_on="closed_on", tz="Asia/Shanghai")
    >>> table.looked_at, len(table), table.foots
    (0, 0, True)
    """

    name: str
    rows: tuple[Row, ...]
    row_type: type[Row]
    looked_at: int
    used: int
    aside: tuple[tuple[Ref, str], ...] = ()
    report: Report = Report()
    conventions: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def left_out(self) -> tuple[tuple[str, int], ...]:
        """Each reason with the number of records that were left out for it.

        Examples
        --------
        >>> from salesteam.crm import Records, facts
        >>> facts.receipts(Records()).left_out
        ()
        """
        return tuple(sorted(Counter(reason for _, reason in self.aside).items()))

    @property
    def foots(self) -> bool:
        """Whether used and left out sum to what was looked at.

        Examples
        --------
        >>> from salesteam.crm import Records, facts
        >>> facts.receipts(Records()).foots
        True
        """
        return self.looked_at == self.used + len(self.aside)

    def left_out_text(self, lang: str = "en") -> str:
        """The reasons with their counts, on one line; ``0`` if nothing was left out.

        Examples
        --------
        >>> from salesteam.crm import Records, facts
        >>> facts.receipts(Records()).left_out_text()
        '0'
        """
        return counted(self.left_out, lang)

    def to_frame(self, like: Any = None) -> Any:
        """The rows as a table.

        Parameters
        ----------
        like : frame, optional
            Gives the kind of frame; pandas if not given.

        Returns
        -------
        frame
            Columns as the row type declares them.

        Examples
        --------
        >>> from salesteam.crm import Records, facts
        >>> frame = facts.transactions(Records(), booked_on="closed_on", tz="Asia/Shanghai").to_frame()
        >>> list(frame.columns)[:3]
        ['transaction', 'date', 'amount_minor']
        """
        from salesteam.core import _table

        return _table.write_rows(self.rows, self.row_type, like=like)

    def to_rows(self) -> list[dict[str, Any]]:
        """The rows as mappings, exact values kept.

        Examples
        --------
        >>> from salesteam.crm import Records, facts
        >>> facts.transactions(Records(), booked_on="closed_on", tz="Asia/Shanghai").to_rows()
        []
        """
        names = [field.name for field in attrs.fields(self.row_type)]  # type: ignore[arg-type]  # attrs classes all
        return [{name: getattr(row, name) for name in names} for row in self.rows]

    def explain(self, lang: str = "en") -> str:
        """Tell how many records became rows, and what became of the others.

        Examples
        --------
        >>> from salesteam.crm import Records, facts
        >>> facts.transactions(Records(), booked_on="closed_on", tz="Asia/Shanghai").explain()
        'transactions: 0 looked at = 0 used, in 0 rows (booked_on=closed_on, tz=Asia/Shanghai)'
        """
        aside = "".join(f" + {count} {reason_text(reason, lang)}" for reason, count in self.left_out)
        chosen = ", ".join(f"{name}={value}" for name, value in self.conventions)
        return say(
            lang,
            en=f"{self.name}: {self.looked_at} looked at = {self.used} used{aside}, in {len(self.rows)} rows",
            zh=f"{self.name}：查看 {self.looked_at} 条 = 使用 {self.used}{aside}，成表 {len(self.rows)} 行",
        ) + (f" ({chosen})" if chosen else "")

    def grid(self, lang: str = "en", most: int = 20) -> Grid:
        """The first rows for display, with the account below.

        Examples
        --------
        >>> from salesteam.crm import Records, facts
        >>> facts.receipts(Records()).grid().columns[0]
        'transaction'
        """
        rows = [
            ["" if value is None else shown(value, lang) for value in row.values()] for row in self.to_rows()[:most]
        ]
        names = tuple(field.name for field in attrs.fields(self.row_type))  # type: ignore[arg-type]  # as above
        return Grid(title=self.name, columns=names, rows=rows, note=self.explain(lang))

    def _repr_html_(self) -> str:
        return self.grid().html()


@attrs.define
class Gathering(Generic[Row]):
    """Collects rows, reasons and findings while a table is made."""

    name: str
    row_type: type[Row]
    conventions: tuple[tuple[str, str], ...] = ()
    identity: Identity | None = None
    rows: list[Row] = attrs.Factory(list)
    used: int = 0
    aside: list[tuple[Ref, str]] = attrs.Factory(list)
    findings: list[Finding] = attrs.Factory(list)
    unmapped: Counter[str] = attrs.Factory(Counter)

    def use(self, *rows: Row) -> None:
        """Use one record, for these rows."""
        self.used += 1
        self.rows += rows

    def leave_out(self, ref: Ref, reason: str, finding: Finding | None = None) -> None:
        """Leave a record out, with a finding if someone should act."""
        self.aside.append((ref, reason))
        if finding is not None:
            self.findings.append(finding)

    def person(self, user: Ref | None) -> str | None:
        """The person of a user; None, and counted, if the identity table does not know the login."""
        if user is None:
            return None
        login = user.external_id
        if self.identity is None:
            return login
        person = self.identity(login) if callable(self.identity) else self.identity.get(login)
        if person is None:
            self.unmapped[login] += 1
        return person

    def strangers(self) -> list[Finding]:
        """A finding for each login that no person has."""
        return [find("crm.unmapped-user", user=user, count=count) for user, count in sorted(self.unmapped.items())]

    def table(self, looked_at: int) -> FactTable[Row]:
        """The finished table."""
        return FactTable(
            name=self.name,
            rows=tuple(self.rows),
            row_type=self.row_type,
            looked_at=looked_at,
            used=self.used,
            aside=tuple(self.aside),
            report=Report([*few(self.findings), *self.strangers()]),
            conventions=self.conventions,
        )
