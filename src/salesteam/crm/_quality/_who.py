"""Whom a login stands for."""

from __future__ import annotations

from collections.abc import Callable

from salesteam.crm._ref import Ref
from salesteam.crm.facts._table_of_facts import Identity

__all__ = ["Who", "person_of", "who_is"]

Who = Callable[[Ref], str]


def person_of(login: str, identity: Identity | None) -> str | None:
    """The person of a login by an identity table; None if there is none, or it knows nobody of that login."""
    if identity is None:
        return None
    return identity(login) if callable(identity) else identity.get(login)


def who_is(identity: Identity | None) -> Who:
    """The person of a user; the login itself where nobody is known by it, so that no work is lost sight of."""
    return lambda user: person_of(user.external_id, identity) or user.external_id
