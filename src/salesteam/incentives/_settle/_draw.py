"""Guarantee and draw: from what is released in a period to what is paid, and what becomes debt."""

from __future__ import annotations

from typing import Literal

import attrs

__all__ = ["Drawn", "Floor", "drawn"]


@attrs.frozen(kw_only=True)
class Floor:
    """What a payee is paid at least in a period, in minor units.

    Parameters
    ----------
    kind : {'non_recoverable', 'recoverable', 'advance'} or None
        Of the draw; None if there is none.
    draw, guarantee : int
        Their amounts; 0 where they do not hold.
    both : bool
        Where both hold: the guarantee first and the draw on top of it, not the larger alone.
    repay_from : {'above_draw', 'all_earnings'}
        What debt is repaid from.
    most : int or None
        Most of this period's pay that may go into repayment.
    """

    kind: Literal["non_recoverable", "recoverable", "advance"] | None = None
    draw: int = 0
    guarantee: int = 0
    both: bool = False
    repay_from: Literal["above_draw", "all_earnings"] = "above_draw"
    most: int | None = None


@attrs.frozen(kw_only=True)
class Drawn:
    """What a period pays, and how it came to it, in minor units.

    Parameters
    ----------
    guarantee, draw : int
        Top-ups; that of a recoverable draw or an advance becomes debt.
    repaid : int
        Debt repaid.
    advance : int
        The part that was paid at the start of the period.
    paid : int
        All of it: earned + guarantee + draw - repaid.
    """

    guarantee: int
    draw: int
    repaid: int
    advance: int
    paid: int


def drawn(earned: int, debt: int, floor: Floor) -> Drawn:
    """Pay a period under a guarantee and a draw.

    Parameters
    ----------
    earned : int
        e: what is released in the period, not below zero.
    debt : int
        d: what earlier draws left to repay.
    floor : Floor
        What the plan promises.

    Returns
    -------
    Drawn
        Recoverable kinds keep d' = d + paid - e, where a guarantee counts as earned.

    Examples
    --------
    >>> floor = Floor(kind="recoverable", draw=2000)
    >>> drawn(1500, 0, floor).paid, drawn(2375, 500, floor).paid, drawn(3000, 125, floor).paid
    (2000, 2000, 2875)
    """
    draw, guarantee = (floor.draw if floor.kind else 0), floor.guarantee
    if not floor.both:
        draw, guarantee = (draw, 0) if draw > guarantee else (0 if floor.kind != "advance" else draw, guarantee)
    up = max(guarantee - earned, 0)
    top = max(draw - earned - up, 0)
    least = max(draw, guarantee)
    room = earned - least if floor.repay_from == "above_draw" or floor.kind == "advance" else earned - guarantee
    repaid = 0 if earned < least else max(min(debt, room, debt if floor.most is None else floor.most), 0)
    advance = draw if floor.kind == "advance" else 0
    return Drawn(guarantee=up, draw=top, repaid=repaid, advance=advance, paid=earned + up + top - repaid)
