"""Paths of plan files: `m`, `m.attainment`, `team.m`, `team.m.attainment`."""

from __future__ import annotations

import attrs

__all__ = ["Path"]


@attrs.frozen
class Path:
    """Which number of whom: a measure or its attainment, of the payee or of the team.

    Parameters
    ----------
    measure : str
        Name of the measure.
    team : bool
        Whether the team's, else the payee's.
    attainment : bool
        Whether the measure over its quota.

    Examples
    --------
    >>> Path.parse("team.bookings.attainment")
    Path(measure='bookings', team=True, attainment=True)
    """

    measure: str
    team: bool = False
    attainment: bool = False

    @classmethod
    def parse(cls, text: str) -> Path | None:
        """Read a path; None if it is none.

        Examples
        --------
        >>> Path.parse("a.b.c.d") is None
        True
        """
        parts = text.split(".")
        team = len(parts) > 1 and parts[0] == "team"
        if team:
            parts = parts[1:]
        attainment = len(parts) == 2 and parts[1] == "attainment"
        if not all(parts) or len(parts) > 2 or (len(parts) == 2 and not attainment):
            return None
        return cls(parts[0], team, attainment)
