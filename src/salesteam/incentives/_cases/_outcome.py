"""What became of a case: its plan checked, paid and settled as far as its claims need, and its tables as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import attrs

from salesteam.core import Explanation, Finding, Period, Report, exponent, find
from salesteam.errors import InvalidValueError, ReportError, SalesteamError
from salesteam.incentives._cases._case import Case
from salesteam.incentives._cases._claim import Claim, CodeClaim, RowsClaim, SumClaim
from salesteam.incentives._cases._figure import period_name
from salesteam.incentives._cases._tables import PERIODS
from salesteam.incentives._check import check_plan
from salesteam.incentives._days import ONCE, period_of, spans
from salesteam.incentives._model import Facts, Plan, Validity
from salesteam.incentives._parts import Fund
from salesteam.incentives._pay import pay
from salesteam.incentives._run import Run
from salesteam.incentives._settle import Settlement, settle, touched_periods

__all__ = ["Outcome", "Row", "outcome"]

Row = Mapping[str, Any]

_LINE = ("transaction", "payee", "period", "component", "before", "after")
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
    settled : Settlement, optional
        Its settlement, if a claim asks for one.
    failed : str
        What broke, if something did that is no finding.
    aside : Report
        Findings of the check with facts, and of a settlement that only claims about findings asked for.
    """

    case: Case
    plan: Plan | None
    report: Report = Report()
    refusal: Report = Report()
    run: Run | None = None
    settled: Settlement | None = None
    failed: str = ""
    aside: Report = Report()

    @property
    def minor(self) -> int:
        """Minor units in a major one."""
        return 1 if self.plan is None else int(10 ** exponent(self.plan.currency))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, each once."""
        found: dict[Any, Finding] = {}
        parts: list[Iterable[Finding]] = [self.case.refusal, self.report, self.refusal, self.aside]
        if self.run is not None:
            parts.append(self.run.findings())
        if self.settled is not None:
            parts.append(self.settled.report)
        for part in parts:
            for finding in part:
                found.setdefault((finding.code, finding.severity, finding.place, finding.values), finding)
        return tuple(found.values())

    def rows(self, table: str) -> list[Row]:
        """One output table, money in major units."""
        kept = self._tables.get(table)
        if kept is None:
            kept = self._tables[table] = [self._row(row) for row in self._nouns(table)]
            if table == "payouts" and any(row["raw"] is None for row in kept):
                kept[:] = self._with_raw(kept)
            if table in PERIODS and self.case.periods:
                kept[:] = [row for row in kept if self._inside(str(row["period"]))]
        return kept

    def _with_raw(self, payouts: list[Row]) -> list[Row]:
        """Payouts of a run over columns, which leaves out what its portions sum to."""
        sums: dict[tuple[Any, ...], Fraction] = {}
        for portion in () if self.run is None else self.run.portions:
            key = (portion.payee, portion.period, portion.component)
            sums[key] = sums.get(key, Fraction(0)) + portion.pay
        return [
            row if row["raw"] is not None else {**row, "raw": sums.get((row["payee"], row["period"], row["component"]))}
            for row in payouts
        ]

    def rate_before_rounding(self, line: Row) -> Fraction | None:
        """What the exact portions of a line give for each unit of it; None for a line of nothing."""
        mine = [row for row in self.rows("portions") if all(row[name] == line[name] for name in _LINE)]
        return None if not mine else sum((row["share_rate"] or Fraction(0) for row in mine), Fraction(0))

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

    def called(self, period: str) -> tuple[str, ...]:
        """Names of a period: what a plan that pays once calls ``once`` is the period that its case names."""
        once = period == ONCE and self.plan is not None and self.plan.period == ONCE
        return (period_name(period), *(self.case.periods if once and len(self.case.periods) == 1 else ()))

    def _inside(self, name: str) -> bool:
        return name == ONCE or any(inside(name, wanted) for wanted in self.case.periods)

    @cached_property
    def payees(self) -> frozenset[str]:
        """Everybody that the facts or the results name."""
        named = {row["payee"] for rows in self.case.facts.values() for row in rows if row.get("payee")}
        made = {row["payee"] for table in ("payouts", "credits") for row in self.rows(table)}
        back = {row["payee"] for row in self.rows("unpaid") if row.get("payee")}
        return frozenset(map(str, named | made | back))

    def deals(self, name: str) -> list[Row]:
        """The transactions of the facts with a name: several where copies differ."""
        return [row for row in self.case.facts.get("transactions", ()) if row["transaction"] == name]

    def named_in(self, deal: Row) -> set[str]:
        """Who may be credited of a transaction."""
        columns = () if self.plan is None else [rule.to for rule in self.plan.crediting]
        shares = [row for row in self.case.facts.get("credits", ()) if row.get("transaction") == deal["transaction"]]
        found = {deal.get(column) for column in columns or ("payee",)} | {row.get("payee") for row in shares}
        return {str(name) for name in found - {None}}

    def quotas(self, key: str) -> set[Fraction]:
        """Quotas that the bounds of a component are shares of, in the unit of its measure; none under other bounds."""
        parts = () if self.plan is None else self.plan.components.items()
        named = [c for name, c in parts if f"{key}.".startswith(f"components.{name}.")]
        measures = {c.measure for c in named if c.bounds == "quota" or c.method == "curve"}
        own = () if self.plan is None else self.plan.quotas
        asked = {quota.amount for quota in own if quota.measure in measures and isinstance(quota.amount, Fraction)}
        return asked | {row["quota"] for row in self.rows("attainment") if row["measure"] in measures and row["quota"]}

    def covers(self, row: Row, deal: str) -> bool:
        """Whether a row of `unpaid` is about a transaction: by its name, or by its payee where it names none."""
        if deal in {row.get("transaction"), row["row"]}:
            return True
        payees = {each.get("payee") for each in self.case.facts.get("transactions", ()) if each["transaction"] == deal}
        return row.get("transaction") is None and row.get("payee") in payees - {None}

    def explain(self, lang: str, payee: str, period: str | None, component: str | None) -> Explanation | None:
        """How an earned pay came about, where the run can tell."""
        try:
            return None if self.run is None else self.run.explain(payee, period, component, lang=lang)
        except (SalesteamError, LookupError, ValueError):
            return None

    def explain_paid(self, lang: str, payee: str, period: str | None) -> Explanation | None:
        """How a payment came about, where the settlement can tell."""
        try:
            return None if self.settled is None else self.settled.explain(payee, period, lang=lang)
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
    paid = attrs.evolve(plan, period="once") if case.undated else _placed(plan, case.periods)
    stage["run"] = pay(paid, _facts(case), as_of=case.as_of, periods=_unasked(case, paid))
    asks = any(isinstance(claim, CodeClaim) for claim in case.claims)
    if asks:
        facts = stage["run"].facts
        stage["aside"] = check_plan(stage["run"].plan, facts, as_of=case.as_of, open_period=case.open_period)
    if _needs_settlement(case):
        stage["settled"] = _settled(case, stage["run"])
    elif asks:
        stage["settled"], more = _tried(case, stage["run"])
        stage["aside"] += more


def _placed(plan: Plan, periods: tuple[str, ...]) -> Plan:
    """A plan that pays once holds from the first to the last day of the periods that its case names."""
    if plan.period != ONCE or not periods:
        return plan
    valid, named = plan.valid, [Period.parse(name) for name in periods]
    first, until = min(each.start for each in named), max(each.end for each in named)
    return attrs.evolve(
        plan,
        valid=Validity(from_=max(valid.from_ or first, first), until=min(valid.until or until, until)),
    )


def _unasked(case: Case, plan: Plan) -> list[str]:
    """Periods of the case in which money is divided though no row asks for any."""
    funds = [c.fund for c in plan.components.values() if c.method == "pool"]
    if all(isinstance(fund, Fund) for fund in funds):
        return []
    return [ONCE] if case.undated else _pay_periods(case.periods, plan.period)


def _tried(case: Case, run: Run) -> tuple[Settlement | None, Report]:
    """A settlement for its findings alone: what it refuses, the case may still pay."""
    try:
        return _settled(case, run), Report()
    except ReportError as error:
        return None, _report(error)
    except SalesteamError:
        return None, Report()


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


def _settles(claim: Claim) -> bool:
    if isinstance(claim, CodeClaim):
        return claim.of == "refused"
    if isinstance(claim, SumClaim):
        return claim.of in {"paid", "adjustments"}
    return claim.table in _SETTLED


def _settled(case: Case, run: Run) -> Settlement:
    named = _pay_periods(case.periods, run.plan.period) if case.periods else _until_named(case, run)
    return settle(run, case.facts.get("ledger"), open_period=case.open_period, periods=named)


def _until_named(case: Case, run: Run) -> list[str] | None:
    """The periods that the facts touch and those up to the last that the case names; None if it names no later one."""
    plan = run.plan
    touched = touched_periods(run)
    named = [name for claim in case.claims for name in _settled_in(claim) if _is_pay_period(name, plan.period)]
    later = [name for name in named if not touched or spans(name) > spans(touched[-1])]
    if not later:
        return None
    last = max(later, key=spans)
    found = touched or [min(later, key=spans)]
    while spans(found[-1]) < spans(last):
        found.append(period_of(plan, spans(found[-1])[1]))
    return found


def _settled_in(claim: Claim) -> Iterator[str]:
    """Names that may be the periods in which a claim says what is paid or booked."""
    if isinstance(claim, SumClaim):
        yield from map(period_name, claim.names if claim.of == "paid" else ())
    elif isinstance(claim, RowsClaim) and claim.table in {"statement", "ledger"}:
        keys = [row.keys.get(name) for row in claim.rows for name in ("period", "booked_period")]
        yield from (figure.written for figure in keys if figure is not None)


def _is_pay_period(name: str, kind: str) -> bool:
    try:
        return kind != ONCE and _pay_periods((name,), kind) == [name]
    except InvalidValueError:
        return False


def _pay_periods(periods: tuple[str, ...], kind: str) -> list[str]:
    """The pay periods that lie in the periods of a case."""
    if kind == ONCE:
        return [ONCE]
    found: dict[str, None] = {}
    for name in periods:
        period = Period.parse(name)
        day = period.start
        while day < period.end:
            inner = Period.containing(day, kind)
            found[inner.name] = None
            day = inner.end
    return list(found)
