"""Money: whole minor units and an ISO 4217 code, exact in and exact out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import attrs

from salesteam.core._currencies import EXPONENTS, SYMBOLS
from salesteam.core._rational import largest_remainder, rational, round_to
from salesteam.errors import InvalidValueError, NotFoundError

__all__ = ["Money", "exponent", "from_minor", "minor_of_float", "to_minor"]

_ULPS = 4


def exponent(currency: str) -> int:
    """How many decimal places the minor unit of a currency has.

    Parameters
    ----------
    currency : str
        ISO 4217 code, such as ``"CNY"``.

    Returns
    -------
    int
        2 for most, 0 for JPY, 3 for KWD.

    Raises
    ------
    NotFoundError
        For a code that ISO 4217 does not list.

    References
    ----------
    ISO 4217:2015, list one.

    Examples
    --------
    >>> exponent("CNY"), exponent("JPY"), exponent("KWD")
    (2, 0, 3)
    """
    try:
        return EXPONENTS[currency]
    except (KeyError, TypeError):
        raise NotFoundError("currency", currency, EXPONENTS, where="ISO 4217") from None


def to_minor(amount: object, currency: str) -> int:
    """Turn an amount in major units into whole minor units, or refuse.

    Parameters
    ----------
    amount : int, Fraction, Decimal or str
        Major units, such as ``"12.34"``.
    currency : str
        ISO 4217 code.

    Returns
    -------
    int
        Minor units.

    Raises
    ------
    InvalidValueError
        If the amount is no exact number or has more places than the currency.

    Examples
    --------
    >>> to_minor("12.34", "CNY"), to_minor("12", "JPY")
    (1234, 12)
    """
    places = exponent(currency)
    minor: Fraction = rational(amount) * 10**places
    if minor.denominator != 1:
        raise InvalidValueError(
            f"{amount} has more than the {places} decimal places of {currency}",
            fix="round it before, in a way you choose",
        )
    return minor.numerator


def from_minor(minor: int, currency: str) -> Decimal:
    """Turn whole minor units into an exact decimal in major units.

    Parameters
    ----------
    minor : int
        Minor units.
    currency : str
        ISO 4217 code.

    Returns
    -------
    Decimal
        Major units with the places of the currency.

    Examples
    --------
    >>> from_minor(1234, "CNY")
    Decimal('12.34')
    """
    digits = tuple(int(digit) for digit in str(abs(minor)))
    return Decimal((int(minor < 0), digits, -exponent(currency)))


def minor_of_float(amount: float, currency: str) -> int | None:
    """Read a float as money where only one reading is possible.

    A float that was once a printed amount lies within a few units in the last place of it.
    So it is accepted if its nearest minor unit is that near, and no other number is meant.

    Parameters
    ----------
    amount : float
        Major units.
    currency : str
        ISO 4217 code.

    Returns
    -------
    int or None
        Minor units; None if the float is not finite, or not within 4 units in the last place of a minor unit,
        or so large that two minor units are that near.

    Examples
    --------
    >>> minor_of_float(0.1 + 0.2, "CNY"), minor_of_float(0.305, "CNY")
    (30, None)
    """
    if not math.isfinite(amount):
        return None
    scale = 10 ** exponent(currency)
    exact = Fraction(amount)
    minor = round_to(exact * scale, "half_even")
    room = _ULPS * Fraction(math.ulp(amount))
    if abs(Fraction(minor, scale) - exact) <= room and room * 2 * scale < 1:
        return minor
    return None


def _whole(_: object, attribute: attrs.Attribute[int], value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidValueError(
            f"{value!r} is no whole number of minor units",
            where=f"Money.{attribute.name}",
            fix="use Money.of for an amount in major units",
        )


def _known(_: object, __: attrs.Attribute[str], value: str) -> None:
    exponent(value)


@attrs.frozen(order=False)
class Money:
    """An exact amount of one currency.

    Use it wherever a single amount is meant; frames carry whole columns of minor units instead.
    Amounts of different currencies never meet: adding or comparing them raises.

    Parameters
    ----------
    minor : int
        Minor units (fen, cents), sign included.
    currency : str
        ISO 4217 code.

    Examples
    --------
    >>> deal = Money.of("1000000", "CNY")
    >>> assist, rest = deal.split(["15%", "85%"], ties=["assist", "rest"])
    >>> str(assist), str(rest)
    ('CNY 150,000.00', 'CNY 850,000.00')
    """

    minor: int = attrs.field(validator=_whole)
    currency: str = attrs.field(validator=_known)

    @classmethod
    def of(cls, amount: object, currency: str) -> Money:
        """Make money from an amount in major units.

        Parameters
        ----------
        amount : int, Fraction, Decimal or str
            Major units; a float is refused because its text is unknown.
        currency : str
            ISO 4217 code.

        Returns
        -------
        Money
            The same amount, exactly.

        Raises
        ------
        InvalidValueError
            If it has more decimal places than the currency, or is no number.

        Examples
        --------
        >>> Money.of("12.30", "CNY")
        Money(minor=1230, currency='CNY')
        """
        return cls(to_minor(amount, currency), currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exactly.

        Examples
        --------
        >>> Money(1230, "CNY").major
        Decimal('12.30')
        """
        return from_minor(self.minor, self.currency)

    def times(self, rate: object, *, rounding: str = "half_up") -> Money:
        """Multiply by an exact rate and round to a minor unit once.

        Parameters
        ----------
        rate : int, Fraction, Decimal or str
            Such as ``"8%"``.
        rounding : str, default 'half_up'
            See `salesteam.core.round_to`.

        Returns
        -------
        Money
            Same currency.

        Examples
        --------
        >>> str(Money.of("99.99", "CNY").times("1/3"))
        'CNY 33.33'
        """
        return Money(round_to(self.minor * rational(rate), rounding), self.currency)

    def split(self, weights: Sequence[object], *, ties: Sequence[str]) -> tuple[Money, ...]:
        """Split by weights so that the parts sum to the whole, to the last minor unit.

        Parameters
        ----------
        weights : sequence of int, Fraction, Decimal or str
            Not negative, at least one positive.
        ties : sequence of str
            One key a part; equal remainders are served in the order of these keys.

        Returns
        -------
        tuple of Money
            One part a weight, same order.

        Examples
        --------
        >>> [part.minor for part in Money(100, "CNY").split([1, 1, 1], ties="abc")]
        [34, 33, 33]
        """
        parts = largest_remainder(self.minor, [rational(weight) for weight in weights], list(ties))
        return tuple(Money(part, self.currency) for part in parts)

    def text(self, lang: str = "en", *, digits: int | None = None, unit: bool = True) -> str:
        """Write the amount for a reader.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Chinese puts the unit behind where it has a common word (元).
        digits : int, optional
            Decimal places shown; the places of the currency if not given.
        unit : bool, default True
            Name the currency; a table that names it once passes False.

        Returns
        -------
        str
            With thousands separators.

        Examples
        --------
        >>> Money.of("1234.5", "CNY").text(), Money.of("1234.5", "CNY").text("zh", digits=0)
        ('CNY 1,234.50', '1,235 元')
        """
        places = exponent(self.currency) if digits is None else digits
        scaled = round_to(Fraction(self.minor * 10**places, 10 ** exponent(self.currency)), "half_away")
        size = f"{abs(scaled):0{places + 1}d}"
        whole, part = (size[:-places], "." + size[-places:]) if places else (size, "")
        number = ("-" if scaled < 0 else "") + f"{int(whole):,}{part}"
        if not unit:
            return number
        name = SYMBOLS.get(self.currency) if lang == "zh" else None
        return f"{number} {name}" if name else f"{self.currency} {number}"

    def __str__(self) -> str:
        return self.text()

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise InvalidValueError(
                f"{self} and {other} are of different currencies", fix="convert one of them at a dated rate first"
            )
        return other.minor

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __mul__(self, count: int) -> Money:
        if not isinstance(count, int) or isinstance(count, bool):
            return NotImplemented
        return Money(self.minor * count, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)
