"""The commands as an analyst types them; those that store something in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.records.conftest import Bench

from nvap import cli
from nvap.records.contract import TABLES

ROWS = "id,created,place\nA1,2026-07-05 10:00:00,P1\nA2,2026-07-06 11:30:00,P2\nA3,never,P9\n"
PLACES = {"incident_ref": "id", "created": "created", "closure_kind": "'counted'", "place_key": "place"}

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Runs a command line here: its exit code, what it printed, and what it told on stderr."""
    monkeypatch.setenv("NVAP_WORKSPACE", str(bench.workspace.path))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(bench.folder)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["nvap", *map(str, arguments)])
        code: object = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code or 0
        told = capsys.readouterr()
        assert isinstance(code, int)
        return code, told.out, told.err

    return run


def nvap(bench: Bench, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "NVAP_WORKSPACE": str(bench.workspace.path),
        "NVAP_KEYS": str(bench.workspace.keys),
        "COLUMNS": "80",
        **more,
    }
    environment.pop("NVAP_DATABASE_URL", None)
    command = [sys.executable, "-c", "from nvap.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=bench.folder)


def test_contract_prints_one_table_and_all_of_them(typed: Typed) -> None:
    assert "* detained               instant; local date and time" in typed("contract", "s136")[1]
    assert len([line for line in typed("contract")[1].splitlines() if line.startswith("  ")]) == len(TABLES)
    assert len(json.loads(typed("contract", "--json")[1])) == len(TABLES)


def test_an_unknown_table_exits_2_with_the_nearest(typed: Typed) -> None:
    code, _, told = typed("contract", "incident")

    assert code == 2
    assert "Did you mean `incidents`?" in told


def test_check_reports_and_exits_1_when_rows_would_be_set_aside(bench: Bench, typed: Typed) -> None:
    code, said, _ = typed("check", bench.file(ROWS), "--table", "incidents", "--mapping", bench.mapping(PLACES))

    assert code == 1
    assert "It adds up: 3 = 2 + 1 + 0 + 0." in said
    assert "created: not a date or time in the declared format (row 4)" in said
    assert "nothing was stored" in said
    assert max(map(len, said.splitlines())) < 80


def test_check_exits_0_when_every_row_would_load(bench: Bench, typed: Typed) -> None:
    content = "id,created,place\nA1,2026-07-05 10:00:00,P1\n"

    code, said, _ = typed("check", bench.file(content), "--mapping", bench.mapping(PLACES), "--json")

    assert code == 0
    assert json.loads(said)["loaded"] == 1


def test_check_lists_every_row_that_would_be_set_aside_and_none_of_its_values(bench: Bench, typed: Typed) -> None:
    rows = "id,created,place\nA1,SECRET,P1\n,2026-07-05 10:00:00,P1\nA3,2026-07-05 10:00:00\n"

    typed("check", bench.file(rows), "--mapping", bench.mapping(PLACES), "--list", "aside.csv")

    assert (bench.folder / "aside.csv").read_text(encoding="utf-8").splitlines() == [
        "row,column,rule",
        "2,created,not a date or time in the declared format",
        "3,incident_ref,missing",
        "4,,not as many fields as the header",
    ]


def test_check_needs_no_workspace(bench: Bench, typed: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NVAP_WORKSPACE", str(tmp_path / "none"))

    code, said, _ = typed("check", bench.file(ROWS), "--mapping", bench.mapping(PLACES))

    assert (code, "3 rows read" in said) == (1, True)


def test_load_stores_a_batch_once_and_the_journal_tells_of_it(bench: Bench, typed: Typed) -> None:
    file, mapping = bench.file(ROWS), bench.mapping(PLACES)

    first = nvap(bench, "load", file, "--mapping", mapping, "--as-at", "2026-08-01")
    again = typed("load", file, "--mapping", mapping, "--as-at", "2026-08-01")
    journal = nvap(bench, "journal", "show")

    assert first.returncode == 0, first.stderr
    assert "extract.csv loaded into incidents of anyshire, as at 2026-08-01." in first.stdout
    assert "was already loaded on" in again[1]
    assert "as at 2026-08-01, changes" in typed("batches")[1]
    assert journal.stdout.count("batch incidents/2026-08-01-") == 1


def test_nothing_is_loaded_that_the_journal_cannot_tell(bench: Bench) -> None:
    (bench.workspace.path / "nvap.sqlite3").write_bytes(b"this is no database" * 100)

    done = nvap(bench, "load", bench.file(ROWS), "--mapping", bench.mapping(PLACES))

    assert done.returncode == 3
    assert "the journal cannot be opened" in done.stderr
    assert not list(bench.force.folder.glob("batches/incidents/*/batch.json"))


def test_a_bad_file_is_told_on_stderr_without_a_traceback(bench: Bench, typed: Typed) -> None:
    file = bench.file("id,created,place\nA1,13/07/2026 10:00,P1\nA2,07/13/2026 10:00,P2\n")
    mapping = bench.mapping({**PLACES, "created": {"expr": "created", "format": "%d/%m/%Y %H:%M"}})

    code, _, told = typed("load", file, "--mapping", mapping)

    assert code == 3
    assert "Mixed day/month order" in told
    assert typed("batches")[1] == "No batch has been loaded yet.\n"


GOOD = b"A1,2026-07-05 10:00:00,P1\n"


@pytest.mark.parametrize("command", ["check", "load"])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"id,created,place\n", "a header and no rows"),
        (b"id,created,place\n" + GOOD + b'A2,2026-07-05 10:00:00,"P2\n', "never closed"),
        (b"%PDF-1.7\n", "a PDF"),
        (("id,created,place\n" + GOOD.decode()).encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (b"id,created,area\n" + GOOD, "Unknown column `place`"),
        (b"id,id,created,place\nA1," + GOOD, "columns of one name"),
        (b"id,created,place\n" + GOOD + b"A2,2026-07-05 10:00:00,\x92\n", "is not UTF-8"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_exits_3(
    bench: Bench, typed: Typed, command: str, content: bytes, told: str
) -> None:
    code, _, said = typed(command, bench.file(content), "--mapping", bench.mapping(PLACES))

    assert code == 3
    assert told in said


def test_a_load_of_which_no_row_is_left_exits_3_and_its_check_1(bench: Bench, typed: Typed) -> None:
    file, mapping = bench.file("id,created,place\nA1,never,P1\n"), bench.mapping(PLACES)

    assert typed("check", file, "--mapping", mapping)[0] == 1
    assert typed("load", file, "--mapping", mapping)[0] == 3


def test_a_mapping_with_faults_exits_1_though_the_file_lacks_columns_too(bench: Bench, typed: Typed) -> None:
    mapping = bench.mapping({**PLACES, "colour": "hue", "area": "beat"})

    code, _, told = typed("check", bench.file(ROWS), "--mapping", mapping)

    assert code == 1
    assert "has no column `colour`" in told
    assert "Unknown column `beat`" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["load", "none.csv", "--mapping", "map.yaml"], "There is no file none.csv"),
        (["load", ".", "--mapping", "map.yaml"], "is a folder"),
        (["load", "extract.csv", "--mapping", "none.yaml"], "There is no mapping file none.yaml"),
        (["load", "extract.csv", "--mapping", "map.yaml", "--as-at", "1/8/2026"], "--as-at is a day such as"),
        (["load", "extract.csv", "--mapping", "map.yaml", "--table", "crimes"], "--table says crimes"),
        (["load", "extract.csv", "--mapping", "map.yaml", "--force", "anyshyre"], "Did you mean `anyshire`?"),
        (["load", "extract.csv"], "it needs a mapping"),
        (["batches", "incidence"], "Did you mean `incidents`?"),
    ],
)
def test_what_is_asked_for_wrongly_exits_2_and_says_what_is_right(
    bench: Bench, typed: Typed, arguments: list[str], told: str
) -> None:
    bench.file(ROWS)
    bench.mapping(PLACES)

    code, _, said = typed(*arguments)

    assert code == 2
    assert told in said


