"""Pictures of the books: the waterfall of one statement, and a draw with its debt."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from salesteam.core import say
from salesteam.errors import NotFoundError
from salesteam.incentives import Settlement
from salesteam.report._plot import Plot
from salesteam.report._plot_style import (
    ACCENT,
    COLOURS,
    DOWN,
    END,
    INK,
    MUTED,
    UP,
    WARN,
    finished,
    inline,
    money,
    money_axis,
    signed,
    unit_title,
)

__all__ = ["draw_debt", "waterfall"]

_STEPS = (
    ("adjustments", "Adjustments", "调整"),
    ("held", "Held back", "暂扣"),
    ("released", "Released", "解除暂扣"),
    ("draw", "Draw or guarantee", "预支或保底"),
    ("recovery", "Draw repaid", "预支扣还"),
    ("carry", "Carried as debt", "转为欠款"),
    ("forfeited", "Forfeited", "作废"),
)


_OWED = (("Carried as debt", "转为欠款"), ("Carried forward, owed by the payee", "结转下期（受益人欠）"))
"""Steps that lift a level below zero because it is owed, not because somebody gets it."""


def waterfall(settled: Settlement, payee: str, period: str, *, lang: str = "en") -> Plot:
    """One statement as steps: what was brought forward, earned, held, topped up and repaid, down to what is paid.

    Parameters
    ----------
    settled : Settlement
        What `settle` gave.
    payee, period : str
        Whose statement of which period.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Plot
        Steps up and down, earned pay by component; the last bar is what is paid.

    Raises
    ------
    NotFoundError
        If there is no such statement.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, scheme, settle
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana"}]
    >>> waterfall(settle(pay(scheme("assist_split"), Facts(transactions=deals))), "ana", "2026-01").title
    'Statement of ana, 2026-01'
    """
    import altair as alt

    row = next((each for each in settled.statements if (each.payee, each.period) == (payee, period)), None)
    if row is None:
        known = [f"{each.payee} {each.period}" for each in settled.statements]
        raise NotFoundError("statement", f"{payee} {period}", known, where="this settlement")
    unit, currency = settled.run.minor, settled.plan.currency
    bars: list[dict[str, Any]] = []
    level = 0
    debt = say(lang, en="debt {}", zh="欠款 {}")
    owed = {say(lang, en=en, zh=zh): debt for en, zh in _OWED}
    for label, amount, end in _bars(settled, row, lang):
        low, high = (0, amount) if end else (level, level + amount)
        level = level if end else high
        shown = money(Fraction(amount, unit), currency, lang) if end else signed(Fraction(amount, unit), currency, lang)
        colour = END if end else UP if amount >= 0 else DOWN
        if label in owed:
            shown, colour = owed[label].format(money(Fraction(amount, unit), currency, lang)), WARN
        bars.append(
            {
                "label": label,
                "low": low / unit,
                "high": high / unit,
                "text": shown,
                "colour": colour,
                "edge": max(low, high) / unit,
            }
        )
    edges = [edge for bar in bars for edge in (bar["low"], bar["high"], 0.0)]
    room = 0.22 * (max(edges) - min(edges) or 1.0)
    scale = alt.Scale(domain=[min(edges), max(edges) + room], nice=False)
    title = unit_title(currency, lang, en="Pay", zh="金额")
    base = alt.Chart(inline(alt, bars)).encode(
        y=alt.Y("label:N", sort=None, title=None),
        tooltip=[alt.Tooltip("label:N", title=say(lang, en="Step", zh="步骤")), alt.Tooltip("text:N", title=title)],
    )
    drawn = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X("low:Q", title=title, scale=scale, axis=money_axis(alt, lang)),
        x2="high:Q",
        color=alt.Color("colour:N", scale=None),
    )
    words = base.mark_text(align="left", dx=5, fontSize=11).encode(
        x=alt.X("edge:Q", scale=scale, title=title), text="text:N"
    )
    heads = say(lang, en=f"Statement of {payee}, {period}", zh=f"{payee} {period} 结算单")
    return finished(alt, (drawn + words).properties(width=520, height=28 * len(bars)), heads)


def _bars(settled: Settlement, row: Any, lang: str) -> Iterator[tuple[str, int, bool]]:
    """Label, amount, and whether it is a level rather than a step."""
    if row.opening_minor:
        yield say(lang, en="Brought forward", zh="期初余额"), row.opening_minor, False
    earned: dict[str, int] = {}
    for entry in settled.of(row.payee, row.period):
        if entry.kind == "earned":
            name = entry.component or say(lang, en="Earned", zh="本期奖金")
            earned[name] = earned.get(name, 0) + entry.amount_minor
    if sum(earned.values()) != row.earned_minor:
        earned = {say(lang, en="Earned", zh="本期奖金"): row.earned_minor}
    for name, amount in earned.items():
        component = settled.plan.components.get(name)
        yield ((component.told(lang) if component is not None else "") or name), amount, False
    for name, *words in _STEPS:
        amount = getattr(row, f"{name}_minor")
        en, zh = ("Out of debt", "转出欠款") if name == "carry" and amount < 0 else words
        if amount:
            yield say(lang, en=en, zh=zh), amount, False
    if row.closing_minor:
        en, zh = _OWED[1] if row.closing_minor < 0 else ("Carried forward", "期末余额")
        yield say(lang, en=en, zh=zh), -row.closing_minor, False
    yield say(lang, en="Paid", zh="实付"), row.paid_minor, True


_PARTS = {
    "earned": ("Earned", "本期应得", ACCENT),
    "adjustments": ("Adjusted", "调整", COLOURS[3]),
    "waits": ("Held or released", "暂扣与解除", MUTED),
    "draw": ("Draw or guarantee", "预支或保底", WARN),
    "recovery": ("Draw repaid", "预支扣还", UP),
    "rest": ("Carried or forfeited", "结转与作废", COLOURS[4]),
}
"""What comes to the pay of a period, in the order of the stack."""


def _part(row: Any, kind: str) -> int:
    """One part of what is paid; all of them sum to it."""
    if kind == "waits":
        return int(row.held_minor + row.released_minor)
    if kind == "rest":
        return int(row.opening_minor + row.carry_minor + row.forfeited_minor - row.closing_minor)
    found: int = getattr(row, f"{kind}_minor")
    return found


def draw_debt(settled: Settlement, payee: str, *, lang: str = "en") -> Plot:
    """What makes up the pay of each period, draws and repayments included, what is paid, and the debt that is left.

    Parameters
    ----------
    settled : Settlement
        What `settle` gave.
    payee : str
        Who.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Plot
        Stacked bars for what is earned, adjusted, held or released, topped up, repaid and carried, which come to what
        is paid, the mark across them; a line for the debt at the end of each period.

    Raises
    ------
    NotFoundError
        If the payee has no statement.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, scheme, settle
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana"}]
    >>> draw_debt(settle(pay(scheme("assist_split"), Facts(transactions=deals))), "ana").title
    'Draws and debt of ana'
    """
    import altair as alt

    mine = [row for row in settled.statements if row.payee == payee]
    if not mine:
        raise NotFoundError("payee", payee, sorted({row.payee for row in settled.statements}), where="this settlement")
    unit, currency = settled.run.minor, settled.plan.currency
    parts = {kind: [_part(row, kind) for row in mine] for kind in _PARTS}
    kinds = {kind: (say(lang, en=en, zh=zh), colour) for kind, (en, zh, colour) in _PARTS.items() if any(parts[kind])}
    bars = [
        {
            "period": row.period,
            "kind": label,
            "place": place,
            "amount": parts[name][at] / unit,
            "text": signed(Fraction(parts[name][at], unit), currency, lang),
        }
        for at, row in enumerate(mine)
        for place, (name, (label, _)) in enumerate(kinds.items())
    ]
    paid_name = say(lang, en="Paid", zh="实付")
    paid = [
        {
            "period": row.period,
            "kind": paid_name,
            "amount": row.paid_minor / unit,
            "text": money(Fraction(row.paid_minor, unit), currency, lang),
        }
        for row in mine
    ]
    debt_name = say(lang, en="Debt", zh="欠款")
    debts = [
        {
            "period": row.period,
            "kind": debt_name,
            "amount": row.debt_minor / unit,
            "text": money(Fraction(row.debt_minor, unit), currency, lang),
        }
        for row in mine
    ]
    labels = [*(label for label, _ in kinds.values()), paid_name, debt_name]
    colour = alt.Color(
        "kind:N",
        sort=labels,
        scale=alt.Scale(domain=labels, range=[*(c for _, c in kinds.values()), INK, DOWN]),
        legend=alt.Legend(title=None, orient="top"),
    )
    x = alt.X(
        "period:N",
        sort=[row.period for row in mine],
        title=None,
        axis=alt.Axis(labelAngle=0 if len(mine) <= 8 else -40),
    )
    y_title = unit_title(currency, lang, en="Amount", zh="金额")
    tooltip = [
        alt.Tooltip("period:N", title=say(lang, en="Period", zh="期间")),
        alt.Tooltip("kind:N", title=say(lang, en="Kind", zh="类型")),
        alt.Tooltip("text:N", title=y_title),
    ]
    drawn = (
        alt.Chart(inline(alt, bars))
        .mark_bar(width={"band": 0.6})
        .encode(
            x=x,
            y=alt.Y("amount:Q", title=y_title, axis=money_axis(alt, lang), stack="zero"),
            order=alt.Order("place:Q"),
            color=colour,
            tooltip=tooltip,
        )
    )
    line = alt.Chart(inline(alt, debts)).encode(x=x, y=alt.Y("amount:Q", title=y_title), color=colour, tooltip=tooltip)
    debt = line.mark_line(strokeWidth=2.5) + line.mark_point(filled=True, size=55, opacity=1)
    ticks = (
        alt.Chart(inline(alt, paid))
        .mark_tick(thickness=4, width={"band": 0.75}, orient="horizontal", opacity=1)
        .encode(x=x, y=alt.Y("amount:Q", title=y_title), color=colour, tooltip=tooltip)
    )
    width = max(90 * len(mine), 260)
    space = " " if payee[-1:].isascii() else ""
    heads = say(lang, en=f"Draws and debt of {payee}", zh=f"{payee}{space}的预支与欠款")
    return finished(alt, (drawn + ticks + debt).properties(width=min(width, 760), height=280), heads)
