"""What an import costs, and what it loads, each time in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = (
    "altair",
    "attr",
    "cattrs",
    "duckdb",
    "httpx",
    "jinja2",
    "narwhals",
    "networkx",
    "numpy",
    "pandas",
    "phonenumbers",
    "pluggy",
    "polars",
    "pyarrow",
    "rich",
    "ruamel",
    "typer",
)
SUBJECTS = ("goals", "raci", "leads", "incentives", "whys")


def fresh(code: str) -> str:
    """What a new Python process prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


def loaded(module: str) -> set[str]:
    """The top-level packages that the import of a module loads."""
    code = f"import sys, json; import {module}; print(json.dumps(sorted(n for n in sys.modules if '.' not in n)))"
    return set(json.loads(fresh(code)))


def seconds(module: str) -> float:
    """What the import of a module takes inside a new process."""
    return float(
        fresh(f"import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)")
    )


def test_the_package_loads_nothing_heavy():
    """The import of salesteam loads no library at all."""
    assert set() == loaded("salesteam") & set(HEAVY)


@pytest.mark.parametrize("module", ["core", "crm", "plugins", *SUBJECTS, "review"])
def test_no_package_loads_a_dataframe_or_graph_library(module):
    """Dataframes and graphs are loaded when a verb needs them, never by an import."""
    heavy = {
        "narwhals",
        "networkx",
        "numpy",
        "pandas",
        "polars",
        "pyarrow",
        "duckdb",
        "altair",
        "httpx",
        "phonenumbers",
    }
    assert set() == loaded(f"salesteam.{module}") & heavy


@pytest.mark.parametrize("module", [*SUBJECTS, "crm"])
def test_subjects_and_the_port_load_no_plugin_machinery(module):
    """Who computes pay needs no plugins, no terminal and no page."""
    assert set() == loaded(f"salesteam.{module}") & {"pluggy", "typer", "rich", "jinja2"}


def test_the_package_costs_a_tenth_of_pandas():
    """The import of salesteam takes at most 0.1 of the import of pandas, the best of five fresh processes each."""
    ours, theirs = zip(*((seconds("salesteam"), seconds("pandas")) for _ in range(5)), strict=True)
    assert min(ours) <= 0.1 * min(theirs)


def test_everyday_names_come_from_the_package():
    """The names of every day are those of the core, loaded at their first use."""
    code = "import salesteam, salesteam.core as core; print(salesteam.Money is core.Money)"
    assert "True" == fresh(code).strip()
