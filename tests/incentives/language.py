"""Random plans over the whole language, with facts that hit their edges: small numbers, few rows, many collisions."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
from hypothesis import strategies as st

from salesteam.incentives import (
    Component,
    CreditRule,
    Gate,
    GateTest,
    Limit,
    Measure,
    Modifier,
    Plan,
    Rounding,
    TargetShare,
    Tier,
)  # fmt: skip
from salesteam.incentives._bending import Lock, Windfall
from salesteam.incentives._number import Dated, Parameter, Ref
from salesteam.incentives._parts import Above, Axis, By, Fund, Objective, RateTable, Where, Window
from salesteam.incentives._quota import Quota, Ramp, Relief
from salesteam.incentives._terms import Clawback, Exchange, Proration, RollUp, Step

F = Fraction
PAYEES = ("ana", "bo", "cai")
DAYS = (date(2026, 1, 5), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 16), date(2026, 3, 31), date(2026, 4, 1))
MONTHS = tuple(f"2026-{m:02d}" for m in range(1, 7))
RATES = st.sampled_from([F(x) for x in ("0", "1/25", "1/10", "2/3", "1/3", "13/1000")])
BOUNDS = (F(10), F("25.5"), F(40), F("66.67"), F(100))
SHARES = (F(1, 4), F(1, 2), F(9, 10), F(1), F(5, 4))
COUNTS = (F(1), F(2), F(3), F(5))
EDGES = st.sampled_from(["lower_inclusive", "upper_inclusive", "closed"])
STEPS = st.sampled_from(["lower_inclusive", "upper_inclusive"])
ACCUMULATE = st.sampled_from(["transaction", "period", "quarter", "half", "year", "plan"])
TIERED = ("marginal", "slab", "from_threshold", "forward", "interpolated_amount", "bonus", "proportional_rate")
BY_ROW = {*TIERED, "flat", "spiff"}
AT = st.sampled_from(["before_modifiers", "after_modifiers"])

MEASURES = {
    "m": Measure(unit="money", value="amount"),
    "margin": Measure(unit="money", value="amount - cost"),
    "n": Measure(unit="count", value="amount", aggregate="count"),
    "units": Measure(unit="count", value="quantity"),
    "who": Measure(unit="count", value="customer", aggregate="distinct"),
    "mean": Measure(unit="money", value="amount", aggregate="mean"),
    "last": Measure(unit="money", value="amount", aggregate="latest"),
    "x": Measure(unit="money", value="amount", where=(Where(column="product", values=("X",)),)),
    "y": Measure(unit="money", value="max(amount - cost, 0) / 2", where=(Where(column="product", values=("X",), negated=True),)),
    "crew": Measure(unit="money", value="amount", scope="team"),
    "whole": Measure(unit="money", value="amount", scope="all"),
    "nps": Measure(unit="count"),
    "health": Measure(unit="share"),
    "ready": Measure(unit="money"),
}  # fmt: skip
MONEY = ("m", "margin", "x", "y", "mean", "last", "ready")
NUMBERS = ("n", "units", "who")
SUMS = ("m", "margin", "x", "ready")


def listed(values, **size):
    return st.lists(st.sampled_from(values), unique=True, **size).map(sorted)


@st.composite
def tiers(draw, method, bounds, measure, gaps, *, open_end=True, number=RATES):
    pool = SHARES if bounds == "quota" else COUNTS if measure in NUMBERS else BOUNDS
    lows = [F(0), *draw(listed(pool, max_size=3))]
    if gaps != "refuse":
        lows = lows[1:] or lows
    highs = [*lows[1:], None if open_end else max(pool) * draw(st.sampled_from([2, 50]))]
    kinds = {"interpolated_amount": "amount", "bonus": "amount"}
    kind = kinds.get(method, "rate")
    made = []
    for low, high in zip(lows, highs, strict=True):
        fee = method == "slab" and low > 0 and draw(st.integers(0, 5)) == 0
        value = draw(number) * (50 if kind == "amount" or fee else 3 if measure in NUMBERS else 1)
        made.append(
            Tier(
                from_=low,
                to=high,
                **{"amount" if fee else kind: value},
                retroactive=method == "marginal" and low > 0 and draw(st.integers(0, 3)) == 0,
            )
        )
    if len(made) > 1 and draw(st.integers(0, 5)) == 0:  # a band of its own edge
        made[0] = attrs.evolve(made[0], edge=draw(STEPS))
    return tuple(made)


@st.composite
def tiered(draw, measures=MONEY + NUMBERS):
    method = draw(st.sampled_from(TIERED))
    measure = draw(st.sampled_from(measures))
    if method == "forward":
        measure = draw(st.sampled_from(SUMS))
    bounds = draw(st.sampled_from(["value", "value", "quota"])) if measure in ("m", "x") else "value"
    closed = method in ("interpolated_amount", "proportional_rate")
    gaps = draw(st.sampled_from(["refuse", "refuse", "refuse", "zero", "unpaid"]))
    made = draw(tiers(method, bounds, measure, gaps, open_end=not closed and draw(st.integers(0, 5)) > 0))
    base = {}
    if bounds == "quota" and method in ("marginal", "from_threshold") and draw(st.booleans()):
        made = tuple(attrs.evolve(t, rate=None, multiplier=t.rate * 3) for t in made)
        base = {"base_rate": draw(st.sampled_from([F(1, 20), "target/quota"]))}
    if len(made) > 2 and gaps != "refuse" and draw(st.booleans()):
        made = (*made[:1], *made[2:])
    if method == "bonus" and draw(st.integers(0, 3)) == 0:
        base["pays_of"] = "target"
        made = tuple(attrs.evolve(t, amount=t.amount / 50) for t in made)
    return Component(
        method=method, measure=measure, tiers=made, edge=draw(EDGES), bounds=bounds, gaps=gaps,
        accumulate=draw(ACCUMULATE),
        threshold=draw(st.sampled_from(SHARES if bounds == "quota" else (F(0), *BOUNDS))) if method == "from_threshold" else None,
        crossing=draw(st.sampled_from(["old_rate", "new_rate", "split"])) if method == "forward" else None,
        sum_reached=method == "bonus" and draw(st.booleans()), **base,
    )  # fmt: skip


@st.composite
def curves(draw):
    xs = draw(listed(SHARES, min_size=1))
    return Component(
        method="curve", measure=draw(st.sampled_from(["m", "x", "health"])), nodes=tuple((x, draw(RATES)) for x in xs),
        edge=draw(STEPS), between=draw(st.sampled_from(["linear", "step"])),
        below=draw(st.sampled_from(["zero", "flat", "extend"])),
        above=draw(st.sampled_from(["flat", "extend", Above(slope=F(2)), Above(rate=F(1, 20))])),
        target=draw(st.sampled_from([None, F(100)])),
    )  # fmt: skip


@st.composite
def flats(draw):
    measure = draw(st.sampled_from((*MONEY, *NUMBERS, "crew", "whole")))
    return Component(method="flat", measure=measure, rate=draw(RATES) * (3 if measure in NUMBERS else 1))


@st.composite
def lookups(draw):
    join = draw(st.sampled_from(["sum", "product"]))

    def table(measure, pool):
        lows = [F(0), *draw(listed(pool, max_size=2))]
        said = draw(st.sampled_from(["rate", "multiplier"])) if join == "product" else "rate"
        bands = tuple(Tier(from_=a, to=b, **{said: draw(RATES)}) for a, b in zip(lows, [*lows[1:], None], strict=True))
        return RateTable(measure=measure, edge=draw(EDGES), tiers=bands)

    tables = [
        table("nps", (F(10), F(20), F(30))),
        table(draw(st.sampled_from(["m", "m.attainment", "team.m"])), BOUNDS),
    ]
    return Component(
        method="lookup", measure=draw(st.sampled_from(["m", "x"])), join=join,
        tables=tuple(tables[: draw(st.integers(1, 2))]),
    )  # fmt: skip


@st.composite
def matrices(draw):
    rows, columns = (F(0), F(1, 2), F(1)), (F(0), F(10), F(20), F(30))[: draw(st.integers(2, 4))]
    cell = st.one_of(RATES, RATES, RATES, st.none())
    return Component(
        method="matrix", target=F(100), between=draw(st.sampled_from(["node", "step", "bilinear"])), edge=draw(STEPS),
        rows=Axis(measure="health", nodes=rows), columns=Axis(measure="nps", nodes=columns),
        cells=tuple(tuple(draw(cell) for _ in columns) for _ in rows),
    )  # fmt: skip


@st.composite
def mbos(draw):
    return Component(
        method="mbo", target=draw(st.sampled_from([None, F(100)])),
        objectives=(Objective(measure="health", weight=F(3, 5)), Objective(measure="m.attainment", weight=F(2, 5))),
        min_score=draw(st.sampled_from([None, F(1, 2)])), max_score=draw(st.sampled_from([None, F(1)])),
    )  # fmt: skip


@st.composite
def spiffs(draw):
    window = draw(st.sampled_from([None, Window(from_=date(2026, 1, 31), until=date(2026, 3, 31))]))
    return Component(
        method="spiff", measure="m", amount=draw(st.sampled_from([F(5), F("3.33")])), accumulate=draw(ACCUMULATE),
        window=window, first=draw(st.sampled_from([None, 1, 2])),
    )  # fmt: skip


@st.composite
def ranks(draw):
    return Component(
        method="rank", measure=draw(st.sampled_from(["m", "x", "n", "nps"])),
        prizes=draw(st.sampled_from([(F(10),), (F(10), F(5)), (F(10), F(5), F("3.33"))])),
        ties=draw(st.sampled_from(["share", "same", "dense"])),
        minimums=draw(st.sampled_from([(), (GateTest(measure="m", at_least=F(10)),)])),
    )  # fmt: skip


@st.composite
def pools(draw):
    return Component(
        method="pool", fund=draw(st.sampled_from([F(100), F("0.05"), Fund(rate=F(1, 20), measure="team.m")])),
        shares=draw(st.sampled_from(["equal", By("pro_rata", "m"), By("points", "points"), {"ana": F(1, 4), "bo": F(1, 2)}])),
        leavers=draw(st.sampled_from(["in", "prorated", "out"])),
        unclaimed=draw(st.sampled_from(["redistribute", "return"])),
    )  # fmt: skip


@st.composite
def overrides(draw):
    base = draw(st.sampled_from(["credit", "pay"]))
    about = {"component": "c0"} if base == "pay" else {}
    return Component(
        method="override", measure="m", base=base, levels={1: F(1, 10), 2: F(1, 30)},
        hierarchy_at=draw(st.sampled_from(["transaction_date", "period_end"])), **about,
    )  # fmt: skip


METHODS = {"tiered": tiered(), "curve": curves(), "flat": flats(), "lookup": lookups(), "matrix": matrices(), "mbo": mbos(),
           "spiff": spiffs(), "rank": ranks(), "pool": pools(), "override": overrides()}  # fmt: skip

CREDITING = st.sampled_from(
    [
        (),
        (CreditRule(to="assistant", share=F(3, 20), kind="carve_out"), CreditRule(to="payee", share="rest", kind="carve_out")),
        (CreditRule(to="payee", share=F(1), kind="carve_out"), CreditRule(to="assistant", share=F(1, 3), kind="overlay")),
        (CreditRule(to="payee", share=F(1, 3), kind="carve_out"), CreditRule(to="assistant", share=F(1, 3), kind="carve_out")),
    ]
)  # fmt: skip


@st.composite
def bending(draw, names, *, plain):
    """Gates, modifiers, caps and floors on named components; without sums of all of them if not `plain`."""
    of = st.sampled_from([*names, "plan"] if plain else list(names))
    rounding = st.sampled_from([None, Rounding(to=F(1, 100), mode="floor"), Rounding(to=F(1, 20), mode="half_even")])
    clamps = st.builds(
        Modifier, of=of, measure=st.sampled_from(["team.m.attainment", "m.attainment"]),
        clamp=st.just((F(9, 10), F(6, 5))), round=rounding,
    )  # fmt: skip
    steps = st.builds(
        Modifier, of=of, measure=st.just("nps"), edge=EDGES, round=st.none(),
        tiers=st.just((Tier(from_=F(0), to=F(20), multiplier=F(4, 5)), Tier(from_=F(20), multiplier=F(11, 10)))),
    )  # fmt: skip
    lines = st.builds(
        Modifier, of=of, measure=st.just("health"), between=st.sampled_from(["linear", "step"]), edge=STEPS,
        nodes=st.just(((F(0), F(1, 2)), (F(1, 2), F(1)), (F(1), F(6, 5)))), round=rounding,
    )  # fmt: skip
    join = draw(st.sampled_from(["product", "sum"]))
    modifiers = draw(st.lists(st.one_of(clamps, steps, lines), max_size=2))
    money = st.one_of(st.sampled_from([F(1), F("3.33"), F(50)]), st.just("50% target"))
    test = st.sampled_from(
        [GateTest(measure="m.attainment", at_least=F(1, 2)), GateTest(measure="nps", at_least=F(20)), GateTest(measure="m", at_least=F(10))]
    )  # fmt: skip
    gates = st.builds(
        Gate, tests=st.lists(test, min_size=1, max_size=2).map(tuple), needs=st.sampled_from(["all", "any"]), locks=of,
        when=st.just("interval_end"),
    )  # fmt: skip
    return {
        "modifiers": tuple(attrs.evolve(m, join=join) for m in modifiers),
        "caps": tuple(draw(st.lists(st.builds(Limit, of=of, limit=money, at=AT), max_size=2))),
        "floors": tuple(draw(st.lists(st.builds(Limit, of=of, limit=st.just(F(2)), at=AT), max_size=1))),
        "gates": tuple(draw(st.lists(gates, max_size=1))),
    }


DATED = Parameter(
    values=(
        Dated(value=F(1, 20)),
        Dated(value=F(1, 10), from_=date(2026, 1, 31)),
        Dated(value=F(1, 5), from_=date(2026, 2, 16), known_from=date(2026, 3, 1)),
        Dated(value=F(1, 4), from_=date(2026, 1, 31), known_from=date(2026, 2, 10)),
    )
)


NAMED = {
    **MEASURES,
    "margin": attrs.evolve(MEASURES["margin"], value="amount * $part - cost"),
    "y": attrs.evolve(MEASURES["y"], value="max(amount - cost, 0) / $parts"),
    "units": attrs.evolve(MEASURES["units"], value="quantity * $part"),
}
"""The measures with numbers under names."""


def changed(before, after):
    """A number that is another from the last day of January."""
    return Parameter(values=(Dated(value=F(before)), Dated(value=F(after), from_=date(2026, 1, 31))))


PARAMETERS = {
    "part": changed("1", "1/3"), "parts": changed(2, 4), "most": changed("1.2", 1), "pay": changed(4, "1.55"),
    "of_target": changed("1/20", "3/200"), "step": changed("1/100", "1/10"),
}  # fmt: skip


def named(about):
    """A plan with dated numbers under names in all places around its components."""
    limits = (Ref("pay"), TargetShare(Ref("of_target")))
    made = {
        key: tuple(attrs.evolve(x, limit=limits[i % 2]) for i, x in enumerate(about.get(key, ())))
        for key in ("caps", "floors")
    }
    step = Ref("step")
    modifiers = tuple(
        m if m.round is None else attrs.evolve(m, round=attrs.evolve(m.round, to=step))
        for m in about.get("modifiers", ())
    )
    most = Ref("most") if about["crediting"] else None
    return {
        **made,
        "modifiers": modifiers,
        "max_credit_share": most,
        "parameters": {**about["parameters"], **PARAMETERS},
    }


def dated(component):
    """A component with one of its numbers under a name."""
    if component.tiers and component.tiers[0].rate is not None:
        return attrs.evolve(component, tiers=(attrs.evolve(component.tiers[0], rate=Ref("low")), *component.tiers[1:]))
    if component.rate is not None:
        return attrs.evolve(component, rate=Ref("low"))
    return component


QUOTA = st.builds(
    Quota, measure=st.just("m"), amount=st.sampled_from([F(120), F("100.01")]),
    period=st.sampled_from(["month", "quarter", "year"]), weights=st.just(()),
    ramp=st.sampled_from([(), (Ramp(months=(1, 2), factor=F(1, 2)), Ramp(months=(3, 3), factor=F(3, 4)))]),
    relief=st.sampled_from([(), (Relief(payee="ana", factor=F(4, 5)),), (Relief(factor=F(1, 2), from_=date(2026, 2, 1), until=date(2026, 3, 1)),)]),
)  # fmt: skip
SEASONS = {
    "month": Quota(measure="m", amount=F(1200), period="year", weights=(F(1, 10), F(1, 20), *(F(17, 200),) * 10)),
    "quarter": Quota(measure="m", amount=F(1200), period="year", weights=(F(1, 10), F(1, 5), F(3, 10), F(2, 5))),
}
PRORATION = st.builds(
    Proration, basis=st.sampled_from(["days", "working_days", "whole_months", "30_360"]),
    counted_if=st.sampled_from(["first_day", "day_15", "any_day"]), applies_to=st.sampled_from([("quota",), ("quota", "target")]),
)  # fmt: skip
CLAWBACK = st.builds(
    Clawback, on=st.just("cancelled"), method=st.sampled_from(["re_tier", "at_paid_rate"]),
    unearned=st.sampled_from(["all", "event", F(1, 2), "straight_line", "steps"]), term=st.just(60), unit=st.sampled_from(["days"]),
    steps=st.just((Step(until=10, share=F(1)), Step(until=30, share=F(1, 2)))),
)  # fmt: skip
WINDFALL = st.builds(
    Windfall, above=st.sampled_from([F(10), F(40)]), per=st.sampled_from(["deal", "customer"]),
    then=st.sampled_from(["cap_credit", "lower_rate", "hold"]), rate=st.just(F(1, 50)),
)  # fmt: skip


@st.composite
def plans(draw, only=None, features=()):  # noqa: PLR0912 -- one branch for each feature
    """A plan; `only` names the methods, `features` what else it may have."""
    period = draw(st.sampled_from(["month", "month", "quarter"]))
    kinds = draw(st.lists(st.sampled_from(only or sorted(METHODS)), min_size=1, max_size=2))
    parts = {}
    for i, kind in enumerate(kinds):
        parts[f"c{i}"] = draw(METHODS["tiered" if i == 0 and kind == "override" and not only else kind])
    about = {"crediting": draw(CREDITING) if "crediting" in features else ()}
    if "bent" in features:
        about |= draw(bending(list(parts), plain="sums" in features))
    if "dated" in features:
        parts = {name: dated(c) for name, c in parts.items()}
        about |= {
            "parameters": {"low": DATED},
            "parameters_at": draw(st.sampled_from(["transaction_date", "period_start", "period_end"])),
        }
    if "named" in features:
        about |= named(about)
    if "quotas" in features:
        about["quotas"] = (draw(st.one_of(QUOTA, QUOTA, st.just(SEASONS[period]))),)
    if "proration" in features:
        about["proration"] = draw(PRORATION)
    if "fx" in features:
        about["fx"] = Exchange(
            rate_on=draw(st.sampled_from(["plan_rate", "transaction_date", "period_end"])),
            round=draw(st.sampled_from(["transaction", "payout"])),
        )
    if "rollup" in features:
        about["rollup"] = RollUp(
            levels=draw(st.sampled_from(["once", "every_level"])),
            hierarchy_at=draw(st.sampled_from(["transaction_date", "period_end"])),
        )
    if "clawback" in features:
        rule = draw(CLAWBACK)
        slabs = any(
            (c.method == "slab" and c.accumulate != "transaction") or any(t.retroactive for t in c.tiers)
            for c in parts.values()
        )
        about["clawback"] = (attrs.evolve(rule, method="re_tier") if slabs else rule,)
    if "windfall" in features:
        about["windfall"] = (draw(WINDFALL),)
    if "rounded" in features:
        about["attainment_rounding"] = draw(st.sampled_from(["none", Rounding(to=F(1, 100), mode="nearest"), Rounding(to=F(1, 10), mode="floor")]))  # fmt: skip
    if "named" in features and about.get("attainment_rounding", "none") != "none":
        about["attainment_rounding"] = attrs.evolve(about["attainment_rounding"], to=Ref("step"))
    if "locks" in features:
        first = next((n for n, c in parts.items() if c.method in ("marginal", "slab") and len(c.tiers) > 1), None)
        if first:
            lock = Gate(
                tests=(GateTest(measure="nps", at_least=F(20)),), locks=Lock(first, parts[first].tiers[-1].from_)
            )
            about["gates"] = (*about.get("gates", ()), lock)
    rows = all(c.method in {*BY_ROW, "curve", "lookup", "rank"} for c in parts.values())
    if "grouped" in features and len(parts) == 2 and rows:
        parts["c0"] = attrs.evolve(parts["c0"], group="g", priority=1, where=(Where(column="product", values=("X",)),))
        parts["c1"] = attrs.evolve(parts["c1"], group="g", priority=2)
    if "deal" in features and not any(c.method == "override" for c in parts.values()):
        about["caps"] = (Limit(of="deal", limit=draw(st.sampled_from([F(1), F("3.33")])), at="after_modifiers"),)
    if "carry" in features:
        of = draw(st.sampled_from(["c0", "plan"]))
        limit = draw(st.sampled_from([F(1), F("3.33"), "50% target"]))
        waits = Limit(of=of, limit=limit, at=draw(AT), excess="carry")
        about["caps"] = (*about.get("caps", ()), waits)
    if "split" in features:
        parts = {n: attrs.evolve(c, pay_split={"ana": F(3, 5), "zoe": F(1, 3)}) for n, c in parts.items()}
    if "for" in features:
        parts = {n: attrs.evolve(c, for_={"role": ("ae",)}) for n, c in parts.items()}
    if "transaction_gate" in features:
        tests = (GateTest(measure="m", at_least=draw(st.sampled_from([F(10), F(40)]))),)
        about["gates"] = (Gate(tests=tests, locks="c0", when="transaction"),)
    return Plan(
        currency="CNY", period=period, measures=NAMED if "named" in features else MEASURES, components=parts,
        rounding=draw(st.sampled_from(["half_up", "half_away", "half_even", "down", "up"])), negative_period="carry", **about,
    )  # fmt: skip


AMOUNTS = st.one_of(
    st.sampled_from([0, 1, 999, 1000, 1001, 1550, 2550, 4000, 6667, 10000, -1000, -1, -4000]), st.integers(-2000, 12000)
)


@st.composite
def deals(draw, features=()):
    rows = draw(
        st.lists(
            st.tuples(
                AMOUNTS, st.sampled_from(PAYEES), st.sampled_from([None, *PAYEES]), st.sampled_from(DAYS),
                st.sampled_from(["X", "Y", None]), st.sampled_from(["k1", "k2"]), st.integers(0, 4),
            ),
            min_size=1, max_size=6,
        )
    )  # fmt: skip
    made = [
        {"transaction": f"T{i}", "date": day, "seq": i % 3, "amount_minor": amount, "payee": payee, "assistant": mate,
         "product": product, "customer": customer, "quantity": quantity, "cost_minor": (i * 137) % 900, "currency": "CNY",
         "reverses": None}
        for i, (amount, payee, mate, day, product, customer, quantity) in enumerate(rows)
    ]  # fmt: skip
    if "reversals" in features:
        for row in draw(st.permutations(made))[: draw(st.integers(0, 1))]:
            day = max(row["date"], draw(st.sampled_from(DAYS)))
            made.append(
                {**row, "transaction": f"R{row['transaction']}", "date": day, "seq": 9, "amount_minor": -row["amount_minor"],
                 "quantity": -row["quantity"], "cost_minor": -row["cost_minor"], "reverses": row["transaction"]}
            )  # fmt: skip
    if "fx" in features:
        made = [{**r, "currency": "EUR" if i % 2 and not r["reverses"] else r["currency"]} for i, r in enumerate(made)]
        own = {r["transaction"]: r["currency"] for r in made}
        made = [{**r, "currency": own.get(r["reverses"], r["currency"])} for r in made]
    return made


@st.composite
def worlds(draw, only=None, features=()):
    """A plan and facts that go together."""
    plan = draw(plans(only=only, features=features))
    return plan, draw(facts(features, plan.period))


@st.composite
def facts(draw, features=(), pays="month"):
    rows = draw(deals(features))
    made = {"transactions": rows, "quotas": [], "targets": TARGETS, "people": PEOPLE}
    made["quotas"] = [] if "quotas" in features else QUOTAS
    made["values"] = [
        {"payee": p, "period": period, "measure": measure, "value": value}
        for p in PAYEES
        for period in (MONTHS[:4] if pays == "month" else ("2026-Q1", "2026-Q2"))
        for measure, value in (
            ("nps", draw(st.sampled_from([F(0), F(10), F(15), F(20), F(30)]))),
            ("health", draw(st.sampled_from([F(0), F(1, 4), F(1, 2), F(1)]))),
        )
    ]
    if draw(st.booleans()):
        made["values"].append(
            {"payee": "ana", "period": made["values"][0]["period"], "measure": "ready", "value": F("25.5")}
        )
    if "clawback" in features:
        one = draw(st.sampled_from(rows))
        made["events"] = [
            {"transaction": one["transaction"], "date": date(2026, 4, 2), "kind": "cancelled", "share": F(1, 3)}
        ]
    if "fx" in features:
        made["fx"] = [
            {"date": None, "from": "EUR", "to": "CNY", "rate": F("7.777")},
            {"date": date(2026, 1, 6), "from": "EUR", "to": "CNY", "rate": F("7.5")},
            {"date": date(2026, 2, 5), "from": "EUR", "to": "CNY", "rate": F("8.01")},
        ]
    return made


QUOTAS = [
    {"payee": p, "measure": measure, "period": f"2026-{m:02d}", "quota_minor": 4_000 + 1_000 * m}
    for p in PAYEES
    for measure in ("m", "x")
    for m in (1, 2, 3, 4, 5, 6)
    if (p, m) != ("cai", 1)
]
TARGETS = [
    {"payee": p, "period": f"2026-{m:02d}", "target_minor": 3_333, "base_minor": 5_000}
    for p in PAYEES
    for m in range(1, 7)
]
PEOPLE = [
    {"payee": "ana", "team": "north", "role": "ae", "manager": "bo", "points": F(1), "start": date(2026, 1, 1), "end": date(2027, 1, 1)},
    {"payee": "bo", "team": "north", "role": "sdr", "manager": "cai", "points": F(2), "start": date(2026, 1, 1), "end": date(2026, 2, 1)},
    {"payee": "bo", "team": "south", "role": "ae", "manager": None, "points": F(3), "start": date(2026, 2, 1), "end": None},
    {"payee": "cai", "team": "south", "role": "ae", "manager": "bo", "points": F(4), "start": date(2025, 12, 15), "end": None},
]  # fmt: skip
