"""The login with a signed token: the signature counts, the clock is the server's, and the key shows nowhere."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.conftest import KEY, JobsHarness
from tests.fake_login import key_pair

from salesteam import plugins
from salesteam.crm import Secret
from salesteam.errors import InvalidValueError, Rejected, ReportError
from salesteam.testing import read_all

pytestmark = pytest.mark.parametrize("harness", [JobsHarness], indirect=True)


def pem(key, password=None):
    """A private key in PEM form."""
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, how).decode()


@pytest.fixture
def login(harness):
    """Log in under settings that a test is about; gives how many sessions there were before and after."""

    def login(**settings):
        adapter = harness.adapter(**settings)
        before = harness.server.logins
        try:
            adapter.ping()
        finally:
            adapter.close()
        return harness.server.logins - before

    return login


def test_a_token_signed_by_the_key_begins_a_session(harness, login):
    """The fake verifies it with the public key, and whose it is."""
    assert 1 == login()
    assert 1 == len(harness.server.assertions)


def test_a_token_signed_by_another_key_begins_none(harness, login, monkeypatch):
    """The signature is what counts."""
    monkeypatch.setenv("FAKE_SF_PEM", pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)))
    with pytest.raises(Rejected, match="invalid_grant"):
        login()
    assert 0 == harness.server.logins


@pytest.mark.parametrize("settings", [{"username": "other@acme.example"}, {"audience": "https://test.salesforce.com"}])
def test_a_token_of_another_user_or_for_another_place_begins_none(harness, login, settings):
    """A sandbox is not the org."""
    with pytest.raises(Rejected, match="invalid_grant"):
        login(**settings)


@pytest.mark.parametrize("wrong", [timedelta(days=1), -timedelta(days=1), timedelta(minutes=2)])
def test_a_clock_of_ours_that_is_wrong_locks_nobody_out(harness, wrong):
    """What is refused is signed once more by the clock of the server."""
    adapter = harness.adapter()
    adapter.now = lambda: harness.server.crm.now + wrong
    adapter.ping()
    adapter.close()
    assert (1, 2) == (harness.server.logins, len(harness.server.assertions))


def test_a_refusal_with_a_right_clock_is_one(harness, login):
    """It is not signed again."""
    with pytest.raises(Rejected):
        login(username="other@acme.example")
    assert 1 == len(harness.server.assertions)


def test_a_key_in_a_file_is_read_late(harness, login, tmp_path):
    """Where a certificate is renewed, the next session uses the new one."""
    path = tmp_path / "server.key"
    where = Secret(f"file:{path}")
    with pytest.raises(InvalidValueError, match="there is nothing at file:"):
        login(private_key=where)
    path.write_text(key_pair()[0])
    assert 1 == login(private_key=where)


@pytest.mark.parametrize(
    "made",
    [
        lambda: "canary-no-key-at-all",
        lambda: key_pair()[0].replace("A", "B"),
        lambda: pem(ec.generate_private_key(ec.SECP256R1())),
        lambda: pem(rsa.generate_private_key(public_exponent=65537, key_size=2048), b"canary"),
    ],
    ids=["none", "broken", "of another kind", "under a password"],
)
def test_what_is_no_key_is_said_and_not_shown(harness, login, monkeypatch, made):
    """With where it stands, and what should stand there."""
    text = made()
    monkeypatch.setenv("FAKE_SF_PEM", text)
    with pytest.raises(InvalidValueError, match="env:FAKE_SF_PEM is no private RSA key") as caught:
        login()
    assert [] == [line for line in text.splitlines() if line in str(caught.value)]
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"client_secret": "env:A", "private_key": "env:B", "username": "u"},
        {"private_key": "env:B"},
        {"client_secret": "env:A", "username": "u"},
    ],
)
def test_a_login_is_chosen_and_whole(harness, settings):
    """One of the two, with all that it needs; the finding says what to give."""
    del harness
    given = {"base": "https://acme.my.salesforce.com", "client_id": "env:K", "excess_digits": "reject"}
    with pytest.raises(ReportError, match="private_key and username") as caught:
        plugins.load().adapter("salesforce", daily_share="1/2", **given, **settings)
    assert "core.refused-value" in {finding.code for finding in caught.value.report}


def test_the_settings_show_where_the_key_is(harness):
    """And not what it is."""
    config = harness.adapter().config
    assert "env:FAKE_SF_PEM" in repr(config)
    assert [] == [secret for secret in harness.secrets if secret in repr(attrs.asdict(config))]
    assert KEY in harness.secrets


def test_an_expired_session_is_renewed_by_a_new_token(harness):
    """Tokens are short-lived, so each session has its own."""
    adapter = harness.adapter()
    adapter.ping()
    harness.expire()
    harness.server.wait(600)
    read_all(adapter, "account")
    adapter.close()
    assert 2 == len(set(harness.server.assertions)) == harness.server.logins
