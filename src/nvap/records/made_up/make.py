"""Make the made-up force: its extracts, their mappings and the hidden truth, in one folder."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nvap.errors import Refused, UsageFault, nearest
from nvap.records.contract import TABLES
from nvap.records.made_up import mappings, reference
from nvap.records.made_up.dirt import spoil
from nvap.records.made_up.extracts import YEARS, RecordExtracts
from nvap.records.made_up.files import EXTRACTS, MANIFEST, MAPPINGS, TRUTH, ExtractWriter, MadeUpFile
from nvap.records.made_up.further import further_sheets
from nvap.records.made_up.shape import (
    DEFAULT_END,
    DEFAULT_SEED,
    FORCE_CODE,
    FORCE_NAME,
    MONTHS,
    TIME_ZONE,
    Shape,
    shape_of,
)  # fmt: skip
from nvap.records.made_up.spoilings import STAFF, TRAINING
from nvap.records.made_up.truth import Truth
from nvap.records.made_up.workforce import Person, people_of
from nvap.records.workspace import write_json

Progress = Callable[[str], None]

# What loads first: what others refer to, then records by as-at date.
_ORDER = (
    "grade_config", "population", "course_requirements", "calendar", "staff", "training", "incidents", "deployments",
    "s136", "crimes",
)  # fmt: skip
_FORMAT = 4  # raise it when the same seed comes to give other files, so that old ones are made anew
_README = f"""\
{FORCE_NAME}

Everything in this folder is made up by `nvap demo`. Nothing in it is about a real force, a real person or a real event,
and it must never be shown as if it were.

