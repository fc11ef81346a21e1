"""Reads exports of a CRM from files: CSV, Parquet, Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesteam.plugins import hookimpl

if TYPE_CHECKING:
    from salesteam.crm import Adapter


@hookimpl
def salesteam_register_adapters() -> list[type[Adapter]]:
    """Register the adapter ``files``."""
    from salesteam_files._adapter import FilesAdapter

    return [FilesAdapter]
