"""Check, pay and settle from a folder of facts: what is printed, written, and how it ends."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from tests.cli.test_commands import run

from salesteam import incentives as inc

PLAN = """
format: salesteam-plan/1
plan: ae
version: "2026.1"
status: draft
currency: CNY
period: month
negative_period: carry
valid: {from: 2026-01-01, until: 2027-01-01}
measures: {sales: {unit: money, value: amount}}
components: {commission: {text: On sales, measure: sales, method: flat, rate: 10%}}
"""
DEALS = "transaction,date,amount,payee\nT1,2026-01-05,30000,ana\nT2,2026-02-20,20000,李娜\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a plan and facts, to work in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "transactions.csv").write_text(DEALS, encoding="utf-8")
    return tmp_path


def test_a_plan_without_faults_is_checked_quietly(here):
    """Nothing to question ends well."""
    result = run("check", "plan.yaml")
    assert (0, "no findings\n") == (result.exit_code, result.stdout)


def test_a_plan_with_an_error_ends_with_it(here):
    """The finding says where."""
    (here / "plan.yaml").write_text(
        PLAN.replace(
            "method: flat, rate: 10%", "method: marginal, bounds: value, tiers: [{from: 0, to: null, rate: 1%}]"
        ),
        encoding="utf-8",
    )
    result = run("check", "plan.yaml", "--json")
    codes = [each["code"] for each in json.loads(result.stdout)["findings"]]
    assert (1, True) == (result.exit_code, "incentives.choice-missing" in codes)


def test_check_with_facts_looks_at_them_too(here):
    """A deal of a closed period is late, and named by its file."""
    result = run("check", "plan.yaml", "--facts", "facts", "--open-period", "2026-02")
    assert "incentives.late-transaction" in result.stdout
    assert "facts/transactions.csv" in result.stdout


def test_pay_prints_payouts_and_writes_every_table(here):
    """The files hold what the library gives."""
    result = run("pay", "plan.yaml", "facts", "--out", "out")
    assert (0, True) == (result.exit_code, "Total CNY 5,000.00" in result.stdout)
    written = pd.read_csv(here / "out" / "payouts.csv")
    assert [("ana", 300_000), ("李娜", 200_000)] == list(zip(written["payee"], written["pay_minor"], strict=True))
    files = {path.name for path in (here / "out").glob("*.csv")}
    assert {"payouts.csv", "lines.csv", "portions.csv", "credits.csv", "attainment.csv", "unpaid.csv"} == files


def test_a_row_that_cannot_be_paid_is_named_by_its_line(here):
    """The rest is paid all the same, and the exit code tells."""
    with (here / "facts" / "transactions.csv").open("a", encoding="utf-8") as file:
        file.write("\nT3,2026-02-30,1,ana\n")
    result = run("pay", "plan.yaml", "facts")
    assert 1 == result.exit_code
    assert "facts/transactions.csv:5 date" in result.stdout
    assert "Total CNY 5,000.00" in result.stdout
    assert "errors: 1; rows that came back unpaid: 1" in result.stderr


def test_json_holds_payouts_unpaid_and_findings_alone(here):
    """Another program reads it without a word between."""
    whole = json.loads(run("pay", "plan.yaml", "facts", "--json", "--out", "out").stdout)
    assert (500_000, 2, [], []) == (whole["total_minor"], len(whole["payouts"]), whole["unpaid"], whole["findings"])


def test_all_that_is_wrong_with_what_was_asked_comes_at_once(here):
    """Plan, facts, day and folder."""
    (here / "facts" / "quota.csv").write_text("payee\n", encoding="utf-8")
    result = run("pay", "plam.yaml", "facts", "--as-of", "soon", "--out", "facts")
    assert 1 == result.exit_code
    for code in ("core.missing-file", "incentives.unknown-table", "review.wrong-day", "core.out-foreign"):
        assert code in result.stderr


def test_settling_what_was_settled_adds_nothing(here):
    """The ledger that was written goes back in as it is."""
    first = json.loads(run("settle", "plan.yaml", "facts", "--out", "out", "--json").stdout)
    assert ("2026-02", 4) == (first["open_period"], len(first["entries"]))
    (here / "out" / "ledger.csv").rename(here / "facts" / "ledger.csv")
    again = json.loads(run("settle", "plan.yaml", "facts", "--out", "out", "--json").stdout)
    assert [] == again["entries"]
    assert 4 == len(pd.read_csv(here / "out" / "ledger.csv"))


def test_a_statement_is_printed_for_the_payee_asked_for(here):
    """In the language asked for; whoever is unknown is told so."""
    result = run("settle", "plan.yaml", "facts", "--payee", "李娜", "--lang", "zh")
    settled = inc.settle(inc.pay(inc.load("plan.yaml"), inc.load_facts("facts")))
    assert settled.statement("李娜", lang="zh").text(80) in result.stdout
    assert "'ana'" in run("settle", "plan.yaml", "facts", "--payee", "anna").stderr
