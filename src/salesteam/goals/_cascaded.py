"""What a cascade gives: whole numbers that foot, as frame, matrix and explanation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Cell, Explanation, Grid, Report, Step, percent_text, say
from salesteam.core._table import column, write_rows
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.goals._axes import Axis
from salesteam.goals._bounds import Certificate
from salesteam.goals._rules import Rule, told
from salesteam.goals._words import Tone, figure

__all__ = ["Cascade", "Margin"]

Key = tuple[str, ...]


@attrs.frozen(kw_only=True)
class Margin:
    """The split along one axis: whole parts, the exact shares they were rounded from, weights, and rules by node."""

    parts: Mapping[str, int] = attrs.field(hash=False)
    shares: Mapping[str, Fraction] = attrs.field(hash=False)
    weights: Mapping[str, Fraction] = attrs.field(hash=False)
    ruled: Mapping[str, str] = attrs.field(hash=False)


@attrs.frozen(kw_only=True)
class _Row:
    time: str | None = column("leaf period", default=None)
    org: str | None = column("person or team", default=None)
    part: str | None = column("leaf of an axis with another name", default=None)
    base: int = column("what the cell carries", "unit of the cascade")
    unit: str = column("what one unit is")
    weight: Fraction = column("exact share of the total before rounding", "share")
    rule: str | None = column("lock, floor or cap on one of its nodes", default=None)


@attrs.frozen(kw_only=True, slots=False)
class Cascade:
    """A total, split over one or two axes in whole units; made by `cascade`.

    Parameters
    ----------
    total : int
        What was split.
    unit : str
        What one unit is.
    axes : tuple of Axis
        Over which trees.
    margins : tuple of Margin
        The split along each axis; empty if there is none.
    cells : mapping of tuple of str to int
        Leaf of each axis to its units.
    rules : tuple of Rule
        Locks, floors and caps.
    conventions : tuple of str
        What was chosen where the field knows several ways.
    certificate : Certificate or None
        Why there is no split, if rules contradict.
    report : Report
        Findings.

    Examples
    --------
    >>> from salesteam.goals import LargestRemainder, by_parts, cascade, equal
    >>> three = by_parts("org", "all", {"all": ["a", "b", "c"]})
    >>> five = cascade(5, unit="account", axes=[three], weights=equal(among="siblings"),
    ...                rounding=LargestRemainder(tie="id"))
    >>> [five.at(squad) for squad in "abc"]
    [2, 2, 1]
    """

    total: int
    unit: str
    axes: tuple[Axis, ...]
    margins: tuple[Margin, ...]
    cells: Mapping[Key, int] = attrs.field(hash=False)
    rules: tuple[Rule, ...]
    conventions: tuple[str, ...]
    certificate: Certificate | None
    report: Report

    @property
    def ok(self) -> bool:
        """Whether there is a split.

        Examples
        --------
        >>> from salesteam.goals import Cap, LargestRemainder, by_parts, cascade, equal
        >>> cascade(5, unit="account", axes=[by_parts("org", "all", {"all": ["a"]})], weights=equal(among="leaves"),
        ...         rounding=LargestRemainder(tie="id"), rules=[Cap("a", 4)]).ok
        False
        """
        return bool(self.cells)

    @cached_property
    def _sums(self) -> Mapping[Key, int]:
        sums: dict[Key, int] = {}
        for key, units in self.cells.items():
            paths = [axis.above(node) for axis, node in zip(self.axes, key, strict=True)]
            for first in paths[0]:
                for rest in [(node,) for node in paths[1]] if len(paths) > 1 else [()]:
                    sums[first, *rest] = sums.get((first, *rest), 0) + units
        return sums

    def at(self, *nodes: str) -> int:
        """What a node, or a node of each axis, carries.

        Parameters
        ----------
        *nodes : str
            One or two nodes of different axes, in any order; an axis that is not named counts as a whole.

        Returns
        -------
        int
            In units; the sum of the leaf cells below.

        Raises
        ------
        NotFoundError
            If there is no such node, or no split at all.

        Examples
        --------
        >>> from salesteam.goals import LargestRemainder, by_parts, cascade, equal
        >>> cascade(5, unit="account", axes=[by_parts("org", "all", {"all": ["a", "b"]})],
        ...         weights=equal(among="leaves"), rounding=LargestRemainder(tie="id")).at("b")
        2
        """
        key = tuple(self._named(axis, nodes) for axis in self.axes)
        unknown = set(nodes) - set(key)
        if unknown or key not in self._sums:
            known = [node for axis in self.axes for node in axis.by_id] if self.cells else []
            raise NotFoundError("node", ", ".join(sorted(unknown or key)), known, where="the cascade")
        return self._sums[key]

    @staticmethod
    def _named(axis: Axis, nodes: Iterable[str]) -> str:
        return next((node for node in nodes if node in axis.by_id), axis.top)

    def to_frame(self, like: object = None, *, exact: bool = False) -> Any:
        """The leaf cells as a table: time, org, part, base, unit, weight, rule.

        Parameters
        ----------
        like : frame, optional
            The result is of the same kind; pandas without it.
        exact : bool, default False
            Write the weight as two whole columns instead of the nearest binary number.

        Returns
        -------
        frame
            One row a leaf cell.

        Examples
        --------
        >>> from salesteam.goals import LargestRemainder, by_parts, cascade, equal
        >>> five = cascade(5, unit="account", axes=[by_parts("org", "all", {"all": ["a", "b"]})],
        ...                weights=equal(among="leaves"), rounding=LargestRemainder(tie="id"))
        >>> five.to_frame(like=[])[0]["base"]
        3
        """
        return write_rows((self._row(key, units) for key, units in self.cells.items()), _Row, like, exact=exact)

    def _row(self, key: Key, units: int) -> _Row:
        weight = Fraction(1)
        ruled: list[str] = []
        for margin, axis, node in zip(self.margins, self.axes, key, strict=True):
            weight *= Fraction(margin.parts[node], self.total) if self.total else 0
            ruled += [margin.ruled[each] for each in axis.above(node) if each in margin.ruled]
        names = {axis.name: node for axis, node in zip(self.axes, key, strict=True)}
        other = [node for name, node in names.items() if name not in {"time", "org"}]
        return _Row(
            time=names.get("time"),
            org=names.get("org"),
            part=other[0] if other else None,
            base=units,
            unit=self.unit,
            weight=weight,
            rule=", ".join(ruled) or None,
        )

    def explain(self, *nodes: str, lang: str = "en") -> Explanation:
        """How a figure came about: share of the parent, bounds, rounding, level by level.

        Parameters
        ----------
        *nodes : str
            As in `at`.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation
            One step a level; for a cell of two axes, the steps of both and the table.
        """
        units = self.at(*nodes)
        key = tuple(self._named(axis, nodes) for axis in self.axes)
        steps = [
            self._step(axis, margin, node, lang)
            for axis, margin, end in zip(self.axes, self.margins, key, strict=True)
            for node in reversed(axis.above(end)[:-1])
        ]
        if len(key) > 1 and all(node != axis.top for axis, node in zip(self.axes, key, strict=True)):
            row, col = (margin.parts[node] for margin, node in zip(self.margins, key, strict=True))
            share = Fraction(row * col, self.total or 1)
            steps.append(
                Step(
                    label=" × ".join(key),
                    formula=f"{row:,} × {col:,} / {self.total:,} = {figure(share, lang)}",
                    value=f"{units:,} {self.unit}",
                )
            )
        return Explanation(
            title=f"{' × '.join(dict.fromkeys(nodes)) or self.axes[0].top}: {units:,} {self.unit}",
            steps=tuple(steps),
            conventions=self.conventions,
        )

    def _step(self, axis: Axis, margin: Margin, node: str, lang: str) -> Step:
        parent = axis.by_id[node].parent or axis.top
        family = sum((margin.weights[each] for each in axis.children[parent]), Fraction(0))
        share = margin.weights[node] / family if family else Fraction(0)
        text = f"{margin.parts[parent]:,} × {percent_text(share)}"
        exact = margin.shares[node]
        if exact != margin.parts[parent] * share:
            text += say(lang, en=" within its bounds", zh=" 并受上下限约束")
        if exact.denominator != 1:
            text += f" = {figure(exact, lang)}"
            text += say(lang, en=", rounded", zh="，取整")
        rules = [told(rule).text(lang) for rule in self.rules if rule.node == node]
        return Step(
            label=node,
            formula=text,
            value=f"{margin.parts[node]:,} {self.unit}",
            steps=tuple(Step(label=say(lang, en="rule", zh="规则"), value=rule) for rule in rules),
        )

    def matrix(self, level: str, lang: str = "en") -> Grid:
        """The split as a matrix: nodes of the second axis down, periods of one level across, totals at both edges.

        Parameters
        ----------
        level : str
            Level of the first axis to be shown, such as ``"quarter"``.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Grid
            Figures in units.

        Raises
        ------
        InvalidValueError
            If the first axis has no such level.

        Examples
        --------
        >>> from salesteam.core import Period
        >>> from salesteam.goals import LargestRemainder, by_time, cascade, equal
        >>> year = cascade(100, unit="account", axes=[by_time(Period.parse("2026"), "quarter")],
        ...                weights=equal(among="leaves"), rounding=LargestRemainder(tie="id"))
        >>> [cell.text for cell in year.matrix("quarter").rows[0][1:]]
        ['25', '25', '25', '25', '100']
        """
        across = [node.id for node in self.axes[0].nodes if node.level == level]
        if not across:
            levels = ", ".join(dict.fromkeys(node.level for node in self.axes[0].nodes))
            raise InvalidValueError(f"no level {level!r}", where="Cascade.matrix", fix=f"use one of {levels}")
        whole = say(lang, en="total", zh="合计")
        down: list[tuple[str, ...]] = [()] if len(self.axes) == 1 else [(node.id,) for node in self.axes[1].nodes]
        rows: list[tuple[Cell | str, ...]] = []
        for node in down if self.cells else []:
            depth = len(self.axes[1].above(node[0])) - 1 if node else 0
            tone: Tone = "strong" if node and self.axes[1].children[node[0]] else ""
            label = "  " * depth + node[0] if node else whole
            cells = [Cell(f"{self.at(period, *node):,}", tone) for period in across]
            rows.append((label, *cells, Cell(f"{self.at(*node):,}", "strong")))
        return Grid(
            title=say(lang, en=f"Cascade of {self.total:,} {self.unit}", zh=f"目标分解：{self.total:,} {self.unit}"),
            columns=(say(lang, en="who", zh="承担方"), *across, whole),
            rows=tuple(rows),
            right=frozenset(range(1, len(across) + 2)),
            note="; ".join(self.conventions),
        )

    def _repr_html_(self) -> str:
        if not self.cells:
            return self.report._repr_html_()
        levels = list(dict.fromkeys(node.level for node in self.axes[0].nodes))
        return self.matrix(levels[min(1, len(levels) - 1)]).html()
