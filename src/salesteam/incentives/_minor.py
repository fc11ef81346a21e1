"""Minor units of currencies that meet: a yen is one, a yuan a hundred, a dinar a thousand."""

from __future__ import annotations

from salesteam.core import exponent
from salesteam.errors import NotFoundError

__all__ = ["minor_units"]


def minor_units(currency: str, instead: str) -> int:
    """Minor units in a major one; those of another currency where nobody knows it.

    Parameters
    ----------
    currency : str
        As a row names it.
    instead : str
        That of the plan.

    Returns
    -------
    int
        A power of ten.

    Examples
    --------
    >>> minor_units("KWD", "JPY"), minor_units("points", "JPY")
    (1000, 1)
    """
    try:
        return int(10 ** exponent(currency))
    except NotFoundError:
        return int(10 ** exponent(instead))
