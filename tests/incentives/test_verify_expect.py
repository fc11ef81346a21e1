"""Expectations of case files: each kind holds, and each kind fails with its difference."""

from __future__ import annotations

import pytest
from tests.incentives.casing import PLAN, one

MONTHS = PLAN.replace("period: once", "period: month\n  negative_period: carry").replace(
    "[{amount: 1500}]", "[{date: 2026-01-10, amount: 1500}, {date: 2026-02-10, payee: B, amount: 500}]"
)
"""A is paid 90 in January and B 20 in February."""
PAST = "facts: {transactions: [{amount: 1500}, {payee: B, amount: 2500}]}"
"""B is past the last tier, and comes back."""


def differs(verdict):
    """What a verdict differs in: key, column, expected, got, difference."""
    return [(d.key, d.column, d.expected, d.got, d.difference) for d in verdict.differences]


@pytest.mark.parametrize(
    "expect",
    [
        "{total: 90}",
        "{total: 90.00}",
        "{total: '90'}",
        "{total: 180/2}",
        "{total: {printed: '90.0'}}",
        "{total: {of: 89.5, within: 0.5, because: the page rounds}}",
        "{total: {of: 90, within: 0}}",
        "{pay: {A: 90}}",
        "{pay: {A: {c: 90}}}",
        "{pay: {c: 90}}",
        "{pay: 90}",
        "{pay: {A: {once: {c: 90}}}}",
        "{pay: {A: 90, B: 0}}",
        "{payouts: [{payee: A, component: c, pay: 90}]}",
        "{payouts: [{pay: 90}]}",
        "{lines: [{transaction: T1, before: 0, after: 1500, rate: 6%, pay: 90}]}",
        "{portions: [{tier: 1, part: 1000, rate: 0.04, pay: 40}]}",
        "{portions: {in_order: true, complete: true, rows: [{tier: 1, pay: 40}, {tier: 2, pay: 50}]}}",
        "{portions: {complete: true, rows: [{tier: 2, pay: 50}, {tier: 1, pay: 40}]}}",
        "{portions: {in_order: true, rows: [{pay: 40}]}}",
        "{credits: [{transaction: T1, payee: A, share: 1, credit: 1500}]}",
        "{lines: [{transaction: T1, rate: {printed: '6.0%'}}]}",
        "{no_findings: [cliff, tier_gap, incentives.no-quota]}",
        "{metrics: {cost: 90, ccos: 6%}}",
        "{paid: 90}",
        "{paid: {A: 90}}",
        "{adjustments: 0}",
        "{statement: [{payee: A, earned: 90, paid: 90, closing: 0}]}",
        "{ledger: [{kind: earned, amount: 90}, {kind: paid, amount: -90}]}",
        "{unpaid: {complete: true, rows: []}}",
    ],
)
def test_an_expectation_that_holds_passes(tmp_path, expect):
    """1,500 pays 40 and 50."""
    found = one(tmp_path, expect)
    assert "pass" == found.status, found.explain().text()


