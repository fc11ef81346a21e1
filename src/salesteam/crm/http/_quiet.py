"""Keep secrets out of what the HTTP libraries log: an address may hold one."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from salesteam.crm import Redactor

__all__ = ["keep_out_of_logs"]

_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")


class _Quiet(logging.Filter):
    """Redacts what the HTTP libraries log."""

    def __init__(self) -> None:
        super().__init__()
        self.redact = Redactor()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self.redact(record.getMessage()), ()
        return True


_QUIET = _Quiet()


def keep_out_of_logs(texts: Iterable[str]) -> None:
    """Blot these texts out from now on in what the HTTP libraries log."""
    _QUIET.redact = Redactor({*_QUIET.redact.texts, *texts})
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if _QUIET not in logger.filters:
            logger.addFilter(_QUIET)
