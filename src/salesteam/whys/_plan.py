"""Nouns of a cut: the plans, what they cost, and what the next best would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import frozen

from salesteam.core import Explanation, Grid, Money, Report, Step, _table, say
from salesteam.errors import NotFoundError
from salesteam.whys._kinds import STRENGTHS
from salesteam.whys._model_tree import Tree
from salesteam.whys._sets import Family

__all__ = ["Cut", "Plan"]

_BELIEVE = {
    "all": ("all links but the refuted", "相信除被否定外的全部因果"),
    "supported": ("supported links only", "只相信有证据支持的因果"),
    "both": ("holds under both beliefs", "两种相信口径下都成立"),
}
_ASSUME = {
    "any": ("any one is enough", "任一即可"),
    "all": ("all are needed", "必须同时"),
    "": ("as declared", "按声明"),
}


@frozen(kw_only=True)
class Plan:
    """The best set of measures under one belief and one reading of undeclared causes.

    Parameters
    ----------
    believe : {'all', 'supported', 'both'}
        Which links are believed.
    assume : {'any', 'all', ''}
        How undeclared causes join; empty if all are declared.
    causing, blocking : family of sets of str
        Minimal sets of leaves that together bring the event about; minimal sets whose removal prevents it.
    measures : tuple of str or None
        Ids of the plan; None if nothing blocks.
    value : Money, int or None
        Its cost, or its number of measures.
    proven : bool
        Whether it is proven the best; a greedy plan is not.
    only : mapping of str to family
        Measure to the causing sets that no other measure of the plan meets.
    next_measures, next_value
        The next best plan; None if there is none.
    difference : Money, int or None
        What the next best costs more.
    open_sets : family of sets of str
        Causing sets that no measure attacks.
    idle : tuple of str
        Measures in no minimal plan.

    Examples
    --------
    >>> empty = frozenset({frozenset({"c"})})
    >>> plan = Plan(believe="all", assume="", causing=empty, blocking=empty, measures=("m",), value=1, proven=True,
    ...             only={}, next_measures=None, next_value=None, difference=None, open_sets=frozenset(), idle=())
    >>> plan.holds
    True
    """

    believe: Literal["all", "supported", "both"]
    assume: Literal["any", "all", ""]
    causing: Family
    blocking: Family
    measures: tuple[str, ...] | None
    value: Money | int | None
    proven: bool
    only: Mapping[str, Family]
    next_measures: tuple[str, ...] | None
    next_value: Money | int | None
    difference: Money | int | None
    open_sets: Family
    idle: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the plan prevents the event.

        Examples
        --------
        >>> nothing = frozenset()
        >>> Plan(believe="all", assume="", causing=nothing, blocking=nothing, measures=None, value=None, proven=True,
        ...      only={}, next_measures=None, next_value=None, difference=None, open_sets=nothing, idle=()).holds
        False
        """
        return self.measures is not None


@frozen(kw_only=True)
class PlanRow:
    """One plan as a row."""

    believe: str = _table.column("which links are believed")
    assume: str = _table.column("how undeclared causes join; empty if all are declared", default="")
    measures: str | None = _table.column("ids of the plan; empty if nothing blocks", default=None)
    cost_minor: int | None = _table.column("cost of the plan", "minor units of the currency", default=None)
    currency: str | None = _table.column("currency of the cost", default=None)
    number: int | None = _table.column("measures in the plan", "measures", default=None)
    proven: bool = _table.column("whether it is proven the best")
    next_measures: str | None = _table.column("ids of the next best plan", default=None)
    next_minor: int | None = _table.column("cost of the next best plan", "minor units of the currency", default=None)
    causing_sets: int = _table.column("minimal sets of leaves that cause the event", "sets")
    blocking_sets: int = _table.column("minimal sets of leaves that block it", "sets")


