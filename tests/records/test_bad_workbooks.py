"""Workbooks: read by what they hold, in a process that a hostile one cannot leave."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from tests.records.conftest import INCIDENTS, Bench

from nvap.errors import InputFault

Sheet = xlsxwriter.worksheet.Worksheet
Book = xlsxwriter.Workbook
MOMENT = datetime.datetime(2026, 1, 5, 10, 0)  # noqa: DTZ001


def workbook(bench: Bench, fill: Callable[[Book], None], name: str = "extract.xlsx", **options: object) -> Path:
    path = bench.folder / name
    book = xlsxwriter.Workbook(path, options)
    fill(book)
    book.close()
    return path


def plain(book: Book) -> None:
    sheet = book.add_worksheet("Logs")
    sheet.write_row(0, 0, ["id", "created", "area"])
    sheet.write_row(1, 0, ["A1", "2026-01-05 10:00:00", "Leeds"])


def rewritten(path: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> Path:
    """The workbook with its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: change(name, archive.read(name)) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, **(more or {})}.items():
            archive.writestr(name, content)
    return path


def test_a_workbook_is_read_with_its_dates_numbers_and_texts(bench: Bench) -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("Logs")
        sheet.write_row(0, 0, ["id", "created", "area"])
        sheet.write(1, 0, 1254908)  # Excel holds 1254908.0
        sheet.write_datetime(1, 1, MOMENT, book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
        sheet.write_row(2, 0, ["007", "06/01/2026 11:00", "York"])

    batch = bench.load(
        workbook(bench, fill), {**INCIDENTS, "area": "area", "created": {"expr": "created", "format": "%d/%m/%Y %H:%M"}}
    )

    assert bench.rows("incidents", "incident_ref, created, area") == [
        ("007", datetime.datetime(2026, 1, 6, 11, 0), "York"),  # noqa: DTZ001
        ("1254908", MOMENT, None),
    ]
    assert batch.report["statements"] == ["Excel workbook, sheet `Logs`"]


def test_dates_of_the_1904_system_are_read_by_the_workbooks_own_flag(bench: Bench) -> None:
    def fill(book: Book) -> None:
        plain(book)
        book.worksheets()[0].write_datetime(1, 1, MOMENT, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))

    bench.load(workbook(bench, fill, date_1904=True))

    assert bench.rows("incidents", "created") == [(MOMENT,)]


def test_empty_rows_are_passed_over_and_row_numbers_are_excels(bench: Bench) -> None:
    def fill(book: Book) -> None:
        plain(book)
        book.worksheets()[0].write_row(4, 0, ["A2", "never"])

    report = bench.check(workbook(bench, fill))

    assert (report.read, report.loaded) == (2, 1)
    assert report.first_rows["not a date or time in the declared format", "created"] == (5,)


def test_error_cells_and_formulas_without_a_value_set_their_rows_aside(bench: Bench) -> None:
    def fill(book: Book) -> None:
        plain(book)
        sheet = book.worksheets()[0]
        sheet.write_row(2, 0, ["A2", "2026-01-05 10:00:00"])
        sheet.write_formula(2, 2, "=NA()", None, "#N/A")
        sheet.write_row(3, 0, ["A3", "2026-01-05 10:00:00"])
        sheet.write_formula(3, 2, '="Le"&"eds"', None, "")
        sheet.write_row(4, 0, ["A4", "2026-01-05 10:00:00"])
        sheet.write_formula(4, 2, '="Le"&"eds"', None, "Leeds")

    report = bench.check(workbook(bench, fill), {**INCIDENTS, "area": "area"})

    assert report.set_aside_rules == {
        ("an error value such as #N/A", "area"): 1,
        ("a formula without a stored value", "area"): 1,
    }
    assert report.loaded == 2
    assert "2 cells are formulas; the value stored with each was read" in report.statements


def test_an_error_in_a_column_that_nobody_maps_does_no_harm(bench: Bench) -> None:
    def fill(book: Book) -> None:
        plain(book)
        book.worksheets()[0].write_formula(1, 2, "=NA()", None, "#N/A")

    assert bench.check(workbook(bench, fill)).loaded == 1


def two_sheets(book: Book) -> None:
    plain(book)
    sheet = book.add_worksheet("Notes")
    sheet.write(0, 0, "secret")


def test_of_several_sheets_the_mapping_says_which(bench: Bench) -> None:
    path = workbook(bench, two_sheets)

    with pytest.raises(InputFault, match=r"which sheet\? Sheets: `Logs`, `Notes`"):
        bench.check(path)
    assert bench.check(path, file={"sheet": "Logs"}).loaded == 1


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(bench: Bench) -> None:
    with pytest.raises(InputFault, match=r"there is no sheet `Log`\. Sheets: `Logs`, `Notes`"):
        bench.check(workbook(bench, two_sheets), file={"sheet": "Log"})


