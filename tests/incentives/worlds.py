"""Random plans and facts, small enough for a scalar reference and rich enough to find what differs."""

from __future__ import annotations

import itertools
from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from salesteam.incentives import Component, CreditRule, Gate, GateTest, Limit, Measure, Modifier, Plan, Rounding, Tier

PAYEES = ("ana", "bo", "cai")
DAYS = (date(2026, 1, 5), date(2026, 1, 20), date(2026, 2, 3), date(2026, 3, 31), date(2026, 4, 1))
RATES = st.sampled_from([Fraction(x) for x in ("0", "1/25", "1/10", "2/3", "1/3", "13/1000")])
BOUNDS = st.lists(
    st.sampled_from([Fraction(x) for x in ("10", "25.5", "100", "333.33", "1000")]), unique=True, max_size=3
)
SHARES = st.lists(st.sampled_from([Fraction(x) for x in ("1/2", "9/10", "1", "1.25")]), unique=True, max_size=3)


@st.composite
def components(draw, dated=False):
    method = draw(
        st.sampled_from(["flat", "marginal", "slab", "from_threshold", "interpolated_amount", "bonus", "curve"])
    )
    if method == "flat":
        return Component(method="flat", measure="m", rate=draw(RATES))
    edge = draw(st.sampled_from(["lower_inclusive", "upper_inclusive", "closed"]))
    if method == "curve":
        xs = sorted(draw(SHARES) or [Fraction(1)])
        return Component(
            method="curve",
            measure="m",
            nodes=tuple((x, draw(RATES)) for x in xs),
            edge="lower_inclusive" if edge == "closed" else edge,
            between=draw(st.sampled_from(["linear", "step"])),
            below=draw(st.sampled_from(["zero", "flat", "extend"])),
            above=draw(st.sampled_from(["flat", "extend"])),
        )
    bounds = draw(st.sampled_from(["value", "quota"]))
    edges = [Fraction(0), *sorted(draw(BOUNDS if bounds == "value" else SHARES)), None]
    amounts = method in ("interpolated_amount", "bonus")
    if method == "interpolated_amount":
        edges[-1] = Fraction(10**7)
    multiplied = not amounts and draw(st.booleans())
    tiers = tuple(
        Tier(
            from_=low,
            to=high,
            **{"amount" if amounts else "multiplier" if multiplied else "rate": draw(RATES) * (50 if amounts else 1)},
        )
        for low, high in itertools.pairwise(edges)
    )
    return Component(
        method=method,
        measure="m",
        tiers=tiers,
        edge=edge,
        bounds=bounds,
        accumulate=draw(st.sampled_from(["transaction", "period", "quarter", "year", "plan"])),
        base_rate=draw(st.sampled_from([Fraction(1, 20), "target/quota"])) if multiplied else None,
        threshold=draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]))
        if method == "from_threshold"
        else None,
        sum_reached=method == "bonus" and draw(st.booleans()),
    )


@st.composite
def plans(draw, bent=True, crediting=True):
    rules = st.sampled_from(
        [
            (),
            (
                CreditRule(to="assistant", share=Fraction(3, 20), kind="carve_out"),
                CreditRule(to="payee", share="rest", kind="carve_out"),
            ),
            (
                CreditRule(to="payee", share=Fraction(1), kind="carve_out"),
                CreditRule(to="assistant", share=Fraction(1, 3), kind="overlay"),
            ),
            (
                CreditRule(to="payee", share=Fraction(1, 3), kind="carve_out"),
                CreditRule(to="assistant", share=Fraction(1, 3), kind="carve_out"),
            ),
        ]
    )
    parts = {f"c{i}": draw(components()) for i in range(draw(st.integers(1, 2)))}
    at = st.sampled_from(["before_modifiers", "after_modifiers"])
    of = st.sampled_from([*parts, "plan"])
    path = st.sampled_from(["team.m.attainment", "m.attainment"])
    modifiers, caps, floors, gates = (), (), (), ()
    if bent:
        rounding = st.sampled_from(
            [None, Rounding(to=Fraction(1, 100), mode="floor"), Rounding(to=Fraction(1, 20), mode="half_even")]
        )
        modifiers = tuple(
            draw(
                st.lists(
                    st.builds(
                        Modifier,
                        of=of,
                        measure=path,
                        clamp=st.just((Fraction(9, 10), Fraction(6, 5))),
                        round=rounding,
                        join=st.just("product"),
                    ),
                    max_size=2,
                )
            )
        )
        money = st.one_of(st.sampled_from([Fraction(1), Fraction("33.33"), Fraction(500)]), st.just("50% target"))
        caps = tuple(draw(st.lists(st.builds(Limit, of=of, limit=money, at=at), max_size=2)))
        floors = tuple(draw(st.lists(st.builds(Limit, of=of, limit=st.just(Fraction(2)), at=at), max_size=1)))
        gates = tuple(
            draw(
                st.lists(
                    st.builds(
                        Gate, tests=st.just((GateTest(measure="m.attainment", at_least=Fraction(1, 2)),)), locks=of
                    ),
                    max_size=1,
                )
            )
        )
    return Plan(
        currency="CNY",
        period=draw(st.sampled_from(["month", "quarter"])),
        measures={"m": Measure(unit="money", value="amount")},
        components=parts,
        crediting=draw(rules) if crediting else (),
        modifiers=modifiers,
        caps=caps,
        floors=floors,
        gates=gates,
        rounding=draw(st.sampled_from(["half_up", "half_away", "half_even", "down", "up"])),
        negative_period="carry",
    )


@st.composite
def deals(draw, negative=True):
    amounts = st.integers(-(10**5) if negative else 0, 10**5 * 2)
    rows = draw(
        st.lists(
            st.tuples(amounts, st.sampled_from(PAYEES), st.sampled_from([None, *PAYEES]), st.sampled_from(DAYS)),
            min_size=1,
            max_size=7,
        )
    )
    return [
        {
            "transaction": f"T{i}",
            "date": day,
            "seq": i % 3,
            "amount_minor": amount,
            "payee": payee,
            "assistant": assistant,
        }
        for i, (amount, payee, assistant, day) in enumerate(rows)
    ]


QUOTAS = [
    {"payee": p, "measure": "m", "period": f"2026-{m:02d}", "quota_minor": 40_000 + 1_000 * m}
    for p in PAYEES
    for m in (1, 2, 3, 4, 5, 6)
    if (p, m) != ("cai", 1)
]
TARGETS = [{"payee": p, "period": f"2026-{m:02d}", "target_minor": 3_333} for p in PAYEES for m in range(1, 7)]
PEOPLE = [
    {"payee": "ana", "team": "north", "role": "ae", "start": date(2026, 1, 1), "end": date(2027, 1, 1)},
    {"payee": "bo", "team": "north", "role": "sdr", "start": date(2026, 1, 1), "end": date(2026, 3, 1)},
    {"payee": "bo", "team": "south", "role": "ae", "start": date(2026, 3, 1), "end": None},
    {"payee": "cai", "team": "south", "role": "ae", "start": None, "end": None},
]
