"""Case files: how plans and facts are put together, and which shorthands stand for what."""

from __future__ import annotations

import pytest
from tests.incentives.casing import PLAN, codes, judged, one, statuses, written

from salesteam.incentives import verify
from salesteam.incentives._cases import read_cases

WHOLE = "plan: {case: c1, set: {components.c.method: slab, components.c.edge: lower_inclusive}}"


def test_the_example_of_the_format_passes(tmp_path):
    """Tiers split pay 90; the whole amount at the tier reached pays 150."""
    found = statuses(
        tmp_path,
        "id: c1\nexpect: {total: 90, portions: [{tier: 1, pay: 40}, {tier: 2, pay: 50}]}",
        f"id: whole\n{WHOLE}\nfacts: {{case: c1}}\nexpect: {{total: 150}}",
    )
    assert {"c1": "pass", "whole": "pass"} == found


def test_a_plan_may_be_a_path_from_the_file(tmp_path):
    """The path is counted from the file of the case, and a plan beside it is no file of cases."""
    plan = "format: salesteam-plan/1\n" + PLAN.split("facts:")[0].replace("plan:\n", "").replace("\n  ", "\n")
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "p.yaml").write_text(plan, encoding="utf-8")
    head = "facts: {transactions: [{amount: 1500}]}"
    cases = [
        "id: path\nplan: plans/p.yaml\nexpect: {total: 90}",
        "id: changed\nplan: {base: plans/p.yaml, set: {'components.c.tiers[1].rate': 20%}}\nexpect: {total: 140}",
    ]
    written(tmp_path, cases, head)
    assert [("path", "pass"), ("changed", "pass")] == [(v.id, v.status) for v in verify(tmp_path).verdicts]


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ("{'components.c.tiers[1].rate': 20%}", 140),
        ("{'components.c.tiers[0]': {from: 0, to: 1000, rate: 0}}", 50),
        ("{'components.c.tiers[1].to': null}", 90),
        ("{'components.c.tiers[1]': null}", "null"),
        ("{'components.c.tiers[2]': {from: 2000, rate: 50%}}", 90),
        ("{components.d: {measure: sales, method: flat, rate: 1%}}", 105),
        ("{components.c: {measure: sales, method: flat, rate: 2%}}", 30),
        ("{caps.of: plan, caps.limit: 60, caps.at: after_modifiers}", 60),
        ("{measures.sales.value: amount * 2/3}", 40),
    ],
)
def test_set_changes_what_a_path_leads_to(tmp_path, changes, total):
    """Dotted paths with positions; null removes, a new key is added, the rest stays."""
    found = statuses(
        tmp_path,
        "id: c1\nexpect: {total: 90}",
        f"id: changed\nplan: {{case: c1, set: {changes}}}\nexpect: {{total: {total}}}",
    )
    assert {"c1": "pass", "changed": "pass"} == found


def test_set_without_a_base_changes_the_plan_of_the_file(tmp_path):
    """What the file says for all is the base of a case that only changes it."""
    found = one(tmp_path, "{total: 60}", more="plan: {set: {'components.c.tiers[1].rate': 4%}}")
    assert "pass" == found.status


@pytest.mark.parametrize("path", ["components.c.tiers[7].rate", "currency.of", "c..d", "tiers[x]"])
def test_a_path_that_leads_nowhere_is_told_with_its_line(tmp_path, path):
    """The case cannot be read; line and column are those of the path."""
    found = judged(tmp_path, f"id: c1\nplan: {{set: {{'{path}': 1}}}}\nexpect: {{total: 90}}")
    ((error,),) = [v.report.errors for v in found.verdicts]
    assert (2, "incentives.case-figure") == (found.exit_code, error.code)
    assert error.place.line is not None
    assert error.place.column is not None


