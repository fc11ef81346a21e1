"""The hooks that a plugin may implement: they register classes, take no arguments, and do nothing else."""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from salesteam.crm import Adapter
from salesteam.plugins._channel import Channel

__all__ = ["GROUP", "Hooks", "hookimpl"]

GROUP = "salesteam"
"""The entry-point group in which a plugin's distribution names its module."""

_hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)
"""Marks a function of a plugin's root module as the implementation of a hook."""


class Hooks:
    """All hooks; a plugin implements those it needs, as functions of its root module.

    Examples
    --------
    >>> [name for name in vars(Hooks) if name.startswith("salesteam_")]
    ['salesteam_register_adapters', 'salesteam_register_channels']
    """

    @_hookspec
    def salesteam_register_adapters(self) -> Iterable[type[Adapter]]:  # type: ignore[empty-body]  # a specification
        """Return the adapter classes of this plugin."""

    @_hookspec
    def salesteam_register_channels(self) -> Iterable[type[Channel]]:  # type: ignore[empty-body]  # a specification
        """Return the channel classes of this plugin."""
