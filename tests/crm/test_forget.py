"""A person can be forgotten: no byte of the name is left in the file, and everything else goes on."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crm.faulty import Faulty, ServerClock, contents, server_of, synced
from tests.crm.world import codes, deal, ref, user

from salesteam.core import find
from salesteam.crm import (
    Account,
    AddNote,
    AssignOwner,
    CreateTask,
    Ref,
    Split,
    User,
    diff,
    open_store,
    outbox,
    plan,
    push,
    remap,
    sweep,
)
from salesteam.crm._store._codec import digest, encode
from salesteam.errors import InvalidValueError, NotFoundError, StoreError

LI, WU = ref("user", "li"), ref("user", "wu")
NAME, MAIL = "Zhou Xiaobei", "zhou@shop.cn"
START = datetime(2026, 9, 1, tzinfo=UTC)
PERSON = User(ref=LI, name=NAME, emails=(MAIL,), employee_no="E-7351", extra={"wechat": "zhou_wx"})


def hidden(one):
    """What is left of an id."""
    return Ref(one.source, one.kind, f"forgotten-{one.id}")


def server_with(*more, person=PERSON):
    """A CRM of a person, a colleague, and a deal of both that names the person in its texts."""
    shared = deal(
        "D-1",
        name=f"Steel for {NAME}",
        owner=LI,
        co_owners=(WU, LI),
        splits=(Split(user=LI, share="1/2", split_kind="revenue"), Split(user=WU, share="1/2", split_kind="revenue")),
        lost_reason=f"ask {MAIL.upper()}",
        competitors=("Bolt", NAME),
        extra={"note": [f"({NAME})", {"who": NAME, "count": 3}], "kind": "user"},
        stage=ref("stage", "talks"),
    )
    return server_of(records=[person, user("wu"), shared, *more], now=START)


@pytest.fixture
def server():
    """The usual CRM."""
    return server_with()


@pytest.fixture
def path(tmp_path, server):
    """A store of it, of three syncs, in a file."""
    with open_store(tmp_path / "s.sqlite") as store:
        careless(store)
        for hours, fields in ((0, {}), (2, {"name": "other"}), (4, {"stage": ref("stage", "offer")})):
            server.now = START + timedelta(hours=hours)
            server.change(ref("deal", "D-1"), **fields)
            synced(Faulty(server), store)
    return tmp_path / "s.sqlite"


@pytest.fixture
def store(path):
    """The same, open."""
    with open_store(path) as opened:
        careless(opened)
        yield opened


def forget(store, server, one=LI, **options):
    """Forget a person by the clock of the server."""
    return store.forget(one, clock=ServerClock(server), **options)


def careless(store):
    """Let SQLite leave in the file what it deletes, as it does unless it was built otherwise."""
    store.connection.execute("PRAGMA secure_delete = OFF")


def holds(path, *texts):
    """Which of the texts are in the file or beside it, as they are or as JSON escapes them."""
    files = b"".join(each.read_bytes() for each in path.parent.iterdir()).lower()
    ways = {text: (text.lower().encode(), ascii(text)[1:-1].lower().encode()) for text in texts}
    return [text for text, forms in ways.items() if any(form in files for form in forms)]


def test_no_byte_of_a_person_is_left_in_the_file(path, store, server):
    """Neither in tables nor in free pages nor in the log beside it, while the store is open."""
    everything = (NAME, MAIL, "E-7351", "zhou_wx", '"li"')
    assert [*everything] == holds(path, *everything)
    told = forget(store, server)
    assert [] == holds(path, *everything)
    assert {"record": 2, "change": 4} == {row.table: row.rows for row in told.rows if row.rows}
    assert (hidden(LI),) == told.refs
    assert [] == codes(told.report)


def test_that_there_was_somebody_stays(store, server):
    """A hash in place of the id, in every reference; the record is gone, and the log says since when."""
    forget(store, server)
    sold = store.get(ref("deal", "D-1"))
    assert hidden(LI) == sold.owner == sold.splits[0].user
    assert (WU, hidden(LI)) == sold.co_owners
    assert "ask [forgotten]" == sold.lost_reason
    assert ("Bolt", "[forgotten]") == sold.competitors
    assert {"note": ["([forgotten])", {"who": "[forgotten]", "count": 3}], "kind": "user"} == dict(sold.extra)
    assert store.get(LI) is None
    left = store.get(hidden(LI))
    assert ("[forgotten]", (), None, {}, True) == (left.name, left.emails, left.employee_no, left.extra, left.deleted)
    assert 1 == store.count("user")
    last = list(store.changes("user"))[-1]
    assert (hidden(LI), "delete", 0, server.now) == (last.ref, last.op, last.run, last.seen_at)


def test_the_past_is_replayed_without_the_person(store, server):
    """At every instant as many records as before, with the stages that they had; now one less."""
    instants = sorted({each.seen_at for each in store.changes()})
    before = [{kind: len(list(store.records(kind, known_at=at))) for kind in ("user", "deal")} for at in instants]
    server.now += timedelta(hours=1)
    forget(store, server)
    after = [{kind: len(list(store.records(kind, known_at=at))) for kind in ("user", "deal")} for at in instants]
    assert before == after
    assert ["Steel for [forgotten]", "other", "other"] == [store.at(at).of("deal")[0].name for at in instants]
    assert ["talks", "talks", "offer"] == [store.at(at).of("deal")[0].stage.external_id for at in instants]
    assert store.pull(known_at=instants[0]).records == store.at(instants[0]).records
    assert contents(store) == contents(store, known_at=server.now)
    gone = diff(store, earlier=instants[2], later=server.now)
    assert [(str(hidden(LI)), "gone")] == [(row.ref, row.what) for row in gone.rows]


def test_references_to_the_forgotten_are_no_finding(store, server):
    """Nobody's permissions changed."""
    forget(store, server)
    lacking = [dict(each.values) for each in store.pull().report if each.code == "crm.dangling-reference"]
    assert {"stage"} == {each["target"] for each in lacking}
    assert 1 == len(store.pull().of("user"))


