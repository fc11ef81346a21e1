"""Units of metrics and their algebra: deals times yuan a deal is yuan, and yuan plus deals is nonsense."""

from __future__ import annotations

import re
from collections.abc import Iterable

import attrs

from salesteam.errors import InvalidValueError

__all__ = ["Unit", "unit_of"]

_PART = re.compile(r"\s*(?P<op>[*/·]?)\s*(?P<name>[^\W\d]\w*|1)(?:\^(?P<power>-?\d{1,2}))?")
_LONGEST = 120


@attrs.frozen(kw_only=True)
class Unit:
    """A product of powers of base units, such as yuan a deal.

    Make it with `unit_of`; multiply, divide and compare it like a number.

    Parameters
    ----------
    powers : tuple of (str, int)
        Base unit and its power, sorted by name, no power zero; empty for a plain number.

    Examples
    --------
    >>> str(unit_of("deal") * unit_of("CNY/deal"))
    'CNY'
    """

    powers: tuple[tuple[str, int], ...] = ()

    def __mul__(self, other: Unit) -> Unit:
        """Multiply: powers add up."""
        return _unit([*self.powers, *other.powers])

    def __truediv__(self, other: Unit) -> Unit:
        """Divide: powers of the other are taken off."""
        return _unit([*self.powers, *((name, -power) for name, power in other.powers)])

    @property
    def plain(self) -> bool:
        """Whether it is a plain number without unit, such as a rate.

        Examples
        --------
        >>> (unit_of("CNY") / unit_of("CNY")).plain
        True
        """
        return not self.powers

    def __str__(self) -> str:
        above = [_power(name, power) for name, power in self.powers if power > 0]
        below = [_power(name, -power) for name, power in self.powers if power < 0]
        return "/".join(["*".join(above) or "1", *below])


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def _unit(parts: Iterable[tuple[str, int]]) -> Unit:
    total: dict[str, int] = {}
    for name, power in parts:
        total[name] = total.get(name, 0) + power
    return Unit(powers=tuple(sorted((name, power) for name, power in total.items() if power)))


def unit_of(text: str) -> Unit:
    """Read a unit from its text.

    Parameters
    ----------
    text : str
        Base units joined by ``*`` and ``/`` from left to right, powers with ``^``; ``"1"`` for a plain number.
        Any word is a base unit: ``"CNY"``, ``"deal"``, ``"CNY/deal"``, ``"人"``.

    Returns
    -------
    Unit
        Equal for texts that mean the same.

    Raises
    ------
    InvalidValueError
        If the text is no unit; a bare ``%`` is refused, since it does not say points or percent.

    Examples
    --------
    >>> unit_of("CNY/deal") == unit_of("CNY*deal^-1")
    True
    """
    parts: list[tuple[str, int]] = []
    at = 0
    while at < len(text.rstrip()):
        found = _PART.match(text, at)
        if found is None or bool(found["op"]) != bool(parts) or len(text) > _LONGEST:
            raise InvalidValueError(
                f"{text[:40]!r} is no unit", where=f"column {at + 1}", fix="write it like CNY, CNY/deal, deal*day or 1"
            )
        power = int(found["power"] or 1)
        parts.append((found["name"], -power if found["op"] == "/" else power))
        at = found.end()
    if not parts:
        raise InvalidValueError("a unit is empty", where="unit", fix="write 1 for a plain number")
    return _unit((name, power) for name, power in parts if name != "1")
