"""What bends pay after a component has computed it: factors, limits, gates, windfalls."""

from __future__ import annotations

from typing import Literal

import attrs

from salesteam.core import rational, rational_text
from salesteam.errors import InvalidValueError
from salesteam.incentives._number import Number, Ref
from salesteam.incentives._parts import Edge, GateTest, Rounding, Tier

__all__ = ["Gate", "Limit", "Lock", "Modifier", "TargetShare", "Windfall"]


@attrs.frozen(kw_only=True)
class Modifier:
    """A factor on pay that another measure decides, such as the team collaboration coefficient 团队协作系数.

    Parameters
    ----------
    of : str
        Component, or ``plan`` for the sum.
    measure : str
        Path of the number that decides, such as ``team.bookings.attainment``.
    clamp : (Number, Number), optional
        The factor is the number itself, held between these.
    tiers : tuple of Tier
        The factor is the `multiplier`, or `rate`, of the band.
    nodes : tuple of (Number, Number)
        The factor is read from a line through these.
    round : Rounding, optional
        Rounds the number before use.
    join : {'product', 'sum'}, optional
        How several factors join.
    edge : str, optional
        Who owns a bound of `tiers`.
    between : {'linear', 'step'}, optional
        How `nodes` are joined.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Modifier(of="plan", measure="team.bookings.attainment", clamp=(Fraction(9, 10), Fraction(6, 5))).of
    'plan'
    """

    of: str
    measure: str
    clamp: tuple[Number, Number] | None = None
    tiers: tuple[Tier, ...] = ()
    nodes: tuple[tuple[Number, Number], ...] = ()
    round: Rounding | None = None
    join: Literal["product", "sum"] | None = None
    edge: Edge | None = None
    between: Literal["linear", "step"] | None = None


@attrs.frozen
class TargetShare:
    """A limit as a share of the pay at target, written ``200% target`` in a plan.

    Parameters
    ----------
    share : Number
        The share.

    Examples
    --------
    >>> TargetShare.parse("200 % target"), str(TargetShare(Ref("most")))
    (TargetShare(share=Fraction(2, 1)), '$most target')
    """

    share: Number

    @classmethod
    def parse(cls, text: str) -> TargetShare:
        """Read a share of target.

        Raises
        ------
        InvalidValueError
            If the text is none.

        Examples
        --------
        >>> TargetShare.parse("$most target")
        TargetShare(share=Ref(name='most'))
        """
        share = text.strip().removesuffix("target").strip()
        if share == text.strip():
            raise InvalidValueError(
                f"{text!r} is no limit", where="limit", fix="write money, or a share of target such as 200% target"
            )
        return cls(Ref(share[1:]) if share.startswith("$") else rational(share, where="limit"))

    def __str__(self) -> str:
        if isinstance(self.share, Ref):
            return f"{self.share} target"
        percent = rational_text(self.share * 100)
        return f"{rational_text(self.share) if '/' in percent else percent + '%'} target"


def _limit(written: Number | TargetShare | str) -> Number | TargetShare:
    return TargetShare.parse(written) if isinstance(written, str) else written


@attrs.frozen(kw_only=True)
class Limit:
    """A cap or a floor on pay.

    Parameters
    ----------
    of : str
        ``deal``, a component, or ``plan``.
    limit : Number or TargetShare
        Money, or a share of the pay at target; the text ``200% target`` is read as one.
    at : {'before_modifiers', 'after_modifiers'}, optional
        Where it cuts.
    excess : {'lost', 'carry'}, default 'lost'
        What becomes of pay above a cap: nothing, or it waits for the next period below the cap.

    Examples
    --------
    >>> str(Limit(of="plan", limit="200% target", at="after_modifiers").limit)
    '200% target'
    """

    of: str
    limit: Number | TargetShare = attrs.field(converter=_limit)
    at: Literal["before_modifiers", "after_modifiers"] | None = None
    excess: Literal["lost", "carry"] = "lost"


@attrs.frozen
class Lock:
    """The bands of a component from a bound up; while they are locked, the band below goes on above it.

    Parameters
    ----------
    of : str
        Name of the component.
    tiers_from : Number
        The bound.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Lock("commission", Fraction(1)).of
    'commission'
    """

    of: str
    tiers_from: Number


@attrs.frozen(kw_only=True)
class Gate:
    """Pay that is locked until tests are passed.

    Parameters
    ----------
    tests : tuple of GateTest
        What is tested.
    locks : str or Lock
        A component, ``plan``, or the upper bands of a component, which a plan file writes as
        ``locks: {commission.tiers_from: 100%}``.
    needs : {'all', 'any'}, default 'all'
        How many tests must be passed.
    when : {'transaction', 'interval_end'}, default 'interval_end'
        Whether each row is tested with what had been reached by then, or all of the interval at its end.
    meanwhile : {'pay', 'hold'}, optional
        What happens before the interval ends.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Gate(tests=(GateTest(measure="nps", at_least=Fraction(30)),), locks="plan").needs
    'all'
    """

    tests: tuple[GateTest, ...]
    locks: str | Lock
    needs: Literal["all", "any"] = "all"
    when: Literal["transaction", "interval_end"] = "interval_end"
    meanwhile: Literal["pay", "hold"] | None = None


@attrs.frozen(kw_only=True)
class Windfall:
    """What is done with a deal, or a customer, that is larger than anybody planned for.

    Parameters
    ----------
    above : Number
        Credit in money from which it is one.
    per : {'deal', 'customer'}
        Whether a single transaction is meant, or all of a customer in the interval.
    then : {'cap_credit', 'lower_rate', 'hold'}
        What lies above is not credited; or pays `rate`; or is held until somebody decides.
    rate : Number, optional
        For ``lower_rate``.
    of : str, optional
        The component that it is about; all that are paid on money if left out.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Windfall(above=Fraction(1_000_000), per="deal", then="cap_credit").then
    'cap_credit'
    """

    above: Number
    per: Literal["deal", "customer"]
    then: Literal["cap_credit", "lower_rate", "hold"]
    rate: Number | None = None
    of: str | None = None
