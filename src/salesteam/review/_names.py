"""Show people, teams and metrics by their names wherever a table has their ids."""

from __future__ import annotations

import attrs

from salesteam.core import Cell, Grid
from salesteam.review._review import Review

__all__ = ["named"]


def named(review: Review, grid: Grid) -> Grid:
    """The same grid, each cell that is exactly an id shown as the name that it stands for."""
    roster, book = review.facts.roster, review.playbook.goals
    names = {metric.id: metric.title for metric in (book.metrics if book else ())}
    names |= {thing.id: thing.name for thing in (*roster.teams, *roster.people)}

    def shown(cell: Cell | str) -> Cell | str:
        text = cell.text if isinstance(cell, Cell) else cell
        name = names.get(text.strip())
        if name is None:
            return cell
        return attrs.evolve(cell, text=name) if isinstance(cell, Cell) else name

    return attrs.evolve(grid, rows=[[shown(cell) for cell in row] for row in grid.rows])
