"""What the tests of the review, its page and its command share: the demonstration, walked once a language."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from salesteam import review
from salesteam.crm import Records, pull

LANGS = ("en", "zh")


@cache
def demo(lang: str = "en") -> review.Review:
    """The demonstration, reviewed."""
    return review.demo(lang)


@cache
def records(lang: str = "en") -> Records:
    """What the CRM of the demonstration holds."""
    return pull(review.connect(review.demo_playbook(lang), review.BUILT_IN))


def copied(folder: Path, lang: str = "en") -> Path:
    """A copy of the playbook of the demonstration that a test may spoil."""
    target = folder / "playbook"
    shutil.copytree(review.demo_folder(lang), target)
    return target


def spoilt(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy with one text of one file replaced."""
    target = copied(folder)
    path = target / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


def codes(folder: Path) -> list[str]:
    """The codes of the findings on a playbook, without the notes on parts that are not there."""
    return [finding.code for finding in review.read(folder).report if finding.code != "review.part-missing"]
