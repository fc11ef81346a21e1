"""What a sum pays, in exact fractions of major units: every formula of the page, and nothing of the engine."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import floor

import attrs

ZERO, ONE = Fraction(0), Fraction(1)


class Unpayable(Exception):
    """A number is missing; the argument is the code."""


class Gap(Unpayable):
    """Nobody owns a sum."""

    def __init__(self):
        super().__init__("tier-gap")


def rounded(x, mode):
    """A whole number near a fraction, each mode from its definition."""
    whole, rest, half = floor(x), x - floor(x), Fraction(1, 2)
    up = {
        "half_up": rest >= half,
        "nearest": rest >= half,
        "half_away": rest > half or (rest == half and x > 0),
        "half_even": rest > half or (rest == half and whole % 2 == 1),
        "down": False,
        "floor": False,
        "up": rest > 0,
        "ceiling": rest > 0,
    }[mode]
    return whole + up


def stepped(x, how, num):
    """A share rounded to a step."""
    return x if how in (None, "none") else rounded(x / num(how.to), how.mode) * num(how.to)


def remainder_split(total, weights, keys):
    """Whole parts by largest remainder on the size, ties by key, the sign put back; `weights` sum to the whole."""
    size, whole = abs(total), sum(weights)
    exact = [Fraction(size) * w / whole for w in weights]
    parts = [floor(e) for e in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], keys[i], i))
    for i in order[: size - sum(parts)]:
        parts[i] += 1
    return [p if total >= 0 else -p for p in parts]


@attrs.frozen
class Band:
    """One tier with its numbers looked up."""

    low: Fraction
    high: Fraction | None
    rate: Fraction | None
    amount: Fraction | None
    edge: str | None
    retro: bool

    def top(self, s):
        """Whether a sum is not above this band."""
        return self.high is None or s < self.high or (s == self.high and self.edge in ("upper_inclusive", "closed"))


def bands_of(c, num, q, t, base=None, locked=None):
    """The tiers of a component on a day; from a locked bound up the tier below goes on."""
    scale = q if c.bounds == "quota" else ONE
    unit = ONE
    if c.base_rate == "target/quota":
        unit = t / q
    elif c.base_rate is not None:
        unit = num(c.base_rate)
    whole = {"target": t, "base": base}.get(c.pays_of, ONE)
    found = []
    for tier in c.tiers:
        if locked is not None and found and num(tier.from_) >= locked:
            found[-1] = attrs.evolve(found[-1], high=None)
            break
        rate = num(tier.rate) if tier.rate is not None else None
        if tier.multiplier is not None:
            rate = num(tier.multiplier) * unit
        found.append(
            Band(
                num(tier.from_) * scale,
                None if tier.to is None else num(tier.to) * scale,
                rate,
                None if tier.amount is None else num(tier.amount) * whole,
                tier.edge or c.edge,
                tier.retroactive,
            )
        )
    return found


def reached(bands, s):
    """Position of the band that owns a sum, None in a gap; the first listed wins."""
    for k, band in enumerate(bands):
        low = s > band.low or (s == band.low and (k == 0 or not _below_owns(bands[k - 1], band)))
        if low and band.top(s):
            return k
    return None


def _below_owns(below, band):
    if below.high == band.low:
        return below.edge in ("upper_inclusive", "closed")
    return band.edge == "upper_inclusive"


def _hole(c, fallback):
    """What a gap pays: nothing more, or it comes back."""
    if c.gaps == "zero":
        return fallback
    raise Gap


def marginal(c, bands, s):
    """Each band's rate on its own part; inside a retroactive band its rate on everything."""
    if s <= 0 and bands[0].low <= 0:
        return bands[0].rate * s
    k = reached(bands, s)
    if k is None and s > 0:
        ends = any(s == b.high for b in bands)  # pay is continuous there, so the bound is nobody's question
        if c.gaps != "zero" and not ends:
            raise Gap
    if k is not None and bands[k].retro:
        return bands[k].rate * s
    total = ZERO
    for i, band in enumerate(bands):
        if s <= band.low and i != k:
            break
        if i == k or band.high is None or s < band.high:
            return total + band.rate * max(ZERO, s - band.low)
        total = band.rate * band.high if band.retro else total + band.rate * (band.high - band.low)
    return total


