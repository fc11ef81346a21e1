"""What all robots of group chats share: send once, read the answer, say what became of it."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from salesteam.crm import Verified
from salesteam.crm.http import Client, Limit, Reply
from salesteam.errors import AdapterError, AuthExpired, Conflict, InvalidValueError, RateLimited, Rejected
from salesteam.plugins import Channel, Delivery, Notice
from salesteam_notify import _config
from salesteam_notify._parts import in_parts

__all__ = ["Robot", "coded"]

_FAKE = Verified(label="fake", against="our own fake of five robots")
_KEY = 12
"""A part of a path that is so long is a key."""
_REFUSED = (RateLimited, Rejected, AuthExpired, Conflict)


class Robot(Channel):
    """A robot of a group chat."""

    Config: ClassVar[type] = _config.Config
    verified: ClassVar[Verified] = _FAKE
    most: ClassVar[int]
    """The longest text of one message."""
    limit: ClassVar[tuple[int, float]]
    """Messages and seconds."""

    config: _config.Config

    def __init__(
        self,
        config: Any,
        *,
        channel: str,
        now: Callable[[], float] = time.time,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        timeout: float = 30.0,
    ) -> None:
        super().__init__(config, channel=channel)
        self.now, self.wait, self.clock, self.timeout = now, wait, clock, timeout
        self._client: Client | None = None
        self._path = ""
        self._params: dict[str, str] = {}

    @abstractmethod
    def message(self, text: str) -> tuple[dict[str, Any], Mapping[str, str]]:
        """The body of a message, and the parameters that it needs besides those of the address."""

    @abstractmethod
    def refusal(self, reply: Reply) -> str | None:
        """Why the robot did not take a message, although the status is good; None if it did."""

    def size(self, text: str) -> int:
        """How long a text is, as this robot counts."""
        return len(text)

    def send(self, notice: Notice) -> Delivery:
        """Send a message once, in parts if it is long; what nobody can know is not sent again."""
        try:
            client = self._open()
        except InvalidValueError as error:
            return self._became("refused", str(error))
        parts = in_parts(notice.whole, self.most, self.size)
        for number, part in enumerate(parts):
            failed = self._sent(client, part)
            if failed is not None:
                if number:
                    return self._became("unknown", f"only {number} of {len(parts)} parts were sent: {failed.why}")
                return failed
        return self._became("sent")

    def _became(self, state: Any, why: str = "") -> Delivery:
        return Delivery(channel=self.channel, state=state, why=why)

    def _sent(self, client: Client, text: str) -> Delivery | None:
        """None if it was sent."""
        try:
            body, params = self.message(text)
            sent = {**self._params, **params}
            reply = client.ask("POST", self._path, params=sent or None, json=body, again=False, plain=True)
        except (*_REFUSED, InvalidValueError) as error:
            return self._became("refused", str(error).removeprefix(f"{self.channel}: "))
        except AdapterError as error:
            return self._became("unknown", str(error).removeprefix(f"{self.channel}: "))
        why = self.refusal(reply)
        return None if why is None else self._became("refused", client.hide(why)[:300])

    def _open(self) -> Client:
        if self._client is None:
            address = self.config.url.reveal()
            parts = urlsplit(address)
            self._path = parts.path
            self._params = dict(parse_qsl(parts.query, keep_blank_values=True))
            client = Client(
                f"{parts.scheme}://{parts.netloc}",
                source=self.channel,
                limits=(Limit(*self.limit),),
                wait=self.wait,
                clock=self.clock,
                timeout=self.timeout,
                ca=self.config.ca,
            )
            client.keep(address, *(each for each in parts.path.split("/") if len(each) >= _KEY), *self._params.values())
            self._client = client
        return self._client

    def close(self) -> None:
        """Let go of the connection; safe to call again."""
        if self._client is not None:
            self._client.close()


def coded(reply: Reply, name: str, good: int = 0) -> str | None:
    """The code and the words of an answer whose code is not the good one; None if it is."""
    code = reply.get(name)
    if code == good and not isinstance(code, bool):
        return None
    if code is None:
        return f"the answer has no {name}: {reply.text[:100]}"
    return f"{code}: {reply.get('errmsg') or reply.get('msg') or ''}"
