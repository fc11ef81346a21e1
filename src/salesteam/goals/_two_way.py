"""A two-way table of whole numbers with given margins, each cell the floor or the ceiling of its proportional share."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import attrs

__all__ = ["table"]


def table(rows: Sequence[int], columns: Sequence[int]) -> list[list[int]]:
    """Fill a table so that it meets both margins exactly.

    Every cell is the floor or the ceiling of row x column / total; such a table always exists.
    Line by line, the cells with the largest remainders are rounded up; what was cut off is carried down its column.
    Where that leaves a margin short, chains of cells swap.

    Parameters
    ----------
    rows, columns : sequence of int
        Margins, not negative, with the same sum.

    Returns
    -------
    list of list of int
        One list a row.

    References
    ----------
    Cox, *A constructive procedure for unbiased controlled rounding*, 1987; existence is that of an integral flow.
    """
    if len(rows) < len(columns):
        return [list(line) for line in zip(*table(columns, rows), strict=True)]
    total = sum(rows)
    if total == 0:
        return [[0] * len(columns) for _ in rows]
    cells = [[row * column // total for column in columns] for row in rows]
    loose = [[row * column % total for column in columns] for row in rows]
    column_left = [column - sum(line[at] for line in cells) for at, column in enumerate(columns)]
    filling = _Filling(total=total, loose=loose, column_left=column_left)
    short = [filling.add(row - sum(line)) for row, line in zip(rows, cells, strict=True)]
    for i, count in enumerate(short):
        for _ in range(count):
            filling.swap(i)
    return [[cell + (j in up) for j, cell in enumerate(line)] for line, up in zip(cells, filling.up, strict=True)]


@attrs.define(kw_only=True)
class _Filling:
    """Which cells are rounded up so far, by row and by column, and what every column still needs."""

    total: int
    loose: list[list[int]]
    column_left: list[int]
    up: list[set[int]] = attrs.field(factory=list)
    holders: list[dict[int, None]] = attrs.field(init=False)
    carried: list[int] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.holders = [{} for _ in self.column_left]
        self.carried = [0 for _ in self.column_left]

    def add(self, wanted: int) -> int:
        """Round cells of the next row up; return how many could not be placed."""
        line = self.loose[len(self.up)]
        due = {j: self.carried[j] + remainder for j, remainder in enumerate(line) if remainder}
        chosen = sorted((j for j in due if self.column_left[j]), key=lambda j: (-due[j], j))[:wanted]
        for j in chosen:
            self.column_left[j] -= 1
            self.holders[j][len(self.up)] = None
        for j, carried in due.items():
            self.carried[j] = carried
        for j in chosen:
            self.carried[j] -= self.total
        self.up.append(set(chosen))
        return wanted - len(chosen)

    def swap(self, start: int) -> None:
        """Round one more cell of a row up, along a chain that ends in a column with room."""
        came_from: dict[int, tuple[int, int | None]] = {
            j: (start, None) for j, remainder in enumerate(self.loose[start]) if remainder and j not in self.up[start]
        }
        queue = deque(came_from)
        while queue:
            column = queue.popleft()
            if self.column_left[column]:
                self.column_left[column] -= 1
                self._flip(column, came_from)
                return
            for row in self.holders[column]:
                for j, remainder in enumerate(self.loose[row]):
                    if remainder and j not in self.up[row] and j not in came_from:
                        came_from[j] = (row, column)
                        queue.append(j)
                if len(came_from) == len(self.column_left):
                    break

    def _flip(self, end: int, came_from: dict[int, tuple[int, int | None]]) -> None:
        column: int | None = end
        while column is not None:
            row, before = came_from[column]
            self.up[row].add(column)
            self.holders[column][row] = None
            if before is not None:
                self.up[row].remove(before)
                del self.holders[before][row]
            column = before
