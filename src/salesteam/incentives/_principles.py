"""The five principles of incentives, judged: fair 公平, timely 及时, relevant 相关, diverse 多样, transparent 透明."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from salesteam.core import percent_text
from salesteam.incentives._component import Component
from salesteam.incentives._filled import filled
from salesteam.incentives._model import Facts, Plan
from salesteam.incentives._path import Path
from salesteam.incentives._policy import Policy
from salesteam.incentives._principle import Judgement, Principles
from salesteam.incentives._run import Run

__all__ = ["principles"]

_LONG = frozenset({"quarter", "half", "year", "plan"})


def principles(
    plan: Plan,
    facts: Facts | None = None,
    run: Run | None = None,
    *,
    policy: Policy | None = None,
    has_goal: Callable[[str], bool] | None = None,
    acknowledged: Mapping[str, date] | None = None,
    awards: int = 0,
) -> Principles:
    """Judge a plan by the five principles of incentives, and by force and cost.

    What only facts can tell is left open without them; nothing is guessed.

    Parameters
    ----------
    plan : Plan
        Any plan.
    facts : Facts, optional
        Who is paid on what; the run is made of them if none is given.
    run : Run, optional
        What `pay` gave.
    policy : Policy, optional
        Thresholds; conventions, not evidence.
    has_goal : callable, optional
        Whether a measure, by its name, serves a goal of the company.
    acknowledged : mapping of str to date, optional
        Payee to the day on which the plan was acknowledged.
    awards : int, default 0
        How many awards without money stand beside the plan.

    Returns
    -------
    Principles
        Each thing asked for with its value, threshold and the way to it.

    Raises
    ------
    ReportError
        If facts are given and the plan holds an error.

    References
    ----------
    The five principles are those of the source documents: 公平, 及时, 相关, 多样, 透明.

    Examples
    --------
    >>> from salesteam.incentives import scheme
    >>> found = principles(scheme("team_coefficient"))
    >>> found.kept("transparent"), found.kept("fair")
    (True, True)
    """
    policy = policy or Policy()
    full = filled(plan)
    if run is None and facts is not None:
        from salesteam.incentives._pay import pay

        run = pay(plan, facts)
    found: list[Judgement] = [_personal(full)]
    if run is not None:
        from salesteam.incentives._principle_facts import fairness, force_and_cost, timeliness

        found += fairness(run, policy)
        found += timeliness(run, policy)
    found += _timely(full, policy)
    found += _relevant(full, policy, has_goal, run)
    found += _diverse(full, policy, run, awards)
    found += _transparent(full, policy, acknowledged, run)
    if run is not None:
        found += force_and_cost(run, policy)
    return Principles(plan=plan.plan, judgements=tuple(found))


def _personal(plan: Plan) -> Judgement:
    """Rules that name one person."""
    named = [f"{name}: shares" for name, c in plan.components.items() if isinstance(c.shares, Mapping)]
    named += [f"{name}: pay_split" for name, c in plan.components.items() if isinstance(c.pay_split, Mapping)]
    named += [f"{name}: for" for name, c in plan.components.items() if "payee" in c.for_]
    named += [f"{name}: where" for name, c in plan.components.items() if any(w.column == "payee" for w in c.where)]
    named += [
        f"measure {name}: where" for name, m in plan.measures.items() if any(w.column == "payee" for w in m.where)
    ]
    named += [f"quotas[{i}]" for i, q in enumerate(plan.quotas) if "payee" in q.for_ or any(r.payee for r in q.relief)]
    text = "; ".join(named)
    return Judgement(
        principle="fair", what=("rules for one person alone", "只针对某一个人的条款"), value=str(len(named)),
        limit="≤ 0", kept=not named, because=(text, text),
    )  # fmt: skip


def _timely(plan: Plan, policy: Policy) -> Iterator[Judgement]:
    """What the plan itself says of how long pay takes: half a period on average, before release."""
    days = {"week": 7, "month": 30, "quarter": 91, "half": 182, "year": 365}.get(plan.period)
    held = [f"release[{i}]" for i, _ in enumerate(plan.release)]
    if days is None:
        return
    text = f"{plan.period} / 2" + (f"; {', '.join(held)}" if held else "")
    yield Judgement(
        principle="timely", what=("days to the end of the pay period, on average", "到付款期末的平均天数"),
        value=str(days // 2), limit=f"≤ {policy.release_days}", kept=days // 2 <= policy.release_days,
        because=(text, text),
    )  # fmt: skip


def _measures(c: Component) -> Iterator[str]:
    texts = [c.measure, *(o.measure for o in c.objectives), *(table.measure for table in c.tables)]
    texts += [axis.measure for axis in (c.rows, c.columns) if axis is not None]
    fund = getattr(c.fund, "measure", None)
    for text in (*texts, fund):
        path = Path.parse(text) if text else None
        if path is not None:
            yield path.measure


def _relevant(
    plan: Plan, policy: Policy, has_goal: Callable[[str], bool] | None, run: Run | None
) -> Iterator[Judgement]:
    used = list(dict.fromkeys(m for c in plan.components.values() for m in _measures(c)))
    if has_goal is not None:
        without = [m for m in used if not has_goal(m)]
        text = ", ".join(without)
        yield Judgement(
            principle="relevant", what=("measures that serve no goal", "没有对应目标的指标"), value=str(len(without)),
            limit="≤ 0", kept=not without, because=(text, text),
        )  # fmt: skip
    else:
        yield Judgement(
            principle="relevant", what=("measures that serve no goal", "没有对应目标的指标"), limit="≤ 0", kept=None,
            because=("pass has_goal", "请传入 has_goal"),
        )  # fmt: skip
    text = ", ".join(used)
    yield Judgement(
        principle="relevant", what=("measures that pay hangs on", "奖金所依据的指标数"), value=str(len(used)),
        limit=f"≤ {policy.measures}", kept=len(used) <= policy.measures, because=(text, text),
    )  # fmt: skip
    own = _share(plan, run, lambda c: not _shared(plan, c))
    yield Judgement(
        principle="relevant", what=("share of pay computed from one's own results", "按本人业绩计算的奖金占比"),
        value=_percent(own), limit=f"≥ {percent_text(policy.control_share, 0)}",
        kept=None if own is None else own >= policy.control_share, because=_basis(run),
    )  # fmt: skip


def _shared(plan: Plan, c: Component) -> bool:
    """Whether a component pays for what a team did."""
    if c.method == "pool":
        return True
    path = Path.parse(c.measure or "")
    return path is not None and (
        path.team or (path.measure in plan.measures and plan.measures[path.measure].scope != "payee")
    )


def _share(plan: Plan, run: Run | None, asks: Callable[[Component], bool]) -> Fraction | None:
    """The share of pay of components that are asked for: of a run, else by weights, else by their number."""
    names = [name for name, c in plan.components.items() if asks(c)]
    if run is not None:
        paid: dict[str, int] = {}
        for row in run.payouts:
            paid[row.component] = paid.get(row.component, 0) + row.pay_minor
        total = sum(paid.values())
        return Fraction(sum(paid.get(n, 0) for n in names), total) if total > 0 else None
    weights = {n: c.weight if isinstance(c.weight, Fraction) else Fraction(1) for n, c in plan.components.items()}
    whole = sum(weights.values(), Fraction(0))
    return sum((weights[n] for n in names), Fraction(0)) / whole if whole else None


def _basis(run: Run | None) -> tuple[str, str]:
    return ("by what was paid", "按实付") if run is not None else ("by weights of the components", "按条款权重")


def _percent(share: Fraction | None) -> str:
    return "" if share is None else percent_text(share, 0)


def _diverse(plan: Plan, policy: Policy, run: Run | None, awards: int) -> Iterator[Judgement]:
    least = policy.balance_share
    limit = f"{percent_text(least, 0)} … {percent_text(1 - least, 0)}"
    sides: tuple[tuple[tuple[str, str], Callable[[Component], bool]], ...] = (
        (("share of pay for more than a month", "长于一个月的奖金占比"), lambda c: _long(plan, c)),
        (
            ("share of pay for the team, or moved by a team factor", "团队奖金或受团队系数影响的奖金占比"),
            lambda c: _shared(plan, c) or any(m.measure.startswith("team.") for m in plan.modifiers),
        ),
    )
    for index, (what, asks) in enumerate(sides):
        share = _share(plan, run, asks)
        moved = index == 1 and any(m.measure.startswith("team.") for m in plan.modifiers)
        kept = None if share is None else least <= share and (moved or share <= 1 - least)
        yield Judgement(
            principle="diverse", what=what, value=_percent(share), limit=limit, kept=kept, because=_basis(run)
        )
    kinds = sorted({c.form for c in plan.components.values() if c.form in {"in-kind", "equity"}})
    text = ", ".join(kinds)
    yield Judgement(
        principle="diverse", what=("awards and forms beside money", "非现金激励与荣誉的种类"),
        value=str(len(kinds) + awards), limit="≥ 1", kept=len(kinds) + awards >= 1, because=(text, text),
    )  # fmt: skip


def _long(plan: Plan, c: Component) -> bool:
    long = plan.period in _LONG and c.accumulate != "transaction"
    return long or c.accumulate in _LONG or c.form in {"annual bonus", "equity"}


def _transparent(
    plan: Plan, policy: Policy, acknowledged: Mapping[str, date] | None, run: Run | None
) -> Iterator[Judgement]:
    silent = [n for n, p in plan.parameters.items() if any(not d.source or not d.reason for d in p.values)]
    text = ", ".join(silent)
    yield Judgement(
        principle="transparent", what=("numbers without a source or a reason", "没有来源或理由的参数"),
        value=str(len(silent)), limit="≤ 0", kept=not silent, because=(text, text),
    )  # fmt: skip
    count, parts = _rules(plan)
    yield Judgement(
        principle="transparent", what=("rules to know", "需要了解的规则数"), value=str(count),
        limit=f"≤ {policy.rules}", kept=count <= policy.rules, because=parts,
    )  # fmt: skip
    what = ("payees who did not acknowledge it before it began", "开始前未确认方案的人数")
    if acknowledged is None or run is None:
        yield Judgement(
            principle="transparent", what=what, limit="≤ 0", kept=None,
            because=("pass acknowledged, and facts", "请传入 acknowledged 和 facts"),
        )  # fmt: skip
        return
    start = plan.valid.from_ or date.max
    payees = sorted({row.payee for row in run.payouts})
    late = [p for p in payees if acknowledged.get(p) is None or acknowledged[p] > start]
    text = ", ".join(late[:5])
    yield Judgement(
        principle="transparent", what=what, value=str(len(late)), limit="≤ 0", kept=not late, because=(text, text)
    )


def _rules(plan: Plan) -> tuple[int, tuple[str, str]]:
    counts = {
        ("components", "条款"): len(plan.components),
        ("bands and nodes", "档位与节点"): sum(
            max(len(c.tiers) - 1, 0) + max(len(c.nodes) - 1, 0) + sum(len(r) for r in c.cells) + len(c.prizes)
            for c in plan.components.values()
        ),
        ("crediting", "业绩归属"): len(plan.crediting),
        ("gates", "门槛"): len(plan.gates),
        ("modifiers", "系数"): len(plan.modifiers),
        ("limits", "限额"): len(plan.caps) + len(plan.floors) + len(plan.windfall),
        ("terms", "结算条款"): len(plan.draw)
        + len(plan.guarantee)
        + len(plan.clawback)
        + len(plan.release)
        + len(plan.quotas),
    }
    held = {name: n for name, n in counts.items() if n}
    en, zh = (" + ".join(f"{n} {name[at]}" for name, n in held.items()) for at in (0, 1))
    return sum(held.values()), (en, zh)
