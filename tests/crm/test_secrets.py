"""Secrets are named, never held; and they show in no log, repr, exception, report or store."""

from __future__ import annotations

import json
import logging
import pickle
import time
import traceback

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crm.faulty import Config, Faulty, server_of, synced
from tests.crm.world import deal, ref

from salesteam import plugins
from salesteam.crm import Batch, Redactor, Secret, check, open_store
from salesteam.errors import AuthExpired, InvalidValueError, Rejected, ReportError, Transient

CANARY = "canary-7Qx/9+zz=="


@pytest.fixture
def config(monkeypatch):
    """Settings that name a secret of the environment."""
    monkeypatch.setenv("CANARY", CANARY)
    server = server_of(records=[deal("D-1"), deal("D-2")])
    return Config(server=server, token=Secret("env:CANARY"))


@pytest.mark.parametrize("text", ["hunter2", "", "env:", "file:", "https://x", "ENV:X", None, 7])
def test_a_literal_is_refused_and_not_repeated(text):
    """Settings are shared, so a secret does not stand in them; the message does not show it either."""
    with pytest.raises(InvalidValueError, match="write env:NAME or file:path") as raised:
        Secret(text)
    assert not text or str(text) not in str(raised.value).removesuffix("write env:NAME or file:path instead")


def test_a_secret_is_read_late_and_shows_nowhere(config, tmp_path):
    """Text, repr, format, pickle and settings tell where it is, not what it is."""
    secret = config.token
    assert CANARY == secret.reveal()
    (tmp_path / "token").write_text(f"{CANARY}\n")
    assert CANARY == Secret(f"file:{tmp_path / 'token'}").reveal()
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!s:>40}", repr(config), repr(attrs.asdict(config))]
    assert not any(CANARY in text for text in shown)
    assert CANARY.encode() not in pickle.dumps(secret)
    assert secret == pickle.loads(pickle.dumps(secret))


@pytest.mark.parametrize("where", ["env:NO_SUCH", "file:/no/such/file", "file:/"])
def test_a_secret_that_is_not_there_says_where_it_was_looked_for(where):
    """And nothing else."""
    with pytest.raises(InvalidValueError, match=f"there is nothing at {where}"):
        Secret(where).reveal()


def test_settings_of_a_plugin_take_references_alone():
    """From YAML and from Python."""
    from salesteam.plugins import Plugin, Plugins

    @attrs.frozen(kw_only=True)
    class Settings:
        token: Secret

    class Tokened(Faulty):
        name = "tokened"
        Config = Settings

        def __init__(self, config, *, source):
            self.config, self.source = config, source

    plugin = Plugin(name="t", distribution="t", version="1", state="loaded", adapters=(Tokened,))
    found = Plugins(plugins=(plugin,))
    assert Secret("env:X") == found.adapter("tokened", token="env:X").config.token
    assert Secret("env:X") == found.adapter("tokened", token=Secret("env:X")).config.token
    with pytest.raises(ReportError) as raised:
        found.adapter("tokened", token=CANARY)
    assert CANARY not in str(raised.value)
    assert plugins.GROUP == "salesteam"


NAMED = [
    "Authorization: Bearer XX",
    "authorization=XX",
    '{"corpAccessToken": "XX", "a": 1}',
    "{'client_secret': 'XX'}",
    "GET https://crm.example/x?access_token=XX&page=2",
    "password: XX",
    "Set-Cookie: XX; Path=/",
    '"api_key" : "XX"',
    "X-Session-Id: XX",
    "Authorization: Token XX",
    "Authorization: XX was refused",
    'Authorization: Digest username="li", uri="/", response="XX"',
    "Cookie: theme=dark; sid=XX",
    r"answer: head\nAuthorization: ApiKey XX\nHost: crm",
    "return_value=(b'HTTP/1.1', 200, [(b'Set-Cookie', b'sid=XX; Path=/'), (b'Date', b'now')])",
    "Headers([('x-api-key', 'XX')])",
    "no connection to https://li:XX@crm.example:8069/web",
    "no connection to https://XX@crm.example/web",
    json.dumps({"error": json.dumps({"access_token": "XX", "a": 1})}),
    json.dumps({"error": json.dumps({"inner": json.dumps({"access_token": "XX", "a": 1})})}),
    json.dumps({"error": json.dumps({"password": 'x"XX', "a": 1})}),
    '{"token": {"type": "jwt", "value": "XX"}}',
    '{"refresh_tokens": ["a", "XX"]}',
    "grant_type=jwt-bearer&assertion=XX&x=1",
    '{"pwd": "XX"}',
    '{"private_key": "XX"}',
    '{"token": 0XX7}',
]


@pytest.mark.parametrize("text", NAMED)
def test_what_stands_behind_the_name_of_a_secret_is_blotted_out(text):
    """In headers, addresses and bodies, whatever it is."""
    shown = Redactor()(text.replace("XX", "q9f8w7"))
    assert "q9f8w7" not in shown
    assert "***" in shown
    assert shown == Redactor()(shown)


