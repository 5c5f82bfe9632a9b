"""Later extracts supersede earlier ones by their as-at date; what was shown before stays answerable."""

from __future__ import annotations

import datetime

import pytest
from tests.records.conftest import INCIDENTS, Bench

from nvap.engine.connection import connect
from nvap.records.current import open_tables
from nvap.records.derived import definition
from nvap.records.store import batches

FLAG = {**INCIDENTS, "mh_at_closure": "mh"}


def extract(*rows: str) -> str:
    return "id,created,mh\n" + "".join(f"{row}\n" for row in rows)


def shown(bench: Bench, as_at: str | None = None) -> list[tuple[object, ...]]:
    return bench.rows("incidents", "incident_ref, mh_at_closure", as_at=as_at)


def test_a_later_extract_supersedes_the_rows_it_holds_and_leaves_the_rest(bench: Bench) -> None:
    bench.load(extract("A1,2026-01-05 10:00:00,N", "A2,2026-01-06 10:00:00,N"), FLAG, as_at="2026-02-01")
    bench.load(extract("A1,2026-01-05 10:00:00,Y"), FLAG, as_at="2026-03-01", later=1)

    assert shown(bench) == [("A1", True), ("A2", False)]
    assert shown(bench, "2026-02-15") == [("A1", False), ("A2", False)]


def test_the_later_as_at_date_wins_though_it_was_loaded_first(bench: Bench) -> None:
    bench.load(extract("A1,2026-01-05 10:00:00,Y"), FLAG, as_at="2026-03-01")
    bench.load(extract("A1,2026-01-05 10:00:00,N", "A2,2026-01-06 10:00:00,N"), FLAG, as_at="2026-02-01", later=1)

    assert shown(bench) == [("A1", True), ("A2", False)]
    assert shown(bench, "2026-02-01") == [("A1", False), ("A2", False)]


def test_before_the_first_as_at_date_nothing_is_held(bench: Bench) -> None:
    bench.load(extract("A1,2026-01-05 10:00:00,Y"), FLAG, as_at="2026-03-01")

    with connect() as engine:
        assert not open_tables(engine, bench.force, as_at=datetime.date(2026, 2, 28)).held


def test_a_full_extract_withdraws_what_it_no_longer_holds_of_its_period(bench: Bench) -> None:
    rows = extract("A1,2026-01-05 10:00:00,N", "A2,2026-01-06 10:00:00,N", "A3,2026-02-01 10:00:00,N")
    bench.load(rows, FLAG, as_at="2026-02-10")
    bench.load(
        extract("A1,2026-01-05 10:00:00,Y"),
        FLAG,
        as_at="2026-03-01",
        extract={"kind": "full", "from": "2026-01", "to": "2026-01"},
        later=1,
    )

    assert shown(bench) == [("A1", True), ("A3", False)]
    assert shown(bench, "2026-02-10") == [("A1", False), ("A2", False), ("A3", False)]


def test_a_full_extract_without_a_period_replaces_everything(bench: Bench) -> None:
    bench.load(extract("A1,2026-01-05 10:00:00,N", "A2,2026-01-06 10:00:00,N"), FLAG, as_at="2026-02-01")
    bench.load(extract("A2,2026-01-06 10:00:00,Y"), FLAG, as_at="2026-03-01", extract={"kind": "full"}, later=1)

    assert shown(bench) == [("A2", True)]


def test_an_older_full_extract_loaded_late_withdraws_nothing_newer(bench: Bench) -> None:
    bench.load(extract("A1,2026-01-05 10:00:00,Y", "A2,2026-01-06 10:00:00,Y"), FLAG, as_at="2026-03-01")
    bench.load(extract("A1,2026-01-05 10:00:00,N"), FLAG, as_at="2026-02-01", extract={"kind": "full"}, later=1)

    assert shown(bench) == [("A1", True), ("A2", True)]


def test_a_row_that_moved_out_of_a_withdrawn_period_does_not_come_back(bench: Bench) -> None:
    bench.load(extract("A1,2026-02-05 10:00:00,N"), FLAG, as_at="2026-02-10")
    bench.load(extract("A1,2026-01-05 10:00:00,N"), FLAG, as_at="2026-02-20", later=1)
    bench.load(
        extract("A9,2026-01-09 10:00:00,N"),
        FLAG,
        as_at="2026-03-01",
        extract={"kind": "full", "from": "2026-01", "to": "2026-01"},
        later=2,
    )

    assert shown(bench) == [("A9", False)]
    assert shown(bench, "2026-02-20") == [("A1", False)]


