"""Places in a contest, for many scenarios at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from salesteam.core._table._arrays._plain import Array, Mask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
else:
    Whole = Any

__all__ = ["prizes"]

_CELLS = 1 << 18
"""Numbers that are sorted together, so that they stay near the processor."""


def prizes(
    reached: Sequence[Array], missed: Sequence[Mask | None], amounts: Sequence[float], ties: str = "share"
) -> Array:
    """What each runner wins in each scenario.

    Parameters
    ----------
    reached : sequence of array of float
        What each runner reached.
    missed : sequence of (array of bool or None)
        Where each runner is not placed at all; None for nowhere.
    amounts : sequence of float
        Prizes by place, the first place first; nothing after them.
    ties : {'share', 'same', 'dense'}, default 'share'
        Who ties shares the prizes of the places that they cover; or gets the first of them, the next runner counting
        all who are before, or each tie as one.

    Returns
    -------
    array of float
        One row a runner, one column a scenario.

    Examples
    --------
    >>> import numpy as np
    >>> runners = [np.array([3.0, 5.0]), np.array([9.0, 5.0]), np.array([1.0, 1.0])]
    >>> prizes(runners, [None, None, None], [30.0, 10.0]).tolist()
    [[10.0, 20.0], [30.0, 20.0], [0.0, 0.0]]
    >>> prizes(runners, [None, None, None], [30.0, 10.0], "dense").tolist()
    [[10.0, 30.0], [30.0, 30.0], [0.0, 10.0]]
    """
    import numpy as np

    size, count = len(reached[0]), len(reached)
    won = np.zeros((count, size))
    step = max(_CELLS // count, 1)
    for start in range(0, size, step):
        part = slice(start, start + step)
        numbers = np.stack([each[part] for each in reached], axis=1)
        for runner, mask in enumerate(missed):
            if mask is not None:
                numbers[mask[part], runner] = -np.inf
        _award(numbers, amounts, ties, won[:, part])
    return won


def _award(numbers: Array, amounts: Sequence[float], ties: str, won: Array) -> None:
    """Write what runners win; scenarios are rows of the numbers and columns of what is won."""
    import numpy as np

    order = _first(numbers, len(amounts), ties)
    numbers = np.take_along_axis(numbers, order, axis=1)
    count = numbers.shape[1]
    new = np.ones(numbers.shape, dtype=bool)
    new[:, 1:] = numbers[:, 1:] != numbers[:, :-1]
    if ties == "dense":
        prize = _padded(amounts, count)[np.cumsum(new, axis=1) - 1]
    else:
        places = np.arange(count)
        first = np.maximum.accumulate(np.where(new, places, 0), axis=1)
        prize = _padded(amounts, count)[first] if ties == "same" else _shared(amounts, new, first)
    prize[numbers == -np.inf] = 0.0
    np.put_along_axis(won.T, order, prize, axis=1)


def _first(numbers: Array, wanted: int, ties: str) -> Whole:
    """Who comes first, second and so on: all who may win something, in every row."""
    import numpy as np

    count = numbers.shape[1]
    if ties == "dense" or wanted >= count:
        return np.argsort(-numbers, axis=1)
    found = np.argpartition(numbers, count - wanted, axis=1)
    last = np.take_along_axis(numbers, found[:, count - wanted, None], axis=1)
    tied = int(((numbers >= last) & (numbers > -np.inf)).sum(axis=1).max())
    if tied > wanted:
        found, wanted = np.argpartition(numbers, max(count - tied, 0), axis=1), tied
    found = found[:, count - wanted :]
    return np.take_along_axis(found, np.argsort(-np.take_along_axis(numbers, found, axis=1), axis=1), axis=1)


def _padded(amounts: Sequence[float], count: int) -> Array:
    import numpy as np

    return np.array([*amounts[:count], *[0.0] * (count - len(amounts))])


def _shared(amounts: Sequence[float], new: Mask, first: Whole) -> Array:
    """The mean of the prizes of all places that each tie covers."""
    import numpy as np

    count = new.shape[1]
    sums = np.concatenate([[0.0], np.cumsum(_padded(amounts, count))])
    ends = np.where(
        np.concatenate([new[:, 1:], np.ones((len(new), 1), dtype=bool)], axis=1), np.arange(1, count + 1), count
    )
    last = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    found: Array = (sums[last] - sums[first]) / (last - first)
    return found
