"""The reasons for which rows are set aside or left out, for readers of both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from salesteam.core import say

__all__ = ["REASONS", "counted", "reason_text"]

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "about no deal": "与商机无关",
        "about nothing": "没有关联对象",
        "about something else": "与此无关",
        "archived": "已归档",
        "booked": "仅下单",
        "by no person of the team": "操作人不在团队中",
        "by hand": "人工裁定",
        "changed after the reading began": "读取开始后有变更",
        "closed before it was created": "结束早于创建",
        "converted": "已转化",
        "dated ahead": "日期在未来",
        "deleted": "已删除",
        "disqualified": "已判无效",
        "does not count": "不计入",
        "incomplete reading": "读取未完成",
        "invoiced": "仅开票",
        "it did not arrive": "未到达",
        "it is gone": "已不存在",
        "it was changed since it was read": "读取后已被修改",
        "it was changed since it was sent, maybe by us": "发送后已被修改，可能即由此次发送所致",
        "lost": "丢单",
        "merged": "已合并",
        "merged in a circle": "循环合并",
        "no date": "没有日期",
        "no metric": "不计入任何指标",
        "no owner": "没有负责人",
        "no time": "没有时间",
        "no value": "没有金额",
        "not by its owner": "非负责人所为",
        "not done": "未完成",
        "open": "未结",
        "owner is no person of the team": "负责人不在团队中",
        "rejected": "无法读取",
        "same id again": "编号重复",
        "same id told again": "同一条重复列出",
        "same period by every reading": "各口径均在同一期间",
        "shares not 1": "分成合计不为 1",
        "the record is not there": "记录不存在",
        "too many rejects": "无法读取的过多",
        "void": "作废",
    }
)
"""Each reason of the library in Chinese; what an adapter says in its own words is shown as it is."""


def reason_text(reason: str, lang: str) -> str:
    """A reason for a reader."""
    return say(lang, en=reason, zh=REASONS.get(reason, reason))


def counted(reasons: Iterable[tuple[str, int]], lang: str) -> str:
    """Reasons with their counts, on one line; a zero if there is none."""
    return "; ".join(f"{reason_text(reason, lang)}: {count:,}" for reason, count in reasons) or "0"
