"""Exact rates and shares: fractions in, fractions through, rounding only where it is declared.

A rate of 8 % is the fraction 2/25, never the binary number nearest to 0.08.
Numbers are read from their text, so that what a contract prints is what is computed with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from types import MappingProxyType

from salesteam.errors import InvalidValueError, missing_choice

__all__ = [
    "ROUNDINGS",
    "largest_remainder",
    "number_text",
    "percent_text",
    "rational",
    "rational_text",
    "round_half_up",
    "round_to",
]

_NUMBER = re.compile(
    r"""\s*(?P<sign>[+-]?)\s*
        (?P<whole>\d{1,3}(?:,\d{3})+|\d+(?:_\d+)*)?
        (?P<part>\.\d+)?
        (?:[eE](?P<power>[+-]?\d{1,3}))?
        (?:\s*/\s*(?P<under>\d+))?
        \s*(?P<unit>[%％‰]?)\s*""",
    re.VERBOSE,
)
_UNITS = {"": 1, "%": 100, "％": 100, "‰": 1000}
_LONGEST = 200
_PLACES, _SHORT, _HUNDRED = 6, 5, 100


def rational(x: object, *, where: str = "") -> Fraction:
    """Read a number exactly.

    Use it for every rate, share, weight and threshold that comes from outside.

    Parameters
    ----------
    x : int, Fraction, Decimal or str
        Text may be ``"0.08"``, ``"8%"``, ``"8‰"``, ``"2/3"``, ``"1,234.5"`` or ``"1_000"``.
    where : str, optional
        Field or argument, for the error.

    Returns
    -------
    Fraction
        The number as written; no unit (a percent is divided by 100).

    Raises
    ------
    InvalidValueError
        For a float (its text is unknown), a bool, a number that is not finite, or text that is no number.

    Examples
    --------
    >>> rational("8%"), rational("2/3"), rational("0.10")
    (Fraction(2, 25), Fraction(2, 3), Fraction(1, 10))
    """
    if isinstance(x, Fraction):
        return x
    if isinstance(x, bool):
        raise InvalidValueError(f"{x} is a truth value, not a number", where=where, fix="write a number")
    if isinstance(x, int):
        return Fraction(x)
    if isinstance(x, Decimal):
        if not x.is_finite():
            raise InvalidValueError(f"{x} is not finite", where=where, fix="write a finite number")
        return Fraction(x)
    if isinstance(x, float):
        raise InvalidValueError(
            f"{x!r} is a binary number and not exact",
            where=where,
            fix=f"write it as text, such as {str(x)!r}, or as a Decimal",
        )
    if isinstance(x, str) and len(x) <= _LONGEST:
        found = _NUMBER.fullmatch(x)
        if found and (found["whole"] or found["part"]) and int(found["under"] or 1):
            return _read(found)
    raise InvalidValueError(f"{str(x)[:60]!r} is no number", where=where, fix="write it like 0.08, 8%, 2/3 or 1,234.50")


def _read(found: re.Match[str]) -> Fraction:
    whole = (found["whole"] or "0").replace(",", "").replace("_", "")
    value = Fraction(whole + (found["part"] or ""))
    value *= Fraction(10) ** int(found["power"] or 0)
    value /= int(found["under"] or 1) * _UNITS[found["unit"]]
    return -value if found["sign"] == "-" else value


def rational_text(f: Fraction) -> str:
    """Write a fraction exactly: as a decimal if it ends, else as a fraction.

    Parameters
    ----------
    f : Fraction
        Any rational number.

    Returns
    -------
    str
        Text that `rational` reads back to the same number.

    Examples
    --------
    >>> rational_text(Fraction(3, 20)), rational_text(Fraction(2, 3)), rational_text(Fraction(7))
    ('0.15', '2/3', '7')
    """
    under, twos, fives = f.denominator, 0, 0
    while under % 2 == 0:
        under, twos = under // 2, twos + 1
    while under % 5 == 0:
        under, fives = under // 5, fives + 1
    places = max(twos, fives)
    if under != 1 or places > 18:
        return f"{f.numerator}/{f.denominator}"
    digits = str(abs(f.numerator) * 10**places // f.denominator).rjust(places + 1, "0")
    text = digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}"
    return f"-{text}" if f < 0 else text


def number_text(f: Fraction) -> str:
    """Show a number to a reader: thousands set apart, and rounded for the eye where its decimals do not end soon.

    Parameters
    ----------
    f : Fraction
        Any rational number.

    Returns
    -------
    str
        Exact if it has at most six places or is a short fraction such as ``2/3``; else with ``≈`` before it.

    Examples
    --------
    >>> number_text(Fraction(117010223, 100)), number_text(Fraction(2, 3)), number_text(Fraction(841370659, 52500))
    ('1,170,102.23', '2/3', '≈16,026.11')
    """
    exact = rational_text(f)
    if "/" not in exact and len(exact.partition(".")[2]) <= _PLACES:
        whole, point, part = exact.partition(".")
        return f"{exact[:1].strip('0123456789')}{abs(int(whole)):,}{point}{part}"
    if "/" in exact and len(exact) <= _SHORT:
        return exact
    places = 2 if abs(f) >= _HUNDRED else 4 if abs(f) >= 1 else _PLACES
    near = Fraction(round_to(f * 10**places, "half_away"), 10**places)
    return "≈" + (number_text(near) if near else "0")


def percent_text(f: Fraction, digits: int = 2) -> str:
    """Show a share as a percentage, rounded for the eye and never for a computation.

    Parameters
    ----------
    f : Fraction
        A share or rate, 1 = 100 %.
    digits : int, default 2
        Places after the point at the most; trailing zeros are left out.

    Returns
    -------
    str
        Such as ``"66.67%"``.

    Examples
    --------
    >>> percent_text(Fraction(2, 3)), percent_text(Fraction(3, 20))
    ('66.67%', '15%')
    """
    scaled = round_to(f * 100 * 10**digits, "half_away")
    return rational_text(Fraction(scaled, 10**digits)) + "%"


def round_half_up(f: Fraction) -> int:
    """Round to the nearest whole number, halves upward: floor(x + 1/2).

    Parameters
    ----------
    f : Fraction
        Any rational number.

    Returns
    -------
    int
        Same unit as `f`.

    Examples
    --------
    >>> round_half_up(Fraction(5, 2)), round_half_up(Fraction(-5, 2))
    (3, -2)
    """
    return floor(f + Fraction(1, 2))


def _half_away(f: Fraction) -> int:
    return round_half_up(f) if f >= 0 else -round_half_up(-f)


ROUNDINGS: Mapping[str, tuple[str, Callable[[Fraction], int]]] = MappingProxyType(
    {
        "half_up": ("nearest, halves upward: floor(x + 1/2); 2.5 to 3, -2.5 to -2", round_half_up),
        "half_away": ("nearest, halves away from zero; 2.5 to 3, -2.5 to -3", _half_away),
        "half_even": ("nearest, halves to the even neighbour; 2.5 to 2", round),
        "down": ("toward minus infinity (floor)", floor),
        "up": ("toward plus infinity (ceiling)", lambda f: -floor(-f)),
    }
)
"""Ways to round to a whole number: name to what it does, in words and as a function."""


def round_to(f: Fraction, mode: str) -> int:
    """Round to a whole number in a named way.

    Parameters
    ----------
    f : Fraction
        Any rational number.
    mode : {'half_up', 'half_away', 'half_even', 'down', 'up'}
        See `ROUNDINGS` for one line on each.

    Returns
    -------
    int
        Same unit as `f`.

    Raises
    ------
    InvalidValueError
        For another mode; the message lists them.

    Examples
    --------
    >>> [round_to(Fraction(5, 2), mode) for mode in ("half_up", "half_even", "down")]
    [3, 2, 2]
    """
    if mode not in ROUNDINGS:
        raise missing_choice("rounding", {name: text for name, (text, _) in ROUNDINGS.items()}, where=repr(mode))
    return ROUNDINGS[mode][1](f)


def largest_remainder(total: int, weights: Sequence[int | Fraction], ties: Sequence[str]) -> tuple[int, ...]:
    """Split a whole number by weights so that the parts sum to it exactly.

    Each part gets the floor of its exact share; what is left goes, one unit each, to the largest remainders.
    The size is split and the sign put back, so that a reversal mirrors its deal to the last unit.

    Parameters
    ----------
    total : int
        What to split, in its smallest unit.
    weights : sequence of int or Fraction
        Not negative, at least one positive.
    ties : sequence of str
        One key a part; equal remainders are served in the order of these keys.

    Returns
    -------
    tuple of int
        One part a weight, same order; sums to `total`.

    Raises
    ------
    InvalidValueError
        If lengths differ, a weight is negative, or all weights are zero.

    References
    ----------
    Hamilton's method of apportionment; Balinski and Young, *Fair Representation*, 1982.

    Examples
    --------
    >>> largest_remainder(100, [1, 1, 1], ["a", "b", "c"])
    (34, 33, 33)
    >>> largest_remainder(-100, [1, 1, 1], ["a", "b", "c"])
    (-34, -33, -33)
    """
    if len(weights) != len(ties):
        raise InvalidValueError(
            f"{len(weights)} weights but {len(ties)} tie keys", where="largest_remainder", fix="give one key a weight"
        )
    if any(weight < 0 for weight in weights) or not any(weights):
        raise InvalidValueError(
            "weights must not be negative and at least one must be positive",
            where="largest_remainder",
            fix="correct the weights",
        )
    whole = sum((Fraction(weight) for weight in weights), Fraction(0))
    size = abs(total)
    exact = [size * Fraction(weight) / whole for weight in weights]
    parts = [floor(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], ties[i], i))
    for i in order[: size - sum(parts)]:
        parts[i] += 1
    return tuple(parts) if total >= 0 else tuple(-part for part in parts)
