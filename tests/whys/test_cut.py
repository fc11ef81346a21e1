"""Causing sets, blocking sets, and the best plan."""

from datetime import date

import pytest
from attrs import evolve

from salesteam import whys
from salesteam.core import Money
from salesteam.errors import CycleError, InvalidValueError, NotFoundError


def measure(name, removes, cost=None, *, kind="blocking_gate", reduces=(), **more):
    price = None if cost is None else Money.of(cost, "CNY")
    return whys.Countermeasure(
        id=name, statement=f"do {name}", kind=kind, removes=tuple(removes.split()), reduces=reduces, cost=price, **more
    )


@pytest.fixture
def run(house):
    def run(tree, **more):
        return whys.cut(tree, **{"profile": house, "believe": "all", "count": "removing", "objective": "cost", **more})

    return run


def sets(family):
    return sorted("".join(sorted(one)) for one in family)


ARROWS = ("e <- p/1", "e <- q/2", "p <- a/1", "p <- b/1", "q <- b/1", "q <- c/1")


def test_a_pure_and_tree_has_one_causing_set(run, tree_of):
    """And each of its leaves blocks alone."""
    plan = run(tree_of("e <- a/g", "e <- b/g", "e <- c/g")).plan
    assert (["abc"], ["a", "b", "c"]) == (sets(plan.causing), sets(plan.blocking))


def test_a_pure_or_tree_is_blocked_by_all_leaves_only(run, tree_of):
    """Each leaf causes alone."""
    plan = run(tree_of("e <- a/1", "e <- b/2", "e <- c/3")).plan
    assert (["a", "b", "c"], ["abc"]) == (sets(plan.causing), sets(plan.blocking))


def test_a_shared_cause_counts_once(run, tree_of):
    """Cause b stands in both ways, so that removing it alone is enough."""
    plan = run(tree_of(*ARROWS)).plan
    assert (["ab", "bc"], ["ac", "b"]) == (sets(plan.causing), sets(plan.blocking))


def test_the_cheapest_plan_wins_and_the_next_best_is_priced(run, tree_of):
    """One measure on b for 900 beats two for 500 each; the difference is the money between."""
    measures = (measure("ma", "a", 500), measure("mb", "b", 900), measure("mc", "c", 500))
    plan = run(tree_of(*ARROWS, measures=measures)).plan
    assert (("mb",), Money.of(900, "CNY")) == (plan.measures, plan.value)
    assert (("ma", "mc"), Money.of(100, "CNY")) == (plan.next_measures, plan.difference)


def test_by_number_the_same_tree_has_another_price(run, tree_of):
    """With b dear, money says two measures and number says one."""
    tree = tree_of(*ARROWS, measures=(measure("ma", "a", 500), measure("mb", "b", 1100), measure("mc", "c", 500)))
    assert (("ma", "mc"), ("mb",)) == (run(tree).plan.measures, run(tree, objective="number").plan.measures)


@pytest.mark.parametrize("target", ["p->e q->e", "p q", "b->p c", "e"])
def test_links_and_inner_causes_can_be_removed_too(run, tree_of, target):
    """Not only leaves."""
    assert ("m",) == run(tree_of(*ARROWS, measures=(measure("m", target, 1),))).plan.measures


def test_nothing_blocks_and_the_open_sets_are_named(run, tree_of):
    """Attacking a alone leaves the other way open."""
    cut = run(tree_of(*ARROWS, measures=(measure("ma", "a", 500),)))
    assert (None, ["bc"]) == (cut.plan.measures, sets(cut.plan.open_sets))
    assert "fact b was so + fact c was so" in cut.report.by_code["whys.nothing-blocks"][0].what()


def test_a_reducing_measure_counts_only_when_asked(run, tree_of):
    """The reminder makes it rarer; whether that blocks is the caller's choice."""
    tree = tree_of("e <- a", measures=(measure("m", "", 1, kind="reminder", reduces=("a",)),))
    assert (None, ("m",)) == (run(tree).plan.measures, run(tree, count="reducing").plan.measures)


def test_removing_a_cause_nobody_believes_earns_nothing(run, tree_of, shown):
    """Causes a and b together: with the link of b unsupported, only a is believed, and removing b does not help."""
    tree = tree_of(
        "e <- a/g", "e <- b/g", evidence=shown("a->e"), measures=(measure("ma", "a", 900), measure("mb", "b", 1))
    )
    both = run(tree, believe="both")
    assert (("mb",), ("ma",), ("ma",)) == tuple(both.find(one).measures for one in ("all", "supported", "both"))
    assert ("both", ["a"]) == (both.plan.believe, sets(both.find("supported").causing))


def test_an_effect_without_believed_causes_is_an_open_leaf(run, tree_of, shown):
    """Measures below it do not block it; one on it does."""
    tree = tree_of("e <- p", "p <- a", evidence=shown("p->e"), measures=(measure("ma", "a", 1),))
    cut = run(tree, believe="supported")
    assert (["p"], None) == (sets(cut.plan.causing), cut.plan.measures)
    assert ("mp",) == run(evolve(tree, measures=(measure("mp", "p", 5),)), believe="supported").plan.measures


