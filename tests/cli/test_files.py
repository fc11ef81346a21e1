"""A review of files: columns that are not there, dates that do not parse, empty files."""

from __future__ import annotations

import pytest
from tests.cli.test_commands import run

pytest.importorskip("salesteam_files", reason="the plugin salesteam-files is not installed")

PLAYBOOK = """\
format: salesteam-playbook/1
name: Files
currency: CNY
zone: Asia/Shanghai
as_of: 2026-09-30
period: 2026-Q3
"""
SOURCES = """\
booked_on: closed_on
sources:
  - name: crm
    adapter: files
    settings:
      root: data
      currency: CNY
      zone: Asia/Shanghai
      excess_digits: reject
      kinds:
        user: [{file: people.csv, id: login, columns: {name: name}}]
        deal:
          - file: deals.csv
            id: number
            columns: {name: title, owner: login, status: outcome, value: amount, closed_on: closed}
            values: {outcome: {Won: won, Lost: lost}}
"""
PEOPLE = "login,name\nli,李雷\nwu,吴昊\n"
DEALS = "number,title,login,outcome,amount,closed\n1,A,li,Won,100.00,2026-07-01\n2,B,wu,Lost,50.00,2026-08-01\n"


@pytest.fixture
def playbook(tmp_path):
    """A playbook on two files of its own."""
    folder = tmp_path / "playbook"
    (folder / "data").mkdir(parents=True)
    for name, text in (
        ("playbook.yaml", PLAYBOOK),
        ("sources.yaml", SOURCES),
        ("team.yaml", "from: crm\n"),
        ("data/people.csv", PEOPLE),
        ("data/deals.csv", DEALS),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_files_are_read_and_counted(playbook):
    """Two people, two deals, one of them won."""
    result = run("review", playbook)
    assert 0 == result.exit_code, result.stdout + result.stderr
    assert "lost: 1" in result.stdout


def test_another_folder_replaces_the_root(playbook, tmp_path):
    """The same playbook reads another export."""
    (playbook / "data").rename(tmp_path / "other")
    assert 1 == run("review", playbook).exit_code
    assert 0 == run("review", playbook, "--data", tmp_path / "other").exit_code


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("deals.csv", DEALS.replace("closed\n", "shut\n", 1), "closed"),
        ("deals.csv", DEALS.replace("2026-07-01", "1.7.2026"), "1.7.2026"),
        ("deals.csv", DEALS.replace("Won", "Victory"), "Victory"),
        ("deals.csv", DEALS.replace("100.00", "a lot"), "a lot"),
        ("deals.csv", "", "deals.csv"),
        ("people.csv", PEOPLE + "li,Li Lei\n", "li"),
        ("people.csv", None, "people.csv"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_bad_files_are_findings_that_name_the_place(playbook, file, text, said, lang):
    """A missing column, a date, a word or an amount that cannot be read, no rows at all, no file: exit code 1.

    An id that comes again with another name is a warning: the last one counts.
    """
    path = playbook / "data" / file
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    result = run("review", playbook, "--lang", lang)
    again = "Li Lei" in (text or "")
    assert (0 if again else 1) == result.exit_code
    assert said in result.stdout.replace("\n", " ")


def test_files_are_named_as_seen_from_the_playbook(playbook):
    """However deep the folder lies, no name of a file is broken over two lines."""
    deep = playbook.rename(playbook.with_name("the playbook of a team with a very long name indeed " * 3))
    (deep / "data" / "deals.csv").write_text("", encoding="utf-8")
    said = run("review", deep).stdout
    assert "data/deals.csv" in said
    assert "[quality.yaml]" in said


def test_a_file_of_heads_alone_has_no_rows_and_is_no_error(playbook):
    """An empty table is a fact: nothing was sold."""
    (playbook / "data" / "deals.csv").write_text(DEALS.splitlines()[0] + "\n", encoding="utf-8")
    result = run("review", playbook)
    assert 0 == result.exit_code, result.stdout
    assert "There were none of: deals." in result.stdout
