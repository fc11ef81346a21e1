"""Read a playbook: a folder of YAML files to one value, every problem at its line, all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import attrs

from salesteam import goals, incentives, leads, raci, whys
from salesteam.core import Finding, Place, Report, _load, _table, find
from salesteam.crm import Adapter, LogRow
from salesteam.errors import nearest
from salesteam.review._demo_source import DemoAdapter
from salesteam.review._playbook import PARTS, Header, PayFile, Playbook, TeamFile
from salesteam.review._quality_file import QualityFile
from salesteam.review._sources import SourcesReader

__all__ = ["BUILT_IN", "Read", "load", "read"]

T = TypeVar("T")
BUILT_IN: Mapping[str, type[Adapter]] = {DemoAdapter.name: DemoAdapter}
"""Adapters that need no plugin."""


class Reader(Protocol[T]):
    """Reads a value of text, as every subject's ``read`` does."""

    def __call__(self, text: str, *, file: str) -> _load.Loaded[T]: ...


def _reader(cls: type[T]) -> Reader[T]:
    def reader(text: str, *, file: str) -> _load.Loaded[T]:
        return _load.load_text(text, cls, file=file)

    return reader


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
        parts: dict[str, Any] = {"header": self._file("playbook", _reader(Header), needed=True)}
        sources = SourcesReader(self.adapters)
        readers: dict[str, Reader[Any]] = {
            "team": _reader(TeamFile),
            "sources": sources.read,
            "quality": _reader(QualityFile),
            "goals": goals.read,
            "raci": raci.read,
            "leads": leads.read,
            "incentives": _reader(PayFile),
            "whys": whys.read,
        }
        parts |= {part: self._file(part, reader) for part, reader in readers.items()}
        quality: QualityFile | None = parts["quality"]
        if quality is not None and quality.log is not None and parts["header"] is not None:
            parts["log"] = self._log(quality.log, parts["header"].zone)
        pay: PayFile | None = parts["incentives"]
        parts["plans"] = self._plans(pay) if pay is not None else ()
        return parts

    def _file(self, part: str, reader: Reader[T], *, needed: bool = False) -> T | None:
        path = self.root / f"{part}.yaml"
        if not path.exists() and not needed:
            self.findings.append(find("review.part-missing", Place(file=str(path)), part=part))
            return None
        return self._value(path, reader)

    def _value(self, path: Path, reader: Reader[T]) -> T | None:
        """What a file holds; one that cannot be read is a finding too."""
        text, finding = _load.file_text(path, str(path))
        if finding is not None:
            self.findings.append(finding)
            return None
        loaded = reader(text, file=str(path))
        self.findings.extend(loaded.report)
        return loaded.value

    def _inside(self, name: str, key: str, part: str) -> Path | None:
        """A file that a part names; one outside the playbook is a finding."""
        path = (self.root / name).resolve()
        if self.root.resolve() in path.parents:
            return self.root / name
        place = Place(file=str(self.root / f"{part}.yaml"), key=key)
        self.findings.append(find("review.file-outside", place, path=name))
        return None

    def _log(self, name: str, zone: str) -> tuple[LogRow, ...]:
        """The rows of a log, each problem at its line."""
        path = self._inside(name, "log", "quality")
        if path is None:
            return ()
        frame, report = _table.read_csv(path)
        self.findings.extend(report)
        if frame is None:
            return ()
        rows, report = _table.read_rows(frame, LogRow, table="log", zone=zone)
        lines = _table.csv_lines(path)
        for finding in report:
            row = finding.place.row
            line = lines[row] if row is not None and row < len(lines) else None
            place = attrs.evolve(finding.place, file=str(path), line=line)
            self.findings.append(attrs.evolve(finding, place=place))
        return rows

    def _plans(self, pay: PayFile) -> tuple[incentives.Plan, ...]:
        plans = []
        for number, name in enumerate(pay.plans):
            path = self._inside(name, f"plans[{number}]", "incentives")
            plan = None if path is None else self._value(path, incentives.read)
            if plan is not None:
                plans.append(plan)
        return tuple(plans)
