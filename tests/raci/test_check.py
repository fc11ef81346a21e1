"""Each check fires where it should, and keeps silent where it should."""

from datetime import date
from fractions import Fraction

import attrs
import pytest

from salesteam import raci
from salesteam.core import Money, Person, catalogue

SOUND = "activity,sales,presales,product,care\nquote,R,A,C,\nvisit,A,R,,I"


def decision(**fields):
    return (raci.Activity(id="quote", **fields),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("activity,a,b\nx,R,C", "no-accountable"),
        ("activity,a,b\nx,RA,A", "several-accountable"),
        ("activity,a,b\nx,C,A", "no-responsible"),
        ("activity,a,b,c,d,e\nx,R,R,R,R,A", "many-responsible"),
        ("activity,a,b\nx,R/A,C", "doer-answers"),
        ("activity,a,b,c\nx,R,A,C\ny,R,A,", "everyone-involved"),
        ("activity,a,b,c,d,e,f\nx,RA,C,C,C,C,C", "many-consulted"),
        ("activity,a,b,c,d,e,f,g,h\nx,RA,I,I,I,I,I,I,I", "many-informed"),
        ("activity,a,b\nx,R,A", "no-communication"),
        ("activity,a,b\nx,R/I,A", "contradicting-letters"),
        ("activity,a,b\nx,C/I,A", "contradicting-letters"),
        ("activity,a,b\nx,R,Q", "unknown-letter"),
        ("activity,a,b\nx,R,A\nX,A,R", "same-work-other-owner"),
        ("activity,a,b\nx,R,A\ny,R,A", "role-everywhere"),
        ("activity,a,b,c\nx,R,A,C", "role-without-duty"),
        ("activity,a,b,c\nx,R,A,", "unused-role"),
        ("activity,a,b\nx,R,A\nx,R,C", "repeated-row"),
        ("activity,a,\nx,R,A", "blank-label"),
        ("activity,a,b\n,R,A", "blank-label"),
        ("", "no-matrix"),
    ],
)
def test_letters_alone_tell_what_is_wrong(chart, codes, text, code):
    """A chart of letters is enough for the checks across and down."""
    assert code in codes(chart(text))


def test_sound_chart_has_neither_errors_nor_warnings(chart, day):
    """Two activities with one A and one R each, a C, an I and a blank."""
    report = raci.check(chart(SOUND), as_of=day)
    assert {"raci.role-without-duty", "raci.people-not-given", "raci.role-everywhere"} == set(report.by_code)
    assert len(report.notes) == len(report)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("activity,a,b,c,d\nx,R,R,R,A", "many-responsible"),
        ("activity,a,b,c,d,e\nx,RA,C,C,C,C", "many-consulted"),
        ("activity,a,b,c,d,e,f,g\nx,RA,I,I,I,I,I,I", "many-informed"),
        ("activity,a,b,c\nx,R,A,C", "everyone-involved"),
        ("activity,a,b\nx,R,A\ny,R,A", "everyone-involved"),
        ("activity,a,b\nx,R/A,C", "contradicting-letters"),
        ("activity,a,b\nx,R,A", "role-everywhere"),
        ("activity,a,b\nx,R,A\nX,R,A", "same-work-other-owner"),
    ],
)
def test_bounds_are_included(chart, codes, text, code):
    """At the threshold itself, and where there is nothing to compare, a check keeps silent."""
    assert code not in codes(chart(text))


def test_roles_with_many_letters_are_overloaded_or_a_bottleneck(chart, codes):
    """More than ten R, or more than ten A, in one column."""
    ten = "activity,a,b\n" + "\n".join(f"x{n},R,A" for n in range(10))
    assert {"role-overloaded", "decision-bottleneck"}.isdisjoint(codes(chart(ten)))
    assert {"role-overloaded", "decision-bottleneck"} <= set(codes(chart(ten + "\nx10,R,A")))


def test_findings_name_the_threshold_and_the_profile_moves_it(chart, day):
    """What is many is the house's to say."""
    many = chart("activity,a,b,c,d\nx,R,R,R,A")
    strict = attrs.evolve(many.profile, thresholds=raci.Thresholds(doing_most=2))
    report = raci.check(attrs.evolve(many, profile=strict), as_of=day)
    assert "more than 2" in report.by_code["raci.many-responsible"][0].what()


