"""A decision is written back at most once, and never over somebody else's change."""

from __future__ import annotations

import pytest
from tests.crm.faulty import ServerClock, server_of
from tests.crm.world import codes, deal, ref, user

from salesteam.crm import (
    AddNote,
    AssignOwner,
    CreateTask,
    Limits,
    MemoryAdapter,
    MemoryConfig,
    open_store,
    plan,
    push,
    sync,
)
from salesteam.errors import (
    AuthExpired,
    Conflict,
    InvalidValueError,
    QuotaExhausted,
    RateLimited,
    Rejected,
    StoreError,
    Transient,
)

ONE = ref("deal", "D-1")


class Writer(MemoryAdapter):
    """Raises what it is told, before or after the change arrived; counts what it sends."""

    def __init__(self, server):
        super().__init__(MemoryConfig(server=server), source=server.source)
        self.before, self.after, self.blind, self.sent = [], [], False, 0
        self.automation = None

    def write(self, change, *, key, expect):
        if self.before:
            raise self.before.pop(0)
        self.sent += 1
        made = super().write(change, key=key, expect=expect)
        if self.automation:
            self.automation()
        if self.after:
            raise self.after.pop(0)
        return made

    def find_write(self, change, *, key):
        if self.blind:
            raise InvalidValueError("no marker can be found")
        return super().find_write(change, key=key)


@pytest.fixture
def server():
    """A deal of Li, and Wu who may get it."""
    return server_of(records=[user("li"), user("wu"), deal("D-1", owner=ref("user", "li"))])


@pytest.fixture
def adapter(server):
    """A connector that is sound until it is told otherwise."""
    return Writer(server)


@pytest.fixture
def store(server, adapter):
    """A store that was synced."""
    with open_store(":memory:") as opened:
        sync(adapter, opened, limits=Limits(clock=ServerClock(server)))
        yield opened


def to(owner, decision="run-7"):
    """A reassignment."""
    return AssignOwner(ref=ONE, owner=ref("user", owner), decision_id=decision)


def states(report):
    """What became of each."""
    return [line.state for line in report.lines]


def owner(server):
    """Who has the deal."""
    return server.get(ONE).owner.external_id


def test_a_dry_run_sends_and_keeps_nothing(store, server, adapter):
    """It shows what would be written."""
    report = push(adapter, store, [to("wu")])
    assert (["planned"], 0, "li") == (states(report), adapter.sent, owner(server))
    assert "would be sent" in report.grid().text()
    assert "待发送" in report.grid("zh").text()
    assert [] == push(adapter, store).to_frame().to_dict("records")


def test_a_change_is_sent_read_back_and_never_sent_again(store, server, adapter):
    """The same key once, however often it is pushed."""
    for _ in range(3):
        assert ["verified"] == states(push(adapter, store, [to("wu")], dry_run=False))
    assert (1, "wu") == (adapter.sent, owner(server))


def test_the_same_change_of_another_decision_is_another_change(store, server, adapter):
    """From Li to Wu, to Li, to Wu again loses no step."""
    for number, name in enumerate(["wu", "li", "wu"]):
        assert ["verified"] == states(push(adapter, store, [to(name, f"run-{number}")], dry_run=False))
        sync(adapter, store, limits=Limits(clock=ServerClock(server)))
    assert (3, "wu") == (adapter.sent, owner(server))
    with pytest.raises(InvalidValueError, match="without a decision"):
        to("wu", " ")


def test_what_is_so_already_is_not_sent(store, adapter):
    """Nothing is written that would change nothing."""
    assert ["already"] == states(push(adapter, store, [to("li")], dry_run=False))
    assert 0 == adapter.sent


def test_a_record_that_was_changed_is_a_conflict_until_it_is_read_again(store, server, adapter):
    """Shown, never overwritten."""
    server.touch(ONE)
    report = push(adapter, store, [to("wu")], dry_run=False)
    assert (["conflict"], ["crm.write-conflict"], 0) == (states(report), codes(report.report), adapter.sent)
    assert "conflict (it was changed since it was read)" in report.explain(str(ONE))
    sync(adapter, store, limits=Limits(clock=ServerClock(server)))
    assert ["verified"] == states(push(adapter, store, dry_run=False))


def test_a_conflict_on_the_wire_is_one_too(store, adapter):
    """Somebody came between our look and our write."""
    adapter.before = [Conflict("412")]
    assert ["conflict"] == states(push(adapter, store, [to("wu")], dry_run=False))


def test_an_automation_that_undoes_a_write_is_noticed(store, server, adapter):
    """The finding asks which."""
    adapter.automation = lambda: server.reassign(ONE, ref("user", "li"))
    report = push(adapter, store, [to("wu")], dry_run=False)
    assert (["reverted"], ["crm.write-reverted"]) == (states(report), codes(report.report))


def test_a_refused_write_is_told_and_not_tried_again(store, adapter):
    """A new decision may be."""
    adapter.before = [Rejected("403")]
    for _ in range(2):
        report = push(adapter, store, [to("wu")], dry_run=False)
        assert (["rejected"], ["crm.write-rejected"]) == (states(report), codes(report.report))
    assert 0 == adapter.sent
    assert ["verified"] == states(push(adapter, store, [to("wu", "run-8")], dry_run=False))


