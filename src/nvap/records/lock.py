"""One load of a table at a time: a lock that the system lets go of when its holder ends, however it ends."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from nvap.errors import Refused


@contextmanager
def held(path: Path, *, what: str, by: str) -> Iterator[None]:
    """Hold the lock file at `path` while the block runs. Refused, with who and since when, where another holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        if not _take(file):
            raise Refused(f"{what} is being loaded already, {_holder(path)}. Wait for it to end, then try again.")
        file.seek(0)
        file.truncate()
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        json.dump({"by": by, "since": now, "process": os.getpid()}, file)
        file.flush()
        try:
            yield
        finally:
            file.seek(0)
            file.truncate()
            _let_go(file)


def _holder(path: Path) -> str:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return f"by {content['by']} since {content['since']} (process {content['process']})"
    except (OSError, ValueError, KeyError):
        return "by another process"


if os.name == "nt":
    import msvcrt

    # Windows locks bytes and lets nobody else read them, so the byte lies far behind the words in the file.
    _BYTE = 1_000_000

    def _take(file: IO[str]) -> bool:
        file.seek(_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

    def _let_go(file: IO[str]) -> None:
        file.seek(_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:
    import fcntl

    def _take(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _let_go(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
