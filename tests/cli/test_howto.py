"""The page on reviewing your team: its files are written and its commands run, in their order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.cli.test_commands import run

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "how-to" / "review-your-team.md"
BLOCK = re.compile(
    r"^```(?:console\n(?P<commands>.*?)|\{code-block\} \w+\n:caption: (?P<file>\S+)\n\n(?P<text>.*?))^```$",
    re.MULTILINE | re.DOTALL,
)


def test_the_page_can_be_followed_to_the_letter(tmp_path, monkeypatch):
    """Every command ends well, and the last page is the reader's own."""
    pytest.importorskip("salesteam_files", reason="the plugin salesteam-files is not installed")
    monkeypatch.chdir(tmp_path)
    seen = 0
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if block["file"]:
            path = tmp_path / block["file"]
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
                case ["mkdir", folder]:
                    (tmp_path / folder).mkdir()
                case ["mv", *files, folder]:
                    for file in files:
                        (tmp_path / file).rename(tmp_path / folder / Path(file).name)
                case _:
                    assert ["python", "-m", "pip", "install", "./plugins/salesteam-files"] == words
    assert 6 == seen
    assert "截至 2026-08-31" in (tmp_path / "ours" / "review.html").read_text(encoding="utf-8")
