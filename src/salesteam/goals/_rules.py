"""Rules of a cascade: locks, floors and caps on single nodes."""

from __future__ import annotations

from typing import Literal

import attrs

from salesteam.errors import InvalidValueError
from salesteam.goals._words import Phrase

__all__ = ["Cap", "Floor", "Lock", "Rule", "told"]


@attrs.frozen
class Lock:
    """A node gets exactly this much.

    Parameters
    ----------
    node : str
        A node of one axis; the rule holds for it over the whole of the other axis.
    value : int
        In units of the cascade, not negative.

    Examples
    --------
    >>> Lock("2026-08", 600).low, Lock("2026-08", 600).high
    (600, 600)
    """

    node: str
    value: int
    kind: Literal["lock"] = attrs.field(default="lock", init=False)

    def __attrs_post_init__(self) -> None:
        _checked(self.node, self.value)

    @property
    def low(self) -> int:
        """The least the node may get.

        Examples
        --------
        >>> Lock("li", 5).low
        5
        """
        return self.value

    @property
    def high(self) -> int | None:
        """The most the node may get.

        Examples
        --------
        >>> Lock("li", 5).high
        5
        """
        return self.value


@attrs.frozen
class Floor:
    """A node gets at least this much.

    Parameters
    ----------
    node : str
        A node of one axis.
    value : int
        In units of the cascade, not negative.

    Examples
    --------
    >>> Floor("li", 5).low, Floor("li", 5).high
    (5, None)
    """

    node: str
    value: int
    kind: Literal["floor"] = attrs.field(default="floor", init=False)

    def __attrs_post_init__(self) -> None:
        _checked(self.node, self.value)

    @property
    def low(self) -> int:
        """The least the node may get.

        Examples
        --------
        >>> Floor("li", 5).low
        5
        """
        return self.value

    @property
    def high(self) -> int | None:
        """None: a floor does not limit the most.

        Examples
        --------
        >>> Floor("li", 5).high is None
        True
        """
        return None


@attrs.frozen
class Cap:
    """A node gets at most this much.

    Parameters
    ----------
    node : str
        A node of one axis.
    value : int
        In units of the cascade, not negative.

    Examples
    --------
    >>> Cap("li", 5).low, Cap("li", 5).high
    (0, 5)
    """

    node: str
    value: int
    kind: Literal["cap"] = attrs.field(default="cap", init=False)

    def __attrs_post_init__(self) -> None:
        _checked(self.node, self.value)

    @property
    def low(self) -> int:
        """Zero: a cap does not limit the least.

        Examples
        --------
        >>> Cap("li", 5).low
        0
        """
        return 0

    @property
    def high(self) -> int | None:
        """The most the node may get.

        Examples
        --------
        >>> Cap("li", 5).high
        5
        """
        return self.value


Rule = Lock | Floor | Cap
_KIND_ZH = {"lock": "锁定", "floor": "下限", "cap": "上限"}


def _checked(node: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidValueError(f"{value!r} is no whole number", where=f"rule on {node!r}", fix="give whole units")
    if value < 0:
        raise InvalidValueError(f"{value} is negative", where=f"rule on {node!r}", fix="give zero or more whole units")


def told(rule: Rule) -> Phrase:
    """One rule in words.

    Parameters
    ----------
    rule : Rule
        Any.

    Returns
    -------
    Phrase
        In both languages.
    """
    return Phrase(f"{rule.kind} {rule.node} {rule.value}", f"{rule.node} {_KIND_ZH[rule.kind]} {rule.value}")
