"""Reading by jobs: what a table in CSV means, and that a job may be cut off, fail, vanish or lie."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.conftest import JobsHarness
from tests.test_salesforce import deal

from salesteam.core import Money
from salesteam.crm import Limits, VirtualClock, open_store, sync
from salesteam.errors import AdapterError, QuotaExhausted, Transient
from salesteam.testing import Answer, Fault, read_all
from salesteam.testing._read import last_cursor, records_of, refs_of

pytestmark = pytest.mark.parametrize("harness", [JobsHarness], indirect=True)
EVER = timedelta(0)


@pytest.fixture
def adapter(harness):
    """An adapter that is closed at the end."""
    adapter = harness.adapter()
    yield adapter
    adapter.close()


def made_jobs(harness):
    """How many jobs there were."""
    return harness.server.counts()["POST /services/data/v64.0/jobs/query"]


def seven(harness):
    """Seven deals."""
    return sorted(harness.create("deal", number) for number in range(1, 8))


def test_amounts_are_exact_however_long(harness, adapter):
    """A table holds them as text, and no binary number comes between."""
    ref = deal(harness, value=Money.of("1", "CNY"))
    harness.server.spoil(ref, Amount=Decimal("9007199254740993.01"), Probability=Decimal("33.3"))
    found = records_of(read_all(adapter, "deal"))[ref]
    assert Money.of("9007199254740993.01", "CNY") == found.value
    assert Decimal("0.333") == found.probability


def test_texts_may_hold_line_breaks_quotes_commas_and_chinese(harness, adapter):
    """As people type them."""
    name = '上海"大客户"， 第一行\r\n第二行,\n"third" line'
    ref = deal(harness, name=name)
    assert name == records_of(read_all(adapter, "deal"))[ref].name


def test_an_empty_cell_is_nothing(harness, adapter):
    """No amount, no account, no owner."""
    found = records_of(read_all(adapter, "deal"))
    assert {} == found
    ref = deal(harness)
    found = records_of(read_all(adapter, "deal"))[ref]
    assert (None, None, None, None, ()) == (found.value, found.account, found.owner, found.expected_close, found.splits)


def test_flags_are_read_as_words(harness, adapter):
    """True and false are texts in a table."""
    ref = deal(harness, status="won")
    gone = deal(harness, 8)
    harness.delete(gone)
    found = records_of(read_all(adapter, "deal"))
    assert ("won", False, True) == (found[ref].status, found[ref].deleted, found[gone].deleted)


def test_both_ways_read_the_same(harness):
    """Record for record, in all kinds."""
    for kind in ("user", *harness.kinds()):
        for number in range(1, 4):
            harness.create(kind, number)
    by_jobs, by_queries = harness.adapter(), harness.adapter(read="rest")
    for kind in by_jobs.capabilities():
        assert records_of(read_all(by_jobs, kind)) == records_of(read_all(by_queries, kind))
    by_jobs.close()
    by_queries.close()


def test_a_job_is_waited_for_with_growing_pauses(harness, adapter):
    """One second, two, four: not many requests for a long job."""
    made, harness.server.polls = seven(harness), 4
    assert made == refs_of(read_all(adapter, "deal"))
    assert 15 == harness.server.waited


def test_a_job_that_still_runs_is_gone_on_with(harness, adapter):
    """It is neither given up nor made a second time; only the try ends, so that the sync can tell."""
    made, harness.server.polls = seven(harness), 40
    pages = adapter.fetch("deal", None, until=harness.server.crm.now, overlap=EVER, page_size=5)
    cursor = next(pages).cursor
    with pytest.raises(Transient, match="still runs"):
        next(pages)
    assert 900 <= harness.server.waited < 960  # fifteen minutes
    (job,) = harness.server.jobs.values()
    assert "InProgress" == job["state"]
    job["left"] = 99
    with pytest.raises(Transient, match="still runs"):
        next(adapter.fetch("deal", cursor, until=harness.server.crm.now, overlap=EVER, page_size=50))
    job["left"] = 0
    again = adapter.fetch("deal", cursor, until=harness.server.crm.now, overlap=EVER, page_size=50)
    assert made == sorted(record.ref for record in next(again).records)
    assert 1 == made_jobs(harness)


def test_a_reading_that_was_cut_off_goes_on_in_the_same_job(harness, adapter):
    """At the piece where it was, though the rows have changed since."""
    made = seven(harness)
    pages = adapter.fetch("deal", None, until=harness.server.crm.now, overlap=EVER, page_size=3)
    first = [next(pages), next(pages)]
    harness.touch_all("deal")
    again = adapter.fetch("deal", last_cursor(first), until=harness.server.crm.now, overlap=EVER, page_size=3)
    rest = [next(again), next(again)]
    assert 1 == made_jobs(harness)
    assert made == refs_of([*first, *rest])
    later = records_of(again)
    assert set(made) == set(later)
    assert 2 == made_jobs(harness)


@pytest.mark.parametrize("how", ["gone", "Failed", "Aborted", "short"])
def test_a_cut_off_job_that_is_lost_is_read_anew(harness, adapter, how):
    """From where it began, so that nothing is missed."""
    made = seven(harness)
    pages = adapter.fetch("deal", None, until=harness.server.crm.now, overlap=EVER, page_size=3)
    cursor = last_cursor([next(pages), next(pages)])
    (job,) = harness.server.jobs
    if how == "gone":
        harness.server.jobs.clear()
        harness.server.jobs["750x"] = {}
    elif how == "short":
        harness.server.jobs[job]["said"] = 99
    else:
        harness.server.jobs[job]["state"] = how
    found = records_of(read_all(adapter, "deal", since=cursor, page_size=3))
    assert set(made) == set(found)
    assert 2 == made_jobs(harness)


def test_a_job_of_other_settings_is_ended_and_not_gone_on_with(harness, adapter):
    """Its columns are not those that are wanted now."""
    made, harness.server.polls = seven(harness), 3
    (cursor,) = [next(adapter.fetch("deal", None, until=harness.server.crm.now, overlap=EVER, page_size=3)).cursor]
    other = harness.adapter(extra={"deal": ("Tier__c",)})
    assert set(made) == set(records_of(read_all(other, "deal", since=cursor)))
    other.close()
    assert ["Aborted", "JobComplete"] == [job["state"] for job in harness.server.jobs.values()]


def test_a_cursor_of_one_way_is_taken_by_the_other(harness, adapter):
    """So that the first reading may be by jobs and the later ones by queries, even from within a job."""
    made = seven(harness)
    whole = last_cursor(read_all(adapter, "deal"))
    within = next(adapter.fetch("deal", None, until=harness.server.crm.now, overlap=EVER, page_size=3)).cursor
    harness.touch(made[0])
    by_queries = harness.adapter(read="rest")
    assert {made[0]} < set(records_of(read_all(by_queries, "deal", since=whole))) < set(made)
    assert set(made) == set(records_of(read_all(by_queries, "deal", since=within)))
    back = last_cursor(read_all(by_queries, "deal"))
    assert {made[0]} == set(records_of(read_all(adapter, "deal", since=back)))
    by_queries.close()


@pytest.mark.parametrize(("state", "told"), [("Failed", "the org has said no"), ("Aborted", "is Aborted")])
def test_a_job_that_fails_is_told_and_not_repeated(harness, adapter, state, told):
    """With the words of Salesforce."""
    harness.server.ends = state
    with pytest.raises(AdapterError, match=told) as caught:
        read_all(adapter, "deal")
    assert not isinstance(caught.value, Transient)
    assert 1 == made_jobs(harness)


@pytest.mark.parametrize(("said", "told"), [(9, "lack rows: 7 came of 9"), (5, "repeat rows: 6 came of 5")])
def test_a_total_that_is_not_so_is_noticed(harness, adapter, said, told):
    """Rows that are missing and rows that are too many; and the cursor stays within."""
    seven(harness)
    pages = adapter.fetch("deal", None, until=harness.server.crm.now, overlap=EVER, page_size=3)
    seen = [next(pages)]
    (job,) = harness.server.jobs.values()
    job["said"] = said
    with pytest.raises(AdapterError, match=told):
        seen.extend(pages)
    assert "job" in last_cursor(seen).data


@pytest.mark.parametrize("rows", [True, False], ids=["the same rows", "no rows"])
def test_pieces_that_go_in_a_circle_are_noticed(harness, adapter, rows):
    """A locator that was there before ends the reading, also where nothing comes with it."""
    seven(harness)
    server = harness.server
    good = server.piece

    def circle(request, held):
        answer = good(request, held)
        body = answer.body if rows else answer.body.partition("\n")[0]
        count = answer.headers["Sforce-NumberOfRecords"] if rows else "0"
        head = {**answer.headers, "Sforce-Locator": "L3", "Sforce-NumberOfRecords": count}
        return Answer(body=body, headers=head)

    server.piece = circle
    with pytest.raises(AdapterError, match="repeat rows"):
        read_all(adapter, "deal", page_size=3)


def test_a_row_that_stands_for_another_is_noticed(harness, adapter):
    """The number is right, and one row came twice instead of a lost one."""
    seven(harness)

    def double(text):
        lines = text.splitlines(keepends=True)
        return "".join([*lines[:-1], lines[1]])

    harness.server.fail(Fault(how="change", change=double, after=2))
    with pytest.raises(AdapterError, match="repeat rows"):
        read_all(adapter, "deal")


@pytest.mark.parametrize(
    "change",
    [lambda text: text.rsplit("\n", 2)[0] + "\n", lambda text: text[:-4], lambda text: "", lambda text: text * 2],
)
def test_a_piece_that_is_not_what_its_head_says_is_asked_for_again(harness, adapter, change):
    """Fewer rows, half a row, nothing, more: each once, and nothing is lost."""
    made = seven(harness)
    harness.server.fail(Fault(how="change", change=change, after=2, times=1))
    assert made == refs_of(read_all(adapter, "deal"))


def test_a_table_of_other_columns_is_none(harness, adapter):
    """A cell is never taken for another one."""
    seven(harness)
    harness.server.fail(Fault(how="change", change=lambda text: text.replace("StageName", "Stage"), after=2))
    with pytest.raises(AdapterError, match="no table of deal"):
        read_all(adapter, "deal")


def test_the_limit_of_the_day_ends_a_reading_that_goes_on_tomorrow(harness):
    """It comes as a 403, in the middle of a result; the next sync goes on in the same job."""
    made = seven(harness)
    adapter, clock = harness.adapter(), VirtualClock(harness.server.crm.now)
    used = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    with open_store(":memory:") as store:
        limits = Limits(page_size=3, clock=clock)
        harness.server.fail(Fault(how="answer", answer=Answer(status=403, body=used), after=5))
        run = sync(adapter, store, kinds=["deal"], limits=limits)
        assert ("resumable", ["crm.quota-exhausted"]) == (run.state, [finding.code for finding in run.report])
        assert 3 == store.count("deal")
        harness.server.fail(None)
        jobs = made_jobs(harness)
        run = sync(adapter, store, kinds=["deal"], limits=limits)
        assert "complete" == run.state, run.text()
        assert made == sorted(record.ref for record in store.records("deal"))
        assert jobs + 1 == made_jobs(harness)  # the rest of the one, and what changed since
    adapter.close()


def test_the_allowance_of_the_day_counts_for_jobs_too(harness, adapter):
    """Each request tells how much is used."""
    harness.server.always = {"Sforce-Limit-Info": "api-usage=900/1000"}
    with pytest.raises(QuotaExhausted):
        read_all(adapter, "deal")


def test_stages_and_split_deals_are_read_by_queries(harness):
    """Jobs take no query within a query, and not every object."""
    deal(harness)
    adapter = harness.adapter(splits=True)
    read_all(adapter, "deal")
    read_all(adapter, "stage")
    adapter.close()
    assert 0 == made_jobs(harness)


def test_a_check_makes_no_job(harness, adapter):
    """It asks for one row of each kind by queries."""
    assert adapter.check().ok
    assert 0 == made_jobs(harness)


def test_a_second_sync_of_an_unchanged_org_changes_no_record(harness, adapter):
    """A new job, the rows of the overlap again, and nothing new."""
    seven(harness)
    with open_store(":memory:") as store:
        limits = Limits(clock=VirtualClock(harness.server.crm.now))
        assert 7 == sync(adapter, store, kinds=["deal"], limits=limits).part("deal").new
        changes = list(store.changes())
        part = sync(adapter, store, kinds=["deal"], limits=limits).part("deal")
        assert (0, 0, part.read) == (part.new, part.changed, part.unchanged)
        assert changes == list(store.changes())