def test_references_are_compared_without_regard_to_case(bench: Bench) -> None:
    bench.load(extract("a1,2026-01-05 10:00:00,N"), FLAG, as_at="2026-02-01")
    bench.load(extract("A1,2026-01-05 10:00:00,Y"), FLAG, as_at="2026-03-01", later=1)

    assert shown(bench) == [("A1", True)]


def test_zeros_in_front_of_a_reference_are_part_of_it(bench: Bench) -> None:
    bench.load(extract("007,2026-01-05 10:00:00,N", "7,2026-01-05 10:00:00,Y"), FLAG)

    assert shown(bench) == [("007", False), ("7", True)]


def test_batches_that_share_no_key_are_read_without_comparing_keys(bench: Bench) -> None:
    bench.load(extract("A1,2026-01-05 10:00:00,N"), FLAG, as_at="2026-02-01")
    bench.load(extract("B1,2026-02-05 10:00:00,Y"), FLAG, as_at="2026-03-01", later=1)

    held = batches(bench.force, "incidents")

    assert [dict(each.overlaps) for each in held] == [{}, {}]
    assert shown(bench) == [("A1", False), ("B1", True)]


def test_the_number_of_keys_that_batches_share_is_kept(bench: Bench) -> None:
    first = bench.load(extract("A1,2026-01-05 10:00:00,N", "A2,2026-01-05 10:00:00,N"), FLAG, as_at="2026-02-01")
    second = bench.load(extract("A2,2026-01-05 10:00:00,Y"), FLAG, as_at="2026-03-01", later=1)

    assert second.overlaps == {first.id: 1}


def test_population_is_superseded_by_area_and_year_and_the_whole_force_is_an_area_of_its_own(bench: Bench) -> None:
    columns = {"area": "a", "year": "y", "people": "n"}
    bench.load("a,y,n\n,2024,1000\nN,2024,400\n", columns, table="population", as_at="2026-02-01")
    bench.load("a,y,n\n,2024,1100\n", columns, table="population", as_at="2026-03-01", later=1)

    assert bench.rows("population", "area, people") == [("N", 400), (None, 1100)]


def test_what_is_held_of_a_table_is_told(bench: Bench) -> None:
    bench.load(
        "id,m\nA1,2014-January\n",
        {**INCIDENTS, "created": {"expr": "m", "format": "%Y-%B"}},
        coverage={"only": "mhri", "partial_periods": ["2014-01"]},
    )

    with connect() as engine:
        state = open_tables(engine, bench.force).held["incidents"]

    assert state.precision["created"] == "month"
    assert state.coverage.only == "mhri"
    assert state.partial_periods == {"2014-01"}
    assert state.columns_filled == {"incident_ref", "created", "created_date", "closure_kind"}


def test_a_damaged_batch_is_named(bench: Bench) -> None:
    batch = bench.load(extract("A1,2026-01-05 10:00:00,N"), FLAG)
    (batch.folder / "batch.json").write_text("{", encoding="utf-8")

    with pytest.raises(Exception, match=r"batch\.json is damaged"):
        batches(bench.force, "incidents")


RULES = [("mhri_r1", [True, False, None]), ("mhri_r2", [True, True, None]), ("mhri_r3", [True, True, True])]


@pytest.mark.parametrize(("rule", "expected"), RULES)
def test_the_counting_rules_keep_missing_apart_from_no(bench: Bench, rule: str, expected: list[bool | None]) -> None:
    # A1 is flagged at closure; A2 at opening alone; of A3 nothing is known but a detention under section 136.
    bench.load(
        "id,created,o,c\nA1,2026-01-05 10:00:00,N,Y\nA2,2026-01-05 10:00:00,Y,N\nA3,2026-01-05 10:00:00,,\n",
        {**INCIDENTS, "mh_at_opening": "o", "mh_at_closure": "c", "mh_linked": "'false'"},
    )
    bench.load(
        "s,i,t\nS1,A3,2026-01-05 12:00:00\n", {"s136_ref": "s", "incident_ref": "i", "detained": "t"}, table="s136"
    )

    sql = definition("incidents")[rule].sql

    with connect() as engine:
        open_tables(engine, bench.force)
        found = engine.query(f"SELECT {sql} AS answer FROM incidents ORDER BY incident_ref").column("answer")
    assert found.to_pylist() == expected
