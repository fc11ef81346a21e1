"""Pages on the command line: their files are written and their commands run, in their order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.cli.test_commands import run

PAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "how-to"
BLOCK = re.compile(
    r"^```(?:console\n(?P<commands>.*?)|\{code-block\} \w+\n:caption: (?P<file>\S+)\n\n(?P<text>.*?))^```$",
    re.MULTILINE | re.DOTALL,
)


def follow(page, folder):
    """Do what a page says in a folder; how many commands of the library that were."""
    seen = 0
    for block in BLOCK.finditer((PAGES / page).read_text(encoding="utf-8")):
        if block["file"]:
            path = folder / block["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block["text"], encoding="utf-8")
            continue
        for line in block["commands"].splitlines():
            words = shlex.split(line.removeprefix("$ "))
            match words:
                case ["salesteam", *rest]:
                    result = run(*rest)
                    assert 0 == result.exit_code, line + result.stdout + result.stderr
                    seen += 1
                case ["mkdir", name]:
                    (folder / name).mkdir()
                case ["mv", *files, name]:
                    for file in files:
                        (folder / file).rename(folder / name / Path(file).name)
                case _:
                    assert ["python", "-m", "pip", "install", "./plugins/salesteam-files"] == words
    return seen


def test_the_page_on_reviewing_your_team_can_be_followed_to_the_letter(tmp_path, monkeypatch):
    """Every command ends well, and the last page is the reader's own."""
    pytest.importorskip("salesteam_files", reason="the plugin salesteam-files is not installed")
    monkeypatch.chdir(tmp_path)
    assert 6 == follow("review-your-team.md", tmp_path)
    assert "截至 2026-08-31" in (tmp_path / "ours" / "review.html").read_text(encoding="utf-8")


def test_the_page_on_paying_from_files_can_be_followed_to_the_letter(tmp_path, monkeypatch):
    """Every command ends well, and what the page says is written is there."""
    monkeypatch.chdir(tmp_path)
    assert 4 == follow("pay-from-files.md", tmp_path)
    for name in ("paid/payouts.csv", "paid/unpaid.csv", "settled/ledger.csv", "settled/entries.csv"):
        assert (tmp_path / name).is_file()
