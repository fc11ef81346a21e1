"""A sync reads what changed, accounts for every row, and can be stopped and run again at any point."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import attrs
import pytest
from tests.crm.faulty import Faulty, contents, dump, limits, living, server_of, synced, visible
from tests.crm.world import codes, deal, ref, user

from salesteam.crm import KINDS, Account, Cursor, Limits, MemoryCRM, SyncPart, open_store, sweep, sync
from salesteam.errors import (
    AdapterError,
    AuthExpired,
    InvalidValueError,
    NotFoundError,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Transient,
)
from salesteam.testing import sample


@pytest.fixture
def store():
    """A store that is gone at the end."""
    with open_store(":memory:") as opened:
        yield opened


def many(count=25):
    """A CRM with many deals."""
    return server_of(records=[deal(f"D-{number:03}", name=f"{number}") for number in range(count)])


def account(key, **fields):
    """A customer."""
    return Account(ref=ref("account", key), **{"name": key, **fields})


def test_everything_lands_and_the_counts_add_up(store):
    """Every kind, every record, and each row is new."""
    server = MemoryCRM("demo", [sample(kind, number, source="demo") for kind in KINDS for number in range(1, 4)])
    run = sync(server.adapter(), store, limits=limits(server))
    assert visible(server, kinds=KINDS) == contents(store, kinds=KINDS)
    assert KINDS == tuple(part.kind for part in run.parts)
    assert all(part.foots and part.new == part.read == 3 for part in run.parts)
    assert ("complete", 0) == (run.state, len(run.report))


def test_a_second_sync_of_an_unchanged_source_writes_nothing(store):
    """Only the line of the run is added."""
    server = many()
    adapter = Faulty(server)
    adapter.bad[ref("deal", "D-007")] = "?"
    synced(adapter, store)
    server.now += timedelta(days=1)
    before = dump(store)
    run = synced(adapter, store)
    assert before == dump(store)
    assert (0, 0) == (run.part("deal").new, run.part("deal").changed)


@pytest.mark.parametrize("mode", ["cursor", "full"])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_any_size_of_pages_gives_the_same_store(size, mode):
    """The pages do not matter, nor whether it reads by cursor or in full."""
    server = many()
    with open_store(":memory:") as store:
        run = synced(Faulty(server, can={"*": {"incremental": mode}}), store, page_size=size)
        assert visible(server) == contents(store)
        assert 25 == run.part("deal").read


def test_only_what_changed_is_read_again(store):
    """The cursor of the last sync, less the overlap."""
    server = many()
    adapter = Faulty(server)
    synced(adapter, store)
    server.now += timedelta(days=1)
    server.touch(ref("deal", "D-003"))
    run = synced(adapter, store)
    assert (1, 1) == (run.part("deal").read - run.part("deal").unchanged, run.part("deal").changed)
    server.now += timedelta(days=1)
    assert 1 == synced(adapter, store).part("deal").read
    assert visible(server) == contents(store)


def test_a_commit_behind_the_watermark_is_found(store):
    """What appears late, with a time before the last reading, is inside the overlap."""
    server = many(3)
    adapter = Faulty(server)
    synced(adapter, store)
    server.create(deal("late", created_at=server.now - timedelta(minutes=5)))
    server.now += timedelta(hours=1)
    synced(adapter, store)
    assert store.get(ref("deal", "late")) is not None


def test_equal_content_changes_nothing_but_the_time(store):
    """A bulk job that writes what was there moves update times and nothing else."""
    server = many(3)
    adapter = Faulty(server)
    synced(adapter, store)
    log = dump(store)["change"]
    server.now += timedelta(hours=1)
    server.change(ref("deal", "D-001"))
    run = synced(adapter, store)
    assert (0, 0) == (run.part("deal").new, run.part("deal").changed)
    assert log == dump(store)["change"]
    assert visible(server) == contents(store)


def test_older_never_overwrites_newer_unless_it_is_accepted(store):
    """A restored backup is told, and taken only if somebody says so."""
    server = many(30)
    adapter = Faulty(server)
    server.touch_all("deal")
    synced(adapter, store)
    new = contents(store)
    for reference in list(server._records):
        old = server._records[reference]
        server._records[reference] = attrs.evolve(old, name="old", updated_at=old.updated_at - timedelta(days=1))
    run = synced(adapter, store, restart=True)
    assert (30, 0) == (run.part("deal").stale, run.part("deal").changed)
    assert ["crm.clock-went-back"] == codes(run.report)
    assert new == contents(store)
    assert 30 == synced(adapter, store, restart=True, accept_older=True).part("deal").changed
    assert visible(server) == contents(store)


def test_equal_and_missing_times_let_the_later_reading_win(store):
    """Sources with coarse clocks, or without update times, are not stuck."""
    server = many(1)
    adapter = Faulty(server, can={"*": {"incremental": "full"}})
    synced(adapter, store)
    at = server.get(ref("deal", "D-000")).updated_at
    for name, time in (("same tick", at), ("no time", None)):
        server._records[ref("deal", "D-000")] = deal("D-000", name=name, updated_at=time)
        synced(adapter, store)
        assert name == store.get(ref("deal", "D-000")).name
    assert at == store.get(ref("deal", "D-000")).updated_at


def test_merges_leave_redirects(store):
    """The loser stays, and names the survivor."""
    server = server_of(records=[account("a"), account("b")])
    adapter = Faulty(server)
    synced(adapter, store)
    server.merge(ref("account", "a"), ref("account", "b"))
    synced(adapter, store)
    assert "b" == store.get(ref("account", "a")).merged_into.external_id
    assert 1 == store.count("account")


def test_an_unknown_cursor_is_refused_until_a_restart_is_said(store):
    """Nothing is guessed, nothing is lost, and the finding says what to do."""
    server = many(3)
    adapter = Faulty(server)
    synced(adapter, store)
    store.connection.execute("UPDATE cursor SET value = ?", (Cursor.of(99, "strange").to_json(),))
    server.touch(ref("deal", "D-001"))
    run = synced(adapter, store, kinds=["deal"])
    assert (["crm.cursor-refused"], "failed") == (codes(run.report), run.state)
    assert "salesteam sync PLAYBOOK --restart" in run.report.text()
    assert "complete" == synced(adapter, store, kinds=["deal"], restart=True).state
    assert visible(server) == contents(store)


TWICE = [Transient("503 busy"), Transient("connection lost")]


def test_what_passes_is_tried_again_from_the_last_page(store):
    """Two failures in the middle cost two waits, and nothing is read from the start."""
    server = many()
    adapter = Faulty(server)
    adapter.trouble["deal"] = [None, None, None, *TWICE]
    run = synced(adapter, store, page_size=5)
    assert ("complete", visible(server)) == (run.state, contents(store))
    resumed = [since for kind, since in adapter.calls if kind == "deal"]
    assert [True, False, False] == [since is None for since in resumed]


def test_waits_grow_and_end(store):
    """After five tries it stops, resumable, with what it has."""
    server = many()
    adapter = Faulty(server)
    adapter.trouble["deal"] = [None, *[Transient("503")] * 9]
    clocked = limits(server, page_size=5)
    run = sync(adapter, store, limits=clocked)
    assert ("resumable", ["crm.source-unreachable", "crm.parent-stopped"]) == (run.state, codes(run.report))
    assert 4 == len(clocked.clock.slept)
    assert clocked.clock.slept == sorted(clocked.clock.slept)
    assert 5 == store.count("deal")
    adapter.trouble.clear()
    assert "complete" == synced(adapter, store).state
    assert visible(server) == contents(store)


@pytest.mark.parametrize("error", [Transient("503"), RateLimited("429", retry_after=3)])
def test_pages_that_an_overlap_lets_every_try_read_again_are_no_progress(store, error):
    """A source that fails before its third page each time is given up, though each try lands two pages first."""
    server = many()
    adapter = Faulty(server, can={"*": {"overlap": timedelta(days=2)}})
    synced(adapter, store)
    server.touch(ref("deal", "D-001"))
    adapter.trouble["deal"] = [None, None, error] * 40
    clocked = limits(server, page_size=2)
    run = sync(adapter, store, kinds=["deal"], limits=clocked)
    assert ("resumable", 4) == (run.state, len(clocked.clock.slept))
    adapter.trouble.clear()
    assert "complete" == synced(adapter, store).state
    assert visible(server) == contents(store)


DOWN = [Transient("no connection", answered=False)] * 99


def test_a_source_that_is_down_is_waited_for_once_and_told_once(store):
    """The first kind is tried with patience, the second once, and no other; nothing is lost."""
    server = many()
    adapter = Faulty(server)
    adapter.trouble["*"] = [*DOWN]
    clocked = limits(server)
    run = sync(adapter, store, limits=clocked)
    assert ("resumable", ["crm.source-unreachable", "crm.source-down"]) == (run.state, codes(run.report))
    assert (4, ["user"] * 5 + ["account"]) == (len(clocked.clock.slept), [kind for kind, _ in adapter.calls])
    down = run.report.by_code["crm.source-down"][0]
    assert ("account, stage, deal, deal_line" in down.what(), "没有应答" in down.what("zh")) == (True, True)
    adapter.trouble.clear()
    assert "complete" == synced(adapter, store).state
    assert visible(server) == contents(store)


def test_a_kind_without_an_answer_does_not_keep_the_others(store):
    """One query may be too slow; the next kind is asked, and has all patience once a page of it came."""
    server = server_of(records=[user("li"), *(account(f"A-{number:02}") for number in range(20))])
    adapter = Faulty(server)
    adapter.trouble["user"] = [*DOWN]
    adapter.trouble["account"] = [None, Transient("lost"), Transient("lost")]
    run = synced(adapter, store, page_size=5)
    assert ["crm.source-unreachable"] == codes(run.report)
    assert (20, "resumable") == (store.count("account"), run.part("user").state)
    assert {"user"} == {part.kind for part in run.parts if part.state != "complete"}


def test_a_sweep_of_a_source_that_is_down_waits_once_too(store):
    """It tells the same, and deletes nothing."""
    server = server_of(records=[user("li"), account("A"), deal("D-1")])
    adapter = Faulty(server, can={"*": {"deletes": "sweep"}})
    synced(adapter, store)
    adapter.trouble["*"] = [*DOWN]
    run = sweep(adapter, store, limits=limits(server))
    assert ["crm.source-unreachable", "crm.source-down"] == codes(run.report)
    assert ("account, stage, deal" in run.report.text(), 3) == (True, store.count())


def test_a_rate_limit_is_waited_for_as_long_as_it_says(store):
    """Not shorter, not longer, and progress tells until when."""
    server = many(3)
    adapter = Faulty(server)
    adapter.trouble["deal"] = [RateLimited("429", retry_after=42)]
    told, clocked = [], limits(server)
    began = server.now
    run = sync(adapter, store, limits=clocked, progress=told.append)
    assert ("complete", [42]) == (run.state, clocked.clock.slept)
    (waiting,) = [each for each in told if each.waits_until]
    assert began + timedelta(seconds=42) == waiting.waits_until
    assert "rate limit, continues" in waiting.text()
    assert "限流" in waiting.text("zh")


@pytest.mark.parametrize(
    ("error", "code", "state", "asked"),
    [
        (RateLimited("429", retry_after=9999), "crm.rate-limited", "resumable", 1),
        (QuotaExhausted("daily", resets_at="2026-10-01"), "crm.quota-exhausted", "resumable", 1),
        (AuthExpired("401"), "crm.login-expired", "resumable", 1),
        (Rejected("400 bad field"), "crm.source-failed", "failed", 1),
        (AdapterError("500 who knows"), "crm.source-failed", "failed", 1),
        (RuntimeError("index out of range"), "crm.adapter-crashed", "failed", 1),
        (SystemExit("bye"), "crm.adapter-crashed", "failed", 1),
    ],
)
def test_what_does_not_pass_is_tried_once(store, error, code, state, asked):
    """Each error is told in its own words, says whether to run again, and loses nothing."""
    server = many()
    adapter = Faulty(server)
    adapter.trouble["deal"] = [None, error, AssertionError("it was asked again")]
    run = synced(adapter, store, page_size=5)
    assert ([code], state) == (codes(each for each in run.report if each.code != "crm.parent-stopped"), run.state)
    assert asked == len([kind for kind, _ in adapter.calls if kind == "deal"])
    adapter.trouble.clear()
    assert "complete" == synced(adapter, store).state
    assert visible(server) == contents(store)


@pytest.mark.parametrize("error", [QuotaExhausted("daily"), AuthExpired("401")])
def test_a_used_up_quota_ends_the_whole_source(store, error):
    """No other kind is asked for what will be refused."""
    server = server_of(records=[user("li"), deal("D-1")])
    adapter = Faulty(server)
    adapter.trouble["user"] = [error]
    run = synced(adapter, store)
    assert ["user"] == [part.kind for part in run.parts] == [kind for kind, _ in adapter.calls]


def test_a_revoked_permission_halfway_stops_the_kind_and_what_needs_it(store):
    """Deals stop; lines of deals wait for them; users and customers are there."""
    server = many()
    server.create(sample("deal_line", 1, source="demo"))
    server.create(user("li"))
    adapter = Faulty(server)
    adapter.trouble["deal"] = [None, Rejected("403 no access to deals")]
    run = synced(adapter, store, page_size=5)
    assert ["crm.source-failed", "crm.parent-stopped"] == codes(run.report)
    assert ("failed", 5, 1, 0) == (run.state, store.count("deal"), store.count("user"), store.count("deal_line"))
    assert {"deal_line": "failed"} == {
        part.kind: part.state for part in run.parts if not part.read and part.state != "complete"
    }


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Transient("no connection", answered=False), "resumable"),
        (QuotaExhausted("daily"), "resumable"),
        (AuthExpired("401"), "resumable"),
        (Rejected("403"), "failed"),
    ],
)
def test_a_source_that_fails_before_the_first_kind_says_whether_to_run_again(store, error, state):
    """What the login can see is asked first, and may fail as anything else."""

    class Blind(Faulty):
        def scope(self):
            raise error

    run = synced(Blind(many(1)), store)
    assert (state, ()) == (run.state, run.parts)
    assert run.grid().title.startswith("demo: " + {"resumable": "not finished", "failed": "failed"}[state])


def test_pages_that_go_in_a_circle_are_ended(store):
    """A server that lies about paging cannot keep us for ever."""

    class Circle(Faulty):
        def fetch(self, kind, since, **options):
            pages = list(super().fetch(kind, since, **options))
            yield from pages
            if kind == "deal":
                while True:
                    yield from pages

    server = many()
    run = synced(Circle(server), store, page_size=5)
    assert ["crm.paging-stuck"] == codes(run.report)[:1]
    assert living(visible(server)) == living(contents(store))


def test_empty_pages_without_end_are_ended(store):
    """Nothing, again and again, is a lie too."""

    class Empty(Faulty):
        def fetch(self, kind, since, **options):
            yield from super().fetch(kind, since, **options)
            while kind == "deal":
                yield from [attrs.evolve(page, records=(), rows=()) for page in super().fetch(kind, since, **options)]

    assert "crm.paging-stuck" in codes(synced(Empty(many()), store).report)


@pytest.mark.parametrize("stray", [user("x"), deal("D-1", source="elsewhere"), "D-1"])
def test_strange_records_are_a_mistake_of_the_adapter(store, stray):
    """Records of another kind or source do not land under a wrong name."""

    class Strange(Faulty):
        def fetch(self, kind, since, **options):
            for page in super().fetch(kind, since, **options):
                yield attrs.evolve(page, rows=(), records=(*page.records, stray)) if kind == "deal" else page

    run = synced(Strange(many(3)), store)
    assert "crm.adapter-crashed" in codes(run.report)
    assert 0 == store.count()


def test_capabilities_that_fail_are_a_finding(store):
    """Nothing can be asked, so nothing is."""

    class Broken(Faulty):
        def capabilities(self):
            raise KeyError("stages")

    run = synced(Broken(many(1)), store)
    assert (["crm.adapter-crashed"], "failed", ()) == (codes(run.report), run.state, run.parts)


def test_ctrl_c_leaves_a_store_that_goes_on(store):
    """It is the user's wish, so it is raised; the pages before it are kept."""
    server = many()

    def press(told):
        if told.kind == "deal" and told.read == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synced(Faulty(server), store, page_size=5, progress=press)
    assert 10 == store.count("deal")
    assert "stopped" in set(store.runs()["state"])
    assert "complete" == synced(Faulty(server), store).state
    assert visible(server) == contents(store)