@pytest.mark.parametrize("mode", ["cursor", "full"])
def test_no_later_sync_takes_the_person_in_again(tmp_path, server, mode):
    """Though the CRM still has it; other records go on changing, and point to the hash."""
    adapter = Faulty(server, can={"*": {"incremental": mode, "deletes": "sweep"}})
    with open_store(tmp_path / "s.sqlite") as store:
        synced(adapter, store)
        forget(store, server)
        server.now += timedelta(hours=1)
        assert 0 == synced(adapter, store, restart=True).part("deal").changed
        server.change(LI, name=f"{NAME} again", emails=("new@shop.cn",))
        server.change(ref("deal", "D-1"), name="steel", lost_reason=None, competitors=(), extra={})
        report = synced(adapter, store)
        sweep(adapter, store)
        assert [] == holds(tmp_path / "s.sqlite", NAME, MAIL, "new@shop.cn", '"li"')
        assert hidden(LI) == store.get(ref("deal", "D-1")).owner
        found = report.part("user")
        assert (1, 0, 0) == (report.part("deal").changed, found.changed, found.new)
        assert found.read == found.unchanged > 0
        assert store.get(hidden(LI)).deleted
        assert 3 == len(list(store.changes("user")))


def test_a_bad_row_of_the_person_stays_out_of_the_quarantine(path, store, server):
    """One that is there goes, and no later one comes in; rows of others lose the text that names the person."""
    adapter = Faulty(server)
    adapter.bad = {LI: f"bad {NAME}", WU: f"boss is {NAME}"}
    server.change(LI, active=False)
    server.change(WU, active=False)
    synced(adapter, store)
    assert 2 == len(store.quarantine("user"))
    told = forget(store, server)
    assert {"quarantine": 2} == {row.table: row.rows for row in told.rows if row.table == "quarantine"}
    (held,) = store.quarantine("user")
    assert (WU, "") == (held.ref, held.raw)
    assert "boss is [forgotten]" in held.reason.text()
    server.now += timedelta(hours=1)
    server.change(LI, active=True)
    adapter.bad[WU] = "bad"
    synced(adapter, store)
    remap(adapter, store)
    assert [WU] == [each.ref for each in store.quarantine("user")]
    assert [] == holds(path, NAME, MAIL)


