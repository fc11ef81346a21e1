"""The part of the contract on cursors: where a reading resumes, and what it must not pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from salesteam.crm import Adapter, Cursor, Kind
from salesteam.errors import AdapterError
from salesteam.testing._contract_reading import MANY
from salesteam.testing._harness import Harness
from salesteam.testing._read import last_cursor, read_all, records_of

__all__ = ["Cursors"]

_LONG = timedelta(days=3650)


class Cursors:
    """Incremental readings; skipped where an adapter always reads in full."""

    def incremental(self, harness: Harness, adapter: Adapter) -> Iterator[Kind]:
        """The kinds that are read by cursor or delta."""
        kinds = [kind for kind in harness.kinds() if adapter.capabilities()[kind].incremental != "full"]
        if not kinds:
            pytest.skip(f"{adapter.name} always reads in full")
        yield from kinds

    def test_a_cursor_survives_being_stored(self, harness: Harness, adapter: Adapter) -> None:
        """Its JSON text gives the same cursor back."""
        for kind in self.incremental(harness, adapter):
            harness.create(kind, 1)
            cursors = [batch.cursor for batch in read_all(adapter, kind) if batch.cursor is not None]
            assert cursors
            for cursor in cursors:
                assert cursor == Cursor.from_json(json.loads(json.dumps(cursor.to_json())))

    def test_a_reading_resumed_after_any_page_finds_everything(self, harness: Harness, adapter: Adapter) -> None:
        """Stopping after page k and resuming at its cursor equals one run."""
        for kind in self.incremental(harness, adapter):
            for number in range(1, MANY + 1):
                harness.create(kind, number)
            self.resume_after_any_page(adapter, kind)

    def test_a_reading_resumed_among_equal_times_finds_everything(self, harness: Harness, adapter: Adapter) -> None:
        """The same where all records were changed at one instant, as a bulk job does."""
        for kind in self.incremental(harness, adapter):
            for number in range(1, MANY + 1):
                harness.create(kind, number)
            harness.touch_all(kind)
            self.resume_after_any_page(adapter, kind)

    def resume_after_any_page(self, adapter: Adapter, kind: Kind) -> None:
        """Stop after page k and resume at its cursor, for each k."""
        whole = records_of(read_all(adapter, kind))
        pages = read_all(adapter, kind, page_size=7)
        for stop in range(1, len(pages) + 1):
            done = pages[:stop]
            rest = read_all(adapter, kind, since=last_cursor(done), page_size=7)
            assert whole == records_of((*done, *rest))

    def test_a_change_after_the_cursor_is_found(self, harness: Harness, adapter: Adapter) -> None:
        """What changes after a reading is in the next one, as it is then."""
        for kind in self.incremental(harness, adapter):
            refs = [harness.create(kind, number) for number in range(1, 4)]
            cursor = last_cursor(read_all(adapter, kind))
            harness.touch(refs[0])
            late = harness.create(kind, 4)
            changed = records_of(read_all(adapter, kind, since=cursor))
            now = records_of(read_all(adapter, kind))
            assert [now[refs[0]], now[late]] == [changed.get(refs[0]), changed.get(late)]

    def test_a_resumed_reading_does_not_begin_anew(self, harness: Harness, adapter: Adapter) -> None:
        """What is older than the cursor, by more than the source's tick, is not read again."""
        for kind in self.incremental(harness, adapter):
            for number in range(1, MANY + 1):
                harness.create(kind, number)
            batches = read_all(adapter, kind)
            times = {ref: record.updated_at for ref, record in records_of(batches).items() if record.updated_at}
            tick = adapter.capabilities()[kind].resolution
            old = {ref for ref, at in times.items() if at + tick < max(times.values())}
            if not old:
                pytest.skip(f"{adapter.name} tells no two update times of {kind} apart")
            again = set(records_of(read_all(adapter, kind, since=last_cursor(batches))))
            assert set() == again & old

    def test_the_overlap_reads_back_behind_the_cursor(self, harness: Harness, adapter: Adapter) -> None:
        """A long overlap finds everything again, because commits appear behind the watermark."""
        for kind in self.incremental(harness, adapter):
            if adapter.capabilities()[kind].incremental == "delta":
                pytest.skip(f"{adapter.name} asks the server for the difference")
            made = {harness.create(kind, number) for number in range(1, 4)}
            cursor = last_cursor(read_all(adapter, kind))
            assert made == set(records_of(read_all(adapter, kind, since=cursor, overlap=_LONG)))

    def test_no_reading_passes_its_signpost(self, harness: Harness, adapter: Adapter) -> None:
        """What changed after `until` is left for the next reading, all of it: no cursor lies beyond `until` either.

        Some pages end at `until`, some hold rows on both sides of it.
        """
        for kind in self.incremental(harness, adapter):
            for number in range(1, 10):
                harness.create(kind, number)
            whole = records_of(read_all(adapter, kind))
            times = {ref: record.updated_at for ref, record in whole.items() if record.updated_at}
            ticks = sorted(set(times.values()))
            if len(times) < len(whole) or len(ticks) < 4:
                pytest.skip(f"{adapter.name} does not tell the update times of {kind} apart")
            until = ticks[len(ticks) // 2]
            early = {ref for ref, at in times.items() if at <= until}
            for size in (1, 4, None):
                batches = read_all(adapter, kind, until=until, page_size=size)
                assert early == set(records_of(batches))
                rest = read_all(adapter, kind, since=last_cursor(batches), page_size=size)
                assert whole == records_of((*batches, *rest))

    def test_a_strange_cursor_is_refused(self, harness: Harness, adapter: Adapter) -> None:
        """A cursor of an unknown format is never guessed at."""
        for kind in harness.kinds():
            harness.create(kind, 1)
            with pytest.raises((ValueError, AdapterError)):
                read_all(adapter, kind, since=Cursor.of(999_999, "strange"))
