"""Numbers by which a plan is judged, each with its formula: cost, CCOS, OTE, mix, leverage, share at quota."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, isqrt

from salesteam.core import (
    percent_text,
    rational,
    rational_text,
)
from salesteam.incentives._run import Run
from salesteam.incentives._whatif._basis import Basis
from salesteam.incentives._whatif._metric import Metric, Metrics

__all__ = ["metrics"]

_EXCELLENT = Fraction(9, 10)
_DIGITS = 10**20


def metrics(run: Run, *, revenue: object = None, benefits: object = 0) -> Metrics:
    """Judge a run by the numbers that plans are judged by.

    Use it alone, or see several plans side by side with `compare`.

    Parameters
    ----------
    run : Run
        What `pay` gave.
    revenue : number or str, optional
        Sales in major units for CCOS; all deals once if left out.
    benefits : number or str, default 0
        What else the payees cost, in major units; part of CCOS.

    Returns
    -------
    Metrics
        Exact numbers by name, None where the facts do not hold what a metric needs: ``cost``; ``ccos``, (salaries +
        incentives + benefits) / revenue; ``ote``, base + target; ``pay_mix``, base / OTE; ``leverage``, pay over target
        of the payee at the 9th decile of attainment; ``total_leverage``, (base + pay) / base of the highest paid;
        ``share_at_quota``, payees with an attainment of 1 or more over payees with a quota; ``correlation`` of pay with
        attainment (with credit where there are no quotas); ``decile_ratio`` of pay.

    Raises
    ------
    InvalidValueError
        If `revenue` or `benefits` is no exact number.

    References
    ----------
    K. Pearson, 1895, for the correlation; deciles by nearest rank.

    Examples
    --------
    >>> from salesteam.incentives import Facts, pay, scheme
    >>> deals = [{"transaction": "T1", "date": "2026-01-05", "amount": "1000", "payee": "ana"}]
    >>> metrics(pay(scheme("assist_split"), Facts(transactions=deals)))["ccos"]
    Fraction(1, 20)
    """
    basis = Basis(run=run)
    minor = run.minor
    sales = basis.revenue / minor if revenue is None else rational(revenue, where="revenue")
    found = [
        _cost(basis),
        _ccos(basis, sales, rational(benefits, where="benefits")),
        *_target_pay(basis),
        *_leverage(basis),
        _at_quota(basis),
        _correlation(basis),
        _deciles(basis),
    ]
    title = f"{run.plan.plan} {run.plan.version}"
    return Metrics(title=title, currency=run.plan.currency, metrics={metric.name: metric for metric in found})


def _told(value: Fraction) -> str:
    """A number with commas, exact if it is short."""
    text = rational_text(value)
    if "/" in text:
        return f"{float(value):,.4f}"
    whole, point, digits = text.partition(".")
    return f"{int(whole):,}{point}{digits}" if whole != "-0" else text


def _cost(basis: Basis) -> Metric:
    cost = Fraction(basis.run.total.minor, basis.run.minor)
    return Metric(name="cost", value=cost, formula=f"Σ ({len(basis.pay)})")


def _ccos(basis: Basis, sales: Fraction, benefits: Fraction) -> Metric:
    minor = basis.run.minor
    salaries, pay = sum(basis.base.values(), Fraction(0)) / minor, Fraction(basis.run.total.minor, minor)
    steps = (
        ("salaries", "工资", _told(salaries)), ("incentives", "激励", _told(pay)),
        ("benefits", "福利", _told(benefits)), ("revenue", "销售收入", _told(sales)),
    )  # fmt: skip
    formula = f"({_told(salaries)} + {_told(pay)} + {_told(benefits)}) / {_told(sales)}"
    value = (salaries + pay + benefits) / sales if sales > 0 else None
    return Metric(name="ccos", value=value, formula=formula, steps=steps)


def _target_pay(basis: Basis) -> tuple[Metric, Metric]:
    minor = basis.run.minor
    if not basis.target and not basis.base:
        return Metric(name="ote", value=None), Metric(name="pay_mix", value=None)
    base = sum(basis.base.values(), Fraction(0)) / minor
    target = sum(basis.target.values(), Fraction(0)) / minor
    steps = (("base", "底薪", _told(base)), ("target", "目标奖金", _told(target)))
    ote = base + target
    mix = None if not ote else base / ote
    return (
        Metric(name="ote", value=ote, formula=f"{_told(base)} + {_told(target)}", steps=steps),
        Metric(name="pay_mix", value=mix, formula=f"{_told(base)} / {_told(ote)}", steps=steps),
    )


def _rank(count: int, share: Fraction) -> int:
    """Position of a quantile by nearest rank."""
    return max(ceil(count * share), 1) - 1


def _leverage(basis: Basis) -> tuple[Metric, Metric]:
    minor = basis.run.minor
    rated = sorted((a, payee) for payee, a in basis.attainment.items() if basis.target.get(payee))
    own = Metric(name="leverage", value=None)
    if rated:
        reached, payee = rated[_rank(len(rated), _EXCELLENT)]
        pay, target = Fraction(basis.pay.get(payee, 0), minor), basis.target[payee] / minor
        steps = (("payee at the 9th decile", "九分位人员", f"{payee}, {percent_text(reached)}"),)
        own = Metric(name="leverage", value=pay / target, formula=f"{_told(pay)} / {_told(target)}", steps=steps)
    paid = [(Fraction(basis.pay.get(payee, 0), minor), payee) for payee, base in basis.base.items() if base > 0]
    if not paid:
        return own, Metric(name="total_leverage", value=None)
    most, payee = max(paid)
    base = basis.base[payee] / minor
    formula = f"({_told(base)} + {_told(most)}) / {_told(base)}"
    steps = (("highest paid", "奖金最高者", payee),)
    return own, Metric(name="total_leverage", value=(base + most) / base, formula=formula, steps=steps)


def _at_quota(basis: Basis) -> Metric:
    reached = basis.attainment
    if not reached:
        return Metric(name="share_at_quota", value=None)
    count = sum(a >= 1 for a in reached.values())
    steps = (("measure", "指标", str(basis.measure)),)
    value = Fraction(count, len(reached))
    return Metric(name="share_at_quota", value=value, formula=f"{count} / {len(reached)}", steps=steps)


def _correlation(basis: Basis) -> Metric:
    by_quota = len(basis.attainment) > 1
    performance = basis.attainment if by_quota else {p: s for p, s in basis.sold.items() if p != "house"}
    pairs = [(Fraction(basis.pay.get(payee, 0)), x) for payee, x in performance.items()]
    steps = (
        ("performance", "业绩", f"{basis.measure}.attainment" if by_quota else "credit"),
        ("payees", "人数", str(len(pairs))),
    )
    return Metric(name="correlation", value=_pearson(pairs), formula="cov / (sd × sd)", steps=steps)


def _pearson(pairs: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """The correlation to twenty places; exact where it is a fraction."""
    points = list(pairs)
    if len(points) < 2:
        return None
    mean_x = sum((x for x, _ in points), Fraction(0)) / len(points)
    mean_y = sum((y for _, y in points), Fraction(0)) / len(points)
    xy = sum(((x - mean_x) * (y - mean_y) for x, y in points), Fraction(0))
    xx = sum(((x - mean_x) ** 2 for x, _ in points), Fraction(0))
    yy = sum(((y - mean_y) ** 2 for _, y in points), Fraction(0))
    if not xx or not yy:
        return None
    square = xy * xy / (xx * yy)
    root = Fraction(isqrt(square.numerator * _DIGITS**2 // square.denominator), _DIGITS)
    return root if xy >= 0 else -root


def _deciles(basis: Basis) -> Metric:
    paid = sorted(basis.pay.values())
    if not paid:
        return Metric(name="decile_ratio", value=None)
    low, high = paid[_rank(len(paid), Fraction(1, 10))], paid[_rank(len(paid), Fraction(9, 10))]
    minor = basis.run.minor
    formula = f"{_told(Fraction(high, minor))} / {_told(Fraction(low, minor))}"
    return Metric(name="decile_ratio", value=Fraction(high, low) if low > 0 else None, formula=formula)
