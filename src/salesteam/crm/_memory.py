"""A CRM in memory: the well-behaved reference that every other adapter is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from salesteam.crm._change import AddNote, CreateTask, activity_of
from salesteam.crm._deals import Activity, Deal
from salesteam.crm._memory_cursor import watermark
from salesteam.crm._record import Record
from salesteam.crm._ref import Kind, Ref
from salesteam.errors import InvalidValueError, NotFoundError

if TYPE_CHECKING:
    from salesteam.crm._memory_adapter import MemoryAdapter

__all__ = ["MemoryCRM"]

R = TypeVar("R", bound=Record)
_START = datetime(2026, 1, 1, tzinfo=UTC)
_TICK = timedelta(seconds=1)


class MemoryCRM:
    """A whole CRM in memory, with its own clock.

    Use it in tests and demonstrations: records go in by `create`, change through the mutators,
    and are read through `adapter` like those of any other source.

    Parameters
    ----------
    source : str
        Name of the source.
    records : iterable of Record, optional
        What is in it from the start; missing times are those of the clock.
    now : datetime, optional
        Where the clock stands; it moves a second with every change.

    Examples
    --------
    >>> from salesteam.crm import Account, Ref
    >>> server = MemoryCRM("demo")
    >>> account = server.create(Account(ref=Ref("demo", "account", "A-1"), name="Acme"))
    >>> server.change(account.ref, name="Acme Ltd").name
    'Acme Ltd'
    """

    def __init__(self, source: str, records: Iterable[Record] = (), *, now: datetime = _START) -> None:
        self.source = source
        self.now = now
        self._records: dict[Ref, Record] = {}
        self._latest = now
        self._changes = 0
        for record in records:
            self.create(record)

    @property
    def latest(self) -> datetime:
        """The time of the clock, or of the last change if records were put in with later times.

        Examples
        --------
        >>> MemoryCRM("demo").latest.year
        2026
        """
        return max(self.now, self._latest)

    @property
    def changes(self) -> int:
        """How often something was changed so far.

        Examples
        --------
        >>> MemoryCRM("demo").changes
        0
        """
        return self._changes

    def _tick(self) -> datetime:
        self._changes += 1
        self.now += _TICK
        return self.now

    def create(self, record: R) -> R:
        """Put a new record in.

        Parameters
        ----------
        record : Record
            Its times are kept if it has them.

        Returns
        -------
        Record
            With its times.

        Raises
        ------
        InvalidValueError
            If the id is taken or the record names another source.

        Examples
        --------
        >>> from salesteam.crm import Product, Ref
        >>> MemoryCRM("demo").create(Product(ref=Ref("demo", "product", "P-1"), name="X")).created_at is not None
        True
        """
        if record.ref in self._records:
            raise InvalidValueError(f"{record.ref} is there already", where="MemoryCRM", fix="use change")
        if record.ref.source != self.source:
            raise InvalidValueError(f"{record.ref} is not of source {self.source!r}", where="MemoryCRM", fix="mend it")
        tick = self._tick()
        created = record.created_at or tick
        record = attrs.evolve(record, created_at=created, updated_at=record.updated_at or created)
        self._records[record.ref] = record
        self._latest = max(self._latest, record.updated_at or tick)
        return record

    def get(self, ref: Ref) -> Record:
        """The record as it is now.

        Raises
        ------
        NotFoundError
            If there is none.

        Examples
        --------
        >>> MemoryCRM("demo").get(Ref("demo", "deal", "D-1"))
        Traceback (most recent call last):
        salesteam.errors.NotFoundError: no record 'demo:deal:D-1' in MemoryCRM; there is none at all
        """
        try:
            return self._records[ref]
        except KeyError:
            raise NotFoundError("record", ref, self._records, where="MemoryCRM") from None

    def change(self, ref: Ref, **fields: Any) -> Any:
        """Change fields of a record; its update time is the clock's.

        Returns
        -------
        Record
            As it is now.

        Examples
        --------
        >>> from salesteam.crm import Team
        >>> server = MemoryCRM("demo", [Team(ref=Ref("demo", "team", "t"), name="East")])
        >>> server.change(Ref("demo", "team", "t"), name="West").name
        'West'
        """
        return self._change(ref, self._tick(), fields)

    def _change(self, ref: Ref, at: datetime, fields: Mapping[str, Any]) -> Any:
        self._records[ref] = attrs.evolve(self.get(ref), updated_at=at, **fields)
        return self._records[ref]

    def touch(self, ref: Ref) -> Record:
        """Change a mapped field of a record: its name, subject or text, or a field of the tenant.

        Examples
        --------
        >>> from salesteam.crm import Team
        >>> server = MemoryCRM("demo", [Team(ref=Ref("demo", "team", "t"), name="East")])
        >>> server.touch(Ref("demo", "team", "t")).name
        'East*'
        """
        record: Record = self._touch(ref, self._tick())
        return record

    def touch_all(self, kind: Kind) -> None:
        """Touch every record of a kind at one and the same instant, as a bulk job does.

        Examples
        --------
        >>> from salesteam.crm import Team
        >>> server = MemoryCRM("demo", [Team(ref=Ref("demo", "team", "t"), name="East")])
        >>> server.touch_all("team")
        """
        tick = self._tick()
        for ref in [ref for ref in self._records if ref.kind == kind]:
            self._touch(ref, tick)

    def _touch(self, ref: Ref, at: datetime) -> Any:
        record = self.get(ref)
        name = next((name for name in ("name", "subject", "text") if hasattr(record, name)), "extra")
        value = getattr(record, name)
        new = {**value, "touched": value.get("touched", 0) + 1} if name == "extra" else f"{value or ''}*"
        return self._change(ref, at, {name: new})

    def move_stage(self, ref: Ref, stage: Ref, **fields: Any) -> Deal:
        """Move a deal to another stage.

        Examples
        --------
        >>> server = MemoryCRM("demo", [Deal(ref=Ref("demo", "deal", "D-1"), status="open")])
        >>> server.move_stage(Ref("demo", "deal", "D-1"), Ref("demo", "stage", "won"), status="won").status
        'won'
        """
        deal: Deal = self.change(ref, stage=stage, **fields)
        return deal

    def reassign(self, ref: Ref, owner: Ref) -> Any:
        """Give a record another owner.

        Examples
        --------
        >>> server = MemoryCRM("demo", [Deal(ref=Ref("demo", "deal", "D-1"), status="open")])
        >>> str(server.reassign(Ref("demo", "deal", "D-1"), Ref("demo", "user", "wu")).owner)
        'demo:user:wu'
        """
        return self.change(ref, owner=owner)

    def delete(self, ref: Ref) -> None:
        """Delete a record, leaving a tombstone that a reading sees.

        Examples
        --------
        >>> server = MemoryCRM("demo", [Deal(ref=Ref("demo", "deal", "D-1"), status="open")])
        >>> server.delete(Ref("demo", "deal", "D-1"))
        """
        self.change(ref, deleted=True)

    def undelete(self, ref: Ref) -> None:
        """Bring a deleted record back.

        Examples
        --------
        >>> server = MemoryCRM("demo", [Deal(ref=Ref("demo", "deal", "D-1"), status="open", deleted=True)])
        >>> server.undelete(Ref("demo", "deal", "D-1"))
        """
        self.change(ref, deleted=False)

    def archive(self, ref: Ref) -> None:
        """Put a record away without deleting it.

        Examples
        --------
        >>> server = MemoryCRM("demo", [Deal(ref=Ref("demo", "deal", "D-1"), status="open")])
        >>> server.archive(Ref("demo", "deal", "D-1"))
        """
        self.change(ref, archived=True)

    def merge(self, loser: Ref, survivor: Ref) -> None:
        """Merge one record into another; the loser stays as a redirect.

        Examples
        --------
        >>> from salesteam.crm import Account
        >>> refs = [Ref("demo", "account", name) for name in "ab"]
        >>> server = MemoryCRM("demo", [Account(ref=ref, name="Acme") for ref in refs])
        >>> server.merge(*refs)
        """
        self.get(survivor)
        self.change(loser, merged_into=survivor, deleted=True)

    def records(self, kind: Kind) -> tuple[Record, ...]:
        """All records of a kind, in the order of their update times.

        Examples
        --------
        >>> MemoryCRM("demo").records("deal")
        ()
        """
        found = (record for record in self._records.values() if record.ref.kind == kind)
        return tuple(sorted(found, key=watermark))

    def record_activity(self, change: AddNote | CreateTask, marker: str) -> Activity:
        """Make the task or note of a change, which carries a marker; sent twice, it is there twice.

        Examples
        --------
        >>> from salesteam.crm import AddNote
        >>> server = MemoryCRM("demo", [Deal(ref=Ref("demo", "deal", "D-1"), status="open")])
        >>> note = AddNote(ref=Ref("demo", "deal", "D-1"), text="Call back", decision_id="run-7")
        >>> str(server.record_activity(note, "salesteam:k1").ref)
        'demo:activity:made-2'
        """
        self.get(change.ref)
        made = activity_of(change, Ref(self.source, "activity", f"made-{self._changes + 1}"))
        return self.create(attrs.evolve(made, extra={"marker": marker}))

    def marked(self, marker: str) -> tuple[Ref, ...]:
        """The tasks and notes that carry a marker.

        Examples
        --------
        >>> MemoryCRM("demo").marked("salesteam:k1")
        ()
        """
        found = (each for each in self.records("activity") if each.extra.get("marker") == marker)
        return tuple(record.ref for record in found if not record.deleted)

    def adapter(self) -> MemoryAdapter:
        """A connector to this CRM.

        Examples
        --------
        >>> MemoryCRM("demo").adapter()
        <MemoryAdapter demo>
        """
        from salesteam.crm._memory_adapter import MemoryAdapter, MemoryConfig

        return MemoryAdapter(MemoryConfig(server=self), source=self.source)
