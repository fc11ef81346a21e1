"""Differences between runs, by payee and component."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from salesteam.incentives._run import Run
from salesteam.incentives._whatif._rows import ComponentRow, DeltaRow

__all__ = ["component_rows", "delta_rows"]


def component_rows(runs: Mapping[str, Run]) -> tuple[ComponentRow, ...]:
    """Every component of every other run, beside the component of that name in the first; sorted by plan and payee."""
    paid = {name: _paid(run) for name, run in runs.items()}
    first, *others = paid
    found = []
    for name in others:
        for payee, component in sorted(paid[first].keys() | paid[name].keys()):
            before, after = paid[first].get((payee, component), 0), paid[name].get((payee, component), 0)
            found.append(
                ComponentRow(
                    plan=name, payee=payee, component=component, before_minor=before, after_minor=after,
                    delta_minor=after - before,
                )
            )  # fmt: skip
    return tuple(found)


def _paid(run: Run) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for row in run.payouts:
        key = row.payee, row.component
        found[key] = found.get(key, 0) + row.pay_minor
    return found


def delta_rows(rows: Iterable[ComponentRow]) -> tuple[DeltaRow, ...]:
    """Differences by payee; the component named is the one that moves most in the direction of the whole."""
    found = []
    for (plan, payee), group in groupby(rows, key=lambda row: (row.plan, row.payee)):
        parts = list(group)
        before, after = sum(r.before_minor for r in parts), sum(r.after_minor for r in parts)
        delta = after - before
        most = max(parts, key=lambda r: r.delta_minor * (1 if delta > 0 else -1))
        found.append(
            DeltaRow(
                plan=plan, payee=payee, before_minor=before, after_minor=after, delta_minor=delta,
                component=most.component if delta else None, component_delta_minor=most.delta_minor if delta else None,
            )
        )  # fmt: skip
    return tuple(found)
