"""The router: one lead after the other through the fixed order of steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from salesteam.leads._claims import Claims, Right
from salesteam.leads._hash import policy_hash
from salesteam.leads._match import Test, compiled, folded
from salesteam.leads._model_book import Book, Holding, Receipt
from salesteam.leads._model_claim import Claim
from salesteam.leads._model_decision import Candidate, Decision
from salesteam.leads._model_lead import Lead
from salesteam.leads._model_policy import Policy
from salesteam.leads._model_rule import Rule
from salesteam.leads._model_seat import Seat
from salesteam.leads._pick import Pick, Picker, Ties, picker
from salesteam.leads._room import Room
from salesteam.leads._survey import Survey

__all__ = ["Router"]

_BEFORE_RULES = frozenset(
    {"leads.policy-not-in-force", "leads.lead-frozen", "leads.claim-tie", "leads.holder-not-seated"}
)


class Router:
    """State of one allocation: frozen nouns in, decisions out, one lead at a time.

    The order of steps: frozen, known customer, claims, first matching rule, pool, eligibility, conflict of interest,
    availability, caps, cooling, selector, tie-break.
    """

    def __init__(
        self, policy: Policy, seats: Sequence[Seat], claims: Iterable[Claim], book: Book, at: datetime
    ) -> None:
        self.policy, self.seats, self.book, self.at = policy, seats, book, at
        self.hash = policy_hash(policy)
        self._territory: tuple[Lead | None, str | None] = (None, None)
        self._territories = [(each.id, compiled(each.where, Lead.get)) for each in policy.territories]
        self._rules: list[tuple[Rule, Test | None]] = [
            (rule, None if rule.when is None else compiled(rule.when, self.read)) for rule in policy.rules
        ]
        self._claims = Claims(claims, book.customers, seats, at, self.read)
        self.room = Room(seats, policy.caps, book, at)
        self._soft = any(not cap.hard for cap in policy.caps)
        ties = Ties(seats, policy.salt)
        self._ties = ties
        self._pickers: dict[str, Picker] = {
            each.id: picker(each, seats, book, self.room, at, ties) for each in policy.selectors
        }
        self.cooling: dict[str, dict[str, datetime]] = self._cooled()
        self.interests: dict[str, set[int]] = {}
        for position, seat in enumerate(seats):
            for name in seat.conflicts:
                self.interests.setdefault(folded(name), set()).add(position)
        self._rings: dict[str, list[int]] = {}
        self._open: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        self._given: list[tuple[Holding, Receipt]] = []
        self.in_force = policy.in_force(at)

    def _cooled(self) -> dict[str, dict[str, datetime]]:
        found: dict[str, dict[str, datetime]] = {}
        if self.policy.cooling_hours is not None:
            length = timedelta(hours=self.policy.cooling_hours)
            for release in self.book.releases:
                end = release.at + length
                if release.at <= self.at < end:
                    ends = found.setdefault(release.lead, {})
                    ends[release.seat] = max(end, ends.get(release.seat, end))
        return found

    def territory(self, lead: Lead) -> str | None:
        """The territory in which a lead lies: the first declared that matches."""
        if self._territory[0] is not lead:
            found = next((name for name, test in self._territories if test(lead) is True), None)
            self._territory = (lead, found)
        return self._territory[1]

    def read(self, lead: Any, field: str) -> Any:
        """The value of a lead's field, ``territory`` among them."""
        return self.territory(lead) if field == "territory" else lead.get(field)

    def decide(self, lead: Lead, trace: list[Candidate] | None = None) -> Decision:
        """Decide one lead, take note of it, and write down every seat considered if a trace is given."""
        if not self.in_force:
            return self._put_off(lead, "policy-not-in-force")
        if lead.frozen:
            return self._held(lead, "lead-frozen")
        lead, known = self._claims.known(lead)
        right = self._claims.right(lead, known)
        if right is not None and (right.tied or not right.seats):
            reason = "claim-tie" if right.tied else "holder-not-seated"
            return self._held(lead, reason, claims=right.ids, detail="; ".join(each.text() for each in right.claims))
        empty = None
        for rule, lacking in self._asked(lead):
            decision = self._under(rule, lacking, lead, right, trace)
            if decision is not None:
                return decision
            empty = rule
            if rule.on_empty == "fallback":
                break
        if right is not None and right.personal:
            return self._to_holder(lead, right, None, trace)
        return self._put_off(lead, "no-rule" if empty is None else "nobody-free", rule=empty)

    def _asked(self, lead: Lead) -> Iterator[tuple[Rule, str]]:
        """The rules that match a lead or must wait for it, with the fields waited for."""
        for rule, test in self._rules:
            matched, lacking = self._matches(rule, test, lead)
            if matched or lacking:
                yield rule, lacking

    def _under(
        self, rule: Rule, lacking: str, lead: Lead, right: Right | None, trace: list[Candidate] | None
    ) -> Decision | None:
        """What a rule that applies makes of a lead; None if it has no seat for it and does not hold it."""
        if lacking:
            return self._held(lead, "field-missing", rule=rule, detail=lacking)
        if rule.gives == "hold":
            return self._held(lead, "rule-holds", rule=rule)
        if right is not None and right.personal:
            return self._to_holder(lead, right, rule, trace)
        if rule.gives == "pool":
            pool = rule.pool
            return self._decision(
                lead, outcome="pooled", reason="leads.rule-pools", rule=rule.id, queue=pool, detail=pool
            )
        decision = self._seated(lead, rule, right, trace)
        if decision is None and rule.on_empty == "hold":
            return self._held(lead, "nobody-free", rule=rule)
        return decision

    def _matches(self, rule: Rule, test: Test | None, lead: Lead) -> tuple[bool, str]:
        """Whether a rule applies; and if it must wait for fields, which these are."""
        found = True if test is None else test(lead)
        lacking = [field for field in rule.skill_fields if self.read(lead, field) is None]
        if found is False:
            return False, ""
        if found is None and rule.when is not None:
            lacking += [test.field for test in rule.when.tests() if self.read(lead, test.field) is None]
        if found is True and not lacking:
            return True, ""
        if rule.on_missing == "hold":
            return False, ", ".join(dict.fromkeys(lacking)) or (rule.when.text() if rule.when else "")
        return rule.on_missing == "match", ""

    def keep(self, lead: Lead, position: int) -> tuple[str, str | None, Rule | None] | None:
        """Let a seat keep a lead that it holds, if the policy allows it; else the step, its detail and the rule.

        A lead that is frozen or in dispute, for which a rule waits or holds, or that no rule takes, stays where it is.
        """
        why: tuple[str, str | None, Rule | None] | None = None
        if self.in_force and not lead.frozen:
            known_lead, known = self._claims.known(lead)
            right = self._claims.right(known_lead, known)
            if right is None or not (right.tied or not right.seats):
                why = self._unfit(known_lead, position, right)
        if why is None:
            self.room.take(position, lead, self.territory(lead), kept=True)
        return why

    def _unfit(self, lead: Lead, position: int, right: Right | None) -> tuple[str, str | None, Rule | None] | None:
        first: tuple[str, str | None, Rule | None] | None = None
        for rule, lacking in self._asked(lead):
            if lacking or rule.gives == "hold":
                return None
            personal = right is not None and right.personal
            if rule.gives == "pool" and not personal:
                return "released", rule.pool, rule
            found = Survey(self, lead, None if personal else rule, right).unfit(position)
            if found is None:
                return None
            first = first or (*found, rule)
            if personal or rule.on_empty != "next":
                return first
        if first is None and right is not None:
            found = Survey(self, lead, None, right).unfit(position)
            return None if found is None else (*found, None)
        return first

    def claims_on(self, lead: Lead) -> tuple[Claim, ...]:
        """The claims that decide about a lead."""
        lead, known = self._claims.known(lead)
        right = self._claims.right(lead, known)
        return () if right is None else right.claims

    def walk(self, lead: Lead, decision: Decision) -> Iterator[tuple[Rule, str]]:
        """The rules that were asked for a lead, in order, with what each said: ``matches``, ``no`` or ``unknown``."""
        if decision.reason in _BEFORE_RULES:
            return
        lead, _ = self._claims.known(lead)
        for rule, test in self._rules:
            matched, unknown = self._matches(rule, test, lead)
            yield rule, "unknown" if unknown else "matches" if matched else "no"
            if rule.id == decision.rule:
                return

    def ring(self, rule: Rule) -> list[int]:
        """The seats of a rule: in its pool and teams, and in service."""
        if rule.id not in self._rings:
            self._rings[rule.id] = [
                position
                for position, seat in enumerate(self.seats)
                if (rule.pool is None or seat.pool == rule.pool)
                and (not rule.teams or seat.team in rule.teams)
                and seat.in_service(self.at)
            ]
        return self._rings[rule.id]

    def skills(self, rule: Rule, lead: Lead) -> tuple[str, ...]:
        """The skills that a lead needs under a rule."""
        asked = [str(value) for field in rule.skill_fields if (value := self.read(lead, field)) is not None]
        return (*rule.skills, *asked)

    def available(self, position: int) -> bool:
        """Whether a seat takes leads at this instant."""
        seat = self.seats[position]
        return seat.accepting and seat.away(self.at) is None

    def _eligible(self, rule: Rule, lead: Lead) -> list[int]:
        key = (rule.id, self.skills(rule, lead))
        if key not in self._open:
            needed = {folded(skill) for skill in key[1]}
            chooser = self._pickers[rule.selector or ""]
            self._open[key] = [
                position
                for position in self.ring(rule)
                if needed <= {folded(skill) for skill in self.seats[position].skills}
                and chooser.bars(self.seats[position]) is None
                and self.available(position)
            ]
        return self._open[key]

    def _free(self, lead: Lead, positions: Iterable[int]) -> list[int]:
        """Those of the positions that may have the lead: no conflict, room under hard caps, not cooling."""
        if self.room.closed_to(lead, self.territory(lead)) is not None:
            return []
        full = self.room.full
        free = [position for position in positions if not full[position]]
        for name in (lead.account, lead.company) if self.interests else ():
            barred = self.interests.get(folded(name or ""), ())
            free = [position for position in free if position not in barred] if barred else free
        cooling = self.cooling.get(lead.lead)
        if cooling:
            free = [position for position in free if self.seats[position].seat not in cooling]
        pricing = self.room.pricing(lead)
        if pricing is not None:
            free = [position for position in free if pricing(position)[0] == 0]
        return free

    def _softly(self, lead: Lead, free: list[int]) -> list[int]:
        """Those with the fewest soft caps reached."""
        if not self._soft or len(free) < 2:
            return free
        pricing = self.room.pricing(lead)
        over = {seat: self.room.over[seat] + (pricing(seat)[1] if pricing else 0) for seat in free}
        least = min(over.values())
        return [seat for seat in free if over[seat] == least]

    def _seated(self, lead: Lead, rule: Rule, right: Right | None, trace: list[Candidate] | None) -> Decision | None:
        eligible = self._eligible(rule, lead)
        if right is not None:
            eligible = [position for position in eligible if position in right.seats]
        free = self._free(lead, eligible)
        best = self._softly(lead, free)
        chooser = self._pickers[rule.selector or ""]
        ring = self.ring(rule)
        if trace is not None:
            ranked = chooser.ranked(best, ring, lead) if best else []
            trace += Survey(self, lead, rule, right).rows(free, ranked, chooser.bars)
        if not best:
            return None
        return self._give(lead, chooser.pick(best, ring, lead), rule, right)

    def _to_holder(self, lead: Lead, right: Right, rule: Rule | None, trace: list[Candidate] | None) -> Decision:
        there = sorted(p for p in right.seats if self.seats[p].in_service(self.at) and self.available(p))
        free = self._free(lead, there)
        best = self._softly(lead, free)
        if trace is not None:
            order = sorted(best, key=lambda position: self._ties.key(position, lead.lead))
            trace += Survey(self, lead, None, right).rows(free, [(position, None) for position in order], None)
        if not best:
            return self._held(lead, "holder-busy", rule=rule, claims=right.ids, detail=right.claims[0].holder)
        position, tie = self._ties.first(best, lead.lead)
        return self._give(lead, Pick(position, None, tie), rule, right)

    def _give(self, lead: Lead, pick: Pick, rule: Rule | None, right: Right | None) -> Decision:
        territory, seat = self.territory(lead), self.seats[pick.seat].seat
        self.room.take(pick.seat, lead, territory)
        for chooser in self._pickers.values():
            chooser.given(pick.seat)
        about: dict[str, Any] = {
            "lead": lead.lead,
            "seat": seat,
            "value_minor": lead.value_minor,
            "source": lead.source,
        }
        self._given.append(
            (
                Holding(**about, account=lead.account, since=self.at, territory=territory),
                Receipt(**about, at=self.at, territory=territory),
            )
        )
        return self._decision(
            lead,
            outcome="offered" if rule is not None and rule.gives == "offer" else "assigned",
            seat=seat,
            rule=None if rule is None else rule.id,
            claims=None if right is None else right.ids,
            score=pick.key,
            tie_hash=pick.tie,
        )

    def _decision(self, lead: Lead, **fields: Any) -> Decision:
        return Decision(lead=lead.lead, policy_hash=self.hash, **fields)

    def _held(self, lead: Lead, reason: str, *, rule: Rule | None = None, **fields: Any) -> Decision:
        name = None if rule is None else rule.id
        return self._decision(lead, outcome="held", reason=f"leads.{reason}", rule=name, **fields)

    def _put_off(self, lead: Lead, reason: str, *, rule: Rule | None = None) -> Decision:
        """Into the fallback queue; without an owner of the queue the lead is held."""
        fallback = self.policy.fallback
        if not fallback.owner.strip():
            return self._held(lead, "queue-without-owner", rule=rule, detail=fallback.queue)
        return self._decision(
            lead,
            outcome="queued",
            reason=f"leads.{reason}",
            rule=None if rule is None else rule.id,
            queue=fallback.queue,
            owner=fallback.owner,
        )

    def after(self) -> Book:
        """The book after all decisions so far."""
        mine = set(self._pickers)
        turns = [turn for turn in self.book.turns if turn.selector not in mine]
        earned = [credit for credit in self.book.credits if credit.selector not in mine]
        for chooser in self._pickers.values():
            turn, credit = chooser.state()
            turns += turn
            earned += credit
        return attrs.evolve(
            self.book,
            holdings=(*self.book.holdings, *(holding for holding, _ in self._given)),
            receipts=(*self.book.receipts, *(receipt for _, receipt in self._given)),
            turns=turns,
            credits=earned,
        )
