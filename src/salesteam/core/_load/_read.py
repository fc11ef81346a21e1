"""Text and files into values, with findings instead of exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import attrs

from salesteam.core._finding import Finding, Place, find
from salesteam.core._load._problem import Load, Problem, Refused
from salesteam.core._load._structure import structurer
from salesteam.core._load._tree import Keys, Spot, walk
from salesteam.core._load._yaml import MAX_CHARACTERS, parse
from salesteam.core._report import Report

__all__ = ["Loaded", "file_text", "load_file", "load_text", "load_tree", "read_file", "read_tree"]

T = TypeVar("T")
Hooks = Mapping[Any, Callable[[Any, Load], Any]]


@attrs.frozen(kw_only=True)
class Loaded(Generic[T]):
    """What came out of a file.

    Parameters
    ----------
    value : T or None
        The value; None if the report holds an error.
    report : Report
        Every problem, in the order of the file.
    places : mapping of str to Place
        Dotted path, such as ``"tiers[0].rate"``, to where it was written, for findings of later checks.

    Examples
    --------
    >>> load_text("[1, 2]", tuple[int, ...]).places["[1]"].column
    5
    """

    value: T | None
    report: Report
    places: Mapping[str, Place] = attrs.field(factory=dict, repr=False)

    def require(self) -> T:
        """The value, or all findings at once as an exception.

        Returns
        -------
        T
            The value.

        Raises
        ------
        ReportError
            If the report holds an error.

        Examples
        --------
        >>> load_text("[1, 2]", tuple[int, ...]).require()
        (1, 2)
        """
        self.report.raise_for_errors()
        return cast("T", self.value)


def load_text(text: str, cls: type[T], *, file: str = "<text>", hooks: Hooks | None = None) -> Loaded[T]:
    r"""Read a value from YAML (or JSON) text.

    Use it for every file a user writes: all problems come back at once, each with line, column and path.

    Parameters
    ----------
    text : str
        YAML 1.2; scalars stay text until the type of their field reads them.
    cls : type
        An attrs class, or ``tuple[X, ...]``, ``Mapping[str, X]``.
        Fields may be str, int, bool, Fraction, Decimal, date, datetime (with offset), time, Money, Period, an enum,
        a Literal, tuple, frozenset, Mapping, Any (plain data), another attrs class, and each of them ``| None``.
        A field's key is its name, or its metadata ``{"key": "from"}``.
    file : str, default "<text>"
        Name for the findings.
    hooks : mapping of type to callable, optional
        ``hook(value, load)`` reads a type in its own way, a union too: `value` is str, list, dict or None,
        ``load(value, X)`` reads a part of it as an X.
        What it raises (InvalidValueError, ValueError, …) becomes a finding there.

    Returns
    -------
    Loaded
        Value, report and places.

    Raises
    ------
    InvalidValueError
        If a field has a type that no text can fill: float, or a union without a hook.

    Examples
    --------
    >>> import attrs
    >>> @attrs.frozen(kw_only=True)
    ... class Seat:
    ...     name: str
    ...     start: int = attrs.field(default=0, metadata={"key": "from"})
    >>> load_text("{name: no, from: 100}", Seat).value
    Seat(name='no', start=100)
    >>> for finding in load_text("nam: li\nfrom: x", Seat, file="team.yaml").report:
    ...     print(finding.place.text(), finding.code)
    team.yaml:1:1 nam core.unknown-key
    team.yaml:2:7 from core.wrong-value
    """
    return _loaded(*parse(text), cls, file, hooks)


def read_tree(text: str, *, file: str = "<text>") -> Loaded[Any]:
    """Read YAML text into plain data that remembers where it was written, for readers that put trees together.

    Parameters
    ----------
    text : str
        YAML 1.2.
    file : str, default "<text>"
        Name for the findings, which every position of the tree carries.

    Returns
    -------
    Loaded
        Text, lists and mappings; `spot_of` tells where each stands. `load_tree` makes a noun of a part.

    Examples
    --------
    >>> read_tree("{a: [1, 2]}").value["a"]
    ['1', '2']
    """
    root, problems = parse(text, file)
    report = Report(_findings(problems, file))
    readable = report.ok or all(problem.code in _READ_ON for problem in problems)
    return Loaded(value=root if readable else None, report=report)


def load_tree(root: Any, cls: type[T], *, file: str = "<text>", hooks: Hooks | None = None) -> Loaded[T]:
    """Make a value of a tree that is read already, as `load_text` would of its text.

    Parameters
    ----------
    root : tree
        What `read_tree` gave, or a part of it, or parts of several put together.
    cls, hooks
        As in `load_text`.
    file : str, default "<text>"
        Name for findings at positions that carry none.

    Returns
    -------
    Loaded
        Value, report and places.

    Examples
    --------
    >>> load_tree(read_tree("{a: [1, 2]}").value["a"], tuple[int, ...]).value
    (1, 2)
    """
    return _loaded(root, [], cls, file, hooks)


def _loaded(root: Any, problems: list[Problem], cls: type[T], file: str, hooks: Hooks | None) -> Loaded[T]:
    places = {
        path: Place(file=spot.file or file, line=spot.line, column=spot.column, key=path) for path, spot in walk(root)
    }
    value: Any = None
    if not problems or all(problem.code in _READ_ON for problem in problems):
        try:
            value = structurer(hooks or {})(_filled(root, cls), cls)
        except Refused as signal:
            problems = [*problems, *signal.problems]
    report = Report(_findings(problems, file))
    return Loaded(value=value if report.ok else None, report=report, places=places)


def load_file(path: str | Path, cls: type[T], *, hooks: Hooks | None = None) -> Loaded[T]:
    """Read a value from a file; a missing or unreadable file is a finding too.

    Parameters
    ----------
    path : str or Path
        A YAML or JSON file in UTF-8.
    cls, hooks
        As in `load_text`.

    Returns
    -------
    Loaded
        Value, report and places.

    Examples
    --------
    >>> [finding.code for finding in load_file("no-such.yaml", tuple[int, ...]).report]
    ['core.missing-file']
    """
    name = str(path)
    text, finding = file_text(Path(path), name)
    if finding is not None:
        return Loaded(value=None, report=Report.of(finding))
    return load_text(text, cls, file=name, hooks=hooks)


def read_file(path: str | Path, reader: Callable[..., Loaded[T]]) -> Loaded[T]:
    """Read a file with a subject's reader of text; a file that cannot be read is a finding too.

    Parameters
    ----------
    path : str or Path
        A file in UTF-8.
    reader : callable
        ``reader(text, file=name)`` gives a `Loaded`.

    Returns
    -------
    Loaded
        What the reader gave, or the finding.

    Examples
    --------
    >>> [finding.code for finding in read_file("no-such.yaml", load_text).report]
    ['core.missing-file']
    """
    text, finding = file_text(Path(path), str(path))
    if finding is not None:
        return Loaded(value=None, report=Report.of(finding))
    return reader(text, file=str(path))


_READ_ON = frozenset({"core.duplicate-key", "core.tag", "core.key-not-text", "core.unknown-alias", "core.stray-comma"})
"""Problems after which the rest of the tree can still be checked."""


def _filled(root: Any, cls: Any) -> Any:
    """An empty file stands for a mapping without keys where a noun is read."""
    if root is not None or not attrs.has(cls):
        return root
    empty = Keys()
    empty.spot = Spot(1, 1)
    return empty


def _findings(problems: Iterable[Problem], file: str) -> list[Finding]:
    """Findings in the order of the file; what aliases repeat is told once."""
    told: dict[Any, Finding] = {}
    for problem in problems:
        line, column = (problem.spot.line, problem.spot.column) if problem.spot else (1, 1)
        name = (problem.spot.file if problem.spot else None) or file
        place = Place(file=name, line=line, column=column, key=problem.path or None)
        last = problem.path.rpartition(".")[2]
        told.setdefault(
            (name, line, column, problem.code, last), find(problem.code, place, severity=None, **problem.values)
        )
    return sorted(told.values(), key=lambda finding: (finding.place.line or 0, finding.place.column or 0))


def file_text(path: Path, name: str, *, most: int | None = MAX_CHARACTERS) -> tuple[str, Finding | None]:
    """The text of a file of at most so many characters, or a finding that says why there is none."""
    place = Place(file=name)
    try:
        if path.is_dir():
            return "", find("core.not-a-file", place, path=name)
        if most is not None and path.stat().st_size > 4 * most:
            return "", find("core.too-large", place, limit=most)
        raw = path.read_bytes()
    except FileNotFoundError:
        return "", find("core.missing-file", place, path=name)
    except (OSError, ValueError) as error:
        return "", find("core.unreadable-file", place, path=name, problem=str(error))
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8-sig", errors="replace")) + 1
        return "", find("core.not-utf8", Place(file=name, line=line, column=column), byte=f"0x{raw[error.start]:02X}")
