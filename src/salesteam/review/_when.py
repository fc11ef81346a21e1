"""Which day to look from, and which period to review."""

from __future__ import annotations

from datetime import date

from salesteam.core import Finding, Period, Place, Report, find
from salesteam.review._playbook import Header, Playbook

__all__ = ["when"]

_FIRST, _LAST = date(1970, 1, 1), date(2199, 12, 31)


def when(playbook: Playbook, *, as_of: date | None = None, period: Period | None = None) -> tuple[date, Period]:
    """Choose the day and the period of a review: the caller's, else the playbook's.

    Parameters
    ----------
    playbook : Playbook
        Its header may name both.
    as_of : date, optional
        Look from the end of this day.
    period : Period, optional
        What to review.

    Returns
    -------
    tuple of date and Period
        Both.

    Raises
    ------
    ReportError
        If neither names one, the day is not within 1970 to 2199, or the period begins after the day.

    Examples
    --------
    >>> from salesteam import review
    >>> when(review.demo_playbook(), as_of=date(2026, 8, 31))[1].name
    '2026-Q3'
    """
    header: Header = playbook.header
    day, span = as_of or header.as_of, period or header.period
    place = Place(file=f"{playbook.folder}/playbook.yaml")
    findings: list[Finding] = []
    if day is None:
        findings.append(find("review.no-day", place))
    elif not _FIRST <= day <= _LAST:
        findings.append(find("review.wrong-day", value=day))
    if span is None:
        findings.append(find("review.no-period", place))
    elif span.end > _LAST or span.start < _FIRST:
        findings.append(find("review.wrong-period", value=span.name))
    elif day is not None and span.start > day:
        findings.append(find("review.period-ahead", period=span.name, start=span.start, as_of=day))
    Report(findings).raise_for_errors()
    assert day is not None
    assert span is not None
    return day, span
