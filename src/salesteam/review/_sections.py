"""All sections of a review, in the order of the walk."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from salesteam.core import Explanation, Grid
from salesteam.review._names import explained
from salesteam.review._review import Review
from salesteam.review._section import Block, Detail, Note, Section
from salesteam.review._show_goals import goals_section
from salesteam.review._show_leads import leads_section
from salesteam.review._show_pay import pay_section
from salesteam.review._show_quality import quality_section
from salesteam.review._show_raci import raci_section
from salesteam.review._show_reading import findings_section, reading_section
from salesteam.review._show_summary import summary_section
from salesteam.review._show_whys import whys_section

__all__ = ["sections", "text"]

_MAKERS: tuple[Callable[[Review, str], Section | None], ...] = (
    summary_section,
    reading_section,
    quality_section,
    goals_section,
    raci_section,
    leads_section,
    pay_section,
    whys_section,
    findings_section,
)


def sections(review: Review, lang: str) -> tuple[Section, ...]:
    """The sections that there is something to show in."""
    reword = explained(review, lang)

    def block(shown: Block) -> Block:
        if isinstance(shown, Detail) and isinstance(shown.body, Explanation):
            return attrs.evolve(shown, body=reword(shown.body))
        return shown

    made = (maker(review, lang) for maker in _MAKERS)
    return tuple(
        attrs.evolve(section, blocks=tuple(map(block, section.blocks))) for section in made if section is not None
    )


def text(review: Review, lang: str, width: int) -> str:
    """Notes and grids of all sections, for a terminal."""
    parts = [_lines(review.title(lang), width), _lines(review.subtitle(lang), width)]
    for number, section in enumerate(sections(review, lang), start=1):
        parts += ["", _lines(f"{number}. {section.title}", width), "=" * min(width, 40)]
        for block in section.blocks:
            if isinstance(block, Note):
                parts.append(_lines(block.text, width))
            elif isinstance(block, Grid | Explanation):
                parts += [block.text(width), ""]
    return "\n".join(parts)


def _lines(text: str, width: int) -> str:
    """A sentence on lines of at most so many columns."""
    return Explanation(text, ()).text(width)
