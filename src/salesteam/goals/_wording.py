"""The words of a goal: vague ones, and percents that do not say of what."""

from __future__ import annotations

import re

__all__ = ["is_bare_percent", "vague_words"]

_VAGUE = (
    "尽量",
    "尽可能",
    "努力",
    "争取",
    "大幅",
    "显著",
    "适当",
    "加强",
    "进一步",
    "更好",
    "as much as possible",
    "try to",
    "significantly",
    "better",
    "as soon as possible",
    "improve somewhat",
)
_MORE = re.compile(
    r"增加|提升|提高|扩大|改善|优化|降低|减少|缩短|\b(?:increase|improve|grow|reduce|boost|optimi[sz]e)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d|[一二两三四五六七八九十百千万亿]\s*[个家单元万亿%天月件人]|[百千万亿]级")
_PERCENT = re.compile(r"[+-]?\d+(?:\.\d+)?\s*[%％]")
_CHANGE = re.compile(
    r"(?:增加|提升|提高|增长|上升|降低|减少|下降|缩短|\b(?:increase|improve|grow|reduce|raise|cut|up|down|by)\w*)"
    r"[^%％到至为]{0,24}?"
    r"[+-]?\d+(?:\.\d+)?\s*[%％]|[+][0-9.]+\s*[%％]",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"百分点|个点|相对|同比|环比|\bpp\b|percentage points?|\brelative\b|\bof (?:the )?baseline\b|\b(?:from|to) \d",
    re.IGNORECASE,
)


def vague_words(title: str, *, measured: bool) -> tuple[str, ...]:
    """The words of a title that say nothing.

    Parameters
    ----------
    title : str
        Of a goal.
    measured : bool
        Whether a figure stands beside it, so that a verb of change alone is not vague.

    Returns
    -------
    tuple of str
        Vague words; without any figure also a bare verb of change, as in 「增加销售额」.
    """
    lower = title.casefold()
    found = [word for word in _VAGUE if word in lower]
    verb = _MORE.search(title)
    if verb and not measured and not _FIGURE.search(title):
        found.append(verb[0])
    return tuple(found)


def is_bare_percent(title: str) -> bool:
    """Whether a title speaks of a change in percent without saying percent or points.

    Parameters
    ----------
    title : str
        Of a goal.

    Returns
    -------
    bool
        True for 「提升15%」; False for 「提升到15%」 and 「提升15个百分点」.
    """
    return bool(_PERCENT.search(title) and _CHANGE.search(title) and not _SAID.search(title))
