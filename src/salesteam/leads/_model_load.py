"""Beside the decisions: leads that took no part, and what each seat holds before and after."""

from __future__ import annotations

import attrs

from salesteam.core._table import column

__all__ = ["Aside", "Load"]


@attrs.frozen(kw_only=True)
class Aside:
    """A lead that took no part, and why.

    Parameters
    ----------
    lead : str
        Its id.
    reason : str
        Code of the catalogue.

    Examples
    --------
    >>> Aside(lead="L-9", reason="leads.already-owned").reason
    'leads.already-owned'
    """

    lead: str = column("id of the lead")
    reason: str = column("code of the reason")


@attrs.frozen(kw_only=True)
class Load:
    """What one seat holds before and after.

    Parameters
    ----------
    seat, team : str
        Who.
    before, received, after : int
        Leads held before, given now, held then.
    capacity : int, optional
        Most it may hold.
    value_minor : int
        Value held then, in minor units; leads of unknown value count nothing.

    Examples
    --------
    >>> Load(seat="li", before=3, received=2, after=5, value_minor=0).after
    5
    """

    seat: str = column("id of the seat")
    team: str | None = column("team", default=None)
    before: int = column("leads held before", "leads")
    received: int = column("leads given now", "leads")
    after: int = column("leads held then", "leads")
    capacity: int | None = column("most it may hold", "leads", default=None)
    value_minor: int = column("value held then", "minor units")
