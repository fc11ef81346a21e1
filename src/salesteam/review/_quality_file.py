"""What ``quality.yaml`` holds: what records should have, how soon, and what is looked at beside."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import attrs

from salesteam.core import rational_text
from salesteam.crm import BASES, CLOCKS, CREDITED, Required
from salesteam.errors import InvalidValueError, missing_choice

__all__ = ["QualityFile", "TimelinessRule", "UseRule"]

By = Literal["owner", "team", "kind", "field"]


_LONGEST_DAYS = 36_525
"""A hundred years."""


def _span(_: object, field: attrs.Attribute[Fraction], value: Fraction) -> None:
    most = _LONGEST_DAYS * (1 if field.name.endswith("_days") else 24)
    if not 0 < value <= most:
        fix = f"write more than 0, and at most {most}"
        raise InvalidValueError(f"{rational_text(value)} is no span of time", where=field.name, fix=fix)


@attrs.frozen(kw_only=True)
class TimelinessRule:
    """How soon what happened must be written down.

    Parameters
    ----------
    basis : {'activity', 'evidence', 'staleness'}
        What is measured, see `salesteam.crm.BASES`.
    clock : {'elapsed', 'business_hours', 'next_business_day'}
        How hours are counted, see `salesteam.crm.CLOCKS`.
    limit_hours : Fraction, default 24
        Up to and including which it is on time.

    Examples
    --------
    >>> TimelinessRule(basis="activity", clock="elapsed").limit_hours
    Fraction(24, 1)
    """

    basis: str
    clock: str
    limit_hours: Fraction = attrs.field(default=Fraction(24), validator=_span)

    def __attrs_post_init__(self) -> None:
        if self.basis not in BASES:
            raise missing_choice("basis", BASES, where=repr(self.basis))
        if self.clock not in CLOCKS:
            raise missing_choice("clock", CLOCKS, where=repr(self.clock))


@attrs.frozen(kw_only=True)
class UseRule:
    """Whose work in the CRM counts.

    Parameters
    ----------
    credited : {'author', 'owner'}
        Whose work a record is, see `salesteam.crm.CREDITED`.
    touched_within_days : Fraction
        An open deal counts as touched if something about it changed so lately.
    exclude : tuple of str
        Logins of programs.

    Examples
    --------
    >>> UseRule(credited="author", touched_within_days=Fraction(14)).exclude
    ()
    """

    credited: str
    touched_within_days: Fraction = attrs.field(validator=_span)
    exclude: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.credited not in CREDITED:
            raise missing_choice("credited", CREDITED, where=repr(self.credited))


@attrs.frozen(kw_only=True)
class QualityFile:
    """What ``quality.yaml`` holds; each part may be left out.

    Parameters
    ----------
    required : tuple of Required
        What records should have.
    by : {'owner', 'team', 'kind', 'field'}, optional
        How completeness is grouped; needed with `required`.
    timeliness : tuple of TimelinessRule
        How soon what happened must be written down; several rules stand side by side.
    adoption : UseRule, optional
        Whose work in the CRM counts.
    log : str, optional
        File of comma-separated text below the playbook with rows of `salesteam.crm.LogRow`: what happened outside.
    trace_window_hours : Fraction, optional
        How far a row of the log and a record may lie apart to be one thing; needed to look for traces.

    Examples
    --------
    >>> QualityFile(timeliness=(TimelinessRule(basis="activity", clock="elapsed"),)).log is None
    True
    """

    required: tuple[Required, ...] = ()
    by: By | None = None
    timeliness: tuple[TimelinessRule, ...] = ()
    adoption: UseRule | None = None
    log: str | None = None
    trace_window_hours: Fraction | None = attrs.field(default=None, validator=attrs.validators.optional(_span))

    def __attrs_post_init__(self) -> None:
        if self.required and self.by is None:
            options = {"owner": "", "team": "", "kind": "", "field": ""}
            raise missing_choice("by", options, where="required")
        needing = [rule.basis for rule in self.timeliness if rule.basis == "evidence"]
        if self.trace_window_hours is not None:
            needing.append("trace_window_hours")
        if needing and self.log is None:
            raise InvalidValueError(f"{needing[0]} needs a log", where="log", fix="name the file that holds it")
        if self.log is not None and not needing:
            fix = "write trace_window_hours too, or a rule of timeliness with the basis evidence"
            raise InvalidValueError("the log is used for nothing", where="log", fix=fix)
