"""Look whether a source can be read, and whether its clock is ours."""

from __future__ import annotations

from datetime import datetime, timedelta

from salesteam.core import Finding, Report, find
from salesteam.crm._adapter import Adapter
from salesteam.crm._clock import Clock, SystemClock
from salesteam.crm._secret import redactor_of
from salesteam.crm._sync._patience import told

__all__ = ["check", "skew"]

_SKEW = timedelta(minutes=5)
_FAULTS = (Exception, SystemExit)


def check(adapter: Adapter, *, clock: Clock | None = None) -> Report:
    """Look whether a source can be reached and read, and whether its clock agrees with ours.

    Whatever the adapter raises is a finding; secrets show in none.

    Parameters
    ----------
    adapter : Adapter
        The source; it is not closed.
    clock : Clock, optional
        The computer's if not given.

    Returns
    -------
    Report
        What the adapter says, and what we see.

    Examples
    --------
    >>> from salesteam.crm import MemoryCRM
    >>> server = MemoryCRM("demo")
    >>> from salesteam.crm import VirtualClock
    >>> check(server.adapter(), clock=VirtualClock(server.now)).ok
    True
    """
    redact = redactor_of(adapter.config)
    findings: list[Finding] = []
    try:
        findings += adapter.check()
        can = adapter.capabilities()
        if any(each.server_clock for each in can.values()):
            findings += skew(adapter, adapter.server_time(), clock or SystemClock())
    except _FAULTS as error:
        findings.append(told(adapter.source, type(adapter).__name__, None, error).finding)
    return Report(map(redact.finding, findings))


def skew(adapter: Adapter, theirs: datetime | None, clock: Clock) -> list[Finding]:
    """A finding if the clocks differ so much that the order of events cannot be trusted."""
    if theirs is None or abs(theirs - clock.now()) <= _SKEW:
        return []
    seconds = round(abs(theirs - clock.now()).total_seconds())
    return [find("crm.clock-skew", source=adapter.source, seconds=seconds)]