@pytest.mark.parametrize(
    ("expect", "difference"),
    [
        ("{total: 91}", ("total", "", "91", "90", "-1")),
        ("{total: {printed: '91'}}", ("total", "", "91", "90", "-1")),
        ("{total: {of: 89, within: 0.5}}", ("total", "", "89 ± 0.5", "90", "1")),
        ("{total: null}", ("total", "", "null", "90", "")),
        ("{pay: {A: 91}}", ("pay.A", "", "91", "90", "-1")),
        ("{pay: {A: 90, B: 5}}", ("pay.B", "", "5", "0", "-5")),
        ("{pay: {A: {c: 91}}}", ("pay.A.c", "", "91", "90", "-1")),
        ("{lines: [{transaction: T1, pay: 91}]}", ("lines transaction T1", "pay", "91", "90", "-1")),
        ("{lines: [{transaction: T9, pay: 91}]}", ("lines transaction T9", "", "pay 91", "there is no such row", "")),
        ("{portions: [{pay: 40}]}", ("portions", "", "pay 40", "2 rows: name also tier", "")),
        ("{portions: {complete: true, rows: [{tier: 1}]}}", ("portions", "complete", "1", "2 rows", "")),
        (
            "{portions: {in_order: true, rows: [{tier: 2}, {tier: 2}]}}",
            ("portions[0]", "tier", "2", "1", "-1"),
        ),
        (
            "{portions: {in_order: true, rows: [{tier: 1}, {tier: 2}, {tier: 3}]}}",
            ("portions[2]", "", "tier 3", "there is no such row", ""),
        ),
        ("{credits: [{payee: A, credit: 1400}]}", ("credits payee A", "credit", "1400", "1500", "100")),
        ("{metrics: {ccos: 5%}}", ("metrics.ccos", "", "5%", "0.06", "0.01")),
        ("{paid: 80}", ("paid", "", "80", "90", "10")),
        ("{adjustments: -5}", ("adjustments", "", "-5", "0", "5")),
        ("{statement: [{payee: A, paid: 80}]}", ("statement payee A", "paid", "80", "90", "10")),
        ("{findings: [cliff]}", ("findings incentives.cliff", "", "incentives.cliff", "it is not there", "")),
        ("{refused: cliff}", ("refused incentives.cliff", "", "incentives.cliff", "the plan runs", "")),
    ],
)
def test_an_expectation_that_does_not_hold_says_in_what(tmp_path, expect, difference):
    """Key, column, expected, got, and by how much."""
    found = one(tmp_path, expect)
    assert "differ" == found.status
    first = differs(found)[0]
    assert difference == (*first[:3], first[3].partition(" (found")[0], first[4])


def test_printed_rounds_half_away_from_zero(tmp_path):
    """0.125 is printed as 0.13, and -0.125 as -0.13."""
    head = PLAN.replace("{amount: 1500}", "{amount: 1}").replace(
        "period: once", "period: once\n  negative_period: carry"
    )
    lines = "{{portions: [{{tier: 1, rate: {{printed: '{}'}}}}]}}"
    for rate, printed in (("12.5%", "13%"), ("-12.5%", "-13%"), ("1.165%", "1.17%"), ("12.49%", "12%")):
        found = one(tmp_path, lines.format(printed), head=head.replace("rate: 4%", f"rate: {rate}"))
        assert "pass" == found.status, found.explain().text()


def test_a_level_with_one_member_may_be_left_out(tmp_path):
    """Payee, period and component may each be skipped, and sums run over what is not named."""
    for expect in (
        "{pay: {A: {2026-01: {c: 90}}, B: {2026-02: {c: 20}}}}",
        "{pay: {A: 90, B: 20}}",
        "{pay: {A: {2026-01: 90, 2026-02: 0}}}",
        "{pay: {A: {2026-Q1: 90}}}",
        "{pay: {A: {c: 90}}}",
        "{pay: {A: {c: {2026-01: 90, 2026-02: 0}}}}",
        "{pay: {c: {A: 90, B: 20}}}",
        "{paid: {A: {2026-01: 90}, B: {2026-02: 20}}}",
        "{paid: {A: 90, B: 20}}",
        "{total: 110}",
    ):
        assert "pass" == one(tmp_path, expect, head=MONTHS).status, expect


def test_a_level_with_several_members_must_be_named(tmp_path):
    """Two payees and none named is no expectation about either."""
    (found,) = differs(one(tmp_path, "{pay: {c: 110}}", head=MONTHS))
    assert "several payees: name them" == found[3]


def test_the_periods_of_a_case_limit_what_is_summed(tmp_path):
    """Only February is looked at."""
    assert "pass" == one(tmp_path, "{total: 20}", more="periods: [2026-02]", head=MONTHS).status


