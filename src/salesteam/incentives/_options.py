"""Every choice that moves money: its options with one line each in English and Chinese, and the words of vendors."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from salesteam.core import say
from salesteam.incentives._shape import METHODS

__all__ = ["OPTIONS", "OptionsText", "option_text", "options_text", "vendor_text"]

OPTIONS: Mapping[str, Mapping[str, str]] = {
    "method": METHODS,
    "accumulate": {
        "transaction": "each deal starts from zero, its reversals go on from it",
        "period": "the sum starts anew with each pay period",
        "quarter": "running sum of the calendar quarter",
        "half": "running sum of the half-year",
        "year": "running sum of the year",
        "plan": "running sum of the whole plan",
    },
    "edge": {
        "lower_inclusive": "a bound belongs to the band above it: [from, to)",
        "upper_inclusive": "a bound belongs to the band below it: (from, to]",
        "closed": "both bands hold the bound, the first listed wins",
    },
    "between": {"linear": "a straight line between nodes", "step": "the node before"},
    "matrix.between": {
        "node": "only at the nodes, nothing between them",
        "step": "the cell of the nodes before",
        "bilinear": "straight lines in both directions",
    },
    "crossing": {
        "old_rate": "the whole deal at the rate before it",
        "new_rate": "the whole deal at the rate after it",
        "split": "each part at the rate of its band, as marginal does",
    },
    "kind": {"carve_out": "cut out of the deal: shares sum to 1", "overlay": "on top of the deal: shares exceed 1"},
    "at": {
        "before_modifiers": "the limit cuts first, factors come after",
        "after_modifiers": "factors come first, the limit cuts last",
    },
    "negative_period": {
        "carry": "a negative total lowers the next period",
        "deduct": "it is taken from what is due now, the rest is debt",
        "zero": "it is forgiven",
    },
    "parameters_at": {
        "transaction_date": "each row uses the numbers of its own day, what is of a whole period those of its first",
        "period_start": "a period uses the numbers of its first day",
        "period_end": "a period uses the numbers of its last day, earlier rows too",
    },
    "join": {"product": "factors multiply", "sum": "their distances from 1 add up"},
    "lookup.join": {"sum": "rates of the tables add up", "product": "rates of the tables multiply"},
    "meanwhile": {
        "pay": "paid as if the gate were open, and taken back if it stays closed",
        "hold": "nothing is paid until the interval ends",
    },
    "leavers": {
        "in": "who was a member on any day shares fully",
        "prorated": "by days of membership",
        "out": "only who is a member on the last day shares",
    },
    "unclaimed": {
        "redistribute": "the other members share it",
        "return": "it stays with the company",
    },
    "ties": {
        "share": "those who tie share the mean of the places they cover",
        "same": "each gets the prize of the place, the next places are skipped",
        "dense": "each gets the prize of the place, the next place follows at once",
    },
    "hierarchy_at": {
        "transaction_date": "who was the manager on the day of the deal",
        "period_end": "who is the manager on the last day of the period",
    },
    "draw.kind": {
        "non_recoverable": "a minimum: no debt comes of it",
        "recoverable": "a minimum that becomes a debt, repaid from later pay",
        "advance": "paid at the start of the period, settled at its end",
    },
    "repay_from": {
        "above_draw": "from what is earned above the draw",
        "all_earnings": "from everything earned; pay jumps down where the draw is reached",
    },
    "guarantee_and_draw": {
        "larger": "the larger of the two holds",
        "both": "the guarantee comes first, the draw on top of what is missing",
    },
    "clawback.method": {
        "re_tier": "pay computed anew on the corrected sum",
        "at_paid_rate": "the rate that the deal was paid at",
    },
    "basis": {
        "days": "calendar days",
        "working_days": "working days of the calendar",
        "whole_months": "months that count as a whole",
        "30_360": "months of 30 days",
    },
    "counted_if": {
        "first_day": "a month counts if its first day was worked",
        "day_15": "a month counts if its 15th was worked",
        "any_day": "a month counts if any of its days was worked",
    },
    "rate_on": {
        "plan_rate": "one rate for the whole plan",
        "transaction_date": "the rate of the day of the deal",
        "period_end": "the rate of the last day of the period",
        "payment_date": "the rate of the day of payment",
    },
    "round": {
        "transaction": "each converted amount is rounded to the minor unit",
        "payout": "only the payout is rounded",
    },
}
"""Choice to its options, each with one line."""

_ZH: Mapping[str, Mapping[str, str]] = {
    "method": {
        "flat": "全部按同一费率",
        "marginal": "超额累进：各档费率只用于落在该档的部分",
        "slab": "全额累进：达到哪一档，全部按该档费率",
        "from_threshold": "门槛以内按第一档，超出部分按达到的档",
        "interpolated_amount": "已过各档取整额，当前档按比例取部分",
        "bonus": "达到哪一档，取该档金额",
        "curve": "按达成率从曲线读取目标奖金的比例",
        "forward": "整单按成交前或成交后所在档的费率",
        "proportional_rate": "已过各档费率相加，当前档取部分，用于全部业绩",
        "lookup": "按其他指标的表查费率",
        "matrix": "按两个指标查目标奖金的比例",
        "mbo": "按各目标加权得分计目标奖金",
        "spiff": "窗口期内每单固定金额",
        "rank": "按名次给奖金",
        "override": "按下属的业绩或奖金计费率",
        "pool": "团队奖金池在成员间分配",
    },
    "accumulate": {
        "transaction": "每单从零开始，冲销从原单接续",
        "period": "每个付款期从零累计",
        "quarter": "按季度累计",
        "half": "按半年累计",
        "year": "按年累计",
        "plan": "按整个方案累计",
    },
    "edge": {
        "lower_inclusive": "界点归上一档：[起, 止)",
        "upper_inclusive": "界点归下一档：(起, 止]",
        "closed": "两档都含界点，先列出的优先",
    },
    "between": {"linear": "节点之间取直线", "step": "取前一个节点"},
    "matrix.between": {"node": "只在节点上有值", "step": "取前一个节点的格", "bilinear": "两个方向都取直线"},
    "crossing": {
        "old_rate": "整单按成交前的费率",
        "new_rate": "整单按成交后的费率",
        "split": "各部分按所在档，即 marginal",
    },
    "kind": {"carve_out": "切分：从原业绩中分出，合计不变", "overlay": "叠加：在原业绩之外另计，合计超过一倍"},
    "at": {"before_modifiers": "先封顶，再乘系数", "after_modifiers": "先乘系数，最后封顶"},
    "negative_period": {"carry": "结转到下一期", "deduct": "从本期应付中扣，余额记为欠款", "zero": "免除"},
    "parameters_at": {
        "transaction_date": "每单用当日的参数，整期的数用期初的参数",
        "period_start": "整期用期初的参数",
        "period_end": "整期用期末的参数，含较早的单",
    },
    "join": {"product": "系数相乘", "sum": "各系数与 1 的差相加"},
    "lookup.join": {"sum": "各表费率相加", "product": "各表费率相乘"},
    "meanwhile": {"pay": "先付，门槛未达再扣回", "hold": "期末之前不付"},
    "leavers": {"in": "任一天在队即全额参与", "prorated": "按在队天数", "out": "只有期末在队者参与"},
    "unclaimed": {"redistribute": "由其他成员分配", "return": "归公司"},
    "ties": {
        "share": "并列者平分所占名次的奖金",
        "same": "各得该名次奖金，后面名次空缺",
        "dense": "各得该名次奖金，下一名次紧接",
    },
    "hierarchy_at": {"transaction_date": "成交当日的上级", "period_end": "期末的上级"},
    "draw.kind": {
        "non_recoverable": "不追还：补足差额，不欠款",
        "recoverable": "可追还：补足差额并记为欠款，日后扣还",
        "advance": "期初预付，期末结算",
    },
    "repay_from": {
        "above_draw": "从超过预支的奖金中扣还",
        "all_earnings": "从全部奖金中扣还；达到预支额时实付会突然下降",
    },
    "guarantee_and_draw": {"larger": "取两者中较大者", "both": "先保底，不足部分再预支"},
    "clawback.method": {"re_tier": "按更正后的合计重新分档", "at_paid_rate": "按当初支付的费率"},
    "basis": {"days": "自然日", "working_days": "工作日", "whole_months": "整月", "30_360": "每月按 30 天"},
    "counted_if": {"first_day": "月初在岗才计整月", "day_15": "15 日在岗才计整月", "any_day": "当月任一天在岗即计整月"},
    "rate_on": {
        "plan_rate": "全方案同一汇率",
        "transaction_date": "成交日汇率",
        "period_end": "期末汇率",
        "payment_date": "付款日汇率",
    },
    "round": {"transaction": "每笔换算后取整到最小单位", "payout": "只在支付时取整"},
}

_MORE_ZH: Mapping[str, Mapping[str, str]] = {
    "rounding": {
        "half_up": "四舍五入",
        "half_away": "四舍五入（负数远离零）",
        "half_even": "四舍六入五成双",
        "down": "向下取整",
        "up": "向上取整",
    },
    "at_end": {"forgive": "免除", "due": "到期归还", "carry": "结转"},
    "on_leave": {"forgive": "免除", "due": "到期归还", "carry": "结转"},
    "status": {"draft": "草案", "shadow": "试行", "approved": "已批准", "retired": "停用"},
}
"""Words that are no choice of their own and stand beside choices."""

_MARGINAL = ("vendors mean each band's rate on its own part", "指各档只付本档部分")
_SLAB = ("vendors mean the rate of the band reached, on everything", "指达到哪一档全部按该档")
_VENDOR: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "cumulative": (
        (
            "some vendors mean that each band pays its own part, most mean that the band reached pays everything, "
            "some mean a running sum of the year"
        ),
        "有的厂商指各档只付本档部分，多数指达到哪一档全部按该档，还有的指全年累计",
        ("marginal", "slab"),
    ),
    "non_cumulative": (
        "vendors mean the opposite of cumulative, which has two opposite meanings itself",
        "指与 cumulative 相反，而 cumulative 本身就有两种相反的意思",
        ("slab", "marginal"),
    ),
    "retroactive": (*_SLAB, ("slab",)),
    "progressive": (*_MARGINAL, ("marginal",)),
    "graduated": (*_MARGINAL, ("marginal",)),
    "incremental": (*_MARGINAL, ("marginal",)),
    "tiered": (
        "vendors mean bands, without saying whether a band pays its part or everything",
        "指分档，但没有说明该档只付本档部分还是全部",
        ("marginal", "slab"),
    ),
    "volume": (*_SLAB, ("slab",)),
    "accelerator": ("vendors mean higher rates above quota", "指超过配额后费率更高", ("marginal", "from_threshold")),
    "contest": ("vendors mean prizes by place", "指按名次给奖", ("rank",)),
}
_SAME = {
    "noncumulative": "non_cumulative",
    "ytd": "cumulative",
    "ytd_cumulative": "cumulative",
    "累计": "cumulative",
    "累进": "cumulative",
    "累计制": "cumulative",
    "back_to_dollar_one": "retroactive",
    "back_to_first_dollar": "retroactive",
    "first_dollar": "retroactive",
    "dollar_one": "retroactive",
    "retro": "retroactive",
    "全额累进": "retroactive",
    "追溯": "retroactive",
    "超额累进": "progressive",
    "stepped": "graduated",
    "step": "tiered",
    "tier": "tiered",
    "tiers": "tiered",
    "tiered_rate": "tiered",
    "bands": "tiered",
    "分档": "tiered",
    "阶梯": "tiered",
    "bracket": "graduated",
    "brackets": "graduated",
    "accelerated": "accelerator",
    "accelerators": "accelerator",
    "加速器": "accelerator",
}


@attrs.frozen
class OptionsText:
    """The options of a choice as one text, in the language of the reader."""

    en: str
    zh: str

    def text(self, lang: str = "en") -> str:
        """The text in a language."""
        return say(lang, en=self.en, zh=self.zh)

    def __str__(self) -> str:
        return self.en


def options_text(choice: str, only: tuple[str, ...] = ()) -> OptionsText:
    """The options of a choice, each with its line, as one text for a finding.

    Parameters
    ----------
    choice : str
        A key of `OPTIONS`.
    only : tuple of str
        These alone, in this order; all if left out.
    """
    en, zh = OPTIONS[choice], _ZH[choice]
    names = only or tuple(en)
    return OptionsText(
        "; ".join(f"{name} ({en[name]})" for name in names), "；".join(f"{name}（{zh[name]}）" for name in names)
    )


def option_text(choice: str, option: str, lang: str) -> str:
    """An option for a reader: its name in English, its line in Chinese; itself where it has none."""
    if lang == "en":
        return option
    return _ZH.get(choice, {}).get(option) or _MORE_ZH.get(choice, {}).get(option, option)


def vendor_text(word: str) -> OptionsText | None:
    """What vendors mean by a word for a method, and what to write instead; None for a word that is not theirs."""
    key = word.strip().lower().replace("-", "_").replace(" ", "_")
    found = _VENDOR.get(_SAME.get(key, key))
    if found is None:
        return None
    en, zh, methods = found
    options = options_text("method", methods)
    return OptionsText(f"{options.en}. By “{word}” {en}", f"{options.zh}。“{word}”一词{zh}")
