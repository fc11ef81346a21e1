"""A review tells how far its own facts can be trusted: complete, in time, by whom, and what left no trace."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from tests.review.world import LANGS, codes, copied, demo, records, spoilt

from salesteam import review
from salesteam.core import calendar
from salesteam.crm import adoption, completeness

LOG = """entry,channel,user,customer,at,promise
c1,telephone,li,A-001,2026-09-01 10:00,
c2,mail,li,A-001,2026-06-01 10:00,
m1,minutes,wu,A-041,2026-09-02 11:00,delivery within a week
"""


def with_log(folder, text=LOG):
    """The demonstration with a log, and with everything that needs one."""
    path = copied(folder) / "quality.yaml"
    rules = path.read_text(encoding="utf-8").replace(
        "timeliness:", "log: log.csv\ntrace_window_hours: 2\ntimeliness:\n  - {basis: evidence, clock: elapsed}"
    )
    path.write_text(rules, encoding="utf-8")
    (path.parent / "log.csv").write_text(text, encoding="utf-8")
    return path.parent


def walked(folder):
    """The review of a folder over the records of the demonstration."""
    playbook = review.load(folder)
    return review.walk(playbook, review.gather(playbook, records()))


def test_the_figures_are_those_of_the_verbs_alone():
    """Completeness of all records, timeliness and use of the period's."""
    found = demo()
    rules = found.playbook.quality
    alone = completeness(found.facts.records, rules.required, by=rules.by)
    assert alone.total == found.quality.completeness.total
    until = review.end_of(found.as_of, "Asia/Shanghai")
    use = adoption(
        found.facts.records,
        basis="work",
        credited="author",
        period=found.period,
        as_of=until,
        tz="Asia/Shanghai",
        touched_within=timedelta(days=30),
        calendar=calendar("cn", [2026]),
    )
    assert [row.active_days for row in use.rows] == [row.active_days for row in found.quality.adoption.rows]
    happened = {row.happened_at.month for row in found.quality.timeliness[0].rows}
    assert {7, 8, 9} == happened


@pytest.mark.parametrize("lang", LANGS)
def test_a_line_of_a_person_leads_to_their_records(lang):
    """By name in the table, by reference in the detail."""
    (section,) = (each for each in demo(lang).sections(lang) if each.key == "quality")
    text = "\n".join(block.text() for block in section.blocks if hasattr(block, "columns"))
    assert demo(lang).facts.name("li") in text
    lacking = demo(lang).explain("quality-lacks-li", lang)
    assert "demo:deal:" in lacking.text()
    assert {"en": "lacks competitor_response", "zh": "缺 competitor_response"}[lang] in lacking.text()
    late = demo(lang).explain("quality-late-1-wu", lang)
    assert {"en": " h", "zh": " 小时"}[lang] in late.text()


def test_quality_is_in_the_summary_the_tables_and_the_findings():
    """Where a manager, an analyst and the person who can act look."""
    found = demo()
    assert "of cells filled" in found.text()
    assert {"completeness", "timeliness_activity_elapsed", "adoption"} <= found.tables().keys()
    assert {"crm.incomplete", "crm.late-update", "crm.not-used"} <= {finding.code for finding in found.report}


def test_a_log_shows_what_left_no_trace(tmp_path):
    """Of the period only; a promise that the CRM does not know is told with its words."""
    found = walked(with_log(tmp_path))
    contacts = [row for row in found.quality.trace.rows if row.entry]
    assert {"c1", "m1"} == {row.entry for row in contacts}
    assert "crm.untraced-promise" in {finding.code for finding in found.report}
    assert ["evidence", "activity"] == [rule.basis for rule in found.quality.timeliness]
    assert "delivery within a week" in found.explain("quality-trace-wu").text()
    assert "traces" in found.tables()


def test_times_are_told_in_the_zone_of_the_playbook(tmp_path):
    """As the log writes them, not eight hours before."""
    assert "2026-09-02 11:00" in walked(with_log(tmp_path)).explain("quality-trace-wu").text()


def test_logins_of_one_person_are_one_line(tmp_path):
    """As `logins` in team.yaml say, in every table; the log may use them too."""
    folder = with_log(tmp_path, LOG.replace("telephone,li", "telephone,li@phones"))
    team = folder / "team.yaml"
    team.write_text(team.read_text(encoding="utf-8") + "\nlogins: {wu: li, li@phones: li}\n", encoding="utf-8")
    quality = walked(folder).quality
    assert "wu" not in {row.group for row in quality.completeness.rows}
    assert "wu" not in {row.owner for rule in quality.timeliness for row in rule.rows}
    assert 1 == [row.user for row in quality.adoption.rows].count("li")
    assert "wu" not in {row.user for row in quality.adoption.rows}
    assert {"li"} == {row.owner for row in quality.trace.rows if row.entry}


