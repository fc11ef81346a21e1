"""A real Tryton on this machine: installed once, its database made once, started for the tests, and stopped."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.rpc import SERIES, Rpc, decimal

PINNED = ("trytond==8.2.1", "trytond-sale-opportunity==8.2.0", "trytond-sale==8.2.0", "trytond-party==8.2.0")
OLDER = tuple(f"{each.partition('==')[0]}~={SERIES}.0" for each in PINNED)
REQUIREMENTS = PINNED if SERIES == "8.2" else (*OLDER, "setuptools<80")  # older series import pkg_resources
MODULES = ("sale_opportunity", "sale", "party")
DATABASE = "crm"
ADMIN = "admin-canary-52c1"
USER, PASSWORD = "connector", "connector-canary-9e07"
READER, GUEST, OTHER_PASSWORD = "reader", "guest", "others-canary-71ab"
GROUPS = ("Sales", "Sale Opportunity")
CURRENCIES = (("EUR", 2), ("CNY", 2), ("JPY", 0), ("ZZZ", 2))
CACHE_SWITCH = "SALESTEAM_CACHE"
_BIN = "Scripts" if os.name == "nt" else "bin"
_PATIENCE = 60.0


class UnavailableError(Exception):
    """Tryton cannot be had on this machine; the text says why."""


class Tryton:
    """A Tryton that runs on a free port, and whose database can be put back to how it was."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home, self.folder = home, folder
        self.live, self.kept = folder / "db" / f"{DATABASE}.sqlite", folder / "kept.sqlite"
        self.live.parent.mkdir(parents=True)
        shutil.copyfile(home / "made.sqlite", self.live)
        self._log = (folder / "log").open("wb")
        self.port, self._process = _started(home, folder, self._log)
        try:
            self._enter()
        except BaseException:
            self.stop()
            raise

    def _enter(self) -> None:
        """Log in, and look at the office; both stay logged in when the database is put back."""
        self.admin = Rpc(self.port, DATABASE, "admin", ADMIN)
        self.session = Rpc(self.port, DATABASE, USER, PASSWORD).session
        (self.company,) = self.admin.search("company.company")
        rows = self.admin.read("currency.currency", self.admin.search("currency.currency"), "code")
        self.currencies = {row["code"]: row["id"] for row in rows}
        _copy(self.live, self.kept)

    def put_back(self) -> None:
        """Forget everything that was written since the start."""
        _copy(self.kept, self.live)

    def stop(self) -> None:
        """Let it end."""
        _end(self._process)
        self._log.close()


def installed() -> Path:
    """A folder of the cache with Tryton and a database in it; made if it is not there, which takes a minute.

    The folder is named after all that decides what is in it, so that a change makes a new one.
    """
    text = "".join((*REQUIREMENTS, *MODULES, sys.version, Path(__file__).read_text("utf-8")))
    root = Path(os.environ.get(CACHE_SWITCH) or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = root / "salesteam" / f"tryton-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    if not home.exists():
        try:
            home.parent.mkdir(parents=True, exist_ok=True)
            new = Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=home.parent))
        except OSError as error:
            raise UnavailableError(f"{home.parent} cannot be written ({error}); set {CACHE_SWITCH}") from error
        try:
            _install(new)
            _make(new)
            new.rename(home)
        except OSError:
            if not home.exists():  # else another process was quicker
                raise
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return home


def _install(home: Path) -> None:
    """Install Tryton by uv where there is one, which is quicker, else by pip, also if uv cannot."""
    environment = str(home / "venv")
    python = str(home / "venv" / _BIN / "python")
    quiet = ["install", "--quiet", *REQUIREMENTS]
    ways = {
        "uv": (["uv", "venv", "--quiet", "--python", sys.executable, environment], ["uv", "pip", *quiet, "-p", python]),
        "pip": (
            [sys.executable, "-m", "venv", environment],
            [python, "-m", "pip", "--disable-pip-version-check", "--retries", "1", *quiet],
        ),
    }
    wrong = []
    for name, (make, fill) in ways.items():
        if name == "uv" and shutil.which("uv") is None:
            continue
        try:
            _run(make, "a virtual environment cannot be made")
            _run(fill, f"it cannot be installed: {' '.join(REQUIREMENTS)}")
        except UnavailableError as error:
            wrong.append(f"by {name}, {error}")
            shutil.rmtree(environment, ignore_errors=True)
        else:
            return
    raise UnavailableError("; ".join(wrong))


