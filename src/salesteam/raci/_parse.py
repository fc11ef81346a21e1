"""Charts from text and dataframes, and back to text."""

from __future__ import annotations

from collections.abc import Mapping

from salesteam.errors import InvalidValueError, NotFoundError, missing_choice
from salesteam.raci._chart import Chart
from salesteam.raci._document import read
from salesteam.raci._markdown import markdown_sheet
from salesteam.raci._profile import Profile
from salesteam.raci._profiles import profile as named_profile
from salesteam.raci._sheet import csv_sheet, from_long, from_matrix, long_rows, sheet_of

__all__ = ["parse"]

_FORMATS: Mapping[str, str] = {
    "matrix": "a dataframe or CSV text with one row an activity and one column a role",
    "long": "a dataframe or CSV text with the columns activity, role, letter",
    "csv": "CSV text as render(chart, format='csv') writes it, the same columns as long",
    "markdown": "a Markdown table with one row an activity and one column a role",
    "yaml": "YAML text with the keys of a chart file; it names its own profile",
}


def parse(
    source: object,
    *,
    format: str | None = None,  # noqa: A002  # the word of the field; nothing is formatted here
    profile: str | Profile | None = None,
    a_approves: bool | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Chart:
    r"""Read a chart from text or from any dataframe; never from a path.

    Use it on what a team already has: a spreadsheet read into a frame, a table in a wiki page, CSV text.
    Cells may hold several letters ("R/A"), full-width letters, and a dash for nothing.

    Parameters
    ----------
    source : str, bytes or dataframe
        Text (UTF-8 if bytes), or whatever narwhals reads, or a list of mappings.
    format : {'matrix', 'long', 'csv', 'markdown', 'yaml'}
        What it looks like; required.
    profile : str or Profile
        Whose letters they are; required but for YAML, which names its own.
    a_approves : bool, optional
        Whether A also approves; required where a letter of the named profile answers.
    mapping : mapping of str to str, optional
        Declared column to the name it has, such as ``{"activity": "工作事项"}``; for matrix, long and csv.

    Returns
    -------
    Chart
        What could not be used is in its ``reading``, which `check` reports too.

    Raises
    ------
    InvalidValueError
        For a missing choice, or a source of the wrong kind.
    NotFoundError
        For an unknown format or profile.
    ReportError
        For YAML that yields no chart, with every problem in it.

    Examples
    --------
    >>> chart = parse("活动,销售,售前支持\n客户方案设计,Ｒ,Ａ", format="matrix", profile="raci", a_approves=True)
    >>> [(cell.role, cell.letters) for cell in chart.assignments]
    [('销售', ('R',)), ('售前支持', ('A',))]
    """
    if format is None:
        raise missing_choice("format", _FORMATS, where="raci.parse")
    if format not in _FORMATS:
        raise NotFoundError("format", format, _FORMATS, where="raci.parse")
    if format == "yaml":
        return _yaml(source, profile, a_approves)
    letters = _letters(profile, a_approves=a_approves)
    if format == "matrix":
        return from_matrix(csv_sheet(_text(source)) if _is_text(source) else sheet_of(source), letters, mapping)
    if format == "markdown":
        return from_matrix(markdown_sheet(_text(source)), letters, mapping)
    if _is_text(source) or format == "csv":
        sheet = csv_sheet(_text(source))
        return from_long(long_rows(sheet), letters, mapping)
    return from_long(source, letters, mapping)


def _letters(given: str | Profile | None, *, a_approves: bool | None) -> Profile:
    if isinstance(given, Profile):
        if a_approves is not None and a_approves is not given.a_approves:
            raise InvalidValueError(
                f"the profile {given.name} says a_approves={given.a_approves}",
                where="raci.parse.a_approves",
                fix="leave it out, or change the profile",
            )
        return given
    return named_profile(given, a_approves=a_approves)


def _yaml(source: object, profile: object, a_approves: object) -> Chart:
    if profile is not None or a_approves is not None:
        raise InvalidValueError(
            "the YAML of a chart names its own profile",
            where="raci.parse",
            fix="write profile and a_approves in the text, and leave these arguments out",
        )
    return read(_text(source)).require()


def _is_text(source: object) -> bool:
    return isinstance(source, (str, bytes, bytearray))


def _text(source: object) -> str:
    if isinstance(source, str):
        return source
    if isinstance(source, (bytes, bytearray)):
        try:
            return bytes(source).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InvalidValueError(
                f"byte {error.start} is not UTF-8", where="raci.parse", fix="decode the bytes first and pass text"
            ) from error
    raise InvalidValueError(
        f"a {type(source).__name__} is no text", where="raci.parse", fix="pass text, or format='matrix' or 'long'"
    )
