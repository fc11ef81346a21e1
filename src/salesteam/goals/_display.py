"""Trees for the eye: goals with their key results and links, metrics with their formulas."""

from __future__ import annotations

from salesteam.core import Diagram, say
from salesteam.goals._evaluation import Evaluation
from salesteam.goals._model_book import GoalBook
from salesteam.goals._scores import STATUS_TONES, Scores
from salesteam.goals._status import STATUS_WORDS
from salesteam.goals._tree import Tree
from salesteam.goals._words import share_text

__all__ = ["goal_tree", "metric_tree"]


def goal_tree(book: GoalBook, scores: Scores | None = None, lang: str = "en") -> Diagram:
    """Draw the goals of a book: objectives, their key results, and whom they serve.

    Parameters
    ----------
    book : GoalBook
        Any.
    scores : Scores, optional
        To show score and status in the boxes.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Diagram
        With a text form, Mermaid and DOT; what supports without arithmetic is dashed.

    Examples
    --------
    >>> from salesteam.goals import Objective
    >>> book = GoalBook(objectives=(Objective(id="o", title="Grow", cycle="c", level="team", owner="li",
    ...                                       commitment="committed"),))
    >>> print(goal_tree(book))
    Grow
    """
    known = {each.goal.id: each for each in scores.scores} if scores else {}
    nodes = []
    for name, goal in book.goals.items():
        label, tone = goal.title or name, ""
        if name in known:
            each = known[name]
            label += f" ({share_text(each.score, lang)}, {STATUS_WORDS[each.status].text(lang)})"
            tone = STATUS_TONES[each.status]
        nodes.append((name, label, tone))
    edges = [(goal.id, goal.objective, "", "thick") for goal in book.key_results if goal.objective in book.goals]
    words = {
        "contributes": say(lang, en="contributes", zh="贡献"),
        "supports": say(lang, en="supports", zh="支撑"),
    }
    edges += [
        (link.child, link.parent, words[link.kind], "dashed" if link.kind == "supports" else "")
        for link in book.links
        if link.child in book.goals and link.parent in book.goals
    ]
    return Diagram(nodes=tuple(nodes), edges=tuple(edges))


def metric_tree(tree: Tree, values: Evaluation | None = None, lang: str = "en") -> Diagram:
    """Draw a KPI tree: every metric, and what it is made of.

    Parameters
    ----------
    tree : Tree
        Any.
    values : Evaluation, optional
        Of one cell, to show values in the boxes.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Diagram
        With a text form, Mermaid and DOT.

    Examples
    --------
    >>> from salesteam.goals import Metric
    >>> print(metric_tree(Tree(metrics=(Metric(id="deals", kind="flow", unit="deal"),))))
    deals [deal]
    """
    found = {each.metric: each for each in values.values} if values else {}
    nodes = []
    for metric in tree.metrics:
        value = found.get(metric.id)
        tone = "muted" if value is not None and value.status != "ok" else ""
        unit = "" if metric.measure.plain else f" [{metric.unit}]"
        shown = unit if value is None else f" = {metric.shown(value.value, lang)}"
        nodes.append((metric.id, metric.title + shown, tone))
    edges = [
        (child, node, tree.formulas[node] if at == 0 else "", "")
        for node in tree.parsed
        for at, child in enumerate(tree.children(node))
    ]
    return Diagram(nodes=tuple(nodes), edges=tuple(edges))
