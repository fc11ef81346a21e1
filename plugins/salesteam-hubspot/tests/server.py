"""Prism on this machine: a proxy before the fake that holds requests and answers to an OpenAPI file of ours."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).parent / "contract"
CACHE_SWITCH = "SALESTEAM_CACHE"
_PATIENCE = 60.0


class UnavailableError(Exception):
    """Prism cannot be had on this machine; the text says why."""


class Prism:
    """A proxy that runs on a free port, and answers with an error whatever the file does not allow."""

    def __init__(self, home: Path, folder: Path, upstream: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = (folder / "log").open("wb")
        prism = home / "node_modules" / ".bin" / "prism"
        command = [str(prism), "proxy", str(SOURCE / "hubspot.yaml"), upstream, "--errors", "-h", "127.0.0.1"]
        self.process = subprocess.Popen([*command, "-p", str(port)], stdout=self.log, stderr=self.log)
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        raise UnavailableError(f"it does not answer; its last words are in {folder / 'log'}")

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
    """A folder of the cache with Prism in it, named after its version; made if it is not there."""
    wanted = (SOURCE / "package.json").read_bytes()
    root = Path(os.environ.get(CACHE_SWITCH) or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = root / "salesteam" / f"prism-{hashlib.sha256(wanted).hexdigest()[:12]}"
    if not home.exists():
        try:
            home.parent.mkdir(parents=True, exist_ok=True)
            new = Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=home.parent))
        except OSError as error:
            raise UnavailableError(f"{home.parent} cannot be written ({error}); set {CACHE_SWITCH}") from error
        try:
            (new / "package.json").write_bytes(wanted)
            install = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
            done = subprocess.run(install, cwd=new, capture_output=True, text=True, check=False)
            if done.returncode:
                said = " / ".join((done.stderr or done.stdout).strip().splitlines()[-2:])
                raise UnavailableError(f"npm install fails: {said}")
            new.rename(home)
        except OSError:
            if not home.exists():  # else another process was quicker
                raise
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return home
