"""A small allocation to look at and to play with."""

from __future__ import annotations

from datetime import UTC, datetime

from salesteam.leads._allocate import allocate
from salesteam.leads._allocation import Allocation
from salesteam.leads._model_book import Book, Holding
from salesteam.leads._model_cap import Cap
from salesteam.leads._model_claim import Claim
from salesteam.leads._model_condition import Condition
from salesteam.leads._model_lead import Lead
from salesteam.leads._model_policy import Policy
from salesteam.leads._model_rule import Fallback, Rule
from salesteam.leads._model_seat import Seat
from salesteam.leads._model_selector import CountBased, RoundRobin

__all__ = ["sample"]


def sample() -> Allocation:
    """Allocate five leads among three seats under a policy of two rules.

    Use it to try `Allocation.explain` and the other methods before you have a policy of your own.

    Returns
    -------
    Allocation
        L-1 and L-2 go round the inbound pool, L-3 is protected by a claim of Zhao, L-4 waits for its region, L-5 fits
        no rule.

    Examples
    --------
    >>> [(decision.lead, decision.outcome, decision.seat) for decision in sample().decisions][:3]
    [('L-1', 'assigned', 'li'), ('L-2', 'assigned', 'wu'), ('L-3', 'assigned', 'zhao')]
    """
    policy = Policy(
        id="inbound",
        salt="2026",
        selectors=[
            RoundRobin(id="fair", mode="strict"),
            CountBased(id="even", reset="never", joiner="median", returner="median", refunds=()),
        ],
        rules=[
            Rule(
                id="east",
                when=Condition(field="region", operator="eq", value="East"),
                on_missing="hold",
                pool="inbound",
                selector="fair",
                on_empty="next",
            ),
            Rule(
                id="large",
                when=Condition(field="value_minor", operator="ge", value=10_000_000),
                on_missing="no_match",
                selector="even",
                on_empty="fallback",
            ),
        ],
        caps=[Cap(id="most", scope="seat", measure="open", window="now", limit=2, hard=True)],
        fallback=Fallback(queue="triage", owner="wang"),
    )
    arrivals = [
        Lead(lead="L-1", region="East", created_at=datetime(2026, 9, 30, 1, tzinfo=UTC)),
        Lead(lead="L-2", region="East", created_at=datetime(2026, 9, 30, 2, tzinfo=UTC)),
        Lead(lead="L-3", region="East", account="A-7", created_at=datetime(2026, 9, 30, 3, tzinfo=UTC)),
        Lead(lead="L-4", created_at=datetime(2026, 9, 30, 4, tzinfo=UTC)),
        Lead(lead="L-5", region="West", created_at=datetime(2026, 9, 30, 5, tzinfo=UTC)),
    ]
    return allocate(
        arrivals,
        policy,
        [Seat(seat="li", pool="inbound"), Seat(seat="wu", pool="inbound"), Seat(seat="zhao", team="key accounts")],
        book=Book(holdings=[Holding(lead="L-0", seat="li", account="A-1", value_minor=500_000)]),
        as_of=datetime(2026, 9, 30, 9, tzinfo=UTC),
        claims=[
            Claim(
                id="c-7",
                kind="named_account",
                holder="zhao",
                scope=Condition(field="account", operator="eq", value="A-7"),
                priority=10,
            )
        ],
    )
