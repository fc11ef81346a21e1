"""Pictures of a comparison: who wins and loses, what it costs, where people stand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from salesteam.core import percent_text, say
from salesteam.errors import InvalidValueError
from salesteam.incentives import Comparison
from salesteam.report._plot import Plot
from salesteam.report._plot_style import (
    ACCENT,
    COLOURS,
    DOWN,
    UP,
    finished,
    inline,
    money,
    money_axis,
    signed,
    unit_title,
)

__all__ = ["attainment", "cost_curve", "winners_and_losers"]


def winners_and_losers(comparison: Comparison, plan: str | None = None, *, most: int = 30, lang: str = "en") -> Plot:
    """How far another plan moves each payee, largest gain first, largest loss last.

    Parameters
    ----------
    comparison : Comparison
        Of two plans or more.
    plan : str, optional
        Which of the other plans; may be left out if there is one.
    most : int, default 30
        Payees that are shown; of more, those that move most.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Plot
        One bar a payee, with the component that moves it most.

    Raises
    ------
    InvalidValueError
        If it does not say which plan.
    NotFoundError
        If there is no such plan.

    Examples
    --------
    >>> from salesteam.incentives import Facts, compare, scheme
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana"}]
    >>> plans = {"now": scheme("assist_split"), "6 %": scheme("assist_split").set(rate="6%")}
    >>> winners_and_losers(compare(plans, Facts(transactions=deals))).title
    '6 % against now: 1 win, 0 lose'
    """
    import altair as alt

    others = [name for name in comparison.runs if name != comparison.first]
    if plan is None:
        if len(others) != 1:
            raise InvalidValueError(
                f"the comparison has {len(others)} other plans", where="plan", fix=f"name one of {', '.join(others)}"
            )
        plan = others[0]
    won, lost = comparison.winners(plan), comparison.losers(plan)
    rows = sorted((*won, *lost), key=lambda row: -abs(row.delta_minor))[:most]
    rows.sort(key=lambda row: (-row.delta_minor, row.payee))
    unit, currency = comparison.runs[plan].minor, comparison.currency
    bars = [
        {
            "payee": row.payee,
            "delta": row.delta_minor / unit,
            "colour": UP if row.delta_minor > 0 else DOWN,
            "text": signed(Fraction(row.delta_minor, unit), currency, lang),
            "before": money(Fraction(row.before_minor, unit), currency, lang),
            "after": money(Fraction(row.after_minor, unit), currency, lang),
            "component": row.component or "",
            "edge": "left" if row.delta_minor < 0 else "right",
        }
        for row in rows
    ]
    low, high = min([bar["delta"] for bar in bars], default=0.0), max([bar["delta"] for bar in bars], default=0.0)
    room = 0.24 * (max(high, 0.0) - min(low, 0.0) or 1.0)
    domain = [min(low, 0.0) - (room if low < 0 else 0.0), max(high, 0.0) + (room if high > 0 else 0.0)]
    base = alt.Chart(inline(alt, bars)).encode(
        y=alt.Y("payee:N", sort=None, title=None),
        x=alt.X(
            "delta:Q",
            title=unit_title(currency, lang, en="Difference", zh="差额"),
            axis=money_axis(alt, lang),
            scale=alt.Scale(domain=domain, nice=False),
        ),
        tooltip=[
            alt.Tooltip("payee:N", title=say(lang, en="Payee", zh="受益人")),
            alt.Tooltip("before:N", title=comparison.first),
            alt.Tooltip("after:N", title=plan),
            alt.Tooltip("component:N", title=say(lang, en="Mostly by", zh="主要来自")),
        ],
    )
    drawn = base.mark_bar(height={"band": 0.72}).encode(color=alt.Color("colour:N", scale=None))
    gains = base.transform_filter("datum.delta > 0").mark_text(align="left", dx=4, fontSize=11).encode(text="text:N")
    losses = base.transform_filter("datum.delta < 0").mark_text(align="right", dx=-4, fontSize=11).encode(text="text:N")
    zero = alt.Chart(inline(alt, [{"delta": 0}])).mark_rule(color="#5b6b7a").encode(x="delta:Q")
    title = say(
        lang,
        en=f"{plan} against {comparison.first}: {len(won)} win, {len(lost)} lose",
        zh=f"{plan} 与 {comparison.first} 相比：{len(won)} 人增加，{len(lost)} 人减少",
    )
    left = len(won) + len(lost) - len(rows)
    more = say(lang, en=f"{left} who move less are not shown", zh=f"另有 {left} 人变动较小，未列出") if left else ""
    height = max(22 * len(bars), 60)
    return finished(alt, (drawn + zero + gains + losses).properties(width=520, height=height), title, subtitle=more)


def cost_curve(comparison: Comparison, *, lang: str = "en") -> Plot:
    """What each plan costs if all payees together reach 80, 100 and 120 % of quota.

    Parameters
    ----------
    comparison : Comparison
        Of one plan or more.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Plot
        One line a plan.

    Examples
    --------
    >>> from salesteam.incentives import Facts, compare, scheme
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana"}]
    >>> cost_curve(compare({"now": scheme("assist_split")}, Facts(transactions=deals))).title
    'Cost at levels of sales'
    """
    import altair as alt

    names, currency = list(comparison.runs), comparison.currency
    rows: list[dict[str, Any]] = [
        {
            "plan": row.plan,
            "level": float(row.level),
            "cost": row.cost_minor / comparison.runs[row.plan].minor,
            "text": money(Fraction(row.cost_minor, comparison.runs[row.plan].minor), currency, lang),
            "share": "—" if row.cost_share is None else percent_text(row.cost_share),
        }
        for row in comparison.cost_curve
    ]
    quota = bool(comparison.distribution)
    level = say(
        lang, en="Share of quota" if quota else "Share of actual sales", zh="目标达成率" if quota else "占现有销售额"
    )
    low, high = min(row["cost"] for row in rows), max(row["cost"] for row in rows)
    room = 0.15 * (high - low or high or 1.0)
    base = alt.Chart(inline(alt, rows)).encode(
        x=alt.X(
            "level:Q",
            title=level,
            axis=alt.Axis(format=".0%", values=sorted({row["level"] for row in rows}), grid=True),
            scale=alt.Scale(domain=[0.75, 1.25], nice=False),
        ),
        y=alt.Y(
            "cost:Q",
            title=unit_title(currency, lang, en="Cost of incentives", zh="激励成本"),
            axis=money_axis(alt, lang),
            scale=alt.Scale(
                domain=[max(low - room, 0.0) if low >= 0 else low - room, high + room], zero=False, nice=True
            ),
        ),
        color=alt.Color(
            "plan:N",
            sort=names,
            scale=alt.Scale(domain=names, range=list(COLOURS[: len(names)])),
            legend=alt.Legend(title=None, orient="top") if len(names) > 1 else None,
        ),
        tooltip=[
            alt.Tooltip("plan:N", title=say(lang, en="Plan", zh="方案")),
            alt.Tooltip("text:N", title=say(lang, en="Cost", zh="成本")),
            alt.Tooltip("share:N", title=say(lang, en="of sales", zh="占销售额")),
        ],
    )
    lines = base.mark_line(strokeWidth=2.5) + base.mark_point(filled=True, size=60, opacity=1)
    last = base.transform_filter(f"datum.level == {rows[-1]['level']}")
    words = last.mark_text(align="left", dx=8, fontSize=11).encode(text="text:N")
    title = say(
        lang,
        en=f"Cost at levels of {'quota' if quota else 'sales'}",
        zh="各目标达成率下的成本" if quota else "各销售水平下的成本",
    )
    return finished(alt, (lines + words).properties(width=520, height=300), title)


def attainment(comparison: Comparison, *, lang: str = "en") -> Plot:
    """How many payees lie in each band of attainment.

    Parameters
    ----------
    comparison : Comparison
        Of runs with quotas; the facts are the same for every plan, so the first stands for all.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Plot
        One bar a band.

    Raises
    ------
    InvalidValueError
        If nobody has a quota.

    Examples
    --------
    >>> from salesteam.incentives import Facts, compare, scheme
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana"}]
    >>> quotas = [{"payee": "ana", "measure": "bookings", "period": "2026-01", "quota": "900"}]
    >>> facts = Facts(transactions=deals, quotas=quotas)
    >>> attainment(compare({"now": scheme("assist_split")}, facts)).title
    '1 of 1 reached quota'
    """
    import altair as alt

    bands = [row for row in comparison.distribution if row.plan == comparison.first]
    if not bands:
        raise InvalidValueError("nobody has a quota", where="attainment", fix="give the facts a table of quotas")
    unit = comparison.runs[comparison.first].minor
    rows: list[dict[str, Any]] = []
    for row in bands:
        label = f"< {percent_text(row.high)}" if row.low == 0 and row.high is not None else f"≥ {percent_text(row.low)}"
        if row.low and row.high is not None:
            label = f"{percent_text(row.low).removesuffix('%')}–{percent_text(row.high)}"
        pay = money(Fraction(row.pay_minor, unit), comparison.currency, lang)
        rows.append(
            {
                "band": label,
                "payees": row.payees,
                "colour": UP if row.low >= 1 else ACCENT,
                "pay": pay,
                "text": str(row.payees) if row.payees else "",
            }
        )
    total, reached = sum(row.payees for row in bands), sum(row.payees for row in bands if row.low >= 1)
    base = alt.Chart(inline(alt, rows)).encode(
        x=alt.X("band:N", sort=None, title=say(lang, en="Attainment", zh="达成率"), axis=alt.Axis(labelAngle=0)),
        y=alt.Y(
            "payees:Q",
            title=say(lang, en="Payees", zh="人数"),
            axis=alt.Axis(tickMinStep=1, format="d", tickCount=5, grid=True),
            scale=alt.Scale(domain=[0, 1.12 * max(row.payees for row in bands)], nice=False),
        ),
        tooltip=[
            alt.Tooltip("band:N", title=say(lang, en="Attainment", zh="达成率")),
            alt.Tooltip("payees:Q", title=say(lang, en="Payees", zh="人数")),
            alt.Tooltip("pay:N", title=say(lang, en="Paid", zh="奖金")),
        ],
    )
    bars = base.mark_bar(width={"band": 0.8}).encode(color=alt.Color("colour:N", scale=None))
    words = base.mark_text(dy=-7, fontSize=11).encode(text="text:N")
    title = say(lang, en=f"{reached} of {total} reached quota", zh=f"{total} 人中 {reached} 人达标")
    return finished(alt, (bars + words).properties(width=480, height=260), title)
