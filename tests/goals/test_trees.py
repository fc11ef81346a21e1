"""KPI trees: formulas, units, evaluation and its statuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import attrs
import pytest
from goal_world import fact, funnel, metric

from salesteam.core import FiscalYear, Period
from salesteam.errors import CycleError, InvalidValueError, NotFoundError
from salesteam.goals import Fact, Metric, Tree, evaluate, metric_tree, unit_of
from salesteam.goals._formula import value_of
from salesteam.goals._parse import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("8 / 2 / 2", 2),
        ("1 - 2 - 3", -4),
        ("-a * 2", -6),
        ("2 * -a", -6),
        ("15% + 1_000 + .5", "1000.65"),
        ("2/3", "2/3"),
        ("sum(a, 1, 2) - min(a, 1) + max(a, 4)", 9),
        ("clip(a, 0, 2) + clip(a, 4, 9) + clip(a, 0, 9)", 9),
        ("ratio(a, 2, on_zero=missing) + share(a, 6)", 2),
    ],
)
def test_formulas(text, value):
    """Formulas follow the rules of arithmetic, exactly."""
    assert Fraction(value) == value_of(parse(text), {"a": Fraction(3)})


@pytest.mark.parametrize(
    ("text", "column", "what"),
    [
        ("", 1, "ends too early"),
        ("a +", 4, "ends too early"),
        ("a b", 3, "unexpected 'b'"),
        ("a ** b", 4, "unexpected"),
        ("a + $", 5, "no meaning"),
        ("(a", 3, "ends too early"),
        ("average(a)", 1, "no function 'average'"),
        ("raito(a, b)", 1, "did you mean ratio"),
        ("clip(a, b)", 1, "2 arguments"),
        ("ratio(a, b)", 1, "zero denominator"),
        ("ratio(a, b, on_zero=zero)", 21, "missing or refuse"),
        ("ratio(a, b, on_zero missing)", 21, "expected ="),
        ("__import__('os')", 12, "no meaning"),
        ("(" * 60 + "a" + ")" * 60, 41, "nested too deep"),
        ("a" * 3000, 2000, "3000 characters"),
    ],
)
def test_what_is_no_formula(text, column, what):
    """What is no formula is refused with its column and what to write."""
    with pytest.raises(InvalidValueError, match=f"column {column}") as error:
        parse(text)
    assert what in str(error.value)


@pytest.mark.parametrize(
    ("left", "right"), [("CNY/deal", "CNY*deal^-1"), ("deal*CNY/deal", "CNY"), ("1", "deal/deal"), ("m*m", "m^2")]
)
def test_equal_units(left, right):
    """Units are equal if they mean the same."""
    assert unit_of(left) == unit_of(right)


@pytest.mark.parametrize("text", ["", "%", "a b", "*a", "a//b", "a^", "2"])
def test_what_is_no_unit(text):
    """A bare percent, gaps and stray signs are no units."""
    with pytest.raises(InvalidValueError):
        unit_of(text)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("deals + acv", "column 9: deal against CNY/deal"),
        ("deals", "CNY against deal"),
        ("revenue2 + 1", "column 12: CNY against 1"),
        ("min(deals, leads) * acv", "deal against lead"),
        ("deals * leads", "CNY against deal*lead"),
        ("share(deals, leads) * revenue2", "deal against lead"),
    ],
)
def test_units_must_go_together(formula, words):
    """Adding deals to money, or calling deals money, is refused when the tree is built."""
    units = {"revenue": "CNY", "revenue2": "CNY", "deals": "deal", "leads": "lead", "acv": "CNY/deal"}
    with pytest.raises(InvalidValueError, match="Units clash") as error:
        Tree(metrics=[metric(name, unit=unit) for name, unit in units.items()], formulas={"revenue": formula})
    assert words in str(error.value)


def test_a_plain_zero_has_every_unit():
    """Zero may be compared with anything."""
    tree = Tree(metrics=[metric("up"), metric("net")], formulas={"up": "max(net, 0)"})
    assert ("net",) == tree.leaves


def test_currencies_meet_through_a_rate():
    """Dollars become yuan by a rate and by nothing else."""
    units = {"total": "CNY", "home": "CNY", "abroad": "USD", "rate": "CNY/USD"}
    metrics = [metric(name, unit=unit) for name, unit in units.items()]
    assert Tree(metrics=metrics, formulas={"total": "home + abroad * rate"}).roots == ("total",)
    with pytest.raises(InvalidValueError, match="CNY against USD"):
        Tree(metrics=metrics, formulas={"total": "home + abroad"})


def test_rates_are_not_added():
    """The sum of two rates is refused, their difference is not."""
    metrics = [
        metric("x", kind="flow", unit="1"),
        metric("a", kind="rate", unit="1"),
        metric("b", kind="rate", unit="1"),
    ]
    with pytest.raises(InvalidValueError, match="adds the rate b"):
        Tree(metrics=metrics, formulas={"x": "a + b"})
    assert Tree(metrics=metrics, formulas={"x": "a - b"}).children("x") == ("a", "b")


def test_other_wrong_trees():
    """Unknown names, circles, and an id given twice are refused with their names."""
    with pytest.raises(InvalidValueError, match=r"No metric deal .*Define it, or write one of: deals"):
        Tree(metrics=[metric("revenue"), metric("deals")], formulas={"revenue": "deal"})
    with pytest.raises(CycleError, match="formulas run in a circle"):
        Tree(metrics=[metric("a"), metric("b")], formulas={"a": "b", "b": "a"})
    with pytest.raises(InvalidValueError, match="defined twice"):
        Tree(metrics=[metric("a"), metric("a")])
    with pytest.raises(NotFoundError, match="did you mean 'deals'"):
        funnel().children("deal")


@pytest.mark.parametrize(
    "parts",
    [
        {"id": ""},
        {"kind": "stock"},
        {"kind": "stock", "over_time": "last", "additive_over": ("time",)},
        {"kind": "rate", "additive_over": ("org",)},
        {"kind": "share", "unit": "CNY"},
        {"additive_over": ("space",)},
        {"unit": "%"},
    ],
)
def test_impossible_metrics(parts):
    """A metric that contradicts itself is refused."""
    with pytest.raises(InvalidValueError):
        Metric(**{"id": "m", "kind": "flow", "unit": "CNY", **parts})


@pytest.mark.parametrize(
    "parts", [{"value": None}, {"value": None, "numerator": Fraction(1)}, {"end": date(2026, 7, 1)}]
)
def test_impossible_facts(parts):
    """A fact without a value, with half a rate or without a day is refused."""
    with pytest.raises(InvalidValueError):
        Fact(**{"metric": "m", "start": date(2026, 7, 1), "end": date(2026, 7, 2), "value": Fraction(1), **parts})


FACTS = [
    fact("leads", "2026-07-01", 100, org="li"),
    fact("leads", "2026-08-01", 60, org="wu"),
    fact("win_rate", "2026-07-01", above=20, below=100, org="li"),
    fact("win_rate", "2026-08-01", above=30, below=60, org="wu"),
    fact("acv", "2026-07-01", above=2000, below=20, org="li"),
    fact("acv", "2026-08-01", above=1500, below=30, org="wu"),
]


def test_leaves_first_then_formulas():
    """The quarter's revenue comes from the quarter's leaves, not from the sum or mean of its months."""
    quarter = evaluate(funnel(), FACTS, by=("quarter",))
    assert Fraction(50, 160) == quarter.value("win_rate", "2026-Q3")
    assert 160 * Fraction(50, 160) * Fraction(3500, 50) == quarter.value("revenue", "2026-Q3")
    by_org = evaluate(funnel(), FACTS, by=("quarter", "org"))
    assert quarter.value("win_rate", "2026-Q3") == quarter.value("win_rate", Period.parse("2026-Q3"))
    assert [2000, 1500] == [by_org.value("revenue", "2026-Q3", org=org) for org in ("li", "wu")]


def test_a_missing_leaf_is_not_zero():
    """Without facts a leaf is missing and so is what is made of it, unless the metric says zero."""
    found = evaluate(funnel(), FACTS[:3], by=("month",))
    assert (None, "missing") == (found.at("revenue", "2026-07").value, found.at("revenue", "2026-07").status)
    tree = Tree(metrics=[metric("total"), metric("a"), metric("b", absent="zero")], formulas={"total": "a + b"})
    assert 5 == evaluate(tree, [fact("a", "2026-07-01", 5)], by=()).value("total")


def test_looking_from_a_day():
    """Later periods are not yet, the running one is partial, and what was recorded later is not known."""
    late = datetime(2026, 8, 20, tzinfo=UTC)
    rows = [fact("deals", "2026-07-01", 3), fact("deals", "2026-07-02", 4, recorded_at=late)]
    tree = Tree(metrics=[metric("deals", unit="deal")])
    found = evaluate(tree, rows, by=("month",), within=Period.parse("2026-Q3"), as_of=date(2026, 8, 10))
    assert [(3, "ok"), (None, "missing"), (None, "not_yet")] == [(each.value, each.status) for each in found.values]
    assert "partial" == evaluate(tree, rows, by=("month",), as_of=date(2026, 7, 10)).at("deals").status
    assert 7 == evaluate(tree, rows, by=("month",), as_of=date(2026, 8, 20)).value("deals")


def test_monthly_facts_with_a_gap_are_partial():
    """A quarter of which one month's figure is missing is partial."""
    rows = [fact("deals", "2026-07-01", 3, days=31), fact("deals", "2026-09-01", 4, days=30)]
    tree = Tree(metrics=[metric("deals", unit="deal")])
    assert "partial" == evaluate(tree, rows, by=("quarter",)).at("deals").status
    assert "ok" == evaluate(tree, [*rows, fact("deals", "2026-08-01", 1, days=31)], by=("quarter",)).at("deals").status


