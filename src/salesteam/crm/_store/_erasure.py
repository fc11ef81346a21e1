"""What was erased of a person, told without saying who it was."""

from __future__ import annotations

from typing import Any

import attrs

from salesteam.core import Grid, Report, _table, say
from salesteam.crm._ref import Ref

__all__ = ["Erasure", "ErasureRow"]

_WORDS = {
    "record": ("records as they are known now", "当前记录"),
    "change": ("lines of the log of changes", "变更日志"),
    "quarantine": ("rows in quarantine", "隔离区"),
    "outbox": ("changes to be sent or sent", "待发与已发的变更"),
    "meta": ("notes of readings", "读取备注"),
    "cursor": ("cursors", "读取位置"),
}


@attrs.frozen(kw_only=True)
class ErasureRow:
    """How many rows of a table lost something.

    Examples
    --------
    >>> ErasureRow(table="change", rows=3).rows
    3
    """

    table: str = _table.column("table of the store")
    rows: int = _table.column("rows that were changed or removed")


@attrs.frozen(kw_only=True)
class Erasure:
    """Made by `Store.forget`.

    Parameters
    ----------
    refs : tuple of Ref
        The records of the person, by the hashes that are left of their names.
    rows : tuple of ErasureRow
        One a table.
    namesakes : tuple of Ref
        Records of others that are called the same: they stay as they are.
    report : Report
        Namesakes, changes that are no longer sent, and whether the file still holds old bytes.

    Examples
    --------
    >>> Erasure(refs=(), rows=(ErasureRow(table="change", rows=3),)).explain()
    '0 records forgotten: 3 lines of the log of changes'
    """

    refs: tuple[Ref, ...]
    rows: tuple[ErasureRow, ...] = ()
    namesakes: tuple[Ref, ...] = ()
    report: Report = Report()

    def to_frame(self) -> Any:
        """The tables with their counts.

        Examples
        --------
        >>> list(Erasure(refs=()).to_frame().columns)
        ['table', 'rows']
        """
        return _table.write_rows(self.rows, ErasureRow)

    def explain(self, lang: str = "en") -> str:
        """Tell what was erased, on one line.

        Examples
        --------
        >>> Erasure(refs=()).explain("zh")
        '已遗忘 0 条记录：0'
        """
        told = say(lang, en=", ", zh="，").join(
            say(lang, en=f"{row.rows} {_word(row.table, lang)}", zh=f"{_word(row.table, lang)} {row.rows}")
            for row in self.rows
            if row.rows
        )
        count = len(self.refs)
        return say(lang, en=f"{count} records forgotten: {told or 0}", zh=f"已遗忘 {count} 条记录：{told or 0}")

    def grid(self, lang: str = "en") -> Grid:
        """The tables for display.

        Examples
        --------
        >>> Erasure(refs=()).grid().title
        'What was forgotten'
        """
        return Grid(
            title=say(lang, en="What was forgotten", zh="遗忘情况"),
            columns=tuple(say(lang, en="Where|Rows", zh="位置|行数").split("|")),
            rows=tuple((_word(row.table, lang), f"{row.rows:,}") for row in self.rows),
            right=frozenset({1}),
        )

    def _repr_html_(self) -> str:
        return self.grid().html()


def _word(table: str, lang: str) -> str:
    en, zh = _WORDS[table]
    return say(lang, en=en, zh=zh)