def test_what_left_the_quarantine_before_is_not_in_the_file_either(path, store, server):
    """SQLite leaves what it deletes in the file until it is written anew."""
    adapter = Faulty(server)
    adapter.bad = {LI: "lives in Harbin"}
    server.change(LI, active=False)
    synced(adapter, store)
    adapter.bad = {}
    server.change(LI, active=True)
    synced(adapter, store)
    assert () == store.quarantine()
    assert ["Harbin"] == holds(path, "Harbin")
    forget(store, server)
    assert [] == holds(path, "Harbin")


def test_a_person_who_is_in_quarantine_alone_can_be_forgotten(tmp_path):
    """It never became a record; in the text of another row it is found though JSON escapes it."""
    server = server_of(records=[PERSON, user("wu"), user("xu")])
    adapter = Faulty(server)
    adapter.bad = {LI: "no name", WU: "boss is \\u738b\\u5c0f\\u4e8c", ref("user", "xu"): "bad"}
    with open_store(tmp_path / "s.sqlite") as store:
        synced(adapter, store)
        assert ["王小二"] == holds(tmp_path / "s.sqlite", "王小二")
        forget(store, server, also=["王小二"])
        assert {WU: False, ref("user", "xu"): True} == {each.ref: bool(each.raw) for each in store.quarantine()}
        assert [] == holds(tmp_path / "s.sqlite", "王小二")


def test_notes_of_a_reading_lose_the_name(path, store, server):
    """What the source said of its columns may tell of a person."""
    finding = find("crm.bad-cell", field="owner", value=NAME, problem="is nobody")

    class Talkative(Faulty):
        def fetch(self, kind, since, **options):
            for batch in super().fetch(kind, since, **options):
                yield attrs.evolve(batch, report=batch.report + type(batch.report).of(finding))

    synced(Talkative(server, can={"*": {"incremental": "full"}}), store)
    forget(store, server)
    assert [] == holds(path, NAME)
    assert any("[forgotten]" in each.text() for each in store.pull().report)


def test_what_waits_to_be_sent_about_the_person_is_withdrawn(path, store, server):
    """It would not be what was decided; what was sent is kept without the name, and other changes wait on."""
    sold = ref("deal", "D-1")
    changes = [
        AssignOwner(ref=sold, owner=LI, decision_id="a"),
        AddNote(ref=sold, text=f"Call {NAME}", decision_id="b"),
        AddNote(ref=LI, text="well done", decision_id="c"),
        CreateTask(ref=sold, subject="visit", user=WU, decision_id="d"),
    ]
    plan(store, changes, clock=ServerClock(server))
    store.connection.execute(
        "UPDATE outbox SET state = 'verified', reason = ?, made = ? WHERE seq = 1", (f"seen by {NAME}", str(LI))
    )
    told = forget(store, server)
    assert ["crm.change-withdrawn"] == codes(told.report)
    lines = outbox(store)
    assert ["withdrawn", "verified", "withdrawn", "planned"] == [line.state for line in lines]
    assert str(hidden(LI)) == lines[2].ref
    assert ("seen by [forgotten]", "[forgotten]") == (lines[1].reason, lines[1].made)
    assert [] == holds(path, NAME, '"li"', str(LI))
    assert 1 == len(push(Faulty(server), store).lines)


def test_a_merged_and_a_converted_record_go_with_the_person():
    """They are one person: through merges in either direction."""
    old = user("old", merged_into=LI)
    oldest = user("oldest", merged_into=ref("user", "old"))
    server = server_with(old, oldest)
    with open_store(":memory:") as store:
        synced(Faulty(server), store)
        assert {hidden(each) for each in (LI, old.ref, oldest.ref)} == set(forget(store, server, old.ref).refs)
        assert [WU] == [each.ref for each in store.records("user", deleted=True) if each.name != "[forgotten]"]


