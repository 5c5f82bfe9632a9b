"""Reading a file from outside in a process of its own, which has little to lose: held down in time and in memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from nvap.errors import FileRefused


def read_apart(path: Path, module: str, argument: str, *, seconds: int, instead: str) -> bytes:
    """What `python -m MODULE ARGUMENT` prints; the process may import what this one may.

    Args:
        path: the file that it reads, for its name.
        seconds: how long it may take; a process that hangs is ended then.
        instead: the sentence that says what to do with a file that cannot be read so.

    Raises:
        FileRefused: when it took longer, or ended without an answer.
    """
    try:
        ended = subprocess.run(
            [sys.executable, "-m", module, argument],
            capture_output=True,
            timeout=seconds,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    except subprocess.TimeoutExpired:
        raise FileRefused(f"{path.name} took longer than {seconds} s to read. {instead}") from None
    if ended.returncode:
        raise FileRefused(f"{path.name} is too large or damaged to be read. {instead}")
    return ended.stdout


def hold_down(*, memory: int, cpu_seconds: int) -> None:
    """Let this process have so many bytes and seconds and no more, where the system can do that (not on Windows)."""
    try:
        import resource  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