def test_a_clock_that_is_wrong_by_a_day_is_told(store):
    """Readings go by the server's clock, and the difference is a finding."""
    server = many(3)
    clocked = limits(server)
    clocked.clock.now = lambda: server.now - timedelta(days=1)
    run = sync(Faulty(server), store, limits=clocked)
    assert {"crm.clock-skew", "crm.changed-ahead"} <= set(codes(run.report))
    assert visible(server) == contents(store)


def test_a_clock_that_goes_back_keeps_the_log_in_order(store):
    """What was known when is never told the wrong way round."""
    server = many(3)
    clocked = limits(server)
    sync(Faulty(server), store, limits=clocked)
    server.touch(ref("deal", "D-001"))
    clocked.clock.now = lambda: server.now - timedelta(days=2)
    sync(Faulty(server), store, limits=clocked)
    times = [each.seen_at for each in store.changes()]
    assert times == sorted(times)


def test_without_a_clock_of_the_server_ours_is_the_signpost(store):
    """What is dated later is left for the next sync, and found by it."""
    server = many(3)
    clocked = limits(server)
    at = server.now
    clocked.clock.now = lambda: at
    server.create(deal("D-9"))
    adapter = Faulty(server, can={"*": {"server_clock": False}})
    sync(adapter, store, limits=clocked)
    assert store.get(ref("deal", "D-9")) is None
    synced(adapter, store)
    assert visible(server) == contents(store)


