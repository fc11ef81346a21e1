"""Tell a source that is down from a kind that fails: two kinds in a row without any answer."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from salesteam.core import Finding, find
from salesteam.crm._ref import Kind
from salesteam.errors import Transient

__all__ = ["Silence", "silent"]

_DOWN = 2


def silent(error: BaseException) -> bool:
    """Whether an error means that the source gave no answer at all."""
    return isinstance(error, Transient) and not error.answered


@attrs.define
class Silence:
    """The kinds in a row of which a source gave no answer.

    One may be slow by itself, so the next is asked, but without patience; if it is silent too, no other is waited for.
    """

    kinds: tuple[Kind, ...] = ()

    @property
    def doubted(self) -> bool:
        """Whether the last kind got no answer."""
        return bool(self.kinds)

    @property
    def down(self) -> bool:
        """Whether the source gives no answer to anything."""
        return len(self.kinds) >= _DOWN

    def heard(self, kind: Kind, *, answered: bool) -> None:
        """Remember whether a kind got an answer."""
        self.kinds = () if answered else (*self.kinds, kind)

    def finding(self, source: str, left: Iterable[Kind]) -> Finding:
        """All kinds but the first, whose failure is told by itself, and those that were not even asked for."""
        return find("crm.source-down", source=source, kinds=[*self.kinds[1:], *left])
