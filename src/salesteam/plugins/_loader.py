"""Find the installed plugins, load each by itself, and say what became of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, distributions
from pathlib import PurePath
from typing import Any

import attrs

from salesteam.core import Grid, _load, _table
from salesteam.crm import Adapter, Secret
from salesteam.errors import PluginError, nearest
from salesteam.plugins._channel import Channel
from salesteam.plugins._frame import PluginRow, grid, rows, state_text
from salesteam.plugins._hooks import GROUP
from salesteam.plugins._plugin import Plugin, State
from salesteam.plugins._registered import agree, registered

__all__ = ["BLOCK_SWITCH", "Plugins", "load"]

BLOCK_SWITCH = "SALESTEAM_BLOCK_PLUGINS"
"""Environment variable: names of plugins not to load, with commas between; ``*`` blocks all."""

_FAULTS = (Exception, SystemExit)


@attrs.frozen(kw_only=True)
class Plugins:
    """All installed plugins, as a value: nothing is kept in a global.

    Made by `load`.

    Parameters
    ----------
    plugins : tuple of Plugin
        In the order of their names.

    Examples
    --------
    >>> Plugins(plugins=()).adapters
    {}
    """

    plugins: tuple[Plugin, ...]

    @property
    def adapters(self) -> dict[str, type[Adapter]]:
        """The adapter classes by name.

        Examples
        --------
        >>> from salesteam.crm import MemoryAdapter
        >>> from salesteam.plugins import Plugin
        >>> plugin = Plugin(name="m", distribution="m", version="1", state="loaded", adapters=(MemoryAdapter,))
        >>> list(Plugins(plugins=(plugin,)).adapters)
        ['memory']
        """
        return {adapter.name: adapter for plugin in self.plugins for adapter in plugin.adapters}

    @property
    def channels(self) -> dict[str, type[Channel]]:
        """The channel classes by name.

        Examples
        --------
        >>> Plugins(plugins=()).channels
        {}
        """
        return {channel.name: channel for plugin in self.plugins for channel in plugin.channels}

    def adapter_class(self, name: str) -> type[Adapter]:
        """The adapter class of a name.

        Raises
        ------
        PluginError
            If there is none; the message names the nearest, and the plugins that failed.

        Examples
        --------
        >>> Plugins(plugins=()).adapter_class("hubspot")
        Traceback (most recent call last):
        salesteam.errors.PluginError: no adapter 'hubspot' is installed; none is: install a plugin...
        """
        known = self.adapters
        if name not in known:
            raise self._none("adapter", name, known, "salesteam-files")
        return known[name]

    def _none(self, what: str, name: str, known: Iterable[str], such_as: str) -> PluginError:
        close, installed = nearest(name, known), sorted(known)
        if close:
            hint = f"did you mean {close[0]!r}?"
        elif installed:
            hint = "installed are " + ", ".join(installed)
        else:
            hint = f"none is: install a plugin, such as {such_as}"
        broken = "; ".join(
            f"plugin {plugin.name} is {plugin.state}: {plugin.why}"
            for plugin in self.plugins
            if plugin.state != "loaded"
        )
        return PluginError(f"no {what} {name!r} is installed; {hint}" + (f" ({broken})" if broken else ""))

    def adapter(self, name: str, *, source: str | None = None, **settings: Any) -> Adapter:
        """Make an adapter from plain settings.

        Parameters
        ----------
        name : str
            Name of the adapter.
        source : str, optional
            Name of the source, for references; the adapter's name if not given.
        **settings : object
            The fields of its `Config`, as plain values: text, exact numbers, paths, lists and mappings.

        Returns
        -------
        Adapter
            Ready to be checked and read.

        Raises
        ------
        PluginError
            If no such adapter is installed.
        ReportError
            If the settings do not fit, with all problems, each at its key.
        InvalidValueError
            For a setting that no settings file could hold, such as a binary number.

        Examples
        --------
        >>> load(entry_points=[]).adapter("files", root="exports")
        Traceback (most recent call last):
        salesteam.errors.PluginError: no adapter 'files' is installed; none is: install a plugin...
        """
        kind = self.adapter_class(name)
        return kind(_configured(name, kind.Config, settings), source=source or name)

    def channel(self, name: str, *, channel: str | None = None, **settings: Any) -> Channel:
        """Make a channel from plain settings.

        Parameters
        ----------
        name : str
            Name of the kind of channel.
        channel : str, optional
            Name of this one; the name of its kind if not given.
        **settings : object
            The fields of its `Config`, as plain values.

        Returns
        -------
        Channel
            Ready to send.

        Raises
        ------
        PluginError
            If no such channel is installed.
        ReportError
            If the settings do not fit, with all problems, each at its key.

        Examples
        --------
        >>> load(entry_points=[]).channel("wecom", url="env:HOOK")
        Traceback (most recent call last):
        salesteam.errors.PluginError: no channel 'wecom' is installed; none is: install a plugin...
        """
        known = self.channels
        if name not in known:
            raise self._none("channel", name, known, "salesteam-notify")
        return known[name](_configured(name, known[name].Config, settings), channel=channel or name)

    def to_frame(self) -> Any:
        """The plugins as a table.

        Returns
        -------
        pandas.DataFrame
            One row an adapter, or a plugin without any: see `PluginRow`.

        Examples
        --------
        >>> list(Plugins(plugins=()).to_frame().columns)[:3]
        ['name', 'distribution', 'version']
        """
        return _table.write_rows(rows(self.plugins), PluginRow)

    def to_rows(self) -> list[dict[str, Any]]:
        """The plugins as plain mappings, for JSON.

        Examples
        --------
        >>> Plugins(plugins=()).to_rows()
        []
        """
        return [attrs.asdict(row) for row in rows(self.plugins)]

    def grid(self, lang: str = "en") -> Grid:
        """The plugins for display.

        Examples
        --------
        >>> Plugins(plugins=()).grid().title
        'Plugins'
        """
        return grid(self.plugins, lang)

    def explain(self, name: str, lang: str = "en") -> str:
        """Tell what became of a plugin, and why.

        Raises
        ------
        PluginError
            If no plugin of that name is installed.

        Examples
        --------
        >>> from salesteam.plugins import Plugin
        >>> plugin = Plugin(name="x", distribution="salesteam-x", version="1.0", state="failed", why="no module y")
        >>> Plugins(plugins=(plugin,)).explain("x")
        'x (salesteam-x 1.0): failed: no module y'
        """
        for plugin in self.plugins:
            if plugin.name == name:
                why = f": {plugin.why}" if plugin.why else ""
                return f"{name} ({plugin.distribution} {plugin.version}): {state_text(plugin.state, lang)}{why}"
        known = ", ".join(plugin.name for plugin in self.plugins) or "none"
        raise PluginError(f"no plugin {name!r} is installed; installed are: {known}")

    def _repr_html_(self) -> str:
        return self.grid().html()


def _configured(name: str, config: type, settings: Mapping[str, Any]) -> Any:
    """The settings of an adapter or channel, of plain values."""
    plain = _load.dump(settings, hooks={PurePath: str, Secret: lambda secret: secret.reference})
    hooks = {Secret: lambda value, load: Secret(load(value, str))}
    read: Any = _load.load_text(plain, config, file=f"settings of {name}", hooks=hooks)
    return read.require()


def load(
    *,
    block: Iterable[str] = (),
    entry_points: Iterable[EntryPoint] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Plugins:
    """Load the installed plugins, one by one in the order of their names.

    A plugin that fails takes no other down: it is listed as failed, with the reason.

    Parameters
    ----------
    block : iterable of str, optional
        Names of plugins not to load.
    entry_points : iterable of EntryPoint, optional
        What to load instead of the installed ones.
    environment : mapping of str to str, optional
        Read for `BLOCK_SWITCH`; the process environment if not given.

    Returns
    -------
    Plugins
        What was found, loaded, blocked and failed.

    Examples
    --------
    >>> load(entry_points=[]).plugins
    ()
    """
    switch = (os.environ if environment is None else environment).get(BLOCK_SWITCH, "")
    blocked = dict.fromkeys(block, "by the caller")
    blocked |= {name.strip(): f"by {BLOCK_SWITCH}" for name in switch.split(",") if name.strip()}
    found, plugins = _installed() if entry_points is None else (list(entry_points), [])
    taken: dict[str, str] = {}
    heard: dict[str, str] = {}
    for point in sorted(found, key=lambda point: (point.name, point.value)):
        reason = blocked.get(point.name) or blocked.get("*")
        plugin = _plugin(point, "blocked", reason) if reason else _load_one(point, taken, heard)
        taken |= {adapter.name: plugin.name for adapter in plugin.adapters}
        heard |= {channel.name: plugin.name for channel in plugin.channels}
        plugins.append(plugin)
    return Plugins(plugins=tuple(sorted(plugins, key=lambda plugin: plugin.name)))


def _installed() -> tuple[list[EntryPoint], list[Plugin]]:
    """The entry points of the group, and the distributions whose entry points cannot even be read."""
    points: list[EntryPoint] = []
    broken: list[Plugin] = []
    seen: set[str] = set()
    for distribution in distributions():
        try:
            found = distribution.entry_points.select(group=GROUP)
            if found and distribution.name not in seen:  # of two that are installed, the first is what is imported
                seen.add(distribution.name)
                points += found
        except _FAULTS as error:  # a broken distribution must not hide the others
            name = distribution.metadata["Name"] or "?"
            why = f"its entry points cannot be read: {type(error).__name__}: {error}"
            version = distribution.metadata["Version"] or "?"
            broken.append(Plugin(name=name, distribution=name, version=version, state="failed", why=why))
    return points, broken


def _plugin(
    point: EntryPoint,
    state: State,
    why: str = "",
    adapters: tuple[type[Adapter], ...] = (),
    channels: tuple[type[Channel], ...] = (),
) -> Plugin:
    return Plugin(
        name=point.name,
        distribution=point.dist.name if point.dist else "?",
        version=point.dist.version if point.dist else "?",
        state=state,
        why=why,
        adapters=adapters,
        channels=channels,
    )


def _load_one(point: EntryPoint, taken: Mapping[str, str], heard: Mapping[str, str]) -> Plugin:
    try:
        adapters, channels = registered(point.name, point.load())
        agree(point.name, adapters, taken, Adapter)
        agree(point.name, channels, heard, Channel)
    except _FAULTS as error:  # whatever a plugin raises is its own failure
        why = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
        return _plugin(point, "failed", why)
    return _plugin(point, "loaded", adapters=adapters, channels=channels)
