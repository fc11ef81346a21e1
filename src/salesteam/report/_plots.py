"""Draw the charts of a review: altair specifications, rendered to SVG without a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from salesteam.review import Chart

__all__ = ["spec", "svg"]

_WIDTH = 720
_FONT = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
_COLOURS = ("#2f6f9f", "#d98c3f", "#5a9c6e", "#9a6fb0", "#b8545e", "#7a8691")
_UP, _DOWN, _END = "#2e7d4f", "#b3453c", "#5b6b7a"


def svg(chart: Chart) -> str:
    """Draw a chart.

    Parameters
    ----------
    chart : salesteam.review.Chart
        What to draw.

    Returns
    -------
    str
        An SVG element without the title; text stays text, so that the reader's fonts show it.

    Examples
    --------
    >>> from salesteam.review import Bar
    >>> chart = Chart(kind="bars", title="Pay", unit="CNY", bars=(Bar(label="li", series="pay", value=1.0),))
    >>> svg(chart).startswith("<svg")
    True
    """
    import vl_convert

    bare = {key: value for key, value in spec(chart).items() if key != "title"}
    drawn: str = vl_convert.vegalite_to_svg(bare, allowed_base_urls=[])
    return drawn


def spec(chart: Chart) -> dict[str, Any]:
    """The Vega-Lite specification of a chart, for notebooks and other renderers.

    Parameters
    ----------
    chart : salesteam.review.Chart
        What to draw.

    Returns
    -------
    dict
        JSON values.

    Examples
    --------
    >>> from salesteam.review import Bar
    >>> chart = Chart(kind="bars", title="Pay", unit="CNY", bars=(Bar(label="li", series="pay", value=1.0),))
    >>> spec(chart)["title"]["text"]
    'Pay'
    """
    import altair as alt

    makers: dict[str, Callable[[Any, Chart], Any]] = {"bars": _bars, "stack": _stack, "bridge": _bridge}
    drawn = makers[chart.kind](alt, chart).properties(width=_WIDTH, title=alt.TitleParams(chart.title, anchor="start"))
    config = {"font": _FONT, "view": {"stroke": None}, "axis": {"labelLimit": 220, "grid": False}}
    step = {"bars": 14 * len({bar.series for bar in chart.bars}) + 6, "stack": 24, "bridge": 26}[chart.kind]
    height = step * len(dict.fromkeys(bar.label for bar in chart.bars))
    made: dict[str, Any] = drawn.properties(height=height).configure(**config).to_dict()
    return made


def _values(alt: Any, rows: list[dict[str, Any]]) -> Any:
    return alt.InlineData(values=rows)


def _rows(chart: Chart) -> list[dict[str, Any]]:
    return [{"label": bar.label, "series": bar.series, "value": bar.value} for bar in chart.bars]


def _colour(alt: Any, chart: Chart) -> Any:
    series = list(dict.fromkeys(bar.series for bar in chart.bars))
    scale = alt.Scale(domain=series, range=list(_COLOURS[: len(series)]))
    legend = alt.Legend(title=None, orient="top") if len(series) > 1 else None
    return alt.Color("series:N", scale=scale, legend=legend, sort=series)


def _bars(alt: Any, chart: Chart) -> Any:
    series = list(dict.fromkeys(bar.series for bar in chart.bars))
    return (
        alt.Chart(_values(alt, _rows(chart)))
        .mark_bar()
        .encode(
            y=alt.Y("label:N", sort=None, title=None, scale=alt.Scale(paddingInner=0.25)),
            yOffset=alt.YOffset("series:N", sort=series),
            x=alt.X("value:Q", title=chart.unit, axis=alt.Axis(format=",.0f", tickCount=6)),
            color=_colour(alt, chart),
        )
    )


def _stack(alt: Any, chart: Chart) -> Any:
    return (
        alt.Chart(_values(alt, _rows(chart)))
        .mark_bar()
        .encode(
            y=alt.Y("label:N", sort=None, title=None),
            x=alt.X("value:Q", title=chart.unit, stack=True, axis=alt.Axis(format=",.0f", tickCount=6)),
            color=_colour(alt, chart),
        )
    )


def _bridge(alt: Any, chart: Chart) -> Any:
    rows: list[dict[str, Any]] = []
    level = 0.0
    for place, bar in enumerate(chart.bars):
        end = place in {0, len(chart.bars) - 1}
        low, high = (0.0, bar.value) if end else (level, level + bar.value)
        colour = _END if end else (_UP if bar.value >= 0 else _DOWN)
        rows.append(
            {
                "label": bar.label,
                "low": low,
                "high": high,
                "text": f"{bar.value:{',.0f' if end else '+,.0f'}}",
                "colour": colour,
            }
        )
        level = high
    edges = [edge for row in rows for edge in (row["low"], row["high"])]
    low, high = min(edges), max(edges)
    scale = alt.Scale(domain=[low, high + 0.18 * (high - low)], nice=False)
    base = alt.Chart(_values(alt, rows)).encode(y=alt.Y("label:N", sort=None, title=None))
    bars = base.mark_bar().encode(
        x=alt.X("low:Q", title=chart.unit, scale=scale, axis=alt.Axis(format=",.0f", tickCount=6)),
        x2="high:Q",
        color=alt.Color("colour:N", scale=None),
    )
    texts = base.mark_text(align="left", dx=4).encode(
        x=alt.X("edge:Q", title=chart.unit, scale=scale), text=alt.Text("text:N")
    ).transform_calculate(edge="max(datum.low, datum.high)")  # fmt: skip
    return bars + texts
