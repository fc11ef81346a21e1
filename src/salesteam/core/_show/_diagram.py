"""Graphs as text, Mermaid and DOT."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import attrs

from salesteam.core._show._part import TONES, Shown, known, tagged
from salesteam.core._show._width import clean, enough, wrap
from salesteam.errors import InvalidValueError, NotFoundError

__all__ = ["Diagram"]

_FILLS = {
    "good": ("#d9f2df", "#17692f"),
    "warn": ("#fdeccd", "#8a5300"),
    "bad": ("#fbdad7", "#b3261e"),
    "muted": ("#eeeeee", "#777777"),
    "strong": ("#ffffff", "#222222"),
}
_ARROWS = {"": "-->", "dashed": "-.->", "thick": "==>"}
_LINES = {"": "", "dashed": "style=dashed", "thick": "penwidth=2.5"}
_MERMAID = {char: f"#{ord(char)};" for char in '#"&<>`;\\'}
_LIST_MARK = re.compile(r"^(\d+)([.)])|^([-+])(?= )")  # Mermaid reads a label that starts so as a list and refuses it
_DIRECTIONS = {"TD": "TB", "LR": "LR"}


def _known_direction(_: object, __: object, value: str) -> None:
    known(value, tuple(_DIRECTIONS), "Diagram.direction")


def _nodes(nodes: Iterable[tuple[str, str, str]]) -> tuple[tuple[str, str, str], ...]:
    return tuple((str(key), label, tone) for key, label, tone in nodes)


def _edges(edges: Iterable[tuple[str, str, str, str]]) -> tuple[tuple[str, str, str, str], ...]:
    return tuple((str(start), str(end), label, style) for start, end, label, style in edges)


@attrs.frozen
class Diagram(Shown):
    """A graph of labelled nodes and arrows.

    Parameters
    ----------
    nodes : tuple of tuple
        Each an id, a label and a tone; tones as in `Cell`.
    edges : tuple of tuple
        Each two ids of nodes, from and to, a label and a style: ``""``, ``"dashed"`` or ``"thick"``.
    direction : {'TD', 'LR'}, default 'TD'
        From top down or from left to right.

    Raises
    ------
    InvalidValueError
        If an id occurs twice, or a tone or style is unknown.
    NotFoundError
        If an edge names a node that is not there.

    Examples
    --------
    >>> graph = Diagram((("a", "Calls", ""), ("b", "Deals", "good")), (("a", "b", "leads to", ""),))
    >>> print(graph.mermaid())
    flowchart TD
      n0["Calls"]
      n1["Deals"]:::good
      n0 -->|"leads to"| n1
      classDef good fill:#d9f2df,stroke:#17692f,color:#111111
    """

    nodes: tuple[tuple[str, str, str], ...] = attrs.field(converter=_nodes)
    edges: tuple[tuple[str, str, str, str], ...] = attrs.field(default=(), converter=_edges)
    direction: Literal["TD", "LR"] = attrs.field(default="TD", validator=_known_direction)

    def __attrs_post_init__(self) -> None:
        ids = self._ids()
        if len(ids) < len(self.nodes):
            twice = next(key for at, (key, _, _) in enumerate(self.nodes) if ids[key] != f"n{at}")
            raise InvalidValueError(
                f"two nodes are called {twice!r}", where="Diagram.nodes", fix="give each its own id"
            )
        for _, _, tone in self.nodes:
            known(tone, TONES, "Diagram.nodes")
        for start, end, _, style in self.edges:
            known(style, tuple(_ARROWS), "Diagram.edges")
            for key in (start, end):
                if key not in ids:
                    raise NotFoundError("node", key, ids, where="the diagram")

    def _ids(self) -> dict[str, str]:
        ids: dict[str, str] = {}
        for at, (key, _, _) in enumerate(self.nodes):
            ids.setdefault(key, f"n{at}")
        return ids

    def mermaid(self) -> str:
        """The graph in Mermaid, for pages and README files that draw it.

        Returns
        -------
        str
            A flowchart; nodes are n0, n1, … in their order, labels escaped.
        """
        ids = self._ids()
        lines = [f"flowchart {self.direction}"]
        for key, label, tone in self.nodes:
            lines.append(f'  {ids[key]}["{_mermaid(label)}"]' + (f":::{tone}" if tone else ""))
        for start, end, label, style in self.edges:
            said = f'|"{_mermaid(label)}"|' if label else ""
            lines.append(f"  {ids[start]} {_ARROWS[style]}{said} {ids[end]}")
        for tone in sorted({tone for _, _, tone in self.nodes if tone}):
            fill, line = _FILLS[tone]
            lines.append(f"  classDef {tone} fill:{fill},stroke:{line},color:#111111")
        return "\n".join(lines)

    def dot(self) -> str:
        r"""The graph in DOT, for Graphviz.

        Returns
        -------
        str
            A digraph; ids and labels are quoted and escaped.

        Examples
        --------
        >>> print(Diagram((("a", "say \"hi\"", ""),)).dot())
        digraph {
          rankdir=TB
          node [shape=box, style=rounded]
          "a" [label="say \"hi\""]
        }
        """
        lines = ["digraph {", f"  rankdir={_DIRECTIONS[self.direction]}", "  node [shape=box, style=rounded]"]
        for key, label, tone in self.nodes:
            look = f', style="rounded,filled", fillcolor="{_FILLS[tone][0]}", color="{_FILLS[tone][1]}"' if tone else ""
            lines.append(f"  {_dot(key)} [label={_dot(label)}{look}]")
        for start, end, label, style in self.edges:
            looks = ", ".join(part for part in (f"label={_dot(label)}" if label else "", _LINES[style]) if part)
            lines.append(f"  {_dot(start)} -> {_dot(end)}" + (f" [{looks}]" if looks else ""))
        return "\n".join([*lines, "}"])

    def text(self, width: int = 80) -> str:
        """For a terminal: each node, and below it where its arrows go.

        Parameters
        ----------
        width : int, default 80
            Columns of the terminal, at least 20.

        Returns
        -------
        str
            Lines without a newline at the end.

        Examples
        --------
        >>> print(Diagram((("a", "Calls", ""), ("b", "Deals", "")), (("a", "b", "leads to", ""),)))
        Calls
          -> Deals (leads to)
        Deals
        """
        labels = {key: label for key, label, _ in self.nodes}
        lines = []
        for key, label, _ in self.nodes:
            lines += wrap(label, enough(width))
            for start, end, said, _ in self.edges:
                if start == key:
                    first, *more = wrap(f"-> {labels[end]}" + (f" ({said})" if said else ""), width - 5)
                    lines += [f"  {first}", *(f"     {line}" for line in more)]
        return "\n".join(lines)

    def _body(self) -> str:
        return tagged("pre", self.mermaid(), "mermaid").replace("<br>", "\n")


def _mermaid(label: str) -> str:
    lines = ("".join(_MERMAID.get(char, char) for char in line) for line in clean(label).split("\n"))
    return "<br/>".join(_LIST_MARK.sub(_as_codes, line) for line in lines) or " "


def _as_codes(mark: re.Match[str]) -> str:
    digits, sign = mark[1] or "", mark[2] or mark[3]
    return f"{digits}#{ord(sign)};"


def _dot(text: str) -> str:
    escaped = clean(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
