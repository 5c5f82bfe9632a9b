"""The keyed chain that shows where a journal was changed (HMAC-SHA-256, RFC 2104)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC

from nvap.web import keys, workspace
from nvap.web.journal.models import Entry

FIRST = "0" * 64
_SIGNED = ("force", "seq", "actor", "act", "object_type", "object_id", "reason", "request_id")


@dataclass(frozen=True)
class Fault:
    """The first line of a chain that is not as it was written."""

    force: str
    seq: int
    what: str

    def __str__(self) -> str:
        return f"{self.force}: line {self.seq}: {self.what}"


@dataclass(frozen=True)
class Head:
    """Where a chain stands: kept outside (on a printed sign-off, say), it shows later that no line was cut off."""

    force: str
    seq: int
    mac: str

    def __str__(self) -> str:
        return f"{self.force}:{self.seq}:{self.mac[:16]}"


def key() -> bytes:
    """The journal's key, from the keys folder."""
    return bytes.fromhex(keys.secret(workspace.current().keys, keys.JOURNAL))


def mac(entry: Entry, signing_key: bytes) -> str:
    """The keyed hash of a line and of the line before it."""
    content = {name: getattr(entry, name) for name in _SIGNED}
    content["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(signing_key, f"{entry.prev}|{canonical}".encode(), hashlib.sha256).hexdigest()


def verify(entries: Iterable[Entry], signing_key: bytes, *, expect: Iterable[Head] = ()) -> Head | Fault | None:
    """Walk one force's lines in order of `seq`.

    Returns where the chain stands, the first fault, or None for an empty chain. With `expect`, each head noted earlier
    must still be in the chain: a cut at the end is found by nothing else.
    """
    head: Head | None = None
    unseen = list(expect)
    for entry in entries:
        fault = _fault(entry, head, signing_key)
        if fault:
            return fault
        head = Head(entry.force, entry.seq, entry.mac)
        unseen = [each for each in unseen if not (each.seq == head.seq and head.mac.startswith(each.mac))]
    if unseen:
        return _cut(min(unseen, key=lambda each: each.seq), head)
    return head


def _cut(expected: Head, head: Head | None) -> Fault:
    stands = f"the journal ends at line {head.seq}" if head else "the journal has no line"
    if head and head.seq >= expected.seq:
        stands = "another line stands in its place"
    what = f"this line, noted earlier as {expected}, is no longer in the journal: {stands}"
    return Fault(expected.force, expected.seq, what)


def _fault(entry: Entry, head: Head | None, signing_key: bytes) -> Fault | None:
    for what in _faults(entry, head, signing_key):
        return Fault(entry.force, entry.seq, what)
    return None


def _faults(entry: Entry, head: Head | None, signing_key: bytes) -> Iterator[str]:
    expected = head.seq + 1 if head else 1
    if entry.seq != expected:
        yield f"line {expected} is missing before it"
    if entry.prev != (head.mac if head else FIRST):
        yield "it does not follow from the line before it"
    if not hmac.compare_digest(mac(entry, signing_key), entry.mac):
        yield "its content is not what was written (or the journal's key is another one)"