@frozen(kw_only=True)
class Cut:
    """The best plans, one for each belief and reading asked for.

    Parameters
    ----------
    tree : Tree
        The tree as it is shown.
    plans : tuple of Plan
        Believe all, supported, both; for each, any before all.
    count, objective : str
        The conventions used.
    report : Report
        Costs that are missing, events that nothing blocks, measures in no plan, plans not proven.

    Examples
    --------
    >>> from salesteam import whys
    >>> gate = whys.Countermeasure(id="m", statement="gate", kind="blocking_gate", removes=("w1",))
    >>> tree = whys.from_linear("order lost -> no field", format="arrows", grouping="any").tree
    >>> from attrs import evolve
    >>> whys.cut(evolve(tree, measures=(gate,)), profile=whys.Profile(min_grade="C"), believe="all", count="removing",
    ...          objective="number").plan.measures
    ('m',)
    """

    tree: Tree
    plans: tuple[Plan, ...]
    count: str
    objective: str
    report: Report

    @property
    def plan(self) -> Plan:
        """The last plan: that which holds under both beliefs where both were asked for.

        Examples
        --------
        >>> from salesteam import whys
        >>> tree = whys.from_linear("order lost -> no field", format="arrows", grouping="any").tree
        >>> asked = {"profile": whys.Profile(min_grade="C"), "count": "removing", "objective": "number"}
        >>> whys.cut(tree, believe="all", **asked).plan.holds
        False
        """
        return self.plans[-1]

    def find(self, believe: str, assume: str = "") -> Plan:
        """The plan of one belief and reading.

        Raises
        ------
        NotFoundError
            If it was not asked for.

        Examples
        --------
        >>> from salesteam import whys
        >>> tree = whys.from_linear("order lost -> no field", format="arrows", grouping="any").tree
        >>> asked = {"profile": whys.Profile(min_grade="C"), "count": "removing", "objective": "number"}
        >>> found = whys.cut(tree, believe="both", **asked)
        >>> sorted(map(sorted, found.find("supported").causing))
        [['event']]
        """
        for plan in self.plans:
            if (plan.believe, plan.assume) == (believe, assume):
                return plan
        known = [f"{plan.believe} {plan.assume}".strip() for plan in self.plans]
        raise NotFoundError("plan", f"{believe} {assume}".strip(), known, where="the cut")

    def to_frame(self) -> Any:
        """One row a plan.

        Returns
        -------
        pandas.DataFrame
            believe, assume, measures, cost_minor, currency, number, proven, next_measures, next_minor, causing_sets,
            blocking_sets.

        Examples
        --------
        >>> from salesteam import whys
        >>> tree = whys.from_linear("order lost -> no field", format="arrows", grouping="any").tree
        >>> asked = {"profile": whys.Profile(min_grade="C"), "count": "removing", "objective": "number"}
        >>> found = whys.cut(tree, believe="all", **asked)
        >>> list(found.to_frame()["measures"].isna())
        [True]
        """
        return _table.write_rows([_row(plan) for plan in self.plans], PlanRow)

    def explain(self, key: str = "", lang: str = "en") -> Explanation:
        """What each measure of a plan blocks, and what the next best costs more.

        Parameters
        ----------
        key : str, optional
            Belief and reading, such as ``"supported any"``; the last plan without it.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Raises
        ------
        NotFoundError
            If that plan was not asked for.

        Examples
        --------
        >>> from salesteam import whys
        >>> tree = whys.from_linear("order lost -> no field", format="arrows", grouping="any").tree
        >>> asked = {"profile": whys.Profile(min_grade="C"), "count": "removing", "objective": "number"}
        >>> found = whys.cut(tree, believe="all", **asked)
        >>> "nobody attacks" in found.explain().text()
        True
        """
        believe, _, assume = key.partition(" ")
        plan = self.find(believe, assume) if key else self.plan
        names = {measure.id: measure for measure in self.tree.measures}
        steps = []
        for name in plan.measures or ():
            strength = names[name].strength
            word = say(lang, en=STRENGTHS[strength][0], zh=STRENGTHS[strength][1]) if strength else "?"
            met = self._sets(plan.only.get(name, frozenset()), lang)
            label = f"{names[name].statement} ({word})"
            steps.append(Step(label=label, formula=say(lang, en="alone blocks", zh="独自阻断"), value=met))
        if plan.measures is None:
            label = say(lang, en="causing sets that nobody attacks", zh="无人应对的成因组合")
            steps.append(Step(label=label, value=self._sets(plan.open_sets, lang)))
        if plan.value is not None:
            steps.append(Step(label=say(lang, en="plan", zh="方案"), value=_text(plan.value, lang)))
        if plan.next_measures is not None and plan.difference is not None:
            label = say(lang, en="next best", zh="次优方案") + ": " + ", ".join(plan.next_measures)
            more = say(lang, en="costs more", zh="多出")
            steps.append(Step(label=label, formula=more, value=_text(plan.difference, lang)))
        title = f"{say(lang, en=_BELIEVE[plan.believe][0], zh=_BELIEVE[plan.believe][1])}; "
        title += say(lang, en=_ASSUME[plan.assume][0], zh=_ASSUME[plan.assume][1])
        exact = say(
            lang, en="exact" if plan.proven else "greedy, not proven", zh="精确" if plan.proven else "贪心，未证明"
        )
        return Explanation(title=title, steps=tuple(steps), conventions=(self.count, self.objective, exact))

    def _sets(self, family: Family, lang: str) -> str:
        both = say(lang, en=" and ", zh="且")
        texts = sorted(both.join(self.tree.nodes[name].statement for name in sorted(one)) for one in family)
        return say(lang, en="; ", zh="；").join(texts)

    def grid(self, lang: str = "en") -> Grid:
        """The plans side by side.

        Examples
        --------
        >>> from salesteam import whys
        >>> tree = whys.from_linear("order lost -> no field", format="arrows", grouping="any").tree
        >>> asked = {"profile": whys.Profile(min_grade="C"), "count": "removing", "objective": "number"}
        >>> found = whys.cut(tree, believe="both", **asked)
        >>> len(found.grid().rows)
        3
        """
        rows = tuple(
            (
                say(lang, en=_BELIEVE[plan.believe][0], zh=_BELIEVE[plan.believe][1]),
                say(lang, en=_ASSUME[plan.assume][0], zh=_ASSUME[plan.assume][1]),
                "-" if plan.measures is None else ", ".join(plan.measures),
                "-" if plan.value is None else _text(plan.value, lang),
                "-" if plan.difference is None else _text(plan.difference, lang),
            )
            for plan in self.plans
        )
        heads = say(
            lang,
            en="Believe|Undeclared causes|Measures|Value|Next best costs more",
            zh="相信|未声明的原因|对策|数值|次优多出",
        )
        title = say(lang, en=f"Plans for {self.tree.id}", zh=f"{self.tree.id} 的方案")
        note = f"count={self.count}, objective={self.objective}"
        return Grid(title=title, columns=tuple(heads.split("|")), rows=rows, right=frozenset({3, 4}), note=note)

    def _repr_html_(self) -> str:
        return self.grid().html()


def _text(value: Money | int, lang: str) -> str:
    return value.text(lang) if isinstance(value, Money) else str(value)


def _row(plan: Plan) -> PlanRow:
    cost = plan.value if isinstance(plan.value, Money) else None
    following = plan.next_value if isinstance(plan.next_value, Money) else None
    return PlanRow(
        believe=plan.believe,
        assume=plan.assume,
        measures=None if plan.measures is None else ", ".join(plan.measures),
        cost_minor=cost.minor if cost else None,
        currency=cost.currency if cost else None,
        number=None if plan.measures is None else len(plan.measures),
        proven=plan.proven,
        next_measures=None if plan.next_measures is None else ", ".join(plan.next_measures),
        next_minor=following.minor if following else None,
        causing_sets=len(plan.causing),
        blocking_sets=len(plan.blocking),
    )
