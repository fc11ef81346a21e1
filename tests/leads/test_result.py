"""The result: explanations, frames, loads."""

from datetime import UTC, datetime

import pandas as pd
import polars as pl
import pytest

from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.leads import Book, Cap, Holding, Lead, Rule, Seat, allocate, sample

AT = datetime(2026, 9, 30, 9, tzinfo=UTC)


def test_an_explanation_names_every_step():
    """Arrival, claims, rules in order, candidates with reasons, outcome."""
    text = str(sample().explain("L-2"))
    for part in (
        "rule east: region = East = matches",
        "wu: it was picked",
        "li: there is no room under the cap most (2/2)",
        "assigned → wu",
        "fair: round robin, strict",
    ):
        assert part in text


def test_an_explanation_shows_the_state_at_the_time():
    """What came later does not leak into an earlier lead's candidates."""
    rows = {row.seat: row.excluded_by for row in sample().candidates["L-1"]}
    assert rows == {"li": None, "wu": None, "zhao": "pool"}


def test_a_lead_that_was_put_off_says_where_it_waits():
    """Queue and owner, in Chinese too."""
    text = str(sample().explain("L-5", "zh"))
    assert "规则 large: value_minor ≥ 10000000 = 不匹配" in text
    assert "triage 负责人 wang" in text


def test_why_not_names_rule_and_reason():
    """For a seat that was excluded, one that was outranked, and one that was never considered."""
    result = sample()
    assert result.why_not("L-2", "li").steps[0].value == "there is no room under the cap most (2/2)"
    assert result.why_not("L-1", "wu").steps[0].value == "it could be picked and came 2 in order"
    assert result.why_not("L-4", "li").steps[0].value == "Rule east waits for a missing field (region): L-4."


def test_the_trace_agrees_with_the_decision():
    """Rank 1 of the last rule asked is the seat that got it."""
    result = sample()
    for decision in result.decisions:
        winners = [row.seat for row in result.candidates[decision.lead] if row.rank == 1]
        assert winners == ([decision.seat] if decision.seat else [])


def test_unknown_leads_and_seats_are_not_found():
    """With the nearest names."""
    with pytest.raises(NotFoundError, match="L-1"):
        sample().explain("L1")
    with pytest.raises(NotFoundError, match="zhao"):
        sample().why_not("L-1", "zhaoo")


def test_a_crowd_of_candidates_stays_readable(run):
    """Excluded seats are grouped by reason, the ranked ones cut."""
    seats = [Seat(seat=f"s{n:03}", pool="a" if n % 2 else "b") for n in range(100)]
    rules = [Rule(id="r", pool="a", selector="pick", on_empty="fallback")]
    text = str(run([Lead(lead="L")], seats, rules=rules).explain("L"))
    assert len(text.splitlines()) < 20
    assert "and 45 more that could be picked" in text
    assert "(50 in all): it is not in the pool a" in " ".join(text.split())


def test_findings_tell_each_reason_once(run):
    """A hundred leads without a rule are one finding."""
    result = run([Lead(lead=f"L{n:03}", created_at=AT) for n in range(100)], [])
    (finding,) = result.report
    assert finding.what() == "Rule all found no free seat for L000, L001, L002, L003, L004 and 95 more (100 in all)."


def test_loads_add_up(run):
    """Before and received make after, with the value."""
    book = Book(holdings=[Holding(lead="x", seat="a", value_minor=5), Holding(lead="y", seat="a", until=AT)])
    result = run(
        [Lead(lead="1", value_minor=7), Lead(lead="2")], [Seat(seat="a", capacity=9), Seat(seat="b")], book=book
    )
    (first, second) = result.loads
    assert (first.before, first.received, first.after, first.capacity, first.value_minor) == (1, 1, 2, 9, 12)
    assert (second.before, second.received, second.after) == (0, 1, 1)
    assert "容量" in result.text("zh")
    assert "<table" in result._repr_html_()


FRAME = {"lead": ["1", "2"], "region": ["East", None], "series": ["GTX", "MG"], "value": ["12.30", None]}


