"""Numbers by which a plan is judged: their names, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["METRICS"]

METRICS: Mapping[str, tuple[str, str]] = {
    "cost": ("cost of incentives", "激励成本"),
    "ccos": ("compensation cost of sales", "薪酬成本率"),
    "ote": ("pay at target with base (OTE)", "目标总薪酬（OTE）"),
    "pay_mix": ("share of base in OTE", "薪酬结构比"),
    "leverage": ("pay at excellence over target", "杠杆（优秀业绩奖金／目标奖金）"),
    "total_leverage": ("base and highest pay over base", "总薪酬杠杆"),
    "share_at_quota": ("share of payees at quota", "达标人数占比"),
    "correlation": ("pay and performance move together", "薪酬与业绩相关系数"),
    "decile_ratio": ("pay at the 9th decile over the 1st", "奖金九一分位比"),
}
"""Metric to what it says, in English and Chinese."""
