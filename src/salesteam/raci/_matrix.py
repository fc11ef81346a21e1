"""The chart as a matrix, with its findings in the margin."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import attrs

from salesteam.core import Cell, Diagram, Explanation, Finding, Grid, Report, Severity, _table, say, shown
from salesteam.raci._chart import Chart
from salesteam.raci._check import check
from salesteam.raci._day import Cell as DayCell
from salesteam.raci._day import Day
from salesteam.raci._explain import day_shown, explain_activity, reading
from salesteam.raci._markdown import markdown_table
from salesteam.raci._words import ACTING, BIT, OWNING

__all__ = ["Matrix", "MatrixCell", "show"]

Tone = Literal["", "good", "warn", "bad", "muted", "strong"]

_TONES: dict[Severity, Tone] = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: ""}


@attrs.frozen(kw_only=True)
class MatrixCell:
    """One cell of a matrix going out, or one margin of a row, a column, or the chart."""

    activity: str | None = _table.column("id of the activity; empty for what is about a role or the chart")
    role: str | None = _table.column("id of the role; empty for what is about an activity or the chart")
    letters: str = _table.column("letters, such as R/A; empty for a margin")
    findings: str = _table.column("codes of the findings there, worst first")


@attrs.frozen(kw_only=True)
class Matrix:
    r"""A chart on a day, activities down and roles across, with its findings in the margin.

    Parameters
    ----------
    chart : Chart
        The chart.
    day : date
        The day shown.
    report : Report
        All findings of that day.
    rows : tuple of (str, tuple of str)
        Id of each activity, then its letters in the order of the roles.
    lang : {'en', 'zh'}
        Language of the notebook display.

    Examples
    --------
    >>> from salesteam import raci
    >>> chart = raci.parse("activity,sales,presales\nquote,R,A", format="matrix", profile="raci", a_approves=True)
    >>> raci.show(chart).rows
    (('quote', ('R', 'A')),)
    """

    chart: Chart
    day: date
    report: Report
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    lang: str = "en"

    def _found(self, activity: str | None, role: str | None) -> list[Finding]:
        """The findings of a cell, of a row (no role), of a column (no activity), or of the chart (neither)."""
        known_rows, known_roles = {key for key, _ in self.rows}, {role.id for role in self.chart.roles}
        found = []
        for finding in self.report.worst_first():
            key = finding.place.key if finding.place.key in known_rows else None
            field = finding.place.field if finding.place.field in known_roles else None
            if (key, field) == (activity, role) or (role is None and key == activity and activity is not None):
                found.append(finding)
        return found

    def to_frame(self, like: object = None) -> Any:
        """The matrix as a table, a row for each cell that is not blank and each margin with findings.

        Parameters
        ----------
        like : dataframe, optional
            Give the same kind of frame back; pandas if not given.

        Returns
        -------
        dataframe
            Columns activity, role, letters, findings.
        """
        roles = [role.id for role in self.chart.roles]
        cells: list[MatrixCell] = []
        for key, letters in self.rows:
            for role, text in zip(roles, letters, strict=True):
                if text:
                    cells.append(self._cell(key, role, text))
            cells.append(self._cell(key, None, ""))
        cells += [self._cell(None, role, "") for role in (*roles, None)]
        return _table.write_rows([cell for cell in cells if cell.letters or cell.findings], MatrixCell, like=like)

    def _cell(self, activity: str | None, role: str | None, letters: str) -> MatrixCell:
        codes = dict.fromkeys(finding.code for finding in self._found(activity, role))
        return MatrixCell(activity=activity, role=role, letters=letters, findings=", ".join(codes))

    def explain(self, key: str, lang: str = "en") -> Explanation:
        """Who does an activity and who answers for it on this day.

        Parameters
        ----------
        key : str
            Id, name or alias of the activity.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step a duty.
        """
        return explain_activity(self.chart, key, lang, self.day)

    def grid(self, lang: str = "en") -> Grid:
        """The matrix as a display table: letters coloured by duty, findings at the right and at the foot.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One row an activity, then one row for the findings of the roles if there are any.
        """
        day = day_shown(self.chart, self.day)
        roles = [role.id for role in self.chart.roles]
        rows = [self._line(day, key, letters, lang) for key, letters in self.rows]
        feet = [self._margin(self._found(None, role), lang) for role in roles]
        if any(foot.text for foot in feet):
            rows.append((Cell(say(lang, en="findings", zh="发现的问题"), tone="muted"), *feet, Cell("")))
        heads = (say(lang, en="Activity", zh="活动"), *(shown(role, lang) for role in self.chart.roles))
        note = " · ".join([reading(self.chart, lang), *(finding.what(lang) for finding in self._found(None, None))])
        margin = say(lang, en="Findings", zh="发现的问题")
        return Grid(title=self._title(lang), columns=(*heads, margin), rows=tuple(rows), note=note)

    def _title(self, lang: str) -> str:
        title = self.chart.name or say(lang, en="Who does what", zh="职责矩阵")
        return title if self.day == date.min else say(lang, en=f"{title}, {self.day}", zh=f"{title}（{self.day}）")

    def _line(self, day: Day, key: str, letters: tuple[str, ...], lang: str) -> tuple[Cell, ...]:
        found = self._found(key, None)
        row = day.rows[key]
        cells = (
            Cell(text, tone=self._tone(key, role.id, row.get(role.id)))
            for role, text in zip(self.chart.roles, letters, strict=True)
        )
        head = Cell(shown(day.activities[key], lang), tone=_worst(found) or "strong")
        return (head, *cells, self._margin(found, lang))

    def _tone(self, activity: str, role: str, cell: DayCell | None) -> Tone:
        worst = _worst(self._found(activity, role))
        if worst or cell is None:
            return worst
        if cell.duties & OWNING & ~BIT["does"]:
            return "strong"
        return "good" if cell.duties & ACTING else "muted"

    @staticmethod
    def _margin(found: list[Finding], lang: str) -> Cell:
        words = dict.fromkeys(f"{finding.severity.text(lang)}: {finding.code.partition('.')[2]}" for finding in found)
        return Cell("; ".join(words), tone=_worst(found) or "muted")

    def text(self, lang: str = "en", *, width: int = 80) -> str:
        """The matrix for a terminal.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.
        width : int, default 80
            Columns of the terminal; a Chinese sign takes two.

        Returns
        -------
        str
            A table; one block an activity if the roles are too many for the width.
        """
        return self.grid(lang).text(width=width)

    def html(self, lang: str = "en") -> str:
        """The matrix as coloured HTML.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            For a page or a notebook.
        """
        return self.grid(lang).html()

    def markdown(self, lang: str = "en") -> str:
        """The matrix as a Markdown table, findings at the right.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            For people; `render` writes the one that reads back.
        """
        grid = self.grid(lang)
        rows = [[cell.text if isinstance(cell, Cell) else cell for cell in row] for row in grid.rows]
        return markdown_table(grid.columns, rows)

    def diagram(self, lang: str = "en") -> Diagram:
        """Roles and activities as a graph: letters on the arrows, the order of activities dashed.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Diagram
            With ``.mermaid()`` and ``.dot()``; an activity with findings has their colour.
        """
        day = day_shown(self.chart, self.day)
        nodes = [(f"role:{key}", shown(role, lang), "") for key, role in day.roles.items()]
        nodes += [
            (f"activity:{key}", shown(activity, lang), _worst(self._found(key, None)))
            for key, activity in day.activities.items()
        ]
        edges = [
            (f"role:{role}", f"activity:{key}", "/".join(cell.letters), "thick" if cell.duties & OWNING else "")
            for key, row in day.rows.items()
            for role, cell in row.items()
            if role in day.roles
        ]
        edges += [
            (f"activity:{before}", f"activity:{key}", "", "dashed")
            for key, activity in day.activities.items()
            for before in activity.after
            if before in day.activities
        ]
        return Diagram(tuple(nodes), tuple(edges), direction="LR")

    def __str__(self) -> str:
        return self.text(self.lang)

    def _repr_html_(self) -> str:
        return self.html(self.lang)


def _worst(found: list[Finding]) -> Tone:
    return _TONES[found[0].severity] if found else ""


def show(chart: Chart, *, as_of: date | None = None, lang: str = "en") -> Matrix:
    r"""Lay a chart out as a matrix, with its findings in the margin.

    Use it to look at a chart, and to put it on a page.

    Parameters
    ----------
    chart : Chart
        Any chart.
    as_of : date, optional
        The day; without it the day of the chart's latest change.
    lang : {'en', 'zh'}, default 'en'
        Language of ``str`` and of the notebook display.

    Returns
    -------
    Matrix
        With text, html, markdown, diagram, to_frame and explain.

    Examples
    --------
    >>> from salesteam import raci
    >>> chart = raci.parse("activity,sales,presales\nquote,R,A", format="matrix", profile="raci", a_approves=True)
    >>> print(show(chart).text("zh"))
    职责矩阵
    ...
    """
    day = day_shown(chart, as_of)
    roles = list(day.roles)
    rows = tuple(
        (key, tuple("/".join(row[role].letters) if role in row else "" for role in roles))
        for key, row in day.rows.items()
    )
    distinct = attrs.evolve(chart, roles=tuple(day.roles.values()))
    return Matrix(chart=distinct, day=day.on, report=check(chart, as_of=day.on), rows=rows, lang=lang)
