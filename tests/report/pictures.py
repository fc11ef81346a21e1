"""What every picture must be, whatever it shows, and the rows of data that are in one."""

from __future__ import annotations

import json


def rows(plot):
    """All rows of data in a picture."""
    return [row for dataset in plot.spec["datasets"].values() for row in dataset]


def drawn(plot, lang):
    """Look at a picture as it is drawn: an SVG whose text stays text, a PNG, and a bundle that a notebook shows."""
    svg = plot.svg()
    assert svg.startswith("<svg")
    assert plot.title.split("，", maxsplit=1)[0] in svg
    assert "undefined" not in svg
    assert "NaN" not in svg
    assert b"\x89PNG" == plot.png(scale=1)[:4]
    bundle = plot._repr_mimebundle_()
    assert plot.title == bundle["text/plain"]
    (alive,) = [value for key, value in bundle.items() if key.startswith("application/vnd.vegalite.v")]
    assert json.dumps(alive)
    assert (lang == "zh") == any("\u4e00" <= letter <= "\u9fff" for letter in svg)
    return svg
