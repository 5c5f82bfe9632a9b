"""A plan as the pack that a board reads: what it holds, and the PDF of it (A4, PDF/UA-1), set by Typst."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from nvap.charts.scale import Language, day_name
from nvap.disclosure.table import Table
from nvap.documents.typeset import MADE_UP, MARKINGS, fit, typeset
from nvap.errors import Refused, UsageFault
from nvap.wording import Translate, phrase

NOTHING: Final = phrase("Nothing is written yet.")
NO_ACTIVITIES: Final = phrase("No activity of this objective is in the plan yet.")
NO_MEASURES: Final = phrase("No measure is in the plan yet.")
NO_CONSEQUENCES: Final = phrase("No risk or unintended consequence has been written about yet.")
NO_IMPACTS: Final = phrase("Nothing is concluded about a long-term impact yet.")
HOW_NUMBERS_ARE_SHOWN: Final = phrase(
    "In this pack counts of 1 to 9, and what would give them away, are shown as [c]; so is every percentage of fewer "
    "than 50."
)
# Words that the sheets add, by the name that the Typst file calls them.
WORDS: Final = {
    "plan": phrase("The plan"),
    "objectives": phrase("Objectives"),
    "objective": phrase("Objective"),
    "owner": phrase("Impact owner"),
    "activity": phrase("Activity"),
    "activity_owner": phrase("Owner"),
    "stage": phrase("Stage"),
    "how_far": phrase("How far they are"),
    "in_short": phrase("What the measures say"),
    "field": phrase("Field"),
    "due": phrase("In place by"),
    "nobody": phrase("Nobody named yet"),
    "no_date": phrase("No date yet"),
    "activities": phrase("Activities in the plan"),
    "measures": phrase("Measures"),
    "consequences": phrase("Risks and unintended consequences"),
    "impacts": phrase("Long-term impacts"),
    "logic_model": phrase("Logic model"),
    "counted": phrase("Counting rule"),
    "as_at": phrase("As at"),
    "cannot_say": phrase("What it cannot say"),
    "nothing": NOTHING,
    "no_activities": NO_ACTIVITIES,
    "no_measures": NO_MEASURES,
    "no_consequences": NO_CONSEQUENCES,
    "no_impacts": NO_IMPACTS,
    "how_shown": HOW_NUMBERS_ARE_SHOWN,
    "page": phrase("Page"),
    "of": phrase("of"),
}


@dataclass(frozen=True)
class Said:
    """A field and what is written in it."""

    label: str
    text: str


@dataclass(frozen=True)
class Picture:
    """A drawing (SVG) with the words for those who cannot see it."""

    svg: str
    alt: str

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise UsageFault("board pack: a picture without words cannot be read out.")


@dataclass(frozen=True)
class Activity:
    """An activity that the force pursues; `rows` are its fields with a text for each of `sides`."""

    id: str
    name: str
    stage: str
    owner: str
    due: str
    sides: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    said: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Objective:
    """One page: who answers for the impact, what is to be reached, and the activities."""

    id: str
    title: str
    text: str
    owner: str
    deputy: str
    description: tuple[Said, ...]
    activities: tuple[Activity, ...]
    drawing: Picture | None = None

    @property
    def how_far(self) -> str:
        """How many of its activities are at each stage, in words."""
        counted = Counter(each.stage for each in self.activities)
        return ", ".join(f"{stage}: {many}" for stage, many in counted.items())


@dataclass(frozen=True)
class Entry:
    """A risk or a long-term impact: its name and what is said of it."""

    title: str
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Measure:
    """A measure as others may see it. `headings` and `rows` are the shared table in words; `notes` say what is missing.

    Raises Refused for a table that has not gone through nvap.disclosure.sharing.
    """

    id: str
    title: str
    sentence: str
    table: Table | None = None
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    chart: Picture | None = None
    cannot_say: str = ""
    facts: tuple[Said, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.table is not None and self.table.profile != "shared":
            raise Refused(f"board pack, {self.id}: only a shared table may stand in a pack that is printed for others.")
        if (self.rows or self.chart) and self.table is None:
            raise Refused(f"board pack, {self.id}: rows and charts come from a shared table, and there is none.")


@dataclass(frozen=True)
class BoardPack:
    """The whole pack. `standing` is the signed line, or that it is a draft and of which version."""

    title: str
    force: str
    action: str
    version: int
    marking: str
    standing: str
    about: tuple[Said, ...] = ()
    objectives: tuple[Objective, ...] = ()
    consequences: tuple[Entry, ...] = ()
    impacts: tuple[Entry, ...] = ()
    measures: tuple[Measure, ...] = ()
    made_up: bool = False
    is_draft: bool = True
    language: Language = "en"

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise UsageFault("board pack: a title is needed; a document without one cannot be read out.")
        if self.marking not in MARKINGS:
            raise UsageFault(f"board pack: marking: found {self.marking!r}, allowed are {' and '.join(MARKINGS)}.")


def pdf(pack: BoardPack, translate: Translate = str) -> bytes:
    """The pack on A4 sheets, tagged and titled, marked at the top and bottom of each. The same pack, the same bytes."""
    told = _told(pack, translate)
    return typeset(Path(__file__).with_suffix(".typ"), "pack", told)


def in_short(pack: BoardPack) -> tuple[Said, ...]:
    """What each measure says, for the first page."""
    return tuple(Said(each.title, each.sentence) for each in pack.measures if each.sentence)


def tagged(key: str, name: str) -> str:
    """A name behind its id; alone where the thing is the force's own, whose id means nothing to a reader."""
    return name if not key or key.startswith("own-") else f"{key} {name}"


def facts_of(measure: Measure, words: dict[str, str], language: Language) -> tuple[Said, ...]:
    """What must be read beside a measure: its facts, counting rule, day, and what it cannot say."""
    found = list(measure.facts)
    if measure.table is not None and measure.table.counting_rule:
        found.append(Said(words["counted"], measure.table.counting_rule))
    if measure.table is not None and isinstance(measure.table.as_at, date):
        found.append(Said(words["as_at"], day_name(measure.table.as_at, language)))
    if measure.cannot_say:
        found.append(Said(words["cannot_say"], measure.cannot_say))
    return tuple(found)


def words_of(translate: Translate) -> dict[str, str]:
    """The words that the pack adds, in the reader's language."""
    return {name: translate(words) for name, words in WORDS.items()}


def _told(pack: BoardPack, translate: Translate) -> dict[str, Any]:
    words = words_of(translate)
    return {
        **_plain(pack),
        "words": words,
        "made_up": translate(MADE_UP) if pack.made_up else "",
        "objectives": [{**_plain(each), "how_far": fit(each.how_far)} for each in pack.objectives],
        "in_short": _plain(in_short(pack)),
        "measures": [
            {
                **_plain(each, without="table"),
                "facts": _plain(facts_of(each, words, pack.language)),
            }
            for each in pack.measures
        ],
    }


def _plain(found: Any, without: str = "") -> Any:
    """Dataclasses as what JSON holds, every text fit to be set; a thing of the force's own loses its id."""
    if isinstance(found, str):
        return fit(found)
    if isinstance(found, tuple):
        return [_plain(each) for each in found]
    if hasattr(found, "__dataclass_fields__"):
        names = (name for name in found.__dataclass_fields__ if name not in ("table", without))
        told = {name: _plain(getattr(found, name)) for name in names}
        if str(told.get("id", "")).startswith("own-"):
            told["id"] = ""
        return told
    return found
