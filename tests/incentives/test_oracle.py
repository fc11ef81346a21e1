"""The whole language of plans pays what an oracle written from the page pays, and keeps the laws of the page."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from fractions import Fraction

import attrs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.incentives.language import BY_ROW, worlds
from tests.incentives.oracle import Oracle
from tests.incentives.plans import sound

from salesteam import incentives as inc
from salesteam.errors import InvalidValueError
from salesteam.incentives import _columnar, _exact
from salesteam.incentives._filled import filled

quick = settings(
    deadline=None, suppress_health_check=list(HealthCheck), max_examples=max(10, settings.default.max_examples * 2 // 3)
)

WORLDS = [
    (),
    ("reversals", "crediting"),
    ("bent", "sums", "reversals"),
    ("dated", "reversals", "bent"),
    ("dated", "named", "bent", "reversals", "crediting", "rounded"),
    ("quotas", "bent"),
    ("proration", "bent", "sums"),
    ("fx", "reversals", "crediting"),
    ("rollup", "reversals"),
    ("clawback", "bent"),
    ("windfall", "reversals", "crediting"),
    ("rounded", "bent", "sums"),
    ("locks", "bent"),
    ("grouped", "reversals", "for"),
    ("deal", "reversals"),
    ("split", "bent"),
    ("transaction_gate", "reversals"),
]
KNOWN = st.sampled_from([None, date(2026, 1, 1), date(2026, 2, 11)])


def paid(payouts, plan):
    """Pay that is not zero; of a plan with limits on the sum only the sum, which no component owns."""
    whole = any(x.of == "plan" for x in (*plan.caps, *plan.floors))
    found = Counter()
    for key, pay in payouts:
        found[key[:2] if whole else key] += pay
    return {key: pay for key, pay in found.items() if pay}


def of_run(run):
    return (((p.payee, p.period, p.component), p.pay_minor) for p in run.payouts)


def back(rows):
    """Whose pay came back, and why; a row that no rule takes, or for which nobody stands above, is looked at apart."""
    return {(payee, code) for payee, code in rows if payee is not None and code not in {"no-rule", "no-manager"}}


@pytest.mark.parametrize("features", WORLDS, ids=lambda f: "-".join(f) or "plain")
@quick
@given(data=st.data(), known=KNOWN)
def test_every_plan_pays_what_the_oracle_pays(features, data, known):
    """Law 1 on the whole language: the same pay to the cent, and the same rows back for the same reasons."""
    plan, facts = data.draw(worlds(features=features))
    assume(sound(plan))
    known = known if "dated" in features else None
    run = _exact.run(filled(plan), inc.Facts(**facts), known)
    oracle = Oracle(plan, known, **facts)
    if not plan.clawback and plan.fx is None:
        cut = sorted((e.transaction, e.payee, e.kind, e.credit["amount"] * 100) for e in oracle.credits)
        unknown = {(u.transaction, u.payee) for u in run.unpaid if u.code == "incentives.unknown-payee"}
        assert cut == sorted(
            (k.transaction, k.payee, k.kind, k.credit_minor)
            for k in run.credits
            if k.payee != "house" and (k.transaction, k.payee) not in unknown
        )
    assert paid(oracle.payouts.items(), plan) == paid(of_run(run), plan)
    assert back((who, code) for _, who, code in oracle.unpaid) == back(
        (u.payee, u.code.removeprefix("incentives.")) for u in run.unpaid
    )
    alone = {(u.transaction, u.payee) for u in run.unpaid if u.code == "incentives.no-manager"}
    assert set() == alone & oracle.led, "somebody above is paid on it"


@quick
@given(data=st.data())
def test_columns_pay_what_the_oracle_pays(data):
    """Plans that columns cover pay the same in columns, without ready values."""
    plan, facts = data.draw(
        worlds(only=("tiered", "flat", "curve"), features=("reversals", "crediting", "bent", "sums"))
    )
    assume(sound(plan))
    measures = {c.measure for c in plan.components.values()} | {"m"}
    used = " ".join([*(m.measure for m in plan.modifiers), *(t.measure for g in plan.gates for t in g.tests)])
    assume("nps" not in used and "health" not in used)
    plan = attrs.evolve(
        plan, measures={n: m for n, m in plan.measures.items() if n in measures and m.value is not None}
    )
    assume(all(c.measure in plan.measures for c in plan.components.values()))
    facts = {k: v for k, v in facts.items() if k != "values"}
    assume(_columnar.covers(filled(plan), inc.Facts(**facts)))
    try:
        run = _columnar.run(filled(plan), inc.Facts(**facts), None)
    except InvalidValueError:  # what only one row at a time can tell
        assume(False)
    assert paid(Oracle(plan, None, **facts).payouts.items(), plan) == paid(of_run(run), plan)


# the laws of the page


@quick
@given(data=st.data(), seed=st.integers(0, 2**16))
def test_the_order_of_rows_does_not_matter(data, seed):
    """Law 3: shuffled tables pay the same, line by line."""
    plan, facts = data.draw(worlds(features=("reversals", "crediting", "bent", "sums")))
    assume(sound(plan))
    mixed = {k: random.Random(seed).sample(v, len(v)) if k != "people" else v for k, v in facts.items()}
    one, other = (inc.pay(plan, inc.Facts(**f)) for f in (facts, mixed))
    assert one.payouts == other.payouts
    assert [(n.transaction, n.payee, n.component, n.pay_minor) for n in one.lines] == [
        (n.transaction, n.payee, n.component, n.pay_minor) for n in other.lines
    ]


@quick
@given(data=st.data())
def test_a_deal_and_its_reversal_pay_nothing(data):
    """Law 6: taking everything back within the interval of accumulation leaves nobody with pay, uncapped."""
    kinds = ("tiered", "flat", "spiff", "override", "lookup")
    plan, facts = data.draw(worlds(only=kinds, features=("crediting",)))
    plan = attrs.evolve(
        plan,
        components={
            n: attrs.evolve(c, accumulate="plan" if c.method in BY_ROW and c.method != "flat" else None)
            for n, c in plan.components.items()
        },
    )
    assume(sound(plan) and not any(c.measure in ("ready", "y") for c in plan.components.values()))
    assume(not any(c.method == "slab" and any(t.amount for t in c.tiers) for c in plan.components.values()))
    assume(not any(c.method == "bonus" for c in plan.components.values()))  # a band from zero pays on the first row
    rows = facts["transactions"]
    money = {"quantity": -1, "amount_minor": -1, "cost_minor": -1}
    gone = [
        {**{k: v * money.get(k, 1) if k in money else v for k, v in r.items()},
         "transaction": f"R{r['transaction']}", "seq": 9, "reverses": r["transaction"]}
        for r in rows
    ]  # fmt: skip
    run = inc.pay(plan, inc.Facts(**{**facts, "transactions": rows + gone}))
    assume(not any(u.code == "incentives.tier-gap" for u in run.unpaid))
    one_period = {r["date"].month for r in rows if r["payee"]}
    if all(c.method in BY_ROW for c in plan.components.values()) or len(one_period) == 1:
        assert dict.fromkeys({p.payee for p in run.payouts}, 0) == _by_payee(run)


def _by_payee(run):
    found = Counter()
    for p in run.payouts:
        found[p.payee] += p.pay_minor
    return dict(found)


@quick
@given(data=st.data(), cut=st.integers(1, 99))
def test_cutting_an_unsplit_row_leaves_totals(data, cut):
    """Law 7: a deal booked as two pays what the one would have paid."""
    plan, facts = data.draw(worlds(only=("tiered", "flat", "curve"), features=()))
    assume(sound(plan))
    sums = {"m", "x", "ready", "team", "whole"}
    fits = all(
        c.measure in sums and c.accumulate != "transaction" and c.method != "forward" for c in plan.components.values()
    )
    assume(fits)
    first, *rest = facts["transactions"]
    part = first["amount_minor"] * cut // 100
    pieces = [
        {**first, "amount_minor": part},
        {**first, "transaction": "T0b", "amount_minor": first["amount_minor"] - part},
    ]
    whole = inc.pay(plan, inc.Facts(**facts))
    apart = inc.pay(plan, inc.Facts(**{**facts, "transactions": [*pieces, *rest]}))
    assume(not any(u.code == "incentives.tier-gap" for u in (*whole.unpaid, *apart.unpaid)))
    assert paid(of_run(whole), plan) == paid(of_run(apart), plan)


@quick
@given(data=st.data())
def test_equal_rates_are_one_rate(data):
    """Law 8: bands of the same rate pay what a flat rate pays."""
    plan, facts = data.draw(worlds(only=("tiered",), features=("reversals",)))
    rate = Fraction(1, 7)
    rated = {"marginal", "slab", "from_threshold", "forward"}
    plan = attrs.evolve(plan, measures=plan.measures)
    parts = {
        n: attrs.evolve(
            c, base_rate=None,
            tiers=tuple(attrs.evolve(t, rate=rate, multiplier=None, amount=None, retroactive=False) for t in c.tiers),
        )
        for n, c in plan.components.items()
        if c.method in rated and c.gaps == "refuse" and c.bounds == "value" and c.tiers[-1].to is None
    }  # fmt: skip
    assume(parts)
    banded = attrs.evolve(plan, components=parts)
    flat = {
        n: inc.Component(method="flat", measure=c.measure, rate=rate, accumulate=c.accumulate) for n, c in parts.items()
    }
    assume(sound(banded))
    assume(not any(plan.measures[c.measure].aggregate in ("mean", "latest", "distinct") for c in parts.values()))
    wanted = inc.pay(attrs.evolve(plan, components=flat), inc.Facts(**facts))
    run = inc.pay(banded, inc.Facts(**facts))
    assert {k[:3]: p for k, p in _lines(wanted).items()} == {k[:3]: p for k, p in _lines(run).items()}


def _lines(run):
    found = Counter()
    for n in run.lines:
        found[n.payee, n.component, n.transaction] += n.before is None or (n.after - n.before)
    return found


@quick
@given(data=st.data())
def test_parts_are_the_whole(data):
    """Law 9: each payee paid alone is paid the same, where nobody's pay hangs on others."""
    plan, facts = data.draw(worlds(only=("tiered", "curve", "mbo", "matrix", "spiff"), features=("reversals", "dated")))
    assume(sound(plan))
    whole = inc.pay(plan, inc.Facts(**facts))
    alone = {}
    for payee in ("ana", "bo", "cai"):
        mine = {
            k: [r for r in v if r.get("payee") == payee or k in ("people", "quotas", "targets")]
            for k, v in facts.items()
        }
        if mine["transactions"] or mine["values"]:
            alone |= paid(of_run(inc.pay(plan, inc.Facts(**mine))), plan)
    assert paid(of_run(whole), plan) == alone


