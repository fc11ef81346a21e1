"""The picture of completeness: which fields lack in the records of whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from salesteam.core import percent_text, say
from salesteam.crm import Completeness, CompletenessCell
from salesteam.errors import InvalidValueError
from salesteam.report._plot import Plot
from salesteam.report._plot_heat import heat, whole
from salesteam.report._plot_style import DOWN, finished

__all__ = ["completeness_map"]

_GROUPS = {"owner": ("Owner", "负责人"), "team": ("Team", "团队"), "kind": ("Kind", "类型")}
_LETTER, _TURNED = 7.0, 14
"""Points for each letter of a field; with more letters than this fields stand at an angle."""


def completeness_map(found: Completeness, *, most: int = 30, lang: str = "en") -> Plot:
    """Which share of each field is filled in the records of each group, whoever lacks most first.

    Parameters
    ----------
    found : salesteam.crm.Completeness
        By owner, team or kind.
    most : int, default 30
        Groups that are shown; of more, those that lack most.
    lang : {'en', 'zh'}, default 'en'
        Language.

    Returns
    -------
    Plot
        Darker lacks more; grey is where nothing applies; the first row and the first column are all together.

    Raises
    ------
    InvalidValueError
        If it is by field, or nothing applies anywhere.

    Examples
    --------
    >>> from salesteam import review
    >>> completeness_map(review.demo().quality.completeness).title
    '98.34% of 421 cells are filled'
    """
    import altair as alt

    if found.by not in _GROUPS:
        fix = f"group by one of {', '.join(_GROUPS)}"
        raise InvalidValueError(f"a map by {found.by} has one cell a row", where="completeness_map", fix=fix)
    if found.total.cells_share is None:
        fix = "give records to which the required fields apply"
        raise InvalidValueError("there is no cell that should be filled", where="completeness_map", fix=fix)
    every = say(lang, en="all", zh="合计")
    shown = sorted(found.rows, key=lambda row: (row.cells_share, row.group))[:most]
    order = [every, *(row.group for row in shown)]
    fields = _fields(found.cells)
    columns = [every, *dict.fromkeys(fields.values())]
    cells = [
        *_cells([(every, every, found.total.filled, found.total.cells)]),
        *_cells((every, name, *sums) for name, sums in _sums(found.cells, fields).items()),
        *_cells((row.group, every, row.filled, row.cells) for row in shown),
        *_cells((c.group, fields[c.kind, c.field], c.filled, c.cells) for c in found.cells if c.group in order),
    ]
    there = {(cell["group"], cell["field"]) for cell in cells}
    blank = [{"group": g, "field": f, "of": "0", "text": "—"} for g in order for f in columns if (g, f) not in there]
    turned = max(map(len, columns)) > _TURNED
    head = say(lang, en=_GROUPS[found.by][0], zh=_GROUPS[found.by][1])
    field = say(lang, en="Field", zh="字段")
    angle = -40 if turned else 0
    drawn = heat(
        alt,
        cells + blank,
        x=alt.X(
            "field:N",
            sort=columns,
            title=None,
            axis=alt.Axis(labelAngle=angle, orient="top", labelOverlap=False, labelLimit=260),
        ),
        y=alt.Y("group:N", sort=order, title=None, axis=alt.Axis(labelOverlap=False)),
        tooltip=[
            alt.Tooltip("group:N", title=head),
            alt.Tooltip("field:N", title=field),
            alt.Tooltip("of:N", title=say(lang, en="Filled", zh="已填")),
            alt.Tooltip("text:N", title=say(lang, en="Share", zh="占比")),
        ],
        scale=alt.Scale(type="sqrt", domain=[0, 1], range=["#f5f2ee", DOWN], interpolate="rgb"),
        white=0.4,
    )
    wide = 52 if turned else max(52, _LETTER * max(map(len, columns)) + 10)
    total = percent_text(found.total.cells_share)
    title = say(
        lang, en=f"{total} of {found.total.cells:,} cells are filled", zh=f"{found.total.cells:,} 项应填，已填 {total}"
    )
    told = say(lang, en="Darker lacks more; grey: nothing applies", zh="颜色越深缺失越多；灰色：不适用")
    left = len(found.rows) - len(shown)
    if left:
        told += say(lang, en=f"; {left} who lack less are not shown", zh=f"；另有 {left} 组缺失较少，未列出")
    size = {"width": wide * len(columns), "height": 24 * len(order)}
    return finished(alt, drawn.properties(**size), title, subtitle=told)


def _fields(cells: Iterable[CompletenessCell]) -> dict[tuple[str, str], str]:
    """What each field of each kind is called: by its name, with its kind where several kinds have one of that name."""
    pairs = sorted({(cell.kind, cell.field) for cell in cells})
    names = [field for _, field in pairs]
    return {(kind, field): field if names.count(field) == 1 else f"{kind}.{field}" for kind, field in pairs}


def _sums(cells: Iterable[CompletenessCell], fields: dict[tuple[str, str], str]) -> dict[str, tuple[int, int]]:
    """Of each field, filled and all cells over all groups."""
    sums = dict.fromkeys(fields.values(), (0, 0))
    for cell in cells:
        name = fields[cell.kind, cell.field]
        filled, of = sums[name]
        sums[name] = (filled + cell.filled, of + cell.cells)
    return sums


def _cells(counts: Iterable[tuple[str, str, int, int]]) -> Iterator[dict[str, Any]]:
    for group, field, filled, of in counts:
        share = Fraction(filled, of)
        yield {
            "group": group,
            "field": field,
            "level": float(1 - share),
            "of": f"{filled:,} / {of:,}",
            "text": whole(share),
        }
