"""What all tests share: the data beside the repository, and how hard hypothesis looks."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_SWITCH = "SALESTEAM_SHARED"
PROFILE_SWITCH = "SALESTEAM_HYPOTHESIS"

TOGETHER = frozenset(
    {
        "tests/house/test_findings.py",
        "tests/incentives/test_named.py",
        "tests/incentives/test_verify_cases.py",
        "tests/testing/test_planted.py",
        "tests/testing/test_planted_http.py",
    }
)
"""Files whose tests share what takes long to make, so that it is made once, whatever the number of workers."""

UNMEASURED = frozenset(
    {
        "tests/cli/test_sync.py",
        "tests/core/test_window.py",
        "tests/crm/test_store_facts.py",
        "tests/crm/test_sync_kills.py",
        "tests/house/test_findings.py",
        "tests/incentives/test_check_proofs.py",
        "tests/incentives/test_columns.py",
        "tests/incentives/test_engines.py",
        "tests/incentives/test_frames.py",
        "tests/incentives/test_named.py",
        "tests/report/test_page.py",
        "tests/review/test_mutations.py",
        "tests/review/test_quality.py",
        "tests/review/test_read.py",
        "tests/review/test_walk.py",
    }
)
"""Files that walk through the same large parts of the library over and over, where others have been before them."""

settings.register_profile("dev", max_examples=30, deadline=None)
settings.register_profile(
    "ci",
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get(PROFILE_SWITCH, "ci" if os.environ.get("CI") else "dev"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give the tests of a file of `TOGETHER` to one worker, those files first, and all others one by one.

    The marks of pytest-xdist would say so where a file is, but they are without effect from pytest 9.2 on.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file in TOGETHER else nodeid

    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """Run laws, and the files of `UNMEASURED`, without the measure of coverage, which more than doubles their time.

    So the plain examples alone must reach each line. The mark of pytest-cov says the same, but does nothing in the
    workers of pytest-xdist, where it stops one of two measures.
    """
    if not item.get_closest_marker("hypothesis") and item.nodeid.partition("::")[0] not in UNMEASURED:
        return (yield)
    traced, traced_in_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(traced)
        threading.settrace(traced_in_threads)


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Find a file or folder of the data that lives outside the repository, or skip the test with the reason.

    The folder is named by the environment variable SALESTEAM_SHARED, else it is ``../shared`` beside the repository.
    """

    def find(path: str) -> Path:
        folder = Path(os.environ.get(SHARED_SWITCH) or REPOSITORY.parent / "shared")
        found = folder / path
        if not found.exists():
            pytest.skip(f"{found} is not there; set {SHARED_SWITCH} to the folder that holds {path}")
        return found

    return find
