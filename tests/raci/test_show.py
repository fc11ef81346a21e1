"""Charts to look at and to pass on."""

import attrs
import pytest

from salesteam import raci
from salesteam.errors import InvalidValueError, NotFoundError

TEXT = "活动,销售,售前支持,产品团队,售后团队\n客户方案设计,R,A,C,I\n合同评审,R,A/R,A,"


@pytest.fixture
def made(chart):
    """One sound activity and one with two A."""
    return chart(TEXT)


def test_matrix_fits_eighty_columns_and_shows_findings_in_the_margin(made):
    """A Chinese sign takes two columns."""
    text = raci.show(made).text("zh")
    assert "E1" in text
    assert "多头负责" in text
    assert "R 负责 · A 负责到底 + 审批 · C 咨询 · I 告知" in text
    wide = [sum(2 if ord(sign) > 0x2E80 else 1 for sign in line) for line in text.splitlines()]
    assert max(wide) <= 80


def test_marks_in_the_margin_lead_to_the_findings(made):
    """The row of an error has its mark, and the list below says what it means, worst first."""
    matrix = raci.show(made)
    row = next(row for row in matrix.grid().rows if row[0].text == "合同评审")
    listed = {row[0].text: row[1] for row in matrix.findings().rows}
    assert "E1" in row[-1].text.split()
    assert "more than 1 role answers for it" in listed["E1"]
    assert len(matrix.report) == len(listed)


def test_html_is_coloured_by_duty_and_by_finding(made):
    """Those who answer stand out, those who are told step back, the row with an error is marked."""
    html = raci.show(made).html("zh")
    for tone in ("st-strong", "st-good", "st-muted", "st-bad"):
        assert tone in html
    assert raci.show(made)._repr_html_() == made._repr_html_()


def test_cell_with_a_finding_is_marked(made):
    """R and A in one cell is a warning in that cell."""
    frame = raci.show(made).to_frame()
    cell = frame[(frame["activity"] == "合同评审") & (frame["role"] == "售前支持")]
    assert ["A/R"] == list(cell["letters"])
    assert "raci.doer-answers" in cell["findings"].iloc[0]
    assert {"activity", "role", "letters", "findings"} == set(frame.columns)


def test_graphs_carry_letters_and_names(made):
    """Mermaid and DOT of the same graph."""
    diagram = raci.show(made).diagram("zh")
    assert "客户方案设计" in diagram.mermaid()
    assert diagram.mermaid().startswith("flowchart LR")
    assert "digraph" in diagram.dot()


def test_chart_without_a_day_is_shown_as_of_its_latest_change(made, day):
    """And the title says which day that is."""
    cells = tuple(attrs.evolve(cell, start=day) for cell in made.assignments)
    dated = attrs.evolve(made, assignments=cells)
    assert day == raci.show(dated).day == dated.latest_change()
    assert str(day) in str(raci.show(dated))
    assert made.latest_change() is None


def test_explain_asks_who_does_it_and_who_answers_for_it(made, holds):
    """Both questions stand there even if nobody is the answer, and the reading of A is named."""
    staffed = attrs.evolve(made, holdings=holds("li 销售"))
    english, chinese = str(staffed.explain("客户方案设计")), str(staffed.explain("客户方案设计", "zh"))
    assert "Who does it?" in english
    assert "Who answers for it?" in english
    assert "谁负责到底？" in chinese
    assert "字母体系 raci" in chinese
    assert "li" in chinese
    empty = attrs.evolve(made, assignments=())
    assert "无人" in str(raci.show(empty, lang="zh").explain("合同评审", "zh"))


def test_frame_of_a_chart_has_a_row_for_each_duty(made):
    """Documented columns; approvals as they are read."""
    frame = made.to_frame()
    assert ["activity", "role", "person", "duty", "letter", "approves", "start", "end"] == list(frame.columns)
    first = frame[(frame["activity"] == "客户方案设计") & (frame["role"] == "售前支持")]
    assert [("answers", "A", True)] == list(zip(first["duty"], first["letter"], first["approves"], strict=True))


@pytest.mark.parametrize("form", ["text", "html", "mermaid", "dot"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_render_draws_every_picture_in_both_languages(made, form, lang):
    """A text that is not empty."""
    assert raci.render(made, format=form, lang=lang)


def test_markdown_for_people_has_the_findings(made):
    """The one that reads back has not."""
    assert "Who wins a disagreement?" in raci.show(made).markdown()
    assert "Who wins a disagreement?" not in raci.render(made, format="markdown")


def test_open_or_unknown_formats_are_refused(made):
    """With the options."""
    with pytest.raises(InvalidValueError, match="reads back as an equal chart"):
        raci.render(made)
    with pytest.raises(NotFoundError, match="did you mean 'markdown'"):
        raci.render(made, format="markdwn")


def test_empty_chart_shows_itself(chart):
    """Nothing in it is no reason to fail."""
    empty = chart("活动,销售")
    assert empty._repr_html_()
    assert raci.render(attrs.evolve(empty, roles=()), format="text")
