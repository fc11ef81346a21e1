"""Which accounts of several sources are one customer: by keys in order, and never by a guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from types import MappingProxyType

import attrs

from salesteam.core import Finding, Place, find
from salesteam.crm._people import Account
from salesteam.crm._quality._words import said
from salesteam.crm._ref import Ref

__all__ = ["MATCHED_BY", "Matching", "folded", "matched"]

MATCHED_BY: Mapping[str, str] = MappingProxyType(
    {
        "registry_id": "the number in the register of companies, letters and digits alone",
        "domain": "the domain of the company, without protocol, www. and path",
        "name": "the name, without case, width, blanks and punctuation; what is short for a legal form stays",
    }
)
"""What may tell that accounts of two sources are one customer, with one line on each."""

Group = tuple[Account, ...]
_SHOWN = 5


def _letters(text: str) -> str:
    return "".join(each for each in _plain(text) if each.isalnum())


def _domain(text: str) -> str:
    host = re.split(r"[/?#:]", re.sub(r"^[a-z]+://", "", _plain(text)), maxsplit=1)[0]
    return host.removeprefix("www.").strip(".")


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


_FOLDS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"registry_id": _letters, "domain": _domain, "name": _letters}
)


def folded(field: str, text: str | None, nothing: frozenset[str]) -> str | None:
    """A text of an account as it is compared; None if it says nothing."""
    full = said(text, nothing)
    return None if full is None else _FOLDS.get(field, _plain)(full) or None


@attrs.frozen
class _Doubt:
    """Accounts that share a value of a key, and cannot be matched by it."""

    key: str
    stronger: tuple[str, ...]
    accounts: Group


@attrs.frozen
class Matching:
    """The customers that several sources know, and accounts that were left apart, with what is told of them."""

    customers: tuple[Group, ...]
    apart: tuple[tuple[Group, Finding], ...]


def matched(accounts: Sequence[Account], by: Sequence[str], nothing: frozenset[str]) -> Matching:
    """Match by each key in turn; a later key goes on with what the earlier ones made.

    Accounts that share a value are one customer if each source has at most one of them, and no earlier key says
    otherwise. Else they are left apart, and told unless a later key settles it.
    """
    values = {key: {each.ref: folded(key, getattr(each, key), nothing) for each in accounts} for key in by}

    def says(key: str, group: Group) -> frozenset[str]:
        return frozenset(value for each in group if (value := values[key][each.ref]) is not None)

    def opposed(one: Group, other: Group, keys: Sequence[str]) -> bool:
        told = ((says(key, one), says(key, other)) for key in keys)
        return any(mine and others and not mine & others for mine, others in told)

    groups: list[Group] = [(each,) for each in sorted(accounts, key=lambda each: each.ref)]
    doubts: list[_Doubt] = []
    for at, key in enumerate(by):
        kept: list[Group] = []
        for alike in _alike(groups, [says(key, group) for group in groups]):
            joined = tuple(sorted((each for group in alike for each in group), key=lambda each: each.ref))
            twice = len(_sources(joined)) < len(joined)
            if twice or any(opposed(one, other, by[:at]) for one, other in combinations(alike, 2)):
                doubts.append(_Doubt(key, tuple(by[:at]), joined))
                kept += alike
            else:
                kept.append(joined)
        groups = kept
    told = tuple(_told(doubts, groups, opposed))
    customers = sorted((group for group in groups if len(group) > 1), key=lambda group: group[0].ref)
    return Matching(tuple(customers), told)


def _sources(group: Group) -> set[str]:
    return {each.ref.source for each in group}


def _alike(groups: Sequence[Group], values: Sequence[frozenset[str]]) -> Iterator[list[Group]]:
    """The groups, together that share a value, be it through others."""
    root = list(range(len(groups)))

    def top(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    first: dict[str, int] = {}
    for at, each in enumerate(values):
        for value in each:
            root[top(at)] = top(first.setdefault(value, at))
    found: dict[int, list[Group]] = {}
    for at, group in enumerate(groups):
        found.setdefault(top(at), []).append(group)
    yield from found.values()


def _told(
    doubts: Sequence[_Doubt], groups: Sequence[Group], opposed: Callable[[Group, Group, Sequence[str]], bool]
) -> Iterator[tuple[Group, Finding]]:
    """What no key settled: accounts of two sources that could still be one customer, or that a key keeps apart."""
    home = {each.ref: group for group in groups for each in group}
    told: dict[Ref, list[frozenset[Ref]]] = {}
    for doubt in doubts:
        refs = frozenset(each.ref for each in doubt.accounts)
        if any(refs <= former for former in told.get(min(refs), ())):
            continue
        parts = {home[ref][0].ref: home[ref] for ref in refs}.values() if len(_sources(doubt.accounts)) > 1 else ()
        pairs = combinations(parts, 2)
        apart = ((one, other) for one, other in pairs if not _sources(one) & _sources(other))
        first = next(apart, None)
        if first is None:
            continue
        for ref in refs:
            told.setdefault(ref, []).append(refs)
        clash = all(opposed(one, other, doubt.stronger) for one, other in chain([first], apart))
        names = tuple(str(each.ref) for each in doubt.accounts)
        yield (
            doubt.accounts,
            find(
                "crm.match-contradicted" if clash else "crm.match-ambiguous",
                Place(table="account", field=doubt.key),
                key=doubt.key,
                count=len(names),
                refs=names[:_SHOWN],
            ),
        )