def test_prepare_and_load_work_on_two_machines(bench: Bench, tmp_path: Path) -> None:
    bench.file(ROWS)
    bench.mapping(PLACES)
    keys = {"NVAP_KEYS": str(tmp_path / "key-machine"), "NVAP_WORKSPACE": str(tmp_path / "none")}

    made = nvap(bench, "key", "make", **keys)
    prepared = nvap(bench, "prepare", "extract.csv", "--mapping", "map.yaml", "--out", "out.nvap", **keys)
    loaded = nvap(bench, "load", "out.nvap")

    assert "check value" in made.stdout
    assert "It holds no identifier" in prepared.stdout, prepared.stderr
    assert loaded.returncode == 0, loaded.stderr
    assert "2 loaded" in loaded.stdout
    assert not (bench.workspace.keys / "pseudonym.key").exists()


def test_map_suggest_prints_a_draft(bench: Bench, typed: Typed) -> None:
    assert "table: incidents" in typed("map", "suggest", bench.file(ROWS), "--table", "incidents")[1]


def test_output_that_nobody_reads_to_its_end_is_no_fault(bench: Bench) -> None:
    command = f"{sys.executable} -c 'from nvap.cli import main; main()' contract --markdown | head -n 1"

    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert done.stdout == "# Data contracts\n"
    assert "Traceback" not in done.stderr


def test_a_plain_locale_prints_what_it_can(bench: Bench) -> None:
    done = nvap(bench, "check", bench.file(ROWS), "--mapping", bench.mapping(PLACES), LC_ALL="C", PYTHONIOENCODING="")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a window of its own is made with a pseudo-terminal")
def test_a_long_fault_is_broken_where_the_window_ends_and_left_whole_for_a_program(bench: Bench) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from nvap.cli import main; main()", "measure", "NOPE"]
    environment = {**os.environ, "NVAP_WORKSPACE": str(bench.workspace.path), "COLUMNS": "80"}

    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=theirs, check=False, env=environment)
    os.close(theirs)
    read = os.read(ours, 10_000).decode().splitlines()
    os.close(ours)
    piped = nvap(bench, "measure", "NOPE").stderr.splitlines()

    assert len(read) > 1
    assert all(len(line) <= 80 for line in read)
    assert len(piped) == 1
    assert " ".join(" ".join(read).split()) == piped[0]
