"""The numbers of measures: an Arrow table with its provenance, shown as tables in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from nvap.charts.beside import Beside
from nvap.charts.scale import Grain, period_name, written
from nvap.documents.pictures import Line
from nvap.errors import UsageFault, nearest
from nvap.measures import export, words
from nvap.measures.asking import PERIODS
from nvap.measures.run import PROVENANCE, provenance_of
from nvap.notebook.shown import WIDTH, Piece, Shown, said
from nvap.packs.measure import Measure, Part
from nvap.records.counting_rule import rule_name

Row = Mapping[str, Any]
_FILES = (".csv", ".json", ".parquet")
_WORDS = ("Period", "Kind", "Group", "Area")


@dataclass(frozen=True, repr=False)
class Measured(Shown):
    """The result rows of one run, and the measures that they are of.

    `table` is a `pyarrow.Table`; docs/measures.md names its columns. What a measure cannot answer is a row too, with
    its `status` and `reason`. Anything that reads Arrow takes it: `pl.DataFrame(rows)`, `rows.table.to_pandas()`.
    """

    table: pa.Table
    measures: Mapping[str, Measure]

    @property
    def provenance(self) -> dict[str, Any]:
        """Where the numbers come from: measures, pack, rule, days, extracts, engine, SQL, who and when."""
        return provenance_of(self.table)

    @property
    def sql(self) -> str:
        """The SQL that gave the numbers; `nvap query` runs it."""
        return ";\n\n".join(self.provenance["sql"])

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.table.to_pylist())

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)

    def where(self, **wanted: str | datetime.date | None) -> Measured:
        """The rows in which each named column holds what is wanted, with the same provenance.

        Args:
            wanted: column and value, as in `rows.where(area="North", status="ok")`; None takes what is empty.

        Raises:
            UsageFault: for a column that there is not, or a value that no row holds.
        """
        found = self.table
        for name, value in wanted.items():
            if name not in found.column_names:
                raise UsageFault(f"Rows have no column `{name}`.{nearest(name, found.column_names)}")
            known = pc.unique(self.table[name]).to_pylist()
            if value not in known:
                shown = ", ".join(str(each) for each in known[:40])
                raise UsageFault(f"No row has the {name} `{value}`; there is {shown}.{_near(value, known)}")
            field = pc.field(name)
            found = found.filter(field.is_null() if value is None else field == value)
        metadata = {PROVENANCE: self.table.schema.metadata[PROVENANCE]}
        return replace(self, table=found.replace_schema_metadata(metadata))

    def save(self, file: str | Path) -> Path:
        """Write the rows to a file; the provenance goes into a Parquet file's metadata.

        Args:
            file: its name ends with .csv, .json or .parquet.

        Returns:
            The file's path.

        Raises:
            UsageFault: for another ending.
            InputFault: where the file cannot be written.
        """
        path = Path(file)
        kind = path.suffix.lower()
        if kind not in _FILES:
            raise UsageFault(f"A file of rows ends with {', '.join(_FILES)}; found `{path.name}`.")
        if kind == ".parquet":
            export.write_parquet(path, self.table)
        else:
            text = export.as_csv(self.table) if kind == ".csv" else export.as_json(self.table) + "\n"
            export.write_text(path, text)
        return path

    def as_text(self) -> str:
        """As the command line prints it."""
        return words.in_words(self.table, self.measures, WIDTH)

    def pieces(self) -> tuple[Piece, ...]:
        """What must be said first, then each number of each measure as a table with its notes."""
        provenance, rows = self.provenance, self.table.to_pylist()
        pieces: list[Piece] = [words.banner(provenance)]
        for name in dict.fromkeys(row["measure"] for row in rows):
            measure = self.measures[name]
            own = [row for row in rows if row["measure"] == name]
            pieces += [f"{measure.id} {measure.title}. {measure.says} {measure.cannot_say}", _standing(own, provenance)]
            for part in dict.fromkeys(row["part"] for row in own):
                pieces += _part(measure, measure.part(part), [row for row in own if row["part"] == part], provenance)
            pieces += [each.sentence for each in measure.read_alongside]
        return tuple(each for each in pieces if each)


def _near(value: object, known: Sequence[object]) -> str:
    return nearest(str(value), [str(each) for each in known])


def _standing(rows: Sequence[Row], provenance: Mapping[str, Any]) -> str:
    rule = next((row["rule"] for row in rows if row["rule"]), None)
    counted = f"Counting rule: {rule_name(rule)} ({rule})." if rule else "No counting rule decides what counts."
    return f"{counted} As at {provenance['as_at']}. Toolkit edition: {provenance['pack']}."


def _part(measure: Measure, part: Part, rows: Sequence[Row], provenance: Mapping[str, Any]) -> list[Piece]:
    caption = f"{part.title} ({part.unit})" if part.unit and part.unit not in part.title else part.title
    if len(rows) == 1 and rows[0]["value"] is None and rows[0]["numerator"] is None:
        return [f"{caption}: {words.STATUS_WORDS[rows[0]['status']]}. {rows[0]['reason']}"]
    notes = list(dict.fromkeys(row["reason"] for row in rows if row["reason"]))
    columns = {
        heading: texts for heading, texts in _columns(measure, part, rows, provenance, notes).items() if any(texts)
    }
    numbers = tuple(heading not in (*_WORDS, "Note") for heading in columns)
    table = Beside(caption, tuple(columns), numbers, tuple(zip(*columns.values(), strict=True)))
    return [table, *([part.note] if part.note else []), *(f"[{at}] {said(note)}" for at, note in enumerate(notes, 1))]


def _columns(
    measure: Measure, part: Part, rows: Sequence[Row], provenance: Mapping[str, Any], notes: Sequence[str]
) -> dict[str, list[str]]:
    """Every column as texts, by heading."""
    line = Line(measure, part, rows, provenance)
    labels = {each.code: each.label for each in part.mix.categories} if part.mix else {}

    def number(value: float | None) -> str:
        shown = line.shown(value)
        return "" if shown is None else written(shown, line.decimals) + ("%" if line.is_share else "")

    found = {
        "Period": [_period(row, provenance) for row in rows],
        "Kind": [labels.get(row["category"] or "", row["category"] or "") for row in rows],
        "Group": [row["group"] or "" for row in rows],
        "Area": [row["area"] or "" for row in rows],
        "Counted": [_plain(row["numerator"]) for row in rows],
        "Of how many": [_plain(row["denominator"]) for row in rows],
        "Not known": [_plain(row["unknown"]) for row in rows],
        "Value": [number(row["value"]) for row in rows],
        "95% limits": [
            f"{number(row['lower'])} to {number(row['upper'])}" if row["lower"] is not None else "" for row in rows
        ],
        "Note": [f"[{notes.index(row['reason']) + 1}]" if row["reason"] else "" for row in rows],
    }
    if part.statistic in ("count", "total"):
        found.pop("Value")
    return found


def _period(row: Row, provenance: Mapping[str, Any]) -> str:
    start, end = row["period_start"], row["period_end"]
    grain = next((each for each in str(provenance["by"]).split(",") if each in PERIODS), None)
    if start is None or end is None:
        return ""
    if grain is not None and start.day == 1:
        return period_name(start, _GRAINS[grain])
    return f"{start} to {end}"


_GRAINS: dict[str, Grain] = {"month": "month", "quarter": "quarter", "year": "year"}


def _plain(number: float | None) -> str:
    if number is None:
        return ""
    return written(number, 0 if float(number).is_integer() else 1)
