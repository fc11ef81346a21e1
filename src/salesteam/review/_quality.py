"""Whether the facts can be trusted: how complete, how soon, by whom, and what nobody wrote down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from fractions import Fraction

import attrs

from salesteam.core import Calendar, Period, Report
from salesteam.crm import (
    Activity,
    Adoption,
    Completeness,
    LogRow,
    Records,
    Timeliness,
    Trace,
    adoption,
    completeness,
    timeliness,
    traced,
)
from salesteam.review._facts import Facts, end_of, identity_of
from salesteam.review._playbook import Playbook
from salesteam.review._quality_file import QualityFile

__all__ = ["Quality", "measure"]

_DAY, _MOMENT = timedelta(days=1), timedelta(microseconds=1)


@attrs.frozen(kw_only=True)
class Quality:
    """The part of a review about its own facts.

    Parameters
    ----------
    completeness : Completeness or None
        Which cells that should be filled are.
    timeliness : tuple of Timeliness
        How soon what happened was written down, by each rule.
    adoption : Adoption or None
        Who works in the CRM.
    trace : salesteam.crm.Trace or None
        What nobody wrote down.
    report : Report
        Findings.

    Examples
    --------
    >>> from salesteam import review
    >>> review.demo().quality.completeness.by
    'owner'
    """

    completeness: Completeness | None
    timeliness: tuple[Timeliness, ...]
    adoption: Adoption | None
    trace: Trace | None
    report: Report


@attrs.frozen(kw_only=True)
class _Look:
    """What is looked at, from when to when."""

    facts: Facts
    rules: QualityFile
    log: tuple[LogRow, ...]
    zone: str
    since: datetime
    until: datetime
    as_of: datetime
    calendar: Calendar | None
    identity: Callable[[str], str | None] | None


def measure(playbook: Playbook, facts: Facts, *, as_of: datetime, period: Period, calendar: Calendar | None) -> Quality:
    """Measure the quality of the records of a review.

    Parameters
    ----------
    playbook : Playbook
        With rules of quality.
    facts : Facts
        Its records.
    as_of : datetime
        The instant at the end of the day from which it is looked at.
    period : Period
        Only what happened in it is measured; completeness looks at the records as they are.
    calendar : Calendar or None
        Which days are workdays.

    Returns
    -------
    Quality
        Each measure that has rules.
    """
    rules, zone = playbook.quality, playbook.header.zone
    assert rules is not None
    since = end_of(period.start - _DAY, zone)
    until = min(as_of, end_of(period.end - _DAY, zone))
    log = tuple(row for row in playbook.log if since <= row.at < until)
    identity = identity_of(playbook, facts.roster)
    look = _Look(
        facts=facts,
        rules=rules,
        log=log,
        zone=zone,
        since=since,
        until=until,
        as_of=as_of,
        calendar=calendar,
        identity=identity,
    )
    complete = completeness(facts.records, rules.required, by=rules.by, identity=identity) if rules.required else None
    soon = tuple(_timely(look))
    use = None
    if rules.adoption is not None:
        use = adoption(
            facts.records,
            basis="work",
            credited=rules.adoption.credited,
            period=period,
            as_of=as_of,
            tz=zone,
            touched_within=_span(24 * rules.adoption.touched_within_days),
            exclude=rules.adoption.exclude,
            calendar=calendar,
            identity=identity,
        )
    trace = None
    if rules.trace_window_hours is not None:
        window = _span(rules.trace_window_hours)
        trace = traced(
            facts.records, log, window=window, tz=zone, since=since, as_of=until - _MOMENT, identity=identity
        )
    reports = [part.report for part in (complete, *soon, use, trace) if part is not None]
    report = Report(dict.fromkeys(finding for each in reports for finding in each))
    return Quality(completeness=complete, timeliness=soon, adoption=use, trace=trace, report=report)


def _span(hours: Fraction) -> timedelta:
    return timedelta(microseconds=int(hours * 3_600_000_000))


def _timely(look: _Look) -> Iterator[Timeliness]:
    """Each rule over what happened in the period; how stale open deals are is seen from its end."""
    happened = Records(
        records=tuple(
            record
            for record in look.facts.records.records
            if not isinstance(record, Activity) or _in_period(record, look)
        )
    )
    for rule in look.rules.timeliness:
        yield timeliness(
            look.facts.records if rule.basis == "evidence" else happened,
            basis=rule.basis,
            clock=rule.clock,
            limit=_span(rule.limit_hours),
            as_of=look.as_of,
            tz=look.zone,
            calendar=look.calendar,
            log=look.log if rule.basis == "evidence" else None,
            identity=look.identity,
        )


def _in_period(activity: Activity, look: _Look) -> bool:
    """What took place in the period, and what was written down in it and dated ahead of it."""
    at, made = activity.occurred_at, activity.created_at
    return _within(at, look) or (at is not None and at >= look.until and _within(made, look))


def _within(at: datetime | None, look: _Look) -> bool:
    return at is not None and look.since <= at < look.until
