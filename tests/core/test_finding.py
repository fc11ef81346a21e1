"""Problems are values: a code, a place, and texts in two languages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesteam.core import ACTORS, Place, Report, Severity, catalogue, find
from salesteam.errors import InvalidValueError, NotFoundError, ReportError

CODES = sorted(catalogue())


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_both_languages_and_the_same_placeholders(code):
    """A code tells what, question and fix in English and Chinese, of the same facts, and names who acts."""
    entry = catalogue()[code]
    assert {"en", "zh"} == set(entry.texts)
    assert {"what", "question", "fix"} == set(entry.texts["en"]) == set(entry.texts["zh"])
    assert all(text.strip() for texts in entry.texts.values() for text in texts.values())
    assert entry.acts in ACTORS
    values = dict.fromkeys(entry.names, "x")
    finding = find(code, **values)
    for lang in ("en", "zh"):
        assert finding.what(lang)
        assert "{" not in finding.text(lang)
    from string import Formatter

    for part in ("what",):
        names = [
            {name for _, name, _, _ in Formatter().parse(entry.texts[lang][part]) if name} for lang in ("en", "zh")
        ]
        assert names[0] == names[1], f"{code}: the two languages name other facts"


@pytest.mark.parametrize("code", CODES)
def test_codes_have_the_form_that_the_house_uses(code):
    """Codes are subject.kebab-name."""
    subject, _, name = code.partition(".")
    assert subject.isidentifier()
    assert name == name.lower()
    assert "_" not in name
    assert name.replace("-", "").isalnum()


@pytest.mark.parametrize("code", CODES)
def test_chinese_texts_are_chinese(code):
    """Each Chinese text holds Chinese characters, unless it is nothing but a bilingual value."""
    for text in catalogue()[code].texts["zh"].values():
        own = re.sub(r"\{\w+\}", "", text)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in own) or not any(map(str.isalnum, own)), text


def test_an_unknown_code_names_the_nearest():
    """A mistake in a code is a mistake of the caller."""
    with pytest.raises(NotFoundError, match=r"crm\.bad-cell"):
        find("crm.bad-cel")


def test_a_missing_placeholder_is_named():
    """A finding cannot be made with a hole in its text."""
    with pytest.raises(InvalidValueError, match="needs a value for path"):
        find("core.missing-file")


def test_places_tell_file_table_and_key():
    """A place reads from the coarse to the fine, in both languages."""
    assert "goals.yaml:3:5 cycle.start" == Place(file="goals.yaml", line=3, column=5, key="cycle.start").text()
    assert "deals row 0 amount" == Place(table="deals", row=0, field="amount").text()
    assert "deals 第 0 行 amount" == Place(table="deals", row=0, field="amount").text("zh")
    assert "" == Place().text()


def _any(severity):
    return find("core.missing-file", severity=severity, path="x")


@given(st.lists(st.sampled_from(Severity), max_size=12), st.lists(st.sampled_from(Severity), max_size=12))
def test_reports_add_up_and_lose_nothing(first, second):
    """Adding reports keeps every finding in order; worst first only reorders."""
    left, right = Report(map(_any, first)), Report(map(_any, second))
    both = left + right
    assert [*left, *right] == list(both)
    assert len(both) == len(both.errors) + len(both.warnings) + len(both.notes)
    assert sorted(finding.severity.rank for finding in both) == [f.severity.rank for f in both.worst_first()]
    assert both.ok == (Severity.ERROR not in {*first, *second})


def test_errors_raise_with_the_whole_report():
    """Raising carries all findings, and a report without errors returns itself."""
    note, error = _any(Severity.NOTE), _any(Severity.ERROR)
    with pytest.raises(ReportError) as caught:
        Report.of(note, error).raise_for_errors()
    assert {note, error} == set(caught.value.report)
    assert Report.of(note) == Report.of(note).raise_for_errors()


def test_a_report_is_true_even_when_empty():
    """A report is a value that is there; its length says whether it holds anything."""
    assert Report()
    assert 0 == len(Report())


def test_a_report_shows_itself():
    """As text, as HTML and as a frame, in both languages."""
    report = Report.of(find("core.missing-file", Place(key="team"), path="<team>.yaml"))
    assert "core.missing-file [team]" in report.text()
    assert "错误" in report.text("zh")
    assert "&lt;team&gt;" in report._repr_html_()
    frame = report.to_frame("zh")
    assert ["error"] == list(frame["severity"])
    assert "team" == frame["key"][0]
    assert {"core.missing-file"} == set(report.by_code)


def test_another_language_is_refused():
    """Texts exist in two languages; a third is the caller's mistake."""
    with pytest.raises(InvalidValueError, match="language"):
        find("core.missing-file", path="x").what("fr")


def test_many_findings_of_a_code_are_told_as_one():
    """Of more than ten alike a reader sees how many, and where the first three are; the report itself keeps all."""
    report = Report(find("core.missing-file", Place(key=f"p{n}"), path=f"{n}.yaml") for n in range(12))
    assert 12 == len(report)
    assert report.text().startswith("error core.missing-file × 12 [p0; p1; p2 …]: such as: ")
    assert 2 == len(report.text("zh").split("\n"))
    assert 1 == len(report.grid().rows)
    assert 10 == len(Report(report.findings[:10]).grid().rows)
