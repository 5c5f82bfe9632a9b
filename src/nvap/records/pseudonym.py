"""Pseudonyms of people, staff and places: HMAC-SHA-256 under a key that lives outside the workspace.

    P = hex(HMAC-SHA-256(key, "nvap|<domain>|v1|" + norm(id)))[:32]

The domain keeps tables of different kinds from being joined by accident. Only distinct values are hashed, in Python, so
that neither the key nor an identifier ever stands in a query. The web process never opens the key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from nvap.errors import Refused
from nvap.records.workspace import Workspace, write_json

KEY_FILE = "pseudonym.key"
CHECK_FILE = "pseudonym-key-check.json"
_LENGTH = 32
_CACHE = 200_000


@dataclass
class Pseudonyms:
    """Makes pseudonyms under one key, remembering those made last."""

    key: bytes = field(repr=False)
    _made: dict[str, dict[str, str | None]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != _LENGTH:
            raise Refused(f"A pseudonym key has {_LENGTH} bytes; this one has {len(self.key)}.")

    @property
    def check_value(self) -> str:
        """Eight hex digits that tell one key from another without giving anything away."""
        return hmac.new(self.key, b"nvap|kcv", hashlib.sha256).hexdigest()[:8]

    def of(self, identifier: str, domain: str) -> str | None:
        """The pseudonym of one identifier, or None where nothing of it counts (`---`)."""
        plain = norm(identifier)
        if not plain:
            return None
        return hmac.new(self.key, f"nvap|{domain}|v1|{plain}".encode(), hashlib.sha256).hexdigest()[:32]

    def of_all(self, identifiers: pa.Array, domain: str) -> pa.Array:
        """The pseudonyms of an Arrow array of texts, in its order; missing stays missing."""
        coded = identifiers.dictionary_encode()
        made = self._made.setdefault(domain, {})
        if len(made) > _CACHE:
            made.clear()
        replaced = []
        for identifier in coded.dictionary.to_pylist():
            if identifier not in made:
                made[identifier] = self.of(identifier, domain)
            replaced.append(made[identifier])
        return pa.array(replaced, pa.string()).take(coded.indices)


def norm(identifier: str) -> str:
    """An identifier as it is compared: NFKC, upper case, only A-Z and 0-9 kept."""
    folded = unicodedata.normalize("NFKC", identifier).upper()
    return "".join(each for each in folded if each.isascii() and each.isalnum())


def throw_away() -> Pseudonyms:
    """Pseudonyms under a key that is forgotten at once, for a check that stores nothing."""
    return Pseudonyms(secrets.token_bytes(_LENGTH))


def make_key(keys: Path) -> Path:
    """Make the key (32 random bytes, readable by its owner alone). Refused where there is one."""
    path = keys / KEY_FILE
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(
            f"There is a pseudonym key at {path} already; another one would give everybody a new pseudonym."
        ) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_LENGTH))
        file.flush()
        os.fsync(file.fileno())
    return path


def read_key(keys: Path) -> Pseudonyms:
    """The key in a folder. Refused where there is none, or where others than its owner may read it."""
    path = keys / KEY_FILE
    if not path.exists():
        raise Refused(
            f"There is no pseudonym key at {path}. Make one once with `nvap key make`, or set NVAP_KEYS to the folder"
            " that holds it."
        )
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name != "nt" and mode & 0o077:
        raise Refused(
            f"{path} can be read by others than its owner (mode {mode:04o}); run `chmod 600 {path}`, and think about"
            " who may have read it."
        )
    return Pseudonyms(path.read_bytes())


def open_key(workspace: Workspace) -> Pseudonyms:
    """The workspace's key, made at first use in a practice workspace.

    Refused where the key is missing (real workspace), readable by others, or not the one that this workspace's
    pseudonyms were made with: a second key would silently break every count of people in repeat contact.
    """
    if workspace.is_practice and not (workspace.keys / KEY_FILE).exists() and _held_check(workspace) is None:
        make_key(workspace.keys)
    pseudonyms = read_key(workspace.keys)
    check_key(workspace, pseudonyms.check_value)
    return pseudonyms


def check_key(workspace: Workspace, check_value: str) -> None:
    """Compare a key's check value with the workspace's, kept from its first use. Refused when they differ."""
    held = _held_check(workspace)
    if held is None:
        write_json(workspace.path / CHECK_FILE, {"check_value": check_value})
    elif held != check_value:
        raise Refused(
            f"This is not the pseudonym key of the workspace {workspace.path}: its check value is {check_value}, the"
            f" workspace's is {held}. Restore the right key to {workspace.keys / KEY_FILE}."
        )


def _held_check(workspace: Workspace) -> str | None:
    path = workspace.path / CHECK_FILE
    if not path.exists():
        return None
    return str(json.loads(path.read_text(encoding="utf-8"))["check_value"])