def test_a_later_case_may_lean_on_an_earlier_one_and_that_on_another(tmp_path):
    """References may be chained, and facts may be taken apart from the plan."""
    found = statuses(
        tmp_path,
        "id: c1\nexpect: {total: 90}",
        f"id: c2\n{WHOLE}\nexpect: {{total: 150}}",
        "id: c3\nplan: {case: c2}\nfacts: {transactions: [{amount: 500}]}\nexpect: {total: 20}",
        "id: c4\nfacts: {case: c3}\nexpect: {total: 20}",
    )
    assert {"pass"} == set(found.values())


def test_cases_that_lean_on_each_other_in_a_circle_are_refused(tmp_path):
    """The way round is told."""
    found = judged(
        tmp_path,
        "id: a\nplan: {case: b}\nexpect: {total: 1}",
        "id: b\nplan: {case: a}\nexpect: {total: 1}",
        "id: c\nfacts: {case: c}\nexpect: {total: 1}",
    )
    assert ["incentives.case-circle"] * 3 == codes(found)
    assert "a -> b -> a" in " ".join(found.text().split())


def test_a_case_that_does_not_exist_is_told_with_the_nearest(tmp_path):
    """A misspelt id is a finding, not a failure."""
    found = judged(tmp_path, "id: first\nexpect: {total: 90}", "id: b\nplan: {case: firsd}\nexpect: {total: 1}")
    assert ["incentives.case-unknown"] == codes(found)
    assert "first" in found.verdicts[1].report.errors[0].fix()


def test_tables_of_a_case_replace_those_of_the_same_name(tmp_path):
    """Others are inherited; null takes one away."""
    found = statuses(
        tmp_path,
        "id: c1\nexpect: {attainment: [{attainment: 50%}]}",
        "id: c2\nfacts: {transactions: [{amount: 300}]}\nexpect: {total: 12, attainment: [{attainment: 10%}]}",
        "id: c3\nfacts: {quotas: null}\nexpect: {attainment: {complete: true, rows: []}}",
        head=PLAN.replace("{amount: 1500}]}", "{amount: 1500}], quotas: [{measure: sales, quota: 3000}]}"),
    )
    assert {"c1": "pass", "c2": "pass", "c3": "pass"} == found


def facts_of(folder, facts, more=""):
    """The tables of a case with its defaults filled in."""
    (case,) = read_cases(written(folder, [f"id: c1\n{more}\nfacts: {facts}\nexpect: {{total: 0}}"])).cases
    assert case.report.ok, case.report.text()
    return case


def test_what_a_row_leaves_out_has_a_default(tmp_path):
    """Payee A, transactions T1 and on, the order of the list; the day only where a period is known."""
    case = facts_of(
        tmp_path, "{transactions: [{amount: 1}, {amount: 2, payee: B}, {amount: 3, transaction: X, payee: null}]}"
    )
    assert [
        {"amount": "1", "transaction": "T1", "payee": "A", "seq": "1"},
        {"amount": "2", "transaction": "T2", "payee": "B", "seq": "2"},
        {"amount": "3", "transaction": "X", "payee": None, "seq": "3"},
    ] == case.facts["transactions"]
    assert case.undated


def test_a_second_row_of_a_deal_stands_where_the_first_does(tmp_path):
    """A place in the list tells no copy from the row it repeats; a place that is written does."""
    rows = (
        "[{transaction: X, amount: 1}, {amount: 2}, {transaction: X, amount: 1}, {transaction: X, amount: 1, seq: 9}]"
    )
    case = facts_of(tmp_path, f"{{transactions: {rows}}}")
    assert ["1", "2", "1", "9"] == [row["seq"] for row in case.facts["transactions"]]


