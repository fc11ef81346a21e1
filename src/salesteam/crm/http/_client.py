"""Ask a server with patience: retry what passes, wait where told to, renew the login once, show no secret."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from ipaddress import ip_address
from threading import RLock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from salesteam.crm import Redactor
from salesteam.crm.http._limit import Limit
from salesteam.crm.http._quiet import keep_out_of_logs
from salesteam.crm.http._reply import Login, Reply
from salesteam.errors import AdapterError, AuthExpired, Conflict, InvalidValueError, RateLimited, Rejected, Transient

if TYPE_CHECKING:
    import ssl

__all__ = ["Client"]

TRIES = 3
LONGEST_WAIT = 60.0
_SHOWN = 300
_PASSING = frozenset({502, 503, 504})
_ABSENT = 404


class Client:
    """Asks one server.

    Connection errors, broken answers and the statuses 502 to 504 are tried again, with growing waits;
    a 429 waits as long as the server says, if that is not more than a minute; a 401 renews the login once;
    a 500 is tried once only. What does not pass in three tries is left to the caller, who can resume.
    A write is tried again only where that cannot write twice.

    Parameters
    ----------
    base : str
        Address of the server: ``https://``, or ``http://`` on this machine only.
    source : str
        Name of the source, for messages.
    login : callable, optional
        Gives a `Login` with the client as its argument; called before the first request, and again once it expired.
    classify : callable, optional
        Takes a `Reply` and returns the error that it stands for, or None to leave it to the status.
    limits : iterable of Limit, optional
        Kept before each request.
    wait, clock : callable, optional
        Sleeping, and seconds that pass; tests give their own.
    timeout : float, default 30
        Seconds without an answer after which a request has failed.
    ca : str, optional
        File of the certificate authority of an own server, in PEM form; then no other is trusted.

    Raises
    ------
    InvalidValueError
        If the address is none, or not encrypted, or the file of the authority cannot be read.

    Examples
    --------
    >>> Client("http://crm.example.com", source="crm")
    Traceback (most recent call last):
    salesteam.errors.InvalidValueError: 'http://crm.example.com' is not encrypted (base): use https://...
    """

    def __init__(  # noqa: PLR0913 -- all but the first are settings by name
        self,
        base: str,
        *,
        source: str,
        login: Callable[[Client], Login] | None = None,
        classify: Callable[[Reply], AdapterError | None] | None = None,
        limits: Iterable[Limit] = (),
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        timeout: float = 30.0,
        ca: str | None = None,
    ) -> None:
        self.base = _safe(base)
        if ca is not None:
            _trusting(ca)
        self.source = source
        self.wait, self.clock, self.timeout = wait, clock, timeout
        self._log_in, self._classify, self._limits, self._ca = login, classify, tuple(limits), ca
        self._login: Login | None = None
        self._renew_at: float | None = None
        self._redact = Redactor()
        self._lock = RLock()
        self._httpx: Any = None
        self.server_time: datetime | None = None

    def keep(self, *secrets: str) -> None:
        """Show these texts in no message and no log from now on."""
        self._redact = Redactor({*self._redact.texts, *secrets})
        keep_out_of_logs(secrets)

    def hide(self, text: str) -> str:
        """A text without the secrets of this client."""
        return self._redact(text)

    def ask(  # noqa: PLR0913 -- all but the first two are settings by name
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        again: bool = True,
        signed: bool = True,
        plain: bool = False,
    ) -> Reply:
        """Send a request and return the answer, if it is a good one.

        Parameters
        ----------
        method, path : str
            What to send where; a path may also be a whole address on the same server.
        params, json, form, headers
            What to send with it.
        again : bool, default True
            Whether sending it twice does no harm; False for writes that are not idempotent.
        signed : bool, default True
            Whether it needs the login.
        plain : bool, default False
            Whether the answer need not be JSON.

        Returns
        -------
        Reply
            With a status below 300 and a body that is JSON, or empty, unless it may be plain.

        Raises
        ------
        AdapterError
            Or the subclass that says what to do.
        """
        sent = {"params": params, "json": json, "data": form, "plain": plain}
        return self._patiently(method, path, sent, headers or {}, again=again, signed=signed)

    def find(
        self, path: str, *, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply | None:
        """Get one thing that may not be there, such as a record by its id.

        Only a 404 says that it is not there.
        Every other refusal is raised as by `ask`: what may not be read is not gone.

        Parameters
        ----------
        path, params, headers
            As of `ask`.

        Returns
        -------
        Reply or None
            None where the server answers 404, unless `classify` names the error that this answer stands for.

        Raises
        ------
        AdapterError
            Or the subclass that says what to do.
        """
        sent = {"params": params, "json": None, "data": None, "plain": False, "absent": True}
        reply = self._patiently("GET", path, sent, headers or {}, again=True, signed=True)
        return None if reply.status == _ABSENT else reply

    def _patiently(
        self, method: str, path: str, sent: Mapping[str, Any], headers: Mapping[str, str], *, again: bool, signed: bool
    ) -> Reply:
        renewed = False
        attempt = 0
        while True:
            login = self._signed() if signed and self._log_in else None
            error = self._tried(method, path, sent, headers, login)
            if isinstance(error, Reply):
                return error
            if isinstance(error, AuthExpired):
                if login is None or renewed:
                    raise error
                self._expire(login)
                renewed = True
                continue
            attempt += 1
            if isinstance(error, Transient) and attempt > 1:
                error.arrived = None  # an earlier try may have
            delay = self._delay(error, attempt, again=again)
            if delay is None or attempt >= TRIES:
                raise error
            self.wait(delay)

    def _tried(
        self, method: str, path: str, sent: Mapping[str, Any], headers: Mapping[str, str], login: Login | None
    ) -> Reply | AdapterError:
        import httpx

        base = _safe(login.base) if login and login.base else self.base
        body = sent["json"]
        if login and login.body:
            body = {**(body or {}), **login.body}
        for limit in self._limits:
            limit.take(self.clock, self.wait)
        try:
            answer = self._open(httpx).request(
                method,
                _asked(_joined(base, path), sent["params"]),
                json=body,
                data=sent["data"],
                headers={**(login.headers if login else {}), **headers},
            )
            text = answer.text
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            doubt = _doubted(error)
            if doubt is not None:
                return AdapterError(self.hide(f"{urlsplit(base).hostname} is not trusted: {doubt}"), source=self.source)
            return Transient(self.hide(f"no connection: {error}"), source=self.source, arrived=False, answered=False)
        except httpx.TimeoutException:
            return Transient(f"no answer in {self.timeout:g} s", source=self.source, answered=False)
        except (httpx.TransportError, httpx.DecodingError) as error:
            told, answered = self.hide(f"the connection failed: {error}"), isinstance(error, httpx.DecodingError)
            return Transient(told, source=self.source, answered=answered)
        reply = Reply(status=answer.status_code, headers=dict(answer.headers), text=text)
        self.server_time = reply.server_time or self.server_time
        return self._judged(reply, plain=sent["plain"], absent=sent.get("absent", False)) or reply

    def _open(self, httpx: Any) -> Any:
        with self._lock:
            if self._httpx is None:
                keep_out_of_logs(())
                plain = self.base.startswith("http://")
                verify: Any = not plain  # a loopback address has no certificate to verify
                if self._ca is not None:
                    verify = _trusting(self._ca)
                self._httpx = httpx.Client(timeout=self.timeout, verify=verify, trust_env=not plain)
            return self._httpx

    def _judged(self, reply: Reply, *, plain: bool, absent: bool) -> AdapterError | None:
        """The error that an answer stands for."""
        known = self._classify(reply) if self._classify else None
        if known is not None:
            return known
        status, told = reply.status, f"{reply.status}: {self.hide(reply.text)[:_SHOWN]}".rstrip(": ")
        if (status < 300 and plain) or (status == _ABSENT and absent):
            return None
        if status < 300:
            try:
                reply.data  # noqa: B018 -- reading it proves that it is JSON
            except ValueError:
                return Transient("the answer is no whole JSON", source=self.source)
            return None
        if status == 429:
            return RateLimited(told, source=self.source, retry_after=reply.retry_after)
        errors = {401: AuthExpired, 409: Conflict, 412: Conflict, **dict.fromkeys(_PASSING, Transient)}
        return errors.get(status, Rejected if 400 <= status < 500 else AdapterError)(told, source=self.source)

    def _delay(self, error: AdapterError, attempt: int, *, again: bool) -> float | None:
        """Seconds to wait before the next try; None if there must be none."""
        if isinstance(error, RateLimited):
            wanted = error.retry_after
            if wanted is not None:
                return wanted if wanted <= LONGEST_WAIT else None
        elif not isinstance(error, Transient) or not again:
            return None
        return float(2 ** (attempt - 1)) * (0.5 + random.random())  # noqa: S311 -- spreads retries, guards nothing

    def _signed(self) -> Login:
        with self._lock:
            if self._login is None or (self._renew_at is not None and self.clock() >= self._renew_at):
                assert self._log_in is not None
                self._login = self._log_in(self)
                good = self._login.good_for
                self._renew_at = None if good is None else self.clock() + good
            return self._login

    def _expire(self, login: Login) -> None:
        """Drop a login, unless somebody renewed it meanwhile."""
        with self._lock:
            if self._login is login:
                self._login = None

    def close(self) -> None:
        """Let go of the connections; safe to call again."""
        with self._lock:
            if self._httpx is not None:
                self._httpx.close()
                self._httpx = None

    def __repr__(self) -> str:
        return f"<Client of {self.source}>"


def _safe(base: str) -> str:
    parts = urlsplit(base)
    if parts.username is not None or parts.password is not None:
        fix = "leave it out, and name where the secret is in a setting of its own"
        raise InvalidValueError(f"the address of {parts.hostname} holds a login", where="base", fix=fix)
    if parts.scheme == "https" and parts.hostname:
        return base.rstrip("/")
    if parts.scheme == "http" and parts.hostname and _loopback(parts.hostname):
        return base.rstrip("/")
    shown = f"{parts.scheme}://{parts.hostname}" if parts.hostname else "this"
    problem = f"{shown!r} is not encrypted" if parts.scheme == "http" else f"{shown!r} is no address of a server"
    raise InvalidValueError(problem, where="base", fix="use https://; http:// is for this machine only")


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _trusting(ca: str) -> ssl.SSLContext:
    """What trusts the authority of a file, and no other."""
    import ssl

    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:  # an SSLError is one
        problem = f"no certificate can be read from {ca}: {error.strerror or error}"
        raise InvalidValueError(problem, where="ca", fix="name a file of certificates in PEM form") from error


def _doubted(error: BaseException | None) -> str | None:
    """Why a certificate cannot be verified, if that is why there is no connection; no patience helps there."""
    import ssl

    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"{error.verify_message}; if its certificate authority is your own, name its file with ca"
        error = error.__cause__ or error.__context__
    return None


def _asked(address: str, params: Mapping[str, Any] | None) -> str:
    """An address with parameters; a blank is written as %20, because to some servers a plus is a plus."""
    if not params:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode(params, quote_via=quote)}"


def _joined(base: str, path: str) -> str:
    """The address to ask; a whole one must be on the same server, so that no login goes elsewhere."""
    if "://" not in path:
        return f"{base}/{path.lstrip('/')}"
    if urlsplit(path)[:2] != urlsplit(base)[:2]:
        raise AdapterError(f"the server points to another one ({urlsplit(path).hostname}), which is not asked")
    return path
