"""Folders that the library writes: it overwrites only what it wrote there before."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from errno import EACCES
from pathlib import Path

from salesteam.core._finding import Place, find
from salesteam.core._report import Report

__all__ = ["put", "vacant"]


def vacant(folder: Path, marker: str) -> Report:
    """Tell whether files may be written to a folder.

    Parameters
    ----------
    folder : Path
        Where to.
    marker : str
        Name of the file that says which files of the folder were written before.

    Returns
    -------
    Report
        An error if it is a file, holds files but no marker, or cannot be written.
    """
    try:
        if folder.exists() and not (folder / marker).is_file() and (not folder.is_dir() or any(folder.iterdir())):
            return Report.of(find("core.out-foreign", Place(file=str(folder)), folder=str(folder)))
    except OSError as error:
        return _unwritable(folder, error)
    above = next((path for path in (folder, *folder.absolute().parents) if path.exists()), folder)
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        return _unwritable(folder, PermissionError(EACCES, os.strerror(EACCES)))
    return Report()


def put(
    folder: Path,
    marker: str,
    made: Mapping[str, Callable[[], bytes]],
    *,
    progress: Callable[[str], None] | None = None,
) -> tuple[Path, ...]:
    """Write files into a folder, and remove those written before that are no longer made.

    The marker always knows both, so that a run that ends halfway leaves nothing that the next one takes for foreign.

    Parameters
    ----------
    folder : Path
        Where to; made if it does not exist.
    marker : str
        As in `vacant`.
    made : mapping of str to callable
        Path below the folder to what makes the bytes of that file.
    progress : callable, optional
        Called with the name of each file before it is made.

    Returns
    -------
    tuple of Path
        The files, in the order of `made`.

    Raises
    ------
    ReportError
        If the folder is not vacant, or cannot be written.
    """
    vacant(folder, marker).raise_for_errors()
    try:
        _put(folder, folder / marker, made, progress or (lambda _: None))
    except OSError as error:
        _unwritable(folder, error).raise_for_errors()
    return tuple(folder / name for name in made)


def _put(folder: Path, marker: Path, made: Mapping[str, Callable[[], bytes]], tell: Callable[[str], None]) -> None:
    former = _former(marker)
    for parent in {(folder / name).parent for name in made}:
        parent.mkdir(parents=True, exist_ok=True)
    marker.write_text("\n".join(sorted({*former, *made})) + "\n", encoding="utf-8")
    for name, make in made.items():
        tell(name)
        (folder / name).write_bytes(make())
    for name in former - set(made):
        (folder / name).unlink(missing_ok=True)
    marker.write_text("\n".join(sorted(made)) + "\n", encoding="utf-8")


def _former(marker: Path) -> set[str]:
    """The files written before; names that lead elsewhere are none of them."""
    if not marker.is_file():
        return set()
    names = {line for line in marker.read_text(encoding="utf-8").splitlines() if line}
    return {name for name in names if ".." not in Path(name).parts and not Path(name).is_absolute()}


def _unwritable(folder: Path, error: OSError) -> Report:
    problem = error.strerror or str(error)
    return Report.of(find("core.out-unwritable", Place(file=str(folder)), folder=str(folder), problem=problem))
