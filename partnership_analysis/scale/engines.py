"""The engines: each opens the inputs as a frame of its own, and gives a reduction back sorted, as Arrow tables.

What is computed is the same expression for all; here is only where they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Protocol

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from partnership_analysis.errors import ParameterError, SourceError, harmless
from partnership_analysis.panel import KEYS, ranked, without_nan
from partnership_analysis.scale.inputs import BYTES_A_LINE, READ, Inputs
from partnership_analysis.scale.pieces import ROW, ROWS_A_GROUP, InFiles, Rows, Whole, most_rows, reduced
from partnership_analysis.scale.rules import rejected
from partnership_analysis.sources.progress import Steps

Reduce = Callable[[Any], Any]
"""A frame of Narwhals to its reduction."""
Name = Literal["auto", "pandas", "polars", "duckdb", "dask", "spark"]
_BATCH = 1 << 17
"""Rows of the inputs that Arrow reads at once."""
_PLACE = "__place"
"""Of a row among all rows, while DuckDB puts those that do not fit in order."""
_OURS, _IDLE = 96 * 10**6, 32 * 10**6
"""Bytes that reading the result takes beside DuckDB; that DuckDB keeps meanwhile."""


@dataclass(frozen=True)
class Wishes:
    """What an engine is to keep to.

    Parameters
    ----------
    memory : int
        Bytes within which DuckDB works, spilling to disk; that pandas must fit into to be chosen.
    scratch : str
        Folder in which to spill.
    master, scheduler : str
        Addresses of a Spark and of a Dask cluster; empty for one on this machine.
    """

    memory: int
    scratch: str
    master: str = ""
    scheduler: str = ""


class Engine(Protocol):
    """An open engine."""

    def in_order(self, reduce: Reduce, progress: Steps) -> Iterator[pa.Table]:
        """The reduction computed and sorted by its keys, in parts."""

    def rejected(self) -> Iterator[pa.Table]:
        """The rows that do not fit, with all columns and the reason."""


class Pandas:
    """All in memory, a batch at a time for what is rejected."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        columns = [name for name in inputs.schema.names if name in READ]
        self.frame = inputs.dataset().to_table(columns=columns).to_pandas(date_as_object=False)

    def in_order(self, reduce: Reduce, progress: Steps) -> Iterator[pa.Table]:
        """In one part."""
        yield _sorted(reduce(nw.from_native(self.frame)).to_native())

    def rejected(self) -> Iterator[pa.Table]:
        """From the files again, since only the columns that are reduced are in memory."""
        for batch in self.inputs.dataset().to_batches(batch_size=_BATCH):
            yield rejected(nw.from_native(pa.Table.from_batches([batch]), eager_only=True)).to_native()


class Polars:
    """Lazily, in Polars' streaming engine."""

    def __init__(self, inputs: Inputs) -> None:
        import polars

        files, hive = list(inputs.files), bool(inputs.partitions)
        if inputs.format == "parquet":
            frame = polars.scan_parquet(files, hive_partitioning=hive, try_parse_hive_dates=False)
        else:
            frame = polars.scan_csv(files, separator=inputs.separator, infer_schema=False)
        kind = frame.collect_schema().get("date")
        if isinstance(kind, polars.Datetime) and kind.time_zone:
            frame = frame.with_columns(polars.col("date").dt.convert_time_zone(inputs.zone))
        self.frame = frame

    def in_order(self, reduce: Reduce, progress: Steps) -> Iterator[pa.Table]:
        """In one part."""
        reduced = reduce(nw.from_native(self.frame)).to_native()
        yield reduced.sort(KEYS).collect(engine="streaming").to_arrow()

    def rejected(self) -> Iterator[pa.Table]:
        """At once."""
        yield rejected(nw.from_native(self.frame)).to_native().collect(engine="streaming").to_arrow()


