"""Walking the loop: what each part finds, that numbers foot, and that one part's failure stops no other."""

from __future__ import annotations

import builtins
import datetime as dt
from fractions import Fraction

import attrs
import pytest
from tests.review.world import LANGS, copied, demo, records, spoilt

from salesteam import review
from salesteam.core import Period
from salesteam.crm import MemoryAdapter, Records, pull
from salesteam.errors import NotFoundError, ReportError

SECTIONS = ["summary", "reading", "quality", "goals", "raci", "leads", "incentives", "whys", "findings"]


def walked(folder, **options):
    """The review of a spoilt copy of the demonstration."""
    playbook = review.load(folder)
    return review.walk(playbook, review.gather(playbook, records()), **options)


def only(*parts):
    """The playbook of the demonstration with some of its parts."""
    playbook = review.demo_playbook()
    return attrs.evolve(playbook, **{part: None for part in review.PARTS if part not in parts})


@pytest.mark.parametrize("lang", LANGS)
def test_the_demonstration_has_every_section_and_no_error(lang):
    """All parts are there, in the order of the loop."""
    assert SECTIONS == [section.key for section in demo(lang).sections(lang)]
    assert () == demo(lang).report.errors


def test_a_part_that_the_playbook_lacks_is_left_out_and_said():
    """A missing part is no silence."""
    playbook = only("team", "sources", "leads")
    found = review.walk(playbook, review.gather(playbook, records()))
    assert ["summary", "reading", "leads", "findings"] == [section.key for section in found.sections()]
    assert "The playbook has no: rules for records, goals, chart of duties, plans of pay, why trees." in " ".join(
        found.text().split()
    )


def test_a_playbook_of_a_header_alone_is_reviewed(tmp_path):
    """The least playbook says that it has nothing, and does not fail."""
    text = (review.demo_folder() / "playbook.yaml").read_text(encoding="utf-8")
    (tmp_path / "playbook.yaml").write_text(text, encoding="utf-8")
    playbook = review.load(tmp_path)
    found = review.walk(playbook, review.gather(playbook, Records()))
    assert review.PARTS == playbook.missing
    assert "No source was read." in found.text()
    assert found.report.ok


def test_goals_without_sources_say_that_they_have_no_facts():
    """A part that nothing feeds is named."""
    playbook = only("goals", "leads")
    found = review.walk(playbook, review.gather(playbook, Records()))
    assert 2 == [finding.code for finding in found.report].count("review.no-facts")


@pytest.mark.parametrize("lang", LANGS)
def test_every_row_read_is_used_or_set_aside(lang):
    """The sums foot, for the readings and for each table made of them."""
    facts = demo(lang).facts
    assert all(reading.foots for reading in facts.records.readings)
    assert all(table.foots for table in facts.tables)
    assert facts.tables


def test_quotas_follow_the_cascade():
    """Everybody's quota in the plan is their share of the target of the year."""
    found = demo()
    quotas = found.tables()["attainment"]
    mine = quotas[(quotas["period"] == "2026-Q3") & (quotas["payee"].notna())].set_index("payee")["quota"].to_dict()
    shares = {share.person: int(share.target) for share in found.standing.shares}
    assert 12_500_000 == sum(shares.values())
    assert {person: shares[person] for person in mine} == {person: int(quota) for person, quota in mine.items()}


def test_the_pay_of_all_people_sums_to_the_printed_total():
    """The last row of the table of pay is the sum of the rows above, to the cent."""
    found = demo()
    (paid,) = found.earnings.runs
    section = next(section for section in found.sections() if section.key == "incentives")
    grid = next(block for block in section.blocks if getattr(block, "columns", ("",))[-1] == "Total")
    cents = [int(row[-1].text.removeprefix("CNY ").replace(",", "").replace(".", "")) for row in grid.rows]
    assert cents[-1] == sum(cents[:-1]) == paid.total_minor == sum(payout.pay_minor for payout in paid.payouts)


def test_the_parts_of_a_why_tree_sum_to_the_size_of_its_event():
    """A crossed line opens a tree whose numbers add up, and the page links line and tree."""
    found = demo()
    (crossed,), (opening,) = found.standing.watch.open, found.inquiry.openings
    sums = Fraction(0)
    for link in opening.tree.below[opening.tree.event.id]:
        sums += sum((one.amount for one in link.contributions), Fraction(0))
    sums += sum((line.contribution.amount for line in opening.tree.lines), Fraction(0))
    assert opening.tree.event.size == sums == crossed.threshold.below - crossed.at_opening.value
    section = next(section for section in found.sections() if section.key == "whys")
    links = {cell.link for row in section.blocks[0].rows for cell in row if getattr(cell, "link", "")}
    assert {"crossed-together_2026-08", "why-task_completion_all_2026-08"} == links