@pytest.mark.parametrize(("over_time", "value"), [("last", 9), ("opening", 3), ("mean", 5)])
def test_a_stock_stands_for_its_time(over_time, value):
    """A stock is its last, first or mean value and never a sum over time; over people it may add up."""
    stock = Metric(id="pipe", kind="stock", unit="CNY", over_time=over_time, additive_over=("org",))
    rows = [fact("pipe", f"2026-07-0{day}", number) for day, number in ((3, 9), (1, 3), (2, 3))]
    assert value == evaluate(Tree(metrics=(stock,)), rows, by=("month",)).value("pipe")
    rows = [fact("pipe", "2026-07-01", 3, org="a"), fact("pipe", "2026-07-02", 4, org="b")]
    assert 7 == evaluate(Tree(metrics=(stock,)), rows, by=("month",)).value("pipe")


def test_an_old_stock_is_stale():
    """A stock older than its age limit is stale."""
    stock = Metric(id="pipe", kind="stock", unit="CNY", over_time="last", max_age_days=7)
    tree, rows = Tree(metrics=(stock,)), [fact("pipe", "2026-07-01", 3)]
    statuses = [evaluate(tree, rows, by=("month",), as_of=date(2026, 7, day)).at("pipe").status for day in (8, 9)]
    assert ["ok", "stale"] == statuses


