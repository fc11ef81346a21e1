"""Read every source once, in memory, and account for every row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Finding, Grid, Place, Report, find, say
from salesteam.crm._adapter import Adapter, Batch, Reject
from salesteam.crm._record import Record
from salesteam.crm._ref import KINDS, Kind, Ref
from salesteam.crm._references import references
from salesteam.errors import AdapterError, NotFoundError

__all__ = ["MAX_REJECT_SHARE", "Reading", "Records", "pull"]

MAX_REJECT_SHARE = Fraction(1, 20)
"""A kind of which more than this share is rejected is not used."""

_LEAST_ROWS = 20
_EVER = datetime.max.replace(tzinfo=UTC)
Progress = Callable[[str, str, int], None]


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

    Examples
    --------
    >>> from salesteam.crm import MemoryCRM, Team
    >>> records = pull([MemoryCRM("demo", [Team(ref=Ref("demo", "team", "t"), name="East")]).adapter()])
    >>> [team.name for team in records.of("team")]
    ['East']
    """

    records: tuple[Record, ...] = ()
    readings: tuple[Reading, ...] = ()
    rejects: tuple[Reject, ...] = ()
    report: Report = Report()
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
        >>> from salesteam.crm import MemoryCRM
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
                "; ".join(f"{reason}: {count:,}" for reason, count in reading.set_aside) or "0",
            )
            for reading in self.readings
        )
        return Grid(
            title=say(lang, en="What was read", zh="读取情况"), columns=tuple(heads), rows=rows, right=frozenset({2, 3})
        )

    def _repr_html_(self) -> str:
        return self.grid().html()


def _told(reading: Reading, lang: str) -> str:
    aside = "".join(f" + {count} {reason}" for reason, count in reading.set_aside)
    used = say(lang, en=f"{reading.read} read = {reading.used} used", zh=f"读取 {reading.read} = 使用 {reading.used}")
    return f"{reading.source} {reading.kind}: {used}{aside}"


def pull(
    adapters: Iterable[Adapter],
    *,
    kinds: Sequence[Kind] | None = None,
    until: datetime = _EVER,
    page_size: int = 1000,
    progress: Progress | None = None,
) -> Records:
    """Read all records of all sources into memory.

    Use it for reviews of files and small sources; a store keeps large ones.
    A source that fails is reported and the others go on.

    Parameters
    ----------
    adapters : iterable of Adapter
        The sources; each is closed at the end.
    kinds : sequence of str, optional
        What to read; everything an adapter can read if not given.
    until : datetime, optional
        Records changed later are not read; all are read if not given.
    page_size : int, default 1000
        Records a page at the most.
    progress : callable, optional
        Called with source, kind and number of rows so far, after each page.

    Returns
    -------
    Records
        Living records, readings that foot, rejects and findings.

    Examples
    --------
    >>> from salesteam.crm import MemoryCRM
    >>> pull([MemoryCRM("demo").adapter()]).report.ok
    True
    """
    found: list[_Kind] = []
    findings: list[Finding] = []
    for adapter in adapters:
        try:
            offered = adapter.capabilities()
            for kind in (kind for kind in KINDS if kind in offered and (kinds is None or kind in kinds)):
                size = min(page_size, offered[kind].max_page)
                found.append(_read(adapter, kind, until=until, page_size=size, progress=progress))
        except Exception as error:  # noqa: BLE001 -- a plugin's mistake must not take the other sources down
            findings.append(_failed(adapter, "", error))
        finally:
            adapter.close()
    records = _redirected(tuple(record for part in found for record in part.records))
    result = Records(
        records=records,
        readings=tuple(part.reading for part in found),
        rejects=tuple(reject for part in found for reject in part.rejects),
        report=Report([*findings, *(finding for part in found for finding in part.findings)]),
    )
    return attrs.evolve(result, report=result.report + _dangling(result))


@attrs.define
class _Kind:
    reading: Reading
    records: list[Record]
    rejects: list[Reject]
    findings: list[Finding]


def _failed(adapter: Adapter, kind: str, error: Exception) -> Finding:
    known = isinstance(error, AdapterError)
    code = "crm.source-failed" if known else "crm.adapter-crashed"
    problem = str(error) if known else f"{type(error).__name__}: {error}"
    return find(code, Place(table=kind or None), source=adapter.source, adapter=adapter.name, problem=problem)


def _read(adapter: Adapter, kind: Kind, *, until: datetime, page_size: int, progress: Progress | None) -> _Kind:
    latest: dict[Ref, Record] = {}
    rejects: list[Reject] = []
    findings: list[Finding] = []
    aside: dict[str, int] = {}
    read = 0
    try:
        for batch in adapter.fetch(kind, None, until=until, overlap=timedelta(0), page_size=page_size):
            read += batch.read
            _take(batch, latest, aside, findings)
            rejects.extend(batch.rejects)
            if progress is not None:
                progress(adapter.source, kind, read)
    except Exception as error:  # noqa: BLE001 -- as in pull
        findings.append(_failed(adapter, kind, error))
    living = [record for record in latest.values() if not record.deleted or record.merged_into is not None]
    _count(aside, "deleted", len(latest) - len(living))
    _count(aside, "rejected", len(rejects))
    findings.extend(reject.reason for reject in rejects)
    if read >= _LEAST_ROWS and len(rejects) > MAX_REJECT_SHARE * read:
        findings.append(
            find(
                "crm.too-many-rejects",
                source=adapter.source,
                kind=kind,
                rejected=len(rejects),
                read=read,
                most=MAX_REJECT_SHARE,
            )
        )
        _count(aside, "too many rejects", len(living))
        living = []
    reading = Reading(
        source=adapter.source, kind=kind, read=read, used=len(living), set_aside=tuple(sorted(aside.items()))
    )
    return _Kind(reading, living, rejects, findings)


def _count(aside: dict[str, int], reason: str, count: int) -> None:
    if count:
        aside[reason] = aside.get(reason, 0) + count


def _take(batch: Batch, latest: dict[Ref, Record], aside: dict[str, int], findings: list[Finding]) -> None:
    for reason, count in batch.skipped.items():
        _count(aside, reason, count)
    findings.extend(batch.report)
    for record in batch.records:
        former = latest.get(record.ref)
        if former is not None:
            _count(aside, "same id again", 1)
            if record != former:
                findings.append(find("crm.duplicate-id", Place(table=record.kind), ref=str(record.ref)))
            if former.updated_at and record.updated_at and record.updated_at < former.updated_at:
                continue
        latest[record.ref] = record


def _redirected(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Point every reference at the survivor of its merge, and leave the losers out."""
    moved = {record.ref: record.merged_into for record in records if record.merged_into is not None}
    if not moved:
        return records

    def survivor(ref: Ref) -> Ref:
        seen = {ref}
        while (following := moved.get(ref)) is not None and following not in seen:
            seen.add(following)
            ref = following
        return ref

    return tuple(references(record, survivor) for record in records if record.ref not in moved)


def _dangling(records: Records) -> Report:
    missing: dict[tuple[str, str, str], list[str]] = {}
    read = {reading.kind for reading in records.readings}
    for record in records.records:

        def look(ref: Ref, record: Record = record) -> Ref:
            if ref.kind in read and records.get(ref) is None:
                missing.setdefault((ref.source, record.kind, ref.kind), []).append(ref.external_id)
            return ref

        references(record, look)
    return Report(
        find(
            "crm.dangling-reference",
            Place(table=kind),
            source=source,
            kind=kind,
            target=target,
            count=len(ids),
            examples=sorted(set(ids))[:3],
        )
        for (source, kind, target), ids in sorted(missing.items())
    )
