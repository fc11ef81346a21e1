"""Periods are half-open, know their kind, split into exact tilings and step back."""

import itertools
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesteam.core import Calendar, FiscalYear, Period, week_parts
from salesteam.core._spans import KINDS
from salesteam.errors import InvalidValueError

APRIL = FiscalYear(start_month=4, named_by="start")
RETAIL = FiscalYear(start_month=2, pattern="4-5-4", named_by="start", week_start=6, begins="nearest", week_53=12)
PATTERNS = ("4-4-5", "4-5-4", "5-4-4")

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
kinds = st.sampled_from(list(KINDS))
fiscal_years = st.one_of(
    st.none(),
    st.builds(FiscalYear, start_month=st.integers(1, 12), named_by=st.sampled_from(["start", "end"])),
    st.builds(
        FiscalYear,
        start_month=st.integers(1, 12),
        pattern=st.sampled_from(PATTERNS),
        named_by=st.sampled_from(["start", "end"]),
        week_start=st.integers(0, 6),
        begins=st.sampled_from(["nearest", "on_or_before", "on_or_after"]),
        week_53=st.integers(1, 12),
    ),
)


def spans(pieces):
    return [(piece.start, piece.end) for piece in pieces]


@pytest.mark.parametrize(
    ("written", "start", "end", "kind"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1), "year"),
        ("2026-H1", date(2026, 1, 1), date(2026, 7, 1), "half"),
        ("2026-H2", date(2026, 7, 1), date(2027, 1, 1), "half"),
        ("2026-Q3", date(2026, 7, 1), date(2026, 10, 1), "quarter"),
        ("2026-09", date(2026, 9, 1), date(2026, 10, 1), "month"),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1), "month"),
        ("2026-W09", date(2026, 2, 23), date(2026, 3, 2), "week"),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 5), "week"),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 4), "week"),
        ("2026-09-05", date(2026, 9, 5), date(2026, 9, 6), "day"),
        (" 2026-q3 ", date(2026, 7, 1), date(2026, 10, 1), "quarter"),
        ("[2026-01-05, 2026-02-01)", date(2026, 1, 5), date(2026, 2, 1), "range"),
    ],
)
def test_a_period_is_read_as_a_person_writes_it(written, start, end, kind):
    """Each written form gives its half-open span and its kind."""
    period = Period.parse(written)
    assert (start, end, kind) == (period.start, period.end, period.kind)


@pytest.mark.parametrize(
    ("written", "fiscal", "start", "end", "name"),
    [
        ("2026", APRIL, date(2026, 4, 1), date(2027, 4, 1), "FY2026"),
        ("FY2026-Q4", APRIL, date(2027, 1, 1), date(2027, 4, 1), "FY2026-Q4"),
        ("2026-09", APRIL, date(2026, 9, 1), date(2026, 10, 1), "2026-09"),
        ("FY2026-M12", APRIL, date(2027, 3, 1), date(2027, 4, 1), "2027-03"),
        ("2026-W09", APRIL, date(2026, 2, 23), date(2026, 3, 2), "2026-W09"),
        ("FY2023", RETAIL, date(2023, 1, 29), date(2024, 2, 4), "FY2023"),
        ("2023-M12", RETAIL, date(2023, 12, 31), date(2024, 2, 4), "FY2023-M12"),
        ("2023-W53", RETAIL, date(2024, 1, 28), date(2024, 2, 4), "FY2023-W53"),
        ("FY2026", FiscalYear(), date(2026, 1, 1), date(2027, 1, 1), "2026"),
    ],
)
def test_fiscal_years_shape_what_is_read(written, fiscal, start, end, name):
    """Years, halves, quarters and pattern weeks are counted in the fiscal year; calendar months and ISO weeks are not."""
    period = Period.parse(written, fiscal=fiscal)
    assert (start, end, name) == (period.start, period.end, period.name)


def test_the_retail_calendar_of_2024_begins_as_published():
    """The National Retail Federation's year 2024 ran from 4 February 2024 to 1 February 2025."""
    year = Period.parse("2024", fiscal=RETAIL)
    assert (date(2024, 2, 4), date(2025, 2, 1)) == (year.start, year.last)


