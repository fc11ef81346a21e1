"""What only facts can tell of the principles: pay against performance, days to release, force, cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from salesteam.core import _table as t
from salesteam.core import percent_text, rational, rational_text
from salesteam.errors import InvalidValueError
from salesteam.incentives._days import ONCE, spans
from salesteam.incentives._frame import EventRow, QuotaRow, ReceiptRow
from salesteam.incentives._people import People, people_of
from salesteam.incentives._policy import Policy
from salesteam.incentives._principle import Judgement
from salesteam.incentives._run import Run
from salesteam.incentives._terms import Release
from salesteam.incentives._whatif import metrics
from salesteam.incentives._whatif._basis import Basis

__all__ = ["fairness", "force_and_cost", "timeliness"]


def fairness(run: Run, policy: Policy) -> Iterator[Judgement]:
    """Pay goes with performance, and quotas with potential, within each role."""
    basis, people = Basis(run=run), people_of(run.facts.people)
    performance = basis.attainment or basis.sold
    for role, members in sorted(_roles(people, basis.pay).items()):
        pairs = [(performance[p], Fraction(basis.pay[p])) for p in members if p in performance]
        if len(pairs) < policy.least_people:
            continue
        correlated, text = _correlated(pairs, policy.least_correlation)
        name = f" ({role})" if role else ""
        what = (f"correlation of pay and performance{name}", f"奖金与业绩的相关系数{name}")
        yield Judgement(
            principle="fair", what=what, value=text, limit=f"≥ {_short(policy.least_correlation)}", kept=correlated,
            because=(f"{len(pairs)} people", f"{len(pairs)} 人"),
        )  # fmt: skip
    yield from _spread(run, people, policy)


def _roles(people: People, pay: object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    assert isinstance(pay, dict)
    for payee in sorted(pay):
        rows = people.of(payee)
        role = (people.rows[rows[-1]].role if rows else None) or ""
        found.setdefault(role, []).append(payee)
    return found


def _correlated(pairs: list[tuple[Fraction, Fraction]], least: Fraction) -> tuple[bool | None, str]:
    """Whether a correlation reaches a bound, by exact squares, and its value for a reader."""
    n = len(pairs)
    mx, my = sum(x for x, _ in pairs) / Fraction(n), sum(y for _, y in pairs) / Fraction(n)
    both = sum(((x - mx) * (y - my) for x, y in pairs), Fraction(0))
    left, right = sum((x - mx) ** 2 for x, _ in pairs), sum((y - my) ** 2 for _, y in pairs)
    if not left or not right:
        return None, ""
    square = both * both / (left * right)
    text = f"{'-' if both < 0 else ''}{float(square) ** 0.5:.2f}"
    signed = square if both >= 0 else -square
    return signed >= (least * least if least >= 0 else -least * least), text


def _spread(run: Run, people: People, policy: Policy) -> Iterator[Judgement]:
    if run.facts.quotas is None:
        return
    rows = t.read_table(run.facts.quotas, QuotaRow, table="quotas", currency=run.plan.currency).values
    asked: dict[str, Fraction] = {}
    for row in rows:
        asked[row.payee] = asked.get(row.payee, Fraction(0)) + (row.quota or Fraction(row.quota_minor or 0))
    held = dict.fromkeys(asked, 0)
    for role, members in sorted(_roles(people, held).items()):
        ratios = {p: asked[p] / potential for p in members if (potential := _potential(people, p)) and asked[p] > 0}
        if len(ratios) < policy.least_people:
            continue
        low, high = min(ratios, key=lambda p: ratios[p]), max(ratios, key=lambda p: ratios[p])
        spread = ratios[high] / ratios[low]
        name = f" ({role})" if role else ""
        yield Judgement(
            principle="fair",
            what=(f"greatest quota over the least, by potential{name}", f"按潜力折算后最高与最低配额之比{name}"),
            value=_short(spread), limit=f"≤ {_short(policy.quota_spread)}", kept=spread <= policy.quota_spread,
            because=(f"{high} : {low}", f"{high}：{low}"),
        )  # fmt: skip


def _potential(people: People, payee: str) -> Fraction | None:
    """The potential of somebody's market, from the column `potential` of people; 1 without such a column."""
    rows = people.of(payee)
    text = people.cell(rows[-1], "potential") if rows and "potential" in people.extra else "1"
    try:
        found = rational(text or "")
    except InvalidValueError:
        return None
    return found if found > 0 else None