def test_kinds_can_be_chosen(store):
    """Only these are read."""
    server = server_of(records=[user("li"), deal("D-1")])
    run = synced(Faulty(server), store, kinds=["deal"])
    assert (["deal"], 1) == ([part.kind for part in run.parts], store.count())
    with pytest.raises(NotFoundError, match="did you mean 'deal'"):
        synced(Faulty(server), store, kinds=["deals"])
    with pytest.raises(InvalidValueError, match="too small"):
        Limits(page_size=0)


def test_a_report_shows_in_both_languages(store):
    """Text, explanation, grid, frame, JSON and HTML tell the same."""
    server = many(3)
    server.delete(ref("deal", "D-001"))
    adapter = Faulty(server)
    adapter.bad[ref("deal", "D-002")] = "?"
    run = synced(adapter, store)
    assert "demo deal: 3 read = 2 new + 0 changed + 0 unchanged + 1 in quarantine (1 gone)" == run.explain("deal")
    assert "demo deal: 读取 3 = 新增 2 + 变更 0 + 未变 0 + 1 隔离 (1 已消失)" == run.explain("deal", "zh")
    assert "demo: complete" in run.text()
    assert "demo：完成" in run.text("zh")
    frame = run.to_frame()
    assert [1] == list(frame[frame.kind == "deal"].rejected)
    assert "crm.quarantine-grows" in run.to_json("zh")
    assert "<table" in run._repr_html_()
    with pytest.raises(NotFoundError):
        run.explain("lead")


def test_every_state_is_told_in_words():
    """Resumable and failed parts say so."""
    part = SyncPart(source="crm", kind="deal", mode="full", state="resumable", skipped=2, read=2)
    assert part.foots
    assert part.text().endswith("+ 2 skipped; not finished, run it again")
    assert part.text("zh").endswith("未完成，再次运行即可")


def test_shares_of_a_limit_are_exact(store):
    """A share of one third rejects what a third would not."""
    server = many(30)
    adapter = Faulty(server)
    for number in range(11):
        adapter.bad[ref("deal", f"D-{number:03}")] = "?"
    run = synced(adapter, store, kinds=["deal"])
    assert "failed" == run.state
    run = sync(adapter, store, kinds=["deal"], limits=limits(server, max_reject_share=Fraction(11, 30)))
    assert "complete" == run.state
