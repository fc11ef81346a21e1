"""What users do with the plugins that were loaded: list them, and make adapters."""

from __future__ import annotations

import json

import pytest

from salesteam import plugins
from salesteam.errors import InvalidValueError, PluginError, ReportError


@pytest.fixture
def found(install, monkeypatch):
    """A plugin that is loaded, one that failed and one that is blocked, and no other."""
    monkeypatch.setenv(plugins.BLOCK_SWITCH, "shut")
    install("good")
    install("bad", "raise RuntimeError('no licence')")
    install("shut")
    mine = {"good", "bad", "shut"}
    return plugins.Plugins(plugins=tuple(plugin for plugin in plugins.load().plugins if plugin.name in mine))


def test_the_list_has_a_row_for_each_adapter_and_for_each_plugin_without(found):
    """Frame and rows say the same: name, version, state, why, adapter, interface and what it was verified against."""
    rows = found.to_rows()
    assert [("bad", "failed", None), ("good", "loaded", "good"), ("shut", "blocked", None)] == [
        (row["name"], row["state"], row["adapter"]) for row in rows
    ]
    assert {"api": 1, "verified": "fake (nothing at all)", "version": "1.5"} == {
        name: rows[1][name] for name in ("api", "verified", "version")
    }
    assert "RuntimeError: no licence" == rows[0]["why"]
    frame = found.to_frame()
    assert list(rows[0]) == list(frame.columns)
    assert [row["state"] for row in rows] == list(frame["state"])


def test_the_list_is_json(found):
    """The rows can be written as JSON as they are."""
    assert found.to_rows() == json.loads(json.dumps(found.to_rows()))


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("loaded", "failed", "blocked", "fake")), ("zh", ("已加载", "加载失败", "已屏蔽", "仿真"))],
)
def test_the_list_is_shown_in_both_languages(found, lang, words):
    """Every state, label and reason can be read."""
    text = found.grid(lang).text(200)
    assert [] == [word for word in (*words, "no licence") if word not in text]
    assert "no licence" in found._repr_html_()


def test_a_plugin_explains_itself(found):
    """One line says what became of it and why."""
    assert "bad (bad-plugin 1.5): failed: RuntimeError: no licence" == found.explain("bad")
    assert "good (good-plugin 1.5): 已加载" == found.explain("good", "zh")
    with pytest.raises(PluginError, match="no plugin 'goo' is installed; installed are: bad, good, shut"):
        found.explain("goo")


def test_adapters_are_made_from_plain_settings(found, tmp_path):
    """Text, numbers and paths become the settings class; the source has its own name, or the adapter's."""
    adapter = found.adapter("good", source="east", root=tmp_path, pages=7)
    assert (str(tmp_path), 7, "east") == (adapter.config.root, adapter.config.pages, adapter.source)
    assert "good" == found.adapter("good", root="x").source


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, ["root"]),
        ({"rot": "x"}, ["rot", "root"]),
        ({"root": "x", "pages": "many"}, ["pages"]),
        ({"rot": "x", "pages": "many"}, ["rot", "root", "pages"]),
    ],
)
def test_settings_that_do_not_fit_are_told_all_at_once(found, settings, told):
    """Each finding names its key, and the adapter it was meant for."""
    with pytest.raises(ReportError) as caught:
        found.adapter("good", **settings)
    text = str(caught.value)
    assert "settings of good" in text
    assert [] == [key for key in told if key not in text]


def test_settings_that_no_file_could_hold_are_refused(found):
    """A binary number is not exact, so it is no setting."""
    with pytest.raises(InvalidValueError):
        found.adapter("good", root="x", pages=1.5)


def test_an_unknown_adapter_is_told_with_what_is_near_and_what_failed(found):
    """The message offers the nearest name, and says which plugins are missing and why."""
    with pytest.raises(PluginError, match=r"no adapter 'god' is installed; did you mean 'good'\?.*no licence"):
        found.adapter("god", root="x")
    with pytest.raises(PluginError, match="installed are good"):
        found.adapter_class("hubspot")
    assert "good" == found.adapter_class("good").name
