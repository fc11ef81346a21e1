"""Write the files of a review, and overwrite only what a former review wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from salesteam.errors import InvalidValueError
from salesteam.report._page import page
from salesteam.review import Review

__all__ = ["MARKER", "write"]

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
    InvalidValueError
        If the folder holds files that no review wrote.

    Examples
    --------
    >>> import tempfile
    >>> from salesteam import review
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(path.name for path in write(review.demo(), folder) if path.suffix != ".csv")
    ['review.html', 'review.json']
    """
    target = Path(folder)
    former = _former(target)
    tell = progress or (lambda _: None)
    made: dict[str, Callable[[], bytes]] = {
        "review.html": lambda: page(review, lang).encode(),
        "review.json": lambda: review.to_json(lang).encode(),
    }
    frames = review.tables()
    for name, frame in frames.items():
        made[f"tables/{name}.{tables}"] = lambda frame=frame: _encoded(frame, tables)
    (target / "tables").mkdir(parents=True, exist_ok=True)
    (target / MARKER).write_text("\n".join(sorted({*former, *made})) + "\n", encoding="utf-8")
    for name, make in made.items():
        tell(name)
        (target / name).write_bytes(make())
    for name in former - set(made):
        (target / name).unlink(missing_ok=True)
    (target / MARKER).write_text("\n".join(sorted(made)) + "\n", encoding="utf-8")
    return tuple(target / name for name in made)


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


def _former(target: Path) -> set[str]:
    """The files that a former review wrote; refuse a folder that holds anything else."""
    if not target.exists():
        return set()
    if not target.is_dir():
        raise InvalidValueError(f"{target} is a file", where="--out", fix="name a folder")
    marker = target / MARKER
    if not marker.is_file():
        if any(target.iterdir()):
            raise InvalidValueError(
                f"{target} holds files that no review wrote", where="--out", fix="name a new or an empty folder"
            )
        return set()
    names = {line for line in marker.read_text(encoding="utf-8").splitlines() if line}
    return {name for name in names if ".." not in name and not Path(name).is_absolute()}
