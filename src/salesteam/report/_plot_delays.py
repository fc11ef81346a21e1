"""The picture of timeliness: how long it took until what happened was written down, by each clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from itertools import product
from typing import Any

import attrs

from salesteam.core import say
from salesteam.crm import DelayRow, Timeliness
from salesteam.errors import InvalidValueError
from salesteam.report._plot import Plot
from salesteam.report._plot_style import ACCENT, DOWN, INK, MUTED, finished, halo, inline

__all__ = ["delays"]

_CLOCKS = {
    "elapsed": ("Elapsed hours", "自然时间"),
    "business_hours": ("Business hours", "工作时间"),
    "next_business_day": ("Until the end of the next workday", "次一工作日内"),
}
_STATES = {
    "on time": ("On time", "及时", ACCENT),
    "pending": ("Not yet due", "未到期", MUTED),
    "breached": ("Breached", "逾期", DOWN),
}
_TITLES = {
    "activity": ("{late} of {of} activities were written down late", "{of} 条活动中 {late} 条录入逾期"),
    "evidence": ("{late} of {of} contacts in the log were written down late", "{of} 次外部接触中 {late} 次录入逾期"),
    "staleness": ("{late} of {of} open deals lie untouched too long", "{of} 个未结商机中 {late} 个久未更新"),
}
_PARTS, _BINS, _ROOM = (12, 8, 6, 4, 3, 2, 1), 36, 48
"""Into how many bars the time up to the limit may be cut, how many bars hold nearly all, and how many all."""


@attrs.frozen
class _Axis:
    """Bars of one width, of which none crosses the limit; what is longer than all of them is one bar apart."""

    limit: Fraction
    width: Fraction
    count: int
    beyond: bool

    def place(self, hours: Fraction) -> int:
        """Which bar; exactly its right edge is still in it, as exactly the limit is on time."""
        return min(max(-(-hours // self.width) - 1, 0), self.count)

    def edges(self, place: int) -> tuple[Fraction, Fraction]:
        """From where to where a bar is drawn."""
        shift = Fraction(place == self.count, 2)
        return (place + shift) * self.width, (place + 1 + shift) * self.width

    @property
    def end(self) -> Fraction:
        """Where the bars end, but for the one apart."""
        return self.count * self.width

    @property
    def ticks(self) -> list[float]:
        """Halves of the limit, as many as leave room for the words."""
        step = self.limit / 2 * -(-self.end // (self.limit * 5))
        return [float(step * place) for place in range(int(self.end / step) + 1)]


def delays(found: Timeliness, *, lang: str = "en") -> Plot:
    """How long it took until what happened was written down, with the limit, by each clock.

    Parameters
    ----------
    found : salesteam.crm.Timeliness
        What `timeliness` gave.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Plot
        One panel a clock, the one that was chosen first; where the clock is the next workday, no number of hours is the
        limit.

    Raises
    ------
    InvalidValueError
        If no delay was measured.

    Examples
    --------
    >>> from salesteam import review
    >>> delays(review.demo().quality.timeliness[0]).title
    '37 of 162 activities were written down late'
    """
    import altair as alt

    by_clock = {found.clock: found.rows, **found.by_clock}
    measured = [row.hours for rows in by_clock.values() for row in rows if row.hours is not None]
    if not measured:
        fix = "measure a time in which something happened"
        raise InvalidValueError("no delay was measured", where="delays", fix=fix)
    axis = _axis(found.limit, measured)
    bars = {clock: _bars(rows, axis, lang) for clock, rows in by_clock.items()}
    there = {bar["state"] for each in bars.values() for bar in each}
    named = [(say(lang, en=en, zh=zh), colour) for en, zh, colour in _STATES.values()]
    states = [(name, colour) for name, colour in named if name in there]
    panels = [
        _panel(alt, clock, by_clock[clock], rows, (axis, states), lang=lang, last=place == len(bars))
        for place, (clock, rows) in enumerate(bars.items(), start=1)
    ]
    en, zh = _TITLES[found.basis]
    title = say(lang, en=en, zh=zh).format(late=f"{found.count('breached'):,}", of=f"{len(found.rows):,}")
    clock = say(lang, en=_CLOCKS[found.clock][0].lower(), zh=_CLOCKS[found.clock][1])
    told = say(lang, en=f"By the clock that was chosen: {clock}", zh=f"所选口径：{clock}")
    ahead = found.count("invalid")
    if ahead:
        told += say(lang, en=f"; {ahead} dated ahead are not shown", zh=f"；另有 {ahead} 条日期在未来，未列出")
    return finished(alt, alt.vconcat(*panels, spacing=14), title, subtitle=told)


def _axis(limit: timedelta, measured: list[Fraction]) -> _Axis:
    hours = Fraction(limit // timedelta(microseconds=1), 3_600_000_000)
    ordered = sorted(measured)
    most, usual = ordered[-1], ordered[int(0.95 * (len(ordered) - 1))]
    if hours <= 0:
        width = most / 24 or Fraction(1)
        return _Axis(Fraction(0), width, 24, beyond=False)
    width = next((hours / part for part in _PARTS if usual <= _BINS * hours / part), hours)
    needed = max(-(-most // width), -(-hours * 3 // (2 * width)))
    return _Axis(hours, width, needed if needed <= _ROOM else _BINS, beyond=needed > _ROOM)


def _bars(rows: Iterable[DelayRow], axis: _Axis, lang: str) -> list[dict[str, Any]]:
    counts = Counter((axis.place(row.hours), row.state) for row in rows if row.hours is not None)
    made: list[dict[str, Any]] = []
    below: Counter[int] = Counter()
    for place, (state, (en, zh, _)) in product(range(axis.count + 1), _STATES.items()):
        count = counts[place, state]
        if count:
            low, high = axis.edges(place)
            beyond = place == axis.count
            made.append(
                {
                    "low": float(low),
                    "high": float(high),
                    "base": below[place],
                    "top": below[place] + count,
                    "count": count,
                    "state": say(lang, en=en, zh=zh),
                    "span": f"> {_hours(axis.end)}" if beyond else f"{_hours(low)}–{_hours(high)}",
                }
            )
            below[place] += count
    return made


def _hours(value: Fraction) -> str:
    return f"{float(value):,.4g}"


def _panel(
    alt: Any,
    clock: str,
    rows: Iterable[DelayRow],
    bars: list[dict[str, Any]],
    frame: tuple[_Axis, list[tuple[str, str]]],
    *,
    lang: str,
    last: bool,
) -> Any:
    axis, states = frame
    top = max((bar["top"] for bar in bars), default=1)
    late = sum(1 for row in rows if row.state == "breached")
    head = say(lang, en=f"{_CLOCKS[clock][0]}: {late:,} breached", zh=f"{_CLOCKS[clock][1]}：逾期 {late:,}")
    end = axis.edges(axis.count)[1] if axis.beyond else axis.end
    hours = say(lang, en="Delay in hours", zh="延迟（小时）")
    count = say(lang, en="Count", zh="数量")
    x = alt.X(
        "low:Q",
        title=hours if last else None,
        scale=alt.Scale(domain=[0, float(end)], nice=False),
        axis=alt.Axis(values=axis.ticks if axis.limit else alt.Undefined, format=",~f", tickCount=6, grid=False),
    )
    scale = alt.Scale(domain=[0, 1.25 * top], nice=False)
    y = alt.Y("top:Q", title=count, scale=scale, axis=alt.Axis(format=",d", tickCount=min(top, 4)))
    drawn = (
        alt.Chart(inline(alt, bars))
        .mark_bar(x2Offset=-1)
        .encode(
            x=x,
            x2="high:Q",
            y=y,
            y2="base:Q",
            color=alt.Color(
                "state:N",
                scale=alt.Scale(domain=[name for name, _ in states], range=[colour for _, colour in states]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=[
                alt.Tooltip("span:N", title=hours),
                alt.Tooltip("state:N", title=say(lang, en="State", zh="状态")),
                alt.Tooltip("count:Q", title=count),
            ],
        )
    )
    layers = [drawn]
    if clock != "next_business_day":
        text = say(lang, en=f"limit {_hours(axis.limit)} h", zh=f"时限 {_hours(axis.limit)} 小时")
        at = alt.Chart(inline(alt, [{"low": float(axis.limit), "top": 1.14 * top, "text": text}]))
        layers.append(at.mark_rule(color=INK, strokeDash=[6, 3], strokeWidth=1.5).encode(x=x))
        layers += halo(at.encode(x=x, y=y, text="text:N"), align="left", dx=6, color=INK)
    far = [bar for bar in bars if bar["low"] > axis.end]
    if far:
        low, high = axis.edges(axis.count)
        text = f"> {_hours(axis.end)} h"
        at = alt.Chart(inline(alt, [{"low": float((low + high) / 2), "top": far[-1]["top"], "text": text}]))
        layers += halo(at.encode(x=x, y=y, text="text:N"), align="right", dx=8, dy=-8, color=INK)
    heads = alt.TitleParams(head, anchor="start", fontSize=12, fontWeight="normal", offset=4)
    return alt.layer(*layers).properties(width=560, height=110, title=heads)
