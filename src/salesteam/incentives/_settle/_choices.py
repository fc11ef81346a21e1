"""The choices behind what is paid of what was earned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesteam.incentives._conventions import convention
from salesteam.incentives._model import Plan

if TYPE_CHECKING:
    from salesteam.incentives._settle._settlement import Settlement

__all__ = ["conventions_of", "settled_conventions"]

_DRAW = {"kind": "draw.kind", "repay_from": "repay_from", "at_end": "at_end", "on_leave": "on_leave"}
"""Keys of a draw that move money, and what their options are called by."""


def settled_conventions(plan: Plan, lang: str = "en") -> tuple[str, ...]:
    """Every choice that a plan makes about what is paid of what was earned.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    tuple of str
        `key = option`, or words in Chinese.
    """
    return tuple(dict.fromkeys(text for _, text in _told(plan, lang)))


def conventions_of(made: Settlement, payee: str, lang: str) -> tuple[str, ...]:
    """The choices that have moved the money of one payee: of a draw only where one was paid or repaid, and so on."""
    rows = made.of(payee)
    kinds, causes = {row.kind for row in rows}, {(row.cause or "").partition(":")[0] for row in rows}
    touched = {
        "draw": bool(kinds & {"draw", "recovery"}),
        "negative_period": "carry" in kinds or any(row.closing_minor < 0 for row in made.statements
                                                   if row.payee == payee),
        "clawback": "clawback" in causes,
    }  # fmt: skip
    return tuple(dict.fromkeys(text for part, text in _told(made.plan, lang) if touched[part]))


def _told(plan: Plan, lang: str) -> Iterator[tuple[str, str]]:
    """The part that a choice belongs to, and the choice."""
    if plan.negative_period:
        yield "negative_period", convention("", "negative_period", "negative_period", plan.negative_period, lang)
    for draw in plan.draw:
        for key, name in _DRAW.items():
            if option := getattr(draw, key):
                yield "draw", convention("draw", key, name, str(option), lang)
    if plan.guarantee_and_draw:
        both = "guarantee_and_draw"
        yield "draw", convention("", both, both, plan.guarantee_and_draw, lang)
    for rule in plan.clawback:
        if rule.method:
            yield "clawback", convention(f"clawback.{rule.on}", "method", "clawback.method", rule.method, lang)