def test_an_amount_that_nothing_looks_at_may_be_left_out(tmp_path):
    """Deals are counted, or weighed by another column; an amount that is looked at has to be there."""
    deals = "facts: {transactions: [{quantity: 3}, {quantity: 4}]}"
    rate = "components.c: {measure: sales, method: flat, rate: 5}"
    for measure, total in (("{unit: count, value: quantity}", 35), ("{unit: count, aggregate: count}", 10)):
        change = f"plan: {{set: {{measures.sales: {measure}, {rate}}}}}\n{deals}"
        assert "pass" == one(tmp_path, f"{{total: {total}}}", more=change).status
    beside = "measures.n: {unit: count, aggregate: count}, components.c: {measure: n, method: flat, rate: 5}"
    assert "pass" == one(tmp_path, "{total: 10}", more=f"plan: {{set: {{{beside}}}}}\n{deals}").status
    gate = "gates: {tests: [{measure: sales, at_least: 1}], locks: c}"
    for change in ("{}", f"{{{beside}, {gate}}}"):
        more = f"plan: {{set: {change}}}\n{deals}"
        assert "pass" == one(tmp_path, "{unpaid: [{row: T1, code: no-amount}]}", more=more).status


def test_a_day_left_out_is_in_the_first_of_the_periods(tmp_path):
    """So is the period of a value or a quota."""
    facts = "{transactions: [{amount: 1}], values: [{measure: nps, value: 3}], quotas: [{measure: sales, quota: 9}]}"
    case = facts_of(tmp_path, facts, "periods: [2026-Q1, 2026-Q2]")
    assert "2026-01-01" == case.facts["transactions"][0]["date"]
    assert ("2026-Q1", "2026-Q1") == (case.facts["values"][0]["period"], case.facts["quotas"][0]["period"])
    assert ("2026-Q1", "2026-Q2") == case.periods


def test_the_only_transaction_is_the_one_that_an_event_is_about(tmp_path):
    """A receipt that names an invoice is about no single one."""
    facts = "{transactions: [{amount: 1, transaction: X}], events: [{kind: cancelled}], receipts: [{paid: 1}, {invoice: I, paid: 1}]}"
    case = facts_of(tmp_path, facts)
    assert ["X"] == [row["transaction"] for row in case.facts["events"]]
    assert ["X", None] == [row.get("transaction") for row in case.facts["receipts"]]


def test_values_of_a_team_need_no_payee(tmp_path):
    """A row that names a team is about no payee."""
    case = facts_of(tmp_path, "{values: [{team: t, measure: nps, value: 3}, {measure: nps, value: 4}]}")
    assert [None, "A"] == [row.get("payee") for row in case.facts["values"]]


@pytest.mark.parametrize("period", ["2026", '"2026"', "{start: 2026-01-01, end: 2027-01-01}"])
def test_a_period_may_be_quoted_bare_or_two_days(tmp_path, period):
    """The end is excluded."""
    case = facts_of(tmp_path, f"{{values: [{{measure: nps, value: 3, period: {period}}}]}}", f"periods: [{period}]")
    assert {"2026"} == {case.periods[0].replace("[2026-01-01, 2027-01-01)", "2026")}


def test_a_case_without_any_day_is_paid_in_one_period(tmp_path):
    """A monthly plan then needs no dates."""
    head = PLAN.replace("period: once", "period: month")
    assert "pass" == one(tmp_path, "{total: 90, pay: {A: {c: 90}}}", head=head).status


def test_a_case_may_be_skipped_with_its_reason(tmp_path):
    """It counts as neither passed nor failed."""
    found = judged(tmp_path, "id: c1\nskip: not signed yet\nexpect: {total: 1}")
    assert (0, "skipped", "not signed yet") == (found.exit_code, found.verdicts[0].status, found.verdicts[0].reason)


