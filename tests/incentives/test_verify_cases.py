"""The cases of the house: every published example, and each row of the language of plans."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesteam.core import _load as core_load
from salesteam.incentives import verify

CASES = Path(__file__).resolve().parent.parent / "cases"


@pytest.fixture(scope="module")
def found():
    """All cases, verified once."""
    return verify(CASES)


def test_every_case_of_the_house_passes(found):
    """What differs is shown with its explanation."""
    assert found.exit_code == 0, found.text()


def test_ids_are_unique_in_the_whole_folder(found):
    """A report names a case by its id alone."""
    assert [] == [finding.text() for finding in found.report]


def test_every_published_example_is_a_case(found, shared):
    """Each id of the shared file is the id of a case, which says where its numbers come from."""
    text = shared("cases/incentives.yaml").read_text(encoding="utf-8")
    published = {case["id"]: case["source"]["title"] for case in core_load.read_tree(text).value["cases"]}
    sources = {verdict.id: verdict.source for verdict in found.verdicts}
    assert set() == set(published) - set(sources)
    assert [] == [name for name in published if not sources[name]]


def test_what_is_printed_wrong_or_open_is_shown_with_the_money_between(found, shared):
    """Each such example has a case beside it: another reading, or what the page prints and why it is not so."""
    text = shared("cases/incentives.yaml").read_text(encoding="utf-8")
    doubtful = {
        str(case["id"])
        for case in core_load.read_tree(text).value["cases"]
        if case["status"] in {"published_wrong", "ambiguous"}
    }
    ids = [verdict.id for verdict in found.verdicts]
    assert set() == {name for name in doubtful if not any(each.startswith(f"{name}.") for each in ids)}
