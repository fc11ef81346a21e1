"""Show people, teams and metrics by their names wherever a display has their ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import attrs

from salesteam.core import Cell, Explanation, Grid, Step, say
from salesteam.review._review import Review
from salesteam.review._wording import conventions

__all__ = ["Reword", "explained", "inside", "metric_names", "named", "told", "worded"]

Reword = Callable[[str], str]
_PARTS = {"numerator": ("numerator of {}", "{}的分子"), "denominator": ("denominator of {}", "{}的分母")}


def metric_names(review: Review) -> Mapping[str, str]:
    """The title of every metric by its id."""
    book = review.playbook.goals
    return {metric.id: metric.title for metric in (book.metrics if book else ())}


def named(review: Review, grid: Grid) -> Grid:
    """The same grid, each cell that is exactly an id shown as the name that it stands for."""
    names = {**metric_names(review), **_named(review)}
    return worded(grid, lambda text: names.get(text.strip(), text))


def told(review: Review, lang: str) -> Reword:
    """What puts the titles of metrics, and of what is above and below in a rate, for their ids in a sentence."""
    names = dict(metric_names(review))
    book = review.playbook.goals
    for metric in book.metrics if book else ():
        for part, (english, chinese) in _PARTS.items():
            own = getattr(metric, part)
            names[f"{metric.id}.{part}"] = own or say(lang, en=english, zh=chinese).format(metric.title)
    if not names:
        return lambda text: text
    ids = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w./-])(?:{ids})(?![\w/-])", re.ASCII)
    if lang == "zh":
        pattern, names["all 的 "] = re.compile(f"all 的 |{pattern.pattern}", re.ASCII), "全体的"
    return lambda text: pattern.sub(lambda found: names[found.group()], text)


def inside(review: Review) -> Reword:
    """What names the files of the playbook as seen from its folder, so that a line of a terminal holds them."""
    folder = re.escape(review.playbook.folder.rstrip("/\\"))
    pattern = re.compile(rf"(?<![\w./\\-]){folder}[/\\]") if folder else re.compile(r"(?!)")
    return lambda text: pattern.sub("", text)


def worded(shown: Grid, reword: Reword) -> Grid:
    """The same grid with its title, cells and note in other words."""
    return attrs.evolve(
        shown,
        title=reword(shown.title),
        rows=[[_cell(cell, reword) for cell in row] for row in shown.rows],
        note=reword(shown.note),
    )


def explained(review: Review, lang: str) -> Callable[[Explanation], Explanation]:
    """What tells an explanation with the names of metrics, people and teams, and its conventions in words."""
    metrics, people = told(review, lang), _listed(_named(review))

    def reword(text: str) -> str:
        return people(metrics(text))

    return lambda shown: attrs.evolve(
        shown,
        title=reword(shown.title),
        steps=tuple(_step(step, reword) for step in shown.steps),
        conventions=tuple(conventions(convention, lang) for convention in shown.conventions),
    )


def _named(review: Review) -> Mapping[str, str]:
    """The names of people and teams by their ids."""
    roster = review.facts.roster
    return {team.id: team.name for team in roster.teams} | {person.id: person.name for person in roster.people}


def _listed(names: Mapping[str, str]) -> Reword:
    """Put names for ids where a text begins with one or lists some; an id within a sentence may be a word of it."""
    if not names:
        return lambda text: text
    ids = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(rf"(^|、|, |[×→] )({ids})(?=$|[、,:：]| 等| and | ×)")
    return lambda text: pattern.sub(lambda found: found.group(1) + names[found.group(2)], text)


def _cell(cell: Cell | str, reword: Reword) -> Cell | str:
    return attrs.evolve(cell, text=reword(cell.text)) if isinstance(cell, Cell) else reword(cell)


def _step(step: Step, reword: Reword) -> Step:
    return attrs.evolve(
        step,
        label=reword(step.label),
        formula=reword(step.formula),
        value=reword(step.value),
        steps=tuple(_step(below, reword) for below in step.steps),
    )
