"""Plans for the tests of checks: the smallest one, and one that uses the whole language."""

from __future__ import annotations

import json

from salesteam import incentives as inc
from salesteam.errors import ReportError

M = {"m": {"unit": "money", "value": "amount"}}
FLAT = {"c": {"measure": "m", "method": "flat", "rate": "10%"}}
BASE = {"currency": "CNY", "period": "month", "negative_period": "carry", "measures": M, "components": FLAT}

SINK = {
    "format": "salesteam-plan/1", "currency": "CNY", "period": "month", "negative_period": "carry",
    "parameters_at": "transaction_date", "guarantee_and_draw": "larger", "max_credit_share": "115%",
    "valid": {"from": "2026-01-01", "until": "2027-01-01"},
    "parameters": {
        "low": {"unit": "rate", "min": 0, "max": "50%", "values": [
            {"value": "4%", "reason": "r", "source": "s"},
            {"value": "5%", "from": "2026-07-01", "known_from": "2026-06-01", "reason": "r", "source": "s"}]},
    },
    "measures": {**M, "n": {"unit": "count", "aggregate": "count", "value": "quantity"}, "nps": {"unit": "count"},
                 "all": {"unit": "money", "value": "amount", "scope": "all", "where": {"product": {"not": ["Z"]}}}},
    "crediting": [{"to": "mate", "share": "15%", "kind": "carve_out"}, {"to": "payee", "share": "rest", "kind": "carve_out"}],
    "rollup": {"levels": "once", "hierarchy_at": "period_end"},
    "components": {
        "marginal": {"measure": "m", "method": "marginal", "accumulate": "quarter", "group": "g", "priority": 1,
                     "tiers": [{"from": 0, "to": 1000, "rate": "$low"}, {"from": 1000, "to": None, "rate": "10%"}]},
        "slab": {"measure": "m", "method": "slab", "accumulate": "period", "edge": "lower_inclusive", "bounds": "quota",
                 "base_rate": "target/quota", "target": 1000, "group": "g", "priority": 2,
                 "tiers": [{"from": 0, "to": "100%", "multiplier": 1}, {"from": "100%", "to": None, "multiplier": 2}]},
        "theta": {"measure": "m", "method": "from_threshold", "accumulate": "year", "edge": "upper_inclusive", "threshold": 500,
                  "tiers": [{"from": 0, "to": 500, "rate": "1%"}, {"from": 500, "to": None, "rate": "2%"}]},
        "forward": {"measure": "m", "method": "forward", "accumulate": "period", "edge": "lower_inclusive", "crossing": "old_rate",
                    "tiers": [{"from": 0, "to": 10, "rate": "1%"}, {"from": 10, "to": None, "rate": "2%"}]},
        "interpolated": {"measure": "n", "method": "interpolated_amount", "accumulate": "period",
                         "tiers": [{"from": 0, "to": 10, "amount": 100}, {"from": 10, "to": 20, "amount": 300}]},
        "bonus": {"measure": "n", "method": "bonus", "accumulate": "period", "edge": "closed", "sum_reached": True,
                  "tiers": [{"from": 5, "to": 10, "amount": 100}, {"from": 10, "to": None, "amount": 300}]},
        "proportional": {"measure": "m", "method": "proportional_rate", "accumulate": "period", "gaps": "unpaid",
                         "tiers": [{"from": 0, "to": 100, "rate": "1%"}, {"from": 100, "to": 300, "rate": "2%"}]},
        "curve": {"measure": "m", "method": "curve", "between": "step", "edge": "lower_inclusive", "below": "extend",
                  "above": {"slope": 2}, "nodes": [["70%", 0], ["100%", 1]], "target": 100, "weight": "60%"},
        "lookup": {"measure": "m", "method": "lookup", "join": "sum", "tables": [
            {"measure": "nps", "edge": "lower_inclusive", "tiers": [{"from": 0, "to": 50, "rate": "1%"}, {"from": 50, "to": None, "rate": "2%"}]},
            {"measure": "tenure_months", "edge": "lower_inclusive", "tiers": [{"from": 0, "to": None, "rate": "1%"}]}]},
        "matrix": {"method": "matrix", "between": "bilinear", "rows": {"measure": "m.attainment", "nodes": ["80%", "100%"]},
                   "columns": {"measure": "nps", "nodes": [0, 100]}, "cells": [[0, None], ["50%", "100%"]], "target": 100},
        "mbo": {"method": "mbo", "objectives": [{"measure": "nps", "weight": "40%"}, {"measure": "n", "weight": "60%"}],
                "min_score": 0, "max_score": 1, "target": 100, "weight": "40%"},
        "spiff": {"method": "spiff", "amount": 5, "first": 3, "stacks": False, "accumulate": "period",
                  "window": {"from": "2026-03-01", "until": "2026-04-01"}, "where": {"product": "X"}},
        "rank": {"measure": "m", "method": "rank", "prizes": [300, 200, 100], "ties": "share",
                 "minimums": [{"measure": "m.attainment", "at_least": "80%"}]},
        "pool": {"method": "pool", "fund": {"rate": "1%", "measure": "team.m"}, "shares": {"A": "25%", "B": "75%"},
                 "leavers": "prorated", "unclaimed": "redistribute", "for": {"role": "ae"}},
        "over": {"method": "override", "base": "pay", "component": "slab", "levels": {"1": "2%", "2": "1%"}, "hierarchy_at": "period_end"},
        "split": {"measure": "m", "method": "flat", "rate": "1%", "pay_split": {"A": "60%", "B": "40%"}},
    },
    "quotas": [{"measure": "m", "amount": 12000, "period": "year", "weights": ["1/12"] * 12,
                "ramp": [{"months": [1, 3], "factor": "50%"}], "relief": [{"factor": "50%", "payee": "A"}]}],
    "gates": [{"tests": [{"measure": "m.attainment", "at_least": "50%"}, {"measure": "nps", "at_least": 30}], "needs": "any", "locks": "plan"},
              {"tests": [{"measure": "m", "at_least": 2000}], "locks": {"marginal.tiers_from": 1000}, "meanwhile": "hold"}],
    "modifiers": [{"of": "plan", "measure": "team.m.attainment", "clamp": ["90%", "120%"], "join": "product", "round": {"to": "1%", "mode": "floor"}},
                  {"of": "curve", "measure": "m.attainment", "edge": "lower_inclusive", "tiers": [
                      {"from": 0, "to": 1, "multiplier": 1}, {"from": 1, "to": None, "multiplier": "1.5"}]},
                  {"of": "mbo", "measure": "nps", "nodes": [[0, "0.5"], [100, 1]], "between": "linear"}],
    "caps": [{"of": "plan", "limit": "200% target", "at": "after_modifiers"}, {"of": "deal", "limit": 500, "at": "before_modifiers"}],
    "floors": [{"of": "slab", "limit": 0, "at": "after_modifiers"}],
    "windfall": {"above": 100000, "per": "customer", "then": "lower_rate", "rate": "1%", "of": "slab"},
    "draw": {"kind": "recoverable", "amount": 2000, "repay_from": "above_draw", "window": {"months": [1, 6]},
             "max_recovery_share": "50%", "at_end": "forgive", "on_leave": "due"},
    "guarantee": {"amount": 3000, "window": {"months": [1, 3]}},
    "clawback": [{"on": "cancelled", "unearned": "steps", "unit": "months", "steps": [{"until": 3, "share": 1}], "method": "re_tier"}],
    "release": [{"on": "receipts", "of": "slab"}, {"milestones": [{"event": "signed", "share": "50%"}, {"event": "live", "share": "50%"}],
                                                  "expired": "forfeit", "of": "marginal"}],
    "proration": {"basis": "whole_months", "counted_if": "day_15", "applies_to": ["quota", "target"]},
    "fx": {"rate_on": "transaction_date", "round": "payout", "quota_rate_on": "plan_rate"},
    "accrual": {"method": "straight_line", "months": 24},
    "calendar": {"holidays": ["2026-10-01"], "workdays": ["2026-10-10"]},
}  # fmt: skip
"""Every method and every term once."""


def report(**about):
    """What is found in the smallest plan with some keys replaced."""
    return inc.read(json.dumps({**BASE, **about})).report


def found(code, **about):
    """The findings of one code in such a plan."""
    return [f for f in report(**about) if f.code == f"incentives.{code}"]


def witnesses(code, **about):
    """The points at which a code is found, with the part it is found at."""
    return [(f.place.key, dict(f.values).get("at")) for f in found(code, **about)]


def one(**about):
    """A plan of one component on m."""
    return {"components": {"c": {"measure": "m", **about}}}


def bands(*rows, kind="rate"):
    """Tiers from rows of from, to, number."""
    return [{"from": a, "to": b, kind: r} for a, b, r in rows]


def tiered(*rows, kind="rate", **about):
    """A plan of one tiered component."""
    about = {"method": "slab", "accumulate": "period", "edge": "lower_inclusive", **about}
    return one(tiers=bands(*rows, kind=kind), **{k: v for k, v in about.items() if v is not None})


def sound(plan):
    """Whether a plan may run."""
    try:
        inc.check(plan).raise_for_errors()
    except ReportError:
        return False
    return True
