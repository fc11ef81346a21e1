"""The picture of a simulation: cost against budget."""

from __future__ import annotations

from typing import Any

from salesteam.core import say
from salesteam.incentives import Simulation
from salesteam.report._plot import Plot
from salesteam.report._plot_style import ACCENT, DOWN, END, finished, halo, inline, money, money_axis, unit_title

__all__ = ["cost_against_budget"]

_BINS = 48


def cost_against_budget(simulation: Simulation, *, lang: str = "en") -> Plot:
    """How often a plan costs how much, with its mean, the range of nine in ten, and the budget.

    Parameters
    ----------
    simulation : Simulation
        What `simulate` gave.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Plot
        Bars beyond the budget are red.

    Examples
    --------
    >>> from salesteam.incentives import Outlook, World, scheme, simulate
    >>> outlook = Outlook(measure="bookings", mean=1000, spread="30%")
    >>> world = World(payees=("ana",), periods=("2026-01",), outlooks=(outlook,))
    >>> plot = cost_against_budget(simulate(scheme("assist_split"), world, scenarios=200, seed=1, budget=60))
    >>> plot.title.startswith("Cost exceeds the budget in ")
    True
    """
    import altair as alt

    costs = simulation.to_frame("costs", like=[])
    values = sorted(row["cost"] for row in costs)
    bins = _bins(values, simulation)
    figures, currency = simulation.figures, simulation.plan.currency
    x_title = unit_title(currency, lang, en="Cost of incentives", zh="激励成本")
    share = say(lang, en="Share of scenarios", zh="情景占比")
    x_axis = money_axis(alt, lang, grid=False)
    bars = (
        alt.Chart(inline(alt, bins))
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("low:Q", title=x_title, axis=x_axis, scale=alt.Scale(zero=False, nice=False)),
            x2="high:Q",
            y=alt.Y("share:Q", title=share, axis=alt.Axis(format=".1~%", tickCount=5, grid=True)),
            y2="zero:Q",
            color=alt.Color("colour:N", scale=None),
            tooltip=[
                alt.Tooltip("low:Q", format=",.0f", title=say(lang, en="from", zh="自")),
                alt.Tooltip("high:Q", format=",.0f", title=say(lang, en="to", zh="至")),
                alt.Tooltip("share:Q", format=".2%", title=share),
            ],
        )
    )
    marks = [
        ("P5", figures["p5"], END, [2, 3]),
        (say(lang, en="mean", zh="平均"), figures["mean"], "#1f2a33", [1, 0]),
        ("P95", figures["p95"], END, [2, 3]),
    ]
    if simulation.budget is not None:
        marks.append((say(lang, en="budget", zh="预算"), figures["budget"], DOWN, [6, 3]))
    top = max(row["share"] for row in bins)
    marks.sort(key=lambda mark: mark[1])
    edges = [bins[0]["low"], *(value for _, value, _, _ in marks), bins[-1]["high"]]
    layers = [bars]
    for place, (name, value, colour, dash) in enumerate(marks):
        at = [{"low": value, "text": f"{name} {money(value, currency, lang)}", "y": top * (1.06 + 0.085 * place)}]
        base = alt.Chart(inline(alt, at))
        layers.append(base.mark_rule(color=colour, strokeDash=dash, strokeWidth=1.5).encode(x="low:Q"))
        left = value - edges[place] > edges[place + 2] - value
        words = base.encode(x="low:Q", y=alt.Y("y:Q", title=share), text="text:N")
        layers += halo(words, align="right" if left else "left", dx=-5 if left else 5, color=colour)
    count = f"{simulation.scenarios:,}"
    title = say(lang, en=f"Cost in {count} scenarios", zh=f"{count} 个情景中的成本")
    if simulation.chance_over is not None:
        over = f"{simulation.chance_over:.1%}"
        title = say(lang, en=f"Cost exceeds the budget in {over} of scenarios", zh=f"{over} 的情景超出预算")
    subtitle = f"{simulation.plan.plan} {simulation.plan.version}"
    return finished(alt, alt.layer(*layers).properties(width=560, height=300), title, subtitle=subtitle)


def _bins(values: list[float], simulation: Simulation) -> list[dict[str, Any]]:
    """Bars of one width, one of whose edges is the budget, so that none is half beyond it."""
    low, high = values[0], values[int(0.998 * (len(values) - 1))]
    width = (high - low) / _BINS or max(abs(low), 1.0) / _BINS
    budget = None if simulation.budget is None else float(simulation.budget.major)
    start = low if budget is None else budget - width * -(-(budget - low) // width)
    counts: dict[int, int] = {}
    for value in values:
        place = int(-(-(value - start) // width)) - 1 if budget is not None else int((value - start) // width)
        counts[min(place, _BINS + 2)] = counts.get(min(place, _BINS + 2), 0) + 1
    found = []
    for place, count in sorted(counts.items()):
        left, right = start + width * place, start + width * (place + 1)
        over = budget is not None and left >= budget - width / 1e6
        found.append(
            {"low": left, "high": right, "zero": 0, "share": count / len(values), "colour": DOWN if over else ACCENT}
        )
    return found
