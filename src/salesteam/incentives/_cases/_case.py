"""One case as it was read: a plan, facts, and what must come of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from salesteam.core import Place, Report
from salesteam.incentives._cases._claim import Claim
from salesteam.incentives._model import Plan

__all__ = ["Case", "Cases"]


@attrs.frozen(kw_only=True, eq=False)
class Case:
    """One worked example: a plan, facts, and what must come of them.

    Parameters
    ----------
    id : str
        Its name, unique.
    place : Place
        Where it stands.
    title, source, notes : str, optional
        For the reader.
    skip : str, optional
        Why it is not run.
    plan : Plan, optional
        None if it cannot be read.
    facts : mapping of str to list of mappings
        Tables with every default filled in.
    as_of : date, optional
        Day of the knowledge.
    periods : tuple of str
        Periods that it looks at; empty for those that the facts touch.
    open_period : str, optional
        Period that differences are booked in.
    undated : bool
        Whether the facts name no day and no period at all.
    claims : tuple
        What must come out.
    report : Report
        Problems of reading the case.
    refusal : Report
        Problems of reading its plan, which a case may expect.

    Examples
    --------
    >>> from salesteam.core import Place
    >>> Case(id="c1", place=Place()).claims
    ()
    """

    id: str
    place: Place
    title: str = ""
    source: str = ""
    notes: str = ""
    skip: str | None = None
    plan: Plan | None = attrs.field(default=None, repr=False)
    facts: Mapping[str, list[dict[str, Any]]] = attrs.field(factory=dict, repr=False)
    as_of: date | None = None
    periods: tuple[str, ...] = ()
    open_period: str | None = None
    undated: bool = False
    claims: tuple[Claim, ...] = attrs.field(default=(), repr=False)
    report: Report = attrs.field(default=Report(), repr=False)
    refusal: Report = attrs.field(default=Report(), repr=False)


@attrs.frozen(kw_only=True, eq=False)
class Cases:
    """The cases of a file or folder, and the problems of the files themselves."""

    cases: tuple[Case, ...]
    report: Report = Report()
    files: tuple[str, ...] = ()
