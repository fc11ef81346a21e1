"""The why trees that breached thresholds open, and what became of earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction

import attrs

from salesteam import goals, raci, whys
from salesteam.core import Calendar, Finding, Money, Place, Report, exponent, find, round_half_up
from salesteam.errors import NotFoundError
from salesteam.review._playbook import Playbook

__all__ = ["Inquiry", "inquire", "is_currency"]


@attrs.frozen(kw_only=True)
class Inquiry:
    """The whys part of a review.

    Parameters
    ----------
    openings : tuple of salesteam.whys.Opening
        One for each threshold that was crossed and has a policy.
    checks : tuple of (salesteam.whys.Tree, salesteam.whys.Checks)
        The trees of earlier periods and what the checks say about them.
    report : Report
        Findings.

    Examples
    --------
    >>> Inquiry(report=Report()).openings
    ()
    """

    openings: tuple[whys.Opening, ...] = ()
    checks: tuple[tuple[whys.Tree, whys.Checks], ...] = ()
    report: Report = Report()


def inquire(
    playbook: Playbook, watch: goals.Watch | None, *, as_of: date, calendar: Calendar | None, lang: str
) -> Inquiry:
    """Open the trees of crossed thresholds, and check the earlier ones.

    Parameters
    ----------
    playbook : Playbook
        With whys; its chart, if any, tells who had which duty.
    watch : salesteam.goals.Watch or None
        The thresholds that were crossed.
    as_of : date
        Day of the review.
    calendar : Calendar or None
        Counts business days until a tree is due.
    lang : {'en', 'zh'}
        Language of the statements written into opened trees.

    Returns
    -------
    Inquiry
        Openings, checks and findings.
    """
    book = playbook.whys
    assert book is not None
    has_duty = _duty(playbook.raci)
    policies = {policy.metric: policy for policy in book.open_on}
    openings: list[whys.Opening] = []
    findings: list[Finding] = []
    trees = list(book.trees)
    for crossed in watch.open if watch else ():
        rule = crossed.threshold
        if rule.metric not in policies:
            findings.append(find("review.no-policy", Place(key=f"whys.open_on.{rule.metric}"), metric=rule.metric))
            continue
        unit = _unit(playbook, rule.metric)
        opening = whys.open_on(
            _breach(crossed, unit),
            _attribution(crossed, unit),
            has_duty,
            policies[rule.metric],
            trees=trees,
            calendar=calendar,
            lang=lang,  # type: ignore[arg-type]  # checked by the caller
        )
        openings.append(opening)
        if opening.tree is not None:
            trees = [tree for tree in trees if tree.id != opening.tree.id] + [opening.tree]
    checks = tuple(
        (tree, whys.check(tree, profile=book.profile, as_of=as_of, has_duty=has_duty)) for tree in book.trees
    )
    reports: Iterable[Report] = [*(opening.report for opening in openings), *(found.report for _, found in checks)]
    return Inquiry(
        openings=tuple(openings),
        checks=checks,
        report=Report([*findings, *(finding for report in reports for finding in report)]),
    )


def _duty(chart: raci.Chart | None) -> Callable[[str, str, date], str] | None:
    return None if chart is None else chart.has_duty


def _unit(playbook: Playbook, metric: str) -> str:
    book = playbook.goals
    found = book.tree.by_id.get(metric) if book else None
    return str(found.unit) if found is not None else ""


def _scaled(value: Fraction, unit: str) -> Fraction:
    """Money in minor units, everything else as it is."""
    if not is_currency(unit):
        return value
    return Fraction(round_half_up(value * 10 ** exponent(unit)))


def is_currency(unit: str) -> bool:
    """Whether a unit is a currency, so that its amounts are counted in minor units."""
    try:
        Money(0, unit)
    except NotFoundError:
        return False
    return True


def _breach(crossed: goals.Investigation, unit: str) -> whys.Breach:
    rule, reading = crossed.threshold, crossed.at_opening
    assert reading.value is not None
    return whys.Breach(
        metric=rule.metric,
        scope=" ".join(part for part in (crossed.org, crossed.product) if part) or "all",
        period=crossed.opened.name,
        value=_scaled(reading.value, unit),
        threshold=_scaled(rule.below, unit),
        side="below",
        on=reading.period.last,
        unit="share" if unit == "1" else unit,
        n=reading.n,
        in_a_row=crossed.values.index(reading) + 1,
    )


def _attribution(crossed: goals.Investigation, unit: str) -> whys.Attribution | None:
    found = crossed.attribution
    if found is None or found.values is None:
        return None
    parts: dict[str, Fraction] = {}
    for each in found.contributions:
        parts[each.title] = parts.get(each.title, Fraction(0)) + each.contribution
    return whys.Attribution(
        method=found.method,
        base=_scaled(found.values[0], unit),
        parts=tuple(
            whys.Part(name=name, amount=_scaled(amount, unit)) for name, amount in sorted(parts.items()) if amount
        ),
    )