def refusal(tree, rows, **more):
    """The finding that a value was refused for."""
    found = evaluate(tree, rows, by=(), **more)
    assert "refused" == found.values[0].status
    return [finding.code for finding in found.report]


def test_distinct_customers_do_not_add_up():
    """What adds over nothing is refused over two people and fine for one."""
    tree = Tree(metrics=[Metric(id="customers", kind="flow", unit="customer")])
    rows = [fact("customers", "2026-07-01", 3, org="a"), fact("customers", "2026-07-02", 4, org="b")]
    assert ["goals.not-additive"] == refusal(tree, rows)
    assert 4 == evaluate(tree, rows, by=("org",)).value("customers", org="b")


def test_a_whole_beside_its_parts_is_refused():
    """A total row beside the rows that it sums would count twice; what belongs to nobody is one more part."""
    tree = Tree(metrics=[metric("deals", unit="deal")])
    parts = [fact("deals", "2026-07-01", 3, org="a"), fact("deals", "2026-07-02", 4, org="b")]
    assert ["goals.mixed-grain"] == refusal(tree, [*parts, fact("deals", "2026-07-03", 7)])
    assert 9 == evaluate(tree, [*parts, fact("deals", "2026-07-03", 2)], by=()).value("deals")


def test_rates_need_their_parts():
    """A finished rate cannot be joined, unless it is declared unweighted; then it is the plain mean."""
    rows = [fact("win", "2026-07-01", "0.2"), fact("win", "2026-07-02", "0.4")]
    assert ["goals.rate-without-parts"] == refusal(Tree(metrics=[metric("win", kind="rate", unit="1")]), rows)
    plain = Tree(metrics=[metric("win", kind="rate", unit="1", unweighted=True)])
    assert Fraction(3, 10) == evaluate(plain, rows, by=()).value("win")