def test_a_case_that_is_skipped_need_not_be_readable(tmp_path):
    """It may wait for a key or a table that nobody knows yet."""
    for more in ("expect: {awards: [{payee: A}]}", "plan: none-yet.yaml\nexpect: {total: 1}", "expects: {}"):
        found = judged(tmp_path, f"id: c1\nskip: next year\n{more}")
        assert (0, "skipped") == (found.exit_code, found.verdicts[0].status), more


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("id: c1", "core.missing-key"),
        ("id: c1\nexpect: {}", "incentives.case-nothing"),
        ("id: c1\nexpcet: {total: 1}\nexpect: {total: 1}", "core.unknown-key"),
        ("id: c1\nexpect: {totl: 1}", "core.unknown-key"),
        ("id: c1\nexpect: {lines: [{pya: 1}]}", "core.unknown-key"),
        ("id: c1\nexpect: {lines: {rows: [], completely: true}}", "core.unknown-key"),
        ("id: c1\nexpect: {lines: 3}", "core.wrong-shape"),
        ("id: c1\nexpect: {lines: [3]}", "core.wrong-shape"),
        ("id: c1\nexpect: {total: lots}", "incentives.case-figure"),
        ("id: c1\nexpect: {total: {printed: lots}}", "incentives.case-figure"),
        ("id: c1\nexpect: {total: {of: 1}}", "incentives.case-figure"),
        ("id: c1\nexpect: {total: {of: 1, within: -1}}", "incentives.case-figure"),
        ("id: c1\nexpect: {total: [1]}", "incentives.case-figure"),
        ("id: c1\nexpect: {pay: {A: {p: {c: {d: 1}}}}}", "core.wrong-shape"),
        ("id: c1\nexpect: {metrics: {profit: 1}}", "core.unknown-key"),
        ("id: c1\nexpect: {findings: [{cod: x}]}", "core.unknown-key"),
        ("id: c1\nfacts: {transaction: []}\nexpect: {total: 1}", "core.unknown-key"),
        ("id: c1\nfacts: {quotas: [{measur: x}]}\nexpect: {total: 1}", "core.unknown-key"),
        ("id: c1\nfacts: {transactions: 3}\nexpect: {total: 1}", "core.wrong-shape"),
        ("id: c1\nfacts: {transactions: [3]}\nexpect: {total: 1}", "core.wrong-shape"),
        ("id: c1\nfacts: {transactions: [{amount: [1]}]}\nexpect: {total: 1}", "core.wrong-shape"),
        ("id: c1\nplan: [1]\nexpect: {total: 1}", "core.wrong-shape"),
        ("id: c1\nplan: nowhere.yaml\nexpect: {total: 1}", "core.missing-file"),
        ("id: c1\nas_of: soon\nexpect: {total: 1}", "core.wrong-value"),
        ("id: c1\nperiods: [soon]\nexpect: {total: 1}", "incentives.case-figure"),
        ("id: c1\nopen_period: soon\nexpect: {total: 1}", "incentives.case-figure"),
        ("id: c1\nplan: {set: {componentz.c: {method: flat}}}\nexpect: {total: 1}", "core.unknown-key"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_place(tmp_path, case, code):
    """Exit code 2, with line and column, and the neighbours still run."""
    found = judged(tmp_path, case, "id: other\nexpect: {total: 90}")
    assert (2, "pass") == (found.exit_code, found.verdicts[-1].status)
    assert code in codes(found)
    places = [finding.place for verdict in found.verdicts for finding in verdict.report.errors]
    assert all(place.line and place.column for place in places)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cases: []", "core.missing-key"),
        ("format: salesteam-cases/1", "core.missing-key"),
        ("format: salesteam-cases/2\ncases: []", "core.unknown-option"),
        ("format: salesteam-cases/1\ncases: {}", "core.wrong-shape"),
        ("format: salesteam-cases/1\ncases: [3]", "core.wrong-shape"),
        ("format: salesteam-cases/1\ncases: [{title: x}]", "core.missing-key"),
        ("format: salesteam-cases/1\ncase: []\ncases: []", "core.unknown-key"),
        ("- 1", "core.wrong-shape"),
        ("format: [", "core.broken-yaml"),
        ("a: !!python/object:os.system x", "core.tag"),
    ],
)
def test_a_file_that_is_none_is_told(tmp_path, text, code):
    """Nothing in it is executed, and nothing is raised."""
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    found = verify(path)
    assert 2 == found.exit_code
    assert code in codes(found)


