"""Write the files of a review."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

from salesteam.core import Report
from salesteam.core._written import put
from salesteam.core._written import vacant as core_vacant
from salesteam.errors import InvalidValueError
from salesteam.report._page import page
from salesteam.review import Review

__all__ = ["MARKER", "vacant", "write"]

MARKER = ".salesteam-review"
"""The file that says which files of a folder a review wrote."""


def write(
    review: Review,
    folder: str | Path,
    *,
    lang: str = "en",
    tables: Literal["csv", "parquet"] = "csv",
    progress: Callable[[str], None] | None = None,
) -> tuple[Path, ...]:
    """Write the page, the tables and the JSON of a review.

    Parameters
    ----------
    review : Review
        What to write.
    folder : str or Path
        Where to: a new or empty folder, or one that a former review wrote.
    lang : {'en', 'zh'}, default 'en'
        Language of the page and the texts.
    tables : {'csv', 'parquet'}, default 'csv'
        Format of the tables.
    progress : callable, optional
        Called with the name of each file before it is made.

    Returns
    -------
    tuple of Path
        ``review.html``, ``review.json`` and one file a table.

    Raises
    ------
    ReportError
        If the folder holds files that no review wrote, or cannot be written; see `vacant`.

    Examples
    --------
    >>> import tempfile
    >>> from salesteam import review
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(path.name for path in write(review.demo(), folder) if path.suffix != ".csv")
    ['review.html', 'review.json']
    """
    made: dict[str, Callable[[], bytes]] = {
        "review.html": lambda: page(review, lang).encode(),
        "review.json": lambda: review.to_json(lang).encode(),
    }
    for name, frame in review.tables().items():
        made[f"tables/{name}.{tables}"] = partial(_encoded, frame, tables)
    return put(Path(folder), MARKER, made, progress=progress)


def vacant(folder: str | Path) -> Report:
    """Tell whether the files of a review may be written to a folder.

    Use it before long work; `write` asks it again.

    Parameters
    ----------
    folder : str or Path
        Where to.

    Returns
    -------
    Report
        An error if it is a file, holds files that no review wrote, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     vacant(folder).ok, (Path(folder) / "notes.txt").write_text("mine"), vacant(folder).ok
    (True, 4, False)
    """
    return core_vacant(Path(folder), MARKER)


def _encoded(frame: Any, tables: Literal["csv", "parquet"]) -> bytes:
    """A pandas frame as the bytes of a file."""
    if tables == "csv":
        text: str = frame.to_csv(index=False)
        return text.encode()
    try:
        whole: bytes = frame.to_parquet(index=False)
    except ImportError:
        raise InvalidValueError("Parquet needs pyarrow", where="--tables", fix="install salesteam[fast]") from None
    return whole
