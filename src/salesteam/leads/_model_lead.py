"""The noun that everything here is about: a lead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from salesteam.core._noun import FrozenMapping, as_annotated
from salesteam.core._table import column
from salesteam.errors import InvalidValueError
from salesteam.leads._instant import instant_if_any

__all__ = ["LEAD_FIELDS", "NUMBERS", "Lead", "named"]

NUMBERS = frozenset({"score", "value_minor"})
"""Fields of a lead that hold a number."""


def named(where: str) -> Any:
    """Make the validator of a field that must hold a name."""

    def check(_: object, __: attrs.Attribute[str], value: str) -> None:
        if not isinstance(value, str) or not value.strip():
            raise InvalidValueError(f"{value!r} is no name", where=where, fix="give it an id of at least one character")

    return check


def _rest(more: Mapping[str, Any]) -> Mapping[str, Any]:
    return FrozenMapping({str(name): more[name] for name in sorted(more)})


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Lead:
    """An enquiry of a person or a company (线索).

    A lead with an `owner` is an existing holding, never a new arrival:
    `allocate` sets it aside, `propose` deals with it.

    Parameters
    ----------
    lead : str
        Its id.
    created_at : datetime, optional
        When it arrived, with a zone.
    source, company, registry_id, phone, email, region, city, industry, product : str, optional
        What is known of it.
    account : str, optional
        The customer's id in the CRM, where the source already knows it.
    score : int, optional
        Points of the hand-over standard.
    value_minor : int, optional
        Expected value in minor units.
    consent : bool, optional
        Whether the person agreed to be contacted; missing is unknown.
    owner : str, optional
        Seat or person that holds it already.
    frozen : bool, default False
        Whether nobody may move it now.
    more : mapping, optional
        Every other column of the leads, for conditions and skills.

    Raises
    ------
    InvalidValueError
        For an empty id or an instant without a zone.

    Examples
    --------
    >>> Lead(lead="L-1", region="East", more={"series": "GTX"}).get("series")
    'GTX'
    """

    lead: str = column("id of the lead", validator=named("Lead.lead"))
    created_at: datetime | None = column(
        "when it arrived", default=None, converter=lambda at: instant_if_any(at, "Lead.created_at")
    )
    source: str | None = column("where it came from", default=None)
    company: str | None = column("name of the company", default=None)
    account: str | None = column("id of the customer, if known", default=None)
    registry_id: str | None = column("registration number of the company", default=None)
    phone: str | None = column("telephone number", default=None)
    email: str | None = column("e-mail address", default=None)
    region: str | None = column("region", default=None)
    city: str | None = column("city", default=None)
    industry: str | None = column("industry", default=None)
    product: str | None = column("product asked for", default=None)
    score: int | None = column("points of the hand-over standard", "points", default=None)
    value_minor: int | None = column("expected value", "minor units", default=None)
    consent: bool | None = column("whether contact is allowed; missing is unknown", default=None)
    owner: str | None = column("seat or person that holds it already", default=None)
    frozen: bool = column("whether nobody may move it now", default=False)
    more: Mapping[str, Any] = column("every other column", rest=True, converter=_rest)

    def get(self, field: str) -> Any:
        """The value of a field or of an extra column; None where it is missing, empty or not a number (NaN).

        Examples
        --------
        >>> Lead(lead="L-1", region=" ").get("region") is None
        True
        """
        value = getattr(self, field) if field in LEAD_FIELDS else self.more.get(field)
        if value is None or value != value:  # noqa: PLR0124 -- NaN differs from itself
            return None
        return None if isinstance(value, str) and not value.strip() else value


LEAD_FIELDS = frozenset(attribute.name for attribute in attrs.fields(Lead)) - {"more"}
"""Fields that a condition on a lead may name, besides extra columns and ``territory``."""
