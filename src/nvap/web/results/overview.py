"""The list of measures: what each says now, what it can be computed from, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

from nvap import packs
from nvap.measures.readiness import Readiness, readiness
from nvap.packs.items import MeasureToCome
from nvap.packs.model import Pack
from nvap.records import store
from nvap.records.workspace import Force as WorkspaceForce
from nvap.records.workspace import Workspace
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.results import stored
from nvap.web.results.headline import Headline, headline
from nvap.web.results.layouts import FIRST_RULE
from nvap.web.results.models import Computation
from nvap.web.results.words import STATES, Words
from nvap.web.toolkit.reading import Line, of_items


@dataclass(frozen=True)
class Summary:
    """One measure in the list."""

    id: str
    title: str
    says: str
    address: str
    state: str
    state_words: Words
    colour: str
    missing: tuple[str, ...]
    latest: Headline | None

    @property
    def lacks(self) -> str:
        """What is missing, as one sentence; empty where nothing is."""
        words = "; ".join(self.missing)
        return f"{words[:1].upper()}{words[1:]}." if words else ""


@dataclass(frozen=True)
class Overview:
    """The starting set, the measures behind "more", and how many can be computed."""

    first: tuple[Summary, ...]
    more: tuple[Summary, ...]
    to_come: tuple[Line, ...]
    computable: int
    partly: int
    missing: tuple[Summary, ...]

    @property
    def behind(self) -> int:
        """How many measures stand behind "more"."""
        return len(self.more) + len(self.to_come)

    @property
    def total(self) -> int:
        """How many measures there are, without those that nothing computes yet."""
        return len(self.first) + len(self.more)


def overview(pack: Pack, force: Force) -> Overview:
    """Every measure of the toolkit, as this force stands."""
    held = stored.answers(force, list(pack.measures), FIRST_RULE)
    found = [_summary(each, held.get(each.measure.id, {})) for each in ready(pack, force)]
    first = tuple(each for each in found if each.id in pack.starting_set)
    order = {measure: at for at, measure in enumerate(pack.starting_set)}
    return Overview(
        first=tuple(sorted(first, key=lambda each: order[each.id])),
        more=tuple(each for each in found if each.id not in pack.starting_set),
        to_come=of_items(pack, pack.of(MeasureToCome)),
        computable=sum(each.state == "computable" for each in found),
        partly=sum(each.state == "partly" for each in found),
        missing=tuple(each for each in found if each.missing),
    )


def ready(pack: Pack, force: Force) -> tuple[Readiness, ...]:
    """What each measure can be computed from, from the force's extracts as they stand now."""
    here = workspace.current()
    own = here.force(force.code)
    return _ready(here, own, (pack.id, pack.language), tuple(each.id for each in store.all_batches(own)))


@lru_cache(maxsize=32)
def _ready(
    here: Workspace, force: WorkspaceForce, pack: tuple[str, str], batches: tuple[str, ...]
) -> tuple[Readiness, ...]:
    """Asked again only when a batch has come or gone; a batch itself never changes."""
    return tuple(readiness(here, force, packs.pack(*pack)))


def computations(force: Force) -> tuple[Computation | None, Computation | None]:
    """The computation that waits or runs, if any, and the newest that is over."""
    newest: Iterable[Computation] = Computation.objects.filter(force=force).order_by("-requested_at", "-pk")[:5]
    rows = list(newest)
    current = [each for each in rows if each.state in (Computation.State.WAITING, Computation.State.RUNNING)]
    over = next((each for each in rows if each not in current), None)
    # The one that runs tells more than the one that waits behind it.
    running = next((each for each in current if each.state == Computation.State.RUNNING), None)
    return running or next(iter(current), None), over


def _summary(found: Readiness, held: dict[str, stored.Answer]) -> Summary:
    measure = found.measure
    words, colour = STATES[found.state]
    latest = headline(measure, held)
    return Summary(
        id=measure.id,
        title=measure.title,
        says=measure.says,
        address=latest.address if latest else reverse("measure", args=[measure.id]),
        state=found.state,
        state_words=words,
        colour=colour,
        missing=found.missing,
        latest=latest,
    )
