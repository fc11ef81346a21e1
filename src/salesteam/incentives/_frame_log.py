"""Columns of the log of help and praise, and of deals as the checks read them."""

from __future__ import annotations

from datetime import date
from datetime import date as _date

import attrs

from salesteam.core._table import column

__all__ = ["BookedRow", "LogRow"]


@attrs.frozen(kw_only=True)
class LogRow:
    """One row of `log`: who did something for whom, and who says so."""

    date: _date = column("day")
    giver: str = column("who helped, shared or warned")
    receiver: str = column("whom; the team or everybody where it was for all")
    kind: str = column("such as assist, share, warning or praise")
    deal: str | None = column("the deal it was about", default=None)
    confirmed_by: str | None = column("who confirms it; never the giver", default=None)


@attrs.frozen(kw_only=True)
class BookedRow:
    """One row of `transactions`, as the checks of facts read it."""

    transaction: str | None = column("id of the deal", default=None)
    date: date | None = column("day on which it is booked", default=None)
    amount_minor: int | None = column("size", "minor units", default=None)
    payee: str | None = column("whose", default=None)
    seq: int | None = column("order in which it came in", default=None)
