"""The worked examples with their published expectations."""

from datetime import date
from fractions import Fraction

import pytest

from salesteam import whys
from salesteam.core import Calendar, Money

OHNO = (
    "machine stopped",
    "overload blew the fuse",
    "bearing not sufficiently lubricated",
    "lubrication pump not pumping sufficiently",
    "pump shaft worn and rattling",
    "no strainer so metal scrap got in",
)


@pytest.fixture
def ohno():
    row = {"problem": OHNO[0], **{f"why_{step}": text for step, text in enumerate(OHNO[1:], 1)}}
    rows = [
        {**row, "why_2": None, "why_3": None, "why_4": None, "why_5": None, "action": "replace fuse"},
        {**row, "why_5": None, "action": "replace pump shaft"},
        row,
    ]
    return whys.from_linear(rows, format="columns", grouping="undeclared")


def test_the_machine_that_stopped_has_five_links_and_one_root(ohno):
    """GC-46: five links lead down to the missing strainer."""
    tree = ohno.tree
    assert 5 == len(tree.links)
    assert ["no strainer so metal scrap got in"] == [tree.node(leaf).statement for leaf in tree.leaves]


def test_replacing_fuse_or_shaft_mends_a_symptom_only(ohno, house, day):
    """GC-46: both repairs are WHY025, since the root stays open."""
    checks = whys.check(ohno, profile=house, as_of=day)
    measures = {measure.id: measure.statement for measure in ohno.tree.measures}
    assert {"replace fuse", "replace pump shaft"} == {measures[one] for one in checks.fails("whys.symptom-only")}
    assert "WHY025" == whys.CODES["whys.symptom-only"]


def test_one_path_is_reported(ohno, house, day):
    """GC-46: a single path is WHY031, whatever its depth."""
    assert "fail" == whys.check(ohno, profile=house, as_of=day).outcome("whys.single-path")


def test_a_strainer_closes_the_root(ohno, house, day):
    """With a measure on the root, neither repair is a symptom fix any more."""
    root = ohno.tree.leaves[0]
    strainer = whys.Countermeasure(id="m9", statement="fit a strainer", kind="forcing_function", removes=(root,))
    from attrs import evolve

    tree = evolve(ohno.tree, measures=(*ohno.tree.measures, strainer))
    checks = whys.check(tree, profile=house, as_of=day)
    assert () == checks.fails("whys.symptom-only")
    assert "pass" == checks.outcome("whys.no-measure")


@pytest.fixture
def story():
    """After-sales did not know the custom need, sales had not passed it on, nothing forced anybody to."""
    return whys.Tree(
        id="custom-need",
        event=whys.Event(id="blind", statement="售后交付时不了解客户的定制需求", when=date(2025, 3, 4)),
        causes=(
            whys.Cause(
                id="not-told", statement="销售未同步变更信息", kind="omission", role="sales", activity="同步需求变更"
            ),
            whys.Cause(id="no-sync", statement="交接流程缺乏强制同步机制", kind="design", controllable_by="sales_ops"),
        ),
        links=(
            whys.Link(effect="blind", cause="not-told", group="a"),
            whys.Link(effect="not-told", cause="no-sync", group="a"),
        ),
        measures=(
            whys.Countermeasure(
                id="reminder",
                statement="CRM 在“需求变更”时提醒",
                kind="reminder",
                reduces=("no-sync",),
                cost=Money.of(2000, "CNY"),
            ),
            whys.Countermeasure(
                id="gate",
                statement="未填“需求变更”字段不能交接",
                kind="blocking_gate",
                removes=("no-sync",),
                cost=Money.of(8000, "CNY"),
                becomes=(
                    whys.Change(kind="gate", target="售后交接", text="需求变更已确认"),
                    whys.Change(kind="field", target="opportunity", text="需求变更"),
                ),
            ),
        ),
    )


def test_the_story_of_the_custom_need_reads_upward(story):
    """S001-42 read upward, in Chinese, from the missing mechanism to the event."""
    assert (
        "因为销售未同步变更信息，所以售后交付时不了解客户的定制需求",
        "因为交接流程缺乏强制同步机制，所以销售未同步变更信息",
    ) == whys.therefore(story, "zh")


def test_a_reminder_is_weaker_and_a_gate_stronger(story):
    """S001-42: can one go on without acting? A reminder lets one, a blocking gate does not."""
    assert {"reminder": "weaker", "gate": "stronger"} == {one.id: one.strength for one in story.measures}


def test_with_the_reminder_alone_the_root_is_met_weakly(story, house, day):
    """WHY051 asks whether skipping can be made impossible; the gate answers it."""
    from attrs import evolve

    reminder, gate = story.measures
    weak = whys.check(evolve(story, measures=(reminder,)), profile=house, as_of=day)
    strong = whys.check(evolve(story, measures=(gate,)), profile=house, as_of=day)
    assert ("fail", "pass") == (weak.outcome("whys.weak-measures"), strong.outcome("whys.weak-measures"))


@pytest.mark.parametrize(
    ("duty", "expected"), [("yes", "pass"), ("no", "fail"), ("unknown", "unknown"), (None, "unknown")]
)
def test_whether_sales_had_the_duty_decides_the_omission(story, house, day, duty, expected):
    """WHY015 looks the duty up for role, activity and the day of the event; without a chart it stays a question."""
    asked = []

    def has_duty(subject, activity, on):
        asked.append((subject, activity, on))
        return duty

    checks = whys.check(story, profile=house, as_of=day, has_duty=has_duty if duty else None)
    assert expected == checks.outcome("whys.no-duty", "not-told")
    assert ([("sales", "同步需求变更", date(2025, 3, 4))] if duty else []) == asked


def test_the_missing_mechanism_is_a_missing_solution(story, house, day):
    """WHY016: 缺乏 names what is missing instead of what happens."""
    assert ("no-sync",) == whys.check(story, profile=house, as_of=day).fails("whys.missing-solution")


def test_the_measure_becomes_a_gate_and_a_field(story):
    """S001-43: what was learned is handed over as an SOP gate and a CRM field."""
    assert [("field", "opportunity"), ("gate", "售后交接")] == [
        (row.kind, row.target) for row in whys.changes(story).rows
    ]
    assert "stronger" == whys.changes(story).of("gate")[0].strength


def breach(value, **more):
    return whys.Breach(
        metric="cross_team_completion",
        scope="all",
        period="2026-Q3",
        value=value,
        threshold="80%",
        side="below",
        on=date(2026, 9, 29),
        unit="share",
        n=200,
        **more,
    )


POLICY = whys.Policy(metric="cross_team_completion", least_n=30, in_a_row=1, owner="ops", due_days=3)


def test_completion_below_four_fifths_opens_a_tree_at_once():
    """S004-38: 79.9 % opens an inquiry, due in business days across a week of holidays."""
    holidays = frozenset(date(2026, 10, number) for number in range(1, 8))
    opening = whys.open_on(breach("79.9%"), policy=POLICY, calendar=Calendar(name="cn", holidays=holidays))
    assert "opened" == opening.outcome
    assert Fraction(1, 1000) == opening.tree.event.size
    assert date(2026, 10, 9) == opening.tree.due


def test_exactly_four_fifths_is_no_breach():
    """S004-38: the comparator is strict and the share exact, so 4/5 opens nothing."""
    opening = whys.open_on(breach(Fraction(160, 200)), policy=POLICY)
    assert ("not_opened", None) == (opening.outcome, opening.tree)
    assert ["whys.no-breach"] == [finding.code for finding in opening.report]
