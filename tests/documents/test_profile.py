"""The problem profile as PDF, Word and tables: the same words in each, marked on each page, small numbers hidden from
partners."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from tests.documents.test_board_pack import opened, tags, words_on
from tests.measures.test_cli_measures import nvap

from nvap.disclosure.policy import HIDDEN
from nvap.disclosure.table import Column, Table
from nvap.documents.board_pack import Said
from nvap.documents.profile import (
    Drawing,
    Grid,
    ProfileDocument,
    Section,
    as_json,
    from_json,
    pdf,
    read_audience,
)
from nvap.documents.profile_docx import docx
from nvap.documents.profile_files import as_csv, workbook, write
from nvap.documents.profile_sections import document
from nvap.errors import Refused, UsageFault
from nvap.measures.profile import Profile, Told, Wish, profile
from nvap.measures.profile_counts import Kind, Kinds, Repeats
from nvap.records.load import load
from nvap.records.workspace import Force, Workspace, make_workspace
from nvap.statistics.proportion import wilson_interval

DAYS = 390
FIRST = datetime.datetime.fromisoformat("2025-01-01T06:30")
WHEN = {"format": "%Y-%m-%d %H:%M"}


@pytest.fixture(scope="session")
def worked_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a workspace is whose force has three incidents a day for 55 weeks and more, one of the three flagged."""
    folder = tmp_path_factory.mktemp("profile")
    workspace = make_workspace(folder / "workspace", kind="practice")
    _load_all(workspace, workspace.add_force("northshire", "Northshire Police"), folder)
    return folder


@pytest.fixture(scope="session")
def found(worked_in: Path) -> Profile:
    """The profile of that force's year."""
    workspace = make_workspace(worked_in / "workspace", kind="practice")
    force = workspace.force("northshire")
    return profile(workspace, force, Wish(start=datetime.date(2025, 1, 1), end=datetime.date(2025, 12, 31)))


@pytest.fixture(scope="session")
def inside(found: Profile) -> ProfileDocument:
    return document(found)


@pytest.fixture(scope="session")
def shared(found: Profile) -> ProfileDocument:
    return document(found, audience="partners", marking="OFFICIAL")


@pytest.fixture(scope="session")
def inside_pdf(inside: ProfileDocument) -> bytes:
    return pdf(inside)


@pytest.fixture(scope="session")
def inside_docx(inside: ProfileDocument) -> bytes:
    return docx(inside)


def _load_all(workspace: Workspace, force: Force, folder: Path) -> None:
    extract = {"kind": "full", "from": "2025-01-01", "to": "2026-01-25"}
    moments = [FIRST + datetime.timedelta(days=day, hours=7 * at) for day in range(DAYS) for at in range(3)]
    ends = [f"{at + datetime.timedelta(minutes=40 + at.day):%Y-%m-%d %H:%M}" for at in moments]
    ends = ["" if at % 50 == 0 else end for at, end in enumerate(ends)]
    areas = ("Ash", "Birch", "Cherry", "Oak", "Pine", "Rowan")
    codes = ("CFW", "MIS", "DOM")
    rows = [
        f"R{at},{moment:%Y-%m-%d %H:%M},{ends[at]},{areas[at % 6]},{'Y' if at % 3 == 0 else 'N'},"
        f"{codes[at % 2] if at % 30 else codes[2]},P{at % 90},{'hospital' if at % 90 == 0 else 'home'}"
        for at, moment in enumerate(moments)
    ]
    heading = "ref,at,cleared,area,flag,code,place,kind"
    flag = {"expr": "flag", "values": {"Y": True, "N": False}}
    places = {"incident_ref": "ref", "created": {"expr": "at", **WHEN}, "area": "area", "place_key": "place"}
    kinds = {
        "closure_kind": {"expr": "'counted'"},
        "mh_at_closure": flag,
        "mh_at_opening": flag,
        "closing_code": "code",
        "place_kind": "kind",
    }
    cleared = {"expr": "cleared", **WHEN, "missing": [""]}
    sent = {"deployment_ref": "ref", "incident_ref": "ref", "assigned": {"expr": "at", **WHEN}, "cleared": cleared}
    sent |= {"arrived": {"expr": "at", **WHEN}, "officers": {"expr": "'2'"}}
    people = {"incident_ref": "ref", "record_date": {"expr": "at", **WHEN}, "person_key": "place"}
    people |= {"role": {"expr": "'subject'"}, "match_method": {"expr": "'rms_id'"}}
    strands = {"incident_ref": "ref", "strand": {"expr": "'suicide'"}, "set_at": {"expr": "at", **WHEN}}
    into = _Into(workspace, force, folder)
    into.load("incidents", [heading, *rows], {**places, **kinds}, extract=extract)
    into.load("deployments", [heading, *rows], sent, extract=extract)
    into.load("person_links", [heading, *rows[::2]], people, extract=extract)
    into.load("vulnerability_flags", [heading, *rows[::11]], strands, extract=extract)
    residents = [f"{area},{year},{1000 + 500 * at}" for year in (2025, 2026) for at, area in enumerate(areas)]
    into.load("population", ["area,year,people", *residents], {"area": "area", "year": "year", "people": "people"})


