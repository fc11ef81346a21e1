"""The playbook: everything a team supplies itself, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal

import attrs

from salesteam import goals, leads, raci, whys
from salesteam.core import Membership, Period, Person, ReportingLine, Roster, Team, calendar, exponent
from salesteam.crm import LogRow
from salesteam.crm.facts import BOOKED_ON
from salesteam.errors import InvalidValueError, missing_choice
from salesteam.incentives import Plan
from salesteam.review._quality_file import QualityFile

__all__ = [
    "FORMAT",
    "PARTS",
    "Header",
    "PayFile",
    "Playbook",
    "QuotaLine",
    "Source",
    "SourcesFile",
    "TargetLine",
    "TeamFile",
]

FORMAT = "salesteam-playbook/1"
"""What the key ``format`` of a playbook says."""

PARTS = ("team", "sources", "quality", "goals", "raci", "leads", "incentives", "whys")
"""The files that a playbook may have beside ``playbook.yaml``, in the order of the review."""


def _format(_: object, __: attrs.Attribute[str], value: str) -> None:
    if value != FORMAT:
        raise InvalidValueError(f"{value!r} is no format of a playbook", where="format", fix=f"write {FORMAT}")


def _currency(_: object, __: attrs.Attribute[str], value: str) -> None:
    exponent(value)


def _zone(_: object, __: attrs.Attribute[str], value: str) -> None:
    from salesteam.crm.facts import zone

    zone(value)


def _calendar(_: object, __: attrs.Attribute[str], value: str | None) -> None:
    if value is not None:
        calendar(value, ())


def _method(_: object, __: attrs.Attribute[str | None], value: str | None) -> None:
    if value is not None and value not in goals.METHODS:
        raise missing_choice("attribution", goals.METHODS, where=repr(value))


@attrs.frozen(kw_only=True)
class Header:
    """What ``playbook.yaml`` holds.

    Parameters
    ----------
    format : str
        `FORMAT`.
    name : str
        Name of the team or company.
    currency : str
        ISO 4217 code in which money is counted.
    zone : str
        IANA name of the zone in which days begin.
    calendar : str, optional
        Whose holidays and make-up workdays count, such as ``cn``.
    as_of : date, optional
        Day at whose end the team is looked at, unless the caller says so.
    period : Period, optional
        What is reviewed, unless the caller says so.
    attribution : str, optional
        How changes of a metric are shared among their factors, one of `salesteam.goals.METHODS`;
        the review leaves contributions out, and says so, if it is not chosen.

    Examples
    --------
    >>> Header(format=FORMAT, name="Demo", currency="CNY", zone="Asia/Shanghai").currency
    'CNY'
    """

    format: str = attrs.field(validator=_format)
    name: str
    currency: str = attrs.field(validator=_currency)
    zone: str = attrs.field(validator=_zone)
    calendar: str | None = attrs.field(default=None, validator=_calendar)
    as_of: date | None = None
    period: Period | None = None
    attribution: str | None = attrs.field(default=None, validator=_method)


@attrs.frozen(kw_only=True)
class TeamFile:
    """What ``team.yaml`` holds: people and teams, or the name of the source that has them.

    Parameters
    ----------
    from_ : str, optional
        Key ``from``: the source whose users, teams and memberships are the team's.
    people, teams, memberships, lines
        As in `salesteam.core.Roster`.
    logins : mapping of str to str
        Login in a source to person, where they differ.

    Examples
    --------
    >>> TeamFile(from_="crm").people
    ()
    """

    from_: str | None = attrs.field(default=None, metadata={"key": "from"})
    people: tuple[Person, ...] = ()
    teams: tuple[Team, ...] = ()
    memberships: tuple[Membership, ...] = ()
    lines: tuple[ReportingLine, ...] = ()
    logins: Mapping[str, str] = attrs.field(factory=dict, hash=False)

    def roster(self) -> Roster:
        """The people and teams that the file itself holds.

        Examples
        --------
        >>> TeamFile().roster().people
        ()
        """
        return Roster(people=self.people, teams=self.teams, memberships=self.memberships, lines=self.lines)


@attrs.frozen(kw_only=True)
class Source:
    """Where facts come from: an adapter and its settings.

    Parameters
    ----------
    name : str
        Name of the source.
    adapter : str
        Name of an installed adapter.
    settings : object
        The adapter's own settings, already read.

    Examples
    --------
    >>> from salesteam.review import DemoConfig
    >>> Source(name="demo", adapter="demo", settings=DemoConfig(seed=42)).adapter
    'demo'
    """

    name: str
    adapter: str
    settings: Any


def _booked_on(_: object, __: attrs.Attribute[str | None], value: str | None) -> None:
    if value not in BOOKED_ON:
        raise missing_choice("booked_on", BOOKED_ON, where="sources" if value is None else repr(value))


@attrs.frozen(kw_only=True)
class SourcesFile:
    """What ``sources.yaml`` holds.

    Parameters
    ----------
    sources : tuple of Source
        All sources, each with a name of its own.
    booked_on : {'closed_on', 'closed_at', 'won_stage'}
        On which day a won deal counts; required, because one deal can fall in two quarters.
    store : str, optional
        File below the playbook into which ``salesteam sync`` reads the sources; a review then reads the file.
    keep_raw : {'all', 'rejects', 'none'}, default 'rejects'
        What the store keeps of the text that the sources send, as `salesteam.crm.open_store` says.

    Examples
    --------
    >>> SourcesFile(sources=(), booked_on="closed_on").sources
    ()
    """

    sources: tuple[Source, ...]
    booked_on: Literal["closed_on", "closed_at", "won_stage"] | None = attrs.field(default=None, validator=_booked_on)
    store: str | None = None
    keep_raw: Literal["all", "rejects", "none"] = "rejects"

    def __attrs_post_init__(self) -> None:
        names = [source.name for source in self.sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InvalidValueError(f"two sources are named {', '.join(twice)}", where="sources", fix="rename one")


@attrs.frozen(kw_only=True)
class QuotaLine:
    """A person's quota for a period and a measure.

    Parameters
    ----------
    payee : str
        Person.
    period : Period
        What it is for.
    measure : str
        Measure of the plan.
    quota : Fraction
        Major units of the currency for money, else a count.

    Examples
    --------
    >>> from fractions import Fraction
    >>> QuotaLine(payee="li", period=Period.parse("2026-Q3"), measure="bookings", quota=Fraction(500000)).payee
    'li'
    """

    payee: str
    period: Period
    measure: str
    quota: Fraction


@attrs.frozen(kw_only=True)
class TargetLine:
    """A person's target incentive, and base pay, for a period.

    Parameters
    ----------
    payee : str
        Person.
    period : Period
        What it is for.
    target, base : Fraction
        Major units of the currency.

    Examples
    --------
    >>> from fractions import Fraction
    >>> TargetLine(payee="li", period=Period.parse("2026-Q3"), target=Fraction(30000)).base
    Fraction(0, 1)
    """

    payee: str
    period: Period
    target: Fraction
    base: Fraction = Fraction(0)


@attrs.frozen(kw_only=True)
class PayFile:
    """What ``incentives.yaml`` holds.

    Parameters
    ----------
    plans : tuple of str
        Paths of plan files, below the playbook.
    cascade_measure : str, optional
        The measure whose quotas are the people's shares of the cascade in the goals.
    quotas : tuple of QuotaLine
        Quotas given outright.
    targets : tuple of TargetLine
        Target incentives given outright.

    Examples
    --------
    >>> PayFile(plans=("plans/seller.yaml",)).quotas
    ()
    """

    plans: tuple[str, ...]
    cascade_measure: str | None = None
    quotas: tuple[QuotaLine, ...] = ()
    targets: tuple[TargetLine, ...] = ()


@attrs.frozen(kw_only=True)
class Playbook:
    """Everything a team supplies itself; a part that it does not have is None.

    Read one with `load`; `walk` reviews it together with its facts.

    Parameters
    ----------
    folder : str
        Where it was read from.
    header : Header
        Name, currency, zone, calendar, day and period.
    team, sources, quality, goals, raci, leads, incentives, whys
        The parts.
    log : tuple of salesteam.crm.LogRow
        The rows of the log that `quality` names.
    plans : tuple of salesteam.incentives.Plan
        The plans that `incentives` names.

    Examples
    --------
    >>> header = Header(format=FORMAT, name="Demo", currency="CNY", zone="Asia/Shanghai")
    >>> Playbook(folder="demo", header=header).missing
    ('team', 'sources', 'quality', 'goals', 'raci', 'leads', 'incentives', 'whys')
    """

    folder: str
    header: Header
    team: TeamFile | None = None
    sources: SourcesFile | None = None
    quality: QualityFile | None = None
    log: tuple[LogRow, ...] = ()
    goals: goals.GoalBook | None = None
    raci: raci.Chart | None = None
    leads: leads.Desk | None = None
    incentives: PayFile | None = None
    plans: tuple[Plan, ...] = ()
    whys: whys.Book | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that it does not have; the review leaves them out and says so.

        Examples
        --------
        >>> header = Header(format=FORMAT, name="Demo", currency="CNY", zone="Asia/Shanghai")
        >>> "goals" in Playbook(folder="demo", header=header, goals=goals.GoalBook()).missing
        False
        """
        return tuple(part for part in PARTS if getattr(self, part) is None)
