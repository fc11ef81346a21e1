"""The port: what a connector to a CRM implements, and what it says of itself."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

import attrs

from salesteam.core import Report
from salesteam.crm._record import Record
from salesteam.crm._ref import Kind, Ref
from salesteam.errors import InvalidValueError

__all__ = ["API", "Adapter", "Batch", "Capability", "Cursor", "Field", "Reject", "Schema", "Verified"]

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


@attrs.frozen(kw_only=True)
class Cursor:
    """Where a reading may resume: opaque to everyone but the adapter that made it.

    Parameters
    ----------
    format : int
        Number of the adapter's cursor format; an unknown one is refused, never guessed at.
    value : str
        JSON text.

    Examples
    --------
    >>> Cursor.of(1, {"after": 7}) == Cursor.from_json(Cursor.of(1, {"after": 7}).to_json())
    True
    """

    format: int
    value: str

    @classmethod
    def of(cls, format: int, value: Any) -> Cursor:  # noqa: A002 -- the word of the stored form
        """Make a cursor of any JSON value.

        Examples
        --------
        >>> Cursor.of(1, [1, 2]).data
        [1, 2]
        """
        return cls(format=format, value=json.dumps(value, sort_keys=True, separators=(",", ":")))

    @property
    def data(self) -> Any:
        """The JSON value.

        Examples
        --------
        >>> Cursor.of(1, {"a": 1}).data["a"]
        1
        """
        return json.loads(self.value)

    def to_json(self) -> str:
        """The whole cursor as text, to be stored.

        Examples
        --------
        >>> Cursor.of(1, 2).to_json()
        '{"format":1,"value":"2"}'
        """
        return json.dumps({"format": self.format, "value": self.value}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Cursor:
        """Read a stored cursor.

        Raises
        ------
        InvalidValueError
            If the text is no stored cursor.

        Examples
        --------
        >>> Cursor.from_json('{"format":1,"value":"2"}').data
        2
        """
        try:
            raw = json.loads(text)
            cursor = cls(format=int(raw["format"]), value=str(raw["value"]))
            cursor.data  # noqa: B018 -- reading it proves that it is JSON
        except (ValueError, TypeError, KeyError) as error:
            raise InvalidValueError(
                f"this is no stored cursor: {error}", where="Cursor", fix="restart the reading from the beginning"
            ) from None
        return cursor


@attrs.frozen(kw_only=True)
class Reject:
    """A row of the source that cannot become a record, with its reason; secrets are already redacted.

    Parameters
    ----------
    ref : Ref or None
        Its name, if it has one.
    kind : str
        Kind it was meant to be.
    reason : salesteam.core.Finding
        What is wrong with it, where, and what to do.
    raw : str
        The row as text.

    Examples
    --------
    >>> from salesteam.core import find
    >>> reason = find("crm.bad-cell", field="amount", value="abc", problem="is no number")
    >>> Reject(ref=None, kind="deal", reason=reason, raw="{}").reason.code
    'crm.bad-cell'
    """

    ref: Ref | None
    kind: Kind
    reason: Any
    raw: str = ""


@attrs.frozen(kw_only=True)
class Batch:
    """One page of a reading.

    Parameters
    ----------
    records : tuple of Record
        What could be read.
    rejects : tuple of Reject
        What could not, with reasons.
    cursor : Cursor or None
        Where to resume after this batch; None means that there is no safe point yet.
    skipped : mapping of str to int
        Rows that the mapping leaves out on purpose, by reason, so that the sums foot.
    report : Report
        What the user should know of these rows, such as values that were mapped.

    Examples
    --------
    >>> Batch(records=()).read
    0
    """

    records: tuple[Record, ...]
    rejects: tuple[Reject, ...] = ()
    cursor: Cursor | None = None
    skipped: Mapping[str, int] = attrs.field(factory=dict, hash=False)
    report: Report = Report()

    @property
    def read(self) -> int:
        """How many rows of the source this page accounts for.

        Examples
        --------
        >>> Batch(records=(), skipped={"other stage": 3}).read
        3
        """
        return len(self.records) + len(self.rejects) + sum(self.skipped.values())


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

    fields: Mapping[str, Sequence[Field]] = attrs.field(factory=dict, hash=False)
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

    def close(self) -> None:  # noqa: B027 -- most adapters hold nothing open
        """Let go of connections and files; called once, safe to call again."""

    def _cannot(self, what: str, kind: str, of: str) -> InvalidValueError:
        return InvalidValueError(
            f"{self.name} cannot {what} ({of} of kind {kind})", fix="ask capabilities() before calling this"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.source}>"
