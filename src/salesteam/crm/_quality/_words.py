"""Names of conventions of data quality, for readers of both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from salesteam.core import say

__all__ = ["words"]

_CHINESE: Mapping[str, str] = MappingProxyType(
    {
        "activity": "按活动录入",
        "author": "记在操作人名下",
        "business_hours": "工作时间",
        "elapsed": "自然时间",
        "evidence": "按外部日志",
        "field": "字段",
        "kind": "类型",
        "login": "按登录",
        "next_business_day": "次一工作日内",
        "owner": "负责人",
        "staleness": "按未更新时长",
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
