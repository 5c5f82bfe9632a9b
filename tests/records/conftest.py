"""A bench for the records room: a practice workspace, one force, and files written in the test."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nvap.engine.connection import connect
from nvap.records import load as loading
from nvap.records.current import open_tables
from nvap.records.report import Report
from nvap.records.store import Batch
from nvap.records.workspace import Force, Workspace, make_workspace

# The day on which every test happens.
NOW = datetime.datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001 - naive UTC, as the loader takes it

INCIDENTS: dict[str, Any] = {"incident_ref": "id", "created": "created", "closure_kind": "'counted'"}


@dataclass(frozen=True)
class Bench:
    """Writes extracts and mappings into a folder, and checks or loads them."""

    folder: Path
    workspace: Workspace
    force: Force

    def file(self, content: str | bytes, name: str = "extract.csv") -> Path:
        """A file of this content."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def mapping(
        self, columns: dict[str, Any] | None = None, *, table: str = "incidents", name: str = "map.yaml", **more: Any
    ) -> Path:
        """A mapping of these columns; JSON is YAML."""
        content = {"mapping": "bench", "version": 1, "made_up": True, "table": table, **more}
        content["columns"] = INCIDENTS if columns is None else columns
        return self.file(json.dumps(content, indent=1), name)

    def check(self, content: str | bytes | Path, columns: dict[str, Any] | None = None, **more: Any) -> Report:
        """The report on an extract under a mapping of these columns."""
        path = content if isinstance(content, Path) else self.file(content)
        return loading.check(path, self.mapping(columns, **more), force=self.force, now=NOW)

    def load(
        self,
        content: str | bytes | Path,
        columns: dict[str, Any] | None = None,
        *,
        as_at: str = "2026-11-01",
        later: int = 0,
        **more: Any,
    ) -> Batch:
        """Load an extract as at a day, `later` seconds after noon."""
        path = content if isinstance(content, Path) else self.file(content)
        moment = NOW + datetime.timedelta(seconds=later)
        day = datetime.date.fromisoformat(as_at)
        return loading.load(
            self.workspace, self.force, path, self.mapping(columns, **more), as_at=day, by="asha", now=moment
        )

    def rows(
        self, table: str, sql: str = "*", *, as_at: str | None = None, order: str = "ALL"
    ) -> list[tuple[Any, ...]]:
        """What the current view of a table shows."""
        day = datetime.date.fromisoformat(as_at) if as_at else None
        with connect() as engine:
            open_tables(engine, self.force, as_at=day)
            found = engine.query(f"SELECT {sql} FROM {table} ORDER BY ALL")
        return [tuple(row.values()) for row in found.to_pylist()]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench in a practice workspace of a made-up force on British time."""
    monkeypatch.setenv("NVAP_KEYS", str(tmp_path / "keys"))
    folder = tmp_path / "files"
    folder.mkdir()
    workspace = make_workspace(tmp_path / "workspace", kind="practice")
    return Bench(folder, workspace, workspace.add_force("anyshire", "Anyshire"))
