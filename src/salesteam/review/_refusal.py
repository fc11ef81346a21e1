"""An error that a part of a review met, as findings."""

from __future__ import annotations

from typing import cast

from salesteam.core import Finding, Place, Report, find
from salesteam.errors import ReportError, SalesteamError

__all__ = ["refusal"]


def refusal(part: str, error: SalesteamError) -> list[Finding]:
    """The findings that an error carries, or one that says which part could not be worked out."""
    if isinstance(error, ReportError):
        return list(cast("Report", error.report))
    return [find("review.part-refused", Place(key=part), part=part, problem=str(error).rstrip("."))]
