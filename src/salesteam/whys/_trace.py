"""Every path from the event to its leaves: how deep, how sure, and where the paths meet."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from attrs import frozen

from salesteam.core import Explanation, Grid, Place, Report, Step, _table, find, rational_text, say
from salesteam.errors import InvalidValueError, NotFoundError
from salesteam.whys._kinds import GRADES, STATUSES, Grade, Status
from salesteam.whys._linear_reading import Linear, tree_of
from salesteam.whys._model_parts import Link
from salesteam.whys._model_profile import Profile
from salesteam.whys._model_tree import Tree
from salesteam.whys._paths import refuse_cycle, walk, ways_to
from salesteam.whys._status import statuses

__all__ = ["Path", "Trace", "trace"]

_ASKED = ("whys.not-enough-alone", "whys.side-effect-unchecked", "whys.therefore-fails")
_WORST: tuple[Status, ...] = ("refuted", "unsupported", "contested", "supported")


@frozen(kw_only=True)
class Path:
    """One way from the event down to a leaf.

    Parameters
    ----------
    nodes : tuple of str
        Ids from the event to the leaf.
    weakest : str
        Id of its least sure link.
    status : {'refuted', 'unsupported', 'contested', 'supported'}
        Status of that link.
    grade : {'A', 'B', 'C', 'D', 'E'} or None
        Best evidence in favour of that link.
    questions : int
        Questions about its links that nobody has answered.
    amount : Fraction or None
        The number that its first link carries.
    unit : str
        Unit of the number.

    Examples
    --------
    >>> path = Path(nodes=("e", "c"), weakest="c->e", status="unsupported", grade=None, questions=4, amount=None,
    ...             unit="")
    >>> path.depth
    1
    """

    nodes: tuple[str, ...]
    weakest: str
    status: Status
    grade: Grade | None
    questions: int
    amount: Fraction | None
    unit: str

    @property
    def depth(self) -> int:
        """Links from event to leaf.

        Examples
        --------
        >>> Path(nodes=("e",), weakest="", status="supported", grade=None, questions=0, amount=None, unit="").depth
        0
        """
        return len(self.nodes) - 1


@frozen(kw_only=True)
class PathRow:
    """One path as a row."""

    path: str = _table.column("ids from event to leaf")
    leaf: str = _table.column("statement of the leaf")
    depth: int = _table.column("links from event to leaf", "links")
    weakest: str = _table.column("id of the least sure link")
    status: str = _table.column("status of that link")
    grade: str | None = _table.column("best evidence in favour of that link", default=None)
    questions: int = _table.column("open questions on its links", "questions")
    amount: Fraction | None = _table.column("number carried by the first link", "unit of the event", default=None)


@frozen(kw_only=True)
class Trace:
    """All paths of one tree.

    Parameters
    ----------
    tree : Tree
        The tree as it is shown: with pseudonyms if it is blameless.
    count : int
        Number of paths, exact even if not all are listed.
    paths : tuple of Path
        The paths listed, by their ids.
    leaves : tuple of (str, int)
        Leaves with the number of paths that meet there, most first, ties by id.
    unreached : tuple of str
        Causes that lead nowhere.
    report : Report
        Says so if not all paths are listed.
    profile : str
        Name of the profile and its weakest grade.

    Examples
    --------
    >>> from salesteam.whys import Cause, Event
    >>> tree = Tree(id="t", event=Event(id="e", statement="order lost"), causes=(Cause(id="c", statement="late"),),
    ...             links=(Link(effect="e", cause="c"),))
    >>> traced = trace(tree, profile=Profile(min_grade="C"))
    >>> traced.count, traced.leaves, traced.paths[0].weakest
    (1, (('c', 1),), 'c->e')
    """

    tree: Tree
    count: int
    paths: tuple[Path, ...]
    leaves: tuple[tuple[str, int], ...]
    unreached: tuple[str, ...]
    report: Report
    profile: str

    def to_frame(self, *, exact: bool = False) -> Any:
        """One row for each path listed.

        Parameters
        ----------
        exact : bool, default False
            Amounts as two whole columns instead of the nearest binary number.

        Returns
        -------
        pandas.DataFrame
            path, leaf, depth, weakest, status, grade, questions, amount.

        Examples
        --------
        >>> from salesteam.whys import Event
        >>> len(trace(Tree(id="t", event=Event(id="e", statement="s")), profile=Profile(min_grade="C")).to_frame())
        1
        """
        rows = [
            PathRow(
                path=" <- ".join(path.nodes),
                leaf=self.tree.nodes[path.nodes[-1]].statement,
                depth=path.depth,
                weakest=path.weakest,
                status=path.status,
                grade=path.grade,
                questions=path.questions,
                amount=path.amount,
            )
            for path in self.paths
        ]
        return _table.write_rows(rows, PathRow, exact=exact)

    def explain(self, key: str, lang: str = "en") -> Explanation:
        """The paths that end at one leaf, link by link.

        Parameters
        ----------
        key : str
            Id of a leaf.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        salesteam.core.Explanation
            One step a path.

        Raises
        ------
        NotFoundError
            If no path ends there.

        Examples
        --------
        >>> from salesteam.whys import Event
        >>> traced = trace(Tree(id="t", event=Event(id="e", statement="s")), profile=Profile(min_grade="C"))
        >>> "depth 0" in traced.explain("e").text()
        True
        """
        chosen = [path for path in self.paths if path.nodes[-1] == key]
        if not chosen:
            raise NotFoundError("leaf", key, {path.nodes[-1] for path in self.paths}, where=f"tree {self.tree.id}")
        steps = tuple(
            Step(
                label=" <- ".join(self.tree.nodes[name].statement for name in path.nodes),
                formula=_said(path, lang),
                value="" if path.amount is None else f"{rational_text(path.amount)} {path.unit}",
            )
            for path in chosen
        )
        meets = dict(self.leaves).get(key, 1)
        title = self.tree.nodes[key].statement + say(
            lang, en=f": paths that meet here: {meets}", zh=f"：汇于此的路径 {meets} 条"
        )
        return Explanation(title=title, steps=steps, conventions=(self.profile,))

    def grid(self, lang: str = "en") -> Grid:
        """The leaves, most paths first.

        Examples
        --------
        >>> from salesteam.whys import Event
        >>> trace(Tree(id="t", event=Event(id="e", statement="s")), profile=Profile(min_grade="C")).grid().rows
        ()
        """
        rows = tuple((name, self.tree.nodes[name].statement, str(paths)) for name, paths in self.leaves)
        heads = say(lang, en="Id|Leaf|Paths", zh="编号|末端原因|路径数").split("|")
        title = say(lang, en=f"{self.count} paths of {self.tree.id}", zh=f"{self.tree.id} 的 {self.count} 条路径")
        return Grid(title=title, columns=tuple(heads), rows=rows, right=frozenset({2}), note=self.profile)

    def _repr_html_(self) -> str:
        return self.grid().html()


def trace(tree: Tree | Linear, *, profile: Profile, limit: int = 1000) -> Trace:
    """Follow every path from the event to its leaves.

    Use it to see which root most paths lead to and which link is least sure on the way.

    Parameters
    ----------
    tree : Tree
        A tree without a cycle.
    profile : Profile
        States the weakest grade of evidence that counts.
    limit : int, default 1000
        Paths listed at the most; counts stay exact, and a finding says what was left out.

    Returns
    -------
    Trace
        Paths, and leaves ranked by the paths that meet there.

    Raises
    ------
    CycleError
        If the causes run in a circle; with the path.
    InvalidValueError
        If `limit` is below 1.

    Examples
    --------
    >>> from salesteam.whys import from_linear
    >>> tree = from_linear("fuse blew -> overload -> dry bearing", format="arrows", grouping="undeclared")
    >>> trace(tree, profile=Profile(min_grade="C")).paths[0].depth
    2
    """
    if limit < 1:
        raise InvalidValueError(f"a limit of {limit}", where="trace", fix="use 1 or more")
    shown = tree_of(tree).shown()
    refuse_cycle(shown)
    ways = ways_to(shown)
    ends = shown.leaves or (shown.event.id,)
    count = sum(ways[name] for name in ends)
    known = statuses(shown, profile.min_grade)
    paths: list[Path] = []
    for links in walk(shown):
        if len(paths) == limit:
            break
        paths.append(_path(shown, links, known))
    findings = [find("whys.paths-cut", Place(key=shown.id), count=count, limit=limit)] if count > limit else []
    return Trace(
        tree=shown,
        count=count,
        paths=tuple(paths),
        leaves=tuple(sorted(((leaf, ways[leaf]) for leaf in shown.leaves), key=lambda one: (-one[1], one[0]))),
        unreached=tuple(sorted(set(shown.nodes) - shown.reached)),
        report=Report(findings),
        profile=f"{profile.name}, min_grade={profile.min_grade}",
    )


def _path(tree: Tree, links: tuple[Link, ...], known: dict[str, tuple[Status, Grade | None]]) -> Path:
    order = list(GRADES)

    def weakness(link: Link) -> tuple[int, int]:
        status, grade = known[link.id]
        return _WORST.index(status), -(order.index(grade) if grade else len(order))

    weakest = min(links, key=weakness, default=None)
    status, grade = known[weakest.id] if weakest else ("supported", None)
    first = sorted(links[0].contributions, key=lambda one: one.method) if links else []
    return Path(
        nodes=(tree.event.id, *(link.cause for link in links)),
        weakest=weakest.id if weakest else "",
        status=status,
        grade=grade,
        questions=sum(_open_questions(link) for link in links),
        amount=first[0].amount if first else None,
        unit=first[0].unit if first else "",
    )


def _said(path: Path, lang: str) -> str:
    word, grade = STATUSES[path.status], f" {path.grade}" if path.grade else ""
    return say(
        lang,
        en=f"depth {path.depth}, weakest {path.weakest or '-'}: {word[0]}{grade}",
        zh=f"深度 {path.depth}，最弱一环 {path.weakest or '-'}：{word[1]}{grade}",
    )


def _open_questions(link: Link) -> int:
    answered = {answer.question for answer in link.answers}
    asked = _ASKED if link.lag_days is not None else (*_ASKED, "whys.wrong-order")
    return sum(code not in answered for code in asked)
