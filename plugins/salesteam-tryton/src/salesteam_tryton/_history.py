"""The stages through which a deal went, as Tryton keeps every former state of an opportunity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from salesteam.crm import Ref, StageChange
from salesteam.errors import AdapterError
from salesteam_tryton._models import OPPORTUNITY
from salesteam_tryton._typed import typed_time
from salesteam_tryton._wire import Wire

__all__ = ["stage_changes"]


def stage_changes(wire: Wire, source: str, deals: Sequence[int]) -> Iterator[StageChange]:
    """The changes of stage of some deals, in the order of time; one request for each time at which one was written.

    The user who wrote is named where the server tells of exactly one employee that is this user.
    """
    times = _revisions(wire, source, deals)
    people: dict[int, Ref | None] = {}
    former: dict[int, str] = {}
    for at in sorted(times):
        domain = [["id", "in", sorted(times[at])]]
        fields = ["state", "create_uid", "write_uid"]
        then = typed_time(at)
        rows = wire.call(OPPORTUNITY, "search_read", domain, 0, None, [["id", "ASC"]], fields, _datetime=then)
        for row in rows:
            deal, state = row["id"], row["state"]
            if former.get(deal) == state:
                continue
            yield StageChange(
                ref=Ref(source, "stage_change", f"{deal}@{at.isoformat()}"),
                deal=Ref(source, "deal", str(deal)),
                from_=Ref(source, "stage", former[deal]) if deal in former else None,
                to=Ref(source, "stage", state),
                at=at,
                by=_employee(wire, source, row.get("write_uid") or row.get("create_uid"), people),
                evidence="native",
            )
            former[deal] = state


def _revisions(wire: Wire, source: str, deals: Sequence[int]) -> Mapping[datetime, set[int]]:
    """The times at which the deals were written, with those that were."""
    found = wire.call(OPPORTUNITY, "history_revisions", list(deals))
    times: dict[datetime, set[int]] = defaultdict(set)
    for each in found if isinstance(found, list) else [None]:
        if not isinstance(each, list) or len(each) < 2:
            raise AdapterError("the answer has no list of revisions", source=source)
        times[datetime.fromisoformat(each[0])].add(int(each[1]))
    return times


def _employee(wire: Wire, source: str, user: Any, people: dict[int, Ref | None]) -> Ref | None:
    """The employee that a user is, if there is just one."""
    if not isinstance(user, int):
        return None
    if user not in people:
        told = wire.call("res.user", "search_read", [["id", "=", user]], 0, 1, None, ["employees"])
        held = told[0].get("employees") if told else None
        people[user] = Ref(source, "user", str(held[0])) if held and len(held) == 1 else None
    return people[user]
