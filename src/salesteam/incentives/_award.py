"""Awards without money: the noun, and the file that holds them, `salesteam-awards/1`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Literal

import attrs

from salesteam.core import _load as core_load
from salesteam.core import say
from salesteam.errors import InvalidValueError

__all__ = ["Award", "awards"]

LOGGED = frozenset({"entries", "people", "per_head", "each"})


@attrs.frozen(kw_only=True)
class Award:
    """One award: what counts, for whom, and how much it takes.

    Parameters
    ----------
    en, zh : str
        Its title in English and Chinese.
    by : {'entries', 'people', 'per_head', 'each', 'value', 'rise'}
        What is compared: entries; different people on the other side; entries of a team for each member; nothing, for
        everybody who reaches the minimum is honoured; a result; a result over one's own result of the period before.
    kinds : tuple of str
        Kinds of entries of the log that count; for results none.
    to : {'giver', 'receiver', 'team'}, default 'giver'
        Who is honoured.
    measure : str, optional
        Whose values count, for results.
    period : {'week', 'month', 'quarter', 'half', 'year'}, default 'quarter'
        How often it is given.
    minimum : Fraction, default 1
        Least that it takes.

    Examples
    --------
    >>> Award(en="Best assist", zh="最佳助攻奖", by="entries", kinds=("assist",)).title("zh")
    '最佳助攻奖'
    """

    en: str
    zh: str
    by: Literal["entries", "people", "per_head", "each", "value", "rise"]
    kinds: tuple[str, ...] = ()
    to: Literal["giver", "receiver", "team"] = "giver"
    measure: str | None = None
    period: Literal["week", "month", "quarter", "half", "year"] = "quarter"
    minimum: Fraction = Fraction(1)

    def __attrs_post_init__(self) -> None:
        if (self.by in LOGGED) != bool(self.kinds):
            raise InvalidValueError(
                f"by: {self.by} with kinds: {list(self.kinds)}", where="Award",
                fix="name kinds of entries for entries, people, per_head and each, and none for value and rise",
            )  # fmt: skip
        if (self.by in LOGGED) == (self.measure is not None):
            raise InvalidValueError(
                f"by: {self.by} with measure: {self.measure}",
                where="Award",
                fix="name a measure for value and rise alone",
            )

    def title(self, lang: str = "en") -> str:
        """Its title.

        Examples
        --------
        >>> Award(en="Sales star", zh="销售之星", by="value", measure="bookings").title()
        'Sales star'
        """
        return say(lang, en=self.en, zh=self.zh)


@attrs.frozen(kw_only=True)
class _File:
    """What stands in a file of awards."""

    format: Literal["salesteam-awards/1"]
    awards: Mapping[str, Award]


def awards(path: str | Path | None = None) -> Mapping[str, Award]:
    """Read a file of awards; the eight that are shipped if none is named.

    Parameters
    ----------
    path : str or Path, optional
        A YAML file in the format `salesteam-awards/1`.

    Returns
    -------
    mapping of str to Award
        By name, in the order of the file.

    Raises
    ------
    ReportError
        If it holds an error; all findings are in it, each with line and column.

    Examples
    --------
    >>> awards()["best_assist"].zh
    '最佳助攻奖'
    """
    if path is not None:
        return core_load.load_file(path, _File).require().awards
    file = resources.files("salesteam.incentives") / "awards" / "recognition.yaml"
    return core_load.load_text(file.read_text(encoding="utf-8"), _File, file="recognition.yaml").require().awards
