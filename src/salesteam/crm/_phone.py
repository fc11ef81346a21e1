"""Telephone numbers: the form of E.164 of those that are written internationally, and of the others by their region."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import attrs

from salesteam.errors import InvalidValueError, nearest

__all__ = ["dialled", "e164", "e164_in", "phone_region"]

_EXTENSION = re.compile(r"[\s,;]*(?:extension|ext\b\.?|x|#|分机号?|转)\s*[:=]?\s*\d+\s*$", re.IGNORECASE)
_STRANGE = re.compile(r"[^\d\s()+./\-‐-―]")
_INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}")
_NOT_FROM_ABROAD = re.compile(r"\(\s*0\s*\)")


def e164(number: str) -> str | None:
    """The form of E.164 of a telephone number that is written internationally; None of any other.

    Such a number begins with a plus sign and the code of its country, and has 7 to 15 digits.
    Blanks, brackets, dots, dashes and slashes between them are left out, and so is an extension behind them.
    Any other number is none: of one within a country the code is not known, and whether the zero of ``(0)`` is dialled
    from abroad differs between countries. A source whose settings name a `phone_region` reads those too.

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
    if _STRANGE.search(main) or _NOT_FROM_ABROAD.search(main):
        return None
    formed = re.sub(r"[^\d+]", "", main)
    return formed if _INTERNATIONAL.fullmatch(formed) else None


def phone_region() -> Any:
    """Declare a setting of a source: the region whose plan of numbers reads those that tell no country.

    It is a code of ISO 3166-1, such as ``CN``, and None if it is not given: then such numbers have no form of E.164.
    It needs the extra `phones`, and is refused where that is not installed: what a store holds is never decided by
    what happens to be there.

    Returns
    -------
    attrs field
        For an attrs class of settings; `RestAdapter` heeds it by its name.

    Raises
    ------
    InvalidValueError
        By the class: if the region is not known, with the nearest, or the extra is not installed.

    Examples
    --------
    >>> @attrs.frozen(kw_only=True)
    ... class Config:
    ...     phone_region: str | None = phone_region()
    >>> Config().phone_region is None
    True
    """
    return attrs.field(default=None, validator=attrs.validators.optional(_known))


def _known(_: object, attribute: attrs.Attribute[str], region: str) -> None:
    regions = _library(attribute.name).SUPPORTED_REGIONS
    if region not in regions:
        close = nearest(region, sorted(regions))
        fix = f"did you mean {close[0]!r}?" if close else "use a code of ISO 3166-1, such as CN"
        raise InvalidValueError(f"{region!r} is no region with telephone numbers", where=attribute.name, fix=fix)


def _library(where: str) -> Any:
    try:
        import phonenumbers
    except ImportError:
        raise InvalidValueError(
            "a region needs the plans of numbers, which are not installed",
            where=where,
            fix="run: pip install 'salesteam[phones]'; or leave the region out",
        ) from None
    return phonenumbers


def e164_in(region: str, numbers: Iterable[str]) -> tuple[str, ...]:
    """The forms of E.164 of those numbers that `e164` cannot read and the plan of a region can, each once.

    A number that the plan does not have is left out.
    """
    library = _library("phone_region")
    found: dict[str, None] = {}
    for number in numbers:
        if e164(number) is not None:
            continue
        try:
            parsed = library.parse(_main(number), region)
        except library.NumberParseException:
            continue
        if library.is_valid_number(parsed):
            found[library.format_number(parsed, library.PhoneNumberFormat.E164)] = None
    return tuple(found)


def dialled(number: str) -> str:
    """The digits of a telephone number without the zeros in front, which lead abroad or out of town.

    Any letter but those of an extension makes it none; so does nothing else that people write, such as the (0) that is
    not dialled from abroad.
    """
    main = _NOT_FROM_ABROAD.sub("", _main(number))
    return "" if _STRANGE.search(main) else re.sub(r"\D", "", main).lstrip("0")


def _main(number: str) -> str:
    """The number without its extension, all its characters of the usual width and its digits of ASCII."""
    plain = unicodedata.normalize("NFKC", number)
    return _EXTENSION.sub("", plain).strip()
