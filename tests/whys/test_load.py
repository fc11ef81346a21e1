"""The why book of a playbook."""

import pytest

from salesteam import whys
from salesteam.core import Money, _load
from salesteam.errors import ReportError

BOOK = """
profile:
  name: north
  min_grade: C
  severity: {whys.no-measure: error}
  words:
    - {text: 踢皮球, lang: zh, kind: blame, question: 交接在哪一步断开？}
open_on:
  - {metric: cross_team_completion, least_n: 30, in_a_row: 2, owner: ops, due_days: 5, activity: follow up, roles: [sales]}
trees:
  - id: custom-need
    event: {id: blind, statement: 售后不了解客户的定制需求, when: 2025-03-04, size: 2, unit: orders}
    causes:
      - {id: not-told, statement: 销售未同步信息, kind: omission, role: sales, activity: 同步需求变更}
      - {id: no-sync, statement: 缺乏强制同步机制, kind: design}
    links:
      - {effect: blind, cause: not-told, group: a}
      - {effect: not-told, cause: no-sync}
    evidence:
      - {about: not-told->blind, kind: record, grade: B, source: CRM, on: 2025-03-05}
    measures:
      - id: gate
        statement: 未填字段不能交接
        kind: blocking_gate
        removes: [no-sync]
        cost: 8000 CNY
        process_goal: 90%
        becomes: [{kind: gate, target: 交接}]
"""


def test_a_book_is_read_from_a_file(tmp_path):
    """Profile, policies, trees of earlier periods, with exact values."""
    file = tmp_path / "whys.yaml"
    file.write_text(BOOK, encoding="utf-8")
    book = whys.load(file)
    tree = book.trees[0]
    assert ("north", "C", 2) == (book.profile.name, book.profile.min_grade, book.open_on[0].in_a_row)
    assert (Money.of(8000, "CNY"), "not-told->blind") == (tree.measures[0].cost, tree.evidence[0].about)
    assert {"no-sync->not-told": "unsupported", "not-told->blind": "supported"} == whys.link_status(tree, book.profile)


def test_a_book_round_trips():
    """What is dumped reads back as the same value."""
    book = _load.load_text(BOOK, whys.Book).require()
    assert book == _load.load_text(_load.dump(book), whys.Book).require()


def test_all_problems_come_at_once_with_their_lines(tmp_path):
    """An unknown key with the nearest name, a wrong grade, a wrong kind."""
    file = tmp_path / "whys.yaml"
    text = (
        BOOK.replace("min_grade: C", "min_grad: C")
        .replace("kind: blocking_gate", "kind: gate")
        .replace("grade: B", "grade: F")
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ReportError) as caught:
        whys.load(file)
    found = caught.value.report
    assert 3 == len(found.errors)
    assert "min_grade" in found.text()
    assert {4, 20, 24} == {one.place.line for one in found}


@pytest.mark.parametrize(
    "text",
    [
        "profile: {min_grade: C}\nopen_on:\n" + 2 * "  - {metric: m, least_n: 1, in_a_row: 1, owner: o, due_days: 1}\n",
        "profile: {min_grade: C}\ntrees:\n" + 2 * "  - {id: t, event: {id: e, statement: s}}\n",
        "profile: {min_grade: C, severity: {raci.no-duty: note}}\n",
        "profile: {}\n",
        "profile: {min_grade: C}\ntrees:\n  - {id: t, event: {id: 'a->b', statement: s}}\n",
        "profile: {min_grade: C}\ntrees:\n  - {id: t, event: {id: e, statement: s}, causes: [{id: e, statement: x}]}\n",
        "profile: {min_grade: C}\ntrees:\n  - {id: t, event: {id: e, statement: s}, links: [{effect: e, cause: c, group: ' '}]}\n",
    ],
)
def test_impossible_books_are_findings(text):
    """Two of one name, a foreign code, no grade, an arrow in an id, a blank group."""
    loaded = _load.load_text(text, whys.Book)
    assert (None, False) == (loaded.value, loaded.report.ok)


def test_a_tree_on_its_own_round_trips(tree_of, shown):
    """For stores that keep one file a tree."""
    tree = tree_of("e <- a/1", "e <- b/1", "a <- c", evidence=shown("a->e", "c"))
    assert tree == _load.load_text(_load.dump(tree), whys.Tree).require()