class DuckDB:
    """Within a limit of memory, spilling to disk; a part of the result at a time."""

    def __init__(self, inputs: Inputs, wishes: Wishes) -> None:
        import duckdb

        self._scratch, self._inputs = wishes.scratch, inputs
        self._limit = wishes.memory - min(_OURS, wishes.memory * 3 // 8)
        self._most = most_rows(self._limit)
        self.connection = duckdb.connect(
            config={
                "memory_limit": f"{self._limit // 10**6}MB",
                "temp_directory": wishes.scratch,
                "preserve_insertion_order": False,
            }
        )
        self.connection.execute("SET enable_progress_bar = false")
        self.connection.execute(f"SET TimeZone = '{inputs.zone}'")
        files: Any = list(inputs.files)
        if inputs.format == "parquet":
            hive = bool(inputs.partitions)
            self.frame = without_nan(self.connection.read_parquet(files, hive_partitioning=hive))
        else:
            self.frame = self.connection.read_csv(
                files, header=True, sep=inputs.separator, all_varchar=True, quotechar='"', escapechar='"'
            )

    def in_order(self, reduce: Reduce, progress: Steps) -> Iterator[pa.Table]:
        """Reduced first and sorted then: at once the two take more memory, and no less time."""
        rows = self._rows()
        total = rows.length if rows.length > 1 else 0
        unsorted = reduced(
            self.connection,
            rows,
            lambda frame: reduce(nw.from_native(without_nan(frame))),
            Path(self._scratch),
            self._most,
            lambda done: progress("Reducing with duckdb", min(done, total), total),
        )
        return self._through_a_file(unsorted.order(", ".join(f'"{key}"' for key in KEYS)))

    def _rows(self) -> Rows:
        """The inputs, in pieces where they have any."""
        files, hive = list(self._inputs.files), bool(self._inputs.partitions)
        if self._inputs.format == "csv":
            if self._inputs.remote or self._inputs.bytes // BYTES_A_LINE <= self._most:
                return Whole(self.frame)
            # Parts of a CSV file cannot be found again: its columns are written so that they can.
            files, hive = [f"{self._scratch}/texts.parquet"], False
            names = ", ".join(f'"{name}"' for name in self.frame.columns if name in READ)
            self.frame.project(names).write_parquet(files[0], row_group_size=ROWS_A_GROUP)
        if ROW in self.frame.columns:
            return Whole(self.frame)
        return InFiles(self.connection, files, hive=hive)

    def rejected(self) -> Iterator[pa.Table]:
        """In the order of the files."""
        self.connection.execute("SET preserve_insertion_order = true")
        # The order holds for what is read, and not for all that is made of it.
        numbered = self.frame.project(f"*, row_number() over () as {_PLACE}")
        found = rejected(nw.from_native(numbered)).to_native()
        return self._through_a_file(found.order(_PLACE).project(f"* exclude ({_PLACE})"))

    def _through_a_file(self, relation: Any) -> Iterator[pa.Table]:
        """Because a result that is handed over at once is outside DuckDB's limit."""
        file = f"{self._scratch}/result.parquet"
        self._hold(self._limit)
        relation.write_parquet(file, row_group_size=ROWS_A_GROUP)
        self._hold(_IDLE)
        with pq.ParquetFile(file) as result:
            for batch in result.iter_batches(ROWS_A_GROUP):
                yield pa.Table.from_batches([batch])

    def _hold(self, memory: int) -> None:
        """Keep to so much, and give back what is over: what reads the result needs memory, too."""
        self.connection.execute(f"SET memory_limit = '{memory // 10**6}MB'")


class Dask:
    """On a Dask cluster, or the threads of this process."""

    def __init__(self, inputs: Inputs, wishes: Wishes) -> None:
        dataframe, distributed = _of_cluster("dask.dataframe"), _of_cluster("dask.distributed")
        self.client = distributed.Client(wishes.scheduler) if wishes.scheduler else None
        files: Any = list(inputs.files)
        if inputs.format == "csv":
            self.frame = dataframe.read_csv(
                files, sep=inputs.separator, dtype=str, keep_default_na=False, na_values=[""]
            )
        else:
            self.frame = dataframe.read_parquet(inputs.base or (files[0] if inputs.remote else files))

    def in_order(self, reduce: Reduce, progress: Steps) -> Iterator[pa.Table]:
        """In one part."""
        yield _sorted(reduce(nw.from_native(self.frame)).to_native().compute())

    def rejected(self) -> Iterator[pa.Table]:
        """At once."""
        yield pa.Table.from_pandas(
            rejected(nw.from_native(self.frame)).to_native().compute(), preserve_index=False
        )


class Spark:
    """On a Spark cluster, or on the cores of this machine."""

    def __init__(self, inputs: Inputs, wishes: Wishes) -> None:
        sql = _of_cluster("pyspark.sql")
        builder = sql.SparkSession.builder.appName("partnership-analysis panel")
        if wishes.master or not sql.SparkSession.getActiveSession():
            builder = builder.master(wishes.master or "local[*]")
        session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
        session.conf.set("spark.sql.session.timeZone", inputs.zone)
        session.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        session.sparkContext.setLogLevel("ERROR")
        files = list(inputs.files)
        if inputs.format == "csv":
            how = {"header": True, "sep": inputs.separator, "quote": '"', "escape": '"', "multiLine": True}
            self.frame = session.read.options(**how).csv(files)
        else:
            reader = session.read.options(basePath=inputs.base) if inputs.base else session.read
            self.frame = reader.parquet(*files)

    def in_order(self, reduce: Reduce, progress: Steps) -> Iterator[pa.Table]:
        """Sorted on the cluster, gathered here."""
        yield reduce(nw.from_native(self.frame)).to_native().orderBy(*KEYS).toArrow()

    def rejected(self) -> Iterator[pa.Table]:
        """At once."""
        yield rejected(nw.from_native(self.frame)).to_native().toArrow()


@contextmanager
def opened(name: str, inputs: Inputs, wishes: Wishes) -> Iterator[Engine]:
    """The engine with the inputs; what it cannot do is said in one sentence.

    Raises
    ------
    SourceError
        If the inputs cannot be read, or the memory or disk does not do.
    ParameterError
        If the engine is not installed.
    """
    makers: dict[str, Callable[[], Engine]] = {
        "pandas": lambda: Pandas(inputs),
        "polars": lambda: Polars(inputs),
        "duckdb": lambda: DuckDB(inputs, wishes),
        "dask": lambda: Dask(inputs, wishes),
        "spark": lambda: Spark(inputs, wishes),
    }
    try:
        yield makers[name]()
    except ModuleNotFoundError as error:
        extra = "cluster" if name in ("dask", "spark") else "scale"
        raise ParameterError(
            [f"--engine {name} needs {error.name}: in the project's folder, pip install -e '.[{extra}]'."]
        ) from None
    except MemoryError:
        raise SourceError(_too_little(name)) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _FOREIGN and not isinstance(error, OSError):
            raise
        if "Out of Memory" in str(error) or "OutOfMemory" in type(error).__name__:
            raise SourceError(_too_little(name)) from None
        said = (
            harmless(str(error).strip().splitlines()[0][:300]) if str(error).strip() else type(error).__name__
        )
        raise SourceError(f"{name} cannot read {_some(inputs)}: {said}") from None


_FOREIGN = ("duckdb", "_duckdb", "polars", "pyarrow", "pyspark", "py4j", "dask", "distributed", "pandas")


def _too_little(name: str) -> str:
    advice = (
        "Give it more with --memory." if name == "duckdb" else "Choose --engine duckdb, which spills to disk."
    )
    return f"{name} has too little memory for this. {advice}"


def _some(inputs: Inputs) -> str:
    more = len(inputs.files) - 1
    return f"{inputs.files[0]}{f' and {more:,} more' if more else ''}"


def _of_cluster(module: str) -> Any:
    from importlib import import_module

    return import_module(module)


def _sorted(reduced: pd.DataFrame) -> pa.Table:
    _, order = ranked(reduced)
    return pa.Table.from_pandas(reduced.take(order), preserve_index=False)


def scratch() -> AbstractContextManager[str]:
    """A folder in which to spill, which goes away."""
    return TemporaryDirectory(prefix="partnership-analysis-")
