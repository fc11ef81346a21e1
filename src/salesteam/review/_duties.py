"""Who is responsible, and where the chart has holes."""

from __future__ import annotations

from datetime import date

import attrs

from salesteam import raci
from salesteam.core import Finding, Report
from salesteam.errors import SalesteamError
from salesteam.review._facts import Facts
from salesteam.review._playbook import Playbook
from salesteam.review._refusal import refusal

__all__ = ["Duties", "look_up"]


@attrs.frozen(kw_only=True)
class Duties:
    """The RACI part of a review.

    Parameters
    ----------
    matrix : salesteam.raci.Matrix
        The chart on the day, with its findings in the margin.
    routes : tuple of salesteam.raci.Route
        Who does and who decides, for every activity.
    report : Report
        Findings.

    Examples
    --------
    >>> from salesteam import review
    >>> [route.activity.id for route in review.demo().duties.routes]
    ['solution', 'follow-up', 'discount', 'sync']
    """

    matrix: raci.Matrix
    routes: tuple[raci.Route, ...]
    report: Report


def look_up(playbook: Playbook, facts: Facts, *, as_of: date) -> Duties:
    """Check the chart and route every activity.

    Parameters
    ----------
    playbook : Playbook
        With a chart.
    facts : Facts
        Its roster gives names and reporting lines that the chart does not give itself.
    as_of : date
        Whose holdings and absences count.

    Returns
    -------
    Duties
        Matrix, routes and findings.
    """
    chart = playbook.raci
    assert chart is not None
    roster = facts.roster
    chart = attrs.evolve(chart, people=chart.people or roster.people, lines=chart.lines or roster.lines)
    matrix = raci.show(chart, as_of=as_of)
    findings: list[Finding] = list(matrix.report)
    routes: list[raci.Route] = []
    for activity in chart.activities:
        try:
            routes.append(raci.route(chart, activity.id, as_of=as_of))
        except SalesteamError as error:
            findings.extend(refusal(f"raci.{activity.id}", error))
    return Duties(matrix=matrix, routes=tuple(routes), report=Report(dict.fromkeys(findings)))
