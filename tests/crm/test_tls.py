"""A server is trusted by its certificate alone: there is no way round it, and a doubt is told at once."""

from __future__ import annotations

import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import trustme

from salesteam.crm.http import Client
from salesteam.errors import AdapterError, InvalidValueError, Transient


class Handler(BaseHTTPRequestHandler):
    """Answers everything with an empty object."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        """Silence."""


def serving(authority, name="127.0.0.1"):
    """A server on this machine with a certificate for a name."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An own certificate authority, and the file of its certificate."""
    made = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    made.cert_pem.write_to_path(path)
    return made, str(path)


@pytest.fixture(scope="module")
def server(authority):
    """A server that the authority vouches for."""
    running = serving(authority[0])
    yield running
    running.shutdown()
    running.server_close()


def asked(server, **settings):
    """What a client gets, and how often it waited."""
    waits = []
    client = Client(f"https://127.0.0.1:{server.server_port}", source="crm", wait=waits.append, timeout=5, **settings)
    try:
        return client.ask("GET", "x").data, waits
    except AdapterError as error:
        return error, waits
    finally:
        client.close()


def test_a_server_of_an_own_authority_is_trusted_if_its_file_is_named(server, authority):
    """And then it is asked like any other."""
    assert ({}, []) == asked(server, ca=authority[1])


def test_a_server_that_nobody_vouches_for_is_told_at_once(server):
    """With what to do; patience would not help."""
    error, waits = asked(server)
    assert [] == waits
    assert not isinstance(error, Transient)
    assert "127.0.0.1 is not trusted: " in str(error)
    assert "name its file with ca" in str(error)


def test_another_authority_vouches_for_nobody(server, tmp_path):
    """A file that is named is the only one that is trusted."""
    path = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(path)
    error, _ = asked(server, ca=str(path))
    assert "is not trusted" in str(error)


def test_a_certificate_for_another_name_is_refused(authority):
    """Whoever vouches for it."""
    other = serving(authority[0], name="crm.example.com")
    try:
        error, _ = asked(other, ca=authority[1])
    finally:
        other.shutdown()
        other.server_close()
    assert "mismatch" in str(error)


@pytest.mark.parametrize("text", [None, "", "no certificate"])
def test_a_file_that_holds_no_certificate_is_refused_when_it_is_named(tmp_path, text):
    """Not there, empty, or something else."""
    path = tmp_path / "ca.pem"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidValueError, match="no certificate can be read") as caught:
        Client("https://127.0.0.1", source="crm", ca=str(path))
    assert str(path) in str(caught.value)
