"""Tables for reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from salesteam.core._show._part import TONES, Shown, Tone, breakable, escape, known, tagged
from salesteam.core._show._width import clean, enough, longest_word, padded, width_of, wrap
from salesteam.errors import InvalidValueError

__all__ = ["Cell", "Grid"]

_GAP = 2
_NARROW, _SHORT = 4, 8
_WORDS = (16, 12)
"""Columns up to which a word stays whole: what is tried first, and what is put up with."""


def _tone(_: object, __: object, value: str) -> None:
    known(value, TONES, "Cell.tone")


@attrs.frozen
class Cell:
    """A text of a table with a tone.

    Parameters
    ----------
    text : str
        What it says; the tone alone must never carry the meaning.
    tone : {'', 'good', 'warn', 'bad', 'muted', 'strong'}, default ''
        Colour or weight where there is colour.
    link : str, default ''
        Anchor on the same page at which the text is explained; only HTML shows it.

    Examples
    --------
    >>> Cell("late", tone="bad").text
    'late'
    """

    text: str = attrs.field(converter=str)
    tone: Tone = attrs.field(default="", validator=_tone)
    link: str = ""


Row = tuple[Cell | str, ...]


def _rows(rows: Iterable[Iterable[Cell | str]]) -> tuple[Row, ...]:
    return tuple(tuple(cell if isinstance(cell, Cell) else str(cell) for cell in row) for row in rows)


def _columns(columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(columns)


def _right(right: Iterable[int]) -> frozenset[int]:
    return frozenset(right)


@attrs.frozen
class Grid(Shown):
    """A table for reading, with a title, aligned columns and a note.

    Parameters
    ----------
    title : str
        Stands above.
    columns : tuple of str
        The heads.
    rows : tuple of tuples of str or Cell
        As many cells in each as there are columns.
    right : frozenset of int, optional
        Positions of columns that are aligned to the right (numbers), from 0.
    note : str, optional
        Stands below.

    Raises
    ------
    InvalidValueError
        If a row has more or fewer cells than there are columns.

    Examples
    --------
    >>> print(Grid("Pay", ("who", "CNY"), (("李", "1,200"), ("Wu", "90")), right=frozenset({1}), note="half-up"))
    Pay
    who    CNY
    ---  -----
    李   1,200
    Wu      90
    half-up
    """

    title: str
    columns: tuple[str, ...] = attrs.field(converter=_columns)
    rows: tuple[Row, ...] = attrs.field(converter=_rows)
    right: frozenset[int] = attrs.field(default=frozenset(), converter=_right)
    note: str = ""

    def __attrs_post_init__(self) -> None:
        for number, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise InvalidValueError(
                    f"row {number} has {len(row)} cells for {len(self.columns)} columns",
                    where="Grid.rows",
                    fix="give each row one cell for each column",
                )

    def text(self, width: int = 80) -> str:
        """For a terminal: columns within the width, long cells wrapped; one block a row if the columns are too many.

        Parameters
        ----------
        width : int, default 80
            Columns of the terminal, at least 20.

        Returns
        -------
        str
            Lines without a newline at the end.

        Examples
        --------
        >>> print(Grid("", ("a", "b"), (("one two three", "four five six"),)).text(20))
        a          b
        ---------  ---------
        one two    four five
        three      six
        """
        lines = wrap(self.title, enough(width)) if self.title else []
        widths = self._widths(width)
        if not self.columns:
            body: Iterable[str] = ()
        else:
            body = self._blocks(width) if widths is None else self._table(widths)
        lines += [line.rstrip() for line in body]
        return "\n".join(lines + (wrap(self.note, width) if self.note else []))

    def _widths(self, total: int) -> list[int] | None:
        """The width of each column, or None if they cannot stand side by side."""
        texts = [[head, *(_text(row[at]) for row in self.rows)] for at, head in enumerate(self.columns)]
        natural = [max(width_of(line) for text in column for line in clean(text).split("\n")) or 1 for column in texts]
        words = [max(map(longest_word, column)) for column in texts]
        room = total - _GAP * (len(self.columns) - 1)
        for longest in _WORDS:
            least = [
                whole if at in self.right else min(whole, max(_NARROW, min(word, longest)))
                for at, (whole, word) in enumerate(zip(natural, words, strict=True))
            ]
            if sum(least) <= room:
                break
        else:
            return None
        widths = [min(whole, room) for whole in natural]
        while sum(widths) > room:
            widest = max((at for at in range(len(widths)) if widths[at] > least[at]), key=lambda at: widths[at])
            widths[widest] -= 1
        return widths

    def _table(self, widths: Sequence[int]) -> Iterator[str]:
        yield from self._line(self.columns, widths)
        yield (" " * _GAP).join("-" * width for width in widths)
        for row in self.rows:
            yield from self._line([_text(cell) for cell in row], widths)

    def _line(self, texts: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
        cells = [wrap(text, max(width, 2)) for text, width in zip(texts, widths, strict=True)]
        for at in range(max(map(len, cells))):
            yield (" " * _GAP).join(
                padded(lines[at] if at < len(lines) else "", width, right=column in self.right)
                for column, (lines, width) in enumerate(zip(cells, widths, strict=True))
            )

    def _blocks(self, width: int) -> Iterator[str]:
        for number, row in enumerate(self.rows):
            if number:
                yield ""
            for head, cell in zip(self.columns, row, strict=True):
                first, *more = wrap(f"{head}{'：' if _wide(head) else ': '}{_text(cell)}", width - _GAP)
                yield first
                yield from (" " * _GAP + line for line in more)

    def _body(self) -> str:
        align = ["st-right" if at in self.right else "" for at in range(len(self.columns))]
        heads = "".join(
            tagged("th", head, side, attributes=' scope="col"') for head, side in zip(self.columns, align, strict=True)
        )
        rows = "".join(
            "<tr>" + "".join(_td(cell, side) for cell, side in zip(row, align, strict=True)) + "</tr>"
            for row in self.rows
        )
        title = tagged("caption", self.title) if self.title else ""
        note = tagged("p", self.note, "st-note") if self.note else ""
        table = f'<table class="st-grid">{title}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        return table + note


def _wide(head: str) -> bool:
    return width_of(head[-1:]) > 1


def _text(cell: Cell | str) -> str:
    return cell.text if isinstance(cell, Cell) else cell


def _td(cell: Cell | str, side: str) -> str:
    text = _text(cell)
    short = "st-short" if 2 < width_of(text) <= _SHORT and not text.isascii() else ""
    if not isinstance(cell, Cell):
        return breakable(tagged("td", cell, side, short), cell)
    tone = f"st-{cell.tone}" if cell.tone else ""
    if not cell.link:
        return breakable(tagged("td", cell.text, side, tone, short), cell.text)
    names = " ".join(name for name in (side, tone) if name)
    anchor = tagged("a", cell.text, attributes=f' href="#{escape(cell.link)}"')
    return "<td" + (f' class="{names}"' if names else "") + f">{anchor}</td>"
