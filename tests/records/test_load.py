"""Loading: every row accounted for, nothing twice, nothing half, nothing in the wrong place."""

from __future__ import annotations

import datetime
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.records.conftest import INCIDENTS, NOW, Bench

from nvap.engine.connection import connect
from nvap.errors import InputFault, Refused, UsageFault
from nvap.records import load as loading
from nvap.records import lock
from nvap.records.current import open_tables
from nvap.records.report import Report
from nvap.records.store import batches
from nvap.records.workspace import make_workspace

ROWS = "id,created\nA1,2026-01-05 10:00:00\nA2,2026-01-06 11:30:00\n"


def test_each_row_read_is_loaded_set_aside_a_duplicate_or_excluded(bench: Bench) -> None:
    report = bench.check(
        "id,created,kind\n"
        "A1,2026-01-05 10:00:00,x\n"
        "A1,2026-01-05 10:00:00,x\n"  # the same again
        "A2,2026-01-05 10:00:00,x\n"
        "A2,2026-01-05 11:00:00,x\n"  # the same reference, another time: both set aside
        ",2026-01-05 10:00:00,x\n"  # no reference
        "A3,not a time,x\n"
        "A4,2026-01-05 10:00:00,asb\n"  # excluded
        "A5,2026-01-05 10:00:00\n",  # a field short
        exclude=[{"name": "anti-social behaviour", "where": "kind = 'asb'"}],
    )

    assert (report.read, report.loaded, report.set_aside, report.identical_duplicates) == (8, 1, 5, 1)
    assert report.excluded == {"anti-social behaviour": 1}
    assert report.set_aside_rules == {
        ("same key, other content", None): 2,
        ("missing", "incident_ref"): 1,
        ("not a date or time in the declared format", "created"): 1,
        ("not as many fields as the header", None): 1,
    }
    assert report.first_rows["not as many fields as the header", None] == (9,)


def test_a_report_that_does_not_add_up_cannot_be_made() -> None:
    with pytest.raises(AssertionError, match="3 rows read, 2 accounted for"):
        Report("f", "incidents", "m", (), read=3, loaded=2, set_aside=0, identical_duplicates=0, excluded={})


def test_the_list_of_rows_set_aside_holds_row_column_and_rule_and_none_of_the_values(bench: Bench) -> None:
    batch = bench.load("id,created\nA1,2026-01-05 10:00:00\nSECRET7,never\n")

    held = pq.read_table(batch.folder / "set_aside.parquet").to_pylist()

    assert held == [{"row": 3, "column": "created", "rule": "not a date or time in the declared format"}]
    assert all(b"SECRET7" not in path.read_bytes() for path in batch.folder.iterdir())


def test_stored_rows_hold_utc_and_the_local_day(bench: Bench) -> None:
    bench.load("id,created\nA1,2026-07-05 00:30:00\n")

    found = bench.rows("incidents", "created, created_date")

    assert found == [(datetime.datetime(2026, 7, 4, 23, 30), datetime.date(2026, 7, 5))]  # noqa: DTZ001


def test_the_same_file_twice_changes_nothing(bench: Bench) -> None:
    first = bench.load(ROWS)
    again = bench.load(ROWS, later=60)

    assert (first.fresh, again.fresh) == (True, False)
    assert (again.id, again.loaded_at) == (first.id, first.loaded_at)
    assert len(batches(bench.force, "incidents")) == 1


def test_the_same_file_without_a_date_is_the_same_on_another_day(bench: Bench) -> None:
    file, mapping = bench.file(ROWS), bench.mapping()
    first = loading.load(bench.workspace, bench.force, file, mapping, now=NOW)

    again = loading.load(bench.workspace, bench.force, file, mapping, now=NOW + datetime.timedelta(days=3))

    assert first.as_at == datetime.date(2026, 11, 23)
    assert not again.fresh


