"""Adapters over HTTP with one bug each, under the contract of faults; `test_planted_http` looks which tests fail.

A class names in `caught_by` the tests that must fail; of all its other tests none may.
"""

from __future__ import annotations

from contextlib import nullcontext, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from itertools import islice
from typing import ClassVar
from urllib.request import urlopen

import attrs
import pytest
from shop import ShopAdapter, ShopHarness, TokenAdapter

from salesteam.core import Report
from salesteam.crm.http import Page
from salesteam.errors import AdapterError, AuthExpired, InvalidValueError, Rejected, Transient
from salesteam.testing import HttpContract


class Planted(HttpContract):
    """The contract of faults, on the adapter of the class."""

    __test__ = False
    bug: ClassVar[type] = ShopAdapter

    @pytest.fixture
    def harness(self):
        return ShopHarness(self.bug)

    @pytest.fixture
    def adapter(self, harness):
        adapter = harness.adapter()
        yield adapter
        adapter.close()


class TestSound(Planted):
    """No bug."""

    __test__ = True


class TestByToken(Planted):
    """Nor one in the adapter that reads by tokens."""

    __test__ = True
    bug = TokenAdapter


class TestBlindRetry(Planted):
    """A 500 is taken for something that passes."""

    __test__ = True
    caught_by = ("test_a_failure_for_good_is_tried_once",)

    class bug(ShopAdapter):
        def classify(self, reply):
            return Transient("500") if reply.status == 500 else super().classify(reply)


class TestPostsBlindly(Planted):
    """A request that makes something is sent again when its answer is lost."""

    __test__ = True
    caught_by = ("test_a_write_whose_answer_is_lost_is_there_once",)

    class bug(ShopAdapter):
        again = True


class TestBelievesTheStatus(Planted):
    """The body of a 200 is not looked at."""

    __test__ = True
    caught_by = ("test_an_error_inside_a_good_answer_is_one",)

    class bug(ShopAdapter):
        def classify(self, reply):
            return None


class TestImpatient(Planted):
    """A rate limit is taken for a refusal."""

    __test__ = True
    caught_by = (
        "test_a_rate_limit_is_waited_for",
        "test_an_endless_rate_limit_ends_the_reading",
        "test_nobody_waits_for_a_day",
    )

    class bug(ShopAdapter):
        def classify(self, reply):
            return Rejected("429") if reply.status == 429 else super().classify(reply)


class TestSleepsForADay(Planted):
    """It waits as long as it is told to, by a timer of its own."""

    __test__ = True
    caught_by = ("test_nobody_waits_for_a_day",)

    class bug(ShopAdapter):
        def classify(self, reply):
            if reply.status == 429 and (reply.retry_after or 0) > 1000:
                self.wait(reply.retry_after)
            return super().classify(reply)


class TestFragile(Planted):
    """What passes is given up at once."""

    __test__ = True
    caught_by = (
        "test_a_burst_of_failures_is_outlasted",
        "test_a_broken_answer_is_asked_for_again",
        "test_a_request_to_wait_in_the_body_is_obeyed",
    )

    class bug(ShopAdapter):
        def asked(self, query):
            return self.listed(self.http.ask("GET", "customers", params=query, again=False).get("rows"), "rows")


class TestOldToken(Planted):
    """A login is never renewed."""

    __test__ = True
    caught_by = ("test_a_login_that_expires_on_the_way_is_renewed", "test_a_login_that_is_never_good_is_said")

    class bug(ShopAdapter):
        def classify(self, reply):
            return Rejected("401") if reply.status == 401 else super().classify(reply)


class TestEmptyIsFine(Planted):
    """An answer of another shape is taken for no rows."""

    __test__ = True
    caught_by = ("test_an_answer_of_another_shape_is_no_empty_source", "test_a_broken_answer_is_asked_for_again")

    class bug(ShopAdapter):
        def asked(self, query):
            reply = self.http.ask("GET", "customers", params=query, plain=True)
            return (reply.get("rows") or []) if reply.whole else []


class TestSwallowsOfTheFirstKind(Planted):
    """Any failure is the end of the rows, of the first kind only; the shop holds none, so that other tests fail too."""

    __test__ = True
    and_more = True
    caught_by = (
        "test_a_failure_for_good_is_tried_once",
        "test_a_redirect_is_not_followed",
        "test_a_login_that_is_never_good_is_said",
        "test_an_endless_rate_limit_ends_the_reading",
        "test_nobody_waits_for_a_day",
        "test_an_error_inside_a_good_answer_is_one",
    )

    @pytest.fixture
    def harness(self):
        harness = ShopHarness(self.bug)
        harness.kinds = lambda: ("contact", "account")
        return harness

    class bug(ShopAdapter):
        def capabilities(self):
            can = super().capabilities()["account"]
            return {"contact": attrs.evolve(can, writes=()), "account": can}

        def pages(self, kind, since, **options):
            with suppress(AdapterError) if kind == "contact" else nullcontext():
                yield from super().pages(kind, since, **options)


class TestFollows(Planted):
    """A redirect is asked again, as if it would pass."""

    __test__ = True
    caught_by = ("test_a_redirect_is_not_followed",)

    class bug(ShopAdapter):
        def classify(self, reply):
            return Transient("302") if reply.status == 302 else super().classify(reply)


class TestTrustsTheTotal(Planted):
    """Pages are counted by the total of the server, and not looked at."""

    __test__ = True
    caught_by = ("test_a_page_that_comes_again_is_noticed", "test_a_total_that_is_not_so_loses_nothing_unseen")

    class bug(ShopAdapter):
        def pages(self, kind, since, *, until, overlap, size):
            start = 0
            while True:
                reply = self.http.ask("GET", "customers", params={"limit": str(size), "offset": str(start)})
                rows = self.listed(reply.get("rows"), "rows")
                if rows:
                    yield Page(rows=rows)
                start += size
                if start >= (reply.get("total") or 0):
                    return


