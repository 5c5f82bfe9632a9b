"""Columns that identify people: found by their names and by values that pass the NHS number's check.

Such a column may stand in a mapping only where a pseudonym is made of it. An NHS number may not stand in one at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_ALONE = frozenset(
    {
        "name", "names", "surname", "surnames", "forename", "forenames", "firstname", "lastname", "fullname", "alias",
        "dob", "birthdate", "postcode", "phone", "telephone", "tel", "mobile", "email", "address", "nino", "nhs",
    }
)  # fmt: skip
_ANYWHERE = frozenset(
    {"surname", "surnames", "forename", "forenames", "dob", "postcode", "telephone", "phone", "email", "nhs", "nino"}
)
_PAIRS = (
    ({"first", "last", "full", "given", "family", "middle", "maiden", "caller", "victim", "suspect", "person",
      "subject", "officer", "nominal", "patient", "client", "offender", "detainee", "informant", "complainant",
      "witness"},
     {"name", "names"}),
    ({"birth"}, {"date", "day"}),
    ({"post"}, {"code"}),
    ({"home", "address"}, {"line", "address"}),
    ({"mobile", "contact", "caller"}, {"number", "no", "num"}),
    ({"insurance"}, {"national", "number", "no"}),
)  # fmt: skip
_LEAST = 5
_WEIGHTS = np.array([10, 9, 8, 7, 6, 5, 4, 3, 2], dtype=np.int64)


def identifying(names: Iterable[str]) -> list[str]:
    """Those of a file's column names that say that the column identifies people."""
    return [name for name in names if _identifies(name)]


def _identifies(name: str) -> bool:
    words = [word.lower() for word in _WORDS.findall(name)]
    if "".join(words) in _ALONE:
        return True
    found = set(words)
    return bool(found & _ANYWHERE) or any(found & one and found & other and len(found) > 1 for one, other in _PAIRS)


@dataclass
class NhsNumbers:
    """Counts, column by column, the values that look like NHS numbers while a file is read."""

    ten_digits: dict[str, int] = field(default_factory=dict)
    passing: dict[str, int] = field(default_factory=dict)

    def look_at(self, batch: pa.RecordBatch, columns: Iterable[str]) -> None:
        """Count the ten-digit values (with or without spaces, 3-3-4) and those that pass the check."""
        for name in columns:
            values = batch.column(name)
            lengths = pc.binary_length(values)
            likely = values.filter(pc.is_in(lengths, value_set=pa.array([10, 12], pa.int32())))
            if not len(likely):
                continue
            plain = likely.filter(pc.match_substring_regex(likely, r"^(\d{10}|\d{3}[ -]\d{3}[ -]\d{4})$"))
            if len(plain):
                digits = pc.replace_substring_regex(plain, r"[ -]", "")
                self.ten_digits[name] = self.ten_digits.get(name, 0) + len(digits)
                self.passing[name] = self.passing.get(name, 0) + int(_passes(digits).sum())

    def found(self) -> list[str]:
        """The columns of whose ten-digit values more than half pass (chance gives one in eleven)."""
        return [
            name
            for name, count in self.ten_digits.items()
            if self.passing.get(name, 0) >= _LEAST and self.passing[name] > count / 2
        ]


def _passes(digits: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which ten-digit texts pass the modulus 11 check of the NHS number."""
    text = "".join(digits.to_pylist()).encode("ascii")
    numbers = np.frombuffer(text, dtype=np.uint8).reshape(-1, 10).astype(np.int64) - ord("0")
    check = 11 - (numbers[:, :9] @ _WEIGHTS) % 11
    check[check == 11] = 0
    passed: np.ndarray[tuple[int], np.dtype[np.bool_]] = check == numbers[:, 9]
    return passed
