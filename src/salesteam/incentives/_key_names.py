"""Names of the keys of a plan for readers, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from salesteam.core import say

__all__ = ["key_name", "path_name"]

_NAMES: Mapping[str, tuple[str, str]] = {
    "above": ("what lies above the last node", "末节点以上"),
    "accrual": ("accrual", "费用摊销"),
    "accumulate": ("interval of accumulation", "累计区间"),
    "amount": ("amount", "金额"),
    "approved_by": ("approval", "批准人"),
    "at": ("place of the limit", "限额的位置"),
    "at_end": ("debt at the end", "期末欠款"),
    "at_least": ("bound", "下限"),
    "attainment_rounding": ("rounding of attainment", "达成率取整"),
    "base": ("base", "基数"),
    "base_rate": ("base rate", "基准费率"),
    "basis": ("basis", "计算基准"),
    "below": ("what lies below the first node", "首节点以下"),
    "between": ("reading between nodes", "节点之间的读法"),
    "bounds": ("unit of bounds", "分档单位"),
    "calendar": ("calendar", "日历"),
    "caps": ("cap", "封顶"),
    "cells": ("cells", "格值"),
    "clamp": ("range of the factor", "系数范围"),
    "clawback": ("clawback", "扣回"),
    "columns": ("columns", "列"),
    "components": ("component", "条款"),
    "conventions": ("bundle of conventions", "约定包"),
    "counted_if": ("rule for counting a month", "计月规则"),
    "crediting": ("credit rule", "业绩归属规则"),
    "crossing": ("rate of a crossing deal", "跨档交易的费率"),
    "currency": ("currency", "币种"),
    "draw": ("draw", "预支"),
    "edge": ("owner of a bound", "界点归属"),
    "excess": ("pay above the cap", "超出封顶的部分"),
    "expired": ("parts that expired", "到期未解除暂扣的部分"),
    "factor": ("factor", "系数"),
    "first": ("number of rows paid", "奖励笔数"),
    "floors": ("floor", "下限"),
    "for": ("payees", "适用人员"),
    "form": ("form", "形式"),
    "format": ("format", "格式"),
    "from": ("lower bound", "下界"),
    "fund": ("fund", "奖金池来源"),
    "fx": ("exchange", "汇兑"),
    "gaps": ("gaps between bands", "档间空隙"),
    "gates": ("gate", "门槛"),
    "group": ("group", "分组"),
    "guarantee": ("guarantee", "保底"),
    "guarantee_and_draw": ("guarantee and draw together", "保底与预支并存"),
    "hierarchy_at": ("day of the hierarchy", "汇报线取数日"),
    "holdback": ("share held back", "暂扣比例"),
    "join": ("joining of factors", "系数的合并"),
    "kind": ("kind", "类型"),
    "known_from": ("day since which it is known", "获知日"),
    "leavers": ("share of leavers", "离职者份额"),
    "levels": ("levels", "层级"),
    "limit": ("limit", "限额"),
    "limit_share": ("most that is taken at once", "单期扣回上限"),
    "locks": ("what is locked", "锁定对象"),
    "max": ("greatest value allowed", "允许最大值"),
    "max_credit_share": ("most credit of a deal", "单笔业绩归属上限"),
    "max_recovery_share": ("most of pay that repays", "单期扣还上限"),
    "max_score": ("highest score", "最高得分"),
    "meanwhile": ("pay before the interval ends", "区间结束前的支付"),
    "measure": ("measure", "指标"),
    "measures": ("measure", "指标"),
    "method": ("method", "方法"),
    "milestones": ("milestone", "里程碑"),
    "min": ("least value allowed", "允许最小值"),
    "min_score": ("lowest score", "最低得分"),
    "modifiers": ("factor", "系数"),
    "multiplier": ("multiplier", "倍数"),
    "months": ("months", "月数"),
    "negative_period": ("negative totals", "合计为负时"),
    "nodes": ("nodes", "节点"),
    "objectives": ("objective", "目标"),
    "of": ("object", "对象"),
    "on_leave": ("debt of a leaver", "离职时的欠款"),
    "on": ("trigger", "触发条件"),
    "parameters": ("number", "参数"),
    "parameters_at": ("day of dated numbers", "参数取值日"),
    "pay_split": ("split of pay", "奖金分配"),
    "pays_of": ("what the amount is a share of", "金额的基数"),
    "period": ("pay period", "付款期"),
    "plan": ("name", "名称"),
    "priority": ("priority", "优先级"),
    "prizes": ("prizes", "奖项"),
    "proration": ("proration", "折算"),
    "quotas": ("quota", "配额"),
    "ramp": ("ramp", "爬坡"),
    "rate": ("rate", "费率"),
    "rate_on": ("day of the exchange rate", "汇率取值日"),
    "reason": ("reason", "原因"),
    "release": ("release", "付款条件"),
    "relief": ("relief", "减免"),
    "repay_from": ("source of repayment", "扣还来源"),
    "retroactive": ("retroactive", "追溯"),
    "rollup": ("roll-up", "上级汇总"),
    "round": ("rounding", "取整"),
    "rounding": ("rounding", "取整"),
    "rows": ("rows", "行"),
    "scope": ("scope", "范围"),
    "share": ("share", "比例"),
    "shares": ("shares", "分配方式"),
    "source": ("source", "来源"),
    "status": ("status", "状态"),
    "tables": ("table", "费率表"),
    "target": ("pay at target", "目标奖金"),
    "term": ("term", "期限"),
    "tests": ("test", "条件"),
    "text": ("text", "说明"),
    "then": ("treatment", "处理"),
    "threshold": ("threshold", "起付点"),
    "tiers": ("band", "档"),
    "ties": ("ties", "并列"),
    "to": ("upper bound", "上界"),
    "unclaimed": ("unclaimed shares", "无人认领的份额"),
    "unearned": ("unearned part", "未应得部分"),
    "unit": ("unit", "单位"),
    "until": ("end", "截止"),
    "valid": ("validity", "有效期"),
    "value": ("value", "取值"),
    "version": ("version", "版本"),
    "weight": ("weight", "权重"),
    "weights": ("weights", "权重"),
    "where": ("condition", "条件"),
    "window": ("window", "时段"),
    "windfall": ("windfall", "大单规则"),
}


def key_name(key: str, lang: str) -> str:
    """A key of a plan in the words of a reader; the key itself if there are none."""
    en, zh = _NAMES.get(key, (key, key))
    return say(lang, en=en, zh=zh)


def path_name(parts: tuple[str | int, ...], lang: str) -> str:
    """A dotted path in words: what is nearest to the change comes first in English, last in Chinese.

    Examples
    --------
    >>> path_name(("components", "commission", "tiers", 1, "rate"), "en")
    'rate of band 2 of component commission'
    >>> path_name(("components", "commission", "tiers", 1, "rate"), "zh")
    '条款 commission 的第 2 档的费率'
    """
    words: list[str] = []
    at = 0
    while at < len(parts):
        key, follower = parts[at], parts[at + 1] if at + 1 < len(parts) else None
        named = key in _KEYED and isinstance(follower, str)
        if isinstance(follower, int) or named:
            words.append(_one(str(key), follower, lang))
            at += 2
        else:
            words.append(key_name(str(key), lang))
            at += 1
    if lang == "zh":
        return "的".join(word if word[-1:].isascii() is False else f"{word} " for word in words).strip()
    return " of ".join(reversed(words))


_KEYED = frozenset({"components", "measures", "parameters"})


def _one(key: str, which: str | int | None, lang: str) -> str:
    """One of several things under a key."""
    name = key_name(key, lang)
    if isinstance(which, int):
        return say(lang, en=f"{name} {which + 1}", zh=f"第 {which + 1} {'' if key == 'tiers' else '个'}{name}")
    return f"{name} {which}"
