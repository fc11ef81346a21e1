"""Read a playbook: a folder of YAML files to one value, every problem at its line, all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

import attrs

from salesteam import goals, incentives, leads, raci, whys
from salesteam.core import Finding, Place, Report, _load, find
from salesteam.crm import Adapter
from salesteam.errors import InvalidValueError, nearest
from salesteam.review._demo_source import DemoAdapter
from salesteam.review._playbook import PARTS, Header, PayFile, Playbook, Source, SourcesFile, TeamFile

__all__ = ["BUILT_IN", "Read", "load", "read"]

T = TypeVar("T")
BUILT_IN: Mapping[str, type[Adapter]] = {DemoAdapter.name: DemoAdapter}
"""Adapters that need no plugin."""


@attrs.frozen(kw_only=True)
class Read(Generic[T]):
    """What came of reading a playbook.

    Parameters
    ----------
    value : Playbook or None
        None if the header or a part holds an error.
    report : Report
        Every finding of every file.

    Examples
    --------
    >>> read("no-such-folder").value is None
    True
    """

    value: T | None
    report: Report


def load(folder: str | Path, *, adapters: Mapping[str, type[Adapter]] | None = None) -> Playbook:
    """Read a playbook, or raise with all its errors.

    Parameters
    ----------
    folder : str or Path
        The folder that holds ``playbook.yaml``.
    adapters : mapping of str to type, optional
        The adapters that its sources may name, beside the built-in ones.

    Returns
    -------
    Playbook
        All its parts.

    Raises
    ------
    ReportError
        With every finding of every file.

    Examples
    --------
    >>> load("no-such-folder")
    Traceback (most recent call last):
    salesteam.errors.ReportError: ...
    """
    found = read(folder, adapters=adapters)
    found.report.raise_for_errors()
    assert found.value is not None
    return found.value


def read(folder: str | Path, *, adapters: Mapping[str, type[Adapter]] | None = None) -> Read[Playbook]:
    """Read a playbook; its problems come back as findings, each with file, line and column.

    Parameters
    ----------
    folder, adapters
        As in `load`.

    Returns
    -------
    Read of Playbook
        The playbook, or None, and the report.

    Examples
    --------
    >>> [finding.code for finding in read("no-such-folder").report]
    ['review.no-playbook']
    """
    root = Path(folder)
    if not root.is_dir():
        return Read(
            value=None, report=Report.of(find("review.no-playbook", Place(file=str(folder)), folder=str(folder)))
        )
    reading = _Reading(root, {**BUILT_IN, **(adapters or {})})
    parts = reading.parts()
    report = Report([*reading.findings, *_strangers(root)])
    value = Playbook(folder=str(folder), **parts) if report.ok and parts.get("header") is not None else None
    return Read(value=value, report=report)


def _strangers(root: Path) -> list[Finding]:
    """Files beside the playbook that no part reads: a misspelt name would be left out silently."""
    known = ("playbook", *PARTS)
    return [
        find("review.unread-file", Place(file=str(path)), file=path.name, known=[f"{name}.yaml" for name in close])
        for path in sorted(root.iterdir())
        if path.suffix in {".yaml", ".yml"}
        and (path.stem not in known or path.suffix == ".yml")
        and (close := nearest(path.stem, known) or known)
    ]


@attrs.define
class _Reading:
    """Reads the files of one folder and gathers what is wrong with them."""

    root: Path
    adapters: Mapping[str, type[Adapter]]
    findings: list[Finding] = attrs.Factory(list)

    def parts(self) -> dict[str, Any]:
        parts: dict[str, Any] = {"header": self._file("playbook", Header, needed=True)}
        readers: dict[str, Callable[[], Any]] = {
            "team": lambda: self._file("team", TeamFile),
            "sources": lambda: self._file("sources", SourcesFile, hooks={Source: self._source}),
            "goals": lambda: self._subject("goals", goals.read),
            "raci": lambda: self._subject("raci", raci.read),
            "leads": lambda: self._subject("leads", leads.read),
            "incentives": lambda: self._file("incentives", PayFile),
            "whys": lambda: self._subject("whys", whys.read),
        }
        parts |= {part: reader() for part, reader in readers.items()}
        pay = parts["incentives"]
        parts["plans"] = self._plans(pay) if pay is not None else ()
        return parts

    def _path(self, part: str) -> Path:
        return self.root / f"{part}.yaml"

    def _file(self, part: str, cls: type[T], *, needed: bool = False, hooks: Any = None) -> T | None:
        return self._taken(part, lambda path: _load.load_file(path, cls, hooks=hooks), needed=needed)

    def _taken(self, part: str, loader: Callable[[Path], _load.Loaded[T]], *, needed: bool = False) -> T | None:
        path = self._path(part)
        if not path.exists() and not needed:
            self.findings.append(find("review.part-missing", Place(file=str(path)), part=part))
            return None
        loaded = loader(path)
        self.findings.extend(loaded.report)
        return loaded.value

    def _subject(self, part: str, reader: Callable[..., _load.Loaded[T]]) -> T | None:
        return self._taken(part, lambda path: _load.read_file(path, reader))

    def _plans(self, pay: PayFile) -> tuple[incentives.Plan, ...]:
        plans = []
        for name in pay.plans:
            path = (self.root / name).resolve()
            place = Place(file=str(self._path("incentives")), key="plans")
            if self.root.resolve() not in path.parents:
                self.findings.append(find("review.plan-outside", place, plan=name))
                continue
            loaded = _load.read_file(path, incentives.read)
            self.findings.extend(loaded.report)
            if loaded.value is not None:
                plans.append(loaded.value)
        return tuple(plans)

    def _source(self, value: Any, load_part: _load.Load) -> Source:
        if not isinstance(value, Mapping):
            raise InvalidValueError("a source is no mapping", fix="give name, adapter and settings")
        unknown = [key for key in value if key not in {"name", "adapter", "settings"}]
        if unknown:
            raise InvalidValueError(f"{unknown[0]!r} is no key of a source", fix="give name, adapter and settings")
        name = load_part(value.get("name"), str)
        adapter = load_part(value.get("adapter"), str)
        if adapter not in self.adapters:
            close = nearest(adapter, self.adapters)
            fix = (
                f"did you mean {close[0]!r}?"
                if close
                else "install a plugin that has it; `salesteam plugins` lists them"
            )
            raise InvalidValueError(f"no adapter {adapter!r} is installed", where=f"source {name}", fix=fix)
        return Source(
            name=name, adapter=adapter, settings=load_part(value.get("settings") or {}, self.adapters[adapter].Config)
        )
