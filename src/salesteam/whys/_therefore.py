"""Read a tree upward: the sentences that must hold if the tree is right."""

from __future__ import annotations

from salesteam.core import say
from salesteam.whys._model_parts import Group
from salesteam.whys._model_tree import Tree

__all__ = ["sentence", "therefore"]

_ENDS = " .。;；!！"


def sentence(tree: Tree, group: Group, lang: str = "en") -> str:
    """One group read upward: "A and B, therefore E"."""
    causes = [tree.nodes[cause].statement.strip(_ENDS) for cause in group.causes]
    effect = tree.nodes[group.effect].statement.strip(_ENDS)
    return say(
        lang,
        en=f"{' and '.join(causes)}, therefore {effect}",
        zh=f"因为{'且'.join(causes)}，所以{effect}",
    )


def therefore(tree: Tree, lang: str = "en") -> tuple[str, ...]:
    """Every group read upward, to test whether it follows.

    Read them aloud, from the leaves to the event; a sentence that does not hold names the link that is wrong.
    A blameless tree is read with pseudonyms.

    Parameters
    ----------
    tree : Tree
        Any tree.
    lang : {'en', 'zh'}, default 'en'
        Language of the joining words.

    Returns
    -------
    tuple of str
        One sentence a group, by effect and name of the group.

    Examples
    --------
    >>> from salesteam.whys import Cause, Event, Link
    >>> tree = Tree(id="t", event=Event(id="e", statement="订单丢失"),
    ...             causes=(Cause(id="a", statement="报价晚了"), Cause(id="b", statement="竞品先到")),
    ...             links=(Link(effect="e", cause="a", group="g"), Link(effect="e", cause="b", group="g")))
    >>> therefore(tree, "zh")
    ('因为报价晚了且竞品先到，所以订单丢失',)
    """
    shown = tree.shown()
    return tuple(sentence(shown, group, lang) for group in shown.groups)
