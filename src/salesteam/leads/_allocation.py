"""The result of an allocation: decisions, and everything that explains them, worked out when asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Explanation, Finding, Grid, Place, Report, find, say
from salesteam.errors import NotFoundError
from salesteam.leads._explain import explanation, verdict
from salesteam.leads._frame import write
from salesteam.leads._hash import policy_hash
from salesteam.leads._model_book import Book
from salesteam.leads._model_claim import Claim
from salesteam.leads._model_decision import OUTCOMES, Candidate, Decision
from salesteam.leads._model_lead import Lead
from salesteam.leads._model_load import Aside, Load
from salesteam.leads._model_policy import Policy
from salesteam.leads._model_seat import Seat
from salesteam.leads._names import Names
from salesteam.leads._route import Router

__all__ = ["Allocation"]


@attrs.frozen(kw_only=True)
class Allocation:
    """Who got which lead, and why; made by `allocate`.

    Parameters
    ----------
    decisions : tuple of Decision
        One for each lead that took part, in the order of service.
    aside : tuple of Aside
        Leads that took no part.
    policy : Policy
        Under which it was decided.
    seats : tuple of Seat
        Among whom, sorted by id.
    claims : tuple of Claim
        Rights that were looked at.
    as_of : datetime
        The instant.
    before, book : Book
        State before and after; pass `book` to the next allocation.
    arrivals : tuple of Lead
        The leads decided, in the order of service.
    read : Report
        Findings on what was read.
    like : object
        What the leads were given as; frames are written as the same kind.

    Examples
    --------
    >>> from salesteam.leads import sample
    >>> [decision.why() for decision in sample().unassigned]
    ['Rule east waits for a missing field (region): L-4.', 'No rule takes L-5.']
    """

    decisions: tuple[Decision, ...]
    aside: tuple[Aside, ...]
    policy: Policy
    seats: tuple[Seat, ...] = attrs.field(repr=False)
    claims: tuple[Claim, ...] = attrs.field(repr=False)
    as_of: datetime
    before: Book = attrs.field(repr=False)
    book: Book = attrs.field(repr=False)
    arrivals: tuple[Lead, ...] = attrs.field(repr=False)
    read: Report = attrs.field(repr=False, eq=False)
    like: Any = attrs.field(repr=False, eq=False)

    @cached_property
    def _by_lead(self) -> Mapping[str, int]:
        return {decision.lead: place for place, decision in enumerate(self.decisions)}

    @property
    def unassigned(self) -> tuple[Decision, ...]:
        """Decisions that gave no seat.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> [decision.lead for decision in sample().unassigned]
        ['L-4', 'L-5']
        """
        return tuple(decision for decision in self.decisions if decision.seat is None)

    @property
    def counts(self) -> dict[str, int]:
        """How many leads had each outcome; all five, also where none did.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> sample().counts
        {'assigned': 3, 'offered': 0, 'held': 1, 'queued': 1, 'pooled': 0}
        """
        found: Counter[str] = Counter(decision.outcome for decision in self.decisions)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @cached_property
    def report(self) -> Report:
        """All findings: on what was read, and one for each rule and reason why leads have no seat.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> list(sample().report.by_code)
        ['leads.field-missing', 'leads.no-rule']
        """
        groups: dict[tuple[str, str], list[Decision]] = {}
        for decision in self.unassigned:
            groups.setdefault((decision.reason or "", decision.rule or ""), []).append(decision)
        found: list[Finding] = []
        for (code, rule), same in sorted(groups.items()):
            details = dict.fromkeys(decision.detail or "–" for decision in same)
            leads = Names([decision.lead for decision in same])
            place = Place(table="leads", key=f"policy.rules.{rule}" if rule else None)
            found.append(find(code, place, leads=leads, rule=rule or "–", detail=Names(tuple(details))))
        return self.before.report + self.read + Report(found)

    def _router(self) -> Router:
        return Router(self.policy, self.seats, self.claims, self.before, self.as_of)

    @cached_property
    def candidates(self) -> Mapping[str, tuple[Candidate, ...]]:
        """Every seat considered for each lead, with the step at which it fell out or its rank.

        It is worked out anew when first asked for, and then kept: one row for each lead, rule tried and seat.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> [(row.seat, row.rank or row.why()) for row in sample().candidates["L-1"]]
        [('li', 1), ('wu', 2), ('zhao', 'it is not in the pool inbound')]
        """
        router, found = self._router(), {}
        for lead in self.arrivals:
            trace: list[Candidate] = []
            router.decide(lead, trace)
            found[lead.lead] = tuple(trace)
        return found

    def _place(self, lead: str) -> int:
        if lead not in self._by_lead:
            raise NotFoundError("lead", lead, self._by_lead, where="this allocation")
        return self._by_lead[lead]

    def _traced(self, place: int) -> tuple[Router, tuple[Candidate, ...]]:
        """Run again up to one lead, writing down every seat considered for it."""
        router = self._router()
        for lead in self.arrivals[:place]:
            router.decide(lead)
        trace: list[Candidate] = []
        router.decide(self.arrivals[place], trace)
        return router, tuple(trace)

    def explain(self, lead: str, lang: str = "en") -> Explanation:
        """Why a lead went where it went, step by step.

        Parameters
        ----------
        lead : str
            Id of a lead that was decided.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            Claims, rules in order, candidates by reason of exclusion, selector and tie-break.

        Raises
        ------
        NotFoundError
            If the lead was not decided here.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> print(sample().explain("L-2").title)
        Lead L-2: assigned
        """
        place = self._place(lead)
        router, trace = self._traced(place)
        return explanation(router, self.arrivals[place], self.decisions[place], trace, lang)

    def why_not(self, lead: str, seat: str, lang: str = "en") -> Explanation:
        """Why a seat did not get a lead: for each rule tried, the step at which it fell out, or its rank.

        Parameters
        ----------
        lead, seat : str
            Ids.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            With the rule and the reason.

        Raises
        ------
        NotFoundError
            If the lead was not decided here, or there is no such seat.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> sample().why_not("L-3", "li").steps[0].value
        'the lead is protected by c-7'
        """
        place = self._place(lead)
        if all(each.seat != seat for each in self.seats):
            raise NotFoundError("seat", seat, (each.seat for each in self.seats), where="this allocation")
        _, trace = self._traced(place)
        rows = [row for row in trace if row.seat == seat]
        return verdict(self.decisions[place], seat, rows, self.policy, lang)

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """What each seat holds before and after, by seat id.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> [(load.seat, load.before, load.after) for load in sample().loads]
        [('li', 1, 2), ('wu', 0, 1), ('zhao', 0, 1)]
        """
        before = Counter(each.seat for each in self.before.holdings if each.open_at(self.as_of))
        received = Counter(decision.seat for decision in self.decisions if decision.seat is not None)
        value: Counter[str] = Counter()
        for holding in self.book.holdings:
            if holding.open_at(self.as_of):
                value[holding.seat] += holding.value_minor or 0
        return tuple(
            Load(
                seat=seat.seat,
                team=seat.team,
                before=before[seat.seat],
                received=received[seat.seat],
                after=before[seat.seat] + received[seat.seat],
                capacity=seat.capacity,
                value_minor=value[seat.seat],
            )
            for seat in self.seats
        )

    def to_frame(self) -> Any:
        """The decisions as a frame, one row a lead, with the columns of `Decision`.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> len(sample().to_frame())
        5
        """
        return write(self.decisions, Decision, self.like)

    def candidates_frame(self) -> Any:
        """Every seat considered, one row for each lead, rule tried and seat, with the columns of `Candidate`.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> len(sample().candidates_frame())
        9
        """
        return write((row for rows in self.candidates.values() for row in rows), Candidate, self.like)

    def loads_frame(self) -> Any:
        """The load of each seat, with the columns of `Load`.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> len(sample().loads_frame())
        3
        """
        return write(self.loads, Load, self.like)

    def conventions(self, lang: str = "en") -> tuple[str, ...]:
        """The choices under which it was decided.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> sample().conventions()[1]
        'fair: round robin, strict'
        """
        tie = say(
            lang,
            en="ties: declared priority, then the smallest SHA-256 of salt, lead and seat",
            zh="同分：先看优先级，再取盐、线索、席位的 SHA-256 最小者",
        )
        policy = say(lang, en="policy", zh="策略")
        return (
            f"{policy} {self.policy.id}/{self.policy.version} ({policy_hash(self.policy)})",
            *(f"{each.id}: {each.text(lang)}" for each in self.policy.selectors),
            tie,
        )

    def grid(self, lang: str = "en") -> Grid:
        """The load per seat as a table for display, outcomes and conventions beneath.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> sample().grid().title
        'Leads per seat: assigned 3, offered 0, held 1, queued 1, pooled 0'
        """
        counts = ", ".join(
            f"{say(lang, en=outcome, zh=OUTCOMES[outcome])} {count}" for outcome, count in self.counts.items()
        )
        heads = say(
            lang, en="seat|team|before|received|after|capacity", zh="席位|团队|原持有|本次接收|现持有|容量"
        ).split("|")
        rows = tuple(
            (
                load.seat,
                load.team or "",
                str(load.before),
                str(load.received),
                str(load.after),
                "" if load.capacity is None else str(load.capacity),
            )
            for load in self.loads
        )
        return Grid(
            title=say(lang, en=f"Leads per seat: {counts}", zh=f"各席位线索：{counts}"),
            columns=tuple(heads),
            rows=rows,
            right=frozenset({2, 3, 4, 5}),
            note="; ".join(self.conventions(lang)),
        )

    def text(self, lang: str = "en") -> str:
        """The load per seat as text.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> "capacity" in sample().text()
        True
        """
        return self.grid(lang).text()

    def _repr_html_(self) -> str:
        return self.grid().html()
