"""What can be wrong with a cell, for readers of both languages."""

from __future__ import annotations

from typing import Any

import attrs

from salesteam.core import say

__all__ = ["BadCellError", "Problem"]


@attrs.frozen
class Problem:
    """What is wrong with a cell, to be told after its value."""

    en: str
    zh: str

    def text(self, lang: str) -> str:
        """The words in a language."""
        return say(lang, en=self.en, zh=self.zh)


class BadCellError(ValueError):
    """A cell cannot be the value of its field.

    Parameters
    ----------
    en, zh : str
        What is wrong with it, to be told after its value.
    options : tuple of str, optional
        The texts that it could be.
    """

    column: str = ""
    cell: Any = None

    def __init__(self, en: str, zh: str, *, options: tuple[str, ...] = ()) -> None:
        self.problem = Problem(en, zh)
        self.options = options
        super().__init__(en)

    def at(self, column: str, cell: Any) -> BadCellError:
        """The same problem, with the column and the cell that have it."""
        self.column, self.cell = column, cell
        return self
