"""What a measure's address asks for and cannot have: named with what may stand there, never passed over in silence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from nvap.packs.measure import Measure
from nvap.records.contract import contract
from nvap.web.results.choices import Rules, day_asked, series_of
from nvap.web.results.layouts import AREA, LAYOUTS, has_area
from nvap.web.results.stored import Answer

NAMES = ("part", "category", "group", "by", "rule", "as_at")
# What the command line can choose and the pages cannot: they show what is stored.
_ON_THE_COMMAND_LINE = {"from": "--from", "to": "--to", "as-at": "--as-at"}
_LONGEST = 60


@dataclass(frozen=True)
class Wrong:
    """One thing that an address asks for and cannot have, the sentence that says so, and the nearest right word."""

    name: str
    sentence: str
    nearest: str = ""


def wrong_in(measure: Measure, asked: Mapping[str, str], held: Mapping[str, Answer], rules: Rules) -> list[Wrong]:
    """Everything in an address's query that is not to be had; `held` are the stored answers by layout.

    A category or group of another part is no fault: the form that chooses a part sends what was chosen before.
    """
    found: list[Wrong] = []
    for name, value in asked.items():
        if name not in NAMES:
            found.append(_no_such_name(measure, name))
        elif name == "as_at" and value:
            found.extend(_not_as_at(measure, asked, held))
        elif name == "rule" and value:
            found.extend(_not_counted_so(measure, value, rules))
        elif value:
            found.extend(_not_to_be_had(measure, name, value, held))
    return found


def _not_as_at(measure: Measure, asked: Mapping[str, str], held: Mapping[str, Answer]) -> Iterator[Wrong]:
    if day_asked(asked) is None:
        sentence = _("The address says as_at “%(found)s”, which is no day. A day is written as 2025-04-01.")
        yield Wrong("as_at", sentence % {"found": _short(asked["as_at"])})
    elif not held:
        sentence = _(
            "No result of %(id)s is stored that stood on %(day)s. On the command line, nvap measure %(id)s --as-at "
            "%(day)s works it out."
        )
        yield Wrong("as_at", sentence % {"id": measure.id, "day": asked["as_at"]})


def _not_counted_so(measure: Measure, value: str, rules: Rules) -> Iterator[Wrong]:
    known = {rule: rule for rule, _words in rules} | {rule.partition("@")[0]: rule for rule, _words in rules}
    if value in dict(rules):
        return
    words = {"found": _short(value), "allowed": ", ".join(dict(rules)), "id": measure.id}
    sentence = _("The address says rule “%(found)s”. For %(id)s it may be: %(allowed)s.") % words
    close = known.get(_nearest(value, list(known)), "")
    yield Wrong("rule", " ".join(filter(None, (sentence, _did_you_mean(close)))), close)


def _not_to_be_had(measure: Measure, name: str, value: str, held: Mapping[str, Answer]) -> Iterator[Wrong]:
    if name == "by" and value == AREA and not has_area(measure):
        yield Wrong(name, _without_area(measure, held))
        return
    allowed = _allowed(measure, name, held)
    if value in allowed or (not allowed and not held):  # without a stored answer no group can be judged
        return
    words = {"name": name, "found": _short(value), "allowed": ", ".join(allowed), "id": measure.id}
    if not allowed:
        yield Wrong(name, _("The address says %(name)s “%(found)s”, and %(id)s has none to choose from.") % words)
        return
    sentence = _("The address says %(name)s “%(found)s”. For %(id)s it may be: %(allowed)s.") % words
    close = _nearest(value, allowed)
    yield Wrong(name, " ".join(filter(None, (sentence, _did_you_mean(close)))), close)


def _allowed(measure: Measure, name: str, held: Mapping[str, Answer]) -> list[str]:
    if name == "part":
        return [part.id for part in measure.parts]
    if name == "by":
        possible = [by for by in LAYOUTS if by != AREA or has_area(measure)]
        return [by for by in possible if by in held] or possible
    series = [each for part in measure.parts for each in series_of(part, held)]
    found = [each.group if name == "group" else each.category for each in series]
    return list(dict.fromkeys(each for each in found if each))


def _without_area(measure: Measure, held: Mapping[str, Answer]) -> str:
    """Why a measure has no areas, and by what it can be shown."""
    words = {
        "id": measure.id,
        "tables": ", ".join(dict.fromkeys(contract(part.table).title.lower() for part in measure.parts)),
        "allowed": ", ".join(_allowed(measure, "by", held)),
    }
    sentence = _("%(id)s cannot be shown by area: what it counts (%(tables)s) has no area, and leads to none. ")
    return (sentence + _("It may be shown by: %(allowed)s.")) % words


def _no_such_name(measure: Measure, name: str) -> Wrong:
    if name in _ON_THE_COMMAND_LINE:
        words = {"name": name, "id": measure.id, "option": _ON_THE_COMMAND_LINE[name]}
        return Wrong(
            name,
            _(
                "The address says %(name)s, which cannot be chosen here: the page shows every stored period, from the "
                "newest extracts. On the command line, nvap measure %(id)s takes %(option)s."
            )
            % words,
        )
    sentence = _("The address says %(name)s, which is not known here. What can be chosen: %(allowed)s.")
    said = sentence % {"name": _short(name), "allowed": ", ".join(NAMES)}
    return Wrong(name, " ".join(filter(None, (said, _did_you_mean(_nearest(name, NAMES))))))


def _nearest(word: str, allowed: Sequence[str]) -> str:
    by_lower = {each.lower(): each for each in allowed}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else ""


def _did_you_mean(word: str) -> str:
    return _("Did you mean %(word)s?") % {"word": word} if word else ""


def _short(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else "�" for letter in text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def as_text(wrong: Iterable[Wrong]) -> str:
    """The sentences, a line each: for those who fetch a file."""
    return "".join(f"{each.sentence}\n" for each in wrong)
