"""A hook exists only if a real plugin uses it and a page explains it."""

from __future__ import annotations

import ast
import inspect

import pytest

from salesteam.plugins import Hooks

HOOKS = [name for name in vars(Hooks) if name.startswith("salesteam_")]


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_documented(hook, repository):
    """A hook has a docstring, and the page about writing plugins names it."""
    assert inspect.getdoc(getattr(Hooks, hook))
    assert hook in (repository / "docs" / "how-to" / "write-a-plugin.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_used_by_a_plugin(hook, repository):
    """A plugin of this repository implements the hook."""
    users = [
        file
        for file in repository.glob("plugins/*/src/*/__init__.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == hook
    ]
    assert users


@pytest.mark.parametrize("hook", HOOKS)
def test_hooks_take_no_arguments(hook):
    """A hook registers classes; behaviour is in the classes."""
    assert ["self"] == list(inspect.signature(getattr(Hooks, hook)).parameters)


def test_root_modules_of_plugins_hold_hooks_and_nothing_else(repository):
    """The module that an entry point names imports only the marker, so that listing plugins is quick."""
    for file in repository.glob("plugins/*/src/*/__init__.py"):
        body = ast.parse(file.read_text(encoding="utf-8")).body
        modules = [node.module for node in body if isinstance(node, ast.ImportFrom)]
        assert ["__future__", "typing", "salesteam.plugins"] == modules
