"""A frame between entering and leaving: computation in stages, the same on every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import attrs

from salesteam.core._table._expr import Expr, Operand, raw
from salesteam.errors import InvalidValueError, NotFoundError

if TYPE_CHECKING:
    import narwhals as nw

__all__ = ["ROW", "Order", "Origin", "Stage", "stack"]

ROW = "__row"
"""Hidden column that numbers the rows of the frame that entered, from 0; a total order by itself."""

Order = tuple[frozenset[str], tuple[str, ...]]
"""Groups and order keys that were proved to be a total order within each group."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Origin:
    """Where a stage came from, so that it can leave as the same kind.

    Parameters
    ----------
    kind : str
        As `kind_of` gives it.
    native : native frame
        What entered.
    index : pandas index or None
        Its index, if it has one.
    """

    kind: str
    native: Any
    index: Any = None


def _is_polars(frame: Any) -> bool:
    return type(frame).__module__.partition(".")[0] == "polars"


def _bare(frame: Any) -> Any:
    """A frame that Polars computes as Polars has it: building expressions through narwhals takes ten times as long."""
    if _is_polars(frame) or not frame.implementation.is_polars():
        return frame
    import narwhals as nw

    return nw.to_native(frame)


@attrs.frozen(kw_only=True, eq=False)
class Stage:
    """A frame on its way through the stages of a computation.

    Made by `enter`, changed by its own verbs and by the checked ones of this package, given back by `leave`.
    Each verb returns a new stage; lazy engines compute nothing before a check, a `barrier` or `leave` needs it.

    Parameters
    ----------
    lazy : polars.LazyFrame or narwhals.LazyFrame
        The frame, which becomes `frame`; for this package alone.
    origin : Origin
        Where it came from.
    numbered : bool
        Whether it still has the hidden row numbers of the frame that entered.
    proved : frozenset of Order
        Total orders that were proved; `ordered` adds to them.
    standing : frozenset of frozenset of str
        Groups whose rows stand together, in the order that was proved within them; `stands` adds to them.
    held : tuple
        Whatever must live as long as the stage does, such as temporary tables.
    """

    frame: Any = attrs.field(repr=False, alias="lazy", converter=_bare)
    origin: Origin = attrs.field(repr=False)
    numbered: bool = False
    proved: frozenset[Order] = attrs.field(default=frozenset(), repr=False)
    standing: frozenset[frozenset[str]] = attrs.field(default=frozenset(), repr=False)
    held: tuple[object, ...] = attrs.field(default=(), repr=False)

    @property
    def engine(self) -> str:
        """Which library computes it; for this package alone."""
        return "polars" if _is_polars(self.frame) else str(self.frame.implementation)

    @property
    def lib(self) -> Any:
        """The module that makes expressions for `frame`, Polars or narwhals; for this package alone."""
        if _is_polars(self.frame):
            import polars as pl

            return pl
        import narwhals as nw

        return nw

    @property
    def lazy(self) -> nw.LazyFrame[Any]:
        """The frame in narwhals, whatever computes it; for this package alone."""
        import narwhals as nw

        made: nw.LazyFrame[Any] = nw.from_native(self.frame) if _is_polars(self.frame) else self.frame
        return made

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """Columns with their types, the hidden row number too; for this package alone."""
        return dict(self.frame.collect_schema())

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, without the hidden row number."""
        return tuple(name for name in self.schema if name != ROW)

    def need(self, names: Sequence[str], *, where: str) -> None:
        """Refuse names that are no columns.

        Parameters
        ----------
        names : sequence of str
            Names that must be there; the hidden row number counts.
        where : str
            The verb that needs them.

        Raises
        ------
        NotFoundError
            For the first that is not.
        """
        for name in names:
            if name not in self.schema:
                raise NotFoundError("column", name, self.columns, where=where)

    def with_columns(self, **new: Operand) -> Stage:
        """Add columns, or replace columns of the same name.

        Parameters
        ----------
        **new : Expr or plain value
            Name and cells; all see the columns as they were before.

        Returns
        -------
        Stage
            Same rows.
        """
        if not new:
            return self
        lib = self.lib
        made = [raw(cells, lib).alias(name) for name, cells in new.items()]
        return _over(self, self.frame.with_columns(*made), changed=list(new))

    def select(self, *names: str, **new: Operand) -> Stage:
        """Keep the columns named and add new ones; drop the others.

        Parameters
        ----------
        *names : str
            Columns to keep; the hidden row number stays anyway.
        **new : Expr or plain value
            Name and cells of columns to add.

        Returns
        -------
        Stage
            Same rows.
        """
        self.need(names, where="select")
        grown = self.with_columns(**new)
        wanted = [*names, *(name for name in new if name not in names), *([ROW] if self.numbered else [])]
        gone = [name for name in self.columns if name not in wanted]
        return _over(grown, grown.frame.select(*wanted), changed=gone)

    def drop(self, *names: str) -> Stage:
        """Leave columns out.

        Parameters
        ----------
        *names : str
            Columns that are there.

        Returns
        -------
        Stage
            Same rows.
        """
        self.need(names, where="drop")
        return _over(self, self.frame.drop(*names), changed=names)

    def rename(self, **names: str) -> Stage:
        """Rename columns: ``old="new"``.

        Parameters
        ----------
        **names : str
            Old name to new name.

        Returns
        -------
        Stage
            Same rows.
        """
        self.need(list(names), where="rename")
        return _over(self, self.frame.rename(names), changed=list(names))

    def trust(self, *order: str, by: Sequence[str] = ()) -> Stage:
        """Remember a total order that the caller has proved by other means, so that no window looks for it again.

        Parameters
        ----------
        *order : str
            Order keys, most important first.
        by : sequence of str, optional
            Groups; without them the keys tell all rows apart.

        Returns
        -------
        Stage
            Same rows.
        """
        found = {(frozenset(by), order), *([] if by else [(frozenset[str](), tuple(sorted(order)))])}
        return attrs.evolve(self, proved=self.proved | found)

    def stands(self, *by: str) -> Stage:
        """Remember that the rows of a group stand together, in their order, because the caller has sorted them so.

        Engines that keep rows in a place use it; to others it means nothing.

        Parameters
        ----------
        *by : str
            What makes a group.

        Returns
        -------
        Stage
            Same rows.
        """
        return attrs.evolve(self, standing=self.standing | {frozenset(by)})

    def filter(self, test: Expr) -> Stage:
        """Keep the rows for which a test holds.

        Parameters
        ----------
        test : Expr
            Truth values.

        Returns
        -------
        Stage
            Some of the rows, in their order.
        """
        return _over(self, self.frame.filter(raw(test, self.lib)))

    def join(
        self,
        other: Stage,
        on: Sequence[str],
        *,
        how: Literal["left", "inner", "anti", "semi"],
        many: bool = False,
    ) -> Stage:
        """Look rows up in another stage by keys of the same name.

        An empty key matches nothing, on every engine.

        Parameters
        ----------
        other : Stage
            Its columns beyond the keys are added (not for anti and semi); its row numbers are left behind.
        on : sequence of str
            Key columns of both.
        how : {'left', 'inner', 'anti', 'semi'}
            Keep all rows, those with a match, those without one, or those with one but without its columns.
        many : bool, default False
            Whether a row may have several matches and so become several rows; else `other` must be unique by its keys.

        Returns
        -------
        Stage
            Order of rows undefined until `leave`, which sorts by row number.

        Raises
        ------
        InvalidValueError
            If columns other than the keys have the same name, or `other` has a key twice and `many` is not set.
        """
        keys = list(on)
        self.need(keys, where="join")
        other.need(keys, where="join")
        right = other.frame.drop(ROW) if other.numbered else other.frame
        if how in ("anti", "semi"):
            return _fallen(_over(_holding(self, other), self.frame.join(right, on=keys, how=how)))
        twice = sorted((set(self.columns) & set(other.columns)) - set(keys))
        if twice:
            raise InvalidValueError(
                f"both sides have {', '.join(twice)}", where="join", fix="rename or drop them on one side"
            )
        if not many:
            other.unique(keys, where="join")
        joined = self.frame.join(right, on=keys, how=how)
        return _fallen(_over(_holding(self, other), joined, changed=None if many else ()))

    def unique(self, keys: Sequence[str], *, where: str) -> None:
        """Refuse keys that occur twice (empty ones aside).

        Parameters
        ----------
        keys : sequence of str
            Columns that shall tell rows apart.
        where : str
            The verb that needs it.

        Raises
        ------
        InvalidValueError
            With one of the keys that occur twice.
        """
        if (frozenset(), tuple(sorted(keys))) in self.proved or ROW in keys:
            return
        lib = self.lib
        counts = self.frame.drop_nulls(subset=list(keys)).group_by(*keys).agg(lib.len().alias("__n"))
        found = counts.filter(lib.col("__n") > 1).head(1).collect()
        if len(found):
            sample = ", ".join(f"{key}={found[key].to_list()[0]!r}" for key in keys)
            raise InvalidValueError(
                f"several rows have {sample}", where=where, fix="name more keys, or make them unique before"
            )


def _over(stage: Stage, lazy: Any, *, changed: Sequence[str] | None = ()) -> Stage:
    """The stage over another frame; proofs hold unless their columns changed (None: all may have)."""
    if not (stage.proved or stage.standing):
        return attrs.evolve(stage, lazy=lazy)
    proved: frozenset[Order] = frozenset()
    standing: frozenset[frozenset[str]] = frozenset()
    if changed is not None:
        touched = frozenset(changed)
        proved = frozenset(order for order in stage.proved if not touched & (order[0] | frozenset(order[1])))
        standing = frozenset(by for by in stage.standing if not touched & by)
    return attrs.evolve(stage, lazy=lazy, proved=proved, standing=standing)


def _fallen(stage: Stage) -> Stage:
    """The stage after a join, which may have moved its rows."""
    return attrs.evolve(stage, standing=frozenset()) if stage.standing else stage


def _holding(stage: Stage, other: Stage) -> Stage:
    return attrs.evolve(stage, held=(*stage.held, *(each for each in other.held if each not in stage.held)))


def stack(stages: Sequence[Stage]) -> Stage:
    """Put stages with the same columns under each other.

    Parameters
    ----------
    stages : sequence of Stage
        At least one; columns are matched by name.

    Returns
    -------
    Stage
        All rows; the hidden row numbers are left behind, so that `leave` needs an order.

    Raises
    ------
    InvalidValueError
        If there is none, or the columns differ.
    """
    if not stages:
        raise InvalidValueError("there is nothing to stack", where="stack", fix="pass at least one stage")
    first = stages[0]
    for other in stages[1:]:
        if set(other.columns) != set(first.columns):
            differ = sorted(set(other.columns) ^ set(first.columns))
            raise InvalidValueError(
                f"columns differ: {', '.join(differ)}", where="stack", fix="give all stages the same columns"
            )
        first = _holding(first, other)
    lazies = [each.frame.select(*first.columns) for each in stages]
    return attrs.evolve(
        first, lazy=first.lib.concat(lazies, how="vertical"), numbered=False, proved=frozenset(), standing=frozenset()
    )
