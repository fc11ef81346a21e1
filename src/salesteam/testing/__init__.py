"""The kit for plugin authors, and for tests of code that uses the library.

`AdapterContract` is a class of tests to inherit; it asks for one `Harness`.
`MemoryHarness` is the model of one; `sample` makes records; `read_all` reads every page of a kind.

Needs the extra ``testing``.
"""

from __future__ import annotations

from salesteam.testing._contract import HEAVY, AdapterContract, read_all
from salesteam.testing._harness import CannotDo, Harness, MemoryHarness
from salesteam.testing._samples import sample

__all__ = ["HEAVY", "AdapterContract", "CannotDo", "Harness", "MemoryHarness", "read_all", "sample"]
