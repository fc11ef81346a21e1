"""No secret in anything that a command prints, writes or keeps, whether the server works or fails."""

from __future__ import annotations

import base64
import json
import logging
import traceback
from urllib.parse import quote, quote_plus

import pytest
from tests.testing import shop
from typer.testing import CliRunner

from salesteam import plugins
from salesteam.cli._app import app
from salesteam.crm import Account, Capability, MemoryCRM, Ref, SystemClock
from salesteam.plugins import Plugin, Plugins
from salesteam.testing import Answer, Fault

CANARY = 'canary/7f3a+"secret"&1'
FORMS = {CANARY, quote(CANARY, safe=""), quote(CANARY), quote_plus(CANARY), json.dumps(CANARY)[1:-1]}
FORMS |= {"7f3a", base64.b64encode(CANARY.encode()).decode().rstrip("=")}
PLAYBOOK = """\
format: salesteam-playbook/1
name: Canary
currency: CNY
zone: Asia/Shanghai
as_of: 2026-09-30
period: 2026-Q3
"""
SOURCES = """\
store: sales.sqlite
booked_on: closed_on
sources:
  - {name: shop, adapter: shop, settings: {base: "URL", key: "KEY"}}
"""
CHANGES = """\
decision_id: run-7
add_note:
  - {ref: "shop:account:A-1", text: Call back}
  - {ref: "shop:account:A-9", text: Nobody is there}
"""


class Shop(shop.ShopFake):
    """A shop that has a row which cannot be read, and repeats the secret in it."""

    def sent(self, record):
        bad = record.ref.external_id == "A-2"
        return super().sent(record) | ({"name": "", "note": CANARY} if bad else {})


@pytest.fixture
def server():
    """A loopback server with three customers."""
    crm = MemoryCRM("shop", [Account(ref=Ref("shop", "account", f"A-{number}"), name="Acme") for number in (1, 2, 3)])
    with Shop(crm) as server:
        yield server


class Plain(shop.ShopAdapter):
    """The sound adapter; each test makes it wait by the clock of its server."""

    server = None

    def __init__(self, config, *, source):
        super().__init__(config, source=source, wait=self.server.wait, clock=self.server.clock, timeout=0.2)


class Talks(Plain):
    """An adapter whose own mistakes hold the secret."""

    def fetch(self, kind, since, **options):
        raise RuntimeError(f"cannot use {self.config.key.reveal()}")

    def write(self, change, *, key, expect):
        raise RuntimeError(f"cannot use {self.config.key.reveal()}")

    def check(self):
        raise RuntimeError(f"cannot use {self.config.key.reveal()}")


class Blurts(Plain):
    """An adapter that cannot even say what it can do, and tells the secret instead."""

    def capabilities(self) -> dict[str, Capability]:
        raise RuntimeError(f"cannot use {self.config.key.reveal()}")


class Fails(Plain):
    """An adapter that cannot even be made."""

    def __init__(self, config, *, source):
        raise RuntimeError(f"cannot use {config.key.reveal()}")


@pytest.fixture
def playbook(tmp_path, monkeypatch, server):
    """A playbook whose source is the server; the secret is in the environment or in a file beside."""
    monkeypatch.setattr(shop, "KEY", CANARY)
    monkeypatch.setenv("SHOP_KEY", CANARY)
    monkeypatch.setenv("SALESTEAM_TRACEBACK", "1")
    monkeypatch.setattr(SystemClock, "sleep", lambda _, seconds: server.wait(seconds))
    (tmp_path / "key.txt").write_text(f"{CANARY}\n", encoding="utf-8")
    folder = tmp_path / "playbook"
    folder.mkdir()
    (folder / "playbook.yaml").write_text(PLAYBOOK, encoding="utf-8")
    (folder / "changes.yaml").write_text(CHANGES, encoding="utf-8")
    return folder


def sourced(playbook, monkeypatch, server, adapter=Plain, key="env:SHOP_KEY"):
    """Let the playbook read the server by an adapter, with the secret at a place."""
    monkeypatch.setattr(Plain, "server", server)
    plugin = Plugin(name="shop", distribution="shop", version="1", state="loaded", adapters=(adapter,))
    monkeypatch.setattr(plugins, "load", lambda: Plugins(plugins=(plugin,)))
    text = SOURCES.replace("URL", server.url).replace("KEY", key)
    (playbook / "sources.yaml").write_text(text, encoding="utf-8")


