"""A table with two sides on whole arrays: nodes, steps, or planes between four nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from salesteam.core._table._arrays._plain import Array, Mask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
else:
    Whole = Any

__all__ = ["Lattice"]


class _Place(NamedTuple):
    """Where points lie on a side: the node at or before each, how far it is to the next, and where there is none."""

    node: Whole
    part: Array
    before: Mask
    off: Mask


class Lattice:
    """A number for each pair of points, from a table with two sides.

    Parameters
    ----------
    sides : sequence of sequence of float
        The nodes of the rows and of the columns, rising.
    cells : sequence of sequence of (float or None)
        In rows; None where there is no number.
    between : {'node', 'step', 'bilinear'}
        Only nodes count; or each holds until the next; or straight lines lead from node to node.
    owns : bool, default True
        Under ``step``: whether a node belongs to the step that begins there.
    flat : bool, default False
        Whether the first node holds below itself too; without it there is nothing.

    Examples
    --------
    >>> import numpy as np
    >>> table = Lattice([(0.0, 1.0), (0.0, 1.0)], [(0.0, 1.0), (1.0, None)], "bilinear")
    >>> found, free = table.fill(np.array([0.5, 0.5, -1.0]), np.array([0.0, 0.5, 0.5]))
    >>> found.tolist(), free.tolist()
    ([0.5, 0.0, 0.0], [False, True, False])
    """

    def __init__(
        self, sides: Sequence[Sequence[float]], cells: Sequence[Sequence[float | None]], between: str,
        *, owns: bool = True, flat: bool = False,
    ) -> None:  # fmt: skip
        self.sides = tuple(tuple(side) for side in sides)
        self.cells = tuple(tuple(row) for row in cells)
        self.between, self.owns, self.flat = between, owns, flat

    def fill(self, x: Array, y: Array) -> tuple[Array, Mask]:
        """Look the numbers up.

        Parameters
        ----------
        x, y : array of float
            Points of the rows and of the columns.

        Returns
        -------
        tuple of (array of float, array of bool)
            The number of each pair; and where there is none, which counts as 0.
        """
        import numpy as np

        table = np.full([len(side) for side in self.sides], np.nan)
        for i, line in enumerate(self.cells[: len(table)]):
            for j, cell in enumerate(line[: table.shape[1]]):
                table[i, j] = np.nan if cell is None else cell
        row, column = (self._place(np.array(side), each) for side, each in zip(self.sides, (x, y), strict=True))
        found = (1.0 - row.part) * (1.0 - column.part) * table[row.node, column.node]
        if self.between == "bilinear":
            down, right = (np.minimum(p.node + 1, len(s) - 1) for p, s in zip((row, column), self.sides, strict=True))
            for weight, corner in (
                (row.part * (1.0 - column.part), table[down, column.node]),
                ((1.0 - row.part) * column.part, table[row.node, right]),
                (row.part * column.part, table[down, right]),
            ):
                found += np.where(weight > 0.0, weight * corner, 0.0)
        nothing = row.before | column.before
        found[nothing] = 0.0
        free: Mask = np.isnan(found) | row.off | column.off
        found[free] = 0.0
        return found, free

    def _place(self, nodes: Array, x: Array) -> _Place:
        import numpy as np

        side: Literal["left", "right"] = "left" if self.between == "step" and not self.owns else "right"
        at = np.searchsorted(nodes, x, side=side) - 1
        node = np.maximum(at, 0)
        part, off = np.zeros(len(x)), np.zeros(len(x), dtype=bool)
        before = np.zeros(len(x), dtype=bool) if self.flat else at < 0
        if self.between == "node":
            return _Place(node, part, off, nodes[node] != x)
        if self.between == "bilinear" and len(nodes) > 1:
            start = np.minimum(node, len(nodes) - 2)
            part = np.clip((x - nodes[start]) / (nodes[start + 1] - nodes[start]), 0.0, 1.0)
            part[node > start] = 0.0
        return _Place(node, part, before, off)
