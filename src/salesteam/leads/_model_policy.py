"""The policy: ordered rules, selectors, caps and a fallback, dated and hashed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

import attrs

from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.leads._instant import local_day, zone_field
from salesteam.leads._items import items
from salesteam.leads._model_cap import Cap
from salesteam.leads._model_lead import named
from salesteam.leads._model_rule import Domain, Fallback, Rule, Territory
from salesteam.leads._model_selector import Selector

__all__ = ["Policy"]


def _unique(kind: str, ids: Iterable[str], where: str) -> None:
    twice = [each for each, count in Counter(ids).items() if count > 1]
    if twice:
        raise InvalidValueError(f"two {kind} are named {twice[0]!r}", where=where, fix="give each its own id")


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Policy:
    """How leads are routed (分配策略): the first rule that matches decides which seats, its selector which one.

    Parameters
    ----------
    id : str
        Its name.
    version : str, default '1'
        Its version; shown with every result.
    salt : str
        Any text; breaks ties without favour and repeatably. Change it with the policy.
    rules : tuple of Rule
        In order; the first match wins.
    selectors : tuple of Selector
        To which the rules refer.
    fallback : Fallback
        Where a lead goes that no rule could place.
    caps : tuple of Cap, optional
        All of them must hold.
    territories : tuple of Territory, optional
        Give leads the field ``territory``.
    domains : tuple of Domain, optional
        Values that fields can have, for `check`; also declares extra columns that conditions use.
    cooling_hours : int, optional
        A seat that released a lead may not have it again for so many hours.
    zone : str, optional
        IANA name; needed for `start` and `end`.
    start, end : date, optional
        In force from, and no longer from (half-open), by the calendar of `zone`.

    Raises
    ------
    InvalidValueError
        If ids occur twice, a date has no zone, or `rules` is empty.
    NotFoundError
        If a rule names a selector that is not there.

    Examples
    --------
    >>> from salesteam.leads import RoundRobin
    >>> policy = Policy(
    ...     id="inbound", salt="2026", selectors=[RoundRobin(id="fair", mode="strict")],
    ...     rules=[Rule(id="all", selector="fair", on_empty="fallback")],
    ...     fallback=Fallback(queue="triage", owner="wang"),
    ... )
    >>> policy.selector("fair").text()
    'round robin, strict'
    """

    id: str = attrs.field(validator=named("Policy.id"))
    version: str = "1"
    salt: str = attrs.field(validator=named("Policy.salt"))
    rules: tuple[Rule, ...] = attrs.field(converter=items)
    selectors: tuple[Selector, ...] = attrs.field(default=(), converter=items)
    fallback: Fallback
    caps: tuple[Cap, ...] = attrs.field(default=(), converter=items)
    territories: tuple[Territory, ...] = attrs.field(default=(), converter=items)
    domains: tuple[Domain, ...] = attrs.field(default=(), converter=items)
    cooling_hours: int | None = None
    zone: str | None = attrs.field(default=None, validator=zone_field("Policy.zone"))
    start: date | None = None
    end: date | None = None

    def __attrs_post_init__(self) -> None:
        where = f"Policy {self.id}"
        if not self.rules:
            raise InvalidValueError(
                "no rules", where=where, fix="write at least one; a rule without when takes every lead"
            )
        _unique("rules", (rule.id for rule in self.rules), where)
        _unique("selectors", (selector.id for selector in self.selectors), where)
        _unique("caps", (cap.id for cap in self.caps), where)
        _unique("territories", (territory.id for territory in self.territories), where)
        _unique("domains", (domain.field for domain in self.domains), where)
        for rule in self.rules:
            if rule.selector is not None:
                self.selector(rule.selector)
        if (self.start or self.end) and self.zone is None:
            raise InvalidValueError("dates without a zone", where=where, fix="name the zone")
        if self.start and self.end and self.end <= self.start:
            raise InvalidValueError(f"it ends on {self.end}, not after its start", where=where, fix="mend the dates")
        if self.cooling_hours is not None and self.cooling_hours <= 0:
            raise InvalidValueError(f"cooling of {self.cooling_hours} hours", where=where, fix="use 1 or more, or none")

    def selector(self, name: str) -> Selector:
        """The selector of an id.

        Raises
        ------
        NotFoundError
            If there is none.

        Examples
        --------
        >>> from salesteam.leads import sample
        >>> sample().policy.selector("fair").kind
        'round_robin'
        """
        for selector in self.selectors:
            if selector.id == name:
                return selector
        raise NotFoundError("selector", name, (each.id for each in self.selectors), where=f"policy {self.id}")

    def in_force(self, at: datetime) -> bool:
        """Whether the policy applies at an instant.

        Examples
        --------
        >>> from datetime import UTC
        >>> from salesteam.leads import sample
        >>> sample().policy.in_force(datetime(2026, 9, 30, tzinfo=UTC))
        True
        """
        if self.zone is None:
            return True
        day = local_day(at, self.zone)
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)