@quick
@given(data=st.data(), features=st.sampled_from(WORLDS))
def test_lines_foot_and_every_row_is_accounted_for(data, features):
    """Laws 2, 10 and 15: lines sum to payouts, credits to deals, and no row is lost."""
    plan, facts = data.draw(worlds(features=features))
    assume(sound(plan))
    run = inc.pay(plan, inc.Facts(**facts))
    lines = Counter()
    for n in run.lines:
        lines[n.payee, n.period, n.component] += n.pay_minor
    assert {k: p for k, p in lines.items() if p} == {k: p for k, p in of_run(run) if p}
    deals = {r["transaction"]: r["amount_minor"] for r in facts["transactions"] if r["currency"] == "CNY"}
    carved = Counter()
    for k in run.credits:
        carved[k.transaction] += k.credit_minor if k.kind == "carve_out" else 0
    if not plan.clawback:
        assert {t: carved[t] for t in deals if t in carved} == {t: deals[t] for t in deals if t in carved}
    seen = set(carved) | {u.transaction for u in run.unpaid}
    assert set() == {r["transaction"] for r in facts["transactions"]} - seen
    by_row = all(c.method in BY_ROW and plan.measures[c.measure].scope == "payee" for c in plan.components.values())
    if by_row and not any(c.pay_split for c in plan.components.values()):
        told = {(n.transaction, n.payee) for n in run.lines} | {(u.transaction, u.payee) for u in run.unpaid}
        everyone = {(u.transaction, None) for u in run.unpaid}
        credited = {(k.transaction, k.payee) for k in run.credits if k.payee != "house" and k.share}
        assert set() == {c for c in credited - told if (c[0], None) not in everyone}
