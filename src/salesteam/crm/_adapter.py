"""The port: what a connector to a CRM implements, and what it says of itself."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from salesteam.core import Report
from salesteam.crm._batch import Batch, Cursor, Reject
from salesteam.crm._capability import Capability, Schema, Verified
from salesteam.crm._change import AddNote, AssignOwner, Change, CreateTask, marker_of
from salesteam.crm._record import Record
from salesteam.crm._ref import Kind, Ref
from salesteam.errors import Conflict, InvalidValueError, Rejected

__all__ = ["API", "Adapter"]

API = 1
"""The number of the adapter interface that this version of the library speaks."""


class Adapter(ABC):
    """A connector to one CRM.

    Subclass it, give the four class attributes, and implement the four abstract methods; the rest has defaults.
    `salesteam.testing.AdapterContract` proves that it keeps the contract.

    Attributes
    ----------
    name : str
        The name users write, such as ``"files"``.
    api : int
        The interface number it was written for.
    Config : type
        An attrs class of its settings; made from the settings of a source with errors that name file and line.
    verified : Verified
        What its tests ran against.

    Parameters
    ----------
    config : Config
        The settings.
    source : str
        The name of this source; goes into every `Ref`.

    Examples
    --------
    >>> from salesteam.crm import MemoryCRM
    >>> adapter = MemoryCRM("demo").adapter()
    >>> adapter.name, adapter.check().ok
    ('memory', True)
    """

    name: ClassVar[str]
    api: ClassVar[int] = API
    Config: ClassVar[type]
    verified: ClassVar[Verified]

    def __init__(self, config: Any, *, source: str) -> None:
        self.config = config
        self.source = source

    @abstractmethod
    def capabilities(self) -> Mapping[Kind, Capability]:
        """What it can do, for each kind that it reads."""

    @abstractmethod
    def check(self) -> Report:
        """Look whether the source can be reached and read: login, permissions, clock, scope."""

    @abstractmethod
    def schema(self) -> Schema:
        """Tell the fields, stages, options and currencies of the tenant."""

    @abstractmethod
    def fetch(
        self, kind: Kind, since: Cursor | None, *, until: datetime, overlap: timedelta, page_size: int
    ) -> Iterator[Batch]:
        """Read the records of a kind that changed since a cursor, up to the signpost `until`."""

    def fetch_ids(self, kind: Kind, ids: Sequence[str]) -> tuple[Record, ...]:
        """Read records by their ids; only where the capability says `by_id`.

        Left out are those that the source says are not there.
        A refusal is raised: what may not be read is not gone.

        Raises
        ------
        InvalidValueError
            By default: the source cannot.
        """
        raise self._cannot("fetch by id", kind, f"{len(ids)} records")

    def list_ids(self, kind: Kind) -> Iterator[str]:
        """List all ids that the source shows, for a sweep.

        By default it reads everything; a row that cannot become a record is there all the same.
        """
        for batch in self.fetch(
            kind,
            None,
            until=datetime.max.replace(tzinfo=UTC),
            overlap=timedelta(0),
            page_size=self.capabilities()[kind].max_page,
        ):
            yield from (record.ref.external_id for record in batch.records if not record.deleted)
            yield from (reject.ref.external_id for reject in batch.rejects if reject.ref is not None)

    def history(self, kind: Kind, ids: Sequence[str]) -> Iterator[Record]:
        """Read the native stage changes of records; only where the capability says ``history='native'``.

        Raises
        ------
        InvalidValueError
            By default: the source keeps none.
        """
        raise self._cannot("tell the history", kind, f"{len(ids)} records")

    def server_time(self) -> datetime | None:
        """The server's clock; None by default, and where it tells no time.

        A reading ends at the time of its start, and the server's clock knows that time best.
        """
        return None

    def known_to(self) -> datetime | None:
        """The instant up to which it tells of the source; None if it asks the source itself, as adapters do."""
        return None

    def scope(self) -> str:
        """What this login can see, as a fingerprint of login, permissions and filters; empty if it is not known.

        A sweep deletes nothing if it changed, because permissions hide rows silently.
        """
        return ""

    def raw(self, row: Any) -> str:
        """Write a row of the source as text, as `Batch.rows` has it, for `remap` to read again; JSON by default.

        Secrets are blotted out of it before it is kept.
        """
        return json.dumps(row, ensure_ascii=False, default=str)

    def remap(self, kind: Kind, raw: str) -> Record | Reject:
        """Read the text of a row again, after its mapping was mended, without the network.

        It was kept of a row that was rejected, or by `raw` of one that was not.

        Raises
        ------
        InvalidValueError
            By default: the source cannot.
        """
        raise self._cannot("read a raw row again", kind, f"{len(raw)} characters")

    def write(self, change: Change, *, key: str, expect: Record | None) -> Ref:
        """Write one change; only where the capability names it in `writes`.

        By default an owner is given by `assign`, after the record was read by its id and compared,
        and a task or note is made by `create`.

        Parameters
        ----------
        change : AssignOwner, CreateTask or AddNote
            What to write.
        key : str
            Names this change for ever; what is created carries it, so that `find_write` can find it.
        expect : Record, optional
            The record as it was last seen; another version is a `salesteam.errors.Conflict` where the change would
            overwrite something.

        Returns
        -------
        Ref
            The record that was changed or created.

        Raises
        ------
        InvalidValueError
            If the capability does not name such a change.
        """
        can = self.capabilities().get(change.ref.kind)
        if can is None or change.name not in can.writes:
            raise self._cannot("write", change.ref.kind, f"{change.name} {key}")
        if not isinstance(change, AssignOwner):
            return Ref(self.source, "activity", self.create(change, marker_of(key)))
        current = next(iter(self.fetch_ids(change.ref.kind, [change.ref.external_id])), None)
        if current is None:
            raise Rejected(f"there is no {change.ref.kind} {change.ref.external_id}", source=self.source)
        if expect is not None and current.updated_at != expect.updated_at:
            raise Conflict(f"{change.ref} was changed at {current.updated_at}", source=self.source)
        self.assign(change.ref, change.owner.external_id, current)
        return change.ref

    def find_write(self, change: Change, *, key: str) -> Ref | None:
        """Look for what an earlier `write` of this key made, after its answer was lost.

        By default it looks whether the record has the owner that it was to be given,
        and by `find_created` for the task or note.

        Returns
        -------
        Ref or None
            What was made; None if it is not there.

        Raises
        ------
        InvalidValueError
            If the source cannot tell, so that a human is asked.
        """
        if isinstance(change, AssignOwner):
            found = self.fetch_ids(change.ref.kind, [change.ref.external_id])
            return change.ref if any(getattr(each, "owner", None) == change.owner for each in found) else None
        made = self.find_created(change, marker_of(key))
        return None if made is None else Ref(self.source, "activity", made)

    def assign(self, ref: Ref, owner: str, current: Record) -> None:
        """Give a record another owner; to be defined where a capability names AssignOwner.

        Parameters
        ----------
        ref : Ref
            The record.
        owner : str
            Id of the user.
        current : Record
            The record as it was read just now; where the server can lock by version, send its version along.

        Raises
        ------
        Conflict
            If the server says that somebody changed the record meanwhile.
        InvalidValueError
            By default: it is not defined.
        """
        raise self._undefined("assign", AssignOwner.name, f"{ref} to {owner}, last changed at {current.updated_at}")

    def create(self, change: CreateTask | AddNote, marker: str) -> str:
        """Make a task or a note that carries the marker; to be defined where a capability names them.

        Send it once: a request that made something must not be tried again by itself.

        Parameters
        ----------
        change : CreateTask or AddNote
            What to make.
        marker : str
            To be kept in a field that `find_created` can search, or at the end of the text.

        Returns
        -------
        str
            The id of the task or note; the same as that of its activity, where the adapter reads activities.

        Raises
        ------
        InvalidValueError
            By default: it is not defined.
        """
        raise self._undefined("create", change.name, marker)

    def find_created(self, change: CreateTask | AddNote, marker: str) -> str | None:
        """Find the task or note that carries a marker; to be defined where the server can search for it.

        Read all pages of what is found: a record may have hundreds of tasks.

        Returns
        -------
        str or None
            Its id; None if it is not there now. How long it may be hidden, the capability says in `settles`.

        Raises
        ------
        InvalidValueError
            By default: the source cannot tell, so a human is asked.
        """
        raise self._cannot("look for a write", change.ref.kind, f"{change.name} {marker}")

    def close(self) -> None:  # noqa: B027 -- most adapters hold nothing open
        """Let go of connections and files; called once, safe to call again."""

    def _cannot(self, what: str, kind: str, of: str) -> InvalidValueError:
        return InvalidValueError(
            f"{self.name} cannot {what} ({of} of kind {kind})", fix="ask capabilities() before calling this"
        )

    def _undefined(self, method: str, change: str, of: str) -> InvalidValueError:
        return InvalidValueError(
            f"{type(self).__name__} names {change} in its capabilities and does not define {method}() ({of})",
            where=self.source,
            fix=f"define it, or leave {change} out of `writes`",
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.source}>"
