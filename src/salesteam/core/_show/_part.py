"""What all displays share: tones, the style sheet, and the HTML of a notebook."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from typing import Literal, get_args

from salesteam.core._show._width import clean, joints
from salesteam.errors import InvalidValueError

__all__ = ["STYLE", "TONES", "Shown", "Tone", "breakable", "escape", "known", "tagged"]

Tone = Literal["", "good", "warn", "bad", "muted", "strong"]
TONES: tuple[str, ...] = get_args(Tone)

_LONG = 16
"""Letters above which a key may be broken in a page."""

STYLE = """\
.st-part { --st-line: #8886; --st-good: #17692f; --st-warn: #8a5300; --st-bad: #b3261e; --st-muted: #666;
  margin: .6em 0; overflow-x: auto; line-height: 1.45; }
@media (prefers-color-scheme: dark) {
  .st-part { --st-good: #6fd08c; --st-warn: #e8b04b; --st-bad: #ff8a80; --st-muted: #a5a5a5; }
}
[data-theme="light"] .st-part, [data-jp-theme-light="true"] .st-part {
  --st-good: #17692f; --st-warn: #8a5300; --st-bad: #b3261e; --st-muted: #666; }
[data-theme="dark"] .st-part, [data-jp-theme-light="false"] .st-part {
  --st-good: #6fd08c; --st-warn: #e8b04b; --st-bad: #ff8a80; --st-muted: #a5a5a5; }
.st-part table.st-grid { border-collapse: collapse; }
.st-part .st-grid caption, .st-part .st-title { text-align: left; font-weight: 600; padding: 0 0 .3em; margin: 0; }
.st-part .st-grid th, .st-part .st-grid td { padding: .25em .7em; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--st-line); overflow-wrap: break-word; word-break: normal; }
.st-part .st-grid thead th { border-bottom-width: 2px; }
.st-part .st-grid .st-right { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.st-part .st-grid .st-short, .st-part .st-grid thead th { white-space: nowrap; }
.st-part .st-good { color: var(--st-good); }
.st-part .st-warn { color: var(--st-warn); }
.st-part .st-bad { color: var(--st-bad); font-weight: 600; }
.st-part .st-muted, .st-part .st-note { color: var(--st-muted); }
.st-part .st-strong, .st-part .st-value { font-weight: 600; }
.st-part .st-note { margin: .3em 0 0; font-size: .9em; }
.st-part ul.st-steps { list-style: none; margin: 0; padding: 0 0 0 1.1em; border-left: 1px solid var(--st-line); }
.st-part .st-formula { font-family: ui-monospace, monospace; font-size: .95em; }
"""
"""The style sheet of every display, for light and dark pages; it touches nothing outside of ``.st-part``."""


class Shown(ABC):
    """A thing that shows itself as text and as HTML, also in notebooks.

    Subclasses give `text` and `_body`.
    """

    __slots__ = ()

    @abstractmethod
    def text(self, width: int = 80) -> str:
        """For a terminal of so many columns."""

    @abstractmethod
    def _body(self) -> str:
        """The HTML within the frame."""

    def html(self, *, style: bool = True) -> str:
        """For a notebook or a page.

        Parameters
        ----------
        style : bool, default True
            Bring the style sheet along; a page that carries `STYLE` once passes False.

        Returns
        -------
        str
            A fragment of HTML, everything escaped.
        """
        sheet = f"<style>\n{STYLE}</style>\n" if style else ""
        return f'{sheet}<div class="st-part">{self._body()}</div>'

    def _repr_html_(self) -> str:
        return self.html()

    def __str__(self) -> str:
        return self.text()


def known(word: str, options: tuple[str, ...], where: str) -> None:
    """Refuse a word that is none of the options."""
    if word not in options:
        listed = ", ".join(repr(option) for option in options)
        raise InvalidValueError(f"{word!r} is unknown", where=where, fix=f"use one of {listed}")


def escape(text: str) -> str:
    """Text for HTML: markup escaped, control characters visible, line breaks kept."""
    return html.escape(clean(text)).replace("\n", "<br>")


def tagged(tag: str, text: str, *classes: str, attributes: str = "") -> str:
    """An element around escaped text; classes that are empty are left out."""
    names = " ".join(name for name in classes if name)
    return f"<{tag}{attributes}" + (f' class="{names}"' if names else "") + f">{escape(text)}</{tag}>"


def breakable(tag: str, text: str) -> str:
    """The element with leave to break each long key of its text after a dot, an underscore or a slash."""
    for word in dict.fromkeys(text.split()):
        if len(word) > _LONG and len(parts := joints(word)) > 1:
            tag = tag.replace(escape(word), "<wbr>".join(map(escape, parts)))
    return tag
