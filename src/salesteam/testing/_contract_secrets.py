"""The part of the contract on secrets, for adapters over HTTP: they go to the server alone, and stay nowhere."""

from __future__ import annotations

import logging
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path
from typing import Any

import attrs
import pytest

from salesteam.crm import (
    Adapter,
    AddNote,
    AssignOwner,
    Change,
    CreateTask,
    Limits,
    Ref,
    Secret,
    Store,
    VirtualClock,
    check,
    open_store,
    push,
    remap,
    sweep,
    sync,
)
from salesteam.errors import AdapterError, InvalidValueError
from salesteam.testing._fake_http import Fault
from salesteam.testing._http_harness import HttpHarness
from salesteam.testing._read import read_all

__all__ = ["Secrets"]

_ROUNDS = 6
_LINE = 16
"""Of a secret of several lines, such as a key, each line that is so long counts."""


class Secrets:
    """Where secrets may go, and where they must not stay."""

    def test_the_harness_names_every_secret_of_the_settings(self, harness: HttpHarness, adapter: Adapter) -> None:
        """Else the other tests would look for too little."""
        assert [where for where, text in _held(adapter.config) if text not in harness.secrets] == []

    def test_no_secret_is_left_behind(
        self, harness: HttpHarness, adapter: Adapter, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Not in the store with its quarantine and outbox, a report, a log, a repr or a traceback, whatever fails when.

        The server repeats what it was sent, after one request, after two and so on, and has a row that holds the
        secrets of the settings.
        """
        kind = next(iter(harness.spoil), harness.kinds()[-1])  # of which there can be bad rows
        ref = harness.create(kind, 1)
        bad = _with_secrets(harness, kind, [text for _, text in _held(adapter.config)])
        shown: list[str] = [repr(adapter), repr(adapter.config), str(adapter.config)]
        limits = Limits(page_size=2, clock=VirtualClock(harness.server.crm.now))
        with caplog.at_level(logging.DEBUG), open_store(tmp_path / "store.sqlite", keep_raw="all") as store:
            shown += _told(sync(adapter, store, limits=limits))
            if bad is not None:
                assert [held.ref for held in store.quarantine()] == [bad]
            changes = [_change(harness, ref, name) for name in adapter.capabilities()[kind].writes]
            for after in range(_ROUNDS):
                harness.server.fail(Fault(how="echo", login=True, after=after))
                another = harness.adapter()
                shown += _everything(another, store, limits, changes, after)
                another.close()
            harness.server.fail(None)
            shown += [repr(store), repr(store.quarantine()), repr(list(store.changes())), repr(store.pull())]
            shown += _told(remap(adapter, store, limits=limits))
        shown.append(caplog.text)
        files = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        assert files
        for number, secret in enumerate(harness.secrets):
            assert [text[:40] for text in shown if secret in text] == [], f"secret {number} shows"
            assert [name for name, held in files.items() if secret.encode() in held] == [], f"secret {number} is kept"

    def test_an_address_that_is_not_encrypted_is_for_this_machine_only(self, harness: HttpHarness) -> None:
        """Any other is refused before anything is sent."""
        for name in _addresses(harness):
            for address in ("http://crm.example.com", "http://127.0.0.1.example.com", "ftp://127.0.0.1"):
                another = _moved(harness, name, address)
                for kind in harness.kinds():
                    with pytest.raises(InvalidValueError):
                        read_all(another, kind)
                another.close()

    def test_an_encrypted_address_is_asked_in_tls_alone(self, harness: HttpHarness) -> None:
        """The first byte is of a TLS handshake, and where that fails nothing follows in plain text."""
        first: list[bytes] = []
        for name in _addresses(harness):
            with _listening() as (port, heard):
                another = _moved(harness, name, f"https://127.0.0.1:{port}")
                for kind in harness.kinds():
                    with pytest.raises(AdapterError):
                        read_all(another, kind)
                another.close()
            first += heard
        assert {each[:2] for each in first} == {b"\x16\x03"}

    def test_an_answer_that_points_to_another_server_is_not_followed(
        self, harness: HttpHarness, adapter: Adapter
    ) -> None:
        """Wherever the next page is said to be, the login goes to no other place."""
        for kind, number in product(harness.kinds(), range(1, 6)):
            harness.create(kind, number)
        with _listening() as (port, heard):
            elsewhere = f"http://127.0.0.1:{port}"
            harness.server.fail(Fault(how="change", change=lambda data: _pointed(data, harness.server.url, elsewhere)))
            for kind in harness.kinds():
                with suppress(AdapterError):  # it may stop, or read on where it is
                    read_all(adapter, kind, page_size=2)
        assert heard == []


def _held(config: Any) -> Iterator[tuple[str, str]]:
    """Each secret of settings, a long one of several lines by line, with where it is."""
    for field in attrs.fields(type(config)):
        value = getattr(config, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Secret):
                lines = [line for line in each.reveal().splitlines() if not line.startswith("-----")]
                yield from ((each.reference, line) for line in lines if len(lines) == 1 or len(line) >= _LINE)


def _with_secrets(harness: HttpHarness, kind: Any, secrets: list[str]) -> Ref | None:
    """A bad row whose values hold secrets, where the server can have bad rows."""
    if kind not in harness.spoil:
        return None
    ref = harness.create(kind, 2)
    spoilt = {name: " ".join((*secrets, str(value))) for name, value in harness.spoil[kind].items()}
    harness.server.spoil(ref, **spoilt)
    return ref


def _everything(adapter: Adapter, store: Store, limits: Limits, changes: list[Change], number: int) -> list[str]:
    """All that an adapter is used for; gives all that is told of it."""
    shown = _told(sync(adapter, store, limits=limits, restart=True))
    shown += _told(sweep(adapter, store, limits=limits))
    shown += [check(adapter, clock=limits.clock).text(), adapter.check().text("zh")]
    decided = [attrs.evolve(change, decision_id=f"kit-{number}") for change in changes]
    shown += _told(push(adapter, store, decided, dry_run=False, clock=limits.clock))
    for call in (adapter.schema, adapter.scope, lambda: read_all(adapter, next(iter(adapter.capabilities())))):
        try:
            shown.append(repr(call()))
        except (AdapterError, InvalidValueError) as error:
            shown += [str(error), repr(error), "".join(traceback.format_exception(error))]
    return shown


def _told(report: Any) -> list[str]:
    """All that a report of a sync or a push shows."""
    shown = [repr(report), str(report), report._repr_html_(), repr(report.to_frame().to_dict()), report.report.text()]
    return [*shown, report.report.text("zh")]


def _change(harness: HttpHarness, ref: Ref, name: str) -> Change:
    if name == AssignOwner.name:
        return AssignOwner(ref=ref, owner=harness.colleague(2), decision_id="kit")
    if name == CreateTask.name:
        return CreateTask(ref=ref, subject="Call", decision_id="kit")
    return AddNote(ref=ref, text="Call", decision_id="kit")


def _addresses(harness: HttpHarness) -> list[str]:
    """The settings that hold the address of the server."""
    adapter = harness.adapter()
    values = {field.name: getattr(adapter.config, field.name) for field in attrs.fields(type(adapter.config))}
    adapter.close()
    names = [name for name, value in values.items() if str(value).startswith(harness.server.url)]
    assert names, "the settings hold no address of the fake"
    return names


def _moved(harness: HttpHarness, name: str, address: str) -> Adapter:
    """An adapter that never asked anything yet, to another address."""
    adapter = harness.adapter()
    there = str(getattr(adapter.config, name)).removeprefix(harness.server.url)
    adapter.config = attrs.evolve(adapter.config, **{name: address + there})
    return adapter


def _pointed(data: Any, here: str, elsewhere: str) -> Any:
    """An answer in which all addresses of a server are of another one."""
    if isinstance(data, dict):
        return {key: _pointed(value, here, elsewhere) for key, value in data.items()}
    if isinstance(data, list):
        return [_pointed(value, here, elsewhere) for value in data]
    return data.replace(here, elsewhere) if isinstance(data, str) else data


@contextmanager
def _listening() -> Iterator[tuple[int, list[bytes]]]:
    """A port that hears what is sent to it, and says nothing."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hear() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller:
                    heard.append(caller.recv(4096))

        thread = threading.Thread(target=hear, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], heard
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=5)