class _Into:
    """Where extracts are loaded into, and the folder that their files are written to."""

    def __init__(self, workspace: Workspace, force: Force, folder: Path) -> None:
        self.workspace, self.force, self.folder = workspace, force, folder

    def load(self, table: str, lines: Sequence[str], columns: Mapping[str, Any], **more: Any) -> None:
        file, mapping = self.folder / f"{table}.csv", self.folder / f"{table}.yaml"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        told = {"mapping": table, "version": 1, "made_up": True, "table": table, "time_zone": "Europe/London", **more}
        mapping.write_text(json.dumps({**told, "columns": columns}), encoding="utf-8")
        load(self.workspace, self.force, file, mapping, as_at=datetime.date(2026, 2, 1))


def tiny(text: str = "Ten of them.", **changed: Any) -> ProfileDocument:
    grid = Grid("g", "Counts", ("Kind", "Counted"), (False, True), (("One", "12"), (text, "30")), (text,))
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><rect width="9" height="9"/></svg>'
    section = Section("rules", "Demand", (text,), (Drawing("d", svg, svg, "Steady."),), (grid,), (text,))
    made = ProfileDocument(
        title="Mental health problem profile",
        force="Northshire Police",
        days="1 January 2025 to 31 December 2025",
        audience="inside",
        marking="OFFICIAL-SENSITIVE",
        figures=(Said("incidents", "42"),),
        in_short=(text,),
        facts=(Said("As at", "1 February 2026"),),
        sections=(section,),
        not_said=(text,),
    )
    return replace(made, **changed)


def words_in(made: bytes) -> str:
    with opened(made) as held:
        return "".join(words_on(page) for page in held.pages)


def word_texts(made: bytes) -> list[str]:
    held = Document(io.BytesIO(made))
    cells = [cell.text for table in held.tables for row in table.rows for cell in row.cells]
    return [*(each.text for each in held.paragraphs), *cells]


def every_text(told: ProfileDocument) -> Iterable[str]:
    yield from (*told.in_short, *told.not_said)
    for section in told.sections:
        yield from (section.title, *section.said, *section.notes, *filter(None, (section.why,)))
        for grid in section.grids:
            yield from (grid.title, *grid.headings, *grid.notes)
            yield from (cell for row in grid.rows for cell in row)


def test_the_pdf_is_tagged_titled_and_can_be_read_out(inside_pdf: bytes, inside: ProfileDocument) -> None:
    with opened(inside_pdf) as held:
        found = tags(held)
        assert held.docinfo["/Title"] == "Mental health problem profile, Northshire Police"
        assert str(held.Root.Lang) == "en-GB"
        with held.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
    kinds = [kind for kind, _ in found]
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/TOC"} <= set(kinds)
    drawn = [each.alt for section in inside.sections for each in section.drawings]
    assert [alt for kind, alt in found if kind == "/Figure"] == drawn
    assert len(drawn) == 4


