"""Files of cases into cases: shorthands written out, plans put together, every problem at its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import attrs

from salesteam.core import Finding, Period, Report, find
from salesteam.core import _load as core_load
from salesteam.errors import InvalidValueError
from salesteam.incentives._cases._book import Book, Shelf, UnreadableError
from salesteam.incentives._cases._case import Case, Cases
from salesteam.incentives._cases._expect import claims_of
from salesteam.incentives._cases._facts import filled_in, numbered, problems, touched
from salesteam.incentives._cases._figure import period_name
from salesteam.incentives._cases._spots import Words, place_of, unknown_key, wrong_shape
from salesteam.incentives._load import _hooks
from salesteam.incentives._model import Plan
from salesteam.incentives._reads import looked_at
from salesteam.incentives._value import columns_of, parse

__all__ = ["FORMAT", "read_cases"]

FORMAT = "salesteam-cases/1"
"""What the first line of a file of cases says."""

_FILE = ("format", "title", "notes", "source", "plan", "facts", "cases")
_CASE = (
    "id", "title", "source", "notes", "plan", "facts", "expect", "as_of", "periods", "open_period", "skip",
)  # fmt: skip
_SUFFIXES = {".yaml", ".yml"}


def read_cases(path: str | Path) -> Cases:
    """Read the cases of a file, or of every file of a folder.

    Parameters
    ----------
    path : str or Path
        A file in the format `salesteam-cases/1`, or a folder of such files; other files of the library in it, such as
        plans, are left alone.

    Returns
    -------
    Cases
        The cases in order; what could not be read is told in their reports and in its own.
    """
    shelf, found = Shelf(), []
    order: list[tuple[Book, core_load.Keys, str]] = []
    start = Path(path)
    try:
        files = _files(start) if start.is_dir() else [start]
    except OSError as error:
        place = place_of(None, str(path), "")
        return Cases(
            cases=(), report=Report.of(find("core.unreadable-file", place, path=str(path), problem=str(error)))
        )
    if start.is_dir() and not files:
        found.append(find("incentives.cases-none", place_of(None, str(path), ""), path=str(path)))
    names = []
    for file in files:
        loaded = core_load.read_file(file, core_load.read_tree)
        if start.is_dir() and _other(loaded.value):
            continue
        names.append(str(file))
        found += loaded.report
        if loaded.value is not None or loaded.report.ok:
            book, cases, more = _book(loaded.value, file)
            found += more
            shelf.books.append(book)
            order += cases
    found += _twice(shelf.books)
    return Cases(
        cases=tuple(_case(shelf, book, node, key) for book, node, key in order), report=Report(found),
        files=tuple(names),
    )  # fmt: skip


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.suffix in _SUFFIXES and file.is_file())


def _other(root: Any) -> bool:
    """Whether a file says that it is something else of this library."""
    said = root.get("format") if isinstance(root, core_load.Keys) else None  # type: ignore[call-overload]  # a Text is a str, and found by it
    return isinstance(said, str) and said.startswith("salesteam-") and not said.startswith("salesteam-cases/")


def _twice(books: Iterable[Book]) -> Iterator[Finding]:
    """Cases of two files with one id: told, since a report names them by it; each still leans on its own file."""
    seen: dict[str, str] = {}
    for book in books:
        for name, node in book.cases.items():
            if name in seen:
                place = place_of(node, book.file, name)
                yield find("incentives.case-elsewhere", place, case=name, other=seen[name])
            seen.setdefault(name, book.file)


def _book(root: Any, file: Path) -> tuple[Book, list[tuple[Book, core_load.Keys, str]], list[Finding]]:
    name, found = str(file), []
    if not isinstance(root, core_load.Keys):
        found.append(wrong_shape(place_of(root, name, ""), root, Words("a mapping", "映射")))
        root = core_load.Keys()
    else:
        found += [unknown_key(place_of(key, name, str(key)), key, _FILE) for key in root if key not in _FILE]
        said = root.get("format")  # type: ignore[call-overload]  # a Text is a str, and found by it
        for key in ("format", "cases"):
            if root.get(key) is None:  # type: ignore[call-overload]  # a Text is a str, and found by it
                found.append(find("core.missing-key", place_of(root, name, key), key=key))
        if said is not None and said != FORMAT:
            hint = Words(f"Write {FORMAT}.", f"请写 {FORMAT}。")
            place = place_of(said, name, "format")
            found.append(find("core.unknown-option", place, value=str(said), options=[FORMAT], hint=hint))
    listed = root.get("cases")
    if listed is not None and not isinstance(listed, list):
        found.append(wrong_shape(place_of(listed, name, "cases"), listed, Words("a list of cases", "案例列表")))
        listed = None
    nodes: dict[str, core_load.Keys] = {}
    keys: dict[str, str] = {}
    for index, node in enumerate(listed or ()):
        at = f"cases[{index}]"
        if not isinstance(node, core_load.Keys):
            found.append(wrong_shape(place_of(node, name, at), node, Words("a case: a mapping", "案例：映射")))
            continue
        own = node.get("id")  # type: ignore[call-overload]  # a Text is a str, and found by it
        if not isinstance(own, str) or not own.strip():
            found.append(find("core.missing-key", place_of(node, name, at), key="id"))
        elif own in nodes:
            first = core_load.spot_of(nodes[str(own)])
            line = first.line if first else 0
            found.append(find("incentives.case-twice", place_of(own, name, f"{at}.id"), case=str(own), line=line))
        else:
            nodes[str(own)], keys[str(own)] = node, at
    book = Book(
        file=name, folder=file.parent, plan=root.get("plan"), facts=root.get("facts"), source=root.get("source"),
        cases=nodes,
    )  # fmt: skip
    return book, [(book, node, keys[own]) for own, node in nodes.items()], found


def _case(shelf: Shelf, book: Book, node: core_load.Keys, at: str) -> Case:
    """One case; its problems are in its report."""
    reader = _Reader(shelf=shelf, book=book, node=node, at=at)
    return reader.case()


@attrs.define(kw_only=True, eq=False)
class _Reader:
    shelf: Shelf
    book: Book
    node: core_load.Keys
    at: str
    found: list[Finding] = attrs.field(factory=list)

    def get(self, key: str) -> Any:
        return self.node.get(key)  # type: ignore[call-overload]  # a Text is a str, and found by it

    def case(self) -> Case:
        file, node = self.book.file, self.node
        self.found += [unknown_key(place_of(k, file, f"{self.at}.{k}"), k, _CASE) for k in node if k not in _CASE]
        plan, refusal = self.plan()
        periods = self.periods()
        tables = self.tables()
        claims: Any = ()
        if "expect" in node:
            claims, more = claims_of(self.get("expect"), file=file, at=self.at)
            self.found += more
        else:
            self.found.append(find("core.missing-key", place_of(node, file, self.at), key="expect"))
        dated = touched(tables)
        first = periods[0] if periods else _first(tables, plan) if dated else None
        skip = self.get("skip")
        books = "once" if first is None or (plan is not None and plan.period == "once") else first
        facts = filled_in(tables, periods, first, books, _shared(plan)) if Report(self.found).ok else {}
        if plan is not None:
            numbered(facts, _compared(plan))
            for row in () if _reads_amount(plan) else facts.get("transactions", ()):
                if "amount_minor" not in row:
                    row.setdefault("amount", "0")
        return Case(
            id=str(self.get("id")), place=place_of(node, file, self.at), title=self.text("title"),
            source=self.source(), notes=self.text("notes"), skip=None if skip is None else str(skip), plan=plan,
            facts=facts, as_of=self.day("as_of"),
            periods=periods, open_period=self.open_period(), undated=not dated and not periods, claims=claims,
            report=Report(self.found), refusal=refusal,
        )  # fmt: skip

    def plan(self) -> tuple[Plan | None, Report]:
        try:
            tree = self.shelf.plan(self.book, self.node, self.at, (str(self.get("id")),))
        except UnreadableError as signal:
            self.found += signal.findings
            return None, Report()
        loaded = core_load.load_tree(tree, Plan, file=self.book.file, hooks=_hooks())
        return loaded.value, loaded.report

    def tables(self) -> dict[str, Any]:
        try:
            tables = self.shelf.facts(self.book, self.node, self.at, (str(self.get("id")),))
        except UnreadableError as signal:
            self.found += signal.findings
            return {}
        found = list(problems(tables, file=self.book.file, at=self.at))
        self.found += found
        return {} if found else tables

    def text(self, key: str) -> str:
        value = self.get(key)
        if value is None or isinstance(value, str):
            return str(value or "")
        place = place_of(value, self.book.file, f"{self.at}.{key}", key)
        self.found.append(wrong_shape(place, value, Words("a text", "文字")))
        return ""

    def source(self) -> str:
        value = self.get("source") if "source" in self.node else self.book.source
        if isinstance(value, core_load.Keys):
            return ", ".join(str(part) for part in value.values() if isinstance(part, str))
        return str(value) if isinstance(value, str) else self.text("source")

    def day(self, key: str) -> date | None:
        value = self.get(key)
        if value is None:
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            place = place_of(value, self.book.file, f"{self.at}.{key}", key)
            expected = Words("a date", "日期")
            self.found.append(
                find("core.wrong-value", place, value=str(value), expected=expected, example="2026-09-30")
            )
            return None

    def periods(self) -> tuple[str, ...]:
        value = self.get("periods")
        if value is None:
            return ()
        return tuple(
            name for each in (value if isinstance(value, list) else [value]) if (name := self.period(each, "periods"))
        )

    def open_period(self) -> str | None:
        value = self.get("open_period")
        return None if value is None else self.period(value, "open_period")

    def period(self, value: Any, key: str) -> str | None:
        name = period_name(value) if value is not None else ""
        try:
            return Period.parse(name).name
        except InvalidValueError as error:
            place = place_of(value, self.book.file, f"{self.at}.{key}", key)
            self.found.append(find("incentives.case-figure", place, problem=error.what, todo=error.fix or ""))
            return None


def _compared(plan: Plan) -> Iterator[str]:
    """Columns that conditions of a plan compare."""
    wheres = [each.where for each in plan.measures.values()] + [each.where for each in plan.components.values()]
    yield from (where.column for part in wheres for where in part)


def _shared(plan: Plan | None) -> tuple[str, ...]:
    """Columns that say whose a transaction is, in what currency, and whether it counts."""
    if plan is None:
        return ("payee",)
    return ("payee", "currency", *(rule.to for rule in plan.crediting), *_compared(plan))


def _reads_amount(plan: Plan) -> bool:
    """Whether any pay hangs on the amount of a deal, so that a case has to give it."""
    names = looked_at(plan)
    used = [m for name, m in plan.measures.items() if name in names and m.value]
    try:
        summed = [parse(str(m.value)) for m in used if m.aggregate not in {"count", "distinct"}]
    except InvalidValueError:
        return True
    return bool(plan.windfall) or any("amount" in columns_of(tree) for tree in summed)


def _first(tables: dict[str, Any], plan: Plan | None) -> str | None:
    """The earliest pay period that the facts touch."""
    days = []
    for table, rows in tables.items():
        for row in rows or ():
            for name in ("date", "period", "booked_period"):
                written = row.get(name)
                if written is None or table in {"fx", "people", "leaves"}:
                    continue
                try:
                    days.append(Period.parse(period_name(written)).start)
                except InvalidValueError:
                    continue
    if not days or plan is None:
        return None
    return min(days).isoformat() if plan.period == "once" else Period.containing(min(days), plan.period).name