@pytest.mark.parametrize(
    "text", ["QmFzZTY0" * 25_000, "a-" * 100_000, "token" * 40_000, '\\"' * 60_000, "x" * 200_000 + "@"]
)
def test_a_long_text_is_read_once(text):
    """A picture in a rejected row takes no minutes."""
    begun = time.process_time()
    assert text == Redactor()(text)
    assert time.process_time() - begun < 5


@given(st.text(), st.text(min_size=4).filter(lambda text: "*" not in text), st.text())
def test_the_text_of_a_secret_is_blotted_out_anywhere(before, secret, after):
    """Wherever it stands, whole; and the rest stays readable."""
    shown = Redactor([secret])(f"{before}{secret}{after}")
    assert secret not in shown


PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\nshort==\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("p/+ q=&ü1", "https://crm.example/?key=p%2F%2B+q%3D%26%C3%BC1&x=1"),
        ("p/+ q=&ü1", "https://crm.example/p%2F%2B%20q%3D%26%C3%BC1/x"),
        ("p/+ q=&ü1", "https://crm.example/p/%2B%20q%3D%26%C3%BC1/x"),
        ('q"8\\n', '{"note": "q\\"8\\\\n"}'),
        ("密钥-7788", '{"note": "\\u5bc6\\u94a5-7788"}'),
        (PEM, PEM.replace("\n", "\\n")),
        (PEM, "the parser stopped in AQEFAASCBKcwggSjAgEAAoIB after 24 bytes"),
        (PEM, "  ".join(PEM.splitlines())),
    ],
)
def test_a_secret_is_known_as_it_is_written_elsewhere(secret, shown):
    """In an address, within JSON, and line by line where it is a key of several lines."""
    hidden = Redactor([secret])(shown)
    assert "***" in hidden
    for part in ("%2B", "7788", "u5bc6", 'q\\"8', "MIIEvQIBADANBgkqhkiG9w0B", "AQEFAASCBKcwggSjAgEAAoIB"):
        assert part not in hidden


def test_what_only_frames_a_key_stays_readable():
    """A message about keys may say so."""
    assert "this is no -----BEGIN PRIVATE KEY-----" == Redactor([PEM])("this is no -----BEGIN PRIVATE KEY-----")


def test_harmless_text_stays():
    """A report that says nothing helps nobody."""
    text = "deal D-1: the value 'abc' of amount is no number; the token of thanks is 5; write to li@crm.example"
    text += ' {"tokens_of_thanks": 5, "pipeline": ["a", "b"], "link": "https://crm.example/u@v"}'
    assert text.replace(": 5,", ": ***,") == Redactor(["s3cr3t-token"])(text)


@pytest.mark.parametrize(
    "error", [Transient, Rejected, AuthExpired, RuntimeError, lambda text: KeyError({"password": text})]
)
def test_no_secret_is_in_any_report_log_or_store(config, tmp_path, caplog, error):
    """Planted in errors, rejects, findings of the adapter and raw rows: it comes out nowhere."""

    class Leaky(Faulty):
        def fetch(self, kind, since, **options):
            for batch in super().fetch(kind, since, **options):
                leak = [
                    attrs.evolve(
                        reject,
                        raw=f'{{"token": "{CANARY}", "x": "{CANARY}"}}',
                        reason=attrs.evolve(
                            reject.reason,
                            values=tuple(
                                (name, CANARY if name == "value" else value) for name, value in reject.reason.values
                            ),
                        ),
                    )
                    for reject in batch.rejects
                ]
                yield attrs.evolve(batch, rejects=tuple(leak))

        def check(self):
            raise error(f"GET /me?token={CANARY} as {CANARY}")

    adapter = Leaky(config.server, config=config)
    adapter.bad[ref("deal", "D-2")] = "?"
    adapter.trouble["deal_line"] = [error(f"refused: Authorization: Bearer {CANARY} ({CANARY})")]
    with caplog.at_level(logging.DEBUG), open_store(tmp_path / "s.sqlite") as store:
        run = synced(adapter, store, tries=1)
        shown = [run.text(), run.text("zh"), run.to_json(), repr(run), run._repr_html_(), repr(store), repr(adapter)]
        shown += [repr(store.quarantine()), str(check(adapter)), repr(store.pull()), caplog.text]
        assert 1 == len(store.quarantine())
    assert [] == [text for text in shown if CANARY in text]
    files = list(tmp_path.iterdir())
    assert files
    assert [] == [file for file in files if CANARY.encode() in file.read_bytes()]


def test_no_secret_is_in_the_traceback_of_a_wrong_record(config):
    """Even a mistake of the adapter is told without it."""

    class Strange(Faulty):
        def fetch(self, kind, since, **options):
            yield Batch(records=(CANARY,))

    with open_store(":memory:") as store:
        run = synced(Strange(config.server, config=config), store)
        assert CANARY not in run.text()
    try:
        Secret(CANARY)
    except InvalidValueError:
        assert CANARY not in traceback.format_exc().replace("Secret(CANARY)", "")
