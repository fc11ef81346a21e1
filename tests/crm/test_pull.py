"""A pull reads every source once; each row is used or set aside, and no failure takes another source down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.crm.world import Pages, codes, deal, ref, reject, user

from salesteam.core import Report, Severity, find
from salesteam.crm import KINDS, Account, Batch, MemoryCRM, Records, pull
from salesteam.errors import AdapterError, InvalidValueError, NotFoundError, Transient

AT = datetime(2026, 9, 30, tzinfo=UTC)


def account(key, **fields):
    """A customer."""
    return Account(ref=ref("account", key), name=key, **fields)


def reading(records, kind="deal", source="demo"):
    """Rows read, rows used, and the rest by reason."""
    (found,) = (each for each in records.readings if (each.kind, each.source) == (kind, source))
    assert found.foots
    return found.read, found.used, dict(found.set_aside)


def ids(records, kind="deal"):
    """The ids of the living records of a kind, sorted."""
    return sorted(record.ref.external_id for record in records.of(kind))


def test_every_row_is_used_or_set_aside():
    """Records, rejects, rows left on purpose, deleted and repeated ones sum to what was read."""
    page = Batch(
        records=(deal("D-1"), deal("D-2", deleted=True), deal("D-1")),
        rejects=(reject(1),),
        skipped={"stage = Prospecting": 4},
    )
    records = pull([Pages({"deal": [page, [deal("D-3", archived=True)]]})])
    aside = {"deleted": 1, "rejected": 1, "same id again": 1, "stage = Prospecting": 4}
    assert (9, 2, aside) == reading(records)
    assert ["D-1", "D-3"] == ids(records)
    assert ("demo deal: 9 read = 2 used + 1 deleted + 1 rejected + 1 same id again + 4 stage = Prospecting") == (
        records.explain("deal")
    )
    assert "demo deal: 读取 9 = 使用 2 + 1 已删除 + 1 无法读取 + 1 编号重复 + 4 stage = Prospecting" == records.explain(
        "deal", "zh"
    )


def test_the_frame_and_the_grid_tell_the_same_account():
    """One row for each source, kind and outcome; both languages."""
    records = pull([Pages({"deal": [[deal("D-1"), deal("D-2", deleted=True)]]})])
    frame = records.to_frame()
    assert [("demo", "deal", "read", 2), ("demo", "deal", "used", 1), ("demo", "deal", "deleted", 1)] == [
        tuple(row) for row in frame.itertuples(index=False)
    ]
    assert "deleted: 1" in records.grid().text(100)
    assert "已删除: 1" in records.grid("zh").text(100)
    assert "<table" in records._repr_html_()


def test_kinds_are_read_parents_first():
    """The order of the kinds is that of `KINDS`, whatever the adapter's."""
    server = MemoryCRM("demo", [deal(), user()])
    records = pull([server.adapter()])
    assert KINDS == tuple(each.kind for each in records.readings)
    assert ("deal",) == tuple(each.kind for each in pull([server.adapter()], kinds=["deal"]).readings)


def test_an_adapter_is_asked_once_for_each_kind_and_closed():
    """No cursor, no overlap, pages no larger than it allows, up to the signpost."""
    adapter = Pages({"deal": [], "user": []})
    pull([adapter], until=AT, page_size=10**6)
    nothing = timedelta(0)
    assert [("user", None, AT, nothing, 100), ("deal", None, AT, nothing, 100)] == adapter.asked
    assert 1 == adapter.closed


def test_progress_is_told_after_every_page():
    """Source, kind and rows so far."""
    told = []
    pull(
        [Pages({"deal": [[deal("D-1"), deal("D-2")], [deal("D-3")]]}), Pages({"user": [[]]}, source="other")],
        progress=lambda *each: told.append(each),
    )
    assert [("demo", "deal", 2), ("demo", "deal", 3), ("other", "user", 0)] == told


def test_a_mistake_in_the_callers_progress_is_the_callers():
    """It is raised, not blamed on the adapter; and the adapter is closed."""
    adapter = Pages({"deal": [[deal()]]})
    with pytest.raises(ZeroDivisionError):
        pull([adapter], progress=lambda *_: 1 / 0)
    assert 1 == adapter.closed


@pytest.mark.parametrize("error", [RuntimeError("out of range"), SystemExit("bye"), KeyError("id")])
def test_a_crashing_adapter_takes_no_other_down(error):
    """Its kind is not used, its other kinds and the other sources are, and the finding says whose mistake it is."""
    bad = Pages({"user": [[user()]], "deal": [[deal("D-1")], error]})
    good = Pages({"deal": [[deal("G-1", source="good")]]}, source="good")
    records = pull([bad, good])
    assert ["G-1"] == ids(records)
    assert ["li"] == ids(records, "user")
    assert (1, 0, {"incomplete reading": 1}) == reading(records)
    (finding,) = records.report
    assert ("crm.adapter-crashed", "deal") == (finding.code, finding.place.table)
    assert "Pages of source demo" in finding.what()
    assert type(error).__name__ in finding.what()
    assert (1, 1) == (bad.closed, good.closed)


