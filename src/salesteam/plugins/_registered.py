"""What a plugin's module registers, refused where it breaks its contract so far that it cannot be listed."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import pluggy

from salesteam.crm import API, Adapter, Verified
from salesteam.errors import PluginError
from salesteam.plugins._channel import Channel
from salesteam.plugins._hooks import GROUP, Hooks

__all__ = ["agree", "registered"]

_HOOKS = ("salesteam_register_adapters", "salesteam_register_channels")


def registered(name: str, module: Any) -> tuple[tuple[type[Adapter], ...], tuple[type[Channel], ...]]:
    """The adapters and the channels that a module registers."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Hooks)
    manager.register(module, name=name)
    manager.check_pending()
    adapters, channels = (_classes(manager, hook) for hook in _HOOKS)
    if not adapters and not channels:
        raise PluginError("it registers nothing: mark salesteam_register_adapters with salesteam.plugins.hookimpl")
    return adapters, channels


def _classes(manager: pluggy.PluginManager, hook: str) -> tuple[Any, ...]:
    groups = getattr(manager.hook, hook)()
    for group in groups:
        if not isinstance(group, (list, tuple)):
            raise PluginError(f"{hook} returned {group!r}: return a list of classes")
    return tuple(each for group in groups for each in group)


def agree(plugin: str, classes: Iterable[Any], taken: Mapping[str, str], base: type) -> None:
    """Refuse adapters or channels that break the contract so far that they cannot be listed."""
    what = "adapter" if base is Adapter else "channel"
    known = dict(taken)
    for each in classes:
        _sound(each, base)
        if each.name in known:
            raise PluginError(f"the {what} {each.name!r} is registered by the plugin {known[each.name]} already")
        known[each.name] = plugin


def _sound(part: Any, base: type) -> None:
    if not (isinstance(part, type) and issubclass(part, base)):
        home = "salesteam.crm.Adapter" if base is Adapter else "salesteam.plugins.Channel"
        raise PluginError(f"{part!r} is no subclass of {home}")
    checked: Any = part
    label = checked.__name__
    if inspect.isabstract(checked):
        raise PluginError(f"{label} lacks {', '.join(sorted(checked.__abstractmethods__))}")
    missing = [name for name in ("name", "Config", "verified") if not hasattr(checked, name)]
    if missing:
        raise PluginError(f"{label} lacks the class attribute {', '.join(missing)}")
    if checked.api != API:
        raise PluginError(
            f"{label} is written for api {checked.api}, this library speaks api {API}: update one of them"
        )
    if not isinstance(checked.name, str) or not checked.name.strip():
        raise PluginError(f"{label}.name is {checked.name!r}: give the name that users write")
    if not (isinstance(checked.Config, type) and attrs.has(checked.Config)):
        raise PluginError(f"{label}.Config is no attrs class")
    if not isinstance(checked.verified, Verified):
        raise PluginError(f"{label}.verified is no salesteam.crm.Verified")
