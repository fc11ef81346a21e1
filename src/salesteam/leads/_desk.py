"""The lead desk of a playbook: policy, seats and claims in one file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import attrs

from salesteam.core import Place, Report, find
from salesteam.core._load import Load, Loaded, load_text, read_file
from salesteam.errors import InvalidValueError
from salesteam.leads._allocate import allocate
from salesteam.leads._allocation import Allocation
from salesteam.leads._check import check
from salesteam.leads._items import items
from salesteam.leads._model_book import Book
from salesteam.leads._model_claim import Claim
from salesteam.leads._model_policy import Policy
from salesteam.leads._model_seat import Seat
from salesteam.leads._model_selector import SELECTORS, Selector
from salesteam.leads._proposals import Proposals
from salesteam.leads._propose import propose

__all__ = ["HOOKS", "Desk", "load", "read"]


@attrs.frozen(kw_only=True)
class Desk:
    """What ``leads.yaml`` of a playbook holds: who gets leads, and how.

    Parameters
    ----------
    policy : Policy
        How leads are routed.
    seats : tuple of Seat
        To whom.
    claims : tuple of Claim, optional
        Rights that protect leads.

    Examples
    --------
    >>> from salesteam.leads import sample
    >>> was = sample()
    >>> Desk(policy=was.policy, seats=was.seats).allocate((), book=was.before, as_of=was.as_of).counts["assigned"]
    0
    """

    policy: Policy
    seats: tuple[Seat, ...] = attrs.field(default=(), converter=items)
    claims: tuple[Claim, ...] = attrs.field(default=(), converter=items)

    def check(self, *, as_of: datetime) -> Report:
        """Find what is wrong with the desk; see `salesteam.leads.check`.

        Parameters
        ----------
        as_of : datetime
            The instant, with a zone.

        Returns
        -------
        Report
            All findings.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> was = sample()
        >>> Desk(policy=was.policy, seats=was.seats).check(as_of=was.as_of).ok
        True
        """
        return check(self.policy, self.seats, self.claims, as_of=as_of)

    def allocate(self, leads: Any, *, book: Book, as_of: datetime, currency: str | None = None) -> Allocation:
        """Give each new lead to a seat, or say why not; see `salesteam.leads.allocate`.

        Parameters
        ----------
        leads, book, as_of, currency
            As there.

        Returns
        -------
        Allocation
            One decision for each usable lead.

        Examples
        --------
        See `Desk`.

        >>> from salesteam.leads import sample
        >>> was = sample()
        >>> len(Desk(policy=was.policy, seats=was.seats).allocate(was.arrivals, book=Book(), as_of=was.as_of).decisions)
        5
        """
        return allocate(leads, self.policy, self.seats, book=book, as_of=as_of, claims=self.claims, currency=currency)

    def propose(self, leads: Any, *, book: Book, as_of: datetime, currency: str | None = None) -> Proposals:
        """Propose which leads that somebody holds should move; see `salesteam.leads.propose`.

        Parameters
        ----------
        leads, book, as_of, currency
            As there.

        Returns
        -------
        Proposals
            One for each lead with an owner.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> was = sample()
        >>> Desk(policy=was.policy, seats=was.seats).propose((), book=was.before, as_of=was.as_of).moves
        ()
        """
        return propose(leads, self.policy, self.seats, book=book, as_of=as_of, claims=self.claims, currency=currency)


def _selector(value: Any, load: Load) -> Selector:
    if not isinstance(value, Mapping) or value.get("kind") not in SELECTORS:
        kind = value.get("kind") if isinstance(value, Mapping) else None
        raise InvalidValueError(
            f"{kind!s} is no kind of selector", where="selectors", fix=f"write kind: {' or '.join(SELECTORS)}"
        )
    found: Selector = load({key: part for key, part in value.items() if key != "kind"}, SELECTORS[value["kind"]])
    return found


def _texts(value: Any, load: Load) -> tuple[str, ...]:
    """One text, or a list of texts."""
    return tuple(load(part, str) for part in (value if isinstance(value, list) else [value]))


HOOKS: Mapping[Any, Any] = MappingProxyType({Selector: _selector, tuple[str, ...]: _texts})
"""How selectors and lists of texts are read from a file."""


def _unique(loaded: Loaded[Desk]) -> Loaded[Desk]:
    """Add a finding for each seat id that occurs twice."""
    if loaded.value is None:
        return loaded
    seen: set[str] = set()
    twice = []
    for place, seat in enumerate(loaded.value.seats):
        if seat.seat in seen:
            at = loaded.places.get(f"seats[{place}].seat", Place(key=f"seats[{place}]"))
            twice.append(find("leads.duplicate-seat", at, seat=seat.seat))
        seen.add(seat.seat)
    return attrs.evolve(loaded, report=loaded.report + Report(twice)) if twice else loaded


def read(text: str, *, file: str = "<text>") -> Loaded[Desk]:
    """Read a desk from YAML text, with all problems as findings at their line.

    Parameters
    ----------
    text : str
        YAML with the keys ``policy``, ``seats``, ``claims``.
    file : str, default "<text>"
        Name for the findings.

    Returns
    -------
    Loaded
        Its `value` (None if there are errors), `report` and `places`.

    Examples
    --------
    >>> loaded = read('''
    ... policy:
    ...   id: inbound
    ...   salt: "2026"
    ...   selectors: [{kind: round_robin, id: fair, mode: strict}]
    ...   rules:
    ...     - id: east
    ...       when: {field: region, operator: in, value: [East, North]}
    ...       on_missing: hold
    ...       selector: fair
    ...       on_empty: fallback
    ...   fallback: {queue: triage, owner: wang}
    ... seats: [{seat: li, weight: 1/2}]
    ... ''')
    >>> loaded.value.policy.rules[0].when.text()
    'region in (East, North)'
    """
    return _unique(load_text(text, Desk, file=file, hooks=HOOKS))


def load(path: str | Path) -> Desk:
    """Load a desk from a YAML file.

    Parameters
    ----------
    path : str or Path
        The file, such as ``leads.yaml`` of a playbook.

    Returns
    -------
    Desk
        Policy, seats and claims.

    Raises
    ------
    ReportError
        With all findings, if there is an error in the file.

    Examples
    --------
    >>> load("no-such.yaml")
    Traceback (most recent call last):
    salesteam.errors.ReportError: ...
    """
    return read_file(path, read).require()
