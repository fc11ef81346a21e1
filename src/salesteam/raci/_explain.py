"""Who does an activity and who answers for it, told with the letters and the reading that say so."""

from __future__ import annotations

from datetime import date

from salesteam.core import Explanation, Step, say, shown
from salesteam.raci._chart import Chart
from salesteam.raci._day import Day, day_of
from salesteam.raci._words import BIT, DUTIES, DUTY_NAMES

__all__ = ["day_shown", "explain_activity", "reading"]


def day_shown(chart: Chart, as_of: date | None) -> Day:
    """The chart on the day asked for, else on the day of its latest change."""
    return day_of(chart, as_of or chart.latest_change() or date.min)


def reading(chart: Chart, lang: str) -> str:
    """The profile and its letters, for the foot of what is shown."""
    return f"{say(lang, en='profile', zh='字母体系')} {chart.profile.name}: {chart.profile.text(lang)}"


def explain_activity(chart: Chart, activity: str, lang: str, as_of: date | None) -> Explanation:
    """Tell every duty of an activity that somebody has or that the profile asks for."""
    found = chart.activity(activity)
    day = day_shown(chart, as_of)
    row = day.rows[found.id]
    asked = {chart.profile.answering, chart.profile.doing}
    steps = []
    for duty in DUTY_NAMES:
        roles = {role: cell for role, cell in row.items() if cell.duties & BIT[duty]}
        if roles or duty in asked:
            below = tuple(
                Step(label=shown(day.role(role), lang), formula="/".join(cell.letters), value=_people(day, role, lang))
                for role, cell in roles.items()
            )
            word = DUTIES[duty]
            who = [shown(day.role(role), lang) for role in roles]
            steps.append(
                Step(
                    label=say(lang, en=word.asks_en, zh=word.asks_zh),
                    value=shown(who, lang) or say(lang, en="nobody", zh="无人"),
                    steps=below,
                )
            )
    when = "" if day.on == date.min else say(lang, en=f" on {day.on}", zh=f"（{day.on}）")
    return Explanation(title=shown(found, lang) + when, steps=tuple(steps), conventions=(reading(chart, lang),))


def _people(day: Day, role: str, lang: str) -> str:
    if not day.chart.holdings:
        return ""
    return shown(day.who(day.acting(role)), lang) or say(lang, en="nobody", zh="无人")
