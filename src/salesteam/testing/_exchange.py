"""What goes between an adapter and a fake server: a request, an answer, and the refusal of a request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import attrs

__all__ = ["Answer", "RefusedError", "Request"]


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
