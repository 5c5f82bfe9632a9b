"""One Spark session for all tests of this folder: starting one takes longer than most of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nvap.engine.spark import Spark, spark

# Small tables: one task a query, and no code is compiled for each.
SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}


@pytest.fixture(scope="session")
def engine() -> Iterator[Spark]:
    """Spark in local mode."""
    with spark(master="local[2]", settings=SMALL) as found:
        yield found
