"""The kit for plugin authors, and for tests of code that uses the library.

`AdapterContract` is a class of tests to inherit; it asks for one `Harness`.
`MemoryHarness` is the model of one; `sample` makes records; `read_all` reads every page of a kind.
`HEAVY` lists what the root module of a plugin must not import.

For adapters over HTTP there are a base of fake servers on this machine, `FakeHTTP`, with `Request`, `Answer`,
`RefusedError` and `Fault`; an `HttpHarness` before a CRM in memory; and `HttpContract`, the tests of faults.

`sync_machine` makes a state machine for a harness, `SyncMachine` is the one to add rules to:
mutations, syncs, crashes, sweeps and faults in any order, after which the store must be what the server is.

Needs the extra ``testing``.
"""

from __future__ import annotations

import pytest

_PARTS = ("reading", "cursor", "gone", "writing", "hygiene", "http", "faults", "secrets")
pytest.register_assert_rewrite(*(f"{__name__}._contract_{part}" for part in _PARTS), f"{__name__}._machine")

from salesteam.testing._contract import AdapterContract  # noqa: E402 -- after the line above: a failure shows its values
from salesteam.testing._contract_http import HttpContract  # noqa: E402 -- as above
from salesteam.testing._contract_hygiene import HEAVY  # noqa: E402 -- as above
from salesteam.testing._exchange import Answer, RefusedError, Request  # noqa: E402 -- as above
from salesteam.testing._fake_http import FakeHTTP, Fault  # noqa: E402 -- as above
from salesteam.testing._harness import Harness, MemoryHarness  # noqa: E402 -- as above
from salesteam.testing._http_harness import HttpHarness  # noqa: E402 -- as above
from salesteam.testing._machine import SyncMachine, sync_machine  # noqa: E402 -- as above
from salesteam.testing._read import read_all  # noqa: E402 -- as above
from salesteam.testing._samples import sample  # noqa: E402 -- as above

__all__ = [
    "HEAVY",
    "AdapterContract",
    "Answer",
    "FakeHTTP",
    "Fault",
    "Harness",
    "HttpContract",
    "HttpHarness",
    "MemoryHarness",
    "RefusedError",
    "Request",
    "SyncMachine",
    "read_all",
    "sample",
    "sync_machine",
]
