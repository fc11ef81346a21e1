"""Laws that hold for all goals, trees and cascades."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from fractions import Fraction
from math import ceil, floor

import attrs
from goal_world import BY_ID, book, fact, funnel, metric, result, score_policy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from salesteam.core import Period
from salesteam.errors import InvalidValueError, SalesteamError
from salesteam.goals import (
    Cap,
    CheckIn,
    Cumulative,
    Floor,
    GoalBook,
    KeyResult,
    Link,
    Lock,
    Objective,
    Tree,
    attribute,
    by_parts,
    by_time,
    cascade,
    check,
    custom,
    equal,
    evaluate,
    read,
    score,
)
from salesteam.goals._formula import ZeroDenominator, names_in, value_of
from salesteam.goals._parse import parse
from salesteam.goals._shapley import by_coalitions, by_products, products, slopes
from salesteam.goals._two_way import table

FEW = settings(max_examples=60, deadline=None)
AS_OF = date(2026, 9, 30)
numbers = st.fractions(min_value=-50, max_value=50, max_denominator=12)
positive = st.fractions(min_value=Fraction(1, 10), max_value=50, max_denominator=12)


def raw(kind, baseline, target, value):
    """The raw score of one key result."""
    goal = result(kind=kind, baseline=baseline, target=target)
    return score(book(goal), [CheckIn(goal="kr", on=AS_OF, value=value)], as_of=AS_OF).of("kr").raw


@FEW
@given(numbers, positive, numbers, positive)
def test_score_does_not_know_units(baseline, way, value, scale):
    """A score stays the same when all its figures change their unit."""
    before = raw("increase", baseline, baseline + way, value)
    assert before == raw("increase", baseline * scale, (baseline + way) * scale, value * scale)


@FEW
@given(numbers, positive, numbers, positive)
def test_score_grows_toward_the_target(baseline, way, value, step):
    """A value nearer the target never scores less, and a decrease mirrors an increase."""
    assert raw("increase", baseline, baseline + way, value) < raw("increase", baseline, baseline + way, value + step)
    assert raw("increase", baseline, baseline + way, value) == raw("decrease", -baseline, -baseline - way, -value)


@FEW
@given(st.lists(st.tuples(st.integers(1, 28), st.integers(1, 28), numbers), min_size=1, max_size=6), st.integers(1, 28))
def test_replay_ignores_later_records(reports, day):
    """Looking from a day, what was true or written down later changes nothing."""
    checkins = [
        CheckIn(goal="kr", on=date(2026, 9, on), value=value, recorded_at=datetime(2026, 9, at, 12, tzinfo=UTC))
        for on, at, value in reports
    ]
    as_of = date(2026, 9, day)
    known = [each for each in checkins if each.known(as_of)]
    assert score(book(result()), checkins, as_of=as_of).of("kr") == score(book(result()), known, as_of=as_of).of("kr")


@FEW
@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=5), st.integers(0, 100), st.sampled_from(["equal", "declared"])
)
def test_equal_scores_roll_up_to_themselves(weights, value, weighting):
    """Members with one score make a parent with that score, whatever they weigh."""
    assume(any(weights))
    goals = [result(f"k{at}", weight=weight) for at, weight in enumerate(weights)]
    checkins = [CheckIn(goal=goal.id, on=AS_OF, value=value) for goal in goals]
    found = score(book(*goals, score_policy=score_policy(weights=weighting)), checkins, as_of=AS_OF)
    assert Fraction(value, 100) == found.of("o").score


@FEW
@given(st.lists(st.integers(-20, 130), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_order_of_members_does_not_matter(values, random):
    """A parent has the same score and status whatever the order of its members."""
    goals = [result(f"k{at}") for at in range(len(values))]
    checkins = [CheckIn(goal=goal.id, on=AS_OF, value=value) for goal, value in zip(goals, values, strict=True)]
    shuffled = random.sample(goals, len(goals))
    first, second = (score(book(*each), checkins, as_of=AS_OF).of("o") for each in (goals, shuffled))
    assert (first.score, first.status, first.rollup.value) == (second.score, second.status, second.rollup.value)


@FEW
@given(st.lists(st.integers(0, 100), min_size=2, max_size=5))
def test_worst_wins_never_improves_a_parent(values):
    """Under worst-wins a parent is as bad as its worst member."""
    rank = ["done", "on_track", "at_risk", "off_track", "missed"]
    goals = [result(f"k{at}") for at in range(len(values))]
    checkins = [CheckIn(goal=goal.id, on=AS_OF, value=value) for goal, value in zip(goals, values, strict=True)]
    found = score(book(*goals), checkins, as_of=AS_OF)
    assert max((found.of(goal.id).status for goal in goals), key=rank.index) == found.of("o").status


facts_of_leaves = st.lists(
    st.tuples(
        st.sampled_from(["x", "y", "z"]), st.integers(1, 12), st.integers(1, 28), st.integers(0, 40), st.integers(1, 9)
    ),
    min_size=1,
    max_size=25,
)


@FEW
@given(facts_of_leaves)
def test_a_figure_is_the_frames_at_every_grain(rows):
    """Leaves at every grain are the plain sums of their rows, and rates the sums above over the sums below."""
    facts = [fact("leads", f"2026-{month:02}-{day:02}", n, org=org) for org, month, day, n, _ in rows]
    facts += [
        fact("win_rate", f"2026-{month:02}-{day:02}", above=n, below=below, org=org)
        for org, month, day, n, below in rows
    ]
    for by in ((), ("month",), ("quarter", "org"), ("org",), ("day", "org")):
        found = evaluate(funnel(), facts, by=by)
        for each in found.values:
            mine = [
                (n, below)
                for org, month, day, n, below in rows
                if each.org in {None, org} and each.period.contains(date(2026, month, day))
            ]
            if each.metric == "leads":
                assert (sum(n for n, _ in mine) if mine else None) == each.value
            if each.metric == "win_rate":
                expected = Fraction(sum(n for n, _ in mine), sum(below for _, below in mine)) if mine else None
                assert expected == each.value


def formulas(names):
    """Random formulas over some names."""
    leaves = st.one_of(st.sampled_from(names), st.integers(1, 9).map(str))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(lambda each: f"({' '.join(each)})"),
            st.tuples(st.sampled_from(["min", "max", "sum"]), inner, inner).map(
                lambda each: f"{each[0]}({each[1]}, {each[2]})"
            ),
            st.tuples(inner, inner, inner).map(lambda each: f"clip({each[0]}, {each[1]}, {each[2]})"),
        ),
        max_leaves=7,
    )


points = st.fixed_dictionaries(dict.fromkeys("abcd", positive))


@FEW
@given(formulas(list("abcd")), points, points)
def test_slopes_times_changes_sum_to_the_change(text, before, after):
    """For any formula, slope times change summed over its names is the change exactly."""
    node = parse(text)
    assume(list(names_in(node)))
    try:
        found = slopes(node, before, after)
        change = value_of(node, after) - value_of(node, before)
    except ZeroDenominator:
        assume(False)
    assert change == sum(slope * (after[name] - before[name]) for name, slope in found.items())


@FEW
@given(formulas(list("abcd")), points, points)
def test_fast_shapley_is_that_of_all_coalitions(text, before, after):
    """Where a formula is a sum of products, the closed form gives the slopes of all coalitions, at zero change too."""
    node = parse(text)
    terms = products(node)
    assume(terms is not None and list(names_in(node)))
    after = {**after, "a": before["a"]}
    try:
        slow = by_coalitions(node, before, after)
    except ZeroDenominator:
        assume(False)
    fast = by_products(terms, before, after)
    assert slow == {name: fast.get(name, 0) for name in slow}


@FEW
@given(formulas(list("abc")), points, points)
def test_shapley_is_the_mean_over_all_orders(text, before, after):
    """The slope times the change is the mean of the marginal changes over all orders of the names."""
    node = parse(text)
    names = sorted({name.id for name in names_in(node)})
    assume(names and all(before[name] != after[name] for name in names))
    gains = dict.fromkeys(names, Fraction(0))
    orders = list(itertools.permutations(names))
    try:
        for each in orders:
            point = dict(before)
            for name in each:
                old = value_of(node, point)
                point[name] = after[name]
                gains[name] += (value_of(node, point) - old) / len(orders)
        found = slopes(node, before, after)
    except ZeroDenominator:
        assume(False)
    assert gains == {name: found[name] * (after[name] - before[name]) for name in names}


MONTHS = (Period.parse("2026-06"), Period.parse("2026-07"))


def funnel_facts(june, july):
    """Leads, win rate and contract value of two months."""
    return [
        row
        for month, (leads, wins, money) in (("2026-06-01", june), ("2026-07-01", july))
        for row in (
            fact("leads", month, leads),
            fact("win_rate", month, above=wins, below=40),
            fact("acv", month, above=money, below=7),
        )
    ]


months = st.tuples(st.integers(0, 60), st.integers(0, 40), st.integers(0, 900))


@FEW
@given(months, months)
def test_contributions_sum_and_turn_around(june, july):
    """Contributions sum to the change exactly, turn their sign with time, and are zero for a leaf that stayed."""
    rows = funnel_facts(june, july)
    there, back = (
        attribute(funnel(), rows, before=before, after=after, root="revenue", method="shapley")
        for before, after in (MONTHS, reversed(MONTHS))
    )
    assert there.change == sum(each.contribution for each in there.contributions)
    assert [-each.contribution for each in back.contributions] == [each.contribution for each in there.contributions]
    assert all(each.contribution == 0 for each in there.contributions if each.before == each.after)


@FEW
@given(months, months)
def test_money_bridges_foot(june, july):
    """In whole fen, before and all parts make after."""
    found = attribute(
        funnel(), funnel_facts(june, july), before=MONTHS[0], after=MONTHS[1], root="revenue", method="shapley"
    )
    before, parts, after = found.money("CNY")
    assert after.minor == before.minor + sum(part.minor for part in parts)
    for part, each in zip(parts, found.contributions, strict=True):
        assert abs(part.minor - each.contribution * 100) < 2


@FEW
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=8))
def test_segments_split_a_contribution_exactly(rows):
    """Split by person, the parts of a leaf sum to its part of the whole."""
    facts = [fact("leads", f"2026-0{6 + at}-01", row[1 + at], org=row[0]) for row in rows for at in (0, 1)]
    facts += [fact("win_rate", f"2026-0{month}-01", above=month, below=20) for month in (6, 7)]
    facts += [fact("acv", f"2026-0{month}-01", above=month * 100, below=20) for month in (6, 7)]
    whole, split = (
        attribute(funnel(), facts, before=MONTHS[0], after=MONTHS[1], root="revenue", method="shapley", by=by)
        for by in ((), ("org",))
    )
    for leaf in whole.contributions:
        assert leaf.contribution == sum(each.contribution for each in split.contributions if each.node == leaf.node)


@st.composite
def trees(draw):
    """Random trees of up to 12 nodes with random weights."""
    parents = [draw(st.integers(0, at)) for at in range(draw(st.integers(1, 11)))]
    parts = {}
    for at, parent in enumerate(parents):
        parts.setdefault(f"n{parent}", []).append(f"n{at + 1}")
    weights = {f"n{at + 1}": draw(st.integers(0, 9)) for at in range(len(parents))}
    return by_parts("org", "n0", parts), weights


roundings = st.sampled_from([BY_ID, Cumulative(mode="half_up"), Cumulative(mode="half_even"), Cumulative(mode="up")])


@st.composite
def orders(draw):
    """The arguments of a random cascade with rules, whether it can be carried out or not."""
    axis, weights = draw(trees())
    makers = st.sampled_from([Lock, Floor, Cap])
    nodes = draw(st.lists(st.sampled_from([node.id for node in axis.nodes]), unique=True, max_size=4))
    return {
        "total": draw(st.integers(0, 100)),
        "unit": "u",
        "axes": [axis],
        "weights": draw(st.sampled_from([custom(weights), equal(among="siblings"), equal(among="leaves")])),
        "rounding": draw(roundings),
        "rules": [draw(makers)(node, draw(st.integers(0, 60))) for node in nodes],
    }


@settings(max_examples=150, deadline=None)
@given(orders())
def test_cascades_sum_and_keep_their_bounds(order):
    """Children sum to their parent, rules hold, and each node is the floor or ceiling of its share of its parent."""
    found = cascade(**order)
    if not found.ok:
        assert found.report.errors
        return
    (axis,), (margin,) = found.axes, found.margins
    for parent, family in axis.children.items():
        if family:
            assert found.at(parent) == sum(found.at(child) for child in family)
    for node in axis.nodes:
        assert found.at(node.id) in {floor(margin.shares[node.id]), ceil(margin.shares[node.id])}
    for rule in found.rules:
        assert rule.low <= found.at(rule.node)
        assert rule.high is None or found.at(rule.node) <= rule.high


@settings(max_examples=150, deadline=None)
@given(orders())
def test_a_relaxation_is_enough_and_the_least(order):
    """Each relaxation of a certificate makes the cascade possible, and one unit less would not."""
    proof = cascade(**order).certificate
    assume(proof is not None)
    assert proof.total is None or cascade(**{**order, "total": proof.total}).certificate is None
    for relaxed in proof.relaxations:
        others = [rule for rule in order["rules"] if rule.node != relaxed.node]
        (original,) = set(order["rules"]) - set(others)
        step = 1 if relaxed.value < original.value else -1
        less = attrs.evolve(relaxed, value=relaxed.value + step)
        assert cascade(**{**order, "rules": [*others, relaxed]}).certificate is None
        assert cascade(**{**order, "rules": [*others, less]}).certificate is not None


@FEW
@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.integers(0, 100), roundings)
def test_slack_rules_change_nothing(weights, total, rounding):
    """A floor below and a cap above the share that a node gets anyway change no figure."""
    axis = by_parts("org", "all", {"all": [f"n{at}" for at in range(len(weights))]})
    order = {
        "total": total,
        "unit": "u",
        "axes": [axis],
        "weights": custom({f"n{at}": weight for at, weight in enumerate(weights)}),
        "rounding": rounding,
    }
    plain = cascade(**order)
    assume(plain.ok)
    shares = plain.margins[0].shares
    rules = [Floor(leaf, floor(shares[leaf])) for leaf in axis.leaves] + [
        Cap(leaf, ceil(shares[leaf])) for leaf in axis.leaves
    ]
    assert plain.cells == cascade(**order, rules=rules).cells


@FEW
@given(st.integers(-3000, 3000), trees(), st.sampled_from(["2026", "2026-Q1"]), roundings)
def test_two_axes_keep_both_splits(total, tree, period, rounding):
    """With time and people, both axes have their own split, and each cell is the floor or ceiling of its share."""
    people, weights = tree
    time = by_time(Period.parse(period), "month", "week", week_base="split_by_days")
    found = cascade(
        total,
        unit="u",
        axes=[time, people],
        weights={"time": equal(among="siblings"), "org": custom(weights)},
        rounding=rounding,
    )
    assume(found.ok)
    for axis, margin in zip(found.axes, found.margins, strict=True):
        for node in axis.nodes:
            assert margin.parts[node.id] == found.at(node.id)
    for (when, who), units in found.cells.items():
        share = Fraction(abs(found.at(when)) * abs(found.at(who)), abs(total) or 1)
        assert abs(units) in {floor(share), ceil(share)}


@FEW
@given(st.integers(1, 10_000), trees(), roundings)
def test_a_negative_total_mirrors_its_positive(total, tree, rounding):
    """A return is split as its sale was, with the sign turned."""
    axis, weights = tree
    there, back = (
        cascade(each, unit="u", axes=[axis], weights=custom(weights), rounding=rounding) for each in (total, -total)
    )
    assert {key: -units for key, units in there.cells.items()} == dict(back.cells)


@FEW
@given(st.text(alphabet="ab1.,%()+-*/ =_分ratiosumclp\n\"'\\", max_size=60))
def test_the_parser_reads_or_says_why(text):
    """Any text is a formula or an error with a column; nothing else happens."""
    try:
        parse(text)
    except InvalidValueError as error:
        assert "column" in error.where  # noqa: PT017  # most texts are no formula, a few are


ids = st.sampled_from(["a", "b", "c", "o"])


@FEW
@given(
    st.lists(
        st.builds(Link, child=st.just("x"), parent=ids, kind=st.sampled_from(["contributes", "supports"])), max_size=3
    ),
    st.lists(
        st.builds(
            KeyResult,
            id=ids,
            objective=ids,
            title=st.sampled_from(["提升15%", "努力", ""]),
            kind=st.sampled_from(["increase", "at_most"]),
            baseline=st.none() | st.just(5),
            target=st.none() | st.just(5),
            metric=st.none() | ids,
            agreed_by=st.none() | st.just(()),
        ),
        max_size=4,
    ),
    st.lists(
        st.builds(
            Objective,
            id=ids,
            title=st.just("增加销售额"),
            cycle=ids,
            level=st.sampled_from(["company", "team"]),
            owner=ids,
            commitment=st.just("committed"),
        ),
        max_size=3,
    ),
    st.dictionaries(ids, st.sampled_from(["a + b", "a *", "a", "clip(b, 1)", "c / c"]), max_size=3),
)
def test_check_never_raises(links, results, objectives, texts):
    """Whatever a book says, checking it gives a report that reads in both languages."""
    report = check(
        GoalBook(
            links=tuple(links),
            key_results=tuple(results),
            objectives=tuple(objectives),
            metrics=(metric("a"), metric("b", unit="deal"), metric("c", kind="rate", unit="1")),
            formulas=texts,
        )
    )
    assert all(finding.text("en") and finding.text("zh") for finding in report)


@FEW
@given(st.text(alphabet="abcdeghiklmnoprstuvy_:-{}[] \n'\"0123456789%", max_size=200))
def test_reading_a_book_never_raises(text):
    """Any text is a book or a report."""
    found = read(text)
    assert found.value is not None or found.report.errors


@FEW
@given(formulas(list("abcd")))
def test_a_formula_with_clashing_units_is_refused_when_built(text):
    """A tree is either built with units that go together, or refused with an error of the library."""
    metrics = [
        metric("root"),
        *(metric(name, unit=unit) for name, unit in zip("abcd", ("CNY", "deal", "CNY/deal", "1"), strict=True)),
    ]
    try:
        tree = Tree(metrics=metrics, formulas={"root": text})
    except SalesteamError:
        return
    assert "root" in tree.roots


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=7), st.lists(st.integers(0, 30), min_size=1, max_size=7))
def test_two_way_tables_meet_both_margins(rows, columns):
    """Any two margins with one sum have a table of floors and ceilings."""
    columns = [*columns, max(0, sum(rows) - sum(columns))]
    rows = [*rows, sum(columns) - sum(rows)]
    filled = table(rows, columns)
    assert rows == [sum(line) for line in filled]
    assert columns == [sum(line) for line in zip(*filled, strict=True)]
    for row, line in zip(rows, filled, strict=True):
        for column, cell in zip(columns, line, strict=True):
            share = Fraction(row * column, sum(rows) or 1)
            assert cell in {floor(share), ceil(share)}
