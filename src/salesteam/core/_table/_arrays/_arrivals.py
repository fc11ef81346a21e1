"""How many deals come: whole numbers of Poisson's law from uniform ones."""

from __future__ import annotations

import math

from salesteam.core._table._arrays._plain import Array

__all__ = ["poisson"]

_SURE = 1 - 1e-10
"""A chance as near to 1 as sums of many binary numbers tell."""


def poisson(uniform: Array, rate: float | Array) -> Array:
    """Numbers of Poisson's law, each the least whose chance of that or fewer exceeds a uniform number.

    So a greater rate never gives fewer.

    Parameters
    ----------
    uniform : array of float
        Uniform numbers from 0 to below 1.
    rate : float or array of float
        How many are expected.

    Returns
    -------
    array of float
        Whole numbers.

    Examples
    --------
    >>> import numpy as np
    >>> poisson(np.array([0.1, 0.5, 0.999]), 2.0).tolist()
    [0.0, 2.0, 8.0]
    """
    import numpy as np

    most = float(np.max(rate, initial=0.0))
    found, uniform = np.zeros(len(uniform)), np.minimum(uniform, _SURE)
    term, so_far = np.negative(rate), np.exp(np.negative(rate))
    with np.errstate(divide="ignore"):
        growth = np.log(rate)
    for number in range(1, int(most + 40 * math.sqrt(most)) + 50):
        more = uniform >= so_far
        if not more.any():
            break
        found[more] = number
        term = term + growth - math.log(number)
        so_far = so_far + np.exp(term)
    return found
