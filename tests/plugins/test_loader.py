"""Plugins are loaded one by one; whatever one of them does, the others are there, and the reason is told."""

from __future__ import annotations

import pytest

from salesteam import plugins

BROKEN = {
    "raises on import": ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
    "imports what is not there": ("import no_such_library", "ModuleNotFoundError: No module named 'no_such_library'"),
    "is no Python": ("def (:", "SyntaxError: "),
    "leaves on import": ("import sys; sys.exit('bye')", "SystemExit: bye"),
    "registers nothing": ("", "it registers nothing: mark salesteam_register_adapters"),
    "implements an unknown hook": (
        "from salesteam.plugins import hookimpl\n@hookimpl\ndef salesteam_register_adaptors(): return []",
        "unknown hook 'salesteam_register_adaptors'",
    ),
    "asks for arguments": (
        "from salesteam.plugins import hookimpl\n@hookimpl\ndef salesteam_register_adapters(settings): return []",
        "{'settings'} are declared in the hookimpl but can not be found in the hookspec",
    ),
    "returns a class and no list": (
        "from salesteam.plugins import hookimpl\n@hookimpl\ndef salesteam_register_adapters(): return dict",
        "returned <class 'dict'>: return a list of classes",
    ),
    "fails in its hook": (
        "from salesteam.plugins import hookimpl\n@hookimpl\ndef salesteam_register_adapters(): return 1 / 0",
        "ZeroDivisionError: division by zero",
    ),
}

UNSOUND = {
    "no subclass": ("class Other: ...", "Other", "is no subclass of salesteam.crm.Adapter"),
    "no class": ("", "'Sound'", "'Sound' is no subclass of salesteam.crm.Adapter"),
    "missing methods": (
        "class Half(Adapter):\n    def check(self): ...\n    def schema(self): ...",
        "Half",
        "Half lacks capabilities, fetch",
    ),
    "missing attributes": (
        "class Bare(Adapter):\n    capabilities = check = schema = fetch = Sound.check",
        "Bare",
        "Bare lacks the class attribute name, Config, verified",
    ),
    "another interface": ("class New(Sound): api = 2", "New", "New is written for api 2, this library speaks api 1"),
    "blank name": ("class Blank(Sound): name = ' '", "Blank", "Blank.name is ' '"),
    "settings of no class": ("class Loose(Sound): Config = dict", "Loose", "Loose.Config is no attrs class"),
    "a label of its own": (
        "class Proud(Sound): verified = 'everything'",
        "Proud",
        "Proud.verified is no salesteam.crm.Verified",
    ),
    "one name twice": (
        "class Twin(Sound): ...",
        "Sound, Twin",
        "the adapter 'bad' is registered by the plugin bad already",
    ),
}


def test_a_sound_plugin_is_loaded(install, loaded):
    """Name, distribution, version and adapters are told."""
    install("good")
    plugin = loaded("good")
    assert ("good", "good-plugin", "1.5", "loaded", "") == (
        plugin.name, plugin.distribution, plugin.version, plugin.state, plugin.why
    )  # fmt: skip
    assert ["good"] == [adapter.name for adapter in plugin.adapters]


@pytest.mark.parametrize(("code", "why"), BROKEN.values(), ids=BROKEN)
def test_a_broken_plugin_fails_alone_and_says_why(install, loaded, code, why):
    """The plugin is listed as failed with its reason, and another one is loaded."""
    install("bad", code)
    install("good")
    assert ("failed", "loaded") == (loaded("bad").state, loaded("good").state)
    assert why in loaded("bad").why
    assert () == loaded("bad").adapters


@pytest.mark.parametrize(("more", "returned", "why"), UNSOUND.values(), ids=UNSOUND)
def test_an_unsound_adapter_fails_its_plugin(install, loaded, more, returned, why):
    """An adapter that could not be used is refused when it is loaded, not in the middle of a reading."""
    install("bad", more=more, returned=returned)
    assert "failed" == loaded("bad").state
    assert why in loaded("bad").why


def test_the_first_of_two_plugins_keeps_the_name_of_an_adapter(install, loaded):
    """Plugins are loaded in the order of their names; the second that claims a name fails, and names the first."""
    install("second", adapter="crm")
    install("first", adapter="crm")
    assert "loaded" == loaded("first").state
    assert "the adapter 'crm' is registered by the plugin first already" == loaded("second").why


def test_a_failed_plugin_keeps_no_name(install, loaded):
    """A plugin that failed does not stand in the way of another that has an adapter of the same name."""
    install("first", adapter="crm", more="class Half(Adapter): ...", returned="Sound, Half")
    install("second", adapter="crm")
    assert ("failed", "loaded") == (loaded("first").state, loaded("second").state)


def test_a_distribution_whose_entry_points_cannot_be_read_is_listed(install, loaded):
    """Metadata that is no metadata hides no other plugin."""
    install("odd", points="[salesteam]\nthis line has no sign\n")
    install("good")
    assert "loaded" == loaded("good").state
    assert loaded("odd-plugin").why.startswith("its entry points cannot be read: ")


def test_the_caller_can_block_a_plugin(install, loaded):
    """A blocked plugin is not even imported."""
    install("bad", "raise RuntimeError")
    assert ("blocked", "by the caller") == (
        loaded("bad", block=["bad"]).state,
        loaded("bad", block=["bad"]).why,
    )


@pytest.mark.parametrize("switch", ["good", "other, good ", "*"])
def test_the_environment_can_block_plugins(install, loaded, monkeypatch, switch):
    """The switch names plugins with commas between, or a star for all."""
    install("good")
    monkeypatch.setenv(plugins.BLOCK_SWITCH, switch)
    assert ("blocked", f"by {plugins.BLOCK_SWITCH}") == (loaded("good").state, loaded("good").why)


def test_an_environment_that_is_passed_is_the_one_that_counts(install, loaded, monkeypatch):
    """The process environment is looked at only if no other is given."""
    install("good")
    monkeypatch.setenv(plugins.BLOCK_SWITCH, "good")
    assert "loaded" == loaded("good", environment={}).state
    assert "blocked" == loaded("good", environment={plugins.BLOCK_SWITCH: "good"}).state


def test_loading_keeps_nothing(install, loaded):
    """A load is a value: the next one sees what is installed then."""
    before = plugins.load()
    install("good")
    assert "good" not in [plugin.name for plugin in before.plugins]
    assert "loaded" == loaded("good").state
    assert plugins.load() == plugins.load()
