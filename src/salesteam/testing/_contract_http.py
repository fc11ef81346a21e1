"""The part of the contract on faults of a server, for adapters over HTTP with a fake."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from salesteam.crm import Adapter, Limits, Ref, open_store, sweep, sync
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

    def filled(self, harness: HttpHarness) -> list[Ref]:
        """Some records of the last kind."""
        return sorted(harness.create(harness.kinds()[-1], number) for number in range(1, 6))

    def read(self, harness: HttpHarness, adapter: Adapter) -> list[Ref]:
        """What a reading in small pages finds."""
        return refs_of(read_all(adapter, harness.kinds()[-1], page_size=2))

    def test_a_rate_limit_is_waited_for(self, harness: HttpHarness, adapter: Adapter) -> None:
        """As long as the server says, then the reading goes on where it was."""
        made = self.filled(harness)
        harness.server.fail(Fault(how="answer", answer=Answer(status=429, headers=_SLOW), times=1, after=1))
        assert made == self.read(harness, adapter)
        assert harness.server.waited >= 7

    def test_an_endless_rate_limit_ends_the_reading(self, harness: HttpHarness, adapter: Adapter) -> None:
        """It says how long to wait."""
        self.filled(harness)
        harness.server.fail(Fault(how="answer", answer=Answer(status=429, headers=_SLOW)))
        with pytest.raises(RateLimited) as caught:
            self.read(harness, adapter)
        assert caught.value.retry_after == 7

    def test_nobody_waits_for_a_day(self, harness: HttpHarness, adapter: Adapter) -> None:
        """A very long wait is left to the caller."""
        self.filled(harness)
        answer = Answer(status=429, headers={"Retry-After": "86400"})
        harness.server.fail(Fault(how="answer", answer=answer))
        before = harness.server.waited
        with pytest.raises(RateLimited):
            self.read(harness, adapter)
        assert harness.server.waited < before + 60

    @pytest.mark.parametrize("status", [502, 503, 504])
    def test_a_burst_of_failures_is_outlasted(self, harness: HttpHarness, adapter: Adapter, status: int) -> None:
        """Two failures in a row are tried again."""
        made = self.filled(harness)
        harness.server.fail(Fault(how="answer", answer=Answer(status=status), times=2, after=1))
        assert made == self.read(harness, adapter)

    @pytest.mark.parametrize("how", _BROKEN)
    def test_a_broken_answer_is_asked_for_again(self, harness: HttpHarness, adapter: Adapter, how: How) -> None:
        """Closed, silent, truncated or garbled: nothing is lost and nothing doubled."""
        made = self.filled(harness)
        harness.server.fail(Fault(how=how, times=1, after=1))
        assert made == self.read(harness, adapter)

    @pytest.mark.parametrize("status", [400, 403, 404, 500])
    def test_a_failure_for_good_is_tried_once(self, harness: HttpHarness, adapter: Adapter, status: int) -> None:
        """A refusal and an unknown 500 are not tried again."""
        self.filled(harness)
        fault = harness.server.fail(Fault(how="answer", answer=Answer(status=status, body={"message": "no"})))
        with pytest.raises(AdapterError):
            self.read(harness, adapter)
        assert fault is not None
        assert fault.hits == 1

    def test_a_redirect_is_not_followed(self, harness: HttpHarness, adapter: Adapter) -> None:
        """The login goes to no other server."""
        self.filled(harness)
        elsewhere = Answer(status=302, headers={"Location": "http://127.0.0.2:9/"})
        fault = harness.server.fail(Fault(how="answer", answer=elsewhere))
        with pytest.raises(AdapterError):
            self.read(harness, adapter)
        assert fault is not None
        assert fault.hits == 1

    def test_a_login_that_expires_on_the_way_is_renewed(self, harness: HttpHarness, adapter: Adapter) -> None:
        """Once, and nothing is lost; where it cannot be renewed, that is said."""
        made = self.filled(harness)
        pages = adapter.fetch(
            harness.kinds()[-1],
            None,
            until=harness.server.crm.now,
            overlap=harness.server.crm.now.resolution,
            page_size=2,
        )
        found = list(next(pages).records)
        harness.expire()
        if harness.renews:
            found += [record for page in pages for record in page.records]
            assert made == sorted(record.ref for record in found)
        else:
            with pytest.raises(AuthExpired):
                list(pages)

    def test_a_login_that_is_never_good_is_said(self, harness: HttpHarness, adapter: Adapter) -> None:
        """After one renewal at the most."""
        self.filled(harness)
        fault = harness.server.fail(Fault(how="answer", answer=Answer(status=401, body={"message": "who?"})))
        with pytest.raises(AuthExpired):
            self.read(harness, adapter)
        assert fault is not None
        assert fault.hits <= 2

    def test_an_error_inside_a_good_answer_is_one(self, harness: HttpHarness, adapter: Adapter) -> None:
        """A status of 200 is not believed when the body says otherwise."""
        if not harness.body_errors:
            pytest.skip(f"{type(harness).__name__} names no errors inside good answers")
        self.filled(harness)
        for answer, expected in harness.body_errors:
            harness.server.fail(Fault(how="answer", answer=answer))
            with pytest.raises(expected):
                self.read(harness, adapter)

    def test_a_request_to_wait_in_the_body_is_obeyed(self, harness: HttpHarness, adapter: Adapter) -> None:
        """Where a server says it by a code of its own."""
        if not harness.waits_in_body:
            pytest.skip(f"{type(harness).__name__} names no such codes")
        made = self.filled(harness)
        for answer in harness.waits_in_body:
            harness.server.fail(Fault(how="answer", answer=answer, times=1, after=1))
            assert made == self.read(harness, adapter)

    def test_an_answer_of_another_shape_is_no_empty_source(self, harness: HttpHarness, adapter: Adapter) -> None:
        """Whatever is no list of rows is an error, never the end of the rows."""
        for kind in harness.kinds():
            harness.create(kind, 1)
            for shape in harness.shapes:
                harness.server.fail(Fault(how="answer", answer=Answer(body=shape)))
                with pytest.raises(AdapterError):
                    read_all(adapter, kind)

    def test_a_page_that_comes_again_is_noticed(self, harness: HttpHarness, adapter: Adapter) -> None:
        """A server that lies about its pages neither doubles rows nor keeps the adapter for ever."""
        self.filled(harness)
        harness.server.fail(Fault(how="replay"))
        with pytest.raises(AdapterError, match=r"repeat|out of order"):
            self.read(harness, adapter)

    def test_a_store_equals_the_server_whatever_fails(self, harness: HttpHarness, adapter: Adapter) -> None:
        """Synced through a burst of failures, then again after a change and a deletion, then swept."""
        crm, kind = harness.server.crm, harness.kinds()[-1]
        refs = [harness.create(kind, number) for number in range(1, 13)]
        limits = Limits(page_size=4, clock=harness.clock())
        with open_store(":memory:") as store:
            harness.server.fail(Fault(how="answer", answer=Answer(status=503), times=4, after=2))
            sync(adapter, store, kinds=[kind], limits=limits)
            harness.server.fail(None)
            harness.touch(refs[0])
            harness.delete(refs[1])
            sync(adapter, store, kinds=[kind], limits=limits)
            sweep(adapter, store, kinds=[kind], limits=limits)
            assert {ref for ref in refs if not crm.get(ref).deleted} == {record.ref for record in store.records(kind)}
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
        self.filled(harness)
        shown: list[str] = []
        hows: tuple[How, ...] = ("echo", "answer", "close")
        with caplog.at_level(logging.DEBUG):
            for how in hows:
                harness.server.fail(Fault(how=how, login=True))
                another = harness.adapter()
                with pytest.raises(AdapterError) as caught:
                    self.read(harness, another)
                shown += [str(caught.value), repr(caught.value), another.check().text()]
                another.close()
        text = "\n".join((*shown, caplog.text))
        assert [len(secret) for secret in harness.secrets if secret in text] == []

    def test_the_limits_are_kept(self, harness: HttpHarness, adapter: Adapter) -> None:
        """On the virtual clock, no window sees more requests than the server allows."""
        if not harness.limits:
            pytest.skip(f"{type(harness).__name__} names no limits")
        kind = harness.kinds()[-1]
        made = sorted(harness.create(kind, number) for number in range(1, 24))
        harness.server.limits = harness.limits
        assert made == refs_of(read_all(adapter, kind, page_size=1))
        assert harness.server.limited == 0

    def test_a_check_tells_what_is_wrong(self, harness: HttpHarness, adapter: Adapter) -> None:
        """A refusal is a finding before the reading, not an exception."""
        harness.server.fail(Fault(how="answer", answer=Answer(status=403, body={"message": "no"})))
        assert not adapter.check().ok
