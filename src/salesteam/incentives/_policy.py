"""Thresholds of checks that no rule of pay settles: conventions of a house, not evidence."""

from __future__ import annotations

from fractions import Fraction

import attrs

__all__ = ["Policy"]


@attrs.frozen(kw_only=True)
class Policy:
    """From where on something is worth a question.

    Every number here is a convention: change it to what your house agreed on.

    Parameters
    ----------
    spike_days : int, default 10
        Last days of a quarter that are looked at.
    spike_share : Fraction, default 1/2
        Share of a quarter's amount in these days from which it is a spike.
    spike_deals : int, default 3
        Fewest deals of a quarter that are judged.
    ramp_drop : Fraction, default 3/10
        Part of pay lost after the ramp from which it is told.
    debt_periods : int, default 3
        Periods in a row in which a debt grows.
    least_correlation : Fraction, default 1/2
        Least correlation of pay with performance within a role.
    least_people : int, default 3
        Fewest people of a role that are compared.
    quota_spread : Fraction, default 2
        Greatest quota over the least, each over its potential where `people` has a column ``potential``, within a role.
    release_days : int, default 45
        Most days from a deal to its pay, on average.
    measures : int, default 3
        Most measures that one person is paid on.
    control_share : Fraction, default 1/2
        Least share of pay on the payee's own measures.
    balance_share : Fraction, default 1/10
        Least share of pay on each side: long term, team.
    rules : int, default 25
        Most rules: bands, nodes, gates, factors, limits and terms.
    least_force : Fraction, default 15/100
        Least target pay over base pay.
    most_ccos : Fraction, default 15/100
        Most of revenue that selling may cost.

    Examples
    --------
    >>> Policy(spike_days=5).spike_days
    5
    """

    spike_days: int = 10
    spike_share: Fraction = Fraction(1, 2)
    spike_deals: int = 3
    ramp_drop: Fraction = Fraction(3, 10)
    debt_periods: int = 3
    least_correlation: Fraction = Fraction(1, 2)
    least_people: int = 3
    quota_spread: Fraction = Fraction(2)
    release_days: int = 45
    measures: int = 3
    control_share: Fraction = Fraction(1, 2)
    balance_share: Fraction = Fraction(1, 10)
    rules: int = 25
    least_force: Fraction = Fraction(15, 100)
    most_ccos: Fraction = Fraction(15, 100)
