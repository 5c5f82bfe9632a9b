"""What a check or a load found, and what a force holds, shown in a notebook."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nvap.charts.beside import Beside
from nvap.notebook.shown import Piece, Shown
from nvap.records.report import Report
from nvap.records.report_text import overlap_lines, report_lines
from nvap.records.store import SET_ASIDE, Batch


@dataclass(frozen=True, repr=False)
class Checked(Shown):
    """What a load would do with a file; nothing of it was stored.

    `report.read`, `.loaded`, `.set_aside`, `.identical_duplicates` and `.excluded` count rows;
    `report.set_aside_rules` counts them by rule and column, `report.unmapped` gives the codes that nobody mapped.
    """

    report: Report

    @property
    def is_clean(self) -> bool:
        """Whether no row would be set aside."""
        return not self.report.set_aside

    def pieces(self) -> tuple[Piece, ...]:
        """The sentence, what would become of the rows, and why some would not load."""
        report = self.report
        head = f"{report.file} as {report.table} by {report.mapping}: nothing was stored."
        return (head, *_pieces(report.counts(), "Would load"))

    def as_text(self) -> str:
        """The report as the command line prints it."""
        report = self.report
        head = f"{report.file} as {report.table} by {report.mapping}: nothing was stored."
        return "\n".join([head, *report_lines(report.counts(), loaded_word="would load")])


@dataclass(frozen=True, repr=False)
class Loaded(Shown):
    """One load: the batch that it stored, or the one that the same file gave before (`is_new` says which)."""

    batch: Batch
    file: str

    @property
    def is_new(self) -> bool:
        """Whether this call stored it."""
        return self.batch.fresh

    @property
    def counts(self) -> Mapping[str, Any]:
        """What became of the rows: `read`, `loaded`, `set_aside`, `identical_duplicates`, `excluded` and more."""
        return self.batch.report

    @property
    def head(self) -> str:
        """What happened, in a sentence."""
        batch = self.batch
        if not self.is_new:
            return (
                f"{self.file} was already loaded on {batch.loaded_at:%Y-%m-%d at %H:%M} UTC by {batch.loaded_by}"
                f" ({batch.table}, as at {batch.as_at}); nothing has changed."
            )
        today = " (today, since neither as_at nor the mapping names a day)" if batch.report["as_at"] == "today" else ""
        return f"{self.file} loaded into {batch.table} of {batch.force}, as at {batch.as_at}{today}."

    def pieces(self) -> tuple[Piece, ...]:
        """What happened, what became of the rows, and which earlier rows they stand beside."""
        overlaps = [" ".join(overlap_lines(self.batch.as_at, {each: many})) for each, many in self._overlaps]
        return (self.head, *_pieces(self.counts, "Loaded"), *overlaps, *self._where)

    def as_text(self) -> str:
        """The report as the command line prints it."""
        if not self.is_new:
            return self.head
        lines = [self.head, *report_lines(self.counts), *overlap_lines(self.batch.as_at, dict(self._overlaps))]
        return "\n".join([*lines, *self._where])

    @property
    def _overlaps(self) -> Sequence[tuple[str, int]]:
        return list(self.batch.overlaps.items())

    @property
    def _where(self) -> tuple[str, ...]:
        if not self.counts["set_aside"]:
            return ()
        return (f"Every row set aside, with its rule: {self.batch.folder / SET_ASIDE}",)


@dataclass(frozen=True, repr=False)
class Loads(Shown):
    """What a force has loaded; within a table the last one wins."""

    batches: tuple[Batch, ...]

    def __len__(self) -> int:
        return len(self.batches)

    def pieces(self) -> tuple[Piece, ...]:
        """One row for each batch."""
        if not self.batches:
            return ("Nothing has been loaded yet.",)
        headings = ("Table", "As at", "Extract", "Rows", "Set aside", "Loaded", "Mapping")
        rows = tuple(
            (
                each.table, str(each.as_at), each.extract.kind, f"{each.report['loaded']:,}",
                f"{each.report['set_aside']:,}", f"{each.loaded_at:%Y-%m-%d}",
                f"{each.mapping_name} v{each.mapping_version}",
            )
            for each in self.batches
        )  # fmt: skip
        return (Beside("What is loaded", headings, (False, False, False, True, True, False, False), rows),)


def _pieces(counts: Mapping[str, Any], loaded_word: str) -> tuple[Piece, ...]:
    """What became of a file's rows, as tables and sentences; `counts` is `Report.counts()`."""
    excluded = sum(counts["excluded"].values())
    fates = (
        ("Read", counts["read"]),
        (loaded_word, counts["loaded"]),
        ("Set aside", counts["set_aside"]),
        ("Identical duplicates", counts["identical_duplicates"]),
        ("Excluded by a named rule", excluded),
    )
    pieces: list[Piece] = [f"Read as: {'; '.join(counts['statements'])}."]
    pieces.append(_counted("What became of the rows", ("What", "Rows"), fates))
    if counts["first_day"]:
        pieces.append(f"Days: {counts['first_day']} to {counts['last_day']}.")
    if counts["excluded"]:
        pieces.append(_counted("Excluded", ("Rule", "Rows"), counts["excluded"].items()))
    if counts["set_aside_rules"]:
        pieces.append(_set_aside(counts["set_aside_rules"]))
    for column, codes in counts["unmapped"].items():
        pieces.append(_counted(f"Codes of {column} that the mapping does not know", ("Code", "Rows"), codes.items()))
    for key, caption in (("missing", "Not recorded, among the rows that load"), ("placeholders", "Taken as missing")):
        if counts[key]:
            pieces.append(_counted(caption, ("Column", "Rows"), counts[key].items()))
    return (*pieces, *(f"Note: {each}." for each in counts["warnings"]))


def _counted(caption: str, headings: tuple[str, str], rows: Any) -> Beside:
    return Beside(caption, headings, (False, True), tuple((str(name), f"{count:,}") for name, count in rows))


def _set_aside(rules: Sequence[Mapping[str, Any]]) -> Beside:
    rows = tuple((each["column"] or "the whole row", each["rule"], f"{each['rows']:,}", _first(each)) for each in rules)
    headings = ("Column", "Why", "Rows", "First rows")
    return Beside("Set aside (a row may break several rules)", headings, (False, False, True, False), rows)


def _first(rule: Mapping[str, Any]) -> str:
    more = ", …" if rule["rows"] > len(rule["first_rows"]) else ""
    return json.dumps(rule["first_rows"])[1:-1] + more
