"""The socket: finds the installed plugins and loads each by itself.

`load` gives `Plugins`, a value that lists them and makes adapters.
A plugin is a distribution with an entry point of the group ``salesteam`` that names a module;
the module implements hooks of `Hooks`, marked with `hookimpl`.

A `Channel` sends a `Notice` to people and tells its `Delivery`; `deliver` chooses channels by urgency.
"""

from __future__ import annotations

from salesteam.plugins._channel import Channel, Delivery, Notice, deliver
from salesteam.plugins._hooks import GROUP, Hooks, hookimpl
from salesteam.plugins._loader import BLOCK_SWITCH, Plugins, load
from salesteam.plugins._plugin import Plugin

__all__ = [
    "BLOCK_SWITCH",
    "GROUP",
    "Channel",
    "Delivery",
    "Hooks",
    "Notice",
    "Plugin",
    "Plugins",
    "deliver",
    "hookimpl",
    "load",
]
