"""The contract of an adapter, as tests that a plugin's own tests inherit."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from salesteam.crm import API, KINDS, Adapter, Batch, Capability, Cursor, Kind, Record, Ref, Verified
from salesteam.errors import AdapterError
from salesteam.testing._harness import CannotDo, Harness

__all__ = ["HEAVY", "AdapterContract", "read_all"]

HEAVY = ("pandas", "numpy", "networkx", "httpx", "pyarrow", "openpyxl", "polars", "duckdb")
"""What the root module of a plugin must not import."""

_EVER = datetime.max.replace(tzinfo=UTC)
_MANY = 23


def read_all(
    adapter: Adapter, kind: Kind, *, since: Cursor | None = None, until: datetime = _EVER, page_size: int | None = None
) -> tuple[Batch, ...]:
    """Read all pages of a kind.

    Parameters
    ----------
    adapter : Adapter
        What to read with.
    kind : str
        What to read.
    since : Cursor, optional
        Where to resume.
    until : datetime, optional
        The signpost that no cursor may pass.
    page_size : int, optional
        The adapter's largest if not given.

    Returns
    -------
    tuple of Batch
        All pages.

    Examples
    --------
    >>> from salesteam.testing import MemoryHarness
    >>> harness = MemoryHarness()
    >>> _ = harness.create("deal", 1)
    >>> sum(len(batch.records) for batch in read_all(harness.adapter(), "deal"))
    1
    """
    can = adapter.capabilities()[kind]
    size = min(page_size or can.max_page, can.max_page)
    return tuple(adapter.fetch(kind, since, until=until, overlap=timedelta(0), page_size=size))


def _records(batches: tuple[Batch, ...]) -> dict[Ref, Record]:
    latest: dict[Ref, Record] = {}
    for batch in batches:
        latest.update((record.ref, record) for record in batch.records)
    return latest


def _living(adapter: Adapter, kind: Kind) -> set[Ref]:
    return {ref for ref, record in _records(read_all(adapter, kind)).items() if not record.deleted}


def _timeless(record: Record) -> Record:
    return attrs.evolve(record, updated_at=None)


class AdapterContract:
    """What every adapter must do; subclass it in a plugin's tests and give it one fixture.

    Tests of what the server cannot do, or the capabilities do not claim, are skipped with the reason.

    Examples
    --------
    >>> import pytest
    >>> from salesteam.testing import MemoryHarness
    >>> class TestMemory(AdapterContract):
    ...     @pytest.fixture
    ...     def harness(self):
    ...         return MemoryHarness()
    """

    @pytest.fixture
    def harness(self) -> Harness:
        """The server under test; every subclass gives its own."""
        pytest.fail("give the fixture 'harness': it returns a salesteam.testing.Harness")

    @pytest.fixture
    def adapter(self, harness: Harness) -> Iterator[Adapter]:
        """An adapter that is closed at the end."""
        adapter = harness.adapter()
        yield adapter
        adapter.close()

    @pytest.fixture(autouse=True)
    def _skips(self, request: pytest.FixtureRequest) -> None:
        """Turn `CannotDo` into a skip with its reason."""
        function = request.function.__func__ if hasattr(request.function, "__func__") else request.function

        def wrapped(*args: object, **kwargs: object) -> None:
            try:
                function(*args, **kwargs)
            except CannotDo as reason:
                pytest.skip(str(reason))

        request.node.obj = wrapped.__get__(request.instance)

    def can(self, adapter: Adapter, kind: Kind) -> Capability:
        """The capability of a kind."""
        return adapter.capabilities()[kind]

    def needs_cursor(self, adapter: Adapter, kind: Kind) -> None:
        """Skip where a kind is always read in full."""
        if self.can(adapter, kind).incremental == "full":
            raise CannotDo(f"{adapter.name} always reads {kind} in full")

    # what it says of itself

    def test_it_says_who_it_is(self, adapter: Adapter) -> None:
        """Name, interface number, settings class and label are there, and it checks out."""
        assert adapter.name
        assert adapter.api == API
        assert attrs.has(adapter.Config)
        assert isinstance(adapter.verified, Verified)
        assert adapter.check().ok, adapter.check().text()

    def test_it_reads_the_kinds_it_names(self, harness: Harness, adapter: Adapter) -> None:
        """Capabilities name known kinds, and cover those the harness creates."""
        capabilities = adapter.capabilities()
        assert set(capabilities) <= set(KINDS)
        assert set(harness.kinds()) <= set(capabilities)
        for kind, capability in capabilities.items():
            assert capability.max_page >= 1, kind

    def test_its_schema_tells_the_fields(self, harness: Harness, adapter: Adapter) -> None:
        """The schema has fields for each kind."""
        harness.create(harness.kinds()[0], 1)
        assert adapter.schema().fields[harness.kinds()[0]]

    # reading

    def test_what_is_there_is_read_once(self, harness: Harness, adapter: Adapter) -> None:
        """Every record that was created comes back, with its kind, and no other."""
        for kind in harness.kinds():
            made = {harness.create(kind, number) for number in range(1, 6)}
            batches = read_all(adapter, kind)
            refs = [record.ref for batch in batches for record in batch.records]
            assert sorted(made) == sorted(refs)
            assert {kind} == {ref.kind for ref in refs}

    def test_any_page_size_reads_the_same(self, harness: Harness, adapter: Adapter) -> None:
        """Pages of one, of seven and of a thousand hold the same records."""
        for kind in harness.kinds():
            for number in range(1, _MANY + 1):
                harness.create(kind, number)
            whole = _records(read_all(adapter, kind, page_size=1000))
            assert len(whole) == _MANY
            for size in (1, 7):
                batches = read_all(adapter, kind, page_size=size)
                assert all(batch.read <= size for batch in batches)
                assert whole == _records(batches)

    def test_a_second_reading_changes_nothing(self, harness: Harness, adapter: Adapter) -> None:
        """Reading twice gives the same records."""
        for kind in harness.kinds():
            harness.create(kind, 1)
            assert _records(read_all(adapter, kind)) == _records(read_all(adapter, kind))

    def test_a_change_is_seen(self, harness: Harness, adapter: Adapter) -> None:
        """After a touch the record differs in a mapped field, not only in its time."""
        for kind in harness.kinds():
            ref = harness.create(kind, 1)
            before = _records(read_all(adapter, kind))[ref]
            harness.touch(ref)
            after = _records(read_all(adapter, kind))[ref]
            assert _timeless(before) != _timeless(after), "touch must change a field that the adapter maps"

    def test_many_changes_at_one_instant_are_all_seen(self, harness: Harness, adapter: Adapter) -> None:
        """Equal update times across pages lose and double nothing."""
        for kind in harness.kinds():
            made = {harness.create(kind, number) for number in range(1, _MANY + 1)}
            harness.touch_all(kind)
            refs = [record.ref for batch in read_all(adapter, kind, page_size=7) for record in batch.records]
            assert sorted(made) == sorted(refs)

    def test_a_bad_row_comes_back_while_the_others_land(self, harness: Harness, adapter: Adapter) -> None:
        """What cannot become a record is rejected with a reason, and stops no other."""
        kind = harness.kinds()[-1]
        made = {harness.create(kind, 1), harness.create(kind, 2)}
        harness.inject(kind)
        batches = read_all(adapter, kind)
        assert made == set(_records(batches))
        rejects = [reject for batch in batches for reject in batch.rejects]
        assert len(rejects) == 1
        assert rejects[0].reason.what()

    def test_instants_have_a_zone_and_money_is_exact(self, harness: Harness, adapter: Adapter) -> None:
        """Every instant is in UTC, every date is plain, and no field holds a float."""
        for kind in harness.kinds():
            harness.create(kind, 1)
            for record in _records(read_all(adapter, kind)).values():
                for name, value in attrs.asdict(record, recurse=False).items():
                    assert not isinstance(value, float), f"{kind}.{name} is a float"
                    if isinstance(value, datetime):
                        assert value.utcoffset() == timedelta(0), f"{kind}.{name} is not in UTC"
                    elif isinstance(value, date):
                        assert type(value) is date

    # cursors

    def test_a_cursor_survives_being_stored(self, harness: Harness, adapter: Adapter) -> None:
        """Its JSON text gives the same cursor back."""
        kind = harness.kinds()[0]
        self.needs_cursor(adapter, kind)
        harness.create(kind, 1)
        cursors = [batch.cursor for batch in read_all(adapter, kind) if batch.cursor is not None]
        assert cursors
        for cursor in cursors:
            assert cursor == Cursor.from_json(json.loads(json.dumps(cursor.to_json())))

    def test_a_reading_resumed_after_any_page_finds_everything(self, harness: Harness, adapter: Adapter) -> None:
        """Stopping after page k and resuming at its cursor equals one run."""
        for kind in harness.kinds():
            self.needs_cursor(adapter, kind)
            for number in range(1, _MANY + 1):
                harness.create(kind, number)
            whole = _records(read_all(adapter, kind))
            pages = read_all(adapter, kind, page_size=7)
            for stop in range(1, len(pages) + 1):
                done = pages[:stop]
                resume = next((batch.cursor for batch in reversed(done) if batch.cursor is not None), None)
                rest = read_all(adapter, kind, since=resume, page_size=7)
                assert whole == _records((*done, *rest))

    def test_a_change_after_the_cursor_is_found(self, harness: Harness, adapter: Adapter) -> None:
        """What changes after a reading is in the next one."""
        for kind in harness.kinds():
            self.needs_cursor(adapter, kind)
            refs = [harness.create(kind, number) for number in range(1, 4)]
            cursor = [batch.cursor for batch in read_all(adapter, kind) if batch.cursor is not None][-1]
            harness.touch(refs[0])
            late = harness.create(kind, 4)
            assert {refs[0], late} <= set(_records(read_all(adapter, kind, since=cursor)))

    def test_no_reading_passes_its_signpost(self, harness: Harness, adapter: Adapter) -> None:
        """A record changed after `until` is left for the next reading, and the cursor stays before it."""
        for kind in harness.kinds():
            self.needs_cursor(adapter, kind)
            early = harness.create(kind, 1)
            until = _records(read_all(adapter, kind))[early].updated_at
            assert until is not None
            late = harness.create(kind, 2)
            batches = read_all(adapter, kind, until=until)
            assert late not in _records(batches)
            cursor = next((batch.cursor for batch in reversed(batches) if batch.cursor is not None), None)
            assert late in _records(read_all(adapter, kind, since=cursor))

    def test_a_strange_cursor_is_refused(self, harness: Harness, adapter: Adapter) -> None:
        """A cursor of an unknown format is never guessed at."""
        kind = harness.kinds()[0]
        harness.create(kind, 1)
        with pytest.raises((ValueError, AdapterError)):
            read_all(adapter, kind, since=Cursor.of(999_999, "strange"))

    # what goes away

    def test_a_deleted_record_is_no_longer_there(self, harness: Harness, adapter: Adapter) -> None:
        """It is marked as deleted, or gone from the list of ids."""
        for kind in harness.kinds():
            if self.can(adapter, kind).deletes == "none":
                raise CannotDo(f"{adapter.name} does not learn of deleted records of kind {kind}")
            kept, gone = harness.create(kind, 1), harness.create(kind, 2)
            harness.delete(gone)
            assert {kept} == _living(adapter, kind)
            assert {kept.external_id} == set(adapter.list_ids(kind))

    def test_a_record_brought_back_is_there_again(self, harness: Harness, adapter: Adapter) -> None:
        """Undeleting makes it live."""
        for kind in harness.kinds():
            ref = harness.create(kind, 1)
            harness.delete(ref)
            harness.undelete(ref)
            assert ref in _living(adapter, kind)

    def test_an_archived_record_is_archived_and_not_deleted(self, harness: Harness, adapter: Adapter) -> None:
        """Put away is something else than gone."""
        for kind in harness.kinds():
            ref = harness.create(kind, 1)
            harness.archive(ref)
            record = _records(read_all(adapter, kind))[ref]
            assert record.archived
            assert not record.deleted

    def test_the_loser_of_a_merge_names_the_survivor(self, harness: Harness, adapter: Adapter) -> None:
        """A merge leaves a redirect."""
        kind = harness.kinds()[0]
        loser, survivor = harness.create(kind, 1), harness.create(kind, 2)
        harness.merge(loser, survivor)
        records = _records(read_all(adapter, kind))
        assert survivor == records[loser].merged_into
        assert records[survivor].merged_into is None

    def test_records_are_fetched_by_id_where_it_says_so(self, harness: Harness, adapter: Adapter) -> None:
        """By id gives the same records as by page, and none for an id that does not exist."""
        for kind in harness.kinds():
            if not self.can(adapter, kind).by_id:
                raise CannotDo(f"{adapter.name} cannot fetch {kind} by id")
            ref = harness.create(kind, 1)
            assert (_records(read_all(adapter, kind))[ref],) == adapter.fetch_ids(kind, [ref.external_id, "no such id"])

    # hygiene

    def test_no_secret_shows(self, harness: Harness, adapter: Adapter, caplog: pytest.LogCaptureFixture) -> None:
        """No secret is in a repr, a log line, a check or a record."""
        with caplog.at_level(logging.DEBUG):
            kind = harness.kinds()[0]
            harness.create(kind, 1)
            shown = [repr(adapter), repr(adapter.config), adapter.check().text(), repr(read_all(adapter, kind))]
        for secret in harness.secrets:
            assert all(secret not in text for text in (*shown, caplog.text))

    def test_closing_twice_is_safe(self, harness: Harness) -> None:
        """An adapter may be closed again."""
        adapter = harness.adapter()
        adapter.close()
        adapter.close()

    def test_the_root_module_is_light(self, harness: Harness) -> None:
        """Importing the plugin's root module loads no heavy library: hooks are found at every start."""
        root = type(harness.adapter()).__module__.partition(".")[0]
        code = f"import sys, {root}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 -- our own interpreter and code
        assert done.stdout.strip() == ""
