"""What stands where in the plan's workbook: the things of each sheet, and the fields of each, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nvap.documents import plan_workbook as documents
from nvap.packs import Pack
from nvap.plan.document import SEPARATOR, Document, Period, Place, Thing
from nvap.plan.form import KINDS, PURSUED, Field, field_of
from nvap.web.plans.measures import guard_choices, no_target, offered, takes_observations
from nvap.web.plans.reading import ABOUT, shown

Offered = tuple[tuple[str, str], ...]

_DECISION = ("decision", "decision_reason", "review_date")
_ACTIVITY = (
    *_DECISION, "wording", "sides", "owner", "deputy", "partner", "shared", "start", "due", "output", "measurement",
    "progress", "next_steps", "risks", "mitigation", "comments", "statements", "stage", "stage_reason",
)  # fmt: skip
_OBJECTIVE = ("owner", "deputy", "description")
_OWN_MEASURE = ("title", "numerator", "denominator", "unit")
_BASELINE = ("baseline_from", "baseline_to")
_TARGET = ("target", "target_date", "target_reason")
_MEASURE = ("direction", "course", "guards", "not_measured", "not_measured_note")
_OWN_CONSEQUENCE = ("title", "text")
_CONSEQUENCE = ("owner", "guards", "threshold", "mitigation", "status", "watched")
_EVIDENCE = ("title", "link", "dated", "period")


@dataclass(frozen=True)
class Section:
    """One thing of the plan on a sheet, and its fields; `note` says what is not among them, and why."""

    tab: str
    entry: str
    names: tuple[str, ...]
    note: str = ""


def sections(pack: Pack, document: Document) -> tuple[Section, ...]:
    """Everything that travels in the workbook, sheet by sheet."""
    return tuple(_sections(pack, document))


def offered_for(pack: Pack, document: Document, entry: str, field: Field) -> Offered:
    """The values to choose from and their words, of the form or of this plan; none for a field to write freely."""
    if field.kind == "flag":
        return (("yes", _("Yes")), ("no", _("No")))
    if field.choices:
        return tuple((value, _(words)) for value, words in field.choices)
    if field.kind == "person":
        return tuple(sorted(document.people.items(), key=lambda each: each[1]))
    if field.name == "period":
        return tuple((each.key, called(each)) for each in document.periods)
    if field.name == "guards" and document.things[entry].kind == "consequence":
        return guard_choices(pack, document, [])
    return offered(pack, document, entry).get(field.name, ())


def in_words(pack: Pack, document: Document, place: Place, text: str) -> str:
    """What stands in a place as people read it, with the words of choices that only this plan knows."""
    field = field_of(document.things[place.entry].kind, place.field)
    if field.kind in ("choice", "choices") and not field.choices:
        words = dict(offered_for(pack, document, place.entry, field))
        return SEPARATOR.join(words.get(each, each) for each in text.split(SEPARATOR))
    return shown(field, document, text)


def called(period: Period) -> str:
    """A reporting period in words: its first month."""
    return date_format(period.first, "F Y")


def _sections(pack: Pack, document: Document) -> Iterator[Section]:
    yield Section(documents.ABOUT, ABOUT, tuple(each.name for each in KINDS["about"].fields))
    for objective in pack.objectives:
        yield Section(objective.id, objective.id, _OBJECTIVE)
        for each in document.of("activity", objective.id):
            pursued = document.text(each.key, "decision") in PURSUED
            yield Section(objective.id, each.key, _ACTIVITY if pursued else _DECISION)
    for each in document.of("measure"):
        yield _measure(pack, document, each)
        if takes_observations(pack, each.key):
            for observation in document.of("observation", each.key):
                names = tuple(one.name for one in KINDS["observation"].fields)
                yield Section(documents.MEASURES, observation.key, names)
    for each in document.of("consequence"):
        names = (*(_OWN_CONSEQUENCE if each.is_own else ()), *_CONSEQUENCE)
        yield Section(documents.RISKS, each.key, names)
    for kind in ("question", "impact"):
        for each in document.of(kind):
            yield Section(documents.IMPACTS, each.key, tuple(one.name for one in KINDS[kind].fields))
    for each in document.of("evidence"):
        yield Section(documents.EVIDENCE, each.key, _EVIDENCE)


def _measure(pack: Pack, document: Document, thing: Thing) -> Section:
    """Where a measure may have no target there is no row for one; a target that stands there can still be emptied."""
    own = _OWN_MEASURE if thing.is_own else ()
    part = ("part",) if thing.key in pack.measures else ()
    why = no_target(pack, document, thing.key)
    has_rows = not why or document.text(thing.key, "target")
    names = (*own, *part, *_BASELINE, *(_TARGET if has_rows else ()), *_MEASURE)
    return Section(documents.MEASURES, thing.key, names, why)
