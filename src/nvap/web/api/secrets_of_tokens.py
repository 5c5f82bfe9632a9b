"""The secret of a token: how it is made, how it is recognised, and that only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets

# A fixed beginning, by which people and scanners of leaked files recognise one.
BEGINNING = "nvap_"
_BYTES = 32
SHOWN = 10
LONGEST = 200


def new_secret() -> str:
    """A new secret: 256 random bits, so that no throttle has to make up for a short one."""
    return BEGINNING + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """The hash that is kept. Plain SHA-256: 256 random bits cannot be found by trying, which slow hashes are for."""
    return hashlib.sha256(secret.encode()).hexdigest()
