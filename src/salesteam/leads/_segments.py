"""Reasoning about conditions: representative leads, one for each way in which the conditions can turn out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import Any, TypeAlias

import attrs

from salesteam.core import rational, shown
from salesteam.leads._items import items
from salesteam.leads._match import folded
from salesteam.leads._model_condition import ORDERED, Condition
from salesteam.leads._model_rule import Domain

__all__ = ["LIMIT", "Grid", "Stand", "grid", "opaque"]

LIMIT = 20_000
"""Most representatives that are looked at."""

Stand: TypeAlias = Mapping[str, Any]
"""A representative lead: field to value, None for missing."""

_WHOLE = frozenset({"score", "value_minor"})
_FLAGS = frozenset({"consent", "frozen"})
_TEXTUAL = ("contains", "starts_with")


@attrs.frozen
class _Value:
    """One value that stands for all those that no condition tells apart."""

    value: Any
    label: str
    named: bool = True


@attrs.frozen(kw_only=True)
class Grid:
    """All representatives over some fields.

    Parameters
    ----------
    axes : tuple of (str, tuple)
        Each field with its values.
    """

    axes: tuple[tuple[str, tuple[_Value, ...]], ...] = attrs.field(converter=items)

    @property
    def size(self) -> int:
        """How many representatives there are."""
        return prod(len(values) for _, values in self.axes)

    def stands(self) -> Iterable[Stand]:
        """Every representative, missing and unnamed values among them."""
        fields = [field for field, _ in self.axes]
        for values in product(*(values for _, values in self.axes)):
            yield dict(zip(fields, (value.value for value in values), strict=True))

    def _points(self) -> list[tuple[_Value, ...]]:
        return list(product(*(tuple(value for value in values if value.named) for _, values in self.axes)))

    def where(self, holds: Callable[[Stand], bool]) -> frozenset[int]:
        """The numbers of the representatives with named values of which something holds."""
        fields = [field for field, _ in self.axes]
        stands = (dict(zip(fields, (each.value for each in point), strict=True)) for point in self._points())
        return frozenset(number for number, stand in enumerate(stands) if holds(stand))

    def segments(self, holds: Callable[[Stand], bool], most: int = 5) -> list[str]:
        """Where something holds of leads whose fields have named values, in as few words as possible.

        Parameters
        ----------
        holds : callable
            Decides one representative.
        most : int, default 5
            Segments to name at the most.

        Returns
        -------
        list of str
            Such as ``"region = East, score < 60"``.
        """
        points = self._points()
        bad = {points[number] for number in self.where(holds)}
        found: list[dict[int, _Value]] = []
        for point in points:
            if len(found) == most:
                break
            if point in bad and not any(all(point[axis] == value for axis, value in part.items()) for part in found):
                found.append(_widened(point, points, bad))
        return [", ".join(part[axis].label for axis in sorted(part)) for part in found]


def _widened(
    point: tuple[_Value, ...], points: Sequence[tuple[_Value, ...]], bad: set[tuple[_Value, ...]]
) -> dict[int, _Value]:
    """Leave out every field on which it does not depend, as long as one is left."""
    part = dict(enumerate(point))
    for axis in range(len(point)):
        rest = {other: value for other, value in part.items() if other != axis}
        same = (each for each in points if all(each[other] == value for other, value in rest.items()))
        if rest and all(each in bad for each in same):
            part = rest
    return part


def opaque(conditions: Iterable[Condition]) -> bool:
    """Whether conditions look into text, so that representatives are only samples."""
    return any(test.operator in _TEXTUAL for condition in conditions for test in condition.tests())


def grid(conditions: Iterable[Condition], also: Iterable[Condition], domains: Iterable[Domain]) -> Grid:
    """Representatives over the fields of conditions.

    Parameters
    ----------
    conditions : iterable of Condition
        Their fields are the axes.
    also : iterable of Condition
        Whose values are named too, where they speak of the same fields.
    domains : iterable of Domain
        All values of a field, where declared.
    """
    conditions = tuple(conditions)
    fields = sorted({test.field for condition in conditions for test in condition.tests()} - {"territory"})
    declared = {domain.field: domain.values for domain in domains}
    tests = [test for condition in (*conditions, *also) for test in condition.tests()]
    return Grid(axes=[(field, _axis(field, tests, declared.get(field))) for field in fields])


def _axis(field: str, tests: Sequence[Condition], declared: tuple[str, ...] | None) -> tuple[_Value, ...]:
    missing = _Value(None, f"{field} missing", named=False)
    mine = [test for test in tests if test.field == field]
    if field in _FLAGS:
        return (_Value(value=True, label=f"{field} = true"), _Value(value=False, label=f"{field} = false"), missing)
    if declared is not None:
        return (*(_Value(value, f"{field} = {value}") for value in declared), missing)
    if any(test.operator in ORDERED for test in mine):
        return (*_numbers(field, mine), missing)
    texts = {folded(text): text for test in mine for text in test.value}
    named = (_Value(texts[key], f"{field} = {texts[key]}") for key in sorted(texts))
    return (*named, _Value("\x1fother", f"{field} other", named=False), missing)


def _numbers(field: str, tests: Sequence[Condition]) -> Iterable[_Value]:
    bounds = sorted({rational(text) for test in tests if test.operator in ORDERED for text in test.value})
    yield _Value(bounds[0] - 1, f"{field} < {shown(bounds[0])}")
    for bound in bounds:
        yield _Value(bound, f"{field} = {shown(bound)}")
    for low, high in pairwise(bounds):
        between = low + 1 if field in _WHOLE else (low + high) / 2
        if between < high:
            yield _Value(Fraction(between), f"{shown(low)} < {field} < {shown(high)}")
    yield _Value(bounds[-1] + 1, f"{field} > {shown(bounds[-1])}")