@pytest.mark.parametrize(
    "make",
    [
        pd.DataFrame,
        pl.DataFrame,
        lambda data: [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)],
    ],
)
def test_frames_of_any_kind_come_in_and_the_same_kind_goes_out(policy_of, make):
    """Extra columns are fields of the leads; money is read in major units."""
    frame = make(FRAME)
    rules = [Rule(id="r", selector="pick", on_empty="fallback", skill_fields=["series"], on_missing="hold")]
    seats = make({"seat": ["a", "b"], "skills": ["GTX; MG", "MG"], "capacity": [5, None]})
    result = allocate(frame, policy_of(rules=rules), seats, book=Book(), as_of=AT, currency="CNY")
    assert [decision.seat for decision in result.decisions] == ["a", "b"]
    assert result.book.holdings[0].value_minor == 1230
    assert type(result.to_frame()) is type(frame)
    assert type(result.candidates_frame()) is type(frame)
    assert type(result.loads_frame()) is type(frame)


def test_the_columns_of_the_frames(run):
    """Documented on the nouns, in this order."""
    result = run([Lead(lead="1")], ["a"])
    assert list(result.to_frame().columns) == [
        "lead",
        "outcome",
        "seat",
        "reason",
        "rule",
        "claims",
        "queue",
        "owner",
        "detail",
        "score",
        "tie_hash",
        "policy_hash",
    ]
    assert list(result.candidates_frame().columns) == ["lead", "rule", "seat", "excluded_by", "detail", "key", "rank"]


def test_bad_rows_come_back_with_row_and_field(policy_of):
    """A naive time, an unreadable score: findings, and the other rows are used."""
    rows = [
        {"lead": "1", "created_at": "2026-09-30T08:00:00"},
        {"lead": "2", "created_at": "2026-09-30T08:00:00+08:00", "score": "high"},
        {"lead": "3", "created_at": "2026-09-30T08:00:00+08:00", "score": "70"},
    ]
    result = allocate(rows, policy_of(), [Seat(seat="a")], book=Book(), as_of=AT)
    assert [decision.lead for decision in result.decisions] == ["3"]
    assert {
        (finding.place.row, finding.place.field) for finding in result.report.errors if finding.place.row is not None
    } == {
        (0, "created_at"),
        (1, "score"),
    }
    zoned = allocate(rows, policy_of(), [Seat(seat="a")], book=Book(), as_of=AT, zone="Asia/Shanghai")
    assert [decision.lead for decision in zoned.decisions] == ["1", "3"]


def test_leads_without_a_seat_are_told_with_their_place():
    """The table, and the rule where one decided."""
    assert {finding.code: (finding.place.table, finding.place.key) for finding in sample().report} == {
        "leads.field-missing": ("leads", "policy.rules.east"),
        "leads.no-rule": ("leads", None),
    }


def test_a_book_is_read_from_frames():
    """Rows that cannot be used are told by its report."""
    holdings = pd.DataFrame({"lead": ["1", "2"], "seat": ["a", None]})
    book = Book.of(holdings=holdings, receipts=[], releases=(), customers=None)
    assert [holding.lead for holding in book.holdings] == ["1"]
    assert [finding.place.row for finding in book.report.errors] == [1]


def test_leads_may_come_from_an_iterator(run):
    """Nouns from a generator, and a set of seats."""
    result = run((Lead(lead=str(n)) for n in range(2)), ["a"])
    assert len(result.decisions) == 2


def test_text_is_no_list():
    """A string where a list belongs is refused, not spelt out."""
    with pytest.raises(InvalidValueError, match="no list"):
        Seat(seat="a", skills="GTX")


def test_the_conventions_are_told(run):
    """Policy with its hash, selectors, ties, in the result's display."""
    limit = Cap(id="c", scope="seat", measure="open", window="now", limit=9, hard=True)
    one, two = run([], ["a"]), run([], ["a"], caps=[limit])
    assert one.conventions()[0] != two.conventions()[0]
    assert one.conventions("zh")[0].startswith("策略 p/1 (")
