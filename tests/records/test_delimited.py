"""The structure of delimited text, against Python's own reader, however the blocks fall."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from nvap.errors import InputFault
from nvap.records.delimited import Structure

FIELDS = st.text(alphabet='ab ,;"\n\t', max_size=8)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(FIELDS, min_size=width, max_size=width), min_size=1, max_size=12)
)


def blocks(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


def read(content: bytes, size: int) -> tuple[Structure, list[list[str]]]:
    structure = Structure("f.csv", iter(blocks(content, size)), ",")
    structure.read_header()
    text = b"".join(records.content for records in structure.records()).decode()
    return structure, [row for row in csv.reader(io.StringIO(text, newline="")) if row]


@settings(max_examples=300)
@given(TABLES, st.integers(1, 60), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_every_table_that_pythons_csv_writes_is_read_as_it_stands(
    rows: list[list[str]], size: int, quoting: int
) -> None:
    header = [f"c{at}" for at in range(len(rows[0]))]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows([header, *rows])  # type: ignore[arg-type]

    structure, found = read(out.getvalue().encode(), size)

    assert structure.header == header
    assert structure.set_aside == []
    assert found == [row for row in rows if row != [""] or quoting == csv.QUOTE_ALL or len(header) == 1]


@settings(max_examples=400)
@given(st.text(alphabet='a,"\n', max_size=60), st.integers(1, 30))
def test_any_text_is_accounted_for_or_refused_and_the_size_of_blocks_does_not_matter(text: str, size: int) -> None:
    content = f"x,y\n{text}".encode()

    def outcome(size: int) -> object:
        try:
            structure, found = read(content, size)
        except InputFault as fault:
            return str(fault)
        assert structure.read == len(found) + len(structure.set_aside)
        assert all(len(row) == 2 for row in found)
        return structure.read, structure.set_aside, found

    assert outcome(size) == outcome(1_000)


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    structure = Structure("f.csv", iter([b"a,b\n1,2\n\n3,4\n5\n6,7\n"]))
    structure.read_header()

    rows = [int(row) for records in structure.records() for row in records.rows]

    assert rows == [2, 4, 6]
    assert structure.set_aside == [(5, "not as many fields as the header")]
