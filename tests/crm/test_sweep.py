"""A sweep deletes what a source no longer lists, and nothing when it may be our permissions that changed."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from tests.crm.faulty import Faulty, contents, dump, limits, living, server_of, synced, vanish, visible
from tests.crm.world import codes, deal, ref, user

from salesteam.crm import open_store, sweep
from salesteam.errors import Rejected, StoreError, Transient

SWEPT = {"*": {"deletes": "sweep"}}
FULL = {"*": {"incremental": "full", "deletes": "sweep"}}


@pytest.fixture
def store():
    """A store that is gone at the end."""
    with open_store(":memory:") as opened:
        yield opened


def many(count=25, can=SWEPT):
    """An adapter to a CRM with many deals, which tells of no deletion."""
    return Faulty(server_of(records=[deal(f"D-{number:03}") for number in range(count)]), can=can)


def swept(adapter, store, **options):
    """A sweep by the server's clock."""
    return sweep(adapter, store, limits=limits(adapter.config.server), **options)


def gone(adapter, *numbers):
    """Delete deals for good."""
    for number in numbers:
        vanish(adapter.config.server, ref("deal", f"D-{number:03}"))


def test_what_is_no_longer_listed_is_gone(store):
    """It stays in the store, marked, and the log tells it."""
    adapter = many()
    synced(adapter, store)
    gone(adapter, 3, 4)
    run = swept(adapter, store)
    assert (2, 23) == (run.part("deal").swept, store.count("deal"))
    assert store.get(ref("deal", "D-003")).deleted
    assert ["delete", "delete"] == [each.op for each in store.changes("deal")][-2:]
    assert set(visible(adapter.config.server)) == set(living(contents(store)))


def test_a_second_sweep_writes_nothing(store):
    """What is gone is gone."""
    adapter = many()
    synced(adapter, store)
    gone(adapter, 3)
    swept(adapter, store)
    before = dump(store)
    assert 0 == swept(adapter, store).part("deal").swept
    assert before == dump(store)


def test_a_sync_sweeps_if_it_is_told_to(store):
    """Reading and listing in one run."""
    adapter = many()
    synced(adapter, store)
    gone(adapter, 3)
    assert 0 == synced(adapter, store).part("deal").swept
    assert 1 == synced(adapter, store, sweep=True).part("deal").swept


def test_a_full_reading_is_also_a_sweep(store):
    """What it did not bring is gone."""
    adapter = many(can=FULL)
    synced(adapter, store)
    gone(adapter, 3)
    assert 1 == synced(adapter, store).part("deal").swept
    assert 24 == store.count("deal")


def test_a_full_reading_that_ends_early_deletes_nothing(store):
    """Half a reading is no listing."""
    adapter = many(can=FULL)
    synced(adapter, store)
    adapter.trouble["deal"] = [None, None, Rejected("no")]
    synced(adapter, store, page_size=5)
    assert 25 == store.count("deal")


def test_a_full_reading_that_is_tried_again_lists_anew(store):
    """What the first try saw does not count in the second."""
    adapter = many(can=FULL)
    synced(adapter, store)
    adapter.trouble["deal"] = [None, None, Transient("503")]
    gone(adapter, 0)
    assert 1 == synced(adapter, store, page_size=5).part("deal").swept


def test_an_incomplete_listing_deletes_nothing(store):
    """An error in the middle ends the sweep."""
    adapter = many()
    synced(adapter, store)
    gone(adapter, 3)
    adapter.trouble["deal"] = [*[None] * 10, Rejected("403")]
    run = swept(adapter, store)
    assert (25, "failed", ["crm.source-failed"]) == (store.count("deal"), run.state, codes(run.report))


def test_an_empty_listing_over_a_full_store_is_refused(store):
    """Three deals do not vanish at once."""
    adapter = many(3)
    synced(adapter, store)
    gone(adapter, 0, 1, 2)
    run = swept(adapter, store)
    assert (3, ["crm.sweep-refused"]) == (store.count("deal"), codes(run.report))
    assert "lists nothing at all" in run.report.text()
    assert "未列出任何记录" in run.report.text("zh")


@pytest.mark.parametrize(
    ("count", "lost", "refused"), [(100, 20, False), (100, 21, True), (20, 10, False), (20, 11, True)]
)
def test_much_at_once_is_refused(store, count, lost, refused):
    """More than a fifth, and more than ten."""
    adapter = many(count)
    synced(adapter, store)
    gone(adapter, *range(lost))
    run = swept(adapter, store)
    assert (refused, count if refused else count - lost) == (not run.report.ok, store.count("deal"))


def test_the_digest_lets_exactly_that_through(store):
    """A person looked at it; another set of records needs another look."""
    adapter = many()
    synced(adapter, store)
    gone(adapter, *range(15))
    (finding,) = swept(adapter, store).report
    digest = dict(finding.values)["digest"]
    gone(adapter, 20)
    assert "crm.sweep-refused" in codes(swept(adapter, store, accept=digest).report)
    (finding,) = swept(adapter, store).report
    run = swept(adapter, store, accept=dict(finding.values)["digest"])
    assert (16, 9, True) == (run.part("deal").swept, store.count("deal"), run.report.ok)


