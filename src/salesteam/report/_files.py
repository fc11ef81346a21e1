"""Write the files of a review, and overwrite only what a former review wrote."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from errno import EACCES
from functools import partial
from pathlib import Path
from typing import Any, Literal

from salesteam.core import Place, Report, find
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
    target = Path(folder)
    vacant(target).raise_for_errors()
    made: dict[str, Callable[[], bytes]] = {
        "review.html": lambda: page(review, lang).encode(),
        "review.json": lambda: review.to_json(lang).encode(),
    }
    for name, frame in review.tables().items():
        made[f"tables/{name}.{tables}"] = partial(_encoded, frame, tables)
    try:
        _put(target, made, progress or (lambda _: None))
    except OSError as error:
        _unwritable(target, error).raise_for_errors()
    return tuple(target / name for name in made)


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
    target = Path(folder)
    try:
        if target.exists() and not (target / MARKER).is_file() and (not target.is_dir() or any(target.iterdir())):
            return Report.of(find("review.out-foreign", Place(file=str(target)), folder=str(target)))
    except OSError as error:
        return _unwritable(target, error)
    above = next((path for path in (target, *target.absolute().parents) if path.exists()), target)
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        return _unwritable(target, PermissionError(EACCES, os.strerror(EACCES)))
    return Report()


def _unwritable(target: Path, error: OSError) -> Report:
    problem = error.strerror or str(error)
    return Report.of(find("review.out-unwritable", Place(file=str(target)), folder=str(target), problem=problem))


def _put(target: Path, made: Mapping[str, Callable[[], bytes]], tell: Callable[[str], None]) -> None:
    """Write the files, and remove those of a former review that are no longer made; the marker always knows both."""
    former = _former(target / MARKER)
    (target / "tables").mkdir(parents=True, exist_ok=True)
    (target / MARKER).write_text("\n".join(sorted({*former, *made})) + "\n", encoding="utf-8")
    for name, make in made.items():
        tell(name)
        (target / name).write_bytes(make())
    for name in former - set(made):
        (target / name).unlink(missing_ok=True)
    (target / MARKER).write_text("\n".join(sorted(made)) + "\n", encoding="utf-8")


def _former(marker: Path) -> set[str]:
    """The files that a former review wrote; names that lead elsewhere are none of them."""
    if not marker.is_file():
        return set()
    names = {line for line in marker.read_text(encoding="utf-8").splitlines() if line}
    return {name for name in names if ".." not in Path(name).parts and not Path(name).is_absolute()}


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
