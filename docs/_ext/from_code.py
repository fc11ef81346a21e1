"""Directives that write the reference from the code, so that it cannot be wrong.

``public-names``
    All names of a public package: its map, then nouns, verbs and values.
``findings``
    The catalogue of findings, by family.
``columns``
    The columns of every table, as the nouns declare them.
``conventions``
    The choices that move money, their options, and the bundles that fill them.
``plan-keys``
    The keys of plan files, by the noun that they make.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import attrs
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

__all__ = ["setup"]


def value_docs(package: ModuleType) -> dict[str, str]:
    """The docstrings below the assignments of a package's modules."""
    file = Path(inspect.getfile(package))
    files = sorted(file.parent.glob("*.py")) if file.name == "__init__.py" else [file]
    found: dict[str, str] = {}
    for each in files:
        body = ast.parse(each.read_text(encoding="utf-8")).body
        for node, after in pairwise(body):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                text = inspect.cleandoc(str(after.value.value))
                found.update((target.id, text) for target in targets if isinstance(target, ast.Name))
    return found


def at_home(package: ModuleType, value: Any) -> bool:
    """Whether a class or function belongs to this package."""
    return bool(value.__module__.partition("._")[0] == package.__name__)


class FromCode(SphinxDirective):
    """What the directives share."""

    def rst(self, lines: Iterable[str]) -> list[nodes.Node]:
        """Nodes of reStructuredText."""
        holder = nodes.section()
        holder.document = self.state.document
        self.state.nested_parse(StringList(list(lines), source="from code"), 0, holder)
        return list(holder.children)

    def section(self, title: str, name: str, content: Iterable[nodes.Node]) -> nodes.section:
        """A section with a title and a stable anchor."""
        made = nodes.section(ids=[nodes.make_id(name)], names=[nodes.fully_normalize_name(name)])
        made += nodes.title(title, title)
        made += list(content)
        self.state.document.note_explicit_target(made, made)
        return made

    def table(self, heads: Iterable[str], rows: Iterable[Iterable[str | list[nodes.Node]]]) -> nodes.table:
        """A table of texts, or of nodes where a cell needs more than text."""
        names = list(heads)
        group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in names), cols=len(names))

        def row(cells: Iterable[str | list[nodes.Node]]) -> nodes.row:
            filled = (nodes.paragraph("", cell) if isinstance(cell, str) else cell for cell in cells)
            return nodes.row(
                "", *(nodes.entry("", *([cell] if isinstance(cell, nodes.Node) else cell)) for cell in filled)
            )

        group += nodes.thead("", row(names))
        group += nodes.tbody("", *(row(cells) for cells in rows))
        return nodes.table("", group)


class PublicNames(FromCode):
    """All names of a public package."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The map of the package, then everything it offers."""
        package = importlib.import_module(self.arguments[0])
        return self.rst([*self.head(package), *self.body(package)])

    def head(self, package: ModuleType) -> Iterator[str]:
        """The package itself, with the map in its docstring."""
        yield f".. py:module:: {package.__name__}"
        yield ""
        yield from inspect.cleandoc(package.__doc__ or "").splitlines()
        yield ""

    def body(self, package: ModuleType) -> Iterator[str]:
        """Nouns, verbs and values; names of another package are handed on."""
        pairs = [(name, getattr(package, name)) for name in package.__all__]
        things = [(name, value) for name, value in pairs if not inspect.ismodule(value)]
        named = [(name, value) for name, value in things if inspect.isclass(value) or inspect.isroutine(value)]
        own = [(name, value) for name, value in named if at_home(package, value)]
        handed = [(name, value) for name, value in named if not at_home(package, value)]
        if handed:
            yield from (".. rubric:: Names of other packages", "")
            for name, value in handed:
                yield f"- ``{package.__name__}.{name}`` is `{value.__module__.partition('._')[0]}.{value.__qualname__}`"
            yield ""
        for title, is_kind, directive in (
            ("Nouns", inspect.isclass, "autoclass"),
            ("Verbs", inspect.isroutine, "autofunction"),
        ):
            members = [name for name, value in own if is_kind(value)]
            if members:
                yield from (f".. rubric:: {title}", "")
            for name in members:
                yield f".. {directive}:: {package.__name__}.{name}"
                yield from ("   :members:", "") if directive == "autoclass" else ("",)
        yield from self.values(package, [name for name, value in things if (name, value) not in named])

    def values(self, package: ModuleType, names: list[str]) -> Iterator[str]:
        """The constants, with the docstring below their assignment."""
        docs = value_docs(package)
        if names:
            yield from (".. rubric:: Values", "")
        for name in names:
            yield f".. py:data:: {package.__name__}.{name}"
            yield ""
            yield from (f"   {line}" for line in docs.get(name, "").splitlines())
            yield ""


class Findings(FromCode):
    """The catalogue of findings, by family."""

    def run(self) -> list[nodes.Node]:
        """One section a family, one table in it."""
        from salesteam.core import ACTORS, catalogue

        entries = sorted(catalogue().values(), key=lambda entry: entry.code)
        sections: list[nodes.Node] = []
        for family, group in groupby(entries, key=lambda entry: entry.code.partition(".")[0]):
            items = nodes.definition_list()
            for entry in group:
                items += self.item(entry, ACTORS[entry.acts])
            sections.append(self.section(family, f"findings-{family}", [items]))
        return sections

    def item(self, entry: Any, acts: tuple[str, str]) -> nodes.definition_list_item:
        """One code with its texts in both languages."""
        anchor = nodes.make_id(entry.code)
        term = nodes.term("", "", nodes.literal("", entry.code), ids=[anchor])
        kind = nodes.classifier("", f"{entry.severity.text()} {entry.severity.text('zh')}")
        actor = nodes.classifier("", f"{acts[0]} {acts[1]}")
        texts = (entry.texts[lang] for lang in ("en", "zh"))
        told = (
            nodes.line_block(
                "",
                nodes.line("", text["what"]),
                nodes.line("", "", nodes.emphasis("", text["question"])),
                nodes.line("", f"→ {text['fix']}"),
            )
            for text in texts
        )
        item = nodes.definition_list_item("", term, kind, actor, nodes.definition("", *told))
        self.set_source_info(item)
        return item


