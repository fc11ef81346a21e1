"""Outcomes: the decision on each lead, and every seat that was considered for it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

import attrs

from salesteam.core import find, say
from salesteam.core._table import column

__all__ = ["OUTCOMES", "Candidate", "Decision", "Outcome"]

Outcome = Literal["assigned", "offered", "held", "queued", "pooled"]

OUTCOMES = {
    "assigned": "已分配",
    "offered": "待接受",
    "held": "暂缓",
    "queued": "排队",
    "pooled": "进公海",
}
"""The five outcomes, with their Chinese words."""


@attrs.frozen(kw_only=True)
class Decision:
    """What became of one lead: it has a seat, or a reason why not; never both, never neither.

    Parameters
    ----------
    lead : str
        Its id.
    outcome : {'assigned', 'offered', 'held', 'queued', 'pooled'}
        Assigned and offered leads have a seat.
    seat : str, optional
        To whom it goes.
    reason : str, optional
        Code of the catalogue, where there is no seat.
    rule : str, optional
        Rule that decided.
    claims : str, optional
        Ids of the claims that decided.
    queue, owner : str, optional
        Queue or public pool, and the owner of the queue.
    detail : str, optional
        What the reason is about, such as the missing field.
    score : Fraction, optional
        Key by which the selector chose the seat.
    tie_hash : str, optional
        SHA-256 that decided between equal seats.
    policy_hash : str
        Fingerprint of the policy.

    Examples
    --------
    >>> decision = Decision(lead="L-1", outcome="held", reason="leads.lead-frozen", policy_hash="")
    >>> decision.why()
    'Frozen, so not moved: L-1.'
    """

    lead: str = column("id of the lead")
    outcome: Outcome = column("assigned, offered, held, queued or pooled")
    seat: str | None = column("to whom it goes", default=None)
    reason: str | None = column("code of the reason, where there is no seat", default=None)
    rule: str | None = column("rule that decided", default=None)
    claims: str | None = column("claims that decided", default=None)
    queue: str | None = column("queue or public pool", default=None)
    owner: str | None = column("owner of the queue", default=None)
    detail: str | None = column("what the reason is about", default=None)
    score: Fraction | None = column("key by which the selector chose", default=None)
    tie_hash: str | None = column("SHA-256 that decided between equal seats", default=None)
    policy_hash: str = column("fingerprint of the policy")

    def why(self, lang: str = "en") -> str:
        """Why the lead has no seat, in one sentence; empty if it has one.

        Examples
        --------
        >>> Decision(lead="L-1", outcome="assigned", seat="li", policy_hash="").why()
        ''
        """
        if self.reason is None:
            return ""
        values: dict[str, Any] = {"leads": self.lead, "rule": self.rule or "–", "detail": self.detail or "–"}
        return find(self.reason, None, **values).what(lang)

    def word(self, lang: str = "en") -> str:
        """The outcome for a reader.

        Examples
        --------
        >>> Decision(lead="L-1", outcome="pooled", reason="leads.rule-pools", policy_hash="").word("zh")
        '进公海'
        """
        return say(lang, en=self.outcome, zh=OUTCOMES[self.outcome])


@attrs.frozen(kw_only=True)
class Candidate:
    """One seat that was considered for one lead under one rule.

    Parameters
    ----------
    lead, seat : str
        Whom for whom.
    rule : str, optional
        Under which rule; None where a claim decided without one.
    excluded_by : str, optional
        First step at which it fell out: ``claim``, ``pool``, ``team``, ``service``, ``skill``, ``selector``,
        ``conflict``, ``availability``, ``cap``, ``cooling``, ``soft-cap``; None if it could be picked.
    detail : str, optional
        Id of the claim or cap, skill that lacks, end of the absence, and so on.
    key : Fraction, optional
        Key of the selector.
    rank : int, optional
        Place among those that could be picked, 1 the seat that got it.

    Examples
    --------
    >>> Candidate(lead="L-1", seat="li", rule="all", excluded_by="skill", detail="GTX").why()
    'it lacks the skill GTX'
    """

    lead: str = column("id of the lead")
    rule: str | None = column("rule under which it was considered", default=None)
    seat: str = column("id of the seat")
    excluded_by: str | None = column("first step at which it fell out", default=None)
    detail: str | None = column("what the exclusion is about", default=None)
    key: Fraction | None = column("key of the selector", default=None)
    rank: int | None = column("place among those that could be picked", default=None)

    def why(self, lang: str = "en") -> str:
        """Why the seat did not get the lead, in one phrase; its rank if it could have.

        Examples
        --------
        >>> Candidate(lead="L-1", seat="li", rank=2).why("zh")
        '可选，排第 2'
        """
        if self.excluded_by is None:
            if self.rank == 1:
                return say(lang, en="it was picked", zh="被选中")
            return say(lang, en=f"it could be picked and came {self.rank} in order", zh=f"可选，排第 {self.rank}")
        en, zh = _WHY[self.excluded_by]
        return say(lang, en=en, zh=zh).format(detail=self.detail or "")


_WHY = {
    "claim": ("the lead is protected by {detail}", "线索受 {detail} 保护"),
    "pool": ("it is not in the pool {detail}", "不在分配池 {detail} 中"),
    "team": ("its team is not one of {detail}", "所属团队不在 {detail} 之列"),
    "service": ("it is not in service on this day", "当日不在岗（未启用或已停用）"),
    "skill": ("it lacks the skill {detail}", "缺少技能 {detail}"),
    "selector": ("the selector cannot use it: {detail}", "选择方式无法使用该席位：{detail}"),
    "conflict": ("its person has an interest in {detail}", "与 {detail} 存在利益冲突"),
    "availability": ("it takes no leads now: {detail}", "当前不接收线索：{detail}"),
    "cap": ("there is no room under the cap {detail}", "已达上限 {detail}"),
    "cooling": ("it released this lead and is cooling until {detail}", "曾释放该线索，冷却期至 {detail}"),
    "soft-cap": ("it is over a soft cap and others are not", "超过软上限，而其他席位未超"),
}
