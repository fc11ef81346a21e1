"""What all pictures of pay share: colours, fonts, axes in money and percent, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from salesteam.core import Money, round_half_up, say
from salesteam.report._plot import Plot

__all__ = [
    "ACCENT",
    "COLOURS",
    "DOWN",
    "END",
    "INK",
    "MUTED",
    "UP",
    "WARN",
    "finished",
    "halo",
    "inline",
    "money",
    "money_axis",
    "percent_axis",
    "signed",
    "unit_title",
]

COLOURS = ("#2f6f9f", "#d98c3f", "#5a9c6e", "#9a6fb0", "#b8545e", "#7a8691")
ACCENT, UP, DOWN, WARN, END, MUTED = "#2f6f9f", "#2e7d4f", "#b3453c", "#d98c3f", "#5b6b7a", "#9aa5b1"
INK = "#1f2a33"
_FONT = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
_FIRST_DIGIT = re.compile(r"(?=\d)")
_MONEY = {
    "en": (
        "abs(datum.value) >= 1e9 ? format(datum.value / 1e9, ',.4~f') + 'bn' : "
        "abs(datum.value) >= 1e6 ? format(datum.value / 1e6, ',.4~f') + 'm' : "
        "abs(datum.value) >= 1e4 ? format(datum.value / 1e3, ',.4~f') + 'k' : format(datum.value, ',.2~f')"
    ),
    "zh": (
        "abs(datum.value) >= 1e8 ? format(datum.value / 1e8, ',.4~f') + '亿' : "
        "abs(datum.value) >= 1e4 ? format(datum.value / 1e4, ',.4~f') + '万' : format(datum.value, ',.2~f')"
    ),
}


def halo(base: Any, **marks: Any) -> tuple[Any, Any]:
    """A text and, beneath it, the same in thick white, so that lines do not cross it."""
    text = {"fontSize": 11, **marks}
    return base.mark_text(**{**text, "color": "white"}, stroke="white", strokeWidth=4), base.mark_text(**text)


def inline(alt: Any, rows: Iterable[Mapping[str, Any]]) -> Any:
    """Rows that stand in the specification itself."""
    return alt.InlineData(values=list(rows))


def money_axis(alt: Any, lang: str, *, ticks: int = 6, grid: bool = True) -> Any:
    """An axis in money: thousands and millions, or 万 and 亿."""
    return alt.Axis(labelExpr=_MONEY[lang], tickCount=ticks, grid=grid, labelOverlap=True)


def percent_axis(alt: Any, *, ticks: int = 6, grid: bool = True) -> Any:
    """An axis in percent."""
    return alt.Axis(format=".0%", tickCount=ticks, grid=grid, labelOverlap=True)


def money(amount: float | Fraction, currency: str, lang: str) -> str:
    """Money in major units for a reader, without the minor unit."""
    unit = Money.of(1, currency).minor
    return Money(round_half_up(Fraction(amount) * unit), currency).text(lang, digits=0)


def signed(amount: float | Fraction, currency: str, lang: str) -> str:
    """Money with its sign."""
    text = money(amount, currency, lang)
    return _FIRST_DIGIT.sub("+", text, count=1) if amount > 0 else text


def finished(alt: Any, chart: Any, title: str, *, subtitle: str | list[str] = "") -> Plot:
    """The chart with its title and the style of the house."""
    heads = alt.TitleParams(title, anchor="start", fontSize=14, subtitle=subtitle or alt.Undefined, offset=12)
    made = (
        chart.properties(title=heads, padding={"left": 8, "right": 24, "top": 8, "bottom": 8})
        .configure(font=_FONT, background="white")
        .configure_view(stroke=None)
        .configure_axis(
            labelLimit=220, gridColor="#e6e9ed", domainColor="#8a949e", tickColor="#8a949e", labelColor="#333d47",
            titleColor="#333d47", titleFontWeight="normal", labelFontSize=11, titleFontSize=11,
        )
        .configure_legend(labelFontSize=11, titleFontSize=11, labelLimit=260)
        .configure_title(subtitleColor="#5b6b7a", subtitleFontSize=11)
    )  # fmt: skip
    return Plot(title=title, spec=made.to_dict())


def unit_title(currency: str, lang: str, *, en: str, zh: str) -> str:
    """The title of an axis in money."""
    return say(lang, en=f"{en} ({currency})", zh=f"{zh}（{currency}）")
