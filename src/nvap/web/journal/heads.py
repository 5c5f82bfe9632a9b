"""Where each chain last stood, kept beside the keys and outside the database: a cut at a chain's end shows against it.

    {"/srv/nvap": {"northshire": {"seq": 812, "mac": "9f…"}}}      workspace, force, its newest line

The file is written after each line is committed, so after a crash it may lag behind the journal by the newest lines; it
is never ahead of it. It moves on only along the chain that it knows: lines written after a cut do not hide the cut.
It is kept as well as can be. Where it cannot be written, the log says so and the act itself goes on.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction

from nvap.errors import InputFault
from nvap.records.workspace import Workspace, write_json
from nvap.web import workspace
from nvap.web.journal.chain import Head
from nvap.web.journal.models import Entry

FILE = "journal-heads.json"
_LOCK = "journal-heads.lock"
_in_this_process = threading.Lock()
_log = logging.getLogger(__name__)


def keep_after_commit(entry: Entry) -> None:
    """Keep where the chain stands once the transaction that wrote `entry` is committed."""
    transaction.on_commit(partial(_keep, workspace.current(), entry), robust=True)


def kept(here: Workspace) -> dict[str, Head]:
    """The heads kept for this workspace, by force; none where there is no file. Raises InputFault for a damaged one."""
    lines = _read(here.keys / FILE).get(_name(here), {})
    try:
        return {force: Head(force, int(line["seq"]), str(line["mac"])) for force, line in lines.items()}
    except (TypeError, KeyError, ValueError, AttributeError) as fault:
        raise _damaged(here.keys / FILE) from fault


def _keep(here: Workspace, entry: Entry) -> None:
    try:
        with _alone(here.keys / _LOCK):
            last = kept(here).get(entry.force)
            if last is None or (last.seq < entry.seq and _follows(entry, last)):
                _write(here, entry)
    except (OSError, InputFault) as fault:
        _log.warning("The journal's head could not be kept in %s: %s", here.keys / FILE, fault)


def _follows(entry: Entry, last: Head) -> bool:
    """Whether the kept head is a line of the chain that `entry` continues; asks the database only after a lag."""
    if entry.seq == last.seq + 1:
        follows = entry.prev == last.mac
    else:
        follows = Entry.objects.filter(force=last.force, seq=last.seq, mac=last.mac).exists()
    if not follows:
        _log.error("The journal of %s does not continue from line %d: run `nvap journal verify`.", last.force, last.seq)
    return follows


def _write(here: Workspace, entry: Entry) -> None:
    content = _read(here.keys / FILE)
    content.setdefault(_name(here), {})[entry.force] = {"seq": entry.seq, "mac": entry.mac}
    write_json(here.keys / FILE, content)


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise _damaged(path) from fault
    if not isinstance(content, dict):
        raise _damaged(path)
    return content


def _damaged(path: Path) -> InputFault:
    return InputFault(f"{path} is damaged: restore it from its backup, or move it away to begin anew.")


def _name(here: Workspace) -> str:
    """A copy of a workspace that shares its keys has heads of its own, so that trying something out raises no alarm."""
    return str(here.path.resolve())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One writer at a time, among this process's threads and among processes."""
    with _in_this_process, path.open("a+b") as file:
        _wait_for(file)
        try:
            yield
        finally:
            _let_go(file)


try:
    import fcntl

    def _wait_for(file: Any) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _let_go(file: Any) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)

except ImportError:  # Windows
    import msvcrt

    def _wait_for(file: Any) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]

    def _let_go(file: Any) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
