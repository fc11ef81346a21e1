"""Objectives and how they hang together: cycles, objectives, links, check-ins."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Literal

import attrs

from salesteam.core import Period, rational
from salesteam.core._noun import as_annotated
from salesteam.core._table import column
from salesteam.errors import InvalidValueError
from salesteam.goals._choice import named

__all__ = ["CheckIn", "Commitment", "Cycle", "Link", "Objective"]

Commitment = Literal["committed", "aspirational"]


def _fraction(value: object) -> Fraction | None:
    return None if value is None else rational(value)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Cycle:
    """A span in which goals are set and closed, such as a quarter.

    Parameters
    ----------
    id : str
        Name.
    period : Period
        From its first day to its last.
    checkin_every : int or None
        Days between two looks at every goal, such as 14.

    Examples
    --------
    >>> Cycle(id="2026-Q3", period=Period.parse("2026-Q3"), checkin_every=14).period.days
    92
    """

    id: str = attrs.field(validator=named)
    period: Period
    checkin_every: int | None = None


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Objective:
    """What shall be reached, in words; its key results say when it is.

    Parameters
    ----------
    id : str
        Name.
    title : str
        In words.
    cycle : str
        Id of its cycle.
    level : {'company', 'team', 'person'}
        Whose objective it is.
    owner : str
        Person who answers for it.
    commitment : {'committed', 'aspirational'}
        Committed passes at 1.0 and a miss owes a post-mortem; aspirational passes at 0.7 and may roll over.
    target : Fraction or None
        For the value roll-up: what the values of its key results must add up to; their targets' sum without it.
    unit : str
        Of the target.
    weight : Fraction or None
        Among its siblings, where it contributes to another goal.
    pay : {'none', 'score', 'metric'}
        What pay hangs on; a score is no measure for pay.

    Examples
    --------
    >>> Objective(id="o.growth", title="三季度完成千万级订单签约", cycle="2026-Q3", level="team", owner="li",
    ...           commitment="committed").pass_mark
    Fraction(1, 1)
    """

    id: str = attrs.field(validator=named)
    title: str
    cycle: str
    level: Literal["company", "team", "person"]
    owner: str
    commitment: Commitment
    target: Fraction | None = attrs.field(default=None, converter=_fraction)
    unit: str = ""
    weight: Fraction | None = attrs.field(default=None, converter=_fraction)
    pay: Literal["none", "score", "metric"] = "none"

    @property
    def pass_mark(self) -> Fraction:
        """The score at which it counts as reached: 1 if committed, 7/10 if aspirational.

        Examples
        --------
        >>> Objective(id="o", title="", cycle="c", level="team", owner="li", commitment="aspirational").pass_mark
        Fraction(7, 10)
        """
        return Fraction(1) if self.commitment == "committed" else Fraction(7, 10)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Link:
    """That one goal serves another.

    Parameters
    ----------
    child, parent : str
        Ids of objectives or key results.
    kind : {'contributes', 'supports'}
        ``contributes``: its value adds up to the parent's, same unit, one parent;
        ``supports``: no arithmetic, many parents.

    Raises
    ------
    InvalidValueError
        If a goal is linked to itself.

    Examples
    --------
    >>> Link(child="kr.east", parent="kr.revenue", kind="contributes").kind
    'contributes'
    """

    child: str
    parent: str
    kind: Literal["contributes", "supports"]

    def __attrs_post_init__(self) -> None:
        if self.child == self.parent:
            raise InvalidValueError(f"{self.child!r} serves itself", where="Link", fix="link it to another goal")


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class CheckIn:
    """What somebody reported on a key result; never changed, only corrected by a later one.

    Parameters
    ----------
    goal : str
        Id of the key result.
    on : datetime.date
        The day it is true for.
    value : Fraction or None
        Where the metric stands, or the amount of the time since the last one, as the key result says; for a milestone
        1 (accepted) or 0.
    milestone : str or None
        Id of the milestone it is about.
    id : str
        Name, where a correction points to it.
    corrects : str or None
        Id of the check-in that it replaces.
    recorded_at : datetime.datetime or None
        When it was written down; a later look back leaves it out before.
    author : str
        Who reported.
    confidence : int or None
        From 0 to 10, how sure the author is that the goal will be reached.
    blockers : str
        What is in the way.
    source : str
        Where the value comes from.

    Raises
    ------
    InvalidValueError
        If the confidence lies outside 0 to 10.

    Examples
    --------
    >>> CheckIn(goal="kr.cycle_days", on=date(2026, 8, 15), value="75").value
    Fraction(75, 1)
    """

    goal: str = column("id of the key result")
    on: date = column("day it is true for")
    value: Fraction | None = column("value", "unit of the key result", default=None, converter=_fraction)
    milestone: str | None = column("id of the milestone", default=None)
    id: str = column("id of the check-in", default="")
    corrects: str | None = column("id of the check-in it replaces", default=None)
    recorded_at: datetime | None = column("when it was written down", default=None)
    author: str = column("who reported", default="")
    confidence: int | None = column("how sure, 0 to 10", default=None)
    blockers: str = column("what is in the way", default="")
    source: str = column("where the value comes from", default="")

    def __attrs_post_init__(self) -> None:
        if self.confidence is not None and not 0 <= self.confidence <= 10:
            raise InvalidValueError(
                f"confidence {self.confidence}", where=f"CheckIn of {self.goal!r}", fix="give 0 to 10"
            )

    def known(self, as_of: date) -> bool:
        """Whether it was true and written down by the end of a day.

        Parameters
        ----------
        as_of : datetime.date
            The day.

        Returns
        -------
        bool
            False for later ones.

        Examples
        --------
        >>> CheckIn(goal="kr", on=date(2026, 8, 15), value=1).known(date(2026, 8, 14))
        False
        """
        return self.on <= as_of and (self.recorded_at is None or self.recorded_at.date() <= as_of)
