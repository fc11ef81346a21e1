"""The cheapest countermeasures that prevent an event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, cast

from salesteam.core import Finding, Place, Report, find
from salesteam.errors import InvalidValueError, missing_choice
from salesteam.whys._cut_plan import Task, best_plan
from salesteam.whys._cut_sets import Assume, Believe, logic_of
from salesteam.whys._linear_reading import Linear, tree_of
from salesteam.whys._model_profile import Profile
from salesteam.whys._model_tree import Tree
from salesteam.whys._paths import refuse_cycle
from salesteam.whys._plan import Cut, Plan
from salesteam.whys._status import link_status

__all__ = ["cut"]

_CHOICES: Mapping[str, Mapping[str, str]] = {
    "believe": {
        "all": "every link that is not refuted",
        "supported": "supported links only",
        "both": "each of the two, and the plan that holds under both",
    },
    "count": {
        "removing": "only measures that remove a cause or link",
        "reducing": "also measures that only make it rarer",
    },
    "objective": {"cost": "the cheapest plan, in money", "number": "the plan of fewest measures"},
    "assume": {
        "any": "each undeclared cause alone brings the effect about",
        "all": "undeclared causes are needed together",
        "both": "both readings side by side",
    },
}


def cut(
    tree: Tree | Linear,
    *,
    profile: Profile,
    believe: Literal["all", "supported", "both"] | None = None,
    count: Literal["removing", "reducing"] | None = None,
    objective: Literal["cost", "number"] | None = None,
    assume: Literal["any", "all", "both"] | None = None,
    limit: int = 5000,
) -> Cut:
    """Find the causing sets, the blocking sets, and the best measures that prevent the event.

    One removal fells a group of joint causes; every alternative must fall.
    A measure acts on a cause, an inner cause or a link.
    A link that is not believed, or refuted, leaves its group, so that removing its cause earns nothing; an effect left
    without groups is an open leaf that measures below do not block.
    Ties go to more stronger measures, then the earlier due date, then ids.

    Parameters
    ----------
    tree : Tree
        A tree without a cycle.
    profile : Profile
        States the weakest grade of evidence that counts.
    believe : {'all', 'supported', 'both'}
        Required: which links count.
    count : {'removing', 'reducing'}
        Required: whether measures that only reduce count as blocking.
    objective : {'cost', 'number'}
        Required: what is to be small.
    assume : {'any', 'all', 'both'}
        How several causes without declared grouping join; required where there are such.
    limit : int, default 5000
        Sets up to which the result is exact; beyond it the plan is greedy and says that it is not proven.

    Returns
    -------
    Cut
        Plans with causing and blocking sets, the next best and the money between.

    Raises
    ------
    CycleError
        If the causes run in a circle; with the path.
    InvalidValueError
        If a choice is missing; it lists the options.

    References
    ----------
    Vesely, Goldberg, Roberts, Haasl, Fault Tree Handbook, NUREG-0492, 1981, ch. VII (minimal cut sets and path sets).

    Examples
    --------
    >>> from salesteam import whys
    >>> tree = whys.Tree(
    ...     id="t", event=whys.Event(id="e", statement="order lost"),
    ...     causes=(whys.Cause(id="a", statement="quote late"), whys.Cause(id="b", statement="rival was there")),
    ...     links=(whys.Link(effect="e", cause="a", group="g"), whys.Link(effect="e", cause="b", group="g")),
    ...     measures=(whys.Countermeasure(id="m", statement="template", kind="standardise", removes=("a",)),))
    >>> house = whys.Profile(min_grade="C")
    >>> plan = whys.cut(tree, profile=house, believe="all", count="removing", objective="number").plan
    >>> [sorted(one) for one in plan.causing], sorted(sorted(one) for one in plan.blocking), plan.measures
    ([['a', 'b']], [['a'], ['b']], ('m',))
    """
    shown = tree_of(tree).shown()
    refuse_cycle(shown)
    open_logic = any(shown.is_undeclared(effect) for effect in shown.below)
    given = {"believe": believe, "count": count, "objective": objective, "assume": assume}
    for name, options in _CHOICES.items():
        if given[name] not in options and (name != "assume" or open_logic or assume is not None):
            raise missing_choice(name, options, where="whys.cut")
    if limit < 1:
        raise InvalidValueError(f"a limit of {limit}", where="cut", fix="use 1 or more")
    findings: list[Finding] = []
    task = _task(shown, str(count), str(objective), limit, findings)
    readings: Sequence[Assume] = ("any",)
    if open_logic:
        readings = ("any", "all") if assume == "both" else (cast("Assume", assume),)
    beliefs: Sequence[Believe] = ("all", "supported") if believe == "both" else (cast("Believe", believe),)
    status = link_status(shown, profile)
    plans: list[Plan] = []
    logics = {(one, way): logic_of(shown, status, one, way) for one in beliefs for way in readings}
    for one in beliefs:
        plans += [best_plan(task, one, way if open_logic else "", [logics[one, way]]) for way in readings]
    if believe == "both":
        plans += [
            best_plan(task, "both", way if open_logic else "", [logics[one, way] for one in beliefs])
            for way in readings
        ]
    findings += _told(task, plans)
    return Cut(tree=shown, plans=tuple(plans), count=str(count), objective=str(objective), report=Report(findings))


def _task(tree: Tree, count: str, objective: str, limit: int, findings: list[Finding]) -> Task:
    live = [one for one in tree.measures if one.is_live]
    costs = Counter(one.cost.currency for one in live if one.cost is not None)
    currency = min(costs, key=lambda code: (-costs[code], code), default="")
    if objective == "cost":
        for one in live:
            if one.cost is None or one.cost.currency != currency:
                place = Place(table=tree.id, key=one.id)
                findings.append(find("whys.cost-missing", place, measure=one.statement, currency=currency or "?"))
        live = [one for one in live if one.cost is not None and one.cost.currency == currency]
    acts: dict[str, set[str]] = {}
    for one in live:
        for target in one.targets if count == "reducing" else one.removes:
            acts.setdefault(target, set()).add(one.id)
    frozen_acts = {target: frozenset(names) for target, names in acts.items()}
    return Task(tree, {one.id: one for one in live}, frozen_acts, objective, currency, limit)


def _told(task: Task, plans: Sequence[Plan]) -> Iterable[Finding]:
    place = Place(table=task.tree.id)
    statements = {name: node.statement for name, node in task.tree.nodes.items()}
    told: set[str] = set()
    for plan in plans:
        if plan.measures is None:
            sets = "; ".join(sorted(" + ".join(statements[name] for name in sorted(one)) for one in plan.open_sets))
            if sets not in told:
                told.add(sets)
                yield find("whys.nothing-blocks", place, sets=sets or "?")
    if any(not plan.proven for plan in plans):
        yield find("whys.not-proven", place, limit=task.limit)
    for name in sorted(set.intersection(*(set(plan.idle) for plan in plans))):
        yield find("whys.idle-measure", Place(table=task.tree.id, key=name), measure=task.measures[name].statement)
