"""Who works in the CRM: days with use of workdays, touched of open deals; a fact, not a rating."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crm.world import codes, deal, ref

from salesteam.core import Calendar, Period
from salesteam.crm import Account, Activity, Commitment, Membership, Records, Ref, StageChange, User, adoption
from salesteam.errors import InvalidValueError, NotFoundError

MONDAY = datetime(2026, 9, 28, 2, tzinfo=UTC)
DAY = timedelta(days=1)
LI, WU = ref("user", "li"), ref("user", "wu")
USERS = (User(ref=LI, name="李雷", emails=("li@shop.cn",)), User(ref=WU, name="吴越"))
WEEK = Period.parse("2026-W40")


def note(key, days, user=LI, **more):
    """A note that was made so many days after Monday."""
    return Activity(ref=ref("activity", key), activity_kind="note", user=user, created_at=MONDAY + days * DAY, **more)


def found(*records, users=USERS, **options):
    """The adoption of a week."""
    given = {
        "basis": "work",
        "credited": "author",
        "period": WEEK,
        "as_of": MONDAY + 6 * DAY,
        "tz": "Asia/Shanghai",
        "touched_within": 7 * DAY,
    }
    return adoption(Records(records=(*users, *records)), **{**given, **options})


def active(use):
    """Active of working days of each."""
    return {row.user: (row.active_days, row.working_days) for row in use.rows}


def test_days_with_work_are_counted_once():
    """Whatever was done on them; a weekend is no workday."""
    use = found(note("1", 0), note("2", 0), note("3", 2), note("4", 5))
    assert {"li": (2, 5), "wu": (0, 5)} == active(use)
    assert Fraction(1, 5) == use.share
    assert ["crm.not-used"] == codes(use.report)
    assert "li: active on 2 of 5 workdays (work, author); 0 of 0 open deals touched within 7 days" == use.explain("li")
    assert "5 个工作日中活跃 2 天" in use.explain("li", "zh")


def test_a_day_is_a_day_of_the_zone():
    """Late on Monday in London is Tuesday in Shanghai."""
    late = note("1", 0.75)
    assert late.created_at.date() == date(2026, 9, 28)
    assert [0, 1] == [found(late, period=Period.parse(f"2026-09-{day}")).rows[0].active_days for day in (28, 29)]


def test_each_kind_of_work_names_its_author():
    """Activities, stage changes, commitments; and what was changed later counts on that day too."""
    use = found(
        note("1", 0, updated_at=MONDAY + DAY),
        StageChange(
            ref=ref("stage_change", "1"),
            deal=ref("deal", "D"),
            to=ref("stage", "won"),
            at=MONDAY + 2 * DAY,
            by=LI,
            evidence="native",
        ),
        Commitment(ref=ref("commitment", "1"), text="x", status="open", user=LI, created_at=MONDAY + 3 * DAY),
    )
    assert {"li": (4, 5), "wu": (0, 5)} == active(use)
    assert "activity, commitment, stage_change" == use.rows[0].kinds


def test_whose_work_a_record_without_author_is_must_be_chosen():
    """For its owner, or for nobody."""
    made = Account(ref=ref("account", "A"), name="A", owner=WU, created_at=MONDAY)
    assert {"li": (0, 5), "wu": (0, 5)} == active(found(made))
    assert {"li": (0, 5), "wu": (1, 5)} == active(found(made, credited="owner"))
    with pytest.raises(InvalidValueError, match="choose 'credited'"):
        found(credited=None)
    with pytest.raises(InvalidValueError, match="choose 'basis'"):
        found(basis="mood")
    with pytest.raises(InvalidValueError, match="touched_within cannot be negative"):
        found(touched_within=-DAY)


def test_logins_are_counted_from_their_log():
    """By id or address; who is not known is told."""
    log = [{"user": name, "at": MONDAY} for name in ("li", "LI@shop.cn", "he")]
    use = found(basis="login", credited=None, logins=log)
    assert {"li": (1, 5), "wu": (0, 5)} == active(use)
    assert ["crm.log-unknown", "crm.not-used"] == codes(use.report)
    for wrong in ({"basis": "login"}, {"logins": log}, {"basis": "login", "credited": "author", "logins": log}):
        with pytest.raises(InvalidValueError):
            found(**wrong)


def test_logins_of_one_person_are_one_row():
    """In two sources under one id, or under ids that the identity table knows; a program is left out by either."""
    there = User(ref=Ref("other", "user", "li"), name="李雷", active=False)
    use = found(note("1", 0), note("2", 1, user=there.ref), users=(*USERS, there))
    assert {"li": (2, 5), "wu": (0, 5)} == active(use)
    also = User(ref=Ref("other", "user", "u17"), name="Li Lei", emails=("lei@other.cn",))
    given = {"users": (*USERS, also), "identity": {"u17": "li", "li": "li"}}
    assert {"li": (2, 5), "wu": (0, 5)} == active(found(note("1", 0), note("2", 1, user=also.ref), **given))
    log = [{"user": name, "at": MONDAY + days * DAY} for days, name in enumerate(("li", "lei@other.cn", "u17"))]
    assert {"li": (3, 5), "wu": (0, 5)} == active(found(basis="login", credited=None, logins=log, **given))
    assert {"wu": (0, 5)} == active(found(exclude=("li",), **given))
    assert "crm.matches-nothing" in codes(found(exclude=("importer",)).report)
    assert "crm.matches-nothing" not in codes(found(exclude=("li",)).report)


def test_a_deal_of_which_only_a_later_change_is_known_is_not_counted():
    """Nor one that was not there yet; an activity in time still tells that it was touched."""
    as_of = MONDAY + 6 * DAY
    later = {"owner": LI, "created_at": MONDAY - 90 * DAY, "updated_at": as_of + DAY}
    deals = (deal("D-1", **later), deal("D-2", **later), deal("D-3", owner=LI, created_at=as_of + DAY))
    use = found(*deals, note("1", 0, about=deals[1].ref))
    assert (1, 1) == (use.rows[0].open_deals, use.rows[0].touched_deals)


def test_days_are_those_of_membership_calendar_and_time():
    """In the team from Wednesday, Thursday a holiday; and nobody is blamed for days to come."""
    joined = Membership(ref=ref("membership", "1"), user=LI, team=ref("team", "t"), valid_from=date(2026, 9, 30))
    shop = Calendar(name="shop", holidays=frozenset({date(2026, 10, 1)}))
    assert {"li": (0, 2), "wu": (0, 4)} == active(found(joined, calendar=shop))
    assert {"li": (1, 1), "wu": (0, 1)} == active(found(note("1", 0), as_of=MONDAY))
    midnight = datetime(2026, 9, 29, tzinfo=UTC)
    assert {"li": (1, 1), "wu": (0, 1)} == active(found(note("1", 0), as_of=midnight, tz="UTC"))


def test_programs_and_people_who_left_are_not_listed():
    """But somebody who left and had worked is."""
    gone = User(ref=ref("user", "gone"), name="G", active=False)
    assert ["li"] == [row.user for row in found(users=(*USERS, gone), exclude=["wu"]).rows]
    assert ["gone", "li", "wu"] == [row.user for row in found(note("1", 0, user=gone.ref), users=(*USERS, gone)).rows]


def test_an_open_deal_is_touched_by_its_own_change_or_what_is_about_it():
    """Whoever did it; a deal that is closed or nobody's does not count."""
    deals = [deal(f"D-{n}", owner=LI, status="open", created_at=MONDAY - 30 * DAY) for n in range(3)]
    use = found(
        *deals,
        note("1", 0, user=WU, about=ref("deal", "D-0")),
        StageChange(
            ref=ref("stage_change", "1"),
            deal=ref("deal", "D-1"),
            to=ref("stage", "x"),
            at=MONDAY - DAY,
            evidence="native",
        ),
        deal("D-4", owner=LI, status="lost", created_at=MONDAY),
        deal("D-5", status="open", created_at=MONDAY),
    )
    li = use.rows[0]
    assert (3, 2, Fraction(2, 3)) == (li.open_deals, li.touched_deals, li.touched_share)
    early = found(*deals, deal("D-6", owner=LI, status="open", created_at=MONDAY - 7 * DAY), as_of=MONDAY)
    assert 1 == early.rows[0].touched_deals, "exactly so long ago is lately"