def slab(c, bands, s):
    """The rate, or the fee, of the band reached on everything."""
    k = 0 if s < bands[0].low <= 0 else reached(bands, s)
    if k is None:
        return ZERO if s <= 0 else _hole(c, ZERO)
    return bands[k].rate * s if bands[k].rate is not None else bands[k].amount


def from_threshold(c, bands, s, theta):
    """The first rate up to the threshold, the rate of the band reached on what lies beyond."""
    first = bands[0].rate
    k = 0 if s < bands[0].low <= 0 else reached(bands, s)
    if k is None:
        return ZERO if s <= 0 else _hole(c, ZERO)
    if s <= theta:
        return first * s
    return first * theta + bands[k].rate * (s - theta)


def interpolated(c, bands, s):
    """Whole amounts of the bands passed, and the part of the one reached."""
    if s <= 0 and bands[0].low <= 0:
        return bands[0].amount * (s - bands[0].low) / (bands[0].high - bands[0].low)
    if s > bands[-1].high or 0 < s < bands[0].low:
        return _hole(c, sum(b.amount for b in bands) if s > bands[-1].high else ZERO)
    if c.gaps != "zero" and any(a.high < s < b.low for a, b in itertools.pairwise(bands)):
        raise Gap
    return sum(
        (b.amount * min(ONE, max(ZERO, (s - b.low) / (b.high - b.low))) for b in bands), ZERO
    )  # a hole between two bands adds nothing


def bonus(c, bands, s):
    """The amount of the band reached, or all amounts reached."""
    k = reached(bands, s)
    if k is None:
        return ZERO if s <= bands[0].low else _hole(c, ZERO)
    return sum(b.amount for b in bands[: k + 1]) if c.sum_reached else bands[k].amount


def proportional_rate(c, bands, s):
    """Everything at the rates of the bands passed and a part of the one reached."""
    if s < 0 and bands[0].low <= 0:  # below zero as above it, so that a reversal mirrors its deal
        return -proportional_rate(c, bands, -s) if -s <= bands[0].high else s * bands[0].rate * -s / bands[0].high
    if s <= bands[0].low:
        return ZERO if s <= 0 or s == bands[0].low else _hole(c, ZERO)
    top = bands[-1].high
    if s > top:
        return _hole(c, s * sum(b.rate for b in bands))
    if c.gaps != "zero" and any(a.high < s < b.low for a, b in itertools.pairwise(bands)):
        raise Gap
    return s * sum((b.rate * min(ONE, max(ZERO, (s - b.low) / (b.high - b.low))) for b in bands), ZERO)


def curve_share(c, num, a):  # noqa: PLR0911 -- one for each side of the nodes
    """p(a), and what lies above the last node as (slope of p, rate on the measure)."""
    nodes = sorted((num(x), num(p)) for x, p in c.nodes)
    upper = c.edge == "upper_inclusive"
    (x0, p0), (x9, p9) = nodes[0], nodes[-1]
    if a < x0 or (upper and a == x0 and c.below in (None, "zero")):
        if c.below in (None, "zero"):
            return ZERO
        if c.below == "extend" and c.between == "linear" and len(nodes) > 1:
            (x, p), (y, r) = nodes[:2]
            return p + (r - p) / (y - x) * (a - x)
        return p0
    for (x, p), (y, r) in itertools.pairwise(nodes):
        if x <= a < y or (upper and x < a <= y):
            return p if c.between == "step" else p + (r - p) / (y - x) * (a - x)
    if a <= x9 or c.above in (None, "flat"):
        return p9
    if c.above == "extend":
        if c.between != "linear" or len(nodes) == 1:
            return p9
        (x, p) = nodes[-2]
        return p9 + (p9 - p) / (x9 - x) * (a - x9)
    return p9 if c.above.slope is None else p9 + num(c.above.slope) * (a - x9)


