"""Choices: asked for where money hangs on them, filled by a bundle, noted where none does, and words of vendors."""

from __future__ import annotations

import json

import pytest
from tests.incentives.plans import FLAT, SINK, M, bands, found, one, report, tiered

from salesteam import incentives as inc
from salesteam.incentives._choices import choices
from salesteam.incentives._filled import filled
from salesteam.incentives._options import OPTIONS, options_text

TWO = bands((0, 10, "1%"), (10, None, "2%"))
GATE = {"gates": [{"tests": [{"measure": "m", "at_least": 1}], "locks": "c"}]}
POOL = one(method="pool", measure=None, fund=9, shares="equal", leavers="in")

OPEN = {
    "components.c.method": one(),
    "components.c.accumulate": tiered((0, None, "1%"), method="marginal", accumulate=None),
    "components.c.edge": tiered((0, 10, "1%"), (10, None, "2%"), edge=None),
    "components.c.between": one(method="curve", nodes=[[0, 0], [1, 1]]),
    "components.c.crossing": one(method="forward", accumulate="period", edge="lower_inclusive", tiers=TWO),
    "components.c.join": one(method="lookup", tables=[{"measure": "m", "tiers": [{"from": 0, "rate": "1%"}]}] * 2),
    "components.c.tables[0].edge": one(method="lookup", tables=[{"measure": "m", "tiers": TWO}]),
    "components.c.hierarchy_at": one(method="override", base="credit", levels={"1": "1%"}),
    "crediting[0].kind": {"crediting": [{"to": "payee", "share": "rest"}]},
    "caps[0].at": {"caps": [{"of": "plan", "limit": 10}]},
    "floors[0].at": {"floors": [{"of": "c", "limit": 10}]},
    "modifiers[0].join": {"modifiers": [{"of": "c", "measure": "m", "clamp": [0, 1]}] * 2},
    "modifiers[0].between": {"modifiers": [{"of": "c", "measure": "m", "nodes": [[0, 1], [1, 2]]}]},
    "modifiers[0].edge": {"modifiers": [{"of": "c", "measure": "m", "tiers": bands((0, 1, 1), (1, None, 2), kind="multiplier")}]},
    "rollup.hierarchy_at": {"rollup": "once"},
    "draw[0].kind": {"draw": {"amount": 10}},
    "draw[0].repay_from": {"draw": {"amount": 10, "kind": "recoverable"}},
    "guarantee_and_draw": {"draw": {"amount": 10, "kind": "non_recoverable"}, "guarantee": {"amount": 5}},
    "clawback[0].method": {"clawback": {"on": "cancelled"}},
    "proration.basis": {"proration": {"applies_to": ["quota"]}},
    "fx.rate_on": {"fx": {"round": "payout"}},
    "parameters_at": one(method="flat", rate="$low") | {"parameters": {"low": {"values": [
        {"value": "1%", "reason": "r", "source": "s"}, {"value": "2%", "from": "2026-02-01", "reason": "r", "source": "s"}]}}},
}  # fmt: skip
MATRIX = {"measures": {**M, "s": {"unit": "share"}}, **one(method="matrix", measure=None, cells=[[0, 1]],
          rows={"measure": "m.attainment", "nodes": [0]}, columns={"measure": "s", "nodes": [0, 1]})}  # fmt: skip
OPEN_TWICE = {
    "components.c.between": MATRIX,
    "components.c.edge": {**MATRIX, "components": {"c": {**MATRIX["components"]["c"], "between": "step"}}},
}


def asked(about):
    """Where a choice is missing, as an error."""
    return [f.place.key for f in found("choice-missing", **about) if f.severity.value == "error"]


@pytest.mark.parametrize(("path", "about"), [*OPEN.items(), *OPEN_TWICE.items()])
def test_a_choice_that_moves_money_is_asked_for_with_its_options(path, about):
    """Exactly that one, with each option and a line on it, in both languages."""
    assert path in asked(about)
    told = next(f for f in found("choice-missing", **about) if f.place.key == path)
    assert all("(" in told.fix() and "（" in told.fix("zh") for _ in [0])


@pytest.mark.parametrize(("path", "about"), [*OPEN.items(), *OPEN_TWICE.items()])
def test_a_bundle_makes_the_choice(path, about):
    """With `common/1` nothing is asked any more but the method."""
    left = asked({**about, "conventions": "common/1"})
    assert left == (["components.c.method"] if path == "components.c.method" else [])


