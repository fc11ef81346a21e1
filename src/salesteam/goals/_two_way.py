"""A two-way table of whole numbers with given margins, each cell the floor or the ceiling of its proportional share."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

__all__ = ["table"]


def table(rows: Sequence[int], columns: Sequence[int]) -> list[list[int]]:
    """Fill a table so that it meets both margins exactly.

    Every cell is the floor or the ceiling of row x column / total; such a table always exists.
    Cells with the largest remainders are rounded up first; where that leaves a margin short, chains of cells swap.

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
    total = sum(rows)
    if total == 0:
        return [[0] * len(columns) for _ in rows]
    cells = [[row * column // total for column in columns] for row in rows]
    loose = [[row * column % total for column in columns] for row in rows]
    row_left = [row - sum(line) for row, line in zip(rows, cells, strict=True)]
    column_left = [column - sum(line[at] for line in cells) for at, column in enumerate(columns)]
    up: list[set[int]] = [set() for _ in rows]
    places = [(i, j) for i, line in enumerate(loose) for j, remainder in enumerate(line) if remainder]
    for i, j in sorted(places, key=lambda place: (-loose[place[0]][place[1]], place)):
        if row_left[i] and column_left[j]:
            up[i].add(j)
            row_left[i] -= 1
            column_left[j] -= 1
    for i, left in enumerate(row_left):
        for _ in range(left):
            _swap(i, loose, up, column_left)
    return [[cell + (j in up[i]) for j, cell in enumerate(line)] for i, line in enumerate(cells)]


def _swap(start: int, loose: list[list[int]], up: list[set[int]], column_left: list[int]) -> None:
    """Round one more cell of a row up, along a chain that ends in a column with room."""
    came_from: dict[int, int] = {}
    taken_by: dict[int, int] = {}
    queue = deque([start])
    while queue:
        i = queue.popleft()
        for j, remainder in enumerate(loose[i]):
            if not remainder or j in up[i] or j in taken_by:
                continue
            taken_by[j] = i
            if column_left[j]:
                column_left[j] -= 1
                _flip(start, j, taken_by, came_from, up)
                return
            for other, line in enumerate(up):
                if j in line and other not in came_from and other != start:
                    came_from[other] = j
                    queue.append(other)


def _flip(start: int, column: int, taken_by: dict[int, int], came_from: dict[int, int], up: list[set[int]]) -> None:
    while True:
        row = taken_by[column]
        up[row].add(column)
        if row == start:
            return
        column = came_from[row]
        up[row].remove(column)