def test_namesakes_stay_and_are_told():
    """Who else is called so may be another person, and a company may bear the name."""
    server = server_with(
        user("zhou2", name=NAME), user("mail", emails=(MAIL,)), Account(ref=ref("account", "A-1"), name=f"{NAME} Steel")
    )
    with open_store(":memory:") as store:
        synced(Faulty(server), store)
        told = forget(store, server)
        assert (ref("account", "A-1"), ref("user", "mail"), ref("user", "zhou2")) == told.namesakes
        assert ["crm.namesakes"] == codes(told.report)
        assert NAME == store.get(ref("user", "zhou2")).name


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Li", "Li and li, Lily and Ali", "[forgotten] and [forgotten], Lily and Ali"),
        ("王伟", "与王伟通话", "与[forgotten]通话"),
        ("A", "A plan", "A plan"),
        ('Zhou "Z" Bei', 'by Zhou "Z" Bei', "by [forgotten]"),
        ("open", "an open end", "an [forgotten] end"),
    ],
)
def test_a_name_is_found_as_a_word(name, text, left):
    """A Latin one is no part of a longer word, a single letter is no name, and states are no texts."""
    server = server_of(records=[user("li", name=name), deal("D-1", name=text, owner=LI)])
    with open_store(":memory:") as store:
        synced(Faulty(server), store)
        forget(store, server)
        assert (left, "open") == (store.get(ref("deal", "D-1")).name, store.get(ref("deal", "D-1")).status)


def test_a_cursor_that_names_the_person_is_dropped(store, server):
    """Its kind is read anew; the others go on."""
    cursors = "SELECT count(*) FROM cursor"
    (before,) = store.connection.execute(cursors).fetchone()
    store.connection.execute("UPDATE cursor SET value = ? WHERE kind = 'user'", (f'{{"after": "{MAIL}"}}',))
    forget(store, server)
    assert (before - 1,) == store.connection.execute(cursors).fetchone()
    assert "complete" == synced(Faulty(server), store).part("user").state


def test_forgetting_twice_is_forgetting_once(path, store, server):
    """By the old name or the new; the hash of the content is that of what is left."""
    forget(store, server)
    forget(store, server, WU)
    before = contents(store), list(store.changes())
    for one in (LI, hidden(LI)):
        told = forget(store, server, one)
        assert (hidden(LI),) == told.refs
        assert not any(row.rows for row in told.rows)
        assert () == told.namesakes
    assert before == (contents(store), list(store.changes()))
    ((kept,),) = store.connection.execute("SELECT hash FROM record WHERE external_id = ?", (hidden(LI).external_id,))
    assert digest(encode(attrs.evolve(store.get(hidden(LI)), deleted=False))) == kept


def test_a_reader_who_keeps_old_bytes_is_told_of(path, store, server):
    """The person is erased; once the reader is gone, forgetting again cleans the file."""
    store.connection.execute("PRAGMA busy_timeout = 0")
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM record").fetchone()
    told = forget(store, server)
    assert ["crm.bytes-remain"] == codes(told.report)
    assert store.get(LI) is None
    reader.close()
    assert [] == codes(forget(store, server).report)
    assert [] == holds(path, NAME, MAIL)


def test_a_wrong_question_is_refused_and_changes_nothing(store, server):
    """A deal is no person, a stranger is nobody, and a store that another run holds is left alone."""
    before = contents(store)
    with pytest.raises(InvalidValueError, match="is no person"):
        forget(store, server, ref("deal", "D-1"))
    with pytest.raises(NotFoundError, match="person"):
        forget(store, server, ref("user", "nobody"))
    with store.held(), pytest.raises(StoreError, match="another run"):
        forget(store, server)
    assert before == contents(store)


def test_it_is_shown_in_both_languages(store, server):
    """On one line, as a table, in a notebook and as a frame, and never with the name."""
    told = forget(store, server)
    assert "1 records forgotten: 2 records as they are known now, 4 lines of the log of changes" == told.explain()
    assert "已遗忘 1 条记录：当前记录 2，变更日志 4" == told.explain("zh")
    assert "遗忘情况" in told.grid("zh").text()
    assert "<table" in told._repr_html_()
    assert 6 == len(told.to_frame())
    assert NAME not in repr(told)


texts = st.text(st.sampled_from('ab "\\é王'), max_size=6)


@given(texts, st.lists(texts, max_size=3), st.dictionaries(texts, texts, max_size=2))
def test_what_does_not_name_the_person_stays_as_it_was(name, others, extra):
    """Any text, to the last sign."""
    person = user("li", name="Quentin Xu")
    kept = deal("D-1", name=name, competitors=tuple(others), extra=extra, owner=WU)
    server = server_of(records=[person, user("wu"), kept])
    with open_store(":memory:") as store:
        synced(Faulty(server), store)
        before = store.get(kept.ref)
        forget(store, server)
        assert before == store.get(kept.ref)
        assert before.extra == store.get(kept.ref).extra
