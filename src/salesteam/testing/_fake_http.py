"""A server on this machine that accepts only what an adapter should send, and fails where a test asks it to."""

from __future__ import annotations

import json
import threading
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, Literal, NoReturn, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs

from salesteam.crm import MemoryCRM, Ref

__all__ = ["Answer", "FakeHTTP", "Fault", "RefusedError", "Request"]


@attrs.frozen(kw_only=True)
class Answer:
    """What a fake answers: a status, and a value that is sent as JSON, or a text or bytes as they are.

    Examples
    --------
    >>> Answer(body={"n": 1}).sent
    b'{"n": 1}'
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def sent(self) -> bytes:
        """The body as bytes."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()


class RefusedError(Exception):
    """A fake does not accept a request; the text names what is wrong with it.

    Examples
    --------
    >>> RefusedError("no such path").status
    400
    """

    def __init__(self, what: str, status: int = 400) -> None:
        self.status = status
        super().__init__(what)


@attrs.frozen(kw_only=True)
class Request:
    """What an adapter sent: header names in small letters, each parameter once.

    Examples
    --------
    >>> Request(method="GET", path="/deals", query={"limit": "5"}, headers={}, body=b"").takes("limit")["limit"]
    '5'
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    target: str = attrs.field(default="", repr=False)
    """Path and parameters as they were sent, for a fake that passes requests on to a real server."""

    def takes(self, *names: str) -> Mapping[str, str]:
        """The parameters; refused if there are others than these."""
        strange = sorted(set(self.query) - set(names))
        if strange:
            raise RefusedError(f"{self.method} {self.path} takes no parameter {', '.join(strange)}")
        return self.query

    def object(self, needed: tuple[str, ...] = (), may: tuple[str, ...] = ()) -> dict[str, Any]:
        """The JSON object of the body; refused if fields are missing or others are there.

        Examples
        --------
        >>> Request(method="POST", path="/", query={}, headers={"content-type": "application/json"},
        ...         body=b'{"a": 1}').object(("a",))
        {'a': 1}
        """
        kind = self.headers.get("content-type", "")
        if not kind.startswith("application/json"):
            raise RefusedError(f"{self.method} {self.path} takes JSON, not {kind or 'nothing'}", 415)
        try:
            data = json.loads(self.body)
        except ValueError as error:
            raise RefusedError(f"the body is no JSON: {error}") from None
        return _fields(data, needed, may)

    def form(self, *needed: str) -> dict[str, str]:
        """The fields of a form; refused if others are there or some are missing."""
        kind = self.headers.get("content-type", "")
        if not kind.startswith("application/x-www-form-urlencoded"):
            raise RefusedError(f"{self.method} {self.path} takes a form, not {kind or 'nothing'}", 415)
        return _fields(dict(parse_qsl(self.body.decode(), keep_blank_values=True)), needed, ())


def _fields(data: Any, needed: tuple[str, ...], may: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise RefusedError(f"the body is no object: {data!r:.80}")
    missing, strange = sorted(set(needed) - set(data)), sorted(set(data) - {*needed, *may})
    if missing or strange:
        raise RefusedError(f"the body lacks {missing} and has {strange} too much")
    return data


How = Literal["answer", "close", "silence", "truncate", "garble", "echo", "replay", "change", "lose"]


@attrs.define(kw_only=True)
class Fault:
    """How a fake fails, for a number of requests.

    Parameters
    ----------
    how : str
        ``answer``: answers with `answer` instead. ``close``: closes the connection. ``silence``: says nothing for
        a while, then closes it. ``truncate``: stops within the body. ``garble``: sends half of the JSON as if it were
        all. ``echo``: refuses, and repeats all that was sent, secrets too. ``replay``: answers each path as it did
        the first time. ``change``: passes the good answer through `change`. ``lose``: does what a request asks for
        and says nothing, if that changed the CRM; other requests are answered.
    times : int
        For how many requests.
    after : int
        After how many good ones.
    login : bool
        Whether requests for a login fail too.

    Examples
    --------
    >>> Fault(how="close", times=2).hits
    0
    """

    how: How
    answer: Answer = Answer(status=500)
    change: Callable[[Any], Any] = attrs.field(default=lambda data: data)
    times: int = 1_000_000
    after: int = 0
    login: bool = False
    hits: int = 0
    _first: dict[str, Answer] = attrs.field(factory=dict, init=False, repr=False)

    def due(self) -> bool:
        """Whether this request fails; counts it."""
        if self.after > 0:
            self.after -= 1
            return False
        if self.hits >= self.times:
            return False
        self.hits += 1
        return True


class FakeHTTP(ABC):
    """A loopback server before a `MemoryCRM`, with the clock of that CRM.

    A subclass answers the requests that its adapter should send, and calls `refuse` for every other.
    What was refused is kept, so that a test can show that nothing was.

    Parameters
    ----------
    crm : MemoryCRM
        Whose records it serves.

    Examples
    --------
    >>> class Hello(FakeHTTP):
    ...     def reply(self, request):
    ...         return Answer(body={"now": self.crm.now.isoformat()})
    >>> with Hello(MemoryCRM("demo")) as server:
    ...     server.url.startswith("http://127.0.0.1:")
    True
    """

    silence: float = 0.4
    """Seconds of real time for which a silent server says nothing."""

    def __init__(self, crm: MemoryCRM) -> None:
        self.crm = crm
        self.requests: list[Request] = []
        self.refused: list[str] = []
        self.limits: tuple[tuple[int, float], ...] = ()
        self.limited = 0
        self.waited = 0.0
        self.always: Mapping[str, str] = {}
        self.spoilt: dict[Ref, Mapping[str, Any]] = {}
        self._taken: deque[datetime] = deque(maxlen=10_000)
        self._fault: Fault | None = None
        self._lock = threading.RLock()
        self._closing = threading.Event()
        fake = self

        class Handler(_Handler):
            server_of = fake

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    @abstractmethod
    def reply(self, request: Request) -> Answer:
        """The answer to a request; calls `refuse` for what an adapter should not send."""

    def is_login(self, request: Request) -> bool:
        """Whether a request asks for a login; such requests meet no fault that does not say so."""
        del request
        return False

    def problem(self, status: int, what: str) -> Answer:
        """An error as this server words it."""
        return Answer(status=status, body={"message": what})

    def refuse(self, what: str, status: int = 400) -> NoReturn:
        """Refuse a request, naming what is wrong with it."""
        raise RefusedError(what, status)

    def fail(self, fault: Fault | None) -> Fault | None:
        """Fail from now on as a fault says; None to be well again."""
        self._fault = fault
        return fault

    def spoil(self, ref: Ref, **values: Any) -> None:
        """Send these values for a record, whatever it holds."""
        self.spoilt[ref] = MappingProxyType(values)

    def wait(self, seconds: float) -> None:
        """Let time pass on the clock of the CRM; to be given to adapters instead of sleeping."""
        with self._lock:
            self.waited += seconds
            self.crm.now += timedelta(seconds=seconds)

    def clock(self) -> float:
        """Seconds on the clock of the CRM."""
        return self.crm.now.timestamp()

    def counts(self) -> Counter[str]:
        """How often each path was asked."""
        return Counter(f"{request.method} {request.path}" for request in self.requests)

    def close(self) -> None:
        """Stop; safe to call again."""
        if not self._closing.is_set():
            self._closing.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answered(self, request: Request) -> tuple[Answer, How]:
        with self._lock:
            self.requests.append(request)
            fault = self._fault
            if fault is None or (self.is_login(request) and not fault.login):
                return self._good(request), "answer"
            if fault.how == "lose":
                before = self.crm.changes
                good = self._good(request)
                return good, "close" if self.crm.changes > before and fault.due() else "answer"
            if fault.how == "replay":
                return fault._first.setdefault(request.path, self._good(request)), "answer"  # noqa: SLF001 -- its own
            return self._failed(request, fault) if fault.due() else (self._good(request), "answer")

    def _failed(self, request: Request, fault: Fault) -> tuple[Answer, How]:
        if fault.how == "answer":
            return fault.answer, "answer"
        if fault.how == "echo":
            said = {"error": f"{request.query} {dict(request.headers)} {request.body.decode()}"}
            return Answer(status=400, body=said), "answer"
        good = self._good(request)
        return (attrs.evolve(good, body=fault.change(good.body)) if fault.how == "change" else good), fault.how

    def _good(self, request: Request) -> Answer:
        try:
            for most, seconds in self.limits:
                since = self.crm.now - timedelta(seconds=seconds)
                if sum(at > since for at in self._taken) >= most:
                    self.limited += 1
                    return Answer(status=429, body={"message": "too many"}, headers={"Retry-After": str(seconds)})
            self._taken.append(self.crm.now)
            return self.reply(request)
        except RefusedError as error:
            self.refused.append(f"{request.method} {request.path}: {error}")
            return self.problem(error.status, str(error))


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, and writes the answer in one piece."""

    protocol_version = "HTTP/1.1"
    server_of: FakeHTTP

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # the adapter hung up

    def _do(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
            target=self.path,
        )
        fake = self.server_of
        answer, how = fake._answered(request)  # noqa: SLF001 -- the handler is a part of the server
        if how in {"close", "silence"}:
            if how == "silence":
                fake._closing.wait(fake.silence)  # noqa: SLF001 -- as above
            self.close_connection = True
            return
        body = answer.sent
        length = len(body)
        if how == "garble":
            body = body[: length // 2]
            length = len(body)
        lines = {
            "Date": format_datetime(fake.crm.now.replace(microsecond=0), usegmt=True),
            "Content-Type": "application/json",
            "Content-Length": str(length),
            **fake.always,
            **answer.headers,
        }
        head = f"HTTP/1.1 {answer.status} Answer\r\n" + "".join(f"{name}: {text}\r\n" for name, text in lines.items())
        if how == "truncate":
            body = body[: length // 2]
            self.close_connection = True
        self.wfile.write(f"{head}\r\n".encode() + body)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _do  # noqa: N815 -- names of the standard library
