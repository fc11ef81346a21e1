"""Charts to text that reads back, and to pictures."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from salesteam.errors import NotFoundError, missing_choice
from salesteam.raci._chart import Chart
from salesteam.raci._document import write_yaml
from salesteam.raci._markdown import markdown_table
from salesteam.raci._matrix import show

__all__ = ["render"]

_COLUMNS = ("activity", "role", "letter", "approves", "start", "end")
_FORMATS: Mapping[str, str] = {
    "yaml": "everything; reads back as an equal chart",
    "csv": "assignments with dates, a row each; reads back",
    "markdown": "letters as a table; reads back",
    "text": "the matrix with findings, 80 columns wide",
    "html": "the matrix with findings, coloured",
    "mermaid": "roles and activities as a graph",
    "dot": "the same for Graphviz",
}


def render(chart: Chart, *, format: str | None = None, as_of: date | None = None, lang: str = "en") -> str:  # noqa: A002  # the word of the field
    r"""Write a chart as text.

    Use yaml, csv and markdown to keep or pass on a chart: `parse` reads them back.
    Use text, html, mermaid and dot to look at it.

    Parameters
    ----------
    chart : Chart
        Any chart.
    format : {'yaml', 'csv', 'markdown', 'text', 'html', 'mermaid', 'dot'}
        What to write; required.
    as_of : date, optional
        The day of what is not dated in itself (all but yaml and csv); without it the day of the chart's latest change.
    lang : {'en', 'zh'}, default 'en'
        Language of text, html, mermaid and dot.

    Returns
    -------
    str
        Csv and markdown carry activities, roles and letters only, under their ids; csv also approvals and dates.

    Raises
    ------
    InvalidValueError
        If the format is missing; the message lists them.
    NotFoundError
        For another format.

    Examples
    --------
    >>> from salesteam import raci
    >>> chart = raci.parse("activity,sales,presales\nquote,R,A", format="matrix", profile="raci", a_approves=True)
    >>> print(render(chart, format="markdown"), end="")
    | activity | sales | presales |
    | --- | --- | --- |
    | quote | R | A |
    """
    if format is None:
        raise missing_choice("format", _FORMATS, where="raci.render")
    writers: Mapping[str, Callable[[], str]] = {
        "yaml": lambda: write_yaml(chart),
        "csv": lambda: _csv(chart),
        "markdown": lambda: _markdown(chart, as_of),
        "text": lambda: show(chart, as_of=as_of).text(lang),
        "html": lambda: show(chart, as_of=as_of).html(lang),
        "mermaid": lambda: show(chart, as_of=as_of).diagram(lang).mermaid(),
        "dot": lambda: show(chart, as_of=as_of).diagram(lang).dot(),
    }
    if format not in writers:
        raise NotFoundError("format", format, writers, where="raci.render")
    return writers[format]()


def _markdown(chart: Chart, as_of: date | None) -> str:
    matrix = show(chart, as_of=as_of)
    header = ["activity", *(role.id for role in matrix.chart.roles)]
    return markdown_table(header, [[key, *letters] for key, letters in matrix.rows])


def _csv(chart: Chart) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_lines(chart))
    return out.getvalue()


def _lines(chart: Chart) -> Iterator[tuple[str, ...]]:
    """The assignments; before them activities and roles, where these would not follow in their order."""
    activities = [activity.id for activity in chart.activities]
    roles = [role.id for role in chart.roles]
    if list(dict.fromkeys(cell.activity for cell in chart.assignments)) != activities:
        yield from ((key, "", "", "", "", "") for key in activities)
    if list(dict.fromkeys(cell.role for cell in chart.assignments)) != roles:
        yield from (("", key, "", "", "", "") for key in roles)
    for cell in chart.assignments:
        approves = "" if cell.approves is None else str(cell.approves).lower()
        days = ("" if day is None else day.isoformat() for day in (cell.start, cell.end))
        yield (cell.activity, cell.role, "/".join(cell.letters), approves, *days)
