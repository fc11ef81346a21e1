"""The picture of adoption: on how many of their workdays people used the CRM, week by week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from salesteam.core import percent_text, say
from salesteam.crm import Adoption
from salesteam.errors import InvalidValueError
from salesteam.report._plot import Plot
from salesteam.report._plot_heat import heat, whole
from salesteam.report._plot_style import ACCENT, finished

__all__ = ["adoption_by_week"]

_BASES = {
    ("work", "author"): ("work with a name on it", "有署名的工作记录"),
    ("work", "owner"): ("work, if nobody is named by the owner of the record", "工作记录（未署名的归负责人）"),
    ("login", None): ("logins", "登录"),
}
_WORDED = 18
"""Of more weeks the cells are narrow and have no numbers in them."""


def adoption_by_week(found: Adoption, *, most: int = 30, lang: str = "en") -> Plot:
    """On which share of their workdays people used the CRM, week by week: a fact for a review, not a rating.

    Parameters
    ----------
    found : salesteam.crm.Adoption
        What `adoption` gave.
    most : int, default 30
        People that are shown, by name; of more, those with the least use.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Plot
        Darker is more use; grey is where somebody had no workday; the first row is all together.

    Raises
    ------
    InvalidValueError
        If nobody had a workday.

    Examples
    --------
    >>> from salesteam import review
    >>> adoption_by_week(review.demo().quality.adoption).title
    'The CRM was used on 19.39% of workdays'
    """
    import altair as alt

    if found.share is None:
        fix = "measure a period in which people had workdays"
        raise InvalidValueError("nobody had a workday", where="adoption_by_week", fix=fix)
    every = say(lang, en="all", zh="合计")
    least = sorted(found.rows, key=lambda row: (row.active_share or 0, row.user))[:most]
    people = sorted(row.user for row in least)
    weeks = sorted({row.week for row in found.weeks})
    days = {(row.user, row.week): (row.active_days, row.working_days) for row in found.weeks}
    for week in weeks:
        both = [days[user, each] for user, each in days if each == week]
        days[every, week] = (sum(active for active, _ in both), sum(working for _, working in both))
    order = [every, *people]
    texts = len(weeks) <= _WORDED
    labels = _labels(weeks)
    drawn = heat(
        alt,
        [_cell(user, labels[week], days.get((user, week))) for user in order for week in weeks],
        x=alt.X(
            "week:N",
            sort=list(labels.values()),
            title=say(lang, en="Monday of the week", zh="周一日期"),
            axis=alt.Axis(labelAngle=0 if texts else -90, orient="top", labelOverlap=True),
        ),
        y=alt.Y("user:N", sort=order, title=None, axis=alt.Axis(labelOverlap=False)),
        tooltip=[
            alt.Tooltip("user:N", title=say(lang, en="Who", zh="人员")),
            alt.Tooltip("week:N", title=say(lang, en="Week", zh="周")),
            alt.Tooltip("of:N", title=say(lang, en="Days with use", zh="活跃天数")),
            alt.Tooltip("text:N", title=say(lang, en="Share", zh="占比")),
        ],
        scale=alt.Scale(domain=[0, 1], range=["#eef4f9", ACCENT], interpolate="rgb"),
        white=0.6,
        texts=texts,
    )
    total = percent_text(found.share)
    title = say(lang, en=f"The CRM was used on {total} of workdays", zh=f"{total} 的工作日使用了 CRM")
    en, zh = _BASES[found.basis, found.credited]
    told = [
        say(
            lang,
            en=f"Use is {en}; darker is more, grey: no workday",
            zh=f"口径：{zh}；颜色越深使用越多，灰色：无工作日",
        )
    ]
    left = len(found.rows) - len(people)
    if left:
        told.append(say(lang, en=f"{left} with more use are not shown", zh=f"另有 {left} 人使用较多，未列出"))
    size = {"width": (48 if texts else 14) * len(weeks), "height": 24 * len(order)}
    return finished(alt, drawn.properties(**size), title, subtitle=told)


def _labels(weeks: Iterable[date]) -> dict[date, str]:
    """Month and day; the year too where there are two."""
    short = len({week.year for week in weeks}) == 1
    return {week: week.isoformat()[5:] if short else week.isoformat() for week in weeks}


def _cell(user: str, week: str, days: tuple[int, int] | None) -> dict[str, Any]:
    if days is None:
        return {"user": user, "week": week, "of": "0", "text": "—"}
    active, working = days
    share = Fraction(active, working)
    return {"user": user, "week": week, "level": float(share), "of": f"{active:,} / {working:,}", "text": whole(share)}
