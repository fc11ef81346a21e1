"""Who gets credit for what: transactions cut into credits, to the last minor unit."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import attrs

from salesteam.core import _table as t
from salesteam.core import exponent, rational
from salesteam.incentives._columnar._money_columns import cells, lowest
from salesteam.incentives._columnar._rows import Transactions, is_number, wanted
from salesteam.incentives._columnar._share import by_version
from salesteam.incentives._curves import number_on
from salesteam.incentives._days import Days
from salesteam.incentives._model import Plan
from salesteam.incentives._parts import Where
from salesteam.incentives._value import Col, parse, spelled

__all__ = ["HOUSE", "Credits", "counting", "credit", "lacking"]

HOUSE = "house"
"""Who keeps what no rule gives away."""
_LIMIT = 2**62


@attrs.frozen(kw_only=True, eq=False)
class Credits:
    """Credits on their way through the stages.

    Parameters
    ----------
    stage : Stage
        Columns transaction, payee, kind, share (numerator), credit, date, those of the order, slot where the plan
        cuts, day columns, and for each measure its number ``x_…`` and, if not all rows count, whether one does ``w_…``.
    share_scale : int
        Denominator of share.
    steps : dict of str to int
        For each measure, how many units of its column make one minor unit, or one.
    order : tuple of str
        The order of credits.
    picks : frozenset of str
        Measures for which not all rows count.
    """

    stage: t.Stage
    share_scale: int
    steps: dict[str, int]
    order: tuple[str, ...]
    picks: frozenset[str]


def credit(
    plan: Plan, read: Transactions, stage: t.Stage, order: tuple[str, ...], days: Days, known_as_of: Any
) -> Credits:
    """Cut transactions into credits.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    read : Transactions
        For the scales.
    stage : Stage
        Usable transactions with their day columns.
    order : tuple of str
        Their order.
    days : Days
        For the versions of shares.
    known_as_of : date or None
        Day of the knowledge.

    Returns
    -------
    Credits
        Carve-outs of each transaction sum to it, what nobody gets goes to `HOUSE`.
    """
    minor = 10 ** exponent(plan.currency)
    steps: dict[str, int] = {}
    sizes: dict[str, int] = {"v_credit": read.scales["amount"].size}
    made: dict[str, t.Expr] = {"v_credit": t.col("amount")}
    same: dict[str, str] = {}
    look = number_on(plan, None, known_as_of)
    for name, measure in plan.measures.items():
        if measure.value is None:
            continue
        if measure.aggregate == "count":
            found, steps[name], sizes[f"v_{name}"] = t.value(1), 1, 1
        elif measure.unit == "money":
            tree = spelled(parse(measure.value), look)
            if tree == Col("amount"):
                same[name], steps[name] = "credit", 1
                made |= _counts(name, measure.where, read, stage)
                continue
            found, steps[name], sizes[f"v_{name}"] = lowest(cells(tree, read.scales), minor)
        else:
            found, steps[name], sizes[f"v_{name}"] = lowest(cells(spelled(parse(measure.value), look), read.scales), 1)
        made |= {f"v_{name}": found, **_counts(name, measure.where, read, stage)}
    stage = stage.with_columns(**made)
    values = [name for name in made if name.startswith("v_")]
    picks = frozenset(name[2:] for name in made if name.startswith("w_"))
    keep = [*dict.fromkeys(("transaction", "date", *order))]
    keep += [c for c in stage.columns if c in {"p", "v", "on"} or c.startswith(("i_", "w_"))]
    if not plan.crediting:
        whole = stage.select(*keep, *values, payee=t.col("payee"), kind=t.value("carve_out"), share=t.value(1))
        return Credits(stage=_named(whole, plan, same), share_scale=1, steps=steps, order=order, picks=picks)
    looks = [number_on(plan, day, known_as_of) for day in days.versions]
    shares = {r: [look(rule.share) for look in looks] for r, rule in enumerate(plan.crediting) if rule.share != "rest"}
    scale = lcm(*(s.denominator for row in shares.values() for s in row))
    for name, size in sizes.items():
        t.guard(size * scale, where=f"credit of {name[2:]}", limit=_LIMIT)
        t.guard(size, where=f"credit of {name[2:]}", limit=t.QUOTIENT_LIMIT)
    slots = _shares(plan, stage, shares, scale)
    counts = {f"v_{m}" for m in plan.measures if m in steps and plan.measures[m].unit != "money"}
    cut = t.barrier(_parts(slots, plan, values, counts, scale).drop(*values))
    parts = [_slot(cut, plan, slot, keep, values) for slot in range(len(plan.crediting) + 1)]
    for name in counts:
        steps[name[2:]] *= scale
    stage = _named(t.barrier(t.stack(parts)), plan, same)
    return Credits(stage=stage, share_scale=scale, steps=steps, order=(*order, "slot"), picks=picks)


def _named(stage: t.Stage, plan: Plan, same: dict[str, str]) -> t.Stage:
    """Give the cut numbers their names: credit, and x_… for each measure."""
    stage = stage.with_columns(credit=t.col("v_credit"), **{f"x_{name}": t.col("v_credit") for name in same})
    others = [m for m in plan.measures if f"v_{m}" in stage.columns]
    stage = stage.with_columns(**{f"x_{m}": t.col(f"v_{m}") for m in others})
    return stage.drop(*(c for c in stage.columns if c.startswith("v_")))


def _counts(name: str, where: tuple[Where, ...], read: Transactions, stage: t.Stage) -> dict[str, t.Expr]:
    """Whether a row counts for a measure, if not all of them do."""
    test = counting(name, where, read, stage)
    return {} if test is None else {f"w_{name}": t.when(test, 1, 0)}


def counting(name: str, where: tuple[Where, ...], read: Transactions, stage: t.Stage) -> t.Expr | None:
    """Whether a transaction meets every condition of a measure and has its numbers; None where all of them do."""
    test = _met(where, read)
    if f"l_{name}" not in stage.columns:
        return test
    whole = t.col(f"l_{name}") == 0
    return whole if test is None else test & whole


def lacking(name: str, where: tuple[Where, ...], read: Transactions) -> t.Expr:
    """Whether a transaction would count for a measure if it had its numbers."""
    test, gone = _met(where, read), t.col(f"l_{name}") > 0
    return gone if test is None else test & gone


def _met(where: tuple[Where, ...], read: Transactions) -> t.Expr | None:
    """Whether a transaction meets every condition; None where there is none."""
    test: t.Expr | None = None
    for each in where:
        column = t.col(each.column)
        if each.column in read.scales:
            numbers = [rational(v) * read.scales[each.column].steps for v in each.values if is_number(v)]
            found = column.one_of([int(x) for x in numbers if x.denominator == 1])
        else:
            found = column.fill("").one_of(wanted(each, numeric=each.column in read.numbers))
        found = ~found if each.negated else found
        test = found if test is None else test & found
    return test


def _shares(plan: Plan, stage: t.Stage, shares: dict[int, list[Fraction]], scale: int) -> t.Stage:
    """Name and share of every slot on each transaction; the last slot is the house."""
    names, given = {}, {}
    for r, rule in enumerate(plan.crediting):
        name = t.col(rule.to).fill("")
        names[f"n_{r}"] = name
        if r in shares:
            fixed = by_version([int(s * scale) for s in shares[r]])
            given[f"s_{r}"] = t.when(name == "", 0, fixed)
    stage = stage.with_columns(**names, **given)
    carved = t.value(scale)
    for r, rule in enumerate(plan.crediting):
        if r in shares and rule.kind != "overlay":
            carved = carved - t.col(f"s_{r}")
    stage = stage.with_columns(s_left=carved)
    rest = [r for r, rule in enumerate(plan.crediting) if rule.share == "rest"]
    for r in rest:
        stage = stage.with_columns(**{f"s_{r}": t.when(t.col(f"n_{r}") == "", 0, t.col("s_left"))})
        stage = stage.with_columns(s_left=t.col("s_left") - t.col(f"s_{r}"))
    house = len(plan.crediting)
    return stage.with_columns(**{f"n_{house}": t.value(HOUSE), f"s_{house}": t.col("s_left")})


def _parts(stage: t.Stage, plan: Plan, values: list[str], counts: set[str], scale: int) -> t.Stage:
    """What every slot gets of every number, as columns ``c_…_slot``: carve-outs by largest remainder."""
    house = len(plan.crediting)
    carved = [r for r in range(house + 1) if r == house or plan.crediting[r].kind != "overlay"]
    over = [r for r in range(house) if r not in carved]
    for name in values:
        if name in counts:
            made = {f"c_{name}_{r}": t.col(name) * t.col(f"s_{r}") for r in (*carved, *over)}
            stage = stage.with_columns(**made)
            continue
        size = t.col("size")
        stage = stage.with_columns(size=t.col(name).size())
        stage = stage.with_columns(
            **{f"f_{r}": (size * t.col(f"s_{r}")).floor_div(scale) for r in carved},
            **{f"c_{r}": (size * t.col(f"s_{r}")).round_div(scale, rounding=plan.rounding) for r in over},
        )
        left = size
        for r in carved:
            left = left - t.col(f"f_{r}")
        rests = {f"r_{r}": size * t.col(f"s_{r}") - t.col(f"f_{r}") * scale for r in carved}
        stage = stage.with_columns(left=left, **rests)
        stage = stage.with_columns(**{f"c_{r}": t.col(f"f_{r}") + _extra(r, carved) for r in carved})
        below = t.col(name) < 0
        made = {f"c_{name}_{r}": t.when(below, -t.col(f"c_{r}"), t.col(f"c_{r}")) for r in (*carved, *over)}
        stage = stage.with_columns(**made)
        stage = stage.drop(
            "left", "size", *(f"{x}_{r}" for x in "fr" for r in carved), *(f"c_{r}" for r in (*carved, *over))
        )
    return stage


def _extra(slot: int, carved: list[int]) -> t.Expr:
    """1 for a slot whose remainder is among the largest, as many as units are left; ties by name."""
    ahead, mine = t.value(0), t.col(f"n_{slot}")
    for r in carved:
        if r != slot:
            name, rest, own = t.col(f"n_{r}"), t.col(f"r_{r}"), t.col(f"r_{slot}")
            tied = (name <= mine) if r < slot else (name < mine)
            ahead = ahead + t.when((rest > own) | ((rest == own) & tied), 1, 0)
    return t.when(ahead < t.col("left"), 1, 0)


def _slot(stage: t.Stage, plan: Plan, slot: int, keep: list[str], values: list[str]) -> t.Stage:
    """The credits of one slot."""
    overlay = slot < len(plan.crediting) and plan.crediting[slot].kind == "overlay"
    return stage.filter(t.col(f"s_{slot}") > 0).select(
        *keep,
        **{name: t.col(f"c_{name}_{slot}") for name in values},
        payee=t.col(f"n_{slot}"),
        kind=t.value("overlay" if overlay else "carve_out"),
        share=t.col(f"s_{slot}"),
        slot=t.value(slot),
    )
