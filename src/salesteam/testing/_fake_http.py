"""A server on this machine that accepts only what an adapter should send, and fails where a test asks it to."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, NoReturn, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs

from salesteam.crm import MemoryCRM, Ref
from salesteam.testing._exchange import Answer, RefusedError, Request

__all__ = ["FakeHTTP", "Fault", "How"]


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
    A mistake in the subclass is a 500 for the adapter, and `close` raises it.

    Parameters
    ----------
    crm : MemoryCRM
        Whose records it serves.

    Attributes
    ----------
    url : str
        Where it listens.
    requests : list of Request
        What was asked, in order.
    refused : list of str
        What an adapter should not have sent, and why.
    limits : tuple of (int, float)
        So many requests in so many seconds are answered; those beyond get a 429 and are counted in `limited`.
    waited : float
        The seconds for which `wait` was called.
    always : mapping of str
        Headers of every answer.

    Examples
    --------
    >>> class Shop(FakeHTTP):
    ...     def reply(self, request):
    ...         if request.path != "/customers":
    ...             self.refuse("no such path", 404)
    ...         return Answer(body=[self.row(each) for each in self.crm.records("account")])
    ...     def row(self, record):
    ...         return self.spoilt(record.ref, {"id": record.ref.external_id, "name": record.name})
    >>> with Shop(MemoryCRM("shop")) as server:
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
        self._spoilt: dict[Ref, Mapping[str, Any]] = {}
        self._mistake: Exception | None = None
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
        """The answer to a request; calls `refuse` for what an adapter should not send.

        A ConnectionError closes the connection: where requests are passed on to a real server, that one is away.
        """

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
        """From now on send these values of a record, whatever it holds, instead of those of an earlier call."""
        self._spoilt[ref] = values

    def spoilt(self, ref: Ref, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row of a record as it is to be sent: with the values of `spoil` over its own.

        A subclass passes each row through it, or the part of a row that holds the values of the source,
        else no test can send a bad row.

        Examples
        --------
        >>> class Shop(FakeHTTP):
        ...     def reply(self, request):
        ...         return Answer()
        >>> ref = Ref("shop", "account", "7")
        >>> with Shop(MemoryCRM("shop")) as server:
        ...     server.spoil(ref, name=None)
        ...     server.spoilt(ref, {"id": "7", "name": "Acme"})
        {'id': '7', 'name': None}
        """
        return {**row, **self._spoilt.get(ref, {})}

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
        """Stop, and raise the first mistake of `reply`, if it made one; safe to call again.

        Raises
        ------
        Exception
            What `reply` raised, but for a refusal and a ConnectionError: without it a test would end with a strange
            answer only.
        """
        if not self._closing.is_set():
            self._closing.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join(timeout=5)
        mistake, self._mistake = self._mistake, None
        if mistake is not None:
            raise mistake

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

    def _answered_safely(self, request: Request) -> tuple[Answer, bytes, How]:
        """The answer, its body as bytes and how it is sent; a mistake of the fake is kept for `close`."""
        try:
            answer, how = self._answered(request)
            body = answer.sent
        except ConnectionError:
            answer, body, how = Answer(), b"", "close"
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is raised at the end
            error.add_note(f"{type(self).__name__} was asked for {request.method} {request.path}")
            self._mistake = self._mistake or error
            answer, how = Answer(status=500, body=f"{type(self).__name__} broke: {error!r}"), "answer"
            body = answer.sent
        return answer, body, how

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
        answer, body, how = fake._answered_safely(request)  # noqa: SLF001 -- the handler is a part of the server
        if how in {"close", "silence"}:
            if how == "silence":
                fake._closing.wait(fake.silence)  # noqa: SLF001 -- as above
            self.close_connection = True
            return
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