def test_the_same_file_as_at_another_day_is_another_batch(bench: Bench) -> None:
    bench.load(ROWS, as_at="2026-02-01")
    bench.load(ROWS, as_at="2026-03-01", later=1)

    assert len(batches(bench.force, "incidents")) == 2


def test_of_two_loads_as_at_one_day_the_later_load_shows_whatever_its_name(bench: Bench) -> None:
    for later, area in enumerate(("North", "South", "East")):
        rows = f"id,created,area\nA1,2026-01-05 10:00:00,{area}\n"
        batch = bench.load(rows, {**INCIDENTS, "area": "area"}, later=later)

    assert list(batch.overlaps.values()) == [1, 1]
    assert bench.rows("incidents", "area") == [("East",)]


def test_the_as_at_date_may_stand_in_a_column_of_the_file(bench: Bench) -> None:
    file = bench.file("id,created,taken\nA1,2026-01-05 10:00:00,2026-02-01\n")
    mapping = bench.mapping(extract={"kind": "changes", "as_at_column": "taken"})

    batch = loading.load(bench.workspace, bench.force, file, mapping, now=NOW)

    assert batch.as_at == datetime.date(2026, 2, 1)


def test_the_later_of_two_rows_wins_where_the_mapping_says_which_is_later(bench: Bench) -> None:
    batch = bench.load(
        "id,created,v\nA1,2026-01-05 10:00:00,9\nA1,2026-01-05 11:00:00,10\nA1,2026-01-05 11:00:00,10\n", later_by="v"
    )

    assert batch.report["excluded"] == {"earlier version in the same file": 1}
    assert batch.report["identical_duplicates"] == 1
    assert bench.rows("incidents", "created") == [(datetime.datetime(2026, 1, 5, 11, 0),)]  # noqa: DTZ001


def test_two_rows_that_are_equally_late_are_both_set_aside(bench: Bench) -> None:
    report = bench.check("id,created,v\nA1,2026-01-05 10:00:00,2\nA1,2026-01-05 11:00:00,2\nA2,2026-01-05 11:00:00,1\n",
                         later_by="v")  # fmt: skip

    assert report.set_aside_rules == {("same key, other content", None): 2}


def test_dates_that_do_not_sort_as_text_cannot_say_which_row_is_later(bench: Bench) -> None:
    rows = "id,created,v\nA1,2026-01-05 10:00:00,31/01/2026\nA1,2026-01-05 11:00:00,01/02/2026\n"

    with pytest.raises(InputFault, match="`later_by` must give numbers"):
        bench.check(rows, later_by="v")


def test_references_that_differ_in_case_alone_are_the_same(bench: Bench) -> None:
    report = bench.check("id,created\nab1,2026-01-05 10:00:00\nAB1,2026-01-05 11:00:00\n")

    assert report.set_aside_rules == {("same key, other content", None): 2}


def test_a_file_of_which_nothing_can_be_loaded_is_not_stored(bench: Bench) -> None:
    with pytest.raises(InputFault, match=r"None of the 1 rows .* can be loaded into incidents"):
        bench.load("id,created\nA1,never\n")

    assert batches(bench.force, "incidents") == []


def test_rows_outside_the_period_of_a_full_extract_are_set_aside(bench: Bench) -> None:
    report = bench.check(ROWS, extract={"kind": "full", "from": "2026-01-05", "to": "2026-01-05"})

    assert report.set_aside_rules == {("outside the extract's period", "created"): 1}


def test_a_practice_workspace_takes_no_extract_of_a_force(bench: Bench) -> None:
    with pytest.raises(Refused, match="practice workspace"):
        bench.load(ROWS, made_up=False)


def test_a_practice_workspace_takes_published_data(bench: Bench) -> None:
    assert bench.load(ROWS, made_up=False, source={"name": "open data", "published": True}).origin == "published"


