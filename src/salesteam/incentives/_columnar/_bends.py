"""What bent a pay after its lines: each gate, each factor, each limit, with the numbers it was decided by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesteam.core import Money, Step, percent_text, rational_text, round_to, say
from salesteam.incentives._bending import Gate, Modifier
from salesteam.incentives._frame import PayoutRow

if TYPE_CHECKING:
    from fractions import Fraction

    from salesteam.incentives._columnar._run import ColumnarRun

__all__ = ["bent_by"]


def bent_by(run: ColumnarRun, p: PayoutRow, lang: str) -> list[Step]:
    """The steps from the sum of the lines to the payout.

    Parameters
    ----------
    run : ColumnarRun
        Whose payout.
    p : PayoutRow
        The payout.
    lang : {'en', 'zh'}
        Language.

    Returns
    -------
    list of Step
        Gates with what was reached and what is missing, factors, limits of the component and of the plan.
    """
    of = {p.component, "plan"}
    gates = [gate for gate in run.plan.gates if gate.locks in of]
    factors = [modifier for modifier in run.plan.modifiers if modifier.of in of]
    steps = [step for gate in gates for step in _gate(run, gate, p, lang)]
    steps += [_factor(run, modifier, p, lang) for modifier in factors]
    if len(factors) > 1 and p.gate:
        label = say(lang, en="factors together", zh="系数合计")
        steps.append(Step(label=label, formula=f"× {rational_text(p.modifier)}", value=percent_text(p.modifier)))
    return [*steps, *_limits(run, p, lang)]


def _gate(run: ColumnarRun, gate: Gate, p: PayoutRow, lang: str) -> Iterator[Step]:
    look = run.numbers.look(p.period)
    for test in gate.tests:
        reached, needed = run.numbers.path(test.measure, p.payee, p.period), look(test.at_least)
        label = say(lang, en=f"gate on {test.measure}", zh=f"门槛 {test.measure}")
        share = test.measure.endswith(".attainment")
        formula = f"{_shown(reached, share=share)} ≥ {_shown(needed, share=share)}"
        if reached >= needed:
            yield Step(label=label, formula=formula, value=say(lang, en="open", zh="达到"))
            continue
        short = _shown(needed - reached, share=share)
        yield Step(label=label, formula=formula, value=say(lang, en=f"missed by {short}", zh=f"差 {short}"))
    if p.gate == 0 and gate.locks in {p.component, "plan"}:
        yield Step(label=say(lang, en="gate closed", zh="门槛未达"), formula="× 0", value="0")


def _factor(run: ColumnarRun, modifier: Modifier, p: PayoutRow, lang: str) -> Step:
    reached, factor = (
        run.numbers.path(modifier.measure, p.payee, p.period),
        run.numbers.one(modifier, p.payee, p.period),
    )
    share = modifier.measure.endswith(".attainment")
    label = say(
        lang, en=f"factor of {modifier.of} by {modifier.measure}", zh=f"{modifier.of} 的系数，按 {modifier.measure}"
    )
    if modifier.measure.startswith("team."):
        label = say(lang, en=f"team coefficient of {modifier.of}", zh=f"{modifier.of} 的团队协作系数")
    text = _shown(reached, share=share)
    if modifier.round is not None:
        text = f"{text} → {_shown(modifier.round.apply(reached), share=share)}"
    return Step(label=label, formula=f"{text}: × {rational_text(factor)}", value=percent_text(factor))


def _limits(run: ColumnarRun, p: PayoutRow, lang: str) -> Iterator[Step]:
    for of in (p.component, "plan"):
        for kind, limits in (("cap", run.plan.caps), ("floor", run.plan.floors)):
            for at, amount in run.numbers.limits(limits, of, p.payee, p.period):
                sign = "≤" if kind == "cap" else "≥"
                word = say(lang, en=f"{kind} of {of}", zh=f"{of} 的{'封顶' if kind == 'cap' else '保底'}")
                value = Money(round_to(amount, run.plan.rounding), run.plan.currency).text(lang)
                yield Step(label=word, formula=f"{sign} {rational_text(amount / run.minor)}, {at}", value=value)


def _shown(number: Fraction, *, share: bool) -> str:
    return percent_text(number, 2) if share else rational_text(number)
