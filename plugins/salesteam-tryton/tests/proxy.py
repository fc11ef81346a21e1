"""A door before the real server: it passes everything on, unless a test wants a fault."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from salesteam.testing import Answer, FakeHTTP

_NOT_UNDERSTOOD = frozenset({400, 403, 404, 405, 413, 415, 422})
_WHO = frozenset({"common.db.login", "model.res.user.get_preferences", "common.server.version"})


class Watch:
    """The clock of the door, on which nobody waits, and the account of what was deleted and how often was written.

    It is a second ahead: answers tell their time in whole seconds, and what was written within the second of an
    answer would be left for the next sync.
    """

    def __init__(self) -> None:
        self.ahead = timedelta(seconds=1)
        self.gone = set()
        self.changes = 0

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @now.setter
    def now(self, at: datetime) -> None:
        self.ahead += at - self.now

    def get(self, ref):
        return SimpleNamespace(deleted=ref in self.gone)


class Door(FakeHTTP):
    """Passes requests to a port of this machine.

    What the server once answered to a login is answered again while that session lasts: each login costs half a
    second of computing, on purpose. Any other login is passed on.
    """

    def __init__(self, port: int) -> None:
        super().__init__(Watch())
        self.port = port
        self.session = ""
        self.old = False  # whether it does as before 8.0: another place, and less told of the user
        self.known: tuple[list, list] | None = None
        self.before: Callable[[str], None] = lambda method: None

    def reply(self, request):
        """What the real server answers; what it does not even understand is kept as refused."""
        asked = json.loads(request.body)
        method, path = asked["method"], request.path
        if self.old:
            if path == "/rpc/":
                return Answer(status=401)
            path += "rpc/"
        if method == "common.db.login" and self.known and asked["params"] == self.known[0]:
            return Answer(body={"id": asked["id"], "result": self.known[1]})
        self.before(method)
        self.session = request.headers.get("authorization", self.session)
        names = ("content-type", "authorization")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(request.method, path, request.body, headers)
            answer = line.getresponse()
            body = answer.read()
            if self.old and method == "model.res.user.get_preferences":
                told = json.loads(body)
                del told["result"]["companies"]
                body = json.dumps(told).encode()
            self.crm.changes += method.endswith((".create", ".write"))
        finally:
            line.close()
        if answer.status in _NOT_UNDERSTOOD:
            self.refused.append(f"{answer.status}: {method}")
        return Answer(status=answer.status, body=body)

    def is_login(self, request):
        """Who asks, and who is asked."""
        return json.loads(request.body)["method"] in _WHO
