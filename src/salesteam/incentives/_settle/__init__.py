"""After pay is earned: what is released and paid, what is debt, and the books of it all."""

from __future__ import annotations

from salesteam.incentives._settle._accrue import Accruals, accrue
from salesteam.incentives._settle._margins import Margins, margins
from salesteam.incentives._settle._settle import settle, touched_periods
from salesteam.incentives._settle._settlement import Settlement

__all__ = ["Accruals", "Margins", "Settlement", "accrue", "margins", "settle", "touched_periods"]
