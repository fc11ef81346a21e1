"""The part of the contract on what an adapter says of itself, and on full readings."""

from __future__ import annotations

import attrs
import pytest

from salesteam.crm import API, KINDS, Adapter, Kind, Ref, Verified
from salesteam.crm._field_type import misfits
from salesteam.testing._harness import Harness
from salesteam.testing._read import read_all, records_of, refs_of, timeless

__all__ = ["MANY", "Reading"]

MANY = 23


class Reading:
    """Full readings: everything once, exact, whatever the pages."""

    def test_it_says_who_it_is(self, adapter: Adapter) -> None:
        """Name, interface number, settings class and label are there, and it checks out."""
        assert adapter.name.strip()
        assert adapter.api == API
        assert attrs.has(adapter.Config)
        assert isinstance(adapter.verified, Verified)
        assert adapter.check().ok, adapter.check().text()

    def test_it_reads_the_kinds_it_names(self, harness: Harness, adapter: Adapter) -> None:
        """Capabilities name known kinds, and cover those the harness creates."""
        capabilities = adapter.capabilities()
        assert set(capabilities) <= set(KINDS)
        assert harness.kinds()
        assert set(harness.kinds()) <= set(capabilities)

    def test_its_schema_tells_the_fields(self, harness: Harness, adapter: Adapter) -> None:
        """The schema has fields for each kind."""
        for kind in harness.kinds():
            harness.create(kind, 1)
        assert set(harness.kinds()) <= {kind for kind, fields in adapter.schema().fields.items() if fields}

    def test_what_is_there_is_read_once(self, harness: Harness, adapter: Adapter) -> None:
        """Every record that was created comes back, with its kind, and no other."""
        for kind in harness.kinds():
            made = sorted(harness.create(kind, number) for number in range(1, 6))
            assert made == refs_of(read_all(adapter, kind))
            assert {kind} == {ref.kind for ref in made}

    def test_an_empty_source_is_no_mistake(self, harness: Harness, adapter: Adapter) -> None:
        """Where nothing is, nothing is read, and nothing is raised."""
        for kind in harness.kinds():
            assert refs_of(read_all(adapter, kind)) == []

    def test_any_page_size_reads_the_same(self, harness: Harness, adapter: Adapter) -> None:
        """Pages of one, of seven and of the largest size hold the same records, each once."""
        for kind in harness.kinds():
            made = sorted(harness.create(kind, number) for number in range(1, MANY + 1))
            whole = records_of(read_all(adapter, kind))
            for size in (1, 7):
                batches = read_all(adapter, kind, page_size=size)
                assert all(batch.read <= size for batch in batches)
                assert made == refs_of(batches)
                assert whole == records_of(batches)

    def test_a_second_reading_changes_nothing(self, harness: Harness, adapter: Adapter) -> None:
        """Reading twice gives the same records."""
        for kind in harness.kinds():
            harness.create(kind, 1)
            assert records_of(read_all(adapter, kind)) == records_of(read_all(adapter, kind))

    def test_a_change_is_seen(self, harness: Harness, adapter: Adapter) -> None:
        """After a touch the record differs in a mapped field, not only in its time, and the others do not."""
        for kind in harness.kinds():
            ref, other = harness.create(kind, 1), harness.create(kind, 2)
            before = records_of(read_all(adapter, kind))
            harness.touch(ref)
            after = records_of(read_all(adapter, kind))
            assert timeless(before[ref]) != timeless(after[ref]), "touch must change a field that the adapter maps"
            assert timeless(before[other]) == timeless(after[other])

    def test_many_changes_at_one_instant_are_all_seen(self, harness: Harness, adapter: Adapter) -> None:
        """Equal update times across pages lose and double nothing."""
        for kind in harness.kinds():
            made = sorted(harness.create(kind, number) for number in range(1, MANY + 1))
            before = records_of(read_all(adapter, kind))
            harness.touch_all(kind)
            batches = read_all(adapter, kind, page_size=7)
            assert made == refs_of(batches)
            after = records_of(batches)
            assert all(timeless(before[ref]) != timeless(after[ref]) for ref in made)

    def test_a_bad_row_comes_back_while_the_others_land(self, harness: Harness, adapter: Adapter) -> None:
        """What cannot become a record is rejected with a reason, and stops no other."""
        skipped: list[BaseException] = []
        for kind in harness.kinds():
            made = {harness.create(kind, 1), harness.create(kind, 2)}
            try:
                harness.inject(kind)
            except pytest.skip.Exception as reason:
                skipped.append(reason)
                continue
            batches = read_all(adapter, kind)
            assert made == set(records_of(batches))
            rejects = [reject for batch in batches for reject in batch.rejects]
            assert len(rejects) == 1, f"the row of inject({kind!r}) comes back as a reject, once: {rejects}"
            assert kind == rejects[0].kind
            assert rejects[0].reason.what()
            assert rejects[0].raw
        if len(skipped) == len(harness.kinds()):
            raise skipped[-1]

    def test_a_row_is_kept_with_its_own_record(self, harness: Harness, adapter: Adapter) -> None:
        """Where rows are handed over, a changed record has a changed text and no other has.

        An adapter that reads texts again makes of each the record that it came with.
        """
        told = False
        for kind in harness.kinds():
            ref = min([harness.create(kind, number) for number in range(1, 4)])
            before, made = _texts(adapter, kind), records_of(read_all(adapter, kind))
            harness.touch(ref)
            after = _texts(adapter, kind)
            if any(before.values()):
                told = True
                assert [ref] == [each for each, text in before.items() if text != after.get(each)]
            if type(adapter).remap is not Adapter.remap:
                assert made == {
                    each: made[each] if text is None else adapter.remap(kind, text) for each, text in before.items()
                }
        if not told:
            pytest.skip(f"{adapter.name} hands no rows over, so no store keeps their text")

    def test_every_field_holds_what_it_declares(self, harness: Harness, adapter: Adapter) -> None:
        """Instants are in UTC, dates are plain, money and shares are exact, words are of their list."""
        for kind in harness.kinds():
            harness.create(kind, 1)
            for record in records_of(read_all(adapter, kind)).values():
                assert misfits(record) == ()

    def test_records_are_fetched_by_id_where_it_says_so(self, harness: Harness, adapter: Adapter) -> None:
        """By id gives the same records as by page, and none for an id that does not exist."""
        kinds = [kind for kind in harness.kinds() if adapter.capabilities()[kind].by_id]
        if not kinds:
            pytest.skip(f"{adapter.name} cannot fetch by id")
        for kind in kinds:
            ref = harness.create(kind, 1)
            assert (records_of(read_all(adapter, kind))[ref],) == adapter.fetch_ids(kind, [ref.external_id, "none"])


def _texts(adapter: Adapter, kind: Kind) -> dict[Ref, str | None]:
    """The text of the row of each record; None where there is none."""
    texts: dict[Ref, str | None] = {}
    for batch in read_all(adapter, kind):
        rows = batch.rows or (None,) * len(batch.records)
        for record, row in zip(batch.records, rows, strict=True):
            texts[record.ref] = None if row is None else adapter.raw(row)
    return texts
