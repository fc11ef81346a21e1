"""What if: other readings of a contract, changes between plans, plans side by side, and years that have not happened.

Everything here reruns plans and never changes one; what a plan pays is said by `pay` alone.
"""

from __future__ import annotations

from salesteam.incentives._whatif._compare import compare
from salesteam.incentives._whatif._comparison import Comparison
from salesteam.incentives._whatif._diff import Change, Diff, diff
from salesteam.incentives._whatif._difference import Difference
from salesteam.incentives._whatif._metric import Metric, Metrics
from salesteam.incentives._whatif._metrics import metrics
from salesteam.incentives._whatif._movers import Movers
from salesteam.incentives._whatif._reading import Reading, Readings
from salesteam.incentives._whatif._readings import readings
from salesteam.incentives._whatif._simulate import simulate
from salesteam.incentives._whatif._simulation import Simulation
from salesteam.incentives._whatif._solve import Point, Solution, solve
from salesteam.incentives._whatif._world import Outlook, World

__all__ = [
    "Change",
    "Comparison",
    "Diff",
    "Difference",
    "Metric",
    "Metrics",
    "Movers",
    "Outlook",
    "Point",
    "Reading",
    "Readings",
    "Simulation",
    "Solution",
    "World",
    "compare",
    "diff",
    "metrics",
    "readings",
    "simulate",
    "solve",
]
