"""The picture of what a component pays: the payout curve with its marginal rate, cliffs marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import number_text, percent_text, say
from salesteam.incentives import Curve, Piece, Plan, curve
from salesteam.report._plot import Plot
from salesteam.report._plot_style import (
    ACCENT,
    DOWN,
    END,
    finished,
    halo,
    inline,
    money,
    money_axis,
    percent_axis,
    signed,
    unit_title,
)

__all__ = ["payout_curve"]

_BENDS = 24
"""Points on a piece that is not straight."""


@attrs.frozen(kw_only=True)
class _Units:
    """How a curve is shown: what x and pay are multiplied by, and whether they are shares."""

    x: Fraction
    pay: Fraction
    x_share: bool
    pay_share: bool
    of: str
    measure: str
    unit: str
    currency: str
    lang: str

    @classmethod
    def of_curve(
        cls, found: Curve, about: tuple[str, str, str], quota: Fraction | None, target: Fraction | None, lang: str
    ) -> _Units:
        """Amounts where the quota or target is known, else shares of them; `about` is measure, its unit, currency."""
        measure, unit, currency = about
        x_share = (found.x == "quota" and quota is None) or unit == "share"
        pays = {
            "one": Fraction(1),
            "quota": quota,
            "target": target,
            "base": target,
            "target/quota": None if quota is None or target is None else target / quota,
        }[found.pays]
        if found.pays == "target/quota" and found.x == "value" and target is not None and quota is None:
            pays = None
        return cls(
            x=Fraction(1) if (x_share and quota is None) or found.x == "value" else quota or Fraction(1),
            pay=pays or Fraction(1),
            x_share=x_share,
            pay_share=pays is None,
            of=found.pays,
            measure=measure,
            unit=unit,
            currency=currency,
            lang=lang,
        )

    def x_text(self, x: Fraction) -> str:
        if self.x_share:
            return percent_text(x, 1)
        return money(x, self.currency, self.lang) if self.unit == "money" else number_text(x)

    def pay_text(self, pay: Fraction) -> str:
        return percent_text(pay, 2) if self.pay_share else money(pay, self.currency, self.lang)

    def step_text(self, step: Fraction) -> str:
        plus = "+" if step > 0 else ""
        return plus + percent_text(step, 2) if self.pay_share else signed(step, self.currency, self.lang)

    @property
    def rate_share(self) -> bool:
        """Whether the slope is a rate in percent, rather than a multiple."""
        return self.unit == "money" and self.x_share == self.pay_share and not self.x_share

    @property
    def money_each(self) -> bool:
        """Whether the slope is money for each one more, as of a count."""
        return self.unit == "count" and not self.x_share and not self.pay_share


def payout_curve(
    plan: Plan,
    component: str,
    *,
    on: date | None = None,
    upto: Fraction | int | str | None = None,
    quota: Fraction | int | None = None,
    target: Fraction | int | None = None,
    lang: str = "en",
) -> Plot:
    """What a component pays as a function of what is achieved, and below it what one more unit pays; cliffs are marked.

    Parameters
    ----------
    plan : salesteam.incentives.Plan
        Any plan.
    component : str
        Name of a component that has a curve.
    on : date, optional
        Day the numbers are for.
    upto : number or str, optional
        Where the picture ends: money, or attainment such as ``"150%"``; a little after the last bend if left out.
    quota, target : number, optional
        In units of the measure, and in major units of money; with them shares of quota and target are shown as
        amounts. The component's own target is taken if none is given.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Plot
        Two panels on one axis; a jump has its height beside it, and a gap that nobody owns is left open.

    Raises
    ------
    NotFoundError
        If the plan has no such component.
    InvalidValueError
        If the component has no curve.

    Examples
    --------
    >>> from salesteam.incentives import scheme
    >>> payout_curve(scheme("team_coefficient"), "commission").title
    'What commission pays'
    """
    import altair as alt

    from salesteam.core import rational

    found = curve(plan, component, on=on)
    known = [None if x is None else Fraction(x) for x in (quota, target)]
    paid = plan.components[component]
    if known[1] is None and paid.target is not None:
        own = paid.target
        known[1] = own if isinstance(own, Fraction) else plan.parameters[own.name].on(on)
    measure = paid.measure or ""
    unit = plan.measures[measure].unit if measure in plan.measures else "money"
    units = _Units.of_curve(found, (measure, unit, plan.currency), known[0], known[1], lang)
    end = rational(upto, where="upto") if upto is not None else _end(found)
    low = Fraction(0)
    lines, slopes = list(_lines(found, low, end, units)), list(_slopes(found, low, end, units))
    cliffs = list(_cliffs(found, end, units))
    x_title = _x_title(units)
    x_axis = percent_axis(alt) if units.x_share else money_axis(alt, lang)
    if unit == "count" and not units.x_share:
        x_axis = alt.Axis(format=",.2~f", tickCount=6, grid=True, labelOverlap=True)
    scale = alt.Scale(domain=[float(low), float(end * units.x)], nice=False)
    x = alt.X("x:Q", title=None, scale=scale, axis=x_axis)
    scaled = alt.Scale(domain=_room(line["pay"] for line in lines), nice=False)
    y_axis = percent_axis(alt, ticks=5) if units.pay_share else money_axis(alt, lang, ticks=5)
    base = alt.Chart(inline(alt, lines)).mark_line(color=ACCENT, strokeWidth=2.5)
    pay = base.encode(
        x=x,
        y=alt.Y("pay:Q", title=_pay_title(units), axis=y_axis, scale=scaled),
        detail="piece:N",
        tooltip=[alt.Tooltip("x_text:N", title=x_title), alt.Tooltip("pay_text:N", title=_pay_title(units))],
    )
    zoom = alt.selection_interval(bind="scales", encodings=["x"])
    top = alt.layer(pay.add_params(zoom), *(_marks(alt, cliffs, x, _pay_title(units), lang) if cliffs else ()))
    rate_axis = alt.Axis(format=".2~%" if units.rate_share else ",.2~f", tickCount=4)
    rate_scale = alt.Scale(domain=_room(slope["rate"] for slope in slopes), nice=False)
    rates = (
        alt.Chart(inline(alt, slopes))
        .mark_line(color=END, strokeWidth=2)
        .encode(
            x=alt.X("x:Q", title=x_title, scale=scale, axis=x_axis),
            y=alt.Y("rate:Q", title=_rate_title(units), axis=rate_axis, scale=rate_scale),
            detail="piece:N",
            tooltip=[alt.Tooltip("rate_text:N", title=_rate_title(units))],
        )
    )
    both = alt.vconcat(
        top.properties(width=560, height=250), rates.properties(width=560, height=110), spacing=14
    ).resolve_scale(x="shared")
    title = say(lang, en=f"What {component} pays", zh=f"{component} 的兑付曲线")
    return finished(alt, both, title, subtitle=plan.components[component].told(lang))


def _room(values: Iterable[float]) -> list[float]:
    """From the least value, or zero, to a little above the greatest, so that the frame cuts no line."""
    edges = [0.0, *values]
    return [min(edges), max(edges) + 0.06 * (max(edges) - min(edges) or 1.0)]


def _end(found: Curve) -> Fraction:
    knots = [knot.at for knot in found.knots if knot.at > 0]
    if knots:
        return max(knots) * Fraction(13, 10)
    return Fraction(3, 2) if found.x == "quota" else Fraction(1_000_000)


def _x_title(units: _Units) -> str:
    if units.x_share:
        return say(units.lang, en="Share of quota", zh="达成率")
    en, zh = "Achieved", "业绩"
    return unit_title(units.currency if units.unit == "money" else units.measure, units.lang, en=en, zh=zh)


def _pay_title(units: _Units) -> str:
    if not units.pay_share:
        return unit_title(units.currency, units.lang, en="Pay", zh="奖金")
    words = {
        "quota": ("Pay as a share of quota", "奖金（占配额）"),
        "target": ("Pay as a share of target", "奖金（占目标奖金）"),
        "base": ("Pay as a share of base", "奖金（占底薪）"),
        "target/quota": ("Pay by target rate", "奖金（按目标费率）"),
    }
    en, zh = words[units.of]
    return say(units.lang, en=en, zh=zh)


def _rate_title(units: _Units) -> str:
    if units.rate_share:
        return say(units.lang, en="One more unit pays", zh="边际费率")
    if units.money_each:
        return unit_title(units.currency, units.lang, en="One more pays", zh="每多一个")
    if not units.x_share and units.pay_share:
        return say(units.lang, en="Share per one more", zh="每多一个的比例")
    if units.x_share and not units.pay_share:
        return unit_title(units.currency, units.lang, en="Per 100% more", zh="每多 100%")
    return say(units.lang, en="% pay per % more", zh="边际倍数")


def _spans(found: Curve, low: Fraction, end: Fraction) -> Iterator[tuple[int, Piece, Fraction, Fraction]]:
    """The pieces with where they begin and end in the picture."""
    for index, piece in enumerate(found.pieces):
        after = found.pieces[index + 1].start if index + 1 < len(found.pieces) else None
        start = max(piece.start if piece.start is not None else low, low)
        stop = end if after is None else min(after, end)
        if start < stop and not piece.gap:
            yield index, piece, start, stop


def _lines(found: Curve, low: Fraction, end: Fraction, units: _Units) -> Iterator[dict[str, Any]]:
    for index, piece, start, stop in _spans(found, low, end):
        count = _BENDS if piece.square else 1
        for place in range(count + 1):
            at = start + (stop - start) * place / count
            x, pay = at * units.x, piece.at(at) * units.pay
            yield {
                "x": float(x),
                "pay": float(pay),
                "piece": index,
                "x_text": units.x_text(x),
                "pay_text": units.pay_text(pay),
            }


def _slopes(found: Curve, low: Fraction, end: Fraction, units: _Units) -> Iterator[dict[str, Any]]:
    for index, piece, start, stop in _spans(found, low, end):
        for at in (start, stop):
            slope = (piece.slope + 2 * piece.square * at) * units.pay / units.x
            text = percent_text(slope, 2) if units.rate_share else f"{float(slope):.2f}"
            yield {"x": float(at * units.x), "rate": float(slope), "piece": index, "rate_text": text}


def _cliffs(found: Curve, end: Fraction, units: _Units) -> Iterator[dict[str, Any]]:
    for knot in found.knots:
        if knot.jumps and 0 <= knot.at <= end:
            left, right, value = knot.left * units.pay, knot.right * units.pay, knot.value * units.pay
            step = right - left
            text = units.step_text(step)
            yield {
                "x": float(knot.at * units.x),
                "pay": float(left),
                "high": float(right),
                "value": float(value),
                "text": text,
                "middle": float((left + right) / 2),
                "x_text": units.x_text(knot.at * units.x),
            }


def _marks(alt: Any, cliffs: list[dict[str, Any]], x: Any, title: str, lang: str) -> list[Any]:
    """Jumps: a dashed rise, an open point where it leaves, a filled one whose value holds, its height beside it."""
    base = alt.Chart(inline(alt, cliffs))
    cliff = say(lang, en="Cliff", zh="跳变")
    tooltip = [alt.Tooltip("x_text:N", title=say(lang, en="At", zh="位置")), alt.Tooltip("text:N", title=cliff)]
    rise = base.mark_rule(color=DOWN, strokeDash=[4, 3], strokeWidth=1.5).encode(
        x=x, y=alt.Y("pay:Q", title=title), y2="high:Q", tooltip=tooltip
    )
    ends = [
        base.mark_point(color=DOWN, filled=True, fill="white", stroke=DOWN, size=36, opacity=1).encode(
            x=x, y=alt.Y(f"{side}:Q", title=title)
        )
        for side in ("pay", "high")
    ]
    holds = base.mark_point(color=DOWN, filled=True, size=40, opacity=1).encode(
        x=x, y=alt.Y("value:Q", title=title), tooltip=tooltip
    )
    words = halo(
        base.encode(x=x, y=alt.Y("middle:Q", title=title), text="text:N"),
        align="right",
        dx=-7,
        color=DOWN,
        fontWeight="bold",
    )
    return [rise, *ends, holds, *words]
