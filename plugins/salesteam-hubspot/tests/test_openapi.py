"""Whatever the connector sends and is sent passes a proxy that holds both to an OpenAPI file."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from tests.conftest import HubSpotHarness
from tests.fake import HubSpotFake
from tests.server import Prism, UnavailableError, installed

from salesteam.crm import AddNote, AssignOwner, CreateTask, Limits, MemoryCRM, VirtualClock, open_store, push, sync
from salesteam.crm.http import Client
from salesteam.errors import AdapterError
from salesteam.testing import read_all


@pytest.fixture(scope="module")
def fake():
    """The account behind the proxy."""
    with HubSpotFake(MemoryCRM("hubspot"), "pat-eu1-4f9c-canary") as fake:
        yield fake


@pytest.fixture(scope="module")
def proxy(fake, request):
    """The address of a proxy; without one the tests are skipped with the reason, or fail if servers are required."""
    if shutil.which("npm") is None:
        pytest.skip("no Prism: there is no npm on this machine")
    with tempfile.TemporaryDirectory() as folder:
        try:
            prism = Prism(installed(), Path(folder), fake.url)
        except UnavailableError as reason:
            if request.config.getoption("--require-servers"):
                pytest.fail(f"no Prism: {reason}")
            pytest.skip(f"no Prism: {reason}")
        yield prism.url
        prism.stop()


@pytest.fixture
def harness(fake, proxy, monkeypatch):
    """A harness whose adapters go through the proxy, and the account as it was left by the test before."""
    harness = HubSpotHarness(monkeypatch)
    harness.server.close()
    harness.server, harness.through, harness.timeout = fake, proxy, 10
    return harness


@pytest.fixture
def adapter(harness):
    """An adapter with a property of its own, closed at the end."""
    with closing(harness.adapter(base=harness.through, extra={"account": ("custom_tier",)})) as adapter:
        yield adapter


def paths(fake):
    """How often each path was asked for, its numbers left out."""
    return Counter(f"{each.method} {re.sub('/[0-9]+$', '/{id}', each.path)}" for each in fake.requests)


def test_a_sync_of_everything_passes_the_file(fake, harness, adapter, tmp_path):
    """Every kind is read, read again by windows, swept and told the history of; and an owner is written."""
    user, colleague = harness.create("user", 1), harness.create("user", 2)
    refs = {kind: harness.create(kind, 1) for kind in ("account", "contact", "product", "deal", "deal_line")}
    for number in range(2, 8):
        harness.create("deal", number)
    fake.deal_stages.append((refs["deal"].external_id, [{"value": "talking", "timestamp": "2026-01-05T00:00:00.000Z"}]))
    with open_store(tmp_path / "store.sqlite") as store:
        limits = Limits(clock=VirtualClock(fake.crm.now))
        first = sync(adapter, store, limits=limits)
        assert not first.report.errors, first.text()
        harness.touch(refs["account"])
        again = sync(adapter, store, limits=limits, sweep=True)
        assert not again.report.errors, again.text()
        assert user in {record.ref for record in store.records("user")}
        about = {"ref": refs["deal"], "decision_id": "d-1"}
        changes = [
            AssignOwner(owner=colleague, **about),
            AddNote(text="1 < 2\nand so on", **about),
            CreateTask(subject="Call back", user=user, **about),
        ]
        assert ["verified"] * 3 == [line.state for line in push(adapter, store, changes, dry_run=False).lines]
    adapter.fetch_ids("account", [refs["account"].external_id, "999999"])
    assert adapter.schema().fields["deal"]
    asked = paths(fake)
    for path in (
        "GET /account-info/2026-09/details",
        "GET /crm/owners/2026-09",
        "GET /crm/pipelines/2026-09/deals",
        "GET /crm/properties/2026-09/deals",
        "GET /crm/objects/2026-09/companies",
        "POST /crm/objects/2026-09/contacts/search",
        "POST /crm/objects/2026-09/deals/batch/read",
        "POST /crm/associations/2026-09/deals/companies/batch/read",
        "POST /crm/associations/2026-09/line_items/deals/batch/read",
        "PATCH /crm/objects/2026-09/deals/{id}",
        "POST /crm/objects/2026-09/notes",
        "POST /crm/objects/2026-09/tasks",
        "POST /crm/associations/2026-09/deals/notes/batch/read",
        "POST /crm/objects/2026-09/tasks/batch/read",
    ):
        assert asked[path], path


@pytest.mark.parametrize("size", [1, 3, 200])
def test_pages_of_any_size_pass_the_file(harness, adapter, size):
    """The limits of the search, of lists and of batches are kept."""
    for number in range(20, 25):
        harness.create("contact", 100 * size + number)
    assert len(read_all(adapter, "contact", page_size=size)) >= 5 // size


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "crm/deals/2026-09", None),
        ("GET", "crm/objects/2026-09/deals?limit=500", None),
        ("POST", "crm/objects/2026-09/deals/search", {"filterGroups": [], "sorts": [], "properties": [], "limit": 5}),
        ("POST", "crm/objects/2026-09/deals/batch/read", {"inputs": [{"id": 5}], "properties": []}),
        ("PATCH", "crm/objects/2026-09/deals/seven", {"properties": {"hubspot_owner_id": "1"}}),
    ],
)
def test_a_request_that_the_file_does_not_allow_is_an_error(harness, method, path, body):
    """The proxy is awake: a wrong path, page, search, id or body does not pass."""
    client = Client(harness.through, source="hubspot", wait=harness.server.wait, timeout=10)
    with closing(client), pytest.raises(AdapterError, match="prism"):
        client.ask(method, path, json=body, headers={"Authorization": "Bearer x"}, again=False, signed=False)
