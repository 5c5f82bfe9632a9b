"""What each section of a problem profile is written with: tables as their readers may see them, counts and shares."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from nvap.charts.beside import beside
from nvap.charts.scale import Language, day_name, written
from nvap.charts.sheet import Sheet
from nvap.disclosure.policy import HIDDEN, gives_away, is_small, may_show_percentage
from nvap.disclosure.sharing import share
from nvap.disclosure.table import Cell, Column, Kind, Table
from nvap.documents.profile import Audience, Drawing, Grid, Section
from nvap.measures.profile import Profile
from nvap.records.counting_rule import rule_name
from nvap.wording import Translate

PERCENT: Final = 100.0


NO_DRAWING: Final = "There is no picture, because some of its numbers may not be shown to others."


@dataclass(frozen=True)
class Hand:
    """What every section is written with."""

    profile: Profile
    audience: Audience
    say: Translate
    language: Language

    @property
    def is_shared(self) -> bool:
        """Whether partners are to read it."""
        return self.audience == "partners"

    @property
    def rule_words(self) -> str:
        """The counting rule in words."""
        return f"{rule_name(self.profile.rule)} ({self.profile.rule})"

    def table(self, title: str, columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]], **more: Any) -> Table:
        """A table with its standing; as others may see it where it is for partners."""
        made = Table(
            columns=tuple(columns),
            rows=tuple(rows),
            title=title,
            sentence="",
            counting_rule=self.rule_words,
            as_at=self.profile.as_at,
            pack=self.profile.pack,
            made_up=self.profile.is_made_up,
            **more,
        )
        return self.shared(made)

    def shared(self, table: Table) -> Table:
        """The table as its readers may see it; a single hidden row takes the next smallest with it."""
        if not self.is_shared:
            return table
        return _second_hidden(table, share(table, sentence=table.sentence))

    def sheet(self, id_: str, *, unit: str = "", decimals: int = 1) -> Sheet:
        """How a picture is made."""
        return Sheet(id=id_, unit=unit, decimals=decimals, language=self.language, translate=self.say)

    def drawing(self, sheet: Sheet, table: Table, draw: Callable[[Sheet], str], alt: str) -> tuple[Drawing, ...]:
        """A picture of a table; none where anything in it is hidden, since its height would tell the number."""
        if any(HIDDEN in row for row in table.rows):
            return ()
        return (Drawing(sheet.id, draw(sheet), draw(replace(sheet, narrow=True)), alt),)

    def count(self, many: float) -> str:
        """A count as its readers may see it."""
        return HIDDEN if self.is_shared and is_small(many) else written(many, 0)

    def share_of(self, part: float, whole: float) -> str:
        """A percentage as its readers may see it; too few give none."""
        if not may_show_percentage(whole, "shared" if self.is_shared else "internal"):
            return ""
        if self.is_shared and gives_away(part, whole):
            return HIDDEN
        return f"{written(part / whole * PERCENT, 1)}%"

    def counted(self, part: float, whole: float) -> str:
        """`12 of 300 (4.0%)`."""
        percent = self.share_of(part, whole)
        return f"{self.count(part)} {self.say('of')} {self.count(whole)}" + (f" ({percent})" if percent else "")

    def day(self, day: datetime.date) -> str:
        """A day in words."""
        return day_name(day, self.language)


Made = tuple[Section, tuple[Table, ...]]


def grid_of(hand: Hand, id_: str, table: Table, *, notes: tuple[str, ...] = (), decimals: int = 1) -> Grid:
    """A table in words, each value's limits in one column beside it."""
    told = beside(table, hand.sheet(f"grid-{id_}", decimals=decimals))
    kept = [each for each in table.columns if each.kind != "flag" and not each.name.endswith("_upper")]
    places = [at for at, column in enumerate(kept) if column.kind != "base"]
    headings = tuple(
        hand.say("95% interval") if kept[at].name.endswith("_lower") else told.headings[at] for at in places
    )
    # Both ends of an interval are hidden together, and one mark says it.
    rows = tuple(tuple(HIDDEN if HIDDEN in row[at] else row[at] for at in places) for row in told.rows)
    return Grid(id_, table.title, headings, tuple(told.numbers[at] for at in places), rows, notes)


def _second_hidden(before: Table, after: Table) -> Table:
    """A single row that hides a count could be taken from the total, so the next smallest is hidden with it."""
    hides = [at for at, row in enumerate(after.rows) if HIDDEN in row]
    count = next((at for at, column in enumerate(after.columns) if column.kind == "count"), None)
    others = [at for at in range(len(after.rows)) if at not in hides]
    if len(hides) != 1 or not others or count is None:
        return after
    smallest = min(others, key=lambda at: float(before.rows[at][count] or math.inf))  # type: ignore[arg-type]
    protected: tuple[Kind, ...] = ("count", "share", "rate")
    rows = list(after.rows)
    rows[smallest] = tuple(
        HIDDEN if cell is not None and column.kind in protected else cell
        for column, cell in zip(after.columns, rows[smallest], strict=True)
    )
    return after.with_rows(tuple(rows))


def with_interval(name: str, heading: str, kind: Kind, unit: str = "") -> tuple[Column, Column, Column]:
    """A value's column and those of its limits."""
    return (
        Column(name, heading, kind, unit),
        Column(f"{name}_lower", f"{heading}, lower", kind, unit),
        Column(f"{name}_upper", f"{heading}, upper", kind, unit),
    )


def cells_of(row: Mapping[str, Any], multiply: float) -> tuple[Cell, Cell, Cell]:
    """A result row's value and limits as they are shown."""
    value, lower, upper = (None if row[name] is None else row[name] * multiply for name in ("value", "lower", "upper"))
    return value, lower, upper


def percent_of(part: float, whole: float) -> float | None:
    """A share in per cent; None of fewer than may be told inside the force."""
    return part / whole * PERCENT if may_show_percentage(whole) else None


def rounded(value: float) -> float | None:
    """To two decimals; None for what is no number or has no end."""
    return None if math.isnan(value) or math.isinf(value) else round(value, 2)


def with_limits(row: Mapping[str, Any], multiply: float, unit: str) -> str:
    """A result row's value with its interval in words."""
    value = f"{written(row['value'] * multiply, 1)}{unit}"
    if row["lower"] is None:
        return value
    low, high = (f"{written(row[name] * multiply, 1)}{unit}" for name in ("lower", "upper"))
    return f"{value} (95% interval {low} to {high})"
