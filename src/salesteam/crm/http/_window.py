"""A connector to a server that can only be paged by ids: whole windows of time, each by rising ids."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from salesteam.crm import Kind
from salesteam.crm.http._adapter import Page, RestAdapter

__all__ = ["WindowAdapter"]


class WindowAdapter(RestAdapter):
    """An adapter to a server that is asked for what changed in a window of time, in the order of ids.

    Use it where a search gives no more than so many results, or cannot be ordered by (time, id):
    each page is the first one of a search for greater ids, so no offset moves under it.
    A cursor within a window keeps the window; one at its end keeps the latest time of change that was seen.

    Examples
    --------
    >>> issubclass(WindowAdapter, RestAdapter)
    True
    """

    @abstractmethod
    def search(
        self, kind: Kind, after: datetime | None, until: datetime | None, last: str | None, size: int
    ) -> Sequence[Mapping[str, Any]]:
        """At most `size` rows that changed within the window, by rising ids, those behind `last` only."""

    def found(self, kind: Kind, rows: Sequence[Mapping[str, Any]], cursor: Any) -> Page:
        """A page of what was found; override it to read more of the rows."""
        del kind
        return Page(rows=rows, cursor=cursor)

    def pages(self, kind: Kind, since: Any, *, until: datetime | None, overlap: timedelta, size: int) -> Iterator[Page]:
        """Pages of the windows: the one that was cut off, if there is one, then all that changed since."""
        after: datetime | None = None
        if since is not None:
            after = _time(since["at"])
            if "id" in since:
                end = _time(since["until"])
                yield from self._window(kind, after, end, size, last=since["id"], seen=_time(since["seen"]))
                after = end or _time(since["seen"])
            after = after and self.behind(after, overlap)
        yield from self._window(kind, after, until, size)

    def _window(
        self,
        kind: Kind,
        after: datetime | None,
        until: datetime | None,
        size: int,
        *,
        last: str | None = None,
        seen: datetime | None = None,
    ) -> Iterator[Page]:
        begun = last
        while rows := self.search(kind, after, until, last, size):
            marks = [self.mark(kind, row) for row in rows]
            self.in_order(kind, [("", key) for key in (last, *(mark[1] for mark in marks)) if key is not None])
            last = marks[-1][1]
            seen = max([mark[0] for mark in marks] + ([seen] if seen else []))
            yield self.found(kind, rows, {"at": _iso(after), "until": _iso(until), "id": last, "seen": _iso(seen)})
        if last != begun and seen is not None:
            yield Page(rows=[], cursor={"at": _iso(seen)})


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _time(text: str | None) -> Any:
    return None if text is None else datetime.fromisoformat(text)
