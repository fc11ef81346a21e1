"""A state from a file of JSON, with every problem of it at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_origin

import attrs

from salesteam.core import Finding, Place, Report, _load, find
from salesteam.errors import InvalidValueError, NotFoundError, ReportError
from salesteam.incentives._days import spans
from salesteam.incentives._exact._carried import Carried, State, Told
from salesteam.incentives._exact._deal import Deal, Figure
from salesteam.incentives._exact._joined import Joined
from salesteam.incentives._exact._rates import Differing
from salesteam.incentives._exact._saved import FORMAT, KINDS, LARGEST, Reached, Saved, Worded
from salesteam.incentives._load import read
from salesteam.incentives._model import Plan
from salesteam.incentives._posted import Disputed

__all__ = ["load"]

_EXACT = re.compile(r"(-?\d+)(?:/(\d+))?", re.ASCII)


def load(path: Path) -> State:
    """Read a state from a file.

    Raises
    ------
    ReportError
        If the file holds none; with all findings.
    """
    file = Place(file=str(path))
    text, unreadable = _load.file_text(path, str(path), most=LARGEST)
    Report([] if unreadable is None else [unreadable]).raise_for_errors()
    try:
        root = _root(text, file)
        plan = _plan(root, file)
        loaded = _load.load_tree(root, Saved, file=str(path), hooks=_hooks(plan))
    except RecursionError:
        raise _refused("incentives.state-broken", file, problem="nested too deeply") from None
    absent = [attrs.evolve(file, key=key) for key in _absent(root)]
    findings = [find("core.missing-key", at, key=str(at.key).rpartition(".")[2]) for at in absent]
    findings += [attrs.evolve(f, place=attrs.evolve(file, key=f.place.key)) for f in loaded.report]
    Report(findings).raise_for_errors()
    held = loaded.require()
    torn = _torn(plan, held.carried)
    Report(find("incentives.state-torn", attrs.evolve(file, key=at), name=name) for at, name in torn).raise_for_errors()
    for deal in held.carried.deals.values():
        deal.original = None if deal.reverses is None else held.carried.deals[deal.reverses]
    return State(plan=plan, as_of=held.as_of, carried=held.carried)


def _refused(code: str, place: Place, **values: object) -> ReportError:
    return ReportError(Report.of(find(code, place, severity=None, **values)))


def _root(text: str, file: Place) -> dict[str, Any]:
    """The object of a file, with its numbers as text.

    Raises
    ------
    ReportError
        If the text is no JSON, or not of this format.
    """
    try:
        root = json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        at = attrs.evolve(file, line=error.lineno, column=error.colno)
        raise _refused("incentives.state-broken", at, problem=error.msg) from None
    except InvalidValueError as error:
        raise _refused("incentives.state-broken", file, problem=error.what) from None
    found = root.get("format") if isinstance(root, dict) else None
    if found != FORMAT:
        at = attrs.evolve(file, key="format")
        raise _refused("incentives.state-format", at, found=str(found or "—")[:60], wanted=FORMAT)
    return cast("dict[str, Any]", root)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in made if names.count(name) > 1)
        raise InvalidValueError(f"the key {twice[:60]!r} comes twice in one object")
    return made


def _plan(root: Mapping[str, Any], file: Place) -> Plan:
    """The plan of a file.

    Raises
    ------
    ReportError
        If there is none, or it holds an error.
    """
    text, at = root.get("plan"), attrs.evolve(file, key="plan")
    if not isinstance(text, str):
        raise _refused("core.missing-key", at, key="plan")
    loaded = read(text)
    keys = [f"plan.{f.place.key}" if f.place.key else "plan" for f in loaded.report]
    placed = (attrs.evolve(f, place=attrs.evolve(at, key=key)) for f, key in zip(loaded.report, keys, strict=True))
    Report(placed).raise_for_errors()
    return loaded.require()


def _absent(root: Mapping[str, Any]) -> Iterator[str]:
    """Paths that every state has: what is left out would look like nothing at all."""
    carried = root.get("carried")
    told = carried.get("told") if isinstance(carried, dict) else None
    for path, cls, held in (("carried", Carried, carried), ("carried.told", Told, told)):
        if isinstance(held, dict):
            yield from (f"{path}.{field.alias}" for field in attrs.fields(cls) if field.alias not in held)


_Hook = Callable[[Any, _load.Load], Any]


def _hooks(plan: Plan) -> dict[Any, _Hook]:
    """How the types are read that text alone does not tell."""
    hooks: dict[Any, _Hook] = {
        Fraction: _exact,
        Joined: lambda value, load: _joined(load(value, Reached), plan),
        Finding: lambda value, load: _finding(load(value, Worded), load),
        str | Figure | None: _cell,
        datetime | date | None: _moment,
        Fraction | Disputed: _either(Disputed, Fraction),
        tuple[int | None, int | None] | Disputed: _either(Disputed, tuple[int | None, int | None]),
        Fraction | Differing | None: _either(Differing, Fraction | None),
    }
    for cls in (Carried, Told):
        for field in attrs.fields(attrs.resolve_types(cls)):
            kinds = get_args(field.type)
            if get_origin(field.type) in {dict, Mapping} and kinds[0] is not str:
                hooks[field.type] = _pairs(*kinds)
    return hooks


def _pairs(key: Any, kind: Any) -> _Hook:
    """Read a mapping whose keys are no text from a list of pairs; an empty one is written as an object."""

    def hook(value: Any, load: _load.Load) -> Any:
        pairs = load([] if value == {} else value, tuple[tuple[key, kind], ...])
        made = dict(pairs)
        if len(made) < len(pairs):
            raise InvalidValueError("a key comes twice")
        return made

    return hook


def _either(noun: type, other: Any) -> _Hook:
    """Read a noun from an object, and something else from all else."""
    return lambda value, load: load(value, noun if isinstance(value, dict) else other)


def _exact(value: Any, load: _load.Load) -> Fraction:
    found = _EXACT.fullmatch(value if isinstance(value, str) else load(value, str))
    if found is None:
        raise InvalidValueError(f"{value[:60]!r} is no exact number", fix="write it as 12 or 2/3")
    return Fraction(int(found[1]), int(found[2] or 1))


def _cell(value: Any, load: _load.Load) -> str | Figure | None:
    if isinstance(value, dict):
        return Figure.of(load(value, Mapping[Literal["number"], Fraction])["number"])
    return cast("str | None", load(value, str | None))


def _moment(value: Any, load: _load.Load) -> datetime | date | None:
    text = load(value, str | None)
    if text is None:
        return None
    return datetime.fromisoformat(text) if len(text) > len("2026-01-05") else date.fromisoformat(text)


def _joined(read: Reached, plan: Plan) -> Joined:
    if read.name not in plan.measures:
        raise NotFoundError("measure", read.name, plan.measures, where="the plan")
    return Joined(measure=plan.measures[read.name], **attrs.asdict(read, recurse=False))


def _finding(read: Worded, load: _load.Load) -> Finding:
    return find(read.code, read.place, **{name: _meant(value, load) for name, value in read.values.items()})


def _meant(value: Any, load: _load.Load) -> Any:
    """A value of a finding, from what `_marked` made of it."""
    if isinstance(value, tuple):
        return tuple(_meant(part, load) for part in value)
    if not isinstance(value, dict):
        return value
    ((kind, text),) = load(value, Mapping[str, str]).items()
    return load(text, KINDS[kind])


def _torn(plan: Plan, carried: Carried) -> Iterator[tuple[str, str]]:
    """Paths of names by which nothing can be meant, and the names."""
    for name, deal in carried.deals.items():
        if deal.id != name:
            yield f"carried.deals.{name}.id", deal.id
        if "amount" not in deal.numbers:
            yield f"carried.deals.{name}.numbers", "amount"
    yield from ((f"carried.deals.{name}.reverses", name) for name in _endless(carried.deals))
    for number, (key, joined) in enumerate(carried.sums.items()):
        if key[0] != joined.name:
            yield f"carried.sums[{number}]", key[0]
    for number, (_, period, component) in enumerate(carried.pays):
        if component not in plan.components:
            yield f"carried.pays[{number}]", component
        if not _is_period(period):
            yield f"carried.pays[{number}]", period
    yield from ((f"carried.periods[{at}]", name) for at, name in enumerate(carried.periods) if not _is_period(name))


def _endless(deals: Mapping[str, Deal]) -> Iterator[str]:
    """Reversals that lead to no deal of the state, or back to themselves."""
    ends: dict[str, bool] = {}
    for name in deals:
        path: dict[str, None] = {}
        at: str | None = name
        while at is not None and at in deals and at not in ends and at not in path:
            path[at] = None
            at = deals[at].reverses
        ends |= dict.fromkeys(path, at is None or ends.get(at, False))
        if not ends[name]:
            yield name


def _is_period(name: str) -> bool:
    try:
        spans(name)
    except InvalidValueError:
        return False
    return True
