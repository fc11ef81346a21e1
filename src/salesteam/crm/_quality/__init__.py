"""Data quality: how complete records are, how soon and how fully what happened is written down, and who does so.

`_completeness` counts filled cells, `_timeliness` measures delays by a clock, `_adoption` counts days with use,
`_traced` matches a log of what happened (`_log`) with what the CRM holds, `_silos` compares the sources with each
other, customer by customer (`_matching`); each result names its convention.
"""

from __future__ import annotations

from salesteam.crm._quality._adoption import adoption
from salesteam.crm._quality._completeness import Completeness, CompletenessCell, CompletenessRow, completeness
from salesteam.crm._quality._log import CHANNELS, LogRow
from salesteam.crm._quality._matching import MATCHED_BY
from salesteam.crm._quality._required import Required
from salesteam.crm._quality._silos import SiloRow, Silos, silos
from salesteam.crm._quality._timeliness import BASES, CLOCKS, DelayRow, Timeliness, timeliness
from salesteam.crm._quality._traced import Trace, TraceRow, traced
from salesteam.crm._quality._use import CREDITED, USES, Adoption, AdoptionRow, LoginRow, UseRow

__all__ = [
    "BASES",
    "CHANNELS",
    "CLOCKS",
    "CREDITED",
    "MATCHED_BY",
    "USES",
    "Adoption",
    "AdoptionRow",
    "Completeness",
    "CompletenessCell",
    "CompletenessRow",
    "DelayRow",
    "LogRow",
    "LoginRow",
    "Required",
    "SiloRow",
    "Silos",
    "Timeliness",
    "Trace",
    "TraceRow",
    "UseRow",
    "adoption",
    "completeness",
    "silos",
    "timeliness",
    "traced",
]
