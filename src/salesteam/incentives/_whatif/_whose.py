"""Whose numbers a simulated plan reads: what is drawn, what is summed of others, and what it is measured by."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from salesteam.incentives._exact._book import Book
from salesteam.incentives._lacking import Lacking
from salesteam.incentives._parts import Rounding
from salesteam.incentives._path import Path
from salesteam.incentives._posted import TENURE
from salesteam.incentives._whatif._ramps import Ramps
from salesteam.incentives._whatif._reach import Gauge, Leaf, Stretch
from salesteam.incentives._whatif._world import World

__all__ = ["Whose", "step_of"]


def step_of(rounding: Rounding) -> tuple[float, str]:
    """A rounding for arrays, its step known."""
    assert isinstance(rounding.to, Fraction)
    return float(rounding.to), rounding.rule


class Whose:
    """Finds the numbers behind the paths of a plan, and keeps what must be drawn for them.

    Parameters
    ----------
    book : Book
        For people and quotas.
    world : World
        Who is there, and of whom something is expected.
    """

    def __init__(self, book: Book, world: World) -> None:
        self.book, self.world, self.ramps = book, world, Ramps(book)
        self.parts: list[dict[Leaf, tuple[Leaf, ...]]] = [{} for _ in world.periods]
        self.leaves: dict[Leaf, None] = {}
        self.together: dict[tuple[str, ...], None] = {}
        self.stretches: dict[str, dict[Stretch, None]] = {}
        self._held = frozenset(world.payees)
        self.by_deal = any(outlook.deals is not None for outlook in world.outlooks)
        self._teams = {(o.team, o.measure) for o in world.outlooks if o.team is not None}
        self._paths: dict[str, tuple[str, str]] = {}
        self._mine: dict[tuple[str, str], Leaf] = {}
        self._parted: dict[str, set[str]] = {}
        self._sums: dict[tuple[tuple[str, ...], str], tuple[Leaf, ...]] = {}
        self._team_of: dict[tuple[str, str], str] = {}
        self._shared: dict[tuple[str, str, int], Gauge] = {}
        self._gauges: dict[tuple[str, Leaf, float, tuple[float, str] | None, str], Gauge] = {}

    def leaf(self, text: str, payee: str, at: int, period: str) -> Leaf:
        """Whose sum a path reads; told to whoever draws.

        Raises
        ------
        Lacking
            If nobody expects anything of it.
        """
        mine = self._mine.get((text, payee))
        if mine is not None:
            return mine
        measure, kind = self._path(text)
        name = payee if kind == "payee" else "" if kind == "all" else self._team(payee, period)
        leaf: Leaf = ((kind, name), measure)
        if not self._known(leaf, at, period):
            if self.book.plan.measures[measure].value is None or kind == "payee":
                raise Lacking("no-measure", payee=payee, period=period, measure=measure)
            self.parts[at].setdefault(leaf, ())
        elif kind == "payee":
            self._mine[text, payee] = leaf
        if not self._takes_part(payee, measure):
            self.together |= {(payee, who): None for (_, who), _ in self.parts[at].get(leaf, ())[:1]}
        return leaf

    def _takes_part(self, payee: str, measure: str) -> bool:
        """Whether the number of a payee is a part of those of teams."""
        found = self._parted.get(measure)
        if found is None:
            found = {who for who in self.world.payees if self.world.outlook(who, measure) is not None}
            self._parted[measure] = found
        return payee in found

    def _team(self, payee: str, period: str) -> str:
        """Team of a payee in a period; one and the same where nobody ever changes."""
        key = payee, period if self.book.people.dated else ""
        found = self._team_of.get(key)
        if found is None:
            found = self._team_of[key] = self.book.team_of(payee, period)
        return found

    def of_group(self, measure: str, team: str | None, at: int, period: str) -> Leaf:
        """The number of a team, or of all without one, whoever reads it.

        Raises
        ------
        Lacking
            If nobody expects anything of it.
        """
        leaf: Leaf = (("all", "") if team is None else ("team", team), measure)
        if not self._known(leaf, at, period):
            if self.book.plan.measures[measure].value is None:
                raise Lacking("no-measure", payee=team or "", period=period, measure=measure)
            self.parts[at].setdefault(leaf, ())
        return leaf

    def own(self, measure: str, payee: str) -> Leaf | None:
        """What a payee reaches, whatever the scope of the measure; None if nobody expects anything of it."""
        leaf: Leaf = (("payee", payee), measure)
        return leaf if self._known(leaf, 0, "") else None

    def _path(self, text: str) -> tuple[str, str]:
        """The measure of a path, and whose number of it is meant."""
        found = self._paths.get(text)
        if found is None:
            path, kind = Path.parse(text), self.book.kind(text)
            assert path is not None
            found = self._paths[text] = path.measure, kind
        return found

    def _known(self, leaf: Leaf, at: int, period: str) -> bool:
        (kind, name), measure = leaf
        if leaf in self.leaves or leaf in self.parts[at]:
            return True
        if kind == "payee":
            found = name in self._held and self.world.outlook(name, measure) is not None
        elif kind == "team" and (name, measure) in self._teams:
            found = True
        else:
            members = self.world.payees
            if kind == "team":
                members = tuple(m for m in self.book.members(name, period) if m in self._held)
            parts = self._summed(members, measure)
            if parts:
                self.parts[at][leaf] = parts
            return bool(parts)
        if found:
            self.leaves[leaf] = None
        return found

    def _summed(self, members: tuple[str, ...], measure: str) -> tuple[Leaf, ...]:
        """What the number of a group is the sum of; told to whoever draws, once for the same members."""
        found = self._sums.get((members, measure))
        if found is None:
            whose = [who for who in members if self.world.outlook(who, measure) is not None]
            found = self._sums[members, measure] = tuple((("payee", who), measure) for who in whose)
            self.leaves.update(dict.fromkeys(found))
        return found

    def gauge(self, text: str, payee: str, at: int, period: str, interval: str = "") -> Gauge:
        """The number that a path reads, over its quota or unit; one and the same whoever reads it, and in every period.

        Parameters
        ----------
        text : str
            The path.
        payee, at, period : str, int, str
            Who reads it, and when.
        interval : str, optional
            Over which it is read, if not over the pay period.

        Raises
        ------
        Lacking
            If nobody expects anything of it, or a quota is missing.
        """
        if text == TENURE:
            return Gauge((("payee", payee), text), 1.0, fixed=float(self.book.tenure(payee, period)))
        measure, kind = self._path(text)
        if kind == "payee" or interval not in {"", period} or not self._takes_part(payee, measure):
            return self._gauge(text, payee, at, period, "" if interval == period else interval)
        key = (text, "" if kind == "all" else self._team(payee, period), at)
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = self._gauge(text, payee, at, period, "")
        return found

    def _gauge(self, text: str, payee: str, at: int, period: str, interval: str) -> Gauge:
        leaf = self.leaf(text, payee, at, period)
        over = self._over(text, leaf, interval or period)
        if interval:
            over *= self._stretched(leaf, payee, interval)
        rounding = self.book.rounding(interval or period) if text.endswith(".attainment") else None
        step = None if rounding is None else step_of(rounding)
        key = (text, leaf, over, step, interval)
        if key not in self._gauges:
            self._gauges[key] = Gauge(leaf, over, step, interval=interval)
        return self._gauges[key]

    def by_then(self, text: str, payee: str, at: int, period: str, interval: str) -> Gauge:
        """The number that a path reads of a payee's own deals, whenever it is looked at within an interval.

        Raises
        ------
        Lacking
            If nobody expects anything of it, or a quota is missing.
        """
        leaf = self.leaf(text, payee, at, period)
        rounding = self.book.rounding(interval) if text.endswith(".attainment") else None
        return Gauge(leaf, self._over(text, leaf, interval), None if rounding is None else step_of(rounding))

    def dealt(self, text: str, payee: str) -> bool:
        """Whether a path is of a payee's own deals, which are drawn one by one."""
        if not self.by_deal or text == TENURE:
            return False
        measure, kind = self._path(text)
        return kind == "payee" and self.world.by_deal(payee, measure)

    def rows(self, texts: Iterable[str], payee: str, at: int, period: str) -> tuple[Leaf, ...]:
        """Whose deals there must be for a payee to be paid on some paths; nothing if payees are paid without any."""
        found: dict[Leaf, None] = {}
        for text in texts if self.by_deal else ():
            if text == TENURE:
                continue
            leaf = self.leaf(text, payee, at, period)
            parts = (leaf,) if leaf in self.leaves else self.parts[at].get(leaf, ())
            if not parts or not all(kind == "payee" and self.world.by_deal(who, m) for (kind, who), m in parts):
                return ()
            found |= dict.fromkeys(parts)
        return tuple(found)

    def _stretched(self, leaf: Leaf, payee: str, interval: str) -> int:
        """See to it that a number is known over an interval, and tell by how many its sum is divided."""
        own, within = self.book.plan.measures[leaf[1]], self.book.within(interval)
        periods = [(at, period) for at, period in enumerate(self.world.periods) if period in within]
        count = sum(self._known(leaf, at, period) and len(self.parts[at].get(leaf, (leaf,))) for at, period in periods)
        if own.aggregate == "sum" and own.unit == "share" and count > 1:
            raise Lacking("share-summed", payee=payee, period=periods[-1][1], measure=leaf[1])
        stretch = Stretch(
            leaf=leaf, interval=interval, ats=tuple(at for at, _ in periods), last=own.aggregate == "latest"
        )
        self.stretches.setdefault(payee, {})[stretch] = None
        return count if own.aggregate == "mean" else 1

    def _over(self, text: str, leaf: Leaf, period: str) -> float:
        """What a number is divided by: its quota, or the smallest units in one unit."""
        (kind, name), measure = leaf
        if not text.endswith(".attainment"):
            return float(self.book.unit(measure))
        if kind == "payee":
            return self.ramps.quota(name, period, measure)
        return float(self.ramps.group_quota(measure, kind, name, period))