def test_a_refuted_link_is_never_believed(run, tree_of):
    """Not even when all are."""
    against = whys.Evidence(about="b->e", against=True, kind="test", grade="A")
    assert ["a"] == sets(run(tree_of("e <- a/1", "e <- b/2", evidence=(against,))).plan.causing)


def test_undeclared_causes_must_be_read_one_way(run, tree_of):
    """Without assume= it refuses and lists the ways; both shows them side by side."""
    tree = tree_of("e <- a", "e <- b", measures=(measure("ma", "a", 1), measure("mb", "b", 1)))
    with pytest.raises(InvalidValueError, match="any: each undeclared cause alone"):
        run(tree)
    cut = run(tree, assume="both")
    assert (("ma", "mb"), ("ma",)) == (cut.find("all", "any").measures, cut.find("all", "all").measures)
    assert ("ma", "mb") == run(tree, assume="any").plan.measures


@pytest.mark.parametrize("choice", ["believe", "count", "objective"])
def test_every_choice_is_the_callers(run, tree_of, choice):
    """The error lists the options."""
    with pytest.raises(InvalidValueError, match=choice):
        run(tree_of("e <- a"), **{choice: None})


def test_ties_go_to_stronger_then_earlier_then_id(run, tree_of):
    """At the same price."""
    early, late = date(2026, 1, 1), date(2026, 2, 1)
    weak = measure("a", "a", 5, kind="memo")
    strong_late, strong_early = measure("b", "a", 5, due=late), measure("c", "a", 5, due=early)
    twin = measure("d", "a", 5, due=early)

    def best(*measures):
        return run(tree_of("e <- a", measures=measures)).plan.measures

    assert (("b",), ("c",), ("c",)) == (
        best(weak, strong_late),
        best(strong_late, strong_early),
        best(twin, strong_early),
    )


def test_a_measure_without_cost_is_left_out_and_named(run, tree_of):
    """Also one in another currency."""
    dollars = evolve(measure("md", "a"), cost=Money.of(1, "USD"))
    cut = run(tree_of("e <- a", measures=(measure("m0", "a"), measure("m1", "a", 7), measure("m2", "a", 8), dollars)))
    assert ("m1",) == cut.plan.measures
    assert ["m0", "md"] == [finding.place.key for finding in cut.report.by_code["whys.cost-missing"]]


def test_a_measure_in_no_minimal_plan_is_idle(run, tree_of):
    """It is named, so that somebody can ask why to pay for it."""
    cut = run(tree_of("e <- a", measures=(measure("m", "a", 1), measure("z", "elsewhere", 1))))
    assert ["z"] == [finding.place.key for finding in cut.report.by_code["whys.idle-measure"]]


def test_dropped_measures_do_not_count(run, tree_of):
    """Nor failed ones."""
    tree = tree_of("e <- a", measures=(measure("m", "a", 1, status="failed"),))
    assert not run(tree).plan.holds


def test_beyond_the_limit_the_plan_is_greedy_and_says_so(run, tree_of):
    """It still blocks, and every measure in it is needed."""
    arrows = [f"e <- {name}/{name}" for name in "abcdfghi"]
    measures = tuple(measure(f"m{name}", name, 1) for name in "abcdfghi")
    tree = tree_of(*arrows, measures=(*measures, measure("all", "a b c d f g h i", 100)))
    cut = run(tree, limit=2)
    assert (tuple(f"m{name}" for name in "abcdfghi"), False) == (cut.plan.measures, cut.plan.proven)
    assert "whys.not-proven" in cut.report.by_code
    assert "greedy, not proven" in cut.explain().text()
    assert None is run(evolve(tree, measures=measures[1:]), limit=2).plan.measures


def test_a_circle_is_refused_with_its_path(run, tree_of):
    """Cutting a circle means nothing."""
    with pytest.raises(CycleError) as caught:
        run(tree_of("e <- a", "a <- b", "b <- a"))
    assert ("a", "b", "a") == caught.value.path


def test_the_explanation_tells_what_only_one_measure_blocks(run, tree_of):
    """And what the next best plan costs more, in both languages."""
    measures = (measure("ma", "a", 500), measure("mb", "b", 900), measure("mc", "c", 300))
    cut = run(tree_of(*ARROWS, measures=measures))
    text = cut.explain().text()
    assert "do ma (stronger): alone blocks = fact a was so and fact b was so" in text
    assert "next best: mb: costs more = CNY 100.00" in text
    assert "精确" in cut.explain("all", "zh").text()
    assert "独自阻断" in cut.explain("all", "zh").text()
    assert ["ma, mc"] == list(cut.to_frame()["measures"])
    assert [80000] == list(cut.to_frame()["cost_minor"])
    assert "ma, mc" in cut._repr_html_()
    with pytest.raises(NotFoundError):
        cut.find("supported")


def test_a_gate_and_a_reminder_are_compared(run, tree_of):
    """S001-42: the reminder is cheap and only reduces; both plans and the money between are told."""
    gate = measure("gate", "a", 8000)
    reminder = measure("reminder", "", 2000, kind="reminder", reduces=("a",))
    tree = tree_of("e <- a", measures=(gate, reminder))
    assert ("gate",) == run(tree).plan.measures
    plan = run(tree, count="reducing").plan
    assert (("reminder",), ("gate",), Money.of(6000, "CNY")) == (plan.measures, plan.next_measures, plan.difference)