def _make(home: Path) -> None:
    """Make the database with its modules, and an office in it: currencies, a company, two users."""
    folder = home / "making"
    live = folder / "db" / f"{DATABASE}.sqlite"
    live.parent.mkdir(parents=True)
    live.touch()
    (folder / "password").write_text(ADMIN, "utf-8")
    _configure(folder, 0)
    admin = _command(home, "trytond-admin", folder, "-d", DATABASE)
    environment = {**_environment(), "TRYTONPASSFILE": str(folder / "password")}
    what = "trytond-admin cannot make the database"
    _run([*admin, "--all", "--email", "admin@example.com", "-l", "en"], what, environment)
    _run([*admin, "-u", *MODULES, "--activate-dependencies"], what, environment)
    with (folder / "log").open("wb") as log:
        port, process = _started(home, folder, log)
        try:
            _furnish(Rpc(port, DATABASE, "admin", ADMIN))
        finally:
            _end(process)
    _copy(live, home / "made.sqlite")
    shutil.rmtree(folder)


def _furnish(rpc: Rpc) -> None:
    for code, digits in CURRENCIES:
        rounding = decimal(f"1e-{digits}" if digits else "1")
        rpc.create("currency.currency", name=code, code=code, symbol=code, rounding=rounding, digits=digits)
    (euro,) = rpc.search("currency.currency", ["code", "=", "EUR"])
    party = rpc.create("party.party", name="Our own company")
    company = rpc.create("company.company", party=party, currency=euro, timezone="Asia/Shanghai")
    rpc.write("res.user", [rpc.user], companies=[["add", [company]]], company=company)
    users = ((USER, PASSWORD, GROUPS), (READER, OTHER_PASSWORD, GROUPS[:1]), (GUEST, OTHER_PASSWORD, ()))
    for login, password, groups in users:
        rpc.create(
            "res.user",
            name=login,
            login=login,
            password=password,
            groups=[["add", rpc.search("res.group", ["name", "in", groups])]],
            companies=[["add", [company]]],
            company=company,
        )


def _copy(source: Path, target: Path) -> None:
    """Copy a database with what is still in its log, though it may be in use."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _configure(folder: Path, port: int) -> None:
    text = f"[database]\nuri = sqlite://\npath = {folder / 'db'}\n[web]\nlisten = 127.0.0.1:{port}\n"
    text += "[session]\ntimeout = 86400\n"  # else putting the database back would log out whoever was in it
    (folder / "trytond.conf").write_text(text, "utf-8")


def _command(home: Path, name: str, folder: Path, *more: str) -> list[str]:
    """A command of the environment; run by its Python, because the environment was moved to where it is."""
    bins = home / "venv" / _BIN
    return [str(bins / "python"), str(bins / name), "-c", str(folder / "trytond.conf"), *more]


def _environment() -> dict[str, str]:
    """What is set here, without the packages of the tests, which are not Tryton's."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def _run(command: list[str], what: str, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment or _environment())
    if done.returncode:
        said = " / ".join((done.stderr or done.stdout).strip().splitlines()[-2:])
        raise UnavailableError(f"{what}: {said}")


def _started(home: Path, folder: Path, log) -> tuple[int, subprocess.Popen]:
    """A server that answers, on a port that was free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    _configure(folder, port)
    command = _command(home, "trytond", folder, "-d", DATABASE)
    process = subprocess.Popen(command, stdout=log, stderr=log, env=_environment())
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return port, process
        time.sleep(0.05)
    _end(process)
    raise UnavailableError(f"trytond does not answer; its last words are in {folder / 'log'}")


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
