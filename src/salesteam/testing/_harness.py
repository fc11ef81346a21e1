"""What a plugin author supplies: a server with data in it, and ways to change them behind the adapter's back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest

from salesteam.crm import Activity, Adapter, Clock, Kind, MemoryCRM, Record, Ref, VirtualClock
from salesteam.testing._samples import sample

__all__ = ["Harness", "MemoryHarness", "ServerClock", "texts_about", "user_of"]

_LATE = datetime(2900, 1, 1, tzinfo=UTC)


class Harness(ABC):
    """A server that the contract can change, and an adapter to it.

    Implement the abstract methods for a real server, a fake, or a folder of files.
    Override the other operations that the server has.
    The tests of those that you leave alone are skipped, and say so.

    Examples
    --------
    >>> isinstance(MemoryHarness(), Harness)
    True
    """

    secrets: Sequence[str] = ()
    """Texts that must appear nowhere: put the tokens in here that the adapter was configured with."""

    @abstractmethod
    def adapter(self) -> Adapter:
        """A new adapter to the server."""

    @abstractmethod
    def kinds(self) -> Sequence[Kind]:
        """The kinds that the tests may create; each must be readable.

        The tests go through all of them, but for these: a merge is tried on the first, a login that cannot be renewed
        expires while the last is read.
        """

    @abstractmethod
    def create(self, kind: Kind, number: int) -> Ref:
        """Create record `number` of a kind, different from all others; return its reference."""

    @abstractmethod
    def touch(self, ref: Ref) -> None:
        """Change a field of a record that the adapter maps; the record is neither deleted nor archived."""

    def touch_all(self, kind: Kind) -> None:
        """Change all records of a kind at one instant; deleted, archived and bad ones may be left alone."""
        self.cannot(f"touch all of kind {kind} at once")

    def delete(self, ref: Ref) -> None:
        """Delete a record that is there; of an adapter that writes, also a task or note that it made."""
        self.cannot(f"delete {ref}")

    def undelete(self, ref: Ref) -> None:
        """Bring a deleted record back."""
        self.cannot(f"undelete {ref}")

    def archive(self, ref: Ref) -> None:
        """Put a record away that is there."""
        self.cannot(f"archive {ref}")

    def merge(self, loser: Ref, survivor: Ref) -> None:
        """Merge one record into another."""
        self.cannot(f"merge {loser} into {survivor}")

    def reassign(self, ref: Ref, owner: Ref) -> None:
        """Give a record another owner."""
        self.cannot(f"give {ref} to {owner}")

    def colleague(self, number: int) -> Ref:
        """User `number` of the server, to whom records and tasks may be given."""
        self.cannot(f"name user {number}")

    def activities(self, ref: Ref) -> Sequence[str]:
        """What the tasks and notes about a record say that the server has now, one text each."""
        self.cannot(f"show the tasks and notes about {ref}")

    def inject(self, kind: Kind) -> None:
        """Put a row in that cannot become a record; done once for a kind, and nothing more with that row.

        Call `cannot` for a kind of which no row can be bad.
        """
        self.cannot(f"hold a bad row of kind {kind}")

    def clock(self) -> Clock:
        """The clock by which a sync of the server is timed; one that stands in the far future if not overridden."""
        return VirtualClock(_LATE)

    def wait(self, seconds: float) -> None:  # noqa: B027 -- most servers have a clock of their own
        """Let time pass at the server, if it has a clock that tests can move; nothing by default."""

    def close(self) -> None:  # noqa: B027 -- a folder of files needs no stopping
        """Stop the server; nothing by default, safe to call again."""

    def cannot(self, what: str) -> NoReturn:
        """Skip the running test, because the server behind the harness cannot do this.

        Examples
        --------
        >>> MemoryHarness().cannot("fly")
        Traceback (most recent call last):
        Skipped: MemoryHarness cannot fly
        """
        pytest.skip(f"{type(self).__name__} cannot {what}")


class MemoryHarness(Harness):
    """A harness of the reference CRM in memory; the model for others.

    Examples
    --------
    >>> harness = MemoryHarness()
    >>> str(harness.create("account", 1))
    'memory:account:account-1'
    """

    def __init__(self) -> None:
        self.server = MemoryCRM("memory")

    def adapter(self) -> Adapter:
        """A new adapter to the CRM in memory."""
        return self.server.adapter()

    def kinds(self) -> Sequence[Kind]:
        """Four kinds that stand for all."""
        return ("account", "product", "lead", "deal")

    def create(self, kind: Kind, number: int) -> Ref:
        """A sample record of the kind."""
        return self.server.create(sample(kind, number, source=self.server.source)).ref

    def touch(self, ref: Ref) -> None:
        """Change its name."""
        self.server.touch(ref)

    def touch_all(self, kind: Kind) -> None:
        """Change all names at one instant."""
        self.server.touch_all(kind)

    def delete(self, ref: Ref) -> None:
        """Leave a tombstone."""
        self.server.delete(ref)

    def undelete(self, ref: Ref) -> None:
        """Take the tombstone away."""
        self.server.undelete(ref)

    def archive(self, ref: Ref) -> None:
        """Mark it as put away."""
        self.server.archive(ref)

    def merge(self, loser: Ref, survivor: Ref) -> None:
        """Leave a redirect."""
        self.server.merge(loser, survivor)

    def clock(self) -> Clock:
        """That of the server."""
        return ServerClock(self.server, self.wait)

    def wait(self, seconds: float) -> None:
        """Move the clock of the server."""
        self.server.now += timedelta(seconds=seconds)

    def reassign(self, ref: Ref, owner: Ref) -> None:
        """Give it to another."""
        self.server.reassign(ref, owner)

    def colleague(self, number: int) -> Ref:
        """A sample user."""
        return user_of(self.server, sample("user", number, source=self.server.source))

    def activities(self, ref: Ref) -> Sequence[str]:
        """The subjects of its activities."""
        return texts_about(self.server, ref)


class ServerClock(Clock):
    """Our clock stands where that of a CRM in memory does, and waiting moves it."""

    def __init__(self, server: MemoryCRM, wait: Callable[[float], None]) -> None:
        self.server, self.wait = server, wait

    def now(self) -> datetime:
        """Where it stands."""
        return self.server.now

    def sleep(self, seconds: float) -> None:
        """Move it."""
        self.wait(seconds)


def user_of(server: MemoryCRM, user: Record) -> Ref:
    """A user of the server, made if it is not there."""
    known = {record.ref for record in server.records("user")}
    return user.ref if user.ref in known else server.create(user).ref


def texts_about(server: MemoryCRM, ref: Ref) -> tuple[str, ...]:
    """What the tasks and notes of a CRM in memory about a record say."""
    found = (record for record in server.records("activity") if isinstance(record, Activity) and not record.deleted)
    return tuple(record.subject or "" for record in found if record.about == ref)
