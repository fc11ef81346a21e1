"""The part of the contract on hygiene: secrets, closing, and what an import costs."""

from __future__ import annotations

import logging
import subprocess
import sys
from contextlib import suppress
from functools import cache

import pytest

from salesteam.crm import Adapter, Cursor
from salesteam.errors import AdapterError
from salesteam.testing._harness import Harness
from salesteam.testing._read import read_all

__all__ = ["HEAVY", "Hygiene"]

HEAVY = ("pandas", "numpy", "networkx", "narwhals", "httpx", "pyarrow", "openpyxl", "polars", "duckdb")
"""What the root module of a plugin must not import."""


class Hygiene:
    """Nothing leaks, nothing stays open, nothing heavy is loaded early."""

    def test_no_secret_shows(self, harness: Harness, adapter: Adapter, caplog: pytest.LogCaptureFixture) -> None:
        """No secret is in a repr, a log line, a check, a schema, a record, a reject or an error."""
        if not harness.secrets:
            pytest.skip(f"{type(harness).__name__} names no secrets")
        with caplog.at_level(logging.DEBUG):
            for kind in harness.kinds():
                harness.create(kind, 1)
                with suppress(pytest.skip.Exception):  # where there are no bad rows, none is shown
                    harness.inject(kind)
            shown = [repr(adapter), repr(adapter.config), repr(adapter.schema()), adapter.check().text()]
            for kind in harness.kinds():
                shown.append(repr(read_all(adapter, kind)))
                try:
                    read_all(adapter, kind, since=Cursor.of(999_999, "strange"))
                except (ValueError, AdapterError) as error:
                    shown += [str(error), repr(error)]
        leaks = [secret for secret in harness.secrets if any(secret in text for text in (*shown, caplog.text))]
        assert ["a secret of " + str(len(secret)) + " characters" for secret in leaks] == []

    def test_closing_twice_is_safe(self, harness: Harness) -> None:
        """An adapter may be closed again."""
        adapter = harness.adapter()
        adapter.close()
        adapter.close()

    def test_the_root_module_is_light(self, harness: Harness) -> None:
        """Importing the plugin's root module loads no heavy library: hooks are found at every start."""
        assert _heavy_of(type(harness.adapter()).__module__.partition(".")[0]) == ()


@cache
def _heavy_of(root: str) -> tuple[str, ...]:
    """The heavy libraries that a new process loads when it imports a module."""
    code = f"import sys, {root}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 -- our own interpreter and code
    assert done.returncode == 0, done.stderr
    return tuple(done.stdout.split())
