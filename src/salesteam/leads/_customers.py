"""Known customers: which of them a lead belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from salesteam.leads._match import folded
from salesteam.leads._model_claim import Customer
from salesteam.leads._model_lead import Lead

__all__ = ["Known"]

_FREE_MAIL = frozenset(
    {
        "126.com",
        "163.com",
        "aliyun.com",
        "foxmail.com",
        "gmail.com",
        "hotmail.com",
        "icloud.com",
        "outlook.com",
        "qq.com",
        "sina.com",
        "yahoo.com",
    }
)
_EVER = datetime.min.replace(tzinfo=UTC)


def _digits(phone: str | None) -> str:
    return "".join(char for char in folded(phone or "") if char.isdigit())


def _domain(email: str | None) -> str:
    domain = folded(email or "").rpartition("@")[2]
    return "" if domain in _FREE_MAIL else domain


def _place(company: str | None, city: str | None) -> str:
    return f"{folded(company)}\x1f{folded(city)}" if company and city else ""


_KEYS: tuple[tuple[Callable[[Customer], str], Callable[[Lead], str]], ...] = (
    (lambda customer: folded(customer.account), lambda lead: folded(lead.account or "")),
    (lambda customer: folded(customer.registry_id or ""), lambda lead: folded(lead.registry_id or "")),
    (lambda customer: _domain(customer.domain), lambda lead: _domain(lead.email)),
    (lambda customer: _place(customer.company, customer.city), lambda lead: _place(lead.company, lead.city)),
    (lambda customer: _digits(customer.phone), lambda lead: _digits(lead.phone)),
)


class Known:
    """Customers by each key that recognises them, in the order of the evidence's strength."""

    def __init__(self, customers: Iterable[Customer]) -> None:
        self._indexes: list[dict[str, list[Customer]]] = [{} for _ in _KEYS]
        for customer in sorted(customers, key=lambda customer: customer.account):
            for index, (of_customer, _) in zip(self._indexes, _KEYS, strict=True):
                key = of_customer(customer)
                if key:
                    index.setdefault(key, []).append(customer)

    def match(self, lead: Lead) -> Sequence[Customer]:
        """The customer of a lead: none, one, or several that nothing tells apart.

        The first key that agrees decides; then the most open opportunities, then the latest activity.
        """
        for index, (_, of_lead) in zip(self._indexes, _KEYS, strict=True):
            found = index.get(of_lead(lead), ()) if index else ()
            if found:
                best = max(_rank(customer) for customer in found)
                return [customer for customer in found if _rank(customer) == best]
        return ()


def _rank(customer: Customer) -> tuple[int, datetime]:
    return customer.open_opportunities, customer.last_activity or _EVER