def test_weeks_sum_to_the_period():
    """And begin on Monday, cut at its edge."""
    use = found(note("1", 0), note("2", 2), period=Period.parse("2026-10"), as_of=MONDAY + 60 * DAY)
    li = [row for row in use.weeks if row.user == "li"]
    assert date(2026, 9, 28) == li[0].week
    assert 2 == li[0].working_days
    assert use.rows[0].working_days == sum(row.working_days for row in li)
    assert use.rows[0].active_days == sum(row.active_days for row in li)


@given(st.lists(st.tuples(st.integers(-3, 9), st.booleans()), max_size=8))
def test_nobody_is_active_on_more_days_than_there_are(made):
    """And more work never lowers a share."""
    notes = [note(str(n), days, user=LI if mine else WU) for n, (days, mine) in enumerate(made)]
    use, more = found(*notes), found(*notes, note("x", 1))
    for row, better in zip(use.rows, more.rows, strict=True):
        assert 0 <= row.active_share <= better.active_share <= 1


def test_it_is_shown_in_both_languages():
    """As tables and in a notebook; a table or person that is not there is refused with those that are."""
    use = found(note("1", 0))
    assert "用户采纳度" in use.grid("zh").text()
    assert "<table" in use._repr_html_()
    assert (2, 2) == (len(use.to_frame()), len(use.to_frame("weeks")))
    with pytest.raises(NotFoundError):
        use.to_frame("months")
    with pytest.raises(NotFoundError):
        use.explain("he")
