"""How much a source column's name is like what a contract column is called: short forms spelled out, words compared."""

from __future__ import annotations

import difflib
import functools
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nvap.declarations import Faults, read

_FILE = Path(__file__).with_name("column_words.yaml")
_MOST_READINGS = 32
# A name that had to be spelled out, or stripped of its numbers, yields to one that fits as it stands.
_SPELLED_OUT, _WITHOUT_NUMBERS = 0.97, 0.95
# From here on two names are one with a letter or two changed.
_NEAR = 0.88
# Words behind a column's name that make it no other column: `CREATED` and `CREATED_AT`.
_SAY_LITTLE = frozenset({"at", "on", "date", "time", "datetime"})


@dataclass(frozen=True)
class Likeness:
    """How like a name is, from 0 to 1, and the words as which it was read."""

    score: float
    read_as: str


def likeness(column: str, name: str) -> Likeness:
    """The best reading of a source column's `name` as the contract column `column`."""
    likely = (words(column), *_known()["likely"].get(column, ()))
    plain = words(name)
    found = Likeness(0.0, plain)
    for reading in readings(name):
        weight = 1.0 if reading == plain else _SPELLED_OUT if re.search(r"\d", reading) or not re.search(
            r"\d", plain) else _WITHOUT_NUMBERS  # fmt: skip
        score = weight * max(difflib.SequenceMatcher(None, reading, each).ratio() for each in likely)
        if score > found.score:
            found = Likeness(score, reading)
    return found


def words(name: str) -> str:
    """A name in words: `LogNo_1` is `log no 1`."""
    return " ".join(re.findall(r"[a-z]+|\d+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower()))


def readings(name: str) -> list[str]:
    """A name as it stands, with its short forms spelled out, and each of these without numbers."""
    short = _known()["abbreviations"]
    choices = [(word, *short.get(word, ())) for word in words(name).split()]
    found = [" ".join(each) for each in itertools.islice(itertools.product(*choices), _MOST_READINGS)]
    bare = [" ".join(re.findall(r"[a-z]+", each)) for each in found]
    return list(dict.fromkeys(each for each in (*found, *bare) if each))


def is_near(name: str, other: str) -> bool:
    """Whether two source columns have nearly the same name: `LOG_NO` and `Log No.`, `Created` and `CREATED_AT`.

    Names that differ in a number are not near: `final_code_1` is another column than `final_code_2`.
    """
    mine, theirs = words(name), words(other)
    if re.findall(r"\d+", mine) != re.findall(r"\d+", theirs):
        return False
    if mine == theirs or set(readings(name)) & set(readings(other)):
        return True
    shorter, longer = sorted((mine.split(), theirs.split()), key=len)
    if shorter and longer[: len(shorter)] == shorter and set(longer[len(shorter) :]) <= _SAY_LITTLE:
        return True
    return difflib.SequenceMatcher(None, mine, theirs).ratio() >= _NEAR


def says_reference(name: str) -> bool:
    """Whether a name has a word that references have: REF, id, number."""
    return any(word in _known()["reference_words"] for each in readings(name) for word in each.split())


@functools.cache
def _known() -> Mapping[str, Any]:
    faults = Faults()
    node = read(_FILE, faults)
    faults.raise_if_any("The words for columns have faults.")
    assert node is not None  # noqa: S101 - a file that cannot be read is a fault, raised above
    return node.content
