"""The text of a good row is kept where a store is told so: always of the version that stands there, without secrets."""

from __future__ import annotations

import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crm.faulty import Config, Faulty, contents, limits, server_of, synced, vanish
from tests.crm.world import codes, deal, ref, user

from salesteam.crm import Account, Batch, Contact, DealContact, Secret, open_store, remap
from salesteam.errors import InvalidValueError

ONE, TWO = ref("deal", "D-1"), ref("deal", "D-2")


class Mapped(Faulty):
    """Shows names as its mapping says, which can be mended; rows have a field that it does not map."""

    noise = ""
    name_of = staticmethod(str.upper)

    def fetch(self, kind, since, **options):
        for batch in super().fetch(kind, since, **options):
            yield attrs.evolve(batch, records=tuple(self._mapped(record) for record in batch.rows))

    def _mapped(self, record):
        return attrs.evolve(record, name=self.name_of(record.name)) if record.kind == "deal" else record

    def raw(self, row):
        return json.dumps({**json.loads(super().raw(row)), "noise": self.noise})

    def remap(self, kind, raw):
        held = {name: value for name, value in json.loads(raw).items() if name != "noise"}
        record = super().remap(kind, json.dumps(held))
        return self._reject(record) if record.ref in self.bad else self._mapped(record)


@pytest.fixture
def store():
    """A store that keeps every text."""
    with open_store(":memory:", keep_raw="all") as opened:
        yield opened


@pytest.fixture
def adapter():
    """Two deals whose names are read wrongly."""
    return Mapped(server_of(records=[deal("D-1", name="acme"), deal("D-2", name="birch")]))


def again(adapter, store):
    """A remap by the server's clock."""
    return remap(adapter, store, limits=limits(adapter.config.server))


def names(store):
    """The names of all deals."""
    return [record.name for record in store.records("deal")]


def test_a_store_keeps_the_text_of_bad_rows_only_unless_it_is_told_otherwise(adapter):
    """The default is said by its name."""
    for keep in ({}, {"keep_raw": "rejects"}, {"keep_raw": "none"}):
        with open_store(":memory:", **keep) as store:
            assert keep.get("keep_raw", "rejects") == store.keep_raw
            synced(adapter, store)
            assert [None, None] == [store.raw(ONE), store.raw(TWO)]


def test_the_text_of_every_row_is_kept(adapter, store):
    """As the source sent it, with what is not mapped; that of bad rows too."""
    adapter.noise = "王总"
    adapter.bad[TWO] = "?"
    synced(adapter, store)
    assert ("acme", "王总") == (json.loads(store.raw(ONE))["name"], json.loads(store.raw(ONE))["noise"])
    assert ['{"name": "?"}'] == [held.raw for held in store.quarantine()]
    assert store.raw(TWO) is None


def test_an_unchanged_record_gets_the_text_that_was_read_last(adapter, store):
    """What is not mapped yet may be one day; the log of changes tells of no change."""
    synced(adapter, store)
    adapter.noise = "new"
    synced(adapter, store, restart=True)
    assert "new" == json.loads(store.raw(ONE))["noise"]
    assert 2 == len(list(store.changes("deal")))


def test_an_older_row_leaves_the_text_alone(adapter, store):
    """It is of another version than the one that stands."""
    synced(adapter, store)
    before = store.raw(ONE)
    server = adapter.config.server
    server._records[ONE] = attrs.evolve(
        server.get(ONE), name="older", updated_at=server.get(ONE).created_at.replace(2020)
    )
    synced(adapter, store, restart=True)
    assert before == store.raw(ONE)


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["touch", "undone", "same"]), st.sampled_from(["all", "rejects", "none"])), max_size=8
    )
)
def test_a_text_is_always_of_the_version_that_stands(steps):
    """Whatever changed, and however texts were kept meanwhile, it is read as the record beside it, or is not there."""
    with open_store(":memory:") as store:
        adapter = Mapped(server_of(records=[deal("D-1", name="acme")]))
        for what, keep in steps:
            store.keep_raw = keep
            if what == "touch":
                adapter.config.server.touch(ONE)
            elif what == "undone":
                adapter.config.server.change(ONE, name="acme")
            synced(adapter, store, restart=True)
            raw = store.raw(ONE)
            assert (keep == "all") == (raw is not None)
            assert raw is None or store.get(ONE) == adapter.remap("deal", raw)


def test_a_mended_mapping_changes_records_that_were_read_wrongly(adapter, store):
    """Without the network; what it leaves as it was is no change."""
    synced(adapter, store)
    asked = len(adapter.calls)
    adapter.name_of = {"acme": "Acme", "birch": "BIRCH"}.get
    part = again(adapter, store).part("deal")
    assert ["Acme", "BIRCH"] == names(store)
    assert (2, 1, 1, asked) == (part.read, part.changed, part.unchanged, len(adapter.calls))
    assert part.foots
    assert ["insert", "insert", "update"] == [change.op for change in store.changes("deal")]
    assert store.get(ONE) == adapter.remap("deal", store.raw(ONE))
    assert 0 == synced(adapter, store, restart=True).part("deal").changed


