"""The duties that letters stand for, with their words in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import attrs

from salesteam.core import say

__all__ = ["ACTING", "BIT", "DUTIES", "DUTY_NAMES", "OWNING", "YES", "Duty", "Phrase", "Word", "duty_text", "mask"]

Duty = Literal[
    "does",
    "answers",
    "approves",
    "decides",
    "drives",
    "recommends",
    "agrees",
    "helps",
    "verifies",
    "signs",
    "asked_before",
    "told_after",
    "out",
]
"""What the letters of a chart mean once its profile has read them."""


@attrs.frozen(kw_only=True)
class Word:
    """What a duty is called and the question it answers, in both languages.

    Parameters
    ----------
    en, zh : str
        The word.
    asks_en, asks_zh : str
        The question that finds who has the duty.

    Examples
    --------
    >>> DUTIES["answers"].zh, DUTIES["answers"].asks_en
    ('负责到底', 'Who answers for it?')
    """

    en: str
    zh: str
    asks_en: str
    asks_zh: str

    def text(self, lang: str = "en") -> str:
        """The word in one language.

        Examples
        --------
        >>> DUTIES["does"].text("zh")
        '负责'
        """
        return say(lang, en=self.en, zh=self.zh)


DUTIES: Mapping[Duty, Word] = {
    "does": Word(en="does it", zh="负责", asks_en="Who does it?", asks_zh="谁来做？"),
    "answers": Word(en="answers for it", zh="负责到底", asks_en="Who answers for it?", asks_zh="谁负责到底？"),
    "approves": Word(en="approves", zh="审批", asks_en="Who says yes?", asks_zh="谁审批？"),
    "decides": Word(en="decides", zh="决策", asks_en="Who decides?", asks_zh="谁拍板？"),
    "drives": Word(en="drives it", zh="推动", asks_en="Who drives it?", asks_zh="谁推动？"),
    "recommends": Word(en="recommends", zh="建议", asks_en="Who recommends?", asks_zh="谁提建议？"),
    "agrees": Word(en="agrees or vetoes", zh="同意或否决", asks_en="Who may say no?", asks_zh="谁可以否决？"),
    "helps": Word(en="helps", zh="支持", asks_en="Who helps?", asks_zh="谁支持？"),
    "verifies": Word(en="verifies", zh="核验", asks_en="Who checks it?", asks_zh="谁核验？"),
    "signs": Word(en="signs", zh="签字", asks_en="Who signs?", asks_zh="谁签字？"),
    "asked_before": Word(en="is asked before", zh="咨询", asks_en="Who is asked before?", asks_zh="事前咨询谁？"),
    "told_after": Word(en="is told after", zh="告知", asks_en="Who is told after?", asks_zh="事后告知谁？"),
    "out": Word(en="is out on purpose", zh="不参与", asks_en="Who stays out?", asks_zh="谁不参与？"),
}
"""Every duty with its words; a letter of a profile stands for one or several of them."""

DUTY_NAMES: tuple[Duty, ...] = get_args(Duty)
BIT: Mapping[Duty, int] = {duty: 1 << place for place, duty in enumerate(DUTY_NAMES)}
"""One bit for each duty."""


def mask(*duties: Duty) -> int:
    """Pack duties into one whole number, a bit each, so that sets of them are joined and met fast.

    Examples
    --------
    >>> mask("does") | mask("answers") == mask("does", "answers")
    True
    """
    return sum({BIT[duty] for duty in duties})


YES = mask("does", "answers", "approves", "decides", "verifies", "signs")
"""Duties that make `Chart.has_duty` say yes."""

OWNING = mask("does", "drives", "answers", "approves", "decides")
"""Duties that own a part of the work: those of R and A and their kin."""

ACTING = YES | mask("drives", "recommends", "agrees", "helps")
"""Duties that act on the work; the others are only asked, told or left out."""


def duty_text(duty: Duty, lang: str = "en") -> str:
    """The word for a duty.

    Parameters
    ----------
    duty : Duty
        Such as ``"does"``.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    str
        Such as ``"负责"``.

    Examples
    --------
    >>> duty_text("asked_before", "zh")
    '咨询'
    """
    return DUTIES[duty].text(lang)


@attrs.frozen
class Phrase:
    """A phrase in both languages, such as the reason of a step."""

    en: str
    zh: str

    def text(self, lang: str = "en") -> str:
        """The phrase in one language."""
        return say(lang, en=self.en, zh=self.zh)
