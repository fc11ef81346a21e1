"""One cell of a chart as people write it: 'R/A', full-width letters, a dash for nothing."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable

__all__ = ["is_blank", "label", "split_letters", "tidy"]

_BETWEEN = re.compile(r"[/\\,、;+&|\s]+")
_MISSING = frozenset({"NAType", "NaTType"})
_BLANKS = frozenset({"", "-", "–", "—", "―", "/", ".", "·"})


def tidy(cell: object) -> str:
    """The text of a cell, full-width forms narrowed and outer blanks gone; empty for no value."""
    if cell is None or type(cell).__name__ in _MISSING or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    return unicodedata.normalize("NFKC", str(cell)).strip()


def label(cell: object) -> str:
    """The name in a cell: as it is written, every run of blanks one space; empty for no value."""
    return " ".join(str(cell).split()) if tidy(cell) else ""


def is_blank(cell: object) -> bool:
    """Whether a cell holds no letter."""
    return tidy(cell) in _BLANKS


def split_letters(cell: object, known: Iterable[str]) -> tuple[str, ...]:
    """The letters in a cell, each once, as the profile writes them.

    Parameters
    ----------
    cell : object
        Such as ``"R/A"``, ``"ra"``, ``"Ｒ、Ａ"``; letters may stand together.
    known : iterable of str
        The letters of the profile.

    Returns
    -------
    tuple of str
        In the order of the cell; what the profile does not know stays as it is written.
    """
    if is_blank(cell):
        return ()
    fold = {letter.casefold(): letter for letter in known}
    found: dict[str, None] = {}
    for token in _BETWEEN.split(tidy(cell)):
        folded = token.casefold()
        if folded in fold:
            found[fold[folded]] = None
        elif token and all(sign in fold for sign in folded):
            found.update(dict.fromkeys(fold[sign] for sign in folded))
        elif token:
            found[token] = None
    return tuple(found)
