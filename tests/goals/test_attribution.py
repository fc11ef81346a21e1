"""Why a figure moved."""

from __future__ import annotations

from fractions import Fraction

import pytest
from goal_world import fact, funnel, metric

from salesteam.core import Period
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.goals import METHODS, Metric, Tree, attribute

JUNE, JULY = Period.parse("2026-06"), Period.parse("2026-07")


def tree_of(formulas, **units):
    """A tree of flows."""
    return Tree(metrics=[metric(name, unit=unit) for name, unit in units.items()], formulas=formulas)


def moved(tree, root="y", by=(), **values):
    """The attribution of a change, each leaf given before and after."""
    rows = [
        fact(name, day, value)
        for name, pair in values.items()
        for day, value in zip(("2026-06-01", "2026-07-01"), pair, strict=True)
    ]
    return attribute(tree, rows, before=JUNE, after=JULY, root=root, method="shapley", by=by)


def parts(found):
    """Leaf to contribution."""
    return {each.node: each.contribution for each in found.contributions}


def test_two_factors_share_the_middle():
    """From 10 x 5 to 12 x 4, deals bring +9 and value -11, together -2."""
    found = moved(tree_of({"y": "a * b"}, y="CNY", a="deal", b="CNY/deal"), a=(10, 12), b=(5, 4))
    assert {"a": 9, "b": -11} == parts(found)
    assert (-2, Fraction(10)) == (found.change, found.cancellation)


def test_three_factors():
    """Three factors share by sixths, as the orders of three do."""
    found = moved(tree_of({"y": "a * b * c"}, y="1", a="1", b="1", c="1"), a=(1, 2), b=(1, 3), c=(1, 4))
    assert {"a": Fraction(11, 2), "b": 8, "c": Fraction(19, 2)} == parts(found)


def test_a_ratio_is_a_product_with_one_over():
    """A rate that is the root is taken as numerator over denominator."""
    tree = Tree(metrics=[metric("win", kind="rate", unit="1")])
    rows = [fact("win", "2026-06-01", above=30, below=100), fact("win", "2026-07-01", above=30, below=150)]
    found = attribute(tree, rows, before=JUNE, after=JULY, root="win", method="shapley")
    assert {"win.numerator": 0, "win.denominator": Fraction(-1, 10)} == parts(found)
    assert ["-10 pp", "-10 个百分点"] == [found.shown(found.change, lang) for lang in ("en", "zh")]


def test_chained_rules_sum_over_all_ways():
    """A leaf that is reached in two ways gets both parts, and says so."""
    tree = tree_of({"y": "p + q", "p": "a * b", "q": "a * c"}, y="1", p="1", q="1", a="1", b="1", c="1")
    found = moved(tree, a=(1, 3), b=(2, 2), c=(5, 7))
    assert {"a": 16, "b": 0, "c": 4} == parts(found)
    assert {"a": "y > … > a", "b": "y > p > b", "c": "y > q > c"} == {
        each.node: each.path for each in found.contributions
    }


def test_an_inner_node_that_stays_hides_nothing():
    """Two leaves that cancel below an unchanged node still show their parts."""
    tree = tree_of({"y": "d * v", "d": "a + b"}, y="1", d="1", v="1", a="1", b="1")
    assert {"a": 20, "b": -20, "v": 0} == parts(moved(tree, a=(1, 3), b=(3, 1), v=(10, 10)))


def test_min_goes_through_coalitions():
    """What is no product is attributed over all orders."""
    tree = tree_of({"y": "min(a, b)"}, y="1", a="1", b="1")
    assert {"a": Fraction(1, 2), "b": Fraction(3, 2)} == parts(moved(tree, a=(2, 3), b=(1, 3)))


def test_too_many_factors_are_not_split():
    """A formula that is no product with more than ten moving names is left whole, with a finding."""
    names = [f"x{at}" for at in range(11)]
    tree = tree_of({"y": f"max({', '.join(names)})"}, y="1", **dict.fromkeys(names, "1"))
    found = moved(tree, **{name: (at, at + 5) for at, name in enumerate(names)})
    assert ({"y": 5}, ["goals.split-node"]) == (parts(found), [finding.code for finding in found.report])


def test_a_zero_on_the_way_leaves_the_node_whole():
    """A denominator that is zero half way is a finding on its node only; the rest is attributed."""
    tree = tree_of({"y": "r + c", "r": "a / (b + d)"}, y="1", r="1", a="1", b="1", c="1", d="1")
    found = moved(tree, a=(1, 1), b=(1, 2), c=(0, 4), d=(1, -1))
    assert {"r": Fraction(1, 2), "c": 4} == parts(found)
    assert ["goals.zero-on-the-way"] == [finding.code for finding in found.report]


