"""Silos (信息孤岛): customers of whom several sources say different things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import attrs

from salesteam.core import Finding, Grid, Place, Report, _table, find, say
from salesteam.crm._alike import few
from salesteam.crm._deals import Deal
from salesteam.crm._field_type import field_types
from salesteam.crm._people import Account
from salesteam.crm._quality._matching import MATCHED_BY, Group, folded, matched
from salesteam.crm._quality._words import PLACEHOLDERS, nothings, words
from salesteam.crm._reading import Records
from salesteam.crm._ref import Ref
from salesteam.crm._store import Store
from salesteam.crm.facts._recorded import recorded
from salesteam.crm.facts._table_of_facts import Gathering, Identity
from salesteam.errors import NotFoundError, missing_choice

__all__ = ["SiloRow", "Silos", "silos"]

_FIELDS = tuple(name for name, type_ in field_types(Account).items() if type_.base is str)


@attrs.frozen(kw_only=True)
class SiloRow:
    """What one source says of a customer, where another says something else.

    Examples
    --------
    >>> SiloRow(customer="crm:account:A-1", name="Acme", field="owner", state="differs", source="erp",
    ...         ref="erp:account:7", value="wu").value
    'wu'
    """

    customer: str = _table.column("full reference of the first of its accounts")
    name: str = _table.column("what that account is called")
    field: str = _table.column("owner, stage, status or a field of the account")
    state: str = _table.column("differs, or one-sided where one source says nothing")
    source: str = _table.column("the source")
    ref: str = _table.column("full reference of its account")
    value: str | None = _table.column("what it says; empty if nothing", default=None)


@attrs.frozen(kw_only=True)
class Silos:
    """Made by `silos`.

    Parameters
    ----------
    by : tuple of str
        How accounts were matched.
    fields : tuple of str
        What was compared.
    customers : tuple of tuple of Ref
        The accounts of each customer that several sources know.
    alone : int
        Accounts that no other source is known to have.
    doubtful : tuple of tuple of Ref
        Of them, accounts that share a key and could not be matched by it.
    rows : tuple of SiloRow
        One a source for each customer and field where they differ.
    report : Report
        How many customers differ in what, accounts that could not be matched, and logins that are nobody's.

    Examples
    --------
    >>> Silos(by=("domain",), fields=("owner",)).explain()
    '0 customers in several sources (by domain), 0 of them differ: 0 in owner; 0 accounts in one source alone'
    """

    by: tuple[str, ...]
    fields: tuple[str, ...]
    customers: tuple[tuple[Ref, ...], ...] = ()
    alone: int = 0
    doubtful: tuple[tuple[Ref, ...], ...] = ()
    rows: tuple[SiloRow, ...] = ()
    report: Report = Report()

    def count(self, field: str | None = None) -> int:
        """How many customers differ in a field, or in any.

        Examples
        --------
        >>> Silos(by=("domain",), fields=("owner",)).count("owner")
        0
        """
        return len({row.customer for row in self.rows if field in {None, row.field}})

    def to_frame(self) -> Any:
        """The rows as a table.

        Examples
        --------
        >>> list(Silos(by=("domain",), fields=()).to_frame().columns)[:3]
        ['customer', 'name', 'field']
        """
        return _table.write_rows(self.rows, SiloRow)

    def explain(self, customer: str | None = None, lang: str = "en") -> str:
        """Tell the counts, or what the sources say of a customer, named by any of its accounts.

        Raises
        ------
        NotFoundError
            If several sources know no such customer.

        Examples
        --------
        >>> acme = tuple(Ref(source, "account", "acme") for source in ("crm", "erp"))
        >>> Silos(by=("domain",), fields=("owner",), customers=(acme,)).explain("erp:account:acme")
        'crm:account:acme: the sources agree'
        """
        if customer is None:
            return self._summary(lang)
        first = {str(ref): str(refs[0]) for refs in self.customers for ref in refs}
        if customer not in first:
            raise NotFoundError("customer in several sources", customer, first, where="these silos")
        name = first[customer]
        lines = [
            say(lang, en=f"{name}: {field} {state}: {values}", zh=f"{name}：{field}{state}：{values}")
            for of, field, state, values in self._lines(lang)
            if of == name
        ]
        return "\n".join(lines) or say(lang, en=f"{name}: the sources agree", zh=f"{name}：各来源一致")

    def _summary(self, lang: str) -> str:
        by = words(lang, *self.by)
        told = say(lang, en=", ", zh="，").join(
            say(lang, en=f"{self.count(name)} in {name}", zh=f"{words(lang, name)} {self.count(name)}")
            for name in self.fields
        )
        return say(
            lang,
            en=f"{len(self.customers)} customers in several sources (by {by}), {self.count()} of them differ: {told};"
            f" {self.alone} accounts in one source alone",
            zh=f"{len(self.customers)} 个客户见于多个来源（按{by}匹配），其中 {self.count()} 个不一致：{told}；"
            f"另有 {self.alone} 个客户仅见于一个来源",
        )

    def _lines(self, lang: str) -> Iterator[tuple[str, str, str, str]]:
        """Customer, field, state, and what each source says, on one line."""
        found: dict[tuple[str, str, str], list[str]] = {}
        for row in self.rows:
            said = f"{row.source} {row.value or '—'}"
            found.setdefault((row.customer, row.field, row.state), []).append(said)
        for (customer, field, state), values in found.items():
            yield customer, words(lang, field), words(lang, state), " | ".join(values)

    def grid(self, lang: str = "en") -> Grid:
        """Each customer and field where the sources differ.

        Examples
        --------
        >>> Silos(by=("domain",), fields=("owner",)).grid().title
        'What the sources say differently'
        """
        heads = say(lang, en="Customer|Field|What|Sources", zh="客户|字段|情况|各来源").split("|")
        return Grid(
            title=say(lang, en="What the sources say differently", zh="信息孤岛：各来源不一致之处"),
            columns=tuple(heads),
            rows=tuple(self._lines(lang)),
            note=self.explain(lang=lang),
        )

    def _repr_html_(self) -> str:
        return self.grid().html()


def silos(
    records: Records | Store,
    *,
    by: Sequence[str] | None = None,
    fields: Sequence[str] = (),
    identity: Identity | None = None,
    stages: Identity | None = None,
    known_at: datetime | None = None,
    placeholders: Sequence[str] = PLACEHOLDERS,
) -> Silos:
    """Match the accounts of several sources, and tell where the sources say different things of one customer.

    Use it before two systems are trusted side by side: who owns the customer, how far are its open deals, and what
    do the chosen fields say?

    Accounts that share the value of a key are one customer if each source has at most one of them and no earlier key
    tells them apart.
    All else is left apart and told, unless a later key settles it; nothing is guessed.

    Parameters
    ----------
    records : Records or Store
        What the sources hold.
        Accounts that are archived or merged are not looked at.
    by : sequence of {'registry_id', 'domain', 'name'}
        The keys that accounts are matched by, the surest first; required, see `MATCHED_BY`.
    fields : sequence of str
        Fields of the account that are compared too, without case, width and blanks at the ends.
    identity : mapping or callable, optional
        Login to person, so that owners are compared as persons; logins are taken as persons if not given.
        The owner of a stranger's login is not compared, with a finding.
        Logins go by the id alone, so one id in two sources is one person.
    stages : mapping or callable, optional
        Name of a stage to the name under which stages of all sources are compared; a name that it does not know
        stays.
    known_at : datetime, optional
        As a store knew the records at this instant.
    placeholders : sequence of str
        Texts that say nothing and match nothing, compared without case and blanks.

    Returns
    -------
    Silos
        The order of sources makes no difference.
        `stage` compares the stages of open deals where sources have such deals; `status` tells of a customer with an
        open deal in one source and none in another that holds deals.

    Raises
    ------
    InvalidValueError
        If no key is named, or one that is none.
    NotFoundError
        For a field that accounts do not have, or that is no text.

    Examples
    --------
    >>> def account(source, key, owner, **more):
    ...     return Account(ref=Ref(source, "account", key), owner=Ref(source, "user", owner), **more)
    >>> both = Records(records=(
    ...     account("crm", "A-1", "li", name="Acme", domain="acme.cn", tier="A"),
    ...     account("erp", "7", "wu", name="ACME Ltd", domain="https://www.acme.cn/"),
    ... ))
    >>> found = silos(both, by=["registry_id", "domain"], fields=["tier"])
    >>> print(found.explain("erp:account:7"))
    crm:account:A-1: owner differs: crm li | erp wu
    crm:account:A-1: tier one-sided: crm A | erp —
    """
    chosen = tuple(by or ())
    for key in chosen or (None,):
        if key not in MATCHED_BY:
            raise missing_choice("by", MATCHED_BY, where="silos" if key is None else repr(key))
    for name in fields:
        if name not in _FIELDS:
            raise NotFoundError("field to compare", name, _FIELDS, where="account")
    known, nothing = recorded(records, known_at), nothings(placeholders)
    accounts = [each for each in known.of("account") if not each.archived and each.merged_into is None]
    matching = matched(accounts, chosen, nothing)
    people: Gathering[SiloRow] = Gathering("silos", SiloRow, identity=identity)
    deals = _Deals.of(known, stages)

    def own(name: str) -> _Says:
        return lambda each: (getattr(each, name), folded(name, getattr(each, name), nothing))

    says: dict[str, _Says] = {
        "owner": lambda each: _owner(each, people),
        "stage": deals.stages,
        "status": deals.status,
        **{name: own(name) for name in fields},
    }
    rows = tuple(row for group in matching.customers for name, say_ in says.items() for row in _rows(group, name, say_))
    found = Silos(
        by=chosen,
        fields=tuple(says),
        customers=_refs(matching.customers),
        alone=len(accounts) - sum(len(group) for group in matching.customers),
        doubtful=_refs(group for group, _ in matching.apart),
        rows=rows,
    )
    unmatched = few(finding for _, finding in matching.apart)
    return attrs.evolve(found, report=Report([*_findings(found), *unmatched, *people.strangers()]))


def _refs(groups: Iterable[Group]) -> tuple[tuple[Ref, ...], ...]:
    return tuple(tuple(each.ref for each in group) for group in groups)


_Says = Callable[[Account], tuple[str | None, str | None] | None]
"""What an account says, as it is shown and as it is compared; None if it cannot be compared."""


def _owner(account: Account, people: Gathering[SiloRow]) -> tuple[str | None, str | None] | None:
    person = people.person(account.owner)
    return None if person is None and account.owner is not None else (person, person)


@attrs.frozen
class _Deals:
    """The deals of each account, and the sources that hold any."""

    held: dict[Ref, list[Deal]]
    sources: frozenset[str]
    name_of: Callable[[Deal], str | None]

    @classmethod
    def of(cls, records: Records, stages: Identity | None) -> _Deals:
        held: dict[Ref, list[Deal]] = {}
        for deal in records.of("deal"):
            if deal.account is not None and deal.status != "void" and not deal.archived:
                held.setdefault(deal.account, []).append(deal)

        def name_of(deal: Deal) -> str | None:
            if deal.stage is None:
                return None
            stage = records.get(deal.stage)
            name = deal.stage.external_id if stage is None else stage.name
            if stages is None:
                return name
            return (stages(name) if callable(stages) else stages.get(name)) or name

        return cls(held, frozenset(deal.ref.source for deal in records.of("deal")), name_of)

    def stages(self, account: Account) -> tuple[str | None, str | None] | None:
        """The stages of open deals, if there are any."""
        names = {self.name_of(deal) for deal in self.held.get(account.ref, ()) if deal.status == "open"} - {None}
        told = ", ".join(sorted(map(str, names)))
        return (told, folded("stage", told, frozenset())) if names else None

    def status(self, account: Account) -> tuple[str | None, str | None] | None:
        """Whether there is an open deal, if the source holds deals at all."""
        if account.ref.source not in self.sources:
            return None
        statuses = {deal.status for deal in self.held.get(account.ref, ())}
        if "open" in statuses:
            return "open", "open"
        return (", ".join(sorted(statuses)), "closed") if statuses else (None, None)


def _rows(group: Group, name: str, says: _Says) -> Iterable[SiloRow]:
    told = [(each, said) for each in group if (said := says(each)) is not None]
    compared = {said[1] for _, said in told}
    values = compared - {None}
    if len(compared) < 2 or (name == "status" and "open" not in values):
        return
    for each, said in told:
        yield SiloRow(
            customer=str(group[0].ref),
            name=group[0].name,
            field=name,
            state="differs" if len(values) > 1 else "one-sided",
            source=each.ref.source,
            ref=str(each.ref),
            value=said[0],
        )


def _findings(found: Silos) -> Iterator[Finding]:
    for name in found.fields:
        if count := found.count(name):
            place = Place(table="account", field=name)
            yield find("crm.silo", place, field=name, count=count, of=len(found.customers))
