"""A plugin whose root module loads what it should load later."""

from __future__ import annotations

import pandas as pd

from salesteam.crm import MemoryAdapter


class HeavyAdapter(MemoryAdapter):
    """Imports a dataframe library at every start."""

    frame = pd.DataFrame
