"""The workspace: one folder, practice or real, that holds every force's extracts, results and releases.

    workspace/
      workspace.json            kind (practice or real), when it was made
      nvap.sqlite3              the web's database (or PostgreSQL, by NVAP_DATABASE_URL)
      <force>/force.json        code, name, IANA time zone
      <force>/batches/<table>/<batch>/   rows.parquet, set_aside.parquet, batch.json: immutable
      <force>/results/          results, as Parquet

Keys live in another folder (`NVAP_KEYS`), never inside.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from nvap.errors import InputFault, Refused, UsageFault, nearest

Kind = Literal["practice", "real"]
_FORCE_CODE = re.compile(r"[a-z][a-z0-9-]{1,30}")


@dataclass(frozen=True)
class Force:
    """One force of a workspace: its code (also its folder), its name in words and its IANA time zone."""

    code: str
    name: str
    time_zone: str
    folder: Path

    @property
    def zone(self) -> ZoneInfo:
        """The force's time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Workspace:
    """A workspace on disk. Practice or real is fixed when it is made."""

    path: Path
    kind: Kind
    keys: Path

    @property
    def is_practice(self) -> bool:
        """Whether this workspace may hold made-up data and demonstration accounts, and never real extracts."""
        return self.kind == "practice"

    def forces(self) -> list[Force]:
        """Every force of the workspace, by code."""
        return [_read_force(file) for file in sorted(self.path.glob("*/force.json"))]

    def force(self, code: str | None = None) -> Force:
        """The force with this code; without one, the only force there is.

        Raises UsageFault when the code is unknown, or when none was given and there is not exactly one.
        """
        forces = self.forces()
        codes = [each.code for each in forces]
        if code is None:
            if len(forces) == 1:
                return forces[0]
            if not forces:
                raise UsageFault(f"The workspace {self.path} holds no force yet. Add one with `nvap force add`.")
            raise UsageFault(f"The workspace holds {len(forces)} forces; say which with --force: {', '.join(codes)}.")
        if code not in codes:
            raise UsageFault(
                f"No force `{code}` in {self.path}; known: {', '.join(codes) or 'none'}.{nearest(code, codes)}"
            )
        return forces[codes.index(code)]

    def add_force(self, code: str, name: str, time_zone: str = "Europe/London") -> Force:
        """Add a force; asking again with the same facts changes nothing.

        Raises UsageFault for a code that cannot name a folder, an unknown time zone, or a code taken by another force.
        """
        if not _FORCE_CODE.fullmatch(code):
            raise UsageFault(f"A force's code is 2 to 31 of a-z, 0-9 and `-`, starting with a letter; found `{code}`.")
        if time_zone not in available_timezones():
            raise UsageFault(f"Unknown time zone `{time_zone}`.{nearest(time_zone, available_timezones())}")
        folder = self.path / code
        force = Force(code, name, time_zone, folder)
        if (folder / "force.json").exists():
            held = _read_force(folder / "force.json")
            if held != force:
                raise UsageFault(f"`{code}` is already here as {held.name} ({held.time_zone}).")
            return held
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "force.json", {"code": code, "name": name, "time_zone": time_zone})
        return force


def default_path() -> Path:
    """The workspace's folder: `NVAP_WORKSPACE`, or `workspace` in the current folder."""
    return Path(os.environ.get("NVAP_WORKSPACE", "workspace")).absolute()


def keys_path(workspace: Path) -> Path:
    """The keys' folder: `NVAP_KEYS`, or the workspace's name with `-keys` beside it. Refused inside the workspace."""
    keys = Path(os.environ.get("NVAP_KEYS", workspace.with_name(f"{workspace.name}-keys"))).absolute()
    if keys == workspace or workspace in keys.parents:
        raise Refused(f"NVAP_KEYS ({keys}) lies inside the workspace ({workspace}); keys must live outside it.")
    return keys


def open_workspace(path: Path | None = None) -> Workspace:
    """The workspace at `path` (default: `default_path()`). Raises UsageFault where there is none."""
    path = (path or default_path()).absolute()
    file = path / "workspace.json"
    if not file.exists():
        raise UsageFault(f"There is no workspace at {path}. Make one with `nvap workspace make --kind practice|real`.")
    try:
        kind = json.loads(file.read_text(encoding="utf-8"))["kind"]
    except (ValueError, KeyError) as error:
        raise InputFault(f"{file} is damaged: it must say `kind`.") from error
    if kind not in ("practice", "real"):
        raise InputFault(f"{file}: `kind` is `{kind}`; allowed: practice, real.")
    return Workspace(path, kind, keys_path(path))


def make_workspace(path: Path | None = None, *, kind: Kind) -> Workspace:
    """Make a workspace, or open the one that is there; refused when that one is of the other kind."""
    path = (path or default_path()).absolute()
    if (path / "workspace.json").exists():
        held = open_workspace(path)
        if held.kind != kind:
            raise Refused(f"{path} is a {held.kind} workspace, and that is fixed; use another folder for a {kind} one.")
        return held
    path.mkdir(parents=True, exist_ok=True)
    write_json(path / "workspace.json", {"kind": kind, "made_at": datetime.now(UTC).isoformat(timespec="seconds")})
    return Workspace(path, kind, keys_path(path))


def write_json(path: Path, content: object) -> None:
    """Write JSON as `write_text` writes text."""
    write_text(path, f"{json.dumps(content, indent=2, ensure_ascii=False)}\n")


def write_text(path: Path, text: str) -> None:
    """Write text beside `path` and rename it in, so that a reader sees the old file or the new, never half of one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _read_force(file: Path) -> Force:
    content = json.loads(file.read_text(encoding="utf-8"))
    return Force(content["code"], content["name"], content["time_zone"], file.parent)
