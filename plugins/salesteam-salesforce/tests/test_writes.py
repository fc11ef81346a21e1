"""Tasks and notes in Salesforce: where they stand, what they carry, and that each is made once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.test_salesforce import by_queries, deal

from salesteam.crm import AddNote, CreateTask
from salesteam.errors import AdapterError, Conflict, Rejected, Transient
from salesteam.testing import Answer, Fault, read_all
from salesteam.testing._read import records_of

pytestmark = by_queries
MARK = "salesteam:0123456789abcdef0123456789abcdef"


@pytest.fixture
def adapter(harness):
    """An adapter that is closed at the end."""
    adapter = harness.adapter()
    yield adapter
    adapter.close()


def task(ref, **fields):
    """A task about a record."""
    return CreateTask(**{"ref": ref, "subject": "回访客户", "decision_id": "run-7", **fields})


def note(ref, text="Moved by the allocation"):
    """A note to a record."""
    return AddNote(ref=ref, text=text, decision_id="run-7")


@pytest.mark.parametrize("kind", ["account", "contact", "lead", "deal"])
def test_a_task_is_about_its_record_and_is_read_as_such(harness, adapter, kind):
    """About somebody for leads and contacts, about something for the others."""
    ref, user = harness.create(kind, 1), harness.create("user", 1)
    made = adapter.create(task(ref, user=user), MARK)
    (found,) = adapter.fetch_ids("activity", [made])
    assert (ref, user, f"回访客户 [{MARK}]", "task") == (found.about, found.user, found.subject, found.activity_kind)
    assert found in records_of(read_all(adapter, "activity")).values()


def test_a_task_is_due_on_the_day_of_the_zone(harness, adapter):
    """17:00 in London is the next day in Shanghai; without a zone no day is guessed, and nothing is made."""
    ref = deal(harness)
    due = datetime(2026, 10, 8, 17, tzinfo=UTC)
    made = adapter.create(task(ref, due_at=due), MARK)
    assert "2026-10-09" == harness.server.due[made]
    zoneless = harness.adapter(zone=None)
    with pytest.raises(Rejected, match="set zone"):
        zoneless.create(task(ref, due_at=due), MARK)
    assert harness.server.due[zoneless.create(task(ref), MARK)] is None
    zoneless.close()
    assert 2 == len(harness.server.due)


def test_a_long_subject_is_cut_and_stands_whole_in_the_description(harness, adapter):
    """The marker stays whole, because by it the task is found."""
    ref, subject = deal(harness), "长" * 300
    made = adapter.create(task(ref, subject=subject), MARK)
    (found,) = adapter.fetch_ids("activity", [made])
    assert (255, True) == (len(found.subject), found.subject.endswith(f"… [{MARK}]"))
    assert subject == harness.server.texts[made]
    assert made == adapter.find_created(task(ref, subject=subject), MARK)


def test_a_note_keeps_its_text_and_its_lines(harness, adapter):
    """As a page: what looks like markup is none."""
    ref = deal(harness)
    made = adapter.create(note(ref, "给 <b>Li</b> & Wu\n第二行"), MARK)
    assert "给 &lt;b&gt;Li&lt;/b&gt; &amp; Wu<br>第二行" == harness.server.contents[made]
    (found,) = adapter.fetch_ids("activity", [made])
    assert ("note", f"给 <b>Li</b> & Wu 第二行 [{MARK}]") == (found.activity_kind, found.subject)


def test_a_note_and_its_place_are_made_by_one_request(harness, adapter):
    """Both or neither, so that no note lies about without a record."""
    adapter.create(note(deal(harness)), MARK)
    assert 1 == harness.server.counts()["POST /services/data/v64.0/composite"]


@pytest.mark.parametrize(
    ("code", "error"), [("INSUFFICIENT_ACCESS_OR_READONLY", Rejected), ("UNABLE_TO_LOCK_ROW", Transient)]
)
def test_an_error_inside_a_good_answer_made_nothing(harness, adapter, code, error):
    """The one that halted the others counts; what passes certainly did not arrive."""
    ref = deal(harness)
    harness.server.halts = code
    with pytest.raises(error, match=code) as caught:
        adapter.create(note(ref), MARK)
    assert getattr(caught.value, "arrived", False) is False
    harness.server.halts = ""
    assert adapter.find_created(note(ref), MARK) is None


@pytest.mark.parametrize("make", [task, note])
def test_it_is_found_by_its_marker_at_its_record_alone(harness, adapter, make):
    """Neither one of another decision, nor one of another record, nor one that was deleted."""
    one, other = deal(harness, 1), deal(harness, 2)
    made = adapter.create(make(one), MARK)
    assert made == adapter.find_created(make(one), MARK)
    assert adapter.find_created(make(one), MARK[:-1] + "0") is None
    assert adapter.find_created(make(other), MARK) is None
    harness.delete(adapter.fetch_ids("activity", [made])[0].ref)
    assert adapter.find_created(make(one), MARK) is None


@pytest.mark.parametrize("make", [task, note])
@pytest.mark.parametrize("body", [{}, [], {"compositeResponse": []}, {"compositeResponse": [{"body": None}]}])
def test_an_answer_that_does_not_say_what_was_made_is_looked_up(harness, adapter, make, body):
    """It may have been made, so it is no refusal."""
    ref = deal(harness)
    adapter.ping()
    harness.server.fail(Fault(how="answer", answer=Answer(body=body), times=1))
    with pytest.raises(AdapterError) as caught:
        adapter.create(make(ref), MARK)
    assert not isinstance(caught.value, (Rejected, Conflict))


def test_every_kind_with_an_owner_or_a_person_can_be_written_to(adapter):
    """Owners where salesteam knows them, tasks and notes beside."""
    can = adapter.capabilities()
    assert {
        "account": ("AddNote", "AssignOwner", "CreateTask"),
        "contact": ("AddNote", "CreateTask"),
        "lead": ("AddNote", "AssignOwner", "CreateTask"),
        "deal": ("AddNote", "AssignOwner", "CreateTask"),
    } == {kind: can[kind].writes for kind in can if can[kind].writes}
    assert {"native"} == {can[kind].lock for kind in can if "AssignOwner" in can[kind].writes}
