"""Single deals of a payee in a period, in many scenarios at once: how many there are, and how large each is."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from salesteam.core._table import _arrays as arrays
from salesteam.core._table._arrays import Array, Mask
from salesteam.incentives._whatif._world import Outlook

__all__ = ["DealLaw", "Deals"]


@attrs.define(eq=False)
class Deals:
    """The deals of a payee in one period.

    Parameters
    ----------
    number : array of float
        How many there are.
    sizes : list of array of float
        The first deal of every scenario, the second, and so on, in smallest units; 0 where there are not so many.
    """

    number: Array
    sizes: list[Array]

    def there(self, index: int) -> Mask:
        """Where there are more deals than so many."""
        found: Mask = self.number > index
        return found

    def total(self, out: Array) -> None:
        """Fill an array with the sum of all deals."""
        out.fill(0.0)
        for size in self.sizes:
            arrays.added(out, size)


@attrs.define(eq=False, kw_only=True)
class DealLaw:
    """How the deals of a period vary.

    Parameters
    ----------
    level : Law
        How many times its mean the period brings.
    size : Law
        Size of a deal.
    deals : float
        Expected number.
    fixed : bool
        Whether there are always so many, and the level makes them larger, rather than more.
    low, high : float, optional
        Limits of a deal.
    whole : bool
        Whether only whole numbers occur.
    """

    level: arrays.Law
    size: arrays.Law
    deals: float
    fixed: bool
    low: float | None
    high: float | None
    whole: bool

    @classmethod
    def of(cls, outlook: Outlook, season: float, scale: float, shared: Sequence[float], *, whole: bool) -> DealLaw:
        """The law of an outlook on deals.

        Parameters
        ----------
        outlook : Outlook
            With `deals`.
        season, scale : float
            How many times its mean the period is expected to reach; smallest units in one unit.
        shared : sequence of float
            Share of the variance of the period that each shared factor takes.
        whole : bool
            Whether only whole numbers occur.
        """
        assert outlook.deals is not None
        return cls(
            level=arrays.Law("lognormal", season, outlook.spread, shared),
            size=arrays.Law(outlook.shape, outlook.mean * scale / outlook.deals, outlook.deal_spread),
            deals=outlook.deals, fixed=outlook.law == "fixed",
            low=None if outlook.low is None else outlook.low * scale,
            high=None if outlook.high is None else outlook.high * scale, whole=whole,
        )  # fmt: skip

    def draw(
        self, draws: arrays.Draws, key: tuple[str, ...], block: int, factors: Sequence[Array], spare: Array
    ) -> Deals:
        """Draw the deals of a block of scenarios; a deal depends on the key and its own number alone.

        Parameters
        ----------
        draws : Draws
            The generator.
        key : tuple of str
            Whose deals, of what, and when.
        block : int
            Which scenarios.
        factors : sequence of array of float
            Luck that is shared with others.
        spare : array of float
            Room to work in.
        """
        level = arrays.blank(len(spare))
        if self.level.width:
            draws.normals(level, *key, block=block)
        self.level.fill(level, factors, spare)
        if self.fixed:
            number = arrays.blank(len(spare), fill=self.deals)
        else:
            draws.uniforms(spare, *key, "deals", block=block)
            number = arrays.poisson(spare, level * self.deals)
        deals, size = Deals(number, []), len(number)
        for index in range(int(number.max())):
            found = arrays.blank(size)
            if self.size.width:
                draws.normals(found, *key, index, block=block)
            self.size.fill(found, [], spare)
            if self.fixed:
                found *= level
            arrays.hold(found, self.low, self.high)
            if self.whole:
                arrays.rounded(found)
            found[~deals.there(index)] = 0.0
            deals.sizes.append(found)
        return deals
