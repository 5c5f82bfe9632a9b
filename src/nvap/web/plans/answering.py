"""The plan and its files in plain lines, for the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from nvap.documents.plan_reading import read_plan_file
from nvap.documents.plan_workbook import VERSION_REF
from nvap.packs import Pack
from nvap.plan.document import Document
from nvap.web.plans import history, importing, uploading
from nvap.web.plans.actions.saving import NewThing, Typed
from nvap.web.plans.document import document_of, present
from nvap.web.plans.models import Plan


@dataclass(frozen=True)
class FileRead:
    """What a file would change, what is wrong with it, and what is to be said about how it was read."""

    changes: tuple[Typed, ...] = ()
    new: tuple[NewThing, ...] = ()
    faults: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def everything(pack: Pack, document: Document) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each thing with something written about it: its name, and its fields in words; what was removed is left out."""
    for part in history.whole(pack, document):
        if not part.removed:
            heading = part.name if part.key == "about" or part.name.startswith(part.key) else f"{part.key} {part.name}"
            yield heading, [(each.label, each.text) for each in part.filled]


def read_file(path: Path, plan: Plan, pack: Pack) -> FileRead:
    """A workbook of the plan, or a plan in the toolkit's layout. Raises FileRefused for anything else."""
    if any(cell.text == VERSION_REF for sheet in read_plan_file(path) for cell in sheet.cells):
        found = uploading.read(path, plan, pack)
        told = tuple(": ".join(filter(None, (_where(each), each.what))) for each in found.faults)
        return FileRead(changes=tuple(found.changes), faults=told)
    return _toolkits(path, plan, pack)


def _where(fault: uploading.Fault) -> str:
    return ", ".join(filter(None, (fault.tab, fault.section, fault.cell)))


def _toolkits(path: Path, plan: Plan, pack: Pack) -> FileRead:
    """As its headings say; where else a text could go is chosen on the page of the plan's files."""
    document, people = document_of(plan), present(plan.force)
    found = importing.recognised(path, pack)
    choice = importing.first_choice(pack, document, found, people)
    outcome = importing.taken(pack, document, found, choice, people)
    targets = {each.name: each.words for each in importing.targets(pack, importing.slots(pack, document, found))}
    said = []
    for number, each in enumerate(found):
        if not each.printed:
            goes = targets.get(choice.rows.get(number, ""), "") or choice.notes.get(number, "") or _("left out")
            said.append(f"{each.where}, {each.heading or _('no heading')}: {goes}")
    faults = [f"{found[number].where}: {fault}" for number, fault in outcome.faults.items()]
    return FileRead(tuple(outcome.changes), tuple(outcome.new), tuple(faults), tuple(said))
