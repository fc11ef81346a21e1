"""Channels: where a message to people goes, and what became of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

import attrs

from salesteam.core import say
from salesteam.crm import API, Verified
from salesteam.errors import InvalidValueError, NotFoundError

__all__ = ["Channel", "Delivery", "Notice", "deliver"]

Urgency = Literal["low", "normal", "high"]
URGENCIES: tuple[Urgency, ...] = ("low", "normal", "high")


@attrs.frozen(kw_only=True)
class Notice:
    """A message to people.

    Parameters
    ----------
    text : str
        What it says, as plain text.
    title : str, optional
        Its first line.
    urgency : {'low', 'normal', 'high'}
        How soon somebody should see it.

    Examples
    --------
    >>> Notice(text="3 deals have no owner", urgency="high").whole
    '3 deals have no owner'
    """

    text: str
    title: str | None = None
    urgency: Urgency = attrs.field(default="normal", validator=attrs.validators.in_(URGENCIES))

    @property
    def whole(self) -> str:
        """Title and text.

        Examples
        --------
        >>> print(Notice(title="Review", text="all well").whole)
        Review
        all well
        """
        return f"{self.title}\n{self.text}" if self.title else self.text


@attrs.frozen(kw_only=True)
class Delivery:
    """What became of a message.

    Parameters
    ----------
    channel : str
        Name of the channel.
    state : {'sent', 'refused', 'unknown'}
        Accepted; surely not accepted; or nobody knows, because the answer was lost: then it is not sent again.
    why : str
        The reason, where it was not sent; without secrets.

    Examples
    --------
    >>> Delivery(channel="team", state="sent").why
    ''
    """

    channel: str
    state: Literal["sent", "refused", "unknown"]
    why: str = ""

    def text(self, lang: str = "en") -> str:
        """What became of it, for a reader.

        Examples
        --------
        >>> Delivery(channel="team", state="refused", why="93000: invalid webhook url").text("zh")
        'team：被拒绝（93000: invalid webhook url）'
        """
        chinese = {"sent": "已发送", "refused": "被拒绝", "unknown": "结果未知，不会重发"}[self.state]
        english = {"unknown": "nobody knows, and it is not sent again"}.get(self.state, self.state)
        return say(
            lang,
            en=f"{self.channel}: {english}" + (f" ({self.why})" if self.why else ""),
            zh=f"{self.channel}：{chinese}" + (f"（{self.why}）" if self.why else ""),
        )


class Channel(ABC):
    """Sends messages to people; what goes wrong is in the `Delivery`, never an exception.

    Attributes
    ----------
    name : str
        The name users write, such as ``"wecom"``.
    api : int
        The interface number it was written for.
    Config : type
        An attrs class of its settings.
    verified : salesteam.crm.Verified
        What its tests ran against.

    Parameters
    ----------
    config : Config
        The settings.
    channel : str
        The name of this channel.

    Examples
    --------
    >>> class Silent(Channel):
    ...     name = "silent"
    ...     def send(self, notice):
    ...         return Delivery(channel=self.channel, state="refused", why="it never speaks")
    >>> Silent(None, channel="quiet").send(Notice(text="hello")).why
    'it never speaks'
    """

    name: ClassVar[str]
    api: ClassVar[int] = API
    Config: ClassVar[type]
    verified: ClassVar[Verified]

    def __init__(self, config: Any, *, channel: str) -> None:
        self.config = config
        self.channel = channel

    @abstractmethod
    def send(self, notice: Notice) -> Delivery:
        """Send a message, once."""

    def close(self) -> None:  # noqa: B027 -- most channels hold nothing open
        """Let go of connections; called once, safe to call again."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.channel}>"


def deliver(
    notice: Notice, channels: Mapping[str, Channel], routes: Mapping[str, Sequence[str]]
) -> tuple[Delivery, ...]:
    """Send a message over the channels that its urgency asks for.

    Parameters
    ----------
    notice : Notice
        The message.
    channels : mapping of str to Channel
        By their names.
    routes : mapping of str to sequence of str
        Urgency to the names of channels.

    Returns
    -------
    tuple of Delivery
        One for each channel, in the order of the route.

    Raises
    ------
    InvalidValueError
        If no route is named for the urgency; an empty one says that nobody is told.
    NotFoundError
        If a route names a channel that is not there.

    Examples
    --------
    >>> deliver(Notice(text="all well", urgency="low"), {}, {"low": []})
    ()
    """
    if notice.urgency not in routes:
        raise InvalidValueError(
            f"there is no route for {notice.urgency}", where="routes", fix="name its channels, or none by an empty list"
        )
    for name in routes[notice.urgency]:
        if name not in channels:
            raise NotFoundError("channel", name, channels, where="routes")
    return tuple(_sent(channels[name], notice) for name in routes[notice.urgency])


def _sent(channel: Channel, notice: Notice) -> Delivery:
    try:
        return channel.send(notice)
    except Exception as error:  # noqa: BLE001 -- a failing channel must not take the others down
        return Delivery(channel=channel.channel, state="unknown", why=f"the channel failed: {type(error).__name__}")
