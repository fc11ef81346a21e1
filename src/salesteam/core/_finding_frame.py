"""The columns of findings."""

from __future__ import annotations

import attrs

from salesteam.core import _table
from salesteam.core._finding import Finding

__all__ = ["FindingRow"]


@attrs.frozen(kw_only=True)
class FindingRow:
    """One finding as a row."""

    severity: str = _table.column("error, warning or note")
    code: str = _table.column("code of the catalogue")
    file: str | None = _table.column("file it sits in", default=None)
    line: int | None = _table.column("line of the file, from 1", default=None)
    column: int | None = _table.column("column of the line, from 1", default=None)
    table: str | None = _table.column("table it sits in", default=None)
    row: int | None = _table.column("row of the table, from 0", default=None)
    field: str | None = _table.column("column or field", default=None)
    key: str | None = _table.column("dotted path or id", default=None)
    what: str = _table.column("what is wrong")
    question: str = _table.column("what a manager would ask")
    fix: str = _table.column("what to do")
    acts: str = _table.column("who can act on it")

    @classmethod
    def of(cls, finding: Finding, lang: str) -> FindingRow:
        """Make the row of a finding in a language."""
        place = finding.place
        return cls(
            severity=finding.severity.value,
            code=finding.code,
            file=place.file,
            line=place.line,
            column=place.column,
            table=place.table,
            row=place.row,
            field=place.field,
            key=place.key,
            what=finding.what(lang),
            question=finding.question(lang),
            fix=finding.fix(lang),
            acts=finding.acts,
        )
