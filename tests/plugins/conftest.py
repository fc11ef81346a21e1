"""Small distributions that are really installed: a module and its metadata in a folder on the path."""

from __future__ import annotations

import importlib
import sys
import textwrap

import pytest

from salesteam import plugins

ADAPTER = """
import attrs
from salesteam.crm import Adapter, Capability, Schema, Verified
from salesteam.core import Report
from salesteam.plugins import hookimpl

@attrs.frozen(kw_only=True)
class Config:
    root: str
    pages: int = 1

class Sound(Adapter):
    name = "{adapter}"
    Config = Config
    verified = Verified(label="fake", against="nothing at all")
    def capabilities(self): return {{"deal": Capability(incremental="full", deletes="none")}}
    def check(self): return Report()
    def schema(self): return Schema()
    def fetch(self, kind, since, *, until, overlap, page_size): return iter(())
"""
HOOK = """
@hookimpl
def salesteam_register_adapters():
    return [{returned}]
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a plugin of some code, or of a sound adapter with more code after it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def install(name, code=None, *, adapter=None, more="", returned="Sound", points=None):
        if code is None:
            code = ADAPTER.format(adapter=adapter or name) + textwrap.dedent(more) + HOOK.format(returned=returned)
        (tmp_path / f"{name}_plugin.py").write_text(textwrap.dedent(code), encoding="utf-8")
        info = tmp_path / f"{name}_plugin-1.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-plugin\nVersion: 1.5\n", encoding="utf-8")
        text = f"[salesteam]\n{name} = {name}_plugin\n" if points is None else points
        (info / "entry_points.txt").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()

    yield install
    for module in set(sys.modules) - before:
        if module.endswith("_plugin"):
            del sys.modules[module]


@pytest.fixture
def loaded(monkeypatch):
    """Load everything that is installed, and find one plugin in it."""
    monkeypatch.delenv(plugins.BLOCK_SWITCH, raising=False)

    def loaded(name, **options):
        (found,) = (plugin for plugin in plugins.load(**options).plugins if plugin.name == name)
        return found

    return loaded
