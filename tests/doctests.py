"""Run every example: those in the docstrings of the installed package, and those of the README and the docs.

A page is read as one session, in a folder of its own: blocks of ``pycon`` are compared with what they print,
blocks of ``python`` are executed. Notebooks are left to the build of the docs, which executes them.

Run it with names of modules or pages to see only those::

    python tests/doctests.py
    python tests/doctests.py salesteam.core._money docs/how-to/add-a-finding.md
"""

from __future__ import annotations

import contextlib
import doctest
import importlib
import io
import os
import pkgutil
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import salesteam

REPOSITORY = Path(__file__).resolve().parent.parent
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
BLOCK = re.compile(r"^```(?P<kind>pycon|python)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def modules() -> Iterator[str]:
    """All modules of the package, private ones too."""
    yield "salesteam"
    yield from (
        each.name for each in pkgutil.walk_packages(salesteam.__path__, "salesteam.") if "__main__" not in each.name
    )


def pages() -> Iterator[Path]:
    """The README and all pages of the docs that are no notebooks, in English and Chinese."""
    yield REPOSITORY / "README.md"
    for page in sorted((REPOSITORY / "docs").rglob("*.md")):
        if "_build" not in page.parts and "file_format: mystnb" not in page.read_text(encoding="utf-8"):
            yield page


def of_module(name: str) -> doctest.TestResults:
    """Run the examples of a module's docstrings, in an empty folder."""
    module = importlib.import_module(name)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        return doctest.testmod(module, optionflags=FLAGS)


def of_page(page: Path) -> doctest.TestResults:
    """Run the blocks of a page in their order, in one namespace and an empty folder."""
    text = page.read_text(encoding="utf-8")
    name = str(page.relative_to(REPOSITORY))
    names: dict[str, object] = {"__name__": "__main__"}
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    parser = doctest.DocTestParser()
    ran = failed = 0
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for block in BLOCK.finditer(text):
            line = text.count("\n", 0, block.start("code"))
            if block["kind"] == "pycon":
                test = parser.get_doctest(block["code"], {}, name, name, line)
                test.globs = names
                runner.run(test, clear_globs=False)
                continue
            ran += 1
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile("\n" * line + block["code"], name, "exec"), names)
            except Exception:  # noqa: BLE001  # whatever an example raises, the others run
                failed += 1
                traceback.print_exc()
    return doctest.TestResults(runner.failures + failed, runner.tries + ran)


def of_place(place: str | Path) -> tuple[str, int, int]:
    """Run the examples of a module or a page: what was printed, how many there are, how many failed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        result = of_page(place) if isinstance(place, Path) else of_module(place)
    return printed.getvalue(), result.attempted, result.failed


def main(only: list[str]) -> int:
    """Run everything, or what was named, on all processors; 1 if an example failed."""
    os.environ.setdefault("COLUMNS", "80")
    places = {str(each.relative_to(REPOSITORY)): each for each in pages()} | {name: name for name in modules()}
    chosen = {name: place for name, place in places.items() if not only or name in only}
    ran = failed = 0
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for name, (printed, attempted, wrong) in zip(chosen, pool.map(of_place, chosen.values()), strict=True):
            ran, failed = ran + attempted, failed + wrong
            if wrong:
                print(f"{printed}{name}: {wrong} failed")
    print(f"{ran} examples in {len(chosen)} places, {failed} failed")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
