"""A store: the records of all sources in one SQLite file, with everything that ever happened to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

from salesteam.crm._clock import Clock, SystemClock
from salesteam.crm._reading import Records
from salesteam.crm._record import Record
from salesteam.crm._ref import KINDS, Kind, Ref
from salesteam.crm._store._codec import decode, from_micros, latest
from salesteam.crm._store._erasure import Erasure
from salesteam.crm._store._kept import Held, LoggedChange
from salesteam.crm._store._lock import hold
from salesteam.crm._store._work import changes, quarantine, runs, where

__all__ = ["Keep", "Store"]

Keep = Literal["all", "rejects", "none"]

_CHUNK = 1000


class Store:
    """The records of all sources in one SQLite file, with everything that ever happened to them.

    Made by `open_store`; filled by `sync`.
    Reading is safe while another process syncs; only one may sync at a time.

    Parameters
    ----------
    connection : sqlite3.Connection
        The open file.
    path : str
        Its name.
    keep_raw : {'all', 'rejects', 'none'}
        What is kept of the text of the source.

    Examples
    --------
    >>> from salesteam.crm import Account, MemoryCRM, Ref, open_store, sync
    >>> server = MemoryCRM("demo", [Account(ref=Ref("demo", "account", "A-1"), name="Acme")])
    >>> with open_store(":memory:") as store:
    ...     _ = sync(server.adapter(), store)
    ...     [account.name for account in store.records("account")]
    ['Acme']
    """

    def __init__(self, connection: sqlite3.Connection, path: str, *, keep_raw: Keep) -> None:
        self.connection = connection
        self.path = path
        self.keep_raw = keep_raw

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Store {self.path}>"

    def close(self) -> None:
        """Let go of the file; safe to call again."""
        self.connection.close()

    def sources(self) -> tuple[str, ...]:
        """The names of the sources that were synced into it.

        Examples
        --------
        >>> from salesteam.crm import open_store
        >>> open_store(":memory:").sources()
        ()
        """
        return tuple(name for (name,) in self._rows("SELECT DISTINCT source FROM run ORDER BY source"))

    def kinds(self, source: str, *, known_at: datetime | None = None) -> tuple[Kind, ...]:
        """The kinds of records that were synced from a source, by now or by an instant, parents before children.

        Examples
        --------
        >>> from salesteam.crm import open_store
        >>> open_store(":memory:").kinds("demo")
        ()
        """
        asked = "SELECT DISTINCT kind FROM run WHERE source = ? AND started_at <= ?"
        found = {kind for (kind,) in self._rows(asked, source, latest(known_at))}
        return tuple(kind for kind in KINDS if kind in found)

    def count(self, kind: Kind | None = None, *, source: str | None = None) -> int:
        """How many living records it has.

        Examples
        --------
        >>> from salesteam.crm import open_store
        >>> open_store(":memory:").count("deal")
        0
        """
        conditions, values = where(kind, source)
        ((count,),) = self._rows(f"SELECT count(*) FROM record WHERE deleted = 0{conditions}", *values)  # noqa: S608 -- the words are ours
        return int(count)

    def get(self, ref: Ref) -> Record | None:
        """The record of a reference as it was seen last, deleted or not; None if it never came.

        Examples
        --------
        >>> from salesteam.crm import open_store
        >>> open_store(":memory:").get(Ref("demo", "deal", "D-1")) is None
        True
        """
        found = self._rows(
            "SELECT body, updated_at, deleted FROM record WHERE source = ? AND kind = ? AND external_id = ?",
            ref.source,
            ref.kind,
            ref.external_id,
        )
        return next((decode(ref, body, at, deleted=bool(gone)) for body, at, gone in found), None)

    def raw(self, ref: Ref) -> str | None:
        """The text of the row that the record of a reference was made of, without secrets; None if none is kept.

        Examples
        --------
        >>> from salesteam.crm import Account, MemoryCRM, open_store, sync
        >>> acme = Ref("demo", "account", "A-1")
        >>> store = open_store(":memory:", keep_raw="all")
        >>> _ = sync(MemoryCRM("demo", [Account(ref=acme, name="Acme")]).adapter(), store)
        >>> "Acme" in store.raw(acme)
        True
        """
        asked = "SELECT raw FROM record WHERE source = ? AND kind = ? AND external_id = ?"
        return next((raw for (raw,) in self._rows(asked, ref.source, ref.kind, ref.external_id)), None)

    def records(
        self, kind: Kind, *, source: str | None = None, known_at: datetime | None = None, deleted: bool = False
    ) -> Iterator[Record]:
        """The records of a kind, one by one, in the order in which they first came.

        Parameters
        ----------
        kind : str
            One of `KINDS`.
        source : str, optional
            Only of this source.
        known_at : datetime, optional
            As the store knew them at this instant; as it knows them now if not given.
        deleted : bool, default False
            Also those that are gone, marked.

        Returns
        -------
        iterator of Record
            Never more than a page in memory, unless `known_at` is given.

        Examples
        --------
        >>> from salesteam.crm import open_store
        >>> list(open_store(":memory:").records("deal"))
        []
        """
        rows = self._now(kind, source) if known_at is None else self._then(kind, source, known_at)
        for name, external_id, body, at, gone in rows:
            if deleted or not gone:
                yield decode(Ref(name, kind, external_id), body, at, deleted=bool(gone))

    def _now(self, kind: Kind, source: str | None) -> Iterator[tuple[str, str, str, int | None, int]]:
        conditions, values = where(kind, source)
        after = 0
        while True:
            page = self._rows(
                "SELECT seq, source, external_id, body, updated_at, deleted FROM record"  # noqa: S608 -- the words are ours
                f" WHERE seq > ?{conditions} ORDER BY seq LIMIT {_CHUNK}",
                after,
                *values,
            )
            yield from (row[1:] for row in page)
            if len(page) < _CHUNK:
                return
            after = page[-1][0]

    def _then(
        self, kind: Kind, source: str | None, known_at: datetime
    ) -> Iterator[tuple[str, str, str, int | None, int]]:
        conditions, values = where(kind, source)
        yield from self.connection.execute(
            "SELECT source, external_id, body, updated_at, op = 'delete' FROM change JOIN ("  # noqa: S608 -- as above
            f" SELECT max(seq) AS seq, min(seq) AS born FROM change WHERE seen_at <= ?{conditions}"
            " GROUP BY source, external_id) USING (seq) ORDER BY born",
            (latest(known_at), *values),
        )

    def changes(self, kind: Kind | None = None, *, source: str | None = None) -> Iterator[LoggedChange]:
        """The log of changes, from the first.

        Examples
        --------
        >>> from salesteam.crm import open_store
        >>> list(open_store(":memory:").changes("deal"))
        []
        """
        return changes(self.connection, kind, source)

    def quarantine(self, kind: Kind | None = None, *, source: str | None = None) -> tuple[Held, ...]:
        """The rows that could not become records, with their reasons.

        Examples
        --------
        >>> from salesteam.crm import open_store
        >>> open_store(":memory:").quarantine("deal")
        ()
        """
        return quarantine(self.connection, kind, source)

    def runs(self) -> Any:
        """What each sync did with each kind, as a table.

        Returns
        -------
        pandas.DataFrame
            One row a sync, source and kind: see the reference of columns.

        Examples
        --------
        >>> from salesteam.crm import open_store
        >>> list(open_store(":memory:").runs().columns)[:4]
        ['run', 'source', 'kind', 'mode']
        """
        return runs(self.connection)

    def synced_at(self, source: str, *, known_at: datetime | None = None) -> datetime | None:
        """When the last sync of a source began that was complete by now, or by an instant; None if there was none.

        Examples
        --------
        >>> from salesteam.crm import open_store
        >>> open_store(":memory:").synced_at("demo") is None
        True
        """
        ((at,),) = self._rows(
            "SELECT max(began) FROM (SELECT min(started_at) AS began FROM run WHERE source = ?"
            " GROUP BY id HAVING sum(state <> 'complete') = 0 AND max(ended_at) <= ?)",
            source,
            latest(known_at),
        )
        return from_micros(at)

    def pull(self, *, known_at: datetime | None = None, sources: tuple[str, ...] | None = None) -> Records:
        """All living records in memory, as `salesteam.crm.pull` reads them of the sources themselves.

        Parameters
        ----------
        known_at : datetime, optional
            As they were known at this instant; as they are known now if not given.
        sources : tuple of str, optional
            Only of these.

        Returns
        -------
        Records
            For `salesteam.crm.facts` and reviews.

        Examples
        --------
        >>> from salesteam.crm import open_store
        >>> open_store(":memory:").pull().records
        ()
        """
        from salesteam.crm._pull import pull
        from salesteam.crm._store._adapter import StoreAdapter, StoreConfig

        return pull(
            StoreAdapter(StoreConfig(store=self, known_at=known_at), source=source)
            for source in (self.sources() if sources is None else sources)
        )

    def at(self, known_at: datetime) -> Records:
        """All living records as they were known at an instant; the same as ``pull(known_at=...)``.

        Examples
        --------
        >>> from datetime import UTC
        >>> from salesteam.crm import open_store
        >>> open_store(":memory:").at(datetime(2026, 9, 30, tzinfo=UTC)).records
        ()
        """
        return self.pull(known_at=known_at)

    def forget(self, ref: Ref, *, also: Sequence[str] = (), clock: Clock | None = None) -> Erasure:
        """Erase a person from everything that the store holds, the past as well; it cannot be undone.

        Texts of the person's records are lost, and so is every mention of its name, addresses and numbers elsewhere.
        What stays is that there was somebody: a hash in place of the id, references to it, times and states.
        No later sync takes the person in again; erase it in the CRM too, whose other texts may still tell of it.

        Parameters
        ----------
        ref : Ref
            A user, a contact or a lead; with it go the records that it was merged with or converted to.
        also : sequence of str
            Other texts by which the person is known, such as 王总.
        clock : Clock, optional
            Tells when it was forgotten; the clock of the system if not given.

        Returns
        -------
        Erasure
            What was erased, namesakes that stayed, and whether the file still holds old bytes.

        Raises
        ------
        InvalidValueError, NotFoundError
            If the reference is no person, or the store never knew it.
        StoreError
            If another run holds the store.

        Examples
        --------
        >>> from salesteam.crm import Contact, MemoryCRM, open_store, sync
        >>> wang = Ref("demo", "contact", "C-1")
        >>> server = MemoryCRM("demo", [Contact(ref=wang, name="王伟")])
        >>> store = open_store(":memory:")
        >>> _ = sync(server.adapter(), store)
        >>> store.forget(wang).explain()
        '1 records forgotten: 1 records as they are known now, 1 lines of the log of changes'
        """
        from salesteam.crm._store._forget import forget

        return forget(self, ref, also, clock or SystemClock())

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        return self.connection.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside lands, or nothing; a mistake, a signal or a full disk leaves the store as it was."""
        if self.connection.in_transaction:  # one that could not even be undone, when the disk failed
            self.connection.execute("ROLLBACK")
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:  # SQLite ends some itself, such as on a full disk
                self.connection.execute("ROLLBACK")
            raise

    def held(self) -> AbstractContextManager[None]:
        """Hold the store for one sync; a process that dies lets go of it.

        Raises
        ------
        StoreError
            If another run holds it.
        """
        return hold(self.path)
