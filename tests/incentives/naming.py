"""Put every number of a plan under a name, and know every place where a number can stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import get_args

import attrs

from salesteam.core import rational
from salesteam.incentives import Dated, Measure, Parameter, Plan, Ref
from salesteam.incentives._number import Number, Whole
from salesteam.incentives._parts import Where

IN_TEXT = {("Measure", "value"), ("Where", "values")}
"""Places of numbers within a text."""
_NUMBER = re.compile(r"(?<![\w$.])\d[\d_]*(?:\.\d+)?%?")


def holds(kind, what):
    """Whether a type is a number of a kind, or has one among its parts."""
    parts = set(get_args(kind))
    return set(get_args(what)) <= parts or any(holds(each, what) for each in parts)


def places(noun=Plan, what=Number):
    """Every noun and field of a plan in which a number can stand, but those of parameters themselves."""
    found = set()
    for field in attrs.fields(attrs.resolve_types(noun)):
        if holds(field.type, what):
            found.add((noun.__name__, field.name))
        for inner in nouns(field.type):
            if inner not in (Parameter, Dated, Ref):
                found |= places(inner, what)
    return found


def nouns(kind):
    """The nouns that a type names."""
    return [kind] if attrs.has(kind) else [noun for each in get_args(kind) for noun in nouns(each)]


class Namer:
    """Renames the numbers of a plan; `dated` gives each that can have two values a second one, far off and the same."""

    def __init__(self, *, dated):
        self.dated, self.parameters, self.seen = dated, {}, set()

    def plan(self, plan):
        """The plan with every number under a name."""
        made = attrs.evolve(
            plan,
            **{
                f.name: self.part(getattr(plan, f.name), (Plan, f))
                for f in attrs.fields(Plan)
                if f.name != "parameters"
            },
        )
        at = made.parameters_at or ("transaction_date" if self.dated else None)
        return attrs.evolve(made, parameters={**plan.parameters, **self.parameters}, parameters_at=at)

    def name(self, value, place, *, whole=False):
        """A new name for a number."""
        self.seen.add(place)
        name = f"p{len(self.parameters)}"
        values = [Dated(value=Fraction(value))]
        if self.dated and not whole:
            values.append(Dated(value=Fraction(value), from_=date(2190, 1, 1)))
        self.parameters[name] = Parameter(values=tuple(values))
        return Ref(name)

    def part(self, value, at):
        """A part of a plan with its numbers under names; `at` is the noun and the field that hold it."""
        (noun, field), counts = at, isinstance(value, int) and not isinstance(value, bool) and holds(at[1].type, Whole)
        if isinstance(value, Fraction) or counts:
            return self.name(value, (noun.__name__, field.name), whole=counts)
        if isinstance(value, Where):
            return attrs.evolve(value, values=tuple(self.compared(text) for text in value.values))
        if isinstance(value, tuple):
            return tuple(self.part(each, at) for each in value)
        if isinstance(value, Mapping):
            return {key: self.part(each, at) for key, each in value.items()}
        return self.noun(value) if attrs.has(type(value)) and not isinstance(value, Ref) else value

    def noun(self, value):
        cls = type(value)
        if cls is Measure and value.value is not None and value.aggregate not in ("count", "distinct"):
            self.seen |= {("Measure", "value")} if "$" in value.value else set()
            value = attrs.evolve(value, value=_NUMBER.sub(self.written, value.value))
        fields = attrs.fields(attrs.resolve_types(cls))
        return attrs.evolve(value, **{f.name: self.part(getattr(value, f.name), (cls, f)) for f in fields})

    def written(self, match):
        return str(self.name(rational(match.group()), ("Measure", "value")))

    def compared(self, text):
        self.seen |= {("Where", "values")} if text.startswith("$") else set()
        return str(self.name(rational(text), ("Where", "values"), whole=True)) if _NUMBER.fullmatch(text) else text
