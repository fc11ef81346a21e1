"""Laws that hold for every plan and every set of deals."""

from __future__ import annotations

import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from unittest import mock

import attrs
import pytest
from hypothesis import HealthCheck, Phase, assume, given, reject, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from datetime import date

from reference import Reference
from worlds import DAYS, PAYEES, PEOPLE, QUOTAS, TARGETS, components, deals, plans

from salesteam import incentives as inc
from salesteam.core import _table as t
from salesteam.core import round_to
from salesteam.core._table import _doors, write_rows
from salesteam.errors import ReportError
from salesteam.incentives._columnar import _wide
from salesteam.incentives._days import interval_name

quick = settings(
    max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)


@attrs.frozen(kw_only=True)
class Deal:
    """One row of the transactions."""

    transaction: str = t.column("id")
    date: date = t.column("booking day")
    seq: int = t.column("order within a day")
    amount_minor: int = t.column("amount", "minor units")
    payee: str = t.column("who")
    assistant: str | None = t.column("who helped", default=None)


def framed(rows, kind):
    """The deals as a frame of a kind."""
    if kind.startswith("rows"):
        return rows
    kind = kind.removesuffix("-alone")
    if kind == "pandas":
        return write_rows(rows, Deal)
    import polars as pl

    frame = pl.DataFrame(
        rows,
        schema={
            "transaction": pl.String,
            "date": pl.Date,
            "seq": pl.Int64,
            "amount_minor": pl.Int64,
            "payee": pl.String,
            "assistant": pl.String,
        },
    )
    if kind == "polars":
        return frame
    if kind == "pyarrow":
        return frame.to_arrow()
    import duckdb

    return duckdb.from_arrow(frame.to_arrow())


def facts(rows, kind="rows"):
    return inc.Facts(transactions=framed(rows, kind), quotas=QUOTAS, targets=TARGETS, people=PEOPLE)


def payable(plan, facts):
    """The run; plans whose numbers are refused as too large are no example of a law."""
    try:
        return inc.pay(plan, facts)
    except ReportError as error:
        if {"incentives.scale-overflow"} != set(error.report.by_code):
            raise
        reject()


def paid(run):
    return {(p.payee, p.period, p.component): p.pay_minor for p in run.payouts}


def without_polars(kind):
    """Kinds that end in ``alone`` compute as if Polars were not installed."""
    return mock.patch.object(_doors, "polars_here", return_value=not kind.endswith("alone"))


@pytest.mark.parametrize(
    "kind", ["rows", "rows-alone", "pandas", "pandas-alone", "polars", "duckdb", "duckdb-alone", "pyarrow"]
)
@quick
@given(plan=plans(), rows=deals())
def test_every_backend_pays_what_the_reference_pays(kind, plan, rows):
    """Law 1: exact fractions, one row at a time, give the same cents as the columns, with and without Polars."""
    expected = Reference(plan, rows, QUOTAS, TARGETS, PEOPLE)
    with without_polars(kind):
        run = payable(plan, facts(rows, kind))
    assert expected.payouts == paid(run)
    assert sorted((n["transaction"] or "", n["payee"], n["component"], n["pay"]) for n in expected.lines) == sorted(
        (n.transaction or "", n.payee, n.component, n.pay_minor) for n in run.lines
    )
    assert sorted({(a or "", b or "", c) for a, b, c in expected.unpaid}) == sorted(
        {(u.transaction or "", u.payee or "", u.code.removeprefix("incentives.")) for u in run.unpaid}
    )


few = settings(quick, max_examples=6)
SALES = {"m": inc.Measure(unit="money", value="amount")}


def plain(component, **about):
    """A monthly plan with one component and nothing that bends it."""
    return inc.Plan(
        currency="CNY", period="month", measures=SALES, components={"c": component}, negative_period="carry", **about
    )


def marginal(rates, accumulate="year"):
    """A marginal component with these rates over 0, 100, 1,000."""
    bounds = [Fraction(0), Fraction(100), Fraction(1000), None]
    tiers = tuple(inc.Tier(from_=a, to=b, rate=r) for a, b, r in zip(bounds, bounds[1:], rates, strict=False))
    return inc.Component(method="marginal", measure="m", accumulate=accumulate, tiers=tiers)


RATE = st.sampled_from([Fraction(1, 25), Fraction(1, 3), Fraction(1, 10), Fraction(0)])


@few
@given(plan=plans(bent=False), rows=deals())
def test_carve_outs_sum_to_the_deal(plan, rows):
    """Law 2: what the payees and the house get of a deal by carve-out is the deal, to the last minor unit."""
    run = payable(plan, facts(rows))
    parts = {}
    for credit in run.credits:
        if credit.kind == "carve_out":
            parts[credit.transaction] = parts.get(credit.transaction, 0) + credit.credit_minor
    amounts = {r["transaction"]: r["amount_minor"] for r in rows if r["transaction"] in parts}
    assert amounts == parts


