"""Machine names as a manager reads them, in English and in Chinese; tables and JSON keep the machine names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from salesteam.core import say

__all__ = ["KINDS", "OUTCOMES", "PARTS", "STATUSES", "TABLES", "UNITS", "USES", "conventions", "word"]

Words = Mapping[str, tuple[str, str]]

KINDS: Words = {
    "user": ("people", "人员"),
    "team": ("teams", "团队"),
    "membership": ("memberships", "团队成员"),
    "account": ("customers", "客户"),
    "contact": ("contacts", "联系人"),
    "lead": ("leads", "线索"),
    "pipeline": ("pipelines", "销售管道"),
    "stage": ("stages", "阶段"),
    "product": ("products", "产品"),
    "deal": ("deals", "商机"),
    "deal_contact": ("contacts of deals", "商机联系人"),
    "deal_line": ("lines of deals", "商机明细"),
    "stage_change": ("changes of stage", "阶段变更"),
    "activity": ("activities", "活动"),
    "money_event": ("payments", "收付款"),
    "commitment": ("commitments", "承诺事项"),
    "quota": ("quotas", "配额"),
}
PARTS: Words = {
    "team": ("team", "团队"),
    "sources": ("sources", "来源"),
    "quality": ("rules for records", "数据质量规则"),
    "goals": ("goals", "目标"),
    "raci": ("chart of duties", "职责矩阵"),
    "leads": ("rules for leads", "线索规则"),
    "incentives": ("plans of pay", "激励方案"),
    "whys": ("why trees", "原因树"),
}
TABLES: Words = {
    "metrics": ("metrics, for goals", "指标（用于目标）"),
    "transactions": ("deals won, for pay", "成交（用于激励）"),
    "leads": ("leads, to allocate", "线索（用于分配）"),
    "holdings": ("leads and deals held", "持有的线索与商机"),
}
STATUSES: Words = {
    "proposed": ("proposed", "拟议"),
    "agreed": ("agreed", "已商定"),
    "done": ("done", "已完成"),
    "dropped": ("dropped", "已放弃"),
    "verified": ("verified", "已验证"),
    "failed": ("failed", "未奏效"),
}
OUTCOMES: Words = {
    "assigned": ("assigned", "已分配"),
    "offered": ("offered", "待接受"),
    "held": ("held back", "暂缓"),
    "queued": ("fallback queue", "兜底队列"),
    "pooled": ("public pool", "公海"),
}
USES: Words = {"pay": ("pay", "薪酬"), "rating": ("ratings", "绩效评价")}
UNITS: Words = {"share": ("share", "比率"), "orders": ("orders", "单"), "days": ("days", "天"), "deal": ("deal", "单")}

_CONVENTIONS: Words = {
    "rolls_up": ("scores counted", "得分取值"),
    "clamped": ("within 0 to 1", "限于 0 到 1"),
    "raw": ("as they are", "原值"),
    "weights": ("weights", "权重"),
    "declared": ("as declared", "按声明"),
    "value_derived": ("by value", "按数值"),
    "missing": ("without data", "无数据者"),
    "exclude": ("left out", "不计"),
    "refuse": ("refused", "拒绝"),
    "basis": ("status by", "状态依据"),
    "point": ("the latest value", "最新值"),
    "cumulative": ("the value to date", "累计值"),
    "window": ("a window", "窗口"),
    "pace": ("pace by", "进度按"),
    "working_days": ("working days", "工作日"),
    "calendar_days": ("calendar days", "自然日"),
    "rollup": ("status of a parent", "上级状态"),
    "worst": ("the worst below", "取下级最差"),
    "weighted": ("weighted", "加权"),
    "share_red": ("share in red", "红色占比"),
    "as_of": ("as of", "截至"),
    "method": ("method", "方法"),
    "shapley": ("Shapley", "Shapley 值"),
    "scope": ("along the tree", "沿指标树"),
    "stepwise": ("step by step", "逐级"),
    "periods": ("periods", "期间"),
    "endpoint": ("before against after", "前后对比"),
    "time: equal among siblings": ("time in equal parts", "时间均分"),
    "org: equal among siblings": ("people in equal parts within each team", "团队内人员均分"),
    "org: equal among leaves": ("people in equal parts", "人员均分"),
    "org: custom": ("people by declared weights", "人员按给定权重"),
    "org: history": ("people by past results", "人员按历史业绩"),
    "time: history": ("time by past results", "时间按历史业绩"),
    "time: custom": ("time by declared weights", "时间按给定权重"),
    "time: largest_remainder, ties by id": ("rounded by largest remainder", "尾差按最大余额法"),
    "org: largest_remainder, ties by id": ("rounded by largest remainder", "尾差按最大余额法"),
    "week_base": ("weeks", "周"),
    "split_by_days": ("cut at the edge of the month, by days", "在月末切分，按天计"),
    "split_by_working_days": ("cut at the edge of the month, by working days", "在月末切分，按工作日计"),
    "rounding": ("rounding", "舍入"),
    "half_up": ("half up", "四舍五入"),
    "negative_period": ("a negative total", "总额为负时"),
    "carry": ("carried over", "结转下期"),
    "deduct": ("deducted", "从应付中扣除"),
    "zero": ("counts as zero", "计为零"),
    "marginal": ("each band at its own rate", "分档累进"),
    "slab": ("everything at the rate reached", "全额按所达档"),
    "flat": ("one rate", "单一比例"),
    "pool": ("shared pool", "共享奖金池"),
    "accumulate": ("summed over the", "累计按"),
    "quarter": ("quarter", "季度"),
    "period": ("period", "期间"),
    "month": ("month", "月"),
    "year": ("year", "年"),
    "equal": ("equal", "相等"),
}
_CHOICE = re.compile(r"(?:(?P<of>.+)\.)?(?P<key>\w+) ?= ?(?P<value>\S+)")
_MEMBERS = re.compile(r"members on (\S+)")


def word(words: Mapping[Any, tuple[str, str]], name: str, lang: str) -> str:
    """The word for a name; the name itself where there is none."""
    return say(lang, en=words[name][0], zh=words[name][1]) if name in words else name


def conventions(text: str, lang: str) -> str:
    """A line of conventions, such as ``rolls_up=clamped; basis=point``, in words."""
    parts = dict.fromkeys(part.strip() for part in re.split(r";|,(?= \w+ ?=)", text) if part.strip())
    return say(lang, en="; ", zh="；").join(dict.fromkeys(_convention(part, lang) for part in parts))


def _convention(part: str, lang: str) -> str:
    """One of them; a choice of a component begins with the component's own name."""
    choice, members = _CHOICE.fullmatch(part), _MEMBERS.fullmatch(part)
    if choice is not None:
        key, value = word(_CONVENTIONS, choice["key"], lang), word(_CONVENTIONS, choice["value"], lang)
        colon = say(lang, en=": ", zh="：")
        if choice["of"] is None:
            return f"{key}{colon}{value}"
        return choice["of"] + colon + (value if choice["key"] == "method" else say(lang, en=f"{key} ", zh=key) + value)
    if members is not None:
        return say(lang, en=part, zh=f"成员以 {members.group(1)} 为准")
    return word(_CONVENTIONS, part, lang)
