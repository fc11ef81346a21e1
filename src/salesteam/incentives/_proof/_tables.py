"""Whether more of a number can pay less where no curve says it: factors, lookup tables, matrices."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

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
            ladder = of_modifier(at, modifier.tiers, modifier.edge, look)
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
        points = [look(node) for node in nodes]
        for k in range(1, len(points)):
            falls = [
                (a, b) for line in lines if (a := line[k - 1]) is not None and (b := line[k]) is not None and b < a
            ]
            rises = [
                (a, b) for line in lines if (a := line[k - 1]) is not None and (b := line[k]) is not None and b > a
            ]
            place = Place(key=f"{at}.{key}.nodes[{k}]")
            if falls:
                yield find("incentives.non-monotone", place, at=points[k], before=falls[0][0], after=falls[0][1])
            if rises and c.between == "step":
                yield find("incentives.cliff", place, at=points[k], left=rises[0][0], right=rises[0][1])
