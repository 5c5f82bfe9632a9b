"""The web's own secrets: one file each in the keys folder, made on first use, readable by their owner only.

The pseudonym key lies in the same folder; nothing in the web opens it.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from nvap.errors import InputFault, Refused

SIGNING = "web-signing.key"
JOURNAL = "journal.key"


def secret(folder: Path, name: str) -> str:
    """The secret in `folder`/`name` as 64 hexadecimal digits; made when there is none.

    Raises Refused when others than its owner may read the file, InputFault when it is damaged.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_once(path, secrets.token_hex(32))
    _refuse_when_others_may_read(path)
    text = path.read_text(encoding="ascii").strip()
    if len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise InputFault(f"{path} is damaged: it must hold 64 hexadecimal digits. Restore it from its backup.")
    return text


def write_once(path: Path, text: str) -> None:
    """Write a file that only its owner reads; where another process was faster, its file stays."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    name_it = os.rename if os.name == "nt" else os.link  # both refuse a name that is taken
    try:
        name_it(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink(missing_ok=True)


def _refuse_when_others_may_read(path: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Refused(f"{path} can be read by others. Close it with `chmod 600 {path}`; if in doubt, make a new key.")
