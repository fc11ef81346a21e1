"""What makes a noun a value: lists and mappings of its own, and no word but those that its annotations allow."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

from salesteam.core._period import plain_day
from salesteam.errors import InvalidValueError, nearest

__all__ = ["FrozenMapping", "as_annotated"]

V = TypeVar("V")
Convert = Callable[[Any], Any]
Check = Callable[[object, "attrs.Attribute[Any]", Any], None]


class FrozenMapping(Mapping[str, V]):
    """A mapping that nobody changes any more; it compares like a dict, and can be copied, pickled and hashed.

    Parameters
    ----------
    given : mapping or iterable of pairs
        Copied, in its order.

    Examples
    --------
    >>> weights = {"li": 5}
    >>> kept = FrozenMapping(weights)
    >>> weights["li"] = 0
    >>> kept, kept == {"li": 5}
    (FrozenMapping({'li': 5}), True)
    """

    __slots__ = ("_kept",)

    def __init__(self, given: Mapping[str, V] | Iterable[tuple[str, V]] = ()) -> None:
        self._kept = dict(given)

    def __getitem__(self, key: str) -> V:
        return self._kept[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def __hash__(self) -> int:
        return hash(frozenset(self._kept.items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._kept!r})"


def as_annotated(cls: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    """Hold the fields of an attrs class to their annotations, as its `field_transformer`.

    Use it on every noun that a caller makes: what is annotated as a tuple or frozenset becomes one, whatever list was
    passed; a mapping is copied and frozen; a word that its `Literal` does not have is refused, and so is what is no
    text, whole number, truth value or day where one belongs.
    A field keeps a converter of its own; a validator of its own sees the right type, and tells wrong words itself.

    Parameters
    ----------
    cls : type
        The class that attrs is making.
    fields : list of attrs.Attribute
        Its fields.

    Returns
    -------
    list of attrs.Attribute
        The same, with converters and validators.

    Examples
    --------
    >>> @attrs.frozen(kw_only=True, field_transformer=as_annotated)
    ... class Goal:
    ...     kind: Literal["increase", "decrease"]
    ...     tags: tuple[str, ...] = ()
    >>> Goal(kind="increase", tags=["new"])
    Goal(kind='increase', tags=('new',))
    >>> Goal(kind="increse")
    Traceback (most recent call last):
    salesteam.errors.InvalidValueError: 'increse' is not known here (Goal.kind): did you mean increase? Use one of ...
    """
    names = {**vars(sys.modules[cls.__module__]), cls.__name__: cls}
    return [_held(field, _hint(field, names), f"{cls.__name__}.{field.name}") for field in fields]


def _hint(field: attrs.Attribute[Any], names: dict[str, Any]) -> Any:
    if not isinstance(field.type, str):
        return field.type
    return get_type_hints(types.SimpleNamespace(__annotations__={"it": field.type}), names)["it"]


def _held(field: attrs.Attribute[Any], hint: Any, where: str) -> attrs.Attribute[Any]:
    parts = get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)
    kinds = [each for each in parts if each is not types.NoneType]
    if len(kinds) != 1:
        return field
    kind, changes = kinds[0], dict[str, Any]()
    may_lack = field.default is None or len(kinds) < len(parts)
    if get_origin(kind) in _MADE and field.converter is None:
        made = _MADE[get_origin(kind)](where)
        changes["converter"] = attrs.converters.optional(made) if may_lack else made
    element = get_args(kind)[0] if get_origin(kind) is tuple and get_args(kind)[1:] == (...,) else kind
    words = get_args(element) if get_origin(element) is Literal else ()
    if words or element in _PLAIN:
        own, checked = field.validator, _each(element, words, where, many=element is not kind)
        checked = attrs.validators.optional(checked) if may_lack else checked
        both = (own, checked) if words else (checked, own)
        changes["validator"] = checked if own is None else attrs.validators.and_(*both)
    return field.evolve(**changes) if changes else field


def _listed(make: Callable[[Iterable[Any]], Any]) -> Callable[[str], Convert]:
    def at(where: str) -> Convert:
        def convert(given: Any) -> Any:
            if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
                raise InvalidValueError(f"{given!r} is no list", where=where, fix="write it in brackets")
            return make(given)

        return convert

    return at


def _mapped(where: str) -> Convert:
    def convert(given: Any) -> Any:
        if not isinstance(given, Mapping):
            raise InvalidValueError(f"{given!r} is no mapping", where=where, fix="give keys with their values")
        return given if isinstance(given, FrozenMapping) else FrozenMapping(given)

    return convert


_PLAIN: Mapping[Any, str] = {str: "text", int: "whole number", bool: "truth value", date: "day"}
_MADE: Mapping[Any, Callable[[str], Convert]] = {
    tuple: _listed(tuple),
    frozenset: _listed(frozenset),
    Mapping: _mapped,
}


def _each(element: Any, words: tuple[Any, ...], where: str, *, many: bool) -> Check:
    """The validator of one value, or of many, each of which is one of some words or of a plain type."""

    def check(_: object, __: attrs.Attribute[Any], value: Any) -> None:
        for each in value if many else (value,):
            if words:
                _word(each, words, where)
            elif element is date:
                plain_day(each, where)
            elif not isinstance(each, element) or (element is int and isinstance(each, bool)):
                raise InvalidValueError(
                    f"{each!r} is no {_PLAIN[element]}", where=where, fix=f"give a {_PLAIN[element]}"
                )

    return check


def _word(value: object, words: tuple[Any, ...], where: str) -> None:
    if not isinstance(value, str) or value not in words:
        near = nearest(value, words, most=1)
        hint = f"did you mean {near[0]}? Use" if near else "use"
        raise InvalidValueError(
            f"{value!r} is not known here", where=where, fix=f"{hint} one of {', '.join(map(str, words))}"
        )
