"""The result rows of a part: one array for each column, in the columns that every result has."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from nvap.measures.along import numbers_along
from nvap.measures.arrays import days, floats, texts, whole
from nvap.measures.compile import PartPlan
from nvap.measures.frame import Frame
from nvap.measures.groups import Groups, in_groups
from nvap.measures.standardising import standardised
from nvap.measures.values import PART_PERIOD, REFUSED, STATUSES, Flags, Layout, Numbers
from nvap.packs.measure import Measure, Part

SCHEMA = pa.schema(
    [
        ("force", pa.string()),
        ("measure", pa.string()),
        ("part", pa.string()),
        ("category", pa.string()),
        ("group", pa.string()),
        ("area", pa.string()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("unknown", pa.int64()),
        ("value", pa.float64()),
        ("multiplier", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("method", pa.string()),
        ("rule", pa.string()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("pack", pa.string()),
        ("as_at", pa.date32()),
    ]
)


_EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True)
class Place:
    """What every row of a part shares: who, under which rule, from which pack, as at when."""

    force: str
    rule: str | None
    pack: str
    as_at: datetime.date


def part_rows(plan: PartPlan, found: pa.Table, layout: Layout, place: Place) -> pa.Table:
    """The result rows of one part, from its scan's sums."""
    held = list(layout.groups.by_words) if layout.groups is not None else ()
    groups = in_groups(plan, found, layout.frame, layout.areas, held)
    numbers = numbers_along(plan.part, groups, layout)
    if layout.standardised:
        numbers.append(standardised(plan, groups, layout))
    return pa.concat_tables([SCHEMA.empty_table(), *(_table(plan, each, groups, layout, place) for each in numbers)])


def message_row(
    measure: Measure,
    part: Part,
    *,
    asked: tuple[datetime.date | None, datetime.date | None],
    why: tuple[str, str],
    place: Place,
) -> pa.Table:
    """One row that says why a part has no numbers: `why` is its status and its reason."""
    row = dict.fromkeys(SCHEMA.names) | {
        "force": place.force,
        "measure": measure.id,
        "part": part.id,
        "period_start": asked[0],
        "period_end": asked[1],
        "rule": place.rule,
        "status": why[0],
        "reason": why[1],
        "pack": place.pack,
        "as_at": place.as_at,
    }
    return pa.Table.from_pylist([row], schema=SCHEMA)


def _table(plan: PartPlan, made: Numbers, groups: Groups, layout: Layout, place: Place) -> pa.Table:
    _remark_on_periods(made, layout.frame)
    if groups.hidden is not None:
        _hide(made, groups.hidden)
    shape = made.numerator.shape
    size = int(np.prod(shape))
    of_group, of_area, of_period = (each.ravel() for each in np.indices(shape))
    first, last = (np.array([(each[end] - _EPOCH).days for each in layout.frame.periods]) for end in (0, 1))
    as_at = np.full(size, (place.as_at - _EPOCH).days)
    columns = {
        "force": _same(place.force, size),
        "measure": _same(plan.measure.id, size),
        "part": _same(plan.part.id, size),
        "category": _same(made.category, size),
        "group": texts(groups.names, of_group),
        "area": texts(layout.areas, of_area),
        "period_start": days(first[of_period]),
        "period_end": days(last[of_period]),
        "numerator": floats(made.numerator),
        "denominator": floats(made.denominator),
        "unknown": whole(made.unknown),
        "value": floats(made.value),
        "multiplier": floats(np.full(size, plan.part.multiplier or np.nan)),
        "lower": floats(made.lower),
        "upper": floats(made.upper),
        "method": _methods(made.method),
        "rule": _same(place.rule, size),
        "status": texts(STATUSES, made.status),
        "reason": _reasons(made),
        "pack": _same(place.pack, size),
        "as_at": days(as_at),
    }
    made_rows = pa.Table.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)
    return made_rows if made.shown is None else made_rows.take(pa.array(np.flatnonzero(made.shown[of_group])))


def _remark_on_periods(made: Numbers, frame: Frame) -> None:
    shape = made.numerator.shape
    for text in sorted(set(frame.remarks) - {""}):
        where = np.broadcast_to(np.array([each == text for each in frame.remarks]), shape)
        made.status = np.where(where, np.maximum(made.status, PART_PERIOD), made.status)
        made.remarks.append((where, text))


def _hide(made: Numbers, hidden: Flags) -> None:
    made.remarks = [(where & ~hidden, text) for where, text in made.remarks]
    made.withhold(hidden, REFUSED, "Fewer than 10 staff: not shown on their own.")
    for name in ("numerator", "denominator", "unknown"):
        setattr(made, name, np.where(hidden, np.nan, getattr(made, name)))


def _same(text: str | None, size: int) -> pa.Array:
    return texts([text], np.zeros(size, dtype=np.int64))


def _methods(found: NDArray[np.str_]) -> pa.Array:
    different, places = np.unique(found.ravel(), return_inverse=True)
    return texts([str(each) or None for each in different], places)


def _reasons(made: Numbers) -> pa.Array:
    """Each row's remarks as one text; a bit for each remark tells which texts are needed at all."""
    bits = np.zeros(made.numerator.shape, dtype=np.int64)
    remarks = [(where, text) for where, text in made.remarks if where.any()]
    for at, (where, _) in enumerate(remarks):
        bits |= where.astype(np.int64) << at
    different, places = np.unique(bits.ravel(), return_inverse=True)
    said = [" ".join(text for at, (_, text) in enumerate(remarks) if value >> at & 1) or None for value in different]
    return texts(said, places)
