"""What came of rows of whys: trees, and what was wrong with the rows."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from salesteam.core import Explanation, Report
from salesteam.errors import InvalidValueError
from salesteam.whys._model_tree import Tree

__all__ = ["Linear", "tree_of"]


@frozen(kw_only=True)
class Linear:
    """What came of rows of whys.

    Every verb that takes a tree also takes this while it holds a single one.

    Parameters
    ----------
    trees : tuple of Tree
        One for each problem, by id.
    report : Report
        What was wrong with the rows.
    grouping : {'undeclared', 'any', 'all'}
        The convention by which several causes of one effect were joined.

    Examples
    --------
    >>> from salesteam.whys import from_linear
    >>> from_linear("fuse blew -> overload", format="arrows", grouping="undeclared").tree.leaves
    ('w1',)
    """

    trees: tuple[Tree, ...]
    report: Report
    grouping: str

    @property
    def tree(self) -> Tree:
        """The only tree.

        Raises
        ------
        InvalidValueError
            If the rows state no problem, or several.

        Examples
        --------
        >>> from salesteam.whys import from_linear
        >>> from_linear("a b -> c d", format="arrows", grouping="any").tree.id
        'a b'
        """
        if len(self.trees) != 1:
            names = ", ".join(repr(tree.id) for tree in self.trees) or "none"
            raise InvalidValueError(
                f"{len(self.trees)} problems: {names}",
                where="Linear.tree",
                fix="take the one that is meant from .trees",
            )
        return self.trees[0]

    def to_frame(self) -> Any:
        """The nodes of the only tree.

        Examples
        --------
        >>> from salesteam.whys import from_linear
        >>> list(from_linear("a b -> c d", format="arrows", grouping="any").to_frame()["statement"])
        ['a b', 'c d']
        """
        return self.tree.to_frame()

    def explain(self, key: str, lang: str = "en") -> Explanation:
        """One node, link or measure of the only tree; see `Tree.explain`.

        Examples
        --------
        >>> from salesteam.whys import from_linear
        >>> "c d" in from_linear("a b -> c d", format="arrows", grouping="any").explain("w1").text()
        True
        """
        explanation: Explanation = self.tree.explain(key, lang)
        return explanation

    def _repr_html_(self) -> str:
        return "".join(tree._repr_html_() for tree in self.trees) + self.report._repr_html_()


def tree_of(source: Tree | Linear) -> Tree:
    """The tree itself, or the only one that rows of whys gave."""
    return source.tree if isinstance(source, Linear) else source