def everything(playbook):
    """What all commands print, in both languages, as text and JSON, and how each ended."""
    stored, live = ["--store", str(playbook / "sales.sqlite")], playbook.with_name("live")
    live.mkdir(exist_ok=True)
    for name in ("playbook.yaml", "sources.yaml"):
        text = (playbook / name).read_text(encoding="utf-8").replace("store: sales.sqlite\n", "")
        (live / name).write_text(text, encoding="utf-8")
    commands = [
        ["sources", "check", playbook],
        ["sync", playbook, "--sweep"],
        ["push", playbook, "--changes", playbook / "changes.yaml"],
        ["push", playbook, "--changes", playbook / "changes.yaml", "--send"],
        ["sync", playbook, *stored, "--restart"],
        ["plugins"],
        ["review", playbook],
        ["review", live],
    ]
    printed, codes = [], []
    for number, command in enumerate(commands):
        for extra in ([], ["--json", "--lang", "zh"]):
            out = ["--out", playbook.with_name(f"out-{number}-{len(extra)}")] if command[0] == "review" else []
            words = [str(word) for word in (*command, *extra, *out)]
            result = CliRunner().invoke(app, words, env={"COLUMNS": "500"})
            raised = result.exception
            unusual = raised is not None and not isinstance(raised, SystemExit)
            printed += [result.stdout, result.stderr]
            printed += traceback.format_exception(raised) if unusual else []
            codes.append(None if unusual else result.exit_code)
    return printed, codes


def leaks(playbook, printed, caplog):
    """Where the secret shows: in what was printed or logged, and in files other than that which holds it."""
    shown = [text for text in (*printed, caplog.text) if any(form in text for form in FORMS)]
    files = [path for path in playbook.parent.rglob("*") if path.is_file() and path.name != "key.txt"]
    return shown, [str(path) for path in files if any(form.encode() in path.read_bytes() for form in FORMS)]


FAILURES = {
    "works": {},
    "repeats what it was sent": {"how": "echo"},
    "repeats the login": {"how": "echo", "login": True},
    "repeats what it was sent, later": {"how": "echo", "after": 6},
    "breaks and says the secret": {"how": "answer", "answer": Answer(status=500, body={"why": CANARY})},
    "asks for the login again": {"how": "answer", "answer": Answer(status=401, body={"why": CANARY})},
    "is busy": {"how": "answer", "answer": Answer(status=503, body=f"<p>{quote(CANARY)}</p>")},
    "closes": {"how": "close"},
}


@pytest.mark.parametrize(
    ("form", "name"), [*(("env", name) for name in FAILURES), ("file", "works"), ("file", "repeats the login")]
)
def test_no_command_shows_or_keeps_a_secret(playbook, monkeypatch, server, caplog, form, name):
    """On the screen, in JSON, in pages and tables, in the store, in logs; whatever the server does."""
    key = "env:SHOP_KEY" if form == "env" else f"file:{playbook.with_name('key.txt')}"
    sourced(playbook, monkeypatch, server, key=key)
    if FAILURES[name]:
        server.fail(Fault(**FAILURES[name]))
    with caplog.at_level(logging.DEBUG):
        printed, codes = everything(playbook)
    assert ([], []) == leaks(playbook, printed, caplog)
    assert (name == "works") == (set(codes[:10]) == {0})
    written = {path.name for path in playbook.parent.rglob("*")}
    assert (None in codes, {"sales.sqlite", "review.html", "review.json"} <= written) == (False, True)


@pytest.mark.parametrize("adapter", [Talks, Blurts, Fails])
def test_a_mistake_of_an_adapter_does_not_tell_the_secret(playbook, monkeypatch, server, caplog, adapter):
    """What a plugin says of itself is looked through too, and is told as its mistake, not as ours."""
    sourced(playbook, monkeypatch, server)
    assert 0 == CliRunner().invoke(app, ["sync", str(playbook)]).exit_code
    sourced(playbook, monkeypatch, server, adapter)
    with caplog.at_level(logging.DEBUG):
        printed, codes = everything(playbook)
    assert ([], []) == leaks(playbook, printed, caplog)
    assert None not in codes
    assert any("crm.adapter-crashed" in text for text in printed)


@pytest.mark.parametrize("key", ["CANARY", "keyring:CANARY", "{a: CANARY}", "[CANARY]", "env:"])
def test_a_secret_that_stands_in_the_settings_is_refused_and_not_repeated(playbook, monkeypatch, server, caplog, key):
    """The file is the user's; what is said about it may be seen by others."""
    sourced(playbook, monkeypatch, server)
    path = playbook / "sources.yaml"
    written = key.replace("CANARY", "canary-7f3a")
    path.write_text(path.read_text(encoding="utf-8").replace('"env:SHOP_KEY"', written), encoding="utf-8")
    printed, codes = everything(playbook)
    assert {1} == set(codes[:10])
    assert [] == [text for text in printed if "canary-7f3a" in text]
    assert any("sources.yaml:4" in text for text in printed)