def test_null_is_what_came_back(tmp_path):
    """B is past the last tier; A is paid."""
    for expect in (
        "{pay: {A: 90, B: null}}",
        "{lines: [{transaction: T2, pay: null}]}",
        "{unpaid: [{transaction: T2, code: tier-gap}]}",
        "{unpaid: [{row: T2, code: incentives.tier_gap}]}",
        "{total: 90, findings: [tier-gap]}",
    ):
        assert "pass" == one(tmp_path, expect, more=PAST).status, expect


def test_what_came_back_is_not_zero(tmp_path):
    """Whoever expects 0 of a row that could not be paid is told why."""
    (found,) = differs(one(tmp_path, "{pay: {B: 0}}", more=PAST))
    assert "nothing; came back: T2: incentives.tier-gap" == found[3]


def test_a_total_of_nothing_is_0_as_well(tmp_path):
    """A total is a sum, and the sum of no payouts is 0; a payee that came back is still not paid 0."""
    back = "facts: {transactions: [{amount: 2500}]}"
    for expect in ("{total: 0}", "{total: null, pay: {A: null}}", "{total: {of: 0, within: 1}}"):
        assert "pass" == one(tmp_path, expect, more=back).status, expect
    (found,) = differs(one(tmp_path, "{total: 5}", more=back))
    assert "nothing; came back: T1: incentives.tier-gap" == found[3]


def test_what_came_back_is_nobody_elses_and_of_no_other_time(tmp_path):
    """A row in another currency is that of its payee and its day; who has nothing else then is paid 0."""
    deals = "[{date: 2026-01-05, amount: 500, currency: EUR}, {date: 2026-02-05, payee: B, amount: 500}]"
    for expect in (
        "{pay: {A: null, B: {2026-01: 0, 2026-02: 20}}}",
        "{pay: {A: {2026-01: null, 2026-02: 0}}}",
        "{paid: {A: 0, B: {2026-01: 0, 2026-02: 20}}, adjustments: 0}",
        "{total: 20, pay: {C: 0}}",
    ):
        found = one(tmp_path, expect, more=f"facts: {{transactions: {deals}}}", head=MONTHS)
        assert "pass" == found.status, found.explain().text()
    (found,) = differs(one(tmp_path, "{pay: {A: 0}}", more=f"facts: {{transactions: {deals}}}", head=MONTHS))
    assert "nothing; came back: T1: incentives.other-currency" == found[3]


def test_what_came_back_for_want_of_a_years_quota_is_of_each_of_its_months(tmp_path):
    """The row names the year, or the whole plan, that the quota is missing for."""
    bands = "components.c.bounds: quota, components.c.tiers: [{from: 0, to: null, rate: 4%}]"
    for whole in ("year", "plan"):
        more = f"plan: {{set: {{{bands}, components.c.accumulate: {whole}}}}}"
        found = one(tmp_path, "{pay: {A: {2026-01: null}, B: {2026-02: null}}}", more=more, head=MONTHS)
        assert "pass" == found.status, found.explain().text()


def test_who_is_in_no_pool_is_paid_0_of_it(tmp_path):
    """What of a pool nobody claims is kept back from nobody."""
    pool = "components: {p: {method: pool, fund: 100, shares: {A: 25%, B: 50%}, unclaimed: return}}"
    more = f"plan: {{set: {{{pool}}}}}"
    assert "pass" == one(tmp_path, "{pay: {A: 25, B: 50, C: 0}, findings: [pool-unclaimed]}", more=more).status


def test_findings_are_asked_for_with_a_bound_or_a_path(tmp_path):
    """A bound is a number, a path may be that of a part above."""
    slab = "plan: {set: {components.c.method: slab, components.c.edge: lower_inclusive}}"
    for at in ("1000", "1,000.00", "components.c", ""):
        expect = f"{{findings: [{{code: cliff, at: '{at}'}}]}}" if at else "{findings: [cliff]}"
        assert "pass" == one(tmp_path, expect, more=slab).status, at
    (found,) = differs(one(tmp_path, "{findings: [{code: cliff, at: 999}]}", more=slab))
    assert found[3].startswith("it is there at 1000")
    (found,) = differs(one(tmp_path, "{no_findings: [cliff]}", more=slab))
    assert found[3].startswith("it is there")


