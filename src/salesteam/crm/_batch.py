"""Pages of a reading: records, rejects, and where to resume."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from salesteam.core import Finding, Report
from salesteam.crm._record import Record
from salesteam.crm._ref import Kind, Ref
from salesteam.errors import InvalidValueError

__all__ = ["Batch", "Cursor", "Reject"]


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
    reason: Finding
    raw: str = ""


def _fixed(counts: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType(dict(counts))


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
        Reasons are shown as they are, so write what reads in any language, such as ``"stage = Prospecting"``.
    report : Report
        What the user should know of these rows, such as values that were mapped.
    rows : tuple, optional
        The row that each record was made of, in step with `records`; None for a record that no row of its own tells.
        `Adapter.raw` writes one as text where a store keeps it; without them it keeps none.

    Raises
    ------
    InvalidValueError
        If there are rows, and not as many as records.

    Examples
    --------
    >>> Batch(records=()).read
    0
    """

    records: tuple[Record, ...]
    rejects: tuple[Reject, ...] = ()
    cursor: Cursor | None = None
    skipped: Mapping[str, int] = attrs.field(factory=dict, converter=_fixed, hash=False)
    report: Report = Report()
    rows: tuple[Any, ...] = attrs.field(default=(), hash=False, repr=False)

    @rows.validator
    def _in_step(self, _: attrs.Attribute[Any], rows: tuple[Any, ...]) -> None:
        if rows and len(rows) != len(self.records):
            raise InvalidValueError(
                f"there are {len(rows)} rows for {len(self.records)} records",
                where="Batch.rows",
                fix="give one for each, None where there is none, or none at all",
            )

    @property
    def read(self) -> int:
        """How many rows of the source this page accounts for.

        Examples
        --------
        >>> Batch(records=(), skipped={"stage = Prospecting": 3}).read
        3
        """
        return len(self.records) + len(self.rejects) + sum(self.skipped.values())
