"""The command line: ``salesteam review``, ``sync``, ``sources``, ``init``, ``demo``, ``verify`` and ``plugins``.

Needs the extra ``cli``; `main` is its entry point.
"""

from __future__ import annotations

from salesteam.cli._main import main

__all__ = ["main"]
