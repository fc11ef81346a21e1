"""Every exception of the library, and nowhere else.

An exception tells a *caller* that the call was wrong, and how to mend it.
Problems of business data are findings instead (`salesteam.core.Finding`): they come back all at once, in a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Protocol

__all__ = [
    "AdapterError",
    "AuthExpired",
    "Conflict",
    "CycleError",
    "InvalidValueError",
    "NotFoundError",
    "PluginError",
    "QuotaExhausted",
    "RateLimited",
    "Rejected",
    "ReportError",
    "SalesteamError",
    "StoreError",
    "Transient",
    "missing_choice",
    "nearest",
]


class _Report(Protocol):
    """What `ReportError` asks of a report: that it can tell its text."""

    def text(self, lang: str = "en") -> str: ...


def nearest(key: object, known: Iterable[object], most: int = 3) -> tuple[str, ...]:
    """Names in `known` that look like `key`, best first.

    Use it wherever an unknown name is refused, so that the message can say what was probably meant.

    Parameters
    ----------
    key : object
        What was asked for; compared as text, case folded.
    known : iterable of object
        The names that would have been accepted.
    most : int, default 3
        How many names at the most.

    Returns
    -------
    tuple of str
        Zero to `most` of the known names as they were written.

    Examples
    --------
    >>> nearest("acounts", ["accounts", "deals", "users"])
    ('accounts',)
    """
    names = {str(name).casefold(): str(name) for name in known}
    found = get_close_matches(str(key).casefold(), list(names), n=most, cutoff=0.6)
    return tuple(names[name] for name in found)


class SalesteamError(Exception):
    """The root of all errors that this library raises on purpose.

    Catch it to catch them all.

    Examples
    --------
    >>> issubclass(InvalidValueError, SalesteamError)
    True
    """


class InvalidValueError(SalesteamError, ValueError):
    """A value that a caller passed cannot be what it is meant to be.

    Parameters
    ----------
    what : str
        What is wrong, with the value in it.
    where : str, optional
        The noun, field or argument.
    fix : str, optional
        What to do instead.

    Examples
    --------
    >>> raise InvalidValueError("'abc' is no number", where="Quota.amount", fix="write digits, such as 12000")
    Traceback (most recent call last):
    salesteam.errors.InvalidValueError: 'abc' is no number (Quota.amount): write digits, such as 12000
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.what = what
        self.where = where
        self.fix = fix
        super().__init__(what + (f" ({where})" if where else "") + (f": {fix}" if fix else ""))


def missing_choice(name: str, options: Mapping[str, str], *, where: str = "") -> InvalidValueError:
    """Build the error for a choice that the field knows several ways and the caller left open.

    Parameters
    ----------
    name : str
        The argument or key.
    options : mapping of str to str
        Each option with one line on what it means.
    where : str, optional
        The noun or verb that needs it.

    Returns
    -------
    InvalidValueError
        To be raised by the caller; its message lists the options, one a line.

    Examples
    --------
    >>> print(missing_choice("kind", {"carve_out": "shares sum to 1", "overlay": "on top"}, where="Split"))
    choose 'kind' (Split): the field knows several ways, so there is no default
      carve_out: shares sum to 1
      overlay: on top
    """
    lines = "".join(f"\n  {option}: {meaning}" for option, meaning in options.items())
    return InvalidValueError(
        f"choose {name!r}",
        where=where,
        fix=f"the field knows several ways, so there is no default{lines}",
    )


class CycleError(SalesteamError, ValueError):
    """Things that must form a tree or an order run in a circle.

    Parameters
    ----------
    path : sequence of str
        The circle, first name repeated at the end.
    what : str, optional
        What runs in a circle.

    Attributes
    ----------
    path : tuple of str
        As passed.

    Examples
    --------
    >>> raise CycleError(["a", "b", "a"], what="reporting lines")
    Traceback (most recent call last):
    salesteam.errors.CycleError: reporting lines run in a circle: a -> b -> a; remove one of these links
    """

    def __init__(self, path: Sequence[str], what: str = "these links") -> None:
        self.path = tuple(path)
        super().__init__(f"{what} run in a circle: {' -> '.join(self.path)}; remove one of these links")


class NotFoundError(SalesteamError, LookupError):
    """Something was asked for by a name that does not exist there.

    Parameters
    ----------
    kind : str
        What was looked for, such as ``"person"``.
    key : object
        The name asked for.
    known : iterable of object, optional
        The names that exist, for the nearest ones.
    where : str, optional
        Where it was looked for.

    Examples
    --------
    >>> raise NotFoundError("person", "lii", ["li", "wu"], where="the roster")
    Traceback (most recent call last):
    salesteam.errors.NotFoundError: no person 'lii' in the roster; did you mean 'li'?
    """

    def __init__(self, kind: str, key: object, known: Iterable[object] = (), *, where: str = "") -> None:
        self.kind = kind
        self.key = key
        names = [str(name) for name in known]
        close = nearest(key, names)
        if close:
            hint = "; did you mean " + " or ".join(repr(name) for name in close) + "?"
        elif names:
            hint = "; there is " + ", ".join(repr(name) for name in names[:8]) + (", …" if len(names) > 8 else "")
        else:
            hint = "; there is none at all"
        super().__init__(f"no {kind} {str(key)!r}" + (f" in {where}" if where else "") + hint)


