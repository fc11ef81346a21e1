"""Functions of one number on whole arrays: straight and bent pieces, bands, and sums of many at once."""

from __future__ import annotations

import math
from collections.abc import Sequence

from salesteam.core._table._arrays._plain import Array, Mask, blank, whole

__all__ = ["Ramp", "Steps", "Tally"]


class Ramp:
    """A function of straight or bent pieces, on whole arrays.

    Parameters
    ----------
    starts : sequence of float
        Where each piece but the first begins, rising.
    owns : sequence of bool
        Whether each of these points belongs to the piece that begins there.
    lines : sequence of (float, float, float)
        Level at 0, slope and square of each piece; one more than there are starts.
    gaps : sequence of bool
        Whether a piece belongs to nobody.

    Examples
    --------
    >>> import numpy as np
    >>> bands = Ramp([100.0], [True], [(0.0, 0.1, 0.0), (-10.0, 0.2, 0.0)], [False, False])
    >>> bands.fill(np.array([50.0, 150.0]), out := blank(2), blank(2))
    >>> out.tolist()
    [5.0, 20.0]
    """

    def __init__(
        self,
        starts: Sequence[float],
        owns: Sequence[bool],
        lines: Sequence[tuple[float, float, float]],
        gaps: Sequence[bool],
    ) -> None:
        self.starts, self.owns, self.lines = tuple(starts), tuple(owns), tuple(lines)
        self.gaps = tuple(index for index, gap in enumerate(gaps) if gap)
        self.level, self.slope = self.lines[0][0], self.lines[0][1]
        self.hinges: tuple[tuple[float, float], ...] | None = None
        if self._hinged():
            turns = zip(self.starts, self.lines, self.lines[1:], strict=False)
            self.hinges = tuple((at, after[1] - before[1]) for at, before, after in turns if after[1] != before[1])
            self.level -= sum(turn * at for at, turn in self.hinges)
        self.turns = tuple(turn for _, turn in self.hinges or ())
        self.rises = _rises(self.turns)

    def scaled(self, x: float, y: float) -> Ramp:
        """The same function with other units.

        Parameters
        ----------
        x, y : float
            How many of the new units make one of the old, of points and of values. Points that miss a whole number
            by no more than the error of binary numbers are that number.

        Returns
        -------
        Ramp
            A new one.

        Examples
        --------
        >>> Ramp([1.1], [True], [(0.0, 0.1, 0.0), (0.0, 0.2, 0.0)], [False, False]).scaled(30.0, 1.0).starts
        (33.0,)
        """
        starts = [whole(at * x) for at in self.starts]
        lines = [(level * y, slope * y / x, square * y / (x * x)) for level, slope, square in self.lines]
        made = Ramp.__new__(Ramp)
        made.starts, made.owns, made.lines, made.gaps = tuple(starts), self.owns, tuple(lines), self.gaps
        made.level, made.slope, made.hinges = self.level * y, self.slope * y / x, self.hinges
        if self.hinges is not None:
            made.hinges = tuple((whole(at * x), turn * y / x) for at, turn in self.hinges)
        made.turns = tuple(turn for _, turn in made.hinges or ())
        made.rises = _rises(made.turns)
        return made

    def _hinged(self) -> bool:
        """Whether the function is straight between its bends and never jumps."""
        if any(square for _, _, square in self.lines):
            return False
        for at, before, after in zip(self.starts, self.lines, self.lines[1:], strict=False):
            left, right = before[0] + before[1] * at, after[0] + after[1] * at
            if not math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-9):
                return False
        return True

    def fill(self, x: Array, out: Array, spare: Array, by: Array | None = None) -> None:
        """Compute the function.

        Parameters
        ----------
        x : array of float
            Points.
        out : array of float
            What is filled; another array than `x`.
        spare : array of float
            Room to work in; another array than both.
        by : array of float, optional
            Points that decide which piece it is, where these are not the points themselves, but rounded.
        """
        import numpy as np

        if by is not None:
            self._chosen(x, out, spare, by)
            return
        if self.rises is not None:
            self._outermost(x, out, spare)
            return
        np.multiply(x, self.slope, out=out)
        if self.hinges is not None:
            for at, turn in self.hinges:
                np.maximum(x, at, out=spare)
                np.multiply(spare, turn, out=spare)
                np.add(out, spare, out=out)
            if self.level:
                np.add(out, self.level, out=out)
            return
        self._chosen(x, out, spare, x)

    def _chosen(self, x: Array, out: Array, spare: Array, by: Array) -> None:
        """Each piece where it begins, one after the other."""
        import numpy as np

        self._piece(x, out, 0)
        for index, (start, owned) in enumerate(zip(self.starts, self.owns, strict=True), start=1):
            self._piece(x, spare, index)
            np.copyto(out, spare, where=by >= start if owned else by > start)

    def _outermost(self, x: Array, out: Array, spare: Array) -> None:
        """The uppermost of the lines of a function that bends upward only; the lowest of one that bends downward."""
        import numpy as np

        pick = np.maximum if self.rises else np.minimum
        self._piece(x, out, 0)
        for level, slope, _ in self.lines[1:]:
            np.multiply(x, slope, out=spare)
            np.add(spare, level, out=spare)
            pick(out, spare, out=out)

    def _piece(self, x: Array, out: Array, index: int) -> None:
        import numpy as np

        level, slope, square = self.lines[index]
        if square:
            np.multiply(x, square, out=out)
            np.add(out, slope, out=out)
            np.multiply(out, x, out=out)
        else:
            np.multiply(x, slope, out=out)
        if level:
            np.add(out, level, out=out)

    def gap(self, x: Array) -> Mask | None:
        """Which points belong to nobody; None if all belong to somebody.

        Parameters
        ----------
        x : array of float
            Points.

        Returns
        -------
        array of bool or None
            One for each.
        """
        import numpy as np

        if not self.gaps:
            return None
        piece = np.zeros(len(x), dtype=np.int64)
        for start, owned in zip(self.starts, self.owns, strict=True):
            piece += x >= start if owned else x > start
        found = np.isin(piece, self.gaps)
        return found if found.any() else None


