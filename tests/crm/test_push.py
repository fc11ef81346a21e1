"""A decision is written back at most once, and never over somebody else's change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from tests.crm.faulty import ServerClock, server_of
from tests.crm.world import Pages, codes, deal, ref, user

from salesteam.crm import (
    AddNote,
    AssignOwner,
    Capability,
    CreateTask,
    Limits,
    MemoryAdapter,
    MemoryConfig,
    VirtualClock,
    load_changes,
    open_store,
    outbox,
    plan,
    push,
    resolve,
    sync,
)
from salesteam.errors import (
    AdapterError,
    AuthExpired,
    Conflict,
    InvalidValueError,
    NotFoundError,
    QuotaExhausted,
    RateLimited,
    Rejected,
    ReportError,
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


def test_an_adapter_that_cannot_say_what_it_writes_is_told_and_nothing_is_sent(store, adapter, monkeypatch):
    """The mistake is its own; nothing is planned either."""
    monkeypatch.setattr(adapter, "capabilities", lambda: 1 / 0)
    report = push(adapter, store, [to("wu")], dry_run=False)
    assert (["crm.adapter-crashed"], (), 0) == (codes(report.report), report.lines, adapter.sent)


def test_what_could_not_be_looked_at_is_not_sent(store, server, adapter, monkeypatch):
    """Else somebody else's change would be overwritten unseen; the next push goes on."""

    def lost(kind, ids):
        raise Transient("no connection.", source="demo")

    server.touch(ONE)
    with monkeypatch.context() as patch:
        patch.setattr(adapter, "fetch_ids", lost)
        note = AddNote(ref=ONE, text="x", decision_id="run-7")
        report = push(adapter, store, [to("wu"), note], dry_run=False)
    assert (["planned", "planned"], 0, "li") == (states(report), adapter.sent, owner(server))
    assert "not sent yet (no connection)" in report.explain(str(ONE))
    assert ("尚未发送" in report.grid("zh").text(), "would be" in report.grid().text()) == (True, False)
    assert ["conflict", "verified"] == states(push(adapter, store, dry_run=False))


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


class Mortal(Writer):
    """The process dies at one of its steps: before or after each request."""

    def __init__(self, server, dies_at):
        super().__init__(server)
        self.steps, self.dies_at, self.arrived = 0, dies_at, 0

    def step(self):
        self.steps += 1
        if self.steps == self.dies_at:
            raise KeyboardInterrupt

    def fetch_ids(self, kind, ids):
        self.step()
        found = super().fetch_ids(kind, ids)
        self.step()
        return found

    def assign(self, ref, owner, current):
        self.step()
        super().assign(ref, owner, current)
        self.arrived += 1
        self.step()

    def create(self, change, marker):
        self.step()
        made = super().create(change, marker)
        self.arrived += 1
        self.step()
        return made


@pytest.mark.parametrize("dies_at", range(1, 15))
@pytest.mark.parametrize("what", ["owner", "task"])
def test_a_push_that_dies_at_any_step_writes_once_in_the_end(store, server, what, dies_at):
    """Whatever the outbox says then: planned, sending, or done."""
    adapter, change = Mortal(server, dies_at), to("wu") if what == "owner" else task()
    try:
        push(adapter, store, [change], dry_run=False)
    except KeyboardInterrupt:
        assert {"planned", "sending"} >= {line.state for line in outbox(store)}
    else:
        assert dies_at > adapter.steps
    for _ in range(2):
        push(adapter, store, [change], dry_run=False)
    assert ["verified"] == [line.state for line in outbox(store)]
    assert {"owner": ("wu", 0), "task": ("li", 1)}[what] == (owner(server), made(server))
    assert 1 == adapter.arrived


