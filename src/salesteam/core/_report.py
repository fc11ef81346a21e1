"""Reports: all findings of one check at once, as a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import attrs

from salesteam.core._finding import Finding, Severity
from salesteam.core._say import say
from salesteam.errors import ReportError

if TYPE_CHECKING:
    from salesteam.core._show import Grid

__all__ = ["Report"]


def _findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(findings)


@attrs.frozen
class Report:
    """All findings of one check, in the order they were found.

    Parameters
    ----------
    findings : iterable of Finding
        Any number.

    Examples
    --------
    >>> from salesteam.core import find
    >>> report = Report.of(find("core.missing-file", path="a.yaml")) + Report()
    >>> len(report), report.ok, list(report.by_code)
    (1, False, ['core.missing-file'])
    """

    findings: tuple[Finding, ...] = attrs.field(default=(), converter=_findings)

    @classmethod
    def of(cls, *findings: Finding) -> Report:
        """Make a report of the findings named.

        Examples
        --------
        >>> len(Report.of())
        0
        """
        return cls(findings)

    def __add__(self, other: Report) -> Report:
        if not isinstance(other, Report):
            return NotImplemented
        return Report((*self.findings, *other.findings))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __bool__(self) -> bool:
        return True

    def _of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is severity)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make a number wrong or missing.

        Examples
        --------
        >>> Report().errors
        ()
        """
        return self._of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that someone should look at.

        Examples
        --------
        >>> Report().warnings
        ()
        """
        return self._of(Severity.WARNING)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """The findings that are good to know.

        Examples
        --------
        >>> Report().notes
        ()
        """
        return self._of(Severity.NOTE)

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings and notes may be there.

        Examples
        --------
        >>> Report().ok
        True
        """
        return not self.errors

    @property
    def by_code(self) -> dict[str, tuple[Finding, ...]]:
        """The findings of each code, codes in the order of their first finding.

        Examples
        --------
        >>> Report().by_code
        {}
        """
        grouped: dict[str, list[Finding]] = {}
        for finding in self.findings:
            grouped.setdefault(finding.code, []).append(finding)
        return {code: tuple(found) for code, found in grouped.items()}

    def worst_first(self) -> Report:
        """The same findings, errors first, then warnings, then notes; else in their order.

        Examples
        --------
        >>> len(Report().worst_first())
        0
        """
        return Report(sorted(self.findings, key=lambda finding: finding.severity.rank))

    def raise_for_errors(self) -> Report:
        """Return the report itself, or raise if it holds an error.

        Raises
        ------
        ReportError
            With this report in it.

        Examples
        --------
        >>> Report().raise_for_errors().ok
        True
        """
        if self.errors:
            raise ReportError(self.worst_first())
        return self

    def text(self, lang: str = "en") -> str:
        """All findings, worst first, for a terminal.

        Examples
        --------
        >>> Report().text("zh")
        '没有发现问题'
        """
        if not self.findings:
            return say(lang, en="no findings", zh="没有发现问题")
        return "\n".join(finding.text(lang) for finding in self.worst_first())

    def __str__(self) -> str:
        return self.text()

    def to_frame(self, lang: str = "en") -> Any:
        """The findings as a table.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language of the texts.

        Returns
        -------
        pandas.DataFrame
            One row a finding: severity, code, file, line, column, table, row, field, key, what, question, fix, acts.

        Examples
        --------
        >>> list(Report().to_frame().columns)[:2]
        ['severity', 'code']
        """
        from salesteam.core._finding_frame import FindingRow
        from salesteam.core._table import write_rows

        return write_rows((FindingRow.of(finding, lang) for finding in self.findings), FindingRow)

    def _repr_html_(self) -> str:
        return self.grid().html()

    def grid(self, lang: str = "en") -> Grid:
        """The findings as a display grid, worst first.

        Examples
        --------
        >>> Report().grid().columns[0]
        'Severity'
        """
        from salesteam.core._show import Cell, Grid

        tones: dict[str, Literal["bad", "warn", "muted"]] = {"error": "bad", "warning": "warn", "note": "muted"}
        rows = tuple(
            (
                Cell(finding.severity.text(lang), tone=tones[finding.severity.value]),
                finding.code,
                finding.place.text(lang),
                finding.what(lang),
                finding.fix(lang),
            )
            for finding in self.worst_first()
        )
        heads = say(lang, en="Severity|Code|Where|What|What to do", zh="级别|代码|位置|问题|处理").split("|")
        note = "" if rows else self.text(lang)
        return Grid(title=say(lang, en="Findings", zh="发现的问题"), columns=tuple(heads), rows=rows, note=note)
