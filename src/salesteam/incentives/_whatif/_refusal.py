"""Why a part of a plan cannot be simulated."""

from __future__ import annotations

from salesteam.core import Finding, Place, find
from salesteam.incentives._options import OptionsText

__all__ = [
    "AMOUNTS", "APART", "AVERAGED", "CHANGES", "CONDITIONS", "CUSTOMERS", "DEALS", "MEMBERS", "SUMMED", "WAYS", "WHOLE",
    "WINDOWS", "refusal",
]  # fmt: skip

DEALS = OptionsText(
    "it hangs on single deals, and an outlook without them has only the sum of each period: give the outlook of its "
    "measure deals, law and deal_spread",
    "它取决于单笔交易，而没有交易的预期只有各期合计：请在该指标的预期（Outlook）中写明 deals、law 与 deal_spread",
)
CONDITIONS = OptionsText(
    "an outlook is of a measure: write the condition into a measure of its own",
    "预期以指标为单位：请把条件写成单独的指标",
)
WINDOWS = OptionsText(
    "a world does not tell on which day of a period a deal falls", "模拟中不知道交易落在一期内的哪一天"
)
CUSTOMERS = OptionsText("a world does not tell whose customer a deal is", "模拟中不知道交易属于哪个客户")
AMOUNTS = OptionsText(
    "it looks at the whole amount of a deal, and the measure counts something else of it",
    "它看的是交易的全部金额，而该指标计入的是另一个数",
)
APART = OptionsText(
    "the deals of each measure and payee are drawn by themselves, and nobody knows which come first, or are the same",
    "各指标、各人的交易分别抽取，无从知道先后，也不知道哪些是同一笔",
)
SUMMED = OptionsText("the number of an outlook with deals is their sum", "带有交易的预期，其数值是各笔交易之和")
AVERAGED = OptionsText(
    "the numbers of several periods do not tell it without the deals behind them",
    "仅凭各期数值而没有背后的交易，无法得出",
)
CHANGES = OptionsText(
    "somebody changes within a pay period, and a world has only the sum of it",
    "有人在付薪期内变动，而模拟中只有整期合计",
)
MEMBERS = OptionsText("only the facts of a run tell who shares in it", "参与分配的成员只能由实际数据得知")
WAYS = OptionsText("there is no way yet to compute it for many scenarios at once", "尚不能对大量情景同时计算")

WHOLE = OptionsText("no band is left below it: lock the component itself", "其下再无档位：请直接锁定整个组成部分")


def refusal(at: str, what: str, why: OptionsText) -> Finding:
    """A finding that a part of a plan cannot be simulated.

    Parameters
    ----------
    at, what : str
        The part, and the key and value that are meant, as a plan file writes them.
    why : OptionsText
        The reason.
    """
    return find("incentives.not-simulated", Place(key=at), at=at, what=what, why=why)
