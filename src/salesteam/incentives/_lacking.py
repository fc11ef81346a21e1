"""The signal that a number is missing."""

from __future__ import annotations

from typing import Any

__all__ = ["Lacking"]


class Lacking(Exception):  # noqa: N818 -- a signal within this package, never seen outside
    """A number is missing; carries the code and the words of the finding."""

    def __init__(self, code: str, **values: Any) -> None:
        self.code, self.values = code, values
        super().__init__(code)
