"""A `$name` stands for any number of a plan: wherever one can stand, it pays what the number itself pays."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import attrs
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from tests.incentives.naming import IN_TEXT, Namer, places

from salesteam import incentives as inc
from salesteam.incentives import Dated, Parameter, Ref
from salesteam.incentives._cases._read import read_cases
from salesteam.incentives._cases._verify import _judged
from salesteam.incentives._filled import filled
from salesteam.incentives._number import Whole

CASES = Path(__file__).resolve().parent.parent / "cases" / "page"
PLACES = places() | places(what=Whole) | IN_TEXT
MAKE = {"rows": lambda rows: rows, "pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.Table.from_pylist,
        "duckdb": lambda rows: duckdb.from_arrow(pa.Table.from_pylist(rows))}  # fmt: skip


@pytest.fixture(scope="module")
def cases():
    """Cases whose plans hold between them a number in every place, with the places that each is the first to hold."""
    found, seen = [], set()
    for case in read_cases(CASES).cases:
        if case.plan is not None and case.refusal.ok:
            namer = Namer(dated=False)
            namer.plan(case.plan)
            if namer.seen - seen:
                found.append((case, namer.seen - seen))
                seen |= namer.seen
    return found


def later(number):
    """A parameter with a second value, far off."""
    return Parameter(values=(Dated(value=number), Dated(value=number, from_=date(2190, 1, 1))))


def named(case, *, dated):
    """A case, and the same with every number of its plan under a name."""
    return attrs.evolve(case, plan=Namer(dated=dated).plan(case.plan))


def test_every_place_of_a_number_stands_in_a_case(cases):
    """The nouns say where a number can stand; a new place needs a case before it can be left out of these tests."""
    assert set() == PLACES - set().union(*(seen for _, seen in cases))


def test_a_plan_pays_the_same_with_names_as_with_numbers(cases):
    """Whatever the case expects comes of it, findings and refusals included."""
    found = {case.id: _judged(named(case, dated=False)).status for case, _ in cases}
    assert {case.id: "pass" for case, _ in cases} == found


def test_a_number_with_two_values_pays_by_its_day(cases):
    """In every place that is about days or periods; here both values are the same, so that nothing may change."""
    days = [case for case, _ in cases if not case.undated and case.plan.parameters_at in {None, "transaction_date"}]
    days = [case for case in days if not any(row.get("date") is None for row in case.facts.get("transactions", ()))]
    assert {case.id: "pass" for case in days} == {case.id: _judged(named(case, dated=True)).status for case in days}


def test_a_plan_with_names_is_written_and_read_again(cases):
    """Each place keeps its name in the file, and loads from there."""
    for case, _ in cases:
        plan = Namer(dated=False).plan(case.plan)
        assert plan == inc.read(inc.dump(plan)).value, case.id


def test_where_a_number_is_for_the_whole_plan_two_values_are_refused(cases):
    """Months, days, rows and ranks, and what a row is compared with: the finding names the place."""
    told = set()
    for case, seen in cases:
        if seen & (places(what=Whole) | {("Where", "values")}):
            plan = Namer(dated=False).plan(case.plan)
            twice = {name: later(p.on(None)) for name, p in plan.parameters.items()}
            report = inc.check(attrs.evolve(plan, parameters=twice))
            found = report.by_code.get("incentives.parameter-dated", [])
            assert found, case.id
            told |= {finding.place.key.rpartition(".")[2].partition("[")[0] for finding in found}
    wanted = {field for _, field in places(what=Whole)}
    assert set() == wanted - told


def test_the_schema_takes_a_name_for_every_number():
    """No part of it is a bare number, but in parameters themselves."""
    bare = []

    def walk(part, at):
        if isinstance(part, dict):
            if part.get("type") in ("number", "integer"):
                bare.append(at)
            for key, each in part.items():
                walk(each, (*at, key))
        elif isinstance(part, list):
            for each in part:
                walk(each, at)

    walk(inc.schema("plan"), ())
    inside = {("$defs", name) for name in ("Number", "Whole", "Parameter", "Dated")}
    assert [] == [at for at in bare if at[:2] not in inside]


NAMED = inc.plan_of(
    {
        "currency": "CNY", "period": "month", "parameters_at": "transaction_date",
        "parameters": {
            "part": {"values": [{"value": "2/3"}]}, "most": {"values": [{"value": "120%"}, {"from": "2026-02-01", "value": "1"}]},
            "cap": {"values": [{"value": "50%"}, {"from": "2026-02-01", "value": "30%"}]},
            "step": {"values": [{"value": "1%"}, {"from": "2026-02-01", "value": "10%"}]},
        },
        "measures": {"sales": {"unit": "money", "value": "amount * $part"}, "all": {"unit": "money", "value": "amount"}},
        "crediting": [{"to": "payee", "share": 1, "kind": "carve_out"}, {"to": "helper", "share": "15%", "kind": "overlay"}],
        "max_credit_share": "$most",
        "attainment_rounding": {"to": "$step", "mode": "floor"},
        "modifiers": {"of": "c", "measure": "all.attainment", "clamp": ["50%", "150%"], "round": {"to": "$step", "mode": "floor"}, "join": "product"},
        "caps": {"of": "c", "limit": "$cap target", "at": "after_modifiers"},
        "components": {"c": {"measure": "sales", "method": "flat", "rate": "10%"}},
    }
)  # fmt: skip


@pytest.mark.parametrize("kind", MAKE)
def test_dated_names_pay_the_same_on_every_backend(kind):
    """150.00 of 2/3 of 10 % by 0.95 and by 0.9, at most half and 30 % of the target; too much credit comes back."""
    rows = [
        {"transaction": f"T{i}", "date": day, "amount": "1500.00", "payee": who, "helper": helper}
        for i, (day, who, helper) in enumerate(
            [
                (date(2026, 1, 5), "ana", "bo"),
                (date(2026, 2, 5), "ana", ""),
                (date(2026, 2, 6), "bo", "ana"),
                (date(2026, 3, 6), "bo", ""),
            ]
        )
    ]
    quotas = [
        {"payee": p, "measure": "all", "period": f"2026-0{m}", "quota": "1570"}
        for p in ("ana", "bo")
        for m in (1, 2, 3)
    ]
    targets = [{"payee": p, "period": f"2026-0{m}", "target": "240"} for p in ("ana", "bo") for m in (1, 2, 3)]
    facts = inc.Facts(transactions=MAKE[kind](rows), quotas=MAKE[kind](quotas), targets=MAKE[kind](targets))
    run = inc.pay(NAMED, facts)
    paid = {(p.payee, p.period): p.pay_minor for p in run.payouts}
    assert {("ana", "2026-01"): 9500, ("bo", "2026-01"): 750, ("ana", "2026-02"): 7200, ("bo", "2026-03"): 7200} == paid
    assert [("T2", "incentives.credit-over-max")] == [(u.transaction, u.code) for u in run.unpaid]


def test_a_plan_is_filled_with_its_counts_and_says_its_names():
    """The plan keeps the name, what runs has the number."""
    spiff = {"measure": "sales", "method": "spiff", "accumulate": "plan", "amount": 5, "first": "$n"}
    content = {"currency": "CNY", "period": "month", "measures": {"sales": {"unit": "money", "value": "amount"}}}
    plan = inc.plan_of({**content, "components": {"c": spiff}, "parameters": {"n": {"values": [{"value": 3}]}}})
    assert (Ref("n"), 3) == (plan.components["c"].first, filled(plan).components["c"].first)
    assert 4 == filled(plan.set(n=4)).components["c"].first


def test_a_count_begins_no_later_than_the_plan():
    """One value that begins in the middle of the plan would leave its first days without any."""
    parameter = Parameter(values=(Dated(value=Fraction(2), from_=date(2026, 3, 1)),))
    spiff = inc.Component(method="spiff", measure="m", accumulate="plan", amount=Fraction(1), first=Ref("n"))
    plan = inc.Plan(
        currency="CNY", period="month", measures={"m": inc.Measure(unit="money", value="amount")},
        components={"c": spiff}, parameters={"n": parameter}, valid=inc.Validity(from_=date(2026, 1, 1)),
    )  # fmt: skip
    assert "incentives.parameter-dated" in inc.check(plan).by_code
    assert (
        "incentives.parameter-dated"
        not in inc.check(attrs.evolve(plan, valid=inc.Validity(from_=date(2026, 3, 1)))).by_code
    )


@pytest.mark.parametrize("dated", [False, True])
def test_a_simulation_draws_the_same_with_names(dated):
    """Steps of rounding, limits of target, expressions and ramps under names, in arrays too."""
    clamp = {"of": "c", "measure": "sales.attainment", "clamp": ["50%", "150%"], "join": "product"}
    curve = {"measure": "sales", "method": "curve", "target": 100, "between": "linear", "below": "zero"}
    plan = inc.plan_of(
        {
            "currency": "CNY", "period": "month", "measures": {"sales": {"unit": "money", "value": "amount * 2/3"}},
            "attainment_rounding": {"to": "1%", "mode": "floor"},
            "modifiers": {**clamp, "round": {"to": "5%", "mode": "floor"}},
            "caps": {"of": "c", "limit": "50% target", "at": "after_modifiers"},
            "quotas": {"measure": "sales", "amount": 1000, "ramp": {"months": [1, 1], "factor": "50%"}},
            "components": {
                "c": {"measure": "sales", "method": "flat", "rate": "10%", "target": 300},
                "d": {**curve, "nodes": [["50%", 0], ["100%", "100%"]], "above": {"slope": 2}},
            },
        }
    )  # fmt: skip
    world = inc.World(
        payees=("ana", "bo"), periods=("2026-01", "2026-02"),
        outlooks=(inc.Outlook(measure="sales", mean=1000, spread="30%"),),
        people=[{"payee": "ana", "start": "2026-01-01"}, {"payee": "bo", "start": "2025-01-01"}],
    )  # fmt: skip
    means = [inc.simulate(each, world, scenarios=50, seed=1).mean for each in (plan, Namer(dated=dated).plan(plan))]
    assert means[0] == means[1]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("200% target", "300% target", "200% target → 300% target"),
        ("200% target", "$most target", "200% target → $most target"),
        ("$most target", 5000, "$most target → 5000"),
        ("$most", "$least", "$most → $least"),
    ],
)
def test_a_difference_of_limits_reads_as_the_file_says_it(old, new, told):
    """A share of target and a name are one text each, and are not taken apart."""
    numbers = {name: {"values": [{"value": 2}]} for name in ("most", "least")}
    whole = {
        "currency": "CNY", "period": "month", "measures": {"sales": {"unit": "money", "value": "amount"}},
        "components": {"c": {"measure": "sales", "method": "flat", "rate": "5%", "target": 100}}, "parameters": numbers,
    }  # fmt: skip
    plans = [
        inc.plan_of({**whole, "caps": {"of": "plan", "limit": limit, "at": "after_modifiers"}}) for limit in (old, new)
    ]
    (change,) = inc.diff(*plans)
    assert told in change.words()
    assert told in change.words("zh")
