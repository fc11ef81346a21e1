"""Words of the books in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from salesteam.core import say

__all__ = ["cause_text", "kind_text"]

_KINDS: Mapping[str, tuple[str, str]] = {
    "opening": ("Brought forward", "期初余额"),
    "earned": ("Earned", "本期应得"),
    "adjustment": ("Adjustments of earlier periods", "以前期间调整"),
    "held": ("Held", "暂扣"),
    "released": ("Released", "解除暂扣"),
    "draw": ("Draw and guarantee", "预支与保底"),
    "recovery": ("Draw repaid", "预支扣还"),
    "carry": ("Moved into debt, or out of it", "转入或转出欠款"),
    "forfeited": ("Forfeited or forgiven", "作废或免除"),
    "paid": ("Paid", "实付"),
    "settled": ("of it settled at the end", "其中期末结算"),
    "closing": ("Carried forward", "期末余额"),
    "debt": ("Debt, repaid out of later pay", "欠款（从以后的奖金扣还）"),
}
_CAUSES: Mapping[str, str] = {
    "late transaction": "补录交易", "recomputed": "重新计算", "withdrawn": "交易已撤销", "receipts": "回款",
    "gate": "门槛",
    "milestones": "里程碑", "holdback": "暂扣到期", "expired": "期限已过", "guarantee": "保底",
    "recoverable": "可追还的预支", "non_recoverable": "不追还的预支", "advance": "期初预付", "settlement": "期末结算",
    "due": "到期", "repaid": "扣还", "forgiven": "免除", "negative total": "合计为负",
}  # fmt: skip


def kind_text(kind: str, lang: str) -> str:
    """A kind of entry, or a line of the statement, for a reader."""
    en, zh = _KINDS[kind]
    return say(lang, en=en, zh=zh)


def cause_text(cause: str | None, lang: str) -> str:
    """The cause of an entry for a reader; the names of events stay as they are."""
    if not cause:
        return ""
    if cause.startswith("clawback: "):
        event = cause.removeprefix("clawback: ")
        return say(lang, en=f"clawback on {event}", zh=f"扣回：{event}")
    return say(lang, en=cause.replace("_", "-") if cause in _CAUSES else cause, zh=_CAUSES.get(cause, cause))
