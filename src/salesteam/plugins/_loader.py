"""Find the installed plugins, load each by itself, and say what became of it."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, distributions
from pathlib import PurePath
from typing import Any

import attrs
import pluggy

from salesteam.core import Grid, _load, _table
from salesteam.crm import API, Adapter, Secret, Verified
from salesteam.errors import PluginError, nearest
from salesteam.plugins._frame import PluginRow, grid, rows, state_text
from salesteam.plugins._hooks import GROUP, Hooks
from salesteam.plugins._plugin import Plugin, State

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
        if name in known:
            return known[name]
        close = nearest(name, known)
        if close:
            hint = f"did you mean {close[0]!r}?"
        elif known:
            hint = "installed are " + ", ".join(sorted(known))
        else:
            hint = "none is: install a plugin, such as salesteam-files"
        broken = "; ".join(
            f"plugin {plugin.name} is {plugin.state}: {plugin.why}"
            for plugin in self.plugins
            if plugin.state != "loaded"
        )
        raise PluginError(f"no adapter {name!r} is installed; {hint}" + (f" ({broken})" if broken else ""))

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
        plain = _load.dump(settings, hooks={PurePath: str, Secret: lambda secret: secret.reference})
        hooks = {Secret: lambda value, load: Secret(load(value, str))}
        config: Any = _load.load_text(plain, kind.Config, file=f"settings of {name}", hooks=hooks).require()
        return kind(config, source=source or name)

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
    for point in sorted(found, key=lambda point: (point.name, point.value)):
        reason = blocked.get(point.name) or blocked.get("*")
        plugin = _plugin(point, "blocked", reason) if reason else _load_one(point, taken)
        taken |= {adapter.name: plugin.name for adapter in plugin.adapters}
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


def _plugin(point: EntryPoint, state: State, why: str = "", adapters: tuple[type[Adapter], ...] = ()) -> Plugin:
    return Plugin(
        name=point.name,
        distribution=point.dist.name if point.dist else "?",
        version=point.dist.version if point.dist else "?",
        state=state,
        why=why,
        adapters=adapters,
    )


def _load_one(point: EntryPoint, taken: Mapping[str, str]) -> Plugin:
    try:
        adapters = _registered(point.name, point.load())
        _agree(point.name, adapters, taken)
    except _FAULTS as error:  # whatever a plugin raises is its own failure
        why = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
        return _plugin(point, "failed", why)
    return _plugin(point, "loaded", adapters=adapters)


def _registered(name: str, module: Any) -> tuple[type[Adapter], ...]:
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Hooks)
    manager.register(module, name=name)
    manager.check_pending()
    groups = manager.hook.salesteam_register_adapters()
    for group in groups:
        if not isinstance(group, (list, tuple)):
            raise PluginError(f"salesteam_register_adapters returned {group!r}: return a list of classes")
    adapters = tuple(adapter for group in groups for adapter in group)
    if not adapters:
        raise PluginError("it registers nothing: mark salesteam_register_adapters with salesteam.plugins.hookimpl")
    return adapters


def _agree(plugin: str, adapters: Iterable[Any], taken: Mapping[str, str]) -> None:
    """Refuse adapters that break the contract so far that they cannot be listed."""
    known = dict(taken)
    for adapter in adapters:
        _sound(adapter)
        if adapter.name in known:
            raise PluginError(f"the adapter {adapter.name!r} is registered by the plugin {known[adapter.name]} already")
        known[adapter.name] = plugin


def _sound(adapter: Any) -> None:
    if not (isinstance(adapter, type) and issubclass(adapter, Adapter)):
        raise PluginError(f"{adapter!r} is no subclass of salesteam.crm.Adapter")
    label = adapter.__name__
    if inspect.isabstract(adapter):
        raise PluginError(f"{label} lacks {', '.join(sorted(adapter.__abstractmethods__))}")
    missing = [name for name in ("name", "Config", "verified") if not hasattr(adapter, name)]
    if missing:
        raise PluginError(f"{label} lacks the class attribute {', '.join(missing)}")
    if adapter.api != API:
        raise PluginError(
            f"{label} is written for api {adapter.api}, this library speaks api {API}: update one of them"
        )
    if not isinstance(adapter.name, str) or not adapter.name.strip():
        raise PluginError(f"{label}.name is {adapter.name!r}: give the name that users write")
    if not (isinstance(adapter.Config, type) and attrs.has(adapter.Config)):
        raise PluginError(f"{label}.Config is no attrs class")
    if not isinstance(adapter.verified, Verified):
        raise PluginError(f"{label}.verified is no salesteam.crm.Verified")