@pytest.mark.parametrize(
    ("at", "status"), [("100%", "pass"), ("1", "pass"), ("1000", "pass"), ("800", "differ"), ("1001", "differ")]
)
def test_a_bound_that_is_a_share_of_quota_may_be_written_in_the_unit_of_the_measure(tmp_path, at, status):
    """The quota of the plan is 1,000 a year; another measure has one of 800."""
    change = "components.c.method: slab, components.c.edge: lower_inclusive, components.c.bounds: quota"
    tiers = "components.c.tiers: [{from: 0, to: 1, rate: 4%}, {from: 1, to: null, rate: 10%}]"
    quotas = "measures.nps: {unit: count}, quotas: [{measure: sales, amount: 1000}, {measure: nps, amount: 800}]"
    found = one(
        tmp_path, f"{{findings: [{{code: cliff, at: '{at}'}}]}}", more=f"plan: {{set: {{{change}, {tiers}, {quotas}}}}}"
    )
    assert status == found.status, found.explain().text()


@pytest.mark.parametrize(
    ("change", "code", "points"),
    [
        ("{from: 1200, to: null, rate: 10%}", "tier-gap", {"1000": True, "1100": True, "1200": True, "1201": False}),
        ("{from: 900, to: null, rate: 10%}", "tier-overlap", {"899": False, "900": True, "999": True, "1001": False}),
    ],
)
def test_every_point_of_a_hole_or_overlap_is_its_witness(tmp_path, change, code, points):
    """A case may name either bound, or a point between them, and none outside."""
    more = f"plan: {{set: {{components.c.tiers: [{{from: 0, to: 1000, rate: 4%}}, {change}]}}}}"
    for at, holds in points.items():
        found = one(tmp_path, f"{{refused: {code}, findings: [{{code: {code}, at: {at}}}]}}", more=more)
        assert ("pass" if holds else "differ") == found.status, at


def test_a_plan_that_must_not_run_is_refused_with_its_code(tmp_path):
    """The code is among the errors, with or without the subject."""
    slab = "plan: {set: {components.c.method: slab}}"
    for expect in ("{refused: choice-missing}", "{refused: incentives.choice-missing}", "{refused: choice_missing}"):
        assert "pass" == one(tmp_path, expect, more=slab).status, expect
    (found,) = differs(one(tmp_path, "{refused: tier-gap}", more=slab))
    assert "refused for incentives.choice-missing" == found[3]


@pytest.mark.parametrize(
    ("change", "expect", "status"),
    [
        ("components.c.ratee: 1%", "{refused: unknown-key}", "pass"),
        ("components.c.ratee: 1%", "{refused: core.unknown-key}", "pass"),
        ("components.c.ratee: 1%", "{findings: [{code: unknown-key, at: components.c.ratee}]}", "pass"),
        ("components.c.ratee: 1%", "{findings: [unknown-key], total: 90}", "differ"),
        ("components.c.ratee: 1%", "{findings: [cliff]}", "unreadable"),
        ("components.c.ratee: 1%", "{refused: incentives.unknown-key}", "differ"),
        ("components.c.method: cumulative", "{refused: choice-missing}", "pass"),
        ("components.c.method: graduated", "{refused: choice-missing}", "differ"),
        ("components.c.accumulate: decade", "{refused: choice-missing}", "differ"),
    ],
)
def test_a_refusal_has_the_codes_of_every_reader(tmp_path, change, expect, status):
    """Those of the loader with or without its name; no choice is missing where a word is wrong, but for *cumulative*."""
    assert status == one(tmp_path, expect, more=f"plan: {{set: {{{change}}}}}").status


