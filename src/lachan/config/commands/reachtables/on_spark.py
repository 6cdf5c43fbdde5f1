"""The tables of the question in Spark: a cluster that already holds the data.

Only SQL is sent: no Python runs on the machines of the cluster, they need nothing but Java.
"""

import errno
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import ibis
from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from lachan.config.commands.reachtables.inputs import WHOLE_OF_REAL, Kind, Shape
from lachan.config.commands.tracefiles.sources import UnreadableFileError

#: Spark's names of types.
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("byte", "short", "integer", "long"), "whole"),
    **dict.fromkeys(("float", "double"), "real"),
    "timestamp": "moment",
}

CASTS: dict[Kind, str] = {
    "whole": "CAST({cell} AS BIGINT)",
    "real": WHOLE_OF_REAL,
    "moment": "CAST({cell} AS TIMESTAMP)",
    "text": "CAST({cell} AS STRING)",
}

SETTINGS = {
    "spark.app.name": "lachan reach",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "WARN",
    "spark.sql.session.timeZone": "UTC",
}

#: A driver that serves only this machine; a driver of a real cluster must be reachable from it.
LOCAL_SETTINGS = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}


class SparkDoesNotStartError(Exception):
    """There is no session; the message names the file with what Java said."""


class OnSpark:
    """One session.  What a hop found is stored as Parquet in `work` and removed at the end.

    Stored and not cached: Spark plans a cached table again with everything it was made from, and
    a machine of the cluster may be lost.
    """

    #: What the engine raises when it cannot go on.
    errors: tuple[type[Exception], ...] = (PySparkException, Py4JError)

    def __init__(self, master: str, work: str, settings: Mapping[str, str] | None = None) -> None:
        """Start Spark; `work` is a folder every machine can write to, and is ours to remove."""
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        # What failed is said once, by us.
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
        local = master.startswith("local")
        if local:
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        self._work = work
        log, self._log = tempfile.mkstemp(prefix="lachan-spark-", suffix=".log")
        builder = SparkSession.builder.master(master)
        chosen = {**SETTINGS, **(LOCAL_SETTINGS if local else {}), **(settings or {})}
        for key, value in chosen.items():
            builder = builder.config(key, value)
        try:
            with _standard_error_to(log):
                self._session = builder.getOrCreate()
        except Exception as error:  # whatever Java, the network and the cluster may answer
            reason = str(error).strip().partition("\n")[0]
            raise SparkDoesNotStartError(f"{reason} (more in {self._log})") from error
        finally:
            os.close(log)

    def close(self) -> None:
        """Remove what was stored, stop the session and the Java process that drove it."""
        with suppress(*self.errors):
            self._remove(self._work)
        with suppress(*self.errors):
            self._session.stop()
        gateway = SparkContext._gateway
        if gateway is not None:
            SparkContext._gateway = SparkContext._jvm = None
            gateway.shutdown()
            gateway.proc.stdin.close()
            gateway.proc.wait()
        os.unlink(self._log)

    def kinds(self, paths: Sequence[str]) -> dict[str, Kind]:
        """What the columns of Parquet files are, by name."""
        try:
            fields = self._read(paths).schema.fields
        except PySparkException as error:
            raise UnreadableFileError(
                "unreadable_file", "No readable Parquet files are there."
            ) from error
        return {field.name: KINDS.get(field.dataType.typeName(), "text") for field in fields}

    def view(self, shape: Shape, paths: Sequence[str], kinds: dict[str, Kind]) -> None:
        """Make `<name>_raw`: the columns of the shape, and where each row stands."""
        casts = [
            CASTS[kinds[name]].format(cell=f"`{name}`") + f" AS `{name}`" for name in shape.columns
        ]
        where = ["_metadata.file_path AS file", "_metadata.row_index AS row"]
        rows = self._read(paths).selectExpr(*casts, *where)
        rows.createOrReplaceTempView(f"{shape.name}_raw")

    def load(self, shape: Shape, rows: Sequence[Sequence[object]]) -> Any:
        """A table of rows that were read and checked one by one."""
        kinds = {"string": "string", "int64": "bigint"}
        schema = ", ".join(f"`{name}` {kinds[kind]}" for name, kind in shape.schema.items())
        frame = self._session.createDataFrame([tuple(row) for row in rows], schema)
        frame.createOrReplaceTempView(f"{shape.name}_read")
        return ibis.table(shape.schema, name=f"{shape.name}_read")

    def keep(self, name: str, table: Any) -> Any:
        """Store a table as Parquet and read it from there."""
        path = f"{self._work}/{name}"
        self._session.sql(_sql(table)).write.mode("overwrite").parquet(path)
        self._session.read.parquet(path).createOrReplaceTempView(name)
        return ibis.table(table.schema(), name=name)

    def rows(self, table: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a table, a partition at a time."""
        for row in self._session.sql(_sql(table)).toLocalIterator():
            yield tuple(row)

    def check_out(self, out: str) -> None:
        """Raise OSError when something is there: Spark writes a folder, and only a new one."""
        path, system = self._path(out)
        if system.exists(path):
            raise OSError(errno.EEXIST, "It is there already")

    def write(self, table: Any, out: str) -> None:
        """The answer as a folder of Parquet files; `_SUCCESS` in it says that it is complete."""
        self._session.sql(_sql(table)).write.mode("errorifexists").parquet(out)

    def _read(self, paths: Sequence[str]) -> Any:
        # Folders such as day=2026-11-01 are for choosing what to read; they are no columns.
        reader = self._session.read.option("recursiveFileLookup", "true")
        return reader.parquet(*paths)

    def _path(self, name: str) -> tuple[Any, Any]:
        """A path and the file system it is on, as Spark sees them."""
        path = self._session._jvm.org.apache.hadoop.fs.Path(name)
        return path, path.getFileSystem(self._session._jsc.hadoopConfiguration())

    def _remove(self, name: str) -> None:
        path, system = self._path(name)
        system.delete(path, True)


def _sql(table: Any) -> str:
    return str(ibis.to_sql(table, dialect="pyspark"))


@contextmanager
def _standard_error_to(log: int) -> Iterator[None]:
    """Whatever Java says while it starts and later goes to `log`, not to the terminal."""
    sys.stderr.flush()
    terminal = os.dup(2)
    os.dup2(log, 2)
    try:
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