def test_a_real_workspace_takes_nothing_made_up(bench: Bench, tmp_path: Path) -> None:
    real = make_workspace(tmp_path / "real", kind="real")
    force = real.add_force("anyshire", "Anyshire")

    with pytest.raises(Refused, match="made up"):
        loading.load(real, force, bench.file(ROWS), bench.mapping(), now=NOW)


def test_keys_are_stored_as_pseudonyms_and_nothing_of_them_is_left(bench: Bench) -> None:
    batch = bench.load("id,created,place\nA1,2026-01-05 10:00:00,UPRN-10001234\n", {**INCIDENTS, "place_key": "place"})

    (key,) = bench.rows("incidents", "place_key")[0]
    assert re.fullmatch("[0-9a-f]{32}", str(key))
    assert batch.key_check
    assert all(b"10001234" not in path.read_bytes() for path in bench.force.folder.rglob("*") if path.is_file())


def test_a_table_that_another_load_holds_is_refused_with_who_and_when(bench: Bench) -> None:
    path = bench.force.folder / "batches" / "incidents" / ".lock"

    with (
        lock.held(path, what="incidents of anyshire", by="asha"),
        pytest.raises(Refused, match=r"being loaded already, by asha since 20\d\d-"),
    ):
        bench.load(ROWS)

    assert bench.load(ROWS).fresh


def test_a_disk_with_too_little_room_is_told_before_anything_is_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 5, 5))  # type: ignore[attr-defined]

    with pytest.raises(Refused, match="not room enough"):
        bench.load(ROWS)


def many_rows(count: int) -> str:
    start = datetime.datetime(2025, 1, 1)  # noqa: DTZ001
    step = datetime.timedelta(seconds=61)
    rows = (f"A{at:07d},{start + at * step},Area {at % 40},{at * 7919 % 100_003}\n" for at in range(count))
    return "id,created,area,place\n" + "".join(rows)


LOAD_IN_A_PROCESS = """
import datetime, sys
from pathlib import Path
from nvap.records.load import load
from nvap.records.workspace import open_workspace
workspace = open_workspace(Path(sys.argv[1]))
load(workspace, workspace.force(), Path(sys.argv[2]), Path(sys.argv[3]), as_at=datetime.date(2026, 11, 1))
"""


def loading_process(bench: Bench, file: Path, mapping: Path, **more: object) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-c", LOAD_IN_A_PROCESS, str(bench.workspace.path), str(file), str(mapping)]
    return subprocess.Popen(arguments, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload,no-any-return]


def killed_or_done(process: subprocess.Popen[bytes], after: float) -> bool:
    """End the process with SIGKILL after so many seconds; whether it was still running."""
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    return process.returncode == -signal.SIGKILL