def test_a_row_that_a_new_mapping_cannot_read_goes_into_quarantine(adapter, store):
    """Its last good version stays, and a better mapping heals it."""
    synced(adapter, store)
    adapter.bad[TWO] = "?"
    part = again(adapter, store).part("deal")
    assert (2, 1, 1) == (part.read, part.unchanged, part.rejected)
    assert [(TWO, True)] == [(held.ref, held.has_good) for held in store.quarantine()]
    assert ["ACME", "BIRCH"] == names(store)


def test_a_new_mapping_that_rejects_too_much_changes_nothing(store):
    """Then it is the mapping that is wrong."""
    adapter = Mapped(server_of(records=[deal(f"D-{number:02}", name="acme") for number in range(40)]))
    synced(adapter, store)
    adapter.bad.update({ref("deal", f"D-{number:02}"): "?" for number in range(20)})
    adapter.name_of = str.title
    run = again(adapter, store)
    assert ("failed", True) == (run.state, "crm.too-many-rejects" in codes(run.report))
    assert ({"ACME"}, ()) == (set(names(store)), store.quarantine())


def test_what_healed_keeps_its_text(store):
    """The text under which it was in quarantine."""
    adapter = Mapped(server_of(records=[deal("D-1", name="acme")]))
    adapter._reject = lambda record: attrs.evolve(Faulty._reject(adapter, record), raw=Mapped.raw(adapter, record))
    adapter.bad[ONE] = "?"
    synced(adapter, store)
    adapter.bad.clear()
    assert 1 == again(adapter, store).part("deal").healed
    assert store.get(ONE) == adapter.remap("deal", store.raw(ONE))


def test_what_a_sweep_deleted_is_not_brought_back_by_its_text(adapter, store):
    """Its text tells of a time at which it was there."""
    adapter.can["*"] = {"deletes": "sweep"}
    synced(adapter, store)
    vanish(adapter.config.server, TWO)
    synced(adapter, store, sweep=True)
    adapter.name_of = str.title
    again(adapter, store)
    assert ["Acme"] == names(store)


def test_secrets_are_in_no_text_and_such_a_text_is_not_read_again(store, monkeypatch):
    """Neither those of the settings nor what stands behind the name of one."""
    monkeypatch.setenv("CANARY", "c4n4ry-7731")
    server = server_of(
        records=[deal("D-1", name="acme", extra={"note": "token c4n4ry-7731"}), deal("D-2", name="birch")]
    )
    server.change(TWO, extra={"password": "hunter2-2026"})
    adapter = Mapped(server, config=Config(server=server, token=Secret("env:CANARY")))
    synced(adapter, store)
    assert ["***" in store.raw(each) for each in (ONE, TWO)] == [True, True]
    assert not any(secret in store.raw(each) for each in (ONE, TWO) for secret in ("c4n4ry-7731", "hunter2-2026"))
    adapter.name_of = str.title
    again(adapter, store)
    assert ["ACME", "BIRCH"] == names(store)


def test_a_person_who_is_forgotten_is_in_no_text(tmp_path):
    """Not in its own, nor in one that names it or points to it, of now or of a later reading."""
    wang, role, firm = ref("contact", "C-1"), ref("deal_contact", "1"), ref("account", "A-1")
    pointing = DealContact(ref=role, deal=ONE, contact=wang, role="user")
    server = server_of(
        records=[
            Contact(ref=wang, name="王伟"),
            Account(ref=firm, name="王伟贸易"),
            deal("D-1", name="王伟的订单"),
            deal("D-2", name="other"),
            pointing,
            user("li"),
        ]
    )
    with open_store(tmp_path / "s.sqlite", keep_raw="all") as store:
        synced(server.adapter(), store)
        erased = store.forget(wang)
        assert [None] * 4 == [store.raw(each) for each in (erased.refs[0], ONE, role, firm)]
        assert [True, True] == [store.raw(each) is not None for each in (TWO, ref("user", "li"))]
        synced(server.adapter(), store, restart=True)
        assert store.raw(role) is None


def test_a_page_has_a_row_for_each_record_or_none_at_all():
    """A text must never stand beside the record of another row."""
    assert 2 == Batch(records=(deal("D-1"), deal("D-2")), rows=({}, None)).read
    with pytest.raises(InvalidValueError, match="1 rows for 2 records"):
        Batch(records=(deal("D-1"), deal("D-2")), rows=({},))


def test_records_without_rows_have_no_text(store):
    """An adapter need not hand them over."""

    class Silent(Mapped):
        def fetch(self, kind, since, **options):
            yield from (attrs.evolve(batch, rows=()) for batch in super().fetch(kind, since, **options))

    adapter = Silent(server_of(records=[deal("D-1", name="acme")]))
    synced(adapter, store)
    assert (1, None) == (len(contents(store)), store.raw(ONE))
    assert () == again(adapter, store).parts