def test_every_page_is_marked_and_numbered(inside_pdf: bytes) -> None:
    with opened(inside_pdf) as held:
        pages = [words_on(page) for page in held.pages]
        sizes = {tuple(round(float(side)) for side in page.MediaBox[2:]) for page in held.pages}

    assert sizes == {(595, 842)}
    for number, said in enumerate(pages, start=1):
        assert said.count("OFFICIAL-SENSITIVE·Notforrelease·Made-upforce:nothinghereisreal") == 2
        assert f"Page{number}of{len(pages)}" in said


def test_every_word_of_the_profile_stands_in_the_pdf_and_in_word(
    inside: ProfileDocument, inside_pdf: bytes, inside_docx: bytes
) -> None:
    printed, typed = words_in(inside_pdf), "\n".join(word_texts(inside_docx))

    for text in every_text(inside):
        assert re.sub(r"\s", "", text) in printed, text
        assert text in typed, text


def test_the_same_profile_gives_the_same_bytes(inside: ProfileDocument, inside_pdf: bytes, inside_docx: bytes) -> None:
    assert pdf(inside) == inside_pdf
    assert docx(inside) == inside_docx


def test_word_has_header_rows_alternative_texts_and_no_persons_name(inside_docx: bytes) -> None:
    held = Document(io.BytesIO(inside_docx))

    assert held.core_properties.author == "NVAP"
    assert held.core_properties.language == "en-GB"
    assert held.sections[0].header.paragraphs[0].text.startswith("OFFICIAL-SENSITIVE · Not for release")
    shapes = held.inline_shapes
    assert len(shapes) == 4
    assert all(shape._inline.docPr.get("descr") for shape in shapes)
    headed = [table for table in held.tables if table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")]
    # The numbers of the first page are no table with a header.
    assert len(headed) == len(held.tables) - 1
    assert [each.text for each in held.paragraphs if each.style and each.style.name == "Heading 1"][:2] == [
        "In short",
        "Contents",
    ]


def test_the_first_page_says_in_short_what_a_chief_needs(inside: ProfileDocument) -> None:
    said = " ".join(inside.in_short)

    # One a day: 365 of 1,095 counted incidents, of 13,500 people.
    assert "365 incidents were recorded as mental-health-related, flagged at closure (R1)" in said
    assert "33.3% (95% interval 30.6% to 36.2%) of all counted incidents" in said
    assert "officer hours in a mean week" in said
    assert "This profile cannot say" in said
    figures = [each.label for each in inside.figures]
    assert figures[0] == "mental-health-related incidents, flagged at closure (R1)"
    assert figures[1].startswith("for each 1,000 people, 95% interval 24.3 to ")
    assert figures[2].startswith("officer hours in a mean week, 95% interval ")


def test_the_hours_stand_by_weekday_and_shift_with_interval_and_bounds(inside: ProfileDocument) -> None:
    hours = inside.section("hours")
    matrix = next(grid for grid in hours.grids if grid.id == "hours-matrix")
    whole = next(grid for grid in hours.grids if grid.id == "hours-table")

    assert len(matrix.rows) == 7
    assert len(whole.rows) == 21
    assert "At least" in whole.headings
    assert "At most" in whole.headings
    assert "jobs is not known (deployments.cleared missing" in hours.said[1]


def test_where_no_forecast_can_be_made_it_says_why_and_stands_among_what_could_not_be_said(
    inside: ProfileDocument,
) -> None:
    assert "needs 104 whole weeks in a row" in inside.section("ahead").why
    assert any("The weeks ahead" in each for each in inside.not_said)


def test_a_rule_without_its_column_is_among_what_could_not_be_said(inside: ProfileDocument) -> None:
    assert any("plus linked records (R3)" in each and "s136" in each for each in inside.not_said)


def test_nothing_in_the_documents_is_keyed_to_a_person_or_a_place(inside: ProfileDocument, found: Profile) -> None:
    texts = " ".join(every_text(inside))

    assert found.people.value is not None
    assert not re.search(r"\b[0-9a-f]{32}\b", texts + json.dumps(as_json(inside)))
    for _, table in inside.tables:
        assert not {column.domain for column in table.columns} & {"person", "staff", "place", "record"}


def test_institutions_are_labelled_and_stand_apart_from_homes(inside: ProfileDocument) -> None:
    grids = {grid.title: grid for grid in inside.section("places").grids}

    homes = grids["Homes, streets and other places by how many incidents they had"]
    institutions = grids["Institutions by how many incidents they had"]
    # The thirty places of the flagged third of the incidents, one of them the hospital.
    assert sum(int(row[1]) for row in homes.rows) == 29
    assert sum(int(row[1]) for row in institutions.rows) == 1
    assert [row[0] for row in grids["Kind of place"].rows] == ["Private home", "Hospital"]


def test_where_no_extract_tells_the_kind_of_place_that_is_said(found: Profile) -> None:
    nothing = Told[Any](None, "No mapping fills incidents.place_kind.")
    told = document(replace(found, institutions=nothing, place_kinds=nothing))

    grids = {grid.title: grid for grid in told.section("places").grids}
    assert "No extract says what kind of place a place is." in grids["Places by how many incidents they had"].notes[0]
    assert "Institutions: No mapping fills incidents.place_kind." in told.not_said


def test_partners_find_no_small_count_in_any_table_or_text(shared: ProfileDocument) -> None:
    for name, table in shared.tables:
        assert table.profile == "shared", name
        for column, cells in zip(table.columns, zip(*table.rows, strict=True), strict=True):
            if column.kind in ("count", "base"):
                assert not [each for each in cells if isinstance(each, int | float) and 0 < each < 10], name
    for grid in (grid for section in shared.sections for grid in section.grids):
        if "Incidents" in grid.headings:
            at = grid.headings.index("Incidents")
            assert not [row for row in grid.rows if row[at] in set("123456789")], grid.title


def test_partners_see_no_hour_of_a_weekday_and_only_one_table_of_people(
    shared: ProfileDocument, inside: ProfileDocument
) -> None:
    assert not shared.section("week").drawings
    assert inside.section("week").drawings
    assert (len(inside.section("people").grids), len(shared.section("people").grids)) == (2, 1)


def test_what_partners_get_is_not_marked_as_not_for_release(shared: ProfileDocument) -> None:
    assert shared.marks() == "OFFICIAL · Made-up force: nothing here is real"
    drawn = [each.svg for section in shared.sections for each in section.drawings]
    assert drawn
    assert not [svg for svg in drawn if "Not for release" in svg]


def test_kinds_that_are_small_stand_together_so_that_none_can_be_taken_from_the_total(found: Profile) -> None:
    counts = {"Often": 60, "Middling": 25, "Rare": 6, "Rarest": 2}
    kinds = tuple(Kind(name, many, wilson_interval(many, 93)) for name, many in counts.items())
    told = replace(found.kinds[0], value=Kinds("Category at closure", kinds, unknown=4, total=97, many=False))

    grid = document(replace(found, kinds=(told,)), audience="partners").section("kinds").grids[0]

    # Six and two and the four without any are twelve.
    assert [row[:2] for row in grid.rows] == [
        ("Often", "60"),
        ("Middling", "25"),
        ("All other kinds, and not on record", "12"),
    ]
    assert grid.notes == ()


def test_a_remainder_that_stays_small_takes_the_next_kind_with_it(found: Profile) -> None:
    kinds = tuple(Kind(name, many, wilson_interval(many, 65)) for name, many in {"A": 50, "B": 12, "C": 3}.items())
    told = replace(found.kinds[0], value=Kinds("Category at closure", kinds, unknown=0, total=65, many=False))

    grid = document(replace(found, kinds=(told,)), audience="partners").section("kinds").grids[0]

    assert [row[:2] for row in grid.rows] == [("A", "50"), ("All other kinds", "15")]


def test_people_in_rare_steps_are_put_together_for_partners(found: Profile) -> None:
    from nvap.measures.profile_counts import Often

    steps = (Often(1, 1, 80, 80), Often(2, 2, 15, 30), Often(3, 5, 7, 25), Often(6, None, 2, 19))
    told = Repeats(steps, 104, wilson_interval(24, 104), incidents=170, unlinked=16, covered=True)
    altered = replace(found, people=replace(found.people, value=told))

    rows = document(altered, audience="partners").section("people").grids[0].rows
    exact = document(altered).section("people").grids[0].rows

    assert [row[:2] for row in rows] == [("1", "80"), ("2 or more", "24")]
    assert [row[:2] for row in exact] == [("1", "80"), ("2", "15"), ("3–5", "7"), ("6 or more", "2")]


def test_a_single_hidden_row_takes_the_next_smallest_with_it(found: Profile) -> None:
    assert found.areas.value is not None
    rows = []
    for place, row in enumerate(found.areas.value.rows):
        rows.append({**row, "numerator": 4.0 if place == 0 else 40.0 + place})
    altered = replace(found, areas=replace(found.areas, value=replace(found.areas.value, rows=tuple(rows))))

    table = dict(document(altered, audience="partners").tables)["places"]

    assert sum(HIDDEN in row for row in table.rows) == 2
    section = document(altered, audience="partners").section("places")
    assert not section.drawings
    hidden = [row for row in section.grids[0].rows if HIDDEN in row]
    assert [row[1:] for row in hidden] == [(HIDDEN, row[2], HIDDEN, HIDDEN) for row in hidden]


def test_a_shift_with_few_jobs_is_hidden_from_partners_wherever_it_stands(found: Profile) -> None:
    hours = found.hours.value
    assert hours is not None
    few = min(hours.cells, key=lambda each: each.hours.estimate.value)
    cells = tuple(replace(each, jobs=4 if each == few else 30 + at) for at, each in enumerate(hours.cells))
    altered = replace(found, hours=replace(found.hours, value=replace(hours, cells=cells)))

    section = document(altered, audience="partners").section("hours")

    matrix, whole = section.grids[0], section.grids[1]
    # The one with few jobs, and the next smallest with it, since the week's hours are known.
    assert sum(HIDDEN in row for row in whole.rows) == 2
    assert sum(cell == HIDDEN for row in matrix.rows for cell in row[1:-1]) == 2
    assert sum(row[-1] == HIDDEN for row in matrix.rows) >= 1
    assert not section.drawings
    assert "deployments.cleared" not in section.said[1]


def test_rules_that_differ_by_a_few_are_not_shown_side_by_side_to_partners(found: Profile) -> None:
    assert [each.rule for each in found.by_rule if each.count["value"] is not None] == ["R1", "R2"]
    one, two, three = found.by_rule
    altered = replace(found, by_rule=(one, replace(two, count={**two.count, "value": one.count["value"] + 4}), three))

    assert len(document(altered, audience="partners").section("rules").grids[0].rows) == 1
    assert len(document(altered).section("rules").grids[0].rows) == 2


def test_a_table_that_was_not_shared_cannot_stand_in_a_document_for_partners() -> None:
    table = Table((Column("a", "A"),), (("x",),), "T", "", "", None, "")

    with pytest.raises(Refused, match="only a shared table"):
        tiny(audience="partners", tables=(("t", table),))


def test_the_document_is_the_same_after_it_was_told_as_json(inside: ProfileDocument) -> None:
    assert from_json(json.loads(json.dumps(as_json(inside)))) == replace(inside, tables=())


def test_what_codes_and_notes_hold_is_shown_as_text_and_never_carried_out() -> None:
    hostile = '#set page(fill: red) #panic("x") $x^2$ *bold* <script>alert(1)</script> = Heading // c'

    made = tiny(hostile)

    assert re.sub(r"\s", "", hostile) in words_in(pdf(made))
    assert any(hostile in each for each in word_texts(docx(made)))


def test_a_letter_that_no_font_has_does_not_stop_the_profile() -> None:
    assert "Code[?]seven" in words_in(pdf(tiny("Code \U0001f600 seven")))


@pytest.mark.parametrize(("given", "said"), [("SECRET", "marking: found 'SECRET'"), ("", "marking: found ''")])
def test_another_marking_is_refused(given: str, said: str) -> None:
    with pytest.raises(UsageFault, match=said):
        tiny(marking=given)


def test_readers_are_named_or_refused() -> None:
    assert read_audience("Partners") == "partners"
    with pytest.raises(UsageFault, match=r"--for is inside or partners; found `partner`. Did you mean `partners`\?"):
        read_audience("partner")


def test_a_picture_without_words_is_refused() -> None:
    with pytest.raises(UsageFault, match="a picture without words"):
        Drawing("d", "<svg/>", "<svg/>", " ")


def test_tables_as_csv_say_what_they_are_and_cannot_start_a_formula(inside: ProfileDocument) -> None:
    columns = (Column("kind", "Kind"), Column("count", "Incidents", "count"))
    table = Table(columns, (("=HYPERLINK(1)", 12),), "Kinds", "", "flagged at closure (R1)", None, "pack@1")

    lines = list(csv.reader(io.StringIO(as_csv(table, inside))))

    assert lines[1] == ["OFFICIAL-SENSITIVE · Not for release · Made-up force: nothing here is real"]
    assert lines[3:] == [["Kind", "Incidents"], ["'=HYPERLINK(1)", "12"]]


def test_the_workbook_holds_every_table_with_numbers_as_numbers(inside: ProfileDocument) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(inside)))

    assert book.sheetnames == [name for name, _ in inside.tables]
    rules = book["rules"]
    assert "Not for release" in rules["A2"].value
    assert rules["B5"].value == 365


