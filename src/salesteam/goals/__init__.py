"""Goals: where we stand, why it moved, who carries how much (目标、指标、归因、分解).

Objectives and key results
    Nouns `Cycle`, `Objective`, `KeyResult` (with `Milestone`, `Level`, `PlanPart`, `Change`), `Link`, `CheckIn`,
    `Guardrail`, `ScorePolicy`, `StatusPolicy`, `Band`;
    the verb `score` gives `Scores`, `observe` reads check-ins off the facts.
KPI trees
    Nouns `Metric`, `Tree`, `Fact`, `Unit`; the verb `evaluate` gives an `Evaluation`, `attribute` an `Attribution`.
Cascade
    Axes from `by_time`, `by_org`, `by_parts`; weights from `equal`, `custom`, `history`; rounding by `LargestRemainder`
    or `Cumulative`; rules `Lock`, `Floor`, `Cap`; the verb `cascade` gives a `Cascade`.
Thresholds
    The noun `Threshold`; the verb `watch` gives a `Watch` with an `Investigation` for each breach.
The book
    `GoalBook` holds all of it; `load` reads it from a file, `read` from text, `check` says what is wrong with it,
    `cascade_plan` carries out its cascade, `goal_tree` and `metric_tree` draw it.
"""

from salesteam.goals._attribute import METHODS, attribute
from salesteam.goals._attribution import Attribution, Contribution
from salesteam.goals._axes import WEEK_BASES, Axis, AxisNode, by_org, by_parts, by_time
from salesteam.goals._bounds import Certificate
from salesteam.goals._cascade import cascade
from salesteam.goals._cascaded import Cascade
from salesteam.goals._check import check
from salesteam.goals._display import goal_tree, metric_tree
from salesteam.goals._evaluate import evaluate
from salesteam.goals._evaluation import Evaluation, NodeValue
from salesteam.goals._frame import Fact
from salesteam.goals._model_book import CascadePlan, GoalBook, load, read
from salesteam.goals._model_key_result import Change, KeyResult, Level, Milestone, PlanPart
from salesteam.goals._model_metric import Guardrail, Metric, Threshold
from salesteam.goals._model_okr import CheckIn, Cycle, Link, Objective
from salesteam.goals._observe import cascade_plan, observe
from salesteam.goals._policy import Band, ScorePolicy, StatusPolicy
from salesteam.goals._rollup import Mean, Rollup
from salesteam.goals._rounding import Cumulative, LargestRemainder
from salesteam.goals._rules import Cap, Floor, Lock
from salesteam.goals._score import score
from salesteam.goals._scores import GoalScore, Scores
from salesteam.goals._tree import Tree
from salesteam.goals._units import Unit, unit_of
from salesteam.goals._watch import watch
from salesteam.goals._watched import Investigation, Watch
from salesteam.goals._weights import Weights, custom, equal, history

__all__ = [
    "METHODS",
    "WEEK_BASES",
    "Attribution",
    "Axis",
    "AxisNode",
    "Band",
    "Cap",
    "Cascade",
    "CascadePlan",
    "Certificate",
    "Change",
    "CheckIn",
    "Contribution",
    "Cumulative",
    "Cycle",
    "Evaluation",
    "Fact",
    "Floor",
    "GoalBook",
    "GoalScore",
    "Guardrail",
    "Investigation",
    "KeyResult",
    "LargestRemainder",
    "Level",
    "Link",
    "Lock",
    "Mean",
    "Metric",
    "Milestone",
    "NodeValue",
    "Objective",
    "PlanPart",
    "Rollup",
    "ScorePolicy",
    "Scores",
    "StatusPolicy",
    "Threshold",
    "Tree",
    "Unit",
    "Watch",
    "Weights",
    "attribute",
    "by_org",
    "by_parts",
    "by_time",
    "cascade",
    "cascade_plan",
    "check",
    "custom",
    "equal",
    "evaluate",
    "goal_tree",
    "history",
    "load",
    "metric_tree",
    "observe",
    "read",
    "score",
    "unit_of",
    "watch",
]