def _rises(turns: Sequence[float]) -> bool | None:
    """Whether a function bends upward wherever it bends; None if both ways, or never."""
    return None if not turns else True if min(turns) > 0 else False if max(turns) < 0 else None


class Tally:
    """The sum of a function over many arrays, where it is straight between bends: summed first, computed once.

    The sums of x and of each hinge max(x, b) are all that is needed, also where the bends lie elsewhere for each array.

    Parameters
    ----------
    ramp : Ramp
        One that `fits`.
    size : int
        Length of the arrays.

    Examples
    --------
    >>> import numpy as np
    >>> bands = Ramp([100.0], [True], [(0.0, 0.1, 0.0), (-10.0, 0.2, 0.0)], [False, False])
    >>> tally = Tally(bands, 2)
    >>> tally.add(bands, np.array([50.0, 150.0]), blank(2))
    >>> tally.close(out := blank(2))
    >>> [round(number, 9) for number in out.tolist()]
    [5.0, 20.0]
    """

    def __init__(self, ramp: Ramp, size: int) -> None:
        assert ramp.hinges is not None
        self.slope, self.turns = ramp.slope, ramp.turns
        self._level = 0.0
        self._sum = blank(size)
        self._above = [blank(size) for _ in self.turns]
        self._bends = [(0.0, blank(size)) for _ in self.turns]

    def fits(self, ramp: Ramp) -> bool:
        """Whether a function has the slopes of this one, whatever its level and bends.

        Parameters
        ----------
        ramp : Ramp
            Any.

        Returns
        -------
        bool
            Whether it can be added.
        """
        return ramp.hinges is not None and ramp.slope == self.slope and ramp.turns == self.turns

    def add(self, ramp: Ramp, x: Array, spare: Array) -> None:
        """Add the function at some points.

        Parameters
        ----------
        ramp : Ramp
            One that fits.
        x, spare : array of float
            Points; room to work in.
        """
        import numpy as np

        assert ramp.hinges is not None
        np.add(self._sum, x, out=self._sum)
        self._level += ramp.level
        for index, (at, _) in enumerate(ramp.hinges):
            np.maximum(x, self._bend(index, at), out=spare)
            np.add(self._above[index], spare, out=self._above[index])

    def _bend(self, index: int, at: float) -> Array:
        """A bend as an array: numpy compares two arrays in half the time that an array and a number take."""
        before, bend = self._bends[index]
        if at != before:
            bend.fill(at)
            self._bends[index] = at, bend
        return bend

    def close(self, to: Array) -> None:
        """Write the sum into an array, and begin anew.

        Parameters
        ----------
        to : array of float
            What is filled.
        """
        import numpy as np

        np.multiply(self._sum, self.slope, out=to)
        for above, turn in zip(self._above, self.turns, strict=True):
            np.multiply(above, turn, out=above)
            np.add(to, above, out=to)
            above.fill(0.0)
        np.add(to, self._level, out=to)
        self._sum.fill(0.0)
        self._level = 0.0


class Steps:
    """A number that jumps from band to band, on whole arrays.

    Parameters
    ----------
    bands : sequence of (float, bool, float or None, bool, float)
        Lower bound, whether it is owned, upper bound, whether it is owned, and the number; the first that holds wins.

    Examples
    --------
    >>> import numpy as np
    >>> out, free = Steps([(0.0, True, 1.0, False, 0.5), (1.0, True, None, True, 2.0)]).fill(np.array([0.2, 1.0]))
    >>> out.tolist(), free
    ([0.5, 2.0], None)
    """

    def __init__(self, bands: Sequence[tuple[float, bool, float | None, bool, float]]) -> None:
        self.bands = tuple(bands)

    def fill(self, x: Array) -> tuple[Array, Mask | None]:
        """Look the numbers up.

        Parameters
        ----------
        x : array of float
            Points.

        Returns
        -------
        tuple of (array of float, array of bool or None)
            The number of each point, 0 where no band holds it; and where none does, None if every point has a band.
        """
        import numpy as np

        out, free = np.zeros(len(x)), np.ones(len(x), dtype=bool)
        for low, owns_low, high, owns_high, number in self.bands:
            inside = (x >= low if owns_low else x > low) & free
            if high is not None:
                inside &= x <= high if owns_high else x < high
            out[inside] = number
            free &= ~inside
        return out, free if free.any() else None
