"""All checks of a chart, in one report."""

from __future__ import annotations

from datetime import date

from salesteam.core import Report
from salesteam.raci._chart import Chart
from salesteam.raci._check_flow import flow_findings
from salesteam.raci._check_ids import id_findings
from salesteam.raci._check_people import people_findings
from salesteam.raci._check_role import role_findings
from salesteam.raci._check_row import row_findings
from salesteam.raci._check_time import time_findings
from salesteam.raci._day import day_of
from salesteam.raci._finding import judged

__all__ = ["check"]


def check(chart: Chart, *, as_of: date) -> Report:
    r"""Check a chart as it stands on a day: holes, overlaps, overload, vacancies, circles, and faults of reading.

    Use it before a chart is agreed, and again when people change.
    Each finding names the cell, row or column, the question a manager would ask, and the fix.
    The profile gives the thresholds, which the findings name; it may change a severity or switch a check off.

    Parameters
    ----------
    chart : Chart
        Any chart; nothing in it makes the check raise.
    as_of : date
        The day: assignments, holdings, delegations and absences count if in force on it.

    Returns
    -------
    Report
        All findings; ``.by_code`` groups them.

    Notes
    -----
    Time is linear in the assignments.
    Without holdings nothing is said about people but one note.

    References
    ----------
    Smith, M. L., Erwin, J., "Role and responsibility charting (RACI)", 2007: reading a chart down and across.

    Examples
    --------
    >>> from salesteam import raci
    >>> chart = raci.parse("activity,builder,reviewer\nship,R/A,A", format="matrix", profile="raci", a_approves=True)
    >>> [finding.code for finding in raci.check(chart, as_of=date(2026, 9, 30)).errors]
    ['raci.several-accountable']
    """
    day = day_of(chart, as_of)
    findings = (
        *chart.reading,
        *id_findings(chart),
        *row_findings(day),
        *role_findings(day),
        *flow_findings(day),
        *people_findings(day),
        *time_findings(day),
    )
    return Report(judged(findings, chart.profile))
