"""Apache Spark beside DuckDB: the same SELECTs over the same Parquet, on this machine or on a cluster.

    with spark() as engine:
        engine.typed_parquet("incidents", paths, {"incident_ref": "VARCHAR", "created": "TIMESTAMP"})
        table = engine.query('SELECT "_force", count(*) AS n FROM "incidents" GROUP BY 1')

PySpark is an extra of the product, and needs Java. Without a master it runs in local mode, bound to the loopback, with
its web pages and its log off. A cluster is named by `NVAP_SPARK_MASTER` (`spark://host:7077`, `yarn`) and set by
`NVAP_SPARK_SETTINGS` (`spark.executor.memory=8g spark.executor.cores=4`), or by Spark's own `spark-defaults.conf`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from nvap.engine.connection import FORCE, EngineFault, OutOfMemory
from nvap.engine.dialect import to_spark
from nvap.errors import UsageFault

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER, SETTINGS = "NVAP_SPARK_MASTER", "NVAP_SPARK_SETTINGS"
_INSTALL_PYSPARK = 'The engine spark needs PySpark, which is not installed: python -m pip install "nvap[spark]".'
_INSTALL_JAVA = (
    "The engine spark needs Java 17 or newer, and none was found (JAVA_HOME or `java` on the PATH). On Debian or"
    " Ubuntu: apt-get install openjdk-17-jre-headless."
)
_TYPES = {"VARCHAR": "string", "BIGINT": "bigint", "DOUBLE": "double", "BOOLEAN": "boolean", "DATE": "date",
          "TIMESTAMP": "timestamp"}  # fmt: skip
_ARROW_TYPES = {pa.string(): "string", pa.int64(): "bigint", pa.float64(): "double", pa.bool_(): "boolean",
                pa.date32(): "date", pa.timestamp("us"): "timestamp"}  # fmt: skip
# The same values as DuckDB: moments are in UTC, and a file's moment without a zone is one in UTC.
_ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # Every join compares the force, by which files are apart: Spark would plan one look at the other table's forces for
    # each join, within each other, though all forces are asked. A plan of many joins then fills the memory.
    "spark.sql.optimizer.dynamicPartitionPruning.enabled": "false",
    "spark.sql.optimizer.runtime.bloomFilter.enabled": "false",
}
# Out of memory a task of local mode dies, and its query waits for ever: better that Spark ends.
_ENDS = "-XX:+ExitOnOutOfMemoryError"
_LOCAL = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "4g",
    "spark.sql.shuffle.partitions": "8",
    # Parquet of records is a tenth of what it is in memory, so Spark would take large tables for small ones and hold
    # them whole; only what turns out small while a query runs is held.
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.adaptive.autoBroadcastJoinThreshold": "10MB",
}


class Spark:
    """One Spark session. Use as a context manager, or call `close`."""

    name = "spark"

    def __init__(self, session: SparkSession, *, own: bool = True) -> None:
        self._session = session
        self._own = own
        self._temp = Path(tempfile.mkdtemp(prefix="nvap-spark-"))

    @property
    def version(self) -> str:
        """The engine's name and version, as provenance prints it."""
        return f"spark {self._session.version}"

    def query(self, sql: str) -> pa.Table:
        """The rows of a SELECT (in DuckDB's dialect) as an Arrow table. Raises EngineFault."""
        with _our_errors():
            found: pa.Table = self._session.sql(to_spark(sql)).toArrow()
            return found

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable under `name` (replacing what stood there); for small tables, on this machine."""
        path = self._temp / f"{name}.parquet"
        pq.write_table(table, path, coerce_timestamps="us")
        schema = ", ".join(f"`{each.name}` {_ARROW_TYPES[each.type]}" for each in table.schema)
        with _our_errors():
            self._session.read.schema(schema).parquet(_literal(_uri(path))).createOrReplaceTempView(name)

    def typed_parquet(self, name: str, paths: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make Parquet files readable under `name` with these columns and SQL types and, in `_force`, their force.

        The force is the `force=` folder that a file lies in; a column that a file does not have is missing in its rows.
        Without any file the table is there and has no row. Raises EngineFault.
        """
        schema = ", ".join(f"`{column}` {_TYPES[kind]}" for column, kind in columns.items())
        with _our_errors():
            if paths:
                reader = self._session.read.schema(f"{schema}, force string")
                base = _uri(paths[0].parent.parent)
                found = reader.option("basePath", base).parquet(*(_literal(_uri(each)) for each in paths))
            else:
                found = self._session.createDataFrame([], schema=f"{schema}, force string")
            found.withColumnRenamed("force", FORCE).createOrReplaceTempView(name)

    def close(self) -> None:
        """Stop the session, unless another was open before it; closing twice does nothing."""
        if self._own:
            with contextlib.suppress(EngineFault), _our_errors():
                self._session.stop()
        shutil.rmtree(self._temp, ignore_errors=True)

    def __enter__(self) -> Spark:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def spark(*, master: str | None = None, settings: Mapping[str, str] | None = None) -> Spark:
    """A new session; beside one that is open in this thread (as in a notebook) one of its own, with its cluster.

    `master` is Spark's master URL (default: `NVAP_SPARK_MASTER`, or local mode on all processors); `settings` are
    Spark's own, which win over ours (default: `NVAP_SPARK_SETTINGS`, `name=value` apart by spaces). Raises UsageFault
    where PySpark or Java is missing, naming what installs it, and EngineFault where Spark does not start.
    """
    where = master or os.environ.get(MASTER) or "local[*]"
    given = settings if settings is not None else _given(os.environ.get(SETTINGS, ""))
    sessions = _sessions()
    with _our_errors(), _quietly():
        before = sessions.getActiveSession()
        if before is not None:
            return Spark(_beside(before), own=False)
        builder = sessions.builder.master(where).appName("nvap")
        for name, value in {**_ALWAYS, **_local(where), **given}.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
    return Spark(session)


