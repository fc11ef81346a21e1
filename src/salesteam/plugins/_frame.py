"""Columns and display of the list of plugins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from salesteam.core import Cell, Grid, _table, say
from salesteam.plugins._plugin import Plugin

__all__ = ["PluginRow", "grid", "rows"]


@attrs.frozen(kw_only=True)
class PluginRow:
    """An adapter of a plugin; a plugin that is not loaded has one row without an adapter."""

    name: str = _table.column("name of the plugin's entry point")
    distribution: str = _table.column("name of what was installed")
    version: str = _table.column("its version")
    state: str = _table.column("loaded, blocked or failed")
    why: str = _table.column("the reason, where it is not loaded", default="")
    adapter: str | None = _table.column("name of the adapter", default=None)
    api: int | None = _table.column("interface number of the adapter", default=None)
    verified: str | None = _table.column("what its tests ran against", default=None)


def rows(plugins: Iterable[Plugin]) -> Iterator[PluginRow]:
    """One row an adapter, or a plugin without any."""
    for plugin in plugins:
        row = PluginRow(
            name=plugin.name,
            distribution=plugin.distribution,
            version=plugin.version,
            state=plugin.state,
            why=plugin.why,
        )
        if not plugin.adapters:
            yield row
        for adapter in plugin.adapters:
            yield attrs.evolve(row, adapter=adapter.name, api=adapter.api, verified=adapter.verified.text())


def grid(plugins: Iterable[Plugin], lang: str) -> Grid:
    """The list for a terminal or a page."""
    heads = say(
        lang, en="Plugin|Version|State|Adapter|API|Verified|Why", zh="插件|版本|状态|适配器|接口|验证|原因"
    ).split("|")
    tones = {"loaded": "good", "blocked": "muted", "failed": "bad"}
    return Grid(
        title=say(lang, en="Plugins", zh="插件"),
        columns=tuple(heads),
        rows=tuple(
            (
                row.name,
                f"{row.distribution} {row.version}",
                Cell(row.state, tone=tones[row.state]),  # type: ignore[arg-type]  # the three tones are of its options
                row.adapter or "",
                str(row.api or ""),
                row.verified or "",
                row.why,
            )
            for row in rows(plugins)
        ),
    )
