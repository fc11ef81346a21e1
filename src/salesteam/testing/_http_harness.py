"""A harness of a fake server: what the contract changes is changed in the CRM behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from salesteam.crm import KINDS, Clock, Kind, Record, Ref, references
from salesteam.testing._fake_http import Answer, FakeHTTP
from salesteam.testing._harness import Harness, ServerClock, texts_about, user_of
from salesteam.testing._samples import sample

__all__ = ["HttpHarness"]


class HttpHarness(Harness):
    """A fake server before a CRM in memory; a subclass gives `adapter` and `kinds`.

    Parameters
    ----------
    server : FakeHTTP
        The fake.

    Examples
    --------
    >>> HttpHarness.renews
    False
    """

    renews: bool = False
    """Whether the adapter can renew a login by itself."""

    spoil: Mapping[Kind, Mapping[str, Any]] = MappingProxyType({})
    """For each kind, values of the source that no record can have."""

    body_errors: Sequence[tuple[Answer, type[Exception]]] = ()
    """Errors inside good answers, each with what the adapter must raise."""

    waits_in_body: Sequence[Answer] = ()
    """Answers that ask to wait or try again otherwise than by their status."""

    shapes: Sequence[Any] = ({}, [], "null", {"results": None}, {"message": "moved"}, "<html>maintenance</html>")
    """Good answers that are no list of rows; leave out what is one for this server."""

    limits: tuple[tuple[int, float], ...] = ()
    """Requests and seconds: the limits that the adapter keeps to by itself."""

    def __init__(self, server: FakeHTTP) -> None:
        self.server = server

    def id_of(self, kind: Kind, number: int) -> str:
        """The id of sample `number`, as this server writes ids; whole numbers if not overridden."""
        return str(1_000_000 * (KINDS.index(kind) + 1) + number)

    def expire(self) -> None:
        """Let the login expire."""
        self.cannot("let a login expire")

    def create(self, kind: Kind, number: int) -> Ref:
        """A sample record of the kind."""
        return self.server.crm.create(self._sample(kind, number)).ref

    def _sample(self, kind: Kind, number: int) -> Record:
        made = references(sample(kind, number, source=self.server.crm.source), self._named)
        return attrs.evolve(made, ref=self._named(made.ref))

    def _named(self, ref: Ref) -> Ref:
        return attrs.evolve(ref, external_id=self.id_of(ref.kind, int(ref.external_id.rpartition("-")[2])))

    def touch(self, ref: Ref) -> None:
        """Change its name."""
        self.server.crm.touch(ref)

    def touch_all(self, kind: Kind) -> None:
        """Change all names at one instant."""
        self.server.crm.touch_all(kind)

    def delete(self, ref: Ref) -> None:
        """Leave a tombstone, which the server may hide."""
        self.server.crm.delete(ref)

    def undelete(self, ref: Ref) -> None:
        """Take the tombstone away."""
        self.server.crm.undelete(ref)

    def clock(self) -> Clock:
        """That of the server, which adapters share."""
        return ServerClock(self.server.crm, self.server.wait)

    def wait(self, seconds: float) -> None:
        """Move it."""
        self.server.wait(seconds)

    def close(self) -> None:
        """Stop the server."""
        self.server.close()

    def reassign(self, ref: Ref, owner: Ref) -> None:
        """Give it to another."""
        self.server.crm.reassign(ref, owner)

    def colleague(self, number: int) -> Ref:
        """A sample user."""
        return user_of(self.server.crm, self._sample("user", number))

    def activities(self, ref: Ref) -> Sequence[str]:
        """The subjects of the activities about it in the CRM behind the server."""
        return texts_about(self.server.crm, ref)

    def inject(self, kind: Kind) -> None:
        """Add a record and spoil what is sent of it."""
        if kind not in self.spoil:
            self.cannot(f"hold a bad row of kind {kind}")
        self.server.spoil(self.create(kind, 900), **self.spoil[kind])