def test_records_that_come_in_meanwhile_do_not_undo_a_digest(store):
    """A CRM is at work between the look and the word."""
    adapter = many()
    synced(adapter, store)
    gone(adapter, *range(15))
    (finding,) = swept(adapter, store).report
    adapter.config.server.create(deal("D-900"))
    synced(adapter, store)
    run = swept(adapter, store, accept=dict(finding.values)["digest"])
    assert (15, 11, True) == (run.part("deal").swept, store.count("deal"), run.report.ok)


@pytest.mark.parametrize("can", [SWEPT, FULL])
def test_a_sync_lets_several_digests_through_at_once(store, can):
    """Each is told as accepted; no other is."""
    adapter = many(can=can)
    for number in range(25):
        adapter.config.server.create(user(f"U-{number:03}"))
    synced(adapter, store)
    gone(adapter, *range(15))
    for number in range(12):
        vanish(adapter.config.server, ref("user", f"U-{number:03}"))
    refused = synced(adapter, store, sweep=True).report.by_code["crm.sweep-refused"]
    digests = [dict(finding.values)["digest"] for finding in refused]
    run = synced(adapter, store, accept=digests)
    assert (["crm.sweep-accepted"] * 2, 10, 13) == (codes(run.report), store.count("deal"), store.count("user"))


@pytest.mark.parametrize(
    ("lang", "none", "some"),
    [("en", "none missing", "2 missing, 2 deleted"), ("zh", "无缺失", "缺失 2 条，已删除 2 条")],
)
def test_a_sweep_says_how_many_it_compared(store, lang, none, some):
    """Also where nothing was missing, and where it was refused; what was not swept says nothing."""
    adapter = many()
    assert "25" not in synced(adapter, store).grid().note
    run = swept(adapter, store)
    assert ((25, 0, 0), True) == (sweeping(run), none in run.text(lang))
    gone(adapter, 3, 4)
    run = swept(adapter, store)
    assert ((25, 2, 2), True) == (sweeping(run), some in run.text(lang))
    gone(adapter, *range(5, 25))
    run = swept(adapter, store)
    assert ((23, 20, 0), False) == (sweeping(run), run.report.ok)


def sweeping(run):
    """What a sweep did with the deals."""
    part = run.part("deal")
    return part.compared, part.missing, part.swept


def test_a_refusal_tells_the_command_that_lets_it_through(store):
    """Nobody has to look for the option."""
    adapter = many()
    synced(adapter, store)
    gone(adapter, *range(15))
    (finding,) = swept(adapter, store).report
    for lang in ("en", "zh"):
        assert f"--sweep --accept {dict(finding.values)['digest']}" in finding.fix(lang)


def test_a_changed_scope_is_refused_however_little_it_hides(store):
    """Permissions hide rows silently; once accepted, the new scope is the usual one."""
    adapter = many()
    synced(adapter, store)
    swept(adapter, store)
    adapter.scoped = "only mine"
    adapter.visible = lambda reference: reference.external_id != "D-003"
    run = swept(adapter, store)
    (finding,) = run.report
    assert (25, "crm.sweep-refused") == (store.count("deal"), finding.code)
    swept(adapter, store, accept=dict(finding.values)["digest"])
    assert 24 == store.count("deal")
    gone(adapter, 4)
    assert 1 == swept(adapter, store).part("deal").swept


@pytest.mark.parametrize("can", [SWEPT, FULL])
def test_the_first_sweep_is_compared_with_what_the_first_reading_saw(store, can):
    """A login that lost a permission between the two hides rows just as well."""
    adapter = many(can=can)
    synced(adapter, store)
    adapter.scoped = "only mine"
    adapter.visible = lambda reference: reference.external_id != "D-003"
    run = synced(adapter, store, sweep=True)
    assert (25, ["crm.sweep-refused"]) == (store.count("deal"), codes(run.report))
    assert "what this login can see has changed" in run.report.text()


def test_a_swept_record_that_is_seen_again_returns_with_an_old_time(store):
    """A permission that came back brings rows of last year."""
    adapter = many()
    server, hidden = adapter.config.server, ref("deal", "D-003")
    synced(adapter, store)
    record = server.get(hidden)
    vanish(server, hidden)
    swept(adapter, store)
    server._records[hidden] = attrs.evolve(record, name="older", updated_at=record.updated_at - timedelta(days=9))
    run = synced(adapter, store, restart=True)
    assert 1 == run.part("deal").restored
    assert "older" == store.get(hidden).name
    assert visible(server) == contents(store)


def test_a_swept_record_that_is_seen_unchanged_returns_too(store):
    """Equal content is no reason to stay gone."""
    adapter = many()
    server, hidden = adapter.config.server, ref("deal", "D-003")
    synced(adapter, store)
    record = server.get(hidden)
    vanish(server, hidden)
    swept(adapter, store)
    server._records[hidden] = record
    synced(adapter, store, restart=True)
    assert visible(server) == contents(store)


def test_a_sweep_waits_for_its_turn(tmp_path):
    """It changes the store, so it holds it."""
    adapter = many(1)
    with open_store(tmp_path / "s.sqlite") as store, store.held(), pytest.raises(StoreError, match="held"):
        swept(adapter, store)


def test_kinds_without_deletions_are_not_swept(store):
    """A source that deletes nothing lists nothing."""
    adapter = many(can={"*": {"deletes": "none"}})
    synced(adapter, store)
    assert () == swept(adapter, store).parts
