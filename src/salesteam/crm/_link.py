"""Follow the references between records: merges, what dangles, and whose owner has left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from salesteam.core import Finding, Place, find
from salesteam.crm._reading import Records
from salesteam.crm._record import Record
from salesteam.crm._ref import Ref, nameless
from salesteam.crm._references import references

__all__ = ["dangling", "inactive_owners", "redirected", "survivor"]

_AT_WORK = frozenset({"open", "new", "working", "qualified"})


def survivor(ref: Ref, moved: Mapping[Ref, Ref]) -> Ref | None:
    """The last of a chain of merges; None if the chain runs in a circle."""
    seen = {ref}
    while (following := moved.get(ref)) is not None:
        if following in seen:
            return None
        seen.add(following)
        ref = following
    return ref


def redirected(records: Iterable[Record], moved: Mapping[Ref, Ref]) -> tuple[Record, ...]:
    """The records, their references pointed at the survivors of merges."""
    last = {ref: survivor(ref, moved) or ref for ref in moved}
    if not last:
        return tuple(records)
    return tuple(references(record, lambda ref: last.get(ref, ref)) for record in records)


def dangling(records: Records) -> list[Finding]:
    """One finding for each kind of record that points to records which are not there; not of forgotten persons."""
    read = {(reading.source, reading.kind) for reading in records.readings}
    missing: dict[tuple[str, str, str], tuple[set[Ref], set[str]]] = {}
    for record in records.records:
        for ref in _pointed_to(record):
            if (ref.source, ref.kind) in read and records.get(ref) is None and ref != nameless(ref):
                key = (record.ref.source, record.kind, ref.kind)
                holders, lost = missing.setdefault(key, (set(), set()))
                holders.add(record.ref)
                lost.add(ref.external_id)
    return [
        find(
            "crm.dangling-reference",
            Place(table=kind),
            source=source,
            kind=kind,
            target=target,
            count=len(holders),
            examples=sorted(lost)[:3],
        )
        for (source, kind, target), (holders, lost) in sorted(missing.items())
    ]


def _pointed_to(record: Record) -> list[Ref]:
    found: list[Ref] = []

    def look(ref: Ref) -> Ref:
        found.append(ref)
        return ref

    references(record, look)
    return found


def inactive_owners(records: Records) -> list[Finding]:
    """One finding for each user who is no longer active and owns open deals or leads."""
    gone = {user.ref: user.name for user in records.of("user") if not user.active}
    held = Counter(
        record.owner
        for kind in ("lead", "deal")
        for record in records.of(kind)
        if record.owner in gone and record.status in _AT_WORK
    )
    return [
        find("crm.inactive-owner", Place(table="user", key=ref.external_id), user=gone[ref], count=count)
        for ref, count in sorted(held.items())
    ]
