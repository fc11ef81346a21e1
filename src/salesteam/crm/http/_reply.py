"""What a server answered, and what a login gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import attrs

__all__ = ["Login", "Reply"]

_NOT_READ = object()


@attrs.frozen(kw_only=True)
class Login:
    """What a login adds to each request.

    Parameters
    ----------
    headers, body : mapping of str to str
        Put into the headers, or into the JSON body, of each request.
    base : str, optional
        Where to ask from now on, if the login names the address.
    good_for : float, optional
        Seconds after which it is renewed before it expires.

    Examples
    --------
    >>> Login(headers={"Authorization": "Bearer abc"})
    Login(base=None, good_for=None)
    """

    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    body: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    base: str | None = None
    good_for: float | None = None


@attrs.frozen(kw_only=True)
class Reply:
    """An answer: status, headers in small letters, text, and its JSON with decimals kept exact.

    Examples
    --------
    >>> reply = Reply(status=200, headers={}, text='{"amount": 12.30}')
    >>> reply.data["amount"], reply.get("amount"), reply.get("none")
    (Decimal('12.30'), Decimal('12.30'), None)
    """

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    _data: Any = attrs.field(default=_NOT_READ, init=False, repr=False, eq=False)

    @property
    def data(self) -> Any:
        """The JSON of the answer; None if it has no text.

        Raises
        ------
        ValueError
            If the text is no JSON.

        Examples
        --------
        >>> Reply(status=204, headers={}, text="").data is None
        True
        """
        if self._data is _NOT_READ:
            found = json.loads(self.text, parse_float=Decimal) if self.text.strip() else None
            object.__setattr__(self, "_data", found)
        return self._data

    @property
    def whole(self) -> bool:
        """Whether the text is JSON, or nothing.

        Examples
        --------
        >>> Reply(status=200, headers={}, text='{"amount": 12').whole
        False
        """
        try:
            self.data  # noqa: B018 -- reading it proves it
        except ValueError:
            return False
        return True

    def get(self, name: str) -> Any:
        """A field of the answer, or None if the answer is no object, or no JSON, or has no such field."""
        try:
            data = self.data
        except ValueError:
            return None
        return data.get(name) if isinstance(data, dict) else None

    @property
    def retry_after(self) -> float | None:
        """Seconds for which the server asks to wait, given as seconds or as a date.

        Examples
        --------
        >>> Reply(status=429, headers={"retry-after": "7"}, text="").retry_after
        7.0
        """
        text = self.headers.get("retry-after", "").strip()
        try:
            return max(0.0, float(text))
        except ValueError:
            until, now = _date(text), self.server_time or datetime.now(UTC)
            return None if until is None else max(0.0, (until - now).total_seconds())

    @property
    def server_time(self) -> datetime | None:
        """The clock of the server, as its answer tells it.

        Examples
        --------
        >>> Reply(status=200, headers={"date": "Wed, 30 Sep 2026 08:00:00 GMT"}, text="").server_time.hour
        8
        """
        return _date(self.headers.get("date", ""))


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
