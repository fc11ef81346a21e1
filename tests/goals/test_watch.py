"""Thresholds and the investigations they open."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
import pytest
from goal_world import fact, metric

from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.goals import Guardrail, Metric, Threshold, Tree, watch

TREE = Tree(metrics=[metric("completion", kind="rate", unit="1")])
YEAR_END = date(2026, 12, 31)


def rule(**changes):
    """Completion below 80 % in any month, at least five cases, clears at 85 %."""
    return Threshold(
        **{
            "id": "cross",
            "metric": "completion",
            "below": "0.80",
            "consecutive": 1,
            "least_n": 5,
            "clears_at": "0.85",
            "per": "month",
            **changes,
        }
    )


def months(*percents, cases=100):
    """Completion of the months from January on."""
    return [
        fact("completion", f"2026-{at:02}-01", above=percent * cases // 100, below=cases)
        for at, percent in enumerate(percents, 1)
    ]


def opened(rows, as_of=YEAR_END, **changes):
    """Each investigation with its state."""
    found = watch([rule(**changes)], TREE, rows, as_of=as_of, method="shapley")
    return [(each.opened.name, each.state) for each in found.investigations]


def test_exactly_at_the_line_is_no_breach():
    """80 % is no breach of below 80 %, the smallest step less is one."""
    assert [] == opened(months(80))
    assert [("2026-01", "open")] == opened([fact("completion", "2026-01-01", above=79_999, below=100_000)])


def test_hysteresis():
    """Once open it stays open on the line and clears only at 85 %, then may open again."""
    assert [("2026-02", "open")] == opened(months(90, 79, 81, 84))
    assert [("2026-02", "cleared")] == opened(months(90, 79, 81, 85, 80))
    assert [("2026-02", "cleared"), ("2026-04", "open")] == opened(months(90, 79, 85, 79))


def test_consecutive_periods():
    """Two in a row open it, two with a good one between do not."""
    assert [("2026-04", "open")] == opened(months(79, 90, 79, 79), consecutive=2)
    assert [] == opened(months(79, 90, 79, 90), consecutive=2)


def test_too_few_cases_neither_open_nor_clear():
    """Values on fewer cases than asked for do not count, and are noted."""
    few = [fact("completion", "2026-02-01", above=1, below=4)]
    found = watch([rule()], TREE, [*months(90), *few], as_of=YEAR_END, method="shapley")
    assert ((), ["goals.too-few"]) == (found.investigations, [finding.code for finding in found.report])
    good = [fact("completion", "2026-02-01", above=4, below=4)]
    assert [("2026-01", "open")] == opened([*months(70), *good])


def test_a_running_period_does_not_count():
    """A month that is not over does not open anything."""
    assert [] == opened(months(90, 50), as_of=date(2026, 2, 27))
    assert [("2026-02", "open")] == opened(months(90, 50), as_of=date(2026, 2, 28))


def test_cases_of_a_computed_rate():
    """A rate computed from two counts rests on the count below the line."""
    tree = Tree(
        metrics=[metric("completion", kind="rate", unit="1"), metric("done", unit="task"), metric("due", unit="task")],
        formulas={"completion": "ratio(done, due, on_zero=missing)"},
    )
    rows = [fact("done", "2026-01-05", 3), fact("due", "2026-01-05", 4)]
    assert () == watch([rule()], tree, rows, as_of=YEAR_END, method="shapley").investigations
    (found,) = watch([rule(least_n=4)], tree, rows, as_of=YEAR_END, method="shapley").investigations
    assert 4 == found.at_opening.n


def test_each_squad_apart():
    """Watched by org, each squad opens its own investigation."""
    rows = [
        fact("completion", f"2026-0{month}-01", above=above, below=10, org=org)
        for org, values in (("east", (9, 7)), ("west", (9, 9)))
        for month, above in enumerate(values, 1)
    ]
    found = watch([rule(by=("org",))], TREE, rows, as_of=YEAR_END, method="shapley")
    assert ["cross east 2026-02"] == [each.id for each in found.open]
    assert Fraction(-1, 5) == found.open[0].attribution.change


def test_the_largest_parts_are_named():
    """An investigation carries what moved, split by squad, to hand on."""
    rows = [
        fact("completion", f"2026-0{month}-01", above=above, below=10, org=org)
        for org, values in (("east", (9, 3)), ("west", (9, 9)))
        for month, above in enumerate(values, 1)
    ]
    found = watch([rule()], TREE, rows, as_of=YEAR_END, method="shapley", segment="org")
    (each,) = found.open
    assert [("completion.numerator east", Fraction(-3, 10))] == [
        (part.title, part.contribution) for part in each.attribution.top(3)
    ]
    (row,) = found.to_frame(like=[])
    assert ("completion.numerator east", Fraction(3, 5), 20) == (row["top"], row["value"], row["n"])
    assert "strictly below 80%" in str(each.explain())
    assert "-30 个百分点" in str(each.explain("zh"))
    (finding,) = found.report.by_code["goals.threshold-breached"]
    assert "60%，严格低于 80%" in finding.what("zh")


def test_without_a_period_before_nothing_is_attributed():
    """The first period has nothing to be compared with."""
    (found,) = watch([rule()], TREE, months(50), as_of=YEAR_END, method="shapley").open
    assert found.attribution is None
    assert "n = 100" in str(found.explain())


def test_unknown_metrics_are_findings():
    """A rule on a metric that is not there is a finding."""
    report = watch([rule(metric="x")], TREE, months(50), as_of=YEAR_END, method="shapley").report
    assert ["goals.threshold-metric"] == [finding.code for finding in report]


def test_wrong_calls():
    """The method is required, the segment known, the rule sound."""
    with pytest.raises(InvalidValueError, match="method"):
        watch([], TREE, [], as_of=YEAR_END)
    with pytest.raises(InvalidValueError, match="segment"):
        watch([], TREE, [], as_of=YEAR_END, method="shapley", segment="time")
    for changes in ({"clears_at": "0.7"}, {"consecutive": 0}, {"least_n": -1}):
        with pytest.raises(InvalidValueError):
            rule(**changes)


@pytest.mark.parametrize(
    ("limits", "holds"), [({"at_least": "30%"}, (True, True, False)), ({"at_most": "30%"}, (False, True, True))]
)
def test_guardrails(limits, holds):
    """A guardrail holds at its limit and on its good side."""
    guard = Guardrail(goal="o", metric="margin", **limits)
    assert holds == tuple(guard.holds(Fraction(value, 100)) for value in (31, 30, 29))
    with pytest.raises(InvalidValueError):
        Guardrail(goal="o", metric="margin")


def test_an_investigation_without_values():
    """An investigation made by hand without values says so."""
    found = watch([rule()], TREE, months(50), as_of=YEAR_END, method="shapley").open[0]
    with pytest.raises(NotFoundError):
        _ = attrs.evolve(found, values=()).at_opening


def test_stale_values_do_not_count():
    """A stock that is out of date neither opens nor clears."""
    stock = Metric(id="pipe", kind="stock", unit="CNY", over_time="last", max_age_days=7)
    line = rule(metric="pipe", below=5, clears_at=5, least_n=1)
    rows = [fact("pipe", "2026-01-02", 3)]
    assert () == watch([line], Tree(metrics=(stock,)), rows, as_of=YEAR_END, method="shapley").investigations


def test_a_watch_shows_and_explains_itself():
    """All investigations stand in one table in both languages, and each is explained by its id."""
    found = watch([rule()], TREE, months(90, 79), as_of=YEAR_END, method="shapley")
    (only,) = found.investigations
    assert ("cross 2026-02", "0.79") == (found.grid().rows[0][0], found.grid().rows[0][2])
    assert "未解除" in found.grid("zh").text()
    assert only.explain().text() == found.explain("cross 2026-02").text()
    assert "cross 2026-02" in found._repr_html_()
    with pytest.raises(NotFoundError, match="cross 2026-02"):
        found.explain("cross 2026-03")
