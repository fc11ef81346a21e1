"""Walk the closed loop: plan, execution, collaboration and review in one call."""

from __future__ import annotations

from datetime import date

from salesteam.core import Calendar, Finding, Period, Place, Report, calendar, find
from salesteam.errors import InvalidValueError
from salesteam.review._desk import assign
from salesteam.review._duties import look_up
from salesteam.review._facts import Facts
from salesteam.review._inquiry import inquire
from salesteam.review._pay import earn
from salesteam.review._playbook import Playbook
from salesteam.review._review import Review
from salesteam.review._standing import stand

__all__ = ["walk"]


def walk(
    playbook: Playbook,
    facts: Facts,
    *,
    as_of: date | None = None,
    period: Period | None = None,
    lang: str = "en",
    also: Report | None = None,
) -> Review:
    """Review a team: where it stands, who is responsible, who gets which lead, who earns what, and why it went wrong.

    Pure: it reads no file and no clock.

    Parameters
    ----------
    playbook : Playbook
        What the team supplies; see `load`.
    facts : Facts
        What its sources hold; see `gather`.
    as_of : date, optional
        Look from the end of this day; the playbook's if not given.
    period : Period, optional
        What to review; the playbook's if not given.
    lang : {'en', 'zh'}, default 'en'
        Language of the statements written into why trees that open.
    also : Report, optional
        Findings of reading the playbook, to be shown with the others.

    Returns
    -------
    Review
        All parts that the playbook has, and all findings.

    Raises
    ------
    InvalidValueError
        If neither the caller nor the playbook names the day or the period.

    Examples
    --------
    >>> from salesteam import review
    >>> from salesteam.crm import Records
    >>> playbook = review.demo_playbook()
    >>> review.walk(playbook, review.gather(playbook, Records())).desk.allocation.decisions
    ()
    """
    day, span = as_of or playbook.header.as_of, period or playbook.header.period
    if day is None:
        raise InvalidValueError("no day to look from", where="as_of", fix="pass it, or write as_of in playbook.yaml")
    if span is None:
        raise InvalidValueError("no period to review", where="period", fix="pass it, or write period in playbook.yaml")
    if span.start > day:
        raise InvalidValueError(
            f"{span.name} begins after {day}", where="as_of and period", fix="review a period that has begun"
        )
    workdays, findings = _calendar(playbook, day, span)
    findings += also or ()
    fed = playbook.sources is not None
    findings += _unfed(playbook)
    standing = stand(playbook, facts, as_of=day, period=span, calendar=workdays) if playbook.goals else None
    duties = look_up(playbook, facts, as_of=day) if playbook.raci else None
    desk = assign(playbook, facts, as_of=day) if playbook.leads and fed else None
    earnings = earn(playbook, facts, standing, as_of=day, period=span) if playbook.incentives and fed else None
    inquiry = None
    if playbook.whys:
        watch = standing.watch if standing else None
        inquiry = inquire(playbook, watch, as_of=day, calendar=workdays, lang=lang)
    reports = [part.report for part in (standing, duties, desk, earnings, inquiry) if part is not None]
    every = [*findings, *facts.records.report, *facts.report, *(finding for report in reports for finding in report)]
    return Review(
        playbook=playbook,
        facts=facts,
        as_of=day,
        period=span,
        standing=standing,
        duties=duties,
        desk=desk,
        earnings=earnings,
        inquiry=inquiry,
        report=Report(dict.fromkeys(every)).worst_first(),
    )


def _calendar(playbook: Playbook, day: date, span: Period) -> tuple[Calendar | None, list[Finding]]:
    code = playbook.header.calendar
    if code is None:
        return None, []
    found = calendar(code, range(span.start.year - 1, day.year + 2))
    return found, list(found.check(span.start, span.end))


def _unfed(playbook: Playbook) -> list[Finding]:
    if playbook.sources is not None:
        return []
    return [
        find("review.no-facts", Place(file=f"{part}.yaml"), part=part)
        for part in ("goals", "leads", "incentives")
        if getattr(playbook, part) is not None
    ]
