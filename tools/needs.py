"""Install what the tests need from the system, or say which command would.

    python tools/needs.py chromium postgresql java

As root (or with passwordless sudo) on Debian or Ubuntu the packages are installed; elsewhere the command is printed and
the exit code is 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = {"chromium": "chromium", "postgresql": "postgresql", "java": "openjdk-17-jre-headless"}


def has_chromium() -> bool:
    """Whether a browser that the tests can drive is installed."""
    return bool(os.environ.get("NVAP_CHROMIUM")) or any(shutil.which(name) for name in BROWSERS)


def has_postgresql() -> bool:
    """Whether PostgreSQL's server programs are installed (Debian keeps them off the PATH)."""
    return bool(shutil.which("initdb")) or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def has_java() -> bool:
    """Whether there is a Java to run Spark on: on the PATH, or named by JAVA_HOME."""
    named = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java")) or bool(named and (Path(named) / "bin" / "java").exists())


def main(wanted: list[str]) -> int:
    """Install each wanted thing that is missing; 0 when all are there afterwards."""
    present = {"chromium": has_chromium, "postgresql": has_postgresql, "java": has_java}
    missing = [name for name in wanted if not present[name]()]
    if not missing:
        return 0
    command = ["apt-get", "install", "-y", "-q", *(PACKAGES[name] for name in missing)]
    shown = " ".join(command)
    prefix = _as_root()
    if prefix is None or shutil.which("apt-get") is None:
        print(f"The tests need {' and '.join(missing)}. Install with: sudo {shown}", file=sys.stderr)
        return 1
    print(f"Installing {' and '.join(missing)} …", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run([*prefix, "apt-get", "update", "-q"], check=False, **quiet)  # type: ignore[call-overload]
    installed = subprocess.run([*prefix, *command], check=False, **quiet)  # type: ignore[call-overload]
    if installed.returncode or not all(present[name]() for name in missing):
        print(f"Installing failed. Try: sudo {shown}", file=sys.stderr)
        return 1
    return 0


def _as_root() -> list[str] | None:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
