"""How results show themselves: one renderer behind text, HTML, Mermaid and DOT.

`Explanation` of `Step` tells how a number came about, `Grid` of `Cell` is a table for reading, `Diagram` a graph.
Each has ``text(width=80)`` for a terminal (characters of double width counted as two), ``html()`` for a notebook, and
``html(style=False)`` for a page that carries `STYLE` once.
What is shown is data: it is escaped, and control characters are made visible; `wrap`, `enough` and `escape` do so for
whatever lays itself out.
"""

from __future__ import annotations

from salesteam.core._say import say
from salesteam.core._show._diagram import Diagram
from salesteam.core._show._explain import Explanation, Step, equation
from salesteam.core._show._grid import Cell, Grid
from salesteam.core._show._part import STYLE, Shown, Tone, escape
from salesteam.core._show._width import enough, wrap

__all__ = [
    "STYLE",
    "Cell",
    "Diagram",
    "Explanation",
    "Grid",
    "Shown",
    "Step",
    "Tone",
    "enough",
    "equation",
    "escape",
    "say",
    "wrap",
]
