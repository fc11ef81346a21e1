"""A review for people: one HTML page, files, and pictures; and pictures of pay and of facts.

Review
    `page` makes the page, and `write` all files of a review where `vacant` allows it.
    `svg` draws a chart, and `spec` is its specification.
Pay
    Each gives a `Plot`, alive in a notebook, and an SVG or PNG image: `payout_curve` and `matrix` of a plan,
    `winners_and_losers`, `cost_curve` and `attainment` of a comparison, `cost_against_budget` of a simulation,
    `waterfall` and `draw_debt` of a settlement.
Facts
    How far they can be trusted, each a `Plot` too: `completeness_map` by field, `delays` by clock,
    `adoption_by_week`, and the `sync_runs` of a store.

Needs the extra ``report``.
"""

from __future__ import annotations

from salesteam.report._files import MARKER, vacant, write
from salesteam.report._page import page
from salesteam.report._plot import Plot
from salesteam.report._plot_adoption import adoption_by_week
from salesteam.report._plot_books import draw_debt, waterfall
from salesteam.report._plot_completeness import completeness_map
from salesteam.report._plot_cost import cost_against_budget
from salesteam.report._plot_curve import payout_curve
from salesteam.report._plot_delays import delays
from salesteam.report._plot_matrix import matrix
from salesteam.report._plot_people import attainment, cost_curve, winners_and_losers
from salesteam.report._plot_runs import sync_runs
from salesteam.report._plots import spec, svg

__all__ = [
    "MARKER",
    "Plot",
    "adoption_by_week",
    "attainment",
    "completeness_map",
    "cost_against_budget",
    "cost_curve",
    "delays",
    "draw_debt",
    "matrix",
    "page",
    "payout_curve",
    "spec",
    "svg",
    "sync_runs",
    "vacant",
    "waterfall",
    "winners_and_losers",
    "write",
]
