"""Columns and display of the list of plugins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import attrs

from salesteam.core import Cell, Grid, _table, say
from salesteam.crm import Adapter
from salesteam.plugins._channel import Channel
from salesteam.plugins._plugin import Plugin, State

__all__ = ["PluginRow", "grid", "rows", "state_text"]


@attrs.frozen(kw_only=True)
class PluginRow:
    """An adapter or channel of a plugin; a plugin that is not loaded has one row without either."""

    name: str = _table.column("name of the plugin's entry point")
    distribution: str = _table.column("name of what was installed")
    version: str = _table.column("its version")
    state: str = _table.column("loaded, blocked or failed")
    why: str = _table.column("the reason, where it is not loaded", default="")
    adapter: str | None = _table.column("name of the adapter or channel", default=None)
    api: int | None = _table.column("its interface number", default=None)
    verified: str | None = _table.column("what its tests ran against", default=None)


def rows(plugins: Iterable[Plugin]) -> Iterator[PluginRow]:
    """One row an adapter or channel, or a plugin without any."""
    for plugin in plugins:
        row = PluginRow(
            name=plugin.name,
            distribution=plugin.distribution,
            version=plugin.version,
            state=plugin.state,
            why=plugin.why,
        )
        if not _parts(plugin):
            yield row
        for part in _parts(plugin):
            yield attrs.evolve(row, adapter=part.name, api=part.api, verified=part.verified.text())


def _parts(plugin: Plugin) -> tuple[type[Adapter | Channel], ...]:
    return (*plugin.adapters, *plugin.channels)


def state_text(state: State, lang: str) -> str:
    """What became of a plugin, for a reader."""
    chinese = {"loaded": "已加载", "blocked": "已屏蔽", "failed": "加载失败"}[state]
    return say(lang, en=state, zh=chinese)


def grid(plugins: Iterable[Plugin], lang: str) -> Grid:
    """The list for a terminal or a page."""
    heads = say(
        lang, en="Plugin|Version|State|Adapter|API|Verified|Why", zh="插件|版本|状态|适配器|接口|验证|原因"
    ).split("|")
    return Grid(
        title=say(lang, en="Plugins", zh="插件"),
        columns=tuple(heads),
        rows=tuple(row for plugin in plugins for row in _cells(plugin, lang)),
    )


def _cells(plugin: Plugin, lang: str) -> Iterator[tuple[str | Cell, ...]]:
    tones: dict[State, Literal["good", "muted", "bad"]] = {"loaded": "good", "blocked": "muted", "failed": "bad"}
    version = f"{plugin.distribution} {plugin.version}"
    state = Cell(state_text(plugin.state, lang), tone=tones[plugin.state])
    if not _parts(plugin):
        yield plugin.name, version, state, "", "", "", plugin.why
    for part in _parts(plugin):
        yield plugin.name, version, state, part.name, str(part.api), part.verified.text(lang), plugin.why
