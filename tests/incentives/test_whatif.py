"""What-if on facts: changes in words, plans side by side, other readings of a contract."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
import pytest
from hypothesis import given, settings
from tests.incentives.worlds import PEOPLE, QUOTAS, TARGETS, deals, plans

from salesteam import incentives as inc
from salesteam.core import Money
from salesteam.errors import InvalidValueError, NotFoundError, ReportError

LANGS = ("en", "zh")
NAMES = ("ana", "bo", "cai", "dan")
DEALS = [
    {"transaction": f"T{i}", "date": f"2026-0{1 + i % 3}-05", "amount": str(amount), "payee": NAMES[i % 4]}
    for i, amount in enumerate((300_000, 150_000, 90_000, 60_000, 250_000, 160_000, 95_000, 55_000))
]
TIERS = [{"from": 0, "to": 200_000, "rate": "4%"}, {"from": 200_000, "to": None, "rate": "6%"}]


def plan(**keys):
    """A quarter with two bands."""
    component = {"measure": "bookings", "method": "marginal", "accumulate": "period", "tiers": TIERS}
    return inc.plan_of(
        {
            "plan": "ae", "currency": "CNY", "period": "quarter", "negative_period": "carry",
            "measures": {"bookings": {"unit": "money", "value": "amount"}},
            "components": {"commission": {**component, **keys.pop("commission", {})}}, **keys,
        }
    )  # fmt: skip


FACTS = inc.Facts(
    transactions=DEALS,
    quotas=[
        {"payee": name, "measure": "bookings", "period": "2026-Q1", "quota": quota}
        for name, quota in zip(NAMES, ("500000", "300000", "200000", "200000"), strict=True)
    ],
    targets=[{"payee": name, "period": "2026-Q1", "target": "15000", "base": "45000"} for name in NAMES],
)
SLAB = {"method": "slab", "edge": "lower_inclusive"}


# diff


@given(plans())
@settings(max_examples=30, deadline=None)
def test_equal_plans_have_no_differences(made):
    """Nothing changed between a plan and itself, or its copy read from a file."""
    assert not inc.diff(made, made)
    assert 0 == len(inc.diff(made, attrs.evolve(made)))


def test_a_change_is_told_with_path_and_values():
    """Dotted path, old and new value, and the words in both languages."""
    new = plan(commission={"tiers": [TIERS[0], {**TIERS[1], "rate": "7%"}]})
    (change,) = inc.diff(plan(), new)
    assert ("components.commission.tiers[1].rate", "6%", "7%") == (change.path, change.old, change.new)
    assert "rate of band 2 of component commission: 6% → 7%" == change.words()
    assert "条款 commission 的第 2 档的费率：6% → 7%" == change.words("zh")


def test_parts_that_come_and_go():
    """A cap that is new and a band that is gone are told as such; what did not change is not told."""
    cap = {"of": "plan", "limit": 9000, "at": "after_modifiers"}
    new = plan(caps=[cap], commission={"tiers": [{**TIERS[0], "to": None}]})
    found = {change.path: change.kind for change in inc.diff(plan(), new)}
    expected = {
        "components.commission.tiers[0].to": "removed",
        "components.commission.tiers[1]": "removed",
        "caps[0]": "added",
    }
    assert expected == found
    assert {"removed", "added"} == {change.kind for change in inc.diff(new, plan())}


def test_the_history_of_a_number_is_told_as_history():
    """What was decided, from when, known since when, on what paper, instead of what."""
    old = inc.scheme("assist_split")
    later = inc.Dated(
        value=Fraction(6, 100), from_=date(2026, 7, 1), known_from=date(2026, 6, 15),
        reason="retention", source="minute 14", approved_by="CFO",
    )  # fmt: skip
    rate = old.parameters["rate"]
    new = attrs.evolve(old, parameters={**old.parameters, "rate": attrs.evolve(rate, values=(*rate.values, later))})
    (change,) = inc.diff(old, new)
    said = (
        "history of number rate: 6% from 2026-07-01, known from 2026-06-15 (retention; minute 14; CFO), instead of 5%"
    )
    assert said == change.words()
    assert (
        "参数 rate 的沿革：自 2026-07-01 起为 6%，2026-06-15 起获知（retention; minute 14; CFO），原为 5%"
        == change.words("zh")
    )
    assert "is withdrawn" in inc.diff(new, old).changes[0].words()


@pytest.mark.parametrize("lang", LANGS)
def test_a_diff_shows_and_explains_itself(lang):
    """Text, HTML, frame, explanation; without changes it says so."""
    found = inc.diff(plan(), plan(commission=SLAB))
    assert found.text(lang=lang).count("\n") == len(found)
    assert "<table" in found._repr_html_()
    assert len(found) == len(found.to_frame()) == len(found.explain("components.commission", lang=lang).steps)
    assert inc.diff(plan(), plan()).text(lang=lang)
    with pytest.raises(NotFoundError):
        found.explain("caps", lang=lang)


# compare


@given(made=plans(), rows=deals())
@settings(max_examples=25, deadline=None)
def test_a_plan_against_itself_has_no_winners(made, rows):
    """Nobody wins and nobody loses where nothing changed."""
    facts = inc.Facts(transactions=rows, people=PEOPLE, quotas=QUOTAS, targets=TARGETS)
    found = inc.compare({"now": made, "then": made}, facts)
    assert (0, 0) == (len(found.winners()), len(found.losers()))
    assert {0} >= {row.delta_minor for row in found.deltas}


def test_winners_and_losers_are_named_with_their_component():
    """Who moves, how far, and by which component most; differences foot with the totals."""
    two = attrs.evolve(plan(commission=SLAB), version="2")
    more = inc.Component(method="flat", measure="bookings", rate=Fraction(-1, 100))
    two = attrs.evolve(two, components={**two.components, "fee": more})
    found = inc.compare({"now": plan(), "then": two}, FACTS)
    assert [("ana", -150_000, "fee"), ("bo", 90_000, "commission")] == [
        (row.payee, row.delta_minor, row.component)
        for row in (*found.losers(), *found.winners())
        if row.payee in {"ana", "bo"}
    ]
    runs = found.runs
    assert sum(row.delta_minor for row in found.deltas) == runs["then"].total.minor - runs["now"].total.minor
    assert found.winners("then").explain("bo").steps[0].value == "CNY +900.00"
    with pytest.raises(NotFoundError):
        found.winners("later")


def test_metrics_are_exact():
    """Each number by hand: 1,160,000 sold; pay of the quarter; four payees, of whom two at quota."""
    run = inc.pay(plan(), FACTS)
    found = inc.metrics(run)
    pay = Fraction(8000 + 21_000 + 8000 + 6600 + 7400 + 4600)
    assert run.total == Money.of(pay, "CNY")
    assert pay == found["cost"]
    assert (4 * 45_000 + pay) / 1_160_000 == found["ccos"]
    assert (4 * 45_000 + pay + 1000) / 2_000_000 == inc.metrics(run, revenue=2_000_000, benefits=1000)["ccos"]
    assert 4 * 60_000 == found["ote"]
    assert Fraction(3, 4) == found["pay_mix"]
    assert Fraction(2, 4) == found["share_at_quota"]
    assert Fraction(29_000, 15_000) == found["leverage"]
    assert Fraction(45_000 + 29_000, 45_000) == found["total_leverage"]
    assert Fraction(29_000, 4600) == found["decile_ratio"]
    assert 0 < found["correlation"] < 1


def test_correlation_is_one_where_pay_follows_attainment():
    """Pay that is a straight line of attainment moves with it exactly."""
    quotas = [{**row, "quota": "100000"} for row in FACTS.quotas]
    flat = plan(commission={"method": "flat", "rate": "5%", "tiers": [], "accumulate": None})
    assert 1 == inc.metrics(inc.pay(flat, attrs.evolve(FACTS, quotas=quotas)))["correlation"]


def test_a_metric_without_its_facts_is_none():
    """Nothing is made up where there are no quotas and no targets."""
    found = inc.metrics(inc.pay(plan(), inc.Facts(transactions=DEALS)))
    assert [None] * 5 == [found[m] for m in ("ote", "pay_mix", "leverage", "total_leverage", "share_at_quota")]
    assert found["ccos"] == found["cost"] / 1_160_000


def test_targets_of_a_year_count_for_the_quarter():
    """Of a yearly target and base the run counts as many quarters as it has."""
    targets = [{"payee": name, "period": "2026", "target": "60000", "base": "180000"} for name in NAMES]
    found = inc.metrics(inc.pay(plan(), attrs.evolve(FACTS, targets=targets)))
    assert 4 * 60_000 == found["ote"]


@pytest.mark.parametrize("metric", inc.METRICS)
@pytest.mark.parametrize("lang", LANGS)
def test_every_metric_is_explained(metric, lang):
    """With the numbers in its formula, alone and in a comparison."""
    found = inc.compare({"now": plan(), "then": plan(commission=SLAB)}, FACTS)
    assert 2 == len(found.explain(metric, lang=lang).steps)
    assert 1 == len(inc.metrics(found.runs["now"]).explain(metric, lang=lang).steps)


def test_the_cost_curve_scales_every_amount_alike():
    """At a level all payees together reach that share of quota; who sells how much of it stays as it was."""
    found = inc.compare(
        {"now": plan(), "flat": plan(commission={"method": "flat", "rate": "5%", "tiers": [], "accumulate": None})},
        FACTS,
    )
    flat = {row.level: row for row in found.cost_curve if row.plan == "flat"}
    assert [Fraction(4, 5), 1, Fraction(6, 5)] == list(flat)
    assert [int(level * 1_200_000 * 5) for level in flat] == pytest.approx(
        [row.cost_minor for row in flat.values()], abs=4
    )
    assert Fraction(1_200_000, 1_160_000) == flat[1].factor
    rising = [row.cost_minor for row in found.cost_curve if row.plan == "now"]
    assert rising == sorted(rising)


def test_the_cost_curve_of_ready_values():
    """Values are scaled like deals; attainment that comes ready too, shares and scores not."""
    values = [{"payee": "ana", "period": "2026-Q1", "measure": "bookings", "value": "600000"}]
    facts = inc.Facts(values=values, quotas=FACTS.quotas[:1])
    bare = plan()
    bare = attrs.evolve(bare, measures={"bookings": inc.Measure(unit="money")})
    found = inc.compare({"now": bare}, facts)
    assert [20_000, 26_000, 32_000] == [row.cost_minor // 100 for row in found.cost_curve]


def test_payees_are_counted_by_attainment():
    """Every payee with a quota is in one band."""
    found = inc.compare({"now": plan()}, FACTS)
    assert 4 == sum(row.payees for row in found.distribution)
    assert found.runs["now"].total.minor == sum(row.pay_minor for row in found.distribution)


def test_how_far_a_budget_reaches():
    """The last whole percent of quota at which the plan does not cost more than the budget."""
    found = inc.compare({"now": plan()}, FACTS)
    (risk,) = found.risk(60_000)

    def cost(level):
        factor = level * 1_200_000 / 1_160_000
        scaled = [{**deal, "amount": f"{round(int(deal['amount']) * factor * 100) / 100:.2f}"} for deal in DEALS]
        return inc.pay(plan(), attrs.evolve(FACTS, transactions=scaled)).total.minor

    assert cost(risk.holds_to) <= 6_000_000 < cost(risk.holds_to + Fraction(1, 100))
    assert None is found.risk(1)[0].holds_to
    assert 2 == found.risk(10**9)[0].holds_to


def test_a_pilot_stands_beside_the_plan():
    """A shadow plan is computed and shown, and the table says that it pays nobody."""
    found = inc.compare({"now": plan(), "pilot": plan(commission=SLAB, status="shadow")}, FACTS)
    assert "pilot (pilot, pays nobody)" in found.text(200)
    assert "试行，不发放" in found.text(200, "zh")
    assert found.winners()


def test_plans_of_several_currencies_are_not_compared():
    """Currencies are never summed."""
    with pytest.raises(InvalidValueError, match="CNY and USD"):
        inc.compare({"now": plan(), "there": plan(currency="USD")}, FACTS)
    with pytest.raises(InvalidValueError, match="no plan"):
        inc.compare({}, FACTS)


@pytest.mark.parametrize("lang", LANGS)
def test_a_comparison_shows_itself(lang):
    """Text, HTML, and a frame for each table."""
    found = inc.compare({"now": plan(), "then": plan(commission=SLAB)}, FACTS)
    assert found.text(120, lang)
    assert "<table" in found._repr_html_()
    assert found.winners().text(lang=lang)
    assert str(found.explain("cost_curve", lang=lang))
    sizes = {
        table: len(found.to_frame(table)) for table in ("deltas", "components", "metrics", "cost_curve", "distribution")
    }
    assert {"deltas": 4, "components": 4, "metrics": 2 * len(inc.METRICS), "cost_curve": 6, "distribution": 12} == sizes
    with pytest.raises(InvalidValueError):
        found.to_frame("payouts")


# readings


def once(**keys):
    """One deal over a bound, as contracts argue about it."""
    tiers = [{"from": 0, "to": 1000, "rate": "4%"}, {"from": 1000, "to": 2000, "rate": "10%"}]
    component = {
        "measure": "sales",
        "method": "marginal",
        "accumulate": "transaction",
        "bounds": "value",
        "tiers": tiers,
    }
    return inc.plan_of(
        {
            "currency": "USD", "period": "once", "measures": {"sales": {"unit": "money", "value": "amount"}},
            "components": {"c": component}, **keys,
        }
    )  # fmt: skip


DEAL = inc.Facts(transactions=[{"transaction": "T1", "amount": "1500", "payee": "A"}])


def test_split_or_whole_deal():
    """1,500 over two bands pays 90 by parts and 150 by the band reached; 60 lie between."""
    found = inc.readings(once(), DEAL)
    assert 9000 == found.written.total_minor
    slab = [each for each in found.others if each.option == "slab"]
    assert {15_000} == {each.total_minor for each in slab}
    assert slab == [each for each in found.giving(150) if each.option == "slab"]
    assert Money.of(60, "USD") <= found.between
    assert () == found.giving(91)
    assert found.giving(150, "A")


def test_an_option_that_asks_for_a_choice_comes_with_each_way_to_make_it():
    """Slab jumps, so that somebody must own the bound: each owner is one reading."""
    found = inc.readings(once(), DEAL)
    edges = [dict(each.also)["components.c.edge"] for each in found.others if each.option == "slab"]
    assert ["lower_inclusive", "upper_inclusive", "closed"] == edges


def test_a_reading_that_the_plan_does_not_allow_comes_with_its_reason():
    """A method whose keys are missing is listed as refused, in both languages."""
    found = inc.readings(once(), DEAL)
    flat = next(each for each in found.refused if each.option == "flat")
    code, en, zh = flat.refused
    assert "incentives.key-missing" == code
    assert "rate" in en
    assert en != zh
    assert None is flat.total_minor


def test_choices_of_rules_limits_and_factors_are_read_otherwise_too():
    """Every choice that is made is tried, one at a time; factors on one thing join in one way."""
    crediting = [
        {"to": "assistant", "share": "15%", "kind": "carve_out"},
        {"to": "payee", "share": "85%", "kind": "carve_out"},
    ]
    factor = {"of": "plan", "measure": "sales.attainment", "clamp": ["90%", "120%"], "join": "product"}
    caps = [{"of": "c", "limit": 50, "at": "before_modifiers"}]
    made = once(crediting=crediting, modifiers=[factor, factor], caps=caps)
    facts = inc.Facts(
        transactions=[{"transaction": "T1", "amount": "1500", "payee": "A", "assistant": "B"}],
        quotas=[{"payee": payee, "measure": "sales", "quota": "1000"} for payee in ("A", "B")],
    )
    found = inc.readings(made, facts)
    tried = {(each.path, each.option) for each in found if each.path}
    assert {
        ("crediting[0].kind", "overlay"),
        ("crediting[1].kind", "overlay"),
        ("caps[0].at", "after_modifiers"),
    } <= tried
    assert [("modifiers[0].join", "sum")] == [pair for pair in tried if pair[1] == "sum"]
    assert {"A", "B"} == set(found.written.pay)


def test_bundles_are_choices_too():
    """What a bundle of conventions fills can be read otherwise."""
    tiers = [{"from": "0", "to": "1000", "rate": "4%"}, {"from": "1000", "to": None, "rate": "10%"}]
    content = {
        "currency": "CNY", "period": "month", "conventions": "common/1",
        "measures": {"sales": {"unit": "money", "value": "amount"}},
        "components": {"c": {"measure": "sales", "method": "slab", "tiers": tiers}},
    }  # fmt: skip
    rows = [{"transaction": f"T{m}", "date": f"2026-0{m}-05", "amount": "1000", "payee": "A"} for m in (1, 2)]
    found = inc.readings(inc.plan_of(content), inc.Facts(transactions=rows))
    moved = {(each.path, each.option): each.total_minor for each in found.others}
    assert 20_000 == found.written.total_minor
    assert 8_000 == moved["components.c.edge", "upper_inclusive"]


def test_a_plan_with_an_error_has_no_readings():
    """What cannot be paid as written is refused as `pay` refuses it."""
    with pytest.raises(ReportError):
        inc.readings(attrs.evolve(once(), components={"c": inc.Component()}), DEAL)


@pytest.mark.parametrize("lang", LANGS)
def test_readings_show_and_explain_themselves(lang):
    """Text, HTML, frame, and which option gives what to whom."""
    found = inc.readings(once(), DEAL)
    assert found.text(100, lang)
    assert "<table" in found._repr_html_()
    assert str(found.explain("components.c.method", lang=lang))
    frame = found.to_frame(lang=lang)
    assert 9000 == frame.query("path == '' and payee == 'A'")["pay_minor"].item()
    assert len(found.refused) == frame["refused"].notna().sum()
    with pytest.raises(NotFoundError):
        found.explain("components.c.rate", lang=lang)


def test_choices_about_what_is_paid_are_read_by_what_is_paid():
    """A draw that need not be repaid pays more in the end, though nobody earns more."""
    rows = [
        {"transaction": f"T{m}", "date": f"2026-0{m}-05", "amount": a, "payee": "A"}
        for m, a in ((1, "1000"), (2, "9000"))
    ]
    content = {
        "currency": "CNY", "period": "month", "negative_period": "carry",
        "measures": {"sales": {"unit": "money", "value": "amount"}},
        "components": {"c": {"measure": "sales", "method": "flat", "rate": "50%"}},
        "draw": {"kind": "recoverable", "amount": 2000, "repay_from": "above_draw"},
    }  # fmt: skip
    found = inc.readings(inc.plan_of(content), inc.Facts(transactions=rows))
    free = next(each for each in found.others if each.option == "non_recoverable")
    assert (True, {"A": 650_000}) == (free.settled, free.pay)
    assert ({"A": 500_000}, {"A": 500_000}) == (found.paid, found.written.pay)
    assert Money.of(1500, "CNY") == found.between
    assert "(as paid)" in found.text(200)
    assert "6,500.00" in found.text(200)
