"""One small made-up force for all the tests of this folder, as files and loaded."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from nvap.cli.made_up import fill
from nvap.records.made_up import FORCE_CODE, MadeUp, make
from nvap.records.workspace import Force, Workspace, make_workspace


@dataclass(frozen=True)
class Filled:
    """A practice workspace with the made-up force in it, and what was said while it was filled."""

    workspace: Workspace
    force: Force
    said: list[str]


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    return make(tmp_path_factory.mktemp("made") / "made-up", size="small", seed=212)


@pytest.fixture(scope="session")
def filled(made_up: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    workspace = make_workspace(tmp_path_factory.mktemp("filled") / "workspace", kind="practice")
    said: list[str] = []
    fill(workspace, size="small", seed=212, folder=made_up.folder, progress=said.append)
    return Filled(workspace, workspace.force(FORCE_CODE), said)


@pytest.fixture(scope="session")
def force(filled: Filled) -> Force:
    return filled.force
