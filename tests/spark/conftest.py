"""One Spark session for all tests of this folder: starting one takes longer than most of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nvap.engine.spark import Spark, spark

# Small tables: one task a query, no code compiled for each, and a Java that starts soon.
SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.autoBroadcastJoinThreshold": "10MB",
}
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.fixture(scope="session")
def engine() -> Iterator[Spark]:
    """Spark in local mode."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("JDK_JAVA_OPTIONS", QUICK_JAVA)
        with spark(master="local[2]", settings=SMALL) as found:
            yield found
