"""Adapters with one bug each, under the contract; `test_planted` runs this file and looks which tests fail.

A class names in `caught_by` the tests that must fail; of all its other tests none may, unless it says `and_more`.
"""

from __future__ import annotations

import copy
import logging
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from salesteam.core import Report, find
from salesteam.crm import AddNote, Batch, MemoryAdapter, MemoryConfig, Ref, Reject
from salesteam.errors import Conflict
from salesteam.testing import AdapterContract, MemoryHarness

SECRET = "token-4f9c"


def damaged(record, field, value):
    """A copy of a record with a field that its class would refuse."""
    copied = copy.copy(record)
    object.__setattr__(copied, field, value)
    return copied


def only(batch, records):
    """A page of other records, which are rows of their own."""
    kept = tuple(records)
    return attrs.evolve(batch, records=kept, rows=kept)


def changed(change):
    """A `fetch` that changes every record on its way."""

    def fetch(self, kind, since, **options):
        for batch in Sound.fetch(self, kind, since, **options):
            yield only(batch, (change(record) for record in batch.records))

    return fetch


@attrs.frozen(kw_only=True)
class Config(MemoryConfig):
    """Settings with a secret that shows nowhere."""

    bad: dict = attrs.field(factory=dict, repr=False)
    token: str = attrs.field(default=SECRET, repr=False)


class Sound(MemoryAdapter):
    """The reference with bad rows and a secret: no bug."""

    Config = Config

    def fetch(self, kind, since, **options):
        yield from super().fetch(kind, since, **options)
        rejects = tuple(
            Reject(
                ref=None,
                kind=kind,
                reason=find("crm.bad-cell", field="name", value=value, problem="is bad"),
                raw=f"name={value}",
            )
            for value in self.config.bad.get(kind, ())
        )
        if rejects:
            yield Batch(records=(), rejects=rejects)


class PlantedHarness(MemoryHarness):
    """The reference CRM behind an adapter of one's choice."""

    secrets = (SECRET,)

    def __init__(self, adapter_class):
        super().__init__()
        self.adapter_class = adapter_class
        self.bad = {}

    def adapter(self):
        return self.adapter_class(Config(server=self.server, bad=self.bad), source=self.server.source)

    def inject(self, kind):
        self.bad.setdefault(kind, []).append("?")


class Planted(AdapterContract):
    """The contract on the adapter of the class."""

    caught_by = ()
    and_more = False
    Adapter = Sound

    @pytest.fixture
    def harness(self):
        return PlantedHarness(self.Adapter)


class TestSound(Planted):
    """No bug, no failure."""


class TestLosesTheLastRowOfAPage(Planted):
    caught_by = (
        "test_what_is_there_is_read_once",
        "test_any_page_size_reads_the_same",
        "test_many_changes_at_one_instant_are_all_seen",
    )
    and_more = True

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            for batch in super().fetch(kind, since, **options):
                yield only(batch, batch.records[:-1])


class TestLosesTheLastRowOfAFullPage(Planted):
    caught_by = (
        "test_any_page_size_reads_the_same",
        "test_many_changes_at_one_instant_are_all_seen",
        "test_a_reading_resumed_after_any_page_finds_everything",
        "test_a_reading_resumed_among_equal_times_finds_everything",
        "test_no_reading_passes_its_signpost",
    )

    class Adapter(Sound):
        def fetch(self, kind, since, *, page_size, **options):
            for batch in super().fetch(kind, since, page_size=page_size, **options):
                full = len(batch.records) == page_size
                yield only(batch, batch.records[:-1] if full else batch.records)


class TestRepeatsARow(Planted):
    caught_by = ("test_any_page_size_reads_the_same", "test_many_changes_at_one_instant_are_all_seen")

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            last = ()
            for batch in super().fetch(kind, since, **options):
                yield only(batch, (*last, *batch.records))
                last = batch.records[-1:]


class TestReadsLargerPagesThanAsked(Planted):
    caught_by = ("test_any_page_size_reads_the_same",)

    class Adapter(Sound):
        def fetch(self, kind, since, *, page_size, **options):
            yield from super().fetch(kind, since, page_size=1000, **options)


class TestMixesKinds(Planted):
    caught_by = ("test_what_is_there_is_read_once",)
    and_more = True

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            yield from super().fetch("account" if kind == "product" else kind, since, **options)


class TestFailsWhereNothingIs(Planted):
    caught_by = ("test_an_empty_source_is_no_mistake",)

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            batches = list(super().fetch(kind, since, **options))
            if since is None:
                assert batches[0].cursor
            yield from batches


class TestIgnoresTheCursor(Planted):
    caught_by = ("test_a_resumed_reading_does_not_begin_anew", "test_a_strange_cursor_is_refused")

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            yield from super().fetch(kind, None, **options)


