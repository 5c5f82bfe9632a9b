"""Preparing where the key is, loading where it is not."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import pytest
from tests.records.conftest import INCIDENTS, NOW, Bench

from nvap.errors import InputFault, Refused, UsageFault
from nvap.records import load as loading
from nvap.records import prepared
from nvap.records.pseudonym import KEY_FILE, make_key
from nvap.records.store import Batch

ROWS = "id,created,place\nA1,2026-07-05 10:00:00,UPRN-10001234\nA2,2026-07-06 11:30:00,UPRN-10001234\nA3,never,P9\n"
PLACES = {**INCIDENTS, "place_key": "place"}
AS_AT = datetime.date(2026, 8, 1)


def prepare(bench: Bench, keys: Path, content: str = ROWS) -> Path:
    out = bench.folder / "prepared.nvap"
    loading.prepare(bench.file(content), bench.mapping(PLACES), out, keys=keys, as_at=AS_AT, by="asha", now=NOW)
    return out


def load(bench: Bench, out: Path) -> Batch:
    return loading.load(bench.workspace, bench.force, out, by="ben", now=NOW)


def test_a_prepared_file_loads_without_mapping_or_key_and_gives_the_same_batch(bench: Bench, tmp_path: Path) -> None:
    make_key(tmp_path / "elsewhere")
    out = prepare(bench, tmp_path / "elsewhere")

    batch = load(bench, out)

    assert not (bench.workspace.keys / KEY_FILE).exists()
    assert (batch.report["read"], batch.report["loaded"], batch.report["set_aside"]) == (3, 2, 1)
    assert (batch.as_at, batch.force, batch.loaded_by) == (AS_AT, "anyshire", "ben")
    keys = {key for (key,) in bench.rows("incidents", "place_key")}
    assert len(keys) == 1


def test_a_prepared_file_holds_no_identifier(bench: Bench, tmp_path: Path) -> None:
    make_key(tmp_path / "elsewhere")
    out = prepare(bench, tmp_path / "elsewhere")

    with zipfile.ZipFile(out) as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    assert all(b"10001234" not in part for part in [*parts, out.read_bytes()])


def test_a_prepared_file_twice_changes_nothing(bench: Bench, tmp_path: Path) -> None:
    make_key(tmp_path / "elsewhere")
    out = prepare(bench, tmp_path / "elsewhere")

    assert load(bench, out).fresh
    assert not load(bench, out).fresh


def test_files_prepared_under_two_keys_are_never_mixed(bench: Bench, tmp_path: Path) -> None:
    make_key(tmp_path / "one")
    make_key(tmp_path / "two")
    load(bench, prepare(bench, tmp_path / "one"))

    with pytest.raises(Refused, match="not the pseudonym key of the workspace"):
        load(bench, prepare(bench, tmp_path / "two", ROWS + "A4,2026-07-06 11:30:00,P1\n"))


def test_a_prepared_file_takes_no_other_mapping(bench: Bench, tmp_path: Path) -> None:
    make_key(tmp_path / "elsewhere")
    out = prepare(bench, tmp_path / "elsewhere")

    with pytest.raises(UsageFault, match="its mapping and its as-at date are in it"):
        loading.load(bench.workspace, bench.force, out, bench.mapping(PLACES), now=NOW)


def test_preparing_needs_the_key(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nvap key make"):
        prepare(bench, tmp_path / "none")
    assert not (bench.folder / "prepared.nvap").exists()


def test_a_prepared_file_that_was_touched_is_refused(bench: Bench, tmp_path: Path) -> None:
    make_key(tmp_path / "elsewhere")
    out = prepare(bench, tmp_path / "elsewhere")
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = b"nvap prepared file, version 1"
        for name, content in parts.items():
            archive.writestr(name, content.replace(b"A1", b"A7") if name == "rows.parquet" else content)

    with pytest.raises(InputFault, match="a damaged prepared file"):
        load(bench, out)


def test_a_truncated_prepared_file_is_refused(bench: Bench, tmp_path: Path) -> None:
    make_key(tmp_path / "elsewhere")
    out = prepare(bench, tmp_path / "elsewhere")
    content = out.read_bytes()
    out.write_bytes(content[: len(content) // 2])

    assert not prepared.is_prepared(out)
    with pytest.raises(InputFault, match="damaged"):
        loading.load(bench.workspace, bench.force, out, bench.mapping(), now=NOW)
