"""Machine names as a manager reads them."""

from __future__ import annotations

from typing import get_args

import pytest

from salesteam.crm import KINDS as RECORD_KINDS
from salesteam.review import PARTS
from salesteam.review._wording import KINDS, STATUSES, conventions, word
from salesteam.review._wording import PARTS as PART_WORDS
from salesteam.whys._kinds import MeasureStatus


def test_every_kind_part_and_status_has_words_in_both_languages():
    """No machine name is left for a manager to read."""
    assert set(RECORD_KINDS) == set(KINDS)
    assert set(PARTS) == set(PART_WORDS)
    assert set(get_args(MeasureStatus)) == set(STATUSES)


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("rolls_up=clamped, basis=point", "scores counted: within 0 to 1; status by: the latest value",
         "得分取值：限于 0 到 1；状态依据：最新值"),
        ("commission.method = marginal", "commission: each band at its own rate", "commission：分档累进"),
        ("pool.accumulate = quarter", "pool: summed over the quarter", "pool：累计按季度"),
        ("members on 2026-01-01", "members on 2026-01-01", "成员以 2026-01-01 为准"),
        ("a convention of its own", "a convention of its own", "a convention of its own"),
    ],
)  # fmt: skip
def test_conventions_are_told_in_words(text, english, chinese):
    """Keys and options become words; what has no word stays as it is."""
    assert (english, chinese) == (conventions(text, "en"), conventions(text, "zh"))


def test_a_name_without_a_word_stays():
    """A new name is shown rather than lost."""
    assert "quip" == word(KINDS, "quip", "zh")
