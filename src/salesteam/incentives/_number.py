"""Numbers of a plan: written down, or named and dated."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs

__all__ = ["Dated", "Number", "Parameter", "Ref", "Whole", "count", "span"]


@attrs.frozen
class Ref:
    """A number that stands under a name in `parameters`, written ``$name`` in a plan.

    Parameters
    ----------
    name : str
        Name of the parameter, without the dollar sign.

    Examples
    --------
    >>> str(Ref("low"))
    '$low'
    """

    name: str

    def __str__(self) -> str:
        return f"${self.name}"


Number = Fraction | Ref
"""What may stand wherever a plan takes a number."""

Whole = int | Ref
"""What may stand wherever a plan counts: months, days, rows, ranks. Such a number holds for the whole plan."""


@attrs.frozen(kw_only=True)
class Dated:
    """One value of a parameter: from when it holds, and since when that is known.

    Parameters
    ----------
    value : Fraction
        The number, exact.
    from_ : date, optional
        First day on which it holds; without it, from the beginning.
    known_from : date, optional
        First day on which it was known; without it, always.
    reason, source, approved_by : str, optional
        Why, on what paper, by whom; a value without a source is a finding.

    Examples
    --------
    >>> Dated(value=Fraction(1, 25), from_=date(2026, 1, 1)).value
    Fraction(1, 25)
    """

    value: Fraction
    from_: date | None = attrs.field(default=None, metadata={"key": "from"})
    known_from: date | None = None
    reason: str = ""
    source: str = ""
    approved_by: str = ""


@attrs.frozen(kw_only=True)
class Parameter:
    """A number with a history.

    Parameters
    ----------
    values : tuple of Dated
        Every value it ever had; corrections are added, never edited.
    unit : str, optional
        Such as ``"rate"`` or ``"money"``; for readers.
    min, max : Fraction, optional
        Bounds that the plan itself sets; a value outside refuses the plan.

    Examples
    --------
    >>> low = Parameter(values=(Dated(value=Fraction(1, 25)), Dated(value=Fraction(1, 20), from_=date(2026, 7, 1))))
    >>> low.on(date(2026, 8, 1)), low.on(date(2026, 1, 1))
    (Fraction(1, 20), Fraction(1, 25))
    """

    values: tuple[Dated, ...]
    unit: str = ""
    min: Fraction | None = None
    max: Fraction | None = None

    def on(self, valid_on: date | None, known_as_of: date | None = None) -> Fraction | None:
        """The value that held on one day, as it was known on another.

        Among the entries known by `known_as_of`, the greatest `from_` not after `valid_on` wins, then the greatest
        `known_from`.

        Parameters
        ----------
        valid_on : date or None
            Day the number is for; None for the first value.
        known_as_of : date, optional
            Day of the knowledge; None means everything known by now.

        Returns
        -------
        Fraction or None
            None if nothing held on that day.

        Examples
        --------
        >>> Parameter(values=()).on(date(2026, 1, 1)) is None
        True
        """
        found = self.entry(valid_on, known_as_of)
        return None if found is None else found.value

    def entry(self, valid_on: date | None, known_as_of: date | None = None) -> Dated | None:
        """The whole entry whose value `on` gives: with its reason and source.

        Examples
        --------
        >>> Parameter(values=(Dated(value=Fraction(1), source="minute 14"),)).entry(None).source
        'minute 14'
        """
        early = date.min
        known = [v for v in self.values if known_as_of is None or (v.known_from or early) <= known_as_of]
        held = [v for v in known if (v.from_ or early) <= (valid_on or early)]
        if valid_on is None and not held:
            held = sorted(known, key=lambda v: v.from_ or early)[:1]
        if not held:
            return None
        return max(held, key=lambda v: (v.from_ or early, v.known_from or early))

    def changes(self, known_as_of: date | None = None) -> tuple[date, ...]:
        """The days on which another value begins, as known on a day.

        Examples
        --------
        >>> Parameter(values=(Dated(value=Fraction(1)),)).changes()
        ()
        """
        early = date.min
        return tuple(
            sorted(
                {
                    v.from_
                    for v in self.values
                    if v.from_ is not None and (known_as_of is None or (v.known_from or early) <= known_as_of)
                }
            )
        )


def count(number: Whole) -> int:
    """A count of a plan whose names are written out."""
    assert isinstance(number, int)
    return number


def span(numbers: tuple[Whole, Whole]) -> tuple[int, int]:
    """The first and last of some months, of a plan whose names are written out."""
    return count(numbers[0]), count(numbers[1])
