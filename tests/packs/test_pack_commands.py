"""`nvap pack check`, `compare`, `show` and `list` as a person types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner, Result

from nvap import packs
from nvap.cli.packs import register
from nvap.errors import InputFault, NvapError, UsageFault

if TYPE_CHECKING:
    from tests.packs.conftest import Copy

TINY = str(Path(__file__).parent / "tiny-pack")


def run(*arguments: str, columns: int = 80) -> Result:
    """The command's outcome; a fault that a person can mend stands in `exception`."""
    app = typer.Typer()
    register(app)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["pack", *arguments], env={"COLUMNS": str(columns)})


def fault(result: Result) -> NvapError:
    assert isinstance(result.exception, NvapError), result.output
    return result.exception


@pytest.fixture
def with_tiny_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with the tiny pack among its packs."""
    monkeypatch.setenv("NVAP_WORKSPACE", str(tmp_path))
    return Path(shutil.copytree(TINY, tmp_path / "packs" / "tiny-2.1.3-access"))


def test_a_clean_pack_is_said_to_be_clean_with_what_was_counted() -> None:
    result = run("check", TINY)

    assert result.exit_code == 0
    assert result.output.startswith("tiny-2.1.3-access@0.1.0: no faults. It holds 1 aim, ")
    assert "2 suggested measures" in result.output


def test_an_installed_pack_is_checked_by_its_id() -> None:
    assert run("check", packs.DEFAULT).output.startswith(f"{packs.DEFAULT}@")


def test_a_faulty_pack_ends_with_exit_code_1_and_every_fault(tiny: Copy) -> None:
    tiny.change("links.yaml", "status: stated", "status: sated").change("plan.yaml", "label:", "lable:")

    raised = fault(run("check", str(tiny.folder)))

    assert isinstance(raised, InputFault)
    assert raised.exit_code == 1
    assert len(raised.faults) == 3
    assert str(raised).startswith(f"The pack in {tiny.folder} has 3 faults.\n{tiny.folder}/links.yaml:6: ")


def test_a_folder_that_is_not_there_ends_with_exit_code_2() -> None:
    assert fault(run("check", "/nowhere/at/all")).exit_code == 2


def test_show_says_an_items_words_source_status_and_links() -> None:
    output = run("show", "2.1.3/A1a.out1", "--pack", TINY).output

    assert output.splitlines()[:4] == [
        "A1a.out1  A directory",
        "output of objective O1, Signposting",
        "",
        "A directory of services, with an owner.",
    ]
    assert "Status: Reconstructed: The column is lost." in output
    assert "Source: Toolkit, part 2, logic model: Objective 1, outputs" in output
    assert "Comes from activity\n  A1a  Keep a directory\n" in output
    assert "Leads to\n  O1.imp1  Better signposting\n" in output


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
@pytest.mark.parametrize("item", ["A1a", "S01", "O1", "2.1.3", "E-A1a-1", "smith-2020"])
def test_show_fits_the_width(item: str, columns: int) -> None:
    lines = run("show", item, "--pack", TINY, columns=columns).output.splitlines()

    assert max(len(line) for line in lines) <= min(columns, 80)


def test_show_gives_json_with_the_links() -> None:
    said = json.loads(run("show", "O1.sm1", "--pack", TINY, "--json").output)

    assert said["qualified"] == "2.1.3/O1.sm1"
    assert said["peel"] == [{"edition": "tiny edition", "code": "6.2.2", "title": "Risk is reduced"}]
    assert said["links"] == [
        {"link": "Met by", "id": "S01", "kind": "measure", "title": "Incidents flagged, per 1,000 people"}
    ]


@pytest.mark.parametrize("item", ["A1a", "S01", "2.1.3", "smith-2020", "O1", "NOW1"])
def test_everything_can_be_shown_as_json(item: str) -> None:
    assert json.loads(run("show", item, "--pack", TINY, "--json").output)


def test_a_pack_is_shown_with_what_came_after_it_and_the_actions_it_links_to() -> None:
    output = run("show", "2.1.3", "--pack", TINY).output

    assert "What came after it\n  2025-04: Another plan came after it. Known from: Its own web page.\n" in output
    assert "Other actions it links to\n  2.1.2  Mental health: installed\n" in output
    assert "2.3.2  Data Collection: not installed\n" in run("show", "2.1.2").output


def test_a_measure_is_shown_with_what_it_counts() -> None:
    output = run("show", "S01", "--pack", TINY).output

    assert "Counting rules: flagged at closure (R1)" in output
    assert "incidents where counted and\n  mhri, over population" in output


def test_show_in_welsh_where_there_are_words() -> None:
    assert run("show", "A1a", "--pack", TINY, "--language", "cy").output.startswith("A1a  Cadw cyfeiriadur\n")


def test_an_unknown_item_ends_with_exit_code_2_and_the_nearest() -> None:
    raised = fault(run("show", "A1a.out2", "--pack", TINY))

    assert raised.exit_code == 2
    assert "Did you mean `A1a.out1`?" in str(raised)


def test_compare_tells_the_differences_of_two_folders(tiny: Copy) -> None:
    tiny.change("links.yaml", "A page about", "Another page about")

    result = run("compare", TINY, str(tiny.folder))

    assert result.exit_code == 0
    assert "Reworded (1)\n- Useful link L1: the title was reworded" in result.output


def test_compare_of_a_pack_with_itself_says_no_difference() -> None:
    assert run("compare", TINY, TINY).output.endswith(": no difference.\n")


def test_compare_names_a_folder_that_is_not_there() -> None:
    assert isinstance(fault(run("compare", TINY, "no/such/folder")), UsageFault)


def test_a_pack_in_the_workspace_is_installed_without_code(with_tiny_installed: Path) -> None:
    assert "tiny-2.1.3-access@0.1.0  2.1.3 Access to services" in run("list").output
    assert packs.is_installed("2.1.3")
    assert packs.pack("tiny-2.1.3-access").action.title == "Access to services"
    assert run("show", "2.1.3").output.startswith("2.1.3  Access to services\n")
    assert run("show", "smith-2020").output.startswith("smith-2020\nreference\n")


def test_an_action_without_a_pack_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVAP_WORKSPACE", str(tmp_path))

    assert not packs.is_installed("2.1.3")


def test_an_installed_pack_with_faults_is_listed_as_faulty_and_left_out(with_tiny_installed: Path) -> None:
    links = with_tiny_installed / "links.yaml"
    links.write_text(links.read_text(encoding="utf-8").replace("stated", "sated"), encoding="utf-8")

    output = run("list").output

    assert f"tiny-2.1.3-access  has 1 fault: nvap pack check {with_tiny_installed}" in output
    assert "tiny-2.1.3-access" not in packs.installed()
    with pytest.raises(InputFault, match="sated"):
        packs.pack("tiny-2.1.3-access")


def test_a_pack_that_is_not_installed_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageFault, match=r"Did you mean `nvap-2\.1\.2-mental-health`"):
        packs.pack("nvap-2.1.2-mental-helth")
