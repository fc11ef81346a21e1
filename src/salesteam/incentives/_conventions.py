"""The choices behind a number, in the words of the plan file or, in Chinese, of a reader."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from salesteam.core import say
from salesteam.incentives._choices import Choice, choices
from salesteam.incentives._curves import refs
from salesteam.incentives._key_names import key_name
from salesteam.incentives._model import Plan
from salesteam.incentives._options import option_text

__all__ = ["convention", "run_conventions"]

_SETTLED = frozenset({"negative_period", "draw.kind", "repay_from", "guarantee_and_draw", "clawback.method"})
"""Choices about what is paid of what was earned; a settlement tells them, a run does not."""
_PARTS = frozenset(
    {"crediting", "caps", "floors", "modifiers", "gates", "rollup", "proration", "fx", "draw", "clawback"}
)
"""Keys of a plan that hold choices; else a part is called as the plan calls it."""
_UNPROVEN = frozenset({"counted_if", "round"})
"""Choices that move money, though the plan alone does not show it."""


def convention(at: str, key: str, name: str, option: str, lang: str = "en") -> str:
    """One choice, as `path = option`, or in Chinese words.

    Parameters
    ----------
    at, key : str
        Dotted path of the part, without ``components.``, and key in it.
    name : str
        Key of `OPTIONS`.
    option : str
        What is taken.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Examples
    --------
    >>> convention("commission", "edge", "edge", "upper_inclusive")
    'commission.edge = upper_inclusive'
    >>> convention("commission", "edge", "edge", "upper_inclusive", "zh")
    'commission 的界点归属：界点归下一档'
    """
    path = f"{at}.{key}" if at else key
    part, _, number = at.partition("[")
    of = f"第 {int(number[:-1]) + 1} 个{key_name(part, 'zh')}" if number[:-1].isdigit() else at
    head, _, rest = at.partition(".")
    of = " ".join([key_name(head, "zh"), rest]).strip() if head in _PARTS and head == part.partition(".")[0] else of
    space = " " if of[-1:].isascii() else ""
    zh = (
        f"{of}{space}的" if of else ""
    ) + f"{key_name(key, 'zh')}：{option_text(name, option, 'zh').partition('：')[0]}"
    return say(lang, en=f"{path} = {option}", zh=zh)


def run_conventions(plan: Plan, lang: str = "en", components: Collection[str] | None = None) -> tuple[str, ...]:
    """Every choice that a plan makes and money hangs on, up to what is earned.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    lang : {'en', 'zh'}, default 'en'
        Language.
    components : collection of str, optional
        Of the components only these.

    Returns
    -------
    tuple of str
        One text a choice, in the order of the plan.
    """
    found = [convention("", "rounding", "rounding", plan.rounding, lang)]
    stated = list(_stated(plan))
    ways: dict[tuple[str, str], set[str | None]] = {}
    for choice in stated:
        ways.setdefault((_part(choice), choice.key), set()).add(choice.value)
    for choice in stated:
        at = choice.at.removeprefix("components.")
        if choice.at == at:  # rules that all choose alike are told once
            at = at if len(ways[_part(choice), choice.key]) > 1 else _part(choice)
        elif components is not None and at.partition(".tables[")[0] not in components:
            continue
        found.append(convention(at, choice.key, choice.name, str(choice.value), lang))
    return tuple(dict.fromkeys(found))


def _part(choice: Choice) -> str:
    return choice.at.partition("[")[0]


def _stated(plan: Plan) -> Iterator[Choice]:
    from salesteam.incentives._check import curves_of

    for choice in choices(plan, curves_of(plan), refs(plan)):
        moves = choice.moves or (choice.fits and choice.name in _UNPROVEN)
        if moves and choice.value is not None and choice.name not in _SETTLED:
            yield choice
