"""A review for people: one HTML page, files, and pictures.

`page` makes the page, and `write` all files of a review where `vacant` allows it.
`svg` draws a chart, and `spec` is its specification.

Needs the extra ``report``.
"""

from __future__ import annotations

from salesteam.report._files import MARKER, vacant, write
from salesteam.report._page import page
from salesteam.report._plots import spec, svg

__all__ = ["MARKER", "page", "spec", "svg", "vacant", "write"]
