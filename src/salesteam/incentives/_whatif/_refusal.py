"""Why a part of a plan cannot be simulated."""

from __future__ import annotations

from salesteam.core import Finding, Place, find
from salesteam.incentives._options import OptionsText

__all__ = ["AVERAGED", "CHANGES", "DEALS", "MEMBERS", "WAYS", "WHOLE", "refusal"]

DEALS = OptionsText(
    "it hangs on single deals, and a world has only the sum of each period", "它取决于单笔交易，而模拟中只有各期合计"
)
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
