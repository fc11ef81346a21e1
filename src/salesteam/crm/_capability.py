"""What an adapter says of itself: what it can do, what a tenant has, and what its tests ran against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal

import attrs

from salesteam.crm._change import AddNote, AssignOwner, CreateTask
from salesteam.crm._field_type import refuse_misfits
from salesteam.crm._ref import Kind
from salesteam.errors import InvalidValueError

__all__ = ["Capability", "Field", "Schema", "Verified"]

_CHANGES = frozenset({AssignOwner.name, CreateTask.name, AddNote.name})


@attrs.frozen(kw_only=True)
class Verified:
    """What the tests of an adapter ran against; claims no more than they show.

    Parameters
    ----------
    label : {'real', 'contract', 'fake'}
        Real files or a real server; a mock that checks the requests; our own fake only.
    against : str
        What it was, with its version.

    Examples
    --------
    >>> Verified(label="real", against="CSV files").text("zh")
    '真实（CSV files）'
    """

    label: Literal["real", "contract", "fake"]
    against: str

    def __attrs_post_init__(self) -> None:
        refuse_misfits(self)

    def text(self, lang: str = "en") -> str:
        """The label for a reader.

        Examples
        --------
        >>> Verified(label="fake", against="MemoryCRM").text()
        'fake (MemoryCRM)'
        """
        if lang == "zh":
            return {"real": "真实", "contract": "契约模拟", "fake": "仿真"}[self.label] + f"（{self.against}）"
        return f"{self.label} ({self.against})"


@attrs.frozen(kw_only=True)
class Capability:
    """What an adapter can do for one kind of record; engine and tests ask this, never the adapter's name.

    Parameters
    ----------
    incremental : {'cursor', 'delta', 'full'}
        Reads what changed since a cursor; asks the server for a difference; or always reads all.
    deletes : {'tombstone', 'delta', 'sweep', 'none'}
        How a deletion is learnt.
    history : {'native', 'observed'}
        Whether the source keeps stage changes itself.
    lock : {'native', 'compare', 'none'}
        How a write is kept from overwriting another.
    money : {'decimal', 'float'}
        How the source sends amounts.
    resolution : timedelta
        Tick of the source's update times.
    overlap : timedelta
        How far each run reads back, because commits appear behind the watermark.
    by_id : bool
        Whether records can be fetched by their ids.
    writes : tuple of str
        Names of the changes it can write: ``AssignOwner``, ``CreateTask``, ``AddNote``.
    settles : timedelta
        For how long a task or note that was sent may still come into being, or stay hidden from a look-up;
        what is not found by then did not arrive.
    server_clock : bool
        Whether the server tells its time.
    max_page : int
        The most records a page may hold.

    Examples
    --------
    >>> Capability(incremental="full", deletes="sweep").writes
    ()
    """

    incremental: Literal["cursor", "delta", "full"]
    deletes: Literal["tombstone", "delta", "sweep", "none"]
    history: Literal["native", "observed"] = "observed"
    lock: Literal["native", "compare", "none"] = "none"
    money: Literal["decimal", "float"] = "decimal"
    resolution: timedelta = timedelta(seconds=1)
    overlap: timedelta = timedelta(minutes=10)
    by_id: bool = False
    writes: tuple[str, ...] = ()
    settles: timedelta = timedelta(minutes=10)
    server_clock: bool = False
    max_page: int = 1000

    def __attrs_post_init__(self) -> None:
        refuse_misfits(self)
        if self.max_page < 1:
            raise InvalidValueError(
                f"{self.max_page} is no size of a page", where="Capability.max_page", fix="give 1 or more"
            )
        strange = sorted(set(self.writes) - _CHANGES)
        if strange:
            raise InvalidValueError(
                f"no change is named {', '.join(strange)}",
                where="Capability.writes",
                fix=f"choose from {', '.join(sorted(_CHANGES))}",
            )


@attrs.frozen(kw_only=True)
class Field:
    """A field of a tenant's schema.

    Examples
    --------
    >>> Field(name="stage", type="text", options=("new", "won")).options
    ('new', 'won')
    """

    name: str
    type: str
    options: tuple[str, ...] = ()
    custom: bool = False


@attrs.frozen(kw_only=True)
class Schema:
    """What a tenant has: fields by kind, and currencies.

    Examples
    --------
    >>> Schema(fields={"deal": (Field(name="value", type="money"),)}).fields["deal"][0].name
    'value'
    """

    fields: Mapping[Kind, Sequence[Field]] = attrs.field(factory=dict, hash=False)
    currencies: tuple[str, ...] = ()