def test_values_must_be_there():
    """A flow given as numerator and denominator has no value."""
    rows = [fact("deals", "2026-07-01", above=1, below=2)]
    assert ["goals.no-value"] == refusal(Tree(metrics=[metric("deals", unit="deal")]), rows)


def test_an_index_is_joined_by_its_weights():
    """An index is the weighted mean over people, and refused over others or over time."""
    index = Metric(id="nps", kind="index", unit="1", weights=(("a", Fraction(3)), ("b", Fraction(1))))
    tree = Tree(metrics=(index,))
    rows = [fact("nps", "2026-07-01", 40, org="a"), fact("nps", "2026-07-01", 60, org="b")]
    assert 45 == evaluate(tree, rows, by=()).value("nps")
    assert ["goals.not-additive"] == refusal(tree, [*rows, fact("nps", "2026-08-01", 60, org="b")])
    assert ["goals.not-additive"] == refusal(tree, [*rows, fact("nps", "2026-07-01", 60, org="c")])


def test_zero_denominators():
    """A rate without cases has no value; a ratio says whether that is missing or refused."""
    tree = Tree(
        metrics=[metric(name, unit="1") for name in ("plain", "left_out", "refused", "a", "b")],
        formulas={
            "plain": "a / b",
            "left_out": "ratio(a, b, on_zero=missing)",
            "refused": "ratio(a, b, on_zero=refuse)",
        },
    )
    found = evaluate(tree, [fact("a", "2026-07-01", 1), fact("b", "2026-07-01", 0)], by=())
    statuses = {each.metric: each.status for each in found.values if each.value is None}
    assert {"plain": "zero_denominator", "left_out": "zero_denominator", "refused": "refused"} == statuses
    assert ["goals.zero-denominator"] == [finding.code for finding in found.report]
    rate = Tree(metrics=[metric("r", kind="rate", unit="1")])
    assert "zero_denominator" == evaluate(rate, [fact("r", "2026-07-01", above=0, below=0)], by=()).at("r").status


def test_facts_that_cannot_be_used_are_said():
    """Facts of unknown metrics, over the edge of the grain, or unreadable are set aside with their number."""
    tree = Tree(metrics=[metric("deals", unit="deal")])
    rows = [fact("deal", "2026-07-01", 1), fact("deals", "2026-07-31", 1, days=3), fact("deals", "2026-07-01", 5)]
    found = evaluate(tree, rows, by=("month",))
    assert {"goals.unknown-fact", "goals.straddling-fact"} == set(found.report.by_code)
    assert 5 == found.value("deals", "2026-07")
    table = [{"metric": "deals", "start": "2026-07-01", "end": "2026-07-01", "value": "1"}]
    assert evaluate(tree, table, by=()).report.errors


def test_facts_outside_do_not_count():
    """Only facts within the time asked for count; one that reaches over its edge is said."""
    tree = Tree(metrics=[metric("deals", unit="deal")])
    rows = [fact("deals", "2026-06-30", 1), fact("deals", "2026-07-01", 2), fact("deals", "2026-07-31", 4, days=2)]
    found = evaluate(tree, rows, by=(), within=Period.parse("2026-07"))
    assert (2, ["goals.straddling-fact"]) == (found.value("deals"), [finding.code for finding in found.report])


