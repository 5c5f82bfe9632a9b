"""How a column of the made-up nation is drawn: SQL over a row's number, so that any part of a table can be made alone.

A row knows `j` (its number in its table and force), `up` (the number of the row that it belongs to), `i` (the number
of the incident behind it), `s` (the UTC second of that incident) and `d` (the local day of its own period). Chance is a
hash of a number: no part of a table needs the rows before it, and the same seed gives the same rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from nvap.engine.connection import literal
from nvap.records.contract import Column, Contract, code_list
from nvap.records.made_up.clock import HOUR, last_sunday, seconds

_SALT = 2**61


@dataclass(frozen=True)
class Codes:
    """Codes with how many in 100 rows have each; `missing` is the share of rows without any."""

    of_100: Mapping[str, int]
    missing: float = 0.02


@dataclass(frozen=True)
class Chance:
    """Yes with this chance (SQL or a number); `missing` is the share of rows that do not say."""

    yes: float | str
    missing: float = 0.02


@dataclass(frozen=True)
class After:
    """An instant some seconds (least, most) after another one of the row: a column of it, or `s`."""

    what: str
    least: int
    most: int
    missing: float | str = 0.05


@dataclass(frozen=True)
class Days:
    """A date some days (least, most) after the row's own day."""

    least: int
    most: int
    missing: float = 0.1


@dataclass(frozen=True)
class Sql:
    """A value as SQL over the row; `{r}` is a chance from 0 to 1 of its own."""

    text: str


Drawn = Codes | Chance | After | Days | Sql


@dataclass(frozen=True)
class Source:
    """What the columns of one table of one force are drawn from: its seeds, and the force's incidents and areas."""

    force_seed: int
    table_seed: int
    incidents: int
    areas: int

    def luck(self, name: str, of: str = "j") -> str:
        """SQL for a number from 0 to just below 1 that belongs to a row (`j`) or to its incident (`i`), by name."""
        salt = number_of(name) % 4096
        seed = self.table_seed if of == "j" else self.force_seed
        return f"((hash({of} * 4096 + {salt} + {seed}) >> 40) / 16777216.0)"


def number_of(*words: object) -> int:
    """A number that belongs to these words, the same on every machine."""
    made = hashlib.sha256("|".join(str(each) for each in words).encode()).digest()
    return int.from_bytes(made[:8], "big") % _SALT


def reference(column: str, number: str) -> str:
    """SQL for the reference under which a row of this number stands, such as `INCIDENT000000012`."""
    return f"{literal(column.removesuffix('_ref')[:3].upper())} || lpad(CAST({number} AS VARCHAR), 9, '0')"


def person(source: Source, number: str = "i") -> str:
    """SQL for the pseudonym of the person of an incident; some come back often, most once or twice."""
    return f"'p' || to_hex(hash(floor(pow({source.luck('person', number)}, 1.5) * {max(source.incidents // 30, 1)})))"


def place(source: Source) -> str:
    """SQL for the pseudonym of the place of an incident."""
    return f"'a' || to_hex(hash(floor(pow({source.luck('place', 'i')}, 1.5) * {max(source.incidents // 6, 1)})))"


def area(source: Source) -> str:
    """SQL for the area of an incident; the first ones are the largest, and 2 in 100 rows have none."""
    number = f"CAST(1 + floor(pow({source.luck('area', 'i')}, 1.2) * {source.areas}) AS INTEGER)"
    return f"CASE WHEN {source.luck('no area', 'i')} >= 0.02 THEN {area_name(number)} END"


def area_name(number: str) -> str:
    """SQL for the name of the area of a number."""
    return f"'Area ' || lpad(CAST({number} AS VARCHAR), 2, '0')"


def instant(second: str) -> str:
    """SQL for a UTC second as a timestamp."""
    return f"make_timestamp(({second}) * 1000000)"


def local_day(second: str, years: range) -> str:
    """SQL for the local day in Europe/London of a UTC second within these calendar years."""
    spans = [(seconds(last_sunday(y, 3)) + HOUR, seconds(last_sunday(y, 10)) + HOUR - 1) for y in years]
    summer = " OR ".join(f"{second} BETWEEN {first} AND {last}" for first, last in spans)
    return f"CAST(make_timestamp(({second} + CASE WHEN {summer} THEN {HOUR} ELSE 0 END) * 1000000) AS DATE)"


def sql_of(drawn: Drawn, source: Source, name: str) -> str:
    """SQL for the value of a column; for an instant, its UTC second."""
    luck, missing = source.luck(name), source.luck(f"{name} missing")
    if isinstance(drawn, Codes):
        listed = [code for code, count in drawn.of_100.items() for _ in range(count)]
        value = f"[{', '.join(literal(code) for code in listed)}][1 + CAST(floor({luck} * {len(listed)}) AS INTEGER)]"
        return _unless(missing, drawn.missing, value)
    if isinstance(drawn, Chance):
        return _unless(missing, drawn.missing, f"({luck} < {drawn.yes})")
    if isinstance(drawn, After):
        start = "s" if drawn.what == "s" else f"s_{drawn.what}"
        value = f"({start} + {drawn.least} + CAST({luck} * {drawn.most - drawn.least} AS BIGINT))"
        return _unless(missing, drawn.missing, value)
    if isinstance(drawn, Days):
        value = f"(d + CAST({drawn.least} + floor({luck} * {drawn.most - drawn.least + 1}) AS INTEGER))"
        return _unless(missing, drawn.missing, value)
    return drawn.text.replace("{r}", luck)


def _unless(luck: str, missing: float | str, value: str) -> str:
    return value if missing == 0 else f"CASE WHEN {luck} >= {missing} THEN {value} END"


def usual(column: Column, described: Contract) -> Drawn:
    """How a column is drawn of which nothing else is said."""
    missing = 0.0 if column.required else 0.02
    if column.type == "code":
        codes = [each.code for each in code_list(str(column.code_list)).codes if each.valid_to is None]
        return Codes(dict.fromkeys(codes, 1), missing)
    if column.type == "boolean":
        return Chance(0.5, missing)
    if column.type == "instant":
        placed = described.period_column
        if column.name == placed:
            return After("s", 0, 0, 0)
        return After(placed if described.column(placed).type == "instant" else "s", 600, 7200)
    if column.type == "date":
        return Sql("d") if column.name == described.period_column else Days(0, 90)
    if column.type == "integer":
        return Sql("CAST(1 + floor({r} * 4) AS BIGINT)")
    if column.type == "number":
        return Sql("round({r} * 100, 1)")
    return Sql(f"'{column.name.replace('_', ' ')} ' || CAST(CAST(1 + floor({{r}} * 4) AS INTEGER) AS VARCHAR)")
