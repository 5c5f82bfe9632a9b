"""A practice workspace with one force, and a way to load small CSV extracts of incidents into it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from nvap.records.load import load
from nvap.records.workspace import Force, Workspace, make_workspace

MAPPING = """\
mapping: kent-incidents
version: 1
table: incidents
made_up: true
time_zone: Europe/London
extract: {kind: full, from: 2024-01-01, to: 2024-02-29}
columns:
  incident_ref: ref
  created: {expr: day, format: "%Y-%m-%d", precision: day}
  closure_kind: {expr: "'counted'"}
  mh_at_closure: {expr: flag, values: {Y: true, N: false}, missing: [""]}
  area: {expr: area, missing: [""]}
"""
Load = Callable[[str, str], None]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A practice workspace, named by NVAP_WORKSPACE."""
    monkeypatch.setenv("NVAP_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("NVAP_KEYS", str(tmp_path / "keys"))
    return make_workspace(kind="practice")


@pytest.fixture
def kent(workspace: Workspace) -> Force:
    """The force Kent, without any extract."""
    return workspace.add_force("kent", "Kent")


@pytest.fixture
def load_incidents(workspace: Workspace, kent: Force, tmp_path: Path) -> Load:
    """Load rows `ref,day,flag,area` as an extract that stands at a day."""

    def load_rows(rows: str, as_at: str) -> None:
        file, mapping = tmp_path / f"incidents-{as_at}.csv", tmp_path / "incidents.yaml"
        file.write_text(f"ref,day,flag,area\n{rows}\n", encoding="utf-8")
        mapping.write_text(MAPPING, encoding="utf-8")
        load(workspace, kent, file, mapping, as_at=datetime.date.fromisoformat(as_at))

    return load_rows