def test_hidden_sheets_and_columns_are_named_and_not_taken_unasked(bench: Bench) -> None:
    def fill(book: Book) -> None:
        two_sheets(book)
        book.worksheets()[1].hide()
        book.worksheets()[0].set_column(2, 2, None, None, {"hidden": True})

    report = bench.check(workbook(bench, fill))

    assert "hidden sheets, not read: Notes" in report.statements
    assert "hidden columns in the sheet: 3" in report.statements


def test_a_header_of_merged_cells_is_refused(bench: Bench) -> None:
    def fill(book: Book) -> None:
        plain(book)
        book.worksheets()[0].merge_range(0, 1, 0, 2, "created")

    with pytest.raises(InputFault, match="the header of sheet `Logs` has merged cells"):
        bench.check(workbook(bench, fill))


def test_an_empty_sheet_has_no_rows(bench: Bench) -> None:
    with pytest.raises(InputFault, match="the sheet is empty"):
        bench.check(workbook(bench, lambda book: book.add_worksheet("Logs")))


def test_a_workbook_named_csv_is_told(bench: Bench) -> None:
    with pytest.raises(InputFault, match=r"named \.csv but holds an Excel workbook"):
        bench.check(workbook(bench, plain, "extract.csv"))


def test_a_csv_named_xlsx_is_told(bench: Bench) -> None:
    path = bench.file("id,created\nA1,2026-01-05 10:00:00\n", "extract.xlsx")

    with pytest.raises(InputFault, match=r"named \.xlsx but holds delimited text"):
        bench.check(path)


def test_a_zip_of_something_else_is_told(bench: Bench) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.csv", "id,created\n")

    with pytest.raises(InputFault, match=r"a zip of something else.*Save it as \.xlsx or CSV without macros"):
        bench.check(bench.file(content.getvalue(), "extract.xlsx"))


def test_a_workbook_with_macros_is_refused(bench: Bench) -> None:
    path = rewritten(workbook(bench, plain), lambda name, content: content, {"xl/vbaProject.bin": b"\x00"})

    with pytest.raises(InputFault, match="with macros"):
        bench.check(path)
    with pytest.raises(InputFault, match=r"named \.xlsm"):
        bench.check(workbook(bench, plain, "extract.xlsm"))


def test_a_workbook_with_a_password_is_refused(bench: Bench) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1024 + "EncryptedPackage".encode("utf-16-le")

    with pytest.raises(InputFault, match="a workbook with a password"):
        bench.check(bench.file(content, "extract.xlsx"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(bench: Bench) -> None:
    path = rewritten(workbook(bench, plain), lambda name, content: content, {"xl/media/a.bmp": b"\x00" * 60_000_000})

    with pytest.raises(InputFault, match="more than 100 times its size"):
        bench.check(path)


def test_a_workbook_of_too_many_parts_is_refused(bench: Bench) -> None:
    more = {f"xl/media/{at}.txt": b"x" for at in range(1_001)}

    with pytest.raises(InputFault, match="parts; a workbook of at most 1,000"):
        bench.check(rewritten(workbook(bench, plain), lambda name, content: content, more))


def test_a_workbook_with_an_archive_inside_is_refused(bench: Bench) -> None:
    path = rewritten(workbook(bench, plain), lambda name, content: content, {"xl/embeddings/a.zip": b"PK"})

    with pytest.raises(InputFault, match="holds 1 archives inside it"):
        bench.check(path)


def test_a_part_that_lies_about_its_size_is_found(bench: Bench) -> None:
    path = rewritten(workbook(bench, plain), lambda name, content: content, {"xl/media/a.txt": b"0123456789" * 1000})
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/media/a.txt"))
    content[entry + 24 : entry + 28] = (10).to_bytes(4, "little")  # the directory says ten bytes
    path.write_bytes(content)

    with pytest.raises(InputFault, match="damaged or not as large as it says"):
        bench.check(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_entities_in_the_xml_are_never_followed(bench: Bench, part: str) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'

    def change(name: str, content: bytes) -> bytes:
        return re.sub(rb"(<\?xml[^>]*\?>)", rb"\1" + bomb, content, count=1) if name == part else content

    with pytest.raises(InputFault, match="declares entities"):
        bench.check(rewritten(workbook(bench, plain), change))


def test_a_truncated_workbook_is_damaged(bench: Bench) -> None:
    path = workbook(bench, plain)
    path.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(InputFault, match="damaged"):
        bench.check(path)


def test_a_reader_that_is_ended_harms_nothing_else(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nvap.records.apart.sys.executable", "/bin/false")

    with pytest.raises(InputFault, match="too large or damaged"):
        bench.check(workbook(bench, plain))


def test_a_damaged_parquet_file_is_told(bench: Bench) -> None:
    with pytest.raises(InputFault, match="a damaged Parquet file"):
        bench.check(bench.file(b"PAR1" + b"\x00" * 100 + b"PAR1", "extract.parquet"))
