"""The difference of two plans under common draws."""

from __future__ import annotations

from typing import Any

import attrs

from salesteam.core import Explanation, Grid, Money, Step, say
from salesteam.core import _table as t

__all__ = ["Difference"]


@attrs.frozen(kw_only=True)
class _Row:
    """The one row of a difference."""

    first: str = t.column("plan")
    second: str = t.column("plan compared with it")
    mean: float = t.column("how much more it costs on average, in major units")
    error: float = t.column("standard error under common draws, in major units")
    error_apart: float = t.column("standard error if each plan had draws of its own, in major units")
    dearer: float = t.column("share of scenarios in which it costs more")


@attrs.frozen(kw_only=True)
class Difference:
    """How much more one plan costs than another, and how sure that is.

    Parameters
    ----------
    first, second : str
        The plans.
    currency : str
        Of all money.
    scenarios : int
        How many.
    mean, error : float
        Mean difference, second less first, and its standard error, in major units.
    error_apart : float
        What the error would be if each plan had draws of its own.
    dearer : float
        Share of the scenarios in which the second costs more.

    Examples
    --------
    >>> Difference(
    ...     first="a", second="b", currency="CNY", scenarios=4, mean=2.0, error=0.5, error_apart=5.0, dearer=1.0
    ... ).sure
    True
    """

    first: str
    second: str
    currency: str
    scenarios: int
    mean: float
    error: float
    error_apart: float
    dearer: float

    @property
    def sure(self) -> bool:
        """Whether the difference is more than twice its error."""
        return abs(self.mean) > 2 * self.error

    def _money(self, value: float, lang: str) -> str:
        minor = Money.of(1, self.currency).minor
        return Money(round(value * minor), self.currency).text(lang)

    def _rows(self, lang: str) -> list[tuple[str, str]]:
        return [
            (say(lang, en="costs more on average", zh="平均多花"), self._money(self.mean, lang)),
            (say(lang, en="error under common draws", zh="共同抽样下的标准误"), self._money(self.error, lang)),
            (say(lang, en="error with draws of its own", zh="各自抽样时的标准误"), self._money(self.error_apart, lang)),
            (say(lang, en="dearer in", zh="更贵的情景占比"), f"{self.dearer:.1%}"),
        ]

    def explain(self, *, lang: str = "en") -> Explanation:
        """The difference and its error.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            With the formula of the error.
        """
        steps = [Step(label, value=value) for label, value in self._rows(lang)]
        formula = f"sd(second - first) / √{self.scenarios:,}"
        steps[1] = Step(steps[1].label, formula=formula, value=steps[1].value)
        return Explanation(f"{self.second} - {self.first}", steps, lang=lang)

    def to_frame(self, *, like: Any = None) -> Any:
        """The difference as a frame of one row.

        Parameters
        ----------
        like : native frame or list, optional
            The result is of the same kind; pandas without it.

        Returns
        -------
        native frame
            Money in major units.
        """
        return t.write_rows([{f.name: getattr(self, f.name) for f in attrs.fields(_Row)}], _Row, like)

    def grid(self, lang: str = "en") -> Grid:
        """The difference for display.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            Four rows.
        """
        heads = say(lang, en="Figure|Value", zh="数值|金额").split("|")
        return Grid(title=f"{self.second} - {self.first}", columns=heads, rows=self._rows(lang), right={1})

    def text(self, width: int = 80, lang: str = "en") -> str:
        """The difference for a terminal.

        Parameters
        ----------
        width : int, default 80
            Columns of the terminal.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        str
            A table.
        """
        return self.grid(lang).text(width)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.grid().html()