def test_a_measured_parent_off_its_formula():
    """Facts of a computed metric are compared with its formula; what is left is said."""
    found = evaluate(funnel(), [*FACTS, fact("deals", "2026-07-01", 55)], by=())
    (finding,) = found.report.by_code["goals.unexplained"]
    assert {"metric": "deals", "measured": 55, "computed": 50, "gap": 5} == dict(finding.values)


@pytest.mark.parametrize("by", ["month", ("month", "year"), ("team",), ("org", "org")])
def test_what_is_no_grain(by):
    """Two kinds of period, an unknown word, or a bare text are no grain."""
    with pytest.raises(InvalidValueError):
        evaluate(funnel(), [], by=by)


def test_fiscal_years():
    """Quarters follow the fiscal year."""
    tree = Tree(metrics=[metric("deals", unit="deal")])
    fiscal = FiscalYear(start_month=4, named_by="start")
    found = evaluate(tree, [fact("deals", "2026-04-02", 3)], by=("quarter",), fiscal=fiscal)
    assert date(2026, 4, 1) == found.values[0].period.start
    assert found.values[0].period.name.endswith("Q1")


def test_pandas_in_and_out():
    """Facts may be a pandas frame; figures come out as one, nearest floats or exact pairs."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "metric": ["leads", "win_rate"],
            "start": ["2026-07-01", "2026-07-01"],
            "end": ["2026-07-02", "2026-07-02"],
            "value": ["7", None],
            "numerator": [None, "1"],
            "denominator": [None, "3"],
        }
    )
    found = evaluate(funnel(), frame, by=("month",)).to_frame()
    assert {"win_rate": 1 / 3, "leads": 7.0}.items() <= dict(zip(found["metric"], found["value"], strict=True)).items()
    exact = evaluate(funnel(), frame, by=("month",)).to_frame(exact=True)
    row = exact[exact["metric"] == "deals"].iloc[0]
    assert (7, 3) == (row["value_num"], row["value_den"])


def test_figures_show_and_explain_themselves():
    """Grid, tree and explanation carry the formula with its numbers, in both languages."""
    found = evaluate(funnel(), FACTS, by=("quarter",))
    text = str(found.explain("revenue"))
    for words in ("deals * acv", "leads * win_rate", "50 / 160", "from 2 facts", "3,500 CNY"):
        assert words in text
    assert "来自 2 条数据" in str(found.explain("revenue", lang="zh"))
    assert "3,500" in found.grid().text(100)
    missing = evaluate(funnel(), FACTS[:1], by=())
    assert "缺失" in missing.grid("zh").text(100)
    assert "missing" in str(missing.explain("win_rate"))
    diagram = metric_tree(funnel(), found)
    assert "flowchart" in diagram.mermaid()
    assert "digraph" in diagram.dot()
    assert "revenue = 3,500 CNY" in diagram.text()
    assert "revenue [CNY]" in metric_tree(funnel()).text()
    with pytest.raises(NotFoundError, match="did you mean"):
        found.at("revenu", "2026-Q3")


def test_facts_may_be_other_nouns():
    """Rows of another noun with the same fields are read by their fields."""

    @attrs.frozen(kw_only=True)
    class Row:
        metric: str = "deals"
        start: date = date(2026, 7, 1)
        end: date = date(2026, 7, 2)
        value: Fraction = Fraction(3, 7)
        unit: str = "deal"

    tree = Tree(metrics=[metric("deals", unit="deal")])
    assert Fraction(6, 7) == evaluate(tree, [Row(), Row()], by=()).value("deals")


def test_the_first_day_of_a_period():
    """On its first day a period has begun."""
    tree = Tree(metrics=[metric("deals", unit="deal")])
    rows = [fact("deals", "2026-07-01", 3)]
    assert "partial" == evaluate(tree, rows, by=("month",), as_of=date(2026, 7, 1)).at("deals").status