def test_the_duty_of_a_crossed_line_comes_from_the_chart():
    """Who answers for the activity is looked up, not guessed."""
    playbook = review.demo_playbook()
    (opening,) = demo().inquiry.openings
    assert {"sales", "presales"} == {who.role or who.person for who in opening.people}
    assert all(playbook.raci.has_duty(role, "sync", opening.breach.on) == "yes" for role in ("sales", "presales"))


@pytest.mark.parametrize("lang", LANGS)
def test_a_blameless_tree_shows_no_names(lang):
    """Neither the table nor the findings of a blameless tree name anybody."""
    section = next(section for section in demo(lang).sections(lang) if section.key == "whys")
    shown = "\n".join(
        block.text() if hasattr(block, "columns") else str(getattr(block, "text", "")) for block in section.blocks[2:]
    )
    details = "\n".join(str(block.body) for block in section.blocks if getattr(block, "key", "").startswith("tree"))
    people = [person.name for person in demo(lang).facts.roster.people]
    assert "anon-01" in shown
    assert [] == [name for name in people if name in shown + details]


def test_what_a_tree_must_not_be_used_for_is_said_and_kept():
    """Pay is the same with and without the blameless tree, and the page says that it must be."""
    playbook = review.demo_playbook()
    assert ("pay", "rating") == playbook.whys.trees[0].not_for
    assert "must not be used for: pay, ratings." in demo().text(width=200)
    without = attrs.evolve(playbook, whys=None)
    paid = review.walk(without, review.gather(without, records())).earnings.runs[0]
    assert demo().earnings.runs[0].total_minor == paid.total_minor


@pytest.mark.parametrize("lang", LANGS)
def test_what_the_playbook_assumes_is_labelled(lang):
    """Rules, targets, chart, policy, plan and trees are the playbook's, and every such section says so."""
    assumed = {section.key: bool(section.assumed) for section in demo(lang).sections(lang)}
    assert {"quality", "goals", "raci", "leads", "incentives", "whys"} == {key for key, said in assumed.items() if said}


@pytest.mark.parametrize("lang", LANGS)
def test_every_link_has_its_explanation_and_every_explanation_a_link(lang):
    """Nothing is explained where nobody can reach it, and no number points into the void."""
    found = demo(lang).sections(lang)
    blocks = [block for section in found for block in section.blocks]
    details = [block.key for block in blocks if isinstance(block, review.Detail)]
    links = {
        cell.link for block in blocks for row in getattr(block, "rows", ()) for cell in row if getattr(cell, "link", "")
    }
    assert len(details) == len(set(details))
    assert set(details) == links - {section.key for section in found}


def test_explain_gives_what_the_page_shows():
    """The explanation by key is the one behind the link."""
    found = demo()
    for section in found.sections():
        for block in section.blocks:
            if isinstance(block, review.Detail):
                assert block.body == found.explain(block.key)
                break


def test_an_unknown_explanation_names_the_nearest():
    """A slip in a key is answered with the key that was meant."""
    with pytest.raises(NotFoundError, match="metric-revenue"):
        demo().explain("metric-revenu")


