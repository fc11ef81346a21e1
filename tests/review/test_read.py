"""Reading a playbook: every problem comes back as a finding, with its file and line, all of them at once."""

from __future__ import annotations

import pytest
from tests.review.world import LANGS, codes, copied, spoilt

from salesteam import review
from salesteam.errors import ReportError


def test_the_demonstration_and_the_starter_read_without_any_finding(tmp_path):
    """What the library ships holds no mistake of its own."""
    review.init(tmp_path / "starter")
    folders = [review.demo_folder(lang) for lang in LANGS] + [tmp_path / "starter"]
    assert [[], [], []] == [list(review.read(folder).report) for folder in folders]


def test_the_demonstration_is_the_same_company_in_both_languages():
    """Only words differ between the two playbooks, never a figure."""
    english, chinese = (review.demo_playbook(lang) for lang in LANGS)
    assert [seat.capacity for seat in english.leads.seats] == [seat.capacity for seat in chinese.leads.seats]
    assert english.goals.cascade == chinese.goals.cascade
    assert [rule.below for rule in english.goals.thresholds] == [rule.below for rule in chinese.goals.thresholds]
    assert [part.tiers for part in english.plans[0].components.values()] == [
        part.tiers for part in chinese.plans[0].components.values()
    ]


def test_a_missing_folder_is_one_finding(tmp_path):
    """A wrong path says so, and how to make a playbook."""
    report = review.read(tmp_path / "nowhere").report
    assert ["review.no-playbook"] == [finding.code for finding in report]
    assert "salesteam init" in report.findings[0].fix()


def test_a_folder_without_playbook_yaml_names_the_missing_file(tmp_path):
    """The one file that must be there is asked for by name."""
    folder = copied(tmp_path)
    (folder / "playbook.yaml").unlink()
    (found,) = review.read(folder).report.errors
    assert ("core.missing-file", str(folder / "playbook.yaml")) == (found.code, found.place.file)


def test_a_broken_line_of_yaml_is_found_at_its_line(tmp_path):
    """Of a file that is no YAML, the line is named where it stops to be."""
    folder = spoilt(tmp_path, "leads.yaml", "  id: inbound\n", "  id: [inbound\n")
    found = review.read(folder).report.errors[0]
    assert "core.broken-yaml" == found.code
    assert found.place.file.endswith("leads.yaml")
    assert found.place.line is not None


@pytest.mark.parametrize(
    "file", ["playbook", "team", "sources", "goals", "raci", "leads", "incentives", "whys", "plans/seller"]
)
def test_an_unknown_key_is_refused_in_every_file(tmp_path, file):
    """A misspelt key is never left out silently."""
    folder = copied(tmp_path)
    path = folder / f"{file}.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nnonsense_key: 1\n", encoding="utf-8")
    report = review.read(folder).report
    assert not report.ok
    assert any("nonsense_key" in finding.text() for finding in report.errors)
    assert any("nonsense_key" in finding.text("zh") for finding in report.errors)
    assert review.read(folder).value is None


def test_an_unknown_key_is_told_with_the_nearest_one(tmp_path):
    """The message says what was probably meant."""
    folder = spoilt(tmp_path, "playbook.yaml", "currency: CNY", "curency: CNY")
    assert any("currency" in finding.fix() for finding in review.read(folder).report if finding.place.key == "curency")


def test_the_problems_of_all_files_come_at_once(tmp_path):
    """Nobody has to mend one file to learn of the mistakes in the next."""
    folder = spoilt(tmp_path, "playbook.yaml", "zone: Asia/Shanghai", "zone: Asia/Nowhere")
    for file, old, new in (
        ("sources.yaml", "booked_on: closed_on", "booked_on: someday"),
        ("goals.yaml", "total: 50000000", "total: many"),
        ("whys.yaml", "min_grade: C", "min_grade: Z"),
    ):
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    files = {finding.place.file.rpartition("/")[2] for finding in review.read(folder).report.errors}
    assert {"playbook.yaml", "sources.yaml", "goals.yaml", "whys.yaml"} == files