def curve(c, num, a, s, q, t):
    """T times p(a), and money on the measure above the last node."""
    paid = t * curve_share(c, num, a)
    last = max(num(x) for x, _ in c.nodes)
    if c.above not in (None, "flat", "extend") and c.above.rate is not None and a > last:
        if s is None or q is None:
            raise Unpayable("no-quota")
        paid += num(c.above.rate) * (s - last * q)
    return paid


def matrix(c, num, x, y):
    """G(x, y): x along the rows, y along the columns."""
    rows, columns = [num(n) for n in c.rows.nodes], [num(n) for n in c.columns.nodes]
    cells = [[None if v is None else num(v) for v in row] for row in c.cells]

    def near(nodes, v):
        """Nodes with their part: nothing lies below the first, and above the last it goes on flat."""
        if c.between == "node":
            if v not in nodes:
                raise Unpayable("matrix-off-node")
            return [(nodes.index(v), ONE)]
        if c.between == "step":
            below = [i for i, n in enumerate(nodes) if (n < v if c.edge == "upper_inclusive" else n <= v)]
            return [(below[-1], ONE)] if below else []
        if v < nodes[0]:
            return []
        i = max(k for k, n in enumerate(nodes) if n <= v)
        return [(i, ONE)] if nodes[i] == v or i == len(nodes) - 1 else _between(nodes, i, v)

    parts = [(i, j, u * v) for i, u in near(rows, x) for j, v in near(columns, y)]
    if any(cells[i][j] is None for i, j, _ in parts):
        raise Unpayable("matrix-empty")
    return sum((cells[i][j] * w for i, j, w in parts), ZERO)


def _between(nodes, i, v):
    part = (v - nodes[i]) / (nodes[i + 1] - nodes[i])
    return [(i, 1 - part), (i + 1, part)]


def factor(m, num, a):
    """The factor of one modifier."""
    a = stepped(a, m.round, num)
    if m.clamp:
        return max(num(m.clamp[0]), min(num(m.clamp[1]), a))
    if m.nodes:
        nodes = sorted((num(x), num(p)) for x, p in m.nodes)
        if m.between == "step":
            below = [p for x, p in nodes if (x < a if m.edge == "upper_inclusive" else x <= a)]
            return below[-1] if below else nodes[0][1]
        a = max(nodes[0][0], min(nodes[-1][0], a))
        for (x, p), (y, r) in itertools.pairwise(nodes):
            if x <= a <= y:
                return p + (r - p) / (y - x) * (a - x)
        return nodes[0][1]
    bands = [
        Band(num(t.from_), None if t.to is None else num(t.to), num(t.multiplier), None, t.edge or m.edge, False)
        for t in m.tiers
    ]
    k = reached(bands, a)
    if k is None:
        raise Unpayable("tier-gap")
    return bands[k].rate


def table_rate(table, num, v):
    """The rate of one table of a lookup."""
    bands = [
        Band(
            num(t.from_),
            None if t.to is None else num(t.to),
            num(t.multiplier if t.rate is None else t.rate),
            None,
            t.edge or table.edge,
            False,
        )
        for t in table.tiers
    ]
    k = reached(bands, v)
    if k is None:
        raise Unpayable("tier-gap")
    return bands[k].rate


def prizes(c, num, scored):
    """Money by payee: places by falling measure, ties as the plan says."""
    prize = [num(p) for p in c.prizes]

    def at(place):
        return prize[place] if place < len(prize) else ZERO

    groups = [
        sorted(p for p, s in scored.items() if s == value) for value in sorted(set(scored.values()), reverse=True)
    ]
    paid, place = {}, 0
    for step, group in enumerate(groups):
        covered = [at(place + i) for i in range(len(group))]
        each = {"share": sum(covered, ZERO) / len(group), "same": at(place), "dense": at(step)}[c.ties or "same"]
        paid.update(dict.fromkeys(group, each))
        place += len(group)
    return paid
