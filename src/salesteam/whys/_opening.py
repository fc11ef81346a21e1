"""What came of a breach: the tree it opened or extended, or why it opened none."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from attrs import frozen

from salesteam.core import Explanation, Grid, Report, Step, _table, rational_text, say
from salesteam.errors import NotFoundError
from salesteam.whys._model_breach import Breach
from salesteam.whys._model_parts import Participant
from salesteam.whys._model_profile import Policy
from salesteam.whys._model_tree import Tree

__all__ = ["Opening"]

_KINDS = {
    "hypothesis": ("hypothesis", "假设原因"),
    "offset": ("offset", "抵消部分"),
    "interaction": ("interaction", "交互作用"),
    "unexplained": ("unexplained", "未解释部分"),
    "size": ("size of the event", "事件大小"),
}
_OUTCOMES = {
    "opened": ("opened", "已开启"),
    "extended": ("extended", "已扩展"),
    "unchanged": ("unchanged", "未变"),
    "not_opened": ("not opened", "未开启"),
}


@frozen(kw_only=True)
class NumberRow:
    """One number of an opened tree as a row."""

    tree: str = _table.column("id of the tree")
    kind: str = _table.column("hypothesis, offset, interaction, unexplained, or size (the sum of the others)")
    name: str = _table.column("statement or name of the part")
    amount: Fraction = _table.column("how much of the event's size", "unit of the event")
    unit: str = _table.column("unit of the amount; money in minor units", default="")
    method: str = _table.column("convention of the attribution", default="")
    status: str = _table.column("status of the link; a fresh hypothesis is unsupported", default="")


@frozen(kw_only=True)
class Opening:
    """What came of one breach.

    Parameters
    ----------
    outcome : {'opened', 'extended', 'unchanged', 'not_opened'}
        What was done.
    breach : Breach
        The reading.
    policy : Policy
        The policy applied.
    tree : Tree or None
        The tree as it stands now; None if none was opened.
    report : Report
        Why not, and what could not be told.

    Examples
    --------
    >>> from datetime import date
    >>> from salesteam import whys
    >>> day = date(2026, 9, 30)
    >>> breach = Breach(metric="m", scope="s", period="p", value="0.8", threshold="0.8", side="below", on=day)
    >>> policy = Policy(metric="m", least_n=0, in_a_row=1, owner="ops", due_days=5)
    >>> whys.open_on(breach, policy=policy).report.findings[0].code
    'whys.no-breach'
    """

    outcome: Literal["opened", "extended", "unchanged", "not_opened"]
    breach: Breach
    policy: Policy
    tree: Tree | None
    report: Report

    @property
    def people(self) -> tuple[Participant, ...]:
        """Who has the duty, by the chart.

        Examples
        --------
        >>> from datetime import date
        >>> from salesteam import whys
        >>> breach = Breach(metric="m", scope="s", period="p", value=1, threshold=2, side="below", on=date(2026, 9, 30))
        >>> policy = Policy(metric="m", least_n=0, in_a_row=1, owner="o", due_days=5, activity="follow up",
        ...                 roles=("sales",))
        >>> [who.person for who in whys.open_on(breach, has_duty=lambda *_: "yes", policy=policy).people]
        ['sales']
        """
        return tuple(who for who in self.tree.participants if who.duty == "yes") if self.tree else ()

    def _rows(self) -> list[NumberRow]:
        if self.tree is None or self.tree.event.size is None:
            return []
        tree = self.tree.shown()
        rows = [
            NumberRow(
                tree=tree.id,
                kind="hypothesis",
                name=tree.nodes[link.cause].statement,
                amount=one.amount,
                unit=one.unit,
                method=one.method,
                status="unsupported" if not any(piece.about == link.id for piece in tree.evidence) else "",
            )
            for link in tree.below.get(tree.event.id, ())
            for one in link.contributions
        ]
        rows.sort(key=lambda row: (-row.amount, row.name))
        rows += [
            NumberRow(
                tree=tree.id,
                kind=line.kind,
                name=line.name,
                amount=line.contribution.amount,
                unit=line.contribution.unit,
                method=line.contribution.method,
            )
            for line in tree.lines
        ]
        size = tree.event.size
        assert size is not None
        return [
            *rows,
            NumberRow(tree=tree.id, kind="size", name=tree.event.statement, amount=size, unit=tree.event.unit),
        ]

    def to_frame(self, *, exact: bool = False) -> Any:
        """The numbers of the tree: hypotheses, lines, and the size they sum to.

        Parameters
        ----------
        exact : bool, default False
            Amounts as two whole columns instead of the nearest binary number.

        Returns
        -------
        pandas.DataFrame
            tree, kind, name, amount, unit, method, status.

        Examples
        --------
        >>> from datetime import date
        >>> from salesteam import whys
        >>> breach = Breach(metric="m", scope="s", period="p", value=1, threshold=3, side="below", on=date(2026, 9, 30))
        >>> policy = Policy(metric="m", least_n=0, in_a_row=1, owner="ops", due_days=5)
        >>> list(whys.open_on(breach, policy=policy).to_frame()["amount"])
        [2.0]
        """
        return _table.write_rows(self._rows(), NumberRow, exact=exact)

    def explain(self, key: str = "size", lang: str = "en") -> Explanation:
        """How the size comes about and what carries it, or who was asked for the duty.

        Parameters
        ----------
        key : {'size', 'duty', 'due'}, default 'size'
            What to explain.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        salesteam.core.Explanation
            With the numbers in it.

        Raises
        ------
        NotFoundError
            For another key.

        Examples
        --------
        >>> from datetime import date
        >>> from salesteam import whys
        >>> breach = Breach(metric="m", scope="s", period="p", value=1, threshold=3, side="below", on=date(2026, 9, 30))
        >>> policy = Policy(metric="m", least_n=0, in_a_row=1, owner="ops", due_days=5)
        >>> "2" in whys.open_on(breach, policy=policy).explain().text()
        True
        """
        title = say(
            lang,
            en=f"{self.breach.tree_id}: {_OUTCOMES[self.outcome][0]}",
            zh=f"{self.breach.tree_id}：{_OUTCOMES[self.outcome][1]}",
        )
        if key == "size":
            steps = [
                Step(
                    label=say(lang, en=_KINDS[row.kind][0], zh=_KINDS[row.kind][1]) + f": {row.name}",
                    formula=row.method,
                    value=f"{rational_text(row.amount)} {row.unit}".strip(),
                )
                for row in self._rows()
            ]
        elif key == "duty":
            words = {"yes": say(lang, en="yes", zh="有"), "no": say(lang, en="no", zh="无")}
            steps = [
                Step(
                    label=who.person,
                    formula=who.activity,
                    value=words.get(who.duty or "", say(lang, en="unknown", zh="未知")),
                )
                for who in (self.tree.shown().participants if self.tree else ())
            ]
        elif key == "due":
            days = say(lang, en=f"{self.policy.due_days} business days", zh=f"{self.policy.due_days} 个工作日")
            due = self.tree.due if self.tree else None
            steps = [Step(label=str(self.breach.on), formula=f"+ {days}", value=str(due) if due else "?")]
        else:
            raise NotFoundError("explanation", key, ("size", "duty", "due"), where="Opening")
        conventions = (
            say(lang, en="strict comparator", zh="严格比较"),
            f"least_n={self.policy.least_n}, in_a_row={self.policy.in_a_row}",
        )
        return Explanation(title=title, steps=tuple(steps), conventions=conventions)

    def grid(self, lang: str = "en") -> Grid:
        """The numbers as a display table.

        Examples
        --------
        >>> from datetime import date
        >>> from salesteam import whys
        >>> breach = Breach(metric="m", scope="s", period="p", value=1, threshold=3, side="below", on=date(2026, 9, 30))
        >>> policy = Policy(metric="m", least_n=0, in_a_row=1, owner="ops", due_days=5)
        >>> len(whys.open_on(breach, policy=policy).grid().rows)
        1
        """
        rows = tuple(
            (
                say(lang, en=_KINDS[row.kind][0], zh=_KINDS[row.kind][1]),
                row.name,
                rational_text(row.amount),
                row.unit,
                row.method,
            )
            for row in self._rows()
        )
        heads = say(lang, en="Kind|What|Amount|Unit|Method", zh="类别|内容|数值|单位|方法").split("|")
        mark = _OUTCOMES[self.outcome]
        title = f"{self.breach.tree_id}: " + say(lang, en=mark[0], zh=mark[1])
        return Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({2}), note=self.report.text(lang))

    def _repr_html_(self) -> str:
        return self.grid().html()
