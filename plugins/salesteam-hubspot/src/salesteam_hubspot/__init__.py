"""Reads HubSpot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesteam.plugins import hookimpl

if TYPE_CHECKING:
    from salesteam.crm import Adapter


@hookimpl
def salesteam_register_adapters() -> list[type[Adapter]]:
    """Register the adapter ``hubspot``."""
    from salesteam_hubspot._adapter import HubSpotAdapter

    return [HubSpotAdapter]
