"""One offline folder for a closed network: every wheel, their hashes, and how to install on Windows and Linux.

    python tools/bundle.py [--out bundle] [--platform linux] [--platform windows] [--python 3.11]

The folder installs with `pip` alone, without an index: each platform's requirement file pins every wheel by its hash.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Platform:
    """Where a bundle is installed: pip's platform tags and the markers that its requirements are read under."""

    name: str
    tags: tuple[str, ...]
    markers: dict[str, str]


PLATFORMS = {
    "linux": Platform(
        "linux",
        (*(f"manylinux_2_{minor}_x86_64" for minor in (28, 27, 26, 24, 17)), "manylinux2014_x86_64"),
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    ),
    "windows": Platform(
        "windows", ("win_amd64",), {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"}
    ),
}


def main() -> int:
    """Make the bundle and say what is in it."""
    parser = argparse.ArgumentParser(description="Make one offline folder for a closed network.")
    parser.add_argument("--out", type=Path, default=ROOT / "bundle")
    parser.add_argument("--platform", action="append", choices=sorted(PLATFORMS))
    parser.add_argument("--python", default="3.11", help="the Python that the closed network has")
    asked = parser.parse_args()
    refuse_unless_built()
    shutil.rmtree(asked.out, ignore_errors=True)
    wheels = asked.out / "wheels"
    wheels.mkdir(parents=True)
    product = build_wheel(wheels)
    for name in asked.platform or sorted(PLATFORMS):
        platform = PLATFORMS[name]
        requirements = asked.out / f"requirements-{name}.txt"
        requirements.write_text(requirements_for(platform, asked.python), encoding="utf-8")
        print(f"Fetching the wheels for {name} …", flush=True)
        fetch(platform, requirements, wheels, asked.python)
        with requirements.open("a", encoding="utf-8") as file:
            file.write(f"nvap{pin(product)} --hash=sha256:{digest(product)}\n")
    shutil.copy(ROOT / "docs" / "install-offline.md", asked.out / "INSTALL.md")
    shutil.copy(ROOT / "LICENSE", asked.out / "LICENSE")
    write_hashes(asked.out)
    count = len(list(wheels.iterdir()))
    print(f"{asked.out}: {count} wheels, their hashes in SHA256SUMS, and INSTALL.md")
    return 0


def refuse_unless_built() -> None:
    """End with the command to run while the assets that the wheel carries are not built."""
    if not any((ROOT / "src/nvap/web/static/gds").rglob("*.css")):
        raise SystemExit("The page's styles are not built yet: run `make setup` first.")


def build_wheel(folder: Path) -> Path:
    """Build the product's own wheel into `folder`."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return next(folder.glob("nvap-*.whl"))


def requirements_for(platform: Platform, python: str) -> str:
    """The product's pinned requirements that apply on this platform, their markers already decided."""
    environment = {**platform.markers, "python_version": python, "python_full_version": f"{python}.0"}
    kept = []
    for entry in re.split(r"\n(?=\S)", (ROOT / "requirements/product.txt").read_text(encoding="utf-8").strip()):
        first, *hashes = entry.splitlines()
        requirement, _, marker = first.removesuffix("\\").strip().partition(" ; ")
        if not marker or Marker(marker).evaluate(environment):
            kept.append("\n".join((f"{requirement} \\", *hashes)))
    return "\n".join(kept) + "\n"


def fetch(platform: Platform, requirements: Path, wheels: Path, python: str) -> None:
    """Fetch every wheel of `requirements` for the platform, each checked against its hash."""
    tags = [part for tag in platform.tags for part in ("--platform", tag)]
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += [*tags, "--python-version", python, "--implementation", "cp", "-d", str(wheels), "-r", str(requirements)]
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(command, check=True, env={**os.environ, "TMPDIR": scratch})


def pin(wheel: Path) -> str:
    """`==VERSION` as the wheel's own name says it."""
    return f"=={wheel.name.split('-')[1]}"


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_hashes(folder: Path) -> None:
    """Write SHA256SUMS over every file of the bundle, for `sha256sum -c` or `Get-FileHash`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
