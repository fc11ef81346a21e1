"""Hand-offs: what one activity owes the next, complete when, and by when."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import say
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError
from salesteam.raci._valid import named

__all__ = ["Handoff", "Item"]


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Item:
    """One field that must be handed over.

    Parameters
    ----------
    field : str
        What is handed over, such as 定制需求.
    test : str
        How the receiver sees that it is complete; empty if nobody has said so yet.

    Examples
    --------
    >>> Item(field="custom needs", test="signed by the customer").field
    'custom needs'
    """

    field: str = attrs.field(validator=named)
    test: str = ""


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Handoff:
    """The contract between two activities whose doers differ.

    What is still open stays empty, and the check names it.

    Parameters
    ----------
    source, target : str
        Ids of the activity that hands over and of the one that takes over; in files ``from`` and ``to``.
    sender, receiver : str
        Ids of the roles.
    items : tuple of Item
        What must be handed over.
    sla_hours : Fraction, optional
        Working hours until the receiver has accepted or bounced it.
    calendar : str
        Whose calendar counts.
    owner : str
        Id of the role that keeps the contract up to date.

    Examples
    --------
    >>> handoff = Handoff(source="contract", target="delivery", sender="sales", receiver="delivery_manager")
    >>> handoff.lacking()
    ('items', 'sla_hours', 'calendar', 'owner')
    """

    source: str = attrs.field(validator=named, metadata={"key": "from"})
    target: str = attrs.field(validator=named, metadata={"key": "to"})
    sender: str = attrs.field(validator=named)
    receiver: str = attrs.field(validator=named)
    items: tuple[Item, ...] = ()
    sla_hours: Fraction | None = attrs.field(default=None)
    calendar: str = ""
    owner: str = ""

    @sla_hours.validator
    def _hours(self, _: attrs.Attribute[Any], value: Fraction | None) -> None:
        if value is not None and value < 0:
            raise InvalidValueError(f"{value} hours", where="Handoff.sla_hours", fix="write 0 or more")

    def lacking(self) -> tuple[str, ...]:
        """What the contract still lacks.

        Returns
        -------
        tuple of str
            Some of items, tests, sla_hours, calendar, owner.

        Examples
        --------
        >>> Handoff(
        ...     source="a", target="b", sender="x", receiver="y", items=(Item(field="needs"),),
        ...     sla_hours=Fraction(8), calendar="cn", owner="x",
        ... ).lacking()
        ('tests',)
        """
        lacks = {
            "items": not self.items,
            "tests": any(not item.test for item in self.items),
            "sla_hours": self.sla_hours is None,
            "calendar": not self.calendar,
            "owner": not self.owner,
        }
        return tuple(name for name, lacking in lacks.items() if lacking)


_OPEN = {
    "items": ("the fields to hand over", "交接内容"),
    "tests": ("an acceptance test for each field", "每项的验收标准"),
    "sla_hours": ("an agreed time", "约定时限"),
    "calendar": ("whose calendar counts", "以谁的日历计"),
    "owner": ("an owner", "责任角色"),
}


@attrs.frozen
class Lacks:
    """Names of the open parts of a contract, for a reader."""

    parts: tuple[str, ...]

    def text(self, lang: str = "en") -> str:
        """The parts in words."""
        return say(
            lang,
            en=", ".join(_OPEN[part][0] for part in self.parts),
            zh="、".join(_OPEN[part][1] for part in self.parts),
        )
