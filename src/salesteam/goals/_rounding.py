"""Rounding of exact shares to whole units that still sum to their parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Literal

import attrs

from salesteam.core import ROUNDINGS, round_to
from salesteam.core._noun import as_annotated
from salesteam.goals._choice import chosen

__all__ = ["ROUNDERS", "Cumulative", "LargestRemainder", "Rounding", "footed", "rounded"]

ROUNDERS: Mapping[str, str] = {
    "largest_remainder": "every share is cut off; what is left goes to the largest remainders (Hamilton)",
    "cumulative": "the running total is rounded, so that no error builds up along the order; for time",
}
"""Ways to round a cascade, with one line on each."""
_TIES = {"id": "in the order of the ids", "order": "in the order of the nodes on their axis"}


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class LargestRemainder:
    """Cut every share off and give what is left to the largest remainders, one unit each.

    Parameters
    ----------
    tie : {'id', 'order'}
        Required: who comes first where remainders are equal.

    Raises
    ------
    InvalidValueError
        If the tie key is missing.

    References
    ----------
    Hamilton's method; it may shrink a share as the total grows (the Alabama paradox).

    Examples
    --------
    >>> LargestRemainder(tie="id").convention
    'largest_remainder, ties by id'
    """

    tie: Literal["id", "order"] = chosen("tie", _TIES, "LargestRemainder")
    method: Literal["largest_remainder"] = "largest_remainder"

    @property
    def convention(self) -> str:
        """What was chosen, in one phrase.

        Examples
        --------
        >>> LargestRemainder(tie="order").convention
        'largest_remainder, ties by order'
        """
        return f"largest_remainder, ties by {self.tie}"


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Cumulative:
    """Round the running total and take differences, so that every partial sum is right to the nearest unit.

    Parameters
    ----------
    mode : {'half_up', 'half_away', 'half_even', 'down', 'up'}
        Required: how the running total is rounded.

    Raises
    ------
    InvalidValueError
        If the mode is missing.

    Examples
    --------
    >>> Cumulative(mode="half_up").convention
    'cumulative, half_up'
    """

    mode: Literal["half_up", "half_away", "half_even", "down", "up"] = chosen(
        "mode", {name: text for name, (text, _) in ROUNDINGS.items()}, "Cumulative"
    )
    method: Literal["cumulative"] = "cumulative"

    @property
    def convention(self) -> str:
        """What was chosen, in one phrase.

        Examples
        --------
        >>> Cumulative(mode="down").convention
        'cumulative, down'
        """
        return f"cumulative, {self.mode}"


Rounding = LargestRemainder | Cumulative


def rounded(exact: Sequence[Fraction], ids: Sequence[str], rounding: Rounding) -> list[int]:
    """Round shares to whole numbers with the same sum; each is the floor or the ceiling of its share.

    Parameters
    ----------
    exact : sequence of Fraction
        Not negative, with a whole sum.
    ids : sequence of str
        One a share, for ties.
    rounding : Rounding
        How.

    Returns
    -------
    list of int
        Same order.
    """
    if isinstance(rounding, Cumulative):
        return _cumulative(exact, rounding.mode)
    parts = [floor(share) for share in exact]
    left = int(sum(exact, Fraction(0))) - sum(parts)
    order = sorted(
        range(len(parts)), key=lambda at: (parts[at] - exact[at], ids[at] if rounding.tie == "id" else "", at)
    )
    for at in order[:left]:
        parts[at] += 1
    return parts


def _cumulative(exact: Sequence[Fraction], mode: str) -> list[int]:
    parts: list[int] = []
    running, done = Fraction(0), 0
    for share in exact:
        running += share
        part = min(max(round_to(running, mode) - done, floor(share)), ceil(share))
        parts.append(part)
        done += part
    return parts


def footed(exact: Sequence[Fraction], total: int, ties: Sequence[str]) -> tuple[int, ...]:
    """Bring signed parts to whole numbers that sum to a whole total, by largest remainder.

    Parameters
    ----------
    exact : sequence of Fraction
        At least one part; their sum is within one unit a part of `total`.
    total : int
        What the whole parts must sum to.
    ties : sequence of str
        One key a part; equal remainders are served in the order of these keys.

    Returns
    -------
    tuple of int
        One a part, same order.
    """
    parts = [floor(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda at: (parts[at] - exact[at], ties[at], at))
    every, some = divmod(total - sum(parts), len(parts))
    for place, at in enumerate(order):
        parts[at] += every + (place < some)
    return tuple(parts)
