"""The robots, each with its body, its signature, and its way to say no."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from typing import Any, ClassVar

from salesteam.crm.http import Client, Reply
from salesteam_notify import _config
from salesteam_notify._robot import Robot, coded

__all__ = ["DingTalk", "Feishu", "Slack", "Teams", "WeCom"]


def _text(text: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": text}}


class _Signed(Robot):
    """A robot that may ask for a signature."""

    Config: ClassVar[type] = _config.SignedConfig

    config: _config.SignedConfig

    def secret(self) -> str | None:
        """The secret of the signature."""
        return None if self.config.secret is None else self.config.secret.reveal()

    def _open(self) -> Client:
        client = super()._open()
        secret = self.secret()
        if secret is not None:
            client.keep(secret)
        return client


class WeCom(Robot):
    """The robot of a WeCom (企业微信) group.

    Examples
    --------
    >>> WeCom.name, WeCom.most
    ('wecom', 2048)
    """

    name: ClassVar[str] = "wecom"
    most: ClassVar[int] = 2048
    limit: ClassVar[tuple[int, float]] = (20, 60)

    def size(self, text: str) -> int:
        """Its length in bytes."""
        return len(text.encode())

    def message(self, text: str) -> tuple[dict[str, Any], Mapping[str, str]]:
        """A plain text."""
        return _text(text), {}

    def refusal(self, reply: Reply) -> str | None:
        """Its ``errcode``."""
        return coded(reply, "errcode")


class DingTalk(_Signed):
    """The robot of a DingTalk (钉钉) group.

    Examples
    --------
    >>> DingTalk.name, DingTalk.limit
    ('dingtalk', (20, 60))
    """

    name: ClassVar[str] = "dingtalk"
    most: ClassVar[int] = 20_000
    limit: ClassVar[tuple[int, float]] = (20, 60)

    def size(self, text: str) -> int:
        """Its length in bytes."""
        return len(text.encode())

    def message(self, text: str) -> tuple[dict[str, Any], Mapping[str, str]]:
        """A plain text; the signature is of milliseconds and goes into the address."""
        secret = self.secret()
        if secret is None:
            return _text(text), {}
        at = str(round(self.now() * 1000))
        digest = hmac.digest(secret.encode(), f"{at}\n{secret}".encode(), "sha256")
        return _text(text), {"timestamp": at, "sign": base64.b64encode(digest).decode()}

    def refusal(self, reply: Reply) -> str | None:
        """Its ``errcode``."""
        return coded(reply, "errcode")


class Feishu(_Signed):
    """The robot of a Feishu (飞书) or Lark group.

    Examples
    --------
    >>> Feishu.name, Feishu.limit
    ('feishu', (5, 1))
    """

    name: ClassVar[str] = "feishu"
    most: ClassVar[int] = 15_000
    limit: ClassVar[tuple[int, float]] = (5, 1)

    def size(self, text: str) -> int:
        """Its length in bytes."""
        return len(text.encode())

    def message(self, text: str) -> tuple[dict[str, Any], Mapping[str, str]]:
        """A plain text; the signature is of seconds, of nothing with time and secret as its key, and in the body."""
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        secret = self.secret()
        if secret is not None:
            at = str(int(self.now()))
            digest = hmac.digest(f"{at}\n{secret}".encode(), b"", "sha256")
            body |= {"timestamp": at, "sign": base64.b64encode(digest).decode()}
        return body, {}

    def refusal(self, reply: Reply) -> str | None:
        """Its ``code``."""
        return coded(reply, "code")


class Slack(Robot):
    """An incoming webhook of Slack.

    Examples
    --------
    >>> Slack.name
    'slack'
    """

    name: ClassVar[str] = "slack"
    most: ClassVar[int] = 3000
    limit: ClassVar[tuple[int, float]] = (1, 1)

    def message(self, text: str) -> tuple[dict[str, Any], Mapping[str, str]]:
        """A text in which no sign is a command."""
        return {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}, {}

    def refusal(self, reply: Reply) -> str | None:
        """Anything but ``ok``."""
        return None if reply.text.strip() == "ok" else f"the answer is not ok: {reply.text[:100]}"


class Teams(Robot):
    """A workflow of Teams that is started by a webhook.

    Examples
    --------
    >>> Teams.name, Teams.most
    ('teams', 1000)
    """

    name: ClassVar[str] = "teams"
    most: ClassVar[int] = 1000
    limit: ClassVar[tuple[int, float]] = (4, 1)

    def message(self, text: str) -> tuple[dict[str, Any], Mapping[str, str]]:
        """A card with one block for each line, because a line break inside a block is none."""
        blocks = [{"type": "TextBlock", "text": line, "wrap": True} for line in text.splitlines() if line.strip()]
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": blocks,
        }
        attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        return {"type": "message", "attachments": [attachment]}, {}

    def refusal(self, reply: Reply) -> str | None:
        """Any words: a workflow that was started says nothing."""
        return None if reply.text.strip() in {"", "1"} else f"the answer says: {reply.text[:100]}"