def test_walk_is_pure(monkeypatch):
    """The same inputs give the same sections, without any file and without a clock."""
    playbook = review.demo_playbook()
    facts = review.gather(playbook, records())
    expected = demo().sections()
    review.walk(playbook, facts).tables()

    class NoClock(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            raise AssertionError("the clock was read")

    def no_file(*args, **_):
        raise AssertionError(f"a file was opened: {args[:1]}")

    monkeypatch.setattr(builtins, "open", no_file)
    monkeypatch.setattr(dt, "datetime", NoClock)
    assert expected == review.walk(playbook, facts).sections()


@pytest.mark.parametrize("lang", LANGS)
def test_no_line_of_the_text_is_wider_than_the_terminal(lang):
    """Chinese characters take two columns, and 80 columns are kept."""
    from salesteam.core._show._width import width_of

    assert [] == [line for line in demo(lang).text(lang).splitlines() if width_of(line) > 80]


def test_the_headings_of_a_chinese_review_are_chinese():
    """No heading, column or note of the page is left in English; names that the plan gives stay as they are."""
    given = {"CNY", "Asia/Shanghai", "salesteam", "Shapley", "SHA-256", "raci"}
    texts = []
    for section in demo("zh").sections("zh"):
        texts += [section.title, *section.assumed]
        texts += [
            word
            for block in section.blocks
            if hasattr(block, "columns")
            for word in (block.title, *block.columns, *(() if section.key == "leads" else (block.note,)))
        ]
    words = [word.strip("()（），。；：、·") for text in texts for word in text.split()]
    assert [] == [word for word in words if word.isascii() and word.isalpha() and len(word) > 2 and word not in given]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"period": Period.parse("2027-Q1")}, "review.period-ahead"),
        ({"as_of": dt.date(1, 1, 1)}, "review.wrong-day"),
        ({"as_of": dt.date(9999, 12, 31)}, "review.wrong-day"),
        ({"period": Period.parse("8999")}, "review.wrong-period"),
    ],
)
def test_a_day_or_period_that_cannot_be_reviewed_is_refused(options, code):
    """Neither the future nor the end of time can be looked at."""
    playbook = review.demo_playbook()
    with pytest.raises(ReportError) as caught:
        review.walk(playbook, review.gather(playbook, Records()), **options)
    assert code in [finding.code for finding in caught.value.report]


def test_without_day_and_period_both_are_asked_for():
    """Both are missing, both are told."""
    playbook = review.demo_playbook()
    bare = attrs.evolve(playbook, header=attrs.evolve(playbook.header, as_of=None, period=None))
    with pytest.raises(ReportError) as caught:
        review.when(bare)
    assert ["review.no-day", "review.no-period"] == [finding.code for finding in caught.value.report]


def test_the_caller_wins_over_the_playbook():
    """Day and period can be given for one review."""
    playbook = review.demo_playbook()
    day, span = dt.date(2026, 6, 30), Period.parse("2026-Q2")
    assert (day, span) == review.when(playbook, as_of=day, period=span)


def test_without_a_method_contributions_are_left_out_and_said(tmp_path):
    """A choice that moves judgement is never made silently."""
    found = walked(spoilt(tmp_path, "playbook.yaml", "attribution: shapley", ""))
    assert "review.no-attribution" in [finding.code for finding in found.report]
    assert found.standing.attribution is None
    assert found.standing.scores is not None


@pytest.mark.parametrize(
    ("file", "old", "new", "broken"),
    [
        ("goals.yaml", "revenue: deals_closed * win_rate * deal_size", "revenue: revenue * win_rate", "goals"),
        ("raci.yaml", "{role: presales, to: director,", "{role: director, to: sales,", "raci"),
        ("plans/seller.yaml", "modifiers:", "modifiers:\n  - {of: pool, measure: commission.pay, join: product}", None),
    ],
)
def test_a_part_that_cannot_be_worked_out_stops_no_other(tmp_path, file, old, new, broken):
    """A circle in a formula or in a chart is found, and the other parts are reviewed."""
    folder = spoilt(tmp_path, file, old, new)
    playbook = review.read(folder).value
    if playbook is None:
        assert review.read(folder).report.errors
        return
    found = review.walk(playbook, review.gather(playbook, records()))
    assert broken is None or found.report.errors or found.report.warnings
    assert found.desk.allocation.decisions
    assert found.sections()


def test_a_negative_share_of_a_deal_pays_nobody(tmp_path):
    """A plan that splits a deal into less than nothing is refused, or its deals come back unpaid with the reason."""
    folder = spoilt(tmp_path, "plans/seller.yaml", "share: 15%", "share: -15%")
    playbook = review.read(folder).value
    if playbook is not None:
        found = review.walk(playbook, review.gather(playbook, records()))
        assert {"review.unpaid-rows", "review.part-refused"} & {finding.code for finding in found.report}
        assert found.desk.allocation.decisions


def test_a_circle_of_teams_is_found_and_the_review_goes_on(tmp_path):
    """Two teams that are each other's parent are told by name."""
    folder = copied(tmp_path)
    (folder / "team.yaml").write_text(
        "from: demo\nteams:\n  - {id: a, name: A, parent: b}\n  - {id: b, name: B, parent: a}\n", encoding="utf-8"
    )
    found = walked(folder)
    assert any("a" in f.what() and "b" in f.what() for f in found.report if f.code.startswith("people."))
    assert found.sections()


