"""Walk the closed loop: plan, execution, collaboration and review in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import attrs

from salesteam.core import Calendar, Finding, Period, Place, Report, calendar, find
from salesteam.crm._record import NEVER
from salesteam.errors import SalesteamError
from salesteam.review._desk import assign
from salesteam.review._duties import look_up
from salesteam.review._facts import Facts, end_of
from salesteam.review._inquiry import inquire
from salesteam.review._pay import earn
from salesteam.review._playbook import Playbook
from salesteam.review._quality import measure
from salesteam.review._refusal import refusal
from salesteam.review._review import Review
from salesteam.review._standing import stand
from salesteam.review._when import when

__all__ = ["walk"]

T = TypeVar("T")


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
    ReportError
        If neither the caller nor the playbook names the day or the period, or the period has not begun.

    Examples
    --------
    >>> from salesteam import review
    >>> from salesteam.crm import Records
    >>> playbook = review.demo_playbook()
    >>> review.walk(playbook, review.gather(playbook, Records())).desk.allocation.decisions
    ()
    """
    day, span = when(playbook, as_of=as_of, period=period)
    workdays, findings = _calendar(playbook, day, span)
    findings += also or ()
    findings += [*_unfed(playbook), *_stale(playbook, facts, day)]
    attempt = _Attempt(findings)
    fed = playbook.sources is not None
    quality = standing = duties = desk = earnings = inquiry = None
    if playbook.quality and fed:
        until = end_of(day, playbook.header.zone)
        quality = attempt("quality", lambda: measure(playbook, facts, as_of=until, period=span, calendar=workdays))
    if playbook.goals:
        standing = attempt("goals", lambda: stand(playbook, facts, as_of=day, period=span, calendar=workdays))
    if playbook.raci:
        duties = attempt("raci", lambda: look_up(playbook, facts, as_of=day))
    if playbook.leads and fed:
        desk = attempt("leads", lambda: assign(playbook, facts, as_of=day))
    if playbook.incentives and fed:
        earnings = attempt("incentives", lambda: earn(playbook, facts, standing, as_of=day, period=span))
    if playbook.whys:
        watch = standing.watch if standing else None
        inquiry = attempt("whys", lambda: inquire(playbook, watch, as_of=day, calendar=workdays, lang=lang))
    reports = [part.report for part in (quality, standing, duties, desk, earnings, inquiry) if part is not None]
    every = [*findings, *facts.records.report, *facts.report, *(finding for report in reports for finding in report)]
    return Review(
        playbook=playbook,
        facts=facts,
        as_of=day,
        period=span,
        quality=quality,
        standing=standing,
        duties=duties,
        desk=desk,
        earnings=earnings,
        inquiry=inquiry,
        report=Report(dict.fromkeys(every)).worst_first(),
    )


@attrs.frozen
class _Attempt:
    """Works a part out; a part that is refused becomes findings, and the others go on."""

    findings: list[Finding]

    def __call__(self, part: str, verb: Callable[[], T]) -> T | None:
        try:
            return verb()
        except SalesteamError as error:
            self.findings.extend(refusal(part, error))
            return None


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
        for part in ("quality", "goals", "leads", "incentives")
        if getattr(playbook, part) is not None
    ]


def _stale(playbook: Playbook, facts: Facts, day: date) -> Iterator[Finding]:
    """Sources that were read out of a store, and into it before the day began from which it is looked at."""
    zone = playbook.header.zone
    begins = end_of(day - timedelta(days=1), zone)
    for source, at in facts.records.known_to.items():
        if at == NEVER:
            yield find("crm.never-complete", Place(table=source), source=source)
        elif at < begins:
            told = at.astimezone(ZoneInfo(zone)).isoformat(sep=" ", timespec="minutes")
            yield find("crm.stale-data", Place(table=source), source=source, at=told, as_of=day.isoformat())
