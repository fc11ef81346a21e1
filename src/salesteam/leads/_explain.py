"""Explanations of one decision, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from salesteam.core import Explanation, Step, say, shown
from salesteam.leads._hash import policy_hash
from salesteam.leads._model_decision import Candidate, Decision
from salesteam.leads._model_lead import Lead
from salesteam.leads._model_policy import Policy
from salesteam.leads._model_rule import Rule
from salesteam.leads._names import Names
from salesteam.leads._route import Router

__all__ = ["explanation", "verdict"]

_BEST = 5


def explanation(router: Router, lead: Lead, decision: Decision, trace: Sequence[Candidate], lang: str) -> Explanation:
    """Why a lead went where it went; the router stands as it stood before the lead."""
    title = say(lang, en=f"Lead {lead.lead}: {decision.word()}", zh=f"线索 {lead.lead}：{decision.word('zh')}")
    steps = [_arrival(lead, lang), _right(router, lead, lang)]
    for rule, verdict_ in router.walk(lead, decision):
        steps.append(_rule(rule, verdict_, [row for row in trace if row.rule == rule.id], lang))
    direct = [row for row in trace if row.rule is None]
    if direct:
        steps.append(Step(label=say(lang, en="seats of the holder", zh="持有人的席位"), steps=_rows(direct, lang)))
    steps.append(_end(decision, lang))
    return Explanation(title=title, steps=tuple(steps), conventions=_conventions(router.policy, lang))


def verdict(decision: Decision, seat: str, rows: Sequence[Candidate], policy: Policy, lang: str) -> Explanation:
    """Why one seat did not get the lead."""
    title = say(lang, en=f"Why not {seat} for {decision.lead}?", zh=f"{decision.lead} 为什么没有分给 {seat}？")
    steps = [
        Step(label=say(lang, en=f"rule {row.rule or '–'}", zh=f"规则 {row.rule or '–'}"), value=row.why(lang))
        for row in rows
    ]
    if not rows:
        none = say(lang, en="no seat was considered", zh="没有考虑任何席位")
        steps.append(Step(label=none, value=decision.why(lang)))
    return Explanation(title=title, steps=(*steps, _end(decision, lang)), conventions=_conventions(policy, lang))


def _conventions(policy: Policy, lang: str) -> tuple[str, ...]:
    head = say(lang, en="policy", zh="策略")
    return (
        f"{head} {policy.id}/{policy.version} ({policy_hash(policy)})",
        *(f"{each.id}: {each.text(lang)}" for each in policy.selectors),
    )


def _arrival(lead: Lead, lang: str) -> Step:
    at = lead.created_at.isoformat() if lead.created_at else say(lang, en="unknown", zh="未知")
    return Step(label=say(lang, en="arrived", zh="到达"), value=at)


def _right(router: Router, lead: Lead, lang: str) -> Step:
    claims = router.claims_on(lead)
    text = "; ".join(claim.text(lang) for claim in claims) or say(lang, en="none", zh="无")
    return Step(label=say(lang, en="claims that protect it", zh="保护该线索的归属"), value=text)


def _rule(rule: Rule, found: str, rows: Sequence[Candidate], lang: str) -> Step:
    words = {
        "matches": say(lang, en="matches", zh="匹配"),
        "no": say(lang, en="does not match", zh="不匹配"),
        "unknown": say(lang, en="waits for a missing field", zh="等待缺失字段"),
    }
    formula = rule.when.text() if rule.when is not None else say(lang, en="every lead", zh="全部线索")
    label = say(lang, en=f"rule {rule.id}", zh=f"规则 {rule.id}")
    return Step(label=label, formula=formula, value=words[found], steps=_rows(rows, lang))


def _rows(rows: Iterable[Candidate], lang: str) -> tuple[Step, ...]:
    groups: dict[str, list[str]] = {}
    ranked = []
    for row in rows:
        if row.rank is None:
            groups.setdefault(row.why(lang), []).append(row.seat)
        else:
            ranked.append(row)
    ranked.sort(key=lambda row: row.rank or 0)
    key = say(lang, en="key", zh="依据值")
    best = tuple(
        Step(label=row.seat, formula="" if row.key is None else f"{key} {shown(row.key, lang)}", value=row.why(lang))
        for row in ranked[:_BEST]
    )
    more = len(ranked) - _BEST
    if more > 0:
        best = (*best, Step(label=say(lang, en=f"and {more} more that could be picked", zh=f"另有 {more} 个可选席位")))
    return best + tuple(Step(label=Names(seats).text(lang), value=why) for why, seats in groups.items())


def _end(decision: Decision, lang: str) -> Step:
    label = say(lang, en="outcome", zh="结果")
    if decision.seat is None:
        owner = decision.owner and say(lang, en=f"owner {decision.owner}", zh=f"负责人 {decision.owner}")
        queue = " ".join(part for part in (decision.queue, owner) if part)
        return Step(label=label, formula=queue, value=f"{decision.word(lang)}: {decision.why(lang)}")
    tie = decision.tie_hash and say(
        lang, en=f"tie broken by hash {decision.tie_hash[:12]}", zh=f"同分按哈希 {decision.tie_hash[:12]} 决定"
    )
    return Step(label=label, formula=tie or "", value=f"{decision.word(lang)} → {decision.seat}")
