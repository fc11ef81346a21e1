"""What reading all sources gave: records in memory, and an account of every row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from salesteam.core import Grid, Report, say
from salesteam.crm._batch import Reject
from salesteam.crm._reasons import counted, reason_text
from salesteam.crm._record import Record
from salesteam.crm._ref import Kind, Ref
from salesteam.errors import NotFoundError

__all__ = ["Reading", "Records"]


@attrs.frozen(kw_only=True)
class Reading:
    """What became of the rows of one kind of one source; the counts add up.

    Parameters
    ----------
    source, kind : str
        What was read.
    read : int
        Rows of the source.
    used : int
        Records that came of them.
    set_aside : tuple of (str, int)
        Reason and count of the rest.

    Examples
    --------
    >>> Reading(source="demo", kind="deal", read=3, used=2, set_aside=(("deleted", 1),)).foots
    True
    """

    source: str
    kind: Kind
    read: int
    used: int
    set_aside: tuple[tuple[str, int], ...] = ()

    @property
    def foots(self) -> bool:
        """Whether used and set aside sum to what was read.

        Examples
        --------
        >>> Reading(source="demo", kind="deal", read=1, used=0).foots
        False
        """
        return self.read == self.used + sum(count for _, count in self.set_aside)


@attrs.frozen(kw_only=True)
class Records:
    """What all sources hold, as canonical records in memory.

    Made by `pull`; `salesteam.crm.facts` turns it into the frames that the subjects take.

    Parameters
    ----------
    records : tuple of Record
        The living records, parents before children.
    readings : tuple of Reading
        What became of every row.
    rejects : tuple of Reject
        Rows that could not be read, with reasons.
    report : Report
        Findings about the sources.
    known_to : mapping of str to datetime
        Up to which instant each source is known that was read out of a store; the earliest instant there is for one
        that was never synced to its end.

    Examples
    --------
    >>> from salesteam.crm import MemoryCRM, Team, pull
    >>> records = pull([MemoryCRM("demo", [Team(ref=Ref("demo", "team", "t"), name="East")]).adapter()])
    >>> [team.name for team in records.of("team")]
    ['East']
    """

    records: tuple[Record, ...] = ()
    readings: tuple[Reading, ...] = ()
    rejects: tuple[Reject, ...] = ()
    report: Report = Report()
    known_to: Mapping[str, datetime] = attrs.field(factory=dict, hash=False)
    _by_ref: Mapping[Ref, Record] = attrs.field(init=False, eq=False, repr=False)
    _by_kind: Mapping[Kind, tuple[Any, ...]] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        kinds: dict[Kind, list[Record]] = {}
        for record in self.records:
            kinds.setdefault(record.ref.kind, []).append(record)
        object.__setattr__(self, "_by_ref", {record.ref: record for record in self.records})
        object.__setattr__(self, "_by_kind", {kind: tuple(found) for kind, found in kinds.items()})

    def of(self, kind: Kind) -> tuple[Any, ...]:
        """All records of a kind, in the order they were read.

        Examples
        --------
        >>> Records().of("deal")
        ()
        """
        return self._by_kind.get(kind, ())

    def get(self, ref: Ref | None) -> Any:
        """The record of a reference, or None if it dangles.

        Examples
        --------
        >>> Records().get(Ref("demo", "deal", "D-1")) is None
        True
        """
        return None if ref is None else self._by_ref.get(ref)

    def to_frame(self) -> Any:
        """The readings as a table.

        Returns
        -------
        pandas.DataFrame
            One row a source, kind and outcome: source, kind, outcome, rows.

        Examples
        --------
        >>> list(Records().to_frame().columns)
        ['source', 'kind', 'outcome', 'rows']
        """
        from salesteam.core import _table
        from salesteam.crm._frame import ReadingRow

        rows = [
            ReadingRow(source=reading.source, kind=reading.kind, outcome=outcome, rows=count)
            for reading in self.readings
            for outcome, count in (("read", reading.read), ("used", reading.used), *reading.set_aside)
        ]
        return _table.write_rows(rows, ReadingRow)

    def explain(self, kind: Kind, lang: str = "en") -> str:
        """Tell what became of the rows of a kind.

        Raises
        ------
        NotFoundError
            If no source was read for that kind.

        Examples
        --------
        >>> from salesteam.crm import MemoryCRM, pull
        >>> pull([MemoryCRM("demo").adapter()], kinds=["deal"]).explain("deal")
        'demo deal: 0 read = 0 used'
        """
        found = [reading for reading in self.readings if reading.kind == kind]
        if not found:
            raise NotFoundError("reading of kind", kind, {reading.kind for reading in self.readings}, where="Records")
        return "\n".join(_told(reading, lang) for reading in found)

    def grid(self, lang: str = "en") -> Grid:
        """The readings for display: what was read, used, and set aside by reason.

        Examples
        --------
        >>> Records().grid().columns[2]
        'Read'
        """
        heads = say(lang, en="Source|Kind|Read|Used|Set aside", zh="来源|类型|读取|使用|搁置").split("|")
        rows = tuple(
            (
                reading.source,
                reading.kind,
                f"{reading.read:,}",
                f"{reading.used:,}",
                counted(reading.set_aside, lang),
            )
            for reading in self.readings
        )
        return Grid(
            title=say(lang, en="What was read", zh="读取情况"), columns=tuple(heads), rows=rows, right=frozenset({2, 3})
        )

    def _repr_html_(self) -> str:
        return self.grid().html()


def _told(reading: Reading, lang: str) -> str:
    aside = "".join(f" + {count} {reason_text(reason, lang)}" for reason, count in reading.set_aside)
    used = say(lang, en=f"{reading.read} read = {reading.used} used", zh=f"读取 {reading.read} = 使用 {reading.used}")
    return f"{reading.source} {reading.kind}: {used}{aside}"
