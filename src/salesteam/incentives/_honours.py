"""Who is honoured, for which entries."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import attrs

from salesteam.core import Explanation, Grid, Report, Step, rational_text, say
from salesteam.core import _table as t
from salesteam.errors import NotFoundError
from salesteam.incentives._award import Award

__all__ = ["Honours", "Win"]


@attrs.frozen(kw_only=True)
class Win:
    """One award that somebody wins in a period.

    Parameters
    ----------
    award, winner, period : str
        Name of the award, who or which team, and when.
    score : Fraction
        What was counted.
    entries : tuple of int
        Rows of the log that count for it, from 0.

    Examples
    --------
    >>> Win(award="best_assist", winner="bo", period="2026-Q1", score=Fraction(3), entries=(0, 2, 5)).entries
    (0, 2, 5)
    """

    award: str = t.column("name of the award")
    winner: str = t.column("who, or which team")
    period: str = t.column("when")
    score: Fraction = t.column("what was counted")
    entries: tuple[int, ...] = attrs.field(default=())


@attrs.frozen(kw_only=True)
class _Row:
    """One row of the table of honours."""

    award: str = t.column("name of the award")
    title: str = t.column("its title")
    winner: str = t.column("who, or which team")
    period: str = t.column("when")
    score: Fraction = t.column("what was counted")
    entries: str = t.column("rows of the log that count, from 0")


@attrs.frozen(kw_only=True)
class Honours:
    """Who wins which award, and what is to be said of the log.

    Parameters
    ----------
    awards : mapping of str to Award
        As asked for.
    wins : tuple of Win
        By award and period; those who tie all win.
    report : Report
        Entries that do not count, and why; pairs who help each other.

    Examples
    --------
    >>> Honours(awards={}, wins=(), report=Report()).winners("best_assist")
    ()
    """

    awards: Mapping[str, Award] = attrs.field(repr=False)
    wins: tuple[Win, ...]
    report: Report = attrs.field(repr=False)

    def winners(self, award: str, period: str | None = None) -> tuple[str, ...]:
        """Who wins an award, in a period or ever.

        Examples
        --------
        >>> win = Win(award="a", winner="bo", period="2026-Q1", score=Fraction(3))
        >>> Honours(awards={}, wins=(win,), report=Report()).winners("a", "2026-Q1")
        ('bo',)
        """
        return tuple(w.winner for w in self.wins if w.award == award and period in {None, w.period})

    def explain(self, award: str, lang: str = "en") -> Explanation:
        """Which entries make whom win.

        Parameters
        ----------
        award : str
            Name of an award.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step for each winner.

        Raises
        ------
        NotFoundError
            If there is no such award.

        Examples
        --------
        >>> from salesteam.incentives import awards, recognise
        >>> log = [{"date": "2026-03-02", "giver": "bo", "receiver": "ana", "kind": "warning", "confirmed_by": "ana"}]
        >>> print(recognise(log, awards()).explain("early_warning"))
        Early warning
          2026-03 bo: log 0 = 1
        """
        if award not in self.awards:
            raise NotFoundError("award", award, self.awards, where="awards")
        word = say(lang, en="log ", zh="日志 ")
        steps = [
            Step(
                label=f"{w.period} {w.winner}",
                formula=word + ", ".join(map(str, w.entries)) if w.entries else "",
                value=rational_text(w.score),
            )
            for w in self.wins
            if w.award == award
        ]
        return Explanation(self.awards[award].title(lang), steps, lang=lang)

    def to_frame(self, *, like: Any = None, lang: str = "en") -> Any:
        """The wins as a frame.

        Parameters
        ----------
        like : native frame or list, optional
            The result is of the same kind; pandas without it.
        lang : {'en', 'zh'}, default 'en'
            Language of the titles.

        Returns
        -------
        native frame
            Columns award, title, winner, period, score, entries.

        Examples
        --------
        >>> list(Honours(awards={}, wins=(), report=Report()).to_frame().columns)
        ['award', 'title', 'winner', 'period', 'score', 'entries']
        """
        rows = [
            _Row(
                award=w.award, title=self.awards[w.award].title(lang), winner=w.winner, period=w.period, score=w.score,
                entries=" ".join(map(str, w.entries)),
            )
            for w in self.wins
        ]  # fmt: skip
        return t.write_rows(rows, _Row, like)

    def grid(self, lang: str = "en") -> Grid:
        """The wins for a wall of honour.

        Examples
        --------
        >>> Honours(awards={}, wins=(), report=Report()).grid("zh").title
        '荣誉榜'
        """
        heads = say(lang, en="Award|Period|Winner|Count|Entries", zh="奖项|期间|获奖者|数值|依据").split("|")
        rows = [
            (
                self.awards[w.award].title(lang),
                w.period,
                w.winner,
                rational_text(w.score),
                " ".join(map(str, w.entries)),
            )
            for w in self.wins
        ]
        title = say(lang, en="Wall of honour", zh="荣誉榜")
        return Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({3}))

    def text(self, width: int = 80, lang: str = "en") -> str:
        """The wins for a terminal.

        Examples
        --------
        >>> "Wall of honour" in Honours(awards={}, wins=(), report=Report()).text()
        True
        """
        return self.grid(lang).text(width)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.grid().html()
