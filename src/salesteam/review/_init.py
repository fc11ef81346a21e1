"""Write a starter playbook that reviews cleanly and says in comments what to change."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

from salesteam.errors import InvalidValueError

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
    InvalidValueError
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
        raise InvalidValueError(f"{target} is not an empty folder", where="init", fix="name a new or an empty one")
    source = Path(__file__).parent / "starter"
    written = []
    for path in sorted(source.rglob("*.yaml")):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copyfile(path, copy)
        written.append(copy)
    return tuple(written)
