"""One self-contained HTML page of a review: no network, no script, prints well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources

import attrs

from salesteam.core import Grid, say
from salesteam.core._show import STYLE
from salesteam.report._plots import svg
from salesteam.review import Block, Chart, Detail, Note, Review

__all__ = ["page"]


def page(review: Review, lang: str = "en") -> str:
    """Make the page of a review.

    Parameters
    ----------
    review : Review
        What `salesteam.review.walk` gave.
    lang : {'en', 'zh'}, default 'en'
        Language of the page.

    Returns
    -------
    str
        A whole HTML document with everything it needs inside.

    Examples
    --------
    >>> from salesteam import review
    >>> page(review.demo(), "zh").startswith("<!doctype html>")
    True
    """
    import jinja2

    folder = resources.files("salesteam.report") / "templates"
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    template = environment.from_string((folder / "review.html").read_text(encoding="utf-8"))
    sections = [
        {
            "key": section.key,
            "title": section.title,
            "assumed": section.assumed,
            "body": "\n".join(
                map(_block, _untitled(block for block in section.blocks if not isinstance(block, Detail)))
            ),
            "details": "\n".join(_block(block) for block in section.blocks if isinstance(block, Detail)),
        }
        for section in review.sections(lang)
    ]
    return template.render(
        lang={"en": "en", "zh": "zh-Hans"}[lang],
        title=review.title(lang),
        subtitle=review.subtitle(lang),
        sections=sections,
        style=(folder / "review.css").read_text(encoding="utf-8") + STYLE,
        assumed=say(lang, en="Assumed by the playbook", zh="方案假定"),
        how=say(lang, en="How this comes about", zh="由来"),
        contents=say(lang, en="Contents", zh="目录"),
        footer=review.footer(lang),
    )


def _untitled(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks; a table below a chart of the same title has none of its own."""
    title = ""
    for block in blocks:
        yield attrs.evolve(block, title="") if isinstance(block, Grid) and block.title == title else block
        title = block.title if isinstance(block, Chart) else ""


def _block(block: Block) -> str:
    """The HTML of a block; everything in it is escaped by the display that makes it."""
    if isinstance(block, Note):
        return f'<p class="note {block.tone}">{escape(block.text)}</p>'
    if isinstance(block, Chart):
        label = escape(block.title, quote=True)
        caption = escape(block.title)
        return f'<figure role="img" aria-label="{label}"><figcaption>{caption}</figcaption>{svg(block)}</figure>'
    if isinstance(block, Detail):
        inner = _block(attrs.evolve(block.body, title=""))
        anchor = escape(block.key, quote=True)
        return f'<details id="{anchor}"><summary>{escape(block.summary)}</summary>{inner}</details>'
    return block.html(style=False)
