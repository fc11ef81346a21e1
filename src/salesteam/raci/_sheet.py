"""A chart out of a sheet: a matrix with one row an activity, or a long table with one row an assignment."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from salesteam.core import Finding, Place, Report, _table, find
from salesteam.raci._chart import Chart, folded
from salesteam.raci._frame import LongRow, MatrixRow
from salesteam.raci._letters import is_blank, label, split_letters, tidy
from salesteam.raci._model_chart import Activity, Assignment, Holding, Role
from salesteam.raci._profile import Profile
from salesteam.raci._words import Phrase

__all__ = ["Sheet", "csv_sheet", "from_long", "from_matrix", "sheet_of"]

_ACTIVITY = frozenset({"activity", "活动", "环节", "事项"})


@attrs.frozen(kw_only=True)
class Sheet:
    """Cells under a header, with what went wrong on the way."""

    header: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    report: Report = Report()


def nothing(problem: Phrase, todo: Phrase) -> Sheet:
    """The sheet of a text that holds none."""
    return Sheet(report=Report.of(find("raci.no-matrix", Place(table="raci"), problem=problem, todo=todo)))


def csv_sheet(text: str) -> Sheet:
    """Read CSV text; the first line is the header, short lines are filled up."""
    try:
        lines = [line for line in csv.reader(io.StringIO(text.lstrip("\ufeff"))) if any(map(tidy, line))]
    except csv.Error as error:
        return nothing(Phrase(f"it is no CSV, {error}", f"不是 CSV，{error}"), _SAVE)
    if not lines:
        return nothing(Phrase("it is empty", "内容为空"), _SAVE)
    width = max(len(line) for line in lines)
    filled = [(*line, *[""] * (width - len(line))) for line in lines]
    return Sheet(header=tuple(label(name) for name in filled[0]), rows=tuple(filled[1:]))


_SAVE = Phrase("Pass a header with the roles, and one line for each activity.", "请提供含角色的表头，每项活动一行。")


def sheet_of(frame: object) -> Sheet:
    """Read any dataframe, or a list of mappings, as cells under a header."""
    read = _table.read_table(frame, MatrixRow, table="raci")
    header = tuple(dict.fromkeys(name for row in read.values for name in row.cells))
    rows = tuple(tuple(row.cells.get(name) for name in header) for row in read.values)
    return Sheet(header=header, rows=rows, report=read.report)


def from_matrix(sheet: Sheet, profile: Profile, mapping: Mapping[str, str] | None) -> Chart:
    """Make a chart of a matrix: the activity in its column (else the first), every other column a role."""
    named = (mapping or {}).get("activity")
    fits = [
        place
        for place, name in enumerate(sheet.header)
        if (name == named if named is not None else folded(name) in _ACTIVITY)
    ]
    lead = fits[0] if fits else 0
    if not sheet.header:
        return Chart(profile=profile, reading=sheet.report)
    columns = [(place, label(name)) for place, name in enumerate(sheet.header) if place != lead]
    findings: list[Finding] = list(sheet.report)
    activities: dict[str, Activity] = {}
    cells: dict[tuple[str, str], dict[str, None]] = {}
    known, lost = profile.masks(), 0
    for number, row in enumerate(sheet.rows):
        name = label(row[lead])
        filled = [(role, row[place]) for place, role in columns if not is_blank(row[place])]
        if not name:
            lost += len(filled)
            continue
        key = _fresh(name, activities)
        if key != name:
            findings.append(find("raci.repeated-row", Place(table="raci", row=number), activity=name, id=key))
        activities[key] = Activity(id=key, aliases=() if key == name else (name,))
        for role, cell in filled:
            if role:
                letters = split_letters(cell, known)
                cells.setdefault((key, role), {}).update(dict.fromkeys(letters))
            else:
                lost += 1
    if lost:
        findings.append(find("raci.blank-label", Place(table="raci"), count=lost))
    return Chart(
        profile=profile,
        activities=tuple(activities.values()),
        roles=tuple(Role(id=name) for name in dict.fromkeys(name for _, name in columns) if name),
        assignments=tuple(
            Assignment(activity=key, role=role, letters=tuple(letters))
            for (key, role), letters in cells.items()
            if letters
        ),
        reading=Report(findings),
    )


def _fresh(name: str, taken: Mapping[str, object]) -> str:
    """The name itself, or with a number behind it where it is taken."""
    key, number = name, 2
    while key in taken:
        key, number = f"{name} #{number}", number + 1
    return key


def from_long(frame: object, profile: Profile, mapping: Mapping[str, str] | None) -> Chart:
    """Make a chart of a long table; rows of one cell and time are one assignment, a person holds the role then."""
    read = _table.read_table(frame, LongRow, table="raci", mapping=mapping)
    activities: dict[str, None] = {}
    roles: dict[str, None] = {}
    cells: dict[tuple[Any, ...], dict[str, None]] = {}
    holdings: dict[Holding, None] = {}
    findings: list[Finding] = list(read.report)
    known, lost = profile.masks(), 0
    for row in read.values:
        activity, role, letters = label(row.activity), label(row.role), split_letters(row.letter, known)
        lost += bool(letters) and not (activity and role)
        if activity:
            activities[activity] = None
        if role:
            roles[role] = None
        if activity and role and letters:
            cells.setdefault((activity, role, row.approves, row.start, row.end), {}).update(dict.fromkeys(letters))
        if role and label(row.person):
            holdings[Holding(person=label(row.person), role=role, start=row.start, end=row.end)] = None
    if lost:
        findings.append(find("raci.blank-label", Place(table="raci"), count=lost))
    return Chart(
        profile=profile,
        activities=tuple(Activity(id=key) for key in activities),
        roles=tuple(Role(id=key) for key in roles),
        assignments=tuple(
            Assignment(activity=key, role=role, letters=tuple(letters), approves=approves, start=start, end=end)
            for (key, role, approves, start, end), letters in cells.items()
        ),
        holdings=tuple(holdings),
        reading=Report(findings),
    )


def long_rows(sheet: Sheet) -> Sequence[Mapping[str, Any]]:
    """The rows of a sheet as mappings, empty cells as nothing."""
    return [
        {name: (None if tidy(cell) == "" else cell) for name, cell in zip(sheet.header, row, strict=True)}
        for row in sheet.rows
    ]