@pytest.mark.parametrize("synced", [True, False])
@pytest.mark.parametrize("back", ["li", "han"])
@pytest.mark.parametrize("lost", [KeyboardInterrupt(), Transient("connection lost")])
def test_an_owner_who_was_replaced_before_the_look_is_not_replaced_again(store, server, adapter, lost, back, synced):
    """It had arrived, and somebody gave the deal to another, or back: once is at most once, so a human is asked."""
    clock = Limits(clock=ServerClock(server))
    adapter.after, adapter.automation = [lost], lambda: server.reassign(ONE, ref("user", back))
    if isinstance(lost, Transient):
        assert ["unknown"] == states(push(adapter, store, [to("wu")], dry_run=False))
    else:
        with pytest.raises(KeyboardInterrupt):
            push(adapter, store, [to("wu")], dry_run=False)
    for _ in range(3):
        if synced:
            sync(adapter, store, limits=clock)
        report = push(adapter, store, [to("wu")], dry_run=False)
        assert (["unknown"], ["crm.write-unknown"]) == (states(report), codes(report.report))
        assert "maybe by us" in report.lines[0].reason
    assert (1, back) == (adapter.sent, owner(server))


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


class Slow(Writer):
    """What it makes may stay hidden for five minutes."""

    def capabilities(self):
        return {kind: attrs.evolve(can, settles=timedelta(minutes=5)) for kind, can in super().capabilities().items()}


def task(decision="run-7"):
    """A task about the deal."""
    return CreateTask(ref=ONE, subject="回访", decision_id=decision)


def made(server):
    """How many tasks and notes are there."""
    return len(server.records("activity"))


def test_a_new_owner_and_his_task_go_together(store, server, adapter):
    """The task overwrites nothing, so the change of the owner is no conflict for it."""
    assert ["verified", "verified"] == states(push(adapter, store, [to("wu"), task()], dry_run=False))
    assert ("wu", 1) == (owner(server), made(server))


def test_what_was_made_is_told_and_kept(store, adapter):
    """So that a task can be found in the CRM, now and when it is pushed again."""
    for _ in range(2):
        (line,) = push(adapter, store, [task()], dry_run=False).lines
        assert line.made.startswith("demo:activity:")
        assert [line.made] == list(push(adapter, store, [task()]).to_frame()["made"])


def test_a_task_that_may_still_come_is_not_sent_again(store, server):
    """After a lost answer it is unknown until it would have come; only then it is sent once more."""
    adapter, clock = Slow(server), VirtualClock(server.now)
    adapter.before = [Transient("no answer in 30 s")]
    for passed in (0, 120, 179):
        clock.sleep(passed)
        report = push(adapter, store, [task()], dry_run=False, clock=clock)
        assert (["unknown"], ["crm.write-unknown"]) == (states(report), codes(report.report))
        assert "may still come until" in report.lines[0].reason
    clock.sleep(1)
    assert ["planned"] == states(push(adapter, store, dry_run=False, clock=clock))
    assert 0 == made(server)
    assert ["verified"] == states(push(adapter, store, dry_run=False, clock=clock))
    assert 1 == made(server)


def test_a_task_that_comes_late_is_found(store, server):
    """It was hidden when it was looked for first."""
    adapter, clock = Slow(server), VirtualClock(server.now)
    adapter.after = [Transient("connection lost")]
    hidden, server.marked = server.marked, lambda marker: ()
    assert ["unknown"] == states(push(adapter, store, [task()], dry_run=False, clock=clock))
    server.marked = hidden
    clock.sleep(60)
    assert ["verified"] == states(push(adapter, store, dry_run=False, clock=clock))
    assert (1, 1) == (made(server), adapter.sent)


def test_what_certainly_did_not_leave_waits_without_a_look(store, server):
    """No connection came about, so nothing can be on its way."""
    adapter = Slow(server)
    adapter.blind, adapter.before = True, [Transient("no connection", arrived=False)]
    assert ["planned", "planned"] == states(push(adapter, store, [task(), task("run-8")], dry_run=False))
    assert ["verified", "verified"] == states(push(adapter, store, dry_run=False))
    assert 2 == made(server)


@pytest.mark.parametrize("done", [True, False])
def test_a_failure_of_the_server_is_looked_up_once(store, server, done):
    """An unknown 500 may have come after the work was done; if not, it is refused and not tried again."""
    adapter = Slow(server)
    (adapter.after if done else adapter.before).append(AdapterError("500"))
    for _ in range(2):
        assert ["verified" if done else "rejected"] == states(push(adapter, store, [task()], dry_run=False))
    assert int(done) == made(server)