class ReportError(SalesteamError):
    """A report holds errors and the caller asked for a result without them.

    Raised by `Report.raise_for_errors`.

    Parameters
    ----------
    report : salesteam.core.Report
        All findings, not just the errors.

    Attributes
    ----------
    report : salesteam.core.Report
        As passed.

    Examples
    --------
    >>> from salesteam.core import Report, find
    >>> Report.of(find("core.missing-file", path="x.yaml")).raise_for_errors()
    Traceback (most recent call last):
    salesteam.errors.ReportError: ...
    """

    def __init__(self, report: _Report) -> None:
        self.report = report
        super().__init__(report.text())


class PluginError(SalesteamError):
    """A plugin cannot be used: it is unknown, failed to load, is blocked, or breaks its contract.

    Examples
    --------
    >>> issubclass(PluginError, SalesteamError)
    True
    """


class StoreError(SalesteamError):
    """A store cannot be used: it is no store, of a newer version, on an old SQLite, or held by another run.

    Nothing was changed; the message says what to do.

    Examples
    --------
    >>> raise StoreError("sales.sqlite is held by another run: wait until it is done")
    Traceback (most recent call last):
    salesteam.errors.StoreError: sales.sqlite is held by another run: wait until it is done
    """


class AdapterError(SalesteamError):
    """A source could not be read or written; the subclass says what to do.

    Parameters
    ----------
    message : str
        What happened, with secrets already redacted.
    source : str, optional
        Name of the source.

    Examples
    --------
    >>> raise AdapterError("no such folder: exports", source="files")
    Traceback (most recent call last):
    salesteam.errors.AdapterError: files: no such folder: exports
    """

    def __init__(self, message: str, *, source: str = "") -> None:
        self.source = source
        super().__init__(f"{source}: {message}" if source else message)


class RateLimited(AdapterError):  # noqa: N818 -- the name says what happened; the field calls it so
    """The source asks to slow down; wait `retry_after` seconds, then go on.

    Parameters
    ----------
    message : str
        What the source said.
    source : str, optional
        Name of the source.
    retry_after : float, optional
        Seconds to wait, if the source said so.

    Examples
    --------
    >>> RateLimited("429", source="crm", retry_after=2.0).retry_after
    2.0
    """

    def __init__(self, message: str, *, source: str = "", retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message, source=source)


class Transient(AdapterError):  # noqa: N818 -- as above
    """The source failed in a way that passes; the same call may be tried again.

    Parameters
    ----------
    message : str
        What happened.
    source : str, optional
        Name of the source.
    arrived : bool, optional
        False if the request certainly did not reach the source; None, the default, if nobody can know.
    answered : bool, default True
        False if the source gave no answer at all: where two kinds in a row get none, a reading waits for no other.

    Examples
    --------
    >>> Transient("no connection", source="crm", arrived=False).arrived
    False
    """

    def __init__(self, message: str, *, source: str = "", arrived: bool | None = None, answered: bool = True) -> None:
        self.arrived = arrived
        self.answered = answered
        super().__init__(message, source=source)


class AuthExpired(AdapterError):  # noqa: N818 -- as above
    """The login is no longer good; log in again, then go on.

    Examples
    --------
    >>> issubclass(AuthExpired, AdapterError)
    True
    """


class Rejected(AdapterError):  # noqa: N818 -- as above
    """The source refused the request for good; mend the request or the mapping.

    Examples
    --------
    >>> issubclass(Rejected, AdapterError)
    True
    """


class Conflict(AdapterError):  # noqa: N818 -- as above
    """Somebody changed the record meanwhile; look at it, then decide by hand.

    Examples
    --------
    >>> issubclass(Conflict, AdapterError)
    True
    """


class QuotaExhausted(AdapterError):  # noqa: N818 -- as above
    """The allowance of the day is used up; the run can be resumed at `resets_at`.

    Parameters
    ----------
    message : str
        What the source said.
    source : str, optional
        Name of the source.
    resets_at : str, optional
        When the allowance starts anew, ISO 8601 with zone.

    Examples
    --------
    >>> QuotaExhausted("daily limit", resets_at="2026-10-01T00:00+08:00").resets_at
    '2026-10-01T00:00+08:00'
    """

    def __init__(self, message: str, *, source: str = "", resets_at: str | None = None) -> None:
        self.resets_at = resets_at
        super().__init__(message, source=source)
