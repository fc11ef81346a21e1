"""Whether the credits of a transaction come to more than they may."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from salesteam.core import _table as t
from salesteam.incentives._curves import number_on
from salesteam.incentives._model import Plan

__all__ = ["excess"]


def excess(plan: Plan, stage: t.Stage) -> t.Stage | None:
    """Mark transactions whose shares are too large, in a column ``over``; None if none can be.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    stage : Stage
        Usable transactions with their version ``v``.

    Returns
    -------
    Stage or None
        With 1 where carve-outs pass 100 %, or all credits pass `max_credit_share`.
    """
    if not plan.crediting:
        return None
    days = {None, *(d.from_ for p in plan.parameters.values() for d in p.values)}
    worst: dict[int, Fraction] = {}
    for r, rule in enumerate(plan.crediting):
        if rule.share != "rest":
            worst[r] = max(number_on(plan, day)(rule.share) for day in days)
    carved = sum((s for r, s in worst.items() if plan.crediting[r].kind == "carve_out"), Fraction(0))
    whole = any(rule.share == "rest" for rule in plan.crediting)
    over = sum((s for r, s in worst.items() if plan.crediting[r].kind == "overlay"), Fraction(0))
    most = (Fraction(1) if whole else carved) + over
    if carved <= 1 and (plan.max_credit_share is None or most <= plan.max_credit_share):
        return None
    scale = lcm(*(share.denominator for share in (*worst.values(), plan.max_credit_share or Fraction(1))))
    return _marked(plan, stage, worst, scale)


def _marked(plan: Plan, stage: t.Stage, shares: dict[int, Fraction], scale: int) -> t.Stage:
    carved, over = t.value(0), t.value(0)
    rest = t.value(0) > 0
    for r, rule in enumerate(plan.crediting):
        filled = ~(t.col(rule.to).fill("") == "")
        if r not in shares:
            rest = rest | filled
            continue
        part = t.when(filled, int(shares[r] * scale), 0)
        if rule.kind == "overlay":
            over = over + part
        else:
            carved = carved + part
    total = t.when(rest, t.value(scale), carved) + over
    too_much = carved > scale
    if plan.max_credit_share is not None:
        too_much = too_much | (total > int(plan.max_credit_share * scale))
    return stage.with_columns(over=t.when(too_much, 1, 0))
