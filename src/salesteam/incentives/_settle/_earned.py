"""What a run earns, line by line, as the books see it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import attrs

from salesteam.incentives._run import Run
from salesteam.incentives._settle._book import Line
from salesteam.incentives._settle._release import by_deal, holds, releases

__all__ = ["Earned", "earned_of", "holders"]


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Earned:
    """Pay by line, in minor units.

    Parameters
    ----------
    lines : mapping of Line to int
        Pay; they sum to the payouts.
    """

    lines: Mapping[Line, int]

    @cached_property
    def by_payee(self) -> Mapping[str, Mapping[Line, int]]:
        """The same, by payee."""
        found: dict[str, dict[Line, int]] = {}
        for line, pay in self.lines.items():
            found.setdefault(line[0], {})[line] = pay
        return found


def earned_of(run: Run) -> Earned:
    """The pay of a run by line; what a principal owes is no pay.

    Parameters
    ----------
    run : Run
        Of `pay`.

    Returns
    -------
    Earned
        What the payouts hold beyond the lines stands in a line without a transaction.
    """
    plan = run.plan
    paying = {name for name, c in plan.components.items() if c.side != "principal"}
    lines: dict[Line, int] = {}
    left: dict[tuple[str, str, str], int] = {}
    for row in run.payouts:
        if row.component in paying:
            key = (row.payee, row.period, row.component)
            left[key] = left.get(key, 0) + row.pay_minor
    for line in run.lines:
        if line.component in paying:
            at = (line.payee, line.period, line.component, line.transaction)
            lines[at] = lines.get(at, 0) + line.pay_minor
            left[at[:3]] = left.get(at[:3], 0) - line.pay_minor
    for (payee, period, component), rest in left.items():
        if rest:
            key4 = (payee, period, component, None)
            lines[key4] = lines.get(key4, 0) + rest
    return Earned(lines=lines)


def holders(run: Run, earned: Mapping[Line, int]) -> dict[Line, int]:
    """Lines as they are held and released: by deal, or the whole pay of a component and period at once."""
    found: dict[Line, int] = {}
    plan = run.plan
    fine = {n: by_deal(releases(plan, n)) for n in plan.components if releases(plan, n) or holds(plan, n)}
    for line, pay in earned.items():
        if line[2] in fine:
            key = line if fine[line[2]] else (*line[:3], None)
            found[key] = found.get(key, 0) + pay
    return found
