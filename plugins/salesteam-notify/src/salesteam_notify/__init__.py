"""Sends notices to Slack, Teams, WeCom, DingTalk and Feishu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesteam.plugins import hookimpl

if TYPE_CHECKING:
    from salesteam.plugins import Channel


@hookimpl
def salesteam_register_channels() -> list[type[Channel]]:
    """Register the channels ``slack``, ``teams``, ``wecom``, ``dingtalk`` and ``feishu``."""
    from salesteam_notify._robots import DingTalk, Feishu, Slack, Teams, WeCom

    return [Slack, Teams, WeCom, DingTalk, Feishu]
