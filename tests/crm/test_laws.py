"""Laws of reading: pages, their order and their size do not matter; counts add up; amounts are kept."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.crm.world import Pages, deal, ref, reject

from salesteam.core import Money
from salesteam.crm import KINDS, Batch, Cursor, MemoryCRM, Split, facts, pull
from salesteam.testing import read_all, sample

AT = datetime(2026, 9, 30, tzinfo=UTC)
BOOKED = {"booked_on": "closed_on", "tz": "Asia/Shanghai"}

deals = st.builds(
    lambda key, status, value, currency, owner, day, deleted: deal(
        f"D-{key}",
        status=status,
        value=None if value is None else Money(value, currency),
        owner=ref("user", owner) if owner else None,
        closed_on=day,
        deleted=deleted,
        updated_at=AT + timedelta(seconds=key),
    ),
    key=st.integers(0, 40),
    status=st.sampled_from(["open", "won", "lost", "void"]),
    value=st.none() | st.integers(-(10**9), 10**9),
    currency=st.sampled_from(["CNY", "JPY", "KWD"]),
    owner=st.sampled_from(["", "li", "wu", "stranger"]),
    day=st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    deleted=st.booleans(),
)
unique = st.lists(deals, max_size=12, unique_by=lambda each: each.ref)
pages = st.lists(st.lists(deals, max_size=5), max_size=6)


@given(unique, st.data())
def test_the_order_of_pages_does_not_matter(found, data):
    """Any permutation and any cut into pages gives the same records and the same account."""
    shuffled = data.draw(st.permutations(found))
    cut = data.draw(st.integers(0, len(found)))
    one = pull([Pages({"deal": [found]})])
    other = pull([Pages({"deal": [shuffled[:cut], shuffled[cut:]]})])
    assert set(one.records) == set(other.records)
    assert one.readings == other.readings
    assert set(one.report) == set(other.report)


@given(pages, st.integers(0, 30), st.integers(0, 30))
def test_every_row_is_accounted_for(found, rejected, skipped):
    """Used and set aside sum to what was read, whatever was repeated, deleted or rejected; used is what there is."""
    last = Batch(records=(), rejects=tuple(reject(number) for number in range(rejected)), skipped={"left": skipped})
    records = pull([Pages({"deal": [*found, last]})])
    (reading,) = records.readings
    assert reading.foots
    assert sum(map(len, found)) + rejected + skipped == reading.read
    assert len(records.records) == reading.used == len({record.ref for record in records.records})
    assert rejected == len(records.rejects)


@given(pages)
def test_the_later_version_wins_wherever_it_is_read(found):
    """Of the rows with one id and different times the latest is used, unless it is deleted."""
    rows = [
        deal(each.ref.external_id, name=str(number), updated_at=AT + timedelta(seconds=(7 * number) % 31))
        for number, each in enumerate(each for page in found for each in page)
    ]
    latest = {}
    for row in rows:
        if row.ref not in latest or latest[row.ref].updated_at <= row.updated_at:
            latest[row.ref] = row
    assert set(latest.values()) == set(pull([Pages({"deal": [rows]})]).records)


@given(unique)
def test_tables_of_facts_foot(found):
    """Looked at is used and left out, in every table; one row for one deal where the table is of deals."""
    records = pull([Pages({"deal": [found]})])
    identity = {"li": "li", "wu": "wu"}
    transactions = facts.transactions(records, identity=identity, **BOOKED)
    holdings = facts.holdings(records, tz="UTC", identity=identity)
    tables = (
        transactions,
        holdings,
        facts.credits(records, identity=identity),
        facts.metrics(records, identity=identity, **BOOKED),
    )
    for table in tables:
        assert table.foots
        assert len(records.of("deal")) == table.looked_at
    for table in (transactions, holdings):
        assert len(table) == table.used


@given(unique)
def test_facts_keep_the_total_of_each_currency(found):
    """What was won is in the transactions and in the revenue, to the last minor unit."""
    records = pull([Pages({"deal": [found]})])
    expected: Counter[str] = Counter()
    for each in records.of("deal"):
        if each.status == "won" and each.value is not None and each.closed_on is not None:
            expected[each.value.currency] += each.value.minor
    transactions: Counter[str] = Counter()
    for row in facts.transactions(records, **BOOKED).rows:
        transactions[row.currency] += row.amount_minor
    revenue: Counter[str] = Counter()
    for row in facts.metrics(records, **BOOKED).rows:
        if row.metric == "revenue":
            revenue[row.unit] += Money.of(row.value, row.unit).minor
    assert expected == transactions == revenue


@given(st.lists(st.fractions(0, 1), min_size=1, max_size=4))
def test_the_carved_shares_of_a_deal_sum_to_one_or_nothing_is_credited(shares):
    """No deal is ever paid in part, or more than once."""
    split = tuple(
        Split(user=ref("user", str(number)), share=share, split_kind="revenue") for number, share in enumerate(shares)
    )
    table = facts.credits(pull([Pages({"deal": [[deal(status="won", splits=split)]]})]))
    assert (len(shares) if sum(shares) == 1 else 0) == len(table)
    assert sum(row.share for row in table.rows) in {0, 1}


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 9)), unique=True, max_size=20), st.integers(1, 7))
def test_memory_gives_back_what_it_holds(made, size):
    """Any records, any page size; resumed at any page it misses nothing."""
    server = MemoryCRM("demo", [sample(kind, number, source="demo") for kind, number in made])
    records = pull([server.adapter()], page_size=size)
    assert {("demo", *each) for each in made} == {
        (record.ref.source, record.kind, int(record.ref.external_id.rpartition("-")[2])) for record in records.records
    }
    for kind in KINDS:
        read = read_all(server.adapter(), kind, page_size=size)
        for stop in range(1, len(read) + 1):
            cursor = Cursor.from_json(read[stop - 1].cursor.to_json())
            rest = read_all(server.adapter(), kind, since=cursor, page_size=size)
            assert {each for page in read for each in page.records} == {
                each for page in (*read[:stop], *rest) for each in page.records
            }
