"""Nouns: the parts of a tree, from the event down to a single link."""

from datetime import date
from fractions import Fraction
from typing import Literal

from attrs import converters, field, frozen

from salesteam.core import rational
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError
from salesteam.whys._kinds import CauseKind, Lapse
from salesteam.whys._model_evidence import Answer, filled

__all__ = ["ARROW", "Cause", "Contribution", "Event", "Group", "Line", "Link", "Participant"]

ARROW = "->"
"""What stands between cause and effect in the id of a link."""


def _id(instance: object, attribute: object, value: str) -> None:
    filled(instance, attribute, value)
    if ARROW in value or value != value.strip():
        raise InvalidValueError(
            f"the id {value!r} holds an arrow or outer blanks", where=type(instance).__name__, fix="write it without"
        )


def _declared(instance: object, attribute: object, value: str | None) -> None:
    if value is not None:
        filled(instance, attribute, value)


@frozen(kw_only=True, field_transformer=as_annotated)
class Contribution:
    """A number on a first-level link or line: how much of the event's size it carries, by which method.

    Parameters
    ----------
    amount : Fraction
        How much, in `unit`; money in whole minor units.
    unit : str
        The unit of the event's size, such as ``"CNY"`` or ``"share"``.
    method : str
        Convention of the attribution, such as ``"shapley"``.
    period : str, optional
        The period it is of.

    Examples
    --------
    >>> Contribution(amount=Fraction(3, 100), unit="share", method="shapley").amount
    Fraction(3, 100)
    """

    amount: Fraction = field(converter=rational)
    unit: str = ""
    method: str = ""
    period: str = ""


@frozen(kw_only=True, field_transformer=as_annotated)
class Event:
    """What happened: a fact, without its cause.

    Parameters
    ----------
    id : str
        Its name within the tree.
    statement : str
        What happened.
    when : date, optional
        On which day.
    where : str, optional
        Where, such as a team or a region.
    size : Fraction, optional
        How large, in `unit`; money in whole minor units.
    unit : str, optional
        Unit of the size.
    anchor : str, optional
        What it hangs on: a lost order, a complaint, a breached threshold.
    exposure : str, optional
        Out of how many chances, such as the orders of the month.
    tags : tuple of str, optional
        Free labels.
    answers : tuple of Answer, optional
        Answers to questions asked about it.

    Examples
    --------
    >>> Event(id="e", statement="order 17 was cancelled", when=date(2025, 3, 4)).where
    ''
    """

    id: str = field(validator=_id)
    statement: str
    when: date | None = None
    where: str = ""
    size: Fraction | None = field(default=None, converter=converters.optional(rational))
    unit: str = ""
    anchor: str = ""
    exposure: str = ""
    tags: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()


@frozen(kw_only=True, field_transformer=as_annotated)
class Cause:
    """One fact that helped to bring something about.

    Parameters
    ----------
    id : str
        Its name within the tree.
    statement : str
        One fact, with subject and verb.
    kind : str, optional
        One of condition, action, omission, decision, rule, design, market; left open if nobody has said.
    lapse : {'slip', 'breach'}, optional
        A human error, or a broken rule; either needs a cause before it.
    step : str, optional
        Step of the process.
    role : str, optional
        The subject's role, never a name.
    activity : str, optional
        What an omission left undone.
    controllable_by : str, optional
        Who can change it; ``"nobody"`` if nobody can.
    answers : tuple of Answer, optional
        Answers to questions asked about it.

    Examples
    --------
    >>> Cause(id="c", statement="sales did not pass the change on", kind="omission", role="sales").role
    'sales'
    """

    id: str = field(validator=_id)
    statement: str
    kind: CauseKind | None = None
    lapse: Lapse | None = None
    step: str = ""
    role: str = ""
    activity: str = ""
    controllable_by: str = ""
    answers: tuple[Answer, ...] = ()


@frozen(kw_only=True, field_transformer=as_annotated)
class Link:
    """One cause brings one effect about, alone or together with its group.

    Parameters
    ----------
    effect, cause : str
        Ids of the two ends.
    group : str, optional
        Name of the group within its effect: links of one group act jointly, groups are alternatives.
        Left open on several causes, it has to be declared.
    lag_days : int, optional
        Days from cause to effect; below zero, the effect came first.
    contributions : tuple of Contribution, optional
        Numbers carried, one for each method; a joint group carries one on one of its links.
    answers : tuple of Answer, optional
        Answers to questions asked about it.

    Examples
    --------
    >>> Link(effect="blind", cause="not-told").id
    'not-told->blind'
    """

    effect: str = field(validator=_id)
    cause: str = field(validator=_id)
    group: str | None = field(default=None, validator=_declared)
    lag_days: int | None = None
    contributions: tuple[Contribution, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def id(self) -> str:
        """Its name: cause, arrow, effect.

        Examples
        --------
        >>> Link(effect="e", cause="c").id
        'c->e'
        """
        return f"{self.cause}{ARROW}{self.effect}"


@frozen(kw_only=True, field_transformer=as_annotated)
class Group:
    """One effect and the causes that jointly bring it about; several groups on an effect are alternatives.

    Parameters
    ----------
    effect : str
        Id of the effect.
    name : str or None
        Name within the effect; None if nobody declared one.
    causes : tuple of str
        Ids of the causes, sorted.

    Examples
    --------
    >>> Group(effect="e", name="a", causes=("c1", "c2")).causes
    ('c1', 'c2')
    """

    effect: str
    name: str | None
    causes: tuple[str, ...]


@frozen(kw_only=True, field_transformer=as_annotated)
class Line:
    """A part of the event's size that no cause carries.

    Parameters
    ----------
    kind : {'unexplained', 'interaction', 'offset'}
        The named rest, what only acts together, or a part that helped.
    name : str
        Words for it.
    contribution : Contribution
        Its number.

    Examples
    --------
    >>> Line(kind="unexplained", name="unexplained", contribution=Contribution(amount=Fraction(1, 100))).kind
    'unexplained'
    """

    kind: Literal["unexplained", "interaction", "offset"]
    name: str
    contribution: Contribution


@frozen(kw_only=True, field_transformer=as_annotated)
class Participant:
    """Somebody who took part, known by role.

    Parameters
    ----------
    person : str
        Id of the person or role.
    role : str, optional
        Role at the time.
    name : str, optional
        Given name; kept out of blameless output.
    duty : {'yes', 'no', 'unknown'}, optional
        Whether the chart gave the duty for `activity`, where it was looked up.
    activity : str, optional
        The activity looked up.
    left : date, optional
        First day on which the person is no longer in the team.

    Examples
    --------
    >>> Participant(person="p7", role="sales", name="王敏").role
    'sales'
    """

    person: str = field(validator=filled)
    role: str = ""
    name: str = ""
    duty: Literal["yes", "no", "unknown"] | None = None
    activity: str = ""
    left: date | None = None