class TestChatty(Planted):
    """An error repeats the key."""

    __test__ = True
    caught_by = ("test_no_secret_shows_in_any_failure", "test_no_secret_is_left_behind")

    class bug(ShopAdapter):
        def asked(self, query):
            try:
                return super().asked(query)
            except AuthExpired:
                raise
            except Rejected as error:
                raise Rejected(f"{error} with {self.config.key.reveal()}") from None


class TestShowsItself(Planted):
    """The adapter tells its key where it is looked at."""

    __test__ = True
    caught_by = ("test_no_secret_is_left_behind",)

    class bug(ShopAdapter):
        def __repr__(self):
            return f"<shop by {self.config.key.reveal()}>"


class TestOverlooked(Planted):
    """The harness does not know of the key, so that nobody looks for it."""

    __test__ = True
    caught_by = ("test_the_harness_names_every_secret_of_the_settings",)

    @pytest.fixture
    def harness(self):
        harness = ShopHarness(self.bug)
        harness.secrets = ("something-else",)
        return harness


class TestReadsNothingQuietly(Planted):
    """An address that is refused is taken for a source without rows."""

    __test__ = True
    caught_by = ("test_an_address_that_is_not_encrypted_is_for_this_machine_only",)

    class bug(ShopAdapter):
        def pages(self, kind, since, **options):
            with suppress(InvalidValueError):
                yield from super().pages(kind, since, **options)


class TestFallsBack(Planted):
    """Encryption is left out where the server is on this machine, whatever the settings say."""

    __test__ = True
    caught_by = ("test_an_encrypted_address_is_asked_in_tls_alone",)

    class bug(ShopAdapter):
        def connect(self):
            client = super().connect()
            client.base = client.base.replace("https://127.", "http://127.")
            return client


class TestWanders(Planted):
    """It goes where an answer points to."""

    __test__ = True
    and_more = True
    caught_by = ("test_an_answer_that_points_to_another_server_is_not_followed",)

    class bug(ShopAdapter):
        def asked(self, query):
            reply = self.http.ask("GET", "customers", params=query)
            with suppress(OSError, HTTPException), urlopen(reply.get("next"), timeout=0.2):
                pass
            return self.listed(reply.get("rows"), "rows")


class TestRunsAhead(Planted):
    """A page brings the cursor of the one behind it."""

    __test__ = True
    caught_by = ("test_a_sync_that_breaks_off_at_any_request_loses_and_doubles_nothing",)

    class bug(ShopAdapter):
        def pages(self, kind, since, **options):
            pages = [*islice(found := super().pages(kind, since, **options), 1)]
            for page in found:
                yield Page(rows=pages.pop().rows, cursor=page.cursor)
                pages.append(page)
            yield from pages


class TestListsWhatItCan(Planted):
    """A listing that breaks off is taken for a whole one."""

    __test__ = True
    caught_by = ("test_a_sweep_that_breaks_off_at_any_request_deletes_nothing",)

    class bug(ShopAdapter):
        def list_ids(self, kind):
            options = {"until": datetime.max.replace(tzinfo=UTC), "overlap": timedelta(0), "page_size": 2}
            with suppress(Rejected):
                for batch in self.fetch(kind, None, **options):
                    yield from (record.ref.external_id for record in batch.records)


class TestTakesARefusalForGone(Planted):
    """What may not be read by its id is taken for what is not there."""

    __test__ = True
    caught_by = ("test_a_reading_by_id_that_breaks_off_takes_nothing_for_gone",)

    class bug(ShopAdapter):
        def fetch_ids(self, kind, ids):
            found = []
            for each in ids:
                with suppress(Rejected):
                    found += super().fetch_ids(kind, [each])
            return tuple(found)


class TestTrustsOurClock(Planted):
    """The server tells its time, and that of another day is given on."""

    __test__ = True
    and_more = True
    caught_by = ("test_a_clock_that_is_wrong_by_a_day_loses_nothing",)

    class bug(ShopAdapter):
        def server_time(self):
            return super().server_time() - timedelta(days=1)


class TestHasty(Planted):
    """No limit is kept."""

    __test__ = True
    caught_by = ("test_the_limits_are_kept",)

    class bug(ShopAdapter):
        limits = ()


class TestCheckRaises(Planted):
    """What a check finds comes as an exception."""

    __test__ = True
    caught_by = (
        "test_a_check_tells_what_is_wrong",
        "test_no_secret_shows_in_any_failure",
        "test_no_secret_is_left_behind",
    )

    class bug(ShopAdapter):
        def check(self):
            self.ping()
            return Report()


class TestForgetsTheLast(Planted):
    """The last row of each page is lost."""

    __test__ = True
    and_more = True
    caught_by = ("test_a_store_equals_the_server_whatever_fails",)

    class bug(ShopAdapter):
        def pages(self, kind, since, **options):
            for page in super().pages(kind, since, **options):
                yield Page(rows=page.rows[:-1], cursor=page.cursor)


class TestMumbles(Planted):
    """It sends a parameter that the server does not know, and goes on without it."""

    __test__ = True
    and_more = True
    caught_by = ("test_a_rate_limit_is_waited_for",)

    class bug(ShopAdapter):
        def asked(self, query):
            try:
                return super().asked({**query, "colour": "red"})
            except AdapterError:
                return super().asked(query)
