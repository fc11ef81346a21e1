"""Two runs side by side: the first stage at which they part, and why each line differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from salesteam.core import Explanation, Money, Step, number_text, percent_text, say
from salesteam.incentives._conventions import run_conventions

if TYPE_CHECKING:
    from salesteam.incentives._run import Run

__all__ = ["explained_against"]

_Key = tuple[object, ...]


def explained_against(
    run: Run, other: Run, payee: str, period: str | None, component: str | None, lang: str
) -> Explanation:
    """Why one run pays a payee something else than another.

    Parameters
    ----------
    run, other : Run
        What is asked about, and what it is compared with.
    payee : str
        Whose pay.
    period, component : str or None
        Only these; all if None.
    lang : {'en', 'zh'}
        Language.

    Returns
    -------
    Explanation
        The first stage that differs, with every row that does, and then each line of pay with its cause.
    """
    asked = _Asked(run, other, payee, period, component, lang)
    stages = [step for step in asked.stages() if step.steps]
    first = stages[:1]
    lines = tuple(asked.lines())
    steps = [*first]
    if lines:
        steps.append(Step(label=say(lang, en="each line of pay", zh="逐行奖金"), steps=lines))
    now, then = (sum(p.pay_minor for p in asked.payouts(each).values()) for each in (run, other))
    title = say(
        lang,
        en=f"{payee}: {asked.money(now)} against {asked.money(then)}",
        zh=f"{payee}：{asked.money(now)}，对比 {asked.money(then)}",
    )
    if not steps:
        steps = [Step(label=say(lang, en="both runs are the same here", zh="两次计算在此完全一致"))]
    return Explanation(title=title, steps=tuple(steps), conventions=run_conventions(run.plan, lang), lang=lang)


class _Asked:
    def __init__(self, run: Run, other: Run, payee: str, period: str | None, component: str | None, lang: str) -> None:
        self.run, self.other, self.payee = run, other, payee
        self.period, self.component, self.lang = period, component, lang

    def money(self, minor: int) -> str:
        return Money(minor, self.run.plan.currency).text(self.lang)

    def stages(self) -> Iterator[Step]:
        """The stages in their order, each with the rows that differ."""
        yield self._stage(say(self.lang, en="credits differ", zh="业绩归属不同"), self._credits, self._share)
        yield self._stage(say(self.lang, en="attainment differs", zh="达成率不同"), self._attainment, self._reached)
        yield self._stage(say(self.lang, en="portions differ", zh="分档计算不同"), self._portions, self._portion)
        yield self._stage(
            say(self.lang, en="gates, factors or limits differ", zh="门槛、系数或上下限不同"), self.payouts, self._bends
        )
        yield self._stage(say(self.lang, en="pay differs", zh="奖金不同"), self.payouts, self._pay)

    def _stage(self, label: str, table: Callable[[Run], Mapping[_Key, Any]], tell: Callable[[Any], str]) -> Step:
        before, after = table(self.other), table(self.run)
        steps = []
        for key in sorted({*before, *after}, key=str):
            then, now = (tell(rows[key]) if key in rows else "—" for rows in (before, after))
            if then != now:
                steps.append(
                    Step(label=" ".join(str(part) for part in key if part is not None), formula=f"{then} → {now}")
                )
        return Step(label=label, steps=tuple(steps))

    def _mine(self, row: Any) -> bool:
        component = getattr(row, "component", None)
        return (
            row.payee == self.payee
            and self.period in {None, getattr(row, "period", self.period)}
            and (self.component is None or component in {None, self.component})
        )

    def _credits(self, run: Run) -> Mapping[_Key, Any]:
        held = {line.transaction for line in run.lines if self._mine(line)} if self.period or self.component else None
        rows = [c for c in run.credits if c.payee == self.payee and (held is None or c.transaction in held)]
        return {(c.transaction, c.kind, number): c for number, c in _numbered(rows, lambda c: (c.transaction, c.kind))}

    def _attainment(self, run: Run) -> Mapping[_Key, Any]:
        return {(a.period, a.measure): a for a in run.attainment if self._mine(a)}

    def _portions(self, run: Run) -> Mapping[_Key, Any]:
        rows = [p for p in run.portions if self._mine(p) and (p.part or p.pay)]

        def name(p: Any) -> _Key:
            return p.period, p.component, p.transaction, p.tier

        return {(*name(p), number): p for number, p in _numbered(rows, name)}

    def payouts(self, run: Run) -> Mapping[_Key, Any]:
        """The payouts that are asked about."""
        return {(p.period, p.component): p for p in run.payouts if self._mine(p)}

    def _share(self, row: Any) -> str:
        return f"{percent_text(row.share)}: {self.money(row.credit_minor)}"

    def _reached(self, row: Any) -> str:
        parts = [row.value, row.quota]
        shown = " / ".join("—" if x is None else number_text(x) for x in parts)
        return f"{shown} = {percent_text(row.attainment)}" if row.attainment is not None else shown

    def _portion(self, row: Any) -> str:
        return f"{number_text(row.part)} × {percent_text(row.rate, 4)} = {number_text(row.pay)}"

    def _bends(self, row: Any) -> str:
        cap = "" if row.cap_minor is None else f", ≤ {self.money(row.cap_minor)}"
        return f"× {number_text(row.gate)} × {number_text(row.modifier)}{cap}"

    def _pay(self, row: Any) -> str:
        return self.money(row.pay_minor)

    def lines(self) -> Iterator[Step]:
        """Each line whose pay differs, with what moved it."""
        before, after = (self._lines(run) for run in (self.other, self.run))
        for key in sorted({*before, *after}, key=str):
            then, now = before.get(key), after.get(key)
            if then is not None and now is not None and then.pay_minor == now.pay_minor:
                continue
            label = _named(key)
            paid = [self.money(0 if line is None else line.pay_minor) for line in (then, now)]
            yield Step(label=label, formula=self._cause(then, now), value=f"{paid[0]} → {paid[1]}")

    def _lines(self, run: Run) -> Mapping[_Key, Any]:
        rows = [line for line in run.lines if self._mine(line)]

        def name(n: Any) -> _Key:
            return n.period, n.component, n.transaction

        return {(*name(n), number): n for number, n in _numbered(rows, name)}

    def _cause(self, then: Any, now: Any) -> str:
        if then is None:
            return say(self.lang, en="only now", zh="仅现在有")
        if now is None:
            return say(self.lang, en="no more", zh="现在没有")
        if _moved(then) != _moved(now):
            moved = [_shown(_moved(line)) for line in (then, now)]
            return say(self.lang, en=f"its amount: {moved[0]} → {moved[1]}", zh=f"金额：{moved[0]} → {moved[1]}")
        if then.before != now.before:
            start = [number_text(line.before or Fraction(0)) for line in (then, now)]
            return say(
                self.lang, en=f"the sum before it: {start[0]} → {start[1]}", zh=f"之前的累计：{start[0]} → {start[1]}"
            )
        rates = ["—" if line.rate is None else percent_text(line.rate, 4) for line in (then, now)]
        return say(self.lang, en=f"its rate: {rates[0]} → {rates[1]}", zh=f"费率：{rates[0]} → {rates[1]}")


def _moved(line: Any) -> Fraction | None:
    return None if line.before is None or line.after is None else line.after - line.before


def _shown(moved: Fraction | None) -> str:
    return "—" if moved is None else number_text(moved)


def _named(key: _Key) -> str:
    return " ".join(str(part) for part in key if part is not None)


def _numbered(rows: list[Any], name: Callable[[Any], _Key]) -> Iterator[tuple[int | None, Any]]:
    """Rows with a number that tells those of one name apart."""
    seen: dict[_Key, int] = {}
    for row in rows:
        seen[name(row)] = seen.get(name(row), 0) + 1
        yield seen[name(row)] if seen[name(row)] > 1 else None, row
