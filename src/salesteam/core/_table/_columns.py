"""Columns declared once, on the attrs fields of a noun: name, type, unit, whether required."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Literal

import attrs

from salesteam.errors import InvalidValueError

__all__ = ["Column", "Kind", "column", "columns"]

Kind = Literal["text", "texts", "whole", "money", "rational", "decimal", "number", "date", "moment", "flag", "rest"]

_KINDS: Mapping[object, Kind] = {
    str: "text",
    int: "whole",
    Fraction: "rational",
    Decimal: "decimal",
    float: "number",
    date: "date",
    datetime: "moment",
    bool: "flag",
}
_MINOR = "_minor"


@attrs.frozen(kw_only=True)
class Column:
    """One column of a table, as its noun declares it.

    Parameters
    ----------
    name : str
        Name of the column; that of the attrs field unless the field has a ``key``.
    field : str
        Name of the attrs field.
    kind : str
        What a cell holds: ``text``, ``texts``, ``whole``, ``money`` (whole minor units), ``rational``, ``decimal``,
        ``number`` (binary), ``date``, ``moment`` (with a zone), ``flag``, or ``rest`` (every other column of the row).
    doc : str
        What it means, in one phrase.
    unit : str or None
        Unit of the number, if it has one.
    required : bool
        Whether a table must have the column.
    nullable : bool
        Whether a cell may be empty.
    choices : tuple of str
        The only texts allowed; empty if any is.
    enum : type or None
        The enumeration to make of a choice.
    """

    name: str
    field: str
    kind: Kind
    doc: str = ""
    unit: str | None = None
    required: bool = True
    nullable: bool = False
    choices: tuple[str, ...] = ()
    enum: type[enum.Enum] | None = None

    @property
    def major(self) -> str | None:
        """Name under which a money column is read in major units; None for another column.

        Examples
        --------
        >>> Column(name="amount_minor", field="amount_minor", kind="money").major
        'amount'
        """
        return self.name.removesuffix(_MINOR) if self.kind == "money" else None

    @property
    def pair(self) -> tuple[str, str] | None:
        """Names of the two whole columns that hold a rational exactly; None for another column.

        Examples
        --------
        >>> Column(name="share", field="share", kind="rational").pair
        ('share_num', 'share_den')
        """
        return (f"{self.name}_num", f"{self.name}_den") if self.kind == "rational" else None


def column(
    doc: str,
    unit: str | None = None,
    *,
    default: Any = attrs.NOTHING,
    key: str | None = None,
    rest: bool = False,
    validator: Any = None,
    converter: Callable[[Any], Any] | None = None,
) -> Any:
    """Declare an attrs field that is a column of a table.

    Use it for every field of a noun that is read from rows or written to them.
    The type of the column is the type of the field; a field without a default is a required column.

    Parameters
    ----------
    doc : str
        What the column means, in one phrase; it goes into the reference.
    unit : str, optional
        Unit of the number, such as ``"minor units"`` or ``"days"``.
    default : object, optional
        Value where the column or the cell is missing; without it the column is required.
    key : str, optional
        Name of the column where it cannot be that of the field, such as ``"from"``.
    rest : bool, default False
        Whether the field (a mapping) takes every column of the row that no other field declares.
    validator, converter : callable, optional
        As in `attrs.field`.

    Returns
    -------
    attrs field
        To be assigned to an annotated name in the body of the class.

    Examples
    --------
    >>> @attrs.frozen(kw_only=True)
    ... class Deal:
    ...     deal: str = column("id of the deal")
    ...     amount_minor: int = column("signed amount", "minor units")
    ...     share: Fraction = column("part of the deal", default=Fraction(1))
    >>> Deal(deal="D1", amount_minor=1200).share
    Fraction(1, 1)
    """
    metadata = {"doc": doc, "unit": unit, "key": key, "rest": rest}
    if rest:
        return attrs.field(factory=dict, hash=False, metadata=metadata, validator=validator, converter=converter)
    return attrs.field(default=default, metadata=metadata, validator=validator, converter=converter)


def columns(cls: type) -> tuple[Column, ...]:
    """The columns that a noun declares, in the order of its fields.

    Use it to document a table, or to know what `read_rows` will look for.
    A field with a default whose type no cell can hold (a nested noun, say) is no column.

    Parameters
    ----------
    cls : type
        An attrs class.

    Returns
    -------
    tuple of Column
        One for each column.

    Raises
    ------
    InvalidValueError
        If `cls` is no attrs class, a type cannot be resolved, or a required field has a type that no cell can hold.

    Examples
    --------
    >>> @attrs.frozen(kw_only=True)
    ... class Quota:
    ...     payee: str = column("who")
    ...     quota_minor: int | None = column("goal", "minor units", default=None)
    >>> [(each.name, each.kind, each.required) for each in columns(Quota)]
    [('payee', 'text', True), ('quota_minor', 'money', False)]
    """
    return _columns(cls)


@cache
def _columns(cls: type) -> tuple[Column, ...]:
    if not attrs.has(cls):
        raise InvalidValueError(f"{cls!r} is no attrs class", where="columns", fix="declare it with attrs.frozen")
    try:
        hints = typing.get_type_hints(cls)
    except NameError as error:
        raise InvalidValueError(
            f"the types of {cls.__name__} cannot be resolved: {error}",
            where="columns",
            fix="import the types of its fields when the program runs, not only for type checking",
        ) from error
    found = (_declared(cls, attribute, hints[attribute.name]) for attribute in attrs.fields(cls) if attribute.init)
    return tuple(each for each in found if each is not None)


def _declared(cls: type, attribute: attrs.Attribute[Any], hint: Any) -> Column | None:
    about = attribute.metadata
    required = attribute.default is attrs.NOTHING
    bare, nullable = _without_none(hint)
    kind, choices, enumeration = _kind(bare)
    name = about.get("key") or attribute.name
    if about.get("rest"):
        kind = "rest"
    elif kind is None:
        if required:
            raise InvalidValueError(
                f"no cell can hold {hint}",
                where=f"{cls.__name__}.{attribute.name}",
                fix="use text, a number, Fraction, date, datetime or bool, or give the field a default",
            )
        return None
    elif kind == "whole" and name.endswith(_MINOR):
        kind = "money"
    return Column(
        name=name,
        field=attribute.alias or attribute.name,
        kind=kind,
        doc=about.get("doc") or "",
        unit=about.get("unit"),
        required=required,
        nullable=nullable or not required,
        choices=choices,
        enum=enumeration,
    )


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        parts = [part for part in typing.get_args(hint) if part is not type(None)]
        if len(parts) == 1 and len(parts) < len(typing.get_args(hint)):
            return parts[0], True
    return hint, False


def _kind(hint: Any) -> tuple[Kind | None, tuple[str, ...], type[enum.Enum] | None]:
    if typing.get_origin(hint) is Literal:
        return "text", tuple(str(choice) for choice in typing.get_args(hint)), None
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return "text", tuple(str(member.value) for member in hint), hint
    if hint == tuple[str, ...]:
        return "texts", (), None
    return _KINDS.get(hint), (), None
