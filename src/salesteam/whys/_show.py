"""Draw a tree: indented text, HTML, Mermaid, DOT, and the fishbone that hides AND and OR."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from salesteam.core import Diagram, Grid, say
from salesteam.core._show import Shown, enough, escape, wrap
from salesteam.errors import NotFoundError
from salesteam.whys._kinds import STATUSES, Status
from salesteam.whys._linear_reading import Linear, tree_of
from salesteam.whys._model_profile import Profile
from salesteam.whys._model_tree import Tree
from salesteam.whys._status import link_status

__all__ = ["CATEGORIES", "Drawing", "draw", "html", "ishikawa"]

CATEGORIES: Mapping[str, tuple[str, str]] = {
    "goals_pay": ("goals and pay", "目标与薪酬"),
    "process": ("process", "流程"),
    "information": ("information", "信息"),
    "tools": ("tools", "工具"),
    "skills": ("skills", "技能"),
    "product_price": ("product and price", "产品与价格"),
    "customer_market": ("customer and market", "客户与市场"),
}
"""Bones of the fishbone: key, English and Chinese name."""

_TONES: Mapping[Status, str] = {"supported": "good", "contested": "warn", "refuted": "muted", "unsupported": ""}
_PER_LEVEL = 8
"""Columns of the width for each level that is indented: a quarter of it at the most."""
_STYLES: Mapping[Status, str] = {"supported": "thick", "contested": "dashed", "refuted": "dashed", "unsupported": ""}


@frozen
class _Line:
    depth: int
    mark: str
    text: str
    struck: bool = False

    def laid(self, width: int) -> Iterator[str]:
        """The line within a width, later parts below its text."""
        level = min(self.depth, width // _PER_LEVEL)
        head = "  " * level + (f"({self.depth}) " if level < self.depth else "") + f"{self.mark} " * bool(self.mark)
        first, *more = wrap(f"~~{self.text}~~" if self.struck else self.text, width - len(head))
        yield head + first
        yield from (" " * len(head) + part for part in more)


@frozen
class Drawing(Shown):
    """A tree drawn, with the status of each link if a profile was given.

    Refuted links stay, struck out.

    Parameters
    ----------
    tree : Tree
        The tree as it is shown.
    status : mapping of str to str
        Link id to status; empty without a profile.
    lang : {'en', 'zh'}
        Language of the marks.

    Examples
    --------
    >>> from salesteam.whys import from_linear
    >>> print(draw(from_linear("fuse blew -> overload", format="arrows", grouping="undeclared")).text())
    fuse blew
      <- overload
    """

    tree: Tree
    status: Mapping[str, Status]
    lang: str = "en"

    def _lines(self) -> Iterator[_Line]:
        yield _Line(0, "", self.tree.event.statement)
        stack = self._entries(self.tree.event.id, 1, ())
        done = {self.tree.event.id}
        while stack:
            line, cause, above = stack.pop()
            if cause is None:
                yield line
                continue
            again = cause in above or (cause in done and cause in self.tree.below)
            note = say(self.lang, en=" (see above)", zh="（见上）") if again else ""
            yield _Line(line.depth, line.mark, line.text + note, line.struck)
            if not again:
                done.add(cause)
                stack += self._entries(cause, line.depth + 1, (*above, cause))
        measures = [one for one in self.tree.measures if one.is_live]
        if measures:
            yield _Line(0, "", say(self.lang, en="Countermeasures", zh="对策"))
        for one in measures:
            yield _Line(1, "x", f"{one.statement} [{one.strength or '?'}] -> {', '.join(one.targets)}")

    def _entries(
        self, effect: str, depth: int, above: tuple[str, ...]
    ) -> list[tuple[_Line, str | None, tuple[str, ...]]]:
        """What stands below an effect, last first, ready for a stack."""
        out: list[tuple[_Line, str | None, tuple[str, ...]]] = []
        open_logic = self.tree.is_undeclared(effect)
        for group in self.tree.groups_of(effect):
            joint = len(group.causes) > 1
            if joint:
                out.append((_Line(depth, "&", say(self.lang, en="all of:", zh="同时具备：")), None, ()))
            for cause in group.causes:
                status = self.status.get(f"{cause}->{effect}")
                word = say(self.lang, en=f" [{STATUSES[status][0]}]", zh=f" [{STATUSES[status][1]}]") if status else ""
                mark = "<-?" if open_logic and group.name is None else "<-"
                text = self.tree.nodes[cause].statement + word
                out.append((_Line(depth + joint, mark, text, status == "refuted"), cause, above))
        return out[::-1]

    def text(self, width: int = 80) -> str:
        """The tree as an outline: ``<-`` a cause, ``&`` causes needed together, ``<-?`` a grouping nobody declared.

        Parameters
        ----------
        width : int, default 80
            Columns of the terminal, at least 20; what lies too deep to be indented further says how deep.

        Returns
        -------
        str
            A node begins a line; what is refuted stands between tildes.

        Examples
        --------
        >>> from salesteam.whys import from_linear
        >>> print(draw(from_linear("a b -> c d", format="arrows", grouping="any")).text())
        a b
          <- c d
        """
        return "\n".join(part for line in self._lines() for part in line.laid(enough(width)))

    def _body(self) -> str:
        out = []
        for line in self._lines():
            text = escape(line.text)
            text = f"<s>{text}</s>" if line.struck else text
            out.append(f'<div style="margin-left:{1.5 * line.depth:g}em">{escape(line.mark)} {text}</div>')
        return "".join(out)

    def diagram(self) -> Diagram:
        """The tree as a graph from causes up to the event; style shows status.

        Examples
        --------
        >>> from salesteam.whys import from_linear
        >>> len(draw(from_linear("a b -> c d", format="arrows", grouping="any")).diagram().edges)
        1
        """
        tree = self.tree
        nodes = [(tree.event.id, tree.event.statement, "strong")]
        for cause in tree.causes:
            status = [self.status[link.id] for link in tree.above.get(cause.id, ()) if link.id in self.status]
            struck = bool(status) and set(status) == {"refuted"}
            text = f"~~{cause.statement}~~" if struck else cause.statement
            nodes.append((cause.id, text, _TONES[status[0]] if status else ""))
        edges = []
        for links in tree.below.values():
            groups: dict[str | None, int] = {}
            for link in links:
                groups[link.group] = groups.get(link.group, 0) + 1
            for link in links:
                joint = f"& {link.group}" if link.group is not None and groups[link.group] > 1 else ""
                label = "?" if tree.is_undeclared(link.effect) and link.group is None else joint
                known = self.status.get(link.id)
                if known == "refuted":
                    label = f"{label} ✗".strip()
                edges.append((link.cause, link.effect, label, _STYLES[known] if known else ""))
        return Diagram(tuple(nodes), tuple(edges))

    def mermaid(self) -> str:
        """The graph in Mermaid.

        Examples
        --------
        >>> from salesteam.whys import from_linear
        >>> draw(from_linear("a b -> c d", format="arrows", grouping="any")).mermaid().splitlines()[0]
        'flowchart TD'
        """
        return self.diagram().mermaid()

    def dot(self) -> str:
        """The graph in DOT.

        Examples
        --------
        >>> from salesteam.whys import from_linear
        >>> draw(from_linear("a b -> c d", format="arrows", grouping="any")).dot().splitlines()[0]
        'digraph {'
        """
        return self.diagram().dot()


def draw(tree: Tree | Linear, *, profile: Profile | None = None, lang: str = "en") -> Drawing:
    """Draw a tree as text, HTML, Mermaid or DOT.

    A blameless tree is drawn with pseudonyms; refuted links stay, struck out.

    Parameters
    ----------
    tree : Tree
        Any tree.
    profile : Profile, optional
        Shows the status of the links.
    lang : {'en', 'zh'}, default 'en'
        Language of the marks.

    Returns
    -------
    Drawing
        With ``text()``, ``html()``, ``mermaid()`` and ``dot()``.

    Examples
    --------
    >>> from salesteam.whys import from_linear
    >>> tree = from_linear("order lost -> quote late", format="arrows", grouping="undeclared")
    >>> print(draw(tree, profile=Profile(min_grade="C")).text())
    order lost
      <- quote late [unsupported]
    """
    shown = tree_of(tree).shown()
    return Drawing(shown, link_status(shown, profile) if profile else {}, lang)


def html(tree: Tree) -> str:
    """The drawing of a tree for a notebook."""
    return draw(tree).html()


def ishikawa(
    tree: Tree | Linear,
    *,
    bones: Mapping[str, str],
    categories: Mapping[str, tuple[str, str]] = CATEGORIES,
    lang: str = "en",
) -> Grid:
    """Lay the causes out on the bones of a fishbone.

    Use it to see which side nobody has looked at; it hides how causes join, and says so.

    Parameters
    ----------
    tree : Tree
        Any tree.
    bones : mapping of str to str
        Cause id to category; causes not named stand in a row of their own.
    categories : mapping of str to (str, str), optional
        Key, English and Chinese name of each bone.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    salesteam.core.Grid
        One row a bone, empty bones included.

    Raises
    ------
    NotFoundError
        If `bones` names an unknown category or cause.

    Examples
    --------
    >>> from salesteam.whys import from_linear
    >>> tree = from_linear("order lost -> quote late", format="arrows", grouping="undeclared")
    >>> ishikawa(tree, bones={"w1": "process"}).rows[1]
    ('process', 'quote late')
    """
    shown = tree_of(tree).shown()
    for cause, category in bones.items():
        if category not in categories:
            raise NotFoundError("category", category, categories, where="the fishbone")
        if cause not in shown.nodes:
            raise NotFoundError("cause", cause, shown.nodes, where=f"tree {shown.id}")
    split = say(lang, en="; ", zh="；")
    rows = [
        (
            say(lang, en=english, zh=chinese),
            split.join(one.statement for one in shown.causes if bones.get(one.id) == key),
        )
        for key, (english, chinese) in categories.items()
    ]
    rest = split.join(one.statement for one in shown.causes if one.id not in bones)
    rows.append((say(lang, en="not sorted yet", zh="尚未归类"), rest))
    return Grid(
        title=shown.event.statement,
        columns=(say(lang, en="Bone", zh="类别"), say(lang, en="Causes", zh="原因")),
        rows=tuple(rows),
        note=say(
            lang,
            en="This view hides which causes are needed together (AND) and which are alternatives (OR).",
            zh="此视图不显示原因之间的“且”“或”关系。",
        ),
    )