@pytest.mark.parametrize(
    ("begins", "expected"),
    [("nearest", date(2026, 1, 3)), ("on_or_before", date(2025, 12, 27)), ("on_or_after", date(2026, 1, 3))],
)
def test_the_first_day_of_a_week_pattern_follows_the_choice(begins, expected):
    """Nearest, last before and first after give their own first Saturday."""
    fiscal = FiscalYear(pattern="4-4-5", week_start=5, begins=begins, week_53=12)
    assert expected == fiscal.first_day(2026)


@pytest.mark.parametrize("week_53", range(1, 13))
def test_the_53rd_week_lies_in_the_month_that_was_named(week_53):
    """Only the named month is one week longer than its pattern."""
    fiscal = FiscalYear(pattern="4-4-5", week_start=0, begins="nearest", week_53=week_53)
    weeks = [month.days // 7 for month in Period.parse("2026", fiscal=fiscal).split("month")]
    assert [(4, 4, 5)[place % 3] + (place == week_53 - 1) for place in range(12)] == weeks


@pytest.mark.parametrize(
    ("fields", "choice"),
    [
        ({"start_month": 4}, "named_by"),
        ({"start_month": 4, "named_by": "middle"}, "named_by"),
        ({"named_by": "middle"}, "named_by"),
        ({"pattern": "4-4-5"}, "week_start"),
        ({"pattern": "4-4-5", "week_start": 7}, "week_start"),
        ({"pattern": "4-4-5", "week_start": 0}, "begins"),
        ({"pattern": "4-4-5", "week_start": 0, "begins": "first"}, "begins"),
        ({"pattern": "4-4-5", "week_start": 0, "begins": "nearest"}, "week_53"),
        ({"pattern": "4-4-5", "week_start": 0, "begins": "nearest", "week_53": 13}, "week_53"),
        ({"pattern": "5-5-3"}, "pattern"),
        ({"start_month": 13}, "start_month"),
        ({"week_53": 12}, "week_53"),
        ({"week_start": 0}, "week_start"),
        ({"begins": "nearest"}, "begins"),
    ],
)
def test_a_fiscal_year_asks_for_what_it_may_not_assume(fields, choice):
    """A choice left open, impossible or without meaning is refused by its name."""
    with pytest.raises(InvalidValueError, match=choice):
        FiscalYear(**fields)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "26-Q1",
        "2026-Q5",
        "2026-Q0",
        "2026-H3",
        "2026-13",
        "2026-00",
        "2026-W00",
        "2026-W54",
        "2025-W53",
        "2026-02-30",
        "FY2026-Q1",
        "0000",
        "9999",
        "0000-05",
        "2026-M13",
        "２０２６",
        "[2026-02-01, 2026-01-05)",
        "[2026-02-01, x)",
        "2026-01-05, 2026-02-01",
        7,
        None,
        datetime(2026, 9, 5, 12),
        {"start": "2026-01-01"},
        {"start": "2026-01-01", "end": "2026-02-01", "ende": "x"},
        {"start": 5, "end": "2026-02-01"},
        {"start": "2026-02-01", "end": "2026-02-01"},
    ],
)
def test_what_is_no_period_is_refused(written):
    """Anything else raises one error that says what to write."""
    with pytest.raises(InvalidValueError, match=r".+: .+"):
        Period.parse(written)


@pytest.mark.parametrize("written", ["2026-09", "FY2026-09", "FY2026-09-05"])
def test_what_means_two_things_under_week_patterns_is_refused(written):
    """September, or the ninth month: the writer has to say which."""
    with pytest.raises(InvalidValueError, match="FY"):
        Period.parse(written, fiscal=RETAIL)


def test_a_fiscal_week_needs_a_week_pattern():
    """A year of calendar months has no weeks of its own."""
    with pytest.raises(InvalidValueError, match="2026-W09 for the ISO week"):
        Period.parse("FY2026-W09", fiscal=APRIL)
    with pytest.raises(InvalidValueError, match="whole number of weeks"):
        APRIL.weeks(2026)