def test_a_source_that_cannot_be_read_is_told_as_such():
    """An error of the source is no mistake of the adapter, and its name is told once."""
    records = pull([Pages({"deal": [Transient("503 from the server", source="demo")]})])
    assert ["The source demo could not be read: 503 from the server."] == [each.what() for each in records.report]
    assert (0, 0, {}) == reading(records)


def test_capabilities_and_closing_may_fail_too():
    """Whatever an adapter does, there is a report, and the others are read."""
    good = Pages({"deal": [[deal("G-1", source="good")]]}, source="good")
    records = pull(
        [
            Pages({}, capabilities=AdapterError("no login")),
            Pages({"user": [[user()]]}, source="demo2", closing=OSError("x")),
            good,
        ]
    )
    assert ["G-1"] == ids(records)
    assert ["crm.source-failed", "crm.adapter-crashed", "crm.adapter-crashed"] == codes(records.report)


def test_a_source_that_is_down_is_told_once():
    """Two kinds in a row without an answer: no other is asked for, and none is used."""
    down = Transient("no connection", answered=False)
    source = Pages({"user": [down], "account": [down], "deal": [[deal()]]})
    records = pull([source, Pages({"deal": [[deal(source="good")]]}, source="good")])
    assert ["crm.source-failed", "crm.source-down"] == sorted(codes(records.report), reverse=True)
    assert "account, deal were not waited for" in records.report.text()
    assert (["user", "account"], ["good"]) == (
        [asked[0] for asked in source.asked],
        [each.ref.source for each in records.records],
    )


@pytest.mark.parametrize("error", [AdapterError("no login"), OSError("x")])
def test_a_failure_says_nothing_of_other_sources(error):
    """There may be none, and they may have failed too."""
    (finding,) = pull([Pages({"user": [error]})]).report
    assert ("other sources" in finding.text(), "其他来源" in finding.text("zh")) == (False, False)


@pytest.mark.parametrize("stray", [user("li"), deal("D-1", source="elsewhere"), "D-1"])
def test_an_adapter_gives_records_of_its_own_and_of_the_kind_asked_for(stray):
    """Anything else would count under a name that nobody asked for."""
    records = pull([Pages({"deal": [[stray]]})])
    assert ["crm.adapter-crashed"] == codes(records.report)
    assert () == records.records


def test_the_later_of_two_versions_is_used():
    """The later update time wins; without times, the one read later; a difference is told."""
    old, new = deal("D-1", name="old", updated_at=AT), deal("D-1", name="new", updated_at=AT + timedelta(1))
    for page in ([old, new], [new, old]):
        records = pull([Pages({"deal": [page]})])
        assert ["new"] == [record.name for record in records.of("deal")]
        assert ["crm.duplicate-id"] == codes(records.report)
    same = [deal("D-1", name=name, updated_at=AT) for name in "ab"]
    assert ["b"] == [record.name for record in pull([Pages({"deal": [same]})]).of("deal")]
    records = pull([Pages({"deal": [[deal("D-1", name="a")], [deal("D-1", name="b")]]})])
    assert (["b"], ["crm.duplicate-id"]) == ([record.name for record in records.of("deal")], codes(records.report))


def test_references_follow_merges_to_the_last_survivor():
    """Losers are set aside, and what pointed to them points to the survivor."""
    accounts = [
        account("a", merged_into=ref("account", "b"), deleted=True),
        account("b", merged_into=ref("account", "c")),
        account("c"),
    ]
    records = pull([Pages({"account": [accounts], "deal": [[deal("D-1", account=ref("account", "a"))]]})])
    assert (3, 1, {"merged": 2}) == reading(records, "account")
    assert "c" == records.get(records.of("deal")[0].account).name
    assert len(records.report) == 0


def test_a_circle_of_merges_has_no_survivor():
    """All of it is set aside, told, and what points to it dangles."""
    accounts = [account("a", merged_into=ref("account", "b")), account("b", merged_into=ref("account", "a"))]
    records = pull([Pages({"account": [accounts], "deal": [[deal("D-1", account=ref("account", "a"))]]})])
    assert (2, 0, {"merged in a circle": 2}) == reading(records, "account")
    assert ["crm.merge-circle", "crm.merge-circle", "crm.dangling-reference"] == codes(records.report)


def test_references_that_dangle_are_counted_by_kind():
    """Only kinds that were read from the source can be missed; each record counts once."""
    lost = [
        deal(f"D-{number}", account=ref("account", f"x{number}"), owner=ref("user", "li"), team=ref("team", "t"))
        for number in range(5)
    ]
    shared = deal("D-9", co_owners=(ref("user", "wu"), ref("user", "he")))
    records = pull([Pages({"user": [[user("li")]], "account": [[]], "deal": [[*lost, shared]]})])
    assert [
        "5 deal records of demo point to account records that were not read or are gone, such as x0, x1, x2.",
        "1 deal records of demo point to user records that were not read or are gone, such as he, wu.",
    ] == [finding.what() for finding in records.report.by_code["crm.dangling-reference"]]


