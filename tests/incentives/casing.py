"""Write case files for tests, and verify them."""

from __future__ import annotations

import textwrap

from salesteam.incentives import verify

PLAN = """
plan:
  currency: USD
  period: once
  measures: {sales: {unit: money, value: amount}}
  components:
    c: {measure: sales, method: marginal, accumulate: plan, tiers: [{from: 0, to: 1000, rate: 4%}, {from: 1000, to: 2000, rate: 10%}]}
facts: {transactions: [{amount: 1500}]}
"""
"""1,500 at 4 % and 10 % over 1,000 pays 40 and 50."""


def written(folder, cases, head=PLAN, name="cases.yaml"):
    """A file of cases; a case is the text below its dash."""
    items = "".join("  - " + textwrap.indent(textwrap.dedent(case).strip(), "    ").strip() + "\n" for case in cases)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"format: salesteam-cases/1\n{head.strip()}\ncases:\n{items}", encoding="utf-8")
    return path


def judged(folder, *cases, head=PLAN):
    """The verification of a file of cases."""
    return verify(written(folder, cases, head))


def statuses(folder, *cases, head=PLAN):
    """How each case ended, by id."""
    return {verdict.id: verdict.status for verdict in judged(folder, *cases, head=head).verdicts}


def one(folder, expect, *, more="", head=PLAN):
    """The verdict on one expectation about a pay of 40 and 50."""
    (verdict,) = judged(folder, f"id: c1\n{more}\nexpect: {expect}", head=head).verdicts
    return verdict


def codes(verification):
    """Codes of everything that keeps a file from being read, files first."""
    found = list(verification.report.errors)
    for verdict in verification.verdicts:
        found += verdict.report.errors
    return [finding.code for finding in found]
