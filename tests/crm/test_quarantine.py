"""A row that cannot become a record is kept with its reason, and heals; it never takes good rows along."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction

import attrs
import pytest
from tests.crm.faulty import Faulty, contents, limits, living, server_of, synced, vanish, visible
from tests.crm.world import codes, deal, ref, reject

from salesteam.crm import Adapter, Batch, open_store, remap, sync

ONE, TWO = ref("deal", "D-1"), ref("deal", "D-2")


@pytest.fixture
def store():
    """A store that is gone at the end."""
    with open_store(":memory:") as opened:
        yield opened


@pytest.fixture
def adapter():
    """Two deals, of which the second is bad."""
    made = Faulty(server_of(records=[deal("D-1"), deal("D-2")]))
    made.bad[TWO] = "?"
    return made


def test_a_bad_row_is_kept_while_the_others_land(store, adapter):
    """With its reason, its text, and when it came."""
    run = synced(adapter, store)
    (held,) = store.quarantine("deal")
    assert (TWO, "crm.bad-cell", '{"name": "?"}', False) == (held.ref, held.reason.code, held.raw, held.has_good)
    assert [ONE] == list(contents(store))
    assert (1, "complete") == (run.part("deal").rejected, run.state)
    assert ["crm.bad-cell", "crm.quarantine-grows"] == codes(run.report)


def test_one_row_an_id_however_often_it_comes(store, adapter):
    """The first time is kept, the last reason wins."""
    synced(adapter, store)
    adapter.bad[TWO] = "!"
    adapter.config.server.now += timedelta(hours=1)
    synced(adapter, store, restart=True)
    (held,) = store.quarantine()
    assert '{"name": "!"}' == held.raw
    assert held.first_seen < held.last_seen


def test_the_last_good_version_stays(store, adapter):
    """A record that turns bad keeps what it was, and is marked."""
    adapter.bad.clear()
    synced(adapter, store)
    good = contents(store)
    adapter.bad[TWO] = "?"
    adapter.config.server.touch(TWO)
    synced(adapter, store)
    assert good == contents(store)
    assert [True] == [held.has_good for held in store.quarantine()]


def test_it_heals_when_a_good_version_arrives(store, adapter):
    """The next reading that brings it lets it go."""
    synced(adapter, store)
    adapter.bad.clear()
    adapter.config.server.touch(TWO)
    run = synced(adapter, store)
    assert (1, ()) == (run.part("deal").healed, store.quarantine())
    assert visible(adapter.config.server) == contents(store)


def test_it_heals_when_it_is_deleted(store, adapter):
    """What is gone needs no mending."""
    synced(adapter, store)
    adapter.config.server.delete(TWO)
    synced(adapter, store)
    assert () == store.quarantine()
    assert [ONE] == list(living(contents(store)))


def test_it_heals_when_it_is_no_longer_listed(store, adapter):
    """A row that vanished without a trace needs no mending either."""
    adapter.can["*"] = {"deletes": "sweep"}
    synced(adapter, store)
    vanish(adapter.config.server, TWO)
    run = synced(adapter, store, sweep=True)
    assert (1, ()) == (run.part("deal").healed, store.quarantine())


def test_it_heals_by_its_id_though_nothing_changed_at_the_source(store, adapter):
    """After the mapping was mended, no reading would bring it again."""
    synced(adapter, store)
    adapter.bad.clear()
    adapter.config.server.now += timedelta(days=1)
    run = synced(adapter, store)
    assert (1, ()) == (run.part("deal").healed, store.quarantine())
    assert visible(adapter.config.server) == contents(store)


def test_a_full_reading_lets_go_what_it_no_longer_rejects(store):
    """Rows without an id can heal only so."""
    server = server_of(records=[deal("D-1")])

    class Nameless(Faulty):
        broken = True

        def fetch(self, kind, since, **options):
            yield from super().fetch(kind, since, **options)
            if kind == "deal" and self.broken:
                yield Batch(records=(), rejects=(reject(1), attrs.evolve(reject(2), raw="x")))

    adapter = Nameless(server, can={"*": {"incremental": "full", "deletes": "sweep"}})
    synced(adapter, store)
    synced(adapter, store)
    assert [None, None] == [held.ref for held in store.quarantine()]
    adapter.broken = False
    assert 2 == synced(adapter, store).part("deal").healed
    assert () == store.quarantine()


def test_a_bad_row_is_not_taken_for_a_deleted_one(store, adapter):
    """A full reading sees that it is there."""
    adapter.can["*"] = {"incremental": "full", "deletes": "sweep"}
    adapter.bad.clear()
    synced(adapter, store)
    adapter.bad[TWO] = "?"
    assert 0 == synced(adapter, store).part("deal").swept
    assert 2 == store.count("deal")


def test_a_bad_row_is_listed_though_it_is_no_record(store, adapter):
    """A source without a listing of its own is read for one, and its bad rows are there too."""

    class Read(Faulty):
        list_ids = Adapter.list_ids

    read = Read(adapter.config.server, can={"*": {"deletes": "sweep"}})
    synced(read, store)
    read.bad[TWO] = "?"
    read.config.server.touch(TWO)
    run = synced(read, store, sweep=True)
    assert (0, 2) == (run.part("deal").swept, store.count("deal"))
    assert [TWO] == [held.ref for held in store.quarantine()]


@pytest.mark.parametrize(("bad", "stops"), [(0, False), (1, False), (2, True)])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_one_bad_row_in_twenty_is_not_too_many(store, bad, stops, size):
    """The share is exact, and counts from 20 rows on, however they come in pages."""
    server = server_of(records=[deal(f"D-{number:02}") for number in range(20)])
    adapter = Faulty(server)
    adapter.bad.update({ref("deal", f"D-{19 - number:02}"): "?" for number in range(bad)})
    run = synced(adapter, store, page_size=size)
    assert stops == ("crm.too-many-rejects" in codes(run.report))
    assert ("failed" if stops else "complete") == run.part("deal").state


@pytest.mark.parametrize("good", [19, 380])
def test_too_many_bad_rows_stop_the_kind_before_their_page(store, good):
    """The page is not landed, the cursor stays before it, and mending the mapping loses nothing."""
    server = server_of(records=[deal(f"D-{number:04}") for number in range(good + good // 9)])
    adapter = Faulty(server)
    for number in range(good, good + good // 9):
        adapter.bad[ref("deal", f"D-{number:04}")] = "?"
    run = synced(adapter, store, page_size=10)
    assert "crm.too-many-rejects" in codes(run.report)
    assert ("failed", True) == (run.state, run.part("deal").foots)
    assert () == store.quarantine() or len(store.quarantine()) <= 20
    adapter.bad.clear()
    synced(adapter, store)
    assert visible(server) == contents(store)
    assert () == store.quarantine()


def test_no_text_is_kept_if_none_is_wanted():
    """The reason stays."""
    adapter = Faulty(server_of(records=[deal("D-1")]))
    adapter.bad[ONE] = "王总 13800138000"
    with open_store(":memory:", keep_raw="none") as store:
        synced(adapter, store)
        assert [""] == [held.raw for held in store.quarantine()]


class Mapped(Faulty):
    """Reads the kept text of a row again by its mended mapping."""

    mended = False

    def remap(self, kind, raw):
        record = self.config.server.get(TWO)
        return record if self.mended else self._reject(record)


def test_a_mended_mapping_heals_without_the_network(store, adapter):
    """The kept text is read again; what is still bad stays."""
    mapped = Mapped(adapter.config.server)
    mapped.bad[TWO] = "?"
    synced(mapped, store)
    asked = len(mapped.calls)
    assert 0 == remap(mapped, store, limits=limits(mapped.config.server)).part("deal").healed
    mapped.mended = True
    run = remap(mapped, store, limits=limits(mapped.config.server))
    assert (1, asked, ()) == (run.part("deal").healed, len(mapped.calls), store.quarantine())
    assert visible(adapter.config.server) == contents(store)


def test_text_in_which_a_secret_was_blotted_out_is_not_read_again(store, adapter):
    """It is no longer what the source sent, so it could land as something else."""
    mapped = Mapped(adapter.config.server)
    mapped.bad[TWO], mapped.mended = '", "token": "abc', True
    synced(mapped, store)
    remap(mapped, store, limits=limits(mapped.config.server))
    assert [True] == ["***" in held.raw for held in store.quarantine()]


def test_text_that_was_cut_is_not_read_again_and_keeps_nobody(store, adapter):
    """It could only fail, and the others with it."""

    class Strict(Mapped):
        def remap(self, kind, raw):
            return self.config.server.get(ref("deal", f"D-{json.loads(raw)['name'][0]}"))

    mapped = Strict(adapter.config.server)
    mapped.bad.update({ONE: "1" * 30_000, TWO: "2"})
    synced(mapped, store)
    run = remap(mapped, store, limits=limits(mapped.config.server))
    assert (1, "complete", [ONE]) == (run.part("deal").healed, run.state, [held.ref for held in store.quarantine()])


def test_of_many_bad_rows_each_is_asked_for_in_its_turn(store):
    """A run asks for 500 by their ids; those that stay bad do not keep the others."""
    server = server_of(records=[deal(f"D-{number:04}") for number in range(1800)])
    adapter = Faulty(server)
    adapter.bad.update({record.ref: "?" for record in server.records("deal")})
    patient = limits(server, max_reject_share=Fraction(1))
    sync(adapter, store, limits=patient)
    server.now += timedelta(days=1)
    mended = {"D-0000", "D-0700", "D-1100", "D-1799"}
    for name in mended:
        del adapter.bad[ref("deal", name)]
    for _ in range(4):
        sync(adapter, store, limits=patient)
    assert mended == {each.external_id for each in contents(store)}


def test_an_adapter_that_cannot_read_text_again_says_so(store, adapter):
    """And nothing changes."""
    synced(adapter, store)
    run = remap(adapter, store, limits=limits(adapter.config.server))
    assert ("failed", 1) == (run.state, len(store.quarantine()))
