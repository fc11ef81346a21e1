"""Pictures of facts: the right numbers, in the language of the reader, whether one person is in them or two hundred."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import attrs
import pytest
from tests.crm.faulty import Faulty, server_of, synced
from tests.crm.world import deal
from tests.report.pictures import drawn, rows

from salesteam import crm, report, review
from salesteam.core import Period
from salesteam.errors import InvalidValueError, Transient

LANGS = ("en", "zh")
RULES = (
    crm.Required(kind="deal", field="account"),
    crm.Required(kind="deal", field="expected_close", when={"stage": ("talks",)}),
    crm.Required(kind="account", field="industry"),
)


def ref(kind, key):
    """A record of the one source."""
    return crm.Ref("crm", kind, key)


def held(owners):
    """Of each owner a deal in talks without a day of closing and a new one that lacks nothing; the first has an account."""
    records = [crm.Account(ref=ref("account", "a"), name="A", owner=ref("user", owners[0]), industry="steel")]
    for owner in owners:
        deal = crm.Deal(
            ref=ref("deal", f"{owner}-1"), status="open", owner=ref("user", owner), account=ref("account", "a"),
            stage=ref("stage", "talks"),
        )  # fmt: skip
        records += [deal, attrs.evolve(deal, ref=ref("deal", f"{owner}-2"), stage=ref("stage", "new"))]
    return crm.Records(records=tuple(records))


def filled(owners, by="owner"):
    """Their completeness."""
    return crm.completeness(held(owners), RULES, by=by)


MONDAY = datetime(2026, 9, 28, 2, tzinfo=UTC)
"""Ten in the morning in Shanghai."""
HOUR = timedelta(hours=1)


def delayed(*hours, clock="elapsed", limit=24, as_of=2000):
    """Calls that were written down so many hours after they were made; None for one that was not until looked from."""
    calls = [
        crm.Activity(
            ref=ref("activity", str(number)), activity_kind="call", user=ref("user", "li"), occurred_at=MONDAY,
            created_at=MONDAY + (2 * as_of if after is None else after) * HOUR,
        )
        for number, after in enumerate(hours)
    ]  # fmt: skip
    return crm.timeliness(
        crm.Records(records=tuple(calls)), basis="activity", clock=clock, limit=limit * HOUR, tz="Asia/Shanghai",
        as_of=MONDAY + as_of * HOUR,
    )  # fmt: skip


def used(people, period="2026-10"):
    """In the week of the fifth each called on one day more than the one before, the first on none, none on over five."""
    records = []
    for number, who in enumerate(people):
        records.append(crm.User(ref=ref("user", who), name=who))
        for day in range(min(number, 5)):
            call = crm.Activity(
                ref=ref("activity", f"{who}-{day}"), activity_kind="call", user=ref("user", who),
                created_at=MONDAY + 24 * (7 + day) * HOUR,
            )  # fmt: skip
            records.append(call)
    return crm.adoption(
        crm.Records(records=tuple(records)), basis="work", credited="author", tz="Asia/Shanghai",
        period=Period.parse(period), as_of=datetime(2027, 1, 1, tzinfo=UTC), touched_within=14 * 24 * HOUR,
    )  # fmt: skip


def runs(lang="en", sources=("demo",), syncs=3, **options):
    """Syncs a day apart: the first lands thirty deals, the second meets a bad row and then a broken line, the third ends well."""
    with crm.open_store(":memory:") as store:
        for source in sources:
            adapter = Faulty(server_of(source, [deal(f"D-{n}", source=source) for n in range(30)]))
            server = adapter.config.server
            for number in range(syncs):
                if number == 1:
                    adapter.bad[crm.Ref(source, "deal", "D-0")] = "?"
                    server.change(crm.Ref(source, "deal", "D-0"), name="New")
                    adapter.trouble["deal_line"] = [Transient("lost")] * 9
                synced(adapter, store)
                adapter.trouble.clear()
                adapter.bad.clear()
                server.now += timedelta(days=1)
        return report.sync_runs(store, lang=lang, **options)


MANY = [f"user{number:03}" for number in range(200)]
PLOTS = {
    "completeness_map": lambda lang: report.completeness_map(review.demo(lang).quality.completeness, lang=lang),
    "completeness_map of one": lambda lang: report.completeness_map(filled(["li"]), lang=lang),
    "completeness_map of many": lambda lang: report.completeness_map(filled(MANY), lang=lang),
    "completeness_map by kind": lambda lang: report.completeness_map(filled(["li"], by="kind"), lang=lang),
    "adoption_by_week": lambda lang: report.adoption_by_week(review.demo(lang).quality.adoption, lang=lang),
    "adoption_by_week of one": lambda lang: report.adoption_by_week(used(["li"]), lang=lang),
    "adoption_by_week of many": lambda lang: report.adoption_by_week(used(MANY), lang=lang),
    "adoption_by_week in a year": lambda lang: report.adoption_by_week(used(["li", "wu"], "2026"), lang=lang),
    "sync_runs": runs,
    "sync_runs once": lambda lang: runs(lang, syncs=1),
    "sync_runs of many": lambda lang: runs(lang, ("demo", "shop"), syncs=40, most=60),
    "delays": lambda lang: report.delays(review.demo(lang).quality.timeliness[0], lang=lang),
    "delays of one": lambda lang: report.delays(delayed(1, clock="next_business_day"), lang=lang),
    "delays without end": lambda lang: report.delays(delayed(1, None, 1900, *range(60)), lang=lang),
    "delays beside no limit": lambda lang: report.delays(delayed(1, 2, limit=0), lang=lang),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", PLOTS)
def test_every_picture_is_drawn_in_both_languages(name, lang):
    """An SVG whose text stays text, a PNG, and a bundle that a notebook shows alive."""
    plot = PLOTS[name](lang)
    assert plot.title in drawn(plot, lang)


def test_a_cell_of_the_map_tells_what_an_owner_lacks():
    """Filled of all cells of a field, all of an owner, all of a field, and everything."""
    cells = {(row["group"], row["field"]): row["of"] for row in rows(report.completeness_map(filled(["li", "wu"])))}
    assert {
        ("all", "all"): "5 / 7", ("all", "account"): "4 / 4", ("all", "expected_close"): "0 / 2", ("all", "industry"): "1 / 1",
        ("li", "all"): "3 / 4", ("li", "account"): "2 / 2", ("li", "expected_close"): "0 / 1", ("li", "industry"): "1 / 1",
        ("wu", "all"): "2 / 3", ("wu", "account"): "2 / 2", ("wu", "expected_close"): "0 / 1", ("wu", "industry"): "0",
    } == cells  # fmt: skip


def test_where_nothing_applies_the_map_has_no_share():
    """It is neither full nor empty, and has no colour of either."""
    (cell,) = [row for row in rows(report.completeness_map(filled(["li", "wu"]))) if row["of"] == "0"]
    assert ("wu", "industry", "—", False) == (cell["group"], cell["field"], cell["text"], "level" in cell)


def test_who_lacks_most_stands_first():
    """Below the row of all; those of the same share by name."""
    plot = report.completeness_map(filled(["li", "wu", "an"]))
    assert ["all", "an", "wu", "li"] == plot.spec["layer"][0]["encoding"]["y"]["sort"]


def test_many_owners_are_cut_and_told():
    """Those that lack most are drawn; the row of all still counts everyone, and how many are left out is said."""
    plot = report.completeness_map(filled(MANY), most=20)
    assert 21 == len({row["group"] for row in rows(plot)})
    assert "user000" not in {row["group"] for row in rows(plot)}
    assert "401 / 601" == next(row["of"] for row in rows(plot) if (row["group"], row["field"]) == ("all", "all"))
    assert "180 who lack less are not shown" in plot.svg()


def test_fields_of_one_name_are_told_apart_by_their_kind():
    """The owner of a deal and of an account are two columns."""
    required = [crm.Required(kind=kind, field="owner") for kind in ("deal", "account")]
    plot = report.completeness_map(crm.completeness(held(["li"]), required, by="owner"))
    assert {"all", "deal.owner", "account.owner"} == {row["field"] for row in rows(plot)}


def test_only_what_is_full_is_called_full():
    """999 of 1,000 are not 100%, and 1 of 1,000 is not 0%."""
    found = filled(["li"])
    for number, text in ((1000, "100%"), (999, "> 99%"), (1, "< 1%"), (0, "0%")):
        cell = crm.CompletenessCell(group="li", kind="deal", field="account", cells=1000, filled=number)
        row = attrs.evolve(found.rows[0], cells=1000, filled=number, cells_share=Fraction(number, 1000))
        made = attrs.evolve(found, rows=(row,), total=attrs.evolve(row, group="*"), cells=(cell,))
        assert {text} == {each["text"] for each in rows(report.completeness_map(made))}


def test_a_map_by_field_or_of_nothing_is_refused():
    """The one would be a diagonal, the other has no cell."""
    with pytest.raises(InvalidValueError, match="one cell a row"):
        report.completeness_map(filled(["li"], by="field"))
    with pytest.raises(InvalidValueError, match="no cell that should be filled"):
        report.completeness_map(crm.completeness(crm.Records(), RULES, by="owner"))


def bars(plot, panel=0):
    """The bars of a panel: from, to, count and state."""
    drawn = plot.spec["vconcat"][panel]
    name = (drawn.get("data") or drawn["layer"][0]["data"])["name"]
    return [(row["low"], row["high"], row["count"], row["state"]) for row in plot.spec["datasets"][name]]


def test_exactly_the_limit_is_left_of_it():
    """A bar ends at the limit, with what is on time, and the next begins there."""
    found = bars(report.delays(delayed(23, 24, 24.001)))
    assert [(22, 24, 2, "On time"), (24, 26, 1, "Breached")] == found


def test_each_clock_has_a_panel_that_foots_with_its_breaches():
    """The clock that was chosen stands first; all panels have all that was measured."""
    found = delayed(1, 5, 30, 30, 80, None, 700, clock="business_hours", as_of=900)
    plot = report.delays(found)
    clocks = ["business_hours", "elapsed", "next_business_day"]
    for place, clock in enumerate(clocks):
        counts = Counter()
        for _, _, count, state in bars(plot, place):
            counts[state] += count
        assert (7, found.breaches[clock]) == (counts.total(), counts["Breached"])
        assert f"{found.breaches[clock]} breached" in plot.spec["vconcat"][place]["title"]["text"]


def test_only_a_clock_of_hours_has_a_limit_in_hours():
    """The end of the next workday is another number of hours for each."""
    plot = report.delays(delayed(1, 30))
    marks = [{layer["mark"]["type"] for layer in panel["layer"]} for panel in plot.spec["vconcat"]]
    assert [True, True, False] == ["rule" in each for each in marks]


def test_delays_longer_than_most_are_one_bar_apart():
    """It is told from where on; no delay is left out."""
    plot = report.delays(delayed(*range(1, 100), 1500, 1600))
    assert (109.5, 112.5, 2, "Breached") == bars(plot)[-1]
    assert "&gt; 108 h" in plot.svg()
    assert 101 == sum(count for _, _, count, _ in bars(plot))


def test_what_is_dated_ahead_is_told_and_not_drawn():
    """It has no delay."""
    found = delayed(1, 2)
    odd = crm.DelayRow(ref="crm:activity:9", happened_at=MONDAY, state="invalid")
    plot = report.delays(attrs.evolve(found, rows=(*found.rows, odd), by_clock={}))
    assert 2 == sum(count for _, _, count, _ in bars(plot))
    assert "1 dated ahead are not shown" in plot.svg()


def test_delays_of_nothing_are_refused():
    """There is nothing to draw."""
    with pytest.raises(InvalidValueError, match="no delay was measured"):
        report.delays(delayed())


def shares(plot):
    """Days with use of workdays, by person and week."""
    return {(row["user"], row["week"]): row["of"] for row in rows(plot)}


def test_a_week_of_a_person_tells_days_with_use_of_workdays():
    """A week that only begins in the period has fewer; all together stand in the first row."""
    plot = report.adoption_by_week(used(["an", "bo", "cai"]))
    found = shares(plot)
    assert ["0 / 2", "2 / 5", "0 / 5"] == [found["cai", week] for week in ("09-28", "10-05", "10-12")]
    assert ["0 / 6", "3 / 15", "0 / 15"] == [found["all", week] for week in ("09-28", "10-05", "10-12")]
    assert ["all", "an", "bo", "cai"] == plot.spec["layer"][0]["encoding"]["y"]["sort"]


def test_who_had_no_workday_in_a_week_has_no_share_of_it():
    """A week before somebody came is not one without use."""
    found = used(["an", "bo"])
    late = [row for row in found.weeks if row.user == "an" or row.week.day != 28]
    cells = [row for row in rows(report.adoption_by_week(attrs.evolve(found, weeks=late))) if row["week"] == "09-28"]
    assert {"all": "0 / 2", "an": "0 / 2", "bo": "0"} == {row["user"]: row["of"] for row in cells}
    assert ["bo"] == [row["user"] for row in cells if "level" not in row]


def test_many_people_are_cut_to_those_with_the_least_use():
    """By name, not by rank; the first row still counts everyone."""
    plot = report.adoption_by_week(used(MANY), most=3)
    found = shares(plot)
    assert ["all", "user000", "user001", "user002"] == plot.spec["layer"][0]["encoding"]["y"]["sort"]
    assert f"{10 + 5 * 195} / 1,000" == found["all", "10-05"]
    assert "197 with more use are not shown" in plot.svg()


def test_weeks_of_two_years_are_told_apart():
    """The first week of 2026 begins in 2025; so many weeks have no room for numbers."""
    plot = report.adoption_by_week(used(["li"], "2026"))
    assert {"2025-12-29", "2026-01-05"} <= {row["week"] for row in rows(plot)}
    assert 2 == len(plot.spec["layer"])


def test_adoption_of_nobody_is_refused():
    """There is nothing to draw."""
    with pytest.raises(InvalidValueError, match="nobody had a workday"):
        report.adoption_by_week(used([]))


def ends(plot):
    """How each sync of each kind ended."""
    return {(row["run"], row["kind"]): row["end"] for row in rows(plot)}


def test_each_sync_and_kind_is_a_point_that_tells_how_it_ended():
    """Complete, complete but for rows that were rejected, or stopped; a larger point moved more."""
    plot = runs()
    found = ends(plot)
    assert 15 == len(found)
    assert ["Complete", "Complete, rows rejected", "Complete"] == [found[run, "deal"] for run in (1, 2, 3)]
    assert ["Complete", "Stopped", "Complete"] == [found[run, "deal_line"] for run in (1, 2, 3)]
    first, second, _ = sorted((row for row in rows(plot) if row["kind"] == "deal"), key=lambda row: row["run"])
    assert ("30", "30", "1", "0") == (first["read"], first["new"], second["rejected"], second["new"])
    assert first["size"] > second["size"]
    assert "3 syncs, 1 not complete" == plot.title


def test_a_sync_that_was_killed_is_told_from_one_that_stopped(tmp_path):
    """Its line says for ever that it runs."""
    with crm.open_store(tmp_path / "crm.sqlite") as store:
        synced(Faulty(server_of(records=[deal("D-1")])), store)
        store.connection.execute("UPDATE run SET state = 'running', ended_at = NULL WHERE kind = 'deal'")
        plot = report.sync_runs(store)
    (killed,) = [row for row in rows(plot) if row["end"] == "Running or killed"]
    assert ("deal", "—") == (killed["kind"], killed["took"])


def test_sources_are_told_apart():
    """A line for each kind of each."""
    assert {"demo deal", "shop deal"} <= {kind for _, kind in ends(runs(sources=("demo", "shop"), syncs=1))}


def test_of_many_syncs_the_last_are_drawn():
    """How many were before is said, and the title counts all."""
    plot = runs(syncs=5, most=2)
    assert {4, 5} == {run for run, _ in ends(plot)}
    assert "5 syncs, 1 not complete" == plot.title
    assert "3 earlier are not shown" in plot.svg()


def test_a_store_without_syncs_is_refused():
    """There is nothing to draw."""
    with crm.open_store(":memory:") as store, pytest.raises(InvalidValueError, match="nothing was synced"):
        report.sync_runs(store)
