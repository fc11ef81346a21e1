"""Profiles: what the letters of a chart mean, how many of them are sound, and how bad each finding is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from salesteam.core import Severity, catalogue
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError, NotFoundError, missing_choice
from salesteam.raci._valid import named, one_of
from salesteam.raci._words import DUTY_NAMES, Duty, duty_text, mask

__all__ = ["A_APPROVES", "Letter", "Profile", "Thresholds"]

A_APPROVES: Mapping[str, str] = {
    "True": "the A also says yes or no at the gate (A is translated 审批)",
    "False": "the A answers for the result only (A is translated 负责到底); approvals are marked one by one",
}
"""The two readings of A, each with one line."""


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Letter:
    """One letter of a profile and the duties it stands for.

    Parameters
    ----------
    letter : str
        As it stands in a cell; upper case is usual.
    duties : tuple of Duty
        One or several.

    Examples
    --------
    >>> Letter(letter="A", duties=("answers",)).text("zh")
    'A 负责到底'
    """

    letter: str = attrs.field(validator=named)
    duties: tuple[Duty, ...] = attrs.field()

    @duties.validator
    def _known(self, attribute: attrs.Attribute[Any], value: tuple[Duty, ...]) -> None:
        if not value:
            raise InvalidValueError(
                f"letter {self.letter!r} stands for no duty",
                where="Letter.duties",
                fix=f"name some of {', '.join(DUTY_NAMES)}",
            )
        for duty in value:
            one_of(self, attribute, duty, DUTY_NAMES)

    def text(self, lang: str = "en") -> str:
        """The letter and what it means.

        Examples
        --------
        >>> Letter(letter="C", duties=("asked_before",)).text()
        'C is asked before'
        """
        return f"{self.letter} " + " + ".join(duty_text(duty, lang) for duty in self.duties)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Thresholds:
    """How many are sound; beyond these numbers a check speaks.

    Parameters
    ----------
    answering_least, answering_most : int, int or None
        Roles that answer for an activity (or decide it, where nobody answers); None for no upper bound.
    doing_least, doing_most : int, int or None
        Roles that do an activity.
    asked_most, told_most : int or None
        Roles asked before and told after in one activity.
    role_does_most, role_answers_most : int or None
        Activities that one role does, and answers for.
    rows_least : int
        Activities that a chart must have before a full row or a full column says anything.

    Examples
    --------
    >>> Thresholds(answering_most=2).answering_least
    1
    """

    answering_least: int = 1
    answering_most: int | None = 1
    doing_least: int = 1
    doing_most: int | None = 3
    asked_most: int | None = 4
    told_most: int | None = 6
    role_does_most: int | None = 10
    role_answers_most: int | None = 10
    rows_least: int = 2

    def __attrs_post_init__(self) -> None:
        """Refuse negative counts and bounds that cross."""
        for name, value in attrs.asdict(self).items():
            if value is not None and value < 0:
                raise InvalidValueError(f"{value} is below zero", where=f"Thresholds.{name}", fix="write a count")
        for name in ("answering", "doing"):
            least, most = getattr(self, f"{name}_least"), getattr(self, f"{name}_most")
            if most is not None and most < least:
                raise InvalidValueError(
                    f"at least {least} and at most {most} cannot both hold",
                    where=f"Thresholds.{name}_most",
                    fix="raise the upper bound or lower the other",
                )


def _full_code(code: str) -> str:
    return code if code.startswith("raci.") else f"raci.{code}"


def _severities(raw: Mapping[str, str]) -> dict[str, str]:
    return {_full_code(code): word for code, word in sorted(raw.items())}


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Profile:
    """What the letters of a chart mean; no chart is read without one.

    Take a named one with `profile`, or make your own with any letters.

    Parameters
    ----------
    name : str
        What the house calls it.
    letters : tuple of Letter
        Each letter once.
    a_approves : bool or None
        Whether those who answer also approve; must be given if a letter answers, must be None if none does.
    thresholds : Thresholds
        How many of each are sound.
    severities : mapping of str to str
        Finding code (with or without ``raci.``) to error, warning, note or off.

    Raises
    ------
    InvalidValueError
        For a letter given twice, a missing `a_approves`, or an unknown severity.
    NotFoundError
        For a severity of a code that does not exist.

    Examples
    --------
    >>> house = Profile(
    ...     name="house",
    ...     letters=(Letter(letter="X", duties=("does",)), Letter(letter="Y", duties=("answers",))),
    ...     a_approves=False,
    ...     thresholds=Thresholds(answering_most=2),
    ... )
    >>> house.answering
    'answers'
    """

    name: str = attrs.field(validator=named)
    letters: tuple[Letter, ...]
    a_approves: bool | None = None
    thresholds: Thresholds = Thresholds()
    severities: Mapping[str, str] = attrs.field(factory=dict, converter=_severities, hash=False)

    def __attrs_post_init__(self) -> None:
        """Refuse letters given twice and a reading of A that is open or beside the point."""
        letters = [letter.letter for letter in self.letters]
        twice = sorted({letter for letter in letters if letters.count(letter) > 1})
        if twice or not letters:
            raise InvalidValueError(
                f"letters {', '.join(twice)} are given twice" if twice else "there is no letter",
                where=f"Profile {self.name}",
                fix="name each letter once with all its duties",
            )
        if self.answers and self.a_approves is None:
            raise missing_choice("a_approves", A_APPROVES, where=f"Profile {self.name}")
        if not self.answers and self.a_approves is not None:
            raise InvalidValueError(
                f"no letter of {self.name} answers, so a_approves has no meaning",
                where="Profile.a_approves",
                fix="leave it out",
            )
        self._check_severities()

    def _check_severities(self) -> None:
        for code, word in self.severities.items():
            if code not in catalogue():
                raise NotFoundError(
                    "finding code", code, [c for c in catalogue() if c.startswith("raci.")], where="Profile.severities"
                )
            if word not in {"error", "warning", "note", "off"}:
                raise InvalidValueError(
                    f"{word!r} is no severity", where=f"Profile.severities[{code}]", fix="error, warning, note or off"
                )

    @property
    def answers(self) -> bool:
        """Whether some letter answers for the result.

        Examples
        --------
        >>> from salesteam import raci
        >>> raci.profile("daci").answers
        False
        """
        return any("answers" in letter.duties for letter in self.letters)

    @property
    def answering(self) -> Duty:
        """The duty that the checks of A look at: ``answers``, or ``decides`` where no letter answers.

        Examples
        --------
        >>> from salesteam import raci
        >>> raci.profile("rapid").answering
        'decides'
        """
        return "answers" if self.answers else "decides"

    @property
    def doing(self) -> Duty:
        """The duty that the checks of R look at: ``does``, or ``drives`` where no letter does.

        Examples
        --------
        >>> from salesteam import raci
        >>> raci.profile("daci").doing
        'drives'
        """
        return "does" if any("does" in letter.duties for letter in self.letters) else "drives"

    def masks(self) -> dict[str, int]:
        """The duties of every letter, packed by `mask`.

        Examples
        --------
        >>> from salesteam import raci
        >>> sorted(raci.profile("raci", a_approves=True).masks())
        ['A', 'C', 'I', 'R']
        """
        return {letter.letter: mask(*letter.duties) for letter in self.letters}

    def severity(self, code: str, usual: Severity) -> Severity | None:
        """How bad a finding is in this house.

        Parameters
        ----------
        code : str
            Full code.
        usual : Severity
            What it is where the profile says nothing.

        Returns
        -------
        Severity or None
            None if the check is switched off.

        Examples
        --------
        >>> from salesteam import raci
        >>> strict = attrs.evolve(raci.profile("raci", a_approves=True), severities={"no-communication": "off"})
        >>> strict.severity("raci.no-communication", Severity.NOTE) is None
        True
        """
        word = self.severities.get(code)
        if word is None:
            return usual
        return None if word == "off" else Severity(word)

    def text(self, lang: str = "en") -> str:
        """All letters with their meaning, for the foot of a matrix.

        Examples
        --------
        >>> from salesteam import raci
        >>> raci.profile("raci", a_approves=True).text("zh")
        'R 负责 · A 负责到底 + 审批 · C 咨询 · I 告知'
        """
        return " · ".join(
            letter.text(lang) + (f" + {duty_text('approves', lang)}" if self._adds_approval(letter) else "")
            for letter in self.letters
        )

    def _adds_approval(self, letter: Letter) -> bool:
        return bool(self.a_approves) and "answers" in letter.duties and "approves" not in letter.duties
