"""Two evaluators agree: the compiled query, and plain Python that reads the definition row by row."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from .world import answer, incident, measure, people

FLAGS = st.sampled_from([True, False, None])
AREAS = ["East", "West", None]
SETTINGS = settings(max_examples=25)

INCIDENTS = st.lists(
    st.tuples(
        st.integers(1, 91),
        st.sampled_from(["counted", "counted", "duplicate", "test"]),
        FLAGS,
        FLAGS,
        st.sampled_from(AREAS),
    ),
    min_size=1,
    max_size=40,
)
DAYS = (datetime.date(2023, 1, 1), datetime.date(2023, 4, 1))


def rows_of(drawn: Sequence[tuple[int, str, bool | None, bool | None, str | None]]) -> list[dict[str, Any]]:
    rows = []
    for at, (day, kind, closing, opening, area) in enumerate(drawn):
        date = datetime.date(2022, 12, 31) + datetime.timedelta(days=day)
        made = incident(at, date.isoformat(), flagged=closing, area=area, mh_at_opening=opening, closure_kind=kind)
        rows.append(made)
    return rows


def either(one: bool | None, other: bool | None) -> bool | None:
    """OR with three values."""
    if one or other:
        return True
    return None if None in (one, other) else False


def counted_by_hand(rows: list[dict[str, Any]], month: int, area: str | None, *, rule: str) -> tuple[int, int, int]:
    """Flagged, known and unknown among the counted incidents of a month and an area."""
    flagged = known = unknown = 0
    for row in rows:
        if row["closure_kind"] != "counted" or row["created"].month != month or row["area"] != area:
            continue
        flag = row["mh_at_closure"] if rule == "R1" else either(row["mh_at_closure"], row["mh_at_opening"])
        unknown += flag is None
        known += flag is not None
        flagged += flag is True
    return flagged, known, unknown


@SETTINGS
@given(drawn=INCIDENTS, rule=st.sampled_from(["R1", "R2"]))
def test_counts_shares_and_unknowns_agree(
    drawn: list[tuple[int, str, bool | None, bool | None, str | None]], rule: str
) -> None:
    rows = rows_of(drawn)

    found = answer("D01", tables={"incidents": rows}, days=DAYS, by="month,area", rule=rule)

    for row in (each for each in found if each["part"] == "share" and each["period_start"].month < 4):
        area = None if row["area"] == "not recorded" else row["area"]
        expected = counted_by_hand(rows, row["period_start"].month, area, rule=rule)
        assert (row["numerator"], row["denominator"], row["unknown"]) == expected


@SETTINGS
@given(drawn=INCIDENTS)
def test_areas_and_months_add_up_to_the_whole(
    drawn: list[tuple[int, str, bool | None, bool | None, str | None]],
) -> None:
    tables = {"incidents": rows_of(drawn), "population": [people("East", 10, 2023), people("West", 20, 2023)]}

    by_area = answer("D02", tables=tables, days=DAYS, by="month,area")
    by_month = answer("D02", tables=tables, days=DAYS)
    whole = answer("D02", tables=tables, days=DAYS, by="whole")

    for name in ("numerator", "unknown"):
        assert sum(row[name] for row in by_area) == sum(row[name] for row in by_month) == whole[0][name]


@SETTINGS
@given(drawn=INCIDENTS, seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    drawn: list[tuple[int, str, bool | None, bool | None, str | None]], seed: Any
) -> None:
    rows = rows_of(drawn)
    mixed = list(rows)
    seed.shuffle(mixed)

    assert answer("D01", tables={"incidents": rows}, days=DAYS) == answer("D01", tables={"incidents": mixed}, days=DAYS)


MINUTES = st.one_of(st.none(), st.integers(-30, 3000))
DEPLOYMENTS = st.lists(
    st.tuples(st.integers(0, 7), MINUTES, MINUTES, st.sampled_from([1, 2, None]), st.sampled_from([True, False, None])),
    max_size=30,
)


def hours_by_hand(
    arrived: int | None, cleared: int | None, officers: int | None, stood_down: bool | None
) -> float | None:
    """T2 of one deployment: nothing when stood down, unknown when a stamp cannot be right."""
    if stood_down:
        return 0.0
    if None in (arrived, cleared, officers):
        return None
    assert arrived is not None
    assert cleared is not None
    assert officers is not None
    return (cleared - arrived) * officers / 60 if 0 <= cleared - arrived <= 2160 else None


@SETTINGS
@given(drawn=DEPLOYMENTS, flags=st.lists(FLAGS, min_size=8, max_size=8))
def test_officer_hours_agree(
    drawn: list[tuple[int, int | None, int | None, int | None, bool | None]], flags: list[bool | None]
) -> None:
    noon = datetime.datetime(2023, 1, 5, 12)  # noqa: DTZ001
    incidents = [
        incident(at, "2023-01-05T12:00", flagged=flag, first_arrival=None, closed=None) for at, flag in enumerate(flags)
    ]
    deployments, known = [], {at: [0.0] for at in range(8)}
    for at, (log, arrived, cleared, officers, stood_down) in enumerate(drawn):
        stamps = [None if each is None else noon + datetime.timedelta(minutes=each) for each in (arrived, cleared)]
        deployments.append(
            {"deployment_ref": f"D{at}", "incident_ref": f"I{log}", "assigned": noon, "arrived": stamps[0],
             "cleared": stamps[1], "officers": officers, "stood_down": stood_down}
        )  # fmt: skip
        known[log].append(hours_by_hand(arrived, cleared, officers, stood_down))  # type: ignore[arg-type]

    elsewhere = {"deployment_ref": "X", "incident_ref": "X", "assigned": noon, "arrived": noon, "cleared": noon}
    tables = {"incidents": incidents, "deployments": [*deployments, {**elsewhere, "officers": 1}]}
    found = {row["part"]: row for row in answer("D12", tables=tables, days=DAYS, by="whole")}

    sums = {at: sum(each for each in values if each is not None) for at, values in known.items()}
    whole = {at for at, values in known.items() if None not in values}
    flagged = [at for at, flag in enumerate(flags) if flag]
    assert abs(found["t2_hours"]["numerator"] - sum(sums[at] for at in flagged)) < 1e-9
    assert found["t2_hours_per_incident"]["denominator"] == len(whole & set(flagged))
    assert abs(found["t2_hours_per_incident"]["numerator"] - sum(sums[at] for at in whole & set(flagged))) < 1e-9
    told = [at for at, flag in enumerate(flags) if flag is not None]
    assert abs(found["t2_share"]["denominator"] - sum(sums[at] for at in told)) < 1e-9
    assert measure("D12").part("t2_share").whole_coverage