def test_two_people_of_one_id_are_found(tmp_path):
    """An id that two people share is told, not merged."""
    folder = copied(tmp_path)
    (folder / "team.yaml").write_text(
        "from: demo\npeople:\n  - {id: x, name: One}\n  - {id: x, name: Two}\n", encoding="utf-8"
    )
    found = walked(folder)
    assert any(finding.code.startswith("people.") for finding in found.report.errors)
    assert found.sections()


def test_a_team_from_a_source_that_is_not_there_is_found(tmp_path):
    """The name of the source is checked."""
    found = walked(spoilt(tmp_path, "team.yaml", "from: demo", "from: crm"))
    assert "review.no-such-source" in [finding.code for finding in found.report.errors]


def test_a_crossed_line_without_policy_is_told(tmp_path):
    """Somebody has to be named who asks why."""
    found = walked(spoilt(tmp_path, "whys.yaml", "{metric: task_completion,", "{metric: win_rate,"))
    assert "review.no-policy" in [finding.code for finding in found.report.warnings]


def test_deals_that_no_plan_pays_are_counted(tmp_path):
    """Money that somebody may wait for is told with its reason."""
    playbook = review.demo_playbook()
    facts = review.gather(playbook, records())
    orphan = attrs.evolve(facts.transactions.rows[0], payee=None)
    rows = (orphan, *facts.transactions.rows[1:])
    spoilt_facts = attrs.evolve(facts, transactions=attrs.evolve(facts.transactions, rows=rows))
    codes = [finding.code for finding in review.walk(playbook, spoilt_facts).report]
    assert "review.unpaid-rows" in codes


class Crashing(MemoryAdapter):
    """Fails while it reads deals."""

    def fetch(self, kind, *args, **options):
        if kind == "deal":
            raise RuntimeError("the wire was cut")
        return super().fetch(kind, *args, **options)


def test_an_adapter_that_crashes_while_reading_is_a_finding():
    """A plugin's failure is told, nothing of the kind is used, and the review goes on."""
    playbook = review.demo_playbook()
    source = review.connect(playbook, review.BUILT_IN)[0]
    broken = pull([Crashing(source.config, source="demo")])
    found = review.walk(playbook, review.gather(playbook, broken))
    assert "crm.adapter-crashed" in [finding.code for finding in found.report.errors]
    assert any("the wire was cut" in finding.what() for finding in found.report.errors)
    assert found.duties is not None


def test_an_adapter_that_cannot_be_made_is_a_finding():
    """A plugin that fails at the very start names itself."""

    class Failing(review.DemoAdapter):
        def __init__(self, config, *, source):
            raise RuntimeError("no licence")

    with pytest.raises(ReportError) as caught:
        review.connect(review.demo_playbook(), {"demo": Failing})
    assert ["crm.adapter-crashed"] == [finding.code for finding in caught.value.report]


@pytest.mark.parametrize("exists", [True, False])
def test_data_for_sources_without_a_root_is_refused(tmp_path, exists):
    """A folder that no source would read is a mistake of the caller."""
    data = tmp_path if exists else tmp_path / "nowhere"
    with pytest.raises(ReportError) as caught:
        review.connect(review.demo_playbook(), review.BUILT_IN, data=str(data))
    expected = ["review.no-root"] if exists else ["review.no-root", "review.no-data"]
    assert expected == [finding.code for finding in caught.value.report]


@pytest.mark.parametrize("part", ["stand", "look_up", "assign", "earn", "inquire"])
def test_a_part_that_is_refused_leaves_the_others_standing(monkeypatch, part):
    """Whatever part is refused, it is told, and the review of the rest is shown."""
    from salesteam.errors import InvalidValueError
    from salesteam.review import _walk

    def refuse(*_, **__):
        raise InvalidValueError("nothing fits", where="here", fix="mend it")

    monkeypatch.setattr(_walk, part, refuse)
    playbook = attrs.evolve(review.demo_playbook(), **({} if part == "earn" else {"incentives": None, "plans": ()}))
    found = review.walk(playbook, review.gather(playbook, records()))
    (told,) = [finding for finding in found.report.errors if finding.code == "review.part-refused"]
    assert "nothing fits (here): mend it" in told.what()
    gone = {"stand": "goals", "look_up": "raci", "assign": "leads", "earn": "incentives", "inquire": "whys"}[part]
    shown = {section.key for section in found.sections()}
    assert gone not in shown
    assert {"goals", "raci", "leads", "whys"} - {gone} <= shown
