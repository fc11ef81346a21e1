"""Incentives 激励: what a result pays."""

from salesteam.incentives._check import check_plan as check
from salesteam.incentives._load import dump, load, loads, plan_of, scheme, schemes
