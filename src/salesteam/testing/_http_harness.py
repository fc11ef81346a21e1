"""A harness of a fake server: what the contract changes is changed in the CRM behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from salesteam.crm import KINDS, Clock, Kind, Record, Ref, references
from salesteam.testing._exchange import Answer
from salesteam.testing._fake_http import FakeHTTP
from salesteam.testing._harness import Harness, ServerClock, texts_about, user_of
from salesteam.testing._samples import sample

__all__ = ["HttpHarness"]


class HttpHarness(Harness):
    """A fake server before a CRM in memory; a subclass gives `adapter` and `kinds`, and says what the server can do.

    Parameters
    ----------
    server : FakeHTTP
        The fake.

    Attributes
    ----------
    secrets : sequence of str
        All secrets of the settings, and tokens that the fake gives out; the tests of secrets look for each.
    renews : bool
        Whether the adapter logs in again by itself once `expire` was called.
        If not, the reading must end with `AuthExpired`.
    spoil : mapping
        For each kind, values of the source that no record can have, such as a stage that nobody mapped; bad also with
        other text around, because a test puts the secrets there.
        `inject` has them sent by `FakeHTTP.spoil`; the fake passes its rows through `FakeHTTP.spoilt`.
    body_errors : sequence of (Answer, type)
        Answers that are errors by what is in them, whatever their status, each with the error that the adapter must
        raise: for servers that say no in a 200, or a used-up quota in a 403.
    waits_in_body : sequence of Answer
        Answers by which this server asks to wait or to try again, other than by the statuses 429 and 502 to 504.
        Each comes once, and the reading must go on.
    shapes : sequence
        Bodies of a 200 that are no list of rows: the adapter must raise, and not take them for the end of the rows.
        Leave out those that are one for this server, such as ``[]`` where rows come in a bare list.
    limits : tuple of (int, float)
        So many requests in so many seconds: the limits to which the adapter keeps by itself.

    Examples
    --------
    >>> from salesteam.errors import QuotaExhausted
    >>> class ShopHarness(HttpHarness):  # of a server that answers with bare lists, and says its errors in a 200
    ...     renews = True
    ...     spoil = {"deal": {"stage": "hoping"}}
    ...     shapes = tuple(shape for shape in HttpHarness.shapes if shape != [])
    ...     body_errors = ((Answer(body={"error": "no calls left today"}), QuotaExhausted),)
    ...     waits_in_body = (Answer(body={"error": "busy"}),)
    ...     limits = ((10, 1), (190, 10))
    ...     def id_of(self, kind, number):
    ...         return f"{kind[:3]}{number:012d}"
    >>> ShopHarness.shapes[0]
    {}
    """

    renews: bool = False
    spoil: Mapping[Kind, Mapping[str, Any]] = MappingProxyType({})
    body_errors: Sequence[tuple[Answer, type[Exception]]] = ()
    waits_in_body: Sequence[Answer] = ()
    shapes: Sequence[Any] = ({}, [], "null", {"results": None}, {"message": "moved"}, "<html>maintenance</html>")
    limits: tuple[tuple[int, float], ...] = ()

    def __init__(self, server: FakeHTTP) -> None:
        self.server = server

    def id_of(self, kind: Kind, number: int) -> str:
        """The id of sample `number` of a kind, as this server writes ids; a whole number if not overridden.

        Override it where ids are of another form, because an adapter may check that before it asks.
        Different kinds and numbers must have different ids.
        """
        return str(1_000_000 * (KINDS.index(kind) + 1) + number)

    def expire(self) -> None:
        """Let the login expire, so that the next request is refused until the adapter logs in again."""
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
        """Add a record, and have the values of `spoil` sent for it."""
        if kind not in self.spoil:
            self.cannot(f"hold a bad row of kind {kind}")
        self.server.spoil(self.create(kind, 900), **self.spoil[kind])
