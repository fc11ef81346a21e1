"""What the tests about the whole house look at."""

from __future__ import annotations

from pathlib import Path

import pytest

import salesteam


@pytest.fixture(scope="session")
def source() -> Path:
    """The folder of the package under test, installed or not."""
    return Path(salesteam.__file__).parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return Path(__file__).resolve().parent.parent.parent
