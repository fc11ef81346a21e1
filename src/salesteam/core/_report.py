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


_MANY, _FIRST = 10, 3
"""More findings of a code than this are told as one; of how many the place is named."""


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
        """All findings, worst first, for a terminal; of a code with more than ten how many and the first places.

        Examples
        --------
        >>> Report().text("zh")
        '没有发现问题'
        """
        if not self.findings:
            return say(lang, en="no findings", zh="没有发现问题")
        return "\n".join(_told(group, lang) for group in self._groups())

    def __str__(self) -> str:
        return self.text()

    def _groups(self) -> tuple[tuple[Finding, ...], ...]:
        """Findings that are told together, worst first: alone, or all of a code and severity where there are many."""
        alike: dict[object, list[Finding]] = {}
        for finding in self.worst_first():
            alike.setdefault((finding.code, finding.severity), []).append(finding)
        groups: dict[object, list[Finding]] = {}
        for number, finding in enumerate(self.worst_first()):
            key = (finding.code, finding.severity)
            groups.setdefault(key if len(alike[key]) > _MANY else number, []).append(finding)
        return tuple(map(tuple, groups.values()))

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
        """The findings as a display grid, worst first; of a code with more than ten how many and the first places.

        Examples
        --------
        >>> Report().grid().columns[0]
        'Severity'
        """
        from salesteam.core._show import Cell, Grid

        tones: dict[str, Literal["bad", "warn", "muted"]] = {"error": "bad", "warning": "warn", "note": "muted"}
        rows = tuple(
            (
                Cell(group[0].severity.text(lang), tone=tones[group[0].severity.value]),
                group[0].code + (f" × {len(group):,}" if len(group) > 1 else ""),
                _places(group, lang),
                group[0].what(lang),
                group[0].fix(lang),
            )
            for group in self._groups()
        )
        heads = say(lang, en="Severity|Code|Where|What|What to do", zh="级别|代码|位置|问题|处理").split("|")
        note = "" if rows else self.text(lang)
        return Grid(title=say(lang, en="Findings", zh="发现的问题"), columns=tuple(heads), rows=rows, note=note)


def _places(group: tuple[Finding, ...], lang: str) -> str:
    """Where a finding is, or where the first of many are."""
    places = list(dict.fromkeys(finding.place.text(lang) for finding in group))
    named = say(lang, en="; ", zh="；").join(places[:_FIRST])
    return named + (" …" if len(places) > _FIRST else "")


def _told(group: tuple[Finding, ...], lang: str) -> str:
    """A finding on two lines; of many the first, with how many they are and where the first are."""
    first = group[0]
    if len(group) == 1:
        return first.text(lang)
    head = f"{first.severity.text(lang)} {first.code} × {len(group):,} [{_places(group, lang)}]"
    such = say(lang, en="such as", zh="例如")
    return f"{head}: {such}: {first.what(lang)}\n  -> {first.fix(lang)}"
