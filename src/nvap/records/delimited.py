"""A delimited file's structure, found in big blocks: where each record ends, which records are not whole, and a header.

The rules are those of RFC 4180: a quote opens a text only at the start of a field, stands doubled inside it, and closes
it before a delimiter or a line end. Anything else about a quoted text makes the whole file uncertain, so it is refused
with the line on which the text was opened; a record with too few or too many fields is set aside alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nvap.errors import FileRefused

MAX_RECORD = 1024 * 1024
MAX_FIELD = 32_767
MAX_COLUMNS = 500
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_MANY = 100_000
_QUOTE, _NEWLINE = 0x22, 0x0A
_QUOTED = re.compile(r'"[^"]*"')

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Records:
    """Whole records as clean bytes, with the row number of each (as a spreadsheet counts: the first line is row 1)."""

    content: bytes
    rows: Positions


@dataclass
class Structure:
    """Reads one delimited file: `header` first, then `records`; afterwards `read` and `set_aside` are known."""

    name: str
    blocks: Iterator[bytes]
    declared: str | None = None
    delimiter: str = ","
    statement: str = ""
    header: list[str] = field(default_factory=list)
    read: int = 0
    blank: int = 0
    set_aside: list[tuple[int, str]] = field(default_factory=list)
    _header_bytes: bytes = b""
    _held: bytes = b""
    _row: int = 1
    _line: int = 1

    def read_header(self) -> list[str]:
        """The header's fields as they stand. Raises FileRefused for an empty file or a delimiter that does not fit."""
        self._fill()
        self._take_separator_line()
        while self._held.startswith(b"\n") or (not self._held and self._fill()):
            blank = self._held.startswith(b"\n")
            self._held, self._row, self._line = self._held[blank:], self._row + blank, self._line + blank
        if not self._held.strip():
            raise FileRefused(f"{self.name} is empty: it has no header and no rows.")
        self._find_delimiter()
        end = self._header_end()
        while end == len(self._held) and self._fill():
            end = self._header_end()
        if end == len(self._held) and self._held.count(b'"') % 2:
            self._refuse_open_quote(self._held)
        self._header_bytes, self._held = self._held[:end], self._held[end + 1 :]
        text = self._header_bytes.decode("utf-8")
        try:
            self.header = next(csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter))
        except csv.Error:
            raise FileRefused(f"{self.name}: the header holds a name that is too long. Is it a table?") from None
        if len(self.header) > MAX_COLUMNS:
            raise FileRefused(f"{self.name} has {len(self.header)} columns; at most {MAX_COLUMNS} are read.")
        self._row, self._line = self._row + 1, self._line + 1 + self._header_bytes.count(b"\n")
        return self.header

    def records(self) -> Iterator[Records]:
        """The whole records, a block at a time. Raises FileRefused for a quoted text that does not end as it should."""
        held = self._held
        for block in self.blocks:
            held = yield from self._whole(held + block)
            self._check_length(held)
        if held:
            left = yield from self._whole(held + b"\n")
            if left:
                self._refuse_open_quote(left)

    def _whole(self, unit: bytes) -> Generator[Records, None, bytes]:
        """Yield what is whole in `unit`; the generator's value is what is left."""
        codes = np.frombuffer(unit, dtype=np.uint8)
        mask = codes == _NEWLINE
        if not mask.any():
            return unit
        np.logical_or(mask, codes == ord(self.delimiter), out=mask)
        separators = np.flatnonzero(mask)
        quotes = self._quotes(unit, codes)
        if len(quotes):
            separators = separators[(np.searchsorted(quotes, separators) & 1) == 0]
        closes = np.flatnonzero(codes[separators] == _NEWLINE)
        if not len(closes):
            return unit
        yield from self._judge(unit, separators[: closes[-1] + 1], closes)
        end = int(separators[closes[-1]]) + 1
        self._line += unit.count(b"\n", 0, end)
        return unit[end:]

    def _judge(self, unit: bytes, separators: Positions, closes: Positions) -> Iterator[Records]:
        ends = separators[closes]
        starts = np.concatenate(([0], ends[:-1] + 1))
        fields = np.diff(closes, prepend=-1)
        self._check_fields(separators, closes, ends - starts)
        rows = np.arange(self._row, self._row + len(ends))
        self._row += len(ends)
        blank = ends == starts
        bad = np.zeros(len(ends), dtype=bool)
        for rule, meant in self._faults(unit, starts, ends, fields):
            found = meant & ~bad & ~blank
            self.set_aside += [(int(row), rule) for row in rows[found]]
            bad |= found
        self.blank += int(blank.sum())
        self.read += len(ends) - int(blank.sum())
        if len(self.set_aside) > _MANY and len(self.set_aside) > self.read / 2:
            raise FileRefused(
                f"{self.name}: of the first {self.read:,} rows, {len(self.set_aside):,} have not as many fields as the"
                " header. Is the delimiter right? Nothing was read."
            )
        good = ~(bad | blank)
        if good.all():
            yield Records(unit[: int(ends[-1]) + 1], rows)
        elif good.any():
            yield Records(_kept(unit, starts, ends, good), rows[good])

    def _faults(
        self, unit: bytes, starts: Positions, ends: Positions, fields: Positions
    ) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
        header = self._header_bytes
        again = np.zeros(len(ends), dtype=bool)
        for at in np.flatnonzero(ends - starts == len(header)):
            again[at] = unit[starts[at] : ends[at]] == header
        yield HEADER_AGAIN, again
        yield NUL, _holding(unit, b"\x00", ends)
        yield REPLACEMENT, _holding(unit, b"\xef\xbf\xbd", ends)
        yield RAGGED, fields != len(self.header)

    def _quotes(self, unit: bytes, codes: npt.NDArray[np.uint8]) -> Positions:
        """The quotes that open and close texts, in turn."""
        quotes = np.flatnonzero(codes == _QUOTE)
        if not len(quotes) or self._all_regular(codes, quotes):
            return quotes
        return self._structural(unit, quotes)

    def _all_regular(self, codes: npt.NDArray[np.uint8], quotes: Positions) -> bool:
        """Whether taking the quotes as opening and closing in turn is right for every one of them."""
        delimiter, last = ord(self.delimiter), len(codes) - 1
        opens, closes = quotes[0::2], quotes[1::2]
        before = codes[np.maximum(opens - 1, 0)]
        at_start = (opens == 0) | (before == delimiter) | (before == _NEWLINE)
        doubled = np.zeros(len(opens), dtype=bool)
        doubled[1:] = opens[1:] == closes[: len(opens) - 1] + 1
        after = codes[np.minimum(closes + 1, last)]
        at_end = (closes == last) | (after == delimiter) | (after == _NEWLINE) | (after == _QUOTE)
        return bool((at_start | doubled).all() and at_end.all())

    def _structural(self, unit: bytes, quotes: Positions) -> Positions:
        """The opening and closing quotes where some quotes are only part of a text; raises where one is impossible."""
        ends = (ord(self.delimiter), _NEWLINE)
        found: list[int] = []
        at, places = 0, quotes.tolist()
        while at < len(places):
            place = places[at]
            inside = len(found) % 2 == 1
            after = unit[place + 1] if place + 1 < len(unit) else None
            if not inside:
                if place == 0 or unit[place - 1] in ends:
                    found.append(place)
            elif after == _QUOTE:
                at += 1
            elif after is None or after in ends:
                found.append(place)
            else:
                self._refuse_text_after_quote(unit, found[-1], place)
            at += 1
        return np.array(found, dtype=np.int64)

    def _refuse_text_after_quote(self, unit: bytes, opened: int, place: int) -> None:
        first, last = (self._line + unit.count(b"\n", 0, at) for at in (opened, place))
        raise FileRefused(
            f"{self.name}:{first}: a quoted text is opened here and not closed as it should be: on line {last} a quote"
            " is followed by more text. Close the text, or double the quotes inside it. Nothing was read."
        )

    def _refuse_open_quote(self, left: bytes) -> None:
        quotes = self._quotes(left, np.frombuffer(left, dtype=np.uint8))
        line = self._line + left.count(b"\n", 0, int(quotes[-1]) if len(quotes) else 0)
        raise FileRefused(f"{self.name}:{line}: a quoted text is opened here and never closed. Nothing was read.")

    def _check_length(self, held: bytes) -> None:
        if len(held) <= MAX_RECORD:
            return
        if b"\n" in held:
            self._refuse_open_quote(held)
        raise FileRefused(f"{self.name}:{self._line}: this line is longer than 1 MB. Is it a table? Nothing was read.")

    def _check_fields(self, separators: Positions, closes: Positions, lengths: Positions) -> None:
        if len(lengths) and int(lengths.max()) > MAX_RECORD:
            row = self._row + int(lengths.argmax())
            raise FileRefused(f"{self.name}: row {row} is longer than 1 MB. Is it a table? Nothing was read.")
        widths = np.diff(separators, prepend=-1) - 1
        if len(widths) and int(widths.max()) > MAX_FIELD:
            row = self._row + int(np.searchsorted(closes, int(widths.argmax())))
            raise FileRefused(
                f"{self.name}: row {row} holds a field of more than {MAX_FIELD:,} characters. Nothing was read."
            )

    def _fill(self) -> bool:
        """Hold at least one more line, so far as there is one and it is not too long; whether anything was added."""
        before = len(self._held)
        for block in self.blocks:
            self._held += block
            if b"\n" in block or len(self._held) > MAX_RECORD:
                break
        return len(self._held) > before

    def _take_separator_line(self) -> None:
        line, _, rest = self._held.partition(b"\n")
        if line[:4].lower() == b"sep=" and len(line) == 5:
            found = line[4:].decode()
            if self.declared not in (None, found):
                raise FileRefused(
                    f"{self.name}: the mapping declares {_shown(self.declared)}, but the file says {_shown(found)}."
                )
            self.declared, self._held = found, rest
            self.statement = f"separated by {_shown(found)} (its first line says so)"
            self._row, self._line = self._row + 1, self._line + 1

    def _find_delimiter(self) -> None:
        end = self._held.find(b"\n")
        line = self._held[: end if end >= 0 else MAX_RECORD].decode("utf-8", "replace")
        plain = _QUOTED.sub("", line)
        counts = {each: plain.count(each) + 1 for each in DELIMITERS}
        best = max(counts, key=lambda each: counts[each])
        if self.declared is not None:
            if counts[best] > 1 and line.count(self.declared) == 0:
                raise FileRefused(
                    f"{self.name}: the mapping declares {_shown(self.declared)}, but the header seems to be separated"
                    f" by {_shown(best)}."
                )
            self.delimiter = self.declared
            self.statement = self.statement or f"separated by {_shown(self.delimiter)}, as the mapping declares"
            return
        tied = [each for each, count in counts.items() if count == counts[best] and count > 1]
        if len(tied) > 1:
            words = " or ".join(_shown(each) for each in tied)
            raise FileRefused(f"{self.name}: separated by {words}? Declare `file: {{delimiter: …}}` in the mapping.")
        self.delimiter = best
        self.statement = f"separated by {_shown(best)} (found in the header)" if counts[best] > 1 else "one column"

    def _header_end(self) -> int:
        codes = np.frombuffer(self._held, dtype=np.uint8)
        newlines = np.flatnonzero(codes == _NEWLINE)
        quotes = self._quotes(self._held[: MAX_RECORD + 1], codes[: MAX_RECORD + 1])
        outside = newlines[(np.searchsorted(quotes, newlines) & 1) == 0] if len(quotes) else newlines
        end = int(outside[0]) if len(outside) else len(self._held)
        if end > MAX_RECORD:
            raise FileRefused(f"{self.name}:{self._line}: the first line is longer than 1 MB. Is it a table?")
        return end


HEADER_AGAIN = "the header again"
NUL = "holds a NUL character"
REPLACEMENT = "holds a character that could not be read (U+FFFD)"
RAGGED = "not as many fields as the header"


def _shown(delimiter: str | None) -> str:
    return DELIMITERS.get(delimiter or "", f"`{delimiter}`")


def _holding(unit: bytes, pattern: bytes, ends: Positions) -> npt.NDArray[np.bool_]:
    """Which records hold a pattern of bytes."""
    found = np.zeros(len(ends) + 1, dtype=bool)
    at = unit.find(pattern)
    while at >= 0:
        record = int(np.searchsorted(ends, at))
        found[record] = True
        at = unit.find(pattern, int(ends[record]) if record < len(ends) else len(unit))
    return found[:-1]


def _kept(unit: bytes, starts: Positions, ends: Positions, good: npt.NDArray[np.bool_]) -> bytes:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], good, [False])).astype(np.int8)))
    runs = zip(edges[0::2], edges[1::2], strict=True)
    return b"".join(unit[int(starts[first]) : int(ends[last - 1]) + 1] for first, last in runs)
