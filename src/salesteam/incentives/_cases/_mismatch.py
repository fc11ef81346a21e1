"""Where a case and a run differ: key, column, expected, got, and what may have led to it."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from salesteam.core import Explanation, Place
from salesteam.incentives._cases._spots import Words

__all__ = ["Mismatch"]


@attrs.frozen(kw_only=True)
class Mismatch:
    """One figure of a case that did not come as expected.

    Parameters
    ----------
    key : str
        What was looked at, such as ``pay.A.commission`` or ``lines transaction T1``.
    column : str
        The column compared; empty for a sum.
    expected : str
        As the case has it.
    got : str
        What came, in English; `got_text` has other languages.
    difference : str
        Got minus expected, where both are numbers.
    place : Place
        Where the expectation was written.
    explanation : mapping of str to Explanation
        Language to how the number came about.
    readings : tuple of str
        Other readings of the plan that give what was expected, as ``choice = option``.

    Examples
    --------
    >>> Mismatch(key="total", expected="90", got="150", difference="60").difference
    '60'
    """

    key: str
    column: str = ""
    expected: str
    got: str
    difference: str = ""
    place: Place = Place()
    explanation: Mapping[str, Explanation] = attrs.field(factory=dict, repr=False, hash=False)
    readings: tuple[str, ...] = ()
    words: Words | None = attrs.field(default=None, repr=False)

    def got_text(self, lang: str = "en") -> str:
        """What came, for a reader.

        Examples
        --------
        >>> Mismatch(key="total", expected="90", got="150").got_text("zh")
        '150'
        """
        return self.got if self.words is None else self.words.text(lang)
