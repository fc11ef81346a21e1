"""Tables that need no reading are paid in columns throughout, and pay what the reference pays."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from fractions import Fraction
from unittest import mock

import attrs
import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st
from tests.incentives.reference import Reference
from tests.incentives.worlds import DAYS, PAYEES, components, deals, plans

from salesteam import incentives as inc
from salesteam.core import _table as t
from salesteam.errors import ReportError
from salesteam.incentives._columnar import _known
from salesteam.incentives._columnar._run import ColumnarRun
from salesteam.incentives._days import Days, interval_name, period_of, version_day

TEXT = pl.String
SCHEMA = {
    "transaction": TEXT,
    "date": pl.Date,
    "seq": pl.Int64,
    "amount_minor": pl.Int64,
    "payee": TEXT,
    "assistant": TEXT,
}
KINDS = ["pandas", "polars", "duckdb", "pyarrow"]
quick = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)


def framed(frame, kind):
    """A Polars frame as one of another kind."""
    if kind == "polars":
        return frame
    if kind == "pandas":
        return frame.to_pandas()
    arrow = frame.to_arrow()
    return arrow if kind == "pyarrow" else duckdb.connect().from_arrow(arrow)


def paid(run):
    return {(p.payee, p.period, p.component): p.pay_minor for p in run.payouts}


@st.composite
def people(draw):
    """Who is in which team all year."""
    return [{"payee": p, "team": draw(st.sampled_from(["north", "south"])), "role": "ae"} for p in PAYEES]


@st.composite
def quotas(draw, period, amounts):
    """Quotas of whole pay periods, for most of them."""
    names = ["2026-01", "2026-02", "2026-03", "2026-04"] if period == "month" else ["2026-Q1", "2026-Q2"]
    held = [(p, name, draw(st.sampled_from(amounts))) for p in PAYEES for name in names]
    return [{"payee": p, "measure": "m", "period": n, "quota_minor": q} for p, n, q in held if q is not None]


@st.composite
def worlds(draw):
    plan = draw(plans())
    if any(c.method == "curve" or c.base_rate == "target/quota" for c in plan.components.values()):
        reject()
    limits = {
        key: tuple(x for x in getattr(plan, key) if not isinstance(x.limit, inc.TargetShare))
        for key in ("caps", "floors")
    }
    plan = attrs.evolve(plan, **limits)
    own = {None, "transaction", "period", plan.period}
    if any(c.accumulate not in own for c in plan.components.values()):
        plan = attrs.evolve(plan, gates=())
    rows = [  # which of two credits of one deal comes first under a cap of the plan is nobody's business
        {**row, "assistant": None if row["assistant"] == row["payee"] else row["assistant"]} for row in draw(deals())
    ]
    return plan, rows, draw(people()), draw(quotas(plan.period, [40_000, 41_000]))


@pytest.mark.parametrize("kind", KINDS)
@settings(quick, max_examples=10)
@given(world=worlds())
def test_typed_tables_pay_what_the_reference_pays(kind, world):
    """Frames of deals, people and quotas give the cents, the lines and the unpaid of exact fractions."""
    plan, rows, crew, asked = world
    if not asked:
        reject()
    frames = pl.DataFrame(rows, schema=SCHEMA), pl.DataFrame(crew), pl.DataFrame(asked)
    expected = Reference(plan, rows, asked, [], [{**p, "start": None, "end": None} for p in crew])
    try:
        deals, people, quotas = (framed(frame, kind) for frame in frames)
        run = inc.pay(plan, inc.Facts(transactions=deals, people=people, quotas=quotas))
    except ReportError as error:
        if {"incentives.scale-overflow"} != set(error.report.by_code):
            raise
        reject()
    assert expected.payouts == paid(run)
    assert sorted((n["transaction"] or "", n["payee"], n["component"], n["pay"]) for n in expected.lines) == sorted(
        (n.transaction or "", n.payee, n.component, n.pay_minor) for n in run.lines
    )
    assert {(a or "", b or "") for a, b, _ in expected.unpaid} == {
        (u.transaction or "", u.payee or "") for u in run.unpaid
    }


SHARE = st.sampled_from([Fraction(x) for x in ("0", "1/2", "4/5", "1", "13/10")])


@st.composite
def bent(draw):
    """A plan whose gates, factors and limits all stand in columns, and what it is paid on."""
    period = draw(st.sampled_from(["month", "quarter"]))
    component = draw(components())
    if component.method == "curve" or component.base_rate == "target/quota":
        reject()
    if component.accumulate not in {None, "transaction"}:
        component = attrs.evolve(component, accumulate="period")
    path = st.sampled_from(["team.m.attainment", "m.attainment", "m", "team.m"])
    rounding = st.sampled_from(
        [
            None,
            *(
                inc.Rounding(to=Fraction(x), mode=m)
                for x, m in (("1/100", "floor"), ("1/20", "nearest"), ("2/3", "up"))
            ),
        ]
    )
    number = st.one_of(SHARE, st.just(inc.Ref("g")))
    gate = st.builds(
        inc.Gate, tests=st.lists(st.builds(inc.GateTest, measure=path, at_least=number), min_size=1, max_size=2).map(tuple),
        locks=st.sampled_from(["c", "plan"]), needs=st.sampled_from(["all", "any"]),
    )  # fmt: skip
    factor = st.builds(
        inc.Modifier, of=st.just("c"), measure=path, clamp=st.tuples(SHARE, SHARE).map(lambda pair: tuple(sorted(pair))),
        round=rounding, join=st.just("product"),
    )  # fmt: skip
    money = st.sampled_from([Fraction(x) for x in ("1", "33.33", "500", "-7")])
    limit = st.builds(inc.Limit, of=st.just("c"), limit=money, at=st.just("after_modifiers"))
    dated = (inc.Dated(value=Fraction(1, 2)), inc.Dated(value=Fraction(11, 10), from_=date(2026, 3, 15)))
    plan = inc.Plan(
        currency="CNY", period=period, measures={"m": inc.Measure(unit="money", value="amount")}, components={"c": component},
        parameters={"g": inc.Parameter(values=dated)}, parameters_at=draw(st.sampled_from(["period_start", "period_end"])),
        gates=tuple(draw(st.lists(gate, max_size=2))), modifiers=tuple(draw(st.lists(factor, max_size=2))),
        caps=tuple(draw(st.lists(limit, max_size=2))), floors=tuple(draw(st.lists(limit, max_size=2))),
        rounding=draw(st.sampled_from(["half_up", "half_away", "half_even", "down", "up"])), negative_period="carry",
    )  # fmt: skip
    crew = draw(people())
    crew[0]["team"] = draw(st.sampled_from(["north", None]))
    return plan, draw(deals()), crew, draw(quotas(period, [None, 0, 40_000, 41_000, 55_555]))


@settings(quick, max_examples=40)
@given(world=bent())
def test_bends_in_columns_are_those_by_name(world):
    """Gates, factors and limits of all payees at once are what they are one by one; so are the tables that show them."""
    plan, rows, crew, asked = world
    if not asked:
        reject()
    facts = inc.Facts(
        transactions=pl.DataFrame(rows, schema=SCHEMA), people=pl.DataFrame(crew), quotas=pl.DataFrame(asked)
    )
    try:
        run = inc.pay(plan, facts)
    except ReportError:
        reject()
    with mock.patch.object(_known, "_in_columns", return_value=None):
        slow = inc.pay(plan, facts)
    if not isinstance(run, ColumnarRun) or not isinstance(slow, ColumnarRun):
        reject()  # numbers that are too wide for columns are paid one by one
    assert slow.unpaid == run.unpaid
    assert slow.payouts == run.payouts
    assert slow.lines == run.lines
    for table in ("payouts", "lines", "credits"):
        assert slow.to_frame(table).equals(run.to_frame(table))


def test_some_columns_of_a_table_are_given_in_the_order_asked_for():
    """What is not asked for is not there; an unknown column is refused."""
    rows = [{"transaction": "T1", "date": DAYS[0], "seq": 0, "amount_minor": 12_345, "payee": "ana", "assistant": None}]
    flat = inc.Component(method="flat", measure="m", rate=Fraction(1, 10))
    plan = inc.Plan(
        currency="CNY", period="month", measures={"m": inc.Measure(unit="money", value="amount")},
        components={"c": flat}, negative_period="carry",
    )  # fmt: skip
    for kind in ("rows", *KINDS):
        given_ = rows if kind == "rows" else framed(pl.DataFrame(rows, schema=SCHEMA), kind)
        run = inc.pay(plan, inc.Facts(transactions=given_))
        for table in ("lines", "payouts", "credits", "attainment"):
            made = run.to_frame(table, columns=["payee"])
            assert ["payee"] == list(t.dtypes_of(made))
        with pytest.raises(LookupError, match="pay_mino"):
            run.to_frame("lines", columns=["pay_mino"])


@pytest.mark.parametrize("at", ["transaction_date", "period_start", "period_end"])
@pytest.mark.parametrize("period", ["week", "month", "quarter", "year", "once"])
@given(
    days=st.sets(
        st.none() | st.dates(date(999, 1, 1), date(9001, 1, 1)) | st.dates(date(2025, 12, 1), date(2026, 3, 9))
    ),
    start=st.none() | st.just(date(2026, 1, 15)),
)
@settings(max_examples=20, deadline=None)
def test_every_day_has_the_period_the_interval_and_the_version_that_it_has_alone(days, start, period, at):
    """Days are looked up by stretches; one day looked up by itself says the same."""
    values = [
        {"from": day, "value": rate, "reason": "r", "source": "s"}
        for day, rate in (("2025-01-01", "1%"), ("2026-02-03", "2%"))
    ]
    part = {"measure": "m", "method": "flat", "rate": "$r"}
    kept = {"valid": {"from": str(start), "until": "2026-03-01"}} if start else {}
    plan = inc.plan_of(
        {
            "plan": "p", "currency": "CNY", "period": period, "parameters_at": at, "negative_period": "carry", **kept,
            "parameters": {"r": {"unit": "rate", "values": values}},
            "measures": {"m": {"unit": "money", "value": "amount"}},
            "components": {"a": {**part, "accumulate": "year"}, "b": {**part, "accumulate": "plan"}},
        }
    )  # fmt: skip
    made = Days.of(plan, days, None)
    for index, day in enumerate(made.days):
        numbers = {name: column[index] for name, column in made.columns.items()}
        ok = day is None or (
            date(1000, 1, 1) <= day < date(9000, 1, 1) and (not start or start <= day < date(2026, 3, 1))
        )
        assert numbers["ok"] == ok
        assert ok or not any(numbers[name] for name in numbers if name != "v")
        if ok:
            assert made.periods[numbers["p"]] == period_of(plan, day)
            for name, intervals in made.intervals.items():
                assert intervals[numbers[f"i_{name}"]] == interval_name(plan, name, day)
        if ok and day is not None:
            assert numbers["v"] == bisect_right(made.versions[1:], version_day(plan, day))


def _dated(*values):
    """A dated rate: pairs of a day and a percentage."""
    kept = [{"from": day, "value": f"{rate}%", "reason": "r", "source": "s"} for day, rate in values]
    return {"unit": "rate", "values": kept}


def _flat(rate, *, unit="money", value="amount", **parameters):
    """A plan with one flat component for each parameter, or for a plain rate."""
    rates = {f"c_{name}": f"${name}" for name in parameters} or {"c": rate}
    return inc.plan_of(
        {
            "plan": "p", "currency": "CNY", "period": "month", "parameters_at": "transaction_date",
            "negative_period": "carry", "parameters": parameters,
            "measures": {"m": {"unit": unit, "value": value}},
            "components": {name: {"measure": "m", "method": "flat", "rate": r} for name, r in rates.items()},
        }
    )  # fmt: skip


def _deals(*days, amount=10_000):
    """One deal on each day."""
    rows = [(f"T{i}", day, amount, amount, "ana") for i, day in enumerate(days)]
    names = {"transaction": TEXT, "date": pl.Date, "amount_minor": pl.Int64, "quantity": pl.Int64, "payee": TEXT}
    return inc.Facts(transactions=pl.DataFrame(rows, schema=names, orient="row"))


def test_a_rate_holds_until_its_own_change_whatever_else_changes_meanwhile():
    """Days on which only another number changes leave a curve as it is, before its change as after it."""
    plan = _flat(
        None,
        r=_dated(("2026-01-01", 1), ("2026-02-10", 2)),
        s=_dated(("2026-01-01", 1), ("2026-01-20", 3), ("2026-02-20", 5), ("2026-03-05", 1)),
    )
    run = inc.pay(plan, _deals(*(date(2026, *day) for day in ((1, 5), (1, 25), (2, 15), (2, 25), (3, 9)))))
    assert isinstance(run, ColumnarRun)
    pays = {(row.component, row.date): row.pay_minor for row in run.lines}
    assert [100, 100, 200, 200, 200] == [pays[key] for key in sorted(pays) if key[0] == "c_r"]
    assert [100, 300, 300, 500, 100] == [pays[key] for key in sorted(pays) if key[0] == "c_s"]


def test_a_plan_that_differs_in_one_number_or_unit_pays_by_its_own():
    """What is remembered of a plan serves only plans that are equal in all that it hangs on."""
    facts = _deals(date(2026, 1, 5))
    plans_ = {
        100: _flat(None, r=_dated(("2026-01-01", 1))),
        200: _flat(None, r=_dated(("2026-01-01", 2))),
        30_000: _flat("3"),
        3_000_000: _flat("3", unit="count", value="quantity"),
    }
    for _ in range(2):
        for expected, plan in plans_.items():
            run = inc.pay(plan, facts)
            assert isinstance(run, ColumnarRun)
            assert [expected] == [p.pay_minor for p in run.payouts]


def test_a_plan_whose_numbers_are_exchanged_in_place_pays_by_the_new_ones():
    """Its tables are mappings that can be written to, so that a plan is known by its values and not by its name."""
    plan, other = (_flat(None, r=_dated(("2026-01-01", rate))) for rate in (1, 2))
    facts = _deals(date(2026, 1, 5))
    before = inc.pay(plan, facts).payouts[0].pay_minor
    plan.parameters.update(other.parameters)
    assert (100, 200) == (before, inc.pay(plan, facts).payouts[0].pay_minor)


def test_running_sums_that_leave_64_bits_come_back():
    """Sums over all rows may wrap as long as those of each group do not."""
    stage = t.begin({"g": [0, 0, 1, 1], "x": [2**62, 2**62 - 1, 2**62, -5]}, {"g": "whole", "x": "whole"})
    stage, order = t.arranged(stage, "o", ["g"], ["x"])
    stage = t.running_sum(stage.trust(*order, by=["g"]), "s", "x", by=["g"], order=order)
    assert [(0, 2**62 - 1), (0, 2**63 - 1), (1, -5), (1, 2**62 - 5)] == [
        (row["g"], row["s"]) for row in t.rows_of(stage, "g", "s")
    ]


def test_a_payee_whom_nobody_knows_comes_back():
    """A table of people says who is paid; the others are told, whatever the table comes in."""
    rows = [
        {"transaction": f"T{i}", "date": DAYS[0], "seq": 0, "amount_minor": 10_000, "payee": p, "assistant": None}
        for i, p in enumerate(("ana", "zoe"))
    ]
    flat = inc.Component(method="flat", measure="m", rate=Fraction(1, 10), for_={"team": ("north",)})
    other = attrs.evolve(flat, for_={"team": ("south",)})
    plan = inc.Plan(
        currency="CNY", period="month", measures={"m": inc.Measure(unit="money", value="amount")},
        components={"c": flat, "d": other}, negative_period="carry",
    )  # fmt: skip
    crew = [{"payee": "ana", "team": "north"}, {"payee": "bo", "team": "south"}]
    for given_ in (crew, pl.DataFrame(crew)):
        run = inc.pay(plan, inc.Facts(transactions=pl.DataFrame(rows, schema=SCHEMA), people=given_))
        assert {("ana", "2026-01", "c"): 1000} == paid(run)
        assert [("T1", "zoe", "incentives.unknown-payee")] == [(u.transaction, u.payee, u.code) for u in run.unpaid]


@pytest.mark.parametrize("kind", ["rows", *KINDS])
def test_columns_may_have_any_name(kind):
    """What an export calls Sales Rep, from or 1st is read under that name, for credits as for conditions."""
    names = {"Sales Rep": "ana", "from": "bo", 'owner".name': "cai", "Product Line": "X", "class": "a", "1st": "y"}
    rows = [{"transaction": "T0", "date": DAYS[0], "amount_minor": 10_000, **names}]
    share = {"share": "25%", "kind": "carve_out"}
    tree = {
        "currency": "USD", "period": "month", "negative_period": "carry",
        "measures": {"m": {"unit": "money", "value": "amount", "where": {"Product Line": "X", "class": "a", "1st": "y"}}},
        "crediting": [{"to": "Sales Rep", **share}, {"to": "from", **share}, {"to": 'owner".name', **share}],
        "components": {"c": {"measure": "m", "method": "flat", "rate": "10%"}},
    }  # fmt: skip
    deals_ = rows if kind == "rows" else framed(pl.DataFrame(rows), kind)
    for more in ({}, {"rollup": "once", "hierarchy_at": "period_end"}):
        run = inc.pay(inc.plan_of({**tree, **more}), inc.Facts(transactions=deals_))
        assert {(name, "2026-01", "c"): 250 for name in ("ana", "bo", "cai")} == paid(run)


def test_a_manager_without_a_row_of_their_own_is_known():
    """Whom others name as their manager is paid on deals of their own; the others without a row still come back."""
    rows = [
        {"transaction": f"T{i}", "date": DAYS[0], "seq": 0, "amount_minor": 10_000, "payee": p, "assistant": None}
        for i, p in enumerate(("ana", "li", "zoe"))
    ]
    plan = inc.Plan(
        currency="CNY", period="month", measures={"m": inc.Measure(unit="money", value="amount")},
        components={"c": inc.Component(method="flat", measure="m", rate=Fraction(1, 10))}, negative_period="carry",
    )  # fmt: skip
    crew = [{"payee": "ana", "manager": "li"}, {"payee": "bo", "manager": "ana"}]
    for kind in ("rows", *KINDS):
        deals_ = rows if kind == "rows" else framed(pl.DataFrame(rows, schema=SCHEMA), kind)
        people_ = crew if kind == "rows" else framed(pl.DataFrame(crew), kind)
        run = inc.pay(plan, inc.Facts(transactions=deals_, people=people_))
        assert {("ana", "2026-01", "c"): 1000, ("li", "2026-01", "c"): 1000} == paid(run), kind
        assert [("T2", "zoe", "incentives.unknown-payee")] == [(u.transaction, u.payee, u.code) for u in run.unpaid]


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_people_may_come_in_any_order(kind):
    """Numbers of payees follow their names, however the table of people is sorted, and with people who sold nothing."""
    plan = inc.plan_of(
        {
            "currency": "USD", "period": "month", "negative_period": "carry",
            "measures": {"b": {"unit": "money", "value": "amount"}},
            "components": {
                "c": {
                    "measure": "b", "method": "marginal", "bounds": "quota", "accumulate": "period",
                    "tiers": [{"from": 0, "to": None, "rate": "5%"}],
                }
            },
        }
    )  # fmt: skip
    deals = pd.DataFrame([{"transaction": "T1", "date": date(2026, 1, 5), "amount_minor": 10000, "payee": "zane"}])
    quotas = pd.DataFrame([{"payee": "zane", "measure": "b", "period": "2026-01", "quota_minor": 10000}])
    people = pd.DataFrame([{"payee": "zane", "team": "t"}, {"payee": "carl", "team": "t"}])
    tables = [deals, quotas, people] if kind == "pandas" else [pl.from_pandas(each) for each in (deals, quotas, people)]
    run = inc.pay(plan, inc.Facts(transactions=tables[0], quotas=tables[1], people=tables[2]))
    assert [("zane", 500)] == [(p.payee, p.pay_minor) for p in run.payouts]
    assert () == run.unpaid
