"""What a user of the adapter sets."""

from __future__ import annotations

import attrs

__all__ = ["Config"]


@attrs.frozen(kw_only=True)
class Config:
    """The settings of a source.

    Parameters
    ----------
    path : str
        The file that TinyCRM keeps.
    currency : str
        ISO 4217 code of all its amounts, because TinyCRM does not say.

    Examples
    --------
    >>> Config(path="tiny.json", currency="CNY").currency
    'CNY'
    """

    path: str
    currency: str
