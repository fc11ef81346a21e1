"""What can go wrong while reading, before it has become a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import attrs

from salesteam.core._load._tree import Spot
from salesteam.core._say import say
from salesteam.errors import InvalidValueError

__all__ = ["Load", "Problem", "Refused", "UnloadableTypeError", "Words", "joined", "refused"]


class Load(Protocol):
    """What a hook gets to read a part: ``load(value, cls)``."""

    def __call__(self, value: Any, cls: Any) -> Any: ...


@attrs.frozen
class Words:
    """A phrase in both languages, to be put into a finding."""

    en: str
    zh: str

    def text(self, lang: str = "en") -> str:
        """The phrase in one language."""
        return say(lang, en=self.en, zh=self.zh)


@attrs.frozen(kw_only=True)
class Problem:
    """One problem, with the way to it from here and its position as far as known."""

    code: str
    values: Mapping[str, object] = attrs.field(factory=dict)
    path: str = ""
    spot: Spot | None = None

    def under(self, step: str, spot: Spot | None) -> Problem:
        """The same problem seen from one level up."""
        return attrs.evolve(self, path=joined(step, self.path), spot=self.spot or spot)


def joined(step: str, rest: str) -> str:
    """Put a step before a path: a dot between keys, none before a list position."""
    return f"{step}{'.' if rest and not rest.startswith('[') else ''}{rest}"


class Refused(Exception):  # noqa: N818 -- a signal within this package, never seen outside
    """Carries problems up to the noun that holds them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(problem.code for problem in self.problems))


class UnloadableTypeError(InvalidValueError):
    """A field of a noun has a type that no file can fill; the noun is at fault, not the file."""


def refused(*, code: str, spot: Spot | None = None, **values: object) -> Refused:
    """One problem as a signal."""
    return Refused([Problem(code=code, values=values, spot=spot)])