def test_a_mapping_may_name_its_period():
    """Start, end and a name make a range; without a name it is named by its days."""
    named = Period.parse({"start": date(2026, 11, 1), "end": "2026-11-12", "name": "双十一"})
    plain = Period.parse({"start": "2026-11-01", "end": "2026-11-12"})
    assert ("双十一", "双十一", 11) == (named.name, named.text("zh"), named.days)
    assert plain == Period.parse(plain.name)


def test_a_day_and_a_period_are_taken_as_they_are():
    """A date is a period of one day, a period stays itself."""
    day = Period.parse(date(2026, 9, 5))
    assert ("2026-09-05", 1) == (day.name, day.days)
    assert Period.parse(day) is day


def test_a_period_of_a_kind_must_have_its_days():
    """A quarter that ends in August is none."""
    with pytest.raises(InvalidValueError, match="no whole quarter"):
        Period(start=date(2026, 7, 1), end=date(2026, 9, 1), name="x", kind="quarter")
    with pytest.raises(InvalidValueError, match="no kind of period"):
        Period(start=date(2026, 7, 1), end=date(2026, 9, 1), name="x", kind="decade")


def test_the_end_is_not_contained_and_neighbours_do_not_overlap():
    """Half-open: the first day is in, the end is out."""
    march, april = Period.parse("2026-03"), Period.parse("2026-04")
    assert [True, True, False] == [march.contains(day) for day in (march.start, march.last, march.end)]
    assert [False, True, True] == [march.overlaps(other) for other in (april, march, Period.parse("2026-Q1"))]


def test_a_moment_is_no_day():
    """A datetime is refused, for its day depends on the zone."""
    with pytest.raises(InvalidValueError, match="zone"):
        Period.parse("2026").contains(datetime(2026, 1, 1, 8))


@pytest.mark.parametrize(
    ("written", "fiscal", "en", "zh"),
    [
        ("2026", None, "2026", "2026年"),
        ("2026-H1", None, "2026-H1", "2026年上半年"),
        ("2026-H2", None, "2026-H2", "2026年下半年"),
        ("2026-Q4", None, "2026-Q4", "2026年第四季度"),
        ("2026-09", None, "2026-09", "2026年9月"),
        ("2026-W09", None, "2026-W09", "2026年第9周"),
        ("2026-09-05", None, "2026-09-05", "2026年9月5日"),
        ("2026-Q1", APRIL, "FY2026-Q1", "2026财年第一季度"),
        ("2026-W09", APRIL, "2026-W09", "2026年第9周"),
        ("FY2026-M09", RETAIL, "FY2026-M09", "2026财年第9月"),
        ("FY2026-W09", RETAIL, "FY2026-W09", "2026财年第9周"),
        ("[2026-01-05, 2026-02-01)", None, "2026-01-05 to 2026-01-31", "2026-01-05 至 2026-01-31"),
    ],
)
def test_a_period_says_its_name_in_both_languages(written, fiscal, en, zh):
    """English keeps the written form, Chinese reads as people say it."""
    period = Period.parse(written, fiscal=fiscal)
    assert (en, zh) == (period.text("en"), period.text("zh"))


def test_a_period_with_a_name_of_its_own_keeps_it():
    """A renamed quarter is shown by its new name."""
    period = Period(start=date(2026, 7, 1), end=date(2026, 10, 1), name="旺季", kind="quarter")
    assert "旺季" == period.text("zh")


def test_a_range_steps_back_by_its_own_length():
    """Ten days are preceded by the ten days before."""
    assert "[2025-12-26, 2026-01-05)" == Period.parse("[2026-01-05, 2026-01-15)").previous().name


def test_stepping_back_out_of_the_calendar_is_refused():
    """A range that would begin before the year 1 raises an error of the library."""
    with pytest.raises(InvalidValueError, match="days before"):
        Period(start=date(2, 1, 1), end=date.max).previous()


