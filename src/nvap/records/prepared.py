"""A prepared file: one batch, pseudonyms made, in a zip of three files, for a machine that does not hold the key.

    batch.json  rows.parquet  set_aside.parquet

It holds what a load stores and nothing else: no identifier, and of a row set aside only its number, column and rule.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from pathlib import Path

from nvap.errors import FileRefused
from nvap.records.store import HEADER, ROWS, SET_ASIDE, Batch, from_json, to_json

_MARK = "nvap prepared file, version 1"
_LARGEST = 64 * 1024**3


def is_prepared(path: Path) -> bool:
    """Whether a file is one that `nvap prepare` wrote."""
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment == _MARK.encode()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def write(out: Path, batch: Batch, folder: Path) -> None:
    """Write the batch whose rows lie in `folder` to `out`, beside it first and renamed in."""
    hashes = {name: _hash(folder / name) for name in (ROWS, SET_ASIDE)}
    beside = folder / "prepared.zip"
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = _MARK.encode()
        archive.writestr(HEADER, json.dumps({"batch": to_json(batch), "hashes": hashes}, ensure_ascii=False, indent=2))
        for name in (ROWS, SET_ASIDE):
            archive.write(folder / name, name)
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(out)


def unpack(path: Path, folder: Path) -> Batch:
    """The batch of a prepared file, its rows unpacked into `folder`. Raises FileRefused where it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sorted(archive.namelist()) != sorted((HEADER, ROWS, SET_ASIDE)):
                raise ValueError
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise ValueError
            content = json.loads(archive.read(HEADER))
            for name in (ROWS, SET_ASIDE):
                archive.extract(name, folder)
        if any(_hash(folder / name) != content["hashes"][name] for name in (ROWS, SET_ASIDE)):
            raise ValueError
        return from_json(content["batch"], folder)
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, TypeError):
        raise FileRefused(
            f"{path.name} is a damaged prepared file; write it again with `nvap prepare`. Nothing was stored."
        ) from None


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
