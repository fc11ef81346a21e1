"""Rows of five whys in, and out again: the way into a tree, not its result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal

import attrs
from attrs import evolve, frozen

from salesteam.core import Finding, Place, Report, _table, find
from salesteam.errors import missing_choice
from salesteam.whys._kinds import EvidenceKind, Grade, MeasureKind
from salesteam.whys._linear_reading import Linear, tree_of
from salesteam.whys._model_evidence import Evidence
from salesteam.whys._model_measure import Countermeasure
from salesteam.whys._model_parts import Cause, Event, Link
from salesteam.whys._model_tree import Tree

__all__ = ["from_linear", "to_linear"]

_FORMATS = {
    "columns": "a frame or rows with problem, why_1, why_2 …; evidence, root, action, owner, due if there are",
    "arrows": "text, one chain a line, steps joined by → or ->",
    "markdown": "text, nested list items, each a cause of the one it is indented under",
}
_GROUPINGS = {
    "undeclared": "nobody said how several causes join; the check asks",
    "any": "each cause alone brings the effect about",
    "all": "all causes of an effect are needed together",
}
_ARROW = re.compile(r"\s*(?:→|->|=>|⇒)\s*")
_WHY = re.compile(r"why_(\d+)", re.IGNORECASE)
_ITEM = re.compile(r"(\s*)(?:[-*+]|\d+[.)])\s+(.*\S)\s*$")


@frozen(kw_only=True)
class LinearRow:
    """What a row of whys may hold beside its whys."""

    problem: str | None = _table.column("what happened", default=None)
    root: str | None = _table.column("declared root, if it is not the last why", default=None)
    evidence: str | None = _table.column("source that shows the last step", default=None)
    evidence_kind: EvidenceKind | None = _table.column("kind of the evidence; an opinion if nobody says", default=None)
    evidence_grade: Grade | None = _table.column("grade of the evidence; D if nobody says", default=None)
    action: str | None = _table.column("what is done about the root", default=None)
    action_kind: MeasureKind | None = _table.column("kind of the action", default=None)
    owner: str | None = _table.column("who answers for the action", default=None)
    due: date | None = _table.column("by when", default=None)


@frozen(kw_only=True)
class Chain:
    """One row: the problem, its whys, and the rest."""

    number: int
    steps: tuple[str, ...]
    row: LinearRow


def from_linear(
    source: object,
    *,
    format: Literal["columns", "arrows", "markdown"] | None = None,  # noqa: A002 -- the word of the field
    grouping: Literal["undeclared", "any", "all"] | None = None,
) -> Linear:
    """Read rows of whys as trees: equal beginnings merge, and each row becomes a path.

    Use it as the way in; five columns are no root cause, and `check` says what is missing.
    A blank ends a chain; a gap inside is a finding with its row.
    A declared root other than the last why is kept below it and reported.
    An action is taken as a measure that removes the row's root, of the kind that ``action_kind`` states.

    Parameters
    ----------
    source : frame, list of mappings, or str
        As `format` says.
    format : {'columns', 'arrows', 'markdown'}
        Required.
    grouping : {'undeclared', 'any', 'all'}
        Required: how several causes of one effect join.

    Returns
    -------
    Linear
        One tree for each problem, and what was wrong with the rows.

    Raises
    ------
    InvalidValueError
        Without `format` or `grouping`; it lists the options.

    References
    ----------
    Ohno, Toyota Production System, 1988, p. 17.

    Examples
    --------
    >>> rows = [{"problem": "order lost", "why_1": "quote late", "why_2": "no template"},
    ...         {"problem": "order lost", "why_1": "quote late", "why_2": "two approvals"}]
    >>> tree = from_linear(rows, format="columns", grouping="undeclared").tree
    >>> tree.leaves, tree.is_undeclared("w1")
    (('w1.1', 'w1.2'), True)
    """
    if format not in _FORMATS:
        raise missing_choice("format", _FORMATS, where="whys.from_linear")
    if grouping not in _GROUPINGS:
        raise missing_choice("grouping", _GROUPINGS, where="whys.from_linear")
    chains, report = _columns(source) if format == "columns" else _text(str(source), format)
    findings = list(report)
    problems: dict[str, list[Chain]] = {}
    for chain in chains:
        whole = _settled(chain, findings)
        if whole is not None:
            problems.setdefault(whole.steps[0], []).append(whole)
    trees = tuple(_tree(problem, problems[problem], grouping) for problem in sorted(problems))
    return Linear(trees=trees, report=Report(findings), grouping=grouping)


def _text(source: str, form: str) -> tuple[list[Chain], Report]:
    lines = [line for line in source.splitlines() if line.strip()]
    if form == "arrows":
        paths: Iterable[tuple[str, ...]] = (
            tuple(part.strip() for part in _ARROW.split(line.strip())) for line in lines
        )
    else:
        paths = _nested(lines)
    return [Chain(number=number, steps=steps, row=LinearRow()) for number, steps in enumerate(paths)], Report()


def _nested(lines: list[str]) -> Iterator[tuple[str, ...]]:
    """The paths of a nested list, from the outermost item to each innermost one."""
    stack: list[tuple[int, str]] = []
    for line in lines:
        found = _ITEM.match(line.expandtabs(4))
        indent, text = (len(found[1]), found[2]) if found else (-1, line.strip().lstrip("#").strip())
        if stack and indent <= stack[-1][0]:
            yield tuple(step for _, step in stack)
            while stack and indent <= stack[-1][0]:
                stack.pop()
        stack.append((indent, text))
    if stack:
        yield tuple(step for _, step in stack)


def _columns(source: object) -> tuple[list[Chain], Report]:
    rows = _table.read_table(source, LinearRow, table="whys")
    whys = sorted((int(found[1]), name) for name in rows.extra if (found := _WHY.fullmatch(name)))
    chains = []
    for place, (number, row) in enumerate(zip(rows.numbers, rows.values, strict=True)):
        steps = (_cell(row.problem), *(_cell(rows.extra[name][place]) for _, name in whys))
        chains.append(Chain(number=number, steps=steps, row=row))
    return chains, rows.report


def _cell(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()  # noqa: PLR0124 -- an empty cell of a frame is not equal to itself


def _settled(chain: Chain, findings: list[Finding]) -> Chain | None:
    """The chain cut where it must be, with the declared root below it; None without a problem."""
    here = Place(table="whys", row=chain.number)
    steps = list(chain.steps)
    if not steps or not steps[0]:
        findings.append(find("whys.no-problem", evolve(here, field="problem"), row=chain.number))
        return None
    while steps and not steps[-1]:
        steps.pop()
    if "" in steps:
        field = f"why_{steps.index('')}"
        findings.append(find("whys.gap-inside", evolve(here, field=field), row=chain.number, field=field))
        steps = [step for step in steps if step]
    for place, step in enumerate(steps):
        if step in steps[:place]:
            findings.append(find("whys.says-itself", here, row=chain.number, statement=step))
            steps = steps[:place]
            break
    root = _cell(chain.row.root)
    if root and root != steps[-1]:
        findings.append(
            find("whys.root-not-last", evolve(here, field="root"), row=chain.number, root=root, last=steps[-1])
        )
        if root not in steps:
            steps.append(root)
    if not chain.row.action and (chain.row.owner or chain.row.due):
        findings.append(find("whys.no-owner-for-action", evolve(here, field="action"), row=chain.number))
    return evolve(chain, steps=tuple(steps))


def _tree(problem: str, chains: list[Chain], grouping: str) -> Tree:
    event = Event(id="event", statement=problem)
    names = _names({chain.steps for chain in chains})
    causes = [Cause(id=name, statement=steps[-1]) for steps, name in names.items()]
    links = []
    for steps, name in names.items():
        above = names.get(steps[:-1], event.id)
        group = {"undeclared": None, "any": name, "all": "all"}[grouping]
        links.append(Link(effect=above, cause=name, group=group))
    ids = {link.cause: link.id for link in links}
    evidence: dict[Evidence, None] = {}
    measures: dict[tuple[object, ...], Countermeasure] = {}
    for chain in sorted(chains, key=lambda one: (one.steps, str(one.row))):
        row, last = chain.row, names.get(chain.steps, event.id)
        root = _cell(row.root)
        target = names[chain.steps[: chain.steps.index(root) + 1]] if root in chain.steps[1:] else last
        if row.evidence:
            about = ids.get(last, event.id)
            kind, grade = row.evidence_kind or "opinion", row.evidence_grade or "D"
            evidence[Evidence(about=about, kind=kind, grade=grade, source=row.evidence)] = None
        if row.action:
            key = (row.action, row.action_kind, row.owner, row.due)
            old = measures.get(key)
            removes = tuple(sorted({*(old.removes if old else ()), target}))
            measures[key] = Countermeasure(
                id=f"m{len(measures) + (old is None)}" if old is None else old.id,
                statement=row.action,
                kind=row.action_kind,
                removes=removes,
                owner=row.owner or "",
                due=row.due,
            )
    return Tree(
        id=problem,
        event=event,
        causes=tuple(causes),
        links=tuple(links),
        evidence=tuple(evidence),
        measures=tuple(measures.values()),
    )


def _names(paths: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """An id for every distinct beginning, from its place among its sorted neighbours: w1, w1.1, w1.2."""
    beginnings = sorted({path[:end] for path in paths for end in range(2, len(path) + 1)})
    names: dict[tuple[str, ...], str] = {}
    counts: dict[tuple[str, ...], int] = {}
    for steps in beginnings:
        above = steps[:-1]
        counts[above] = counts.get(above, 0) + 1
        names[steps] = f"{names[above]}.{counts[above]}" if above in names else f"w{counts[above]}"
    return names


def to_linear(tree: Tree | Linear, *, like: object = None) -> Any:
    """Write a tree as rows of whys, one for each path from event to leaf.

    Use it to hand a tree to people who keep five columns; AND and OR, evidence and measures are not in them.

    Parameters
    ----------
    tree : Tree
        A tree without a cycle.
    like : native frame or list, optional
        The result is of the same kind; pandas without it.

    Returns
    -------
    native frame
        problem, why_1, why_2 …; shorter paths end in empty cells.

    Raises
    ------
    CycleError
        If the causes run in a circle.

    Examples
    --------
    >>> tree = from_linear("fuse blew -> overload -> dry bearing", format="arrows", grouping="undeclared")
    >>> to_linear(tree, like=[])
    [{'problem': 'fuse blew', 'why_1': 'overload', 'why_2': 'dry bearing'}]
    """
    from salesteam.whys._paths import all_paths

    shown = tree_of(tree).shown()
    paths = [tuple(shown.nodes[name].statement for name in path) for path in all_paths(shown)]
    names = ["problem", *(f"why_{step}" for step in range(1, max(map(len, paths))))]
    row = attrs.make_class("LinearOut", {name: _table.column(f"{name} of the chain", default=None) for name in names})
    row.__annotations__ = dict.fromkeys(names, str | None)
    cells: list[Mapping[str, str]] = [dict(zip(names, path, strict=False)) for path in paths]
    full = [{name: cell.get(name) for name in names} for cell in cells]
    return _table.write_rows(full, row, like)