@pytest.mark.gate
@pytest.mark.skipif(os.name == "nt", reason="there is no kill -9")
def test_a_load_killed_at_any_moment_leaves_all_or_nothing_and_is_repeated_to_the_same_result(
    bench: Bench, tmp_path: Path
) -> None:
    # Of 50,000 rows a few break a rule, so that both files of a batch hold something.
    file = bench.file(many_rows(50_000) + "B1,never,Area 1,5\nB2,2025-03-30 01:30:00,Area 2,6\n")
    mapping = bench.mapping({**INCIDENTS, "area": "area", "place_key": "place"})
    apart = make_workspace(tmp_path / "undisturbed", kind="practice")
    undisturbed = Bench(bench.folder, apart, apart.add_force("anyshire", "Anyshire"))
    began = time.monotonic()
    assert not killed_or_done(loading_process(undisturbed, file, mapping), after=120)
    whole = time.monotonic() - began
    (true,) = batches(undisturbed.force, "incidents")
    rows, aside = undisturbed.rows("incidents"), pq.read_table(true.folder / "set_aside.parquet")
    moments, killed = random.Random(2026), 0

    while killed < 12:
        after = moments.uniform(0.2, 1.0) * whole
        if killed_or_done(loading_process(bench, file, mapping), after):
            killed += 1
        else:
            whole = min(whole, after)
        held = batches(bench.force, "incidents")
        with connect() as engine:
            assert ("incidents" in open_tables(engine, bench.force).held) == bool(held)
        for each in held:  # a load that was quicker than the kill: whole, and taken away for the next try
            assert (each.id, pq.read_metadata(each.rows).num_rows) == (true.id, len(rows))
            shutil.rmtree(each.folder)
    final = loading.load(bench.workspace, bench.force, file, mapping, as_at=datetime.date(2026, 11, 1), now=NOW)

    assert sorted(path.name for path in final.folder.parent.iterdir()) == [".lock", final.id]
    assert final.report == true.report
    assert bench.rows("incidents") == rows
    assert pq.read_table(final.folder / "set_aside.parquet") == aside


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="the system cannot limit a file's size")
def test_a_disk_that_fills_up_while_loading_keeps_what_was_stored_and_leaves_nothing_else(bench: Bench) -> None:
    import resource

    held = bench.load(ROWS)
    file, mapping = bench.file(many_rows(40_000)), bench.mapping({**INCIDENTS, "area": "area"}, name="large.yaml")

    process = loading_process(
        bench, file, mapping, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
    )
    _, told = process.communicate()

    assert process.returncode != 0
    assert b"disk is full" in told
    assert [each.id for each in batches(bench.force, "incidents")] == [held.id]
    assert sorted(path.name for path in held.folder.parent.iterdir()) == [".lock", held.id]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Path:
    """A file system of 2 MB, where this user may mount one."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a tiny disk")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("this machine lets nobody mount a disk")
    return folder


def test_a_full_disk_is_told_in_words(bench: Bench, tiny_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        workspace = make_workspace(tiny_disk / "workspace", kind="practice")
        force = workspace.add_force("anyshire", "Anyshire")
        monkeypatch.setattr("nvap.records.load._check_room", lambda folder, file: None)
        file, mapping = bench.file(many_rows(150_000)), bench.mapping({**INCIDENTS, "area": "area"})

        with pytest.raises(Exception, match=r"disk (for temporary files )?is full"):
            loading.load(workspace, force, file, mapping, now=NOW)

        assert batches(force, "incidents") == []
        assert [path.name for path in (force.folder / "batches" / "incidents").iterdir()] == [".lock"]
    finally:
        subprocess.run(["umount", "-l", str(tiny_disk)], check=False)


def test_a_file_that_changes_while_it_is_read_is_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    file = bench.file(ROWS)
    hashes = iter(["one", "another"])
    monkeypatch.setattr(loading, "content_hash", lambda path: next(hashes))

    with pytest.raises(InputFault, match="changed while it was being read"):
        bench.load(file)


def test_a_file_without_a_mapping_says_what_is_missing(bench: Bench) -> None:
    with pytest.raises(UsageFault, match="add --mapping FILE"):
        loading.load(bench.workspace, bench.force, bench.file(ROWS), now=NOW)


def test_what_batch_json_keeps_can_be_read_back(bench: Bench) -> None:
    batch = bench.load(ROWS, coverage={"sample_days": True}, source={"name": "STORM"})

    held = json.loads((batch.folder / "batch.json").read_text(encoding="utf-8"))

    assert held["report"]["loaded"] == 2
    assert held["source"] == {"name": "STORM"}
    assert held["coverage"]["sample_days"] is True
    assert held["loaded_by"] == "asha"
    assert batches(bench.force, "incidents")[0] == batch


def test_a_check_stores_nothing_and_needs_no_key(bench: Bench) -> None:
    before = sorted(bench.workspace.path.rglob("*"))

    bench.check("id,created,place\nA1,2026-01-05 10:00:00,P1\n", {**INCIDENTS, "place_key": "place"})

    assert sorted(bench.workspace.path.rglob("*")) == before
    assert not bench.workspace.keys.exists()
