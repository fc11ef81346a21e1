"""Read the `expect` of a case into claims; every problem at its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from salesteam.core import Finding, Place, find
from salesteam.errors import InvalidValueError
from salesteam.incentives._cases._claim import Claim, CodeClaim, RowClaim, RowsClaim, SumClaim, code_name
from salesteam.incentives._cases._figure import Figure, figure_of, is_figure, period_name
from salesteam.incentives._cases._spots import Words, place_of, unknown_key, wrong_shape
from salesteam.incentives._cases._tables import KEYS, OUTPUT

__all__ = ["METRICS", "claims_of"]

METRICS = ("cost", "ccos", "ote", "pay_mix", "leverage", "share_at_quota", "correlation")
"""Numbers about a whole run that an expectation may name."""

_SUMS = ("pay", "paid", "adjustments")
_KNOWN = ("total", *_SUMS, "metrics", *OUTPUT, "findings", "no_findings", "refused")
_LIST = Words("a list", "列表")
_MAP = Words("a mapping", "映射")


@attrs.define(kw_only=True)
class _Reader:
    """Gathers claims and problems; `at` is the path of the case for the findings."""

    file: str
    at: str
    found: list[Finding] = attrs.field(factory=list)

    def place(self, value: Any, key: str, near: Any = None) -> Place:
        return place_of(value, self.file, f"{self.at}.{key}", near)

    def figure(self, value: Any, key: str, near: Any, kind: str = "number") -> Figure | None:
        place = self.place(value, key, near)
        try:
            return figure_of(value, place, kind=kind)
        except InvalidValueError as error:
            self.found.append(find("incentives.case-figure", place, problem=error.what, todo=error.fix or ""))
            return None

    def shape(self, value: Any, key: str, near: Any, expected: Words) -> None:
        self.found.append(wrong_shape(self.place(value, key, near), value, expected))

    def mapping(self, value: Any, key: str, near: Any) -> Mapping[Any, Any]:
        if isinstance(value, Mapping):
            return value
        self.shape(value, key, near, _MAP)
        return {}

    def claims(self, expect: Any) -> Iterator[Claim]:
        for key, part in self.mapping(expect, "expect", expect).items():
            at = f"expect.{key}"
            if key not in _KNOWN:
                self.found.append(unknown_key(self.place(key, at), key, _KNOWN))
            elif key == "total":
                figure = self.figure(part, at, key)
                if figure is not None:
                    yield SumClaim(of="total", figure=figure)
            elif key in _SUMS:
                yield from self.nested(str(key), part, at, key, (), ())
            elif key == "metrics":
                yield from self.metrics(part, at, key)
            elif key in OUTPUT:
                yield from self.table(str(key), part, at, key)
            else:
                yield from self.codes(str(key), part, at, key)

    def nested(
        self, of: str, part: Any, at: str, near: Any, names: tuple[str, ...], levels: tuple[tuple[str, ...], ...]
    ) -> Iterator[SumClaim]:
        if is_figure(part):
            figure = self.figure(part, at, near)
            if figure is not None:
                yield SumClaim(of=of, names=names, levels=levels, figure=figure)
            return
        if not isinstance(part, Mapping) or len(names) == 3:  # payee, period, component, and nothing below
            self.shape(part, at, near, Words("a number", "数字"))
            return
        level = tuple(map(str, part))
        for name, below in part.items():
            yield from self.nested(of, below, f"{at}.{name}", name, (*names, str(name)), (*levels, level))

    def metrics(self, part: Any, at: str, near: Any) -> Iterator[SumClaim]:
        for name, value in self.mapping(part, at, near).items():
            if name not in METRICS:
                self.found.append(unknown_key(self.place(name, f"{at}.{name}"), name, METRICS))
                continue
            figure = self.figure(value, f"{at}.{name}", name)
            if figure is not None:
                yield SumClaim(of="metrics", names=(str(name),), figure=figure)

    def table(self, table: str, part: Any, at: str, near: Any) -> Iterator[RowsClaim]:
        rows, in_order, complete = part, False, False
        if isinstance(part, Mapping):
            wrong = [key for key in part if key not in {"in_order", "complete", "rows"}]
            self.found += [
                unknown_key(self.place(key, f"{at}.{key}"), key, ("in_order", "complete", "rows")) for key in wrong
            ]
            in_order, complete = (self.truth(part.get(name), f"{at}.{name}", near) for name in ("in_order", "complete"))
            rows, at = part.get("rows"), f"{at}.rows"
        if not isinstance(rows, list):
            self.shape(rows, at, near, _LIST)
            return
        made = [self.row(table, row, f"{at}[{index}]", near) for index, row in enumerate(rows)]
        yield RowsClaim(
            table=table, rows=tuple(row for row in made if row is not None), in_order=in_order, complete=complete,
            place=self.place(near, at),
        )  # fmt: skip

    def truth(self, value: Any, at: str, near: Any) -> bool:
        if value is None or str(value) in {"true", "false"}:
            return str(value) == "true"
        self.shape(value, at, near, Words("true or false", "true 或 false"))
        return False

    def row(self, table: str, row: Any, at: str, near: Any) -> RowClaim | None:
        if not isinstance(row, Mapping):
            self.shape(row, at, near, _MAP)
            return None
        kinds = OUTPUT[table]
        keys: dict[str, Figure] = {}
        cells: dict[str, Figure] = {}
        for written, value in row.items():
            name = str(written).removesuffix("_minor") if f"{written}".endswith("_minor") else str(written)
            place = self.place(written, f"{at}.{written}")
            if name not in kinds or name != written:
                self.found.append(unknown_key(place, written, tuple(kinds)))
                continue
            kind = kinds[name]
            if kind == "period" and isinstance(value, Mapping):
                figure: Figure | None = Figure(written=period_name(value), kind="text", place=place)
            else:
                figure = self.figure(value, f"{at}.{name}", written, kind)
            if figure is not None:
                if kind == "code" and figure.kind == "text":
                    figure = attrs.evolve(figure, written=code_name(figure.written))
                (keys if name in KEYS[table] else cells)[name] = figure
        return RowClaim(keys=keys, cells=cells, place=self.place(row, at, near))

    def codes(self, of: str, part: Any, at: str, near: Any) -> Iterator[CodeClaim]:
        given = part if isinstance(part, list) else [part]
        for index, each in enumerate(given):
            here = f"{at}[{index}]" if isinstance(part, list) else at
            place = self.place(each, here, near)
            code, witness = each, None
            if isinstance(each, Mapping) and of == "findings":
                wrong = [key for key in each if key not in {"code", "at"}]
                self.found += [unknown_key(self.place(k, f"{here}.{k}"), k, ("code", "at")) for k in wrong]
                code, witness = each.get("code"), each.get("at")
            if not isinstance(code, str) or isinstance(witness, (list, Mapping)):
                self.shape(code, here, near, Words("the code of a finding", "发现的代码"))
                continue
            yield CodeClaim(of=of, code=code_name(code), at=None if witness is None else str(witness), place=place)


def claims_of(expect: Any, *, file: str, at: str) -> tuple[tuple[Claim, ...], tuple[Finding, ...]]:
    """The claims of one case, and what is wrong with the way they are written.

    Parameters
    ----------
    expect : tree
        The mapping below ``expect``.
    file, at : str
        Where the case stands.

    Returns
    -------
    tuple
        Claims in the order of the file; findings.
    """
    reader = _Reader(file=file, at=at)
    claims = tuple(reader.claims(expect))
    if not expect and not reader.found:
        reader.found.append(find("incentives.case-nothing", reader.place(expect, "expect"), case=at))
    return claims, tuple(reader.found)
