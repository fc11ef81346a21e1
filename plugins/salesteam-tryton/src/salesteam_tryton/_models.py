"""The models of Tryton, which of their rows are of a kind, and what counts as a change of a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from salesteam.crm import Kind
from salesteam_tryton._typed import typed_time

__all__ = ["MODELS", "OPPORTUNITY", "Domain", "Model", "changed", "changes_of"]

Domain = list[Any]
OPPORTUNITY = "sale.opportunity"
_DATES = ("create_date", "write_date")


@attrs.frozen(kw_only=True)
class Model:
    """A model.

    Parameters
    ----------
    name : str
        As Tryton names it.
    fields : tuple of str
        What is read.
    only : tuple of tuple
        Which of its rows are of the kind.
    company : str, optional
        The field that names the company of a row.
    party : str, optional
        The field with a party that must not be one of the company or its people.
    parts : tuple of str
        Fields with rows of other models that a record is made of too: a change of one is a change of the record.
    full : bool
        Whether all rows are read each time.
    """

    name: str
    fields: tuple[str, ...]
    only: tuple[tuple[str, str, Any], ...] = ()
    company: str | None = None
    party: str | None = None
    parts: tuple[str, ...] = ()
    full: bool = False

    @property
    def read(self) -> tuple[str, ...]:
        """All fields that are read, with the times of the row and of its parts."""
        return ("id", *_DATES, *self.fields, *(f"{part}.{date}" for part in self.parts for date in _DATES))


_ASKED = "number reference description party employee amount currency.code conversion_probability state end_date"
MODELS: Mapping[Kind, Model] = {
    "user": Model(
        name="company.employee",
        fields=("party.name", "party.email", "supervisor", "start_date", "end_date"),
        company="company",
        full=True,
    ),
    "account": Model(
        name="party.party",
        fields=(
            *("name", "active", "replaced_by", "website", "tax_identifier.code"),
            *("addresses.active", "addresses.country.code", "addresses.subdivision.name"),
        ),
        party="id",
        parts=("addresses", "contact_mechanisms", "identifiers"),
    ),
    "contact": Model(
        name="party.contact_mechanism",
        fields=("party", "type", "value", "name", "active"),
        only=(("type", "in", ["email", "phone", "mobile"]),),
        party="party",
    ),
    "product": Model(name="product.product", fields=("name", "code", "active"), parts=("template",)),
    "lead": Model(name=OPPORTUNITY, fields=tuple(_ASKED.split()), only=(("state", "=", "lead"),), company="company"),
    "deal": Model(
        name=OPPORTUNITY,
        fields=(*_ASKED.split(), "lost_reason"),
        only=(("state", "!=", "lead"),),
        company="company",
    ),
    "deal_line": Model(
        name="sale.opportunity.line",
        fields=("opportunity", "product", "quantity"),
        only=(("product", "!=", None), ("opportunity.state", "!=", "lead")),
        company="opportunity.company",
        parts=("opportunity",),
    ),
    "money_event": Model(
        name="sale.sale",
        fields=("origin", "sale_date", "untaxed_amount", "currency.code"),
        only=(
            ("origin", "like", f"{OPPORTUNITY},%"),
            ("state", "in", ["confirmed", "processing", "done"]),
        ),
        company="company",
    ),
}


def changed(model: Model, after: datetime | None, until: datetime | None) -> Domain:
    """The rows that changed within a window, themselves or in one of their parts.

    A row that was never written has no ``write_date``; then its ``create_date`` counts.

    Examples
    --------
    >>> changed(MODELS["lead"], None, None)
    []
    """
    found: Domain = []
    if after is not None:
        since = _moved(">=", after)
        found.append(["OR", since, *([[part, "where", [since]]] for part in model.parts)])
    if until is not None:
        found.append(_moved("<=", until))
        found.extend([part, "not where", [_moved(">", until)]] for part in model.parts)
    return found


def _moved(operator: str, at: datetime) -> Domain:
    when = typed_time(at)
    return ["OR", ["write_date", operator, when], [["write_date", "=", None], ["create_date", operator, when]]]


def changes_of(model: Model, row: Mapping[str, Any]) -> Iterator[str | None]:
    """When a row was changed, and when each of its parts was; None where the row does not tell."""
    yield row.get("write_date") or row.get("create_date")
    for part in model.parts:
        several: Sequence[Mapping[str, Any]] | None = row.get(f"{part}.")
        if several is None:
            yield row.get(f"{part}.write_date") or row.get(f"{part}.create_date")
        else:
            for each in several:
                yield each.get("write_date") or each.get("create_date")
