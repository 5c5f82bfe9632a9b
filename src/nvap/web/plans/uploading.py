"""A workbook of the plan that came back: what is wrong with it, and what it would change."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import translation
from django.utils.translation import gettext as _

from nvap.documents.plan_reading import MOST_MB, CellRead, SheetRead, read_workbook
from nvap.documents.plan_workbook import ABOUT, GUIDANCE, LISTS, REF_COLUMN, VERSION_REF
from nvap.errors import FileRefused, nearest
from nvap.packs import Pack
from nvap.plan import values
from nvap.plan.document import SEPARATOR, Document, Place
from nvap.plan.form import KINDS, Field
from nvap.web.plans.actions.saving import Typed
from nvap.web.plans.blanks import label_of
from nvap.web.plans.checks import faults
from nvap.web.plans.document import document_of, present
from nvap.web.plans.models import Plan
from nvap.web.plans.reading import ABOUT as ABOUT_IT
from nvap.web.plans.sections import Section, offered_for, sections
from nvap.web.plans.workbook import sides, tabs


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
    if not any(cell.text == VERSION_REF for sheet in sheets for cell in sheet.cells):
        raise FileRefused(
            _(
                "%(file)s is not the plan's workbook as this page gives it. A plan in the toolkit's own form can be "
                "brought in further down the page."
            )
            % {"file": path.name}
        )
    found = Found()
    found.faults += _faults_of_layout(sheets, pack)
    found.version = _version(sheets, plan)
    if not found.version:
        found.faults.append(Fault(ABOUT, "", "B2", _("The plan's version is missing. Download the workbook again.")))
    if found.faults:
        return found
    reader = _Reader(document_of(plan, found.version), present(plan.force), pack, found)
    for sheet in sheets:
        if sheet.name not in (GUIDANCE, LISTS):
            reader.read(sheet)
    reader.miss_nothing()
    reader.fit_together()
    found.faults = _merged(found.faults)
    return found


def _faults_of_layout(sheets: Sequence[SheetRead], pack: Pack) -> Iterator[Fault]:
    wanted, objectives, heads = tabs(pack), {each.id for each in pack.objectives}, _heads()
    names = [each.name for each in sheets]
    for each in sheets:
        if each.is_hidden:
            yield Fault(each.name, "", "", _("This sheet is hidden. Show it, or delete it where it is not ours."))
        if each.name not in wanted:
            yield Fault(each.name, "", "", _("This sheet does not belong to the plan's workbook. Take it out."))
        if each.name in objectives and (_head(each, 2), _head(each, 3)) not in heads:
            yield Fault(each.name, "", "B1, C1", _("These column headings were changed. Download the workbook again."))
        labels = {cell.row: cell.text for cell in each.cells if cell.column == 1}
        for cell in each.cells:
            if cell.is_formula:
                section = labels.get(cell.row, "") if cell.column > 1 else ""
                yield Fault(each.name, section, cell.name, _("This is a formula. Write the text or number itself."))
    for name in wanted:
        if name not in names:
            yield Fault(name, "", "", _("This sheet is missing. Download the workbook again and write in that one."))


def _head(sheet: SheetRead, column: int) -> str:
    return next((each.text for each in sheet.cells if (each.row, each.column) == (1, column)), "")


def _heads() -> set[tuple[str, str]]:
    """The two sides as the heads of their columns, in every language that the workbook may have been made in."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(sides())
    return found


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
    people: Mapping[str, str]
    pack: Pack
    found: Found
    sections: dict[str, Section] = field(default_factory=dict)
    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    cells: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sections = {each.entry: each for each in sections(self.pack, self.base)}

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
        """Every row that the workbook came with is still there; those of a reporting period go with the period."""
        for section in self.sections.values():
            for name in section.names:
                form = self._field(section.entry, name)
                if not form.per_period and (section.entry, name) not in self.cells:
                    self._fault(section.tab, self._named(section.entry, form), "", _missing())

    def fit_together(self) -> None:
        """What changed about each thing fits with the rest of it."""
        for entry in dict.fromkeys(each.place.entry for each in self.found.changes):
            if not self.found.faults:
                for name, what in faults(self.pack, self.base, entry, self.typed[entry]).items():
                    cell = self.cells.get((entry, name), "")
                    self._fault(self.sections[entry].tab, self._named(entry, self._field(entry, name)), cell, what)

    def _outside(self, tab: str, cells: dict[int, CellRead]) -> None:
        for column in set(cells) - {1}:
            self._fault(tab, "", cells[column].name, _outside())

    def _row(self, tab: str, number: int, ref: str, cells: dict[int, CellRead]) -> None:
        place = self._place(ref, tab)
        if place is None or (place.entry, place.field) in self.cells:
            what = _("This reference was changed or stands twice. Download the workbook again.")
            self._fault(tab, "", f"D{number}", what)
            return
        form = self._field(place.entry, place.field)
        self.cells[place.entry, place.field] = f"B{number}"
        for column, side in enumerate(form.sides, start=2):
            given = cells[column].text if column in cells else ""
            self._cell(tab, f"{chr(64 + column)}{number}", replace(place, side=side), given)
        for column in set(cells) - {1, REF_COLUMN, *range(2, 2 + len(form.sides))}:
            self._fault(tab, "", cells[column].name, _outside())

    def _place(self, ref: str, tab: str) -> Place | None:
        name, _at, period = ref.partition("@")
        entry, _dot, field_name = name.rpartition(".")
        section = self.sections.get(entry)
        if section is None or section.tab != tab or field_name not in section.names:
            return None
        form = self._field(entry, field_name)
        if form.per_period != bool(period) or (period and self.base.period(period) is None):
            return None
        return Place(entry, field_name, "", period)

    def _cell(self, tab: str, cell: str, place: Place, given: str) -> None:
        form = self._field(place.entry, place.field)
        stood = self.base.written(place.entry, place.field, place.side, place.period)
        before = stood.text if stood else ""
        try:
            text = self._value(place, form, given, before)
        except values.BadValue as fault:
            self._fault(tab, self._named(place.entry, form), cell, str(fault))
            return
        if not form.per_side:
            self.typed.setdefault(place.entry, {})[place.field] = text
        if text != before.strip():
            self.found.changes.append(Typed(place, text, stood.version if stood else 0))

    def _value(self, place: Place, form: Field, given: str, before: str) -> str:
        """What a cell says, as the plan keeps it; choices are told in words, some of which only this plan knows."""
        if form.kind == "person" and given.strip():
            return self._person(form, given.strip(), before)
        if form.kind not in ("choice", "choices", "flag") or not given.strip():
            return values.read(form, given)
        offered = offered_for(self.pack, self.base, place.entry, form)
        by_words = {words.casefold(): value for value, words in offered} | {value: value for value, _words in offered}
        by_words |= {each: each for each in before.split(SEPARATOR)}
        lines = [each.strip() for each in given.splitlines() if each.strip()]
        chosen = [by_words.get(each.casefold(), by_words.get(each)) for each in lines]
        if None in chosen or (form.kind != "choices" and len(chosen) > 1):
            words = [told for _value, told in offered]
            near = nearest(next((line for line, each in zip(lines, chosen, strict=True) if each is None), ""), words)
            raise values.BadValue(_("Choose from the list on the sheet Lists.") + near)
        return values.read(form, SEPARATOR.join(filter(None, chosen)), set(by_words.values()))

    def _person(self, form: Field, given: str, before: str) -> str:
        if given == self.base.people.get(before):
            return before
        named = [number for number, name in self.people.items() if name == given]
        if len(named) > 1:
            raise values.BadValue(_("Several people of the force have this name: choose one on the page instead."))
        return values.read(form, named[0] if named else "?", self.people)

    def _field(self, entry: str, name: str) -> Field:
        return KINDS[self.base.things[entry].kind].field(name)

    def _named(self, entry: str, form: Field) -> str:
        """How a row is called: by what it is about, where a sheet is about several things."""
        label = label_of(self.pack, form)
        return label if entry == self.sections[entry].tab or entry == ABOUT_IT else f"{entry} {label}"

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
