"""A private PostgreSQL for the tests: its own cluster in a temporary folder, on a Unix socket, ended afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

INSTALL = "apt-get install postgresql"


class NoPostgres(Exception):
    """PostgreSQL's server programs are not installed."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster."""

    folder: Path
    programs: Path

    @property
    def url(self) -> str:
        """What NVAP_DATABASE_URL would be for it."""
        return f"postgresql://nvap@/nvap?host={quote(str(self.folder), safe='')}"

    def stop(self) -> None:
        """End the server and remove everything it wrote."""
        _run(self.programs / "pg_ctl", "stop", "-D", self.folder / "data", "-m", "immediate", "-w")
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> Cluster:
    """Make and start a cluster. Raises NoPostgres, with the command that installs it, where it is missing."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="nvap-pg-"))
    if _owner():
        shutil.chown(folder, _owner())
    cluster = Cluster(folder, programs)
    _run(programs / "initdb", "-D", folder / "data", "-U", "nvap", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    log = folder / "log"
    _run(programs / "pg_ctl", "start", "-D", folder / "data", "-w", "-l", log, "-o", options)
    return cluster


def _programs() -> Path:
    found = [Path(each).parent for each in [shutil.which("initdb")] if each]
    found += sorted((each.parent for each in Path("/usr/lib/postgresql").glob("*/bin/initdb")), reverse=True)
    if not found:
        raise NoPostgres(f"PostgreSQL's server programs are not here. Install them with: {INSTALL}")
    return found[0].resolve() if (found[0].resolve() / "pg_ctl").exists() else found[-1]


def _owner() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    return "postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None


def _run(*command: object) -> None:
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, user=_owner(), cwd="/")
