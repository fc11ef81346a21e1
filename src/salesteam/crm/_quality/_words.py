"""Names of conventions of data quality, for readers of both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType

from salesteam.core import percent_text, say

__all__ = ["PLACEHOLDERS", "nothings", "percent", "said", "words"]

PLACEHOLDERS = ("n/a", "无", "待定", "test")
"""Texts that fill a cell and mean nothing, compared without case and blanks."""

_CHINESE: Mapping[str, str] = MappingProxyType(
    {
        "activity": "按活动录入",
        "author": "记在操作人名下",
        "differs": "不一致",
        "domain": "域名",
        "business_hours": "工作时间",
        "elapsed": "自然时间",
        "evidence": "按外部日志",
        "field": "字段",
        "kind": "类型",
        "login": "按登录",
        "name": "名称",
        "next_business_day": "次一工作日内",
        "one-sided": "单方有",
        "owner": "负责人",
        "registry_id": "工商注册号",
        "stage": "阶段",
        "staleness": "按未更新时长",
        "status": "状态",
        "team": "团队",
        "work": "按工作记录",
    }
)


def words(lang: str, *names: str | None) -> str:
    """Names of choices on one line; in Chinese by their words."""
    found = [name for name in names if name is not None]
    return say(
        lang, en=", ".join(name.replace("_", " ") for name in found), zh="，".join(_CHINESE.get(n, n) for n in found)
    )


def percent(share: Fraction | None) -> str:
    """A share for a reader; a dash where there is nothing to share."""
    return "—" if share is None else percent_text(share)


def nothings(placeholders: Iterable[str]) -> frozenset[str]:
    """The texts that say nothing, as `said` compares them."""
    return frozenset({"", *(each.strip().casefold() for each in placeholders)})


def said(text: str | None, nothing: frozenset[str]) -> str | None:
    """A text that says something; None if it is empty, blank or a placeholder."""
    return None if text is None or text.strip().casefold() in nothing else text
