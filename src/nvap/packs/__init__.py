"""The toolkit as data: read, check, compare, show."""

from __future__ import annotations

import functools
from pathlib import Path

from nvap.errors import InputFault, UsageFault, nearest
from nvap.packs.model import Pack
from nvap.packs.read import INSTALLED, read_pack
from nvap.records.workspace import default_path

DEFAULT = "nvap-2.1.2-mental-health"

__all__ = ["DEFAULT", "Pack", "faulty", "folders", "installed", "is_installed", "pack", "read_pack"]


def folders() -> dict[str, Path]:
    """The folder of every pack that is installed, by name: those that came with `nvap`, then `<workspace>/packs/`."""
    found: dict[str, Path] = {}
    for place in (INSTALLED, default_path() / "packs"):
        for file in sorted(place.glob("*/pack.yaml")):
            found.setdefault(file.parent.name, file.parent)
    return found


def installed() -> dict[str, Pack]:
    """Every installed pack without faults, by its folder's name; `faulty` names the others."""
    return {name: found for name, folder in folders().items() if isinstance(found := _read(folder), Pack)}


def faulty() -> dict[str, InputFault]:
    """The installed packs that have faults, by their folder's name."""
    return {name: found for name, folder in folders().items() if isinstance(found := _read(folder), InputFault)}


def pack(pack_id: str = DEFAULT, language: str = "en") -> Pack:
    """One installed pack, with its words in a language; read once in a process.

    Raises UsageFault for a pack that is not installed, InputFault for one with faults.
    """
    known = folders()
    if pack_id not in known:
        raise UsageFault(f"No pack `{pack_id}` is installed; these are: {', '.join(known)}.{nearest(pack_id, known)}")
    found = _read(known[pack_id])
    if isinstance(found, InputFault):
        raise found
    return found if language == "en" else _in_language(pack_id, language)


def is_installed(action: str) -> bool:
    """Whether some installed pack is about this action (`2.1.3`)."""
    return any(each.action.number == action for each in installed().values())


@functools.cache
def _read(folder: Path) -> Pack | InputFault:
    try:
        return read_pack(folder)
    except InputFault as fault:
        return fault


@functools.cache
def _in_language(pack_id: str, language: str) -> Pack:
    return pack(pack_id).in_language(language)