def test_an_open_end_is_a_range_like_any_other():
    """The last date there is may serve as an open end."""
    assert Period(start=date(2026, 1, 1), end=date.max).contains(date(2500, 1, 1))


def test_only_finer_kinds_are_held():
    """A month holds no quarter."""
    with pytest.raises(InvalidValueError, match="holds no quarter"):
        Period.parse("2026-09").split("quarter")
    with pytest.raises(InvalidValueError, match="no kind"):
        Period.parse("2026-09").split("fortnight")


def test_a_straddling_week_needs_a_choice():
    """The error lists the three ways, one line each."""
    with pytest.raises(InvalidValueError) as raised:
        Period.parse("2026-01").split("week")
    assert ["split_by_days", "split_by_working_days", "thursday"] == [
        line.split(":")[0].strip() for line in str(raised.value).splitlines()[1:]
    ]
    with pytest.raises(InvalidValueError, match="no way to treat"):
        Period.parse("2026-01").split("week", straddle="monday")


def test_weeks_that_fit_need_no_choice():
    """February 2021 is four whole weeks."""
    assert ["2021-W05", "2021-W06", "2021-W07", "2021-W08"] == [
        week.name for week in Period.parse("2021-02").split("week")
    ]


def test_thursday_gives_the_years_their_iso_weeks():
    """By their Thursdays 2026 has 53 weeks and 2025 has 52."""
    counts = [len(Period.parse(str(year)).split("week", straddle="thursday")) for year in (2025, 2026)]
    assert [52, 53] == counts


@given(day=days, kind=kinds, fiscal=fiscal_years)
def test_a_period_contains_the_day_it_was_made_around_and_reads_back(day, kind, fiscal):
    """Containing and parsing agree."""
    period = Period.containing(day, kind, fiscal=fiscal)
    assert period.contains(day)
    assert period == Period.parse(period.name, fiscal=fiscal)


@given(day=days, kind=kinds, fiscal=fiscal_years)
def test_the_previous_period_abuts_and_is_of_the_same_kind(day, kind, fiscal):
    """It ends where this one starts."""
    period = Period.containing(day, kind, fiscal=fiscal)
    previous = period.previous()
    assert (period.start, period.kind) == (previous.end, previous.kind)


@given(start=days, length=st.integers(1, 800))
def test_the_previous_range_abuts_and_is_as_long(start, length):
    """A range steps back by its own days."""
    period = Period(start=start, end=start + timedelta(days=length))
    assert (period.start, length) == (period.previous().end, period.previous().days)


@given(day=days, coarse=kinds, fine=kinds, fiscal=fiscal_years)
def test_a_split_tiles_exactly(day, coarse, fine, fiscal):
    """Pieces begin where the last ended, and cover the whole."""
    coarse, fine = sorted((coarse, fine), key=list(KINDS).index, reverse=True)
    whole = Period.containing(day, coarse, fiscal=fiscal)
    pieces = whole.split(fine, straddle="split_by_days")
    edges = [piece.start for piece in pieces] + [pieces[-1].end]
    assert (whole.start, whole.end) == (edges[0], edges[-1])
    assert edges[1:-1] == [piece.end for piece in pieces[:-1]]
    assert len(pieces) == len({piece.name for piece in pieces})


@given(start=days, length=st.integers(1, 500), kind=kinds)
def test_a_range_splits_into_an_exact_tiling_too(start, length, kind):
    """Any span, any kind: the days are all there, once."""
    whole = Period(start=start, end=start + timedelta(days=length))
    pieces = whole.split(kind, straddle="split_by_working_days")
    assert length == sum(piece.days for piece in pieces)
    assert all(left.end == right.start for left, right in itertools.pairwise(pieces))


@given(day=days, kind=st.sampled_from(["month", "quarter", "half", "year"]))
def test_by_thursday_the_weeks_of_neighbours_abut(day, kind):
    """No week is lost between two months, and none counted in both."""
    after = Period.containing(day, kind)
    weeks = after.previous().split("week", straddle="thursday") + after.split("week", straddle="thursday")
    assert {7} == {week.days for week in weeks}
    assert all(left.end == right.start for left, right in itertools.pairwise(weeks))


