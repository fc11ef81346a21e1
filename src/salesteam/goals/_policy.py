"""Policies of scoring and of status: every choice in the open, none with a default."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import attrs

from salesteam.core import Finding, Place, Report, find, rational
from salesteam.core._noun import as_annotated
from salesteam.errors import InvalidValueError
from salesteam.goals._choice import chosen

__all__ = ["Band", "ScorePolicy", "StatusPolicy", "bands_report"]

BandStatus = Literal["on_track", "at_risk", "off_track"]


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class Band:
    """A half-open span of scores with the status it means.

    Parameters
    ----------
    status : {'on_track', 'at_risk', 'off_track'}
        Green, yellow, red.
    low, high : Fraction
        From low up to, and without, high; a band that ends at 1 has 1 and all above.

    Raises
    ------
    InvalidValueError
        If it is empty.

    Examples
    --------
    >>> red = Band(status="off_track", low=0, high="0.4")
    >>> red.has(Fraction(399, 1000)), red.has(Fraction(2, 5))
    (True, False)
    """

    status: BandStatus
    low: Fraction = attrs.field(converter=rational)
    high: Fraction = attrs.field(converter=rational)

    def __attrs_post_init__(self) -> None:
        if self.low >= self.high:
            raise InvalidValueError(f"[{self.low}, {self.high}) is empty", where="Band", fix="let low be below high")

    def has(self, score: Fraction) -> bool:
        """Whether a score lies in the band; scores below 0 count as 0, above 1 as 1.

        Parameters
        ----------
        score : Fraction
            Any.

        Returns
        -------
        bool
            True if it does.

        Examples
        --------
        >>> Band(status="on_track", low="0.7", high=1).has(Fraction(2))
        True
        """
        shown = min(max(score, Fraction(0)), Fraction(1))
        return self.low <= shown < self.high or (self.high >= 1 and shown == 1 and self.low <= 1)


def bands_report(bands: Sequence[Band]) -> Report:
    """Find gaps and overlaps between 0 and 1.

    Parameters
    ----------
    bands : sequence of Band
        In any order.

    Returns
    -------
    Report
        One finding a gap or overlap.
    """
    found: list[Finding] = []
    place = Place(key="status_policy.bands")
    reached = Fraction(0)
    for band in sorted(bands, key=lambda each: each.low):
        if band.low > reached:
            found.append(find("goals.band-gap", place, low=reached, high=band.low))
        elif band.low < reached:
            found.append(find("goals.band-overlap", place, low=band.low, high=min(reached, band.high)))
        reached = max(reached, band.high)
    if reached < 1:
        found.append(find("goals.band-gap", place, low=reached, high=Fraction(1)))
    return Report(found)


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class ScorePolicy:
    """How scores are joined; every field must be chosen.

    Parameters
    ----------
    rolls_up : {'raw', 'clamped'}
        Which score of a member counts.
    weights : {'equal', 'declared', 'value_derived'}
        Which mean of scores is the score of a parent; the others are shown beside it.
    missing : {'exclude', 'zero', 'refuse'}
        What a member without data means.
    disagree_gap : Fraction
        How far value roll-up and mean of scores may be apart before it is a finding.

    Raises
    ------
    InvalidValueError
        If a choice is missing; the message lists the options.

    Examples
    --------
    >>> ScorePolicy(rolls_up="clamped", weights="equal", missing="exclude", disagree_gap="0.02").disagree_gap
    Fraction(1, 50)
    """

    rolls_up: Literal["raw", "clamped"] = chosen(
        "rolls_up",
        {"raw": "may leave 0 to 1, so that one goal can make up for another", "clamped": "0 to 1"},
        "ScorePolicy",
    )
    weights: Literal["equal", "declared", "value_derived"] = chosen(
        "weights",
        {
            "equal": "every member counts the same",
            "declared": "members count by the weight written on them",
            "value_derived": "members count by the size of their target",
        },
        "ScorePolicy",
    )
    missing: Literal["exclude", "zero", "refuse"] = chosen(
        "missing",
        {
            "exclude": "the others alone are joined, and coverage says so",
            "zero": "it counts as no progress",
            "refuse": "the parent has no score",
        },
        "ScorePolicy",
    )
    disagree_gap: Fraction = attrs.field(converter=rational)


_BASES = {
    "point": "against the whole target",
    "period": "this period's actual against its plan",
    "cumulative": "the way from the baseline to date against the way expected to date",
    "window": "sum of actuals against sum of plans over the last periods, or to date",
}


@attrs.frozen(kw_only=True, field_transformer=as_annotated)
class StatusPolicy:
    """How a status follows from figures; every field must be chosen.

    Parameters
    ----------
    basis : {'point', 'period', 'cumulative', 'window'}
        Which ratio is compared with the bands.
    window : str or None
        For ``window``, required there: ``"to_date"`` or a number of periods such as ``"4"``.
    bands : tuple of Band
        Half-open, without gaps and overlaps from 0 to 1.
    pace : {'calendar_days', 'working_days'}
        How a plan is spread within its time.
    rollup : {'worst', 'weighted', 'share_red'}
        How the status of a parent follows from its members.
    red_share : Fraction or None
        For ``share_red``, required there: from which share of red weight on a parent is red.

    Raises
    ------
    InvalidValueError
        If a choice is missing; the message lists the options.

    Examples
    --------
    >>> bands = (Band(status="off_track", low=0, high="0.4"), Band(status="at_risk", low="0.4", high="0.7"),
    ...          Band(status="on_track", low="0.7", high=1))
    >>> StatusPolicy(basis="point", bands=bands, pace="calendar_days", rollup="worst").band(Fraction(7, 10))
    'on_track'
    """

    basis: Literal["point", "period", "cumulative", "window"] = chosen("basis", _BASES, "StatusPolicy")
    window: str | None = None
    bands: tuple[Band, ...]
    pace: Literal["calendar_days", "working_days"] = chosen(
        "pace",
        {
            "calendar_days": "every day counts the same",
            "working_days": "only working days count; needs a calendar",
        },
        "StatusPolicy",
    )
    rollup: Literal["worst", "weighted", "share_red"] = chosen(
        "rollup",
        {
            "worst": "as its worst member",
            "weighted": "the weighted mean of its members' ratios against the bands",
            "share_red": "red from a share of red weight on, yellow if any member is red or yellow",
        },
        "StatusPolicy",
    )
    red_share: Fraction | None = attrs.field(default=None, converter=attrs.converters.optional(rational))

    def __attrs_post_init__(self) -> None:
        if (
            self.basis == "window"
            and self.window != "to_date"
            and not re.fullmatch(r"[1-9][0-9]{0,3}", self.window or "")
        ):
            raise InvalidValueError(
                f"window {self.window!r}", where="StatusPolicy", fix='give "to_date" or a number of periods such as "4"'
            )
        if self.rollup == "share_red" and (self.red_share is None or not 0 < self.red_share <= 1):
            raise InvalidValueError(
                f"red_share {self.red_share}", where="StatusPolicy", fix="give a share above 0 and up to 1"
            )

    def band(self, score: Fraction) -> BandStatus | None:
        """The status of the first band that has a score.

        Parameters
        ----------
        score : Fraction
            Any; compared before any rounding.

        Returns
        -------
        str or None
            None if it falls into a gap.

        Examples
        --------
        >>> red = Band(status="off_track", low=0, high="0.4")
        >>> StatusPolicy(basis="point", bands=(red,), pace="calendar_days", rollup="worst").band(Fraction(1)) is None
        True
        """
        return next((band.status for band in self.bands if band.has(score)), None)
