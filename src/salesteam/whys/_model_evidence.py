"""Nouns: what was shown, what was asked, and what settled a doubt."""

from datetime import date

from attrs import field, frozen

from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError
from salesteam.whys._kinds import EvidenceKind, Grade

__all__ = ["Answer", "Evidence", "Resolution", "filled"]


def filled(instance: object, attribute: object, value: str) -> None:
    """Refuse a blank text where the noun means nothing without it (an attrs validator)."""
    if not value.strip():
        name = getattr(attribute, "name", "text")
        raise InvalidValueError("an empty text", where=f"{type(instance).__name__}.{name}", fix="write what it is")


@frozen(kw_only=True, field_transformer=as_annotated)
class Answer:
    """The answer somebody gave to a question of the checks.

    Record it on the event, cause or link that was asked about; an unanswered question stays unknown.

    Parameters
    ----------
    question : str
        The code of the check, such as ``"whys.one-way-only"``.
    clears : bool
        Whether the answer clears the question; False makes the check fail.
    words : str, optional
        What was said.
    by : str, optional
        Who answered.
    on : date, optional
        When.

    Examples
    --------
    >>> Answer(question="whys.one-way-only", clears=True, words="no other way was seen in 40 orders").clears
    True
    """

    question: str = field(validator=filled)
    clears: bool
    words: str = ""
    by: str = ""
    on: date | None = None


@frozen(kw_only=True, field_transformer=as_annotated)
class Resolution:
    """Why a piece of evidence no longer counts; it stays visible.

    Parameters
    ----------
    reason : str
        What settled it.
    by : str, optional
        Who settled it.
    on : date, optional
        When.

    Examples
    --------
    >>> Resolution(reason="the clock of the log was an hour fast").reason
    'the clock of the log was an hour fast'
    """

    reason: str = field(validator=filled)
    by: str = ""
    on: date | None = None


@frozen(kw_only=True, field_transformer=as_annotated)
class Evidence:
    """One thing that speaks for or against a link, a cause or the event.

    Parameters
    ----------
    about : str
        Id of the event, cause or link (``"cause->effect"``).
    against : bool, default False
        Whether it speaks against.
    kind : str
        A key of `EVIDENCE_KINDS`.
    grade : {'A', 'B', 'C', 'D', 'E'}
        A measured or reproduced, B record made at the time, C two independent testimonies, D one testimony or opinion,
        E assumed.
    source : str, optional
        Where it comes from; copies of one source count once, and unnamed sources count as one.
    text : str, optional
        What it says.
    by : str, optional
        Who gave it.
    consent : bool, default False
        Whether the author agreed to appear, under a pseudonym, in blameless output.
    on : date, optional
        When it was made.
    resolved : Resolution, optional
        What took it out of the account.

    Examples
    --------
    >>> Evidence(about="not-told->blind", kind="record", grade="B", source="mail 2025-03-04").is_open
    True
    """

    about: str = field(validator=filled)
    against: bool = False
    kind: EvidenceKind
    grade: Grade
    source: str = ""
    text: str = ""
    by: str = ""
    consent: bool = False
    on: date | None = None
    resolved: Resolution | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still counts: nobody resolved it.

        Examples
        --------
        >>> Evidence(about="x", kind="opinion", grade="D", resolved=Resolution(reason="withdrawn")).is_open
        False
        """
        return self.resolved is None
