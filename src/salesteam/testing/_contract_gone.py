"""The part of the contract on what goes away: deleted, archived, merged, and brought back."""

from __future__ import annotations

import pytest

from salesteam.crm import Adapter
from salesteam.testing._harness import Harness
from salesteam.testing._read import last_cursor, living, read_all, records_of

__all__ = ["Gone"]


class Gone:
    """Deleted, archived and merged records; skipped where the server has no such operation."""

    def test_a_deleted_record_is_no_longer_there(self, harness: Harness, adapter: Adapter) -> None:
        """It is marked as deleted or not shown, and gone from the list of ids."""
        kinds = [kind for kind in harness.kinds() if adapter.capabilities()[kind].deletes != "none"]
        if not kinds:
            pytest.skip(f"{adapter.name} does not learn of deleted records")
        for kind in kinds:
            kept, gone = harness.create(kind, 1), harness.create(kind, 2)
            harness.delete(gone)
            assert {kept} == living(adapter, kind)
            assert {kept.external_id} == set(adapter.list_ids(kind))

    def test_a_deletion_after_the_cursor_is_told(self, harness: Harness, adapter: Adapter) -> None:
        """Where the source leaves tombstones or tells differences, the next reading brings the deletion."""
        can = adapter.capabilities()
        kinds = [
            kind
            for kind in harness.kinds()
            if can[kind].deletes in {"tombstone", "delta"} and can[kind].incremental != "full"
        ]
        if not kinds:
            pytest.skip(f"{adapter.name} learns of deleted records by a sweep only")
        for kind in kinds:
            gone = harness.create(kind, 1)
            cursor = last_cursor(read_all(adapter, kind))
            harness.delete(gone)
            told = records_of(read_all(adapter, kind, since=cursor)).get(gone)
            assert told is not None
            assert told.deleted

    def test_a_record_brought_back_is_there_again(self, harness: Harness, adapter: Adapter) -> None:
        """Undeleting makes it live."""
        for kind in harness.kinds():
            ref = harness.create(kind, 1)
            harness.delete(ref)
            living(adapter, kind)  # an adapter that remembers what was gone must forget it again
            harness.undelete(ref)
            assert {ref} == living(adapter, kind)

    def test_an_archived_record_is_archived_and_not_deleted(self, harness: Harness, adapter: Adapter) -> None:
        """Put away is something else than gone."""
        for kind in harness.kinds():
            ref = harness.create(kind, 1)
            harness.archive(ref)
            record = records_of(read_all(adapter, kind))[ref]
            assert record.archived
            assert not record.deleted

    def test_the_loser_of_a_merge_names_the_survivor(self, harness: Harness, adapter: Adapter) -> None:
        """A merge leaves a redirect."""
        kind = harness.kinds()[0]
        loser, survivor = harness.create(kind, 1), harness.create(kind, 2)
        harness.merge(loser, survivor)
        records = records_of(read_all(adapter, kind))
        assert survivor == records[loser].merged_into
        assert records[survivor].merged_into is None
