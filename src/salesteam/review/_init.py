"""Write a starter playbook that reviews cleanly and says in comments what to change."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

from salesteam.core import Place, Report, find

__all__ = ["init"]


def init(folder: str | Path) -> tuple[Path, ...]:
    """Write a commented starter playbook.

    It reviews cleanly as it is, on the data of the demonstration; then replace part by part by your own.

    Parameters
    ----------
    folder : str or Path
        Where to; made if it does not exist, refused if it is not empty.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    ReportError
        If the folder is not empty, or is a file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(path.name for path in init(folder))[:3]
    ['goals.yaml', 'incentives.yaml', 'leads.yaml']
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        Report.of(find("review.not-empty", Place(file=str(target)), folder=str(target))).raise_for_errors()
    source = Path(__file__).parent / "starter"
    written = []
    for path in sorted(source.rglob("*.yaml")):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copyfile(path, copy)
        written.append(copy)
    return tuple(written)
