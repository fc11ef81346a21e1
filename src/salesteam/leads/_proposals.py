"""The result of a reassignment: who keeps which lead, what should move, and why."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import attrs

from salesteam.core import Explanation, Grid, Report, Step, say
from salesteam.core._table import column
from salesteam.errors import NotFoundError
from salesteam.leads._frame import write
from salesteam.leads._hash import policy_hash
from salesteam.leads._model_decision import Candidate, Decision
from salesteam.leads._model_load import Aside
from salesteam.leads._model_policy import Policy
from salesteam.leads._model_seat import Seat

__all__ = ["Action", "Proposal", "Proposals"]

Action = Literal["keep", "move", "release", "stuck"]

_ACTIONS = {"keep": "保留", "move": "转移", "release": "释放至公海", "stuck": "待处理"}


@attrs.frozen(kw_only=True)
class Proposal:
    """What should become of one lead that somebody holds.

    Parameters
    ----------
    lead, owner : str
        Which lead, and who holds it.
    action : {'keep', 'move', 'release', 'stuck'}
        Stay; move to `seat`; go to the public pool; should move but found no seat, so it stays for now.
    seat : str, optional
        Where to.
    step, detail : str, optional
        Why the owner should not keep it: as `Candidate.excluded_by`; ``no-seat`` for an owner without one,
        ``released`` where a rule puts the lead into the pool.
    rule : str, optional
        Rule that says so.
    reason : str, optional
        Code of the reason why no seat was found.

    Examples
    --------
    >>> Proposal(lead="L-1", owner="li", action="move", seat="wu", step="skill", detail="GTX").why()
    'li should not keep L-1: it lacks the skill GTX'
    """

    lead: str = column("id of the lead")
    owner: str = column("who holds it")
    action: Action = column("keep, move, release or stuck")
    seat: str | None = column("where to", default=None)
    step: str | None = column("why the owner should not keep it", default=None)
    detail: str | None = column("what that is about", default=None)
    rule: str | None = column("rule that says so", default=None)
    reason: str | None = column("code of the reason why no seat was found", default=None)

    def why(self, lang: str = "en") -> str:
        """Why it should move, in one phrase; empty if it stays.

        Examples
        --------
        >>> Proposal(lead="L-1", owner="li", action="keep").why("zh")
        ''
        """
        if self.step is None:
            return ""
        if self.step == "no-seat":
            why = say(lang, en="it has no seat", zh="没有席位")
        elif self.step == "released":
            why = say(lang, en=f"the rule puts it into the pool {self.detail}", zh=f"规则要求转入公海 {self.detail}")
        else:
            row = Candidate(lead=self.lead, seat=self.owner, excluded_by=self.step, detail=self.detail)
            why = row.why(lang)
        return say(
            lang, en=f"{self.owner} should not keep {self.lead}: {why}", zh=f"{self.owner} 不宜保留 {self.lead}：{why}"
        )


@attrs.frozen(kw_only=True)
class Proposals:
    """Reassignments to look at before anything is moved; made by `propose`.

    Parameters
    ----------
    proposals : tuple of Proposal
        One for each lead with an owner, by lead id.
    decisions : tuple of Decision
        How a new seat was looked for, for each lead that should move.
    aside : tuple of Aside
        Leads that took no part.
    policy : Policy
        Under which they were made.
    seats : tuple of Seat
        Among whom.
    as_of : datetime
        The instant.
    base : tuple of int
        What each seat holds besides these leads.
    report : Report
        Findings on what was read.
    like : object
        What the leads were given as.

    Examples
    --------
    >>> from salesteam.leads import Lead, propose, sample
    >>> was = sample()
    >>> held = [Lead(lead="L-7", owner="zhao", region="East"), Lead(lead="L-8", owner="li", region="East")]
    >>> found = propose(held, was.policy, was.seats, book=was.before, as_of=was.as_of)
    >>> [(each.lead, each.action, each.seat) for each in found.proposals]
    [('L-7', 'move', 'wu'), ('L-8', 'keep', None)]
    >>> found.counts
    {'keep': 1, 'move': 1, 'release': 0, 'stuck': 0}
    """

    proposals: tuple[Proposal, ...]
    decisions: tuple[Decision, ...] = attrs.field(repr=False)
    aside: tuple[Aside, ...]
    policy: Policy
    seats: tuple[Seat, ...] = attrs.field(repr=False)
    as_of: datetime
    base: tuple[int, ...] = attrs.field(repr=False)
    report: Report = attrs.field(repr=False, eq=False)
    like: Any = attrs.field(repr=False, eq=False)

    @property
    def moves(self) -> tuple[Proposal, ...]:
        """Those that should go to another seat or to the pool.

        Examples
        --------
        >>> from salesteam.leads import Lead, propose, sample
        >>> was = sample()
        >>> propose([Lead(lead="L-7", owner="li")], was.policy, was.seats, book=was.before, as_of=was.as_of).moves
        ()
        """
        return tuple(each for each in self.proposals if each.action in ("move", "release"))

    @property
    def counts(self) -> dict[str, int]:
        """How many leads stay, move, are released, are stuck.

        Examples
        --------
        See `Proposals`; an empty one has only zeros:

        >>> from salesteam.leads import propose, sample
        >>> was = sample()
        >>> propose((), was.policy, was.seats, book=was.before, as_of=was.as_of).counts
        {'keep': 0, 'move': 0, 'release': 0, 'stuck': 0}
        """
        found: Counter[str] = Counter(each.action for each in self.proposals)
        return {action: found[action] for action in _ACTIONS}

    @cached_property
    def _by_lead(self) -> dict[str, Proposal]:
        return {each.lead: each for each in self.proposals}

    def explain(self, lead: str, lang: str = "en") -> Explanation:
        """Why a lead stays or should move, and where to.

        Parameters
        ----------
        lead : str
            Id of a lead with an owner.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            The reason, and the search for a seat.

        Raises
        ------
        NotFoundError
            If there is no proposal for it.

        Examples
        --------
        >>> from salesteam.leads import Lead, propose, sample
        >>> was = sample()
        >>> found = propose([Lead(lead="L-7", owner="zhao", region="East")], was.policy, was.seats,
        ...                 book=was.before, as_of=was.as_of)
        >>> found.explain("L-7").steps[0].value
        'zhao should not keep L-7: it is not in the pool inbound'
        """
        if lead not in self._by_lead:
            raise NotFoundError("lead", lead, self._by_lead, where="these proposals")
        found = self._by_lead[lead]
        word = say(lang, en=found.action, zh=_ACTIONS[found.action])
        stays = say(lang, en="the policy leaves it where it is", zh="策略允许维持现状")
        steps = [
            Step(
                label=say(lang, en=f"rule {found.rule or '–'}", zh=f"规则 {found.rule or '–'}"),
                value=found.why(lang) or stays,
            )
        ]
        decision = next((each for each in self.decisions if each.lead == lead), None)
        if decision is not None:
            label = say(lang, en="search for a seat", zh="寻找席位")
            steps.append(Step(label=label, value=decision.seat or decision.why(lang)))
        return Explanation(
            title=say(
                lang,
                en=f"Lead {lead}, held by {found.owner}: {word}",
                zh=f"线索 {lead}（持有人 {found.owner}）：{word}",
            ),
            steps=tuple(steps),
            conventions=self.conventions(lang),
        )

    def conventions(self, lang: str = "en") -> tuple[str, ...]:
        """The choices under which they were made.

        Examples
        --------
        >>> from salesteam.leads import propose, sample
        >>> was = sample()
        >>> len(propose((), was.policy, was.seats, book=was.before, as_of=was.as_of).conventions())
        2
        """
        return (
            f"{say(lang, en='policy', zh='策略')} {self.policy.id}/{self.policy.version} ({policy_hash(self.policy)})",
            say(
                lang,
                en="owners keep what the policy allows, by age, then by hash; nothing has been moved",
                zh="策略允许的由原持有人保留（按时间，再按哈希）；尚未做任何变更",
            ),
        )

    def to_frame(self) -> Any:
        """The proposals as a frame, one row a lead, with the columns of `Proposal`.

        Examples
        --------
        >>> from salesteam.leads import Lead, propose, sample
        >>> was = sample()
        >>> held = [Lead(lead="L-7", owner="li")]
        >>> len(propose(held, was.policy, was.seats, book=was.before, as_of=was.as_of).to_frame())
        1
        """
        return write(self.proposals, Proposal, self.like)

    def grid(self, lang: str = "en") -> Grid:
        """What each seat holds now and would hold, as a table for display.

        Examples
        --------
        >>> from salesteam.leads import propose, sample
        >>> was = sample()
        >>> propose((), was.policy, was.seats, book=was.before, as_of=was.as_of).grid().rows[0]
        ('li', '1', '0', '0', '1', '')
        """
        owner_seat = {each.lead: each.owner for each in self.proposals}
        now = Counter(owner_seat.values())
        out = Counter(each.owner for each in self.moves)
        into = Counter(each.seat for each in self.moves if each.seat is not None)
        rows = []
        for seat, base in zip(self.seats, self.base, strict=True):
            mine = {seat.seat, seat.person}
            held = base + sum(now[name] for name in mine)
            gone = sum(out[name] for name in mine)
            cells = (held, gone, into[seat.seat], held - gone + into[seat.seat])
            capacity = "" if seat.capacity is None else str(seat.capacity)
            rows.append((seat.seat, *(str(cell) for cell in cells), capacity))
        heads = say(lang, en="seat|holds|gives|gets|would hold|capacity", zh="席位|现持有|转出|转入|调整后|容量").split(
            "|"
        )
        counts = ", ".join(
            f"{say(lang, en=action, zh=_ACTIONS[action])} {count}" for action, count in self.counts.items()
        )
        return Grid(
            title=say(lang, en=f"Reassignment proposals: {counts}", zh=f"调整建议：{counts}"),
            columns=tuple(heads),
            rows=tuple(rows),
            right=frozenset({1, 2, 3, 4, 5}),
            note="; ".join(self.conventions(lang)),
        )

    def text(self, lang: str = "en") -> str:
        """The loads now and then as text.

        Examples
        --------
        >>> from salesteam.leads import propose, sample
        >>> was = sample()
        >>> "would hold" in propose((), was.policy, was.seats, book=was.before, as_of=was.as_of).text()
        True
        """
        return self.grid(lang).text()

    def _repr_html_(self) -> str:
        return self.grid().html()