def test_a_task_given_to_somebody_else_by_an_automation_is_noticed(store, server, adapter):
    """The finding says to whom."""
    adapter.automation = lambda: server.change(server.records("activity")[-1].ref, user=ref("user", "li"))
    change = CreateTask(ref=ONE, subject="回访", user=ref("user", "wu"), decision_id="run-7")
    report = push(adapter, store, [change], dry_run=False)
    assert (["reverted"], "it is for demo:user:li") == (states(report), report.lines[0].reason)


def test_a_change_says_something_to_somebody_of_its_source():
    """An empty task, a blank note, a person of another CRM are refused."""
    with pytest.raises(InvalidValueError, match="says nothing"):
        CreateTask(ref=ONE, subject=" ", decision_id="1")
    with pytest.raises(InvalidValueError, match="says nothing"):
        AddNote(ref=ONE, text="", decision_id="1")
    with pytest.raises(InvalidValueError, match="can do nothing about"):
        CreateTask(ref=ONE, subject="x", user=ref("user", "li", "other"), decision_id="1")
    with pytest.raises(InvalidValueError, match="no instant with a time zone"):
        CreateTask(ref=ONE, subject="x", due_at=datetime(2026, 9, 30), decision_id="1")


@pytest.mark.parametrize("change", [to("wu"), task(), AddNote(ref=ONE, text="x", decision_id="1")])
def test_an_author_who_promises_more_than_there_is_is_told(change):
    """The message names the method to define, and the capability to leave out."""

    class Half(Pages):
        def capabilities(self):
            can = Capability(incremental="full", deletes="none", by_id=True, writes=(change.name,))
            return {"deal": can}

        def fetch_ids(self, kind, ids):
            return (deal("D-1"),)

    method = "assign" if change.name == "AssignOwner" else "create"
    with pytest.raises(InvalidValueError, match=rf"Half names {change.name} .* does not define {method}\(\)"):
        Half({}).write(change, key="k", expect=None)
    with pytest.raises(InvalidValueError, match="cannot write"):
        Pages({"deal": []}).write(change, key="k", expect=None)
    with pytest.raises(InvalidValueError, match="no change is named Rename"):
        Capability(incremental="full", deletes="none", writes=("Rename",))


def test_an_outbox_of_an_older_store_goes_on(store, server, adapter, tmp_path):
    """The first version did not keep when a change was sent, nor to which version of the record."""
    path = tmp_path / "old.sqlite"
    with open_store(path) as old:
        sync(adapter, old, limits=Limits(clock=ServerClock(server)))
        adapter.after = [KeyboardInterrupt()]
        with pytest.raises(KeyboardInterrupt):
            push(adapter, old, [task()], dry_run=False)
        old.connection.execute("ALTER TABLE outbox DROP COLUMN sent_at")
        old.connection.execute("ALTER TABLE outbox DROP COLUMN seen")
        old.connection.execute("DROP TABLE forgotten")
        old.connection.execute("PRAGMA user_version = 1")
    with open_store(path) as new:
        assert ["verified"] == states(push(adapter, new, dry_run=False))
    assert 1 == made(server)


@pytest.mark.parametrize(
    ("verdict", "state", "tasks"), [("arrived", "sent", 0), ("lost", "verified", 1), ("withdrawn", "withdrawn", 0)]
)
def test_a_human_decides_on_what_nobody_can_know(store, server, adapter, verdict, state, tasks):
    """It arrived, it is to be sent, or it is not wanted any more; and that is the end of it."""
    adapter.blind, adapter.before = True, [Transient("connection lost")]
    push(adapter, store, [task()], dry_run=False)
    (line,) = outbox(store)
    assert ("unknown", "CreateTask", str(ONE)) == (line.state, line.change, line.ref)
    assert {"arrived": "sent", "lost": "planned"}.get(verdict, verdict) == resolve(store, line.key, verdict).state
    assert [state] == states(push(adapter, store, [task()], dry_run=False))
    assert ([state], tasks) == ([each.state for each in outbox(store, "demo")], made(server))
    with pytest.raises(InvalidValueError, match="resolve only what waits"):
        resolve(store, line.key, verdict)


