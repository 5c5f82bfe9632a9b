"""One small made-up force for all the tests of this folder."""

from __future__ import annotations

import pytest

from nvap.records.made_up import MadeUp, make


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    return make(tmp_path_factory.mktemp("made") / "made-up", size="small", seed=2012)
