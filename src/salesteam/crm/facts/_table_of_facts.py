"""A table of facts: typed rows, and an account of what was left out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from salesteam.core import Finding, Report, say

__all__ = ["FactTable", "Gathering"]

Row = TypeVar("Row")


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
    looked_at : int
        How many records were looked at.
    left_out : tuple of (str, int)
        Reason and count.
    report : Report
        Findings about single records.
    conventions : tuple of (str, str)
        The choices that were made, such as ``("booked_on", "closed_on")``.

    Examples
    --------
    >>> from salesteam.crm import Records, facts
    >>> table = facts.transactions(Records(), booked_on="closed_on", tz="Asia/Shanghai")
    >>> table.looked_at, len(table)
    (0, 0)
    """

    name: str
    rows: tuple[Row, ...]
    row_type: type[Row]
    looked_at: int
    left_out: tuple[tuple[str, int], ...] = ()
    report: Report = Report()
    conventions: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

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
        'transactions: 0 looked at, 0 rows (booked_on=closed_on, tz=Asia/Shanghai)'
        """
        aside = "".join(f"; {count} {reason}" for reason, count in self.left_out)
        chosen = ", ".join(f"{name}={value}" for name, value in self.conventions)
        return say(
            lang,
            en=f"{self.name}: {self.looked_at} looked at, {len(self.rows)} rows{aside}",
            zh=f"{self.name}：查看 {self.looked_at} 条，成表 {len(self.rows)} 行{aside}",
        ) + (f" ({chosen})" if chosen else "")


@attrs.define
class Gathering(Generic[Row]):
    """Collects rows, reasons and findings while a table is made."""

    name: str
    row_type: type[Row]
    conventions: tuple[tuple[str, str], ...] = ()
    identity: Mapping[str, str] | Callable[[str], str | None] | None = None
    rows: list[Row] = attrs.Factory(list)
    reasons: Counter[str] = attrs.Factory(Counter)
    findings: list[Finding] = attrs.Factory(list)
    unmapped: Counter[str] = attrs.Factory(Counter)

    def leave_out(self, reason: str, finding: Finding | None = None) -> None:
        """Count a record as left out, with a finding if someone should act."""
        self.reasons[reason] += 1
        if finding is not None:
            self.findings.append(finding)

    def person(self, login: str) -> str | None:
        """The person of a login; None, and counted, if the identity table does not know it."""
        if self.identity is None:
            return login
        person = self.identity(login) if callable(self.identity) else self.identity.get(login)
        if person is None:
            self.unmapped[login] += 1
        return person

    def table(self, looked_at: int, more: Iterable[Finding] = ()) -> FactTable[Row]:
        """The finished table."""
        from salesteam.core import find

        strangers = [find("crm.unmapped-user", user=user, count=count) for user, count in sorted(self.unmapped.items())]
        return FactTable(
            name=self.name,
            rows=tuple(self.rows),
            row_type=self.row_type,
            looked_at=looked_at,
            left_out=tuple(sorted(self.reasons.items())),
            report=Report([*self.findings, *strangers, *more]),
            conventions=self.conventions,
        )