@few
@given(rows=deals(), shares=st.sampled_from(["equal", inc.By("pro_rata", "m")]))
def test_pools_sum_to_the_fund(rows, shares):
    """Law 2: shares of a pool and what nobody claims are the fund, which is the rate on the team's sum."""
    pool = inc.Component(
        method="pool",
        fund=inc.Fund(rate=Fraction(1, 7), measure="team.m"),
        shares=shares,
        leavers="in",
        unclaimed="return",
    )
    run = inc.pay(plain(pool), facts(rows))
    expected = Reference(plain(pool), rows, QUOTAS, TARGETS, PEOPLE)
    assert {k: v for k, v in expected.payouts.items() if v} == {k: v for k, v in paid(run).items() if v}


@few
@given(plan=plans(), rows=deals(), seed=st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(plan, rows, seed):
    """Law 3: shuffled rows pay the same."""
    shuffled = list(rows)
    seed.shuffle(shuffled)
    expected = paid(payable(plan, facts(rows)))
    assert expected == paid(inc.pay(plan, facts(shuffled)))


@few
@given(component=components())
def test_a_curve_that_pays_at_zero_is_reported(component):
    """Law 4: F(0) is 0 unless `pays-at-zero` says otherwise; marginal pay never jumps."""
    curve = inc.curve(plain(component), "c")
    reported = "incentives.pays-at-zero" in inc.check(plain(component)).by_code
    assert (curve.at(Fraction(0)) != 0) == reported
    assert component.method != "marginal" or not any(knot.jumps for knot in curve.knots)


@few
@given(component=components(), x=st.integers(0, 3000), y=st.integers(0, 3000))
def test_pay_rises_with_sales_if_check_finds_nothing(component, x, y):
    """Law 5: a curve without the finding `non-monotone` never pays less for more."""
    if "incentives.non-monotone" in inc.check(plain(component)).by_code:
        reject()
    curve = inc.curve(plain(component), "c")
    low, high = sorted((Fraction(x, 2), Fraction(y, 2)))
    assert curve.at(low) <= curve.at(high)


@few
@given(rates=st.tuples(RATE, RATE, RATE), rows=deals(), slab=st.booleans())
def test_a_deal_and_its_reversal_pay_nothing_together(rates, rows, slab):
    """Law 6: within one accumulation interval every deal and its reversal cancel for every payee."""
    component = marginal(rates)
    if slab:
        component = inc.Component(
            method="slab", measure="m", accumulate="year", edge="lower_inclusive", tiers=component.tiers
        )
    rules = (
        inc.CreditRule(to="assistant", share=Fraction(3, 20), kind="carve_out"),
        inc.CreditRule(to="payee", share="rest", kind="carve_out"),
    )
    back = [
        {
            **r,
            "transaction": "R" + r["transaction"],
            "amount_minor": -r["amount_minor"],
            "reverses": r["transaction"],
            "date": DAYS[-1],
            "seq": 9,
        }
        for r in rows
    ]
    run = inc.pay(plain(component, crediting=rules), facts([{**r, "reverses": None} for r in rows] + back))
    assert {p: 0 for p in PAYEES if p in {x.payee for x in run.payouts}} == {
        p: sum(x.pay_minor for x in run.payouts if x.payee == p) for p in PAYEES if p in {x.payee for x in run.payouts}
    }


@few
@given(rates=st.tuples(RATE, RATE, RATE), rows=deals(), cut=st.integers(-1000, 1000))
def test_cutting_a_row_leaves_the_totals(rates, rows, cut):
    """Law 7: an unsplit row in two pieces pays what it paid in one."""
    head, rest = rows[0], rows[1:]
    pieces = [{**head, "amount_minor": cut}, {**head, "transaction": "T0b", "amount_minor": head["amount_minor"] - cut}]
    plan = plain(marginal(rates))
    assert paid(inc.pay(plan, facts(rows))) == paid(inc.pay(plan, facts(pieces + rest)))


@few
@given(rate=RATE, rows=deals())
def test_equal_rates_are_one_flat_rate(rate, rows):
    """Law 8: marginal and slab with one rate everywhere pay what flat pays."""
    flat = paid(inc.pay(plain(inc.Component(method="flat", measure="m", rate=rate)), facts(rows)))
    tiers = marginal((rate,) * 3).tiers
    assert flat == paid(inc.pay(plain(marginal((rate,) * 3, "period")), facts(rows)))
    slab = inc.Component(method="slab", measure="m", accumulate="period", edge="lower_inclusive", tiers=tiers)
    assert flat == paid(inc.pay(plain(slab), facts(rows)))


@few
@given(plan=plans(), rows=deals())
def test_lines_foot_and_stay_below_the_cap(plan, rows):
    """Law 10: payouts are the sums of their lines, and no component pays more than its cap."""
    run = payable(plan, facts(rows))
    sums = {}
    for line in run.lines:
        key = (line.payee, line.period, line.component)
        sums[key] = sums.get(key, 0) + line.pay_minor
    assert paid(run) == sums
    if not any(x.of == "plan" for x in plan.floors):
        assert all(p.cap_minor is None or p.pay_minor <= p.cap_minor for p in run.payouts)


@quick
@given(plan=plans(bent=False), rows=deals())
def test_portions_sum_to_the_exact_pay(plan, rows):
    """Law 10: the tiers' parts of all lines of an interval, rounded once, are what the lines paid; shares foot."""
    run = payable(plan, facts(rows))
    exact, paid_out = {}, {}
    for line in run.lines:
        c = plan.components[line.component]
        if c.method == "curve":
            continue
        own = {"transaction": line.period, None: line.period, "period": line.period, "plan": ""}
        span = own.get(c.accumulate) if c.accumulate in own else interval_name(plan, c.accumulate, line.date)
        key = (line.payee, line.component, span)
        paid_out[key] = paid_out.get(key, 0) + line.pay_minor
        parts = [p for p in run.portions if (p.transaction, p.payee, p.component, p.before, p.after)
                 == (line.transaction, line.payee, line.component, line.before, line.after)]  # fmt: skip
        share = sum(p.share_rate or 0 for p in parts)
        assert line.after == line.before or share * (line.after - line.before) == sum(p.pay for p in parts)
    for part in run.portions:
        line = next(
            x
            for x in run.lines
            if (x.transaction, x.payee, x.component) == (part.transaction, part.payee, part.component)
        )
        c = plan.components[part.component]
        own = {"transaction": part.period, None: part.period, "period": part.period, "plan": ""}
        span = own.get(c.accumulate) if c.accumulate in own else interval_name(plan, c.accumulate, line.date)
        key = (part.payee, part.component, span)
        exact[key] = exact.get(key, Fraction(0)) + part.pay
    assert paid_out == {key: round_to(exact.get(key, Fraction(0)) * 100, plan.rounding) for key in paid_out}


@few
@given(plan=plans(), rows=deals())
def test_every_row_is_paid_or_kept_or_comes_back(plan, rows):
    """Law 15: no transaction is lost."""
    run = payable(plan, facts(rows))
    seen = {x.transaction for x in run.credits} | {u.transaction for u in run.unpaid if u.transaction is not None}
    assert {r["transaction"] for r in rows} == seen
    lined = {(x.transaction, x.payee) for x in run.lines} | {(u.transaction, u.payee) for u in run.unpaid}
    once = any(c.method == "curve" for c in plan.components.values()) or any(
        x.of == "plan" for x in (*plan.caps, *plan.floors)
    )
    owed = {(x.transaction, x.payee) for x in run.credits if x.payee != "house"}
    assert once or owed <= lined


@few
@given(text=st.text(alphabet="abc:{}[]-0%$ \n,", max_size=60), plan=plans(), drop=st.integers(0, 30))
def test_check_never_raises(text, plan, drop):
    """Law 16: a broken plan gives findings."""
    assert inc.read(text).report is not None
    lines = inc.dump(plan).splitlines()
    broken = "\n".join(lines[:drop] + lines[drop + 1 :])
    assert inc.read(broken).report is not None


@few
@given(plan=plans())
def test_plans_round_trip(plan):
    """Law 17: a plan written and read is the same plan."""
    assert plan == inc.read(inc.dump(plan)).value


def test_the_same_numbers_stand_in_every_kind_of_frame():
    """What comes out is of the kind that went in."""
    rows = [{"transaction": "T1", "date": DAYS[0], "seq": 0, "amount_minor": 12_345, "payee": "ana", "assistant": None}]
    plan = plain(marginal((Fraction(1, 25), Fraction(1, 10), Fraction(1, 3))))
    for kind, expected in (("pandas", "pandas"), ("polars", "polars"), ("duckdb", "duckdb"), ("pyarrow", "pyarrow")):
        run = inc.pay(plan, facts(rows, kind))
        assert expected == t.kind_of(run.to_frame("lines", exact=True))


def test_random_plans_reach_the_long_division():
    """Law 1 holds for amounts whose products do not fit into 64 bits, and there are such plans."""
    seen = Counter()
    divided = _wide._long_division

    def counted(*given, **named):
        seen["long"] += 1
        return divided(*given, **named)

    @settings(quick, max_examples=100, derandomize=True)
    @given(plan=plans(), rows=deals(), size=st.sampled_from([10**6, 10**7, 10**8]))
    def pays(plan, rows, size):
        assume(all(c.method != "interpolated_amount" for c in plan.components.values()))  # its bands end somewhere
        rows = [{**row, "amount_minor": row["amount_minor"] * size + 7} for row in rows]
        expected = Reference(plan, rows, QUOTAS, TARGETS, PEOPLE)
        assert expected.payouts == paid(payable(plan, facts(rows)))

    with mock.patch.object(_wide, "_long_division", counted):
        pays()
    assert seen["long"] > 0
