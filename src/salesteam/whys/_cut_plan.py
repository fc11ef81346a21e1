"""Choose the best plan among the minimal sets of measures that block the event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from attrs import frozen

from salesteam.core import Money
from salesteam.whys._cut_sets import Logic, blocking, causing, duties, happens
from salesteam.whys._model_measure import Countermeasure
from salesteam.whys._model_tree import Tree
from salesteam.whys._plan import Plan
from salesteam.whys._sets import Family, TooManySetsError, join, transversals

__all__ = ["Task", "best_plan"]

_NONE: Family = frozenset()


@frozen
class Task:
    """What all plans of one cut share.

    Parameters
    ----------
    tree : Tree
        The tree as it is shown.
    measures : mapping of str to Countermeasure
        The measures that may be chosen.
    acts : mapping of str to set of str
        Node or link to the measures that act on it.
    objective : {'cost', 'number'}
        What is to be small.
    currency : str
        Currency of the costs.
    limit : int
        Sets up to which the result is exact.
    """

    tree: Tree
    measures: Mapping[str, Countermeasure]
    acts: Mapping[str, frozenset[str]]
    objective: str
    currency: str
    limit: int

    def value(self, names: Iterable[str]) -> int:
        """Minor units, or number of measures."""
        if self.objective == "number":
            return len(tuple(names))
        return sum(cost.minor for name in names if (cost := self.measures[name].cost) is not None)

    def shown(self, value: int | None) -> Money | int | None:
        """The value as it is told."""
        return Money(value, self.currency) if value is not None and self.objective == "cost" else value

    def key(self, names: frozenset[str]) -> tuple[int, int, date, list[str]]:
        """The order of plans: value, more stronger measures, earlier due, ids."""
        stronger = sum(self.measures[name].strength == "stronger" for name in names)
        due = max((self.measures[name].due or date.max for name in names), default=date.min)
        return self.value(names), -stronger, due, sorted(names)

    def removed(self, names: Iterable[str]) -> frozenset[str]:
        """The nodes and links on which some measures act."""
        chosen = set(names)
        return frozenset(target for target, acting in self.acts.items() if acting & chosen)


def best_plan(
    task: Task, believe: Literal["all", "supported", "both"], assume: Literal["any", "all", ""], logics: Sequence[Logic]
) -> Plan:
    """The best plan that blocks the event under every one of some readings of the tree."""
    try:
        return _exact(task, believe, assume, logics)
    except TooManySetsError:
        return _greedy(task, believe, assume, logics)


def _causing(task: Task, logics: Sequence[Logic], removed: frozenset[str] = frozenset()) -> Family:
    return join(causing(logic, task.limit, removed) for logic in logics)


def _exact(
    task: Task, believe: Literal["all", "supported", "both"], assume: Literal["any", "all", ""], logics: Sequence[Logic]
) -> Plan:
    causes = _causing(task, logics)
    must = join(duties(logic, task.acts, task.limit) for logic in logics)
    plans = sorted(transversals(must, task.limit), key=task.key)
    best = plans[0] if plans else None
    second = plans[1] if len(plans) > 1 else None
    useful = {name for plan in plans for name in plan}
    return Plan(
        believe=believe,
        assume=assume,
        causing=causes,
        blocking=blocking(causes, task.limit),
        measures=None if best is None else tuple(sorted(best)),
        value=None if best is None else task.shown(task.value(best)),
        proven=True,
        only={name: _causing(task, logics, task.removed(best - {name})) for name in sorted(best or ())} if best else {},
        next_measures=None if second is None else tuple(sorted(second)),
        next_value=None if second is None else task.shown(task.value(second)),
        difference=None if second is None or best is None else task.shown(task.value(second) - task.value(best)),
        open_sets=_NONE if plans else _causing(task, logics, frozenset(task.acts)),
        idle=tuple(sorted(set(task.measures) - useful)) if plans else (),
    )


def _greedy(
    task: Task, believe: Literal["all", "supported", "both"], assume: Literal["any", "all", ""], logics: Sequence[Logic]
) -> Plan:
    """Start from all measures and leave out the dearest that is not needed, one after another."""
    chosen = set(task.measures)

    def blocks(names: Iterable[str]) -> bool:
        removed = task.removed(names)
        return not any(happens(logic, removed) for logic in logics)

    blocked = blocks(chosen)
    if blocked:
        for name in sorted(task.measures, key=lambda one: task.key(frozenset({one})), reverse=True):
            if blocks(chosen - {name}):
                chosen.discard(name)
    return Plan(
        believe=believe,
        assume=assume,
        causing=_NONE,
        blocking=_NONE,
        measures=tuple(sorted(chosen)) if blocked else None,
        value=task.shown(task.value(chosen)) if blocked else None,
        proven=False,
        only={},
        next_measures=None,
        next_value=None,
        difference=None,
        open_sets=_NONE,
        idle=(),
    )
