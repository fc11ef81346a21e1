"""The terminal: its width, progress on it, and where things go."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

__all__ = ["Progress", "progress", "told", "width"]

_EVERY = 10.0


def width() -> int:
    """Columns of the terminal; 80 where there is none."""
    return max(40, shutil.get_terminal_size((80, 24)).columns)


def told(text: str) -> None:
    """Say something beside the output, on standard error."""
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


class Progress:
    """Tells what goes on: one moving line in a terminal, a line every ten seconds elsewhere."""

    def __init__(self) -> None:
        self.told = time.monotonic()

    def step(self, text: str) -> None:
        """Tell of a new step."""
        now = time.monotonic()
        if now - self.told >= _EVERY:
            self.told = now
            told(text)

    def page(self, source: str, kind: str, rows: int) -> None:
        """Tell of a page read."""
        self.step(f"{source}: {kind} {rows:,}")


class _Moving(Progress):
    def __init__(self, status: Status) -> None:
        super().__init__()
        self.status = status

    def step(self, text: str) -> None:
        self.status.update(text)


@contextmanager
def progress(first: str) -> Iterator[Progress]:
    """Show progress on standard error while a block runs."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Progress()
        return
    with console.status(first) as status:
        yield _Moving(status)