def test_a_plan_that_runs_is_not_refused_for_what_it_leaves_open(tmp_path):
    """A negative total asks for its rule when it is settled, and for nothing before."""
    back = "facts: {transactions: [{amount: -100}]}"
    assert "pass" == one(tmp_path, "{refused: choice-missing}", more=back).status
    assert "pass" == one(tmp_path, "{total: -4, findings: [choice-missing]}", more=back).status
    assert "differ" == one(tmp_path, "{refused: choice-missing}").status


def test_a_plan_that_is_refused_differs_from_one_that_pays(tmp_path):
    """It is told which choice is missing, and where the figure was written."""
    found = one(tmp_path, "{total: 90}", more="plan: {set: {components.c.method: slab}}")
    assert ("differ", "the plan is refused: incentives.choice-missing") == (found.status, found.differences[0].got)


def test_a_difference_names_the_reading_that_agrees(tmp_path):
    """150 is what the band reached pays on everything."""
    (found,) = one(tmp_path, "{total: 150}").differences
    assert any(reading.startswith("components.c.method = slab") for reading in found.readings)
    (found,) = one(tmp_path, "{total: 123456}").differences
    assert () == found.readings


def test_a_difference_explains_the_number_that_came(tmp_path):
    """In both languages, with the numbers in it."""
    (found,) = one(tmp_path, "{total: 91}").differences
    assert {"en", "zh"} == set(found.explanation)
    assert "1,000 × 4%" in found.explanation["en"].text()


def test_a_failing_case_differs_in_everything_that_it_asks_wrongly(tmp_path):
    """All differences come at once."""
    found = one(tmp_path, "{total: 91, pay: {A: 92}, lines: [{pay: 93}], findings: [cliff]}")
    assert 4 == len(found.differences)


def test_an_engine_that_breaks_ends_one_case_and_not_the_audit(tmp_path, monkeypatch):
    """What broke is told; the exit code is that of a difference."""
    from salesteam.incentives._cases import _outcome

    def broken(*_args, **_more):
        message = "boom"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(_outcome, "pay", broken)
    found = one(tmp_path, "{total: 90}")
    assert ("differ", "the run failed: ZeroDivisionError: boom") == (found.status, found.differences[-1].got)


def test_rows_that_no_key_tells_apart_are_to_be_shown_in_order(tmp_path):
    """One payee is credited twice of one deal: position tells the two lines apart."""
    halves = "{to: payee, share: 50%, kind: carve_out}, {to: mate, share: 50%, kind: carve_out}"
    twice = f"plan: {{set: {{crediting: [{halves}]}}}}\nfacts: {{transactions: [{{amount: 500, mate: A}}]}}"
    ((_, _, _, got, _),) = differs(one(tmp_path, "{lines: [{transaction: T1, pay: 10}]}", more=twice))
    assert "2 rows with these keys: compare them by position, {in_order: true, rows: [...]}" == got
    assert not one(tmp_path, "{lines: {in_order: true, rows: [{pay: 10}, {pay: 10}]}}", more=twice).differences


def test_facts_that_could_not_be_read_are_told_with_what_differs(tmp_path):
    """A table without a column that it must have may be why."""
    verdict = one(tmp_path, "{total: 50}", more="facts: {transactions: [], values: [{value: 50}]}")
    assert ["table.missing-column"] == [finding.code for finding in verdict.report]
    assert "The table values has no column measure." in verdict.explain().text(200)


def test_what_is_named_of_a_later_period_is_settled(tmp_path):
    """A draw is due in each period up to the last that the case names, whether or not a fact touches it."""
    draw = "plan: {set: {draw: {kind: non_recoverable, amount: 50}}}"
    paid = "{paid: {A: {2026-01: 90, 2026-02: 50, 2026-03: 50}}, statement: [{payee: A, period: 2026-04, paid: 50}]}"
    assert not one(tmp_path, paid, more=draw, head=MONTHS).differences
    assert not one(tmp_path, "{paid: {A: {2026-Q1: 140}}}", more=draw, head=MONTHS).differences
