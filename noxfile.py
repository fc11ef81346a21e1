"""The menu of checks; `nox` runs the default ones, `nox -s NAME` one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = os.environ.get("NOX_BACKEND", "uv|virtualenv")
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "types", "tests", "doctests", "plugins", "docs"]
nox.options.stop_on_first_error = False

HERE = Path(__file__).parent
PLUGINS = sorted(path.parent for path in HERE.glob("plugins/*/pyproject.toml"))
GROUPS = nox.project.load_toml("pyproject.toml")["dependency-groups"]


def wheel(session: nox.Session, folder: Path = HERE) -> str:
    """Build the wheel of a distribution and return its path."""
    out = Path(session.create_tmp()) / f"wheel-{folder.name}"
    for old in out.glob("*.whl"):
        old.unlink()
    session.install("build", "hatchling")
    session.run("python", "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(folder), silent=True)
    (built,) = out.glob("*.whl")
    return str(built)


def install(session: nox.Session, *more: str, extras: str = "all") -> None:
    """Install the built wheel with extras, so that nothing is taken from the source folder."""
    session.install(f"{wheel(session)}[{extras}]", *more)
    session.install("--force-reinstall", "--no-deps", wheel(session))


def workers() -> list[str]:
    """Run tests on two workers where there are two processors."""
    return ["-n", "2"] if (os.cpu_count() or 1) > 1 else []


@nox.session
def lint(session: nox.Session) -> None:
    """Style, spelling, import contracts."""
    session.install(*GROUPS["lint"], ".")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("codespell", "src", "plugins", "docs", "tests", "README.md", "CONTRIBUTING.md", "noxfile.py")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Strict types inside, and the public names as a user's type checker sees them."""
    session.install(*GROUPS["types"], *GROUPS["test"], "-e", ".[all]")
    session.run("mypy")
    for plugin in PLUGINS:
        session.run("mypy", "--strict", str(plugin / "src"))
    session.run("pyright", "--pythonpath", sys.executable if session.bin is None else f"{session.bin}/python")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests on the built wheel, with coverage."""
    install(session, *GROUPS["test"])
    session.run("coverage", "erase")
    session.run("pytest", *workers(), "--cov", "--cov-report=", *session.posargs)
    if not session.posargs:
        session.run("coverage", "report")


@nox.session
def doctests(session: nox.Session) -> None:
    """Every example in a docstring, in the README and in the docs."""
    install(session, *GROUPS["test"])
    session.run("python", "tests/doctests.py")


@nox.session
def plugins(session: nox.Session) -> None:
    """Each plugin from its own wheel against the wheel of the library."""
    install(session, *GROUPS["test"], *(wheel(session, plugin) for plugin in PLUGINS))
    for plugin in PLUGINS:
        session.run("pytest", str(plugin / "tests"), "-c", str(HERE / "pyproject.toml"), "--rootdir", str(plugin))


@nox.session
def docs(session: nox.Session) -> None:
    """The site; warnings are errors, notebooks are executed."""
    install(session, *(wheel(session, plugin) for plugin in PLUGINS), extras="all")
    session.run("sphinx-build", "-W", "--keep-going", "-b", "html", "docs", "docs/_build/html")


@nox.session
def lowest(session: nox.Session) -> None:
    """The oldest versions of the dependencies that we say we work with."""
    session.install("uv")
    session.run(
        "uv", "pip", "install", "--python", f"{session.bin}/python", "--resolution", "lowest-direct",
        f"{wheel(session)}[all]", *GROUPS["test"], silent=True,
    )  # fmt: skip
    session.run("pytest", *workers(), *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Benchmarks as ratios against hand-written equals in the same run."""
    install(session, *GROUPS["test"], *GROUPS["bench"])
    session.run("python", "tests/benchmarks/run.py", *session.posargs)
