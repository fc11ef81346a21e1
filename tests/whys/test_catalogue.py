"""Every finding of the why trees, in both languages."""

import re
from pathlib import Path

import pytest

from salesteam import whys
from salesteam.core import catalogue

OURS = {code: entry for code, entry in catalogue().items() if code.startswith("whys.")}
SOURCES = "\n".join(file.read_text(encoding="utf-8") for file in Path(whys.__file__).parent.glob("*.py"))


def test_every_code_of_the_catalogue_is_used_and_every_used_code_is_in_it():
    """No dead entry, no code without texts."""
    verbs = {f"whys.{name}" for name in (*whys.__all__, "open_on")}
    used = set(re.findall(r"\"(whys\.[a-z_-]+)\"", SOURCES)) - verbs
    assert set(OURS) == used


@pytest.mark.parametrize("code", sorted(OURS))
def test_both_languages_say_the_same(code):
    """The same placeholders, a question that asks, a fix that ends."""
    texts = OURS[code].texts
    names = {lang: set(re.findall(r"{(\w+)}", texts[lang]["what"])) for lang in ("en", "zh")}
    assert names["en"] == names["zh"]
    assert texts["en"]["question"].rstrip("}.").endswith(("?", "{better", "{sentence"))
    assert texts["zh"]["question"].endswith(("？", "{better}", "。"))
    assert texts["en"]["fix"].endswith(".")
    assert texts["zh"]["fix"].endswith("。")


def test_checks_carry_the_numbers_of_the_field():
    """The numbers of the page, once each."""
    numbers = [number for number in whys.CODES.values() if number]
    assert len(numbers) == len(set(numbers))
    assert set(whys.CODES) <= set(OURS)
