"""The entry point: says what is missing, and never shows a traceback for a user's mistake."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line.

    Examples
    --------
    >>> callable(main)
    True
    """
    try:
        from salesteam.cli._app import app
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"typer", "rich", "click"}:
            raise
        sys.exit(f"the command line needs {error.name}: install salesteam with the extra cli, as in 'salesteam[cli]'")
    app()
