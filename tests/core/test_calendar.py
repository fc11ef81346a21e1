"""Calendars count workdays exactly, and never guess a year they do not know."""

import sys
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesteam.core import Calendar, Place, calendar
from salesteam.errors import InvalidValueError, NotFoundError

DAY = timedelta(days=1)
days = st.dates(date(2023, 1, 1), date(2027, 12, 31))


@st.composite
def calendars(draw):
    """Any weekend, any holidays, any make-up workdays."""
    marked = draw(st.lists(days, max_size=40, unique=True))
    cut = draw(st.integers(0, len(marked)))
    return Calendar(
        name="any",
        weekend=tuple(draw(st.sets(st.integers(0, 6), max_size=6))),
        holidays=frozenset(marked[:cut]),
        makeup_workdays=frozenset(marked[cut:]),
    )


def test_china_worked_18_days_in_october_2026():
    """National Day closes 1 to 7 October, and Saturday the 10th is made up."""
    cn = calendar("cn", [2026])
    assert 18 == cn.workdays(date(2026, 10, 1), date(2026, 11, 1))
    assert [False, True, True] == [cn.is_workday(date(2026, 10, day)) for day in (7, 8, 10)]
    assert cn.is_workday(date(2026, 9, 20))


def test_china_worked_248_days_in_2025():
    """The State Council's notice for 2025 leaves 248 workdays: 365 days less 104 of weekends and 13 of holidays."""
    assert 248 == calendar("CN", [2025]).workdays(date(2025, 1, 1), date(2026, 1, 1))


def test_a_year_outside_the_data_is_unknown_and_never_guessed():
    """It is left out of the years, reported by year, and refused in counting."""
    cn = calendar("cn", [2026, 2199])
    assert frozenset({2026}) == cn.years
    report = cn.check(date(2026, 12, 1), date(2200, 1, 1), place=Place(key="cycle"))
    assert {"calendar.unknown-year"} == set(report.by_code)
    assert list(range(2027, 2200)) == [dict(finding.values)["year"] for finding in report]
    assert "cycle" == report.findings[0].place.key
    for count in (
        lambda: cn.is_workday(date(2027, 1, 1)),
        lambda: cn.workdays(date(2026, 12, 1), date(2027, 1, 2)),
        lambda: cn.workdays(date(2027, 1, 2), date(2026, 12, 1)),
        lambda: cn.add_workdays(date(2026, 12, 31), 1),
    ):
        with pytest.raises(InvalidValueError, match=r"2027 are not known .*check"):
            count()


def test_the_finding_tells_both_languages_what_is_known():
    """Calendar, year and known years stand in the text."""
    (finding,) = Calendar(name="shop", years=frozenset({2024, 2026})).check(date(2025, 1, 1), date(2026, 1, 1))
    assert "Calendar shop does not know the workdays of 2025 (known: 2024, 2026)." == finding.what()
    assert "日历 shop 没有 2025 年的工作日数据（已知年份：2024、2026）。" == finding.what("zh")


@pytest.mark.parametrize(
    ("years", "known"),
    [({2024, 2025, 2026}, ("2024–2026",)), ({2026}, ("2026",)), (set(), ("—",)), ({2024, 2026}, ("2024", "2026"))],
)
def test_known_years_are_told_shortly(years, known):
    """A run is told by its ends."""
    (finding,) = Calendar(name="shop", years=frozenset(years)).check(date(2030, 1, 1), date(2030, 1, 2))
    assert known == dict(finding.values)["known"]


def test_the_day_after_the_last_known_year_may_be_an_end():
    """Half-open: 1 January of the next year is not counted, so it need not be known."""
    cn = calendar("cn", [2025])
    assert cn.check(date(2025, 12, 1), date(2026, 1, 1)).ok
    assert 23 == cn.workdays(date(2025, 12, 1), date(2026, 1, 1))
    assert 0 == cn.workdays(date(2026, 5, 1), date(2026, 5, 1))
    assert cn.check(date(2026, 5, 1), date(2026, 5, 1)).ok


def test_other_countries_have_their_days():
    """Independence Day 2025 closes a Friday in the United States; the source is named."""
    us = calendar("us", [2025])
    assert 22 == us.workdays(date(2025, 7, 1), date(2025, 8, 1))
    assert us.source.startswith("holidays ")


def test_the_weekend_is_that_of_the_country():
    """Saudi Arabia rests on Friday and Saturday."""
    assert (4, 5) == calendar("sa", [2020]).weekend


