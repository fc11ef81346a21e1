"""Rows of frames become a tree again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve

from salesteam.core import Finding, Money, Place, Report, find
from salesteam.errors import InvalidValueError
from salesteam.whys import _frame_rows as rows
from salesteam.whys._model_evidence import Answer, Evidence, Resolution
from salesteam.whys._model_measure import Change, Countermeasure, Verification
from salesteam.whys._model_parts import Cause, Contribution, Event, Line, Link, Participant
from salesteam.whys._model_tree import Tree

__all__ = ["built"]


def built(read: Mapping[str, tuple[Any, ...]]) -> tuple[Tree | None, Report]:
    """The tree of the rows read, by name of frame; None, with the reason, if they make none."""
    findings: list[Finding] = []
    events = [row for row in read["nodes"] if row.kind == "event"]
    if len(events) != 1:
        findings.append(
            find("table.bad-row", Place(table="nodes", field="kind"), error=f"{len(events)} events, one is needed")
        )
    if len(read["tree"]) != 1:
        findings.append(find("table.bad-row", Place(table="tree"), error=f"{len(read['tree'])} trees, one is needed"))
    if findings:
        return None, Report(findings)
    answers: dict[str, list[Answer]] = {}
    for row in read["answers"]:
        answer = Answer(question=row.question, clears=row.clears, words=row.words, by=row.by, on=row.on)
        answers.setdefault(row.about, []).append(answer)
    try:
        tree = _tree(read, events[0], answers)
    except InvalidValueError as error:
        return None, Report.of(find("table.bad-row", Place(table="nodes"), error=str(error)))
    return tree, Report(_stray(tree, read, answers))


def _tree(read: Mapping[str, tuple[Any, ...]], event: rows.NodeRow, answers: Mapping[str, list[Answer]]) -> Tree:
    head: rows.TreeRow = read["tree"][0]
    numbers: dict[str, list[Contribution]] = {}
    lines: list[Line] = []
    for row in read["numbers"]:
        number = Contribution(amount=row.amount, unit=row.unit, method=row.method, period=row.period)
        if row.kind == "link":
            numbers.setdefault(row.name, []).append(number)
        else:
            lines.append(Line(kind=row.kind, name=row.name, contribution=number))
    links = tuple(_link(row, numbers, answers, event.unit, whole=bool(read["numbers"])) for row in read["links"])
    changes: dict[str, list[Change]] = {}
    for row in read["changes"]:
        changes.setdefault(row.measure, []).append(Change(kind=row.kind, target=row.target, text=row.text))
    return Tree(
        id=head.id,
        event=Event(
            id=event.id,
            statement=event.statement,
            when=event.when,
            where=event.where,
            size=event.size,
            unit=event.unit,
            anchor=event.anchor,
            exposure=event.exposure,
            tags=event.tags,
            answers=tuple(answers.get(event.id, ())),
        ),
        causes=tuple(_cause(row, answers) for row in read["nodes"] if row.kind != "event"),
        links=links,
        evidence=tuple(_evidence(row) for row in read["evidence"]),
        measures=tuple(_measure(row, changes.get(row.id, ())) for row in read["measures"]),
        participants=tuple(
            Participant(
                person=row.person, role=row.role, name=row.name, duty=row.duty, activity=row.activity, left=row.left
            )
            for row in read["people"]
        ),
        lines=tuple(lines),
        blameless=head.blameless,
        not_for=head.not_for,
        reported_by=head.reported_by,
        owner=head.owner,
        opened=head.opened,
        due=head.due,
        closed=head.closed,
        version=head.version,
    )


def _cause(row: rows.NodeRow, answers: Mapping[str, list[Answer]]) -> Cause:
    assert row.kind != "event"
    return Cause(
        id=row.id,
        statement=row.statement,
        kind=None if row.kind == "cause" else row.kind,
        lapse=row.lapse,
        step=row.step,
        role=row.role,
        activity=row.activity,
        controllable_by=row.controllable_by,
        answers=tuple(answers.get(row.id, ())),
    )


def _link(
    row: rows.LinkRow,
    numbers: Mapping[str, list[Contribution]],
    answers: Mapping[str, list[Answer]],
    unit: str,
    *,
    whole: bool,
) -> Link:
    link = Link(effect=row.effect, cause=row.cause, group=row.group, lag_days=row.lag_days)
    own = tuple(numbers.get(link.id, ()))
    if not whole and row.amount is not None:
        own = (Contribution(amount=row.amount, unit=unit, method=row.method or ""),)
    return evolve(link, contributions=own, answers=tuple(answers.get(link.id, ())))


def _evidence(row: rows.EvidenceRow) -> Evidence:
    done = Resolution(reason=row.resolved, by=row.resolved_by, on=row.resolved_on) if row.resolved else None
    return Evidence(
        about=row.about,
        against=row.against,
        kind=row.kind,
        grade=row.grade,
        source=row.source,
        text=row.text,
        by=row.by,
        consent=row.consent,
        on=row.on,
        resolved=done,
    )


def _measure(row: rows.MeasureRow, changes: Iterable[Change]) -> Countermeasure:
    cost = None if row.cost_minor is None else Money(row.cost_minor, row.currency or "")
    seen = None
    if row.verdict and row.verified_on:
        seen = Verification(verdict=row.verdict, on=row.verified_on, by=row.verified_by, text=row.verified_text)
    return Countermeasure(
        id=row.id,
        statement=row.statement,
        removes=row.removes,
        reduces=row.reduces,
        kind=row.kind,
        owner=row.owner,
        due=row.due,
        cost=cost,
        process_measure=row.process_measure,
        outcome_measure=row.outcome_measure,
        process_goal=row.process_goal,
        window=row.window,
        status=row.status,
        reopened=row.reopened,
        becomes=tuple(changes),
        verification=seen,
    )


def _stray(tree: Tree, read: Mapping[str, tuple[Any, ...]], answers: Mapping[str, list[Answer]]) -> Iterable[Finding]:
    """A finding for every row that belongs to nothing in the tree."""
    links = {link.id for link in tree.links}
    measures = {measure.id for measure in tree.measures}
    named = [("numbers", row.name, row.name in links) for row in read["numbers"] if row.kind == "link"]
    named += [("changes", row.measure, row.measure in measures) for row in read["changes"]]
    named += [("answers", about, about in links or about in tree.nodes) for about in answers]
    for table, name, known in named:
        if not known:
            yield find("whys.dangling", Place(table=table, key=name), what=table, missing=name)
