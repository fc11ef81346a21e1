"""Charts from what teams already have, and what comes back of cells that cannot be used."""

from datetime import date
from fractions import Fraction

import pandas as pd
import polars as pl
import pytest

from salesteam import raci
from salesteam.core import Money
from salesteam.errors import InvalidValueError, NotFoundError, ReportError

READ = {"profile": "raci", "a_approves": True}
ROWS = {"activity": ["quote", "visit"], "sales": ["R", "ａ"], "presales": ["A", None]}


def letters(chart):
    return {(cell.activity, cell.role): cell.letters for cell in chart.assignments}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, lambda rows: pl.DataFrame(rows).to_arrow()])
def test_any_frame_is_a_matrix(make):
    """Pandas, Polars and Arrow give the same chart."""
    chart = raci.parse(make(ROWS), format="matrix", **READ)
    assert {("quote", "sales"): ("R",), ("quote", "presales"): ("A",), ("visit", "sales"): ("A",)} == letters(chart)
    assert raci.parse("activity,sales,presales\nquote,R,A\nvisit,A,", format="matrix", **READ) == chart


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, pd.NaT])
def test_missing_cells_hold_no_letter(nothing):
    """Whatever a frame has for nothing."""
    frame = pd.DataFrame({"activity": ["quote", nothing], "sales": pd.Series([nothing, nothing], dtype=object)})
    chart = raci.parse(frame, format="matrix", **READ)
    assert (["quote"], {}) == ([each.id for each in chart.activities], letters(chart))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("R/A", ("R", "A")),
        ("ra", ("R", "A")),
        ("Ｒ／Ａ", ("R", "A")),
        ("R、A", ("R", "A")),
        ("Ｒ，Ａ", ("R", "A")),
        (" R & R ", ("R",)),
        ("RX", ("RX",)),
        ("—", None),
        ("/", None),
        ("", None),
    ],
)
def test_cells_are_read_as_people_write_them(cell, expected):
    """Several letters, full-width letters, dashes; what is no letter stays to be found."""
    chart = raci.parse([{"活动": "报价", "销售": cell}], format="matrix", **READ)
    assert expected == letters(chart).get(("报价", "销售"))


def test_activity_column_is_found_by_name_by_mapping_or_is_the_first():
    """Wherever it stands."""
    expected = {("quote", "sales"): ("R",)}
    assert expected == letters(raci.parse("sales,activity\nR,quote", format="matrix", **READ))
    assert expected == letters(raci.parse("work,sales\nquote,R", format="matrix", **READ))
    named = raci.parse("sales,work\nR,quote", format="matrix", mapping={"activity": "work"}, **READ)
    assert expected == letters(named)


def test_long_rows_carry_dates_approvals_and_people():
    """Rows of one cell and time are one assignment, and a person holds the role for that time."""
    text = "activity,role,letter,person,approves,start,end\nquote,sales,R,li,,2026-01-01,\nquote,sales,A,li,yes,2026-01-01,\n"
    chart = raci.parse(text, format="long", **READ)
    start = date(2026, 1, 1)
    assert (raci.Holding(person="li", role="sales", start=start),) == chart.holdings
    assert [(("R",), None), (("A",), True)] == [(cell.letters, cell.approves) for cell in chart.assignments]
    frame = pd.DataFrame({"activity": ["quote"] * 2, "role": ["sales"] * 2, "letter": ["R", "A"]})
    assert {("quote", "sales"): ("R", "A")} == letters(raci.parse(frame, format="long", **READ))


def test_bad_rows_come_back_with_their_place(day):
    """A date that is none, a time that ends before it starts, a letter without a role: all at once."""
    text = "activity,role,letter,start,end\nx,a,R,soon,\nx,a,R,2026-02-01,2026-01-01\nx,,R,,\nx,b,A,,\n"
    chart = raci.parse(text, format="long", **READ)
    assert {("x", "b"): ("A",)} == letters(chart)
    found = raci.check(chart, as_of=day).by_code
    rows = {finding.place.row for code, findings in found.items() if code.startswith("table.") for finding in findings}
    assert {0, 1} <= rows
    assert 1 == len(found["raci.blank-label"])


def test_missing_column_is_a_finding_not_an_error():
    """A long table without letters yields an empty chart that says why."""
    chart = raci.parse("activity,role\nx,a\n", format="long", **READ)
    assert not chart.reading.ok
    assert () == chart.assignments


@pytest.mark.parametrize("text", ["", "no table here", "| a |", "\n\n"])
def test_text_without_a_table_yields_an_empty_chart_that_says_so(text):
    """Nothing to read is a finding."""
    for form in ("markdown", "matrix"):
        chart = raci.parse(text, format=form, **READ)
        assert chart.activities == () or form == "matrix"
    assert "raci.no-matrix" in raci.parse(text, format="markdown", **READ).reading.by_code


def test_markdown_is_read_with_or_without_frame_and_bold():
    """As wikis write it."""
    framed = "Our chart\n\n| 活动 | **销售** | a\\|b |\n|---|:-:|---|\n| 报价 | **R** | `A` |\n\nend"
    bare = "活动 | 销售 | a\\|b\n---|---|---\n报价 | R | A"
    expected = {("报价", "销售"): ("R",), ("报价", "a|b"): ("A",)}
    for text in (framed, bare):
        assert expected == letters(raci.parse(text, format="markdown", **READ))


