"""How a number came about, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from salesteam.core._say import say
from salesteam.core._show._part import Shown, tagged
from salesteam.core._show._width import enough, wrap

__all__ = ["Explanation", "Step", "equation"]

_INDENT = 2
_DEEPEST = 5


def _steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(steps)


def _words(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(words)


def equation(*sides: str) -> str:
    """Sides joined by signs of equality; before a number that is only near, the sign says so.

    Examples
    --------
    >>> equation("2 × 1/3", "≈0.6667")
    '2 × 1/3 ≈ 0.6667'
    """
    said, *more = [side for side in sides if side] or [""]
    for side in more:
        said += f" ≈ {side[1:].lstrip()}" if side.startswith("≈") else f" = {side}"
    return said


@attrs.frozen
class Step:
    """One step of a calculation or decision.

    Parameters
    ----------
    label : str
        What is found out.
    formula : str, optional
        How, with the numbers in it.
    value : str, optional
        What came out, with its unit.
    steps : tuple of Step, optional
        The steps that this one rests on.

    Examples
    --------
    >>> Step("first band", formula="1,000 × 4%", value="40.00 CNY").line
    'first band: 1,000 × 4% = 40.00 CNY'
    """

    label: str
    formula: str = ""
    value: str = ""
    steps: tuple[Step, ...] = attrs.field(default=(), converter=_steps)

    @property
    def line(self) -> str:
        """The step on one line.

        Examples
        --------
        >>> Step("quota", value="500").line
        'quota: 500'
        """
        return _line(self, "en")


@attrs.frozen
class Explanation(Shown):
    """Where a number comes from: a title, steps that may rest on steps, and the conventions used.

    Parameters
    ----------
    title : str
        What is explained.
    steps : tuple of Step
        In the order in which they were taken.
    conventions : tuple of str, optional
        The choices where the field knows several ways.
    lang : {'en', 'zh'}, default 'en'
        Language of the texts, for the marks between them.

    Examples
    --------
    >>> bands = (Step("to 1,000", "1,000 × 4%", "40.00"), Step("above", "500 × 10%", "50.00"))
    >>> print(Explanation("Pay of Li", (Step("commission", "40.00 + 50.00", "90.00 CNY", bands),), ("marginal",)))
    Pay of Li
      commission: 40.00 + 50.00 = 90.00 CNY
        to 1,000: 1,000 × 4% = 40.00
        above: 500 × 10% = 50.00
    [marginal]
    """

    title: str
    steps: tuple[Step, ...] = attrs.field(converter=_steps)
    conventions: tuple[str, ...] = attrs.field(default=(), converter=_words)
    lang: str = attrs.field(default="en", repr=False)

    def text(self, width: int = 80) -> str:
        """For a terminal: one line a step, indented below the step that rests on it.

        Parameters
        ----------
        width : int, default 80
            Columns of the terminal, at least 20.

        Returns
        -------
        str
            Lines without a newline at the end.

        Examples
        --------
        >>> print(Explanation("Quota", (Step("of the quarter", "1,200 × 1/4", "300 deals"),)).text(20))
        Quota
          of the quarter:
              1,200 × 1/4 =
              300 deals
        """
        lines = wrap(self.title, enough(width))
        lines += [line for step in self.steps for line in _lines(step, 1, width, self.lang)]
        if self.conventions:
            between = say(self.lang, en="; ", zh="；")
            lines += wrap(f"[{between.join(self.conventions)}]", width)
        return "\n".join(lines)

    def _body(self) -> str:
        title = tagged("p", self.title, "st-title")
        note = tagged("p", " · ".join(self.conventions), "st-note") if self.conventions else ""
        return title + _list(self.steps, self.lang) + note


def _line(step: Step, lang: str) -> str:
    said = equation(step.formula, step.value)
    return f"{step.label}{_colon(lang)}{said}" if said else step.label


def _colon(lang: str) -> str:
    return say(lang, en=": ", zh="：")


def _lines(step: Step, depth: int, width: int, lang: str) -> Iterator[str]:
    indent = _INDENT * min(depth, _DEEPEST)
    hanging = min(2 * _INDENT, width - indent - _INDENT)
    first, *more = wrap(_line(step, lang), width - indent)
    yield " " * indent + first
    rest = wrap(" ".join(more), width - indent - hanging) if more else []
    yield from (" " * (indent + hanging) + line for line in rest)
    for below in step.steps:
        yield from _lines(below, depth + 1, width, lang)


def _list(steps: tuple[Step, ...], lang: str) -> str:
    return f'<ul class="st-steps">{"".join(_item(step, lang) for step in steps)}</ul>' if steps else ""


def _item(step: Step, lang: str) -> str:
    parts = [tagged("span", step.label + (_colon(lang).strip() if step.formula or step.value else ""), "st-label")]
    if step.formula:
        parts.append(tagged("span", step.formula, "st-formula"))
    if step.value:
        near = bool(step.formula) and step.value.startswith("≈")
        sign = "≈ " if near else "= " if step.formula else ""
        parts.append(sign + tagged("span", step.value[near:].lstrip(), "st-value"))
    return f"<li>{' '.join(parts)}{_list(step.steps, lang)}</li>"
