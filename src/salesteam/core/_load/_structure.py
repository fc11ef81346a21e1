"""Trees into nouns: cattrs dispatches on the type of each field, the hooks here gather every problem, not just one."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from operator import eq
from typing import Any, Literal, NoReturn, Union, get_args, get_origin

import attrs
from cattrs import Converter

from salesteam.core._load._build import DOMAIN_ERRORS, build, key_of, reason
from salesteam.core._load._problem import Load, Problem, Refused, UnloadableTypeError, Words, refused
from salesteam.core._load._scalars import SCALARS, option, shape, text_of
from salesteam.core._load._tree import Keys, plain, spot_of
from salesteam.errors import nearest

__all__ = ["structurer"]

Hook = Callable[[Any, Any], Any]
_LISTS: dict[Any, Callable[[Iterable[Any]], Any]] = {
    tuple: tuple,
    Sequence: tuple,
    list: list,
    frozenset: frozenset,
    set: set,
}
_A_LIST = Words("a list", "列表")
_NOTHING = Words("nothing", "空值")
_A_MAPPING = Words("a mapping of keys to values", "键值映射")


def structurer(hooks: Mapping[Any, Callable[[Any, Load], Any]]) -> Load:
    """The function that turns a tree into a value of a type.

    Parameters
    ----------
    hooks : mapping
        Type to ``hook(value, load)``; it comes before everything this module knows.

    Returns
    -------
    Load
        ``load(value, cls)``; raises `Refused` with all problems, `UnloadableTypeError` for a type without a hook.
    """
    converter = _converter() if not hooks else _build_converter()

    def load(value: Any, cls: Any) -> Any:
        return converter.get_structure_hook(cls)(value, cls)

    for cls, hook in hooks.items():
        if get_origin(cls) is None:
            converter.register_structure_hook(cls, _user(hook, load))
        else:
            converter.register_structure_hook_func(partial(eq, cls), _user(hook, load))
    return load


def _user(hook: Callable[[Any, Load], Any], load: Load) -> Hook:
    def run(value: Any, _: Any) -> Any:
        try:
            return hook(value, load)
        except UnloadableTypeError:
            raise
        except DOMAIN_ERRORS as error:
            raise refused(code="core.refused-value", spot=spot_of(value), **reason(error)) from error

    return run


@cache
def _converter() -> Converter:
    return _build_converter()


def _build_converter() -> Converter:
    converter = Converter(structure_fallback_factory=_unloadable)
    for cls, hook in SCALARS.items():
        converter.register_structure_hook(cls, hook)
    for binary in (float, bytes):
        converter.register_structure_hook(binary, lambda _, cls: _unloadable(cls))
    for fits, factory in _FACTORIES:
        converter.register_structure_hook_factory(fits, lambda cls, make=factory: make(cls, converter))
    return converter


def _unloadable(cls: Any) -> NoReturn:
    name = getattr(cls, "__name__", None) if get_origin(cls) is None else None
    raise UnloadableTypeError(
        f"no text of a file can become {name or cls}",
        fix="give the field an exact type (Fraction for a number, a noun, X | None), or pass a hook for this type",
    )


def _anything(_: Any, __: Converter) -> Hook:
    return lambda value, _: plain(value)


def _optional(cls: Any, converter: Converter) -> Hook:
    parts = [part for part in get_args(cls) if part is not types.NoneType]
    if len(parts) == len(get_args(cls)):
        _unloadable(cls)
    inner = parts[0] if len(parts) == 1 else Union[tuple(parts)]  # noqa: UP007 -- built at run time

    def hook(value: Any, _: Any) -> Any:
        return None if value is None else converter.get_structure_hook(inner)(value, inner)

    return hook


def _nothing(_: Any, __: Converter) -> Hook:
    def hook(value: Any, _: Any) -> None:
        if value is not None:
            raise shape(value, _NOTHING)

    return hook


def _literal(cls: Any, _: Converter) -> Hook:
    words = {str(word): word for word in get_args(cls)}

    def hook(value: Any, _: Any) -> Any:
        text = text_of(value)
        if text not in words:
            raise option(text, words, spot_of(value))
        return words[text]

    return hook


def _list(cls: Any, converter: Converter) -> Hook:
    make = _LISTS[get_origin(cls) or cls]
    args = get_args(cls) or (Any, ...)
    fixed = None if make is not tuple or args[-1:] == (...,) or get_origin(cls) is Sequence else args

    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            raise shape(value, _A_LIST)
        if fixed is not None and len(value) != len(fixed):
            count = Words(f"a list of {len(fixed)}", f"{len(fixed)} 项的列表")
            raise shape(value, count)
        kinds = fixed or args[:1]
        hooks = [(converter.get_structure_hook(kind), kind) for kind in kinds] * (1 if fixed else len(value))
        made, problems = [], []
        for number, (part, (read, kind)) in enumerate(zip(value, hooks, strict=True)):
            try:
                made.append(read(part, kind))
            except Refused as signal:
                problems += [problem.under(f"[{number}]", spot_of(part)) for problem in signal.problems]
        if problems:
            raise Refused(problems)
        return make(made)

    return hook


def _mapping(cls: Any, converter: Converter) -> Hook:
    key_kind, kind = get_args(cls) or (str, Any)

    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, dict):
            raise shape(value, _A_MAPPING)
        made, problems = {}, []
        read_key, read = converter.get_structure_hook(key_kind), converter.get_structure_hook(kind)
        for key, part in value.items():
            try:
                made_key = read_key(key, key_kind)
                made[made_key] = read(part, kind)
            except Refused as signal:
                problems += [problem.under(str(key), spot_of(part) or spot_of(key)) for problem in signal.problems]
        if problems:
            raise Refused(problems)
        return made

    return hook


def _noun(cls: Any, converter: Converter) -> Hook:
    try:
        attrs.resolve_types(cls)
    except NameError as error:
        raise UnloadableTypeError(
            f"the annotation {error.name!r} of {cls.__name__} does not exist at run time",
            fix="import it outside TYPE_CHECKING in the module of the noun",
        ) from error
    fields = {key_of(field): field for field in attrs.fields(cls) if field.init}

    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, dict):
            words = ", ".join(fields)
            raise shape(value, Words(f"a mapping with the keys {words}", f"含有键 {words} 的映射"))
        given, problems = {}, _misnamed(value, fields)
        for key, part in value.items():
            if key not in fields:
                continue
            field = fields[key]
            try:
                given[field.alias] = converter.get_structure_hook(field.type)(part, field.type)
            except Refused as signal:
                problems += [problem.under(key, spot_of(part) or spot_of(key)) for problem in signal.problems]
            except UnloadableTypeError as error:
                raise (
                    error
                    if error.where
                    else UnloadableTypeError(error.what, where=f"{cls.__name__}.{field.name}", fix=error.fix)
                ) from error
        if problems:
            raise Refused(problems)
        return build(cls, given, value)

    return hook


def _misnamed(value: Mapping[Any, Any], fields: Mapping[str, attrs.Attribute[Any]]) -> list[Problem]:
    """Keys that no field has, and fields without a default that no key fills; a likely misspelling counts once."""
    absent = [key for key, field in fields.items() if field.default is attrs.NOTHING and key not in value]
    problems = []
    for key in value:
        if key in fields:
            continue
        near = nearest(key, [*absent, *fields], most=1)
        absent = [name for name in absent if name not in near]
        known = ", ".join(fields)
        hint = (
            Words(f"Did you mean {near[0]}?", f"是否应为 {near[0]}？")
            if near
            else Words(f"Use one of: {known}.", f"可用的键：{known}。")
        )
        values = {"key": str(key), "hint": hint}
        problems.append(Problem(code="core.unknown-key", values=values, path=str(key), spot=spot_of(key)))
    spot = value.spot if isinstance(value, Keys) else None
    problems += [Problem(code="core.missing-key", values={"key": key}, path=key, spot=spot) for key in absent]
    return problems


def _kind(cls: Any) -> Any:
    return get_origin(cls) or cls


_FACTORIES: tuple[tuple[Callable[[Any], bool], Callable[[Any, Converter], Hook]], ...] = (
    (lambda cls: _kind(cls) in {Union, types.UnionType}, _optional),
    (lambda cls: cls is None or cls is types.NoneType, _nothing),
    (lambda cls: _kind(cls) is Literal, _literal),
    (lambda cls: _kind(cls) in _LISTS, _list),
    (lambda cls: _kind(cls) in {Mapping, dict}, _mapping),
    (lambda cls: cls is Any or cls is object, _anything),
    (attrs.has, _noun),
)
"""Which types are read how; the last that fits wins."""
