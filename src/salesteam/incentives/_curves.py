"""The curve of a component on a day: what the plan pays, as a function you can look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any

import attrs

from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve
from salesteam.incentives._filled import filled
from salesteam.incentives._model import Measure, Plan
from salesteam.incentives._number import Number, Ref
from salesteam.incentives._shape import curve_of
from salesteam.incentives._value import numbers_of, parse

__all__ = ["alike", "change_days", "changing", "curve", "number_on", "refs"]


def number_on(
    plan: Plan, on: date | None, known_as_of: date | None = None, *, strict: bool = False
) -> Callable[[Number], Fraction]:
    """A function that gives the value of a number or `$name` of a plan on a day.

    Parameters
    ----------
    plan : Plan
        Holds the parameters.
    on : date or None
        Day the numbers are for.
    known_as_of : date, optional
        Day of the knowledge.
    strict : bool, default False
        Whether a number that begins later is an error, rather than taken at its first value.

    Returns
    -------
    callable
        Number to Fraction; raises NotFoundError for a name unknown, InvalidValueError for one that holds nothing then.
    """

    def look(number: Number) -> Fraction:
        if isinstance(number, Fraction):
            return number
        if number.name not in plan.parameters:
            raise NotFoundError("parameter", number.name, plan.parameters, where=f"plan {plan.plan}")
        value = plan.parameters[number.name].on(on, known_as_of)
        if value is None and not strict:
            value = plan.parameters[number.name].on(None, known_as_of)
        if value is None:
            raise InvalidValueError(
                f"{number} has no value on {on}", where="parameters", fix="add a value with an earlier from:"
            )
        return value

    return look


def refs(value: Any) -> dict[str, None]:
    """Names of all parameters that a part of a plan stands on, in order."""
    found: dict[str, None] = {}
    _gather(value, found)
    return found


def _numbers(measure: Measure) -> tuple[Number, ...]:
    """The numbers in the expression of a measure; none where it cannot be read."""
    try:
        return () if measure.value is None else numbers_of(parse(measure.value))
    except InvalidValueError:
        return ()


_PLAIN = frozenset({str, Fraction, type(None), bool, int, date, datetime})


def _gather(value: Any, found: dict[str, None]) -> None:
    kind: Any = type(value)
    if kind in _PLAIN:
        return
    if kind is Ref:
        found[value.name] = None
    elif (names := _fields(kind)) is not None:
        for name in names:
            _gather(getattr(value, name), found)
        if kind is Measure:
            _gather(_numbers(value), found)
    elif kind is tuple or isinstance(value, Mapping):
        for part in value if kind is tuple else value.values():
            _gather(part, found)


def alike(value: Any) -> Any:
    """What two parts of plans have in common only if they are alike in all their values and in their order.

    A plan is a value, but its mappings cannot be hashed; this can, and holds the type of each cell too, so that a
    number is told from a truth and a text.
    """
    kind: Any = type(value)
    if kind in _PLAIN:
        return kind, value
    names = _fields(kind)
    if names is not None:
        return kind, *[alike(getattr(value, name)) for name in names]
    if isinstance(value, Mapping):
        return kind, *[(alike(key), alike(part)) for key, part in value.items()]
    return (kind, *map(alike, value)) if kind is tuple else (kind, value)


@cache
def _fields(kind: Any) -> tuple[str, ...] | None:
    """The fields of a noun; None for what is none."""
    return tuple(field.name for field in attrs.fields(kind)) if attrs.has(kind) else None


def changing(plan: Plan, part: object) -> bool:
    """Whether a part of a plan stands on a number that has more than one value, so that a day must tell which."""
    return any(len(plan.parameters[name].values) > 1 for name in refs(part) if name in plan.parameters)


def change_days(plan: Plan, part: object, known_as_of: date | None = None) -> tuple[date, ...]:
    """The days on which a number of a part of a plan changes, as known on a day."""
    names = [name for name in refs(part) if name in plan.parameters]
    return tuple(sorted({day for name in names for day in plan.parameters[name].changes(known_as_of)}))


def curve(plan: Plan, component: str, *, on: date | None = None, known_as_of: date | None = None) -> Curve:
    """Cumulative pay of a component in normal form: where it bends, where it jumps, what a unit more pays.

    Use it to look at a plan before anyone is paid by it.

    Parameters
    ----------
    plan : Plan
        Any plan.
    component : str
        Name of a component that has a curve: by ``flat``, ``marginal``, ``slab``, ``from_threshold``,
        ``interpolated_amount``, ``proportional_rate``, ``bonus`` or ``curve``; the pay of other methods is no function
        of one sum.
    on : date, optional
        Day the numbers are for; None takes the first.
    known_as_of : date, optional
        Day of the knowledge; None means everything known by now.

    Returns
    -------
    Curve
        x is the measure in its unit (money in major units), or attainment, see `Curve.x`.

    Raises
    ------
    NotFoundError
        If the plan has no such component.
    InvalidValueError
        If the component has no curve, or a number has no value on that day.

    Examples
    --------
    >>> from salesteam.incentives import scheme
    >>> float(curve(scheme("team_coefficient"), "commission").at(Fraction(600_000)))
    20000.0
    """
    if component not in plan.components:
        raise NotFoundError("component", component, plan.components, where=f"plan {plan.plan}")
    found: Component = filled(plan).components[component]
    return curve_of(found, number_on(plan, on, known_as_of, strict=True))