YAML = """
name: Solutions
profile: raci
a_approves: true
severities: {no-communication: off}
thresholds: {doing_most: 2}
activities:
  - id: quote
    name_zh: 报价
    kind: decision
    subject: amount
    value: 50000 CNY
  - {id: deliver, after: [quote], hours: 7.5}
roles: [{id: sales, kind: line}, {id: boss, seats: 1}]
assignments:
  - {activity: quote, role: sales, letters: [R]}
  - {activity: quote, role: boss, letters: [A], approves: no, start: 2026-01-01}
holdings:
  - {person: li, role: sales, share: 50%}
limits:
  - {role: sales, subject: amount, sense: at_most, own: 10000 CNY, ladder: [{bound: 90000 CNY, approver: boss}]}
  - {role: sales, subject: discount_rate, sense: at_most, own: 10%}
handoffs:
  - {from: quote, to: deliver, sender: sales, receiver: boss, items: [{field: 定制需求}], sla_hours: 8}
escalations: [{role: sales, to: boss, after_hours: 4}]
separations: [{duties: [does, approves]}]
"""


def test_yaml_holds_everything():
    """Every noun of a chart, exactly typed."""
    chart = raci.parse(YAML, format="yaml")
    assert Money.of("50000", "CNY") == chart.activities[0].value
    assert [Money.of("10000", "CNY"), Fraction(1, 10)] == [limit.own for limit in chart.limits]
    assert (Fraction(1, 2), False, "sales") == (
        chart.holdings[0].share,
        chart.assignments[1].approves,
        chart.handoffs[0].sender,
    )
    assert {"raci.no-communication": "off"} == chart.profile.severities
    assert 2 == chart.profile.thresholds.doing_most


def test_yaml_may_name_letters_of_its_own():
    """A house with other letters says what they mean."""
    chart = raci.parse("profile: {name: house, letters: {X: [does], Y: [answers]}}\na_approves: false", format="yaml")
    assert ("house", False, ["X", "Y"]) == (
        chart.profile.name,
        chart.profile.a_approves,
        [letter.letter for letter in chart.profile.letters],
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("profile: raci", "raci.choose-a-approves"),
        ("name: x", "raci.choose-profile"),
        ("profile: racy\na_approves: true", "core.refused-value"),
        ("profile: daci\na_approves: true", "core.refused-value"),
        ("profile: daci\nseverities: {no-such: off}", "core.refused-value"),
        ("profile: {name: h, letters: {X: [dances]}}", "core.unknown-option"),
        ("profile: daci\nrolls: []", "core.unknown-key"),
        ("profile: daci\nholdings: [{person: a, role: b, share: 2}]", "core.refused-value"),
        ("profile: daci\nlimits: [{role: a, subject: amount, sense: at_most, own: 5}]", "core.refused-value"),
        ("profile: [", "core.broken-yaml"),
    ],
)
def test_bad_yaml_raises_with_every_finding(text, code):
    """Wrong files say what, where and what to do."""
    with pytest.raises(ReportError) as caught:
        raci.parse(text, format="yaml")
    report = caught.value.report
    assert code in report.by_code
    assert all(finding.fix() and finding.fix("zh") for finding in report)


def test_load_reads_a_file_and_names_it(tmp_path):
    """The place of a finding is the file with its line."""
    path = tmp_path / "raci.yaml"
    path.write_text(YAML, encoding="utf-8")
    assert raci.parse(YAML, format="yaml") == raci.load(path)
    path.write_text("profile: raci\na_approves: maybe", encoding="utf-8")
    with pytest.raises(ReportError, match=r"raci\.yaml:2:13"):
        raci.load(path)


def test_choices_left_open_list_the_options():
    """Format, profile and the reading of A have no default."""
    with pytest.raises(InvalidValueError, match=r"markdown: a Markdown table"):
        raci.parse("x")
    with pytest.raises(InvalidValueError, match=r"raci_vs: RACI and V verifies"):
        raci.parse("x", format="matrix")
    with pytest.raises(InvalidValueError, match=r"True: the A also says yes or no"):
        raci.parse("x", format="matrix", profile="raci")


def test_wrong_callers_are_told():
    """Unknown names, sources of the wrong kind, and choices made twice."""
    with pytest.raises(NotFoundError, match="did you mean 'matrix'"):
        raci.parse("x", format="matrx", **READ)
    with pytest.raises(NotFoundError, match="did you mean 'raci'"):
        raci.parse("x", format="matrix", profile="rac", a_approves=True)
    with pytest.raises(InvalidValueError, match="is no text"):
        raci.parse(7, format="markdown", **READ)
    with pytest.raises(InvalidValueError, match="not UTF-8"):
        raci.parse(b"\xff", format="matrix", **READ)
    with pytest.raises(InvalidValueError, match="names its own profile"):
        raci.parse("profile: daci", format="yaml", profile="daci")
    with pytest.raises(InvalidValueError, match="a_approves has no meaning"):
        raci.parse("x", format="matrix", profile="daci", a_approves=True)
    with pytest.raises(InvalidValueError, match="says a_approves=True"):
        raci.parse("x", format="matrix", profile=raci.profile("raci", a_approves=True), a_approves=False)
