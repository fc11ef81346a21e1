"""The words that the checks look for, per language, each with a better question; a house adds its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["BUILT_IN"]

BUILT_IN: Final[Mapping[tuple[str, str], tuple[tuple[str, tuple[str, ...]], ...]]] = {
    ("blame", "en"): (
        (
            "What would have caught anyone in that place?",
            (
                "blame",
                "blames",
                "blamed",
                "fault of",
                "at fault",
                "their fault",
                "his fault",
                "her fault",
                "guilty",
                "culprit",
                "lazy",
                "laziness",
                "stupid",
                "idiot",
                "incompetent",
                "incompetence",
                "irresponsible",
                "unprofessional",
                "sloppy",
                "careless",
                "carelessness",
                "carelessly",
                "negligent",
                "negligence",
                "didn't bother",
                "did not bother",
                "didn't care",
                "did not care",
                "should have known",
                "useless",
            ),
        ),
        (
            "What made the other way look right to them that day?",
            (
                "disobeyed",
                "refused to",
                "deliberately",
                "bad attitude",
                "poor attitude",
                "unmotivated",
                "selfish",
                "dishonest",
            ),
        ),
    ),
    ("blame", "zh"): (
        (
            "换了别人，什么能接住这个失误？",
            (
                "怪罪",
                "都怪",
                "怪他",
                "怪她",
                "的错",
                "过错方",
                "罪魁祸首",
                "懒惰",
                "偷懒",
                "愚蠢",
                "无能",
                "不负责任",
                "没有责任心",
                "责任心不强",
                "不专业",
                "粗心",
                "马虎",
                "失职",
                "渎职",
                "不上心",
                "懒得",
                "甩锅",
                "低级错误",
            ),
        ),
        (
            "当时为什么觉得那样做是对的？",
            ("故意", "态度差", "态度不端正", "态度问题", "推诿", "不服从", "自私", "阳奉阴违"),
        ),
    ),
    ("vague", "en"): (
        (
            "How much, against which standard?",
            (
                "poor",
                "poorly",
                "bad",
                "badly",
                "inadequate",
                "inadequately",
                "insufficient",
                "insufficiently",
                "not sufficient",
                "not sufficiently",
                "not enough",
                "unsatisfactory",
                "careless",
                "improper",
                "improperly",
                "inappropriate",
                "weak",
                "suboptimal",
                "too little",
                "too few",
                "too late",
                "too slow",
            ),
        ),
    ),
    ("vague", "zh"): (
        (
            "差多少？以什么标准衡量？",
            (
                "不到位",
                "不认真",
                "不足",
                "不够",
                "不完善",
                "不合理",
                "不规范",
                "不及时",
                "不充分",
                "不理想",
                "不佳",
                "较差",
                "太差",
                "薄弱",
                "欠缺",
            ),
        ),
    ),
    ("lack", "en"): (
        (
            "What happens because it is missing?",
            (
                "lack of",
                "lacks",
                "lacked",
                "lacking",
                "absence of",
                "missing",
                "no mandatory",
                "there is no",
                "there was no",
            ),
        ),
    ),
    ("lack", "zh"): (
        ("正因为没有它，发生了什么？", ("缺乏", "缺少", "缺失", "没有建立", "没有制定", "尚无", "未建立", "未设置")),
    ),
    ("joined", "en"): (
        (
            "Which of the two facts is meant? Split them.",
            ("because", "therefore", "as well as", "and also", "which led to", "resulting in", "due to", ";"),
        ),
    ),
    ("joined", "zh"): (
        ("说的是哪一件事？请拆开。", ("因为", "因此", "所以", "导致", "造成", "并且", "而且", "以及", "；")),
    ),
    ("person", "en"): (
        (
            "What let that person do it?",
            (
                "human error",
                "human failure",
                "forgot",
                "forgotten",
                "forgetful",
                "misunderstood",
                "overlooked",
                "made a mistake",
                "personal reasons",
            ),
        ),
    ),
    ("person", "zh"): (
        (
            "是什么让这个人会这样做？",
            ("人为失误", "人为错误", "人为疏忽", "忘记", "忘了", "疏忽", "个人原因", "看漏", "记错"),
        ),
    ),
    ("outside", "en"): (
        (
            "Which part of it is ours?",
            (
                "market conditions",
                "market downturn",
                "bad luck",
                "luck",
                "coincidence",
                "the economy",
                "force majeure",
                "the weather",
                "competitors",
                "customer's fault",
                "nobody controls",
            ),
        ),
    ),
    ("outside", "zh"): (
        (
            "其中哪一部分是我们能做的？",
            (
                "市场环境",
                "市场行情",
                "大环境",
                "运气",
                "巧合",
                "不可抗力",
                "天气",
                "竞争对手",
                "无人可控",
                "客户的问题",
            ),
        ),
    ),
    ("blank", "en"): (
        ("What raised the chance of what?", ("tbd", "n/a", "unknown", "to be determined", "???", "somehow")),
    ),
    ("blank", "zh"): (("什么提高了什么的可能性？", ("待定", "待补充", "不明", "不详", "未知原因", "？？")),),
}
"""Kind of word and language, then better question and its words.

Kinds: blame (WHY040), vague (WHY012), lack (WHY016), joined (WHY001), person (WHY021), outside (WHY022) and
blank (WHY011).
"""
