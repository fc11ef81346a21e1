"""Numbers of many scenarios at once: draws that depend on their key alone, curves on whole arrays, sums.

The only numbers of the house that are not exact; they are for simulation.
"""

from salesteam.core._table._arrays._arrivals import poisson
from salesteam.core._table._arrays._draws import Draws, Law
from salesteam.core._table._arrays._functions import Ramp, Steps, Tally
from salesteam.core._table._arrays._lattice import Lattice
from salesteam.core._table._arrays._places import prizes
from salesteam.core._table._arrays._plain import (
    BLOCK,
    Array,
    Mask,
    added,
    blank,
    blocks,
    everywhere,
    hold,
    moments,
    powers,
    quantiles,
    rounded,
    settled,
    share_above,
    total,
    whole,
)

__all__ = [
    "BLOCK",
    "Array",
    "Draws",
    "Lattice",
    "Law",
    "Mask",
    "Ramp",
    "Steps",
    "Tally",
    "added",
    "blank",
    "blocks",
    "everywhere",
    "hold",
    "moments",
    "poisson",
    "powers",
    "prizes",
    "quantiles",
    "rounded",
    "settled",
    "share_above",
    "total",
    "whole",
]