class Columns(FromCode):
    """The columns of every table, as the nouns declare them."""

    words: ClassVar[dict[str, str]] = {
        "text": "text",
        "texts": "several texts",
        "whole": "whole number",
        "money": "whole minor units",
        "rational": "exact rational",
        "decimal": "decimal number",
        "number": "binary number",
        "date": "date",
        "moment": "instant with a zone",
        "flag": "true or false",
        "rest": "every other column",
    }

    def run(self) -> list[nodes.Node]:
        """One section a package, one table a noun."""
        sections: list[nodes.Node] = []
        for package, group in groupby(self.nouns(), key=lambda cls: cls.__module__.split(".")[1]):
            tables = [self.section(cls.__name__, f"columns-{package}-{cls.__name__}", self.noun(cls)) for cls in group]
            sections.append(self.section(package, f"columns-{package}", tables))
        return sections

    def nouns(self) -> list[type]:
        """Every attrs class of the library whose fields are declared as columns."""
        import salesteam

        found: dict[str, type] = {}
        for each in pkgutil.walk_packages(salesteam.__path__, "salesteam."):
            module = importlib.import_module(each.name)
            for cls in vars(module).values():
                declared = inspect.isclass(cls) and attrs.has(cls) and cls.__module__ == module.__name__
                if declared and any(field.metadata.get("doc") for field in attrs.fields(cls)):
                    found[f"{cls.__module__.split('.')[1]} {cls.__name__}"] = cls
        return [found[key] for key in sorted(found)]

    def noun(self, cls: type) -> Iterator[nodes.Node]:
        """The first sentence of a noun, and its columns."""
        from salesteam.core import _table

        summary = inspect.cleandoc(cls.__doc__ or "").split("\n\n", maxsplit=1)[0]
        yield from self.rst([summary, ""])
        yield self.table(
            ("Column", "Holds", "Unit", "Required", "Meaning"),
            (
                (
                    [nodes.paragraph("", "", nodes.literal("", column.name))],
                    self.holds(column),
                    column.unit or "",
                    "yes" if column.required else "no",
                    column.doc,
                )
                for column in _table.columns(cls)
            ),
        )

    def holds(self, column: Any) -> str:
        """What a cell may hold."""
        if column.choices:
            return "one of " + ", ".join(column.choices)
        if column.major:
            return f"{self.words[column.kind]}; or {column.major} in major units"
        return self.words[column.kind]


class Conventions(FromCode):
    """The choices that move money, their options, and the bundles that fill them."""

    def run(self) -> list[nodes.Node]:
        """One row an option, one column a bundle."""
        from salesteam.incentives import CONVENTIONS, OPTIONS

        bundles = sorted(CONVENTIONS)
        rows = [
            (
                [nodes.paragraph("", "", nodes.literal("", choice))],
                [nodes.paragraph("", "", nodes.literal("", option))],
                meaning,
                *("chosen" if CONVENTIONS[bundle].get(choice) == option else "" for bundle in bundles),
            )
            for choice, options in OPTIONS.items()
            for option, meaning in options.items()
        ]
        return [self.table(("Choice", "Option", "Meaning", *bundles), rows)]


class PlanKeys(FromCode):
    """The keys of plan files, by the noun that they make."""

    words: ClassVar[dict[str, str]] = {
        "object": "mapping",
        "boolean": "true or false",
        "integer": "whole number",
        "number": "number",
    }

    def run(self) -> list[nodes.Node]:
        """The plan first, then what it holds, each with its keys."""
        from salesteam.incentives import schema

        whole = schema("plan")
        parts = {"Plan": whole, **{name: part for name, part in sorted(whole["$defs"].items()) if "properties" in part}}
        return [self.section(name, f"plan-keys-{name}", self.part(part)) for name, part in parts.items()]

    def part(self, part: dict[str, Any]) -> Iterator[nodes.Node]:
        """What a part is, and its keys."""
        yield nodes.paragraph("", part["description"])
        needed = set(part.get("required", ()))
        yield self.table(
            ("Key", "Holds", "Required", "Meaning"),
            (
                (
                    [nodes.paragraph("", "", nodes.literal("", key))],
                    self.holds(about),
                    "yes" if key in needed else "no",
                    about.get("description", ""),
                )
                for key, about in part["properties"].items()
            ),
        )

    def holds(self, about: dict[str, Any]) -> str:
        """What may stand there, in a few words."""
        if "anyOf" in about:
            words = (self.holds(option) for option in about["anyOf"] if option.get("type") != "null")
            return " or ".join(dict.fromkeys(word for word in words if word))
        if "enum" in about:
            return ", ".join(str(word) for word in about["enum"] if word is not None)
        if "$ref" in about:
            return str(about["$ref"]).removeprefix("#/$defs/")
        if about.get("type") == "array":
            inside = [about["items"]] if "items" in about else about["prefixItems"]
            return "list of " + ", ".join(dict.fromkeys(self.holds(each) for each in inside))
        return self.words.get(str(about.get("type")), "text")


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directives."""
    app.add_directive("public-names", PublicNames)
    app.add_directive("findings", Findings)
    app.add_directive("columns", Columns)
    app.add_directive("conventions", Conventions)
    app.add_directive("plan-keys", PlanKeys)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
