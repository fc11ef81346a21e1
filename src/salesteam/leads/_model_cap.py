"""Caps: how much a seat, team, territory or source may hold or receive."""

from __future__ import annotations

from typing import Literal

import attrs

from salesteam.core import say
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError
from salesteam.leads._instant import WINDOWS, Window, zone_field
from salesteam.leads._model_lead import named

__all__ = ["Cap"]

_SCOPES = {
    "seat": ("seat", "席位"),
    "team": ("team", "团队"),
    "territory": ("territory", "区域"),
    "source": ("source", "来源"),
}
_MEASURES = {
    "open": ("leads held", "持有线索数"),
    "received": ("leads received", "已接收线索数"),
    "value": ("value in minor units", "金额（最小货币单位）"),
}
_SPANS = {
    "now": ("now", "当前"),
    "day": ("per day", "每日"),
    "week": ("per week", "每周"),
    "month": ("per month", "每月"),
}


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Cap:
    """A limit on what is held or received (上限).

    Holding as much as the limit means that there is no room; a lowered cap takes nothing away.

    Parameters
    ----------
    id : str
        Its name, in every explanation.
    scope : {'seat', 'team', 'territory', 'source'}
        What is limited.
    of : str, optional
        Which one; without it, each one on its own.
    measure : {'open', 'received', 'value'}
        Leads held, leads received, or value in minor units (held for ``now``, received for other windows).
        A lead of unknown value has no room under a hard value cap.
    window : {'now', 'day', 'week', 'month'}
        Since when; ``open`` goes with ``now``, ``received`` with the others.
    zone : str, optional
        IANA name; required for every window but ``now``.
    limit : int
        The most, in leads or minor units.
    hard : bool
        Hard caps exclude; soft caps rank a seat behind those with room. To be chosen.

    Raises
    ------
    InvalidValueError
        If the parts do not fit each other.

    Examples
    --------
    >>> Cap(id="daily", scope="seat", measure="received", window="day", zone="Asia/Shanghai", limit=5, hard=True).text()
    'daily: at most 5 leads received per day for each seat (hard)'
    """

    id: str = attrs.field(validator=named("Cap.id"))
    scope: Literal["seat", "team", "territory", "source"]
    of: str | None = None
    measure: Literal["open", "received", "value"]
    window: Window
    zone: str | None = attrs.field(default=None, validator=zone_field("Cap.zone"))
    limit: int
    hard: bool

    def __attrs_post_init__(self) -> None:
        where = f"Cap {self.id}"
        for value, known in ((self.scope, _SCOPES), (self.measure, _MEASURES), (self.window, WINDOWS)):
            if value not in known:
                raise InvalidValueError(f"{value!r} is unknown", where=where, fix=f"use {' or '.join(known)}")
        if self.limit < 0:
            raise InvalidValueError(f"its limit is {self.limit}", where=where, fix="use 0 or more")
        if (self.measure == "open" and self.window != "now") or (self.measure == "received" and self.window == "now"):
            raise InvalidValueError(
                f"{self.measure} does not go with the window {self.window}",
                where=where,
                fix="count open leads now, received leads by day, week or month",
            )
        if self.window != "now" and self.zone is None:
            raise InvalidValueError(
                f"a cap by {self.window} needs a zone", where=where, fix="say whose day it is, such as Asia/Shanghai"
            )

    def text(self, lang: str = "en") -> str:
        """The cap in one line.

        Examples
        --------
        >>> Cap(id="c", scope="team", of="east", measure="open", window="now", limit=9, hard=False).text("zh")
        'c：团队 east，当前持有线索数不超过 9（软上限）'
        """
        scope, measure, span = _SCOPES[self.scope], _MEASURES[self.measure], _SPANS[self.window]
        each = f"{scope[0]} {self.of}" if self.of else f"each {scope[0]}"
        whom = f"{scope[1]} {self.of}" if self.of else f"每个{scope[1]}"
        kind = ("hard", "硬上限") if self.hard else ("soft", "软上限")
        return say(
            lang,
            en=f"{self.id}: at most {self.limit} {measure[0]} {span[0]} for {each} ({kind[0]})",
            zh=f"{self.id}：{whom}，{span[1]}{measure[1]}不超过 {self.limit}（{kind[1]}）",
        )
