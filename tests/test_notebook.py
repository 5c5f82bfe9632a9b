"""The library for notebooks: the tutorial runs as it is shown, and what an analyst asks is answered in words.

The tutorial's made-up force is made and loaded once, by the notebook's own cells; the other tests ask it more.
"""

from __future__ import annotations

import datetime
import inspect
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from defusedxml import ElementTree
from tools import notebook as tutorial

import nvap
from nvap.errors import InputFault, NotEnoughData, NvapError, Refused, UsageFault
from nvap.measures.results import runs
from nvap.measures.run import provenance_of
from nvap.records.made_up import MadeUp

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Ran:
    """The tutorial after its run: where, what each block of the page printed, and the force that it loaded."""

    folder: Path
    page: list[tutorial.Block]
    printed: list[str]
    force: nvap.Force
    made: MadeUp


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The page's commands and the notebook's cells, run in order in an empty folder."""
    folder = tmp_path_factory.mktemp("tutorial")
    patch = pytest.MonkeyPatch()
    patch.setenv("NVAP_KEYS", str(folder / "keys"))
    page = tutorial.blocks(tutorial.PAGE.read_text("utf-8"))
    cells = iter(code_cells())
    runnable = [tutorial.Block(each.kind, next(cells)) if each.kind == "python" else each for each in page]
    printed = tutorial.run(runnable, folder)
    patch.undo()
    return Ran(folder, page, printed, nvap.open(folder / "practice"), nvap.made_up(folder / "made-up"))


@pytest.fixture
def force(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> nvap.Force:
    monkeypatch.setenv("NVAP_KEYS", str(ran.folder / "keys"))
    return ran.force


def code_cells() -> list[str]:
    cells = json.loads(tutorial.NOTEBOOK.read_text("utf-8"))["cells"]
    return ["".join(each["source"]) for each in cells if each["cell_type"] == "code"]


def test_the_notebooks_cells_run_and_print_what_the_tutorial_shows(ran: Ran) -> None:
    assert list(tutorial.differing(ran.page, ran.printed)) == []
    assert sum(each.kind == "text" for each in ran.page) == sum(each.kind == "python" for each in ran.page) > 15


def test_the_notebook_is_the_tutorial() -> None:
    page = tutorial.PAGE.read_text("utf-8")

    assert tutorial.NOTEBOOK.read_text("utf-8") == tutorial.as_notebook(tutorial.blocks(page))


def test_the_tutorial_names_everything_that_the_library_offers() -> None:
    page = tutorial.PAGE.read_text("utf-8")
    calls = [name for name, each in vars(nvap.Force).items() if inspect.isfunction(each) and not name.startswith("_")]
    offered = [f"`nvap.{name}(" for name in ("open", "make", "made_up")] + [f"`force.{name}(" for name in calls]

    assert [each for each in offered if each not in page] == []
    assert all(getattr(nvap.Force, name).__doc__ for name in calls)


def test_a_block_that_prints_something_else_is_found() -> None:
    page = tutorial.blocks("Words.\n\n```python\nprint(2)\n```\n\n```text\n3\n```\n")

    assert "but this is printed\n2\n" in next(tutorial.differing(page, tutorial.run(page, Path.cwd())))
    assert tutorial.matches("a … c\n…\nz\n", "a b c\nd\ne\nz\n")
    assert not tutorial.matches("a … c\n", "a b d\n")


def test_the_files_that_the_tutorial_saves_are_what_their_names_say(ran: Ran) -> None:
    assert (ran.folder / "d02.png").read_bytes().startswith(PNG)
    assert "Alder" in (ran.folder / "d02-alder.svg").read_text("utf-8")
    assert "MADE-UP FORCE" in (ran.folder / "d02.csv").read_text("utf-8")
    assert provenance_of(pq.read_table(ran.folder / "d02.parquet"))["by"] == "year,area"
    assert [run.provenance["measures"] for run in runs(ran.force.held)] == [["D02"]]


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_nvap_loads_nothing_heavy_and_the_library_no_django() -> None:
    heavy = "[name for name in ('pyarrow', 'duckdb', 'numpy', 'django', 'nvap.notebook') if name in sys.modules]"

    assert python(f"import sys, nvap; print({heavy})") == "[]\n"
    assert python("import sys, nvap; nvap.open; print('django' in sys.modules)") == "False\n"


JUPYTER_WITHOUT_WIDGETS = "class Shell:\n    config = {'IPKernelApp': {}}\n\n\ndef get_ipython():\n    return Shell()\n"


def test_the_engine_starts_where_duckdb_sees_a_notebook_without_ipywidgets(tmp_path: Path) -> None:
    (tmp_path / "IPython.py").write_text(JUPYTER_WITHOUT_WIDGETS, "utf-8")
    seen = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import IPython; "
    raw = "import duckdb; duckdb.connect().execute('SET enable_progress_bar = false')"
    ours = "from nvap.engine.connection import connect; print(connect().query('SELECT 1 AS n').to_pylist())"

    with pytest.raises(subprocess.CalledProcessError) as refused:
        python(seen + raw)

    assert "ipywidgets" in refused.value.stderr
    assert python(seen + ours) == "[{'n': 1}]\n"


def test_the_library_names_what_it_offers() -> None:
    assert {"open", "make", "made_up", "Force"} <= set(dir(nvap))
    with pytest.raises(AttributeError, match=r"nvap has no `load`; it offers Force, made_up, make, open\."):
        nvap.load  # noqa: B018


def test_a_force_is_opened_by_its_code_and_says_what_it_is(ran: Ran) -> None:
    opened = nvap.open(str(ran.folder / "practice"), force="madeup")

    assert opened == ran.force
    assert (opened.code, opened.name) == ("madeup", "Made-up Constabulary (not a real force)")


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        ({"workspace": "nowhere"}, "There is no workspace at"),
        ({"force": "madupe"}, "Did you mean `madeup`"),
    ],
)
def test_what_cannot_be_opened_is_told(ran: Ran, ask: dict[str, str], told: str) -> None:
    with pytest.raises(UsageFault, match=told):
        nvap.open(**{"workspace": ran.folder / "practice", **ask})


def test_with_several_forces_the_notebook_must_say_which(tmp_path: Path) -> None:
    nvap.make(tmp_path / "w", force="north", name="North", kind="practice")
    with pytest.raises(UsageFault, match="kind is `practice` or `real`; found `test`"):
        nvap.make(tmp_path / "w", force="north", name="North", kind="test")  # type: ignore[arg-type]
    with pytest.raises(Refused, match="is a practice workspace"):
        nvap.make(tmp_path / "w", force="north", name="North", kind="real")
    nvap.make(tmp_path / "w", force="south", name="South", kind="practice")

    with pytest.raises(UsageFault, match=r"force=\"north\"\); the workspace .* holds 2: north, south\."):
        nvap.open(tmp_path / "w")


def test_a_force_that_holds_nothing_says_so(tmp_path: Path) -> None:
    empty = nvap.make(tmp_path / "w", force="north", name="North", kind="practice")

    assert repr(empty.loads()) == "Nothing has been loaded yet."
    assert empty.readiness()["D02"].missing[0] == "the table incidents is not loaded"
    for ask in (empty.measure, empty.chart):
        with pytest.raises(NotEnoughData, match=r"North .north. holds no extract yet; load one with force.load"):
            ask("D02")


def test_a_file_or_mapping_that_is_none_is_told(force: nvap.Force, ran: Ran, tmp_path: Path) -> None:
    first = ran.made.files[0]
    broken = tmp_path / "broken.yaml"
    broken.write_text("mapping: x\nversion: 1\ntable: incidents\ncolumns: {incident_ref: URN}\n", "utf-8")

    with pytest.raises(UsageFault, match=r"nothing\.csv"):
        force.check(tmp_path / "nothing.csv", first.mapping)
    with pytest.raises(InputFault, match=r"broken.yaml:4: `created` is required in incidents and not mapped"):
        force.check(ran.made.file("incidents-2021-22").path, broken)
    with pytest.raises(UsageFault, match="list_to must be a file in a folder that exists"):
        force.check(first.path, first.mapping, list_to=tmp_path / "no" / "rows.csv")
    with pytest.raises(UsageFault, match=r"as_at is a day, a month or a year"):
        force.load(first.path, first.mapping, as_at="tomorrow")


def test_a_checked_file_shows_as_tables_and_lists_its_rows(force: nvap.Force, ran: Ran, tmp_path: Path) -> None:
    first = ran.made.file("incidents-2021-22")
    before = len(force.loads())

    checked = force.check(first.path, first.mapping, list_to=tmp_path / "rows.csv")

    html = checked._repr_html_()
    assert ">Would load</th>" in html
    assert f">{checked.report.loaded:,}</td>" in html
    assert html.count("<table>") == 6
    assert len((tmp_path / "rows.csv").read_text("utf-8").splitlines()) > checked.report.set_aside
    assert len(force.loads()) == before


def test_a_load_shows_what_became_of_its_rows_and_is_stored_once(force: nvap.Force, ran: Ran) -> None:
    grades = ran.made.file("grade-config")

    loaded = force.load(grades.path, grades.mapping, as_at=grades.as_at, by="asha")
    again = force.load(grades.path, grades.mapping, as_at=str(grades.as_at))

    assert (loaded.is_new, again.is_new) == (True, False)
    assert loaded.batch.loaded_by == "asha"
    assert str(loaded).startswith("made-up-grade-config.csv loaded into grade_config of madeup, as at ")
    assert ">Loaded</th>" in loaded._repr_html_()
    assert "nothing has changed" in again._repr_html_()
    assert len(force.loads("grade_config")) == 1


def test_readiness_shows_every_measure_and_finds_one(force: nvap.Force) -> None:
    ready = force.readiness()

    assert {each.measure.id: each.state for each in ready}["D02"] == "computable"
    assert ready._repr_html_().count("<tr>") == len(ready) + 1
    assert repr(ready).endswith("partly.")
    with pytest.raises(UsageFault, match=r"Unknown measure `D2`.* Did you mean `D02`"):
        ready["D2"]


def test_rows_are_an_arrow_table_with_their_provenance(force: nvap.Force) -> None:
    rows = force.measure("D02", by="month,area", start="2025-01", end="2025-03")

    kept = rows.where(area="Alder", status="ok")
    taken = pa.table(kept)

    assert (len(rows), len(kept)) == (3 * len(set(rows.table["area"].to_pylist())), 3)
    assert taken.num_rows == 3
    assert provenance_of(taken) == rows.provenance == kept.provenance
    assert "SELECT" in rows.sql
    assert [row["period_start"] for row in kept] == [datetime.date(2025, month, 1) for month in (1, 2, 3)]


def test_rows_that_nobody_holds_are_told_with_the_nearest(force: nvap.Force) -> None:
    rows = force.measure("D02", by="year,area", start="2025", end="2025")

    with pytest.raises(UsageFault, match=r"Rows have no column `aera`. Did you mean `area`"):
        rows.where(aera="Alder")
    with pytest.raises(UsageFault, match=r"No row has the area `Aldr`; there is Alder, .* Did you mean `Alder`"):
        rows.where(area="Aldr")
    with pytest.raises(UsageFault, match=r"A file of rows ends with .csv, .json, .parquet; found `d02.xlsx`"):
        rows.save("d02.xlsx")


def test_rows_show_as_a_table_with_what_must_be_said_first(force: nvap.Force) -> None:
    html = force.measure("D02", by="quarter", start="2025", end="2026-05")._repr_html_()

    assert html.startswith("<p>MADE-UP FORCE: none of these numbers is real.</p>")
    assert ">January to March 2025</th>" in html
    assert "<p>[1] " in html
    assert "It cannot say how many incidents were truly about mental health" in html
    assert "Counting rule: flagged at closure (R1)." in html


def test_a_measure_that_cannot_be_computed_says_why(force: nvap.Force) -> None:
    rows = force.measure(["D02", "P12"], by="year")

    assert rows.where(measure="P12", status="not_enough_data")
    assert "not enough data to say. The table s136 is not loaded" in rows._repr_html_()
    with pytest.raises(NotEnoughData, match=r"P12, Detentions under section 136 .*: The table s136 is not loaded"):
        force.chart("P12")


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        ({"measures": "D2"}, "Unknown measure `D2`.* Did you mean `D02`"),
        ({"measures": "D02", "by": "months"}, "by may hold month, .*; found `months`. Did you mean `month`"),
        ({"measures": "D02", "rule": "R9"}, "Unknown counting rule `R9`"),
        ({"measures": "D02", "start": "1 May"}, "start is a day, a month or a year.*; found `1 May`"),
        ({"measures": "D02", "end": "may"}, "end is a day"),
        ({"measures": "D02", "as_at": "may"}, "as_at is a day"),
        (
            {"measures": "D02", "start": "2025", "end": datetime.date(2024, 1, 1)},
            "start 2025-01-01 lies after end 2024",
        ),
    ],
)
def test_a_wrong_question_is_told_in_the_words_of_the_call(force: nvap.Force, ask: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageFault, match=told):
        force.measure(**ask)


def test_a_chart_shows_itself_says_which_it_is_and_why(force: nvap.Force) -> None:
    chart = force.chart("D02")

    bundle = chart._repr_mimebundle_()
    assert ElementTree.fromstring(bundle["image/svg+xml"]).tag.endswith("svg")
    assert bundle["image/svg+xml"] == chart._repr_svg_() == force.chart("D02").svg
    assert f"Which chart: {chart.why[:20]}" in bundle["text/html"].replace("&#x27;", "'")
    assert chart.kind in ("u", "u_prime")
    assert chart.why in " ".join(bundle["text/plain"].split())
    assert "Made-up force: these numbers are not real" in chart.svg
    assert chart.description.startswith(chart.says.split(".")[0])
    assert len(chart.table.rows) == 60
    assert chart.splits == (
        "Split at 2023-04-01, by the calendar: Made up: qualifier Q7 gives way to MH1 and MH2; Q7 is used again for"
        " drones.",
    )


def test_an_areas_chart_is_of_its_own_numbers_and_split_where_the_forces_is(force: nvap.Force) -> None:
    chart = force.chart("D02", area="Alder", by="quarter")
    rows = force.measure("D02", by="quarter,area").where(area="Alder")

    assert chart.title == "Mental-health-related incidents per 1,000 people, Alder"
    assert [f"{row['value']:.1f}" for row in rows if row["status"] == "ok"][-3:] == [
        row[chart.table.headings.index("Mental-health-related incidents per 1,000 people")] for row in chart.table.rows
    ][-3:]
    assert chart.splits == force.chart("D02").splits
    assert chart.svg != force.chart("D02", area="Bramble", by="quarter").svg


@pytest.mark.parametrize(
    ("ask", "kind", "title"),
    [
        ({"measure": "D02", "by": "area"}, "funnel", "Mental-health-related incidents per 1,000 people"),
        ({"measure": "D01", "part": "share", "by": "month,area"}, "small multiples", "Share of all counted incidents"),
        ({"measure": "D01", "part": "share"}, "p_prime", "Share of all counted incidents"),
        (
            {"measure": "D01", "by": "week", "start": "2025", "end": "2025"},
            "heat map",
            "Mental-health-related incidents",
        ),
    ],
)
def test_the_layout_decides_the_picture(force: nvap.Force, ask: dict[str, str], kind: str, title: str) -> None:
    chart = force.chart(**ask)

    assert chart.kind == kind
    assert chart.title.startswith(title)
    assert chart.svg.startswith("<svg")


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        ({"part": "shar"}, r"D02: part is rate; found `shar`\."),
        ({"area": "Aldr"}, "D02: area is Alder, .*; found `Aldr`. Did you mean `Alder`"),
        ({"area": "Alder", "by": "area"}, "An area's own chart is by month, quarter, year; found by `area`"),
        ({"group": "a"}, "D02: group is not for this number; found `a`"),
        ({"by": "week", "part": "shar"}, "D02: part is rate"),
        ({"by": "week", "start": "May"}, "start is a day"),
        ({"by": "whole"}, "there is no picture of these rows"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_told(force: nvap.Force, ask: dict[str, str], told: str) -> None:
    with pytest.raises(NvapError, match=told):
        force.chart("D02", **ask)


@pytest.mark.parametrize(("name", "told"), [("d02.pdf", "ends with .svg or .png"), ("no/d02.svg", "cannot be written")])
def test_a_chart_that_cannot_be_saved_is_told(force: nvap.Force, tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(UsageFault, match=told):
        force.chart("D02").save(tmp_path / name)


def test_a_published_figure_stands_beside_the_newest_whole_period(force: nvap.Force) -> None:
    held = force.published("D02")
    years = force.measure("D02", by="year").where(status="ok")

    newest = list(years)[-1]
    assert held.found[0].benchmark.value == 9.1
    assert held.found[0].own == newest
    assert newest["period_end"] == datetime.date(2025, 12, 31), "2026 is held in part and is no whole year"
    assert f'<td style="text-align:right;padding:0.2em 0.6em">{newest["value"]:.2f}</td>' in held._repr_html_()
    assert "HMICFRS (2022)" in repr(held)


def test_a_published_figure_of_no_period_has_no_own_number_beside_it(force: nvap.Force) -> None:
    held = force.published("D01")

    assert [each.own for each in held.found] == [None]
    assert "so no own number is like it" in " ".join(repr(held).split())


def test_a_measure_without_a_published_figure_says_so(force: nvap.Force) -> None:
    with pytest.raises(NotEnoughData, match="D06 names no published figure to hold it against"):
        force.published("d06")


def test_nothing_that_is_shown_is_taken_for_html(force: nvap.Force, tmp_path: Path) -> None:
    evil = tmp_path / "evil.csv"
    evil.write_text("id,created,kind\nA1,2026-05-01 10:00:00,<b>x</b>\nA2,2026-05-01 10:00:00,ok\n", "utf-8")
    mapping = tmp_path / "evil.yaml"
    columns = {
        "incident_ref": "id",
        "created": "created",
        "closure_kind": {"expr": "kind", "values": {"ok": "counted"}},
    }
    mapping.write_text(json.dumps({"mapping": "<i>", "version": 1, "made_up": True, "table": "incidents",
                                   "columns": columns}), "utf-8")  # fmt: skip

    html = force.check(evil, mapping)._repr_html_()

    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert not re.search("<b>|<i>", html)


def test_a_draft_learns_from_what_the_notebook_loaded(force: nvap.Force, ran: Ran) -> None:
    draft = force.suggest(ran.made.file("incidents-2025-26").path, "incidents")

    assert "  mh_at_closure:  # as in your mapping made-up-incidents-" in draft
    assert (force.held.folder / "mappings" / "used").is_dir()


def test_a_notebook_shows_a_fault_without_a_traceback(force: nvap.Force) -> None:
    with pytest.raises(NvapError) as shown:
        force.published("d06")

    assert shown.value._render_traceback_() == [str(shown.value)]
