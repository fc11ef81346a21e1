"""Roles, the people who hold them, activities, and who has which letters in them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Literal, get_args

import attrs

from salesteam.core import Money, rational, say
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError
from salesteam.raci._model_limit import Subject
from salesteam.raci._valid import dated, named, one_of

__all__ = ["Activity", "Assignment", "Holding", "Role"]

RoleKind = Literal["line", "staff", "executive", "support"]
Risk = Literal["low", "high"]


def _name(lang: str, ident: str, en: str, zh: str) -> str:
    return say(lang, en=en or zh, zh=zh or en) or ident


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Role:
    """A role of the chart; charts name roles, people hold them by date.

    Parameters
    ----------
    id : str
        Key of the role.
    name_en, name_zh : str
        Names in English and Chinese; the id stands in.
    unit : str
        Department or team it belongs to.
    kind : {'line', 'staff', 'executive', 'support'}, optional
        Type of role.
    zone : str
        IANA time zone, empty if not known.
    seats : int, optional
        How many people may hold it at one time; 1 for a one-person role, None for any number.

    Examples
    --------
    >>> Role(id="presales", name_zh="售前支持").text("zh")
    '售前支持'
    """

    id: str = attrs.field(validator=named)
    name_en: str = ""
    name_zh: str = ""
    unit: str = ""
    kind: RoleKind | None = attrs.field(default=None)
    zone: str = ""
    seats: int | None = attrs.field(default=None)

    @kind.validator
    def _kind(self, attribute: attrs.Attribute[Any], value: object) -> None:
        one_of(self, attribute, value, get_args(RoleKind))

    @seats.validator
    def _seats(self, _: attrs.Attribute[Any], value: int | None) -> None:
        if value is not None and value < 1:
            raise InvalidValueError(f"{value} seats hold nobody", where=f"Role {self.id}.seats", fix="1 or more")

    def text(self, lang: str = "en") -> str:
        """The name in a language.

        Examples
        --------
        >>> Role(id="sales").text()
        'sales'
        """
        return _name(lang, self.id, self.name_en, self.name_zh)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Holding:
    """A person holds a role, for a time.

    Parameters
    ----------
    person : str
        Id of the person.
    role : str
        Id of the role.
    start, end : date, optional
        Half-open: the end is the first day that no longer counts; None is open.
    share : Fraction, default 1
        Share of working time, above 0 and at most 1.
    deputy : bool, default False
        Whether the person only stands in while the holders are away or missing.

    Examples
    --------
    >>> Holding(person="li", role="sales", start=date(2026, 1, 1)).end is None
    True
    """

    person: str = attrs.field(validator=named)
    role: str = attrs.field(validator=named)
    start: date | None = None
    end: date | None = attrs.field(default=None, validator=dated)
    share: Fraction = attrs.field(default=Fraction(1), converter=rational)
    deputy: bool = False

    @share.validator
    def _share(self, _: attrs.Attribute[Any], value: Fraction) -> None:
        if not 0 < value <= 1:
            raise InvalidValueError(
                f"a share of {value} is not above 0 and at most 1",
                where=f"Holding {self.person} {self.role}.share",
                fix="write the part of the working time, such as 0.5",
            )


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Activity:
    """A piece of work or a decision: one row of the chart.

    Parameters
    ----------
    id : str
        Key of the activity.
    name_en, name_zh : str
        Names in English and Chinese; the id stands in.
    aliases : tuple of str
        Other names of the same work, so that a second row for it is noticed.
    after : tuple of str
        Ids of the activities that come before it.
    hours : Fraction, optional
        Working hours it takes once.
    kind : {'work', 'decision'}, default 'work'
        A decision needs somebody who says yes.
    subject : str, optional
        What is decided: amount, discount_rate, delivery_days, payment_days or scope; limits on it apply.
    value : Money or Fraction, optional
        The value usually decided, in the unit of the subject.
    risk : {'low', 'high'}, optional
        How much is at stake.

    Examples
    --------
    >>> Activity(id="quote", name_zh="报价", kind="decision", subject="discount_rate", value=Fraction(3, 20)).text("zh")
    '报价'
    """

    id: str = attrs.field(validator=named)
    name_en: str = ""
    name_zh: str = ""
    aliases: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    hours: Fraction | None = attrs.field(default=None)
    kind: Literal["work", "decision"] = attrs.field(default="work")
    subject: Subject | None = attrs.field(default=None)
    value: Money | Fraction | None = attrs.field(default=None)
    risk: Risk | None = attrs.field(default=None)

    @hours.validator
    def _hours(self, _: attrs.Attribute[Any], value: Fraction | None) -> None:
        if value is not None and value < 0:
            raise InvalidValueError(f"{value} hours", where=f"Activity {self.id}.hours", fix="write 0 or more")

    @kind.validator
    def _kind(self, attribute: attrs.Attribute[Any], value: object) -> None:
        one_of(self, attribute, value, ("work", "decision"))

    @subject.validator
    def _subject(self, attribute: attrs.Attribute[Any], value: object) -> None:
        one_of(self, attribute, value, get_args(Subject))

    @value.validator
    def _value(self, _: attrs.Attribute[Any], value: Money | Fraction | None) -> None:
        if value is not None and self.subject is None:
            raise InvalidValueError(
                f"a value of {value} with no subject",
                where=f"Activity {self.id}.subject",
                fix=f"say what is decided: {', '.join(get_args(Subject))}",
            )
        if value is not None and isinstance(value, Money) is not (self.subject == "amount"):
            raise InvalidValueError(
                f"{value} is no value of {self.subject}",
                where=f"Activity {self.id}.value",
                fix="an amount is money, such as 50000 CNY; every other subject is a plain number",
            )

    @risk.validator
    def _risk(self, attribute: attrs.Attribute[Any], value: object) -> None:
        one_of(self, attribute, value, get_args(Risk))

    def text(self, lang: str = "en") -> str:
        """The name in a language.

        Examples
        --------
        >>> Activity(id="quote", name_en="Quote").text("zh")
        'Quote'
        """
        return _name(lang, self.id, self.name_en, self.name_zh)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Assignment:
    """A role has letters in an activity, for a time: one cell of the chart.

    Parameters
    ----------
    activity : str
        Id of the activity.
    role : str
        Id of the role.
    letters : tuple of str
        One or several letters of the profile.
    approves : bool, optional
        Whether the role says yes or no at the gate of this activity.
        None follows the letters and, for an A that answers, the `a_approves` of the profile.
    start, end : date, optional
        Half-open; None is open.

    Examples
    --------
    >>> Assignment(activity="quote", role="sales", letters=("R", "A")).text()
    'R/A'
    """

    activity: str = attrs.field(validator=named)
    role: str = attrs.field(validator=named)
    letters: tuple[str, ...] = attrs.field()
    approves: bool | None = None
    start: date | None = None
    end: date | None = attrs.field(default=None, validator=dated)

    @letters.validator
    def _letters(self, _: attrs.Attribute[Any], value: tuple[str, ...]) -> None:
        if not value or not all(isinstance(letter, str) and letter for letter in value):
            raise InvalidValueError(
                "no letter at all",
                where=f"Assignment {self.activity} {self.role}.letters",
                fix="leave the assignment out for an empty cell",
            )

    def text(self, _: str = "en") -> str:
        """The cell as it is written.

        Examples
        --------
        >>> Assignment(activity="quote", role="sales", letters=("C",)).text()
        'C'
        """
        return "/".join(self.letters)
