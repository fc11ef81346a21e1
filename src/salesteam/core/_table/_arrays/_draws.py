"""Draws that depend on their key alone, and the laws by which numbers vary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from salesteam.core._table._arrays._plain import Array, hold

__all__ = ["Draws", "Law"]


class Draws:
    """Standard normal and uniform numbers, each of which depends on a seed, a key, and its place alone.

    A counter-based generator (Philox) is set anew for each key, so that nobody else's draws move when somebody is
    added or left out.

    Parameters
    ----------
    seed : int
        Same seed, same draws.

    References
    ----------
    Salmon, Moraes, Dror and Shaw, *Parallel random numbers: as easy as 1, 2, 3*, 2011.

    Examples
    --------
    >>> from salesteam.core._table._arrays import blank
    >>> one, two = blank(3), blank(5)
    >>> Draws(7).normals(one, "ana", "2026-01")
    >>> Draws(7).normals(two, "ana", "2026-01")
    >>> one.tolist() == two[:3].tolist()
    True
    """

    def __init__(self, seed: int) -> None:
        import numpy as np

        self.seed = seed
        self._bits = np.random.Philox(key=0)
        self._generator = np.random.Generator(self._bits)
        self._state: Any = self._bits.state
        self._buffered = int(self._state["buffer_pos"])

    def normals(self, out: Array, *key: object, block: int = 0) -> None:
        """Fill an array.

        Parameters
        ----------
        out : array of float
            What is filled, one number a scenario.
        *key : object
            Whose draws: texts and numbers.
        block : int, default 0
            Number of the block of scenarios.
        """
        self._turn(key, block)
        self._generator.standard_normal(out=out)

    def uniforms(self, out: Array, *key: object, block: int = 0) -> None:
        """Fill an array with uniform numbers from 0 to below 1.

        Parameters
        ----------
        out : array of float
            What is filled, one number a scenario.
        *key : object
            Whose draws: texts and numbers.
        block : int, default 0
            Number of the block of scenarios.
        """
        self._turn(key, block)
        self._generator.random(out=out)

    def _turn(self, key: tuple[object, ...], block: int) -> None:
        """Let the generator begin anew with a key."""
        name = blake2b(repr((self.seed, *key)).encode(), digest_size=16).digest()
        words, state = self._state["state"], self._state
        words["key"][0] = int.from_bytes(name[:8], "little")
        words["key"][1] = int.from_bytes(name[8:], "little")
        words["counter"][:] = 0
        words["counter"][2] = block
        state["buffer_pos"], state["has_uint32"] = self._buffered, 0
        self._bits.state = state


class Law:
    """How a number varies: standard normal numbers become numbers of the world.

    Parameters
    ----------
    shape : {'lognormal', 'normal'}
        Which law.
    mean : float
        Expected value.
    spread : float
        Standard deviation over mean.
    shared : sequence of float
        Share of the variance that each shared factor takes; the rest is the number's own.
    low, high : float, optional
        Limits.
    whole : bool, default False
        Whether only whole numbers occur.

    Examples
    --------
    >>> from salesteam.core._table._arrays import blank
    >>> numbers = blank(1)
    >>> Law("normal", 10.0, 0.5).fill(numbers, [], blank(1))
    >>> numbers.tolist()
    [10.0]
    """

    def __init__(
        self,
        shape: str,
        mean: float,
        spread: float,
        shared: Sequence[float] = (),
        *,
        low: float | None = None,
        high: float | None = None,
        whole: bool = False,
    ) -> None:
        self.low, self.high, self.whole = low, high, whole
        self.grows = shape == "lognormal"
        width = math.sqrt(math.log1p(spread * spread)) if self.grows else abs(mean) * spread
        self.scale = mean * math.exp(-width * width / 2) if self.grows else mean
        self.width = width * math.sqrt(max(1.0 - sum(shared), 0.0))
        self.shared = tuple(width * math.sqrt(share) for share in shared)

    def fill(self, numbers: Array, factors: Sequence[Array], spare: Array) -> None:
        """Turn standard normal numbers into numbers of the law, in place.

        Parameters
        ----------
        numbers : array of float
            Standard normal; what is filled.
        factors : sequence of array of float
            Standard normal numbers that are shared with others.
        spare : array of float
            Room to work in.
        """
        import numpy as np

        np.multiply(numbers, self.width, out=numbers)
        for factor, width in zip(factors, self.shared, strict=True):
            np.multiply(factor, width, out=spare)
            np.add(numbers, spare, out=numbers)
        if self.grows:
            np.exp(numbers, out=numbers)
            np.multiply(numbers, self.scale, out=numbers)
        else:
            np.add(numbers, self.scale, out=numbers)
        if self.low is not None or self.high is not None:
            hold(numbers, self.low, self.high)
        if self.whole:
            np.rint(numbers, out=numbers)
