"""The contract of an adapter, as tests that a plugin's own tests inherit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from salesteam.crm import Adapter
from salesteam.testing._contract_cursor import Cursors
from salesteam.testing._contract_gone import Gone
from salesteam.testing._contract_hygiene import Hygiene
from salesteam.testing._contract_reading import Reading
from salesteam.testing._contract_writing import Writing
from salesteam.testing._harness import Harness

__all__ = ["AdapterContract"]


class AdapterContract(Reading, Cursors, Gone, Writing, Hygiene):
    """What every adapter must do; subclass it in a plugin's tests and give it one fixture.

    Tests of what the server cannot do, or the capabilities do not claim, are skipped with the reason.

    Examples
    --------
    >>> import pytest
    >>> from salesteam.testing import MemoryHarness
    >>> class TestMemory(AdapterContract):
    ...     @pytest.fixture
    ...     def harness(self):
    ...         return MemoryHarness()
    """

    @pytest.fixture
    def harness(self) -> Harness:
        """The server under test; every subclass gives its own."""
        pytest.fail("give the fixture 'harness': it returns a salesteam.testing.Harness")

    @pytest.fixture
    def adapter(self, harness: Harness) -> Iterator[Adapter]:
        """An adapter that is closed at the end."""
        adapter = harness.adapter()
        yield adapter
        adapter.close()
