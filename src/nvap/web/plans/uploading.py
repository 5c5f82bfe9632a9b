"""A workbook of the plan that came back: what is wrong with it, and what it would change."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from nvap.documents.plan_reading import MOST_MB, CellRead, SheetRead, read_workbook
from nvap.documents.plan_workbook import ABOUT, GUIDANCE, MEASURES, REF_COLUMN, VERSION_REF
from nvap.errors import FileRefused
from nvap.packs import Pack
from nvap.plan import values
from nvap.plan.document import Document, Place
from nvap.plan.form import KINDS, Field
from nvap.web.plans.actions.saving import Typed
from nvap.web.plans.blanks import label_of
from nvap.web.plans.document import document_of
from nvap.web.plans.models import Plan


@dataclass(frozen=True)
class Fault:
    """Something that has to be mended in the file before it can be read: where, and what to do."""

    tab: str
    section: str
    cell: str
    what: str


@dataclass
class Found:
    """What a workbook says: the plan's version it was made from, its changes, and its faults."""

    version: int = 0
    changes: list[Typed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@contextmanager
def on_disk(given: UploadedFile[Any]) -> Iterator[Path]:
    """An uploaded file where another process can read it, under its own name, as long as it is needed."""
    if (given.size or 0) > MOST_MB * 1024**2:
        raise FileRefused(_("The file is larger than %(most)d MB.") % {"most": MOST_MB})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (re.sub(r"[^\w .()-]", "_", given.name or "").strip(". ")[-80:] or "file")
        with path.open("wb") as file:
            for piece in given.chunks():
                file.write(piece)
        yield path


def read(path: Path, plan: Plan, pack: Pack) -> Found:
    """Read a workbook that was uploaded. Raises FileRefused for what is no plain workbook."""
    sheets = read_workbook(path)
    found = Found()
    readable = [each for each in sheets if each.name not in (MEASURES, GUIDANCE)]
    found.faults += _faults_of_layout(sheets, pack)
    found.version = _version(sheets, plan)
    if not found.version:
        found.faults.append(Fault(ABOUT, "", "B2", _("The plan's version is missing. Download the workbook again.")))
    if found.faults:
        return found
    reader = _Reader(document_of(plan, found.version), document_of(plan), pack, found)
    for sheet in readable:
        reader.read(sheet)
    reader.miss_nothing()
    found.faults = _merged(found.faults)
    return found


def _faults_of_layout(sheets: Sequence[SheetRead], pack: Pack) -> Iterator[Fault]:
    wanted = [ABOUT, *(each.id for each in pack.objectives), MEASURES, GUIDANCE]
    names = [each.name for each in sheets]
    for each in sheets:
        if each.is_hidden:
            yield Fault(each.name, "", "", _("This sheet is hidden. Show it, or delete it where it is not ours."))
        if each.name not in wanted:
            yield Fault(each.name, "", "", _("This sheet does not belong to the plan's workbook. Take it out."))
        for cell in each.cells:
            if cell.is_formula:
                yield Fault(each.name, "", cell.name, _("This is a formula. Write the text or number itself."))
    for name in wanted:
        if name not in names:
            yield Fault(name, "", "", _("This sheet is missing. Download the workbook again and write in that one."))


def _version(sheets: Sequence[SheetRead], plan: Plan) -> int:
    for sheet in sheets:
        if sheet.name == ABOUT:
            rows = {cell.text: cell.row for cell in sheet.cells if cell.column == REF_COLUMN}
            told = [c.text for c in sheet.cells if c.column == 2 and c.row == rows.get(VERSION_REF)]
            if told and told[0].isascii() and told[0].isdigit() and 1 <= int(told[0][:9]) <= plan.saves:
                return int(told[0][:9])
    return 0


@dataclass
class _Reader:
    """Reads the rows of one workbook against the version that it was made from."""

    base: Document
    now: Document
    pack: Pack
    found: Found
    seen: set[tuple[str, str]] = field(default_factory=set)

    def read(self, sheet: SheetRead) -> None:
        rows: dict[int, dict[int, CellRead]] = {}
        for cell in sheet.cells:
            rows.setdefault(cell.row, {})[cell.column] = cell
        for number, cells in rows.items():
            ref = cells.get(REF_COLUMN)
            if number == 1 or (ref and ref.text == VERSION_REF):
                continue
            if ref is None:
                self._outside(sheet.name, cells)
                continue
            self._row(sheet.name, number, ref.text, cells)

    def miss_nothing(self) -> None:
        for entry in ("about", *(each.id for each in self.pack.objectives)):
            for each in KINDS[self.base.things[entry].kind].fields:
                if (entry, each.name) not in self.seen:
                    tab = ABOUT if entry == "about" else entry
                    self._fault(tab, label_of(self.pack, each), "", _missing())

    def _outside(self, tab: str, cells: dict[int, CellRead]) -> None:
        for column in set(cells) - {1}:
            self._fault(tab, "", cells[column].name, _outside())

    def _row(self, tab: str, number: int, ref: str, cells: dict[int, CellRead]) -> None:
        place, form = self._place(ref, tab)
        if place is None or form is None or (place.entry, place.field) in self.seen:
            what = _("This reference was changed or stands twice. Download the workbook again.")
            self._fault(tab, "", f"D{number}", what)
            return
        self.seen.add((place.entry, place.field))
        for column, side in enumerate(form.sides, start=2):
            given = cells[column].text if column in cells else ""
            self._cell(tab, f"{chr(64 + column)}{number}", Place(place.entry, place.field, side, place.period), given)
        for column in set(cells) - {1, REF_COLUMN, *range(2, 2 + len(form.sides))}:
            self._fault(tab, "", cells[column].name, _outside())

    def _place(self, ref: str, tab: str) -> tuple[Place | None, Field | None]:
        name, _at, period = ref.partition("@")
        entry, _dot, field_name = name.rpartition(".")
        thing = self.base.things.get(entry)
        if thing is None or tab != (ABOUT if entry == "about" else thing.parent or entry):
            return None, None
        form = next((each for each in KINDS[thing.kind].fields if each.name == field_name), None)
        if form is None or form.per_period != bool(period) or (period and self.base.period(period) is None):
            return None, None
        return Place(entry, field_name, "", period), form

    def _cell(self, tab: str, cell: str, place: Place, given: str) -> None:
        form = KINDS[self.base.things[place.entry].kind].field(place.field)
        stood = self.base.written(place.entry, place.field, place.side, place.period)
        before = stood.text if stood else ""
        try:
            text = self._value(form, given, before)
        except values.BadValue as fault:
            self._fault(tab, label_of(self.pack, form), cell, str(fault))
            return
        if text != before.strip():
            self.found.changes.append(Typed(place, text, stood.version if stood else 0))

    def _value(self, form: Field, given: str, before: str) -> str:
        if form.kind == "person" and given.strip():
            if given.strip() == self.base.people.get(before):
                return before
            named = [number for number, name in self.now.people.items() if name == given.strip()]
            return values.read(form, named[0] if len(named) == 1 else "?", self.now.people)
        return values.read(form, given)

    def _fault(self, tab: str, section: str, cell: str, what: str) -> None:
        self.found.faults.append(Fault(tab, section, cell, what))


def _missing() -> str:
    return _("This row is missing. Download the workbook again.")


def _outside() -> str:
    return _("This stands outside the plan's rows. Move it to a shaded cell.")


def _merged(faults: Sequence[Fault]) -> list[Fault]:
    """The same fault of several cells once, with all their names."""
    cells: dict[tuple[str, str, str], list[str]] = {}
    for each in faults:
        cells.setdefault((each.tab, each.section, each.what), []).append(each.cell)
    return [Fault(tab, section, ", ".join(filter(None, named)), what) for (tab, section, what), named in cells.items()]
