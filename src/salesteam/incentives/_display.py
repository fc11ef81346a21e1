"""What the displays of runs and settlements share: how many rows they show, and numbers within formulas."""

from __future__ import annotations

import re

from salesteam.core import number_text, rational, say

__all__ = ["MOST", "more_rows", "readable"]

MOST = 20
"""Rows of a table that `print` and a notebook show."""

_NUMBER = re.compile(r"(?<![\w.,/$-])\d+(?:/\d+|\.\d+)?(?![\w.,/:%-])")


def more_rows(count: int, lang: str) -> str:
    """What a table leaves out, before its note; nothing if it leaves out none."""
    if count <= 0:
        return ""
    return say(lang, en=f"… and {count:,} more. ", zh=f"……另有 {count:,} 行。")


def readable(formula: str) -> str:
    """A formula for the eye: its long fractions near their value, thousands set apart.

    Parameters
    ----------
    formula : str
        Exact, as tables keep it.

    Returns
    -------
    str
        The same with each number as `number_text` shows it.

    Examples
    --------
    >>> readable("F(1170102.23) - F(841370659/52500)")
    'F(1,170,102.23) - F(≈16,026.11)'
    """
    return _NUMBER.sub(lambda found: number_text(rational(found[0])), formula)
