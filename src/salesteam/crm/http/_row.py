"""Read the values of one row of a source, and tell which of them is bad."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Money, exponent, rational, say
from salesteam.crm import money_of
from salesteam.errors import InvalidValueError, NotFoundError

__all__ = ["BadValueError", "Problem", "Row"]

_MS = 1000


@attrs.frozen
class Problem:
    """What is wrong with a value, in both languages, to be told after it."""

    en: str
    zh: str

    def text(self, lang: str) -> str:
        """The words in a language."""
        return say(lang, en=self.en, zh=self.zh)


class BadValueError(ValueError):
    """A value of a row cannot be what it should be.

    Parameters
    ----------
    field : str
        Name of the value in the source.
    value : object
        The value.
    en, zh : str
        What is wrong, to be told after it.
    options : tuple of str, optional
        The texts that it could be.
    setting : str, optional
        The setting of the source that says what other texts mean, if there is one.

    Examples
    --------
    >>> BadValueError("amount", "much", "is no number", "不是数字").problem.text("zh")
    '不是数字'
    """

    def __init__(
        self, field: str, value: object, en: str, zh: str, *, options: tuple[str, ...] = (), setting: str | None = None
    ) -> None:
        self.field, self.value, self.options, self.setting = field, value, options, setting
        self.problem = Problem(en, zh)
        super().__init__(f"{field} {en}")

    @property
    def todo(self) -> Problem:
        """What to do about a text that is none of the options: never to look for a setting that is not there.

        Examples
        --------
        >>> BadValueError("Status", "hot", "is unknown", "未知", setting="lead_statuses").todo.text("en")
        'Say in the setting lead_statuses of the source what it means.'
        """
        if self.setting is not None:
            en = f"Say in the setting {self.setting} of the source what it means."
            return Problem(en, f"在来源设置 {self.setting} 中说明其含义。")
        return Problem(
            "Correct it in the source, or report it to the plugin's author: no setting of the source translates it.",
            "在来源中更正；若来源无误，请报告给插件作者：没有可转换该值的来源设置。",
        )


@attrs.frozen
class Row:
    """One row of a source; names may be paths such as ``Owner.Name``.

    Parameters
    ----------
    data : mapping
        As the source sent it.
    zone : tzinfo, optional
        Of times without an offset, and for cutting instants to dates.
    floats : bool, default False
        Whether the source keeps amounts as binary numbers, so that 0.30000000000000004 is its 0.30.

    Examples
    --------
    >>> row = Row({"n": " x ", "at": 1790755200000, "owner": {"id": "7"}})
    >>> row.text("n"), row.instant("at").isoformat(), row.text("owner.id"), row.text("none")
    ('x', '2026-09-30T08:00:00+00:00', '7', None)
    """

    data: Mapping[str, Any]
    zone: tzinfo | None = None
    floats: bool = False

    def get(self, name: str) -> Any:
        """The value as it came, or None; a blank text is None."""
        value: Any = self.data
        if name in self.data:
            value = self.data[name]
        else:
            for part in name.split("."):
                value = value.get(part) if isinstance(value, Mapping) else None
        return None if isinstance(value, str) and not value.strip() else value

    def text(self, name: str) -> str | None:
        """The value as text without surrounding blanks.

        Raises
        ------
        BadValueError
            If it is a list or an object.
        """
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, (list, dict)):
            raise BadValueError(name, value, "is no text", "不是文本")
        return str(value).strip()

    def need(self, name: str) -> str:
        """The text, which must be there.

        Raises
        ------
        BadValueError
            If it is not.
        """
        text = self.text(name)
        if text is None:
            raise BadValueError(name, "", "is needed", "为必填")
        return text

    def word(self, name: str, words: Mapping[str, Any], *, setting: str | None = None) -> Any:
        """What a text stands for; an unknown one is never guessed.

        Parameters
        ----------
        name : str
            Name of the value.
        words : mapping of str to object
            The texts that are known, and what they stand for.
        setting : str, optional
            The setting of the source by which a user adds others.

        Raises
        ------
        BadValueError
            With the options, if the text is none of them.
        """
        text = self.need(name)
        if text not in words:
            raise BadValueError(name, text, "is unknown", "未知", options=tuple(words), setting=setting)
        return words[text]

    def instant(self, name: str) -> datetime | None:
        """An instant in UTC, from ISO 8601 or milliseconds since 1970.

        Raises
        ------
        BadValueError
            If it is none, or has neither offset nor zone.
        """
        value = self.get(name)
        if value is None:
            return None
        at = _instant(value)
        if at is None:
            raise BadValueError(name, value, "is no time", "不是时间")
        if at.tzinfo is None:
            if self.zone is None:
                raise BadValueError(name, value, "has no time zone", "没有时区")
            at = at.replace(tzinfo=self.zone)
        try:
            return at.astimezone(UTC)
        except OverflowError:
            raise BadValueError(name, value, "stands for never", "表示“永远”") from None

    def day(self, name: str) -> date | None:
        """A plain date; an instant is cut in the zone of the row.

        Raises
        ------
        BadValueError
            If it is none, or an instant and there is no zone.
        """
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, str) and len(value.strip()) == 10:
            try:
                return date.fromisoformat(value.strip())
            except ValueError:
                raise BadValueError(name, value, "is no date", "不是日期") from None
        at = self.instant(name)
        if at is None or self.zone is None:
            raise BadValueError(name, value, "is an instant, and no zone is set", "是时刻，且未设置时区")
        return at.astimezone(self.zone).date()

    def number(self, name: str) -> Fraction | None:
        """An exact number.

        Raises
        ------
        BadValueError
            If it is none.
        """
        value = self.get(name)
        if value is None:
            return None
        try:
            return rational(Decimal(repr(value)) if isinstance(value, float) else value)
        except (InvalidValueError, TypeError):
            raise BadValueError(name, value, "is no number", "不是数字") from None

    def money(self, name: str, currency: str | None, *, excess_digits: str) -> Money | None:
        """An exact amount.

        Raises
        ------
        BadValueError
            If it is none, has no or an unknown currency, or has digits that are refused.
        """
        value = self.get(name)
        if value is None:
            return None
        if currency is None:
            raise BadValueError(name, value, "has no currency: set currency", "没有币种：请设置 currency")
        try:
            exponent(currency)
        except NotFoundError:
            zh = f"的币种 {currency!r} 不属于 ISO 4217"
            raise BadValueError(name, value, f"is in {currency!r}, no currency of ISO 4217", zh) from None
        if self.floats and isinstance(value, (Decimal, str)):  # as its JSON is read, now or out of the quarantine
            with suppress(ValueError):  # text that is no number is told below, as no amount of money
                value = float(value)
        try:
            return money_of(value, currency, excess_digits=excess_digits)
        except (InvalidValueError, TypeError) as error:
            if "decimal places" in str(error):
                zh = f"的小数位多于 {currency}"
                raise BadValueError(name, value, f"has more decimal places than {currency}", zh) from None
            raise BadValueError(name, value, "is no amount of money", "不是金额") from None

    def flag(self, name: str) -> bool:
        """Whether it is true; nothing is false."""
        value = self.get(name)
        return value if isinstance(value, bool) else str(value).casefold() in {"true", "1", "yes"}


def _instant(value: Any) -> datetime | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and not value.strip().isdigit():
        try:
            return datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    try:
        return datetime.fromtimestamp(int(value) // _MS, UTC).replace(microsecond=int(value) % _MS * 1000)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
