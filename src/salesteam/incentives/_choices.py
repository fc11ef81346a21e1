"""Where a plan makes a choice, whether money hangs on it there, and the bundles that fill what is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from salesteam.core import Finding, Place, Severity, find
from salesteam.incentives._bending import Gate, Lock, Modifier
from salesteam.incentives._component import Component
from salesteam.incentives._curve import Curve
from salesteam.incentives._model import Plan
from salesteam.incentives._options import OPTIONS, options_text

__all__ = [
    "BY_ROW", "CONVENTIONS", "OPTIONS", "Choice", "choices", "idle_choices", "jumps", "missing",
    "missing_choices", "options_text",
]  # fmt: skip

BY_ROW = frozenset(
    {
        "marginal",
        "slab",
        "from_threshold",
        "forward",
        "interpolated_amount",
        "proportional_rate",
        "bonus",
        "spiff",
    }
)
"""Methods that see the rows one by one, and so must say over what they accumulate."""

_LATER = frozenset({"negative_period", "meanwhile", "leavers", "unclaimed", "ties"})
"""Choices that a run can do without until something asks for them: a negative total, who leaves, who ties."""
_LENGTH = {"transaction": 0, "week": 1, "period": 2, "month": 3, "quarter": 4, "half": 5, "year": 6, "plan": 7}

CONVENTIONS: Mapping[str, Mapping[str, Any]] = {
    "common/1": {
        "accumulate": "period",
        "edge": "lower_inclusive",
        "between": "linear",
        "matrix.between": "bilinear",
        "crossing": "split",
        "kind": "carve_out",
        "at": "after_modifiers",
        "negative_period": "carry",
        "parameters_at": "transaction_date",
        "join": "product",
        "lookup.join": "sum",
        "meanwhile": "hold",
        "leavers": "in",
        "unclaimed": "return",
        "ties": "share",
        "hierarchy_at": "transaction_date",
        "draw.kind": "recoverable",
        "repay_from": "above_draw",
        "guarantee_and_draw": "larger",
        "clawback.method": "re_tier",
        "basis": "days",
        "counted_if": "day_15",
        "rate_on": "transaction_date",
        "round": "payout",
    }
}
"""Named bundles of choices; explicit keys win over them."""


@attrs.frozen(kw_only=True)
class Choice:
    """One place of a plan where one of several ways is taken.

    Parameters
    ----------
    at : str
        Dotted path of the part, such as ``components.c``; the plan itself is empty.
    key : str
        Key of the part, such as ``edge``.
    name : str
        Key of `OPTIONS`.
    value : str or None
        What the plan says.
    fits : bool
        Whether it can be said there at all.
    moves : bool
        Whether money hangs on it there, as far as the plan alone tells.
    """

    at: str
    key: str
    name: str
    value: str | None
    fits: bool = True
    moves: bool = True

    @property
    def path(self) -> str:
        """Dotted path of the choice itself."""
        return f"{self.at}.{self.key}" if self.at else self.key


def jumps(curve: Curve, first: Any = None) -> bool:
    """Whether a curve jumps anywhere but where its first band begins, so that it matters who owns a bound."""
    return any(knot.jumps and knot.at != first for knot in curve.knots)


def choices(plan: Plan, curves: Mapping[str, Curve] | None = None, used: Iterable[str] = ()) -> Iterator[Choice]:
    """Every place of a plan where a choice stands or could stand.

    Parameters
    ----------
    plan : Plan
        As read, or filled.
    curves : mapping of str to Curve, optional
        Curves of the components that have one; without them no edge is said to move money.
    used : iterable of str
        Names of the parameters that the plan stands on.

    Yields
    ------
    Choice
        In the order of the plan.
    """
    for name, component in plan.components.items():
        yield from _of_component(plan, name, component, (curves or {}).get(name))
    for index, rule in enumerate(plan.crediting):
        yield Choice(at=f"crediting[{index}]", key="kind", name="kind", value=rule.kind)
    for key, limits in (("caps", plan.caps), ("floors", plan.floors)):
        for index, limit in enumerate(limits):
            yield Choice(at=f"{key}[{index}]", key="at", name="at", value=limit.at)
    for index, modifier in enumerate(plan.modifiers):
        yield from _of_modifier(plan, f"modifiers[{index}]", modifier)
    for index, gate in enumerate(plan.gates):
        longer = _longer(plan, gate)
        yield Choice(
            at=f"gates[{index}]", key="meanwhile", name="meanwhile", value=gate.meanwhile, fits=longer, moves=longer
        )
    yield from _of_terms(plan)
    yield Choice(at="", key="negative_period", name="negative_period", value=plan.negative_period)
    dated = any(name in plan.parameters and len(plan.parameters[name].values) > 1 for name in used)
    yield Choice(at="", key="parameters_at", name="parameters_at", value=plan.parameters_at, moves=dated)


def _of_component(plan: Plan, name: str, c: Component, curve: Curve | None) -> Iterator[Choice]:
    at = f"components.{name}"

    def choice(key: str, *, fits: bool, moves: bool, name: str = "") -> Choice:
        return Choice(at=at, key=key, name=name or key, value=getattr(c, key), fits=fits, moves=fits and moves)

    yield Choice(at=at, key="method", name="method", value=c.method or None)
    by_row = c.method in BY_ROW
    yield choice("accumulate", fits=by_row, moves=True)
    edged = bool(c.tiers or c.nodes) or c.method == "matrix"
    own = bool(c.tiers) and all(t.edge for t in c.tiers[:-1])
    yield choice("edge", fits=edged, moves=_edge_moves(c, curve) and not own)
    matrix = c.method == "matrix"
    yield choice(
        "between",
        name="matrix.between" if matrix else "between",
        fits=matrix or bool(c.nodes),
        moves=matrix or len(c.nodes) > 1,
    )
    yield choice("crossing", fits=c.method == "forward", moves=len(c.tiers) > 1)
    yield choice("join", name="lookup.join", fits=c.method == "lookup", moves=len(c.tables) > 1)
    pool = c.method == "pool"
    yield choice("leavers", fits=pool, moves=True)
    locked = any((g.locks.of if isinstance(g.locks, Lock) else g.locks) in {name, "plan"} for g in plan.gates)
    yield choice("unclaimed", fits=pool, moves=locked or isinstance(c.shares, Mapping))
    yield choice("ties", fits=c.method == "rank", moves=True)
    yield choice("hierarchy_at", fits=c.method == "override", moves=True)
    for index, table in enumerate(c.tables):
        several = len(table.tiers) > 1
        yield Choice(at=f"{at}.tables[{index}]", key="edge", name="edge", value=table.edge, moves=several)


def _edge_moves(c: Component, curve: Curve | None) -> bool:
    if c.method == "matrix":
        return c.between == "step"
    if c.method == "forward":
        return len(c.tiers) > 1 and c.crossing != "split"
    first = c.tiers[0].from_ if c.tiers else None
    return curve is not None and jumps(curve, first)


def _of_modifier(plan: Plan, at: str, modifier: Modifier) -> Iterator[Choice]:
    several = sum(m.of == modifier.of for m in plan.modifiers) > 1
    yield Choice(at=at, key="join", name="join", value=modifier.join, moves=several)
    yield Choice(
        at=at,
        key="between",
        name="between",
        value=modifier.between,
        fits=bool(modifier.nodes),
        moves=len(modifier.nodes) > 1,
    )
    steps = len(modifier.tiers) > 1 or (len(modifier.nodes) > 1 and modifier.between == "step")
    yield Choice(
        at=at, key="edge", name="edge", value=modifier.edge, fits=bool(modifier.tiers or modifier.nodes), moves=steps
    )


def _longer(plan: Plan, gate: Gate) -> bool:
    """Whether what a gate locks is tested over more than one pay period."""
    of = gate.locks.of if isinstance(gate.locks, Lock) else gate.locks
    locked = plan.components.values() if of == "plan" else filter(None, [plan.components.get(of)])
    own = _LENGTH.get(plan.period, _LENGTH["plan"])
    return gate.when == "interval_end" and any(
        _LENGTH.get(c.accumulate or "period", 0) > own and c.accumulate != "period" for c in locked
    )


def _of_terms(plan: Plan) -> Iterator[Choice]:
    if plan.rollup is not None:
        yield Choice(at="rollup", key="hierarchy_at", name="hierarchy_at", value=plan.rollup.hierarchy_at)
    elif plan.hierarchy_at is not None and all(c.method != "override" for c in plan.components.values()):
        yield Choice(at="", key="hierarchy_at", name="hierarchy_at", value=plan.hierarchy_at, moves=False)
    for index, draw in enumerate(plan.draw):
        at = f"draw[{index}]"
        yield Choice(at=at, key="kind", name="draw.kind", value=draw.kind)
        owed = draw.kind in {None, "recoverable"}
        yield Choice(
            at=at,
            key="repay_from",
            name="repay_from",
            value=draw.repay_from,
            fits=owed,
            moves=draw.kind == "recoverable",
        )
    both = bool(plan.draw and plan.guarantee)
    yield Choice(
        at="", key="guarantee_and_draw", name="guarantee_and_draw", value=plan.guarantee_and_draw, fits=both, moves=both
    )
    for index, clawback in enumerate(plan.clawback):
        yield Choice(at=f"clawback[{index}]", key="method", name="clawback.method", value=clawback.method)
    if plan.proration is not None:
        yield Choice(at="proration", key="basis", name="basis", value=plan.proration.basis)
        months = plan.proration.basis in {None, "whole_months"}
        yield Choice(
            at="proration",
            key="counted_if",
            name="counted_if",
            value=plan.proration.counted_if,
            fits=months,
            moves=False,
        )
    if plan.fx is not None:
        yield Choice(at="fx", key="rate_on", name="rate_on", value=plan.fx.rate_on)
        yield Choice(at="fx", key="round", name="round", value=plan.fx.round, moves=False)


def missing_choices(plan: Plan, curves: Mapping[str, Curve], used: Iterable[str]) -> Iterator[Finding]:
    """Findings for every choice that applies and is not made.

    Parameters
    ----------
    plan : Plan
        With its bundle filled in.
    curves : mapping of str to Curve
        The curves of the components that have one.
    used : iterable of str
        Names of the parameters that the plan stands on.

    Yields
    ------
    Finding
        `incentives.choice-missing`, or `incentives.choice-open` where a run can do without, with the options.
    """
    names = list(used)
    dated = next((n for n in names if n in plan.parameters and len(plan.parameters[n].values) > 1), None)
    for choice in choices(plan, curves, names):
        if choice.value is not None or not choice.moves or _nameless(plan, choice):
            continue
        at = choice.at or (f"parameters.{dated}" if choice.key == "parameters_at" else plan.plan)
        yield find(
            "incentives.choice-open" if choice.key in _LATER else "incentives.choice-missing",
            Place(key=choice.path),
            choice=choice.key,
            at=at,
            options=options_text(choice.name),
        )


def missing(choice: str, at: str, path: str = "") -> Finding:
    """The finding that a choice was not made that these facts ask for; `path` is the choice itself if not given."""
    return find(
        "incentives.choice-missing", Place(key=path or choice), severity=Severity.ERROR,
        choice=choice, at=at, options=options_text(choice),
    )  # fmt: skip


def _nameless(plan: Plan, choice: Choice) -> bool:
    """Whether a component has no method yet, so that nothing else can be asked of it."""
    name = choice.at.removeprefix("components.")
    return choice.key != "method" and name in plan.components and not plan.components[name].method


def idle_choices(plan: Plan, curves: Mapping[str, Curve], used: Iterable[str]) -> Iterator[Finding]:
    """Notes for every choice that is made where no money hangs on it.

    Parameters
    ----------
    plan : Plan
        As read, without its bundle.
    curves : mapping of str to Curve
        The curves of the components that have one; of one without a curve nothing is said of its edge.
    used : iterable of str
        Names of the parameters that the plan stands on.

    Yields
    ------
    Finding
        `incentives.choice-idle`, a note.
    """
    for choice in choices(plan, curves, used):
        if choice.value is None or choice.moves or _runs_on(plan, choice):
            continue
        if choice.fits and _unproven(plan, choice, curves):
            continue
        yield find(
            "incentives.choice-idle",
            Place(key=choice.path),
            choice=choice.key,
            at=choice.at or plan.plan,
            value=choice.value,
        )


def _runs_on(plan: Plan, choice: Choice) -> bool:
    """Whether a component that sees whole periods runs on from one to the next, so that its interval matters."""
    name = choice.at.removeprefix("components.")
    if choice.name != "accumulate" or name not in plan.components:
        return False
    c = plan.components[name]
    gated = any((g.locks.of if isinstance(g.locks, Lock) else g.locks) in {name, "plan"} for g in plan.gates)
    return gated or c.method in {"curve", "lookup"} or c.base_rate == "target/quota"


def _unproven(plan: Plan, choice: Choice, curves: Mapping[str, Curve]) -> bool:
    """Whether money may hang on a choice though the plan alone does not tell."""
    if choice.name in {"counted_if", "round", "unclaimed", "repay_from"}:
        return True
    name = choice.at.removeprefix("components.")
    return choice.name == "edge" and name in plan.components and name not in curves
