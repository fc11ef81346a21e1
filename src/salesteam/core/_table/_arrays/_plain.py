"""Plain work on arrays: make, add, hold, round, sum up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]
else:
    Array = Mask = Any

__all__ = [
    "BLOCK",
    "Array",
    "Mask",
    "added",
    "blank",
    "blocks",
    "everywhere",
    "hold",
    "moments",
    "powers",
    "quantiles",
    "rounded",
    "settled",
    "share_above",
    "total",
    "whole",
]

BLOCK = 16_384
"""Scenarios that are drawn together; part of what a draw depends on, and so never changed."""
_NEAR = 1e-9
_CLOSE = 1e-15


def blocks(count: int) -> Iterator[tuple[int, slice]]:
    """The blocks of so many scenarios: number and place of each.

    Parameters
    ----------
    count : int
        Scenarios.

    Yields
    ------
    tuple of (int, slice)
        A block is the same whatever comes after it.

    Examples
    --------
    >>> list(blocks(20_000))
    [(0, slice(0, 16384, None)), (1, slice(16384, 20000, None))]
    """
    for number, start in enumerate(range(0, count, BLOCK)):
        yield number, slice(start, min(start + BLOCK, count))


def blank(size: int, *, fill: float = 0.0) -> Array:
    """An array of one number.

    Parameters
    ----------
    size : int
        How long.
    fill : float, default 0
        The number.

    Returns
    -------
    array of float
        A new one.

    Examples
    --------
    >>> blank(2).tolist()
    [0.0, 0.0]
    """
    import numpy as np

    return np.full(size, fill, dtype=np.float64)


def added(to: Array, x: Array) -> None:
    """Add an array to another, in place.

    Parameters
    ----------
    to, x : array of float
        `to` is changed.

    Examples
    --------
    >>> numbers = blank(1)
    >>> added(numbers, blank(1, fill=2))
    >>> numbers.tolist()
    [2.0]
    """
    import numpy as np

    np.add(to, x, out=to)


def total(x: Array) -> float:
    """The sum of an array.

    Parameters
    ----------
    x : array of float
        Any.

    Returns
    -------
    float
        Summed pairwise.

    Examples
    --------
    >>> total(blank(3, fill=2))
    6.0
    """
    return float(x.sum())


def powers(x: Array) -> tuple[float, float]:
    """The sum of an array, and of its squares.

    Parameters
    ----------
    x : array of float
        Any.

    Returns
    -------
    tuple of (float, float)
        Both.

    Examples
    --------
    >>> powers(blank(3, fill=2))
    (6.0, 12.0)
    """
    return float(x.sum()), float(x @ x)


def hold(x: Array, low: Any = None, high: Any = None) -> None:
    """Hold numbers between limits, in place: first raised, then cut.

    Parameters
    ----------
    x : array of float
        What is held.
    low, high : float or array of float, optional
        Limits.

    Examples
    --------
    >>> numbers = blank(1, fill=9)
    >>> hold(numbers, low=1, high=5)
    >>> numbers.tolist()
    [5.0]
    """
    if low is None and high is None:
        return
    import numpy as np

    if isinstance(low, np.ndarray) or isinstance(high, np.ndarray):
        if low is not None:
            np.maximum(x, low, out=x)
        if high is not None:
            np.minimum(x, high, out=x)
    else:  # numpy clips by numbers in less time than minimum and maximum take
        x.clip(-math.inf if low is None else low, math.inf if high is None else high, out=x)


def everywhere(masks: Sequence[Mask]) -> Mask:
    """Where all of several conditions hold.

    Parameters
    ----------
    masks : sequence of array of bool
        At least one.

    Returns
    -------
    array of bool
        A new one.

    Examples
    --------
    >>> import numpy as np
    >>> everywhere([np.array([True, False]), np.array([True, True])]).tolist()
    [True, False]
    """
    import numpy as np

    found: Mask = np.logical_and.reduce(masks)
    return found


def rounded(x: Array, step: float = 1.0, mode: str = "half_even") -> None:
    """Round to a step, in place; a number as near to a step as binary numbers are to what was meant has reached it.

    Parameters
    ----------
    x : array of float
        What is rounded.
    step : float, default 1
        The step.
    mode : {'half_even', 'half_up', 'half_away', 'down', 'up'}
        Which neighbour.

    Examples
    --------
    >>> numbers = blank(1, fill=0.97)
    >>> rounded(numbers, 0.01, "down")
    >>> numbers.tolist()
    [0.97]
    >>> rounded(many := blank(1, fill=0.571), 0.01)
    >>> many.tolist()
    [0.57]
    """
    import numpy as np

    over, by = _ratio(step)
    if over != 1.0:
        np.multiply(x, over, out=x)
    if by != 1.0:
        np.divide(x, by, out=x)
    if mode == "half_even":
        np.rint(x, out=x)
    elif mode == "half_away":
        np.copysign(np.floor(np.abs(x) + 0.5 + _NEAR), x, out=x)
    elif mode == "up":
        np.ceil(np.subtract(x, _NEAR, out=x), out=x)
    else:
        np.floor(np.add(x, _NEAR + (0.5 if mode == "half_up" else 0.0), out=x), out=x)
    if by != 1.0:
        np.multiply(x, by, out=x)
    if over != 1.0:
        np.divide(x, over, out=x)


@lru_cache(maxsize=100)
def _ratio(step: float) -> tuple[float, float]:
    """A step as below and above the line of a fraction: a number of steps is then the nearest to what is meant."""
    found = Fraction(step).limit_denominator(1_000_000)
    return float(found.denominator), float(found.numerator)


def moments(x: Array) -> tuple[float, float]:
    """Mean and standard deviation.

    Parameters
    ----------
    x : array of float
        At least one number.

    Returns
    -------
    tuple of (float, float)
        With n - 1 below; 0 for a single number.

    Examples
    --------
    >>> moments(blank(3, fill=2))
    (2.0, 0.0)
    """
    mean = float(x.mean())
    if len(x) < 2:
        return mean, 0.0
    return mean, float(x.std(ddof=1))


def quantiles(x: Array, shares: Sequence[float]) -> tuple[float, ...]:
    """Quantiles, with straight lines between the numbers.

    Parameters
    ----------
    x : array of float
        At least one number.
    shares : sequence of float
        Between 0 and 1.

    Returns
    -------
    tuple of float
        One for each share.

    Examples
    --------
    >>> quantiles(blank(3, fill=2), [0.5])
    (2.0,)
    """
    import numpy as np

    return tuple(float(each) for each in np.quantile(x, shares))


def share_above(x: Array, limit: float) -> float:
    """Which share of the numbers exceeds a limit.

    Parameters
    ----------
    x : array of float
        At least one number.
    limit : float
        What they are compared with.

    Returns
    -------
    float
        Between 0 and 1.

    Examples
    --------
    >>> share_above(blank(3, fill=2), 1)
    1.0
    """
    return float((x > limit).mean())


def settled(x: Array) -> None:
    """Make each number that `whole` would take for a whole one just that, in place.

    Parameters
    ----------
    x : array of float
        What is changed.

    Examples
    --------
    >>> numbers = blank(1, fill=1.1 * 30)
    >>> settled(numbers)
    >>> numbers.tolist()
    [33.0]
    """
    import numpy as np

    near = np.rint(x)
    np.copyto(x, near, where=np.abs(x - near) <= _CLOSE * np.maximum(np.abs(x), 1.0))


def whole(x: float) -> float:
    """A number; the whole one, if no more than the error of binary numbers lies between them.

    Parameters
    ----------
    x : float
        Such as a bound in smallest units.

    Returns
    -------
    float
        Itself or the nearest whole number.

    Examples
    --------
    >>> whole(1.1 * 30), whole(0.5)
    (33.0, 0.5)
    """
    near = round(x)
    return float(near) if abs(x - near) <= _CLOSE * max(abs(x), 1.0) else x