def _beside(open_before: SparkSession) -> SparkSession:
    session = open_before.newSession()
    for name, value in _ALWAYS.items():
        if name.startswith("spark.sql."):
            session.conf.set(name, value)
    return session


def _uri(path: Path) -> str:
    """A file as Hadoop names it; a cluster's machines must see it under the same path."""
    return f"file://{path.absolute().as_posix()}"


def _literal(uri: str) -> str:
    """The same, for a place where Hadoop takes *, ?, brackets and braces for a pattern."""
    return re.sub(r"([*?\[\]{}\\])", r"\\\1", uri)


def _sessions() -> type[SparkSession]:
    # PySpark is loaded only when it is asked for; it warns of pandas, which is not used here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from pyspark.sql import SparkSession  # noqa: PLC0415
        except ImportError:
            raise UsageFault(_INSTALL_PYSPARK) from None
    if not _has_java():
        raise UsageFault(_INSTALL_JAVA)
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    found: type[SparkSession] = SparkSession
    return found


def _has_java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java"))


def _local(master: str) -> dict[str, str]:
    """The settings of local mode; none for a cluster, whose own stand in its spark-defaults.conf."""
    if not master.startswith("local"):
        return {}
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    log = Path(__file__).with_name("spark-log.properties").as_uri()
    return {**_LOCAL, "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={log} {_ENDS}"}


def _given(text: str) -> dict[str, str]:
    found = {}
    for each in text.split():
        name, equals, value = each.partition("=")
        if not equals or not name.startswith("spark."):
            raise UsageFault(f"{SETTINGS} holds Spark's settings as spark.name=value, apart by spaces; found `{each}`.")
        found[name] = value
    return found


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Keep what the Java process prints while it starts (its log's own settings) off the terminal."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    sys.stderr.flush()
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextlib.contextmanager
def _our_errors() -> Iterator[None]:
    from py4j.protocol import Py4JError, Py4JNetworkError  # noqa: PLC0415
    from pyspark.errors import PySparkException  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (Py4JNetworkError, ConnectionError, EOFError):
        raise OutOfMemory(
            "Spark ended while it was asked, most likely for want of memory: give it more, as in"
            f' {SETTINGS}="spark.driver.memory=8g", or ask for fewer measures or forces at once.'
        ) from None
    except (PySparkException, Py4JError) as error:
        raise EngineFault(_in_words(error)) from None


def _in_words(error: Exception) -> str:
    """What Spark calls the fault; its own text may quote a row's values, so it is not repeated."""
    condition = getattr(error, "getCondition", lambda: None)()
    return f"Spark could not run this: {condition or type(error).__name__}."
