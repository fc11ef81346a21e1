"""The picture of a matrix: which share of target two numbers together pay."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from salesteam.core import percent_text, say
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.incentives import Plan
from salesteam.report._plot import Plot
from salesteam.report._plot_style import ACCENT, finished, inline

__all__ = ["matrix"]


def matrix(plan: Plan, component: str, *, on: date | None = None, lang: str = "en") -> Plot:
    """The cells of a matrix: which share of target two numbers together pay.

    Parameters
    ----------
    plan : salesteam.incentives.Plan
        Any plan.
    component : str
        Name of a component with the method ``matrix``.
    on : date, optional
        Day the numbers are for.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Plot
        Darker pays more; an empty cell pays nothing and is told.

    Raises
    ------
    NotFoundError
        If the plan has no such component.
    InvalidValueError
        If it is no matrix.

    Examples
    --------
    >>> from salesteam.incentives import plan_of
    >>> axis = {"measure": "a.attainment", "nodes": ["90%", "100%"]}
    >>> grid = {"method": "matrix", "rows": axis, "columns": axis, "cells": [["50%", "80%"], ["80%", "100%"]]}
    >>> c = {**grid, "between": "bilinear", "target": 1000}
    >>> measures = {"a": {"unit": "money", "value": "amount"}}
    >>> plan = plan_of({"currency": "CNY", "period": "month", "measures": measures, "components": {"c": c}})
    >>> matrix(plan, "c").title
    'What c pays'
    """
    import altair as alt

    from salesteam.incentives import Ref

    if component not in plan.components:
        raise NotFoundError("component", component, plan.components, where=f"plan {plan.plan}")
    c = plan.components[component]
    if c.rows is None or c.columns is None or not c.cells:
        raise InvalidValueError(
            f"{component} is no matrix", where="matrix", fix="name a component with rows, columns and cells"
        )

    def number(value: Any) -> Fraction | None:
        return plan.parameters[value.name].on(on) if isinstance(value, Ref) else value

    order = {"row": [_node(number(n)) for n in c.rows.nodes], "column": [_node(number(n)) for n in c.columns.nodes]}
    rows: list[dict[str, Any]] = []
    for r, row in enumerate(c.cells):
        for k, cell in enumerate(row):
            share = None if cell is None else number(cell)
            text = "—" if share is None else percent_text(share, 1)
            rows.append(
                {
                    "row": order["row"][r],
                    "column": order["column"][k],
                    "share": None if share is None else float(share),
                    "text": text,
                }
            )
    most = max((float(row["share"] or 0.0) for row in rows), default=1.0) or 1.0
    base = alt.Chart(inline(alt, rows)).encode(
        x=alt.X("column:N", sort=order["column"], title=c.columns.measure, axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y("row:N", sort=order["row"][::-1], title=c.rows.measure),
        tooltip=[
            alt.Tooltip("row:N", title=c.rows.measure),
            alt.Tooltip("column:N", title=c.columns.measure),
            alt.Tooltip("text:N", title=say(lang, en="Share of target", zh="目标奖金比例")),
        ],
    )
    empty = base.transform_filter("!isValid(datum.share)").mark_rect(stroke="white", strokeWidth=2, color="#e3e6e9")
    shade = base.transform_filter("isValid(datum.share)").mark_rect(stroke="white", strokeWidth=2)
    shade = shade.encode(
        color=alt.Color("share:Q", scale=alt.Scale(domain=[0, most], range=["#eef4f9", ACCENT]), legend=None)
    )
    words = base.mark_text(fontSize=12).encode(
        text="text:N", color=alt.condition(f"datum.share > {0.6 * most}", alt.value("white"), alt.value("#1f2a33"))
    )
    size = {"width": max(70 * len(order["column"]), 200), "height": max(38 * len(order["row"]), 120)}
    title = say(lang, en=f"What {component} pays", zh=f"{component} 的支付矩阵")
    of = say(lang, en="Share of target", zh="占目标奖金的比例")
    return finished(alt, (empty + shade + words).properties(**size), title, subtitle=of)


def _node(value: Fraction | None) -> str:
    if value is None:
        return "—"
    return percent_text(value, 1) if value <= 10 else f"{float(value):,.0f}"
