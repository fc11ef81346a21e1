"""Reads Dataverse and SAP Cloud for Customer over OData."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesteam.plugins import hookimpl

if TYPE_CHECKING:
    from salesteam.crm import Adapter


@hookimpl
def salesteam_register_adapters() -> list[type[Adapter]]:
    """Register the adapters ``dataverse`` and ``sap-c4c``."""
    from salesteam_odata._dataverse import DataverseAdapter
    from salesteam_odata._sap import SapAdapter

    return [DataverseAdapter, SapAdapter]