@given(day=days, fiscal=fiscal_years)
def test_a_year_has_twelve_months_four_quarters_two_halves(day, fiscal):
    """Whatever the pattern, and each kind is made of the next finer one."""
    year = Period.containing(day, "year", fiscal=fiscal)
    halves, quarters, months = (year.split(kind) for kind in ("half", "quarter", "month"))
    assert [2, 4, 12] == [len(halves), len(quarters), len(months)]
    assert spans(months) == spans(month for quarter in quarters for month in quarter.split("month"))
    assert spans(quarters) == spans(quarter for half in halves for quarter in half.split("quarter"))


@given(day=days, week_53=st.integers(1, 12), pattern=st.sampled_from(PATTERNS))
def test_fiscal_weeks_never_straddle_a_fiscal_month(day, week_53, pattern):
    """A week pattern needs no choice on straddling weeks."""
    fiscal = FiscalYear(pattern=pattern, week_start=6, begins="on_or_before", week_53=week_53)
    month = Period.containing(day, "month", fiscal=fiscal)
    weeks = month.split("week")
    assert {7} == {week.days for week in weeks}
    assert len(weeks) in {4, 5, 6}


SHOP = Calendar(name="shop", holidays=frozenset({date(2026, 5, 1)}))


@pytest.mark.parametrize(
    ("written", "straddle", "shares"),
    [
        ("2026-W18", "split_by_days", [("2026-04", "4/7"), ("2026-05", "3/7")]),
        ("2026-W18", "split_by_working_days", [("2026-04", "1"), ("2026-05", "0")]),
        ("2026-W18", "thursday", [("2026-04", "1")]),
        ("2026-W05", "split_by_working_days", [("2026-01", "1"), ("2026-02", "0")]),
        ("2026-W40", "split_by_working_days", [("2026-09", "3/5"), ("2026-10", "2/5")]),
        ("2026-W10", None, [("2026-03", "1")]),
    ],
)
def test_a_straddling_week_is_shared_as_chosen(written, straddle, shares):
    """Days, working days and Thursdays give their own shares."""
    parts = week_parts(Period.parse(written), "month", straddle=straddle, calendar=SHOP)
    assert shares == [(part.within.name, str(part.share)) for part in parts]


def test_a_week_without_work_is_split_by_days_and_says_so():
    """No working day on either side leaves only the days."""
    week = Period.parse("2026-W18")
    closed = Calendar(name="closed", holidays=frozenset(day.start for day in week.split("day")))
    parts = week_parts(week, "month", straddle="split_by_working_days", calendar=closed)
    assert [(Fraction(4, 7), "split_by_days"), (Fraction(3, 7), "split_by_days")] == [
        (part.share, part.basis) for part in parts
    ]


@pytest.mark.parametrize(
    ("written", "kind", "options", "match"),
    [
        ("2026-09", "quarter", {"straddle": "thursday"}, "no week"),
        ("2026-W18", "day", {"straddle": "thursday"}, "does not count"),
        ("2026-W18", "month", {}, "straddle"),
        ("2026-W18", "month", {"straddle": "split_by_working_days"}, "calendar"),
    ],
)
def test_a_week_that_cannot_be_shared_is_refused(written, kind, options, match):
    """The error names what is missing or wrong."""
    with pytest.raises(InvalidValueError, match=match):
        week_parts(Period.parse(written), kind, **options)


@given(day=days, kind=st.sampled_from(["month", "quarter", "year"]), straddle=st.sampled_from(["days", "working_days"]))
def test_the_shares_of_a_week_sum_to_one(day, kind, straddle):
    """And its parts tile the week."""
    week = Period.containing(day, "week")
    parts = week_parts(week, kind, straddle=f"split_by_{straddle}", calendar=SHOP)
    assert 1 == sum(part.share for part in parts)
    assert week.days == sum(part.days.days for part in parts)
    assert all(part.within.contains(part.days.start) and part.within.contains(part.days.last) for part in parts)
