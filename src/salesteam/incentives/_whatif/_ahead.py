"""What is reached over intervals longer than the pay period, known before the first period of each is paid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array
from salesteam.incentives._whatif._reach import Leaf, Reach, Stretch

__all__ = ["Ahead"]


@attrs.define(eq=False, kw_only=True)
class Ahead:
    """The long intervals that some payees are measured over, in one block of scenarios.

    Their periods are drawn once more, rather than kept: a year of a thousand payees would not fit into memory.

    Parameters
    ----------
    stretches : collection of Stretch
        Whose number over which interval.
    draw : callable
        Draws some measures in a period.
    size : int
        Scenarios of the block.
    """

    stretches: Collection[Stretch]
    draw: Callable[[int, Collection[str]], dict[Leaf, Array]]
    size: int
    _known: dict[Stretch, Array] = attrs.field(factory=dict)

    def at(self, at: int) -> Mapping[tuple[Leaf, str], Array]:
        """What is known in a period of the intervals that it lies in; asked for before anything is drawn in it."""
        if not self.stretches:
            return {}
        for over in [stretch for stretch in self._known if stretch.ats[-1] < at]:
            del self._known[over]
        begun = [stretch for stretch in self.stretches if stretch.ats[0] == at]
        self._known |= {stretch: arrays.blank(self.size) for stretch in begun}
        measures = {stretch.leaf[1] for stretch in begun}
        for place in sorted({place for stretch in begun for place in stretch.counted}):
            reach = Reach(self.draw(place, measures), self.size)
            for stretch in begun:
                if place in stretch.counted:
                    arrays.added(self._known[stretch], reach.of(stretch.leaf))
        return {(stretch.leaf, stretch.interval): found for stretch, found in self._known.items()}
