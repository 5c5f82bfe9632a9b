"""The made-up force's files: extracts written chunk by chunk, each with its mapping beside it."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import compute as pc
from pyarrow import csv

from nvap.records.made_up.clock import last_sunday
from nvap.records.made_up.dirt import Tally

EXTRACTS, MAPPINGS, TRUTH, MANIFEST = "extracts", "mappings", "truth", "made-up.json"

_TIME_COLUMN = re.compile(r'  (\w+): \{expr: (\w+), format: "%d/%m/%Y %H:%M:%S"\}')
_HOURS = pa.array([f"{last_sunday(year, 10):%d/%m/%Y} 01" for year in range(2018, 2101)])


@dataclass(frozen=True)
class MadeUpFile:
    """One extract as a force would hand it over: where it is, its table, its mapping and its as-at date."""

    path: Path
    table: str
    mapping: Path
    as_at: datetime.date


class ExtractWriter:
    """One CSV file that grows a table at a time, in memory bounded by the largest of them."""

    def __init__(
        self, folder: Path, name: str, contract_table: str, as_at: datetime.date, *, delimiter: str = ","
    ) -> None:
        self.name = name
        self.contract_table = contract_table
        self.as_at = as_at
        self.tally = Tally()
        self._delimiter = delimiter
        # Free text needs quotes; the other tables hold no character that does, and no quotes keeps them half the size.
        self._quoting = "needed" if contract_table == "calendar" else "none"
        self._path = folder / EXTRACTS / f"made-up-{name}.csv"
        self._mapping = folder / MAPPINGS / f"made-up-{name}.yaml"
        self._file = self._path.open("wb")
        self._columns: list[str] = []
        self._times: dict[str, str] = {}

    @property
    def made(self) -> MadeUpFile:
        """The file as the manifest lists it."""
        return MadeUpFile(self._path, self.contract_table, self._mapping, self.as_at)

    def write(self, table: pa.Table) -> None:
        """Add rows; every table must have the columns of the first."""
        if not self._columns:
            self._columns = table.column_names
            self._file.write((self._delimiter.join(self._columns) + "\r\n").encode("ascii"))
        if table.column_names != self._columns:
            raise ValueError(f"{self.name}: {table.column_names} is not {self._columns}")
        options = csv.WriteOptions(
            include_header=False, delimiter=self._delimiter, quoting_style=self._quoting, batch_size=8192, eol="\r\n"
        )
        csv.write_csv(table, self._file, options)
        self.tally.read += table.num_rows
        self._count_shown_twice(table)

    def describe(self, mapping: str) -> None:
        """Write the mapping that goes with the file; it also says which columns hold times."""
        self._mapping.write_text(mapping, encoding="utf-8", newline="\n")
        self._times = dict(_TIME_COLUMN.findall(mapping))

    def _count_shown_twice(self, table: pa.Table) -> None:
        """Count, by contract column, the times in an hour that the clock showed twice."""
        if "OWNER" in table.column_names:
            table = table.filter(pc.equal(table["OWNER"], "MU"))
        for column, source in self._times.items():
            found = pc.sum(pc.is_in(pc.utf8_slice_codeunits(table[source], 0, 13), value_set=_HOURS)).as_py()
            if found:
                self.tally.shown_twice[column] += found

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