def test_profile_overrides_severity_and_switches_off(chart, day):
    """A house may call a warning an error, or not want to hear a note."""
    severities = {"doer-answers": "error", "raci.no-communication": "off"}
    made = chart("activity,a,b\nx,R/A,")
    report = raci.check(attrs.evolve(made, profile=attrs.evolve(made.profile, severities=severities)), as_of=day)
    assert ["raci.doer-answers"] == [finding.code for finding in report.errors]
    assert "raci.no-communication" not in report.by_code


def test_several_accountable_are_fine_where_the_house_says_so(chart, codes):
    """A profile of its own may ask for two A."""
    made = chart("activity,a,b\nx,RA,A")
    two = attrs.evolve(made.profile, thresholds=raci.Thresholds(answering_most=2))
    assert "several-accountable" not in codes(attrs.evolve(made, profile=two))


@pytest.mark.parametrize(("profile", "ok"), [("daci", "activity,a,b,c\nx,D,A,C"), ("rapid", "activity,a,b,c\nx,R,P,D")])
def test_checks_of_a_look_at_the_deciding_letter_where_none_answers(chart, codes, profile, ok):
    """DACI's A and RAPID's D decide; the checks of A and R follow the duties, not the letters."""
    assert {"no-accountable", "no-responsible"}.isdisjoint(codes(chart(ok, profile=profile)))
    nobody = "activity,a,b\nx,C,I" if profile == "daci" else "activity,a,b\nx,R,I"
    assert {"no-accountable", "no-responsible"} <= set(codes(chart(nobody, profile=profile)))


def test_out_on_purpose_counts_as_a_blank(chart, codes):
    """O is a blank that nobody forgot."""
    text = "activity,a,b,c\nx,R,A,{}\ny,R,A,I"
    assert "role-everywhere" in codes(chart(text.format("C"), profile="racio"))
    rows = raci.check(chart(text.format("O"), profile="racio"), as_of=date(2026, 9, 30)).by_code[
        "raci.everyone-involved"
    ]
    assert ["y"] == [finding.place.key for finding in rows]


def test_role_that_is_out_of_a_row_is_not_everywhere(chart, codes):
    """O keeps a role out on purpose."""
    assert "role-everywhere" not in codes(chart("activity,a,b\nx,R/A,O\ny,O,R/A", profile="racio"))


def test_no_contract_is_asked_where_a_doer_stays(chart, codes):
    """Whoever does both sides hands over to themselves."""
    activities = (raci.Activity(id="x"), raci.Activity(id="y", after=("x",)))
    assert "no-handoff" not in codes(chart("activity,a,b\nx,R,A\ny,R/A,R", activities=activities))


def test_decision_needs_a_yes(chart, codes):
    """An A that only answers does not approve; marking the approval does."""
    made = chart("activity,a,b\nquote,R,A", a_approves=False, activities=decision(kind="decision"))
    assert "decision-unapproved" in codes(made)
    marked = tuple(attrs.evolve(cell, approves=True) for cell in made.assignments)
    assert "decision-unapproved" not in codes(attrs.evolve(made, assignments=marked))


def test_limit_below_the_value_is_duty_without_right(chart, codes):
    """Who answers for a discount of 20 % may give 15 %."""
    activities = decision(subject="discount_rate", value=Fraction(1, 5))
    limit = raci.Limit(role="b", subject="discount_rate", sense="at_most", own=Fraction(3, 20))
    made = chart("activity,a,b\nquote,R,A", activities=activities, limits=(limit,))
    assert "limit-below-value" in codes(made)
    assert "limit-below-value" not in codes(attrs.evolve(made, limits=(attrs.evolve(limit, own=Fraction(1, 5)),)))


def test_ids_that_nothing_declares_are_named_with_the_nearest(chart, day):
    """A role misspelt is one finding, and its letters still count for the row."""
    made = chart("activity,sales,presales\nquote,R,A")
    cells = tuple(
        attrs.evolve(cell, role="pre-sales" if cell.role == "presales" else cell.role) for cell in made.assignments
    )
    report = raci.check(attrs.evolve(made, assignments=cells), as_of=day)
    assert "presales" in report.by_code["raci.unknown-id"][0].fix()
    assert "raci.no-accountable" not in report.by_code


