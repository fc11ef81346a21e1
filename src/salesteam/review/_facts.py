"""Turn records into the facts of a review: who is in the team, what was sold, what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from salesteam.core import Membership, Person, Place, Report, ReportingLine, Roster, Team, find
from salesteam.crm import Adapter, Records, StoreAdapter, StoreConfig, facts, open_store
from salesteam.crm._secret import redactor_of
from salesteam.crm.facts import FactTable, HoldingRow, LeadRow, MetricRow, TransactionRow
from salesteam.errors import ReportError
from salesteam.review._playbook import Playbook

__all__ = ["Facts", "connect", "end_of", "gather", "identity_of", "store_of"]


@attrs.frozen(kw_only=True)
class Facts:
    """What a review looks at, made of records by `gather`.

    Parameters
    ----------
    records : Records
        What was read.
    roster : Roster
        People, teams, memberships and reporting lines.
    metrics, transactions, leads, holdings : FactTable or None
        The tables that the subjects take; None where the playbook has no sources.
    report : Report
        Findings of the making.

    Examples
    --------
    >>> Facts(records=Records(), roster=Roster()).metrics is None
    True
    """

    records: Records
    roster: Roster
    metrics: FactTable[MetricRow] | None = None
    transactions: FactTable[TransactionRow] | None = None
    leads: FactTable[LeadRow] | None = None
    holdings: FactTable[HoldingRow] | None = None
    report: Report = Report()

    @property
    def tables(self) -> tuple[FactTable[Any], ...]:
        """The tables that there are.

        Examples
        --------
        >>> Facts(records=Records(), roster=Roster()).tables
        ()
        """
        found = (self.metrics, self.transactions, self.leads, self.holdings)
        return tuple(table for table in found if table is not None)

    def name(self, person: str | None) -> str:
        """The name of a person for a reader; the id if the roster does not know it.

        Examples
        --------
        >>> Facts(records=Records(), roster=Roster(people=(Person(id="li", name="李雷"),))).name("li")
        '李雷'
        """
        if person is None:
            return "—"
        return self.roster.person(person).name if self.roster.knows(person) else person


def store_of(playbook: Playbook, path: str | Path | None = None) -> str:
    """The file into which the sources of a playbook are synced.

    Parameters
    ----------
    playbook : Playbook
        Its ``sources.yaml`` names the file.
    path : str or Path, optional
        Another file, instead.

    Returns
    -------
    str
        Below the folder of the playbook, unless it is absolute or was given.

    Raises
    ------
    ReportError
        If neither names one.

    Examples
    --------
    >>> from salesteam.review import FORMAT, Header
    >>> header = Header(format=FORMAT, name="Demo", currency="CNY", zone="Asia/Shanghai")
    >>> store_of(Playbook(folder="demo", header=header), "sales.sqlite")
    'sales.sqlite'
    """
    if path is not None:
        return str(path)
    named = playbook.sources.store if playbook.sources else None
    if named is None:
        Report.of(find("review.no-store", Place(file=f"{playbook.folder}/sources.yaml"))).raise_for_errors()
    return str(Path(playbook.folder) / str(named))


def connect(
    playbook: Playbook, adapters: Mapping[str, type[Adapter]], *, data: str | None = None, live: bool = False
) -> tuple[Adapter, ...]:
    """Make the adapters of a playbook's sources; of a playbook with a store, they read the store.

    Parameters
    ----------
    playbook : Playbook
        Its sources name the adapters.
    adapters : mapping of str to type
        Adapter classes by name.
    data : str, optional
        A folder that replaces the `root` of every source that has one; else it is below the playbook's folder.
    live : bool, default False
        Read the sources themselves though the playbook has a store, as a sync does; so does `data`.

    Returns
    -------
    tuple of Adapter
        In the order of the file; none without sources.

    Raises
    ------
    ReportError
        If `data` is given and is no folder, or no source has a `root`; if an adapter cannot be made; or if the store
        is not there yet.

    Examples
    --------
    >>> from salesteam.review import FORMAT, Header
    >>> header = Header(format=FORMAT, name="Demo", currency="CNY", zone="Asia/Shanghai")
    >>> connect(Playbook(folder="demo", header=header), {})
    ()
    """
    sources = playbook.sources.sources if playbook.sources else ()
    if playbook.sources is not None and playbook.sources.store is not None and not live and data is None:
        return _stored(playbook, store_of(playbook))
    rooted = [source for source in sources if hasattr(source.settings, "root")]
    if data is not None:
        _data(data, rooted=bool(rooted)).raise_for_errors()
    made = []
    for source in sources:
        settings = source.settings
        if source in rooted:
            settings = attrs.evolve(settings, root=data or str(Path(playbook.folder) / settings.root))
        made.append(_adapter(adapters[source.adapter], settings, source.name))
    return tuple(made)


def _stored(playbook: Playbook, path: str) -> tuple[Adapter, ...]:
    """Adapters that read the sources of a playbook out of its store."""
    assert playbook.sources is not None
    known: tuple[str, ...] = ()
    if Path(path).is_file():
        with open_store(path, create=False) as store:
            known = store.sources()
    missing = [source.name for source in playbook.sources.sources if source.name not in known]
    if missing:
        place = Place(file=path)
        Report.of(find("review.not-synced", place, sources=missing, folder=playbook.folder)).raise_for_errors()
    return tuple(StoreAdapter(StoreConfig(store=path), source=source.name) for source in playbook.sources.sources)


def _adapter(kind: type[Adapter], settings: object, source: str) -> Adapter:
    """Make an adapter; whatever a plugin raises is a finding that names it."""
    try:
        return kind(settings, source=source)
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- a mistake of a plugin is told as its own
        problem = redactor_of(settings)(f"{type(error).__name__}: {error}")
        found = find("crm.adapter-crashed", source=source, adapter=kind.__name__, problem=problem)
        raise ReportError(Report.of(found)) from None  # what it raised may hold a secret


def _data(data: str, *, rooted: bool) -> Report:
    """Whether a folder can stand in for the roots of the sources."""
    place = Place(file=data)
    findings = [] if rooted else [find("review.no-root", place)]
    if not Path(data).is_dir():
        findings.append(find("review.no-data", place, folder=data))
    return Report(findings)


def end_of(day: date, zone: str) -> datetime:
    """The instant at which a day ends in a zone.

    Parameters
    ----------
    day : datetime.date
        The day.
    zone : str
        IANA name.

    Returns
    -------
    datetime.datetime
        In UTC.

    Examples
    --------
    >>> from datetime import date
    >>> end_of(date(2026, 9, 30), "Asia/Shanghai").isoformat()
    '2026-09-30T16:00:00+00:00'
    """
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def gather(playbook: Playbook, records: Records) -> Facts:
    """Make the facts of a review of the records that its sources hold.

    Parameters
    ----------
    playbook : Playbook
        Says who is in the team, and on which day a deal counts.
    records : Records
        What `salesteam.crm.pull` read.

    Returns
    -------
    Facts
        Tables with an account of what was left out.

    Examples
    --------
    >>> from salesteam.review import FORMAT, Header
    >>> header = Header(format=FORMAT, name="Demo", currency="CNY", zone="Asia/Shanghai")
    >>> gather(Playbook(folder="demo", header=header), Records()).tables
    ()
    """
    roster, report = _roster(playbook, records)
    report += roster.check() if playbook.team is not None else Report()
    if playbook.sources is None:
        return Facts(records=records, roster=roster, report=report)
    booked_on, zone = str(playbook.sources.booked_on), playbook.header.zone
    identity = identity_of(playbook, roster)
    tables: dict[str, Any] = {
        "metrics": facts.metrics(records, booked_on=booked_on, tz=zone, identity=identity),
        "transactions": facts.transactions(records, booked_on=booked_on, tz=zone, identity=identity),
        "leads": facts.leads(records, identity=identity),
        "holdings": facts.holdings(records, tz=zone, identity=identity),
    }
    told = Report(dict.fromkeys(finding for table in tables.values() for finding in table.report))
    return Facts(records=records, roster=roster, report=report + told + _currencies(playbook, tables), **tables)


def identity_of(playbook: Playbook, roster: Roster) -> Callable[[str], str | None] | None:
    """Who a login is by the playbook; None where it does not say who is in the team.

    Examples
    --------
    >>> from salesteam.review import FORMAT, Header
    >>> header = Header(format=FORMAT, name="Demo", currency="CNY", zone="Asia/Shanghai")
    >>> identity_of(Playbook(folder="demo", header=header), Roster()) is None
    True
    """
    if playbook.team is None:
        return None
    logins = playbook.team.logins
    return lambda login: logins.get(login) or (login if roster.knows(login) else None)


def _currencies(playbook: Playbook, tables: Mapping[str, FactTable[Any]]) -> Report:
    """Amounts in another currency than the playbook's are never summed with it."""
    found = {row.currency for row in tables["transactions"].rows}
    if not found - {playbook.header.currency}:
        return Report()
    place = Place(table="transactions", field="currency")
    return Report.of(find("crm.mixed-currency", place, table="transactions", currencies=sorted(found)))


