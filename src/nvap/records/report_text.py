"""A report in words, for a terminal of 80 columns."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Mapping
from typing import Any

_WIDTH = 79


def report_lines(counts: Mapping[str, Any], *, loaded_word: str = "loaded") -> list[str]:
    """The lines that say what became of a file's rows; `counts` is `Report.counts()`, as batch.json keeps it."""
    excluded = sum(counts["excluded"].values())
    parts = (counts["loaded"], counts["set_aside"], counts["identical_duplicates"], excluded)
    lines = [f"Read as: {'; '.join(counts['statements'])}"]
    lines += [
        f"{counts['read']:>12,} rows read",
        f"{counts['loaded']:>12,} {loaded_word}",
        f"{counts['set_aside']:>12,} set aside",
        f"{counts['identical_duplicates']:>12,} identical duplicates",
        f"{excluded:>12,} excluded by a named rule",
        f"It adds up: {counts['read']:,} = {' + '.join(f'{part:,}' for part in parts)}.",
    ]
    if counts["first_day"]:
        undated = f"; {counts['undated_rows']:,} without a date" if counts["undated_rows"] else ""
        lines.append(f"Days: {counts['first_day']} to {counts['last_day']}{undated}")
    if counts["excluded"]:
        lines += ["Excluded:", *(f"{count:>12,}  {rule}" for rule, count in counts["excluded"].items())]
    if counts["set_aside_rules"]:
        lines.append("Set aside (a row may break several rules):")
        for each in counts["set_aside_rules"]:
            place = f"{each['column']}: " if each["column"] else ""
            rows = f"{'row' if len(each['first_rows']) == 1 else 'rows'} {', '.join(map(str, each['first_rows']))}"
            more = ", …" if each["rows"] > len(each["first_rows"]) else ""
            lines.append(f"{each['rows']:>12,}  {place}{each['rule']} ({rows}{more})")
    for column, codes in counts["unmapped"].items():
        lines.append(f"Codes of {column} that the mapping does not know:")
        lines += [f"{count:>12,}  {code}" for code, count in codes.items()]
    if counts["missing"]:
        lines.append("Not recorded, among the rows above that load:")
        lines += [f"{count:>12,}  {column}" for column, count in counts["missing"].items()]
    if counts["placeholders"]:
        lines.append("Taken as missing (UNKNOWN, N/K, 0, TEST, 1900-01-01 and the like):")
        lines += [f"{count:>12,}  {column}" for column, count in counts["placeholders"].items()]
    return [wrapped for line in [*lines, *(f"Note: {each}." for each in counts["warnings"])] for wrapped in _wrap(line)]


def overlap_lines(as_at: datetime.date, overlaps: Mapping[str, int]) -> list[str]:
    """The lines that say which rows show where a new batch, as at a day, shares keys with batches held.

    `overlaps` counts the shared keys by batch; a batch's id begins with its own as-at day.
    """
    lines = []
    for batch, count in overlaps.items():
        held = datetime.date.fromisoformat(batch[:10])
        if held == as_at:
            why = f"both are as at {as_at}, so the later load shows: this one"
        else:
            later = "this one" if held < as_at else "that batch"
            why = f"the later as-at date shows: {later}, as at {max(held, as_at)}"
        lines += _wrap(f"{count:,} rows stand in batch {batch} too; {why}.")
    return lines


def _wrap(line: str) -> list[str]:
    later = " " * 14 if line.startswith(" ") else "  "
    return textwrap.wrap(line, _WIDTH, subsequent_indent=later, break_on_hyphens=False) or [""]
