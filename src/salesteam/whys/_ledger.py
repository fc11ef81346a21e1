"""What the checks write into: passes, failures and open questions, and how each is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Literal

from attrs import frozen

from salesteam.core import Finding, Place, Severity, catalogue, find
from salesteam.whys._kinds import Grade, Status
from salesteam.whys._model_evidence import Answer
from salesteam.whys._model_parts import ARROW, Link
from salesteam.whys._model_profile import Profile
from salesteam.whys._model_tree import Tree
from salesteam.whys._phrase import Words
from salesteam.whys._redact import scrubber
from salesteam.whys._status import statuses

__all__ = ["Checked", "HasDuty", "How", "Ledger", "Outcome", "Scene", "duty_of", "link_answers"]

Outcome = Literal["fail", "unknown"]
How = Literal["structure", "words", "asking", "duty"]
HasDuty = Callable[[str, str, date], object]
Duty = Literal["yes", "no", "unknown"]

_HARD = frozenset({"whys.stops-at-person", "whys.blame"})


@frozen(kw_only=True)
class Checked:
    """What one check says about one thing that does not pass.

    Parameters
    ----------
    code : str
        Code of the check.
    about : str
        Id of the node, link or measure, or of the tree.
    outcome : {'fail', 'unknown'}
        What it says; an unanswered question is unknown, never pass.
    how : {'structure', 'words', 'asking', 'duty'}
        How it knows.
    hit : str
        The word or name that was found.
    answer : Answer or None
        The answer that decided, with by whom and when.
    severity : Severity
        How bad it is in this house; a note where it is unknown.
    tree : str
        Id of the tree.
    values : mapping of str to object
        Values for the texts.

    Examples
    --------
    >>> one = Checked(code="whys.cycle", about="e", outcome="fail", how="structure", severity=Severity.ERROR, tree="t",
    ...               values={"path": "a -> b -> a"})
    >>> one.finding.what()
    'The causes run in a circle: a -> b -> a.'
    """

    code: str
    about: str
    outcome: Outcome
    how: How
    hit: str = ""
    answer: Answer | None = None
    severity: Severity
    tree: str
    values: Mapping[str, Any]

    @property
    def finding(self) -> Finding:
        """The texts of what failed or is open.

        Examples
        --------
        >>> Checked(code="whys.cycle", about="e", outcome="fail", how="structure", severity=Severity.NOTE, tree="t",
        ...         values={"path": "a -> b -> a"}).finding.severity.value
        'note'
        """
        return find(self.code, Place(table=self.tree, key=self.about), severity=self.severity, **self.values)


@frozen(kw_only=True)
class Scene:
    """All that a check may look at."""

    tree: Tree
    profile: Profile
    as_of: date
    has_duty: HasDuty | None

    @cached_property
    def known(self) -> Mapping[str, tuple[Status, Grade | None]]:
        """Status and best grade of nodes and links."""
        return statuses(self.tree, self.profile.min_grade)

    @cached_property
    def attacked(self) -> frozenset[str]:
        """Ids of nodes and links on which a live measure acts."""
        return frozenset(target for measure in self.tree.measures if measure.is_live for target in measure.targets)

    @cached_property
    def closed_leaves(self) -> frozenset[str]:
        """Leaves on which a live measure acts, on them or on every link that starts from them."""
        return frozenset(
            leaf
            for leaf in self.tree.leaves
            if leaf in self.attacked or all(link.id in self.attacked for link in self.tree.above[leaf])
        )


def duty_of(answer: object) -> Duty:
    """Yes, no or unknown, from whatever a duty callable returns: truth, text or an enumeration."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    word = str(getattr(answer, "value", answer)).strip().lower()
    return "yes" if word == "yes" else "no" if word == "no" else "unknown"


class Ledger:
    """Collects what the checks say; the only thing that changes while they run."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._entries = catalogue()
        self._tree = scene.tree.shown().id
        self._scrub: Callable[[str], str] = scrubber(scene.tree) if scene.tree.blameless else str
        self.passed: dict[tuple[str, How], list[str]] = {}
        self.others: list[Checked] = []

    def ok(self, code: str, about: str, how: How) -> None:
        """Note that a check passed."""
        self.passed.setdefault((code, how), []).append(self._scrub(about))

    def fail(
        self, code: str, about: str, how: How, *, hit: str | Words = "", answer: Answer | None = None, **values: Any
    ) -> None:
        """Note that a check fired."""
        self._note("fail", code, about, how, answer, {**values, "hit": hit})

    def open(self, code: str, about: str, how: How, **values: Any) -> None:
        """Note that a check cannot say."""
        self._note("unknown", code, about, how, None, {**values, "hit": ""})

    def asked(self, code: str, about: str, answers: Iterable[Answer], **values: Any) -> None:
        """Note what the latest answer to a question says; without one it stays open."""
        found = [answer for answer in answers if answer.question == code]
        if not found:
            self.open(code, about, "asking", **values)
            return
        latest = max(found, key=lambda one: (one.on or date.min, not one.clears, one.words, one.by))
        if latest.clears:
            self.ok(code, about, "asking")
        else:
            self.fail(code, about, "asking", hit=latest.words, answer=latest, **values)

    def _note(
        self,
        outcome: Outcome,
        code: str,
        about: str,
        how: How,
        answer: Answer | None,
        values: Mapping[str, Any],
    ) -> None:
        told: dict[str, Any] = {**self._statements(about), **values}
        told = {name: self._hide(value) for name, value in told.items()}
        about = self._scrub(about)
        shown = None if self._scene.tree.blameless else answer
        hit = told["hit"].en if isinstance(told["hit"], Words) else told["hit"]
        self.others.append(
            Checked(
                code=code,
                about=about,
                outcome=outcome,
                how=how,
                hit=hit,
                answer=shown,
                severity=self._severity(code, outcome),
                tree=self._tree,
                values=told,
            )
        )

    def _hide(self, value: Any) -> Any:
        if isinstance(value, Words):
            return value.through(self._scrub)
        return self._scrub(value) if isinstance(value, str) else value

    def _severity(self, code: str, outcome: Outcome) -> Severity:
        if outcome == "unknown":
            return Severity.NOTE
        own = self._scene.profile.severity.get(code)
        if own is None or (self._scene.tree.blameless and code in _HARD):
            return self._entries[code].severity
        return Severity(own)

    def _statements(self, about: str) -> dict[str, str]:
        nodes = self._scene.tree.nodes
        if ARROW in about:
            cause, _, effect = about.partition(ARROW)
            return {
                "cause": nodes[cause].statement if cause in nodes else cause,
                "effect": nodes[effect].statement if effect in nodes else effect,
                "statement": about,
            }
        return {"statement": nodes[about].statement if about in nodes else about}


def link_answers(links: Iterable[Link]) -> list[Answer]:
    """The answers recorded on some links."""
    return [answer for link in links for answer in link.answers]
