"""The clock of a sync: what time it is, and how to wait; tests have one that never makes them wait."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta

from salesteam.crm._record import zoned

__all__ = ["Clock", "SystemClock", "VirtualClock"]


class Clock(ABC):
    """What time it is, and how to wait.

    Examples
    --------
    >>> isinstance(SystemClock(), Clock)
    True
    """

    @abstractmethod
    def now(self) -> datetime:
        """The instant, in UTC."""

    @abstractmethod
    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock(Clock):
    """The clock of this computer.

    Examples
    --------
    >>> SystemClock().now().tzinfo
    datetime.timezone.utc
    """

    def now(self) -> datetime:
        """The instant, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait as long."""
        time.sleep(seconds)


class VirtualClock(Clock):
    """A clock that moves only when it is told to, or waited for; for tests.

    Parameters
    ----------
    now : datetime
        Where it stands at first.

    Attributes
    ----------
    slept : list of float
        The waits, in seconds.

    Examples
    --------
    >>> clock = VirtualClock(datetime(2026, 9, 30, tzinfo=UTC))
    >>> clock.sleep(90)
    >>> clock.now().isoformat(), clock.slept
    ('2026-09-30T00:01:30+00:00', [90])
    """

    def __init__(self, now: datetime) -> None:
        self._now = zoned(now).astimezone(UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Where it stands."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move on at once, and remember how long it would have been."""
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)

    def move(self, to: datetime) -> None:
        """Set it, forwards or back.

        Examples
        --------
        >>> clock = VirtualClock(datetime(2026, 9, 30, tzinfo=UTC))
        >>> clock.move(datetime(2026, 9, 29, tzinfo=UTC))
        >>> clock.now().day
        29
        """
        self._now = zoned(to).astimezone(UTC)