def test_what_is_dated_ahead_of_the_period_is_told():
    """It was written down in September, and says that it takes place next year."""
    playbook = review.demo_playbook()
    held = records()
    activity = next(each for each in held.of("activity") if each.created_at and each.created_at.month == 9)
    ahead = attrs.evolve(activity, occurred_at=activity.created_at.replace(year=2027))
    others = tuple(each for each in held.records if each.ref != activity.ref)
    facts = attrs.evolve(review.gather(playbook, held), records=attrs.evolve(held, records=(*others, ahead)))
    found = review.walk(playbook, facts)
    assert 1 == found.quality.timeliness[0].count("invalid")
    assert "crm.future-dated" in {finding.code for finding in found.report}


def test_midnight_belongs_to_the_day_that_begins(tmp_path):
    """What happens as the period ends is of the next one."""
    playbook = review.load(with_log(tmp_path))
    held = records()
    activity = next(each for each in held.of("activity") if each.activity_kind == "call")
    end = review.end_of(playbook.header.as_of, "Asia/Shanghai")
    others = tuple(each for each in held.records if each.ref != activity.ref)

    def told(at):
        moved = attrs.evolve(held, records=(*others, attrs.evolve(activity, occurred_at=at)))
        found = review.walk(playbook, attrs.evolve(review.gather(playbook, held), records=moved))
        return str(activity.ref) in {row.record for row in found.quality.trace.rows}

    assert [True, False] == [told(end - timedelta(seconds=1)), told(end)]


def test_rules_that_differ_in_their_limit_alone_stand_side_by_side(tmp_path):
    """Each with a title and a table of its own."""
    rule = "  - {basis: activity, clock: elapsed, limit_hours: 24}"
    found = walked(spoilt(copied(tmp_path), "quality.yaml", rule, f"{rule}\n{rule.replace('24', '48')}"))
    assert {"timeliness_activity_elapsed", "timeliness_activity_elapsed_2"} <= found.tables().keys()
    assert "Timeliness (activity, elapsed, 48 h)" in found.text()


def test_problems_of_a_log_are_told_at_their_lines(tmp_path):
    """A time that is none, a column that lacks, a file that is not there or lies outside."""
    folder = with_log(tmp_path, LOG.replace("2026-06-01 10:00", "yesterday"))
    (finding,) = (each for each in review.read(folder).report if each.code == "table.not-moment")
    assert 3 == finding.place.line
    (folder / "log.csv").write_text("entry,channel\n", encoding="utf-8")
    assert not review.read(folder).report.ok
    (folder / "log.csv").unlink()
    assert not review.read(folder).report.ok
    rules = folder / "quality.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("log.csv", "../log.csv"), encoding="utf-8")
    assert "review.file-outside" in codes(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("by: owner", "by: mood", "mood"),
        ("by: owner", "", "by"),
        ("clock: elapsed", "clock: sundial", "clock"),
        ("basis: activity", "basis: evidence", "log"),
        ("credited: author", "credited: nobody", "nobody"),
        ("limit_hours: 24", "limit_hours: 0", "limit_hours"),
        ("limit_hours: 24", "limit_hours: 1e15", "at most 876600"),
        ("touched_within_days: 30", "touched_within_days: 1e15", "at most 36525"),
        ("by: owner", "by: owner\nlog: log.csv", "used for nothing"),
        ("by: owner", "by: owner\nlog: log.csv\ntrace_window_hours: -1", "more than 0"),
        ("field: value", "field: valu", "value"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_told_at_its_line(tmp_path, old, new, said):
    """With what may be written instead."""
    folder = spoilt(copied(tmp_path), "quality.yaml", old, new)
    found = review.read(folder)
    assert found.value is None
    (finding,) = found.report.errors
    assert finding.place.line
    assert said in f"{finding.what()} {finding.fix()} {finding.place.text()}"


def test_nothing_fails_where_there_is_nothing():
    """Rules without records give empty tables and no shares."""
    playbook = review.demo_playbook()
    found = review.walk(playbook, attrs.evolve(review.gather(playbook, records()), records=type(records())()))
    assert found.quality.completeness.total.cells_share is None
    assert found.quality.timeliness[0].share is None
    assert "Quality of the facts" in found.text()
    assert () == found.quality.adoption.rows
