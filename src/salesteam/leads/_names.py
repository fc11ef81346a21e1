"""Long lists of ids, kept readable."""

from __future__ import annotations

import attrs

from salesteam.core import say
from salesteam.leads._items import items

__all__ = ["Names", "Words"]

_SHOWN = 5


@attrs.frozen
class Names:
    """Ids in a text: the first few, and how many more.

    Parameters
    ----------
    ids : iterable of str
        Any number.

    Examples
    --------
    >>> Names(["L-1", "L-2"]).text(), Names([f"L-{n}" for n in range(9)]).text("zh")
    ('L-1, L-2', 'L-0、L-1、L-2、L-3、L-4 等 9 个')
    """

    ids: tuple[str, ...] = attrs.field(converter=items)

    def text(self, lang: str = "en") -> str:
        """The ids in one phrase."""
        shown = say(lang, en=", ", zh="、").join(self.ids[:_SHOWN])
        more = len(self.ids) - _SHOWN
        if more <= 0:
            return shown
        return say(lang, en=f"{shown} and {more} more ({len(self.ids)} in all)", zh=f"{shown} 等 {len(self.ids)} 个")


@attrs.frozen
class Words:
    """A phrase in both languages, for a placeholder of a finding.

    Examples
    --------
    >>> Words("no seats", "没有席位").text("zh")
    '没有席位'
    """

    en: str
    zh: str

    def text(self, lang: str = "en") -> str:
        """The phrase in one language."""
        return say(lang, en=self.en, zh=self.zh)
