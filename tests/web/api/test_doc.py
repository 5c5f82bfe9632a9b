"""The curl and Python of docs/api.md, run as they stand there against a running server with results."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from tests.browser.conftest import FORCE, PREPARE, Site, running
from tests.conftest import ROOT
from tests.web.results import world

from nvap.records.workspace import make_workspace

PAGE = ROOT / "docs" / "api.md"
MAKE = """
from nvap.web import start
start.configure()
from datetime import timedelta
from django.utils import timezone
from nvap.web.accounts.models import Membership
from nvap.web.api import actions
own = Membership.objects.get(user__email__startswith="analyst@")
print(actions.make_token(membership=own, name="the page", until=timezone.localdate() + timedelta(1), by="the tests")[1])
"""


def blocks(language: str) -> list[str]:
    """The page's blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, str]]]:
    """`nvap serve` on a workspace with results, and what the page's lines find in their environment."""
    folder = tmp_path_factory.mktemp("read-by-programs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NVAP_KEYS", str(folder / "keys"))
        workspace = make_workspace(folder / "workspace", kind="practice")
        force = workspace.add_force(FORCE, "Northshire Police")
        world.load_all(workspace, force, folder)
        for by in ("month", "year"):
            world.store(workspace, force, ("D01", "D02"), by=by)
        environment = {**os.environ, "NVAP_WORKSPACE": str(workspace.path)}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        subprocess.run([sys.executable, "-c", PREPARE.format(force=FORCE)], env=environment, check=True)
        made = [sys.executable, "-c", MAKE]
        token = subprocess.run(made, env=environment, check=True, capture_output=True, text=True).stdout.strip()
        with running(folder, "serve", seconds=60) as served:
            yield served, {**os.environ, "NVAP_SITE": served.address, "NVAP_TOKEN": token}


def test_the_lines_for_curl_read_what_they_say(site: tuple[Site, dict[str, str]], tmp_path: Path) -> None:
    lines = "\n".join(blocks("sh"))

    said = subprocess.run(["sh", "-ec", lines], env=site[1], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stderr
    assert '"role": "analyst"' in said.stdout
    assert '"total": ' in said.stdout
    parquet, listed = pq.read_table(tmp_path / "latest.parquet"), pyarrow.csv.read_csv(tmp_path / "latest.csv")
    assert parquet.num_rows == listed.num_rows > 20
    assert parquet.column_names == listed.column_names


def test_the_line_that_asks_again_takes_nothing_the_second_time(
    site: tuple[Site, dict[str, str]], tmp_path: Path
) -> None:
    line = blocks("sh")[1].replace("curl ", "curl --write-out '%{http_code}\\n' ")

    said = [
        subprocess.run(["sh", "-ec", line], env=site[1], cwd=tmp_path, capture_output=True, text=True, check=False)
        for _ in range(2)
    ]

    assert [each.stdout for each in said] == ["200\n", "304\n"], [each.stderr for each in said]
    assert (tmp_path / "latest.csv").stat().st_size > 1000


def test_the_python_reads_every_page_and_the_whole_table(site: tuple[Site, dict[str, str]], tmp_path: Path) -> None:
    scripts = blocks("python")

    said = [
        subprocess.run(
            [sys.executable, "-c", each], env=site[1], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        for each in scripts
    ]

    assert [each.returncode for each in said] == [0, 0, 0], [each.stderr for each in said]
    assert re.match(r"\d+ rows of run \d{8}T\d{6}-[0-9a-f]{8} as at \d{4}-\d\d-\d\d\nIt cannot say", said[0].stdout)
    assert re.match(r"\d+ rows, 2 measures\n", said[1].stdout)
    assert re.match(r"\d+ months of D02, flagged at closure as at \d{4}-\d\d-\d\d\n", said[2].stdout)


def test_power_query_asks_for_addresses_and_names_that_there_are() -> None:
    from nvap.web.api.description import description

    paths = description()["paths"]
    asked = re.findall(r'RelativePath = "([^"]+)", Query = (?:\[(\w+) =|query)', "\n".join(blocks("powerquery")))
    names = re.findall(r"[\[,] ?(\w+) = \"", "\n".join(blocks("powerquery")))

    assert len(asked) == 2
    for relative, _ in asked:
        known = [each["name"] for each in paths[f"/api/v1/{relative}"]["get"]["parameters"]]
        assert {each for each in names if each not in ("RelativePath", "limit")} <= set(known)


def test_what_the_page_says_can_be_asked_is_what_can_be_asked() -> None:
    from nvap.web.api.schemas import LatestPage, ResultsPage

    table = PAGE.read_text(encoding="utf-8").partition("## Choosing")[2].partition("## Pages")[0]
    said = set(re.findall(r"`([a-z_]+)`", "\n".join(line.split("|")[1] for line in table.splitlines() if "|" in line)))
    known = {
        field.alias or name
        for form in (LatestPage, ResultsPage)
        for name, field in form.model_fields.items()
        if name not in ("limit", "offset", "seen")  # told under Pages
    }

    assert said == known
