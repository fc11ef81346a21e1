"""A connector over HTTP: pages of rows in, batches of records out, the cursor never ahead of what was read."""

from __future__ import annotations

import json
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar

import attrs

from salesteam.core import Place, Report, find
from salesteam.crm import Adapter, Batch, Contact, Cursor, Kind, Record, Ref, Reject
from salesteam.crm._silence import silent
from salesteam.crm.http._client import Client
from salesteam.crm.http._row import BadValueError, Row
from salesteam.errors import AdapterError, AuthExpired, InvalidValueError, NotFoundError, QuotaExhausted

__all__ = ["Page", "RestAdapter"]

_FAR = 3000
_FAULTS = (AdapterError, InvalidValueError)


@attrs.frozen(kw_only=True)
class Page:
    """One page as a source sent it.

    Parameters
    ----------
    rows : sequence of mapping
        Its rows.
    cursor : JSON value, optional
        Where to resume after it; None if there is no safe place.
    gone : sequence of Record, optional
        Records of what the page says is deleted.

    Examples
    --------
    >>> Page(rows=[{"id": "1"}]).cursor is None
    True
    """

    rows: Sequence[Mapping[str, Any]]
    cursor: Any = None
    gone: Sequence[Record] = ()


class RestAdapter(Adapter):
    """An adapter to a server that is asked over HTTP.

    A subclass says how to `connect`, how to ask for a `page` of rows in the order of (time of change, id),
    what `mark` a row has in that order, and what `record` it becomes.
    A source with another order overrides `pages`.

    Parameters
    ----------
    config : object
        The settings.
    source : str
        The name of this source.
    wait, clock, timeout
        As in `Client`; tests give their own.

    Examples
    --------
    >>> RestAdapter.cursor_format
    1
    """

    cursor_format: ClassVar[int] = 1

    def __init__(
        self,
        config: Any,
        *,
        source: str,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        timeout: float = 30.0,
    ) -> None:
        super().__init__(config, source=source)
        self.wait, self.clock, self.timeout = wait, clock, timeout
        self._client: Client | None = None

    @abstractmethod
    def connect(self) -> Client:
        """Make the client of this source, with `wait`, `clock` and `timeout`; asks nothing yet."""

    @abstractmethod
    def record(self, kind: Kind, row: Row) -> Record:
        """The record of a row; raises `BadValueError` or InvalidValueError where it cannot be one."""

    @abstractmethod
    def mark(self, kind: Kind, row: Mapping[str, Any]) -> tuple[datetime, str]:
        """When a row was changed, and its id."""

    def page(
        self,
        kind: Kind,
        after: datetime | None,
        last: tuple[datetime, str] | None,
        until: datetime | None,
        size: int,
    ) -> Sequence[Mapping[str, Any]]:
        """At most `size` rows that changed from `after` on up to `until`, in order, those behind `last` only.

        Raises
        ------
        InvalidValueError
            By default: an adapter defines this, or `pages` for another order.
        """
        asked = f"at most {size} rows of {kind} from {after or 'the first'} to {until or 'the last'}, behind {last}"
        raise InvalidValueError(
            f"{type(self).__name__} defines neither page() nor pages()",
            where=self.source,
            fix=f"define page(), which was asked for {asked}; or pages() if the server has no such order",
        )

    def row(self, data: Mapping[str, Any]) -> Row:
        """A row with the zone of the source."""
        return Row(data)

    def ref(self, kind: Kind, external_id: object) -> Ref | None:
        """The reference to a record of this source; None for nothing."""
        return None if external_id is None or not str(external_id).strip() else Ref(self.source, kind, str(external_id))

    def ping(self) -> None:
        """Ask for as little as possible, so that the server tells its time; nothing by default."""

    def server_time(self) -> datetime | None:
        """The clock of the server, from the head of an answer; None if it cannot be reached."""
        try:
            self.ping()
        except _FAULTS:
            return None
        return self.http.server_time

    def raw(self, row: Any) -> str:
        """A row as JSON, without the secrets of the client."""
        return self.http.hide(super().raw(row))

    def remap(self, kind: Kind, raw: str) -> Record | Reject:
        """Read the text of a row again."""
        try:
            data = json.loads(raw)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise InvalidValueError("this is no row of the source", where="raw", fix="fetch it by its id")
        return self.made(kind, data)

    @property
    def http(self) -> Client:
        """The client, made when it is first needed."""
        if self._client is None:
            self._client = self.connect()
        return self._client

    def check(self) -> Report:
        """Whether the login works and each kind may be read; every problem at once.

        A login that is refused is not tried again for the next kind, because a server may lock it;
        nor is a server that gives no answer.
        """
        problems: list[str] = []
        for kind in self.capabilities():
            try:
                self.probe(kind)
            except _FAULTS as error:
                problems.append(self._told(kind, error))
                if isinstance(error, AuthExpired) or not isinstance(error, AdapterError) or silent(error):
                    break
        return Report(
            find("crm.source-failed", source=self.source, problem=problem) for problem in dict.fromkeys(problems)
        )

    def probe(self, kind: Kind) -> None:
        """Read as little of a kind as possible; raises what hinders it."""
        next(iter(self.pages(kind, None, until=None, overlap=timedelta(0), size=1)), None)

    def _told(self, kind: Kind, error: Exception) -> str:
        problem = str(error).removeprefix(f"{self.source}: ")
        return f"{kind}: {problem}" if isinstance(error, AdapterError) else problem

    def fetch(
        self, kind: Kind, since: Cursor | None, *, until: datetime, overlap: timedelta, page_size: int
    ) -> Iterator[Batch]:
        """Pages of what changed from the cursor, less the overlap, up to `until`."""
        resumed = None if since is None else self._resumed(since)
        end = None if until.year >= _FAR else until
        for page in self.pages(kind, resumed, until=end, overlap=overlap, size=page_size):
            made = [(self.made(kind, row), row) for row in page.rows]
            good = [(each, row) for each, row in made if isinstance(each, Record)]
            yield Batch(
                records=(*(each for each, _ in good), *page.gone),
                rejects=tuple(each for each, _ in made if isinstance(each, Reject)),
                rows=(*(row for _, row in good), *(None for _ in page.gone)),
                cursor=None if page.cursor is None else Cursor.of(self.cursor_format, page.cursor),
            )

    def pages(self, kind: Kind, since: Any, *, until: datetime | None, overlap: timedelta, size: int) -> Iterator[Page]:
        """Pages in the order of (time of change, id): no row is missed or doubled while others move."""
        after = None if since is None else self.behind(datetime.fromisoformat(since["at"]), overlap)
        last: tuple[datetime, str] | None = None
        while rows := self.page(kind, after, last, until, size):
            marks = [self.mark(kind, row) for row in rows]
            self.in_order(kind, marks if last is None else [last, *marks])
            last = marks[-1]
            yield Page(rows=rows, cursor={"at": last[0].isoformat()})

    def behind(self, at: datetime, overlap: timedelta) -> datetime:
        """A time less the overlap, but not before all time."""
        try:
            return at - overlap
        except OverflowError:
            return datetime.min.replace(tzinfo=at.tzinfo)

    def in_order(self, kind: Kind, marks: Sequence[Any]) -> None:
        """Stop where a server sends rows again or out of order: its pages cannot be trusted.

        Raises
        ------
        AdapterError
            If a mark comes twice, or times fall; ids of one time may be in the order of the server.
        """
        times = [mark[0] if isinstance(mark, tuple) else mark for mark in marks]
        if len(set(marks)) < len(marks) or any(after < before for before, after in pairwise(times)):
            raise AdapterError(f"the pages of {kind} repeat rows or are out of order", source=self.source)

    def made(self, kind: Kind, data: Mapping[str, Any]) -> Record | Reject:
        """The record of a row, or a reject with the reason."""
        try:
            record = self.record(kind, self.row(data))
            region = getattr(self.config, "phone_region", None)
            return record.in_region(region) if isinstance(record, Contact) else record
        except BadValueError as error:
            return self._reject(kind, data, error)
        except (InvalidValueError, NotFoundError) as error:
            text = self.http.hide(str(error))
            return self._reject(kind, data, BadValueError(kind, "", f"cannot be made: {text}", f"无法生成：{text}"))

    def _reject(self, kind: Kind, data: Mapping[str, Any], error: BadValueError) -> Reject:
        ref = self.ref(kind, self.key(kind, data))
        place = Place(table=kind, key=ref.external_id if ref else None, field=error.field)
        told: dict[str, Any] = {"field": error.field, "value": repr(self.http.hide(str(error.value)))}
        if error.options or error.setting:
            reason = find("crm.unmapped-value", place, options=error.options or "—", todo=error.todo, **told)
        else:
            reason = find("crm.bad-cell", place, problem=error.problem, **told)
        return Reject(ref=ref, kind=kind, reason=reason, raw=self.raw(data))

    def key(self, kind: Kind, data: Mapping[str, Any]) -> str | None:
        """The id of a row that cannot become a record, if it has one."""
        try:
            return self.mark(kind, data)[1]
        except (AdapterError, KeyError, ValueError):
            return None

    def _resumed(self, cursor: Cursor) -> Any:
        if cursor.format != self.cursor_format:
            problem = f"cursor format {cursor.format} is unknown"
            raise InvalidValueError(problem, where=type(self).__name__, fix="restart the reading")
        return cursor.data

    def spared(self, used: object, allowed: object, share: Fraction) -> QuotaExhausted | None:
        """The error of an allowance of the day of which more is used than the share that this source may use up to."""
        try:
            spent, whole = int(str(used)), int(str(allowed))
        except ValueError:
            return None
        if spent <= share * whole:
            return None
        told = f"{spent} of {whole} requests of the day are used, more than the share of {share}"
        return QuotaExhausted(told, source=self.source)

    def listed(self, value: Any, what: str) -> list[Mapping[str, Any]]:
        """Let a list of rows pass.

        Raises
        ------
        AdapterError
            If the answer has none: a server that answers otherwise than it should is no empty one.
        """
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise AdapterError(f"the answer has no list of {what}", source=self.source)
        return value

    def close(self) -> None:
        """Let go of the connections; safe to call again."""
        if self._client is not None:
            self._client.close()
