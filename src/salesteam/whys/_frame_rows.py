"""The columns of a tree's frames, declared once."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

from attrs import frozen

from salesteam.core._table import column
from salesteam.whys._kinds import ChangeKind, EvidenceKind, Grade, Lapse, MeasureKind, MeasureStatus, Verdict

__all__ = [
    "AnswerRow",
    "ChangeRow",
    "EvidenceRow",
    "LinkRow",
    "MeasureRow",
    "NodeRow",
    "NumberRow",
    "PersonRow",
    "TreeRow",
]

NodeKind = Literal["event", "cause", "condition", "action", "omission", "decision", "rule", "design", "market"]


@frozen(kw_only=True)
class TreeRow:
    """The tree itself."""

    id: str = column("id of the tree")
    blameless: bool = column("whether output shows pseudonyms only", default=False)
    not_for: tuple[str, ...] = column("what it must not be used for", default=())
    reported_by: str = column("who reported it early", default="")
    owner: str = column("who leads the inquiry", default="")
    opened: date | None = column("day it was opened", default=None)
    due: date | None = column("day by which it has to stand", default=None)
    closed: date | None = column("day it was closed", default=None)
    version: int = column("counts the states of the tree", default=1)


@frozen(kw_only=True)
class NodeRow:
    """The event or one cause."""

    id: str = column("id within the tree")
    kind: NodeKind = column("event, or the kind of cause; cause if nobody has said")
    statement: str = column("what happened", default="")
    role: str = column("the subject's role", default="")
    depth: int | None = column(
        "links from the event on the longest path; empty if unreached or in a circle", "links", default=None
    )
    leaf: bool | None = column("whether no cause stands below it", default=None)
    lapse: Lapse | None = column("slip or breach", default=None)
    step: str = column("step of the process", default="")
    activity: str = column("what an omission left undone", default="")
    controllable_by: str = column("who can change it", default="")
    when: date | None = column("day of the event", default=None)
    where: str = column("place of the event", default="")
    size: Fraction | None = column("size of the event", "its unit", default=None)
    unit: str = column("unit of the size; money in minor units", default="")
    anchor: str = column("what the event hangs on", default="")
    exposure: str = column("out of how many chances", default="")
    tags: tuple[str, ...] = column("labels of the event", default=())


@frozen(kw_only=True)
class LinkRow:
    """One link."""

    effect: str = column("id of the effect")
    cause: str = column("id of the cause")
    group: str | None = column("name of the group within the effect; empty if undeclared", default=None)
    status: str | None = column("supported, contested, refuted or unsupported; empty without a profile", default=None)
    grade: str | None = column("best evidence in favour", default=None)
    amount: Fraction | None = column("number of the first method", "unit of the event", default=None)
    method: str | None = column("convention of that number", default=None)
    lag_days: int | None = column("days from cause to effect", "days", default=None)


@frozen(kw_only=True)
class NumberRow:
    """One number of the first level."""

    kind: Literal["link", "unexplained", "interaction", "offset"] = column("what carries the number")
    name: str = column("id of the link, or name of the line")
    amount: Fraction = column("how much of the event's size", "unit of the event")
    unit: str = column("unit of the amount", default="")
    method: str = column("convention of the attribution", default="")
    period: str = column("the period it is of", default="")


@frozen(kw_only=True)
class EvidenceRow:
    """One piece of evidence."""

    about: str = column("id of the node or link")
    against: bool = column("whether it speaks against", default=False)
    kind: EvidenceKind = column("kind of evidence")
    grade: Grade = column("A to E")
    source: str = column("where it comes from", default="")
    text: str = column("what it says", default="")
    by: str = column("who gave it", default="")
    consent: bool = column("whether the author may appear under a pseudonym", default=False)
    on: date | None = column("when it was made", default=None)
    resolved: str | None = column("why it no longer counts; empty if open", default=None)
    resolved_by: str = column("who settled it", default="")
    resolved_on: date | None = column("when it was settled", default=None)


@frozen(kw_only=True)
class MeasureRow:
    """One countermeasure."""

    id: str = column("id within the tree")
    statement: str = column("what is done", default="")
    removes: tuple[str, ...] = column("ids of the causes or links it removes", default=())
    reduces: tuple[str, ...] = column("ids of the causes or links it only reduces", default=())
    kind: MeasureKind | None = column("kind, from which the strength follows", default=None)
    strength: str | None = column("stronger, intermediate or weaker; computed", default=None)
    owner: str = column("who answers for it", default="")
    due: date | None = column("by when", default=None)
    cost_minor: int | None = column("what it costs", "minor units of its currency", default=None)
    currency: str | None = column("currency of the cost", default=None)
    status: MeasureStatus = column("proposed, agreed, done, verified, failed or dropped", default="proposed")
    becomes: tuple[str, ...] = column("kinds of change it becomes; the changes frame has them whole", default=())
    process_measure: str = column("how one sees that it is done", default="")
    outcome_measure: str = column("how one sees that the event is rarer", default="")
    process_goal: Fraction | None = column("share from which on it counts as done", "0..1", default=None)
    window: int | None = column("days after due before the outcome can be judged", "days", default=None)
    reopened: date | None = column("when it was taken up again", default=None)
    verdict: Verdict | None = column("verdict of its verification", default=None)
    verified_on: date | None = column("when it was verified", default=None)
    verified_by: str = column("who verified it", default="")
    verified_text: str = column("what fell, by how much", default="")


@frozen(kw_only=True)
class ChangeRow:
    """One change that a measure becomes."""

    measure: str = column("id of the measure")
    kind: ChangeKind = column("gate, field, rule, chart, limit or training")
    target: str = column("what is changed")
    text: str = column("what the change says", default="")


@frozen(kw_only=True)
class AnswerRow:
    """One answer to a question."""

    about: str = column("id of the node or link")
    question: str = column("code of the check")
    clears: bool = column("whether the answer clears the question")
    words: str = column("what was said", default="")
    by: str = column("who answered", default="")
    on: date | None = column("when", default=None)


@frozen(kw_only=True)
class PersonRow:
    """One participant."""

    person: str = column("id of the person or role")
    role: str = column("role at the time", default="")
    name: str = column("given name", default="")
    duty: Literal["yes", "no", "unknown"] | None = column("whether the chart gave the duty", default=None)
    activity: str = column("the activity looked up", default="")
    left: date | None = column("first day no longer in the team", default=None)
