"""Telephone numbers: the form of E.164 of those that are written internationally, and what is dialled of the others."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["dialled", "e164"]

_EXTENSION = re.compile(r"[\s,;]*(?:extension|ext\b\.?|x|#|分机号?|转)\s*[:=]?\s*\d+\s*$", re.IGNORECASE)
_STRANGE = re.compile(r"[^\d\s()+./\-‐-―]")
_INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}")
_NOT_FROM_ABROAD = "(0)"


def e164(number: str) -> str | None:
    """The form of E.164 of a telephone number that is written internationally; None of any other.

    Such a number begins with a plus sign and the code of its country, and has 7 to 15 digits.
    Blanks, brackets, dots, dashes and slashes between them are left out, and so is an extension behind them.
    Any other number is none: of one within a country the code is not known, and whether the zero of ``(0)`` is dialled
    from abroad differs between countries.

    The number is formed by this rule alone, and looked up in no plan of numbers, so that the same text is the same
    number wherever it is read; it may be one that nobody has.

    Parameters
    ----------
    number : str
        As a person or a source writes it.

    Returns
    -------
    str or None
        A plus sign and digits.

    References
    ----------
    ITU-T E.164, The international public telecommunication numbering plan: at most 15 digits.

    Examples
    --------
    >>> e164("+86 (10) 1234-5678 ext. 12"), e164("010 1234 5678"), e164("+49 (0)30 123456")
    ('+861012345678', None, None)
    """
    main = _main(number)
    if _STRANGE.search(main) or _NOT_FROM_ABROAD in main:
        return None
    formed = re.sub(r"[^\d+]", "", main)
    return formed if _INTERNATIONAL.fullmatch(formed) else None


def dialled(number: str) -> str:
    """The digits of a telephone number without the zeros in front, which lead abroad or out of town.

    Any letter but those of an extension makes it none; so does nothing else that people write, such as the (0) that is
    not dialled from abroad.
    """
    main = _main(number).replace(_NOT_FROM_ABROAD, "")
    return "" if _STRANGE.search(main) else re.sub(r"\D", "", main).lstrip("0")


def _main(number: str) -> str:
    """The number without its extension, all its characters of the usual width and its digits of ASCII."""
    plain = unicodedata.normalize("NFKC", number)
    return _EXTENSION.sub("", plain).strip()
