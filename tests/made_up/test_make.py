"""Making the made-up force: the same seed gives the same bytes, nothing else is overwritten, all of it is labelled."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from nvap.errors import Refused, UsageFault
from nvap.records.made_up import MadeUp, made_in, make
from nvap.records.made_up.shape import shape_of


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(made_up: MadeUp, tmp_path: Path) -> None:
    again = make(tmp_path / "again", size="small", seed=212)
    other = make(tmp_path / "other", size="small", seed=213)

    first, second, third = digests(made_up.folder), digests(again.folder), digests(other.folder)

    assert first == second
    assert set(first) == set(third)
    same = {name for name in first if first[name] == third[name]}
    # Configuration is the force's own whatever the seed; every record differs, and every mapping names its seed.
    assert same == {
        "READ-ME-MADE-UP.txt",
        "extracts/made-up-calendar.csv",
        "extracts/made-up-calendar-later.csv",
        "extracts/made-up-code-map.csv",
        "extracts/made-up-course-requirements.csv",
        "extracts/made-up-agreements.csv",
        "extracts/made-up-grade-config.csv",
        "extracts/made-up-survey-waves.csv",
    }


def test_every_file_says_that_it_is_made_up(made_up: MadeUp) -> None:
    for each in made_up.files:
        mapping = each.mapping.read_text(encoding="utf-8")
        assert each.path.name.startswith("made-up-")
        assert mapping.startswith("# MADE UP")
        assert "Made-up Constabulary (not a real force)" in mapping
        assert "licence: made-up" in mapping
    assert made_up.truth["made_up"] is True
    assert json.loads((made_up.folder / "made-up.json").read_text(encoding="utf-8"))["made_up"] is True


def test_no_column_holds_a_name_an_address_or_a_birth_date(made_up: MadeUp) -> None:
    for each in made_up.files:
        with each.path.open(encoding="utf-8") as file:
            header = file.readline().strip()
        assert not re.search(r"\b(NAME|SURNAME|DOB|BIRTH|ADDRESS|POSTCODE|PHONE|EASTING|LAT)\b", header), each.path.name


def test_a_made_up_force_is_found_again_only_when_it_is_whole(made_up: MadeUp, tmp_path: Path) -> None:
    assert made_in(made_up.folder) == made_up
    assert made_in(tmp_path) is None
    (tmp_path / "made-up.json").write_text('{"made_up": true, "format": 1, "complete": false}', encoding="utf-8")
    assert made_in(tmp_path) is None


def test_a_run_that_broke_off_is_made_again_and_progress_is_told_year_by_year(tmp_path: Path) -> None:
    (tmp_path / "extracts").mkdir()
    (tmp_path / "extracts" / "made-up-half.csv").write_text("half", encoding="utf-8")
    (tmp_path / "made-up.json").write_text('{"made_up": true, "format": 1, "complete": false}', encoding="utf-8")
    said: list[str] = []

    made = make(tmp_path, progress=said.append)

    assert made_in(tmp_path) == made
    assert not (tmp_path / "extracts" / "made-up-half.csv").exists()
    assert said[0] == "Made up 2021-22: year 1 of 5"
    assert said[-1].startswith("Made up 68 extracts")


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("my only copy", encoding="utf-8")

    with pytest.raises(Refused, match="is not a made-up force"):
        make(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"size": "huge"}, "--size is small or force; found `huge`"),
        ({"seed": -1}, "--seed is a whole number"),
        ({"end": "2026-13"}, "--end is a month such as 2026-09"),
        ({"end": "2010-01"}, "--end is 2024-03 or later"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_made(tmp_path: Path, wrong: dict[str, str], said: str) -> None:
    with pytest.raises(UsageFault, match=re.escape(said)):
        make(tmp_path / "out", **wrong)  # type: ignore[arg-type]

    assert not (tmp_path / "out").exists()


def test_files_stand_in_an_order_in_which_nothing_refers_ahead(made_up: MadeUp) -> None:
    tables = list(dict.fromkeys(each.table for each in made_up.files))

    assert tables[0] == "grade_config"
    assert tables.index("incidents") < tables.index("deployments") < tables.index("s136") < tables.index("crimes")
    for table in tables:
        dates = [each.as_at for each in made_up.files if each.table == table]
        assert dates == sorted(dates)


def test_another_last_month_moves_everything() -> None:
    shape = shape_of("small", 1, "2025-03")

    assert shape.month_name(0) == "2020-04"
    assert shape.year_as_at(4).isoformat() == "2025-04-10"
    assert shape.incident_extracts()[0].name == "incidents-2020-21"
