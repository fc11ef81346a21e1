"""One picture: a Vega-Lite specification that a notebook shows alive, and that becomes SVG or PNG without a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from salesteam.errors import InvalidValueError

__all__ = ["Plot"]


@attrs.frozen(kw_only=True, eq=False)
class Plot:
    """A picture of a result, ready to be looked at or saved.

    In a notebook it can be pointed at for the numbers behind it; a payout curve can be zoomed too.

    Parameters
    ----------
    title : str
        What it shows.
    spec : mapping
        Vega-Lite specification, with the data in it.

    Examples
    --------
    >>> from salesteam import incentives, report
    >>> plot = report.payout_curve(incentives.scheme("team_coefficient"), "commission")
    >>> plot.svg().startswith("<svg"), plot.png()[1:4]
    (True, b'PNG')
    """

    title: str
    spec: Mapping[str, Any] = attrs.field(repr=False)

    def svg(self) -> str:
        """The picture as an SVG element; text stays text, so that the reader's fonts show it.

        Returns
        -------
        str
            Without XML declaration.
        """
        import vl_convert

        drawn: str = vl_convert.vegalite_to_svg(dict(self.spec), allowed_base_urls=[])
        return drawn

    def png(self, *, scale: float = 2.0, fonts: str | Path | None = None) -> bytes:
        """The picture as a PNG image.

        Parameters
        ----------
        scale : float, default 2
            Dots for each point.
        fonts : str or Path, optional
            Folder with fonts to use besides those of the system. Chinese text needs a font that has it, such as Noto
            Sans CJK SC; without one it shows as boxes.

        Returns
        -------
        bytes
            The file.
        """
        import vl_convert

        if fonts is not None:
            vl_convert.register_font_directory(str(fonts))
        drawn: bytes = vl_convert.vegalite_to_png(dict(self.spec), scale=scale, allowed_base_urls=[])
        return drawn

    def save(self, path: str | Path, *, scale: float = 2.0, fonts: str | Path | None = None) -> Path:
        """Write the picture to a file.

        Parameters
        ----------
        path : str or Path
            Ends in ``.svg`` or ``.png``.
        scale : float, default 2
            Dots for each point of a PNG.
        fonts : str or Path, optional
            As in `png`.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InvalidValueError
            For another ending.
        """
        file = Path(path)
        if file.suffix.lower() == ".svg":
            file.write_text(self.svg(), encoding="utf-8")
        elif file.suffix.lower() == ".png":
            file.write_bytes(self.png(scale=scale, fonts=fonts))
        else:
            raise InvalidValueError(f"{file.name} is no picture", where="save", fix="end the name in .svg or .png")
        return file

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002 -- the protocol of notebooks
        major = str(self.spec.get("$schema", "v6")).rpartition("/v")[2].partition(".")[0] or "6"
        return {
            f"application/vnd.vegalite.v{major}+json": dict(self.spec),
            "image/svg+xml": self.svg(),
            "text/plain": self.title,
        }
