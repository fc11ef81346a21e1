"""What became of one installed plugin."""

from __future__ import annotations

from typing import Literal

import attrs

from salesteam.crm import Adapter
from salesteam.plugins._channel import Channel

__all__ = ["Plugin", "State"]

State = Literal["loaded", "blocked", "failed"]


@attrs.frozen(kw_only=True)
class Plugin:
    """One installed plugin and what became of it.

    Parameters
    ----------
    name : str
        Name of its entry point.
    distribution, version : str
        What was installed.
    state : {'loaded', 'blocked', 'failed'}
        What became of it.
    why : str
        The reason, where it is not loaded.
    adapters : tuple of type
        The adapter classes it registered.
    channels : tuple of type
        The channel classes it registered.

    Examples
    --------
    >>> Plugin(name="x", distribution="salesteam-x", version="1.0", state="failed", why="ImportError: y").why
    'ImportError: y'
    """

    name: str
    distribution: str
    version: str
    state: State
    why: str = ""
    adapters: tuple[type[Adapter], ...] = ()
    channels: tuple[type[Channel], ...] = ()