def test_every_reference_is_looked_up(chart, day):
    """Ids in limits, hand-offs, escalations, delegations, separations and holdings are checked too."""
    made = chart(
        SOUND,
        people=(Person(id="li", name="Li"),),
        activities=(raci.Activity(id="quote", after=("a1",)), raci.Activity(id="visit")),
        delegations=(raci.Delegation(giver="p1", taker="p2", activities=("a2",)),),
        separations=(raci.Separation(activities=("a3", "quote")),),
        limits=(
            raci.Limit(
                role="r1",
                subject="scope",
                sense="at_most",
                own=Fraction(1),
                ladder=(raci.Rung(bound=Fraction(2), approver="r2"),),
                activities=("a4",),
            ),
        ),
        handoffs=(raci.Handoff(source="a5", target="a6", sender="r3", receiver="r4", owner="r5"),),
        escalations=(raci.Escalation(role="r6", to="r7"),),
        holdings=(raci.Holding(person="p3", role="r8"),),
        absences=(raci.Absence(person="p4"),),
        connector="r9",
    )
    unknown = {finding.place.key for finding in raci.check(made, as_of=day).by_code["raci.unknown-id"]}
    assert {
        *(f"a{n}" for n in range(1, 7)),
        *(f"r{n}" for n in range(1, 10)),
        *(f"p{n}" for n in range(1, 5)),
    } == unknown


def test_two_declarations_of_one_id_are_an_error(chart, codes):
    """The first counts, and the finding says so."""
    made = chart(SOUND)
    assert "duplicate-id" in codes(attrs.evolve(made, roles=(*made.roles, raci.Role(id="sales"))))


def test_activities_in_a_circle_show_the_path(chart, day):
    """The shortest circle through the first name is the path."""
    activities = tuple(
        raci.Activity(id=key, after=(before,)) for key, before in (("a", "c"), ("b", "a"), ("c", "b"), ("d", "d"))
    )
    made = chart("activity,s\na,R", activities=activities)
    paths = [dict(finding.values)["path"] for finding in raci.check(made, as_of=day).by_code["raci.activity-cycle"]]
    assert ["a → b → c → a", "d → d"] == paths


def test_contracts_are_complete_and_both_sides_meet(chart, codes):
    """A contract names fields, tests, time, calendar and owner, between roles that see one activity together."""
    activities = (raci.Activity(id="sell"), raci.Activity(id="deliver", after=("sell",)))
    bare = raci.Handoff(source="sell", target="deliver", sender="sales", receiver="delivery")
    made = chart("activity,sales,delivery\nsell,RA,\ndeliver,,RA", activities=activities)
    assert "no-handoff" in codes(made)
    assert {"handoff-unshared", "handoff-incomplete"} <= set(codes(attrs.evolve(made, handoffs=(bare,))))
    whole = attrs.evolve(
        bare, items=(raci.Item(field="需求", test="客户签字"),), sla_hours=Fraction(8), calendar="cn", owner="sales"
    )
    met = chart("activity,sales,delivery\nsell,RA,C\ndeliver,,RA", activities=activities, handoffs=(whole,))
    assert {"no-handoff", "handoff-unshared", "handoff-incomplete"}.isdisjoint(codes(met))


def test_amounts_of_another_currency_say_nothing(chart, codes):
    """A limit in dollars is no limit on yuan."""
    limit = raci.Limit(role="b", subject="amount", sense="at_most", own=Money.of("1", "USD"))
    activities = decision(subject="amount", value=Money.of("50000", "CNY"))
    assert "limit-below-value" not in codes(chart("activity,a,b\nquote,R,A", activities=activities, limits=(limit,)))


def test_only_what_is_in_force_on_the_day_counts(chart, codes):
    """The A moves from one role to another in July; on no day are there two, or none."""
    made = chart("activity,a,b\nx,RA,C")
    july = date(2026, 7, 1)
    cells = (
        raci.Assignment(activity="x", role="a", letters=("R", "A"), end=july),
        raci.Assignment(activity="x", role="a", letters=("R",), start=july),
        raci.Assignment(activity="x", role="b", letters=("A",), start=july),
    )
    moved = attrs.evolve(made, assignments=cells)
    for on in (date(2026, 6, 30), july):
        assert {"no-accountable", "several-accountable", "no-responsible"}.isdisjoint(codes(moved, on))


def test_every_text_has_both_languages_and_ends_in_a_question():
    """What a manager reads is a sentence, a question and a fix, in English and Chinese."""
    entries = [entry for code, entry in catalogue().items() if code.startswith("raci.")]
    assert entries
    for entry in entries:
        assert entry.texts["en"]["question"].endswith("?"), entry.code
        assert entry.texts["zh"]["question"].endswith("？"), entry.code
        assert all(entry.texts[lang][part] for lang in ("en", "zh") for part in ("what", "question", "fix"))
