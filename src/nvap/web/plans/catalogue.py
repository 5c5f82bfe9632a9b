"""What the toolkit and the readiness report say of a suggested activity: effort, effect, PEEL and measuring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from nvap.measures.readiness import Readiness
from nvap.packs import Pack
from nvap.packs.items import Activity, Impact, SuggestedMeasure
from nvap.plan.document import Document, Thing
from nvap.web.plans.reading import name_of
from nvap.web.results.words import STATES
from nvap.web.toolkit.reading import line
from nvap.web.toolkit.words import CHOICES


@dataclass(frozen=True)
class Card:
    """One activity to decide on, with what is known of it in words."""

    key: str
    name: str
    is_own: bool
    wording: str
    effort: str
    effects: tuple[str, ...]
    evidence: tuple[str, ...]
    peel: tuple[str, ...]
    measured: tuple[str, ...]
    address: str


def cards(
    pack: Pack, document: Document, objective: str, ready: Mapping[str, Readiness], *, removed: bool = False
) -> tuple[Card, ...]:
    """The activities of an objective, the toolkit's and the force's own; those that were taken out where asked."""
    return tuple(card(pack, document, each, ready) for each in document.of("activity", objective, removed=removed))


def card(pack: Pack, document: Document, thing: Thing, ready: Mapping[str, Readiness]) -> Card:
    """One activity as it stands on the page to choose from."""
    item = pack.items.get(thing.key)
    known = item if isinstance(item, Activity) else None
    return Card(
        key=thing.key,
        name=name_of(pack, document, thing.key),
        is_own=thing.is_own,
        wording=whose_words(pack, document, thing.key),
        effort=(known.effort_note if known else "") or _("not stated"),
        effects=tuple(_effects(pack, known)) if known else (),
        evidence=tuple(_evidence(pack, thing.key)) if known else (),
        peel=tuple(_peel(pack, known)) if known else (),
        measured=tuple(_measured(pack, known, ready)) if known else (),
        address=line(pack, thing.key).address if known else "",
    )


def toolkit_words(pack: Pack, key: str) -> str:
    """The toolkit's wording of an activity; empty for one of the force's own."""
    return pack.label(key) if key in pack else ""


def whose_words(pack: Pack, document: Document, key: str) -> str:
    """Whether an activity stands in the toolkit's words or in the force's own."""
    said = " ".join(document.text(key, "wording").split())
    item = pack.items.get(key)
    theirs = {" ".join(each.split()) for each in (item.label, item.text)} if item is not None else set()
    if item is not None and (not said or said in theirs):
        return _("The toolkit's words")
    return _("Your own words")


def _effects(pack: Pack, activity: Activity) -> Iterator[str]:
    for key in activity.impacts:
        item = pack.items[key]
        if isinstance(item, Impact):
            yield f"{item.label} ({CHOICES['horizon'].get(item.horizon, item.horizon)})"
        else:
            yield item.label


def _evidence(pack: Pack, key: str) -> Iterator[str]:
    for each in pack.evidence_for(key):
        yield ": ".join(filter(None, (each.label, each.strength)))


def _peel(pack: Pack, activity: Activity) -> Iterator[str]:
    counted = set(_measures(pack, activity))
    suggested = [each.id for each in pack.of(SuggestedMeasure) if counted & set(each.measures)]
    found = (
        reference.in_words
        for each in (activity.id, *activity.questions, *counted_in_order(pack, activity), *suggested)
        for reference in pack.peel_references(each)
    )
    yield from dict.fromkeys(found)


def counted_in_order(pack: Pack, activity: Activity) -> tuple[str, ...]:
    """The measures that tell of an activity or of what it should change, each once."""
    return tuple(dict.fromkeys(_measures(pack, activity)))


def _measures(pack: Pack, activity: Activity) -> Iterator[str]:
    yield from activity.measures
    for key in activity.impacts:
        yield from getattr(pack.items[key], "measures", ())


def _measured(pack: Pack, activity: Activity, ready: Mapping[str, Readiness]) -> Iterator[str]:
    for key in counted_in_order(pack, activity):
        found = ready.get(key)
        if found is not None:
            lacking = f" ({found.missing[0]})" if found.missing else ""
            yield f"{pack.label(key)}: {STATES[found.state][0]}{lacking}"
