"""What if: other readings of a contract, changes between plans, plans side by side, and years that have not happened.

Everything here reruns plans and never changes one; what a plan pays is said by `pay` alone.
"""

from __future__ import annotations

from salesteam.incentives._whatif._compare import compare
from salesteam.incentives._whatif._comparison import Comparison
from salesteam.incentives._whatif._diff import Change, Diff, diff
from salesteam.incentives._whatif._metrics import METRICS, Metric, Metrics, metrics
from salesteam.incentives._whatif._movers import Movers
from salesteam.incentives._whatif._readings import Reading, Readings, readings

__all__ = [
    "METRICS",
    "Change",
    "Comparison",
    "Diff",
    "Metric",
    "Metrics",
    "Movers",
    "Reading",
    "Readings",
    "compare",
    "diff",
    "metrics",
    "readings",
]
