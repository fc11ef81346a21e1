"""What heat maps share: shares as coloured cells with their numbers in whole percent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from salesteam.core import percent_text
from salesteam.report._plot_style import INK, inline

__all__ = ["heat", "whole"]


def heat(
    alt: Any,
    cells: Iterable[Mapping[str, Any]],
    *,
    x: Any,
    y: Any,
    tooltip: list[Any],
    scale: Any,
    white: float,
    texts: bool = True,
) -> Any:
    """Cells coloured by their ``level``, grey where they have none, with their ``text``, white above a level."""
    base = alt.Chart(inline(alt, cells)).encode(x=x, y=y, tooltip=tooltip)
    empty = base.transform_filter("!isValid(datum.level)").mark_rect(stroke="white", strokeWidth=2, color="#e3e6e9")
    shade = base.transform_filter("isValid(datum.level)").mark_rect(stroke="white", strokeWidth=2)
    drawn = empty + shade.encode(color=alt.Color("level:Q", scale=scale, legend=None))
    if not texts:
        return drawn
    ink = alt.condition(f"datum.level > {white}", alt.value("white"), alt.value(INK))
    return drawn + base.mark_text(fontSize=11).encode(text="text:N", color=ink)


def whole(share: Fraction) -> str:
    """A share in whole percent, of which only what is full is 100% and only what is empty 0%."""
    text = percent_text(share, 0)
    if text == "100%" and share < 1:
        return "> 99%"
    return "< 1%" if text == "0%" and share > 0 else text
