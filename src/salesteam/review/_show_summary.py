"""The section at the top: the review in a few lines, each with a link to where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from salesteam.core import Cell, Grid, Money, percent_text, say
from salesteam.core._show import Tone
from salesteam.review._review import Review
from salesteam.review._section import Section
from salesteam.review._show_goals import figure

__all__ = ["summary_section"]

Line = tuple[Cell | str, Cell | str]


def summary_section(review: Review, lang: str) -> Section:
    """The review in a few lines."""
    lines = [
        *_quality(review, lang),
        *_goals(review, lang),
        *_leads(review, lang),
        *_pay(review, lang),
        *_whys(review, lang),
    ]
    lines.append(_findings(review, lang))
    heads = say(lang, en="What|Where it stands", zh="事项|情况").split("|")
    title = say(lang, en="At a glance", zh="一览")
    return Section(key="summary", title=title, blocks=(Grid(title="", columns=tuple(heads), rows=lines),))


def _line(label: str, text: str, key: str, tone: Tone = "") -> Line:
    return Cell(label, link=key), Cell(text, tone=tone)


def _quality(review: Review, lang: str) -> Iterator[Line]:
    quality = review.quality
    if quality is None:
        return
    cells = quality.completeness.total.cells_share if quality.completeness else None
    shares = [
        (say(lang, en="{} of cells filled", zh="应填项已填 {}"), cells),
        *((say(lang, en="{} written down in time", zh="及时录入 {}"), rule.share) for rule in quality.timeliness[:1]),
        (say(lang, en="{} of contacts traced", zh="沟通留痕 {}"), quality.trace.share if quality.trace else None),
    ]
    told = [text.format(percent_text(share, 1)) for text, share in shares if share is not None]
    if told:
        label = say(lang, en="Quality of the facts", zh="数据质量")
        yield _line(label, say(lang, en="; ", zh="；").join(told), "quality")


def _goals(review: Review, lang: str) -> Iterator[Line]:
    standing = review.standing
    if standing is None:
        return
    if standing.shares and standing.cascade is not None:
        target = sum((share.target for share in standing.shares), Fraction(0))
        actual = sum((share.actual for share in standing.shares), Fraction(0))
        unit = standing.cascade.unit
        if target:
            reached = percent_text(actual / target, 1)
            text = say(
                lang,
                en=f"{figure(actual)} of {figure(target)} {unit}: {reached}",
                zh=f"{figure(actual)} / {figure(target)} {unit}，达成 {reached}",
            )
            yield _line(say(lang, en="Target", zh="目标达成"), text, "goals", "good" if actual >= target else "warn")
    if standing.scores is not None:
        statuses = [each.status for each in standing.scores.scores]
        good, total = statuses.count("on_track"), len(statuses)
        text = say(lang, en=f"{good} of {total} on track", zh=f"{total} 项中 {good} 项正常")
        label = say(lang, en="Objectives and key results", zh="目标与关键结果")
        yield _line(label, text, "goals", "good" if good == total else "warn")


def _leads(review: Review, lang: str) -> Iterator[Line]:
    if review.desk is None:
        return
    decisions, moves = review.desk.allocation.decisions, review.desk.proposals.moves
    label = say(lang, en="Leads", zh="线索")
    if decisions:
        assigned = sum(decision.seat is not None for decision in decisions)
        text = say(
            lang, en=f"{assigned:,} of {len(decisions):,} assigned", zh=f"{len(decisions):,} 条中已分配 {assigned:,} 条"
        )
        yield _line(label, text, "leads", "good" if assigned == len(decisions) else "")
    if moves:
        text = say(lang, en=f"{len(moves):,} better held by somebody else", zh=f"{len(moves):,} 条建议转交")
        yield _line(label, text, "leads")


def _pay(review: Review, lang: str) -> Iterator[Line]:
    for paid in review.earnings.runs if review.earnings else ():
        total = Money(paid.total_minor, paid.run.plan.currency).text(lang)
        people = len({payout.payee for payout in paid.payouts if payout.pay_minor})
        text = say(lang, en=f"{total} to {people} people", zh=f"{total}，{people} 人")
        yield _line(say(lang, en="Pay", zh="激励"), text, "incentives")


def _whys(review: Review, lang: str) -> Iterator[Line]:
    watch = review.standing.watch if review.standing else None
    for crossed in watch.open if watch else ():
        value, line = (crossed.metric.shown(x, lang) for x in (crossed.at_opening.value, crossed.threshold.below))
        when = crossed.opened.text(lang)
        text = say(lang, en=f"{value} in {when}, below {line}", zh=f"{when}为 {value}，低于 {line}")
        yield _line(crossed.metric.title, text, "whys" if review.inquiry else "goals", "bad")


def _findings(review: Review, lang: str) -> Line:
    report = review.report
    errors, warnings, notes = len(report.errors), len(report.warnings), len(report.notes)
    text = say(
        lang,
        en=f"{errors:,} errors, {warnings:,} warnings, {notes:,} notes",
        zh=f"错误 {errors:,} 项，警告 {warnings:,} 项，提示 {notes:,} 项",
    )
    return _line(say(lang, en="Findings", zh="发现的问题"), text, "findings", "bad" if errors else "")
