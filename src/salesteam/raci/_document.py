"""The chart as a file: YAML in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Union

import attrs

from salesteam.core import Finding, Money, Person, Place, Report, ReportingLine, _load, find, rational
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.raci._chart import Chart
from salesteam.raci._model_chart import Activity, Assignment, Holding, Role
from salesteam.raci._model_handoff import Handoff
from salesteam.raci._model_limit import Limit
from salesteam.raci._model_time import Absence, Delegation, Escalation, Separation
from salesteam.raci._profile import Letter, Profile, Thresholds
from salesteam.raci._profiles import PROFILES
from salesteam.raci._words import Duty, Phrase

__all__ = ["ChartFile", "OwnLetters", "load", "read", "write_yaml"]

_SAME = (
    "name",
    "activities",
    "roles",
    "assignments",
    "holdings",
    "people",
    "lines",
    "delegations",
    "absences",
    "separations",
    "limits",
    "handoffs",
    "escalations",
    "connector",
)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class OwnLetters:
    """Letters of a house of its own, under the key ``profile`` of a chart file.

    Parameters
    ----------
    name : str
        What the house calls them.
    letters : mapping of str to tuple of Duty
        Each letter with its duties.

    Examples
    --------
    >>> OwnLetters(name="house", letters={"X": ("does",)}).name
    'house'
    """

    name: str
    letters: Mapping[str, tuple[Duty, ...]] = attrs.field(hash=False)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class ChartFile:
    """What a chart file holds, such as ``raci.yaml`` of a playbook.

    Parameters
    ----------
    profile : str or OwnLetters
        A named profile, or letters of your own.
    a_approves : bool, optional
        Whether A also approves; needed where a letter answers.
    thresholds : Thresholds
        How many of each are sound.
    severities : mapping of str to str
        Finding code to error, warning, note or off.
    name, activities, roles, assignments, holdings, people, lines
        As in `Chart`.
    delegations, absences, separations, limits, handoffs, escalations, connector
        As in `Chart`.

    Examples
    --------
    >>> made, report = ChartFile(profile="daci", name="launch").chart()
    >>> made.name, report.ok
    ('launch', True)
    """

    name: str = ""
    profile: str | OwnLetters | None = None
    a_approves: bool | None = None
    thresholds: Thresholds = Thresholds()
    severities: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    activities: tuple[Activity, ...] = ()
    roles: tuple[Role, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    holdings: tuple[Holding, ...] = ()
    people: tuple[Person, ...] = ()
    lines: tuple[ReportingLine, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    absences: tuple[Absence, ...] = ()
    separations: tuple[Separation, ...] = ()
    limits: tuple[Limit, ...] = ()
    handoffs: tuple[Handoff, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    connector: str = ""

    def chart(self, places: Mapping[str, Place] | None = None) -> tuple[Chart | None, Report]:
        """Make the chart.

        Parameters
        ----------
        places : mapping of str to Place, optional
            Where each key was written, for the findings.

        Returns
        -------
        tuple of (Chart or None, Report)
            No chart if its profile, or the reading of A, is open or unknown: then the report says so.

        Examples
        --------
        >>> made, report = ChartFile(profile="raci").chart()
        >>> made, [finding.code for finding in report]
        (None, ['raci.choose-a-approves'])
        """
        made = self._profile(places or {})
        if isinstance(made, Finding):
            return None, Report.of(made)
        return Chart(profile=made, **{name: getattr(self, name) for name in _SAME}), Report()

    def _profile(self, places: Mapping[str, Place]) -> Profile | Finding:
        place = places.get("profile") or places.get("") or Place(key="profile")
        if self.profile is None:
            return find("raci.choose-profile", place, options=tuple(PROFILES))
        try:
            letters = self._letters(self.profile)
            if any("answers" in letter.duties for letter in letters) and self.a_approves is None:
                return find("raci.choose-a-approves", place)
            return Profile(
                name=self.profile if isinstance(self.profile, str) else self.profile.name,
                letters=letters,
                a_approves=self.a_approves,
                thresholds=self.thresholds,
                severities=self.severities,
            )
        except NotFoundError as error:
            where = place if error.kind == "profile" else places.get("severities", Place(key="severities"))
            todo = Phrase("Use a name that exists.", "请使用已有的名称。")
            return find("core.refused-value", where, problem=str(error), todo=todo)
        except InvalidValueError as error:
            return find("core.refused-value", place, problem=error.what, todo=error.fix)

    @staticmethod
    def _letters(given: str | OwnLetters) -> tuple[Letter, ...]:
        if isinstance(given, OwnLetters):
            return tuple(Letter(letter=letter, duties=duties) for letter, duties in given.letters.items())
        if given not in PROFILES:
            raise NotFoundError("profile", given, PROFILES, where="the named profiles")
        return PROFILES[given]


def _profile_hook(value: Any, load_part: _load.Load) -> str | OwnLetters:
    found: str | OwnLetters = load_part(value, OwnLetters if isinstance(value, dict) else str)
    return found


def _bound_hook(value: Any, load_part: _load.Load) -> Money | Fraction:
    """Money if the text names a currency, else a plain exact number."""
    text: str = load_part(value, str)
    found: Money | Fraction = load_part(value, Money) if any(map(str.isalpha, text)) else rational(text)
    return found


HOOKS: Mapping[Any, Callable[[Any, _load.Load], Any]] = {
    Union[str, OwnLetters]: _profile_hook,  # noqa: UP007  # a type at run time, of the same kind as the converter asks
    Union[Money, Fraction]: _bound_hook,  # noqa: UP007  # as above
}
"""What a YAML reader must know to read a `ChartFile`."""


def read(text: str, *, file: str = "<text>") -> _load.Loaded[Chart]:
    """Read a chart from YAML text; every problem is a finding with its line.

    Parameters
    ----------
    text : str
        YAML with the keys of a chart file: ``profile``, ``a_approves``, ``activities``, ``roles``, ``assignments``, …
    file : str, default "<text>"
        Name for the findings.

    Returns
    -------
    Loaded
        The chart, or None; the report; the places of its parts.

    Examples
    --------
    >>> read("profile: daci").value.profile.name
    'daci'
    """
    loaded = _load.load_text(text, ChartFile, file=file, hooks=HOOKS)
    if loaded.value is None:
        return _load.Loaded(value=None, report=loaded.report, places=loaded.places)
    made, report = loaded.value.chart(loaded.places)
    chart = None if made is None else attrs.evolve(made, reading=loaded.report)
    return _load.Loaded(value=chart, report=loaded.report + report, places=loaded.places)


def load(path: str | Path) -> Chart:
    """Read a chart from a YAML file, such as ``raci.yaml`` of a playbook.

    Parameters
    ----------
    path : str or Path
        A YAML or JSON file with the keys of `ChartFile`.

    Returns
    -------
    Chart
        Not checked yet; see `check`.

    Raises
    ------
    ReportError
        With every problem of the file, each with line and column.

    Examples
    --------
    >>> load("no-such-file.yaml")
    Traceback (most recent call last):
    salesteam.errors.ReportError: ...
    """
    return _load.read_file(path, read).require()


def write_yaml(chart: Chart) -> str:
    """The chart as YAML text that `load` and `parse` read back as an equal chart."""
    given: Profile = chart.profile
    named = PROFILES.get(given.name) == given.letters
    letters = {letter.letter: letter.duties for letter in given.letters}
    file = ChartFile(
        profile=given.name if named else OwnLetters(name=given.name, letters=letters),
        a_approves=given.a_approves,
        thresholds=given.thresholds,
        severities=given.severities,
        **{name: getattr(chart, name) for name in _SAME},
    )
    return _load.dump(file)
