"""The command line: what it prints, what it writes, how it ends; never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest
from tests.review.world import LANGS, copied, spoilt
from typer.testing import CliRunner

from salesteam import plugins, review
from salesteam.cli._app import app
from salesteam.plugins import Plugin, Plugins


def run(*words):
    """What a command prints, and its exit code."""
    result = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "80"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def quick(folder, lang="en"):
    """A playbook that is reviewed at once: the header and the chart alone."""
    target = folder / "quick"
    target.mkdir()
    for name in ("playbook.yaml", "raci.yaml"):
        shutil.copy(review.demo_folder(lang) / name, target / name)
    return target


def test_demo_writes_a_page_and_prints_a_summary(tmp_path):
    """One command shows what the library does."""
    result = run("demo", "--out", tmp_path / "out")
    assert 0 == result.exit_code
    assert "At a glance" in result.stdout
    assert (tmp_path / "out" / "review.html").is_file()
    assert f"wrote {tmp_path / 'out' / 'review.html'}" in result.stderr


@pytest.mark.parametrize("lang", LANGS)
def test_review_prints_in_the_language_asked_for(tmp_path, lang):
    """The whole text is in one language."""
    result = run("review", quick(tmp_path, lang), "--lang", lang)
    assert 0 == result.exit_code
    assert {"en": "1. At a glance", "zh": "1. 一览"}[lang] in result.stdout


def test_json_is_the_only_thing_on_standard_output(tmp_path):
    """What another program reads is not mixed with what a person reads."""
    result = run("review", quick(tmp_path), "--json", "--out", tmp_path / "out", "--period", "2026-Q2")
    assert "2026-Q2" == json.loads(result.stdout)["period"]


def test_init_then_review_ends_well(tmp_path):
    """The starter reviews cleanly as it is."""
    first = run("init", tmp_path / "mine")
    assert 0 == first.exit_code
    assert f"now run: salesteam review {tmp_path / 'mine'}" in first.stdout
    assert 0 == run("review", tmp_path / "mine", "--out", tmp_path / "out").exit_code
    again = run("init", tmp_path / "mine", "--lang", "zh")
    assert (1, True) == (again.exit_code, "不是空文件夹" in again.stderr)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--as-of", "yesterday"], "review.wrong-day"),
        (["--as-of", "0001-01-01"], "review.wrong-day"),
        (["--period", "2026-Q5"], "review.wrong-period"),
        (["--period", "soon"], "review.wrong-period"),
        (["--period", "2027-Q1"], "review.period-ahead"),
        (["--data", "no-such-folder"], "review.no-data"),
        (["--data", "."], "review.no-root"),
    ],
)
@pytest.mark.parametrize("lang", LANGS)
def test_a_wrong_argument_is_a_finding_and_exit_code_1(tmp_path, options, code, lang):
    """Each says what is wrong and what to do, in the language asked for."""
    result = run("review", quick(tmp_path), "--lang", lang, *options)
    assert (1, "") == (result.exit_code, result.stdout)
    assert code in result.stderr


def test_a_folder_of_somebody_else_is_refused_before_the_work(tmp_path):
    """Nothing is read when the result could not be written."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    result = run("review", quick(tmp_path), "--out", tmp_path)
    assert (1, True, "") == (result.exit_code, "core.out-foreign" in result.stderr, result.stdout)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    """A path below a file cannot be written."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    result = run("review", quick(tmp_path), "--out", tmp_path / "file" / "out")
    assert (1, True) == (result.exit_code, "core.out-unwritable" in result.stderr)


def test_all_problems_of_arguments_and_playbook_come_at_once(tmp_path):
    """Nobody has to run it five times to learn of five mistakes."""
    folder = spoilt(tmp_path, "goals.yaml", "total: 50000000", "total: many")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    result = run("review", folder, "--as-of", "x", "--period", "y", "--out", tmp_path)
    assert 1 == result.exit_code
    for code in ("core.wrong-value", "review.wrong-day", "review.wrong-period", "core.out-foreign"):
        assert code in result.stderr


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("folder", ["nowhere", "empty", "broken"])
def test_a_playbook_that_cannot_be_read_is_a_finding(tmp_path, folder, lang):
    """A missing folder, a missing file, a broken line."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "playbook.yaml").write_text("name: [\n", encoding="utf-8")
    result = run("review", tmp_path / folder, "--lang", lang)
    assert (1, "") == (result.exit_code, result.stdout)
    assert {"en": "error", "zh": "错误"}[lang] in result.stderr


def test_a_finding_that_is_an_error_ends_with_exit_code_1_and_still_shows_the_review(tmp_path):
    """A broken chart does not hide the rest, and a script notices."""
    folder = quick(tmp_path)
    path = folder / "raci.yaml"
    text = path.read_text(encoding="utf-8").replace("role: presales, letters: [A]", "role: presales, letters: [C]")
    path.write_text(text, encoding="utf-8")
    result = run("review", folder)
    assert (1, True) == (result.exit_code, "Findings" in result.stdout)
    assert "errors" in result.stderr


def broken_plugins():
    """The socket with one plugin that raised on import."""
    why = "ModuleNotFoundError: No module named 'left_pad'"
    return Plugins(plugins=(Plugin(name="x", distribution="salesteam-x", version="1", state="failed", why=why),))


@pytest.mark.parametrize("lang", LANGS)
def test_a_plugin_that_raises_on_import_is_told_with_its_reason(tmp_path, monkeypatch, lang):
    """It takes nothing down, and where its adapter is missed, both are told."""
    monkeypatch.setattr(plugins, "load", broken_plugins)
    fine = run("review", quick(tmp_path), "--lang", lang)
    assert (0, True) == (fine.exit_code, "left_pad" in fine.stdout.replace("\n", "") or "salesteam-x" in fine.stdout)
    folder = copied(tmp_path)
    path = folder / "sources.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("adapter: demo", "adapter: x"), encoding="utf-8")
    missed = run("review", folder, "--lang", lang)
    assert 1 == missed.exit_code
    assert "review.unknown-adapter" in missed.stderr
    assert "left_pad" in missed.stderr
    assert "failed" in run("plugins", "--json").stdout


def test_a_real_entry_point_that_fails_is_listed():
    """The loader isolates the failure, and the listing shows it."""
    point = EntryPoint(name="x", value="no_such_module_of_anybody", group="salesteam")
    (found,) = plugins.load(entry_points=[point]).plugins
    assert "failed" == found.state


def test_a_failure_of_the_library_itself_is_a_message(tmp_path, monkeypatch):
    """Even a bug shows no traceback, unless it is asked for."""

    def boom(*_, **__):
        raise RuntimeError("boom")

    monkeypatch.setattr(review, "walk", boom)
    result = run("review", quick(tmp_path))
    assert (1, True) == (result.exit_code, "boom" in result.stderr)
    monkeypatch.setenv("SALESTEAM_TRACEBACK", "1")
    shown = CliRunner().invoke(app, ["review", str(tmp_path / "quick")])
    assert isinstance(shown.exception, RuntimeError)


def test_a_missing_extra_is_named(tmp_path, monkeypatch):
    """Without the page's libraries the message says what to install."""
    from salesteam import report

    def missing(*_, **__):
        raise ModuleNotFoundError("No module named 'altair'", name="altair")

    monkeypatch.setattr(report, "write", missing)
    result = run("review", quick(tmp_path), "--out", tmp_path / "out")
    assert (1, True) == (result.exit_code, "salesteam[report]" in result.stderr)


def test_the_version_is_printed():
    """It is the version of the package."""
    import salesteam

    assert f"salesteam {salesteam.__version__}" == run("--version").stdout.strip()


@pytest.mark.parametrize("lang", LANGS)
def test_plugins_are_listed_even_if_there_is_none(monkeypatch, lang):
    """An empty listing says so."""
    monkeypatch.setattr(plugins, "load", lambda: Plugins(plugins=()))
    assert "demo" in run("plugins", "--lang", lang).stdout
    monkeypatch.setattr(plugins, "load", broken_plugins)
    assert "salesteam-x" in run("plugins", "--lang", lang).stdout


def test_the_command_works_in_a_process_of_its_own(tmp_path):
    """From the shell: Chinese text on a pipe, exit code 1, no traceback."""
    code = "from salesteam.cli import main; main()"
    words = [sys.executable, "-c", code, "review", str(tmp_path / "nowhere"), "--lang", "zh"]
    done = subprocess.run(
        words, check=False, capture_output=True, text=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}
    )
    assert (1, "") == (done.returncode, done.stdout)
    assert "不是方案文件夹" in done.stderr
    assert "Traceback" not in done.stderr
