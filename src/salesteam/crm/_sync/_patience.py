"""How long to wait and how often to try again, by what the error says."""

from __future__ import annotations

import random
from typing import Literal

import attrs

from salesteam.core import Finding, Place, find
from salesteam.crm._ref import Kind
from salesteam.crm._silence import silent
from salesteam.errors import (
    AdapterError,
    AuthExpired,
    InvalidValueError,
    QuotaExhausted,
    RateLimited,
    Transient,
)

__all__ = ["Patience", "Stop", "told"]

_KNOWN: tuple[tuple[type[AdapterError], str, bool, bool], ...] = (
    (QuotaExhausted, "crm.quota-exhausted", True, True),
    (AuthExpired, "crm.login-expired", True, True),
    (RateLimited, "crm.rate-limited", True, False),
    (Transient, "crm.source-unreachable", True, False),
    (AdapterError, "crm.source-failed", False, False),
)
"""Errors by their finding; whether running again can help, and whether all kinds of the source are hit."""


@attrs.frozen(kw_only=True)
class Stop:
    """Why a reading ends before its end."""

    finding: Finding
    resumable: bool
    whole_source: bool = False
    silent: bool = False

    @property
    def state(self) -> Literal["resumable", "failed"]:
        """Whether running it again goes on, or somebody must act first."""
        return "resumable" if self.resumable else "failed"


@attrs.define(kw_only=True)
class Patience:
    """Decides after each error: wait so long, or stop.

    What passes is tried again, and a limit is waited for; whatever else goes wrong is tried once, because a second
    try would be a guess. If the source is doubted, because it gave no answer to another kind, nothing is tried again
    before a first page landed.
    """

    tries: int = 5
    longest: float = 600.0
    first: float = 1.0
    dice: random.Random = attrs.Factory(lambda: random.Random(0))  # noqa: S311 -- spreads retries, hides nothing
    doubted: bool = False
    failed: int = 0

    def progressed(self) -> None:
        """Begin counting anew, because the reading got further."""
        self.failed, self.doubted = 0, False

    def wait_for(self, error: BaseException) -> float | None:
        """Seconds to wait before the next try; None to give up."""
        if not isinstance(error, (Transient, RateLimited)):
            return None
        self.failed += 1
        if self.doubted or self.failed >= self.tries:
            return None
        asked = error.retry_after if isinstance(error, RateLimited) else None
        if asked is not None:
            return asked if 0 <= asked <= self.longest else None
        seconds: float = min(self.longest, self.first * 2 ** (self.failed - 1)) * (1 + self.dice.random() / 4)
        return seconds


def told(source: str, adapter: str, kind: Kind | None, error: BaseException, *, resuming: bool = False) -> Stop:
    """The finding of an error that ends a reading, and whether running it again can help."""
    place = Place(table=kind)
    problem = str(error).removeprefix(f"{source}: ").rstrip(".")
    for family, code, resumable, whole in _KNOWN:
        if isinstance(error, family):
            resets = getattr(error, "resets_at", None) or "—"
            finding = find(code, place, source=source, problem=problem, resets=resets)
            return Stop(finding=finding, resumable=resumable, whole_source=whole, silent=silent(error))
    if resuming and isinstance(error, InvalidValueError):
        finding = find("crm.cursor-refused", place, source=source, kind=kind, problem=problem)
    else:
        crashed = f"{type(error).__name__}: {error}"
        finding = find("crm.adapter-crashed", place, source=source, adapter=adapter, problem=crashed)
    return Stop(finding=finding, resumable=False)
