"""Nouns: a breached threshold, and what an attribution says of it; plain values, whoever computed them."""

from datetime import date
from fractions import Fraction
from typing import Literal

from attrs import converters, field, frozen

from salesteam.core import exponent, rational
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.whys._kinds import Side
from salesteam.whys._model_evidence import filled

__all__ = ["Attribution", "Breach", "Part", "is_currency"]


def is_currency(unit: str) -> bool:
    """Whether a unit is the code of a currency, so that amounts are whole minor units."""
    if len(unit) != 3 or not unit.isupper():
        return False
    try:
        exponent(unit)
    except NotFoundError:
        return False
    return True


@frozen(kw_only=True, field_transformer=as_annotated)
class Breach:
    """A value that stands on the wrong side of its threshold.

    Parameters
    ----------
    metric, scope, period : str
        What was measured, of whom, and when; together they name the tree that it opens.
    value, threshold : Fraction
        Exact; money in whole minor units.
    side : {'below', 'above'}
        On which side of the threshold the trouble is; a value equal to the threshold is no breach.
    on : date
        The day it was seen.
    unit : str, optional
        Unit of both, such as ``"share"`` or a currency.
    n : int, optional
        Cases behind the value.
    in_a_row : int, default 1
        Periods in a row in breach, this one included.

    Examples
    --------
    >>> breach = Breach(metric="cross_team_completion", scope="all", period="2026-Q3", value="0.80", threshold="0.80",
    ...                 side="below", on=date(2026, 9, 30))
    >>> breach.is_breach, breach.tree_id
    (False, 'cross_team_completion/all/2026-Q3')
    """

    metric: str = field(validator=filled)
    scope: str = field(validator=filled)
    period: str = field(validator=filled)
    value: Fraction = field(converter=rational)
    threshold: Fraction = field(converter=rational)
    side: Side
    on: date
    unit: str = ""
    n: int | None = None
    in_a_row: int = 1

    def __attrs_post_init__(self) -> None:
        if self.side not in {"below", "above"}:
            raise InvalidValueError(f"{self.side!r} is no side", where="Breach.side", fix="use 'below' or 'above'")
        if is_currency(self.unit) and self.value.denominator != 1:
            raise InvalidValueError(
                f"{self.value} {self.unit} is no whole number of minor units",
                where="Breach.value",
                fix="round it first",
            )

    @property
    def is_breach(self) -> bool:
        """Whether the value is strictly on the wrong side.

        Examples
        --------
        >>> Breach(metric="m", scope="s", period="p", value="0.79", threshold="0.80", side="below",
        ...        on=date(2026, 9, 30)).is_breach
        True
        """
        return self.shortfall(self.threshold) > 0

    @property
    def tree_id(self) -> str:
        """The id of the tree that it opens: the same for the same metric, scope and period.

        Examples
        --------
        >>> day = date(2026, 9, 30)
        >>> Breach(metric="m", scope="a/b", period="p", value=1, threshold=2, side="below", on=day).tree_id
        'm/a%2Fb/p'
        """
        parts = (self.metric, self.scope, self.period)
        return "/".join(part.strip().replace("%", "%25").replace("/", "%2F").replace("->", "-%3E") for part in parts)

    def shortfall(self, mark: Fraction) -> Fraction:
        """How far the value is on the wrong side of a mark; negative on the right side.

        Examples
        --------
        >>> Breach(metric="m", scope="s", period="p", value=3, threshold=5, side="below",
        ...        on=date(2026, 9, 30)).shortfall(Fraction(5))
        Fraction(2, 1)
        """
        return mark - self.value if self.side == "below" else self.value - mark


@frozen(kw_only=True, field_transformer=as_annotated)
class Part:
    """One part of a movement, with its number.

    Parameters
    ----------
    name : str
        Name of the part, such as a factor or a segment.
    amount : Fraction
        Its share of the movement of the metric, signed as the metric moves: negative where it pulled it down.
    kind : {'part', 'interaction'}, default 'part'
        Whether it is what only several parts do together.
    statement : str, optional
        Words for the hypothesis it becomes.
    role, activity : str, optional
        Whose duty is looked up for it.

    Examples
    --------
    >>> Part(name="north", amount="-0.03").amount
    Fraction(-3, 100)
    """

    name: str = field(validator=filled)
    amount: Fraction = field(converter=rational)
    kind: Literal["part", "interaction"] = "part"
    statement: str = ""
    role: str = ""
    activity: str = ""


@frozen(kw_only=True, field_transformer=as_annotated)
class Attribution:
    """What explains the movement of a metric to its value, by one named method.

    Parameters
    ----------
    method : str
        The convention, such as ``"shapley"``.
    parts : tuple of Part
        In any order, each name once.
    base : Fraction, optional
        The value it moved from, such as that of the previous period; without it, the threshold.

    Examples
    --------
    >>> Attribution(method="shapley", parts=(Part(name="north", amount="-0.03"),), base="0.85").base
    Fraction(17, 20)
    """

    method: str = field(validator=filled)
    parts: tuple[Part, ...]
    base: Fraction | None = field(default=None, converter=converters.optional(rational))

    def __attrs_post_init__(self) -> None:
        names = [part.name for part in self.parts]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InvalidValueError(
                f"two parts of one name: {', '.join(twice)}", where="Attribution", fix="add them up"
            )