def _roster(playbook: Playbook, records: Records) -> tuple[Roster, Report]:
    team = playbook.team
    if team is None:
        return Roster(), Report()
    if team.from_ is None:
        return team.roster(), Report()
    if playbook.sources is None or team.from_ not in {source.name for source in playbook.sources.sources}:
        known = [source.name for source in playbook.sources.sources] if playbook.sources else []
        place = Place(file=f"{playbook.folder}/team.yaml", key="from")
        return team.roster(), Report.of(find("review.no-such-source", place, source=team.from_, known=known or "—"))
    return _from_records(playbook, records, team.from_), Report()


def _from_records(playbook: Playbook, records: Records, source: str) -> Roster:
    """The users, teams and memberships of a source, with what the file adds or says otherwise."""
    assert playbook.team is not None
    own = playbook.team.roster()
    logins = playbook.team.logins

    def person(ref: Any) -> str:
        return logins.get(ref.external_id, ref.external_id)

    def of(kind: Any) -> Iterable[Any]:
        return (record for record in records.of(kind) if record.ref.source == source)

    people = {person(user.ref): Person(id=person(user.ref), name=user.name) for user in of("user") if user.active}
    lines = [
        ReportingLine(person=person(user.ref), manager=person(user.manager)) for user in of("user") if user.manager
    ]
    teams = [
        Team(
            id=team.ref.external_id,
            name=team.name,
            parent=team.parent.external_id if team.parent else None,
            lead=person(team.lead) if team.lead else None,
        )
        for team in of("team")
    ]
    memberships = [
        Membership(
            person=person(member.user),
            team=member.team.external_id,
            role=member.role,
            start=member.valid_from,
            end=member.valid_to,
        )
        for member in of("membership")
    ]
    added, made = {member.id for member in own.people}, {team.id for team in own.teams}
    return Roster(
        people=(*(found for key, found in people.items() if key not in added), *own.people),
        teams=(*(team for team in teams if team.id not in made), *own.teams),
        memberships=(*memberships, *own.memberships),
        lines=(*lines, *own.lines),
    )
