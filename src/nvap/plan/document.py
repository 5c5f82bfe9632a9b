"""What stands in a plan at one version, as plain data: everything that pages, files and comparisons read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from nvap.plan.form import PURSUED, REMOVED, SIDES, STANDING, YES
from nvap.plan.stages import Stage, computed_stage

SEPARATOR = "\n"


@dataclass(frozen=True, order=True)
class Place:
    """Where a text of the plan belongs: the thing, its field, and the side and the period where the field has them.

    `period` is the first day of the reporting period, as an ISO date.
    """

    entry: str
    field: str
    side: str = ""
    period: str = ""


@dataclass(frozen=True)
class Written:
    """What stands in a place: the text, its version there, and who wrote it when, in which save of the plan."""

    text: str
    version: int
    by: str
    at: datetime
    save: int
    reason: str = ""
    redacted: bool = False


@dataclass(frozen=True)
class Thing:
    """Something the plan holds: an activity, a measure, a risk. `parent` is what it belongs to."""

    key: str
    kind: str
    parent: str = ""

    @property
    def is_own(self) -> bool:
        """Whether it is the force's own, and no item of the toolkit."""
        return self.key.startswith(("own-", "obs-", "ev-"))


@dataclass(frozen=True)
class Period:
    """A reporting period, both days included, and the day by which its report is due."""

    first: date
    last: date
    due: date

    @property
    def key(self) -> str:
        """How places name it."""
        return self.first.isoformat()


@dataclass(frozen=True)
class Document:
    """A plan at one version. `people` gives names to the person fields' numbers; a past member stays nameable."""

    force: str
    force_name: str
    pack: str
    release: str
    version: int
    things: Mapping[str, Thing]
    texts: Mapping[Place, Written]
    periods: tuple[Period, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)

    def text(self, entry: str, name: str, side: str = "", period: str = "") -> str:
        """What stands in a place; empty where nothing does."""
        written = self.texts.get(Place(entry, name, side, period))
        return written.text if written else ""

    def written(self, entry: str, name: str, side: str = "", period: str = "") -> Written | None:
        """What stands in a place, with who wrote it; None where nothing was ever written."""
        return self.texts.get(Place(entry, name, side, period))

    def several(self, entry: str, name: str) -> tuple[str, ...]:
        """The chosen values of a field that takes several."""
        return tuple(filter(None, self.text(entry, name).split(SEPARATOR)))

    def person(self, entry: str, name: str) -> str:
        """The name of the person in a field; empty where nobody is named."""
        chosen = self.text(entry, name)
        return self.people.get(chosen, chosen)

    def day(self, entry: str, name: str) -> date | None:
        """The date in a field; None where there is none."""
        given = self.text(entry, name)
        return date.fromisoformat(given) if given else None

    def is_removed(self, entry: str) -> bool:
        """Whether a thing was taken out of the plan."""
        return self.text(entry, STANDING.name) == REMOVED

    def of(self, kind: str, parent: str | None = None, *, removed: bool = False) -> tuple[Thing, ...]:
        """The things of one kind that stand in the plan (or were removed from it), of one parent where it is named."""
        found = (each for each in self.things.values() if each.kind == kind and parent in (None, each.parent))
        return tuple(each for each in found if self.is_removed(each.key) == removed)

    def pursued(self, objective: str | None = None) -> tuple[Thing, ...]:
        """The activities that the force does or has in place, of one objective where it is named."""
        return tuple(each for each in self.of("activity", objective) if self.text(each.key, "decision") in PURSUED)

    def is_shared(self, entry: str) -> bool:
        """Whether partners may read an activity."""
        return self.text(entry, "shared") == YES

    def sides_of(self, activity: str) -> tuple[str, ...]:
        """The sides that an activity works towards; both until somebody says which."""
        return tuple(each for each in SIDES if each in self.several(activity, "sides")) or SIDES

    def stage(self, activity: str) -> Stage:
        """How far an activity is embedded."""
        return Stage(computed_stage(self.several(activity, "statements")), self.text(activity, "stage"))

    def period(self, key: str) -> Period | None:
        """A reporting period by its key."""
        return next((each for each in self.periods if each.key == key), None)

    def period_on(self, day: date) -> Period | None:
        """The reporting period that a day lies in."""
        return next((each for each in self.periods if each.first <= day <= each.last), None)

    def before(self, period: Period) -> Period | None:
        """The period before this one."""
        earlier = [each for each in self.periods if each.first < period.first]
        return earlier[-1] if earlier else None

    def last_of(self, entry: str) -> Written | None:
        """What was written last about a thing."""
        found = [written for place, written in self.texts.items() if place.entry == entry]
        return max(found, key=lambda each: each.save, default=None)

    def places(self) -> Iterator[tuple[Place, Written]]:
        """Every place with something in it, in order."""
        yield from sorted(self.texts.items())


def joined(values: Iterable[str]) -> str:
    """Several chosen values as one text, each once, in the order given."""
    return SEPARATOR.join(dict.fromkeys(filter(None, values)))
