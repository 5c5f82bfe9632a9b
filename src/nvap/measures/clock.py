"""The hour that rows lie in, on the force's own clock: engines give it in UTC, so that both give the same."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from nvap.measures.arrays import texts, to_codes
from nvap.measures.compile import PartPlan


def localised(plan: PartPlan, found: pa.Table, zone: str) -> pa.Table:
    """A scan's rows with their hours on the clock of a time zone, as `00` to `23`; other columns stay as they are."""
    for name, column in zip(plan.breakdowns, plan.dimensions[len(plan.part.groups) :], strict=True):
        if name == "hour":
            found = _hours(found, column, ZoneInfo(zone))
    return found


def _hours(found: pa.Table, column: str, zone: ZoneInfo) -> pa.Table:
    at = found.column_names.index(column)
    if pa.types.is_string(found.schema.field(at).type):
        return found
    moments, places = to_codes(found[column])
    hours = [_hour(each, zone) for each in moments if isinstance(each, datetime.datetime)]
    return found.set_column(at, column, texts([*hours, None], places))


def _hour(moment: datetime.datetime, zone: ZoneInfo) -> str:
    return f"{moment.replace(tzinfo=datetime.UTC).astimezone(zone).hour:02}"
