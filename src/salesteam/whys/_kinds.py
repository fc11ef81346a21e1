"""The closed lists of words that trees are made of, and the order and strength that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

__all__ = [
    "CAUSE_KINDS",
    "CHANGE_KINDS",
    "EVIDENCE_KINDS",
    "GRADES",
    "MEASURE_KINDS",
    "NOBODY",
    "STATUSES",
    "STRENGTHS",
    "CauseKind",
    "ChangeKind",
    "EvidenceKind",
    "Grade",
    "Lapse",
    "MeasureKind",
    "MeasureStatus",
    "Side",
    "Status",
    "Strength",
    "Verdict",
    "strength_of",
]

CauseKind = Literal["condition", "action", "omission", "decision", "rule", "design", "market"]
Lapse = Literal["slip", "breach"]
EvidenceKind = Literal["measurement", "test", "record", "document", "observation", "testimony", "opinion", "assumption"]
Grade = Literal["A", "B", "C", "D", "E"]
Status = Literal["supported", "contested", "refuted", "unsupported"]
Strength = Literal["stronger", "intermediate", "weaker"]
MeasureKind = Literal[
    "forcing_function",
    "blocking_gate",
    "simplify",
    "standardise",
    "leaders_with_resources",
    "structure",
    "software",
    "second_check",
    "workload",
    "checklist",
    "simulation_training",
    "fewer_distractions",
    "warning",
    "reminder",
    "memo",
    "policy",
    "lecture",
    "double_check",
]
MeasureStatus = Literal["proposed", "agreed", "done", "verified", "failed", "dropped"]
ChangeKind = Literal["gate", "field", "rule", "chart", "limit", "training"]
Side = Literal["below", "above"]
Verdict = Literal["effective", "not_effective", "too_early", "not_done", "unmeasured"]

NOBODY: Final = "nobody"
"""The word for a cause that nobody controls, in `Cause.controllable_by`."""

CAUSE_KINDS: Final[Mapping[CauseKind, tuple[str, str]]] = {
    "condition": ("condition", "状况"),
    "action": ("action", "作为"),
    "omission": ("omission", "未作为"),
    "decision": ("decision", "决定"),
    "rule": ("rule", "规则"),
    "design": ("design", "设计"),
    "market": ("market", "市场"),
}
"""Kinds of cause: key, English and Chinese word."""

EVIDENCE_KINDS: Final[Mapping[EvidenceKind, tuple[str, str]]] = {
    "measurement": ("measurement", "测量"),
    "test": ("test", "试验"),
    "record": ("record", "记录"),
    "document": ("document", "文件"),
    "observation": ("observation", "观察"),
    "testimony": ("testimony", "证言"),
    "opinion": ("opinion", "意见"),
    "assumption": ("assumption", "假设"),
}
"""Kinds of evidence: key, English and Chinese word."""

GRADES: Final[Mapping[Grade, tuple[str, str]]] = {
    "A": ("measured or reproduced", "已测量或可复现"),
    "B": ("record made at the time", "当时的记录"),
    "C": ("two independent testimonies", "两份独立证言"),
    "D": ("one testimony or opinion", "单份证言或意见"),
    "E": ("assumed", "假设"),
}
"""Grades of evidence, best first: key, English and Chinese meaning."""

STATUSES: Final[Mapping[Status, tuple[str, str]]] = {
    "supported": ("supported", "有证据支持"),
    "contested": ("contested", "证据有争议"),
    "refuted": ("refuted", "已被否定"),
    "unsupported": ("unsupported", "尚无证据"),
}
"""Status of a link or a cause: key, English and Chinese word."""

STRENGTHS: Final[Mapping[Strength, tuple[str, str]]] = {
    "stronger": ("stronger", "强"),
    "intermediate": ("intermediate", "中"),
    "weaker": ("weaker", "弱"),
}
"""Strength of a countermeasure, strongest first: key, English and Chinese word."""

MEASURE_KINDS: Final[Mapping[MeasureKind, tuple[Strength, str, str]]] = {
    "forcing_function": ("stronger", "forcing function", "强制机制"),
    "blocking_gate": ("stronger", "blocking gate", "卡点闸门"),
    "simplify": ("stronger", "fewer or simpler steps", "简化步骤"),
    "standardise": ("stronger", "standardising", "标准化"),
    "leaders_with_resources": ("stronger", "leaders with resources", "领导投入资源"),
    "structure": ("stronger", "change of structure", "组织结构调整"),
    "software": ("intermediate", "software change", "软件改进"),
    "second_check": ("intermediate", "independent second check", "独立复核"),
    "workload": ("intermediate", "workload", "工作量调整"),
    "checklist": ("intermediate", "checklist", "检查清单"),
    "simulation_training": ("intermediate", "simulation training", "模拟训练"),
    "fewer_distractions": ("intermediate", "fewer distractions", "减少干扰"),
    "warning": ("weaker", "warning", "警示"),
    "reminder": ("weaker", "reminder", "提醒"),
    "memo": ("weaker", "memo", "通知"),
    "policy": ("weaker", "new policy", "新制度"),
    "lecture": ("weaker", "lecture", "宣讲"),
    "double_check": ("weaker", "non-independent double check", "非独立复核"),
}
"""Kinds of countermeasure: strength, English and Chinese word."""

CHANGE_KINDS: Final[Mapping[ChangeKind, tuple[str, str]]] = {
    "gate": ("SOP gate", "SOP 闸门"),
    "field": ("CRM field", "CRM 字段"),
    "rule": ("CRM rule", "CRM 规则"),
    "chart": ("chart change", "职责矩阵调整"),
    "limit": ("limit", "权限额度"),
    "training": ("training", "培训"),
}
"""What a countermeasure may become: key, English and Chinese word."""


def strength_of(kind: MeasureKind) -> Strength:
    """How strong a countermeasure of a kind is; it follows from the kind and is never typed in.

    Use it to compare two ways of stopping a cause, such as a reminder and a gate.

    Parameters
    ----------
    kind : str
        A key of `MEASURE_KINDS`.

    Returns
    -------
    {'stronger', 'intermediate', 'weaker'}
        Whether the measure works without anybody remembering it.

    References
    ----------
    National Patient Safety Foundation, RCA2: Improving Root Cause Analyses and Actions to Prevent Harm, 2015,
    action hierarchy.

    Examples
    --------
    >>> strength_of("reminder"), strength_of("blocking_gate")
    ('weaker', 'stronger')
    """
    return MEASURE_KINDS[kind][0]