def test_without_a_value_nothing_is_attributed():
    """A period without facts has no change to explain, and says so."""
    found = moved(tree_of({"y": "a * b"}, y="1", a="1", b="1"), a=(1, 2))
    assert (None, ()) == (found.change, found.contributions)
    assert {"goals.not-attributed"} == set(found.report.by_code)
    with pytest.raises(InvalidValueError):
        found.money("CNY")
    assert "<table" in found._repr_html_()


def test_a_running_period_is_said():
    """Comparing a running month with a whole one is a warning."""
    rows = [fact("y", "2026-06-01", 30, days=30), fact("y", "2026-07-01", 5, days=10)]
    found = attribute(tree_of({}, y="1"), rows, before=JUNE, after=JULY, root="y", method="shapley")
    assert ["goals.partial-period"] == [finding.code for finding in found.report]
    assert {"y": -25} == parts(found)


def test_what_does_not_add_up_is_not_split():
    """By person, a leaf that adds up is split and a rate is not."""
    rows = [
        row
        for month, leads in (("2026-06-01", (10, 20)), ("2026-07-01", (30, 10)))
        for row in (
            *(fact("leads", month, number, org=org) for org, number in zip(("li", "wu"), leads, strict=True)),
            fact("win_rate", month, above=1, below=2),
            fact("acv", month, above=100, below=1),
        )
    ]
    found = attribute(funnel(), rows, before=JUNE, after=JULY, root="revenue", method="shapley", by=("org",))
    assert {"leads li": 1000, "leads wu": -500, "win_rate": 0, "acv": 0} == {
        each.title: each.contribution for each in found.contributions
    }
    assert ["leads li", "leads wu"] == [each.title for each in found.top(5)]


def test_wrong_calls():
    """A missing method lists what there is; an unknown root or split is refused."""
    with pytest.raises(InvalidValueError, match="shapley: each factor's change"):
        attribute(funnel(), [], before=JUNE, after=JULY, root="revenue")
    assert ["shapley"] == list(METHODS)
    with pytest.raises(NotFoundError, match="did you mean 'revenue'"):
        attribute(funnel(), [], before=JUNE, after=JULY, root="revenu", method="shapley")
    for by in ("org", ("time",), ("org", "product")):
        with pytest.raises(InvalidValueError, match="split"):
            attribute(funnel(), [], before=JUNE, after=JULY, root="revenue", method="shapley", by=by)


def test_a_bridge_shows_and_explains_itself():
    """Bridge, frame, money and explanation tell the same figures in both languages."""
    tree = Tree(
        metrics=[
            Metric(id="y", kind="flow", unit="CNY", better="up"),
            metric("a", unit="deal"),
            metric("b", unit="CNY/deal"),
        ],
        formulas={"y": "a * b"},
    )
    found = moved(tree, a=(10, 12), b=(5, 4))
    assert ["50 CNY", "-11 CNY", "+9 CNY", "48 CNY"] == [row[1].text for row in found.bridge().rows]
    assert ["b", "a"] == [row[0] for row in found.bridge().rows[1:3]]
    assert ["bad", "good"] == [row[1].tone for row in found.bridge().rows[1:3]]
    assert "相互抵消" in found.bridge("zh").note
    before, pieces, after = found.money("CNY")
    assert (5000, [900, -1100], 4800) == (before.minor, [piece.minor for piece in pieces], after.minor)
    assert [9, -11] == [row["contribution"] for row in found.to_frame(like=[])]
    assert "4.5 × (12 - 10)" in str(found.explain("a"))
    assert "平均斜率" in str(found.explain("a", "zh"))
    with pytest.raises(NotFoundError):
        found.explain("c")


def test_what_is_good_when_it_falls():
    """For a metric that is better low, a part that lowers it is good."""
    tree = Tree(metrics=[Metric(id="y", kind="flow", unit="1", better="down")])
    assert ["good"] == [row[1].tone for row in moved(tree, y=(5, 3)).bridge().rows[1:2]]


def test_an_unchanged_denominator_whose_parts_moved():
    """Below an unchanged denominator the parts cancel, each with the slope of one over it."""
    tree = tree_of({"y": "a / d", "d": "p + q"}, y="1", a="1", d="1", p="1", q="1")
    found = moved(tree, a=(8, 8), p=(1, 3), q=(3, 1))
    assert {"a": 0, "p": -1, "q": 1} == parts(found)


def test_a_tie_shares_the_slope():
    """Where two arguments of min tie, each has half the slope."""
    tree = tree_of({"y": "min(a, d)", "d": "p + q"}, y="1", a="1", d="1", p="1", q="1")
    assert {"a": 0, "p": 1, "q": -1} == parts(moved(tree, a=(4, 4), p=(1, 3), q=(3, 1)))
