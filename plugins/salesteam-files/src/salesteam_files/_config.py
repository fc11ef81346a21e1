"""The settings of a source of files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from salesteam.crm import KINDS, Kind
from salesteam.errors import InvalidValueError, nearest

__all__ = ["Config", "Mapped"]

ExcessDigits = Literal["reject", "half_up"]


@attrs.frozen(kw_only=True)
class Mapped:
    """How the rows of one file become records of one kind.

    Parameters
    ----------
    file : str
        Path below the root: ``.csv``, ``.tsv``, ``.parquet`` or ``.xlsx``.
    id : str
        Column of the id; several with ``+`` between them.
    columns : mapping of str to str
        Field of the record to column. The pseudo-field ``currency`` names a column of currency codes.
    constants : mapping of str to str, optional
        Field of the record to a text that holds for all rows: what the playbook assumes.
    values : mapping, optional
        Column, then the text in the file, then the text meant.
    where : mapping of str to tuple of str, optional
        Column to the texts, as they are in the file, that a row must have to belong here;
        other rows are counted and left.
    distinct : bool, default False
        Whether rows that repeat an id are the same record told again.
    extra : tuple of str, optional
        Columns kept as they are in the record's `extra`.
    sheet : str, optional
        Sheet of an Excel file; the first if not given.
    date_format : str, optional
        As in `Config`, for this file.

    Examples
    --------
    >>> Mapped(file="deals.csv", id="no", columns={"name": "title"}).distinct
    False
    """

    file: str
    id: str
    columns: Mapping[str, str] = attrs.field(factory=dict)
    constants: Mapping[str, str] = attrs.field(factory=dict)
    values: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)
    where: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    distinct: bool = False
    extra: tuple[str, ...] = ()
    sheet: str | None = None
    date_format: str | None = None


def _kinds(_: object, __: attrs.Attribute[Mapping[str, tuple[Mapped, ...]]], value: Mapping[str, object]) -> None:
    for kind in value:
        if kind not in KINDS:
            close = nearest(kind, KINDS)
            fix = f"did you mean {close[0]!r}?" if close else "use one of " + ", ".join(KINDS)
            raise InvalidValueError(f"{kind!r} is no kind of record", where="kinds", fix=fix)


@attrs.frozen(kw_only=True)
class Config:
    """A folder of files and what is in them.

    Parameters
    ----------
    root : str
        The folder.
    kinds : mapping of str to tuple of Mapped
        Kind of record to the files it comes from.
    currency : str, optional
        ISO 4217 code of all amounts, unless a column tells it; without either, amounts are refused.
    zone : str, optional
        IANA name of the zone of all times without one; without it, they are refused.
    date_format : str, default "%Y-%m-%d"
        How dates are written, as `datetime.strptime` reads them.
    time_format : str, default "%Y-%m-%d %H:%M:%S"
        How times without an offset are written.
    excess_digits : {'reject', 'half_up'}
        What becomes of an amount with more places than its currency.
    encoding : str, default "utf-8-sig"
        Encoding of text files.
    delimiter : str, default ","
        Between the fields of ``.csv`` files.
    separator : str, default ";"
        Between the texts of a field that holds several.
    blanks : tuple of str, optional
        Texts that stand for nothing, such as ``n/a``; empty text always does.

    Examples
    --------
    >>> Config(root="exports", kinds={}, excess_digits="reject").encoding
    'utf-8-sig'
    """

    root: str
    kinds: Mapping[Kind, tuple[Mapped, ...]] = attrs.field(validator=_kinds)
    excess_digits: ExcessDigits
    currency: str | None = None
    zone: str | None = None
    date_format: str = "%Y-%m-%d"
    time_format: str = "%Y-%m-%d %H:%M:%S"
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    separator: str = ";"
    blanks: tuple[str, ...] = ()
