"""Pseudonyms: the published vectors, and a key that cannot be mistaken for another."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pytest

from nvap.errors import Refused
from nvap.records.pseudonym import CHECK_FILE, KEY_FILE, Pseudonyms, check_key, make_key, norm, open_key, read_key
from nvap.records.workspace import make_workspace

KEY = bytes(range(32))
ZERO_WIDTH_SPACE = "\u200b"


@pytest.mark.parametrize("written", [f" n00{ZERO_WIDTH_SPACE}12345 ", "N0012345", "Ｎ００１２３４５", "n-0012345"])
def test_a_person_has_one_pseudonym_however_the_id_is_written(written: str) -> None:
    assert Pseudonyms(KEY).of(written, "person") == "eb70d3254e1b668aab21a61572d409fe"


def test_the_same_id_has_another_pseudonym_in_another_domain() -> None:
    assert Pseudonyms(KEY).of("N0012345", "incident") == "a87fedfd3facf77c1dce1b3f336306e5"


def test_the_key_check_value_tells_keys_apart() -> None:
    assert Pseudonyms(KEY).check_value == "d8890c62"


def test_an_array_keeps_its_order_and_what_is_missing_stays_missing() -> None:
    found = Pseudonyms(KEY).of_all(pa.array(["N0012345", None, "n0012345", "--"]), "person")

    assert found.to_pylist() == ["eb70d3254e1b668aab21a61572d409fe", None, "eb70d3254e1b668aab21a61572d409fe", None]


def test_zeros_in_front_are_kept() -> None:
    assert norm("00 7") == "007"
    assert norm("7") == "7"


def test_the_key_never_stands_in_what_is_printed_of_it() -> None:
    assert repr(KEY) not in repr(Pseudonyms(KEY))


def test_a_practice_workspace_makes_its_key_at_first_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVAP_KEYS", str(tmp_path / "keys"))
    workspace = make_workspace(tmp_path / "workspace", kind="practice")

    first = open_key(workspace)

    assert open_key(workspace).key == first.key
    assert (tmp_path / "keys" / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert (workspace.path / CHECK_FILE).exists()


def test_a_real_workspace_without_a_key_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVAP_KEYS", str(tmp_path / "keys"))

    with pytest.raises(Refused, match="nvap key make"):
        open_key(make_workspace(tmp_path / "workspace", kind="real"))


def test_another_key_than_the_workspaces_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVAP_KEYS", str(tmp_path / "keys"))
    workspace = make_workspace(tmp_path / "workspace", kind="practice")
    check_key(workspace, open_key(workspace).check_value)
    (tmp_path / "keys" / KEY_FILE).write_bytes(KEY)

    with pytest.raises(Refused, match="not the pseudonym key of the workspace"):
        open_key(workspace)


def test_a_lost_key_is_not_replaced_by_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVAP_KEYS", str(tmp_path / "keys"))
    workspace = make_workspace(tmp_path / "workspace", kind="practice")
    open_key(workspace)
    (tmp_path / "keys" / KEY_FILE).unlink()

    with pytest.raises(Refused, match="There is no pseudonym key"):
        open_key(workspace)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = make_key(tmp_path)
    path.chmod(0o644)

    with pytest.raises(Refused, match="can be read by others"):
        read_key(tmp_path)


def test_a_second_key_is_never_made_over_the_first(tmp_path: Path) -> None:
    first = make_key(tmp_path).read_bytes()

    with pytest.raises(Refused, match="already"):
        make_key(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == first


def test_half_a_key_is_refused(tmp_path: Path) -> None:
    make_key(tmp_path).write_bytes(KEY[:16])

    with pytest.raises(Refused, match="32 bytes"):
        read_key(tmp_path)
