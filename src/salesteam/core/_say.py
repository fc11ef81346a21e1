"""Words in two languages: the smallest helper, so that every text is written in both at one place."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from salesteam.core._rational import rational_text
from salesteam.errors import InvalidValueError

__all__ = ["say", "shown"]


def say(lang: str, *, en: str, zh: str) -> str:
    """Pick the text of the language asked for.

    Parameters
    ----------
    lang : {'en', 'zh'}
        English or Simplified Chinese.
    en, zh : str
        The text in each.

    Returns
    -------
    str
        One of the two.

    Raises
    ------
    InvalidValueError
        For another language.

    Examples
    --------
    >>> say("zh", en="goal", zh="目标")
    '目标'
    """
    if lang == "en":
        return en
    if lang == "zh":
        return zh
    raise InvalidValueError(f"{lang!r} is no language of this library", where="lang", fix="use 'en' or 'zh'")


def shown(value: object, lang: str = "en") -> str:
    """Write a value for a reader: money with its unit, fractions exactly, lists with commas.

    Parameters
    ----------
    value : object
        Text, number, Fraction, date, Money, or a list or tuple of these.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> shown(Fraction(3, 20)), shown(["a", "b"], "zh")
    ('0.15', 'a、b')
    """
    if isinstance(value, Fraction):
        return rational_text(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        parts = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return say(lang, en=", ", zh="、").join(shown(part, lang) for part in parts)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    text = getattr(value, "text", None)
    return str(text(lang)) if callable(text) else str(value)
