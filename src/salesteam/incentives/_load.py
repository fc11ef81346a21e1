"""Plan files to plans and back: `salesteam-plan/1`, unknown keys refused, every problem at its line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import attrs

from salesteam.core import Place, Report
from salesteam.core import _load as core_load
from salesteam.errors import InvalidValueError, ReportError
from salesteam.incentives._bending import Gate, Limit, Lock, Modifier, TargetShare, Windfall
from salesteam.incentives._check import check_plan
from salesteam.incentives._component import Component
from salesteam.incentives._model import CreditRule, Measure, Plan
from salesteam.incentives._number import Number, Ref, Whole
from salesteam.incentives._partly import hangs_on, readable_part
from salesteam.incentives._parts import Above, By, Fund, GateTest, Rounding, Where, Window
from salesteam.incentives._quota import Quota, Ramp, Relief
from salesteam.incentives._terms import Accrual, Clawback, Draw, Exchange, Guarantee, Proration, Release, RollUp

__all__ = ["dump", "load", "plan_of", "read", "required"]

_Load = core_load.Load
_TUPLE: Any = tuple
_SEQUENCE: Any = Sequence


def _number(value: Any, load: _Load) -> Number:
    if isinstance(value, str) and value.strip().startswith("$"):
        return Ref(value.strip()[1:])
    found: Fraction = load(value, Fraction)
    return found


def _whole(value: Any, load: _Load) -> Whole:
    if isinstance(value, str) and value.strip().startswith("$"):
        return Ref(value.strip()[1:])
    found: int = load(value, int)
    return found


def _or_none(hook: Callable[[Any, _Load], Any]) -> Callable[[Any, _Load], Any]:
    return lambda value, load: None if value is None else hook(value, load)


def _where(value: Any, load: _Load) -> tuple[Where, ...]:
    found = []
    for name, test in load(value, Mapping[str, Any]).items():
        if name == "not" and isinstance(test, Mapping):
            found += [attrs.evolve(each, negated=not each.negated) for each in _where(test, load)]
            continue
        negated, wanted = isinstance(test, Mapping), test
        if negated:
            if set(test) != {"not"}:
                raise InvalidValueError(
                    f"{', '.join(map(str, test))} is no test",
                    where=f"where.{name}",
                    fix="write a value, a list, or not:",
                )
            wanted = test["not"]
        found.append(Where(column=str(name), values=_texts(wanted, load), negated=negated))
    return tuple(found)


def _texts(value: Any, load: _Load) -> tuple[str, ...]:
    return load(value, tuple[str, ...]) if isinstance(value, (list, tuple)) else (load(value, str),)


def _people(value: Any, load: _Load) -> Mapping[str, tuple[str, ...]]:
    return {str(name): _texts(test, load) for name, test in load(value, Mapping[str, Any]).items()}


def _base_rate(value: Any, load: _Load) -> Number | str | None:
    return (
        "target/quota" if isinstance(value, str) and value.replace(" ", "") == "target/quota" else _number(value, load)
    )


def _share(value: Any, load: _Load) -> Number | str:
    return "rest" if value == "rest" else _number(value, load)


def _limit(value: Any, load: _Load) -> Number | TargetShare:
    if isinstance(value, str) and value.strip().endswith("target"):
        return TargetShare.parse(value)
    return _number(value, load)


def _fund(value: Any, load: _Load) -> Number | Fund:
    return load(value, Fund) if isinstance(value, Mapping) else _number(value, load)


def _shares(value: Any, load: _Load) -> Mapping[str, Number] | By | str:
    if not isinstance(value, Mapping):
        return str(load(value, Literal["equal"]))
    found = load(value, Mapping[str, Any])
    if set(found) in ({"pro_rata"}, {"points"}):
        kind, of = next(iter(found.items()))
        return By(kind, load(of, str))
    return {str(name): _number(part, load) for name, part in found.items()}


def _above(value: Any, load: _Load) -> Above | str:
    kind: Any = Above if isinstance(value, Mapping) else Literal["flat", "extend"]
    found: Above | str = load(value, kind)
    return found


def _locks(value: Any, load: _Load) -> str | Lock:
    """A component, the plan, or the bands of a component from a bound up."""
    if isinstance(value, str) and ":" in value:
        name, _, bound = value.partition(":")
        value = {name.strip(): bound.strip()}
    if not isinstance(value, Mapping):
        return str(load(value, str))
    found = [(str(name), bound) for name, bound in value.items()]
    if len(found) != 1 or not found[0][0].endswith(".tiers_from"):
        raise InvalidValueError(
            f"{', '.join(name for name, _ in found)} is nothing to lock",
            fix="write a component, plan, or {component.tiers_from: 100%}",
        )
    return Lock(found[0][0].removesuffix(".tiers_from"), _number(found[0][1], load))


def _rollup(value: Any, load: _Load) -> RollUp:
    if isinstance(value, Mapping):
        found: RollUp = load(value, RollUp)
        return found
    return RollUp(levels=load(value, Literal["once", "every_level"]))


def _moment(value: Any, load: _Load) -> date | datetime | None:
    """A day, or a moment that carries its zone."""
    kind: Any = datetime if isinstance(value, str) and len(value.strip()) > 10 else date
    found: date | datetime = load(value, kind)
    return found


def _until(value: Any, load: _Load) -> date | str:
    text: str = load(value, str)
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _unearned(value: Any, load: _Load) -> Number | str:
    named = isinstance(value, str) and value in {"all", "event", "straight_line", "steps"}
    return value if named else _number(value, load)


def _split(value: Any, load: _Load) -> Mapping[str, Number] | str:
    if not isinstance(value, Mapping):
        return str(load(value, Literal["equal"]))
    return {str(name): _number(part, load) for name, part in load(value, Mapping[str, Any]).items()}


def _several(noun: Any) -> Callable[[Any, _Load], Any]:
    """One mapping, or a list of them."""
    return lambda value, load: load([value] if isinstance(value, Mapping) else value, _SEQUENCE[noun])


def _only(noun: Any) -> Callable[[Any, _Load], Any]:
    """One mapping, or a list of no other."""
    return lambda value, load: load(value[0] if isinstance(value, list) and len(value) == 1 else value, noun)


def _text(value: Any, load: _Load) -> str | Mapping[str, str]:
    """A text, or one in each language."""
    if not isinstance(value, Mapping):
        return str(load(value, str))
    wrong = [str(name) for name in value if name not in {"en", "zh"}]
    if wrong or not value:
        raise InvalidValueError(f"{', '.join(wrong) or 'nothing'} is no language here", fix="write en: and zh:")
    return {str(name): str(load(text, str)) for name, text in value.items()}


def _attainment(value: Any, load: _Load) -> Rounding | str:
    return "none" if value == "none" else load(value, Rounding)


def _pair(value: Any, load: _Load) -> tuple[Number, Number]:
    low, high = _two(value, "[90%, 120%]")
    return _number(low, load), _number(high, load)


def _months(value: Any, load: _Load) -> tuple[Whole, Whole]:
    first, last = _two(value, "[1, 3]")
    return _whole(first, load), _whole(last, load)


def _two(value: Any, such: str) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise InvalidValueError(f"{value!r} is no pair", fix=f"write two numbers in brackets, such as {such}")
    return value[0], value[1]


_SEVERAL: tuple[Any, ...] = (
    Quota, Ramp, Relief, Gate, GateTest, Modifier, Limit, Windfall, Draw, Guarantee, Clawback, Release,
)  # fmt: skip
"""Nouns of which a plan holds one mapping, or a list of them."""
_ALONE: Mapping[str, Any] = {"proration": Proration, "fx": Exchange, "accrual": Accrual}
"""Keys of a plan with one mapping, which may stand in a list like those of others."""


def _hooks() -> dict[Any, Callable[[Any, _Load], Any]]:
    by_field = {
        (Measure, "where"): _where, (Component, "where"): _where, (Component, "for_"): _people,
        (Component, "base_rate"): _base_rate, (CreditRule, "share"): _share, (Limit, "limit"): _limit,
        (Component, "fund"): _or_none(_fund), (Component, "shares"): _or_none(_shares),
        (Component, "above"): _or_none(_above), (Component, "pay_split"): _or_none(_split),
        (Plan, "attainment_rounding"): _attainment, (Gate, "locks"): _locks, (Plan, "rollup"): _or_none(_rollup),
        (Window, "from_"): _or_none(_moment), (Release, "until"): _or_none(_until), (Clawback, "unearned"): _unearned,
        (Component, "text"): _text,
    }  # fmt: skip
    found: dict[Any, Callable[[Any, _Load], Any]] = {
        Number: _number,
        Number | None: _or_none(_number),
        tuple[Number, Number]: _pair,
        tuple[Number, Number] | None: _or_none(_pair),
        Whole: _whole,
        Whole | None: _or_none(_whole),
        tuple[Whole, Whole]: _months,
        tuple[Whole, Whole] | None: _or_none(_months),
    }
    for (cls, field), hook in by_field.items():
        found[attrs.fields_dict(attrs.resolve_types(cls))[field].type] = hook
    for key, noun in _ALONE.items():
        found[attrs.fields_dict(attrs.resolve_types(Plan))[key].type] = _or_none(_only(noun))
    for noun in _SEVERAL:
        found[_TUPLE[noun, ...]] = _several(noun)
    return found


def read(text: str, *, file: str = "<text>") -> core_load.Loaded[Plan]:
    """Read a plan from text and check it.

    Parameters
    ----------
    text : str
        YAML or JSON in the format `salesteam-plan/1`.
    file : str, default "<text>"
        Name for the findings.

    Returns
    -------
    Loaded
        The plan, or None, and every finding at its line; findings of `check` are among them.

    Examples
    --------
    >>> read("currency: CNY").report.by_code.keys()
    dict_keys(['core.missing-key'])
    """
    loaded = core_load.load_text(text, Plan, file=file, hooks=_hooks())
    if loaded.value is None:
        return attrs.evolve(loaded, report=loaded.report + _rest(text, file, loaded.report))
    report = Report(
        attrs.evolve(f, place=_placed(loaded.places, f.place.key, file) or f.place) for f in check_plan(loaded.value)
    )
    return attrs.evolve(loaded, report=loaded.report + report)


def _rest(text: str, file: str, report: Report) -> Report:
    """What else is wrong with a plan that cannot be read whole: its readable parts, checked."""
    whole = core_load.read_tree(text, file=file).value
    kept, gone = readable_part(whole, [finding.place.key or "" for finding in report])
    if not gone:
        return Report()
    loaded = core_load.load_tree(kept, Plan, file=file, hooks=_hooks())
    found = check_plan(loaded.value) if loaded.value is not None else loaded.report
    placed = (attrs.evolve(f, place=_placed(loaded.places, f.place.key, file) or f.place) for f in found)
    return Report(f for f in placed if not hangs_on(f, gone))


def _placed(places: Mapping[str, Any], key: str | None, file: str) -> Any:
    """The place of a key, or of what is nearest to it."""
    return places.get(key or "") or _near(places, key, file)


def _near(places: Mapping[str, Any], key: str | None, file: str) -> Any:
    """The place of the nearest key above one that is not written."""
    path = key or ""
    while path:
        path = path.rpartition(".")[0]
        if path in places:
            return attrs.evolve(places[path], key=key)
    return None if key is None else Place(file=file, key=key)


def plan_of(content: Mapping[str, Any]) -> Plan:
    """Make a plan from plain data, as if it stood in a file: for notebooks and tests.

    Parameters
    ----------
    content : mapping
        The keys of the format; numbers as text, int, Fraction or Decimal, never float.

    Returns
    -------
    Plan
        Ready for `pay`.

    Raises
    ------
    ReportError
        If it holds an error; all findings are in it.

    Examples
    --------
    >>> plan = plan_of(
    ...     {
    ...         "currency": "CNY",
    ...         "period": "once",
    ...         "measures": {"sales": {"unit": "money", "value": "amount"}},
    ...         "components": {"c": {"measure": "sales", "method": "flat", "rate": "10%"}},
    ...     }
    ... )
    >>> plan.components["c"].method
    'flat'
    """
    return required(read(json.dumps(content, default=str, ensure_ascii=False), file="<plan>"))


def required(loaded: core_load.Loaded[Plan]) -> Plan:
    """The plan that was read; ReportError with all findings if there is an error."""
    loaded.report.raise_for_errors()
    if loaded.value is None:
        raise ReportError(loaded.report)
    return loaded.value


def load(path: str | Path) -> Plan:
    """Read a plan file.

    Parameters
    ----------
    path : str or Path
        A YAML file in the format `salesteam-plan/1`.

    Returns
    -------
    Plan
        Checked; warnings do not stop it, see `check`.

    Raises
    ------
    ReportError
        If it holds an error; all findings are in it, each with line and column.

    Examples
    --------
    >>> load("no-such-plan.yaml")
    Traceback (most recent call last):
    salesteam.errors.ReportError: ...
    """
    return required(core_load.read_file(path, read))


def dump(plan: Plan) -> str:
    """Write a plan as text that reads back to the same plan.

    Parameters
    ----------
    plan : Plan
        Any plan.

    Returns
    -------
    str
        YAML.

    Examples
    --------
    >>> from salesteam.incentives import scheme
    >>> read(dump(scheme("assist_split"))).value == scheme("assist_split")
    True
    """
    return core_load.dump(
        plan,
        hooks={
            Ref: str,
            TargetShare: str,
            tuple: _tuple,
            By: lambda by: {by.kind: by.of},
            Lock: lambda lock: {f"{lock.of}.tiers_from": lock.tiers_from},
        },
    )


def _tuple(value: tuple[Any, ...]) -> Any:
    if value and all(isinstance(part, Where) for part in value):
        return {w.column: {"not": list(w.values)} if w.negated else list(w.values) for w in value}
    return list(value)