def test_a_verdict_is_one_of_three_on_a_change_that_is_there(store):
    """The error lists them, each with what it means."""
    with pytest.raises(InvalidValueError, match="withdrawn: it is not wanted"):
        resolve(store, "k")
    with pytest.raises(NotFoundError, match="no change 'k' in the outbox"):
        resolve(store, "k", "lost")
    assert () == outbox(store, "other")


def test_changes_are_read_from_a_file(tmp_path):
    """Owners, tasks and notes of one decision."""
    path = tmp_path / "changes.yaml"
    path.write_text(
        """
decision_id: run-7
add_note:
  - {ref: "demo:deal:D-1", text: moved}
create_task:
  - {ref: "demo:deal:D-1", subject: 回访, user: "demo:user:wu", due_at: 2026-10-08T09:00+08:00}
  - {ref: "demo:deal:a:b", subject: 回访}
assign_owner:
  - {ref: "demo:deal:D-1", owner: "demo:user:wu"}
""",
        encoding="utf-8",
    )
    due = datetime(2026, 10, 8, 1, tzinfo=UTC)
    expected = (
        to("wu"),
        CreateTask(ref=ONE, subject="回访", user=ref("user", "wu"), due_at=due, decision_id="run-7"),
        CreateTask(ref=ref("deal", "a:b"), subject="回访", decision_id="run-7"),
        AddNote(ref=ONE, text="moved", decision_id="run-7"),
    )
    assert expected == load_changes(path)


def test_every_problem_of_a_file_of_changes_is_told_at_its_line(tmp_path):
    """Bad references, blank texts, somebody of another source, an instant without a zone, no decision."""
    path = tmp_path / "changes.yaml"
    path.write_text(
        """
decision_id: " "
add_note:
  - {ref: "D-1", text: moved}
  - {ref: "demo:deal:D-1", text: ""}
create_task:
  - {ref: "demo:deals:D-1", subject: x}
  - {ref: "demo:deal:D-1", subject: x, due_at: 2026-10-08T09:00}
  - {ref: "demo:deal:D-1", subject: x, user: "other:user:wu"}
""",
        encoding="utf-8",
    )
    with pytest.raises(ReportError) as caught:
        load_changes(path)
    assert [
        (4, "add_note[0].ref"),
        (5, "add_note[1].text"),
        (7, "create_task[0].ref"),
        (8, "create_task[1].due_at"),
        (9, "create_task[2].user"),
    ] == [(finding.place.line, finding.place.key) for finding in caught.value.report]
    assert "Did you mean 'deal'?\n" in caught.value.report.text()
    path.write_text('decision_id: " "', encoding="utf-8")
    with pytest.raises(ReportError, match="without a decision"):
        load_changes(path)


def test_a_change_that_no_source_can_write_is_told_at_its_line(tmp_path, adapter):
    """All of them at once, with what can be written instead."""
    path = tmp_path / "changes.yaml"
    path.write_text(
        """
decision_id: run-7
assign_owner:
  - {ref: "demo:deal:D-1", owner: "demo:user:wu"}
  - {ref: "crm:deal:D-1", owner: "crm:user:wu"}
add_note:
  - {ref: "demo:stage:new", text: moved}
""",
        encoding="utf-8",
    )
    assert 3 == len(load_changes(path))
    with pytest.raises(ReportError) as caught:
        load_changes(path, adapters=[adapter])
    assert [
        ("crm.change-no-source", f"{path}:5:6 assign_owner[1].ref"),
        ("crm.change-unwritable", f"{path}:7:6 add_note[0].ref"),
    ] == [(finding.code, finding.place.text()) for finding in caught.value.report]
    path.write_text('decision_id: run-7\nadd_note: [{ref: "demo:deal:D-1", text: moved}]', encoding="utf-8")
    assert (AddNote(ref=ONE, text="moved", decision_id="run-7"),) == load_changes(path, adapters=[adapter])


def test_why_a_change_was_not_sent_is_told_in_both_languages(store, adapter):
    """A reader of Chinese is told in Chinese."""
    report = push(adapter, store, [AddNote(ref=ref("deal", "D-9"), text="x", decision_id="run-7")])
    for lang, why in (("en", "the record is not there"), ("zh", "记录不存在")):
        assert all(
            why in text
            for text in (report.grid(lang).text(), report.report.text(lang), report.explain("demo:deal:D-9", lang))
        )
