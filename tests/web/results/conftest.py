"""Northshire with twenty months of incidents loaded, and what follows from them stored."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.web.results import world

from nvap.records.workspace import Workspace, make_workspace


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace whose force Northshire has its extracts; made once, and never changed."""
    folder = tmp_path_factory.mktemp("loaded")
    made = make_workspace(folder / "workspace", kind="practice")
    world.load_all(made, made.add_force("northshire", "Northshire Police"), folder)
    return made


@pytest.fixture(scope="session")
def computed(loaded: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The same, with D01, D02 and P12 stored by month, year and area, as a command would store them."""
    path = tmp_path_factory.mktemp("computed") / "workspace"
    shutil.copytree(loaded.path, path)
    made = make_workspace(path, kind="practice")
    force = made.force("northshire")
    for by in ("month", "quarter", "year"):
        world.store(made, force, by=by)
    world.store(made, force, ("D01", "D02"), by="area", start=_day("2024-09-01"), end=_day("2025-08-31"))
    return made


@pytest.fixture
def with_extracts(workspace: Workspace, loaded: Workspace) -> Workspace:
    """This test's workspace, with Northshire's extracts and no result."""
    return _fill(workspace, loaded)


@pytest.fixture
def with_results(workspace: Workspace, computed: Workspace) -> Workspace:
    """This test's workspace, with Northshire's extracts and stored results."""
    return _fill(workspace, computed)


@pytest.fixture
def with_flags(with_results: Workspace, tmp_path: Path) -> Workspace:
    """The same, with flags of other strands of vulnerability."""
    world.load_flags(with_results, with_results.force("northshire"), tmp_path)
    return with_results


def _fill(workspace: Workspace, source: Workspace) -> Workspace:
    folder: Path = workspace.force("northshire").folder
    for name in ("batches", "results"):
        if (source.path / "northshire" / name).exists():
            shutil.copytree(source.path / "northshire" / name, folder / name)
    return workspace


def _day(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)
