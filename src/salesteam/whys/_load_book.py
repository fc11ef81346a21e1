"""Read the part of a playbook that tells how a team asks why."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from salesteam.core import _load
from salesteam.whys._model_profile import Book

__all__ = ["load", "read"]


def read(text: str, *, file: str = "<text>") -> _load.Loaded[Book]:
    """Read a why book from YAML text; every problem is a finding with its line.

    Parameters
    ----------
    text : str
        YAML with ``profile``, and ``open_on`` and ``trees`` if there are.
    file : str, default "<text>"
        Name for the findings.

    Returns
    -------
    Loaded
        The book, or None; the report; the places of its parts.

    Examples
    --------
    >>> read("profile: {min_grade: C}").value.trees
    ()
    """
    return _load.load_text(text, Book, file=file)


def load(path: str | PathLike[str]) -> Book:
    """Read a why book, the file ``whys.yaml`` of a playbook, or any YAML file of the same keys.

    Parameters
    ----------
    path : str or path
        A file with ``profile``, and ``open_on`` and ``trees`` if there are.

    Returns
    -------
    Book
        Profile, policies, trees.

    Raises
    ------
    ReportError
        With every problem of the file at once, each with its line.

    Examples
    --------
    >>> load("nowhere.yaml")
    Traceback (most recent call last):
    salesteam.errors.ReportError: ...
    """
    return _load.read_file(Path(path), read).require()
