"""Whether more of a number can pay less where no curve says it: factors, lookup tables, matrices."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from salesteam.core import Finding, Place, find
from salesteam.incentives._component import Component
from salesteam.incentives._model import Plan
from salesteam.incentives._proof._bands import in_order, of_modifier
from salesteam.incentives._proof._slopes import told
from salesteam.incentives._proof._together import factor_shape
from salesteam.incentives._shape import Lookup, bands

__all__ = ["factors", "matrices"]


def factors(plan: Plan, look: Lookup) -> Iterator[Finding]:
    """Findings about the bands of modifiers, and about what their factor does as its number rises."""
    for index, modifier in enumerate(plan.modifiers):
        at = f"modifiers[{index}]"
        if modifier.tiers:
            ladder = of_modifier(at, modifier, look)
            problems = list(in_order(ladder))
            yield from problems
            if any(f.code != "incentives.tier-gap" for f in problems):
                continue
        shape = factor_shape(modifier, look)
        if shape is not None and modifier.clamp is None:
            yield from told(at, shape)


def matrices(plan: Plan, at: str, c: Component, look: Lookup) -> Iterator[Finding]:
    """Findings about tables of rates and matrices: where a step is a cliff, where more of a number pays less."""
    del plan
    for index, table in enumerate(c.tables):
        found = bands(table.tiers, table.edge, look)
        for before, after in itertools.pairwise(found):
            if before.rate is not None and after.rate is not None and before.rate != after.rate and after.low > 0:
                place = Place(key=f"{at}.tables[{index}].tiers[{after.number - 1}]")
                yield find("incentives.cliff", place, at=after.low, left=before.rate, right=after.rate)
    if c.method != "matrix" or c.rows is None or c.columns is None:
        return
    cells = [[None if cell is None else look(cell) for cell in row] for row in c.cells]
    if len(cells) != len(c.rows.nodes) or any(len(row) != len(c.columns.nodes) for row in cells):
        return
    across = [[cells[r][k] for r in range(len(cells))] for k in range(len(c.columns.nodes))]
    for key, nodes, lines in (("columns", c.columns.nodes, cells), ("rows", c.rows.nodes, across)):
        yield from _side(f"{at}.{key}", c, [look(node) for node in nodes], lines)


def _side(at: str, c: Component, points: list[Fraction], lines: list[list[Fraction | None]]) -> Iterator[Finding]:
    """Jumps and falls of a matrix along one of its sides."""
    first = max((line[0] for line in lines if line[0] is not None), default=Fraction(0))
    if first > 0 and points[0] > 0 and c.below != "flat" and c.between in {"step", "bilinear"}:
        yield find("incentives.cliff", Place(key=f"{at}.nodes[0]"), at=points[0], left=Fraction(0), right=first)
    for k in range(1, len(points)):
        pairs = [(a, b) for line in lines if (a := line[k - 1]) is not None and (b := line[k]) is not None]
        place = Place(key=f"{at}.nodes[{k}]")
        fall = next(((a, b) for a, b in pairs if b < a), None)
        rise = next(((a, b) for a, b in pairs if b > a), None)
        if fall is not None:
            yield find("incentives.non-monotone", place, at=points[k], before=fall[0], after=fall[1])
        if rise is not None and c.between == "step":
            yield find("incentives.cliff", place, at=points[k], left=rise[0], right=rise[1])