def timeliness(run: Run, policy: Policy) -> Iterator[Judgement]:
    """Days from the deal to the end of its pay period, or to the money that releases it, weighted by pay."""
    came = _releasing(run)
    total, days = 0, Fraction(0)
    for line in run.lines:
        if line.date is None or line.period == ONCE or line.pay_minor <= 0:
            continue
        end = spans(line.period)[1].toordinal() - 1
        total += line.pay_minor
        wait = Fraction(end - line.date.toordinal())
        for release, share in _held(run, line.component):
            last = max([end, *came.get((_waits_for(release), line.transaction or ""), [])])
            wait += share * (last - end)
        days += wait * line.pay_minor
    mean = days / total if total else None
    yield Judgement(
        principle="timely", what=("days from deal to pay, on average", "从成交到付款的平均天数"),
        value="" if mean is None else _short(mean), limit=f"≤ {policy.release_days}",
        kept=None if mean is None else mean <= policy.release_days,
        because=(
            "weighted by pay; what is held back counts to the day that releases it",
            "按奖金加权；暂扣部分算到解除暂扣之日",
        ),
    )  # fmt: skip


def _waits_for(release: Release) -> str:
    """What a release waits for: receipts, or a kind of event."""
    return "receipts" if release.on == "receipts" or release.until == "receipts" else str(release.until)


def _held(run: Run, component: str) -> Iterator[tuple[Release, Fraction]]:
    """The releases that hold pay of a component back, each with the share that waits."""
    for release in run.plan.release:
        if release.of not in {None, component}:
            continue
        if release.on == "receipts":
            yield release, Fraction(1)
        elif isinstance(release.holdback, Fraction) and isinstance(release.until, str):
            yield release, release.holdback


def _releasing(run: Run) -> Mapping[tuple[str, str], list[int]]:
    """Days on which money or an event came to a transaction, by what a release waits for."""
    found: dict[tuple[str, str], list[int]] = {}
    if run.facts.receipts is not None:
        for row in t.read_table(run.facts.receipts, ReceiptRow, table="receipts", currency=run.plan.currency).values:
            if row.transaction is not None and row.date is not None and row.paid_minor > 0:
                found.setdefault(("receipts", row.transaction), []).append(row.date.toordinal())
    if run.facts.events is not None:
        for event in t.read_table(run.facts.events, EventRow, table="events", currency=run.plan.currency).values:
            if event.transaction is not None and event.date is not None:
                found.setdefault((event.kind, event.transaction), []).append(event.date.toordinal())
    return found


def force_and_cost(run: Run, policy: Policy) -> Iterator[Judgement]:
    """Target pay over base pay, and what selling costs."""
    found = metrics(run)
    basis = Basis(run=run)
    base, target = sum(basis.base.values(), Fraction(0)), sum(basis.target.values(), Fraction(0))
    force = target / base if base else None
    yield Judgement(
        principle="force", what=("target pay over base pay", "目标奖金与底薪之比"),
        value="" if force is None else percent_text(force, 0), limit=f"≥ {percent_text(policy.least_force, 0)}",
        kept=None if force is None else force >= policy.least_force, because=("T / base", "T / 底薪"),
    )  # fmt: skip
    ccos = found["ccos"]
    formula = found.metrics["ccos"].formula
    yield Judgement(
        principle="cost", what=("compensation cost of sales (CCOS)", "薪酬成本率（CCOS）"),
        value="" if ccos is None else percent_text(ccos), limit=f"≤ {percent_text(policy.most_ccos, 0)}",
        kept=None if ccos is None else ccos <= policy.most_ccos, because=(formula, formula),
    )  # fmt: skip


def _short(value: Fraction) -> str:
    return rational_text(Fraction(round(value * 100), 100))