@pytest.mark.parametrize("error", [RateLimited("429"), QuotaExhausted("daily"), AuthExpired("401")])
def test_a_limit_lets_the_rest_wait(store, adapter, error):
    """Nothing arrived, nothing is lost, and the next push goes on."""
    adapter.before = [error]
    note = AddNote(ref=ONE, text="x", decision_id="run-7")
    assert ["planned", "planned"] == states(push(adapter, store, [to("wu"), note], dry_run=False))
    report = push(adapter, store, dry_run=False)
    assert "verified" == states(report)[0]
    assert 1 == adapter.sent - len(
        [line for line in report.lines if line.change == "AddNote" and line.state == "verified"]
    )


@pytest.mark.parametrize("error", [Transient("connection lost"), RuntimeError("answer was no JSON")])
def test_a_lost_answer_is_looked_up_and_never_sent_again(store, server, adapter, error):
    """It had arrived."""
    adapter.after = [error]
    assert ["verified"] == states(push(adapter, store, [to("wu")], dry_run=False))
    assert (1, "wu") == (adapter.sent, owner(server))


def test_a_write_that_did_not_arrive_is_sent_by_the_next_push(store, adapter):
    """Only because the source certainly does not have it."""
    adapter.before = [Transient("connection refused")]
    assert ["planned"] == states(push(adapter, store, [to("wu")], dry_run=False))
    assert ["verified"] == states(push(adapter, store, dry_run=False))
    assert 1 == adapter.sent


def test_where_nobody_can_know_a_human_is_asked(store, adapter):
    """It is never sent again by itself."""
    adapter.blind, adapter.after = True, [Transient("connection lost")]
    for _ in range(3):
        report = push(adapter, store, [to("wu")], dry_run=False)
        assert (["unknown"], ["crm.write-unknown"]) == (states(report), codes(report.report))
    assert 1 == adapter.sent


@pytest.mark.parametrize("arrived", [True, False])
def test_after_a_crash_while_sending_it_is_looked_up(store, server, adapter, arrived):
    """Whether it had arrived or not, it is there once in the end."""
    (adapter.after if arrived else adapter.before).append(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        push(adapter, store, [to("wu")], dry_run=False)
    assert ("sending",) == store.connection.execute("SELECT state FROM outbox").fetchone()
    states_ = [states(push(adapter, store, dry_run=False)) for _ in range(2)]
    assert ([["verified"], []] if arrived else [["planned"], ["verified"]]) == states_
    assert (1, "wu") == (adapter.sent, owner(server))


def test_a_guard_may_veto(store, adapter):
    """With its reason; and may change its mind."""
    report = push(adapter, store, [to("wu")], dry_run=False, guard=lambda change, current: f"{current.owner} is away")
    assert (["vetoed"], "demo:user:li is away") == (states(report), report.lines[0].reason)
    assert ["verified"] == states(push(adapter, store, dry_run=False, guard=lambda change, current: None))


def test_tasks_and_notes_are_made_once(store, server, adapter):
    """About the record, for the person, by its day."""
    task = CreateTask(ref=ONE, subject="回访", user=ref("user", "wu"), due_at=server.now, decision_id="run-7")
    note = AddNote(ref=ONE, text="由 6 月分配决定", decision_id="run-7")
    assert 2 == plan(store, [task, note])
    assert 0 == plan(store, [task, note])
    assert ["verified", "verified"] == states(push(adapter, store, dry_run=False))
    made = {record.activity_kind: record for record in server.records("activity")}
    assert ("回访", server.get(made["task"].ref).due_at) == (made["task"].subject, task.due_at)
    assert ONE == made["note"].about
    assert [] == states(push(adapter, store, dry_run=False))


def test_a_record_that_the_store_does_not_have_is_left_alone(store, adapter):
    """What was never read cannot be told from what was changed."""
    change = AssignOwner(ref=ref("deal", "D-9"), owner=ref("user", "wu"), decision_id="run-7")
    assert ["conflict"] == states(push(adapter, store, [change], dry_run=False))


def test_a_wrong_call_is_refused(store, adapter, tmp_path):
    """Another source, a change that cannot be written, a store that is held."""
    with pytest.raises(InvalidValueError, match="is not of source demo"):
        push(adapter, store, [AddNote(ref=ref("deal", "D-1", "other"), text="x", decision_id="1")])
    with pytest.raises(InvalidValueError, match="cannot write AddNote to a stage"):
        push(adapter, store, [AddNote(ref=ref("stage", "s"), text="x", decision_id="1")])
    with pytest.raises(InvalidValueError, match="cannot own"):
        AssignOwner(ref=ONE, owner=ref("team", "t"), decision_id="1")
    with open_store(tmp_path / "s.sqlite") as held, held.held(), pytest.raises(StoreError, match="held"):
        push(adapter, held, [to("wu")])
