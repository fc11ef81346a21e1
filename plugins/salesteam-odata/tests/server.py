"""A real OData server on this machine: SAP's CAP over SQLite, installed once, started for the tests, and stopped."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).parent / "cap"
CACHE_SWITCH = "SALESTEAM_CACHE"
_PATIENCE = 60.0


class UnavailableError(Exception):
    """The server cannot be had on this machine; the text says why."""


class Cap:
    """A server that runs on a free port, and can forget all that it was told."""

    def __init__(self, home: Path, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = (folder / "log").open("wb")
        node = home / "node_modules" / "node" / "bin" / "node"
        serve = home / "node_modules" / "@sap" / "cds" / "bin" / "serve.js"
        environment = {**os.environ, "PORT": str(self.port), "HOST": "127.0.0.1", "NODE_ENV": "test"}
        self.process = subprocess.Popen(
            [str(node), str(serve), "all", "--in-memory"],
            cwd=home, stdout=self.log, stderr=self.log, env=environment,
        )  # fmt: skip
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        raise UnavailableError(f"it does not answer; its last words are in {folder / 'log'}")

    def call(self, method, path, body=None):
        """Ask the server something behind the back of the adapter; its answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Content-Type": "application/json", "Accept": "application/json", "If-Match": "*"}
            headers = (
                headers if method in {"PATCH", "DELETE"} else {k: v for k, v in headers.items() if k != "If-Match"}
            )
            line.request(method, path, None if body is None else json.dumps(body), headers)
            answer = line.getresponse()
            text = answer.read()
        finally:
            line.close()
        assert answer.status < 300, (method, path, body, text)
        return json.loads(text) if text else None

    def forget(self) -> None:
        """Delete all rows of all tables."""
        self.call("POST", "/forget", {})

    def stop(self) -> None:
        """Let it end."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def installed() -> Path:
    """A folder of the cache with the server in it; made if it is not there, which takes half a minute.

    The folder is named after all that decides what is in it, so that a change makes a new one.
    """
    files = sorted(path for path in SOURCE.rglob("*") if path.is_file())
    text = "".join(f"{path.relative_to(SOURCE)}\n{path.read_text('utf-8')}" for path in files)
    root = Path(os.environ.get(CACHE_SWITCH) or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = root / "salesteam" / f"odata-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    if not home.exists():
        try:
            home.parent.mkdir(parents=True, exist_ok=True)
            new = Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=home.parent))
        except OSError as error:
            raise UnavailableError(f"{home.parent} cannot be written ({error}); set {CACHE_SWITCH}") from error
        try:
            shutil.copytree(SOURCE, new, dirs_exist_ok=True)
            _run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], new)
            new.rename(home)
        except OSError:
            if not home.exists():  # else another process was quicker
                raise
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return home


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = " / ".join((done.stderr or done.stdout).strip().splitlines()[-2:])
        raise UnavailableError(f"{' '.join(command[:2])} fails: {said}")
