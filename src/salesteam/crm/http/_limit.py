"""Keep to a number of requests in a window of time, before the server has to say so."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock

from salesteam.errors import InvalidValueError

__all__ = ["Limit"]


class Limit:
    """At most so many requests in any window of so many seconds.

    Parameters
    ----------
    requests : int
        How many.
    seconds : float
        In how long a time.

    Examples
    --------
    >>> now = [0.0]
    >>> limit = Limit(2, 10)
    >>> for _ in range(3):
    ...     limit.take(lambda: now[0], lambda seconds: now.__setitem__(0, now[0] + seconds))
    >>> now
    [10.0]
    """

    def __init__(self, requests: int, seconds: float) -> None:
        if requests < 1 or seconds <= 0:
            raise InvalidValueError(f"{requests} in {seconds} s is no limit", where="Limit", fix="give 1 or more")
        self.requests, self.seconds = requests, float(seconds)
        self._taken: deque[float] = deque()
        self._lock = Lock()

    def take(self, clock: Callable[[], float], wait: Callable[[float], None]) -> None:
        """Wait until one more request is within the limit, and count it."""
        with self._lock:
            while len(self._taken) >= self.requests:
                rest = self._taken[0] + self.seconds - clock()
                if rest > 0:
                    wait(rest)
                self._taken.popleft()
            self._taken.append(clock())
