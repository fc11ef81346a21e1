"""Which columns of a table feed which declared columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

import attrs

from salesteam.core._finding import Finding, Place, find
from salesteam.core._table._columns import Column
from salesteam.errors import NotFoundError, nearest

__all__ = ["Match", "match", "renamed"]


@attrs.frozen
class Match:
    """How one declared column is fed.

    Parameters
    ----------
    column : Column
        The declaration.
    form : {'plain', 'major', 'pair'}
        As declared; money in major units; a rational as two whole columns.
    sources : tuple of str
        Names in the table: two for a pair, else one.
    """

    column: Column
    form: Literal["plain", "major", "pair"]
    sources: tuple[str, ...]


def _forms(column: Column, declared: Collection[str]) -> Iterator[Match]:
    yield Match(column, "plain", (column.name,))
    if column.major is not None and column.major not in declared:
        yield Match(column, "major", (column.major,))
    if column.pair is not None and not set(column.pair) & set(declared):
        yield Match(column, "pair", column.pair)


def renamed(columns: Sequence[Column], mapping: Mapping[str, str]) -> Mapping[str, str]:
    """The mapping itself, if it maps only names that the columns know.

    Raises
    ------
    NotFoundError
        For another name.
    """
    declared = {column.name for column in columns}
    known = {name for column in columns for form in _forms(column, declared) for name in form.sources}
    for name in mapping:
        if name not in known:
            raise NotFoundError("declared column", name, sorted(known), where="mapping")
    return mapping


def match(
    columns: Sequence[Column], header: Collection[str], mapping: Mapping[str, str], table: str
) -> tuple[list[Match], list[Finding]]:
    """Match declared columns with the header of a table.

    Parameters
    ----------
    columns : sequence of Column
        What is declared, without a `rest` column.
    header : collection of str
        What is there.
    mapping : mapping of str to str
        Declared name to name in the table.
    table : str
        For the findings.

    Returns
    -------
    tuple of (list of Match, list of Finding)
        A declared column without a match is absent; findings for missing columns and for two forms of one.
    """
    declared = {column.name for column in columns}
    matches: list[Match] = []
    findings: list[Finding] = []
    for column in columns:
        there: list[Match] = []
        asked: list[str] = []
        for form in _forms(column, declared):
            names = tuple(mapping.get(name, name) for name in form.sources)
            asked += [mapping[name] for name in form.sources if name in mapping]
            if all(name in header for name in names):
                there.append(Match(column, form.form, names))
        place = Place(table=table, field=column.name)
        if len(there) > 1:
            forms = [" + ".join(each.sources) for each in there]
            findings.append(find("table.two-forms", place, column=column.name, forms=forms, table=table))
        elif there:
            matches += there
        if not there and (column.required or asked):
            wanted = asked[0] if asked else column.name
            near = _near(wanted, column, header)
            findings.append(find("table.missing-column", place, table=table, column=wanted, near=near))
    return matches, findings


def _near(wanted: str, column: Column, header: Collection[str]) -> list[str]:
    found = nearest(wanted, header) or (nearest(column.major, header) if column.major else ())
    return list(found or list(header)[:8])
