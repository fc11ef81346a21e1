"""The state of a run in columns is that of the same run row by row, and costs no such run."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.incentives.language import worlds
from tests.incentives.plans import sound
from tests.incentives.worlds import PEOPLE, QUOTAS, TARGETS, deals, plans

from salesteam import incentives as inc
from salesteam.errors import InvalidValueError, ReportError
from salesteam.incentives import _columnar, _exact
from salesteam.incentives._columnar._state import standing
from salesteam.incentives._filled import filled

quick = settings(deadline=None, suppress_health_check=list(HealthCheck))
FEATURES = [(), ("reversals",), ("crediting", "reversals"), ("for", "reversals"), ("dated",)]


def held(state):
    """All that a state holds that a later run may ask for, as data that can be compared."""
    carried = state.carried
    data = {field.name: getattr(carried, field.name) for field in attrs.fields(type(carried))}
    data |= {name: dict(data[name]) for name in ("deals", "shares", "kept", "given", "usual")}
    data["deals"] = {name: attrs.asdict(deal, filter=_asked_for) for name, deal in data["deals"].items()}
    data["sums"] = {key: attrs.asdict(joined) for key, joined in carried.sums.items()}
    data["back"] = sorted((row.row, row.code, row.payee or "", row.component or "") for row in carried.back)
    return {**data, "plan": state.plan, "as_of": state.as_of}


def _asked_for(field, _):
    return field.name != "values"


def same(paid, facts):
    """Whether both engines give one state, where columns pay a plan and their sums tell the state."""
    full = filled(paid)
    assume(_columnar.covers(full, facts))
    try:
        run = _columnar.run(full, facts, None)
    except InvalidValueError:
        assume(False)
    state = standing(run)
    assume(state is not None)
    assert held(_exact.run(full, facts, None).state) == held(state)


@quick
@given(data=st.data())
def test_both_engines_give_one_state(data):
    """It holds the same sums, pays and deals as if every row had been paid one by one, whatever bends the pay."""
    paid, rows = data.draw(plans().filter(sound)), data.draw(deals())
    same(paid, inc.Facts(transactions=rows, quotas=QUOTAS, targets=TARGETS, people=PEOPLE))


@quick
@given(data=st.data())
def test_both_engines_give_one_state_of_reversals_pools_and_roles(data):
    """The same over more of the language of plans, and over frames."""
    only = ("tiered", "flat", "curve", "pool")
    paid, tables = data.draw(worlds(only=only, features=data.draw(st.sampled_from(FEATURES))))
    assume(sound(paid))
    own = {c.measure for c in paid.components.values()} | {"m", "n", "units", "margin"}
    measures = {name: m for name, m in paid.measures.items() if name in own and m.value is not None}
    assume(all(c.measure in {None, *measures} for c in paid.components.values()))
    rows = tables["transactions"]
    rows = pl.DataFrame(rows, infer_schema_length=None) if data.draw(st.booleans()) else rows
    same(attrs.evolve(paid, measures=measures), inc.Facts(**{**tables, "transactions": rows, "values": None}))


def plan(tiers, **more):
    """A plan of bands over a quarter."""
    part = {"measure": "m", "method": "marginal", "accumulate": "quarter", "tiers": tiers}
    return inc.plan_of(
        {
            "currency": "CNY",
            "period": "month",
            "negative_period": "carry",
            "measures": {"m": {"unit": "money", "value": "amount"}},
            "components": {"c": part},
            **more,
        }
    )


BANDS = [{"from": 0, "to": 100, "rate": "10%"}, {"from": 100, "rate": "20%"}]


def rows(*days, payee="ana"):
    """A deal of 80 on each of some days of January, as a frame."""
    cells = [
        {"transaction": f"{payee} {day}", "date": date(2026, 1, day), "amount_minor": 80_00, "payee": payee}
        for day in days
    ]
    return pl.DataFrame(cells)


def test_the_first_state_of_columns_costs_no_run_by_rows(monkeypatch):
    """Only the day that goes on from it is paid row by row."""
    first = inc.pay(plan(BANDS), inc.Facts(transactions=rows(5)))
    with monkeypatch.context() as patched:
        patched.delattr(_exact, "run")
        state = first.state
    assert 8_00 + 2_00 + 12_00 == inc.pay(plan(BANDS), inc.Facts(transactions=rows(6)), resume=state).total.minor


def test_a_deal_that_was_taken_back_in_columns_stands_at_what_is_left_of_it():
    """Where each deal has a sum of its own, its reversals go on from that."""
    flat = inc.Component(method="flat", measure="m", rate=Fraction(1, 10), accumulate="transaction")
    paid = attrs.evolve(plan(BANDS), components={"c": flat})
    back = {"transaction": ["R1"], "date": [date(2026, 1, 6)], "amount_minor": [-30_00], "payee": ["ana"]}
    taken = pl.concat(
        [rows(5).with_columns(reverses=pl.lit(None, pl.String)), pl.DataFrame({**back, "reverses": ["ana 5"]})]
    )
    run = inc.pay(paid, inc.Facts(transactions=taken))
    assert [50_00] == [stand.at for stand in standing(run).carried.rows.values()]
    assert held(_exact.run(filled(paid), inc.Facts(transactions=taken), None).state) == held(run.state)


@pytest.mark.parametrize(
    ("tiers", "more"),
    [
        ([{**BANDS[0], "rate": "$low"}, BANDS[1]], {"low": ["10%", "5%"]}),
        ([{"from": 0, "to": 100, "rate": "10%"}], {}),
    ],
)
def test_where_sums_do_not_tell_the_state_rows_do(tiers, more):
    """A rate that changes on the way, or a deal whose sum nobody owns."""
    about = {}
    if more:
        values = [{"value": more["low"][0]}, {"value": more["low"][1], "from": date(2026, 1, 6)}]
        about = {"parameters": {"low": {"unit": "rate", "values": values}}, "parameters_at": "transaction_date"}
    paid = plan([{**tier, "to": tier.get("to")} for tier in tiers], **about)
    whole = inc.pay(paid, inc.Facts(transactions=rows(5, 6, 7)))
    first = inc.pay(paid, inc.Facts(transactions=rows(5, 6)))
    assert standing(first) is None
    assert whole.total == inc.pay(paid, inc.Facts(transactions=rows(7)), resume=first.state).total


def test_who_lacked_a_quota_in_columns_asks_for_a_full_run_when_it_comes():
    """The deals that came back for want of it could be paid now."""
    shares = [{"from": 0, "to": "100%", "rate": "10%"}, {"from": "100%", "rate": "20%"}]
    paid = plan(shares)
    paid = attrs.evolve(paid, components={"c": attrs.evolve(paid.components["c"], bounds="quota")})
    quotas = [{"payee": who, "measure": "m", "period": "2026-Q1", "quota": 100} for who in ("ana", "bo")]
    facts = {"transactions": pl.concat([rows(5), rows(6, payee="bo")]), "quotas": quotas[:1]}
    first = inc.pay(paid, inc.Facts(**facts))
    assert standing(first) is not None
    assert (8_00, ["bo 6"]) == (first.total.minor, [row.row for row in first.unpaid])
    none = inc.Facts(transactions=rows(5).clear(), quotas=quotas)
    with pytest.raises(ReportError, match=r"resume-changed.*components\.c: bo"):
        inc.pay(paid, none, resume=first.state)


def test_who_was_unknown_in_columns_asks_for_a_full_run_when_known():
    """The deals of strangers came back, and could be paid now."""
    people = [{"payee": "ana"}, {"payee": "bo"}]
    facts = {"transactions": pl.concat([rows(5), rows(6, payee="bo")]), "people": people[:1]}
    first = inc.pay(plan(BANDS), inc.Facts(**facts))
    assert standing(first) is not None
    with pytest.raises(ReportError, match=r"resume-changed.*people: bo"):
        inc.pay(plan(BANDS), inc.Facts(transactions=rows(5).clear(), people=people), resume=first.state)
