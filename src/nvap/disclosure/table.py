"""The one table that a chart, a file, a page or an answer accepts: checked at birth, and printed with its standing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from nvap.disclosure.policy import HIDDEN, PERCENT_SHARED_FROM, PROFILES, Profile, is_small
from nvap.errors import Refused, UsageFault, nearest
from nvap.wording import phrase

Cell: TypeAlias = str | int | float | bool | date | None

# text and date describe a row · count is of people, incidents or staff, and protected · base is what a share is of ·
# population is not protected · share, rate and line are worked out from counts · flag says something of the row.
Kind = Literal["text", "date", "count", "base", "population", "share", "rate", "line", "flag"]
KINDS: Final[tuple[Kind, ...]] = ("text", "date", "count", "base", "population", "share", "rate", "line", "flag")

NOT_FOR_RELEASE: Final = phrase("Not for release")
MADE_UP: Final = phrase("Made-up force: these numbers are not real")

_OF_A_PERSON: Final = re.compile(
    r"(^|_)(key|nhs_number|collar|surname|forename|first_name|last_name|full_name|dob|date_of_birth|address|postcode)$"
    r"|(^|_)(person|persons|people|staff|officer|nominal|detainee|custody|patient|caller)s?_(id|ids|ref|number|name|key)$"
)


@dataclass(frozen=True)
class Column:
    """A column: its name in code, its heading on the page, what its cells are, and whose key they are, if anyone's."""

    name: str
    heading: str
    kind: Kind = "text"
    unit: str = ""
    domain: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UsageFault(
                f"column {self.name}: found kind {self.kind!r}, allowed are {', '.join(KINDS)}."
                f"{nearest(str(self.kind), KINDS)}"
            )
        if self.domain in ("person", "staff") or _OF_A_PERSON.search(self.name.lower()):
            raise Refused(
                f"column {self.name}: nothing keyed to a person may be shown or leave, pseudonymous or not. "
                "Count people instead."
            )


@dataclass(frozen=True)
class Table:
    """What may be shown: cells with what they mean, under which rule, as at when, from which toolkit edition.

    Profile `internal` is for the force's own people and printed "Not for release"; `shared` holds no small count and no
    percentage of a small base (nvap.disclosure.sharing makes it). `made_up` is printed wherever the table goes.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str
    sentence: str
    counting_rule: str
    as_at: date | None
    pack: str
    profile: Profile = "internal"
    made_up: bool = False
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise UsageFault("table: a title is needed; a reader who cannot see the page has nothing else to go by.")
        if self.profile not in PROFILES:
            raise UsageFault(
                f"table {self.title}: found profile {self.profile!r}, allowed are {' and '.join(PROFILES)}."
            )
        names = [column.name for column in self.columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise UsageFault(f"table {self.title}: column {twice[0]} stands twice.")
        for place, row in enumerate(self.rows, start=1):
            if len(row) != len(names):
                raise UsageFault(
                    f"table {self.title}: row {place} has {len(row)} cells, but there are {len(names)} columns."
                )
        if self.profile == "shared":
            self._refuse_what_may_not_leave()

    @property
    def standing(self) -> tuple[str, ...]:
        """What must be printed beside the table wherever it goes."""
        told = [NOT_FOR_RELEASE] if self.profile == "internal" else []
        if self.made_up:
            told.append(MADE_UP)
        return tuple(told)

    def column(self, name: str) -> tuple[Cell, ...]:
        """The cells of one column, top to bottom; raises UsageFault for a name that is not there."""
        place = self._place(name)
        return tuple(row[place] for row in self.rows)

    def has(self, name: str) -> bool:
        """Whether there is a column of this name."""
        return any(column.name == name for column in self.columns)

    def records(self) -> list[dict[str, Cell]]:
        """Each row by column name."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def with_rows(self, rows: tuple[tuple[Cell, ...], ...], **changed: Any) -> Table:
        """The same table with other rows (and, if named, other fields), checked again."""
        return replace(self, rows=rows, **changed)

    def _place(self, name: str) -> int:
        names = [column.name for column in self.columns]
        if name not in names:
            raise UsageFault(f"table {self.title}: there is no column {name}.{nearest(name, names)}")
        return names.index(name)

    def _refuse_what_may_not_leave(self) -> None:
        bases = [place for place, column in enumerate(self.columns) if column.kind == "base"]
        for at, row in enumerate(self.rows, start=1):
            small_base = any(_below(row[place], PERCENT_SHARED_FROM) for place in bases)
            for column, cell in zip(self.columns, row, strict=True):
                counted = column.kind in ("count", "base") and isinstance(cell, int | float) and is_small(cell)
                share = column.kind == "share" and small_base and cell not in (None, HIDDEN)
                if counted or share:
                    # The cell itself is not repeated: the message may be logged where the table may not be seen.
                    raise Refused(
                        f"table {self.title}: row {at}, column {column.name} may not be shown to others (a count under "
                        "10 or a percentage of fewer than 50). Share the table through nvap.disclosure.sharing."
                    )


def _below(cell: Cell, fewest: int) -> bool:
    return cell == HIDDEN or (isinstance(cell, int | float) and cell < fewest)