def test_estimated_and_undecreed_years_are_unknown():
    """Islamic holidays not yet announced, and Hungarian make-up workdays not yet decreed, leave the year unknown."""
    assert frozenset() == calendar("id", [2060]).years
    assert frozenset({2024}) == calendar("hu", [2024, 2060]).years
    assert frozenset() == calendar("us", [1500]).years


def test_hungary_makes_up_workdays_too():
    """7 December 2024, a Saturday, was worked for Tuesday, 24 December."""
    hu = calendar("hu", [2024])
    assert [True, False] == [hu.is_workday(date(2024, 12, day)) for day in (7, 24)]


def test_an_unknown_country_is_refused_with_near_names():
    """The error says where it looked."""
    with pytest.raises(NotFoundError, match="no calendar 'zz' in the package holidays"):
        calendar("zz", [2026])


@pytest.mark.parametrize(
    ("code", "module", "distribution"),
    [("cn", "chinese_calendar", "chinesecalendar"), ("us", "holidays", "holidays")],
)
def test_a_missing_package_is_named_with_its_extra(monkeypatch, code, module, distribution):
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InvalidValueError, match=rf"{distribution}.*pip install 'salesteam\[cli\]'"):
        calendar(code, [2026])


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"weekend": (0, 1, 2, 3, 4, 5, 6)}, "weekend"),
        ({"weekend": (7,)}, "weekend"),
        ({"holidays": {date(2026, 1, 1)}, "makeup_workdays": {date(2026, 1, 1)}}, "both"),
        ({"holidays": {date(2026, 1, 1)}, "years": {2025}}, "not known"),
        ({"makeup_workdays": {date(2026, 1, 3)}, "years": {2025}}, "not known"),
        ({"holidays": {datetime(2026, 1, 1, 8)}}, "no day"),
    ],
)
def test_an_impossible_calendar_is_refused(fields, match):
    """Contradictions raise at once."""
    with pytest.raises(InvalidValueError, match=match):
        Calendar(name="x", **{key: value if key == "weekend" else frozenset(value) for key, value in fields.items()})


def test_a_make_up_workday_beats_the_weekend_and_a_holiday_beats_the_weekday():
    """A holiday on a Saturday and a make-up workday on a Monday change nothing."""
    shop = Calendar(
        name="shop",
        holidays=frozenset({date(2026, 9, 1), date(2026, 9, 5)}),
        makeup_workdays=frozenset({date(2026, 9, 6), date(2026, 9, 7)}),
    )
    assert [2, 3, 4, 6, 7, 8] == [day for day in range(1, 9) if shop.is_workday(date(2026, 9, day))]
    assert 6 == shop.workdays(date(2026, 9, 1), date(2026, 9, 9))


def test_going_out_of_range_is_an_error_of_the_library():
    """No date lies after the last one."""
    with pytest.raises(InvalidValueError, match="out of range"):
        Calendar(name="shop").add_workdays(date.max, 1)


@given(cal=calendars(), start=days, length=st.integers(0, 60))
def test_counting_equals_looking_at_each_day(cal, start, length):
    """The fast count is the slow count."""
    end = start + length * DAY
    assert sum(cal.is_workday(start + step * DAY) for step in range(length)) == cal.workdays(start, end)


@given(cal=calendars(), a=days, b=days, c=days)
def test_workdays_add_up_over_adjoining_spans(cal, a, b, c):
    """In either direction."""
    assert cal.workdays(a, c) == cal.workdays(a, b) + cal.workdays(b, c)


@settings(max_examples=60)
@given(cal=calendars(), day=days, count=st.integers(-40, 40))
def test_adding_workdays_counts_them(cal, day, count):
    """The workdays after the day, up to and with the one found, are as many as were added."""
    found = cal.add_workdays(day, count)
    if count >= 0:
        assert count == cal.workdays(day + DAY, found + DAY)
    else:
        assert -count == cal.workdays(found, day)
    assert count == 0 or cal.is_workday(found)


@settings(max_examples=60)
@given(cal=calendars(), day=days, count=st.integers(-40, 40))
def test_adding_and_taking_back_returns_to_a_workday(cal, day, count):
    """Going and coming back are inverse."""
    workday = cal.add_workdays(day, 1)
    assert workday == cal.add_workdays(cal.add_workdays(workday, count), -count)
