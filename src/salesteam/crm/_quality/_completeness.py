"""Completeness (信息完整性): which cells that should be filled are, by three totals side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Grid, Place, Report, _table, find, say
from salesteam.crm._field_type import field_types
from salesteam.crm._quality._customer import teams_of
from salesteam.crm._quality._required import Required
from salesteam.crm._quality._when import meets, strays, text_of
from salesteam.crm._quality._who import Who, who_is
from salesteam.crm._quality._words import PLACEHOLDERS, nothings, percent, said, words
from salesteam.crm._reading import Records
from salesteam.crm._record import Record
from salesteam.crm._records import RECORDS
from salesteam.crm._ref import Ref
from salesteam.crm._store import Store
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import Identity
from salesteam.errors import NotFoundError, missing_choice

__all__ = ["Completeness", "CompletenessCell", "CompletenessRow", "completeness"]

_BY = {
    "owner": "the owner of the record",
    "team": "the team of the record; of one that names none, the only team of its owner",
    "kind": "the kind of the record",
    "field": "the field or relation that is required",
}


@attrs.frozen(kw_only=True)
class CompletenessRow:
    """How complete the records of a group are.

    Examples
    --------
    >>> CompletenessRow(group="li", records=0, cells=0, filled=0).cells_share is None
    True
    """

    group: str = _table.column("owner, team, kind or field")
    records: int = _table.column("records to which something applies")
    cells: int = _table.column("cells that should be filled")
    filled: int = _table.column("of them filled")
    cells_share: Fraction | None = _table.column("filled over applicable cells, 0..1", default=None)
    records_share: Fraction | None = _table.column("mean of the weighted shares of the records, 0..1", default=None)
    strict_share: Fraction | None = _table.column("share of records with everything, 0..1", default=None)


@attrs.frozen(kw_only=True)
class CompletenessCell:
    """How often the records of a group have one thing that they should have.

    Examples
    --------
    >>> CompletenessCell(group="li", kind="deal", field="value", cells=4, filled=3).share
    Fraction(3, 4)
    """

    group: str = _table.column("owner, team, kind or field")
    kind: str = _table.column("kind of the records")
    field: str = _table.column("field or relation that is required")
    cells: int = _table.column("cells that should be filled, at least 1")
    filled: int = _table.column("of them filled")

    @property
    def share(self) -> Fraction:
        """Filled over cells, 0..1.

        Examples
        --------
        >>> CompletenessCell(group="li", kind="deal", field="value", cells=2, filled=0).share
        Fraction(0, 1)
        """
        return Fraction(self.filled, self.cells)


@attrs.frozen(kw_only=True)
class Completeness:
    """Made by `completeness`.

    Parameters
    ----------
    by : str
        How it is grouped.
    rows : tuple of CompletenessRow
        One a group.
    total : CompletenessRow
        All groups together.
    missing : tuple of (Ref, str)
        Each cell that is not filled.
    missing_in : mapping of str to tuple of (Ref, str)
        The same by group.
    cells : tuple of CompletenessCell
        One a group and field that applies in it.
    report : Report
        One finding for each field that is missing somewhere, and for each condition that nothing can meet.

    Examples
    --------
    >>> completeness(Records(), [Required(kind="deal", field="value")], by="owner").total.cells_share is None
    True
    """

    by: str
    rows: tuple[CompletenessRow, ...]
    total: CompletenessRow
    missing: tuple[tuple[Ref, str], ...] = ()
    missing_in: Mapping[str, tuple[tuple[Ref, str], ...]] = attrs.field(factory=dict, hash=False)
    cells: tuple[CompletenessCell, ...] = ()
    report: Report = Report()

    def to_frame(self, table: str = "groups") -> Any:
        """The groups, or each field in each group, as a table.

        Parameters
        ----------
        table : {'groups', 'cells'}, default 'groups'
            Which.

        Raises
        ------
        NotFoundError
            For any other.

        Examples
        --------
        >>> list(completeness(Records(), [], by="kind").to_frame("cells").columns)[:3]
        ['group', 'kind', 'field']
        """
        if table == "groups":
            return _table.write_rows(self.rows, CompletenessRow)
        if table == "cells":
            return _table.write_rows(self.cells, CompletenessCell)
        raise NotFoundError("table", table, ("groups", "cells"), where="this completeness")

    def explain(self, group: str, lang: str = "en") -> str:
        """Tell the three totals of a group.

        Raises
        ------
        NotFoundError
            If there is no such group.

        Examples
        --------
        >>> from salesteam.crm import Deal
        >>> deal = Deal(ref=Ref("crm", "deal", "D-1"), status="open", owner=Ref("crm", "user", "li"))
        >>> found = completeness(Records(records=(deal,)), [Required(kind="deal", field="value")], by="owner")
        >>> found.explain("li")
        'li: 0 of 1 cells filled (0%), mean of 1 records 0%, 0% complete in everything'
        """
        for row in self.rows:
            if row.group == group:
                shares = _shares(row)
                return say(
                    lang,
                    en=f"{group}: {row.filled} of {row.cells} cells filled ({shares[0]}),"
                    f" mean of {row.records} records {shares[1]}, {shares[2]} complete in everything",
                    zh=f"{group}：{row.cells} 项应填，已填 {row.filled}（{shares[0]}），"
                    f"{row.records} 条记录平均 {shares[1]}，全部填齐 {shares[2]}",
                )
        raise NotFoundError("group", group, [row.group for row in self.rows], where="this completeness")

    def grid(self, lang: str = "en") -> Grid:
        """The groups for display.

        Examples
        --------
        >>> completeness(Records(), [], by="kind").grid().title
        'Completeness by kind'
        """
        heads = say(
            lang,
            en="Group|Records|Cells|Filled|Cells share|Records share|Strict",
            zh="分组|记录|应填|已填|按项|按记录|全齐",
        ).split("|")
        return Grid(
            title=say(lang, en=f"Completeness by {self.by}", zh=f"信息完整性（按{words(lang, self.by)}）"),
            columns=tuple(heads),
            rows=tuple(
                (
                    row.group,
                    f"{row.records:,}",
                    f"{row.cells:,}",
                    f"{row.filled:,}",
                    *_shares(row),
                )
                for row in (*self.rows, self.total)
            ),
            right=frozenset(range(1, 7)),
        )

    def _repr_html_(self) -> str:
        return self.grid().html()


def _shares(row: CompletenessRow) -> tuple[str, ...]:
    """The three totals of a group, as they are shown."""
    return tuple(map(percent, (row.cells_share, row.records_share, row.strict_share)))


_Cell = tuple[Record, Required, bool]


def completeness(
    records: Records | Store,
    required: Sequence[Required],
    *,
    by: str | None = None,
    as_of: datetime | None = None,
    placeholders: Sequence[str] = PLACEHOLDERS,
    identity: Identity | None = None,
) -> Completeness:
    """Count which cells that should be filled are.

    A cell is filled unless it is empty, blank or a placeholder.
    Where nothing applies, the share is None and not 1.

    Parameters
    ----------
    records : Records or Store
        What to look at.
    required : sequence of Required
        What should be filled, when.
    by : {'owner', 'team', 'kind', 'field'}
        How to group; required.
    as_of : datetime, optional
        Stage, owner and cells as a store knew them at this instant.
    placeholders : sequence of str
        Texts that mean nothing, compared without case and blanks.
    identity : mapping or callable, optional
        Login to person, so that one person with several logins is one; a login that it does not know stands for itself.

    Returns
    -------
    Completeness
        Three totals a group: cells, records, strict; each field in each group; and every missing cell.

    Examples
    --------
    >>> from salesteam.crm import Account
    >>> accounts = [Account(ref=Ref("crm", "account", key), name=key, industry=industry)
    ...             for key, industry in (("a", "software"), ("b", "待定"))]
    >>> rule = Required(kind="account", field="industry")
    >>> found = completeness(Records(records=tuple(accounts)), [rule], by="field")
    >>> [(row.group, str(row.cells_share)) for row in found.rows]
    [('industry', '1/2')]
    """
    if by not in _BY:
        raise missing_choice("by", _BY, where="completeness" if by is None else repr(by))
    known = recorded(records, as_of)
    nothing = nothings(placeholders)
    related = _related(known, required)
    cells: list[_Cell] = [
        (record, rule, _filled(record, rule, nothing, related))
        for rule in required
        for record in known.of(rule.kind)
        if meets(record, rule.when, known)
    ]
    who = who_is(identity)
    teams = teams_of(known, as_of) if by == "team" else {}
    groups: dict[str, list[_Cell]] = {}
    for cell in cells:
        groups.setdefault(_group(cell, by, who, teams), []).append(cell)
    return Completeness(
        by=by,
        rows=tuple(_row(group, found) for group, found in sorted(groups.items())),
        total=_row("*", cells),
        missing=_missing(cells),
        missing_in={group: _missing(found) for group, found in sorted(groups.items())},
        cells=tuple(_crossed(groups)),
        report=Report([*_findings(cells), *strays(required, known)]),
    )


def _missing(cells: Iterable[_Cell]) -> tuple[tuple[Ref, str], ...]:
    return tuple((record.ref, rule.name) for record, rule, filled in cells if not filled)


def _counts(cells: Iterable[_Cell]) -> list[tuple[tuple[str, str], list[int]]]:
    """Of each kind and field, how many cells are filled and how many there are."""
    counts: dict[tuple[str, str], list[int]] = {}
    for _, rule, filled in cells:
        count = counts.setdefault((rule.kind, rule.name), [0, 0])
        count[0] += filled
        count[1] += 1
    return sorted(counts.items())


def _crossed(groups: Mapping[str, Iterable[_Cell]]) -> Iterator[CompletenessCell]:
    for group, found in sorted(groups.items()):
        for (kind, name), (filled, of) in _counts(found):
            yield CompletenessCell(group=group, kind=kind, field=name, cells=of, filled=filled)


def _findings(cells: Iterable[_Cell]) -> Any:
    for (kind, name), (filled, of) in _counts(cells):
        lacking = of - filled
        if lacking:
            yield find("crm.incomplete", Place(table=kind, field=name), kind=kind, field=name, count=lacking, of=of)


def _related(records: Records, required: Sequence[Required]) -> Mapping[str, frozenset[Ref]]:
    """For each rule about a relation, the records that have one."""
    found: dict[str, frozenset[Ref]] = {}
    for rule in required:
        if rule.relation is not None:
            links = [name for name, type_ in field_types(RECORDS[rule.relation]).items() if type_.base is Ref]
            found[f"{rule.kind} {rule.name}"] = frozenset(
                target
                for record in records.of(rule.relation)
                if meets(record, rule.where, records)
                for name in links
                if name != "ref" and isinstance(target := getattr(record, name), Ref) and target.kind == rule.kind
            )
    return found


def _filled(record: Record, rule: Required, nothing: frozenset[str], related: Mapping[str, frozenset[Ref]]) -> bool:
    if rule.field is None:
        return record.ref in related[f"{rule.kind} {rule.name}"]
    value = getattr(record, rule.field)
    if isinstance(value, str):
        return said(value, nothing) is not None
    return value is not None and value != ()


def _group(cell: _Cell, by: str, who: Who, teams: Mapping[Ref, Ref]) -> str:
    record, rule, _ = cell
    if by in {"kind", "field"}:
        return rule.kind if by == "kind" else rule.name
    value = getattr(record, by, None)
    owner = getattr(record, "owner", None)
    if value is None and by == "team" and owner is not None:
        value = teams.get(owner)
    if value is None:
        return "—"
    return who(value) if by == "owner" else text_of(value)


def _row(group: str, cells: Sequence[_Cell]) -> CompletenessRow:
    weights: dict[Ref, list[Fraction]] = {}
    for record, rule, is_filled in cells:
        sums = weights.setdefault(record.ref, [Fraction(0), Fraction(0)])
        sums[0] += rule.weight if is_filled else 0
        sums[1] += rule.weight
    shares = [part / whole for part, whole in weights.values()]
    filled = sum(1 for cell in cells if cell[2])
    return CompletenessRow(
        group=group,
        records=len(shares),
        cells=len(cells),
        filled=filled,
        cells_share=Fraction(filled, len(cells)) if cells else None,
        records_share=sum(shares, Fraction(0)) / len(shares) if shares else None,
        strict_share=Fraction(sum(1 for share in shares if share == 1), len(shares)) if shares else None,
    )
