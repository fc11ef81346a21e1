"""How the people and things of the demonstration are called, in English and in Chinese."""

from __future__ import annotations

from salesteam.core import say

__all__ = ["Names"]

Pair = tuple[str, str]

_NAMES = {
    "li": ("Li Lei", "李雷"),
    "he": ("He Jing", "何静"),
    "wu": ("Wu Hao", "吴昊"),
    "wang": ("Wang Fang", "王芳"),
    "ma": ("Ma Chao", "马超"),
    "zhao": ("Zhao Min", "赵敏"),
    "chen": ("Chen Chen", "陈晨"),
    "lin": ("Lin Xue", "林雪"),
    "sun": ("Sun Yue", "孙悦"),
    "zhou": ("Zhou Yuan", "周远"),
    "zheng": ("Zheng Kai", "郑凯"),
    "qian": ("Qian Lan", "钱岚"),
    "feng": ("Feng Tao", "冯涛"),
    "xu": ("Xu Qing", "许晴"),
    "gao": ("Gao Ning", "高宁"),
    "squad-1": ("Squad 1", "攻坚一组"),
    "squad-2": ("Squad 2", "攻坚二组"),
    "squad-3": ("Squad 3", "攻坚三组"),
    "sales": ("Sales", "销售部"),
    "presales": ("Presales", "售前支持"),
    "product": ("Product", "产品团队"),
    "after-sales": ("After-sales", "售后团队"),
    "marketing": ("Marketing", "市场部"),
    "sales-ops": ("Sales operations", "销售运营"),
    "research": ("research", "需求调研"),
    "proposal": ("proposal", "方案谈判"),
    "won": ("won", "合同签约"),
    "lost": ("lost", "丢单"),
    "platform": ("Data platform", "数据平台"),
    "standard": ("Standard edition", "标准版"),
    "service": ("Implementation", "实施服务"),
}
"""People, teams, stages and products by id."""

_FAMILIES = {"platform": ("platform", "平台"), "standard": ("software", "软件"), "service": ("service", "服务")}
"""The family of each product."""

_REGIONS = (("East", "华东"), ("South", "华南"), ("North", "华北"))
_FAR = ("Southwest", "西南")
"""A region that no rule of the desk for leads takes."""

_INDUSTRIES = (("manufacturing", "制造"), ("retail", "零售"), ("finance", "金融"), ("logistics", "物流"))
_REASONS = (("price", "价格"), ("late delivery", "交付延期"), ("need not met", "需求未满足"))
_RESPONSES = (
    ("cheaper, so we show service", "对手价低，主打服务"),
    ("late to market, so we show cases", "对手上线晚，主打案例"),
)
_TASKS = (
    ("help with a solution", "方案支持"),
    ("material asked for", "素材申请"),
    ("date of delivery", "交付排期"),
    ("changed need confirmed", "需求变更确认"),
)
_SOURCES = (("trade fair", "展会"), ("website", "官网"), ("referral", "转介绍"))


class Names:
    """The names in one language.

    Parameters
    ----------
    lang : {'en', 'zh'}
        Language.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.regions = self._all(_REGIONS)
        self.far = self._one(_FAR)
        self.industries = self._all(_INDUSTRIES)
        self.reasons = self._all(_REASONS)
        self.responses = self._all(_RESPONSES)
        self.tasks = self._all(_TASKS)
        self.sources = self._all(_SOURCES)

    def of(self, key: str) -> str:
        """The name of a person, team, stage or product."""
        return self._one(_NAMES[key])

    def family(self, product: str) -> str:
        """The family of a product."""
        return self._one(_FAMILIES[product])

    def numbered(self, en: str, zh: str, number: str) -> str:
        """A name that ends with a number."""
        return say(self.lang, en=f"{en} {number}", zh=f"{zh}{number}")

    def _one(self, pair: Pair) -> str:
        return say(self.lang, en=pair[0], zh=pair[1])

    def _all(self, pairs: tuple[Pair, ...]) -> tuple[str, ...]:
        return tuple(map(self._one, pairs))
