"""What a case says must come out: the claims of its `expect`."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from salesteam.core import Place, catalogue
from salesteam.incentives._cases._figure import Figure

__all__ = ["Claim", "CodeClaim", "RowClaim", "RowsClaim", "SumClaim", "code_name"]


@attrs.frozen(kw_only=True)
class SumClaim:
    """A sum: of the payouts, of what was paid, of adjustments, or a metric.

    Parameters
    ----------
    of : {'total', 'pay', 'paid', 'adjustments', 'metrics'}
        What is summed.
    names : tuple of str
        The names that lead to it, outermost first: some of payee, period and component.
    levels : tuple of tuple of str
        For each name, all the names of its level, which tell what the level is.
    figure : Figure
        What is expected.
    """

    of: str
    names: tuple[str, ...] = ()
    levels: tuple[tuple[str, ...], ...] = ()
    figure: Figure

    @property
    def place(self) -> Place:
        """Where it was written."""
        return self.figure.place

    @property
    def key(self) -> str:
        """The sum for a reader."""
        return ".".join((self.of, *self.names))


@attrs.frozen(kw_only=True)
class RowClaim:
    """One row of an output table: keys that pick it, and cells that are compared."""

    keys: Mapping[str, Figure]
    cells: Mapping[str, Figure]
    place: Place

    @property
    def key(self) -> str:
        """The row for a reader."""
        return ", ".join(f"{name} {figure.written}" for name, figure in self.keys.items())


@attrs.frozen(kw_only=True)
class RowsClaim:
    """Rows of one output table."""

    table: str
    rows: tuple[RowClaim, ...]
    in_order: bool = False
    complete: bool = False
    place: Place

    @property
    def key(self) -> str:
        """The table for a reader."""
        return self.table


@attrs.frozen(kw_only=True)
class CodeClaim:
    """A finding that must be there, must be absent, or must refuse the plan.

    Parameters
    ----------
    of : {'findings', 'no_findings', 'refused'}
        Which of the three.
    code : str
        The code.
    at : str, optional
        Bound, witness or dotted path.
    place : Place
        Where it was written.
    """

    of: str
    code: str
    at: str | None = None
    place: Place

    @property
    def key(self) -> str:
        """The claim for a reader."""
        return f"{self.of} {self.code}" + (f" at {self.at}" if self.at is not None else "")


Claim = SumClaim | RowsClaim | CodeClaim


def code_name(written: str) -> str:
    """A code in full: a case may leave the subject out, and a page may write underscores."""
    code = written.strip().replace("_", "-")
    if "." in code:
        return code
    known = catalogue()
    return next((name for s in ("incentives", "core") if (name := f"{s}.{code}") in known), f"incentives.{code}")
