"""Reading by jobs of the Bulk API 2.0: a query runs in the org, and its result is fetched piece by piece."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from salesteam.crm.http import Client, Page, Reply
from salesteam.errors import AdapterError, AuthExpired, QuotaExhausted, RateLimited, Transient

__all__ = ["Job", "Jobs", "begun_of", "is_broken"]

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
_PATIENCE = 900.0
"""Seconds for which one try waits for a job; the next try goes on waiting for the same one."""
_PASSING = (Transient, RateLimited, QuotaExhausted, AuthExpired)
_RUNNING = frozenset({"UploadComplete", "InProgress"})
_COUNT, _LOCATOR = "sforce-numberofrecords", "sforce-locator"


@attrs.frozen(kw_only=True)
class Job:
    """A job, and how far its result was read: what a cursor within it holds.

    Salesforce keeps a result as it is for seven days, so a place in it is a safe place to go on from.
    """

    job: str
    """Its id."""
    query: str
    """Names what was asked; other settings ask otherwise."""
    begun: str | None
    """The time of change from which on it reads, before the overlap; None from the beginning."""
    locator: str | None = None
    """Where the next piece begins; None at the start."""
    read: int = 0
    """Rows before that."""
    seen: str | None = None
    """The latest time of change among them."""

    @property
    def reached(self) -> str | None:
        """Up to which time of change everything is read at its end."""
        return _later(self.begun, self.seen)


def begun_of(since: Any) -> str | None:
    """The time of change up to which everything was read before a cursor, whether it is within a job or not."""
    if since is None:
        return None
    found = since["begun"] if "job" in since else since["at"]
    return None if found is None else str(found)


def is_broken(reply: Reply) -> bool:
    """Whether a piece of a result holds other rows than its head says, or parts of rows."""
    count = reply.headers.get(_COUNT)
    if count is None:
        return False
    table = _table(reply.text)
    return count != str(max(0, len(table) - 1)) or len({len(cells) for cells in table}) > 1


@attrs.frozen(kw_only=True)
class Jobs:
    """Reads one kind of one source by jobs.

    Parameters
    ----------
    http : Client
        Who asks.
    source, kind : str
        For messages.
    path : str
        Where jobs are made.
    query : str
        Names what is asked for, whatever the window.
    names : tuple of str
        The columns.
    select : callable
        The query of what changed from a time on, less the overlap, up to the signpost.
    mark : callable
        When a row was changed, and its id.
    size : int
        Rows of a piece.
    """

    http: Client
    source: str
    kind: str
    path: str
    query: str
    names: tuple[str, ...]
    select: Callable[[str | None], str]
    mark: Callable[[Mapping[str, Any]], tuple[datetime, str]]
    size: int

    def pages(self, since: Any) -> Iterator[Page]:
        """The rest of a job that was cut off, if it is still there; then all that changed since."""
        begun = begun_of(since)
        cut = Job(**since) if since and "job" in since else None
        if cut is not None and cut.query != self.query:
            self._abort(cut)
        elif cut is not None:
            try:
                begun = yield from self._pieces(cut)
            except _PASSING:
                raise
            except AdapterError:  # it is gone, failed or short: what it was to read is read anew
                begun = cut.begun
        job = self._start(begun)
        yield Page(rows=[], cursor=attrs.asdict(job))
        yield from self._pieces(job)

    def _start(self, begun: str | None) -> Job:
        asked = {
            "operation": "queryAll",
            "query": self.select(begun),
            "contentType": "CSV",
            "columnDelimiter": "COMMA",
            "lineEnding": "LF",
        }
        found = self.http.ask("POST", self.path, json=asked).get("id")
        if not isinstance(found, str) or not found.isalnum():
            raise AdapterError(f"no job was made for {self.kind}", source=self.source)
        return Job(job=found, query=self.query, begun=begun)

    def _abort(self, cut: Job) -> None:
        """End a job that nobody needs any more; one that has ended already does no harm."""
        try:
            self.http.ask("PATCH", f"{self.path}/{cut.job}", json={"state": "Aborted"})
        except _PASSING:
            raise
        except AdapterError:
            return

    def _pieces(self, job: Job) -> Generator[Page, None, str | None]:
        """The rest of a result; each piece with the place behind it, the last with the time that was reached.

        The cursor of the last names its job too: the same rows may end the next job, and are no circle then.
        """
        total = self._finished(job)
        met: set[str | None] = set()
        while True:
            rows, following = self._piece(job)
            if len({self.mark(row)[1] for row in rows}) < len(rows) or following in met:
                raise AdapterError(f"the pieces of {self.kind} repeat rows", source=self.source)
            met.add(following)
            seen = max((self.mark(row)[0] for row in rows), default=None)
            job = attrs.evolve(
                job,
                locator=following,
                read=job.read + len(rows),
                seen=_later(job.seen, None if seen is None else seen.isoformat()),
            )
            if job.read > total or (following is None and job.read < total):
                what = "repeat rows" if job.read > total else "lack rows"
                told = f"the pieces of {self.kind} {what}: {job.read} came of {total}"
                raise AdapterError(told, source=self.source)
            if following is None:
                yield Page(rows=rows, cursor={"at": job.reached, "behind": job.job})
                return job.reached
            yield Page(rows=rows, cursor=attrs.asdict(job))

    def _finished(self, job: Job) -> int:
        """How many rows a job has, once it is done."""
        end, wait = self.http.clock() + _PATIENCE, _FIRST_WAIT
        while True:
            reply = self.http.ask("GET", f"{self.path}/{job.job}")
            state, total = reply.get("state"), reply.get("numberRecordsProcessed")
            if state == "JobComplete" and isinstance(total, int):
                return total
            if state not in _RUNNING:
                why = self.http.hide(str(reply.get("errorMessage") or "no reason is told"))
                raise AdapterError(f"the job {job.job} for {self.kind} is {state}: {why}", source=self.source)
            if self.http.clock() >= end:
                told = f"the job {job.job} for {self.kind} still runs; run the sync again to go on with it"
                raise Transient(told, source=self.source)
            self.http.wait(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    def _piece(self, job: Job) -> tuple[list[dict[str, str]], str | None]:
        """The rows of the next piece, and where the one behind it begins."""
        params: dict[str, Any] = {"maxRecords": self.size}
        if job.locator is not None:
            params["locator"] = job.locator
        path, accept = f"{self.path}/{job.job}/results", {"Accept": "text/csv"}
        reply = self.http.ask("GET", path, params=params, headers=accept, plain=True)
        table = _table(reply.text) or [[]]
        names = table[0]
        wrong = sorted(names) != sorted(self.names) or any(len(cells) != len(names) for cells in table)
        if wrong and (reply.text.strip() or _COUNT not in reply.headers):
            raise AdapterError(f"the answer has no table of {self.kind}", source=self.source)
        rows = [dict(zip(names, cells, strict=True)) for cells in table[1:]]
        following = reply.headers.get(_LOCATOR, "")
        return rows, None if following in {"", "null"} else following


def _table(text: str) -> list[list[str]]:
    """The cells of a table in CSV; an empty one is nothing, and one in quotes may have line breaks."""
    try:
        return [cells for cells in csv.reader(io.StringIO(text, newline=""), strict=True) if cells]
    except csv.Error:
        return []


def _later(one: str | None, other: str | None) -> str | None:
    times = (at for at in (one, other) if at is not None)
    return max(times, key=datetime.fromisoformat, default=None)
