"""Read ``sources.yaml``, where the adapter that a source names says what its settings are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from salesteam.core import Place, Report, _load, find
from salesteam.crm import Adapter, Secret
from salesteam.errors import nearest
from salesteam.review._playbook import Source, SourcesFile

__all__ = ["SourcesReader"]


@attrs.frozen
class SourcesReader:
    """Reads sources whose adapters are known.

    Parameters
    ----------
    adapters : mapping of str to type
        The classes by name.
    """

    adapters: Mapping[str, type[Adapter]]

    def read(self, text: str, *, file: str) -> _load.Loaded[SourcesFile]:
        """Read the text of the file; a source with an unknown adapter is a finding at its line."""
        named: list[str | None] = []
        open_: list[str] = []

        def source(value: Any, load: _load.Load) -> Source:
            given = value.get("adapter") if isinstance(value, Mapping) else None
            open_.extend(_unanswered(value, f"sources[{len(named)}]"))
            named.append(given if isinstance(given, str) else None)
            read: Any = load(value, _shape(self.adapters.get(str(given))))
            return Source(name=read.name, adapter=read.adapter, settings=read.settings)

        hooks = {Source: source, Secret: lambda value, load: Secret(load(value, str))}
        loaded = _load.load_text(text, SourcesFile, file=file, hooks=hooks)
        findings = [
            find(
                "review.unknown-adapter",
                loaded.places.get(f"sources[{number}].adapter", Place(file=file)),
                adapter=str(adapter),
                known=nearest(adapter, self.adapters) or tuple(sorted(self.adapters)),
            )
            for number, adapter in enumerate(named)
            if adapter is not None and adapter not in self.adapters
        ]
        findings += [find("review.unanswered", loaded.places.get(key, Place(file=file)), key=key) for key in open_]
        report = loaded.report + Report(findings)
        return attrs.evolve(loaded, value=loaded.value if report.ok else None, report=report)


def _unanswered(value: Any, key: str) -> Iterator[str]:
    """The keys of a draft at which a question mark still stands."""
    if isinstance(value, Mapping):
        for name, below in value.items():
            yield from _unanswered(below, f"{key}.{name}")
    elif isinstance(value, str) and value.strip() == "?":
        yield key


def _shape(adapter: type[Adapter] | None) -> type:
    """A noun as `Source` is, whose settings are those of the adapter."""
    settings = Any if adapter is None else adapter.Config
    default = attrs.NOTHING
    if adapter is not None and all(field.default is not attrs.NOTHING for field in attrs.fields(adapter.Config)):
        default = adapter.Config()
    fields = {
        "name": attrs.field(type=str),
        "adapter": attrs.field(type=str),
        "settings": attrs.field(type=settings, default=None if adapter is None else default),
    }
    return attrs.make_class("Source", fields, frozen=True, kw_only=True)
