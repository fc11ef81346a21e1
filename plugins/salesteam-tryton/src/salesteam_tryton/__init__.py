"""Reads Tryton."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesteam.plugins import hookimpl

if TYPE_CHECKING:
    from salesteam.crm import Adapter


@hookimpl
def salesteam_register_adapters() -> list[type[Adapter]]:
    """Register the adapter ``tryton``."""
    from salesteam_tryton._adapter import TrytonAdapter

    return [TrytonAdapter]