class TestIgnoresTheOverlap(Planted):
    caught_by = ("test_the_overlap_reads_back_behind_the_cursor",)

    class Adapter(Sound):
        def fetch(self, kind, since, *, overlap, **options):
            yield from super().fetch(kind, since, overlap=timedelta(0), **options)


class TestPassesTheSignpost(Planted):
    caught_by = ("test_no_reading_passes_its_signpost",)

    class Adapter(Sound):
        def fetch(self, kind, since, *, until, **options):
            yield from super().fetch(kind, since, until=datetime.max.replace(tzinfo=UTC), **options)


class TestPassesTheSignpostWithinAPage(Planted):
    """What is too new is left out of a page, but its cursor is that of the last row that was sent."""

    caught_by = ("test_no_reading_passes_its_signpost",)

    class Adapter(Sound):
        def fetch(self, kind, since, *, until, **options):
            for batch in super().fetch(kind, since, until=datetime.max.replace(tzinfo=UTC), **options):
                due = tuple(record for record in batch.records if record.updated_at <= until)
                yield only(batch, due)
                if due != batch.records:
                    return


class TestGivesNoCursor(Planted):
    caught_by = ("test_a_cursor_survives_being_stored", "test_a_resumed_reading_does_not_begin_anew")

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            for batch in super().fetch(kind, since, **options):
                yield attrs.evolve(batch, cursor=None)


class TestRemembersOldVersions(Planted):
    caught_by = (
        "test_a_change_after_the_cursor_is_found",
        "test_a_deletion_after_the_cursor_is_told",
        "test_a_changed_record_gets_no_other_owner",
    )

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            seen = self.__dict__.setdefault("seen", {})
            for batch in super().fetch(kind, since, **options):
                old = (seen.setdefault(record.ref, record) for record in batch.records)
                yield batch if since is None else only(batch, old)
                seen.update({record.ref: record for record in batch.records})


class TestCountsItsReadings(Planted):
    caught_by = ("test_a_second_reading_changes_nothing",)
    and_more = True

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            self.readings = getattr(self, "readings", 0) + 1
            for batch in super().fetch(kind, since, **options):
                counted = (attrs.evolve(record, extra={"reading": self.readings}) for record in batch.records)
                yield only(batch, counted)


class TestResumesStrictlyAfterTheWatermark(Planted):
    caught_by = ("test_a_reading_resumed_among_equal_times_finds_everything",)

    class Adapter(Sound):
        def fetch(self, kind, since, *, overlap, **options):
            for batch in super().fetch(kind, since, overlap=overlap, **options):
                after = datetime.fromisoformat(since.data) - overlap if since and not overlap else None
                kept = (record for record in batch.records if after is None or record.updated_at > after)
                yield only(batch, kept)


class TestGivesTheCursorBeforeTheBatch(Planted):
    caught_by = ("test_a_reading_resumed_after_any_page_finds_everything",)

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            batches = list(super().fetch(kind, since, **options))
            for batch, following in zip(batches, [*batches[1:], batches[-1]] if batches else [], strict=True):
                yield attrs.evolve(batch, cursor=following.cursor)


class TestGuessesAtStrangeCursors(Planted):
    caught_by = ("test_a_strange_cursor_is_refused",)

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            yield from super().fetch(kind, since if since and since.format == 1 else None, **options)


class TestGivesNaiveTimes(Planted):
    caught_by = ("test_every_field_holds_what_it_declares", "test_records_are_fetched_by_id_where_it_says_so")
    and_more = True

    class Adapter(Sound):
        fetch = changed(lambda record: damaged(record, "created_at", record.created_at.replace(tzinfo=None)))


class TestGivesFloats(Planted):
    caught_by = ("test_every_field_holds_what_it_declares",)
    and_more = True

    class Adapter(Sound):
        fetch = changed(
            lambda record: (
                damaged(record, "value", damaged(record.value, "minor", float(record.value.minor)))
                if record.kind == "deal"
                else record
            )
        )


class TestGivesInstantsForDates(Planted):
    caught_by = ("test_every_field_holds_what_it_declares", "test_records_are_fetched_by_id_where_it_says_so")
    and_more = True

    class Adapter(Sound):
        fetch = changed(
            lambda record: damaged(record, "closed_on", record.updated_at) if record.kind == "deal" else record
        )


class TestGivesWordsOfItsOwn(Planted):
    caught_by = ("test_every_field_holds_what_it_declares", "test_records_are_fetched_by_id_where_it_says_so")
    and_more = True

    class Adapter(Sound):
        fetch = changed(lambda record: damaged(record, "status", "Won") if record.kind == "deal" else record)