def test_the_files_are_written_to_a_folder_and_named_for_who_may_read_them(
    shared: ProfileDocument, tmp_path: Path
) -> None:
    written = write(shared, tmp_path / "out", "northshire")

    names = {path.name for path in written if path.parent.name == "out"}
    stem = "made-up-northshire-mental-health-problem-profile-for-partners"
    assert names == {f"{stem}.pdf", f"{stem}.docx", f"{stem}.xlsx"}
    assert len(written) == 3 + len(shared.tables)
    assert all(path.stat().st_size for path in written)


def test_a_folder_that_cannot_be_written_to_is_said_in_words(shared: ProfileDocument, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(UsageFault, match="cannot be written to"):
        write(shared, tmp_path / "file", "northshire")


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch, worked_in: Path) -> None:
    """The workspace of the session's force, as the command line finds it."""
    monkeypatch.setenv("NVAP_WORKSPACE", str(worked_in / "workspace"))


@pytest.mark.usefixtures("at_hand")
def test_one_command_writes_the_files_and_says_what_could_not_be_said(tmp_path: Path) -> None:
    result = nvap(
        "profile", "--from", "2025", "--to", "2025", "--out", str(tmp_path / "out"), "--shifts", "a=06:00,b=18:00"
    )

    assert result.exit_code == 0, result.output
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".pdf", ".docx", ".xlsx", ""}
    assert "365 incidents were recorded as mental-health-related" in result.output.replace("\n  ", " ")
    assert "What could not be said:" in result.output
    assert "OFFICIAL-SENSITIVE · Not for release" in result.output
    said = [line for line in result.output.splitlines() if str(tmp_path) not in line]
    assert max(map(len, said)) <= 80


@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["--for", "everybody"], "--for is inside or partners", 2),
        (["--shifts", "early"], "--shifts: found `early`", 2),
        (["--time", "T9"], "--time is T1, T2, T3", 2),
        (["--marking", "SECRET"], "marking: found 'SECRET'", 2),
        (["--rule", "RA"], "A profile is told under R1, R2, R3", 2),
        (["--from", "2019", "--to", "2019"], "No extract of incidents covers 2019-01-01", 3),
    ],
)
def test_what_cannot_be_asked_for_is_said_with_what_can(tmp_path: Path, words: list[str], said: str, code: int) -> None:
    result = nvap("profile", "--out", str(tmp_path / "out"), *words)

    assert (result.exit_code, said in str(result.exception)) == (code, True)
    assert not (tmp_path / "out").exists()
