"""A lead desk in a file: read, checked, used."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from salesteam.core._load import dump
from salesteam.errors import ReportError
from salesteam.leads import Book, Condition, Desk, Lead, RoundRobin, load, read

TEXT = """
policy:
  id: inbound
  version: "7"
  salt: autumn
  zone: Asia/Shanghai
  start: 2026-07-01
  selectors:
    - {kind: round_robin, id: fair, mode: strict}
    - {kind: count_based, id: even, reset: month, zone: Asia/Shanghai, joiner: median, returner: mean, refunds: [invalid]}
    - {kind: smooth_weighted, id: share, earn: all}
    - {kind: least_loaded, id: calm, load: value, per: capacity}
  territories:
    - id: east
      where: {field: region, operator: in, value: [Shanghai, Jiangsu]}
  domains:
    - {field: region, values: [Shanghai, Jiangsu, Beijing]}
  caps:
    - {id: daily, scope: seat, measure: received, window: day, zone: Asia/Shanghai, limit: 5, hard: yes}
  rules:
    - id: no-consent
      when: {not: {field: consent, operator: eq, value: true}}
      on_missing: hold
      gives: hold
    - id: large
      when:
        all:
          - {field: value_minor, operator: ge, value: 1_000_000}
          - any:
              - {field: territory, operator: eq, value: east}
              - {field: source, operator: in, value: [fair, referral]}
      on_missing: no_match
      selector: even
      on_empty: next
    - {id: rest, pool: inbound, selector: fair, on_empty: fallback}
  fallback: {queue: triage, owner: wang}
seats:
  - {seat: li, pool: inbound, weight: 2/3, capacity: 20, skills: [GTX]}
  - seat: zhao
    pool: inbound
    absences: [{start: 2026-10-01T00:00+08:00, end: 2026-10-08T00:00+08:00, reason: holiday}]
claims:
  - {id: c1, kind: named_account, holder: zhao, scope: {field: account, operator: eq, value: A-7}, priority: 10}
"""


def test_a_desk_is_read_whole():
    """Every noun arrives typed."""
    desk = read(TEXT).require()
    assert [selector.kind for selector in desk.policy.selectors] == [
        "round_robin",
        "count_based",
        "smooth_weighted",
        "least_loaded",
    ]
    assert desk.policy.selectors[0] == RoundRobin(id="fair", mode="strict")
    assert desk.policy.rules[1].when.text() == (
        "value_minor ≥ 1_000_000 and (territory = east or source in (fair, referral))"
    )
    assert desk.seats[0].weight == Fraction(2, 3)
    assert desk.seats[1].absences[0].reason == "holiday"
    assert desk.claims[0].scope == Condition(field="account", operator="eq", value="A-7")


def test_a_desk_checks_and_allocates():
    """From the file to a decision."""
    desk = read(TEXT).require()
    at = datetime(2026, 9, 30, 9, tzinfo=UTC)
    assert desk.check(as_of=at).ok
    leads = [Lead(lead="1", consent=True, region="Beijing"), Lead(lead="2")]
    result = desk.allocate(leads, book=Book(), as_of=at)
    assert [(each.outcome, each.seat) for each in result.decisions] == [("assigned", "li"), ("held", None)]
    held = desk.propose([Lead(lead="3", owner="gone", consent=True, region="Beijing")], book=Book(), as_of=at)
    assert [each.action for each in held.proposals] == ["move"]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("mode: strict", "mod: strict", "core.unknown-key", 9),
        ("kind: round_robin", "kind: robin", "core.refused-value", 9),
        ("weight: 2/3", "weight: much", "core.wrong-value", 38),
        ("weight: 2/3", "weight: -1", "core.refused-value", 38),
        ("gives: hold", "gives: keep", "core.unknown-option", 24),
        ("on_missing: no_match", "on_empty: hold", "core.duplicate-key", 34),
        ("start: 2026-10-01T00:00+08:00", "start: 2026-10-01T00:00", "core.naive-datetime", 41),
        ("selector: fair", "selector: fare", "core.refused-value", 3),
        ("seat: zhao", "seat: li", "leads.duplicate-seat", 39),
    ],
)
def test_every_problem_has_its_line(old, new, code, line):
    """A wrong key, value, choice or name is a finding at its place."""
    loaded = read(TEXT.replace(old, new, 1), file="leads.yaml")
    assert (code, line) in [(finding.code, finding.place.line) for finding in loaded.report]


def test_a_choice_left_open_lists_the_options():
    """A rule without on_missing says what could be chosen."""
    text = TEXT.replace("      on_missing: hold\n", "", 1)
    (finding,) = read(text).report
    assert "no_match: a lead whose field is missing does not match" in finding.text()


def test_all_problems_come_at_once():
    """Two mistakes, two findings."""
    text = TEXT.replace("mode: strict", "mode: loose").replace("weight: 2/3", "weight: much")
    assert len(read(text).report) == 2


def test_a_file_is_loaded_or_refused_with_all_findings(tmp_path):
    """The edge where files are opened."""
    path = tmp_path / "leads.yaml"
    path.write_text(TEXT, encoding="utf-8")
    assert load(path) == read(TEXT).value
    path.write_text(TEXT.replace("weight: 2/3", "weight: much"), encoding="utf-8")
    with pytest.raises(ReportError, match=r"leads.yaml:38"):
        load(path)
    path.write_text("", encoding="utf-8")
    with pytest.raises(ReportError, match="policy"):
        load(path)


def test_seats_read_back_as_written():
    """What dump writes, read takes."""
    desk = read(TEXT).require()
    from salesteam.core._load import load_text
    from salesteam.leads import Seat
    from salesteam.leads._desk import HOOKS

    assert load_text(dump(desk.seats), tuple[Seat, ...], hooks=HOOKS).require() == desk.seats
    assert load_text(dump(desk.policy.rules[1].when), Condition, hooks=HOOKS).require() == desk.policy.rules[1].when


def test_a_desk_needs_a_policy():
    """Seats alone are no desk."""
    assert [finding.code for finding in read("seats: []").report] == ["core.missing-key"]
    assert Desk(policy=read(TEXT).require().policy).seats == ()