def test_a_stray_comma_is_told_and_the_cases_still_run(tmp_path):
    """1,000 between braces is read as it was meant, and what to quote is said."""
    found = judged(tmp_path, "id: c1\nfacts: {transactions: [{amount: 1,000}]}\nexpect: {total: 40}")
    assert (["core.stray-comma"], 2, "pass") == (codes(found), found.exit_code, found.verdicts[0].status)


def test_an_id_stands_for_one_case_of_a_file(tmp_path):
    """The second is told with the line of the first."""
    found = judged(tmp_path, "id: c1\nexpect: {total: 90}", "id: c1\nexpect: {total: 90}")
    assert ["incentives.case-twice"] == codes(found)


def test_two_files_with_one_id_are_told_and_still_run(tmp_path):
    """A report would name both by it."""
    for name in ("a.yaml", "b.yaml"):
        written(tmp_path, ["id: c1\nexpect: {total: 90}", "id: d\nfacts: {case: c1}\nexpect: {total: 90}"], name=name)
    found = verify(tmp_path)
    assert (0, 4) == (found.exit_code, found.count("pass"))
    assert ["incentives.case-elsewhere"] * 2 == [finding.code for finding in found.report]


def test_a_folder_without_cases_is_told(tmp_path):
    """An audit of nothing is no audit."""
    assert ["incentives.cases-none"] == codes(verify(tmp_path))


def test_positions_in_a_base_plan_are_those_of_its_own_file(tmp_path):
    """What is wrong in the base is shown where it stands."""
    plan = "format: salesteam-plan/1\ncurrency: USD\nperiod: once\nmeasurez: {}\n"
    (tmp_path / "p.yaml").write_text(plan, encoding="utf-8")
    found = judged(tmp_path, "id: c1\nplan: {base: p.yaml, set: {currency: EUR}}\nexpect: {total: 0}")
    (error,) = [f for f in found.verdicts[0].report.errors if f.code == "core.unknown-key"]
    assert (str(tmp_path / "p.yaml"), 4) == (error.place.file, error.place.line)


def test_numbers_are_compared_as_numbers_and_texts_as_texts(tmp_path):
    """0.10 is 10 %, and a code with a leading zero is no number."""
    facts = "facts: {transactions: [{amount: 100, off: 0.10, code: '007'}, {amount: 100, off: 0.2, code: '7'}]}"
    for test in ("off: 10%", "off: 0.1", "code: '007'", "off: [0.10, 0.3]"):
        plan = f"plan: {{set: {{measures.sales.where: {{{test}}}}}}}"
        assert "pass" == one(tmp_path, "{total: 4}", more=f"{plan}\n{facts}").status, test


def test_an_expectation_of_no_findings_at_all_holds(tmp_path):
    """An empty list asks for nothing; only an empty expectation is refused."""
    assert "pass" == one(tmp_path, "{findings: [], unpaid: []}").status


def test_cases_may_not_lean_on_each_other_without_end(tmp_path):
    """A long chain ends in a finding, not in the limit of the machine."""
    chain = ["id: c0\nexpect: {total: 90}"]
    chain += [f"id: c{n}\nplan: {{case: c{n - 1}}}\nexpect: {{total: 90}}" for n in range(1, 60)]
    found = judged(tmp_path, *chain)
    assert (2, 51) == (found.exit_code, found.count("pass"))
    assert {"incentives.case-figure"} == set(codes(found))


def test_an_entry_of_the_ledger_stands_in_the_first_period(tmp_path):
    """Booked and original period may be left out, also where there is but one period."""
    facts = "{transactions: [{amount: 1500}], ledger: [{kind: earned, amount: 70}, {kind: paid, amount: -70}]}"
    case = facts_of(tmp_path, facts)
    assert [("E1", "A", "once", "once"), ("E2", "A", "once", "once")] == [
        tuple(row[name] for name in ("entry", "payee", "booked_period", "original_period"))
        for row in case.facts["ledger"]
    ]
