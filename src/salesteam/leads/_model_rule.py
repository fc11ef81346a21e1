"""Rules, and what happens when none applies: the parts of a policy."""

from __future__ import annotations

from typing import Literal

import attrs

from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError, missing_choice
from salesteam.leads._items import items
from salesteam.leads._model_condition import MISSING, Condition, OnMissing
from salesteam.leads._model_lead import named

__all__ = ["Domain", "Fallback", "Gives", "OnEmpty", "Rule", "Territory"]

Gives = Literal["assign", "offer", "hold", "pool"]
OnEmpty = Literal["next", "fallback", "hold"]

GIVES = ("assign", "offer", "hold", "pool")
EMPTY = {
    "next": "try the next rule that matches",
    "fallback": "put the lead into the fallback queue",
    "hold": "hold it until a seat is free",
}


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Rule:
    """If this holds of a lead, then these seats, picked this way (分配规则).

    Parameters
    ----------
    id : str
        Its name, in every explanation.
    when : Condition, optional
        What must hold; without it every lead matches.
    on_missing : {'no_match', 'match', 'hold'}, optional
        What to do where `when` or `skill_fields` cannot be decided because a field is missing;
        required if the rule has either.
    gives : {'assign', 'offer', 'hold', 'pool'}, default 'assign'
        Assign the lead, offer it (the seat must accept), hold it, or put it into the public pool (公海).
    pool : str, optional
        Pool of the seats, every seat if not given; for ``pool`` the name of the public pool, required.
    teams : tuple of str, optional
        Only seats of these teams.
    skills : tuple of str, optional
        Skills that a seat needs for every lead of this rule.
    skill_fields : tuple of str, optional
        Fields of the lead whose value a seat must have among its skills, such as ``product``.
    selector : str, optional
        Id of one of the policy's selectors; required to assign or offer.
    on_empty : {'next', 'fallback', 'hold'}, optional
        What to do where no seat is left; required to assign or offer.

    Raises
    ------
    InvalidValueError
        If a choice is missing, or does not fit what the rule gives.

    Examples
    --------
    >>> rule = Rule(id="all", pool="inbound", selector="fair", on_empty="fallback")
    >>> rule.seated
    True
    """

    id: str = attrs.field(validator=named("Rule.id"))
    when: Condition | None = None
    on_missing: OnMissing | None = None
    gives: Gives = "assign"
    pool: str | None = None
    teams: tuple[str, ...] = attrs.field(default=(), converter=items)
    skills: tuple[str, ...] = attrs.field(default=(), converter=items)
    skill_fields: tuple[str, ...] = attrs.field(default=(), converter=items)
    selector: str | None = None
    on_empty: OnEmpty | None = None

    def __attrs_post_init__(self) -> None:
        where = f"Rule {self.id}"
        if self.gives not in GIVES:
            raise InvalidValueError(
                f"{self.gives!r} is nothing a rule gives", where=where, fix=f"use {', '.join(GIVES)}"
            )
        if self.on_missing not in MISSING and (self.when is not None or self.skill_fields or self.on_missing):
            raise missing_choice("on_missing", MISSING, where=where)
        if self.seated and self.on_empty not in EMPTY:
            raise missing_choice("on_empty", EMPTY, where=where)
        if self.seated and not self.selector:
            raise InvalidValueError("no selector", where=where, fix="name one of the policy's selectors")
        if not self.seated and (self.selector or self.on_empty or self.teams or self.skills or self.skill_fields):
            raise InvalidValueError(
                f"it gives {self.gives} and picks no seat",
                where=where,
                fix="leave out selector, on_empty, teams, skills and skill_fields",
            )
        if self.gives == "pool" and not self.pool:
            raise InvalidValueError("no public pool", where=where, fix="name it in pool")

    @property
    def seated(self) -> bool:
        """Whether the rule picks a seat.

        Examples
        --------
        >>> Rule(id="later", gives="hold").seated
        False
        """
        return self.gives in ("assign", "offer")


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Fallback:
    """Where a lead goes that no rule could place: a queue, and who owns it.

    Parameters
    ----------
    queue : str
        Name of the queue.
    owner : str, optional
        The person whose job it is to empty it.
        Without one nothing is queued: leads are held, and `check` reports it as an error.

    Raises
    ------
    InvalidValueError
        For an empty queue name.

    Examples
    --------
    >>> Fallback(queue="triage", owner="wang").owner
    'wang'
    """

    queue: str = attrs.field(validator=named("Fallback.queue"))
    owner: str = ""


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Territory:
    """A named piece of the market (区域).

    Conditions and claims refer to it as the field ``territory`` of a lead.
    A lead in two territories belongs to the one declared first, and `check` reports the overlap.

    Parameters
    ----------
    id : str
        Its name.
    where : Condition
        Which leads lie in it.

    Raises
    ------
    InvalidValueError
        If it is defined by itself or another territory.

    Examples
    --------
    >>> east = Territory(id="east", where=Condition(field="region", operator="in", value=["Shanghai", "Jiangsu"]))
    >>> east.where.text()
    'region in (Shanghai, Jiangsu)'
    """

    id: str = attrs.field(validator=named("Territory.id"))
    where: Condition

    def __attrs_post_init__(self) -> None:
        if any(test.field == "territory" for test in self.where.tests()):
            raise InvalidValueError(
                "a territory is defined by a territory", where=f"Territory {self.id}", fix="use the fields of the lead"
            )


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Domain:
    """All the values that a field can have, so that `check` can tell what no rule or territory covers.

    Parameters
    ----------
    field : str
        Field or extra column of the leads.
    values : tuple of str
        Every value it can have.

    Raises
    ------
    InvalidValueError
        If there is no value.

    Examples
    --------
    >>> Domain(field="region", values=["East", "North"]).values
    ('East', 'North')
    """

    field: str = attrs.field(validator=named("Domain.field"))
    values: tuple[str, ...] = attrs.field(converter=items)

    def __attrs_post_init__(self) -> None:
        if not self.values:
            raise InvalidValueError(
                "no values", where=f"Domain {self.field}", fix="list every value the field can have"
            )
