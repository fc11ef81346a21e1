"""The chart: who does what, who holds which role, and everything that hangs on it."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import attrs

from salesteam.core import Person, Report, ReportingLine
from salesteam.core._noun import as_annotated
from salesteam.errors import NotFoundError
from salesteam.raci._model_chart import Activity, Assignment, Holding, Role
from salesteam.raci._model_handoff import Handoff
from salesteam.raci._model_limit import Limit
from salesteam.raci._model_time import Absence, Delegation, Escalation, Separation
from salesteam.raci._profile import Profile
from salesteam.raci._valid import Dated

if TYPE_CHECKING:
    from salesteam.core import Explanation

__all__ = ["Chart"]


def folded(text: str) -> str:
    """A name as it is compared: full-width letters narrow, case and blanks gone."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Chart:
    """Who does what in a team, by role and date.

    Read one with `parse` or `load`, or build it from its nouns.
    A chart never refuses what is in it: `check` tells what is wrong, all at once.

    Parameters
    ----------
    profile : Profile
        What the letters mean.
    name : str
        Title of the chart.
    activities : tuple of Activity
        Rows, in order.
    roles : tuple of Role
        Columns, in order.
    assignments : tuple of Assignment
        Cells.
    holdings : tuple of Holding
        Who holds which role; empty if people are not known.
    people : tuple of Person
        Names of the people; ids stand in.
    lines : tuple of ReportingLine
        Reporting lines, several per person in a matrix.
    delegations, absences, separations, limits, handoffs : tuple
        See `Delegation`, `Absence`, `Separation`, `Limit`, `Handoff`.
    escalations : tuple of Escalation
        Where matters go that a role cannot settle.
    connector : str
        Id of the role that takes work without an owner (首席连接官); empty if there is none.
    reading : Report
        What was found while the chart was read; not part of its identity.

    Examples
    --------
    >>> from salesteam import raci
    >>> chart = raci.Chart(
    ...     profile=raci.profile("raci", a_approves=True),
    ...     activities=(raci.Activity(id="客户方案设计"),),
    ...     roles=(raci.Role(id="销售"), raci.Role(id="售前支持")),
    ...     assignments=(
    ...         raci.Assignment(activity="客户方案设计", role="销售", letters=("R",)),
    ...         raci.Assignment(activity="客户方案设计", role="售前支持", letters=("A",)),
    ...     ),
    ... )
    >>> chart.has_duty("售前支持", "客户方案设计", date(2026, 9, 30))
    'yes'
    """

    profile: Profile
    name: str = ""
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
    reading: Report = attrs.field(default=Report(), eq=False)

    def activity(self, key: str) -> Activity:
        """Find an activity by its id, a name or an alias.

        Parameters
        ----------
        key : str
            Compared without case, blanks and full-width forms where no id is equal.

        Returns
        -------
        Activity
            The first that fits.

        Raises
        ------
        NotFoundError
            With the nearest names.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.Chart(
        ...     profile=raci.profile("daci"), activities=(raci.Activity(id="quote", name_zh="报价"),)
        ... )
        >>> chart.activity("报价").id
        'quote'
        """
        found = find_activity(self, key)
        if found is None:
            known = [name for activity in self.activities for name in (activity.id, *names(activity))]
            raise NotFoundError("activity", key, known, where="the chart")
        return found

    def latest_change(self) -> date | None:
        """The last day on which an assignment, a holding or a delegation starts or ends.

        A chart shown without a day is shown as it stands on this one.

        Returns
        -------
        date or None
            None if nothing in the chart is dated.

        Examples
        --------
        >>> from salesteam import raci
        >>> raci.Chart(profile=raci.profile("daci")).latest_change() is None
        True
        """
        dated: tuple[Dated, ...] = (*self.assignments, *self.holdings, *self.delegations)
        days = [day for thing in dated for day in (thing.start, thing.end) if day is not None]
        return max(days, default=None)

    def has_duty(self, subject: str, activity: str, on: date) -> Literal["yes", "no", "unknown"]:
        r"""Whether a role or a person has the duty to act in an activity on a day.

        Yes means that the subject does, answers, approves, decides, verifies or signs: by its letters, as holder of a
        role, as deputy standing in, or by delegation (which never carries accountability).

        Parameters
        ----------
        subject : str
            Id or name of a role, or id or name of a person.
        activity : str
            Id, name or alias of the activity.
        on : date
            The day.

        Returns
        -------
        {'yes', 'no', 'unknown'}
            Unknown if the chart does not know the subject or the activity.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse("activity,sales\nquote,R", format="matrix", profile="raci", a_approves=False)
        >>> [chart.has_duty(who, "quote", date(2026, 9, 30)) for who in ("sales", "nobody")]
        ['yes', 'unknown']
        """
        from salesteam.raci._duty import has_duty

        return has_duty(self, subject, activity, on)

    def to_frame(self, like: object = None) -> Any:
        r"""The assignments as a table, one row for each duty of each letter.

        Parameters
        ----------
        like : dataframe, optional
            Give the same kind of frame back; pandas if not given.

        Returns
        -------
        dataframe
            Columns activity, role, person, duty, letter, approves, start, end; person is empty, holdings are dated.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse("activity,sales\nquote,R", format="matrix", profile="raci", a_approves=False)
        >>> list(chart.to_frame()["duty"])
        ['does']
        """
        from salesteam.raci._frame import chart_frame

        return chart_frame(self, like)

    def explain(self, activity: str, lang: str = "en", *, as_of: date | None = None) -> Explanation:
        r"""Who does an activity, who answers for it, who is asked before and told after, with the reading used.

        Parameters
        ----------
        activity : str
            Id, name or alias.
        lang : {'en', 'zh'}, default 'en'
            Language.
        as_of : date, optional
            The day; the latest change of the chart if not given.

        Returns
        -------
        Explanation
            One step a duty.

        Raises
        ------
        NotFoundError
            For an activity that the chart does not have.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse("activity,sales\nquote,R", format="matrix", profile="raci", a_approves=False)
        >>> "Who does it?" in str(chart.explain("quote"))
        True
        """
        from salesteam.raci._explain import explain_activity

        return explain_activity(self, activity, lang, as_of)

    def _repr_html_(self) -> str:
        from salesteam.raci._matrix import show

        return show(self)._repr_html_()


def names(activity: Activity) -> tuple[str, ...]:
    """The names and aliases of an activity that are not empty."""
    return tuple(name for name in (activity.name_en, activity.name_zh, *activity.aliases) if name)


def find_activity(chart: Chart, key: str) -> Activity | None:
    """The activity of an id, else the first with that name or alias, else None."""
    for activity in chart.activities:
        if activity.id == key:
            return activity
    wanted = folded(key)
    for activity in chart.activities:
        if wanted in {folded(name) for name in (activity.id, *names(activity))}:
            return activity
    return None