class TestSwallowsBadRows(Planted):
    caught_by = ("test_a_bad_row_comes_back_while_the_others_land",)

    class Adapter(Sound):
        fetch = MemoryAdapter.fetch


class TestHandsOverTheRowsOfOthers(Planted):
    caught_by = ("test_a_row_is_kept_with_its_own_record",)

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            for batch in super().fetch(kind, since, **options):
                yield attrs.evolve(batch, rows=batch.rows[::-1])


class TestForgetsDeletions(Planted):
    caught_by = ("test_a_deleted_record_is_no_longer_there", "test_a_deletion_after_the_cursor_is_told")

    class Adapter(Sound):
        fetch = changed(lambda record: attrs.evolve(record, deleted=False))


class TestForgetsDeletionsAfterTheCursor(Planted):
    caught_by = ("test_a_deletion_after_the_cursor_is_told",)

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            for batch in super().fetch(kind, since, **options):
                living = tuple(record for record in batch.records if since is None or not record.deleted)
                yield only(batch, living)


class TestKeepsWhatWasBroughtBackDeleted(Planted):
    caught_by = ("test_a_record_brought_back_is_there_again",)

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            for batch in super().fetch(kind, since, **options):
                self.gone = {record.ref for record in batch.records if record.deleted} | getattr(self, "gone", set())
                records = (attrs.evolve(record, deleted=record.ref in self.gone) for record in batch.records)
                yield only(batch, records)


class TestTakesArchivedForDeleted(Planted):
    caught_by = ("test_an_archived_record_is_archived_and_not_deleted",)

    class Adapter(Sound):
        fetch = changed(lambda record: attrs.evolve(record, deleted=record.deleted or record.archived))


class TestForgetsMerges(Planted):
    caught_by = ("test_the_loser_of_a_merge_names_the_survivor",)

    class Adapter(Sound):
        fetch = changed(lambda record: attrs.evolve(record, merged_into=None))


class TestFailsForUnknownIds(Planted):
    caught_by = ("test_records_are_fetched_by_id_where_it_says_so",)

    class Adapter(Sound):
        def fetch_ids(self, kind, ids):
            found = super().fetch_ids(kind, ids)
            return tuple({record.ref.external_id: record for record in found}[key] for key in ids)


class TestTellsNoFields(Planted):
    caught_by = ("test_its_schema_tells_the_fields",)

    class Adapter(Sound):
        def schema(self):
            return attrs.evolve(super().schema(), fields={"account": super().schema().fields["account"]})


class TestClaimsAnUnknownKind(Planted):
    caught_by = ("test_it_reads_the_kinds_it_names", "test_it_can_see_what_it_writes")

    class Adapter(Sound):
        def capabilities(self):
            return {**super().capabilities(), "opportunity": super().capabilities()["deal"]}


class TestWritesToWhatItCannotSee(Planted):
    caught_by = ("test_it_can_see_what_it_writes",)

    class Adapter(Sound):
        def capabilities(self):
            can = super().capabilities()
            return {**can, "quota": attrs.evolve(can["quota"], by_id=False, writes=("AddNote",))}


class TestGivesAnOwnerToWhatHasNone(Planted):
    caught_by = ("test_it_can_see_what_it_writes",)
    and_more = True

    class Adapter(Sound):
        def capabilities(self):
            can = super().capabilities()
            return {**can, "product": attrs.evolve(can["product"], writes=("AssignOwner",))}


class TestLeavesANoteWhereverItLooks(Planted):
    caught_by = ("test_a_dry_run_writes_nothing",)
    and_more = True

    class Adapter(Sound):
        def fetch_ids(self, kind, ids):
            found = super().fetch_ids(kind, ids)
            for record in found:
                note = AddNote(ref=record.ref, text="Call the customer back", decision_id="look")
                self.config.server.record_activity(note, f"look-{len(self.config.server.records('activity'))}")
            return found


class TestCreatesBlindlyTwice(Planted):
    caught_by = ("test_a_change_is_written_once_a_decision", "test_a_lost_answer_is_looked_up")
    and_more = True

    class Adapter(Sound):
        def create(self, change, marker):
            super().create(change, marker)
            return super().create(change, marker)


class TestForgetsWhatItCreated(Planted):
    caught_by = (
        "test_a_lost_answer_is_looked_up",
        "test_a_crash_while_sending_is_looked_up",
        "test_what_was_written_is_found_among_many",
    )

    class Adapter(Sound):
        def find_created(self, change, marker):
            return None


class TestLooksThroughTheFirstPageOnly(Planted):
    caught_by = ("test_what_was_written_is_found_among_many",)

    class Adapter(Sound):
        def find_created(self, change, marker):
            page = self.config.server.records("activity")[:100]
            return next((each.ref.external_id for each in page if each.extra["marker"] == marker), None)


