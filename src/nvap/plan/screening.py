"""A look over typed text for what may identify somebody: it finds, the writer decides.

Patterns cannot know every name. They find what is most often typed by mistake: contact details, record and identity
numbers, dates of birth, titles and forms of address before a name, ages beside a name, postcodes, collar numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nvap.wording import phrase

_TITLES = (
    "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|PC|DC|PS|DS|Sgt|Insp|DI|CI|DCI|Supt|Ch Insp|Ch Supt|ACC|DCC|PCSO|Cllr|Rev|Sister|Nurse"
)
_NAME = r"[A-ZŴŶÂÊÎÔÛ][\w'’-]+"
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_PATTERNS: Final = (
    (phrase("an e-mail address"), re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b")),
    (phrase("a telephone number"), re.compile(r"(?<!\d)(?:\+44\s?\d{2,4}|0\d{2,4})[\s-]?\d{3,4}[\s-]?\d{3,4}(?!\d)")),
    (phrase("a postcode"), re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b")),
    (phrase("a National Insurance number"), re.compile(r"\b[A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b")),
    (
        phrase("a date of birth"),
        re.compile(r"\b(?:dob|d\.o\.b\.?|born(?:\s+on)?|date of birth)\b[^\n\d]{0,12}\d[\d/. -]*", re.I),
    ),
    (
        phrase("a full date in the past, which may be a date of birth"),
        re.compile(rf"\b\d{{1,2}}(?:[/.-]\d{{1,2}}[/.-]|\s+{_MONTHS}\s+)(?:19\d\d|200\d|201[0-4])\b", re.I),
    ),
    (
        phrase("an incident, crime or custody number"),
        re.compile(r"\b[A-Z]{1,4}[/-]?\d{2,8}[/-]\d{2,6}\b|\b\d{2,4}[A-Z]{2}/\d{3,7}/\d{2}\b"),
    ),
    (phrase("a collar number"), re.compile(r"\b(?:PC|PS|DC|DS|PCSO|collar(?: number| no\.?)?)\s*\d{2,6}\b", re.I)),
    (phrase("a person's name after a title"), re.compile(rf"\b(?:{_TITLES})\.?\s+{_NAME}(?:\s+{_NAME})?")),
    (phrase("a name with an age"), re.compile(rf"\b{_NAME}\s+{_NAME},?\s*\(?(?:aged?\s+)?\d{{1,3}}\)?(?=[\s,.)]|$)")),
    (phrase("a vehicle's number plate"), re.compile(r"\b[A-Z]{2}\d{2}\s?[A-Z]{3}\b")),
)  # fmt: skip
_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_NHS = phrase("an NHS number")
_WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True)
class Finding:
    """Something in a text that may identify somebody: what kind of thing, and where (from, up to)."""

    what: str
    start: int
    end: int


def screened(text: str) -> tuple[Finding, ...]:
    """What in a text may identify somebody, in the order it stands; what lies inside another finding is left out."""
    found = sorted(_found(text), key=lambda each: (each.start, -each.end))
    kept: list[Finding] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return tuple(kept)


def _found(text: str) -> Iterator[Finding]:
    for match in _TEN_DIGITS.finditer(text):
        if _passes(re.sub(r"\D", "", match.group())):
            yield Finding(_NHS, *match.span())
    for what, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield Finding(what, *match.span())


def _passes(digits: str) -> bool:
    """The modulus 11 check of the NHS number (NHS Data Dictionary, NHS NUMBER)."""
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return (0 if check == 11 else check) == int(digits[9])
