"""What records of a kind should have: a field, or a relation, always or from some stage on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import attrs

from salesteam.crm._field_type import field_types
from salesteam.crm._records import RECORDS
from salesteam.crm._ref import KINDS, Kind
from salesteam.errors import InvalidValueError, NotFoundError

__all__ = ["Required"]


@attrs.frozen(kw_only=True)
class Required:
    """A field, or a relation, that records of a kind should have.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    field : str, optional
        A field of it.
    relation : str, optional
        A kind of which one record must refer to it, instead of a field.
    where : mapping of str to tuple of str, optional
        Which records of the relation count: field to accepted texts.
    when : mapping of str to tuple of str, optional
        To which records it applies: field to accepted texts; of a reference, its id or name. To all if not given.
    weight : Fraction, default 1
        How much it counts in the share of its record.

    Raises
    ------
    InvalidValueError
        If it names neither a field nor a relation, or both, or its weight is not above 0.
    NotFoundError
        For a kind, field or option that does not exist.

    Examples
    --------
    >>> from_talks_on = {"stage": ("talks", "contract")}
    >>> Required(kind="deal", field="value", when=from_talks_on).name
    'value'
    >>> Required(kind="deal", relation="deal_contact", where={"role": ("decision_maker",)}).name
    'deal_contact(role=decision_maker)'
    """

    kind: Kind
    field: str | None = None
    relation: Kind | None = None
    where: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, hash=False)
    when: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, hash=False)
    weight: Fraction = Fraction(1)

    def __attrs_post_init__(self) -> None:
        if (self.field is None) == (self.relation is None):
            raise InvalidValueError("it names no single thing", where="Required", fix="give a field or a relation")
        if self.weight <= 0:
            raise InvalidValueError(f"{self.weight} is no weight", where="Required.weight", fix="give more than 0")
        for kind in (self.kind, self.relation or self.kind):
            if kind not in KINDS:
                raise NotFoundError("kind of record", kind, KINDS, where="salesteam.crm.KINDS")
        own = (self.field,) if self.field else ()
        _known(self.kind, (*own, *self.when))
        _known(self.relation or self.kind, self.where)
        for kind, conditions in ((self.kind, self.when), (self.relation or self.kind, self.where)):
            for name, texts in conditions.items():
                _possible(kind, name, texts)

    @property
    def name(self) -> str:
        """What is required, in one word.

        Examples
        --------
        >>> Required(kind="account", field="industry").name
        'industry'
        """
        if self.field is not None:
            return self.field
        inside = ", ".join(f"{name}={'|'.join(texts)}" for name, texts in self.where.items())
        return f"{self.relation}({inside})" if inside else str(self.relation)


def _known(kind: Kind, names: Iterable[str]) -> None:
    fields = field_types(RECORDS[kind])
    for name in names:
        if name not in fields:
            raise NotFoundError("field", name, fields, where=kind)


def _possible(kind: Kind, name: str, texts: Iterable[str]) -> None:
    options = field_types(RECORDS[kind])[name].options
    for text in texts if options else ():
        if text not in options:
            raise NotFoundError(f"{name} of {kind}", text, options, where="Required")
