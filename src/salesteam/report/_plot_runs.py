"""The picture of the syncs of a store: when which kind was read, how it ended, how much moved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from math import log10
from typing import Any

from salesteam.core import _table, say
from salesteam.crm import Store
from salesteam.crm._store import RunRow
from salesteam.errors import InvalidValueError
from salesteam.report._plot import Plot
from salesteam.report._plot_style import ACCENT, DOWN, INK, WARN, finished, inline

__all__ = ["sync_runs"]

_ENDS = {
    "complete": ("Complete", "完成", ACCENT),
    "rejected": ("Complete, rows rejected", "完成，有拒收", WARN),
    "stopped": ("Stopped", "中止", DOWN),
    "running": ("Running or killed", "运行中或被终止", INK),
}
"""How a run can have ended, the worst last, so that it is drawn above the others."""
_DAYS = timedelta(days=10)
"""Over a longer time the hours are left out."""


def sync_runs(store: Store, *, most: int = 100, lang: str = "en") -> Plot:
    """When a store was synced, how each kind of record ended, and how much moved.

    Parameters
    ----------
    store : salesteam.crm.Store
        Into which `sync` landed records.
    most : int, default 100
        Syncs that are shown; of more, the last.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Plot
        A point for each sync and kind, larger where more records were new, changed, gone or back.

    Raises
    ------
    InvalidValueError
        If nothing was synced.

    Examples
    --------
    >>> from salesteam.crm import Account, MemoryCRM, Ref, open_store, sync
    >>> crm = MemoryCRM("demo", [Account(ref=Ref("demo", "account", "a"), name="Acme")])
    >>> with open_store(":memory:") as store:
    ...     _ = sync(crm.adapter(), store, progress=None)
    ...     sync_runs(store).title
    '1 sync, 0 not complete'
    """
    import altair as alt

    every, _ = _table.read_rows(store.runs(), RunRow, table="runs", zone="UTC")
    if not every:
        raise InvalidValueError("nothing was synced", where="sync_runs", fix="sync a source into the store first")
    syncs = sorted({row.run for row in every})
    shown = [row for row in every if row.run in set(syncs[-most:])]
    failed = len({row.run for row in every if row.state != "complete"})
    several = len({row.source for row in shown}) > 1
    ends = {name: say(lang, en=en, zh=zh) for name, (en, zh, _) in _ENDS.items()}
    points = _points(shown, ends, several=several)
    there = [name for name in _ENDS if ends[name] in {point["end"] for point in points}]
    kinds = list(dict.fromkeys(_kind(row, several=several) for row in sorted(shown, key=lambda row: row.source)))
    base = alt.Chart(inline(alt, points)).encode(
        x=alt.X(
            "at:T",
            title=say(lang, en="Begun (UTC)", zh="开始时间（UTC）"),
            scale=alt.Scale(type="utc", nice=False, padding=14),
            axis=alt.Axis(format=_format(shown), grid=False, tickCount=6, labelOverlap=True),
        ),
        y=alt.Y("kind:N", sort=kinds, title=None, axis=alt.Axis(grid=True, labelOverlap=False)),
        color=alt.Color(
            "end:N",
            scale=alt.Scale(domain=[ends[name] for name in there], range=[_ENDS[name][2] for name in there]),
            legend=alt.Legend(title=None, orient="top"),
        ),
        size=alt.Size("size:Q", scale=None),
        tooltip=[
            alt.Tooltip(f"{name}:N", title=say(lang, en=en, zh=zh))
            for name, en, zh in (
                ("run", "Sync", "同步"),
                ("kind", "Kind", "类型"),
                ("mode", "Mode", "方式"),
                ("end", "Ended", "结果"),
                ("began", "Begun (UTC)", "开始时间（UTC）"),
                ("took", "Took", "用时"),
                ("read", "Read", "读取"),
                ("new", "New", "新增"),
                ("changed", "Changed", "变更"),
                ("gone", "Gone", "消失"),
                ("back", "Back", "恢复"),
                ("rejected", "Rejected", "拒收"),
            )
        ],
    )
    drawn = base.mark_point(filled=True, opacity=0.8)
    title = say(
        lang,
        en=f"{len(syncs):,} {'sync' if len(syncs) == 1 else 'syncs'}, {failed:,} not complete",
        zh=f"同步 {len(syncs):,} 次，其中 {failed:,} 次未完成",
    )
    told = [
        say(lang, en="Larger: more records new, changed, gone or back", zh="圆点越大，新增、变更、消失或恢复的记录越多")
    ]
    left = len(syncs) - most
    if left > 0:
        told.append(say(lang, en=f"{left:,} earlier are not shown", zh=f"另有 {left:,} 次较早，未列出"))
    return finished(alt, drawn.properties(width=600, height=26 * len(kinds)), title, subtitle=told)


def _format(rows: Iterable[RunRow]) -> str:
    """How instants are written on the axis: as finely as their span asks for, in no language."""
    times = [row.started_at for row in rows]
    first, last = min(times), max(times)
    if first.year != last.year:
        return "%Y-%m-%d"
    return "%m-%d" if last - first > _DAYS else "%m-%d %H:%M"


def _kind(row: RunRow, *, several: bool) -> str:
    return f"{row.source} {row.kind}" if several else row.kind


def _points(rows: Iterable[RunRow], ends: dict[str, str], *, several: bool) -> list[dict[str, Any]]:
    order = list(_ENDS)
    ended = [("rejected" if row.state == "complete" and row.rejected else row.state, row) for row in rows]
    return [
        _point(row, ends[end], _kind(row, several=several))
        for end, row in sorted(ended, key=lambda p: order.index(p[0]))
    ]


def _point(row: RunRow, end: str, kind: str) -> dict[str, Any]:
    gone = row.deleted + row.swept
    moved = row.new + row.changed + gone + row.restored
    return {
        "run": row.run,
        "kind": kind,
        "mode": row.mode,
        "end": end,
        "at": row.started_at.isoformat(),
        "began": row.started_at.isoformat(sep=" ", timespec="seconds")[:19],
        "took": "—" if row.ended_at is None else str(row.ended_at - row.started_at).split(".", maxsplit=1)[0],
        "read": f"{row.read:,}",
        "new": f"{row.new:,}",
        "changed": f"{row.changed:,}",
        "gone": f"{gone:,}",
        "back": f"{row.restored:,}",
        "rejected": f"{row.rejected:,}",
        "size": 24 + 70 * log10(1 + moved),
    }
