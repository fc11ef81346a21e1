"""The adapter: files in, canonical records out, every row accounted for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from salesteam.core import Report, find
from salesteam.crm import Adapter, Batch, Capability, Cursor, Field, Kind, Schema, Verified
from salesteam.errors import AdapterError, InvalidValueError
from salesteam_files import _config
from salesteam_files._config import Mapped
from salesteam_files._mapping import misfits
from salesteam_files._open import Sheet, open_sheet
from salesteam_files._reading import Reading

__all__ = ["FilesAdapter"]


class FilesAdapter(Adapter):
    """Reads a folder of CSV, Parquet or Excel files.

    Every reading is a full one: files keep no history and no deletions.

    Examples
    --------
    >>> FilesAdapter(FilesAdapter.Config(root="exports", kinds={}, excess_digits="reject"), source="crm").capabilities()
    {}
    """

    name: ClassVar[str] = "files"
    Config: ClassVar[type] = _config.Config
    verified: ClassVar[Verified] = Verified(label="real", against="CSV, Parquet and Excel files")

    config: _config.Config

    def capabilities(self) -> Mapping[Kind, Capability]:
        """Full readings of every kind that is mapped."""
        return {kind: Capability(incremental="full", deletes="sweep", max_page=10_000) for kind in self.config.kinds}

    def schema(self) -> Schema:
        """The columns of each file, by kind."""
        fields: dict[Kind, tuple[Field, ...]] = {}
        for kind, parts in self.config.kinds.items():
            names = dict.fromkeys(name for part in parts for name in self._open(part).columns)
            fields[kind] = tuple(Field(name=name, type="text") for name in names)
        return Schema(fields=fields, currencies=(self.config.currency,) if self.config.currency else ())

    def check(self) -> Report:
        """Every file, column and field that does not fit, all at once."""
        problems: list[str] = []
        for kind, parts in self.config.kinds.items():
            for part in parts:
                try:
                    problems += misfits(kind, part, self._open(part).columns)
                except AdapterError as error:
                    problems.append(str(error).removeprefix(f"{self.source}: "))
        return Report(
            find("crm.source-failed", source=self.source, problem=problem) for problem in dict.fromkeys(problems)
        )

    def fetch(
        self, kind: Kind, since: Cursor | None, *, until: datetime, overlap: timedelta, page_size: int
    ) -> Iterator[Batch]:
        """Pages of the records of a kind; a full reading, so there is no cursor to resume at."""
        del overlap
        if since is not None:
            raise InvalidValueError("files have no cursor", where="FilesAdapter", fix="restart the reading")
        parts = self.config.kinds.get(kind, ())
        sheets = [self._open(part) for part in parts]
        wrong = [
            problem for part, sheet in zip(parts, sheets, strict=True) for problem in misfits(kind, part, sheet.columns)
        ]
        if wrong:
            raise AdapterError("; ".join(dict.fromkeys(wrong)), source=self.source)
        for part, sheet in zip(parts, sheets, strict=True):
            yield from Reading(self.config, self.source, kind, part, self.raw).batches(sheet.rows, until, page_size)

    def _open(self, part: Mapped) -> Sheet:
        return open_sheet(
            Path(self.config.root) / part.file,
            encoding=self.config.encoding,
            delimiter=self.config.delimiter,
            sheet=part.sheet,
            source=self.source,
        )
