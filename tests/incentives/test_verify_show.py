"""How a verification shows itself: on a terminal, in a notebook, to a build server, to another program."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from tests.incentives.casing import judged, written
from typer.testing import CliRunner

from salesteam.cli._app import app
from salesteam.errors import NotFoundError

PASSES = "id: good\ntitle: as signed\nexpect: {total: 90}"
DIFFERS = "id: bad\nexpect: {total: 150}"
SKIPPED = "id: later\nskip: not signed yet\nexpect: {total: 1}"
UNREADABLE = "id: broken\nexpect: {totl: 1}"


def run(*words):
    """What the command prints, and its exit code."""
    result = CliRunner().invoke(app, ["verify", *map(str, words)], env={"COLUMNS": "80"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


@pytest.mark.parametrize(
    ("cases", "code"), [((PASSES, SKIPPED), 0), ((PASSES, DIFFERS), 1), ((DIFFERS, UNREADABLE), 2)]
)
def test_the_exit_code_says_how_it_ended(tmp_path, cases, code):
    """0 if all pass, 1 if one differs, 2 if one cannot be read."""
    assert code == run(written(tmp_path, cases)).exit_code


def test_a_file_that_is_not_there_ends_with_2(tmp_path):
    """With a message and no traceback."""
    result = run(tmp_path / "nowhere.yaml")
    assert 2 == result.exit_code
    assert "core.missing-file" in result.stdout


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_summary_fits_a_terminal(tmp_path, lang):
    """No line is wider than 80 columns; a path may be."""
    from salesteam.core._show._width import width_of

    result = run(written(tmp_path, [PASSES, DIFFERS, SKIPPED, UNREADABLE]), "--lang", lang)
    wide = [line for line in result.stdout.splitlines() if width_of(line) > 80 and str(tmp_path) not in line]
    assert [] == wide
    assert {
        "en": "4 cases: 1 pass, 1 differs, 1 unreadable, 1 skipped",
        "zh": "4 个案例：1 通过，1 不符，1 无法读取，1 跳过",
    }[lang] in result.stdout


def test_json_is_the_only_thing_on_standard_output(tmp_path):
    """Another program finds cases, differences, readings and places in it."""
    found = json.loads(run(written(tmp_path, [PASSES, DIFFERS]), "--json").stdout)
    assert (1, {"pass": 1, "differ": 1, "unreadable": 0, "skipped": 0}) == (found["exit_code"], found["counts"])
    (difference,) = found["cases"][1]["differences"]
    assert ("total", "150", "90", "-60") == tuple(difference[k] for k in ("key", "expected", "got", "difference"))
    assert difference["line"]
    assert difference["readings"]
    assert difference["explanation"]


def test_a_build_server_reads_the_result(tmp_path):
    """One test a case: a difference is a failure, what cannot be read an error, a skipped one skipped."""
    target = tmp_path / "out.xml"
    result = run(written(tmp_path, [PASSES, DIFFERS, SKIPPED, UNREADABLE]), "--junit", target)
    assert 2 == result.exit_code
    suite = ET.parse(target).getroot()
    assert ("4", "1", "1", "1") == tuple(suite.get(k) for k in ("tests", "failures", "errors", "skipped"))
    assert {"good": [], "bad": ["failure"], "later": ["skipped"], "broken": ["error"]} == {
        case.get("name"): [each.tag for each in case] for case in suite
    }


def test_a_result_that_cannot_be_written_is_told(tmp_path):
    """The verification is printed all the same."""
    result = run(written(tmp_path, [PASSES]), "--junit", tmp_path / "no" / "out.xml")
    assert 2 == result.exit_code
    assert "1 case: 1 pass" in result.stdout
    assert "out.xml" in result.stderr


def test_a_case_is_never_rewritten(tmp_path):
    """The file stays as it was, byte for byte."""
    path = written(tmp_path, [DIFFERS])
    before = path.read_bytes()
    run(path)
    assert before == path.read_bytes()


def test_a_file_that_breaks_xml_still_makes_xml(tmp_path):
    """Characters that XML cannot hold, and quotes, are dealt with."""
    found = judged(tmp_path, 'id: "a<b&\\"c\\u0007"\nexpect: {total: 1}')
    assert 'a<b&"c' == ET.fromstring(found.junit().encode())[0].get("name")


def test_a_verification_is_a_table_and_explains_itself(tmp_path):
    """For notebooks: a frame, a grid, and one case in words."""
    found = judged(tmp_path, PASSES, DIFFERS)
    frame = found.to_frame()
    assert [("good", "pass"), ("bad", "differ")] == list(zip(frame["case"], frame["status"], strict=True))
    assert "as signed" in found._repr_html_()
    assert "expected 150, got 90, difference -60" in found.explain("bad").text()
    assert "预期 150，得到 90，差额 -60" in found.explain("bad", lang="zh").text()
    with pytest.raises(NotFoundError, match="good"):
        found.explain("goood")


def test_progress_names_each_case(tmp_path):
    """A long run tells where it is."""
    from salesteam.incentives import verify

    told = []
    verify(written(tmp_path, [PASSES, DIFFERS]), progress=told.append)
    assert ["1/2 good", "2/2 bad"] == told
