"""Phrases in both languages, as values that can be put into findings and explanations."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal

import attrs

from salesteam.core import percent_text, rational_text, say

__all__ = ["Phrase", "Some", "Tone", "figure", "share_text"]

Tone = Literal["", "good", "warn", "bad", "muted", "strong"]
"""Tones of a cell or node in a display."""


@attrs.frozen
class Phrase:
    """One phrase in English and Simplified Chinese."""

    en: str
    zh: str

    def text(self, lang: str = "en") -> str:
        """The phrase in one language."""
        return say(lang, en=self.en, zh=self.zh)


_SHOWN = 5
_HUGE = 10**21


@attrs.frozen
class Some:
    """Many phrases in one: the first few, and how many more."""

    phrases: tuple[Phrase, ...]

    def text(self, lang: str = "en") -> str:
        """The phrases in one language; a dash for none."""
        shown = say(lang, en=", ", zh="、").join(each.text(lang) for each in self.phrases[:_SHOWN])
        more = len(self.phrases) - _SHOWN
        if more <= 0:
            return shown or "-"
        return say(lang, en=f"{shown} and {more} more", zh=f"{shown} 等 {len(self.phrases)} 项")


def figure(value: Fraction | None, lang: str = "en", *, signed: bool = False) -> str:
    """Write a figure for the eye: exactly if it ends within four places and is not huge, else rounded and marked so.

    Parameters
    ----------
    value : Fraction or None
        Any figure.
    lang : {'en', 'zh'}, default 'en'
        Language.
    signed : bool, default False
        Show a plus sign too.

    Returns
    -------
    str
        Such as ``"1,250"``, ``"≈ 416.67"`` or a word for none.
    """
    if value is None:
        return say(lang, en="none", zh="无")
    sign = "-" if value < 0 else "+" if signed and value > 0 else ""
    size = abs(value)
    text = rational_text(size) if size < _HUGE else ""
    whole, _, part = text.partition(".")
    if not text or "/" in text or len(part) > 4:
        near = Decimal(size.numerator) / Decimal(size.denominator)
        return f"≈ {sign}{near:,.2f}" if 1 <= size < _HUGE else f"≈ {sign}{near.normalize():.4g}"
    return f"{sign}{int(whole):,}" + (f".{part}" if part else "")


def share_text(value: Fraction | None, lang: str = "en") -> str:
    """Write a share as a percentage for the eye.

    Parameters
    ----------
    value : Fraction or None
        1 is the whole.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    str
        Such as ``"82.22%"`` or a word for none.
    """
    return say(lang, en="none", zh="无") if value is None else percent_text(value)
