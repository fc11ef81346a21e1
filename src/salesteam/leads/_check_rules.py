"""Checks that reason about conditions: rules never reached, segments uncovered, territories that overlap or lack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

from salesteam.core import Finding, Place, find
from salesteam.leads._match import Test, compiled
from salesteam.leads._model_claim import Claim
from salesteam.leads._model_condition import Condition
from salesteam.leads._model_policy import Policy
from salesteam.leads._model_rule import Domain, Rule, Territory
from salesteam.leads._names import Names, Words
from salesteam.leads._segments import LIMIT, Grid, Stand, grid, opaque

__all__ = ["reach", "territories"]


def _reader(policy: Policy) -> Callable[[Any, str], Any]:
    tests = [(each.id, compiled(each.where, _plain)) for each in policy.territories]
    fields = sorted({test.field for each in policy.territories for test in each.where.tests()})
    known: dict[tuple[Any, ...], str | None] = {}

    def read(stand: Stand, field: str) -> Any:
        if field != "territory":
            return stand.get(field)
        spot = tuple(stand.get(each) for each in fields)
        if spot not in known:
            known[spot] = next((name for name, test in tests if test(stand) is True), None)
        return known[spot]

    return read


def _plain(stand: Stand, field: str) -> Any:
    return stand.get(field)


def _applies(rule: Rule, test: Test, stand: Stand) -> bool:
    """Whether a rule takes a lead or makes it wait."""
    found = test(stand)
    return found is True or (found is None and rule.on_missing in ("match", "hold"))


def _conditions(policy: Policy, rules: Sequence[Rule]) -> list[Condition]:
    """The conditions of rules, and what their territories are made of."""
    found = [rule.when for rule in rules if rule.when is not None]
    if any(test.field == "territory" for condition in found for test in condition.tests()):
        found += [territory.where for territory in policy.territories]
    return found


def _named(policy: Policy, claims: Sequence[Claim] = ()) -> list[Condition]:
    """Every condition of a policy and its claims, for the values that they name."""
    return [
        *(rule.when for rule in policy.rules if rule.when is not None),
        *(territory.where for territory in policy.territories),
        *(claim.scope for claim in claims),
    ]


def _too_wide(cells: Grid, place: Place, where: Words) -> Iterator[Finding]:
    yield find("leads.not-reasoned", place, where=where, count=cells.size)


def reach(policy: Policy) -> Iterator[Finding]:
    """Rules that no lead reaches, and segments that reach no rule."""
    read = _reader(policy)
    tests = [(rule, compiled(rule.when, read) if rule.when is not None else _always) for rule in policy.rules]
    for place, rule in enumerate(policy.rules):
        before = tests[:place]
        conditions = _conditions(policy, policy.rules[: place + 1])
        cells = grid(conditions, (), policy.domains)
        if cells.size > LIMIT:
            words = Words(f"rule {rule.id} with those before it", f"规则 {rule.id} 及其之前的规则")
            yield from _too_wide(cells, Place(key=f"policy.rules.{rule.id}"), words)
        elif not opaque(conditions):
            cause = _unreached(rule, tests[place][1], before, cells)
            if cause is not None:
                key = Place(key=f"policy.rules.{rule.id}")
                yield find("leads.rule-never-reached", key, rule=rule.id, cause=cause)
    cells = grid(_conditions(policy, policy.rules), _named(policy), policy.domains)
    if cells.size <= LIMIT:
        for segment in cells.segments(lambda stand: not any(_applies(rule, test, stand) for rule, test in tests)):
            yield find("leads.segment-uncovered", Place(key="policy.rules"), segment=segment)


def _always(_: Any) -> bool:
    return True


def _stops(rule: Rule, test: Test, stand: Stand) -> bool:
    """Whether a rule keeps a lead from all later rules whatever seats are free."""
    found = test(stand)
    if found is None and rule.on_missing == "hold":
        return True
    return _applies(rule, test, stand) and not (rule.seated and rule.on_empty == "next")


def _unreached(rule: Rule, test: Test, before: Sequence[tuple[Rule, Test]], cells: Grid) -> Words | None:
    blockers: set[str] = set()
    met = False
    for stand in cells.stands():
        if not _applies(rule, test, stand):
            continue
        met = True
        first = next((earlier.id for earlier, earlier_test in before if _stops(earlier, earlier_test, stand)), None)
        if first is None:
            return None
        blockers.add(first)
    if not met:
        return Words("its condition can never hold", "其条件永远不成立")
    names = Names(tuple(earlier.id for earlier, _ in before if earlier.id in blockers))
    return Words(f"taken before by {names.text()}", f"已被 {names.text('zh')} 先行处理")


def _both(one: Test, other: Test) -> Callable[[Stand], bool]:
    return lambda stand: one(stand) is True and other(stand) is True


class _Overlaps:
    """Grids over the fields of territories, and where on them each territory lies, each worked out once."""

    def __init__(self, named: Sequence[Condition], domains: Sequence[Domain]) -> None:
        self._named, self._domains = named, domains
        self._cells: dict[frozenset[str], Grid] = {}
        self._spots: dict[tuple[str, int], frozenset[int]] = {}

    def cells(self, first: Territory, second: Territory) -> Grid:
        """The grid over the fields of two territories."""
        fields = frozenset(test.field for each in (first, second) for test in each.where.tests())
        if fields not in self._cells:
            self._cells[fields] = grid((first.where, second.where), self._named, self._domains)
        return self._cells[fields]

    def spots(self, territory: Territory, test: Test, cells: Grid) -> frozenset[int]:
        """The named representatives of a grid that lie in a territory, by number."""
        key = territory.id, id(cells)
        if key not in self._spots:
            self._spots[key] = cells.where(lambda stand: test(stand) is True)
        return self._spots[key]


def territories(policy: Policy, claims: Sequence[Claim]) -> Iterator[Finding]:
    """Territories that overlap, and named segments that lie in none."""
    if not policy.territories:
        return
    tests = [(each, compiled(each.where, _plain)) for each in policy.territories]
    look = _Overlaps(_named(policy, claims), policy.domains)
    for (first, one), (second, other) in combinations(tests, 2):
        cells = look.cells(first, second)
        if cells.size > LIMIT:
            words = Words(f"territories {first.id} and {second.id}", f"区域 {first.id} 与 {second.id}")
            yield from _too_wide(cells, Place(key=f"policy.territories.{second.id}"), words)
        elif look.spots(first, one, cells) & look.spots(second, other, cells):
            (segment,) = cells.segments(_both(one, other), most=1)
            place = Place(key=f"policy.territories.{second.id}")
            yield find("leads.territory-overlap", place, first=first.id, second=second.id, segment=segment)
    cells = grid([each.where for each in policy.territories], _named(policy, claims), policy.domains)
    if cells.size > LIMIT:
        yield from _too_wide(cells, Place(key="policy.territories"), Words("the territories together", "全部区域"))
        return
    for segment in cells.segments(lambda stand: not any(test(stand) is True for _, test in tests)):
        yield find("leads.territory-hole", Place(key="policy.territories"), segment=segment)
