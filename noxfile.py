"""The menu of checks; `nox` runs the default ones, `nox -s NAME` one."""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = os.environ.get("NOX_BACKEND", "uv|virtualenv")
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "types", "doctests", "plugins", "docs", "spark", "tests"]
nox.options.stop_on_first_error = False

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # without bytecode each process would compile all of pandas anew

HERE = Path(__file__).parent
WHEELS = HERE / ".nox" / "wheels"
PLUGINS = sorted(path.parent for path in HERE.glob("plugins/*/pyproject.toml"))
GROUPS = nox.project.load_toml("pyproject.toml")["dependency-groups"]


@cache
def built(folder: Path) -> Path:
    """Where the wheel of a distribution will be; an old one is taken away, so that each run builds it once."""
    out = WHEELS / folder.name
    shutil.rmtree(out, ignore_errors=True)
    return out


def wheel(session: nox.Session, folder: Path = HERE) -> str:
    """Build the wheel of a distribution, once a run, and return its path."""
    out = built(folder)
    if not out.exists():
        session.install("build", "hatchling")
        session.run(
            "python", "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(folder), silent=True
        )
    (path,) = out.glob("*.whl")
    return str(path)


def install(session: nox.Session, *more: str, extras: str, plugins: bool = False) -> None:
    """Install the built wheels with extras, so that nothing is taken from the source folder.

    Their version stays the same while the code changes, so they are put in place anew each time.
    """
    wheels = [wheel(session), *(wheel(session, plugin) for plugin in PLUGINS if plugins)]
    session.install(f"{wheels[0]}[{extras}]", *wheels[1:], *more)
    session.install("--force-reinstall", "--no-deps", *wheels)


def workers() -> list[str]:
    """Run tests on two workers where there are two processors."""
    return ["-n", "2", "--dist", "loadgroup"] if (os.cpu_count() or 1) > 1 else []


@nox.session
def lint(session: nox.Session) -> None:
    """Style, spelling, import contracts."""
    session.install(*GROUPS["lint"])
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("codespell", "src", "plugins", "docs", "changelog.d", "README.md", "CONTRIBUTING.md", "noxfile.py")
    session.run("lint-imports", env={"PYTHONPATH": "src"})


@nox.session
def types(session: nox.Session) -> None:
    """Strict types inside, and the public names as a user's type checker sees them."""
    session.install(*GROUPS["types"], *GROUPS["test"], "-e", ".[cli,report,fast,phones,testing]")
    session.install(*(str(plugin) for plugin in PLUGINS))
    session.run("mypy")
    for plugin in PLUGINS:
        session.run("mypy", "--strict", str(plugin / "src"))
    session.run("pyright", "--pythonpath", f"{session.bin}/python")


@nox.session
def doctests(session: nox.Session) -> None:
    """Every example in a docstring, in the README and in the docs."""
    install(session, *GROUPS["test"], extras="cli,report,fast,phones,testing", plugins=True)
    session.run("python", "tests/doctests.py", *session.posargs)


@nox.session
def plugins(session: nox.Session) -> None:
    """Each plugin from its own wheel against the wheel of the library; where one starts a real server, it must."""
    install(session, *GROUPS["test"], extras="cli,fast,phones,testing", plugins=True)
    for plugin in PLUGINS:
        servers = ["--require-servers"] if (plugin / "tests" / "server.py").exists() else []
        where = ("-c", str(HERE / "pyproject.toml"), "--rootdir", str(plugin))
        session.run("pytest", str(plugin / "tests"), *where, *workers(), *servers)


@nox.session
def docs(session: nox.Session) -> None:
    """The site; warnings are errors, notebooks are executed."""
    install(session, extras="all", plugins=True)
    session.run("sphinx-build", "-W", "--keep-going", "-j", "auto", "-b", "html", "docs", "docs/_build/html")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests on the built wheel, with branch coverage; a part of them, without, if one is named."""
    install(session, *GROUPS["test"], extras="cli,report,fast,phones,testing", plugins=True)
    if session.posargs:
        session.run("pytest", *session.posargs)
        return
    session.run("coverage", "erase")
    session.run("pytest", *workers(), "--cov", "--cov-report=")
    session.run("coverage", "report")


@nox.session
def lowest(session: nox.Session) -> None:
    """The oldest versions of the dependencies that we say we work with."""
    session.install("uv")
    uv = ("uv", "pip", "install", "--python", f"{session.bin}/python")
    extras = [f"--extra={extra}" for extra in ("cli", "report", "fast", "phones", "testing")]
    session.run(*uv, "--resolution", "lowest-direct", "-r", "pyproject.toml", *extras, *GROUPS["test"])
    session.run(*uv, "--reinstall", "--no-deps", wheel(session))
    session.run("pytest", *workers(), *session.posargs)


@nox.session
def spark(session: nox.Session) -> None:
    """Frames of a Spark that is started on this machine; skipped where there is no Java."""
    if shutil.which("java") is None:
        session.skip("PySpark needs Java")
    install(session, *GROUPS["test"], extras="cli,report,fast,spark,testing")
    session.run("pytest", "tests/spark", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Benchmarks as ratios against hand-written equals in the same run."""
    install(session, *GROUPS["test"], *GROUPS["bench"], extras="fast,testing")
    session.run("python", "tests/benchmarks/run.py", *session.posargs)