def test_what_another_source_holds_is_not_missed_here():
    """A source that has no users misses none, though another source was read with users."""
    crm = Pages({"user": [[user()]]})
    files = Pages({"deal": [[deal(source="files", owner=ref("user", "x", "files"))]]}, source="files")
    assert () == pull([crm, files]).report.findings


def test_the_deals_of_a_leaver_are_counted():
    """Open deals and leads at work belong to somebody who is there; what is closed does not matter."""
    gone, li = user("gone", name="高远", active=False), user("li")
    deals = [
        deal("D-1", owner=gone.ref),
        deal("D-2", owner=gone.ref),
        deal("D-3", status="won", owner=gone.ref),
        deal("D-4", owner=li.ref),
    ]
    records = pull([Pages({"user": [[gone, li]], "deal": [deals]})])
    assert ["2 open records belong to 高远, who is no longer active."] == [each.what() for each in records.report]


def test_a_kind_with_too_many_rejects_is_not_used():
    """More than one in twenty rows, from 20 rows on; rows that the mapping leaves on purpose do not count."""

    def pulled(good, bad, left=0):
        page = Batch(
            records=tuple(deal(f"D-{number}") for number in range(good)),
            rejects=tuple(reject(number) for number in range(bad)),
            skipped={"left": left} if left else {},
        )
        return pull([Pages({"deal": [page], "user": [[user()]]})])

    assert 95 == len(pulled(95, 5).of("deal"))
    assert 18 == len(pulled(18, 1).of("deal"))
    assert 17 == len(pulled(17, 2).of("deal"))
    for records in (pulled(18, 2), pulled(94, 6), pulled(19, 2), pulled(19, 2, left=1000)):
        assert () == records.of("deal")
        assert ["li"] == ids(records, "user")
        assert "crm.too-many-rejects" in codes(records.report)
    assert (21, 0, {"rejected": 2, "too many rejects": 19}) == reading(pulled(19, 2))
    assert (
        "2 of 21 deal rows of demo cannot be read"
        in pulled(19, 2, left=1000).report.by_code["crm.too-many-rejects"][0].what()
    )


def test_thousands_of_rejects_do_not_flood_the_report():
    """Five findings for each code and field, then one that counts the others; every reject is kept."""
    rejects = [reject(number, field=field) for number in range(1000) for field in ("amount", "closed")]
    records = pull([Pages({"deal": [Batch(records=(), rejects=tuple(rejects))]})])
    assert 2000 == len(records.rejects)
    assert ["crm.bad-cell"] * 10 + ["crm.more-alike"] * 2 + ["crm.too-many-rejects"] == codes(records.report)
    more = records.report.by_code["crm.more-alike"]
    assert [("amount", 995), ("closed", 995)] == [(each.place.field, dict(each.values)["count"]) for each in more]
    assert {Severity.ERROR} == {each.severity for each in more}


def test_thousands_of_duplicates_do_not_flood_the_report_either():
    """They are counted in the account of the rows."""
    pages = [[deal(f"D-{number}", name=name) for number in range(100)] for name in "ab"]
    records = pull([Pages({"deal": pages})])
    assert ["crm.duplicate-id"] * 5 + ["crm.more-alike"] == codes(records.report)
    assert (200, 100, {"same id again": 100}) == reading(records)


def test_what_the_adapter_reports_comes_first_and_whole():
    """Notes of the adapter are not cut: they are about columns, not about rows."""
    note = find("crm.blank-field", kind="deal", field="account", count=3, of=9)
    records = pull([Pages({"deal": [Batch(records=(), report=Report([note] * 7))]})])
    assert 7 == len(records.report.by_code["crm.blank-field"])


def test_two_sources_of_one_name_are_refused():
    """Records are named after their source, so two deals could be one."""
    with pytest.raises(InvalidValueError, match="two sources are named demo"):
        pull([Pages({}), Pages({})])


def test_a_wrong_call_is_refused():
    """A signpost without a zone, pages of nothing, kinds that do not exist."""
    with pytest.raises(InvalidValueError, match="no instant with a time zone"):
        pull([], until=datetime(2026, 9, 30))
    with pytest.raises(InvalidValueError, match="no size of a page"):
        pull([], page_size=0)
    with pytest.raises(NotFoundError, match="did you mean 'deal'"):
        pull([], kinds=["deals"])


def test_records_are_found_by_kind_and_reference():
    """What is not there is None; what was not read has no account."""
    records = Records(records=(deal("D-1"), user("li")))
    assert "D-1" == records.get(ref("deal", "D-1")).ref.external_id
    assert (None, None, ()) == (records.get(None), records.get(ref("deal", "D-2")), records.of("lead"))
    with pytest.raises(NotFoundError):
        records.explain("deal")


def test_nothing_to_read_is_an_empty_report():
    """No source, no finding."""
    records = pull([])
    assert ((), (), 0) == (records.records, records.readings, len(records.report))
