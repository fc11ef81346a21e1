"""What a user's type checker sees of the public names; pyright reads this file, pytest runs it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal, assert_type

import salesteam
from salesteam import goals, incentives, plugins, raci
from salesteam.core import Calendar, Explanation, Finding, Money, Period, Report, Roster, calendar, find, rational
from salesteam.crm import Adapter, MemoryCRM, Records, pull


def test_the_everyday_names_keep_their_types() -> None:
    """Names taken from the package itself are those of the core, though they are loaded late."""
    assert_type(salesteam.Money, type[Money])
    assert_type(salesteam.Roster, type[Roster])
    assert_type(salesteam.rational("2/3"), Fraction)
    assert salesteam.rational("2/3") == Fraction(2, 3)


def test_money_and_rates_are_exact_types() -> None:
    """Money is whole, rates are fractions, and neither turns into a binary number on the way."""
    price = Money.of("12.50", "CNY")
    assert_type(price, Money)
    assert_type(price.minor, int)
    assert_type(price * 3, Money)
    assert_type(price.split([1, 2], ties=["a", "b"]), tuple[Money, ...])
    assert_type(rational("15%"), Fraction)
    assert price.minor == 1250


def test_time_is_typed() -> None:
    """A period has dates, and splits into periods."""
    quarter = Period.parse("2026-Q3")
    assert_type(quarter, Period)
    assert_type(quarter.start, date)
    assert_type(quarter.split("month"), tuple[Period, ...])
    assert_type(calendar("cn", [2025]), Calendar)
    assert len(quarter.split("month")) == 3


def test_findings_are_typed() -> None:
    """A report is a sequence of findings, and raises or returns itself."""
    report = Report.of(find("core.missing-file", path="goals.yaml"))
    assert_type(report.errors, tuple[Finding, ...])
    assert_type(report.by_code, dict[str, tuple[Finding, ...]])
    assert_type(Report().raise_for_errors(), Report)
    assert_type([finding.code for finding in report], list[str])
    assert not report.ok


def test_pay_is_typed() -> None:
    """From a plan and facts to a run, money and an explanation."""
    plan = incentives.scheme("assist_split")
    assert_type(plan, incentives.Plan)
    assert_type(incentives.check(plan), Report)
    deals = [{"transaction": "T1", "date": "2026-07-03", "amount": "600", "payee": "li", "assistant": "wu"}]
    run = incentives.pay(plan, incentives.Facts(transactions=deals))
    assert_type(run, incentives.Run)
    assert_type(run.total, Money)
    assert_type(run.explain("li"), Explanation)
    assert run.total == Money.of(30, "CNY")


def test_charts_are_typed() -> None:
    """A chart answers with reports, routes and truth values."""
    chart = raci.parse("activity,sales,boss\nquote,R,A", format="matrix", profile="raci", a_approves=True)
    day = date(2026, 9, 30)
    assert_type(chart, raci.Chart)
    assert_type(raci.check(chart, as_of=day), Report)
    assert_type(raci.route(chart, "quote", as_of=day), raci.Route)
    assert raci.route(chart, "quote", as_of=day).decides


def test_a_cascade_is_typed() -> None:
    """A total goes down an axis of time into a cascade."""
    year = goals.by_time(Period.parse("2026"), "quarter")
    assert_type(year, goals.Axis)
    cascaded = goals.cascade(
        50_000_000,
        unit="CNY",
        axes=[year],
        weights=goals.equal(among="leaves"),
        rounding=goals.LargestRemainder(tie="id"),
    )
    assert_type(cascaded, goals.Cascade)


def test_the_port_is_typed() -> None:
    """Adapters read into records, and plugins list what is installed."""
    adapter = MemoryCRM("demo").adapter()
    assert isinstance(adapter, Adapter)
    assert_type(pull([adapter]), Records)
    found = plugins.load(entry_points=[])
    assert_type(found, plugins.Plugins)
    assert_type(found.adapters, dict[str, type[Adapter]])
    states: list[Literal["loaded", "blocked", "failed"]] = [plugin.state for plugin in found.plugins]
    assert states == []
