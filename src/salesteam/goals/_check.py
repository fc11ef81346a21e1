"""What is wrong with a goal book: its structure, its words, its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from salesteam.core import Finding, Place, Report, Roster, find
from salesteam.core._graph import find_cycle
from salesteam.errors import CycleError, InvalidValueError, NotFoundError, nearest
from salesteam.goals._axes import WEEK_BASES
from salesteam.goals._model_book import GoalBook
from salesteam.goals._model_key_result import KeyResult
from salesteam.goals._model_okr import Objective
from salesteam.goals._observe import cascade_plan
from salesteam.goals._policy import bands_report
from salesteam.goals._rounding import ROUNDERS
from salesteam.goals._tree import tree_report
from salesteam.goals._weights import WEIGHTS
from salesteam.goals._wording import is_bare_percent, vague_words

__all__ = ["check"]


def check(book: GoalBook, *, roster: Roster | None = None) -> Report:
    """Find everything that is wrong with a goal book.

    Use it before a cycle begins, and whenever the book changes.
    It never raises: what a book cannot be is a finding.

    Parameters
    ----------
    book : GoalBook
        Any.
    roster : Roster, optional
        To check owners and to try the cascade.

    Returns
    -------
    Report
        Findings with the question that a manager would ask and what to do.

    Examples
    --------
    >>> [finding.code for finding in check(GoalBook(objectives=(Objective(id="o", title="提升销售额", cycle="c",
    ...     level="team", owner="li", commitment="committed"),)))][:2]
    ['goals.unknown-cycle', 'goals.no-key-results']
    """
    found: list[Finding] = []
    for part in (_ids, _references, _links, _results, _words, _guardrails, _agreements, _measures, _policies):
        found.extend(part(book))
    found.extend(_cascade(book, roster))
    if roster is not None:
        found.extend(_owners(book, roster))
    return Report(found)


def _all(book: GoalBook) -> list[Objective | KeyResult]:
    return [*book.objectives, *book.key_results]


def _ids(book: GoalBook) -> Iterator[Finding]:
    for name, count in Counter(goal.id for goal in _all(book)).items():
        if count > 1:
            yield find("goals.goal-twice", Place(key=name), goal=name, count=count)


def _references(book: GoalBook) -> Iterator[Finding]:
    cycles = {cycle.id for cycle in book.cycles}
    metrics = {metric.id for metric in book.metrics}
    for each in book.objectives:
        if each.cycle not in cycles:
            close = nearest(each.cycle, cycles) or "-"
            yield find("goals.unknown-cycle", Place(key=each.id), goal=each.id, cycle=each.cycle, nearest=close)
    objectives = [each.id for each in book.objectives]
    named = [(result.id, result.objective) for result in book.key_results if result.objective not in objectives]
    named += [
        (f"{link.child} -> {link.parent}", end)
        for link in book.links
        for end in (link.child, link.parent)
        if end not in book.goals
    ]
    named += [(f"guardrail {each.metric}", each.goal) for each in book.guardrails if each.goal not in book.goals]
    for place, goal in named:
        yield find("goals.unknown-goal", Place(key=place), goal=goal, nearest=nearest(goal, book.goals) or "-")
    used = [(result.id, result.metric) for result in book.key_results if result.metric is not None]
    used += [(f"guardrails.{each.goal}", each.metric) for each in book.guardrails]
    used += [(f"thresholds.{each.id}", each.metric) for each in book.thresholds]
    if book.cascade is not None and book.cascade.metric is not None:
        used.append(("cascade", book.cascade.metric))
    for place, metric in used:
        if metric not in metrics:
            close = nearest(metric, metrics) or "-"
            yield find("goals.unknown-metric", Place(key=place), metric=metric, where=place, column=1, nearest=close)


def _links(book: GoalBook) -> Iterator[Finding]:
    parents: dict[str, list[str]] = {}
    for link in book.links:
        if link.kind == "contributes":
            parents.setdefault(link.child, []).append(link.parent)
    for child, above in parents.items():
        goal = book.goals.get(child)
        if len(set(above)) > 1:
            yield find("goals.double-parent", Place(key=child), goal=child, parents=above)
        for parent in above:
            units = [getattr(each, "unit", "") for each in (goal, book.goals.get(parent))]
            if all(units) and units[0] != units[1]:
                yield find(
                    "goals.contributes-unit", Place(key=child), goal=child, parent=parent, left=units[0], right=units[1]
                )
    edges = [(link.child, link.parent) for link in book.links]
    edges += [(result.id, result.objective) for result in book.key_results]
    cycle = find_cycle(list(book.goals), edges)
    if cycle:
        yield find("goals.link-cycle", Place(key=cycle[0]), path=cycle)
    linked = {link.child for link in book.links}
    for each in book.objectives:
        if each.level != "company" and each.id not in linked and any(o.level != each.level for o in book.objectives):
            yield find("goals.orphan", Place(key=each.id), goal=each.id, level=each.level)


def _results(book: GoalBook) -> Iterator[Finding]:
    counts = Counter(result.objective for result in book.key_results)
    for each in book.objectives:
        if counts[each.id] == 0:
            yield find("goals.no-key-results", Place(key=each.id), goal=each.id)
        elif counts[each.id] > 5:
            yield find("goals.too-many", Place(key=each.id), goal=each.id, count=counts[each.id])
    for goal in book.key_results:
        place = Place(key=goal.id)
        if goal.kind in {"increase", "decrease"} and goal.baseline is None:
            yield find("goals.no-baseline", place, goal=goal.id)
        if goal.kind in {"increase", "decrease", "at_least", "at_most"} and goal.target is None:
            yield find("goals.no-target", place, goal=goal.id)
        if goal.kind in {"increase", "decrease"} and goal.target is not None and goal.target == goal.baseline:
            yield find("goals.target-is-baseline", place, goal=goal.id)
        if goal.stated is not None and goal.target is not None and goal.baseline is not None:
            implied = goal.stated.target_of(goal.baseline)
            if implied != goal.target:
                yield find(
                    "goals.growth-contradicts",
                    place,
                    goal=goal.id,
                    implied=implied,
                    target=goal.target,
                    baseline=goal.stated.baseline_of(goal.target),
                )


def _words(book: GoalBook) -> Iterator[Finding]:
    for goal in _all(book):
        words = vague_words(goal.title, measured=isinstance(goal, KeyResult))
        if words:
            yield find("goals.vague", Place(key=goal.id), goal=goal.id, title=goal.title, words=words)
        unit = goal.unit
        if is_bare_percent(goal.title) or unit.strip() in {"%", "％"}:
            yield find("goals.bare-percent", Place(key=goal.id), goal=goal.id, title=goal.title or unit)


def _guardrails(book: GoalBook) -> Iterator[Finding]:
    guarded = {each.goal for each in book.guardrails}
    for each in book.objectives:
        mine = [result for result in book.key_results if result.objective == each.id]
        grows = any(result.kind == "increase" for result in mine)
        if grows and each.id not in guarded and not guarded & {result.id for result in mine}:
            yield find("goals.no-guardrail", Place(key=each.id), goal=each.id)


def _agreements(book: GoalBook) -> Iterator[Finding]:
    for goal in book.key_results:
        if goal.agreed_by is None:
            continue
        parent = book.goals.get(goal.objective)
        setter = parent.owner if parent is not None else ""
        lacking = [name for name in dict.fromkeys((goal.owner, setter)) if name and name not in goal.agreed_by]
        if lacking:
            yield find("goals.not-agreed", Place(key=goal.id), goal=goal.id, lacking=lacking)


def _measures(book: GoalBook) -> Iterator[Finding]:
    yield from tree_report(book.metrics, book.formulas)
    metrics = {metric.id: metric for metric in book.metrics}
    for goal in _all(book):
        metric = getattr(goal, "metric", None)
        if goal.pay == "score" or (goal.pay == "metric" and metric is None):
            yield find("goals.score-to-pay", Place(key=goal.id), goal=goal.id)
        if metric in metrics and goal.unit and goal.unit != metrics[metric].unit:
            right = metrics[metric].unit
            yield find("goals.goal-unit", Place(key=goal.id), goal=goal.id, left=goal.unit, right=right, metric=metric)


def _policies(book: GoalBook) -> Iterator[Finding]:
    if book.objectives and (book.score_policy is None or book.status_policy is None):
        lacking = [name for name in ("score_policy", "status_policy") if getattr(book, name) is None]
        yield find("goals.policy-missing", Place(key=lacking[0]), lacking=lacking)
    if book.status_policy is not None:
        yield from bands_report(book.status_policy.bands)


def _cascade(book: GoalBook, roster: Roster | None) -> Iterator[Finding]:
    plan = book.cascade
    if plan is None:
        return
    if "week" in plan.levels and plan.week_base is None:
        bases = [f"{name} ({text})" for name, text in WEEK_BASES.items()]
        yield find("goals.week-base", Place(key="cascade.week_base"), options=bases)
        return
    axes = [name for name, used in (("time", plan.levels), ("org", plan.team)) if used]
    choices = [("weights", plan.weights, WEIGHTS), ("rounding", plan.rounding, ROUNDERS)]
    open_ones = [
        find("goals.cascade-choice", Place(key=f"cascade.{key}.{axis}"), key=key, axis=axis, options=list(options))
        for key, given, options in choices
        for axis in axes
        if axis not in given
    ]
    yield from open_ones
    if open_ones or plan.week_base == "split_by_working_days" or (plan.team is not None and roster is None):
        return
    try:
        yield from cascade_plan(plan, roster=roster).report
    except NotFoundError as error:
        yield find("goals.unknown-node", Place(key="cascade"), node=error.key, axis=error.kind)
    except InvalidValueError as error:
        yield find("goals.cascade-error", Place(key="cascade"), problem=error.what)
    except CycleError as error:
        yield find("people.team-cycle", Place(key="cascade.team"), path=" → ".join(error.path))


def _owners(book: GoalBook, roster: Roster) -> Iterator[Finding]:
    for goal in _all(book):
        if goal.owner and not roster.knows(goal.owner):
            names = nearest(goal.owner, [person.id for person in roster.people]) or "-"
            yield find("goals.unknown-owner", Place(key=goal.id), goal=goal.id, owner=goal.owner, nearest=names)
