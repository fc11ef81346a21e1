"""Who wins and who loses by another plan, and by which component."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import attrs

from salesteam.core import Cell, Explanation, Grid, Money, Step, say
from salesteam.core import _table as t
from salesteam.errors import NotFoundError
from salesteam.incentives._whatif._rows import DeltaRow

__all__ = ["Movers", "signed"]

_FIRST_DIGIT = re.compile(r"(?=\d)")


def signed(minor: int, currency: str, lang: str = "en") -> str:
    """Money with its sign, also if it is a plus."""
    text = Money(minor, currency).text(lang)
    return _FIRST_DIGIT.sub("+", text, count=1) if minor > 0 else text


@attrs.frozen(kw_only=True)
class Movers:
    """Payees whom another plan pays more, or less; those who move most come first.

    Parameters
    ----------
    kind : {'winners', 'losers'}
        Which of the two.
    first : str
        Name of the plan they are compared with.
    currency : str
        Of all money.
    rows : tuple of DeltaRow
        One for each payee and plan.

    Examples
    --------
    >>> print(Movers(kind="winners", first="now", currency="CNY", rows=()))
    Nobody wins
    """

    kind: str
    first: str
    currency: str
    rows: tuple[DeltaRow, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[DeltaRow]:
        return iter(self.rows)

    def grid(self, lang: str = "en") -> Grid:
        """The payees for display.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            One row a payee and plan.
        """
        word = {"winners": ("wins", "增加"), "losers": ("loses", "减少")}[self.kind]
        if not self.rows:
            nobody = say(lang, en=f"Nobody {word[0]}", zh=f"无人奖金{word[1]}")
            return Grid(title=nobody, columns=(), rows=())
        heads = say(
            lang, en=f"Plan|Payee|{self.first}|Then|Difference|Mostly by",
            zh=f"方案|受益人|{self.first}|改后|差额|主要来自",
        ).split("|")  # fmt: skip
        title = say(lang, en=f"Who {word[0]} against {self.first}", zh=f"与 {self.first} 相比奖金{word[1]}的人")
        return Grid(title=title, columns=heads, rows=map(self._row, self.rows, [lang] * len(self)), right={2, 3, 4})

    def _row(self, row: DeltaRow, lang: str) -> tuple[str | Cell, ...]:
        mostly = ""
        if row.component is not None and row.component_delta_minor is not None:
            mostly = f"{row.component} ({signed(row.component_delta_minor, self.currency, lang)})"
        tone = "good" if row.delta_minor > 0 else "bad"
        before, after = (Money(x, self.currency).text(lang) for x in (row.before_minor, row.after_minor))
        delta = Cell(signed(row.delta_minor, self.currency, lang), tone=tone)  # type: ignore[arg-type]  # one of two tones
        return row.plan, row.payee, before, after, delta, mostly

    def explain(self, payee: str, *, lang: str = "en") -> Explanation:
        """How far each plan moves a payee, and by which component most.

        Parameters
        ----------
        payee : str
            Who.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step a plan.

        Raises
        ------
        NotFoundError
            If the payee is not among them.
        """
        mine = [row for row in self.rows if row.payee == payee]
        if not mine:
            raise NotFoundError("payee", payee, [row.payee for row in self.rows], where=self.kind)
        steps = []
        for row in mine:
            after, before = (Money(x, self.currency).text(lang) for x in (row.after_minor, row.before_minor))
            value = signed(row.delta_minor, self.currency, lang)
            below = []
            if row.component is not None and row.component_delta_minor is not None:
                label = say(lang, en=f"mostly by {row.component}", zh=f"主要来自 {row.component}")
                below = [Step(label, value=signed(row.component_delta_minor, self.currency, lang))]
            steps.append(Step(row.plan, formula=f"{after} - {before}", value=value, steps=below))
        return Explanation(payee, steps, lang=lang)

    def to_frame(self, *, like: Any = None) -> Any:
        """The payees as a frame.

        Parameters
        ----------
        like : native frame or list, optional
            The result is of the same kind; pandas without it.

        Returns
        -------
        native frame
            Columns of the table ``deltas``.
        """
        return t.write_rows(self.rows, DeltaRow, like)

    def text(self, width: int = 80, lang: str = "en") -> str:
        """The payees for a terminal.

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
