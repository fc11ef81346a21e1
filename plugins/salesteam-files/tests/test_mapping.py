"""What a mapping can say: columns, constants, values, conditions, repeated ids, several files, extra columns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from salesteam.crm import pull


def ids(records, kind="deal"):
    """The ids of a kind, in their order."""
    return [record.ref.external_id for record in records.of(kind)]


def test_values_are_read_as_they_are_meant(deals):
    """Words of the library say nothing; spellings that were mapped are counted in a note."""
    text = "no,state,product\n1,Won,GTXPro\n2,Open,GTX Pro\n3,Won,GTXPro\n4,Open,none\n"
    records = deals(
        text,
        {
            "columns": {"status": "state", "account": "product"},
            "values": {
                "state": {"Won": "won", "Open": "open"},
                "product": {"GTXPro": "GTX Pro", "GTX Pro": "GTX Pro", "none": ""},
            },
        },
    )
    assert ["won", "open", "won", "open"] == [deal.status for deal in records.of("deal")]
    assert [deal.account and deal.account.external_id for deal in records.of("deal")] == ["GTX Pro"] * 3 + [None]
    assert ["product: GTXPro was read as GTX Pro in 2 rows.", "1 of 4 deal records have no account."] == [
        finding.what() for finding in records.report
    ]


def test_conditions_look_at_the_file_as_it_is(deals):
    """What belongs elsewhere is counted by its own value, before any map; blanks too."""
    text = "no,state\n1,Won\n2,Prospecting\n3,\n4,Lost\n5,Prospecting\n"
    part = {"where": {"state": ("Won", "Lost")}, "values": {"state": {"Won": "won", "Lost": "lost"}}}
    records = deals(text, part)
    assert ["1", "4"] == ids(records)
    assert (("state = ()", 1), ("state = Prospecting", 2)) == records.readings[0].set_aside
    assert records.readings[0].foots


def test_constants_hold_where_the_file_says_nothing(deals):
    """A column wins over a constant, row by row; a constant that cannot be is told as such."""
    text = "no,state,cur\n1,,\n2,won,USD\n"
    part = {"constants": {"status": "open", "value": "7", "source": "import"}, "columns": {"status": "state"}}
    records = deals(text, part, currency="CNY")
    assert [("open", "CNY 7.00", "import"), ("won", "CNY 7.00", "import")] == [
        (deal.status, str(deal.value), deal.source) for deal in records.of("deal")
    ]
    part = {
        "constants": {"value": "7", "currency": "JPY"},
        "columns": {"status": "state", "currency": "cur"},
        "where": {"state": ("won",)},
    }
    assert ["USD 7.00"] == [str(deal.value) for deal in deals(text, part).of("deal")]
    records = deals(text, {"constants": {"status": "begun"}})
    assert ["constants.status"] == [reject.reason.place.field for reject in records.rejects]


def test_an_id_may_have_several_parts(deals):
    """Joined by a stroke; none of them may be blank."""
    records = deals("no,part,state\n1,a,open\n1,b,open\n1,,open\n", {"id": "no+part"})
    assert ["1/a", "1/b"] == ids(records)
    assert 1 == len(records.rejects)


def test_rows_that_repeat_an_id_may_be_the_same_told_again(write, source):
    """With the same content they are counted; with another one they are told, and the later is used."""
    write("teams.csv", "office,region\nEast,A\nWest,A\nEast,A\nEast,B\n")
    mapped = {"file": "teams.csv", "id": "office", "columns": {"name": "region"}, "distinct": True}
    records = pull([source({"team": mapped})])
    assert [("East", "B"), ("West", "A")] == sorted((team.ref.external_id, team.name) for team in records.of("team"))
    assert (("same id again", 1), ("same id told again", 1)) == records.readings[0].set_aside
    assert ["crm.duplicate-id"] == [finding.code for finding in records.report]


def test_a_kind_may_come_from_several_files(write, source):
    """All of them are read, in the order of the settings, each with its own mapping and date format."""
    write("won.csv", "no,day\n1,30-09-26\n")
    write("lost.tsv", "id\tday\n2\t2026/09/29\n")
    parts = [
        {
            "file": "won.csv",
            "id": "no",
            "columns": {"closed_on": "day"},
            "constants": {"status": "won"},
            "date_format": "%d-%m-%y",
        },
        {"file": "lost.tsv", "id": "id", "columns": {"closed_on": "day"}, "constants": {"status": "lost"}},
    ]
    records = pull([source({"deal": parts}, date_format="%Y/%m/%d")])
    assert [("1", "2026-09-30"), ("2", "2026-09-29")] == [
        (deal.ref.external_id, deal.closed_on.isoformat()) for deal in records.of("deal")
    ]


def test_references_are_named_by_their_ids(write, source):
    """The owner is a user of the same source, the parent a record of the same kind, the holder of a quota a user."""
    write("a.csv", "no,up,who\n1,2,li\n")
    write("q.csv", "no,who,period,metric,goal,cur,minutes\n1,li,2026-Q3,revenue,1000,CNY,\n")
    records = pull(
        [
            source(
                {
                    "account": {"file": "a.csv", "id": "no", "columns": {"name": "no", "parent": "up", "owner": "who"}},
                    "quota": {
                        "file": "q.csv",
                        "id": "no",
                        "columns": {
                            "holder": "who",
                            "period": "period",
                            "metric": "metric",
                            "target": "goal",
                            "currency": "cur",
                        },
                    },
                }
            )
        ]
    )
    (account,), (quota,) = records.of("account"), records.of("quota")
    assert ("files:account:2", "files:user:li") == (str(account.parent), str(account.owner))
    assert ("files:user:li", Fraction(1000), "CNY") == (str(quota.holder), quota.target, quota.currency)


def test_fields_that_hold_several_and_durations(write, source):
    """Texts between separators; minutes; shares as percent; yes and no in two languages."""
    write("a.csv", "no,mails,kind,long\n1,a@x.com| b@x.com |,call,1.5\n")
    write("u.csv", "no,mails,on\n1,a@x.com|b@x.com,是\n2,,no\n")
    adapter = source(
        {
            "activity": {"file": "a.csv", "id": "no", "columns": {"activity_kind": "kind", "duration": "long"}},
            "user": {"file": "u.csv", "id": "no", "columns": {"name": "no", "emails": "mails", "active": "on"}},
        },
        separator="|",
    )
    records = pull([adapter])
    assert timedelta(seconds=90) == records.of("activity")[0].duration
    assert [(("a@x.com", "b@x.com"), True), ((), False)] == [(user.emails, user.active) for user in records.of("user")]


def test_what_changed_later_waits_for_the_next_reading(write, source):
    """The signpost holds for files too, where they tell when a row changed; what is behind it is counted."""
    write("deals.csv", "no,state,at\n1,open,2026-09-30\n2,open,2026-10-02\n")
    adapter = source(
        {"deal": {"file": "deals.csv", "id": "no", "columns": {"status": "state", "updated_at": "at"}}}, zone="UTC"
    )
    records = pull([adapter], until=datetime(2026, 10, 1, tzinfo=UTC))
    assert (["1"], (("changed after the reading began", 1),)) == (ids(records), records.readings[0].set_aside)


def test_telephone_numbers_are_read_by_the_region_of_the_settings(write, source):
    """As E.164, beside what is written; without a region only those that tell their country."""
    pytest.importorskip("phonenumbers", reason="the extra phones is not installed")
    write("people.csv", "no,who,calls\n1,王总,138 0013 8000;+49 30 123456\n2,Li,\n")
    part = {"file": "people.csv", "id": "no", "columns": {"name": "who", "phones": "calls"}}
    forms = {}
    for region in (None, "CN"):
        people = pull([source({"contact": part}, phone_region=region)]).of("contact")
        assert [("138 0013 8000", "+49 30 123456"), ()] == [each.phones for each in people]
        forms[region] = [each.e164 for each in people]
    assert {None: [("+4930123456",), ()], "CN": [("+4930123456", "+8613800138000"), ()]} == forms
