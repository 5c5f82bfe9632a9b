"""What an address asks for: its words read and checked against what there is, every fault named at once."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from nvap.errors import UsageFault, nearest
from nvap.measures.asking import first_day, last_day
from nvap.packs.measure import Measure
from nvap.packs.model import Pack
from nvap.web.api.problems import Fault, asked_wrongly
from nvap.web.api.schemas import LatestFilters, ResultFilters, RowFilters, RunFilters
from nvap.web.results.layouts import LAYOUTS, rules_of

FIRST_LAYOUT = "month"
_LONGEST = 60
# The filters that name a value of a column; each is checked against the rows that are held.
OF_A_COLUMN = ("part", "category", "group", "area")


@dataclass(frozen=True)
class Wanted:
    """What rows are wanted. `by` and `rule` are None where the address names none; `columns` are wanted values."""

    by: str | None
    rule: str | None
    first: datetime.date | None
    last: datetime.date | None
    as_at: datetime.date | None
    columns: dict[str, str]
    run: str | None = None
    measures: tuple[Measure, ...] = ()
    seen: int | None = None


@dataclass
class _Reading:
    """The words of an address, and the faults found in them so far."""

    faults: list[Fault] = field(default_factory=list)

    def fault(self, name: str, found: str, what: str, allowed: Sequence[str] = ()) -> None:
        """Note that a word is none of what may stand there."""
        words = {"name": name, "found": short(found), "what": what}
        said = _("%(name)s is “%(found)s”; it may be %(what)s.") % words
        self.faults.append(Fault(name, said + nearest(found, allowed)))

    def one_of(self, name: str, found: str | None, allowed: Sequence[str]) -> str | None:
        """The word, where it is one of those allowed."""
        if found is None or found in allowed:
            return found
        self.fault(name, found, ", ".join(allowed) or _("nothing here"), allowed)
        return None

    def day(self, name: str, found: str | None, read: Callable[[str], datetime.date]) -> datetime.date | None:
        """The day that a word means."""
        if found is None:
            return None
        try:
            return read(found)
        except (UsageFault, ValueError):
            one = _("a day, as 2026-04-01")
            self.fault(
                name, found, one if name == "as_at" else _("a day, a month or a year, as 2026-04-01, 2026-04 or 2026")
            )
            return None


def wanted_of(measure: Measure, asked: ResultFilters, held: Sequence[str]) -> Wanted:
    """What is wanted of one measure; `held` are the counting rules that its stored runs have.

    Raises Problem naming every fault.
    """
    reading = _Reading()
    found = _wanted(
        reading, asked, _each([*rules_of(measure), *held]), [part.id for part in measure.parts], run=asked.run
    )
    if asked.run is not None and asked.as_at is not None:
        reading.faults.append(Fault("as_at", _("Name a run or a day, not both: a run has its own day.")))
    _raise(reading)
    return found


def wanted_of_all(pack: Pack, asked: LatestFilters, held: Sequence[str]) -> Wanted:
    """What is wanted of all measures; `held` are the counting rules that stored runs have.

    Raises Problem naming every fault.
    """
    reading = _Reading()
    measures = list(pack.measures.values())
    if asked.measure is not None:
        words = [_own_id(each) for each in asked.measure.split(",")]
        for each in words:
            reading.one_of("measure", each, list(pack.measures))
        measures = [pack.measures[each] for each in dict.fromkeys(words) if each in pack.measures]
    rules = _each([*(rule for each in measures for rule in rules_of(each)), *held])
    parts = _each(part.id for each in measures for part in each.parts)
    found = _wanted(reading, asked, rules, parts, measures=tuple(measures), seen=asked.seen)
    _raise(reading)
    return found


def wanted_runs(asked: RunFilters, allowed: Callable[[str], Sequence[str]]) -> dict[str, str]:
    """What the runs that are wanted have, by the name of the filter; `allowed` says which words a filter takes.

    Raises Problem naming every fault.
    """
    reading = _Reading()
    measure = _own_id(asked.measure) if asked.measure is not None else None
    words = {"measure": measure, "by": asked.by, "rule": asked.rule}
    found = {name: reading.one_of(name, word, allowed(name)) for name, word in words.items() if word is not None}
    _raise(reading)
    return {name: word for name, word in found.items() if word is not None}


def only_known(query: QueryDict, known: Sequence[str]) -> None:
    """Raise Problem for a name in the query that nothing reads, or that stands twice, or whose value is no plain text.

    A filter that is misspelt must not be passed over: the answer would be all rows.
    """
    faults = []
    for name, values in query.lists():
        words = {"name": short(name), "known": ", ".join(known) or _("nothing")}
        if name not in known:
            said = _("%(name)s is not known here. What can be asked: %(known)s.") % words + nearest(name, known)
        elif len(values) > 1:
            said = _("%(name)s stands there twice; ask for one thing at a time.") % words
        elif not is_plain(values[0]):
            said = _("%(name)s holds letters that cannot be read.") % words
        else:
            continue
        faults.append(Fault(short(name), said))
    if faults:
        raise asked_wrongly(faults)


def _wanted(
    reading: _Reading,
    asked: RowFilters,
    rules: Sequence[str],
    parts: Sequence[str],
    *,
    run: str | None = None,
    measures: tuple[Measure, ...] = (),
    seen: int | None = None,
) -> Wanted:
    found = Wanted(
        # A command can store runs of other layouts; they are reached by their run.
        by=asked.by if run else reading.one_of("by", asked.by, LAYOUTS),
        rule=reading.one_of("rule", asked.rule, rules),
        first=reading.day("from", asked.from_, first_day),
        last=reading.day("to", asked.to, last_day),
        as_at=reading.day("as_at", asked.as_at, datetime.date.fromisoformat),
        columns={name: value for name in OF_A_COLUMN if (value := getattr(asked, name)) is not None},
        run=run,
        measures=measures,
        seen=seen,
    )
    reading.one_of("part", asked.part, parts)
    if found.first and found.last and found.first > found.last:
        reading.faults.append(Fault("from", _("from lies after to; the first day comes first.")))
    return found


def _own_id(word: str) -> str:
    """A measure's id as the toolkit writes it, from `d02` or `2.1.2/D02`."""
    return word.strip().upper().rpartition("/")[2]


def _each(words: Iterable[str]) -> list[str]:
    """The words, each once."""
    return list(dict.fromkeys(words))


def _raise(reading: _Reading) -> None:
    if reading.faults:
        raise asked_wrongly(reading.faults)


def is_plain(text: str) -> bool:
    """Whether it has no letter of control; PostgreSQL takes no NUL, and no name here has any of the others."""
    return all(letter >= " " for letter in text)


def short(text: str) -> str:
    """A word of an address as a sentence may repeat it."""
    shown = "".join(letter if letter.isprintable() else "�" for letter in text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
