"""A frame between entering and leaving: computation in stages, the same on every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import attrs

from salesteam.core._table._expr import Expr, Operand, raw
from salesteam.core._table._origin import ROW, Origin, bare, collected, is_polars
from salesteam.errors import InvalidValueError, NotFoundError

if TYPE_CHECKING:
    import narwhals as nw

__all__ = ["Order", "Stage", "holding", "told"]

Order = tuple[frozenset[str], tuple[str, ...]]
"""Groups and order keys that were proved to be a total order within each group."""


@attrs.frozen(kw_only=True, eq=False, slots=False)
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

    frame: Any = attrs.field(repr=False, alias="lazy", converter=bare)
    origin: Origin = attrs.field(repr=False)
    numbered: bool = False
    proved: frozenset[Order] = attrs.field(default=frozenset(), repr=False)
    standing: frozenset[frozenset[str]] = attrs.field(default=frozenset(), repr=False)
    held: tuple[object, ...] = attrs.field(default=(), repr=False)

    @property
    def engine(self) -> str:
        """Which library computes it; for this package alone."""
        return "polars" if is_polars(self.frame) else str(self.frame.implementation)

    @property
    def lib(self) -> Any:
        """The module that makes expressions for `frame`, Polars or narwhals; for this package alone."""
        if is_polars(self.frame):
            import polars as pl

            return pl
        import narwhals as nw

        return nw

    @property
    def lazy(self) -> nw.LazyFrame[Any]:
        """The frame in narwhals, whatever computes it; for this package alone."""
        import narwhals as nw

        made: nw.LazyFrame[Any] = nw.from_native(self.frame) if is_polars(self.frame) else self.frame
        return made

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """Columns with their types, the hidden row number too; for this package alone."""
        return dict((self.frame if self.ready is None else self.ready).collect_schema())

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, without the hidden row number."""
        return tuple(name for name in self.schema if name != ROW)

    @cached_property
    def ready(self) -> Any:
        """The frame as Polars has computed it, None where something is pending; for this package alone."""
        return None

    @property
    def _all(self) -> tuple[str, ...]:
        """Names of the columns, with the hidden row number."""
        return (*self.columns, ROW) if self.numbered else self.columns

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
            if name not in self.columns and not (name == ROW and self.numbered):
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
        grown = _over(self, self.frame.with_columns(*made), changed=list(new))
        return told(grown, [*self.columns, *(name for name in new if name not in self.columns)])

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
        return _among(grown, wanted, changed=gone)

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
        return _among(self, [name for name in self._all if name not in names], changed=names)

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
        made = [names.get(name, name) for name in self.columns]
        if self.ready is None:
            return told(_over(self, self.frame.rename(names), changed=list(names)), made)
        frame = self.ready.clone()
        frame.columns = [names.get(name, name) for name in frame.columns]
        return told(_over(self, frame.lazy(), changed=list(names)), made, frame)

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
        return told(attrs.evolve(self, proved=self.proved | found), self.columns, self.ready)

    def stands(self, *by: str) -> Stage:
        """Remember that the rows of a group stand together, in their order, because the caller has sorted them so.

        Engines that keep rows in a place use it; to others it means nothing.

        Parameters
        ----------
        *by : str
            What makes a group: columns of which one is never empty.

        Returns
        -------
        Stage
            Same rows.
        """
        return told(attrs.evolve(self, standing=self.standing | {frozenset(by)}), self.columns, self.ready)

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
        return told(_over(self, self.frame.filter(raw(test, self.lib))), self.columns)

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
            return told(_fallen(_over(holding(self, other), self.frame.join(right, on=keys, how=how))), self.columns)
        twice = sorted((set(self.columns) & set(other.columns)) - set(keys))
        if twice:
            raise InvalidValueError(
                f"both sides have {', '.join(twice)}", where="join", fix="rename or drop them on one side"
            )
        if not many:
            other.unique(keys, where="join")
        joined = self.frame.join(right, on=keys, how=how)
        made = _fallen(_over(holding(self, other), joined, changed=None if many else ()))
        return told(made, [*self.columns, *(name for name in other.columns if name not in keys)])

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
        found = collected(counts.filter(lib.col("__n") > 1).head(1))
        if len(found):
            sample = ", ".join(f"{key}={found[key].to_list()[0]!r}" for key in keys)
            raise InvalidValueError(
                f"several rows have {sample}", where=where, fix="name more keys, or make them unique before"
            )


def told(stage: Stage, columns: Sequence[str], ready: Any = None, *, schema: Mapping[str, Any] | None = None) -> Stage:
    """The stage, told what else it would ask its library for; for this package alone.

    Parameters
    ----------
    stage : Stage
        Just made, so that nobody has asked it yet.
    columns : sequence of str
        Names of its columns, without the hidden row number.
    ready : polars.DataFrame, optional
        The frame itself, where nothing is pending.
    schema : mapping of str to dtype, optional
        As `Stage.schema` would find it, where it is known.

    Returns
    -------
    Stage
        The same.
    """
    known = {} if schema is None else {"schema": schema}
    vars(stage).update(columns=tuple(columns), ready=ready, **known)
    return stage


def _among(stage: Stage, names: Sequence[str], *, changed: Sequence[str]) -> Stage:
    """The stage with some of its columns; at once where nothing is pending."""
    shown = [name for name in names if name != ROW]
    if stage.ready is None:
        kept = [stage.lib.col(*names)] if names else []  # one expression, however many columns
        return told(_over(stage, stage.frame.select(*kept), changed=changed), shown)
    frame = stage.ready[list(names)]
    return told(_over(stage, frame.lazy(), changed=changed), shown, frame)


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


def holding(stage: Stage, other: Stage) -> Stage:
    """The stage, keeping alive what another keeps alive; for this package alone."""
    return attrs.evolve(stage, held=(*stage.held, *(each for each in other.held if each not in stage.held)))
