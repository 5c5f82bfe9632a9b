"""SQL that turns a source's texts into days and UTC moments, whatever the clock does that night.

A local time in an hour that the clock repeats is read as the first of the two, unless the row's earlier times show
that it must be the second; so a duration over that hour is never negative. A local time that the clock skipped is a
fault.
"""

from __future__ import annotations

import datetime
import re

from nvap.engine.connection import literal
from nvap.records import rules
from nvap.records.mapping_columns import MappedColumn

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?"
_OFFSET = r" ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
_WORDS = "('epoch', 'infinity', '-infinity')"
_TRUNCATE = {"hour": "hour", "day": "day", "month": "month"}


def swapped(form: str | None) -> str | None:
    """The format with day and month the other way round, or None where it has not both as numbers."""
    form = form or "%Y-%m-%d %H:%M:%S"
    if "%d" not in form or "%m" not in form:
        return None
    return re.sub("%[dm]", lambda found: {"%d": "%m", "%m": "%d"}[found.group()], form)


def local(mapped: MappedColumn, name: str, *, typed: bool) -> str:
    """SQL of the local moment that a text says, or NULL. `typed`: a cell of its own type may come as ISO text."""
    iso = f"CASE WHEN regexp_full_match({name}, '{_DAY}{_CLOCK}') THEN TRY_CAST({name} AS TIMESTAMP) END"
    dateless = f"CASE WHEN regexp_full_match({name}, '{_DAY}') THEN TRY_CAST({name} AS TIMESTAMP) END"
    if mapped.format is None:
        coarse = mapped.precision in ("day", "month")
        found = f"coalesce({iso}, {dateless})" if coarse else iso
    elif "%z" in mapped.format:
        return "CAST(NULL AS TIMESTAMP)"
    else:
        found = strptime(name, mapped.format)
        found = f"coalesce({found}, {iso}, {dateless})" if typed else found
    part = _TRUNCATE.get(mapped.precision or "")
    return f"CAST(date_trunc('{part}', {found}) AS TIMESTAMP)" if part else found


def strptime(name: str, form: str) -> str:
    """SQL of what a text says in a format; DuckDB would read its own words for moments in any format."""
    return f"CASE WHEN lower({name}) NOT IN {_WORDS} THEN try_strptime({name}, {literal(form)}) END"


def universal(mapped: MappedColumn, name: str) -> str:
    """SQL of the UTC moment of a text that says its own offset, or NULL."""
    if mapped.format is None:
        found = f"epoch_us(TRY_CAST({name} AS TIMESTAMPTZ))"
        return f"CASE WHEN regexp_full_match({name}, '{_DAY}{_CLOCK}{_OFFSET}') THEN make_timestamp({found}) END"
    if "%z" in mapped.format:
        text = f"regexp_replace({name}, 'Z$', '+0000')"
        return f"make_timestamp(epoch_us({strptime(text, mapped.format)}))"
    return "CAST(NULL AS TIMESTAMP)"


def format_faults(mapped: MappedColumn, name: str, read: str, now: datetime.datetime) -> str:
    """The faults of a text as a moment or day: `read` is what was made of it (local, or UTC where it says so)."""
    other = swapped(mapped.format)
    faults = f"WHEN {name} IS NULL THEN 0"
    if mapped.format is None and mapped.column.type == "instant":
        dateless = f"regexp_full_match({name}, '{_DAY}') AND TRY_CAST({name} AS DATE) IS NOT NULL"
        faults += f" WHEN {read} IS NULL AND {dateless} THEN {rules.NO_TIME}"
    if other is not None:
        fits = [f"{strptime(name, other)} IS NOT NULL"]
        if mapped.format is None:
            fits.append(f"{strptime(name, '%Y-%d-%m')} IS NOT NULL")
        faults += f" WHEN {read} IS NULL AND ({' OR '.join(fits)}) THEN {rules.SWAPPED}"
    faults += f" WHEN {read} IS NULL THEN {rules.BAD_FORMAT}"
    faults += f" WHEN {read} < TIMESTAMP '0100-01-01' THEN {rules.TWO_DIGIT_YEAR}"
    if mapped.column.range == "event":
        faults += f" WHEN {read} < TIMESTAMP '1970-01-01' THEN {rules.BEFORE_1970}"
    if mapped.column.range != "any":
        latest = now + datetime.timedelta(days=1)
        faults += f" WHEN {read} > TIMESTAMP '{latest:%Y-%m-%d %H:%M:%S}' THEN {rules.FUTURE}"
    return faults


def is_filler(mapped: MappedColumn, read: str) -> str:
    """Whether a moment or day is one that systems write where they know none."""
    days = rules.FILLERS if mapped.column.range != "any" else ("9999-12-31",)
    listed = ", ".join(f"DATE '{day}'" for day in days)
    return f"coalesce(CAST({read} AS DATE) IN ({listed}), false)"


def first_utc(name: str, zone: str, *, coarse: bool) -> str:
    """SQL of the UTC moment of a local time: the first of two, or NULL in a gap (coarse times take what follows)."""
    inside = f"{zone}.after_us" if coarse else f"CASE WHEN {zone}.before_us > {zone}.after_us THEN {zone}.before_us END"
    offset = (
        f"CASE WHEN {zone}.low IS NULL OR {name} < {zone}.low THEN {zone}.before_us"
        f" WHEN {name} >= {zone}.high THEN {zone}.after_us ELSE {inside} END"
    )
    return f"make_timestamp(epoch_us({name}) - ({offset}))"


def second_utc(name: str, zone: str) -> str:
    """SQL of the later UTC moment of a local time that the clock shows twice, or NULL where it shows it once."""
    return (
        f"CASE WHEN {name} >= {zone}.low AND {name} < {zone}.high AND {zone}.before_us > {zone}.after_us"
        f" THEN make_timestamp(epoch_us({name}) - {zone}.after_us) END"
    )


def local_day(utc: str, zone: str) -> str:
    """SQL of the local day of a UTC moment."""
    offset = f"CASE WHEN {zone}.change IS NULL OR {utc} < {zone}.change THEN {zone}.before_us ELSE {zone}.after_us END"
    return f"CAST(make_timestamp(epoch_us({utc}) + ({offset})) AS DATE)"
