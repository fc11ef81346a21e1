"""Facts from a folder: one file of comma-separated text a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from salesteam.core import Finding, Place, Report, find
from salesteam.core import _table as t
from salesteam.errors import nearest
from salesteam.incentives._model import Facts

__all__ = ["load_facts"]

_SUFFIX = ".csv"


def load_facts(folder: str | Path) -> Facts:
    r"""Read facts from a folder with a CSV file for each table, such as ``transactions.csv`` and ``quotas.csv``.

    Use it for what finance or sales operations have exported; text in the files stays exact.

    Parameters
    ----------
    folder : str or Path
        Each ``.csv`` file in it is named for a parameter of `Facts`; files of other kinds are not looked at.

    Returns
    -------
    Facts
        The tables, as pandas frames of text.

    Raises
    ------
    ReportError
        With every problem at once: no such folder, neither transactions nor values, a file that is named for no
        table or cannot be read, a row with more or fewer cells than the header.

    Examples
    --------
    >>> import tempfile
    >>> from salesteam.incentives import pay, scheme
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "transactions.csv"
    ...     size = file.write_text("transaction,date,amount,payee,assistant\nT1,2026-01-05,1000,ana,bo\n")
    ...     facts = load_facts(folder)
    >>> pay(scheme("assist_split"), facts).total.text()
    'CNY 50.00'
    """
    place, root = Place(file=str(folder)), Path(folder)
    if not root.is_dir():
        Report.of(find("incentives.no-facts-folder", place, folder=str(folder))).raise_for_errors()
    names = [each.name for each in attrs.fields(Facts)]
    tables: dict[str, Any] = {}
    findings: list[Finding] = []
    for path in sorted(root.glob(f"*{_SUFFIX}")):
        if path.stem not in names:
            findings.append(_unknown(path, names))
            continue
        tables[path.stem], report = t.read_csv(path)
        findings.extend(report)
    if not {"transactions", "values"} & tables.keys():
        findings.append(find("incentives.no-facts", place, folder=str(folder)))
    Report(findings).raise_for_errors()
    return Facts(**tables)


def _unknown(path: Path, names: list[str]) -> Finding:
    near = nearest(path.stem, names)
    return find("incentives.unknown-table", Place(file=str(path)), table=path.stem, options=", ".join(near or names))
