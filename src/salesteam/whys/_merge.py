"""Extend an open tree by a new reading of the same breach, keeping all that people added."""

from __future__ import annotations

from attrs import evolve

from salesteam.whys._model_parts import Link
from salesteam.whys._model_tree import Tree

__all__ = ["merge"]


def merge(old: Tree, new: Tree, method: str | None) -> Tree:
    """The old tree with the size, numbers, hypotheses and people of the new one; the same tree if nothing changed.

    Numbers of the method are replaced as a whole, so that they sum again; numbers of other methods stay.
    """
    event = evolve(
        old.event, size=new.event.size, unit=new.event.unit, anchor=new.event.anchor, exposure=new.event.exposure
    )
    known = {cause.id for cause in old.causes}
    causes = (*old.causes, *(cause for cause in new.causes if cause.id not in known))
    fresh = {link.id: link for link in new.links}
    links = tuple(_renumbered(link, fresh.get(link.id), method, old.event.id) for link in old.links)
    have = {link.id for link in old.links}
    links += tuple(link for link in new.links if link.id not in have)
    lines = old.lines
    if method is not None:
        lines = (*(line for line in old.lines if line.contribution.method != method), *new.lines)
    people = {who.person: who for who in old.participants}
    for who in new.participants:
        people[who.person] = evolve(people.get(who.person, who), duty=who.duty, activity=who.activity)
    joined = evolve(
        old,
        event=event,
        causes=causes,
        links=links,
        lines=lines,
        participants=tuple(people.values()),
        due=old.due or new.due,
    )
    return old if joined == old else evolve(joined, version=old.version + 1)


def _renumbered(link: Link, fresh: Link | None, method: str | None, event: str) -> Link:
    if method is None or link.effect != event:
        return link
    kept = tuple(one for one in link.contributions if one.method != method)
    return evolve(link, contributions=(*kept, *(fresh.contributions if fresh else ())))
