"""The nouns of the five principles: one judgement, and all of them with force and cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from salesteam.core import Cell, Explanation, Finding, Grid, Place, Report, Step, find, say
from salesteam.core import _table as t
from salesteam.errors import NotFoundError

__all__ = ["PRINCIPLES", "Judgement", "Principles"]

PRINCIPLES: Mapping[str, tuple[str, str]] = {
    "fair": ("fair", "公平"),
    "timely": ("timely", "及时"),
    "relevant": ("relevant", "相关"),
    "diverse": ("diverse", "多样"),
    "transparent": ("transparent", "透明"),
    "force": ("force", "力度"),
    "cost": ("cost", "成本"),
}
"""Principle to its English and Chinese name; force and cost stand beside the five."""

_CODES = {name: f"incentives.not-{name}" for name in PRINCIPLES}
_CODES |= {"force": "incentives.force-weak", "cost": "incentives.cost-high"}


@attrs.frozen(kw_only=True)
class Judgement:
    """One thing that a principle asks for, and what was found.

    Parameters
    ----------
    principle : str
        One of `PRINCIPLES`.
    what : (str, str)
        What is looked at, in English and Chinese.
    value : str
        What was found, with its unit.
    limit : str
        The threshold, as in ``≤ 3``.
    kept : bool or None
        Whether it is kept; None if the plan and the facts do not tell.
    because : (str, str)
        The way to the value, in English and Chinese.

    Examples
    --------
    >>> asked = Judgement(principle="relevant", what=("measures", "指标数"), value="2", limit="≤ 3", kept=True)
    >>> asked.label("zh")
    '指标数'
    """

    principle: Literal["fair", "timely", "relevant", "diverse", "transparent", "force", "cost"]
    what: tuple[str, str]
    value: str = ""
    limit: str = ""
    kept: bool | None
    because: tuple[str, str] = ("", "")

    def label(self, lang: str = "en") -> str:
        """What is looked at.

        Examples
        --------
        >>> Judgement(principle="fair", what=("a", "甲"), kept=None).label()
        'a'
        """
        return say(lang, en=self.what[0], zh=self.what[1])

    @property
    def finding(self) -> Finding | None:
        """The finding of a principle that is not kept.

        Examples
        --------
        >>> asked = Judgement(principle="fair", what=("a", "甲"), value="1", limit="≤ 0", kept=False)
        >>> asked.finding.code
        'incentives.not-fair'
        """
        if self.kept is not False:
            return None
        what, because = _Both(self.what), _Both(self.because)
        place = Place(key=self.what[0])
        return find(_CODES[self.principle], place, what=what, value=self.value, limit=self.limit, because=because)


@attrs.frozen
class _Both:
    """A text in both languages."""

    texts: tuple[str, str]

    def text(self, lang: str = "en") -> str:
        return say(lang, en=self.texts[0], zh=self.texts[1])

    def __str__(self) -> str:
        return self.texts[0]


@attrs.frozen(kw_only=True)
class _Row:
    """One row of the table of principles."""

    principle: str = t.column("which")
    what: str = t.column("what is looked at")
    value: str = t.column("what was found")
    limit: str = t.column("threshold")
    kept: bool | None = t.column("whether it is kept; empty if nothing tells", default=None)
    because: str = t.column("the way to the value")


@attrs.frozen(kw_only=True)
class Principles:
    """What became of the five principles in a plan: 公平 及时 相关 多样 透明, and of force and cost.

    Parameters
    ----------
    plan : str
        Name of the plan.
    judgements : tuple of Judgement
        In the order of the principles.

    Examples
    --------
    >>> asked = Judgement(principle="fair", what=("rules for one", "个人条款"), value="0", limit="≤ 0", kept=True)
    >>> Principles(plan="ae", judgements=(asked,)).kept("fair")
    True
    """

    plan: str
    judgements: tuple[Judgement, ...] = attrs.field(repr=False)

    def of(self, principle: str) -> tuple[Judgement, ...]:
        """The judgements of one principle.

        Raises
        ------
        NotFoundError
            If there is no such principle.

        Examples
        --------
        >>> Principles(plan="ae", judgements=()).of("fair")
        ()
        """
        if principle not in PRINCIPLES:
            raise NotFoundError("principle", principle, PRINCIPLES, where="principles")
        return tuple(j for j in self.judgements if j.principle == principle)

    def kept(self, principle: str) -> bool | None:
        """Whether a principle is kept: False if anything it asks for is not, None if nothing could be told.

        Examples
        --------
        >>> Principles(plan="ae", judgements=()).kept("fair") is None
        True
        """
        told = [j.kept for j in self.of(principle) if j.kept is not None]
        return None if not told else all(told)

    @property
    def report(self) -> Report:
        """A finding for each thing asked for that is not kept.

        Examples
        --------
        >>> Principles(plan="ae", judgements=()).report.ok
        True
        """
        return Report(found for j in self.judgements if (found := j.finding) is not None)

    def explain(self, principle: str, lang: str = "en") -> Explanation:
        """How the judgement of a principle came about.

        Parameters
        ----------
        principle : str
            One of `PRINCIPLES`.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step for each thing asked for.

        Raises
        ------
        NotFoundError
            If there is no such principle.

        Examples
        --------
        >>> Principles(plan="ae", judgements=()).explain("fair").title
        'ae: fair'
        """
        steps = [
            Step(
                label=f"{_mark(j.kept)} {j.label(lang)}",
                formula=say(lang, en=j.because[0], zh=j.because[1]),
                value=f"{j.value} {j.limit}".strip(),
            )
            for j in self.of(principle)
        ]
        return Explanation(
            f"{self.plan}: {say(lang, en=PRINCIPLES[principle][0], zh=PRINCIPLES[principle][1])}", steps, lang=lang
        )

    def to_frame(self, *, like: Any = None, lang: str = "en") -> Any:
        """The judgements as a frame.

        Parameters
        ----------
        like : native frame or list, optional
            The result is of the same kind; pandas without it.
        lang : {'en', 'zh'}, default 'en'
            Language of the texts.

        Returns
        -------
        native frame
            Columns principle, what, value, limit, kept, because.

        Examples
        --------
        >>> list(Principles(plan="ae", judgements=()).to_frame().columns)
        ['principle', 'what', 'value', 'limit', 'kept', 'because']
        """
        rows = [
            _Row(
                principle=j.principle,
                what=j.label(lang),
                value=j.value,
                limit=j.limit,
                kept=j.kept,
                because=say(lang, en=j.because[0], zh=j.because[1]),
            )
            for j in self.judgements
        ]
        return t.write_rows(rows, _Row, like)

    def grid(self, lang: str = "en") -> Grid:
        """The judgements for display; those not kept stand out.

        Examples
        --------
        >>> Principles(plan="ae", judgements=()).grid("zh").columns
        ('原则', '看什么', '结果', '界限', '是否做到')
        """
        heads = say(lang, en="Principle|What|Found|Limit|Kept", zh="原则|看什么|结果|界限|是否做到").split("|")
        rows = [
            (
                say(lang, en=PRINCIPLES[j.principle][0], zh=PRINCIPLES[j.principle][1]),
                j.label(lang),
                j.value or "—",
                j.limit,
                Cell(_mark(j.kept), tone="warn" if j.kept is False else ""),
            )
            for j in self.judgements
        ]
        title = say(lang, en=f"Five principles in {self.plan}", zh=f"{self.plan} 的五项原则")
        return Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({2}))

    def text(self, width: int = 80, lang: str = "en") -> str:
        """The judgements for a terminal.

        Examples
        --------
        >>> "Principle" in Principles(plan="ae", judgements=()).text()
        True
        """
        return self.grid(lang).text(width)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.grid().html()


def _mark(kept: bool | None) -> str:  # noqa: FBT001 -- a mark for a truth value
    return {True: "✓", False: "✗", None: "?"}[kept]
