"""One file of cases: its raw content, what its cases inherit, and how they lean on each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from salesteam.core import Finding, Report, find
from salesteam.core import _load as core_load
from salesteam.errors import InvalidValueError, nearest
from salesteam.incentives._cases._edit import copied, put
from salesteam.incentives._cases._spots import Words, place_of, wrong_shape

__all__ = ["Book", "Shelf", "UnreadableError"]


_WHOLE = {"currency", "period", "measures", "components"}
"""Keys that every plan has; what lacks one is no plan of its own, but replaces keys of the plan of the file."""

_DEEPEST = 50
"""How many cases may lean on each other in a row."""


class UnreadableError(Exception):
    """Carries the findings that keep a plan or facts from being put together; never seen outside."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__(", ".join(finding.code for finding in findings))


@attrs.frozen(kw_only=True, eq=False)
class Book:
    """One file of cases.

    Parameters
    ----------
    file : str
        Name for the findings.
    folder : Path
        Where paths of plans begin.
    plan, facts, source : tree
        What every case inherits, or None.
    cases : mapping of str to Keys
        Raw cases by id.
    """

    file: str
    folder: Path
    plan: Any
    facts: Any
    source: Any
    cases: Mapping[str, core_load.Keys]


@attrs.define(kw_only=True, eq=False)
class Shelf:
    """All files of a run; puts plans and facts together out of them."""

    books: list[Book] = attrs.field(factory=list)
    files: dict[str, Any] = attrs.field(factory=dict)

    def case(self, book: Book, written: Any, key: str) -> tuple[Book, core_load.Keys]:
        """A case that another leans on: of the same file, else of another of the run."""
        name = str(written)
        for each in (book, *self.books):
            if name in each.cases:
                return each, each.cases[name]
        near = nearest(name, [n for each in self.books for n in each.cases], most=1)
        hint = (
            Words(f"Did you mean {near[0]}?", f"是否应为 {near[0]}？")
            if near
            else Words("See the ids.", "请查看各 id。")
        )
        raise UnreadableError(find("incentives.case-unknown", place_of(written, book.file, key), case=name, hint=hint))

    def plan(self, book: Book, case: core_load.Keys, key: str, via: tuple[str, ...] = ()) -> Any:
        """The raw content of the plan of a case: a tree that may be changed."""
        node = case.get("plan")  # type: ignore[call-overload]  # a Text is a str, and found by it
        own = node is not None
        if not own:
            node = book.plan
        if node is None:
            raise UnreadableError(find("core.missing-key", place_of(case, book.file, key), key="plan"))
        return self._plan(book, node, f"{key}.plan" if own else "plan", via, own=own)

    def _plan(self, book: Book, node: Any, key: str, via: tuple[str, ...], *, own: bool) -> Any:
        if isinstance(node, str):
            return copied(self._file(book, node, key))
        if not isinstance(node, core_load.Keys):
            raise UnreadableError(
                wrong_shape(place_of(node, book.file, key), node, Words("a path or a mapping", "路径或映射"))
            )
        keys = set(map(str, node))
        if keys and keys <= {"base", "set"}:
            below = node.get("base") if "base" in keys else book.plan if own else None  # type: ignore[call-overload]  # a Text is a str, and found by it
            if below is None:
                raise UnreadableError(find("core.missing-key", place_of(node, book.file, key), key="base"))
            inner = f"{key}.base" if "base" in keys else "plan"
            tree = self._plan(book, below, inner, via, own="base" in keys and own)
        elif "case" in keys and keys <= {"case", "set"}:
            name = node["case"]  # type: ignore[index]  # a Text is a str, and found by it
            self._circle(book, name, f"{key}.case", via)
            other, case = self.case(book, name, f"{key}.case")
            tree = self.plan(other, case, str(name), (*via, str(name)))
        elif own and book.plan is not None and not keys >= _WHOLE:
            tree = self._plan(book, book.plan, "plan", via, own=False)
            if isinstance(tree, core_load.Keys):
                for name in node:
                    tree.pop(name, None)
                tree.update(copied(node))
            return tree
        else:
            return copied(node)
        self._set(book, tree, node.get("set"), f"{key}.set")  # type: ignore[call-overload]  # a Text is a str, and found by it
        return tree

    def facts(self, book: Book, case: core_load.Keys, key: str, via: tuple[str, ...] = ()) -> dict[str, Any]:
        """The tables of a case: inherited, taken from another case, replaced by its own."""
        found = self._tables(book, book.facts, "facts", via) if book.facts is not None else {}
        if "facts" in case:
            found |= self._tables(book, case["facts"], f"{key}.facts", via)  # type: ignore[index]  # a Text is a str, and found by it
        elif book.facts is None:
            raise UnreadableError(find("core.missing-key", place_of(case, book.file, key), key="facts"))
        return found

    def _tables(self, book: Book, node: Any, key: str, via: tuple[str, ...]) -> dict[str, Any]:
        if node is None:
            return {}
        if not isinstance(node, core_load.Keys):
            raise UnreadableError(wrong_shape(place_of(node, book.file, key), node, Words("a mapping", "映射")))
        found: dict[str, Any] = {}
        if "case" in node:
            name = node["case"]  # type: ignore[index]  # a Text is a str, and found by it
            self._circle(book, name, f"{key}.case", via)
            other, case = self.case(book, name, f"{key}.case")
            found = self.facts(other, case, str(name), (*via, str(name)))
        return found | {table: rows for table, rows in node.items() if table != "case"}

    def _circle(self, book: Book, name: Any, key: str, via: tuple[str, ...]) -> None:
        if len(via) > _DEEPEST:
            place = place_of(name, book.file, key)
            problem, todo = f"cases lean on each other more than {_DEEPEST} deep", "write out the plan and the facts"
            raise UnreadableError(find("incentives.case-figure", place, problem=problem, todo=todo))
        if str(name) in via:
            path = " -> ".join((*via[via.index(str(name)) :], str(name)))
            raise UnreadableError(find("incentives.case-circle", place_of(name, book.file, key), path=path))

    def _set(self, book: Book, tree: Any, changes: Any, key: str) -> None:
        if changes is None:
            return
        if not isinstance(changes, core_load.Keys):
            raise UnreadableError(wrong_shape(place_of(changes, book.file, key), changes, Words("a mapping", "映射")))
        for path, value in changes.items():
            try:
                put(tree, path, copied(value))
            except InvalidValueError as error:
                place = place_of(path, book.file, f"{key}.{path}")
                raise UnreadableError(
                    find("incentives.case-figure", place, problem=error.what, todo=error.fix or "")
                ) from error

    def _file(self, book: Book, written: str, key: str) -> Any:
        """The tree of a plan file, its path counted from the file of the case."""
        path = book.folder / written
        name = str(path)
        if name not in self.files:
            text, finding = core_load.file_text(path, name)
            if finding is not None:
                at = place_of(written, book.file, key)
                raise UnreadableError(attrs.evolve(finding, place=at))
            self.files[name] = core_load.read_tree(text, file=name)
        loaded = self.files[name]
        _sound(loaded.report)
        return loaded.value


def _sound(report: Report) -> None:
    if not report.ok:
        raise UnreadableError(*report)
