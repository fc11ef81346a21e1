"""What the lines of a deal say together: how many of which product."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import attrs

from salesteam.crm._deals import Deal
from salesteam.crm._reading import Records
from salesteam.crm._ref import Ref

__all__ = ["Lines", "lines_of"]


@attrs.frozen
class Lines:
    """The lines of one deal; a product only where all lines have the same."""

    quantity: Fraction | None = None
    product: str | None = None
    family: str | None = None


def lines_of(records: Records) -> Callable[[Deal], Lines]:
    """Make the function that tells the lines of a deal."""
    quantities: dict[Ref, Fraction] = {}
    products: dict[Ref, set[Ref]] = {}
    for line in records.of("deal_line"):
        quantities[line.deal] = quantities.get(line.deal, Fraction(0)) + line.quantity
        products.setdefault(line.deal, set()).add(line.product)

    def of(deal: Deal) -> Lines:
        found = products.get(deal.ref, set())
        product = records.get(next(iter(found))) if len(found) == 1 else None
        quantity = quantities.get(deal.ref)
        return Lines(quantity) if product is None else Lines(quantity, product.name, product.family)

    return of
