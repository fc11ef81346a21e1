"""Data quality: how complete the records are, and how soon what happened was written down.

`_completeness` counts filled cells, `_timeliness` measures delays by a clock; each result names its convention.
"""

from __future__ import annotations

from salesteam.crm._quality._completeness import Completeness, CompletenessRow, Required, completeness
from salesteam.crm._quality._timeliness import BASES, CLOCKS, DelayRow, Timeliness, timeliness

__all__ = [
    "BASES",
    "CLOCKS",
    "Completeness",
    "CompletenessRow",
    "DelayRow",
    "Required",
    "Timeliness",
    "completeness",
    "timeliness",
]