class TestLooksThroughTheLastPageOnly(Planted):
    caught_by = ("test_what_was_written_is_found_among_many",)

    class Adapter(Sound):
        def find_created(self, change, marker):
            page = self.config.server.records("activity")[-100:]
            return next((each.ref.external_id for each in page if each.extra["marker"] == marker), None)


class TestTakesAnEqualTaskForItsOwn(Planted):
    caught_by = (
        "test_what_did_not_arrive_is_sent_when_that_is_certain",
        "test_what_was_written_is_found_among_many",
    )

    class Adapter(Sound):
        def find_created(self, change, marker):
            found = (each for each in self.config.server.records("activity") if each.about == change.ref)
            return next((each.ref.external_id for each in found), None)


class TestOverwrites(Planted):
    caught_by = ("test_a_changed_record_gets_no_other_owner",)

    class Adapter(Sound):
        def write(self, change, *, key, expect):
            if change.name == "AssignOwner":
                return self.config.server.reassign(change.ref, change.owner).ref
            return super().write(change, key=key, expect=expect)


class TestWantsAFreshRecordForATask(Planted):
    caught_by = ("test_a_task_or_note_needs_no_fresh_record",)

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            seen = self.__dict__.setdefault("seen", {})
            for batch in super().fetch(kind, since, **options):
                seen.update({record.ref: record for record in batch.records})
                yield batch

        def create(self, change, marker):
            if self.config.server.get(change.ref) != self.seen[change.ref]:
                raise Conflict("it was changed")
            return super().create(change, marker)


class TestBelievesItsOwnWrites(Planted):
    caught_by = ("test_a_write_that_is_undone_is_noticed",)

    class Adapter(Sound):
        def assign(self, ref, owner, current):
            super().assign(ref, owner, current)
            self.__dict__.setdefault("given", {})[ref] = Ref(self.source, "user", owner)

        def fetch_ids(self, kind, ids):
            given = self.__dict__.get("given", {})
            found = super().fetch_ids(kind, ids)
            return tuple(attrs.evolve(each, owner=given[each.ref]) if each.ref in given else each for each in found)


class TestSpeaksAnotherInterface(Planted):
    caught_by = ("test_it_says_who_it_is",)

    class Adapter(Sound):
        api = 2


class TestDoesNotCheckOut(Planted):
    caught_by = ("test_it_says_who_it_is",)

    class Adapter(Sound):
        def check(self):
            return Report.of(find("crm.source-failed", source="memory", problem="no permission"))


class TestLeaksASecretInItsRepr(Planted):
    caught_by = ("test_no_secret_shows",)

    class Adapter(Sound):
        def __repr__(self):
            return f"<adapter of {self.config.token}>"


class TestLeaksASecretInItsLog(Planted):
    caught_by = ("test_no_secret_shows",)

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            logging.getLogger("adapter").debug("GET /%s?token=%s", kind, self.config.token)
            yield from super().fetch(kind, since, **options)


class TestLeaksASecretInAnError(Planted):
    caught_by = ("test_no_secret_shows",)

    class Adapter(Sound):
        def fetch(self, kind, since, **options):
            if since is not None and since.format != 1:
                raise ValueError(f"POST failed, sent {self.config.token}")
            yield from super().fetch(kind, since, **options)


class TestCannotBeClosedTwice(Planted):
    caught_by = ("test_closing_twice_is_safe",)

    class Adapter(Sound):
        def close(self):
            del self.config


class TestLoadsADataframeLibraryAtItsRoot(Planted):
    caught_by = ("test_the_root_module_is_light",)

    @pytest.fixture
    def harness(self):
        from heavy_plugin import HeavyAdapter

        return PlantedHarness(type("Adapter", (Sound,), {"__module__": HeavyAdapter.__module__}))


class TestTouchesNothing(Planted):
    """The bug is in the harness: its touch changes the time only, so that other tests would prove nothing."""

    caught_by = (
        "test_a_change_is_seen",
        "test_many_changes_at_one_instant_are_all_seen",
        "test_a_changed_record_gets_no_other_owner",
    )

    @pytest.fixture
    def harness(self):
        class Idle(PlantedHarness):
            def touch(self, ref):
                self.server.change(ref)

            def touch_all(self, kind):
                tick = self.server.now + timedelta(seconds=1)
                for record in self.server.records(kind):
                    self.server.now = tick - timedelta(seconds=1)
                    self.server.change(record.ref)

        return Idle(Sound)


class TestWithoutHarness(AdapterContract):
    """Whoever forgets the fixture is told what to give, by every test."""
