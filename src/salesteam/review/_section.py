"""What a review shows: sections of blocks, the same for the terminal and the page."""

from __future__ import annotations

from typing import Literal

import attrs

from salesteam.core import Explanation, Grid

__all__ = ["Bar", "Block", "Chart", "Detail", "Note", "Section"]


@attrs.frozen(kw_only=True)
class Note:
    """A sentence between the tables.

    Parameters
    ----------
    text : str
        What it says.
    tone : {'', 'good', 'warn', 'bad', 'muted'}, default ''
        Colour where there is colour.

    Examples
    --------
    >>> Note(text="The playbook has no chart.", tone="muted").tone
    'muted'
    """

    text: str
    tone: Literal["", "good", "warn", "bad", "muted"] = ""


@attrs.frozen(kw_only=True)
class Bar:
    """One bar of a chart.

    Parameters
    ----------
    label : str
        What it stands for.
    series : str
        What kind of value, where a chart compares several.
    value : float
        Its length; for the eye only, never computed with.

    Examples
    --------
    >>> Bar(label="李雷", series="actual", value=1.5).value
    1.5
    """

    label: str
    series: str
    value: float


@attrs.frozen(kw_only=True)
class Chart:
    """A picture of numbers that a table beside it tells exactly.

    Parameters
    ----------
    kind : {'bars', 'stack', 'bridge'}
        Bars side by side, bars on top of each other, or steps from one value to another.
    title : str
        Stands above.
    unit : str
        What the length means.
    bars : tuple of Bar
        In the order shown; the first and last of a bridge are its two ends.

    Examples
    --------
    >>> Chart(kind="bars", title="Pay", unit="CNY", bars=(Bar(label="li", series="pay", value=1.0),)).unit
    'CNY'
    """

    kind: Literal["bars", "stack", "bridge"]
    title: str
    unit: str
    bars: tuple[Bar, ...]


@attrs.frozen(kw_only=True)
class Detail:
    """An explanation that a number links to.

    Parameters
    ----------
    key : str
        Its anchor.
    summary : str
        One line that is always seen.
    body : Explanation or Grid
        The rest.

    Examples
    --------
    >>> Detail(key="pay-li", summary="Pay of 李雷", body=Explanation(title="", steps=())).key
    'pay-li'
    """

    key: str
    summary: str
    body: Explanation | Grid


Block = Grid | Explanation | Chart | Detail | Note
"""What a section of a review is made of."""


@attrs.frozen(kw_only=True)
class Section:
    """One part of a review, ready to be shown.

    Parameters
    ----------
    key : str
        Its anchor, such as ``"goals"``.
    title : str
        Its heading.
    blocks : tuple
        Notes, grids, charts and details, in order.
    assumed : tuple of str
        What here is assumed by the playbook and not read from a source.

    Examples
    --------
    >>> Section(key="goals", title="Goals", blocks=(Note(text="none"),)).assumed
    ()
    """

    key: str
    title: str
    blocks: tuple[Block, ...]
    assumed: tuple[str, ...] = ()
