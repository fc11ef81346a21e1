"""The copy to share, and blameless output."""

import pytest
from attrs import evolve

from salesteam import whys
from salesteam.core import _load

PEOPLE = (
    whys.Participant(person="u-17", role="sales", name="王小敏"),
    whys.Participant(person="u-03", role="service", name="Ann Miller"),
)


@pytest.fixture
def tree(tree_of):
    return tree_of(
        "e <- c",
        causes=(
            whys.Cause(
                id="c", statement="王小敏 told Ann Miller, 小敏 asked u-17 and Miller; the annual list", role="sales"
            ),
        ),
        participants=PEOPLE,
        evidence=(
            whys.Evidence(about="c", kind="testimony", grade="D", by="u-03", source="Ann Miller said so", consent=True),
            whys.Evidence(about="c", kind="testimony", grade="D", by="u-17"),
        ),
        measures=(whys.Countermeasure(id="m", statement="gate", kind="blocking_gate", owner="u-99", removes=("c",)),),
        owner="sales",
        reported_by="u-17",
    )


def test_names_become_stable_pseudonyms_everywhere(tree):
    """Whole names, how people call each other, and ids; words that only begin alike stay."""
    shared = tree.redacted()
    assert "anon-02 told anon-01, anon-02 asked anon-02 and anon-01; the annual list" == shared.causes[0].statement
    assert ("anon-03", "anon-02", "sales") == (shared.measures[0].owner, shared.reported_by, shared.owner)
    assert [("anon-02", "sales", ""), ("anon-01", "service", "")] == [
        (who.person, who.role, who.name) for who in shared.participants
    ]


def test_authors_of_evidence_appear_by_consent_only(tree):
    """And then under their pseudonym."""
    assert ["anon-01", ""] == [one.by for one in tree.redacted().evidence]


def test_redacting_twice_changes_nothing(tree):
    """No name is left to replace."""
    shared = tree.redacted()
    assert shared == shared.redacted()
    assert not any(name in _load.dump(shared) for name in ("王", "敏", "Ann ", "Miller", "u-"))


def test_a_redacted_copy_still_knows_its_links(tree):
    """Ids of nodes are kept as they are referred to."""
    named = evolve(
        tree,
        causes=(evolve(tree.causes[0], id="u-17 c"),),
        links=(whys.Link(effect="e", cause="u-17 c"),),
        evidence=(),
        measures=(),
    )
    assert ("anon-02 c",) == named.redacted().leaves


def test_all_output_of_a_blameless_tree_is_redacted(tree, house, day):
    """Checks, drawings, traces, sentences, changes, explanations."""
    blameless = evolve(tree, blameless=True)
    checks = whys.check(blameless, profile=house, as_of=day)
    out = [
        checks.text(),
        checks.report.text("zh"),
        checks.to_frame().to_csv(),
        whys.draw(blameless).text(),
        whys.draw(blameless).mermaid(),
        blameless._repr_html_(),
        str(whys.therefore(blameless)),
        whys.trace(blameless, profile=house).to_frame().to_csv(),
        blameless.explain("c").text(),
        blameless.to_frame().to_csv(),
        whys.verify(blameless, (), as_of=day).to_frame().to_csv(),
        str(whys.cut(blameless, profile=house, believe="all", count="removing", objective="number").tree),
    ]
    assert [] == [text for text in out if any(name in text for name in ("王", "小敏", "Ann ", "Miller", "u-17"))]
    assert "fail" == checks.outcome("whys.blame", "c")


def test_no_profile_softens_blame_in_a_blameless_tree(tree, day):
    """WHY021 and WHY040 stay errors there, and follow the house elsewhere."""
    soft = whys.Profile(
        min_grade="C", severity={"whys.blame": "note", "whys.stops-at-person": "note", "whys.no-measure": "error"}
    )
    person = evolve(tree, causes=(evolve(tree.causes[0], kind="action"),), measures=())

    def severities(one):
        found = whys.check(one, profile=soft, as_of=day).report.by_code
        return [found[code][0].severity.value for code in ("whys.blame", "whys.stops-at-person", "whys.no-measure")]

    assert (["note", "note", "error"], ["error", "error", "error"]) == (
        severities(person),
        severities(evolve(person, blameless=True)),
    )


def test_a_blameless_tree_says_what_it_is_not_for():
    """Pay and rating, unless it says more."""
    event = whys.Event(id="e", statement="s")
    assert ("pay", "rating") == whys.Tree(id="t", event=event, blameless=True).not_for
    assert ("pay", "rating", "ranking") == whys.Tree(
        id="t", event=event, blameless=True, not_for=("pay", "rating", "ranking")
    ).not_for
    assert whys.Tree(id="t", event=event).allows("pay")