def test_explicit_keys_win_over_a_bundle():
    """What the plan says stays as it is; nothing is filled without a bundle."""
    plan = inc.read(json.dumps({**SINK, "conventions": "common/1"})).value
    before = {c.path: c.value for c in choices(plan) if c.value is not None}
    after = {c.path: c.value for c in choices(filled(plan))}
    assert before == {path: after[path] for path in before}
    assert filled(inc.read(json.dumps(SINK)).value) is not None


def test_a_bundle_fills_nothing_where_it_does_not_fit():
    """A flat rate accumulates nothing, and a plan without a draw has no draw."""
    plan = filled(
        inc.read(
            json.dumps(
                {"currency": "CNY", "period": "month", "conventions": "common/1", "measures": M, "components": FLAT}
            )
        ).value
    )
    assert (None, None, None) == (plan.components["c"].accumulate, plan.components["c"].edge, plan.guarantee_and_draw)
    assert ("carry", "transaction_date") == (plan.negative_period, plan.parameters_at)


@pytest.mark.parametrize(
    ("path", "about"),
    [
        ("components.c.edge", tiered((0, 10, "1%"), (10, None, "2%"), method="marginal")),
        ("components.c.accumulate", one(method="flat", rate="1%", accumulate="year")),
        ("components.c.leavers", one(method="flat", rate="1%", leavers="in")),
        ("components.c.between", one(method="flat", rate="1%", between="linear")),
        ("modifiers[0].join", {"modifiers": [{"of": "c", "measure": "m", "clamp": [0, 1], "join": "sum"}]}),
        ("parameters_at", {"parameters_at": "period_end"}),
        ("guarantee_and_draw", {"guarantee_and_draw": "both"}),
        ("draw[0].repay_from", {"draw": {"amount": 1, "kind": "advance", "repay_from": "above_draw"}}),
    ],
)
def test_a_choice_that_moves_no_money_is_a_note_and_never_an_error(path, about):
    """It may stand there; whoever wrote it should know that nothing hangs on it."""
    assert [("note", path)] == [(f.severity.value, f.place.key) for f in found("choice-idle", **about)]
    assert report(**about).ok


def test_a_curve_may_run_on_from_period_to_period():
    """It is not asked over what it accumulates, but what it says moves money."""
    about = one(method="curve", between="linear", nodes=[[0, 0], [1, 1]], accumulate="year", target=5)
    assert [] == found("choice-idle", **about) + found("choice-missing", **about)


def test_what_a_bundle_fills_is_never_called_idle():
    """Only what the plan itself says is noted."""
    assert [] == found(
        "choice-idle", conventions="common/1", **tiered((0, 10, "1%"), (10, None, "2%"), method="marginal", edge=None)
    )


@pytest.mark.parametrize(
    ("word", "methods"),
    [
        ("cumulative", ("marginal", "slab")),
        ("non-cumulative", ("slab", "marginal")),
        ("retroactive", ("slab",)),
        ("back to dollar one", ("slab",)),
        ("progressive", ("marginal",)),
        ("graduated", ("marginal",)),
        ("超额累进", ("marginal",)),
        ("全额累进", ("slab",)),
        ("margnal", ("marginal",)),
    ],
)
def test_words_of_vendors_are_refused_with_what_they_mean(word, methods):
    """The finding says which methods may be meant, and for a word with two meanings both."""
    told = found("choice-unknown", **one(method=word, tiers=TWO))[0]
    assert "error" == told.severity.value
    assert all(method in told.fix() and method in told.fix("zh") for method in methods)
    if word == "cumulative":
        assert "running sum" in told.fix()
        assert "全年累计" in told.fix("zh")


@pytest.mark.parametrize("choice", OPTIONS)
def test_every_option_has_a_line_in_both_languages(choice):
    """One line each, for the finding and the reference."""
    both = options_text(choice)
    assert all(option in both.text("en") and option in both.text("zh") for option in OPTIONS[choice])


def test_every_bundle_chooses_among_the_options():
    """A bundle holds no word that is no option, and a choice for everything but the method."""
    for bundle in inc.CONVENTIONS.values():
        assert all(option in OPTIONS[choice] for choice, option in bundle.items())
        assert set(OPTIONS) - {"method"} == set(bundle)
