"""The named profiles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from salesteam.errors import NotFoundError, missing_choice
from salesteam.raci._profile import Letter, Profile
from salesteam.raci._words import Duty

__all__ = ["PROFILES", "profile"]


def _letters(pairs: Iterable[tuple[str, tuple[Duty, ...]]]) -> tuple[Letter, ...]:
    return tuple(Letter(letter=letter, duties=duties) for letter, duties in pairs)


_R: tuple[str, tuple[Duty, ...]] = ("R", ("does",))
_A: tuple[str, tuple[Duty, ...]] = ("A", ("answers",))
_C: tuple[str, tuple[Duty, ...]] = ("C", ("asked_before",))
_I: tuple[str, tuple[Duty, ...]] = ("I", ("told_after",))
_O: tuple[str, tuple[Duty, ...]] = ("O", ("out",))

PROFILES: Mapping[str, tuple[Letter, ...]] = {
    "raci": _letters((_R, _A, _C, _I)),
    "arci": _letters((_A, _R, _C, _I)),
    "rasci": _letters((_R, _A, ("S", ("helps",)), _C, _I)),
    "raci_vs": _letters((_R, _A, _C, _I, ("V", ("verifies",)), ("S", ("signs",)))),
    "cairo": _letters((_C, _A, _I, _R, _O)),
    "racio": _letters((_R, _A, _C, _I, _O)),
    "daci": _letters((("D", ("drives",)), ("A", ("approves", "decides")), _C, _I)),
    "rapid": _letters(
        (("R", ("recommends",)), ("A", ("agrees",)), ("P", ("does",)), ("I", ("asked_before",)), ("D", ("decides",)))
    ),
}
"""The letters of the named profiles."""

_MEANT: Mapping[str, str] = {
    "raci": "R does, A answers, C is asked before, I is told after",
    "arci": "the same letters, A named first",
    "rasci": "RACI and S helps",
    "raci_vs": "RACI and V verifies, S signs",
    "cairo": "RACI and O out on purpose",
    "racio": "RACI and O out on purpose",
    "daci": "D drives, A approves and decides, C is asked before, I is told after",
    "rapid": "R recommends, A agrees, P does, I is asked before, D decides",
}


def profile(name: str | None = None, *, a_approves: bool | None = None) -> Profile:
    """Take one of the named profiles.

    Use it to read or make a chart with the letters of a known school.
    A letter such as R, A, S or I means different things in different schools, so the name has no default.

    Parameters
    ----------
    name : str
        raci, arci, rasci, raci_vs, cairo, racio, daci or rapid.
    a_approves : bool, optional
        Required where A answers for the result (all but daci and rapid): whether that A also approves.

    Returns
    -------
    Profile
        With the usual thresholds and severities; change them with `attrs.evolve`.

    Raises
    ------
    InvalidValueError
        If the name or `a_approves` is missing; the message lists the options.
    NotFoundError
        For another name.

    References
    ----------
    Smith, M. L., Erwin, J., "Role and responsibility charting (RACI)", 2007.
    Rogers, P., Blenko, M., "Who has the D?", Harvard Business Review, 2006.

    Examples
    --------
    >>> profile("rapid").doing
    'does'
    >>> profile("raci")
    Traceback (most recent call last):
    salesteam.errors.InvalidValueError: choose 'a_approves' (Profile raci): ...
    """
    if name is None:
        raise missing_choice("profile", _MEANT, where="raci.profile")
    if name not in PROFILES:
        raise NotFoundError("profile", name, PROFILES, where="raci.profile")
    return Profile(name=name, letters=PROFILES[name], a_approves=a_approves)