{EXTRACTS}/   files as a force would extract them, with the faults that real extracts have
{MAPPINGS}/   one mapping file for each extract
{TRUTH}/      what truly happened, and what a reader of the extracts should find; never load it
{MANIFEST}   the extracts in the order in which to load them, with their as-at dates
"""


@dataclass(frozen=True)
class MadeUp:
    """A made-up force on disk: its files in the order in which to load them, and its hidden truth."""

    folder: Path
    size: str
    seed: int
    end: str
    files: tuple[MadeUpFile, ...]

    @property
    def origin(self) -> str:
        """What it was made from, as its mappings say."""
        return shape_of(self.size, self.seed, self.end).origin

    def file(self, name: str) -> MadeUpFile:
        """The extract of this name, such as `incidents-2021-22`. Raises UsageFault for one that there is not."""
        named = {each.path.stem.removeprefix("made-up-"): each for each in self.files}
        if name not in named:
            raise UsageFault(f"There is no made-up extract `{name}`.{nearest(name, named)}")
        return named[name]

    @property
    def truth(self) -> dict[str, Any]:
        """What truly happened and what a reader of the files should find (`truth/truth.json`)."""
        content: dict[str, Any] = json.loads((self.folder / TRUTH / "truth.json").read_text(encoding="utf-8"))
        return content


def make(
    folder: Path,
    *,
    size: str = "small",
    seed: int = DEFAULT_SEED,
    end: str = DEFAULT_END,
    progress: Progress | None = None,
) -> MadeUp:
    """Make a made-up force of five years in `folder`; the same size, seed and end give the same bytes.

    `size` is `small` (about 20,000 logs a year) or `force` (about 300,000), `end` the last month. What an earlier call
    left in the folder is replaced. Raises UsageFault for a size, seed or end that cannot be, and Refused where the
    folder holds anything else.
    """
    shape = shape_of(size, seed, end)
    say = progress or (lambda _: None)
    _clear(folder)
    for part in (EXTRACTS, MAPPINGS, TRUTH):
        (folder / part).mkdir(parents=True)
    (folder / "READ-ME-MADE-UP.txt").write_text(_README, encoding="utf-8")
    truth = Truth(shape, folder)
    records = RecordExtracts(shape, folder, truth)
    for month in range(MONTHS):
        records.write_month(month)
        if month % 12 == 11:
            say(f"Made up {shape.year_name(month // 12)}: year {month // 12 + 1} of {YEARS}")
    people = people_of(shape)
    further = further_sheets(shape, folder, records.gathered, truth.tallies)
    writers = [*_small_tables(shape, folder, people), *records.writers, *further]
    for writer in writers:
        writer.close()
    order = [*_ORDER, *(table for table in TABLES if table not in _ORDER)]
    writers.sort(key=lambda each: (order.index(each.contract_table), each.as_at))
    truth.write(writers, people)
    made = MadeUp(folder, size, seed, end, tuple(writer.made for writer in writers))
    _write_manifest(made)
    say(f"Made up {len(made.files)} extracts in {folder}")
    return made


def made_in(folder: Path) -> MadeUp | None:
    """The made-up force that a whole run left in a folder, or None where there is none."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if content["format"] != _FORMAT or not content["complete"]:
            return None
        files = tuple(
            MadeUpFile(
                folder / each["file"],
                each["table"],
                folder / each["mapping"],
                datetime.date.fromisoformat(each["as_at"]),
            )
            for each in content["files"]
        )
        return MadeUp(folder, content["size"], content["seed"], content["end"], files)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _clear(folder: Path) -> None:
    """Empty a folder that an earlier call made, and mark it as ours, so that a broken run can be made again."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (folder / MANIFEST).is_file():
            raise Refused(f"{folder} holds something that is not a made-up force; choose an empty folder with --out.")
        for part in (EXTRACTS, MAPPINGS, TRUTH):
            shutil.rmtree(folder / part, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / MANIFEST, {"made_up": True, "format": _FORMAT, "complete": False})


def _write_manifest(made: MadeUp) -> None:
    content = {
        "made_up": True,
        "note": "Nothing here is real.",
        "format": _FORMAT,
        "complete": True,
        "force": {"code": FORCE_CODE, "name": FORCE_NAME, "time_zone": TIME_ZONE},
        "size": made.size,
        "seed": made.seed,
        "end": made.end,
        "files": [
            {
                "file": each.path.relative_to(made.folder).as_posix(),
                "table": each.table,
                "mapping": each.mapping.relative_to(made.folder).as_posix(),
                "as_at": str(each.as_at),
            }
            for each in made.files
        ],
    }
    write_json(made.folder / MANIFEST, content)


def _small_tables(shape: Shape, folder: Path, people: list[Person]) -> Iterator[ExtractWriter]:
    """Grades, population, courses, calendar, staff and training, each written and described."""
    first, last, years = shape.year_as_at(0), shape.year_as_at(YEARS - 1), reference.years_served(shape)
    for name, table, as_at, rows, mapping in (
        ("grade-config", "grade_config", first, reference.grade_config(shape), mappings.grade_config(shape, first)),
        ("population-projected", "population", first, reference.population(shape, restated=False),
         mappings.population(shape, "population-projected", first, years)),
        ("population", "population", last, reference.population(shape, restated=True),
         mappings.population(shape, "population", last, years)),
        ("course-requirements", "course_requirements", first, reference.course_requirements(shape),
         mappings.course_requirements(shape, first)),
        ("calendar", "calendar", first, reference.calendar(shape, known_at_first=True),
         mappings.calendar(shape, "calendar", "full", first)),
        ("calendar-later", "calendar", last, reference.calendar(shape, known_at_first=False),
         mappings.calendar(shape, "calendar-later", "changes", last)),
    ):  # fmt: skip
        writer = ExtractWriter(folder, name, table, as_at)
        writer.write(rows)
        writer.describe(mapping)
        yield writer
    yield _staff(shape, folder, people, last)
    yield _training(shape, folder, people, last)


def _staff(shape: Shape, folder: Path, people: list[Person], as_at: datetime.date) -> ExtractWriter:
    writer = ExtractWriter(folder, "staff", "staff", as_at, delimiter=";")
    writer.describe(mappings.staff(shape, as_at))
    rng = shape.random("staff dirt")
    for month in range(MONTHS):
        table = reference.staff_in(shape, people, month)
        # The newest snapshots stay clean, so that what is shown first is not short of a member of staff.
        usual = np.full(table.num_rows, month % 12 == 5 and month < MONTHS - 12)
        writer.write(spoil(table, [(each, usual) for each in STAFF], 1, writer.tally, rng)[0])
    return writer


def _training(shape: Shape, folder: Path, people: list[Person], as_at: datetime.date) -> ExtractWriter:
    writer = ExtractWriter(folder, "training", "training", as_at, delimiter=";")
    writer.describe(mappings.training(shape, as_at))
    table = reference.training(people)
    # Only completions that ran out before the first month are spoiled: losing one changes nobody's standing.
    first = f"{shape.first:%Y%m%d}"
    stale = np.array(
        [text is not None and text[6:] + text[3:5] + text[:2] < first for text in table["VALID_TO"].to_pylist()]
    )
    rng = shape.random("training dirt")
    writer.write(spoil(table, [(each, stale) for each in TRAINING], 3, writer.tally, rng)[0])
    return writer