def test_a_plan_file_that_is_not_there_is_named(tmp_path):
    """A path in incentives.yaml that leads to nothing is an error at that path."""
    folder = spoilt(tmp_path, "incentives.yaml", "plans/seller.yaml", "plans/sellers.yaml")
    (found,) = review.read(folder).report.errors
    assert ("core.missing-file", True) == (found.code, found.place.file.endswith("plans/sellers.yaml"))


def test_a_plan_outside_of_the_playbook_is_refused(tmp_path):
    """A playbook holds all that decides on its money."""
    (tmp_path / "seller.yaml").write_text("format: salesteam-plan/1\n", encoding="utf-8")
    folder = spoilt(tmp_path, "incentives.yaml", "plans/seller.yaml", "../seller.yaml")
    assert ["review.file-outside"] == codes(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("playbook.yaml", "as_of: 2026-09-30", "as_of: 30.9.2026", "core.wrong-value"),
        ("playbook.yaml", "period: 2026-Q3", "period: 2026-Q9", "core.wrong-value"),
        ("playbook.yaml", "currency: CNY", "currency: XXY", "core.refused-value"),
        ("playbook.yaml", "calendar: cn", "calendar: moon", "core.refused-value"),
        ("playbook.yaml", "attribution: shapley", "attribution: guess", "core.refused-value"),
        ("playbook.yaml", "format: salesteam-playbook/1", "format: salesteam-playbook/9", "core.refused-value"),
        ("sources.yaml", "adapter: demo", "adapter: demoo", "review.unknown-adapter"),
        ("sources.yaml", "seed: 42", "sed: 42", "core.unknown-key"),
        ("sources.yaml", "booked_on: closed_on", "booked_on: closed_on\nkeep_raw: some", "core.unknown-option"),
        ("leads.yaml", "weight: 2", "weight: -2", "core.refused-value"),
    ],
)
def test_a_value_that_cannot_be_is_found_at_its_line(tmp_path, file, old, new, code):
    """Dates, periods, currencies, shares and names of adapters are checked where they are written."""
    found = next(f for f in review.read(spoilt(tmp_path, file, old, new)).report.errors if f.code == code)
    assert found.place.file.endswith(file)
    assert found.place.line is not None


def test_two_sources_of_one_name_are_refused(tmp_path):
    """Records are named after their source."""
    folder = spoilt(
        tmp_path, "sources.yaml", "sources:\n", "sources:\n  - {name: demo, adapter: demo, settings: {seed: 1}}\n"
    )
    assert ["core.refused-value"] == codes(folder)


def test_a_source_without_its_settings_asks_for_them(tmp_path):
    """What an adapter needs is asked for by name."""
    folder = copied(tmp_path)
    (folder / "sources.yaml").write_text(
        "booked_on: closed_on\nsources:\n  - {name: demo, adapter: demo}\n", encoding="utf-8"
    )
    assert ["core.missing-key"] == codes(folder)


def test_a_file_of_a_misspelt_name_is_noticed(tmp_path):
    """Nothing that lies in the folder is passed over silently."""
    folder = copied(tmp_path)
    (folder / "goals.yaml").rename(folder / "goal.yaml")
    assert ["review.unread-file"] == codes(folder)


def test_load_raises_with_every_finding(tmp_path):
    """A caller who wants the playbook or nothing gets one error that holds them all."""
    folder = spoilt(tmp_path, "playbook.yaml", "currency: CNY", "curency: CNY")
    with pytest.raises(ReportError) as caught:
        review.load(folder)
    assert set(codes(folder)) <= {finding.code for finding in caught.value.report}


def test_init_refuses_a_folder_that_is_not_empty(tmp_path):
    """Nobody's files are overwritten."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ReportError) as caught:
        review.init(tmp_path)
    assert ["review.not-empty"] == [finding.code for finding in caught.value.report]


def test_every_part_of_the_starter_has_its_file(tmp_path):
    """The starter shows all that a playbook may have."""
    review.init(tmp_path)
    assert () == review.load(tmp_path).missing
