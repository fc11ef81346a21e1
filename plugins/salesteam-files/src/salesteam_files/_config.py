"""The settings of a source of files."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Any, Literal

import attrs

from salesteam.core import exponent
from salesteam.crm import KINDS, Kind, phone_region
from salesteam.crm.facts import zone
from salesteam.errors import InvalidValueError, NotFoundError, nearest

__all__ = ["Config", "Mapped"]

ExcessDigits = Literal["reject", "half_up"]


@attrs.frozen(kw_only=True)
class Mapped:
    """How the rows of one file become records of one kind.

    Parameters
    ----------
    file : str
        Path below the root: ``.csv``, ``.txt``, ``.tsv``, ``.parquet`` or ``.xlsx``.
    id : str
        Column of the id; several with ``+`` between them.
    columns : mapping of str to str
        Field of the record to column. The pseudo-field ``currency`` names a column of currency codes.
    constants : mapping of str to str, optional
        Field of the record to a text that holds for all rows: what the playbook assumes.
    values : mapping, optional
        Column, then the text in the file, then the text meant; an empty one stands for nothing.
    where : mapping of str to tuple of str, optional
        Column to the texts, as they are in the file, that a row must have to belong here;
        other rows are counted and left.
    distinct : bool, default False
        Whether rows that repeat an id with the same content are the same record told again.
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


def _kinds(_: object, __: attrs.Attribute[Any], value: Mapping[str, object]) -> None:
    for kind in value:
        if kind not in KINDS:
            close = nearest(kind, KINDS)
            fix = f"did you mean {close[0]!r}?" if close else "use one of " + ", ".join(KINDS)
            raise InvalidValueError(f"{kind!r} is no kind of record", where="kinds", fix=fix)


def _currency(_: object, __: attrs.Attribute[Any], value: str | None) -> None:
    if value is not None:
        try:
            exponent(value)
        except NotFoundError as error:
            raise InvalidValueError(str(error), where="currency", fix="use a code of ISO 4217, such as CNY") from None


def _zone(_: object, __: attrs.Attribute[Any], value: str | None) -> None:
    if value is not None:
        zone(value)


def _encoding(_: object, __: attrs.Attribute[Any], value: str) -> None:
    try:
        codecs.lookup(value)
    except LookupError:
        fix = "use a name such as utf-8-sig, gb18030 or cp1252"
        raise InvalidValueError(f"{value!r} is no encoding", where="encoding", fix=fix) from None


def _one_sign(_: object, attribute: attrs.Attribute[Any], value: str) -> None:
    if len(value) != 1:
        raise InvalidValueError(f"{value!r} is not one sign", where=attribute.name, fix='write one, such as ";"')


@attrs.frozen(kw_only=True)
class Config:
    """A folder of files and what is in them.

    Parameters
    ----------
    root : str
        The folder.
    kinds : mapping of str to tuple of Mapped
        Kind of record to the files it comes from.
    excess_digits : {'reject', 'half_up'}
        What becomes of an amount with more places than its currency.
    currency : str, optional
        ISO 4217 code of all amounts, unless a column tells it; without either, amounts are refused.
    zone : str, optional
        IANA name of the zone of all times without one; without it, they are refused.
    date_format : str, default "%Y-%m-%d"
        How dates are written, as `datetime.strptime` reads them.
    time_format : str, default "%Y-%m-%d %H:%M:%S"
        How times without an offset are written; ISO 8601 with a T or an offset is always read.
    encoding : str, default "utf-8-sig"
        Encoding of text files.
    delimiter : str, default ","
        Between the fields of ``.csv`` and ``.txt`` files; ``.tsv`` has tabs.
    separator : str, default ";"
        Between the texts of a field that holds several.
    blanks : tuple of str, optional
        Texts that stand for nothing, such as ``n/a``; empty text always does.
    phone_region : str, optional
        Region, such as CN, by whose plan telephone numbers without the code of a country are read in the form of E.164;
        needs the extra `phones` of salesteam.

    Examples
    --------
    >>> Config(root="exports", kinds={}, excess_digits="reject").encoding
    'utf-8-sig'
    """

    root: str
    kinds: Mapping[Kind, tuple[Mapped, ...]] = attrs.field(validator=_kinds)
    excess_digits: ExcessDigits
    currency: str | None = attrs.field(default=None, validator=_currency)
    zone: str | None = attrs.field(default=None, validator=_zone)
    date_format: str = "%Y-%m-%d"
    time_format: str = "%Y-%m-%d %H:%M:%S"
    encoding: str = attrs.field(default="utf-8-sig", validator=_encoding)
    delimiter: str = attrs.field(default=",", validator=_one_sign)
    separator: str = attrs.field(default=";", validator=_one_sign)
    blanks: tuple[str, ...] = ()
    phone_region: str | None = phone_region()
