"""The port: what a connector to a CRM implements, and what it says of itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

import attrs

from salesteam.core import Report
from salesteam.crm._batch import Batch, Cursor, Reject
from salesteam.crm._change import Change
from salesteam.crm._field_type import refuse_misfits
from salesteam.crm._record import Record
from salesteam.crm._ref import Kind, Ref
from salesteam.errors import InvalidValueError

__all__ = ["API", "Adapter", "Capability", "Field", "Schema", "Verified"]

API = 1
"""The number of the adapter interface that this version of the library speaks."""


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
        Names of the changes it can write.
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
    server_clock: bool = False
    max_page: int = 1000

    def __attrs_post_init__(self) -> None:
        refuse_misfits(self)
        if self.max_page < 1:
            raise InvalidValueError(
                f"{self.max_page} is no size of a page", where="Capability.max_page", fix="give 1 or more"
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

        Raises
        ------
        InvalidValueError
            By default: the source cannot.
        """
        raise self._cannot("fetch by id", kind, f"{len(ids)} records")

    def list_ids(self, kind: Kind) -> Iterator[str]:
        """List all ids that the source shows, for a sweep.

        By default it reads everything.
        """
        for batch in self.fetch(
            kind,
            None,
            until=datetime.max.replace(tzinfo=UTC),
            overlap=timedelta(0),
            page_size=self.capabilities()[kind].max_page,
        ):
            yield from (record.ref.external_id for record in batch.records if not record.deleted)

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

    def scope(self) -> str:
        """What this login can see, as a fingerprint of login, permissions and filters; empty if it is not known.

        A sweep deletes nothing if it changed, because permissions hide rows silently.
        """
        return ""

    def remap(self, kind: Kind, raw: str) -> Record | Reject:
        """Read the raw text of a rejected row again, after its mapping was mended, without the network.

        Raises
        ------
        InvalidValueError
            By default: the source cannot.
        """
        raise self._cannot("read a raw row again", kind, f"{len(raw)} characters")

    def write(self, change: Change, *, key: str, expect: Record | None) -> Ref:
        """Write one change; only where the capability names it in `writes`.

        Parameters
        ----------
        change : AssignOwner, CreateTask or AddNote
            What to write.
        key : str
            Names this change for ever; what is created carries it, so that `find_write` can find it.
        expect : Record, optional
            The record as it was last seen; another version is a `salesteam.errors.Conflict`.

        Returns
        -------
        Ref
            The record that was changed or created.

        Raises
        ------
        InvalidValueError
            By default: the source cannot.
        """
        known = "a record that is known" if expect else "a record that is not known"
        raise self._cannot("write", change.ref.kind, f"{type(change).__name__} {key} to {known}")

    def find_write(self, change: Change, *, key: str) -> Ref | None:
        """Look for what an earlier `write` of this key made, after its answer was lost.

        Returns
        -------
        Ref or None
            What was made; None if it certainly was not.

        Raises
        ------
        InvalidValueError
            By default: the source cannot tell, so a human is asked.
        """
        raise self._cannot("look for a write", change.ref.kind, f"{type(change).__name__} {key}")

    def close(self) -> None:  # noqa: B027 -- most adapters hold nothing open
        """Let go of connections and files; called once, safe to call again."""

    def _cannot(self, what: str, kind: str, of: str) -> InvalidValueError:
        return InvalidValueError(
            f"{self.name} cannot {what} ({of} of kind {kind})", fix="ask capabilities() before calling this"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.source}>"
