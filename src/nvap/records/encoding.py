"""A text file's bytes as UTF-8 blocks with one kind of line end, whatever encoding it was written in.

UTF-8 and UTF-16 with a byte order mark are recognised; anything else must be declared by the mapping, since a guess
would change people's and places' names without a word.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nvap.errors import FileRefused

ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-1")
BLOCK = 8 * 1024 * 1024
_SAMPLE = 64 * 1024
_SURROGATES = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_REPLACEMENT = "�".encode()


@dataclass(frozen=True)
class Encoding:
    """The encoding to read a file in, the bytes of its mark to skip, and a sentence that says how it was found."""

    name: str
    skip: int
    statement: str


def find_encoding(path: Path, declared: str | None) -> Encoding:
    """The encoding of a text file. Raises FileRefused where it is not as declared, or cannot be told."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    marked = _by_mark(start)
    if marked is not None:
        plain = marked.name.removesuffix("-le").removesuffix("-be")
        if declared not in (None, marked.name, plain):
            raise FileRefused(f"{path.name}: the mapping declares {declared}, but the file begins as {plain} does.")
        return marked
    if declared in ("utf-16-le", "utf-16-be"):
        if _byte_order(start) not in (None, declared):
            raise FileRefused(
                f"{path.name}: the mapping declares {declared}, but the bytes stand as in {_byte_order(start)}."
            )
        return Encoding(declared, 0, f"read as {declared}, as the mapping declares")
    if start[:4] in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        raise FileRefused(f"{path.name} is UTF-32 text; save it as CSV UTF-8.")
    _refuse_nul(path, start)
    if declared == "utf-16":
        raise FileRefused(f"{path.name}: the mapping declares utf-16, but the file has no byte order mark; {_mend()}")
    if declared in ("cp1252", "iso-8859-1"):
        return _single_byte(path, start, declared)
    return Encoding("utf-8", 0, "UTF-8" if declared is None else "UTF-8, as the mapping declares")


def text_blocks(path: Path, encoding: Encoding) -> Iterator[bytes]:
    """The file as blocks of UTF-8 whose lines end in one line feed. Raises FileRefused at a byte that does not fit."""
    decode = _Decoder(path, encoding)
    held = b""
    with path.open("rb") as file:
        file.seek(encoding.skip)
        while raw := file.read(BLOCK):
            block = held + decode(raw)
            # A carriage return at the end may be the first half of a line end.
            held, block = (block[-1:], block[:-1]) if block.endswith(b"\r") else (b"", block)
            yield _one_line_end(block)
    yield _one_line_end(held + decode(b"", final=True))


def _mend(order: str = "utf-16-le (or utf-16-be)") -> str:
    return (
        f"save it as CSV UTF-8, or declare `file: {{encoding: {order or 'utf-16-le (or utf-16-be)'}}}` in the mapping."
    )


def _by_mark(start: bytes) -> Encoding | None:
    if start.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8", 3, "UTF-8 (by its byte order mark)")
    if start[:4] in (codecs.BOM_UTF32_LE,):
        return None
    if start.startswith(codecs.BOM_UTF16_LE):
        return Encoding("utf-16-le", 2, "UTF-16 (by its byte order mark)")
    if start.startswith(codecs.BOM_UTF16_BE):
        return Encoding("utf-16-be", 2, "UTF-16 (by its byte order mark)")
    return None


def _byte_order(start: bytes) -> str | None:
    """The UTF-16 that a sample's NUL bytes speak for: Latin text has one in each pair, first or last."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) <= 0.3 * (len(start) / 2) or even == odd:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _refuse_nul(path: Path, start: bytes) -> None:
    order = _byte_order(start)
    if order is not None:
        raise FileRefused(
            f"{path.name} contains the NUL pattern of UTF-16 without a byte order mark, so it cannot be read safely;"
            f" {_mend(order)}"
        )
    if start.count(0) > 0.1 * len(start):
        raise FileRefused(f"{path.name} is not text: {start.count(0)} of its first {len(start)} bytes are NUL.")


def _single_byte(path: Path, start: bytes, declared: str) -> Encoding:
    # A character cut at the end of the sample must not hide that all the rest is UTF-8.
    if not start.isascii():
        try:
            codecs.getincrementaldecoder("utf-8")().decode(start)
        except UnicodeDecodeError:
            pass
        else:
            raise FileRefused(
                f"{path.name}: the mapping declares {declared}, but the file is UTF-8; leave `encoding` out."
            )
    return Encoding(declared, 0, f"read as {declared}, as the mapping declares")


class _Decoder:
    """Turns a file's blocks into UTF-8, and a byte that does not fit into a fault that names its line."""

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self._path, self._name = path, encoding.name
        # A lone surrogate of UTF-16 becomes U+FFFD, and the row that holds it is set aside.
        errors = "replace" if encoding.name.startswith("utf-16") else "strict"
        self._decoder = codecs.getincrementaldecoder(encoding.name)(errors)
        self._lines = 1

    def __call__(self, raw: bytes, *, final: bool = False) -> bytes:
        if self._name == "utf-8" and raw.isascii() and not self._decoder.getstate()[0]:
            self._lines += raw.count(b"\n")
            return raw
        pending = self._decoder.getstate()[0] + raw
        self._decoder.reset()
        try:
            text = self._decoder.decode(pending, final)
        except UnicodeDecodeError:
            text = self._without_surrogates(pending, final)
        self._lines += text.count("\n")
        return text.encode("utf-8")

    def _without_surrogates(self, pending: bytes, final: bool) -> str:
        mended = _SURROGATES.sub(_REPLACEMENT, pending) if self._name == "utf-8" else pending
        self._decoder.reset()
        try:
            return self._decoder.decode(mended, final)
        except UnicodeDecodeError as error:
            line = self._lines + mended.count(b"\n", 0, error.start)
            byte = f"0x{mended[error.start]:02x}"
            raise FileRefused(f"{self._path.name}:{line}: {self._misfit(byte)}") from None

    def _misfit(self, byte: str) -> str:
        if self._name == "utf-8":
            return (
                f"the byte {byte} is not UTF-8. Where the file was saved by Windows in its old encoding, declare"
                " `file: {encoding: cp1252}` in the mapping; `nvap check` then shows what was read."
            )
        return f"the byte {byte} means nothing in {self._name}; check which encoding the file was saved in."


def _one_line_end(block: bytes) -> bytes:
    if b"\r" not in block:
        return block
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
