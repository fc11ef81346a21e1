"""The part of the contract on faults of a server, for adapters over HTTP with a fake."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from itertools import product

import attrs
import pytest

from salesteam.crm import Adapter, Kind, Limits, Ref, open_store, sweep, sync
from salesteam.errors import AdapterError, AuthExpired, RateLimited
from salesteam.testing._contract_faults import Faults
from salesteam.testing._contract_secrets import Secrets
from salesteam.testing._contract_writing import Writing
from salesteam.testing._exchange import Answer
from salesteam.testing._fake_http import Fault, How
from salesteam.testing._http_harness import HttpHarness
from salesteam.testing._read import read_all, records_of, refs_of, timeless

__all__ = ["HttpContract"]

_BROKEN: tuple[How, ...] = ("close", "silence", "truncate", "garble")
_SLOW = {"Retry-After": "7"}


class HttpContract(Secrets, Faults):
    """What every adapter over HTTP must survive; inherit it beside `AdapterContract`, with an `HttpHarness`.

    Examples
    --------
    >>> hasattr(HttpContract, "test_a_rate_limit_is_waited_for")
    True
    """

    @pytest.fixture(autouse=True)
    def well_spoken(self, harness: HttpHarness) -> Iterator[None]:
        """In no test may the server have refused a request: the adapter sends only what it should."""
        yield
        harness.server.close()
        assert harness.server.refused == []

    def failing(
        self, harness: HttpHarness, fault: Fault, *, after: Sequence[int] = (0,)
    ) -> Iterator[tuple[Kind, list[Ref], Fault]]:
        """Each kind with five records, before a server that fails from its first request on, or after so many."""
        for kind in harness.kinds():
            made = _filled(harness, kind)
            for number in after:
                given = attrs.evolve(fault, after=number)
                harness.server.fail(given)
                yield kind, made, given
                harness.server.fail(None)

    def read(self, adapter: Adapter, kind: Kind) -> list[Ref]:
        """What a reading in small pages finds."""
        return refs_of(read_all(adapter, kind, page_size=2))

    def test_a_rate_limit_is_waited_for(self, harness: HttpHarness, adapter: Adapter) -> None:
        """As long as the server says, then the reading goes on where it was."""
        slow = Fault(how="answer", answer=Answer(status=429, headers=_SLOW), times=1)
        for kind, made, fault in self.failing(harness, slow, after=(0, 1)):
            before = harness.server.waited
            assert made == self.read(adapter, kind)
            assert harness.server.waited >= before + 7 * fault.hits

    def test_an_endless_rate_limit_ends_the_reading(self, harness: HttpHarness, adapter: Adapter) -> None:
        """It says how long to wait."""
        slow = Fault(how="answer", answer=Answer(status=429, headers=_SLOW))
        for kind, _, _ in self.failing(harness, slow):
            with pytest.raises(RateLimited) as caught:
                self.read(adapter, kind)
            assert caught.value.retry_after == 7

    def test_nobody_waits_for_a_day(self, harness: HttpHarness, adapter: Adapter) -> None:
        """A very long wait is left to the caller."""
        day = Fault(how="answer", answer=Answer(status=429, headers={"Retry-After": "86400"}))
        for kind, _, _ in self.failing(harness, day):
            before = harness.server.waited
            with pytest.raises(RateLimited):
                self.read(adapter, kind)
            assert harness.server.waited < before + 60

    @pytest.mark.parametrize("status", [502, 503, 504])
    def test_a_burst_of_failures_is_outlasted(self, harness: HttpHarness, adapter: Adapter, status: int) -> None:
        """Two failures in a row are tried again."""
        burst = Fault(how="answer", answer=Answer(status=status), times=2)
        for kind, made, _ in self.failing(harness, burst, after=(0, 1)):
            assert made == self.read(adapter, kind)

    @pytest.mark.parametrize("how", _BROKEN)
    def test_a_broken_answer_is_asked_for_again(self, harness: HttpHarness, adapter: Adapter, how: How) -> None:
        """Closed, silent, truncated or garbled: nothing is lost and nothing doubled."""
        for kind, made, _ in self.failing(harness, Fault(how=how, times=1), after=(0, 1)):
            assert made == self.read(adapter, kind)

    @pytest.mark.parametrize("status", [400, 403, 404, 500])
    def test_a_failure_for_good_is_tried_once(self, harness: HttpHarness, adapter: Adapter, status: int) -> None:
        """A refusal and an unknown 500 are not tried again."""
        refusal = Fault(how="answer", answer=Answer(status=status, body={"message": "no"}))
        for kind, _, fault in self.failing(harness, refusal):
            with pytest.raises(AdapterError):
                self.read(adapter, kind)
            assert fault.hits == 1

    def test_a_redirect_is_not_followed(self, harness: HttpHarness, adapter: Adapter) -> None:
        """The login goes to no other server."""
        elsewhere = Answer(status=302, headers={"Location": "http://127.0.0.2:9/"})
        for kind, _, fault in self.failing(harness, Fault(how="answer", answer=elsewhere)):
            with pytest.raises(AdapterError):
                self.read(adapter, kind)
            assert fault.hits == 1

    def test_a_login_that_expires_on_the_way_is_renewed(self, harness: HttpHarness, adapter: Adapter) -> None:
        """Once, and nothing is lost; where it cannot be renewed, that is said, if more had to be asked for."""
        for kind in harness.kinds() if harness.renews else harness.kinds()[-1:]:  # what is not renewed is lost for all
            made, now = _filled(harness, kind), harness.server.crm.now
            pages = adapter.fetch(kind, None, until=now, overlap=now.resolution, page_size=2)
            found = refs_of([next(pages)])
            harness.expire()
            with nullcontext() if harness.renews or found == made else pytest.raises(AuthExpired):
                assert made == sorted((*found, *refs_of(pages)))

    def test_a_login_that_is_never_good_is_said(self, harness: HttpHarness, adapter: Adapter) -> None:
        """After one renewal at the most."""
        never = Fault(how="answer", answer=Answer(status=401, body={"message": "who?"}))
        for kind, _, fault in self.failing(harness, never):
            with pytest.raises(AuthExpired):
                self.read(adapter, kind)
            assert fault.hits <= 2

    def test_an_error_inside_a_good_answer_is_one(self, harness: HttpHarness, adapter: Adapter) -> None:
        """A status of 200 is not believed when the body says otherwise."""
        if not harness.body_errors:
            pytest.skip(f"{type(harness).__name__} names no errors inside good answers")
        for kind in harness.kinds():
            _filled(harness, kind)
            for answer, expected in harness.body_errors:
                harness.server.fail(Fault(how="answer", answer=answer))
                with pytest.raises(expected):
                    self.read(adapter, kind)

    def test_a_request_to_wait_in_the_body_is_obeyed(self, harness: HttpHarness, adapter: Adapter) -> None:
        """Where a server says it by a code of its own."""
        if not harness.waits_in_body:
            pytest.skip(f"{type(harness).__name__} names no such codes")
        for kind in harness.kinds():
            made = _filled(harness, kind)
            for answer, after in product(harness.waits_in_body, (0, 1)):
                harness.server.fail(Fault(how="answer", answer=answer, times=1, after=after))
                assert made == self.read(adapter, kind)

    def test_an_answer_of_another_shape_is_no_empty_source(self, harness: HttpHarness, adapter: Adapter) -> None:
        """Whatever is no list of rows is an error, never the end of the rows."""
        for kind in harness.kinds():
            harness.create(kind, 1)
            for shape in harness.shapes:
                harness.server.fail(Fault(how="answer", answer=Answer(body=shape)))
                with pytest.raises(AdapterError):
                    read_all(adapter, kind)

    def test_a_page_that_comes_again_is_noticed(self, harness: HttpHarness, adapter: Adapter) -> None:
        """A server that lies about its pages neither doubles rows nor keeps the adapter for ever; the error says so.

        Where several things are asked for at one path, their answers are mixed up as well, which is another error.
        """
        told = []
        for kind, made, _ in self.failing(harness, Fault(how="replay")):
            try:
                assert made == self.read(adapter, kind), f"{kind} is read in pages that the server repeats"
            except AdapterError as error:
                told.append(str(error))
        assert not told or re.search("repeat|out of order", "\n".join(told))

    def test_a_store_equals_the_server_whatever_fails(self, harness: HttpHarness, adapter: Adapter) -> None:
        """Synced through a burst of failures, then again after a change and a deletion, then swept."""
        limits = Limits(page_size=4, clock=harness.clock())
        can = adapter.capabilities()
        for kind in [kind for kind in harness.kinds() if can[kind].deletes != "none"]:
            refs = [harness.create(kind, number) for number in range(1, 13)]
            with open_store(":memory:") as store:
                harness.server.fail(Fault(how="answer", answer=Answer(status=503), times=4, after=2))
                sync(adapter, store, kinds=[kind], limits=limits)
                harness.server.fail(None)
                harness.touch(refs[0])
                harness.delete(refs[1])
                sync(adapter, store, kinds=[kind], limits=limits)
                sweep(adapter, store, kinds=[kind], limits=limits)
                assert {*refs} - {refs[1]} == {record.ref for record in store.records(kind)}
                (now,) = [record for record in store.records(kind) if record.ref == refs[0]]
                assert timeless(now) == timeless(records_of(read_all(adapter, kind))[refs[0]])

    def test_a_write_whose_answer_is_lost_is_there_once(self, harness: HttpHarness, adapter: Adapter) -> None:
        """On the wire too: what makes something is sent once, whatever happens to the answer."""
        for written in Writing().writing(harness, adapter):
            fault = harness.server.fail(Fault(how="lose", times=1))
            written.push()
            harness.server.fail(None)
            assert fault is not None
            assert fault.hits == 1, "no request of this write changed the CRM behind the fake"
            written.settle()
            written.push()
            assert written.times() == 1

    def test_no_secret_shows_in_any_failure(self, harness: HttpHarness, caplog: pytest.LogCaptureFixture) -> None:
        """Not in an error and not in a log, even if the server repeats what it was sent."""
        assert harness.secrets, "name the secrets in the harness"
        kind = harness.kinds()[0]
        _filled(harness, kind)
        shown: list[str] = []
        hows: tuple[How, ...] = ("echo", "answer", "close")
        with caplog.at_level(logging.DEBUG):
            for how in hows:
                harness.server.fail(Fault(how=how, login=True))
                another = harness.adapter()
                with pytest.raises(AdapterError) as caught:
                    self.read(another, kind)
                shown += [str(caught.value), repr(caught.value), another.check().text()]
                another.close()
        text = "\n".join((*shown, caplog.text))
        assert [len(secret) for secret in harness.secrets if secret in text] == []

    def test_the_limits_are_kept(self, harness: HttpHarness, adapter: Adapter) -> None:
        """On the virtual clock, no window sees more requests than the server allows."""
        if not harness.limits:
            pytest.skip(f"{type(harness).__name__} names no limits")
        harness.server.limits = harness.limits
        for kind in harness.kinds():
            made = sorted(harness.create(kind, number) for number in range(1, 24))
            assert made == refs_of(read_all(adapter, kind, page_size=1))
        assert harness.server.limited == 0

    def test_a_check_tells_what_is_wrong(self, harness: HttpHarness, adapter: Adapter) -> None:
        """A refusal is a finding before the reading, not an exception."""
        harness.server.fail(Fault(how="answer", answer=Answer(status=403, body={"message": "no"})))
        assert not adapter.check().ok


def _filled(harness: HttpHarness, kind: Kind) -> list[Ref]:
    """Five records of a kind."""
    return sorted(harness.create(kind, number) for number in range(1, 6))
