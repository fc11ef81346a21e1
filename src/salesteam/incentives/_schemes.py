"""The plans that are shipped with the library."""

from __future__ import annotations

from importlib import resources

from salesteam.errors import NotFoundError
from salesteam.incentives._load import read, required
from salesteam.incentives._model import Plan

__all__ = ["scheme", "schemes"]


def schemes() -> tuple[str, ...]:
    """Names of the plans shipped with the library.

    Examples
    --------
    >>> "team_coefficient" in schemes()
    True
    """
    folder = resources.files("salesteam.incentives") / "schemes"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


def scheme(name: str) -> Plan:
    """A plan shipped with the library, to read, pay with, or start from.

    Parameters
    ----------
    name : str
        One of `schemes`.

    Returns
    -------
    Plan
        As its file says it.

    Raises
    ------
    NotFoundError
        If there is none of that name.

    Examples
    --------
    >>> scheme("assist_split").crediting[0].to
    'assistant'
    """
    if name not in schemes():
        raise NotFoundError("scheme", name, schemes(), where="salesteam.incentives")
    file = resources.files("salesteam.incentives") / "schemes" / f"{name}.yaml"
    return required(read(file.read_text(encoding="utf-8"), file=f"{name}.yaml"))
