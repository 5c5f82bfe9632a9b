"""What no file of the tree may hold: a package registry's host, a machine's path, a lock file with addresses.

Also: no function over a hundred lines. Run by `make check`; prints every fault with its place.
"""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

# Written in pieces, so that this file does not hold what it looks for.
HOSTS = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", r"registry\.npm" + "js", r"deb\.deb" + "ian")))
MACHINE_PATHS = re.compile(r"/(?:home|root|Users)/[a-z]\w*/|/" + "work/(?:main|shared)")
FORBIDDEN_FILES = re.compile(r"(^|/)(uv\.lock|poetry\.lock|pdm\.lock|pylock[^/]*\.toml|yarn\.lock|pnpm-lock\.yaml)$")
LOCK_FILES = re.compile(r"(^|/)(requirements[^/]*\.txt|requirements/[^/]+\.txt|package-lock\.json)$")
LONGEST_FUNCTION = 100


def main() -> int:
    """Print every fault of the tracked files; 1 when there is one."""
    tracked = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True).stdout.splitlines()
    faults = [fault for name in tracked if Path(name).is_file() for fault in faults_of(name)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def faults_of(name: str) -> list[str]:
    """The faults of one tracked file, each as `file:line: what`."""
    if FORBIDDEN_FILES.search(name):
        return [f"{name}:1: lock files that record hosts are not kept; use requirements/*.txt"]
    try:
        text = Path(name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return []
    faults = []
    for number, line in enumerate(text.splitlines(), start=1):
        if HOSTS.search(line):
            faults.append(f"{name}:{number}: names a package registry's host")
        if MACHINE_PATHS.search(line):
            faults.append(f"{name}:{number}: names a path of one machine")
        if LOCK_FILES.search(name) and "://" in line:
            faults.append(f"{name}:{number}: a lock file that holds an address; take the field out")
    if name.endswith(".py") and "/migrations/" not in name:
        faults += long_functions(name, text)
    return faults


def long_functions(name: str, text: str) -> list[str]:
    """Functions over a hundred lines: each is a room asking to be built."""
    return [
        f"{name}:{node.lineno}: {node.name} has {length} lines; a hundred is a room asking to be built"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]


if __name__ == "__main__":
    raise SystemExit(main())
