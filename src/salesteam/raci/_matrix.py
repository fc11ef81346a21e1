"""The chart as a matrix, with its findings in the margin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, Literal

import attrs

from salesteam.core import Cell, Diagram, Explanation, Finding, Grid, Report, Severity, _table, say, shown
from salesteam.raci._chart import Chart
from salesteam.raci._check import check
from salesteam.raci._day import Cell as DayCell
from salesteam.raci._day import Day
from salesteam.raci._explain import day_shown, explain_activity, reading
from salesteam.raci._frame import CellRow
from salesteam.raci._markdown import markdown_table
from salesteam.raci._words import ACTING, BIT, OWNING

__all__ = ["Matrix", "show"]

Tone = Literal["", "good", "warn", "bad", "muted", "strong"]

_TONES: dict[Severity, Tone] = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: ""}


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

    @cached_property
    def _places(self) -> Mapping[tuple[str | None, str | None], list[Finding]]:
        """The findings of each cell, row (no role), column (no activity), and of the chart (neither), worst first."""
        rows, roles = {key for key, _ in self.rows}, {role.id for role in self.chart.roles}
        found: dict[tuple[str | None, str | None], list[Finding]] = {}
        for finding in self.report.worst_first():
            key = finding.place.key if finding.place.key in rows else None
            role = finding.place.field if finding.place.field in roles else None
            for place in {(key, role), (key, None)} if key is not None else {(key, role)}:
                found.setdefault(place, []).append(finding)
        return found

    def _found(self, activity: str | None, role: str | None) -> list[Finding]:
        return self._places.get((activity, role), [])

    @cached_property
    def _marks(self) -> Mapping[int, str]:
        """The mark of each finding in the margin, by identity: how bad, and its number in the list below."""
        return {
            id(finding): f"{finding.severity.name[0]}{number}"
            for number, finding in enumerate(self.report.worst_first(), start=1)
        }

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

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> list(raci.show(chart).to_frame()["letters"])[:2]
        ['D', 'A']
        """
        roles = [role.id for role in self.chart.roles]
        cells: list[CellRow] = []
        for key, letters in self.rows:
            for role, text in zip(roles, letters, strict=True):
                if text:
                    cells.append(self._cell(key, role, text))
            cells.append(self._cell(key, None, ""))
        cells += [self._cell(None, role, "") for role in (*roles, None)]
        return _table.write_rows([cell for cell in cells if cell.letters or cell.findings], CellRow, like=like)

    def _cell(self, activity: str | None, role: str | None, letters: str) -> CellRow:
        codes = dict.fromkeys(finding.code for finding in self._found(activity, role))
        return CellRow(activity=activity, role=role, letters=letters, findings=", ".join(codes))

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

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> "Who decides?" in str(raci.show(chart).explain("quote"))
        True
        """
        return explain_activity(self.chart, key, lang, self.day)

    def grid(self, lang: str = "en") -> Grid:
        """The matrix as a display table: letters coloured by duty, marks of findings at the right and at the foot.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One row an activity, then one row for the findings of the roles if there are any.
            A mark such as E1, W2 or N3 (error, warning, note) points into `findings`.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> raci.show(chart).grid().columns
        ('Activity', 'sales', 'boss', 'Findings')
        """
        day = day_shown(self.chart, self.day)
        margin = say(lang, en="Findings", zh="问题")
        rows = [self._line(day, key, letters, lang) for key, letters in self.rows]
        feet = [self._margin(self._found(None, role.id)) for role in self.chart.roles]
        if any(foot.text for foot in feet):
            rows.append((Cell(margin, tone="muted"), *feet, Cell("")))
        heads = (say(lang, en="Activity", zh="活动"), *(shown(role, lang) for role in self.chart.roles), margin)
        return Grid(title=self._title(lang), columns=heads, rows=tuple(rows), note=reading(self.chart, lang))

    def findings(self, lang: str = "en") -> Grid:
        """What the marks in the margin mean: what is wrong, the question to ask, and the fix.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One row a finding, worst first.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> raci.show(chart).findings().columns[0]
        'Mark'
        """
        heads = say(lang, en="Mark|What|Question|What to do", zh="标记|问题|追问|处理").split("|")
        rows = [
            (self._margin([finding]), finding.what(lang), finding.question(lang), finding.fix(lang))
            for finding in self.report.worst_first()
        ]
        return Grid(title=say(lang, en="Findings", zh="发现的问题"), columns=tuple(heads), rows=tuple(rows))

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
        return (head, *cells, self._margin(found))

    def _tone(self, activity: str, role: str, cell: DayCell | None) -> Tone:
        worst = _worst(self._found(activity, role))
        if worst or cell is None:
            return worst
        if cell.duties & OWNING & ~BIT["does"]:
            return "strong"
        return "good" if cell.duties & ACTING else "muted"

    def _margin(self, found: list[Finding]) -> Cell:
        return Cell(" ".join(self._marks[id(finding)] for finding in found), tone=_worst(found) or "muted")

    def text(self, lang: str = "en", *, width: int = 80) -> str:
        """The matrix for a terminal, then what the marks in its margin mean.

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

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> "sales" in raci.show(chart).text()
        True
        """
        parts = [self.grid(lang), *([self.findings(lang)] if len(self.report) else [])]
        return "\n\n".join(part.text(width=width) for part in parts)

    def html(self, lang: str = "en") -> str:
        """The matrix as coloured HTML, then what the marks in its margin mean.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            For a page or a notebook.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> "<table" in raci.show(chart).html("zh")
        True
        """
        return self.grid(lang).html() + (self.findings(lang).html() if len(self.report) else "")

    def markdown(self, lang: str = "en") -> str:
        """The matrix as a Markdown table, then a table of what the marks in its margin mean.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            For people; `render` writes the one that reads back.

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> raci.show(chart).markdown().startswith("| Activity | sales | boss | Findings |")
        True
        """
        parts = [self.grid(lang), *([self.findings(lang)] if len(self.report) else [])]
        return "\n".join(
            markdown_table(part.columns, [[_plain(cell) for cell in row] for row in part.rows]) for part in parts
        )

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

        Examples
        --------
        >>> from salesteam import raci
        >>> chart = raci.parse([{"activity": "quote", "sales": "D", "boss": "A"}], format="matrix", profile="daci")
        >>> len(raci.show(chart).diagram().edges)
        2
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


def _plain(cell: Cell | str) -> str:
    return cell if isinstance(cell, str) else cell.text


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
