"""What a case expects of one number or text, and whether it came so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Period, Place, percent_text, rational, rational_text, round_to
from salesteam.errors import InvalidValueError

__all__ = ["FORMS", "Figure", "figure_of", "is_figure", "period_name"]

FORMS = (frozenset({"printed"}), frozenset({"of", "within"}), frozenset({"of", "within", "because"}))
"""Keys by which a mapping is one figure and not a level of names."""


@attrs.frozen(kw_only=True)
class Figure:
    """An expected number, text, or nothing.

    Parameters
    ----------
    written : str
        As the file has it.
    kind : {'exact', 'printed', 'within', 'text', 'nothing'}
        How it is compared.
    number : Fraction, optional
        The number.
    within : Fraction, optional
        Most that it may be away.
    digits : int
        Digits after the point, under ``printed``.
    unit : Fraction
        What the printed digits count: 1, or 1/100 for a percent.
    because : str
        Why it may be away.
    place : Place
        Where it was written.
    """

    written: str
    kind: str
    number: Fraction | None = None
    within: Fraction = Fraction(0)
    digits: int = 0
    unit: Fraction = Fraction(1)
    because: str = ""
    place: Place = Place()

    def agrees(self, got: Any) -> bool:
        """Whether what came is what was expected."""
        if self.kind == "nothing" or got is None:
            return self.kind == "nothing" and got is None
        if self.kind == "text":
            return self.written == _text(got)
        number = _number(got)
        if number is None or self.number is None:
            return self.written == _text(got)
        if self.kind == "printed":
            return self.as_printed(number) == self.number
        return abs(number - self.number) <= self.within

    def as_printed(self, number: Fraction) -> Fraction:
        """A number as the source would have printed it: half away from zero, to its digits."""
        step = self.unit / int(10**self.digits)
        return round_to(number / step, "half_away") * step

    def difference(self, got: Any) -> Fraction | None:
        """Got minus expected, where both are numbers."""
        number = _number(got)
        return None if number is None or self.number is None else number - self.number


def _number(got: Any) -> Fraction | None:
    if isinstance(got, (int, Fraction)) and not isinstance(got, bool):
        return Fraction(got)
    try:
        return rational(got) if isinstance(got, str) else None
    except InvalidValueError:
        return None


def _text(got: Any) -> str:
    return rational_text(got) if isinstance(got, Fraction) else got.isoformat() if isinstance(got, date) else str(got)


def is_figure(value: Any) -> bool:
    """Whether a part of a file is one figure, and no level of names."""
    return not isinstance(value, (Mapping, list)) or (isinstance(value, Mapping) and frozenset(value) in FORMS)


def figure_of(value: Any, place: Place, *, kind: str = "number") -> Figure:
    """Read one expected cell.

    Parameters
    ----------
    value : tree
        Text, a mapping of one of `FORMS`, or None.
    place : Place
        Where it stands.
    kind : {'number', 'money', 'text', 'period', 'code'}
        Of the column.

    Returns
    -------
    Figure
        Ready to compare.

    Raises
    ------
    InvalidValueError
        If it is no such value.
    """
    if value is None:
        return Figure(written="null", kind="nothing", place=place)
    if isinstance(value, Mapping):
        return _of_mapping(value, place)
    if isinstance(value, list):
        raise InvalidValueError("a list stands where one value belongs", fix="write one number, text or null")
    text = str(value).strip()
    if kind in {"number", "money"}:
        return Figure(written=text, kind="exact", number=rational(text), place=place)
    if kind == "period":
        text = period_name(text)
    return Figure(written=text, kind="text", place=place)


def _of_mapping(value: Mapping[str, Any], place: Place) -> Figure:
    if frozenset(value) not in FORMS:
        raise InvalidValueError(
            f"{', '.join(map(str, value))} is no way to write a number",
            fix="write a number, {printed: ...} or {of: ..., within: ..., because: ...}",
        )
    if "printed" in value:
        text = str(value["printed"]).strip()
        number = rational(text)
        bare = text.rstrip("%％‰ ")
        unit = Fraction(1, {"%": 100, "％": 100, "‰": 1000}.get(text[-1:], 1))
        return Figure(
            written=text, kind="printed", number=number, digits=len(bare.partition(".")[2]), unit=unit, place=place
        )
    within = rational(str(value["within"]))
    if within < 0:
        raise InvalidValueError(f"{value['within']} is below zero", fix="write how far away the number may be")
    return Figure(
        written=f"{value['of']} ± {value['within']}", kind="within", number=rational(str(value["of"])), within=within,
        because=str(value.get("because") or ""), place=place,
    )  # fmt: skip


def period_name(written: Any) -> str:
    """The name of a period as a run writes it; a text that is no period stays as it is."""
    try:
        plain: Any = {str(k): str(v) for k, v in written.items()} if isinstance(written, Mapping) else str(written)
        return Period.parse(plain).name
    except InvalidValueError:
        return str(written)


def shown_number(value: Any) -> str:
    """A value for a reader: a number in its shortest exact form."""
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        exact = Fraction(value)
        return rational_text(exact) if _short(exact) else f"{rational_text(exact)} (≈ {percent_text(exact, 4)})"
    return "null" if value is None else _text(value)


def _short(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1
