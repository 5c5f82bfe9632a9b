"""Text files that are not what they should be: a clear message, nothing lost, nothing stored."""

from __future__ import annotations

import itertools
import os
import resource
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.records.conftest import INCIDENTS, NOW, Bench

from nvap.errors import FileRefused, InputFault, UsageFault
from nvap.records import load as loading
from nvap.records.delimited import Structure
from nvap.records.suggest import draft

HEADER = "id,created\n"
ROW = "A1,2026-01-05 10:00:00\n"
AREA = {**INCIDENTS, "area": "area"}


def test_utf8_with_a_byte_order_mark_is_read_right(bench: Bench) -> None:
    report = bench.check(b"\xef\xbb\xbf" + (HEADER + ROW).encode())

    assert report.loaded == 1
    assert report.statements[0] == "UTF-8 (by its byte order mark)"


@pytest.mark.parametrize(("codec", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")])
def test_utf16_with_a_byte_order_mark_is_read_right(bench: Bench, codec: str, mark: bytes) -> None:
    bench.load(mark + "id,created,area\nA1,2026-01-05 10:00:00,Tŷ Coch\n".encode(codec), AREA)

    assert bench.rows("incidents", "area") == [("Tŷ Coch",)]


def test_utf16_without_a_byte_order_mark_is_refused_by_name(bench: Bench) -> None:
    with pytest.raises(InputFault, match="NUL pattern of UTF-16"):
        bench.check((HEADER + ROW).encode("utf-16-le"))


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_the_advice_names_the_utf16_that_the_bytes_speak_for(bench: Bench, codec: str) -> None:
    content = (HEADER + ROW).encode(codec)

    with pytest.raises(FileRefused, match=f"encoding: {codec}}}") as told:
        bench.check(content)

    assert told.value.exit_code == 3
    assert bench.check(content, file={"encoding": codec}).loaded == 1


def test_the_other_utf16_than_declared_is_told(bench: Bench) -> None:
    with pytest.raises(FileRefused, match="declares utf-16-le, but the bytes stand as in utf-16-be"):
        bench.check((HEADER + ROW).encode("utf-16-be"), file={"encoding": "utf-16-le"})


def test_utf16_without_a_mark_is_read_where_the_mapping_declares_it(bench: Bench) -> None:
    assert bench.check((HEADER + ROW).encode("utf-16-le"), file={"encoding": "utf-16-le"}).loaded == 1


def test_bytes_of_windows_are_refused_with_their_line_until_the_mapping_declares_them(bench: Bench) -> None:
    content = b"id,created,area\nA1,2026-01-05 10:00:00,Leeds\nA2,2026-01-05 10:00:00,O\x92Neill Street\n"

    with pytest.raises(InputFault, match=r"extract\.csv:3: the byte 0x92 is not UTF-8.*encoding: cp1252"):
        bench.check(content, AREA)
    batch = bench.load(content, AREA, file={"encoding": "cp1252"})

    assert batch.report["statements"][0] == "read as cp1252, as the mapping declares"
    assert bench.rows("incidents", "area") == [("Leeds",), ("O’Neill Street",)]


def test_utf8_is_not_read_as_windows_text_though_the_mapping_says_so(bench: Bench) -> None:
    with pytest.raises(InputFault, match="the mapping declares cp1252, but the file is UTF-8"):
        bench.check("id,created,area\nA1,2026-01-05 10:00:00,Tŷ\n", AREA, file={"encoding": "cp1252"})


def test_a_character_cut_at_a_block_is_read_whole(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nvap.records.encoding.BLOCK", 7)

    bench.load("id,created,area\r\nA1,2026-01-05 10:00:00,ŵŷŵŷŵŷ\r\nA2,2026-01-06 10:00:00,ŷŵ\r\n", AREA)

    assert bench.rows("incidents", "incident_ref, area") == [("A1", "ŵŷŵŷŵŷ"), ("A2", "ŷŵ")]


def test_a_row_with_a_nul_is_set_aside(bench: Bench) -> None:
    report = bench.check(HEADER + ROW * 1 + "A\x002,2026-01-05 10:00:00\n")

    assert report.set_aside_rules == {("holds a NUL character", None): 1}
    assert report.first_rows["holds a NUL character", None] == (3,)


def test_a_file_that_is_mostly_nul_is_not_text(bench: Bench) -> None:
    with pytest.raises(InputFault, match="is not text"):
        bench.check(b"\x00\x00abcdefgh\n" * 50)


@pytest.mark.parametrize("spoilt", ["A\ufffd2,2026-01-05 10:00:00\n".encode(), b"A\xed\xa0\x802,2026-01-05 10:00:00\n"])
def test_a_row_with_an_unreadable_character_is_set_aside(bench: Bench, spoilt: bytes) -> None:
    report = bench.check((HEADER + ROW).encode() + spoilt)

    assert report.set_aside_rules == {("holds a character that could not be read (U+FFFD)", None): 1}
    assert report.loaded == 1


def test_what_cannot_be_seen_is_stripped_from_references(bench: Bench) -> None:
    bench.load("id,created\nA\u200b1\u202e,2026-01-05 10:00:00\n")

    assert bench.rows("incidents", "incident_ref") == [("A1",)]


def test_a_quote_that_is_never_closed_is_told_with_the_line_it_was_opened_on(bench: Bench) -> None:
    with pytest.raises(InputFault, match=r"extract\.csv:3: a quoted text is opened here and never closed"):
        bench.check(HEADER + ROW + '"A2,2026-01-05 10:00:00\n' + "A3,2026-01-05 10:00:00\n" * 3)


def test_a_quote_that_closes_in_the_wrong_place_is_told_with_the_line_it_was_opened_on(bench: Bench) -> None:
    with pytest.raises(InputFault, match=r"extract\.csv:2: a quoted text is opened here.*on line 4 a quote"):
        bench.check(
            'id,created,area\n"A1,2026-01-05 10:00:00,x\nA2,2026-01-05 10:00:00,y\n"A3",2026-01-05 10:00:00,z\n'
        )


def test_quotes_inside_a_plain_text_are_part_of_it(bench: Bench) -> None:
    bench.load('id,created,area\nA1,2026-01-05 10:00:00,5" pipe\nA2,2026-01-05 10:00:00,"say ""no"", twice"\n', AREA)

    assert bench.rows("incidents", "area") == [('5" pipe',), ('say "no", twice',)]


def test_a_quoted_text_may_hold_delimiters_and_line_ends(bench: Bench) -> None:
    bench.load('id,created,area\r\nA1,2026-01-05 10:00:00,"Leeds,\r\nNorth"\r\nA2,2026-01-05 10:00:00,York\r\n', AREA)

    assert bench.rows("incidents", "incident_ref, area") == [("A1", "Leeds,\nNorth"), ("A2", "York")]


def test_rows_with_too_few_or_too_many_fields_are_set_aside(bench: Bench) -> None:
    report = bench.check(HEADER + ROW + "A2\nA3,2026-01-05 10:00:00,more\nA4,2026-01-05 10:00:00,\n")

    assert report.set_aside_rules == {("not as many fields as the header", None): 3}
    assert report.first_rows["not as many fields as the header", None] == (3, 4, 5)


def test_a_file_of_which_hardly_any_row_fits_the_header_is_given_up(bench: Bench) -> None:
    with pytest.raises(InputFault, match="Is the delimiter right"):
        bench.check(HEADER + "A2;2026-01-05\n" * 120_000)


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolon"), ("\t", "tab"), ("|", "bar")])
def test_another_delimiter_is_found_and_stated(bench: Bench, sign: str, name: str) -> None:
    report = bench.check((HEADER + ROW).replace(",", sign))

    assert report.loaded == 1
    assert f"separated by {name} (found in the header)" in report.statements


def test_a_delimiter_that_is_not_the_declared_one_is_refused(bench: Bench) -> None:
    with pytest.raises(InputFault, match="declares comma, but the header seems to be separated by semicolon"):
        bench.check((HEADER + ROW).replace(",", ";"), file={"delimiter": ","})


def test_a_delimiter_is_never_guessed_where_two_fit(bench: Bench) -> None:
    with pytest.raises(InputFault, match="separated by comma or semicolon"):
        bench.check("id,created;x\nA1,2026-01-05;1\n")


def test_the_first_line_may_name_the_delimiter_as_excel_writes_it(bench: Bench) -> None:
    report = bench.check("sep=;\nid;created\nA1;2026-01-05 10:00:00\n;\n")

    assert "separated by semicolon (its first line says so)" in report.statements
    assert report.first_rows["missing", "incident_ref"] == (4,)


def test_lines_may_end_in_a_carriage_return_alone(bench: Bench) -> None:
    assert bench.check((HEADER + ROW + "A2,2026-01-05 10:00:00").replace("\n", "\r")).loaded == 2


def test_a_file_without_a_line_end_at_its_end_is_read_whole(bench: Bench) -> None:
    assert bench.check(HEADER + ROW + "A2,2026-01-05 10:00:00").loaded == 2


def test_empty_lines_are_passed_over_and_counted_in_the_row_numbers(bench: Bench) -> None:
    report = bench.check(HEADER + "\n\n" + ROW + "\nA2,never\n")

    assert (report.read, report.loaded) == (2, 1)
    assert "3 empty lines passed over" in report.statements
    assert report.first_rows["not a date or time in the declared format", "created"] == (6,)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"   \n"])
def test_an_empty_file_is_refused(bench: Bench, content: bytes) -> None:
    with pytest.raises(InputFault, match="is empty: it has no header and no rows"):
        bench.check(content)


def test_a_header_without_rows_is_refused(bench: Bench) -> None:
    with pytest.raises(InputFault, match="has a header and no rows"):
        bench.check(HEADER)


def test_a_header_that_stands_twice_is_set_aside(bench: Bench) -> None:
    report = bench.check(HEADER + ROW + HEADER + "A2,2026-01-05 10:00:00\n")

    assert report.set_aside_rules == {("the header again", None): 1}
    assert report.loaded == 2


def test_two_columns_of_one_name_are_refused_with_their_places(bench: Bench) -> None:
    with pytest.raises(InputFault, match="`Created` in columns 2, 3"):
        bench.check("id,Created, created\nA1,2026-01-05 10:00:00,x\n")


def test_a_header_with_spaces_and_other_case_is_tidied_and_the_change_is_shown(bench: Bench) -> None:
    report = bench.check("ID\u00a0 ,\u200bCreated \nA1,2026-01-05 10:00:00\n")

    assert report.loaded == 1
    assert any("header tidied" in each and "`ID` (column 1)" in each for each in report.statements)


def test_more_than_500_columns_are_refused(bench: Bench) -> None:
    with pytest.raises(InputFault, match="has 20000 columns; at most 500"):
        bench.check(",".join(f"c{at}" for at in range(20_000)) + "\n")


def test_a_field_of_more_than_32767_characters_is_refused(bench: Bench) -> None:
    with pytest.raises(InputFault, match="row 3 holds a field of more than 32,767 characters"):
        bench.check(HEADER + ROW + f"A2,{'x' * 32_768}\n")


@pytest.mark.parametrize(
    ("start", "more"), [(b"", b"x" * 8 * 1024 * 1024), (b'A1,"', b"x\n" * 4 * 1024 * 1024)], ids=["line", "quote"]
)
def test_an_endless_line_or_quote_is_refused_after_a_few_blocks(start: bytes, more: bytes) -> None:
    taken = 0

    def blocks() -> Iterator[bytes]:
        nonlocal taken
        for block in itertools.chain([b"id,created\n" + start], itertools.repeat(more)):
            taken += 1
            yield block

    structure = Structure("endless.csv", blocks())
    structure.read_header()

    with pytest.raises(InputFault, match=r"longer than 1 MB|never closed"):
        list(structure.records())
    assert taken <= 3


def test_a_file_of_one_long_line_is_refused_without_reading_it_all(bench: Bench) -> None:
    path = bench.folder / "extract.csv"
    with path.open("wb") as file:
        file.truncate(3 * 1024**3)  # three gigabytes of nothing, on no disk
        file.seek(0)
        file.write(b"id,created\n" + b"x" * 70_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(InputFault, match="longer than 1 MB"):
        bench.check(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kilobytes


def test_a_folder_is_not_a_file(bench: Bench) -> None:
    with pytest.raises(UsageFault, match="is a folder"):
        loading.check(bench.folder, bench.mapping(), now=NOW)


def test_a_pipe_is_not_a_file_and_nobody_waits_for_it(bench: Bench) -> None:
    path = bench.folder / "pipe.csv"
    os.mkfifo(path)
    told: list[BaseException] = []

    def attempt() -> None:
        try:
            loading.check(path, bench.mapping(), now=NOW)
        except UsageFault as fault:
            told.append(fault)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(timeout=10)

    assert not thread.is_alive()
    assert "is not a plain file" in str(told[0])


def test_a_file_that_is_not_there_is_told_with_the_nearest_name(bench: Bench) -> None:
    bench.file(HEADER + ROW)

    with pytest.raises(UsageFault, match=r"There is no file .*extrac\.csv\. Did you mean `extract\.csv`\?"):
        loading.check(bench.folder / "extrac.csv", bench.mapping(), now=NOW)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x1f\x8b\x08\x00rest", "gzip archive"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"<html><body>", "a web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, r"old Excel workbook \(\.xls\)"),
        (b"PAR1" + b"\x00" * 50, "named .csv but holds a Parquet file"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_named_for_what_it_is(bench: Bench, content: bytes, told: str) -> None:
    with pytest.raises(InputFault, match=told):
        bench.check(content)


def test_a_draft_says_the_same_of_a_bad_file(bench: Bench) -> None:
    from nvap.records.contract import contract

    with pytest.raises(InputFault, match="NUL pattern of UTF-16"):
        draft(bench.file((HEADER + ROW).encode("utf-16-be")), contract("incidents"))


def test_a_mapping_that_is_not_there_is_told(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="There is no mapping file"):
        loading.check(bench.file(HEADER + ROW), tmp_path / "none.yaml", now=NOW)
