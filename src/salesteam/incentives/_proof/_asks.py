"""The findings that every check of a plan's wording needs: a key that is missing, a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from salesteam.core import Finding, Place, find
from salesteam.errors import nearest
from salesteam.incentives._model import Plan
from salesteam.incentives._number import Number
from salesteam.incentives._options import OptionsText
from salesteam.incentives._path import Path

__all__ = ["TENURE", "lacking", "out_of_range", "path_known", "target_known", "unknown", "values_of"]

TENURE = "tenure_months"
"""The one path that names no measure: months since a payee began."""


def lacking(at: str, key: str, *, whole: bool = False) -> Finding:
    """A part that needs a key; `whole` puts it at the part itself."""
    return find("incentives.key-missing", Place(key=at if whole else f"{at}.{key}"), at=at, key=key)


def unknown(at: str, choice: str, value: object, options: object) -> Finding:
    """A word that is none of the options."""
    return find("incentives.choice-unknown", Place(key=at), choice=choice, value=value, options=options)


def out_of_range(at: str, value: object, *, en: str, zh: str) -> Finding:
    """A number that cannot be meant there."""
    return find("incentives.number-out-of-range", Place(key=at), at=at, value=value, wanted=OptionsText(en, zh))


def path_known(plan: Plan, at: str, text: str | None, *, tenure: bool = False) -> Iterator[Finding]:
    """A finding if a path names no measure of the plan."""
    if text is None or (tenure and text == TENURE):
        return
    path = Path.parse(text)
    if path is None or path.measure not in plan.measures:
        known = tuple(plan.measures)
        yield find("incentives.measure-unknown", Place(key=at), name=text, near=nearest(text, known) or known)


def target_known(plan: Plan, at: str, of: str | None, *, also: tuple[str, ...] = ("plan",)) -> Iterator[Finding]:
    """A finding if a name is no component, nor one of the other words that may stand there."""
    known = (*also, *plan.components)
    if of is not None and of not in known:
        yield unknown(at, "component", of, nearest(of, known) or known)


def values_of(plan: Plan, *numbers: Number | None) -> Iterator[Fraction]:
    """Every value that a number ever has."""
    for number in numbers:
        if isinstance(number, Fraction):
            yield number
        elif number is not None and number.name in plan.parameters:
            yield from (dated.value for dated in plan.parameters[number.name].values)
