"""What became of a case: its plan checked, paid and settled as far as its claims need, and its tables as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Explanation, Finding, Period, Report, exponent, find
from salesteam.errors import InvalidValueError, ReportError, SalesteamError
from salesteam.incentives._cases._case import Case
from salesteam.incentives._cases._claim import CodeClaim, RowsClaim, SumClaim
from salesteam.incentives._cases._tables import PERIODS
from salesteam.incentives._check import check_plan
from salesteam.incentives._days import ONCE
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._pay import pay
from salesteam.incentives._run import Run

__all__ = ["Outcome", "Row", "outcome"]

Row = Mapping[str, Any]

_SETTLED = frozenset({"ledger", "statement", "accrual"})


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Outcome:
    """What became of a case.

    Parameters
    ----------
    case : Case
        The case.
    plan : Plan
        The plan it was run with, which may be another reading of its own.
    report : Report
        Findings of the check.
    refusal : Report
        Why the plan did not run; empty if it did.
    run : Run, optional
        Its pay.
    settled : object, optional
        Its settlement, if a claim asks for one.
    failed : str
        What broke, if something did that is no finding.
    """

    case: Case
    plan: Plan | None
    report: Report = Report()
    refusal: Report = Report()
    run: Run | None = None
    settled: Any = None
    failed: str = ""

    @property
    def minor(self) -> int:
        """Minor units in a major one."""
        return 1 if self.plan is None else int(10 ** exponent(self.plan.currency))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, each once."""
        found: dict[Any, Finding] = {}
        parts: list[Iterable[Finding]] = [self.case.refusal, self.report, self.refusal]
        if self.run is not None:
            parts.append(self.run.findings())
        if self.settled is not None:
            parts.append(_findings_of(self.settled))
        for part in parts:
            for finding in part:
                found.setdefault((finding.code, finding.place, finding.values), finding)
        return tuple(found.values())

    def rows(self, table: str) -> list[Row]:
        """One output table, money in major units."""
        kept = self._tables.get(table)
        if kept is None:
            kept = self._tables[table] = [self._row(row) for row in self._nouns(table)]
            if table in PERIODS and self.case.periods:
                kept[:] = [row for row in kept if self._inside(str(row["period"]))]
        return kept

    @cached_property
    def _tables(self) -> dict[str, list[Row]]:
        return {}

    def _nouns(self, table: str) -> Iterable[Any]:
        if self.run is None:
            return ()
        if table not in _SETTLED:
            return tuple(getattr(self.run, table))
        name = {"ledger": "entries", "statement": "statements"}.get(table, table)
        return tuple(getattr(self.settled, name, ()))

    def _row(self, noun: Any) -> Row:
        found: dict[str, Any] = {}
        for field in attrs.fields(type(noun)):
            value = getattr(noun, field.name)
            if field.name.endswith("_minor"):
                found[field.name.removesuffix("_minor")] = None if value is None else Fraction(value, self.minor)
            else:
                found[field.name] = value
        return found

    def _inside(self, name: str) -> bool:
        return name == ONCE or any(inside(name, wanted) for wanted in self.case.periods)

    @cached_property
    def payees(self) -> frozenset[str]:
        """Everybody that the facts or the results name."""
        named = {row["payee"] for rows in self.case.facts.values() for row in rows if row.get("payee")}
        made = {row["payee"] for table in ("payouts", "credits") for row in self.rows(table)}
        back = {row["payee"] for row in self.rows("unpaid") if row.get("payee")}
        return frozenset(map(str, named | made | back))

    def explain(self, lang: str, payee: str, period: str | None, component: str | None) -> Explanation | None:
        """How a pay came about, where the run can tell."""
        try:
            return None if self.run is None else self.run.explain(payee, period, component, lang=lang)
        except (SalesteamError, LookupError, ValueError):
            return None


def inside(name: str, wanted: str) -> bool:
    """Whether a period lies in another."""
    if name == wanted:
        return True
    try:
        inner, outer = Period.parse(name), Period.parse(wanted)
    except InvalidValueError:
        return False
    return outer.start <= inner.start and inner.end <= outer.end


def outcome(case: Case, plan: Plan | None = None) -> Outcome:
    """Check, pay and settle, as far as the claims of a case need.

    Parameters
    ----------
    case : Case
        Read without a problem.
    plan : Plan, optional
        Another reading of its plan.

    Returns
    -------
    Outcome
        What came out, or why nothing did.
    """
    plan = plan or case.plan
    if plan is None:
        return Outcome(case=case, plan=None, refusal=case.refusal)
    stage: dict[str, Any] = {}
    try:
        _through(case, plan, stage)
    except ReportError as error:
        stage["refusal"] = _report(error)
    except Exception as error:  # noqa: BLE001 -- a case must never end the run of all cases
        stage["failed"] = f"{type(error).__name__}: {error}"
    return Outcome(case=case, plan=plan, **stage)


def _through(case: Case, plan: Plan, stage: dict[str, Any]) -> None:
    """Check, pay, settle; what is reached is kept, even if the next step fails."""
    report = stage["report"] = check_plan(plan)
    if not report.ok:
        stage["refusal"] = report
        return
    paid = attrs.evolve(plan, period="once") if case.undated else plan
    stage["run"] = pay(paid, _facts(case), as_of=case.as_of)
    if _needs_settlement(case):
        stage["settled"] = _settled(case, stage["run"])


def _report(error: ReportError) -> Report:
    found = error.report
    return found if isinstance(found, Report) else Report.of(find("core.refused-value", problem=str(error), todo=""))


def _facts(case: Case) -> Facts:
    tables: dict[str, Any] = {name: rows for name, rows in case.facts.items() if name != "ledger"}
    if "transactions" not in tables and "values" not in tables:
        tables["transactions"] = []
    return Facts(**tables)


def _needs_settlement(case: Case) -> bool:
    return any(_settles(claim) for claim in case.claims) or "ledger" in case.facts


def _settles(claim: SumClaim | RowsClaim | CodeClaim) -> bool:
    if isinstance(claim, SumClaim):
        return claim.of in {"paid", "adjustments"}
    return isinstance(claim, RowsClaim) and claim.table in _SETTLED


def _settled(case: Case, run: Run) -> Any:
    from salesteam.incentives._settle import settle

    return settle(run, case.facts.get("ledger"), open_period=case.open_period)


def _findings_of(settled: Any) -> Iterable[Finding]:
    found = getattr(settled, "report", Report())
    return tuple(found)
