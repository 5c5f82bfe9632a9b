"""Without PySpark or Java, whoever asks for Spark learns what installs it."""

from __future__ import annotations

import sys

import pytest

from nvap.engine.spark import SETTINGS, spark
from nvap.errors import UsageFault


def test_without_pyspark_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pyspark", "pyspark.sql"):
        monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(UsageFault, match=r'python -m pip install "nvap\[spark\]"'):
        spark()


def test_settings_that_are_not_sparks_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTINGS, "spark.executor.memory=8g cores=4")

    with pytest.raises(UsageFault, match=r"spark\.name=value, apart by spaces; found `cores=4`"):
        spark()
